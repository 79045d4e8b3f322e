import { CHUNK_HEADER_BYTES, type ChunkCodec, writeChunkHeader } from "../chunk-codec.js";
import { INVALID_LENGTH, type Malformed } from "../malformed.js";

/** Shutdown Acknowledgement (RFC 9260 §3.3.9). */
export const CHUNK_SHUTDOWN_ACK = 8;

/**
 * Shutdown Acknowledgement (RFC 9260 §3.3.9): answers a SHUTDOWN.
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+---------------+-------------------------------+
 * |   Type = 8    |  Chunk Flags  |          Length = 4           |
 * +---------------+---------------+-------------------------------+
 * ```
 */
export interface ShutdownAckChunk {
  readonly kind: "SHUTDOWN ACK";
}

const CHUNK_SHUTDOWN_ACK_VALUE: ShutdownAckChunk = Object.freeze({ kind: "SHUTDOWN ACK" });

/** Reads a SHUTDOWN ACK chunk. */
export function parseShutdownAckChunk(
  _bytes: Uint8Array,
  _offset: number,
  lengthBytes: number,
): ShutdownAckChunk | Malformed {
  return lengthBytes === CHUNK_HEADER_BYTES ? CHUNK_SHUTDOWN_ACK_VALUE : INVALID_LENGTH;
}

/** The length of a SHUTDOWN ACK chunk. */
export function byteLengthOfShutdownAckChunk(_chunk: ShutdownAckChunk): number {
  return CHUNK_HEADER_BYTES;
}

/** Writes a SHUTDOWN ACK chunk. */
export function writeShutdownAckChunk(_chunk: ShutdownAckChunk, bytes: Uint8Array, offset: number): void {
  writeChunkHeader(bytes, offset, CHUNK_SHUTDOWN_ACK, 0, CHUNK_HEADER_BYTES);
}

/** A SHUTDOWN ACK chunk in one line. */
export function formatShutdownAckChunk(_chunk: ShutdownAckChunk): string {
  return "SHUTDOWN ACK";
}

/** The row of the SHUTDOWN ACK chunk in the registry. */
export const SHUTDOWN_ACK_CODEC: ChunkCodec<ShutdownAckChunk> = {
  kind: "SHUTDOWN ACK",
  type: CHUNK_SHUTDOWN_ACK,
  parse: parseShutdownAckChunk,
  byteLength: byteLengthOfShutdownAckChunk,
  write: writeShutdownAckChunk,
  format: formatShutdownAckChunk,
};
