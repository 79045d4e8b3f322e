import { IPPROTO_SCTP, SCTP_EVENT, SCTP_SENDER_DRY_EVENT } from "../../sockets/constants.js";
import { systemError } from "../../sockets/errors.js";
import type { sctp_event } from "../../sockets/types.js";
import { EventSubscriptions } from "../event-subscriptions.js";
import { notifySenderDry } from "../event-handling.js";
import { option, type OptionFunctions, readTarget, setTargets } from "./option.js";

/** The option that subscribes to notifications. */
export const EVENT_OPTIONS: readonly OptionFunctions[] = [
  // RFC 6458 §6.2.2.
  option<Pick<sctp_event, "se_assoc_id" | "se_type">, sctp_event>({
    level: IPPROTO_SCTP,
    name: SCTP_EVENT,
    get: (state, { se_assoc_id, se_type }) => {
      checkType(se_type, "getsockopt");
      const target = readTarget(state, se_assoc_id);
      const subscriptions = target?.subscriptions ?? state.settings.subscriptions;
      return { se_assoc_id: target?.id ?? se_assoc_id, se_type, se_on: Number(subscriptions.has(se_type)) };
    },
    set: (state, { se_assoc_id, se_type, se_on }) => {
      checkType(se_type, "setsockopt");
      const targets = setTargets(state, se_assoc_id);
      const isOn = se_on !== 0;
      const { settings } = state;
      if (targets.future) settings.subscriptions = settings.subscriptions.with(se_type, isOn);
      for (const target of targets.current) {
        target.subscriptions = target.subscriptions.with(se_type, isOn);
        // RFC 6458 §6.1.9: who subscribes when everything has been acknowledged is told at once.
        const isDry = target.phase === "up" && target.association.isSenderDry;
        if (se_type === SCTP_SENDER_DRY_EVENT && isOn && isDry) notifySenderDry(target);
      }
    },
  }),
];

function checkType(type: number, syscall: "getsockopt" | "setsockopt"): void {
  if (EventSubscriptions.isKnown(type)) return;
  throw systemError("EINVAL", syscall, { message: `there is no notification 0x${type.toString(16)}` });
}
