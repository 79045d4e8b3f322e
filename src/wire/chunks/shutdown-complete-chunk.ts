import { CHUNK_HEADER_BYTES, type ChunkCodec, writeChunkHeader } from "../chunk-codec.js";
import { INVALID_LENGTH, type Malformed } from "../malformed.js";

/** Shutdown Complete (RFC 9260 §3.3.13). */
export const CHUNK_SHUTDOWN_COMPLETE = 14;

const FLAG_TAG_REFLECTED = 1;

/**
 * Shutdown Complete (RFC 9260 §3.3.13): answers a SHUTDOWN ACK.
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+-------------+-+-------------------------------+
 * |   Type = 14   |  Reserved   |T|          Length = 4           |
 * +---------------+-------------+-+-------------------------------+
 * ```
 */
export interface ShutdownCompleteChunk {
  readonly kind: "SHUTDOWN COMPLETE";
  /**
   * The T bit: the verification tag is the one that the packet being answered carried, not the one expected.
   */
  readonly tagReflected: boolean;
}

/** Reads a SHUTDOWN COMPLETE chunk. */
export function parseShutdownCompleteChunk(
  bytes: Uint8Array,
  offset: number,
  lengthBytes: number,
): ShutdownCompleteChunk | Malformed {
  if (lengthBytes !== CHUNK_HEADER_BYTES) return INVALID_LENGTH;
  const flags = bytes[offset + 1] as number;
  return { kind: "SHUTDOWN COMPLETE", tagReflected: (flags & FLAG_TAG_REFLECTED) !== 0 };
}

/** The length of a SHUTDOWN COMPLETE chunk. */
export function byteLengthOfShutdownCompleteChunk(_chunk: ShutdownCompleteChunk): number {
  return CHUNK_HEADER_BYTES;
}

/** Writes a SHUTDOWN COMPLETE chunk. */
export function writeShutdownCompleteChunk(
  chunk: ShutdownCompleteChunk,
  bytes: Uint8Array,
  offset: number,
): void {
  const flags = chunk.tagReflected ? FLAG_TAG_REFLECTED : 0;
  writeChunkHeader(bytes, offset, CHUNK_SHUTDOWN_COMPLETE, flags, CHUNK_HEADER_BYTES);
}

/** A SHUTDOWN COMPLETE chunk in one line. */
export function formatShutdownCompleteChunk(chunk: ShutdownCompleteChunk): string {
  return chunk.tagReflected ? "SHUTDOWN COMPLETE (T bit)" : "SHUTDOWN COMPLETE";
}

/** The row of the SHUTDOWN COMPLETE chunk in the registry. */
export const SHUTDOWN_COMPLETE_CODEC: ChunkCodec<ShutdownCompleteChunk> = {
  kind: "SHUTDOWN COMPLETE",
  type: CHUNK_SHUTDOWN_COMPLETE,
  parse: parseShutdownCompleteChunk,
  byteLength: byteLengthOfShutdownCompleteChunk,
  write: writeShutdownCompleteChunk,
  format: formatShutdownCompleteChunk,
};
