import type { Millis } from "../../base/millis.js";
import { pathAnswered } from "../paths/path-failure.js";
import { abortForViolation } from "../termination/abort.js";
import { advanceShutdown } from "../termination/shutdown.js";
import type { TransmissionControlBlock } from "../transmission-control-block.js";
import { grantBurst } from "./data-transmission.js";
import { considerForwardTsn } from "./forward-tsn.js";
import { loseOverdueData } from "./overdue-data.js";
import type { SackResult } from "./sack-result.js";
import { releaseSendBuffer } from "./send-buffer.js";

/**
 * What follows for the association from a SACK, or from the Cumulative TSN Ack of a SHUTDOWN, that the retransmission
 * queue has processed.
 *
 * @returns false when the association is gone
 */
export function applyAcknowledgement(
  tcb: TransmissionControlBlock,
  result: SackResult,
  now: Millis,
): boolean {
  if (result === "outdated") {
    tcb.services.statistics.discardedSacks += 1;
    return true;
  }
  if (result === "acknowledges unsent data") {
    // What was never sent cannot be acknowledged: the peer's state and ours do not fit together any more.
    tcb.services.statistics.discardedSacks += 1;
    return abortForViolation(tcb, { kind: "Protocol Violation", information: new Uint8Array(0) });
  }
  tcb.sackProcessed = true;
  for (const path of tcb.paths.all) {
    // RFC 9260 §8.1: whatever way it took, an acknowledged chunk shows that the peer is there.
    if (path.newlyAckedBytes > 0) tcb.errorCount = 0;
    // RFC 9260 §8.2; RFC 7829 §3.2 9 and 10: only a chunk that took one way tells of that way.
    if (path.answered) pathAnswered(tcb, path);
  }
  loseOverdueData(tcb, now);
  grantBurst(tcb);
  const { retransmission } = tcb;
  if (retransmission.hasPassedAbandoned) tcb.errorCount = 0;
  if (retransmission.releasedBytes > 0 || retransmission.hasPassedAbandoned) {
    releaseSendBuffer(tcb, retransmission.releasedBytes);
    retransmission.releasedBytes = 0;
  }
  considerForwardTsn(tcb, now);
  advanceShutdown(tcb, now);
  return true;
}
