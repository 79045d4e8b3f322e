import type { Tsn } from "../../base/serial-number.js";
import { readUint32, writeUint32 } from "../bytes.js";
import { CHUNK_HEADER_BYTES, type ChunkCodec, writeChunkHeader } from "../chunk-codec.js";
import { INVALID_LENGTH, type Malformed } from "../malformed.js";

/** Explicit Congestion Notification Echo (RFC 9260 §3.2, RFC 4960 Appendix A). */
export const CHUNK_ECNE = 12;

const LENGTH_BYTES: number = CHUNK_HEADER_BYTES + 4;

/**
 * Explicit Congestion Notification Echo (RFC 9260 §3.2, RFC 4960 Appendix A): tells the sender of data that a
 * packet was marked.
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+---------------+-------------------------------+
 * |   Type = 12   |  Chunk Flags  |          Length = 8           |
 * +---------------+---------------+-------------------------------+
 * |                      Lowest TSN Number                        |
 * +---------------------------------------------------------------+
 * ```
 */
export interface EcneChunk {
  readonly kind: "ECNE";
  /** The lowest TSN of the packet that was marked. */
  readonly lowestTsn: Tsn;
}

/** Reads a ECNE chunk. */
export function parseEcneChunk(
  bytes: Uint8Array,
  offset: number,
  lengthBytes: number,
): EcneChunk | Malformed {
  if (lengthBytes !== LENGTH_BYTES) return INVALID_LENGTH;
  return { kind: "ECNE", lowestTsn: readUint32(bytes, offset + CHUNK_HEADER_BYTES) as Tsn };
}

/** The length of a ECNE chunk. */
export function byteLengthOfEcneChunk(_chunk: EcneChunk): number {
  return LENGTH_BYTES;
}

/** Writes a ECNE chunk. */
export function writeEcneChunk(chunk: EcneChunk, bytes: Uint8Array, offset: number): void {
  writeChunkHeader(bytes, offset, CHUNK_ECNE, 0, LENGTH_BYTES);
  writeUint32(bytes, offset + CHUNK_HEADER_BYTES, chunk.lowestTsn);
}

/** A ECNE chunk in one line. */
export function formatEcneChunk(chunk: EcneChunk): string {
  return `ECNE (lowest TSN=${chunk.lowestTsn})`;
}

/** The row of the ECNE chunk in the registry. */
export const ECNE_CODEC: ChunkCodec<EcneChunk> = {
  kind: "ECNE",
  type: CHUNK_ECNE,
  parse: parseEcneChunk,
  byteLength: byteLengthOfEcneChunk,
  write: writeEcneChunk,
  format: formatEcneChunk,
};
