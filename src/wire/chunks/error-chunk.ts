import { CHUNK_HEADER_BYTES, type ChunkCodec, writeChunkHeader } from "../chunk-codec.js";
import {
  byteLengthOfErrorCauses,
  type ErrorCause,
  formatErrorCause,
  parseErrorCauses,
  writeErrorCauses,
} from "../error-cause.js";
import { isMalformed, type Malformed } from "../malformed.js";

/** Operation Error (RFC 9260 §3.3.10). */
export const CHUNK_ERROR = 9;

/**
 * Operation Error (RFC 9260 §3.3.10): tells of something that does not end the association.
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+---------------+-------------------------------+
 * |   Type = 9    |  Chunk Flags  |            Length             |
 * +---------------+---------------+-------------------------------+
 * /                   one or more Error Causes                    /
 * +---------------------------------------------------------------+
 * ```
 */
export interface ErrorChunk {
  readonly kind: "ERROR";
  /** What happened, in the order of the chunk. */
  readonly causes: readonly ErrorCause[];
}

/** Reads an ERROR chunk. One without a cause says nothing, and is accepted. */
export function parseErrorChunk(
  bytes: Uint8Array,
  offset: number,
  lengthBytes: number,
): ErrorChunk | Malformed {
  const causes = parseErrorCauses(bytes, offset + CHUNK_HEADER_BYTES, lengthBytes - CHUNK_HEADER_BYTES);
  return isMalformed(causes) ? causes : { kind: "ERROR", causes };
}

/** The length of an ERROR chunk without padding. */
export function byteLengthOfErrorChunk(chunk: ErrorChunk): number {
  return CHUNK_HEADER_BYTES + byteLengthOfErrorCauses(chunk.causes);
}

/** Writes an ERROR chunk. */
export function writeErrorChunk(chunk: ErrorChunk, bytes: Uint8Array, offset: number): void {
  writeChunkHeader(bytes, offset, CHUNK_ERROR, 0, byteLengthOfErrorChunk(chunk));
  writeErrorCauses(chunk.causes, bytes, offset + CHUNK_HEADER_BYTES);
}

/** An ERROR chunk in one line. */
export function formatErrorChunk(chunk: ErrorChunk): string {
  return `ERROR (${chunk.causes.map(formatErrorCause).join(", ")})`;
}

/** The row of the ERROR chunk in the registry. */
export const ERROR_CODEC: ChunkCodec<ErrorChunk> = {
  kind: "ERROR",
  type: CHUNK_ERROR,
  parse: parseErrorChunk,
  byteLength: byteLengthOfErrorChunk,
  write: writeErrorChunk,
  format: formatErrorChunk,
};
