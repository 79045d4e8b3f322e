import { SCTP_PR_SCTP_PRIO, SCTP_PR_SCTP_RTX, SCTP_PR_SCTP_TTL } from "../sockets/constants.js";
import type { sctp_prinfo } from "../sockets/types.js";
import type { PartialReliability, PartialReliabilityPolicy } from "../stack/tx/message-reliability.js";

const POLICIES: ReadonlyMap<number, PartialReliabilityPolicy> = new Map<number, PartialReliabilityPolicy>([
  [SCTP_PR_SCTP_TTL, "timed"],
  [SCTP_PR_SCTP_RTX, "limited retransmissions"],
  [SCTP_PR_SCTP_PRIO, "priority"],
]);

/** The stack's name of a policy (RFC 6458 §5.3.7, RFC 7496 §4.2); `undefined` for none, and for all of them. */
export function policyOf(pr_policy: number): PartialReliabilityPolicy | undefined {
  return POLICIES.get(pr_policy);
}

/** When a message is given up, in the stack's words; `undefined` for never. */
export function reliabilityOf({ pr_policy, pr_value }: sctp_prinfo): PartialReliability | undefined {
  // What most messages have costs nothing.
  if (pr_policy === 0) return undefined;
  const policy = policyOf(pr_policy);
  return policy === undefined ? undefined : { policy, value: pr_value };
}
