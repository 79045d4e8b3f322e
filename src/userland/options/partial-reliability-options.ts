import {
  IPPROTO_SCTP,
  SCTP_DEFAULT_PRINFO,
  SCTP_PR_ASSOC_STATUS,
  SCTP_PR_SCTP_ALL,
  SCTP_PR_SCTP_NONE,
  SCTP_PR_STREAM_STATUS,
  SCTP_PR_SUPPORTED,
} from "../../sockets/constants.js";
import { systemError } from "../../sockets/errors.js";
import type { sctp_default_prinfo, sctp_prstatus } from "../../sockets/extension-types.js";
import type { sctp_assoc_value } from "../../sockets/types.js";
import type { PartialReliabilityPolicy } from "../../stack/tx/message-reliability.js";
import { policyOf } from "../reliability.js";
import {
  changeConfig,
  option,
  type OptionFunctions,
  readAssociation,
  readTarget,
  setTargets,
} from "./option.js";

type StatusArgument = Pick<sctp_prstatus, "sprstat_assoc_id" | "sprstat_sid" | "sprstat_policy">;

/**
 * The policy that a status is asked for; `undefined` for all of them.
 *
 * @throws EINVAL for a policy under which nothing is given up (RFC 7496 §4.3)
 */
function countedPolicy(sprstat_policy: number): PartialReliabilityPolicy | undefined {
  const policy = policyOf(sprstat_policy);
  if (policy !== undefined || sprstat_policy === SCTP_PR_SCTP_ALL) return policy;
  const message = "sprstat_policy must be SCTP_PR_SCTP_TTL, _RTX, _PRIO or _ALL";
  throw systemError("EINVAL", "getsockopt", { message });
}

/** The options about messages that need not arrive. */
export const PARTIAL_RELIABILITY_OPTIONS: readonly OptionFunctions[] = [
  // RFC 6458 §8.1.32; the value says nothing where nothing is given up (RFC 7496 §4.2).
  option<Pick<sctp_default_prinfo, "pr_assoc_id">, sctp_default_prinfo>({
    level: IPPROTO_SCTP,
    name: SCTP_DEFAULT_PRINFO,
    get: (state, { pr_assoc_id }): sctp_default_prinfo => {
      const target = readTarget(state, pr_assoc_id);
      return {
        ...(target?.defaultPrinfo ?? state.settings.defaultPrinfo),
        pr_assoc_id: target?.id ?? pr_assoc_id,
      };
    },
    set: (state, { pr_policy, pr_value, pr_assoc_id }) => {
      const targets = setTargets(state, pr_assoc_id);
      const value = pr_policy === SCTP_PR_SCTP_NONE ? 0 : pr_value;
      const defaults = Object.freeze({ pr_policy, pr_value: value });
      if (targets.future) state.settings.defaultPrinfo = defaults;
      for (const target of targets.current) target.defaultPrinfo = defaults;
    },
  }),
  // RFC 7496 §4.5: what an association has agreed on stays.
  option<Pick<sctp_assoc_value, "assoc_id">, sctp_assoc_value>({
    level: IPPROTO_SCTP,
    name: SCTP_PR_SUPPORTED,
    get: (state, { assoc_id }): sctp_assoc_value => {
      const target = readTarget(state, assoc_id);
      const isOn = target?.association.hasPartialReliability ?? state.settings.config.partialReliability;
      return { assoc_id: target?.id ?? assoc_id, assoc_value: Number(isOn) };
    },
    set: (state, { assoc_id, assoc_value }) => {
      const { future } = setTargets(state, assoc_id);
      if (!future) {
        const message = "an association has agreed with its peer already";
        throw systemError("EINVAL", "setsockopt", { message });
      }
      changeConfig(state, { future, current: [] }, { partialReliability: assoc_value !== 0 });
    },
  }),
  // RFC 7496 §4.3.
  option<StatusArgument, never>({
    level: IPPROTO_SCTP,
    name: SCTP_PR_STREAM_STATUS,
    get: (state, { sprstat_assoc_id, sprstat_sid, sprstat_policy }): sctp_prstatus => {
      const { id, association } = readAssociation(state, sprstat_assoc_id);
      if (sprstat_sid >= association.outboundStreams) {
        const message = `there is no stream ${sprstat_sid}, only 0 to ${association.outboundStreams - 1}`;
        throw systemError("EINVAL", "getsockopt", { message });
      }
      const { unsent, sent } = association.abandonedMessages(countedPolicy(sprstat_policy), sprstat_sid);
      return {
        sprstat_assoc_id: id,
        sprstat_sid,
        sprstat_policy,
        sprstat_abandoned_unsent: unsent,
        sprstat_abandoned_sent: sent,
      };
    },
  }),
  // RFC 7496 §4.4.
  option<Omit<StatusArgument, "sprstat_sid">, never>({
    level: IPPROTO_SCTP,
    name: SCTP_PR_ASSOC_STATUS,
    get: (state, { sprstat_assoc_id, sprstat_policy }): sctp_prstatus => {
      const { id, association } = readAssociation(state, sprstat_assoc_id);
      const { unsent, sent } = association.abandonedMessages(countedPolicy(sprstat_policy));
      return {
        sprstat_assoc_id: id,
        sprstat_sid: 0,
        sprstat_policy,
        sprstat_abandoned_unsent: unsent,
        sprstat_abandoned_sent: sent,
      };
    },
  }),
];
