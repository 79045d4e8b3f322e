import type { Millis } from "../../base/millis.js";
import { copyOf } from "../../wire/bytes.js";
import { CHUNK_ASCONF, unknownChunkAction } from "../../wire/chunk.js";
import type { ErrorCause } from "../../wire/error-cause.js";
import type { ChunkCursor } from "../../wire/packet.js";
import { handleStaleCookie } from "../establishment/initiate.js";
import { asconfNotUnderstood } from "../extensions/address-reconfiguration/outgoing-asconf.js";
import { REPORTED_CAUSE_BYTES_MAX, TOLD_CHUNK_BYTES_MAX } from "../limits.js";
import type { Path } from "../paths/path.js";
import type { TransmissionControlBlock } from "../transmission-control-block.js";

/** Handles an ERROR chunk (RFC 9260 §3.3.10); `chunk` is what the user is shown of it. */
export function handleError(
  tcb: TransmissionControlBlock,
  causes: readonly ErrorCause[],
  chunk: Uint8Array,
  now: Millis,
): void {
  const others = causes.filter((cause) => cause.kind !== "Stale Cookie");
  // RFC 9260 §5.2.6: a stale cookie is the business of the handshake, and of nobody once that is over.
  if (others.length < causes.length) handleStaleCookie(tcb, now);
  if (others.length === 0 || tcb.state.name === "CLOSED") return;
  // RFC 5061 §5.1 A9: the peer does not know the chunk after all; the user hears of it as of all other errors (§5.1.1).
  if (others.some(isAboutAsconf)) asconfNotUnderstood(tcb);
  // RFC 9260 §3.3.10: an error ends nothing by itself; what it means is for the user to judge.
  tcb.emit({ type: "remote error", association: tcb.association, causes: others, chunk });
}

function isAboutAsconf(cause: ErrorCause): boolean {
  return cause.kind === "Unrecognized Chunk Type" && cause.chunk[0] === CHUNK_ASCONF;
}

/**
 * RFC 9260 §3.2, §3.3.10.6: what the two high bits of an unknown chunk type want. Chunks of an extension that was not
 * negotiated count as unknown (RFC 3758 §3.3.1).
 *
 * @returns whether the rest of the packet is looked at
 */
export function handleUnknownChunk(
  tcb: TransmissionControlBlock,
  bytes: Uint8Array,
  cursor: ChunkCursor,
  path: Path,
): boolean {
  const action = unknownChunkAction(cursor.type);
  if (action.report) {
    const reported = Math.min(cursor.lengthBytes, REPORTED_CAUSE_BYTES_MAX);
    const chunk = copyOf(bytes, cursor.offsetBytes, reported);
    const { control, paths } = tcb;
    control.answer(
      { kind: "ERROR", causes: [{ kind: "Unrecognized Chunk Type", chunk }] },
      paths.forReply(path),
    );
  }
  return !action.stop;
}

/** A chunk for the user, who may leave it unread for long: of one that is very long only the beginning. */
export function copyOfChunk(bytes: Uint8Array, { offsetBytes, lengthBytes }: ChunkCursor): Uint8Array {
  return copyOf(bytes, offsetBytes, Math.min(lengthBytes, TOLD_CHUNK_BYTES_MAX));
}
