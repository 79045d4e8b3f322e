import { CHUNK_HEADER_BYTES, type ChunkCodec, writeChunkHeader } from "../chunk-codec.js";
import {
  byteLengthOfErrorCauses,
  type ErrorCause,
  formatErrorCause,
  parseErrorCauses,
  writeErrorCauses,
} from "../error-cause.js";
import { isMalformed, type Malformed } from "../malformed.js";

/** Abort Association (RFC 9260 §3.3.7). */
export const CHUNK_ABORT = 6;

const FLAG_TAG_REFLECTED = 1;

/**
 * Abort Association (RFC 9260 §3.3.7): ends an association at once.
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+-------------+-+-------------------------------+
 * |   Type = 6    |  Reserved   |T|            Length             |
 * +---------------+-------------+-+-------------------------------+
 * /                   zero or more Error Causes                   /
 * +---------------------------------------------------------------+
 * ```
 */
export interface AbortChunk {
  readonly kind: "ABORT";
  /**
   * The T bit: the verification tag is the one that the packet being answered carried, not the one expected.
   */
  readonly tagReflected: boolean;
  /** Why, in the order of the chunk. */
  readonly causes: readonly ErrorCause[];
}

/** Reads an ABORT chunk. RFC 9260 §3.3.7: what is malformed here is to be discarded silently. */
export function parseAbortChunk(
  bytes: Uint8Array,
  offset: number,
  lengthBytes: number,
): AbortChunk | Malformed {
  const causes = parseErrorCauses(bytes, offset + CHUNK_HEADER_BYTES, lengthBytes - CHUNK_HEADER_BYTES);
  if (isMalformed(causes)) return causes;
  const flags = bytes[offset + 1] as number;
  return { kind: "ABORT", tagReflected: (flags & FLAG_TAG_REFLECTED) !== 0, causes };
}

/** The length of an ABORT chunk without padding. */
export function byteLengthOfAbortChunk(chunk: AbortChunk): number {
  return CHUNK_HEADER_BYTES + byteLengthOfErrorCauses(chunk.causes);
}

/** Writes an ABORT chunk. */
export function writeAbortChunk(chunk: AbortChunk, bytes: Uint8Array, offset: number): void {
  const flags = chunk.tagReflected ? FLAG_TAG_REFLECTED : 0;
  writeChunkHeader(bytes, offset, CHUNK_ABORT, flags, byteLengthOfAbortChunk(chunk));
  writeErrorCauses(chunk.causes, bytes, offset + CHUNK_HEADER_BYTES);
}

/** An ABORT chunk in one line. */
export function formatAbortChunk(chunk: AbortChunk): string {
  const fields = chunk.causes.map(formatErrorCause);
  if (chunk.tagReflected) fields.unshift("T bit");
  return fields.length === 0 ? "ABORT" : `ABORT (${fields.join(", ")})`;
}

/** The row of the ABORT chunk in the registry. */
export const ABORT_CODEC: ChunkCodec<AbortChunk> = {
  kind: "ABORT",
  type: CHUNK_ABORT,
  parse: parseAbortChunk,
  byteLength: byteLengthOfAbortChunk,
  write: writeAbortChunk,
  format: formatAbortChunk,
};
