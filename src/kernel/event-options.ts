import {
  IPPROTO_SCTP,
  SCTP_ALL_ASSOC,
  SCTP_ASSOC_CHANGE,
  SCTP_CURRENT_ASSOC,
  SCTP_EVENT,
  SCTP_FUTURE_ASSOC,
} from "../sockets/constants.js";
import { systemError } from "../sockets/errors.js";
import type { sctp_event } from "../sockets/types.js";
import { readOption, SystemAnswer, tryReadOption, writeOption } from "./kernel-options.js";
import type { KernelSocketState } from "./kernel-socket-state.js";
import { readAhead } from "./reading.js";

const EVENT = [IPPROTO_SCTP, SCTP_EVENT] as const;

/** RFC 6458 §6.2.2: whether there is a subscription. That to SCTP_ASSOC_CHANGE the provider has for itself always. */
export function readSubscription(
  state: KernelSocketState,
  argument: Pick<sctp_event, "se_assoc_id" | "se_type">,
): sctp_event {
  const value = readOption(state.context, state.id, EVENT, { ...argument }) as sctp_event;
  if (argument.se_type !== SCTP_ASSOC_CHANGE) return value;
  const { single, settings } = state;
  const owner = state.isOneToOne ? single : state.associations.get(argument.se_assoc_id);
  return { ...value, se_on: Number(owner?.wantsAssociationChange ?? settings.wantsAssociationChange) };
}

/** RFC 6458 §6.2.2: begins or ends a subscription. */
export function writeSubscription(state: KernelSocketState, value: sctp_event): void {
  const { context, settings } = state;
  const { se_assoc_id, se_type } = value;
  if (se_type !== SCTP_ASSOC_CHANGE) {
    writeOption(context, state.id, EVENT, { ...value });
    return;
  }
  // What has happened until now is told or not as it was wanted until now.
  readAhead(state);
  const isOn = value.se_on !== 0;
  const isForAll = state.isOneToOne || se_assoc_id === SCTP_ALL_ASSOC;
  if (isForAll || se_assoc_id === SCTP_FUTURE_ASSOC) settings.wantsAssociationChange = isOn;
  if (state.single !== undefined) state.single.wantsAssociationChange = isOn;
  if (state.isOneToOne || se_assoc_id === SCTP_FUTURE_ASSOC) return;
  if (isForAll || se_assoc_id === SCTP_CURRENT_ASSOC) {
    for (const owner of state.associations.values()) owner.wantsAssociationChange = isOn;
    return;
  }
  const owner = state.associations.get(se_assoc_id);
  if (owner === undefined) {
    const message = `no association has the id ${se_assoc_id}`;
    throw systemError("EINVAL", "setsockopt", { message });
  }
  owner.wantsAssociationChange = isOn;
}

/** Whether a one-to-one socket's application gets a notification. */
export function isSubscribed(state: KernelSocketState, se_type: number): boolean {
  const value = tryReadOption(state.context, state.id, EVENT, { se_assoc_id: SCTP_FUTURE_ASSOC, se_type });
  return !(value instanceof SystemAnswer) && (value as sctp_event).se_on !== 0;
}
