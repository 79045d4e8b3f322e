import type { Tsn } from "../../base/serial-number.js";
import { readUint32, writeUint32 } from "../bytes.js";
import { CHUNK_HEADER_BYTES, type ChunkCodec, writeChunkHeader } from "../chunk-codec.js";
import { INVALID_LENGTH, type Malformed } from "../malformed.js";

/** Congestion Window Reduced (RFC 9260 §3.2, RFC 4960 Appendix A). */
export const CHUNK_CWR = 13;

const LENGTH_BYTES: number = CHUNK_HEADER_BYTES + 4;

/**
 * Congestion Window Reduced (RFC 9260 §3.2, RFC 4960 Appendix A): answers an ECNE.
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+---------------+-------------------------------+
 * |   Type = 13   |  Chunk Flags  |          Length = 8           |
 * +---------------+---------------+-------------------------------+
 * |                      Lowest TSN Number                        |
 * +---------------------------------------------------------------+
 * ```
 */
export interface CwrChunk {
  readonly kind: "CWR";
  /** The TSN of the ECNE that is answered. */
  readonly lowestTsn: Tsn;
}

/** Reads a CWR chunk. */
export function parseCwrChunk(bytes: Uint8Array, offset: number, lengthBytes: number): CwrChunk | Malformed {
  if (lengthBytes !== LENGTH_BYTES) return INVALID_LENGTH;
  return { kind: "CWR", lowestTsn: readUint32(bytes, offset + CHUNK_HEADER_BYTES) as Tsn };
}

/** The length of a CWR chunk. */
export function byteLengthOfCwrChunk(_chunk: CwrChunk): number {
  return LENGTH_BYTES;
}

/** Writes a CWR chunk. */
export function writeCwrChunk(chunk: CwrChunk, bytes: Uint8Array, offset: number): void {
  writeChunkHeader(bytes, offset, CHUNK_CWR, 0, LENGTH_BYTES);
  writeUint32(bytes, offset + CHUNK_HEADER_BYTES, chunk.lowestTsn);
}

/** A CWR chunk in one line. */
export function formatCwrChunk(chunk: CwrChunk): string {
  return `CWR (lowest TSN=${chunk.lowestTsn})`;
}

/** The row of the CWR chunk in the registry. */
export const CWR_CODEC: ChunkCodec<CwrChunk> = {
  kind: "CWR",
  type: CHUNK_CWR,
  parse: parseCwrChunk,
  byteLength: byteLengthOfCwrChunk,
  write: writeCwrChunk,
  format: formatCwrChunk,
};
