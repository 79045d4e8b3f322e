import type { TransmissionControlBlock } from "../transmission-control-block.js";

/**
 * Bytes of messages hold no room in the send buffer any more (RFC 6458 §8.1.7); whoever has waited for that is told,
 * and that all is done (§6.1.9).
 */
export function releaseSendBuffer(tcb: TransmissionControlBlock, lengthBytes: number): void {
  const { association, releaseBelowBytes } = tcb;
  tcb.sendBufferBytes -= lengthBytes;
  if (releaseBelowBytes !== undefined && tcb.sendBufferBytes <= releaseBelowBytes) {
    tcb.releaseBelowBytes = undefined;
    tcb.emit({ type: "send buffer released", association });
  }
  if (association.isSenderDry) tcb.emit({ type: "sender dry", association });
}
