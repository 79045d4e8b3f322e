/**
 * What messages are sent with that have no information of their own (RFC 6458 §8.1.31, §8.1.32). RFC 6458 has two
 * options that know nothing of each other, and a message that brings one information keeps the default of the other.
 * Linux has both in one field, so that each has to be kept where the other is set or given.
 *
 * @module
 */
import {
  IPPROTO_SCTP,
  SCTP_ALL_ASSOC,
  SCTP_CURRENT_ASSOC,
  SCTP_DEFAULT_PRINFO,
  SCTP_DEFAULT_SNDINFO,
  SCTP_FUTURE_ASSOC,
} from "../sockets/constants.js";
import type { sctp_default_prinfo } from "../sockets/extension-types.js";
import type { sctp_prinfo, sctp_sndinfo } from "../sockets/types.js";
import type { KernelContext } from "./kernel-context.js";
import {
  associationIds,
  SystemAnswer,
  tryReadOption,
  writeAndRemember,
  writeOption,
} from "./kernel-options.js";
import type { KernelSocketState } from "./kernel-socket-state.js";
import type { SpecialOption, SpecialOptions } from "./special-option.js";

const SNDINFO = [IPPROTO_SCTP, SCTP_DEFAULT_SNDINFO] as const;
const PRINFO = [IPPROTO_SCTP, SCTP_DEFAULT_PRINFO] as const;

/** How the provider sets options that are not the kernel's business alone. */
export const DEFAULT_INFORMATION_OPTIONS: SpecialOptions = new Map<number, SpecialOption>([
  [SCTP_DEFAULT_SNDINFO, { set: (state, value) => setSndinfo(state, value as sctp_sndinfo) }],
  [SCTP_DEFAULT_PRINFO, { set: (state, value) => setPrinfo(state, value as sctp_default_prinfo) }],
]);

function setPrinfo(state: KernelSocketState, value: sctp_default_prinfo): void {
  writeAndRemember(state, PRINFO, { ...value });
  state.settings.hasDefaultPrinfo = true;
}

function setSndinfo(state: KernelSocketState, value: sctp_sndinfo): void {
  const { context } = state;
  const isWithPolicies = state.settings.hasDefaultPrinfo;
  writeKeepingPolicies(context, state.id, value, isWithPolicies ? named(state, value.snd_assoc_id) : []);
  const apply = (id: number): void => writeKeepingPolicies(context, id, value, [SCTP_FUTURE_ASSOC]);
  state.rememberOption(SNDINFO.join(), apply);
}

/** What an id stands for, one by one (RFC 6458 §7.2). */
function named(state: KernelSocketState, assocId: number): readonly number[] {
  if (assocId === SCTP_CURRENT_ASSOC) return associationIds(state);
  return assocId === SCTP_ALL_ASSOC ? [SCTP_FUTURE_ASSOC, ...associationIds(state)] : [assocId];
}

/** Sets SCTP_DEFAULT_SNDINFO; the policies of SCTP_DEFAULT_PRINFO, which that takes back on Linux, stay. */
function writeKeepingPolicies(
  context: KernelContext,
  id: number,
  value: sctp_sndinfo,
  associations: readonly number[],
): void {
  const policies = associations.map((pr_assoc_id) => tryReadOption(context, id, PRINFO, { pr_assoc_id }));
  writeOption(context, id, SNDINFO, { ...value });
  for (const policy of policies) {
    // An association may have ended since.
    if (policy instanceof SystemAnswer) continue;
    writeOption(context, id, PRINFO, { ...(policy as sctp_default_prinfo) });
  }
}

/** SCTP_DEFAULT_PRINFO for a message that has a sctp_sndinfo: Linux leaves it out then. */
export function defaultPrinfoOf(state: KernelSocketState, pr_assoc_id: number): sctp_prinfo | undefined {
  if (!state.settings.hasDefaultPrinfo) return undefined;
  const value = tryReadOption(state.context, state.id, PRINFO, { pr_assoc_id });
  if (value instanceof SystemAnswer) return undefined;
  const { pr_policy, pr_value } = value as sctp_default_prinfo;
  return { pr_policy, pr_value };
}

/** SCTP_DEFAULT_SNDINFO for a message that has a sctp_prinfo: Linux leaves the flags of it out then. */
export function defaultSndinfoOf(state: KernelSocketState, snd_assoc_id: number): sctp_sndinfo | undefined {
  const value = tryReadOption(state.context, state.id, SNDINFO, { snd_assoc_id });
  return value instanceof SystemAnswer ? undefined : (value as sctp_sndinfo);
}
