import type { TransmissionControlBlock } from "../transmission-control-block.js";

/**
 * What waits, or what is outstanding, has changed without anything being sent: where nothing waits any more for a
 * probe, or the peer will answer to something else, none is due (RFC 9260 §6.1 A).
 */
export function stopNeedlessWindowProbe(tcb: TransmissionControlBlock): void {
  if (tcb.sendQueue.isEmpty || !tcb.retransmission.isEmpty) tcb.stopWindowProbe();
}
