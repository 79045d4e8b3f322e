import type { Tsn } from "../../base/serial-number.js";
import { readUint32, writeUint32 } from "../bytes.js";
import { CHUNK_HEADER_BYTES, type ChunkCodec, writeChunkHeader } from "../chunk-codec.js";
import { INVALID_LENGTH, type Malformed } from "../malformed.js";

/** Shutdown Association (RFC 9260 §3.3.8). */
export const CHUNK_SHUTDOWN = 7;

const LENGTH_BYTES: number = CHUNK_HEADER_BYTES + 4;

/**
 * Shutdown Association (RFC 9260 §3.3.8): asks for a graceful end.
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+---------------+-------------------------------+
 * |   Type = 7    |  Chunk Flags  |          Length = 8           |
 * +---------------+---------------+-------------------------------+
 * |                      Cumulative TSN Ack                       |
 * +---------------------------------------------------------------+
 * ```
 */
export interface ShutdownChunk {
  readonly kind: "SHUTDOWN";
  /** All TSNs up to this one have arrived. */
  readonly cumulativeTsnAck: Tsn;
}

/** Reads a SHUTDOWN chunk. */
export function parseShutdownChunk(
  bytes: Uint8Array,
  offset: number,
  lengthBytes: number,
): ShutdownChunk | Malformed {
  if (lengthBytes !== LENGTH_BYTES) return INVALID_LENGTH;
  return { kind: "SHUTDOWN", cumulativeTsnAck: readUint32(bytes, offset + CHUNK_HEADER_BYTES) as Tsn };
}

/** The length of a SHUTDOWN chunk. */
export function byteLengthOfShutdownChunk(_chunk: ShutdownChunk): number {
  return LENGTH_BYTES;
}

/** Writes a SHUTDOWN chunk. */
export function writeShutdownChunk(chunk: ShutdownChunk, bytes: Uint8Array, offset: number): void {
  writeChunkHeader(bytes, offset, CHUNK_SHUTDOWN, 0, LENGTH_BYTES);
  writeUint32(bytes, offset + CHUNK_HEADER_BYTES, chunk.cumulativeTsnAck);
}

/** A SHUTDOWN chunk in one line. */
export function formatShutdownChunk(chunk: ShutdownChunk): string {
  return `SHUTDOWN (Ack=${chunk.cumulativeTsnAck})`;
}

/** The row of the SHUTDOWN chunk in the registry. */
export const SHUTDOWN_CODEC: ChunkCodec<ShutdownChunk> = {
  kind: "SHUTDOWN",
  type: CHUNK_SHUTDOWN,
  parse: parseShutdownChunk,
  byteLength: byteLengthOfShutdownChunk,
  write: writeShutdownChunk,
  format: formatShutdownChunk,
};
