import type { TransmissionControlBlock } from "../transmission-control-block.js";

/** Bytes of messages hold no room in the send buffer any more; whoever has waited for that is told. */
export function releaseSendBuffer(tcb: TransmissionControlBlock, lengthBytes: number): void {
  const { association, releaseBelowBytes } = tcb;
  tcb.sendBufferBytes -= lengthBytes;
  if (releaseBelowBytes !== undefined && tcb.sendBufferBytes <= releaseBelowBytes) {
    tcb.releaseBelowBytes = undefined;
    tcb.emit({ type: "send buffer released", association });
  }
  if (association.isSenderDry) tcb.emit({ type: "sender dry", association });
}
