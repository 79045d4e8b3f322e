import { CHUNK_ABORT, chunkType, type Chunk } from "../../wire/chunk.js";
import { errorCauseCode, type ErrorCause } from "../../wire/error-cause.js";
import { CLOSED, type AssociationStateName } from "../association-state.js";
import type { LossReason } from "../events.js";
import type { Path } from "../paths/path.js";
import type { TransmissionControlBlock } from "../transmission-control-block.js";

/** RFC 9260 §9.1, §3.3.7, §3.3.10: tells the peer and ends the association; what was not delivered is reported. */
export function abortAssociation(tcb: TransmissionControlBlock, causes: readonly ErrorCause[]): void {
  if (tcb.state.name === "CLOSED") return;
  // Without the peer's tag there is nobody to tell: the peer holds no association yet (RFC 9260 §8.5.1 B).
  if (tcb.peerTag !== 0)
    sendLastChunk(tcb, { kind: "ABORT", tagReflected: false, causes }, tcb.paths.forData());
  endAssociation(tcb, { kind: "aborted locally", causes });
}

/**
 * The packet under way holds what no peer may send, which ends the association. Where only an authenticated ABORT
 * would, nothing that anybody may have sent does it either (RFC 4895 §6.3).
 *
 * @returns whether the association is still there
 */
export function abortForViolation(tcb: TransmissionControlBlock, cause: ErrorCause): boolean {
  const { authentication, services } = tcb;
  if (authentication.wants(CHUNK_ABORT) && !authentication.packetIsAuthentic) {
    services.statistics.unauthenticatedChunks += 1;
    return true;
  }
  abortAssociation(tcb, [cause]);
  return false;
}

/** Sends the last chunk of an association, which may be gone when the packet leaves. */
export function sendLastChunk(tcb: TransmissionControlBlock, chunk: Chunk, path: Path): void {
  tcb.services.answer({
    chunk,
    verificationTag: tcb.peerTag,
    head: {
      localPort: tcb.localPort,
      peerPort: tcb.peerPort,
      localUdpPort: tcb.localUdpPort,
      authentication: tcb.authentication.forLastChunk(chunkType(chunk)),
    },
    address: path.address,
    udpPort: path.udpPort,
    localAddress: path.localAddress,
    wholePacketBytes: path.wholePacketBytes,
    config: path.config,
  });
}

/** Ends an association that failed: tells the user why, and what was not delivered (RFC 9260 §8.1, §9, §11.2.5). */
export function endAssociation(tcb: TransmissionControlBlock, reason: LossReason): void {
  const { name } = tcb.state;
  if (name === "CLOSED") return;
  const { association } = tcb;
  tcb.services.statistics.aborteds += 1;
  removeAssociation(tcb);
  tcb.reception.reassembly.abortPartialDelivery();
  const started = wasEstablished(name);
  tcb.emit({ type: started ? "communication lost" : "cannot start", association, reason });
  failMessages(tcb, causeCodeOf(reason));
}

/** Ends an association that was shut down gracefully (RFC 9260 §9.2, §11.2.8). */
export function completeShutdown(tcb: TransmissionControlBlock): void {
  tcb.services.statistics.shutdowns += 1;
  removeAssociation(tcb);
  tcb.reception.reassembly.abortPartialDelivery();
  tcb.emit({ type: "shutdown complete", association: tcb.association });
  failMessages(tcb, 0);
}

/** Reports every message that was not delivered (RFC 9260 §11.2.2), oldest first, and forgets it. */
export function failMessages(tcb: TransmissionControlBlock, errorCode: number): void {
  const { association } = tcb;
  const outstanding = tcb.retransmission.takeAll();
  const waiting = tcb.sendQueue.takeAll();
  // A message that was laid out in part is in both.
  const first = waiting[0];
  if (first !== undefined && outstanding.at(-1) === first) waiting.shift();
  for (const message of outstanding)
    tcb.emit({ type: "send failed", association, message, sent: true, errorCode });
  for (const message of waiting) {
    tcb.emit({ type: "send failed", association, message, sent: message.fragmentedBytes > 0, errorCode });
  }
  tcb.sendMemory.abandon();
  tcb.sendBufferBytes = 0;
  tcb.sendBufferMessages = 0;
  tcb.partialReliability?.begin(tcb.retransmission.outstanding.firstTsn);
}

/** RFC 9260 §14.2: what is CLOSED has no TCB; packets find it no more. */
function removeAssociation(tcb: TransmissionControlBlock): void {
  tcb.state = CLOSED;
  tcb.stopTimers();
  tcb.control.clear();
  // Nothing is authenticated any more: the keys leave the memory.
  tcb.authentication.keys.wipe();
  tcb.reception.end();
  tcb.services.unregisterTag(tcb.localTag);
  tcb.endpoint.removeAssociation(tcb.association);
}

function wasEstablished(name: AssociationStateName): boolean {
  return name !== "COOKIE-WAIT" && name !== "COOKIE-ECHOED";
}

function causeCodeOf(reason: LossReason): number {
  if (reason.kind !== "aborted by peer" && reason.kind !== "aborted locally") return 0;
  const first = reason.causes[0];
  return first === undefined ? 0 : errorCauseCode(first);
}
