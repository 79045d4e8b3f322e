/**
 * How reliably the messages of a swarm are sent (RFC 3758, RFC 7496).
 *
 * @module
 */

import {
  SCTP_PR_SCTP_NONE,
  SCTP_PR_SCTP_PRIO,
  SCTP_PR_SCTP_RTX,
  SCTP_PR_SCTP_TTL,
} from "../../../src/sockets/constants.js";
import type { sctp_prinfo } from "../../../src/sockets/types.js";
import type { Chances, Weighted } from "./chances.js";

/** In which way a seed's messages need not arrive. */
export interface ReliabilityPlan {
  /** How many of them need not, 0 to 1. */
  readonly share: number;
  readonly policies: readonly Weighted<number>[];
  readonly lifetimeMsMax: number;
  readonly retransmissionsMax: number;
  /** How many hosts take part, 0 to 1: to the others everything is sent reliably (RFC 3758 §3.3.1). */
  readonly supportingShare: number;
}

/** How many priorities there are; few, so that many messages have the same. */
const PRIORITIES = 5;

/** What a seed does; half of all send everything reliably, so that nothing else of these changes. */
export function reliabilityPlan(chances: Chances): ReliabilityPlan {
  const isOn = chances.happens(0.5);
  const weight = (): number => chances.pick([0, 1, 1, 5]);
  return {
    share: isOn ? chances.pick([0.2, 0.5, 0.9, 1]) : 0,
    policies: [
      { value: SCTP_PR_SCTP_NONE, weight: 0.01 },
      { value: SCTP_PR_SCTP_TTL, weight: weight() },
      { value: SCTP_PR_SCTP_RTX, weight: weight() },
      { value: SCTP_PR_SCTP_PRIO, weight: weight() },
    ],
    lifetimeMsMax: chances.pick([20, 500, 500, 20_000]),
    retransmissionsMax: chances.pick([0, 1, 4]),
    supportingShare: isOn ? chances.pick([1, 1, 0.7]) : 1,
  };
}

/** How reliably the next message is sent; `undefined` leaves it to the defaults of its socket. */
export function nextPrinfo(plan: ReliabilityPlan, chances: Chances): sctp_prinfo | undefined {
  if (!chances.happens(plan.share)) return undefined;
  const pr_policy = chances.weigh(plan.policies) ?? SCTP_PR_SCTP_NONE;
  switch (pr_policy) {
    case SCTP_PR_SCTP_TTL:
      return { pr_policy, pr_value: chances.logarithmic(1, plan.lifetimeMsMax) - 1 };
    case SCTP_PR_SCTP_RTX:
      return { pr_policy, pr_value: chances.below(plan.retransmissionsMax + 1) };
    case SCTP_PR_SCTP_PRIO:
      return { pr_policy, pr_value: chances.below(PRIORITIES) };
    default:
      return { pr_policy, pr_value: 0 };
  }
}
