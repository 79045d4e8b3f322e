import type { Ssn, Tsn } from "../../base/serial-number.js";
import { readUint16, readUint32, writeUint16, writeUint32 } from "../bytes.js";
import { type ChunkCodec, writeChunkHeader } from "../chunk-codec.js";
import { INVALID_LENGTH, type Malformed } from "../malformed.js";

/** Forward Cumulative TSN (RFC 3758 §3.2). */
export const CHUNK_FORWARD_TSN = 0xc0;

/** The length of a FORWARD TSN chunk that skips nothing ordered. */
export const FORWARD_TSN_CHUNK_FIXED_BYTES = 8;

/** The length of one entry of the list of streams. */
export const FORWARD_TSN_STREAM_BYTES = 4;

/** A stream of which ordered messages are skipped. */
export interface SkippedStream {
  readonly streamId: number;
  /** The largest Stream Sequence Number that is skipped. */
  readonly ssn: Ssn;
}

/**
 * Forward Cumulative TSN (RFC 3758 §3.2): what is missing up to here will not come.
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+---------------+-------------------------------+
 * |  Type = 192   |  Flags = 0    |            Length             |
 * +---------------+---------------+-------------------------------+
 * |                      New Cumulative TSN                       |
 * +-------------------------------+-------------------------------+
 * |           Stream-1            |       Stream Sequence-1       |
 * +-------------------------------+-------------------------------+
 * /                              ...                              /
 * +---------------------------------------------------------------+
 * ```
 */
export interface ForwardTsnChunk {
  readonly kind: "FORWARD TSN";
  /** All TSNs up to this one count as received. */
  readonly newCumulativeTsn: Tsn;
  /** The streams of which ordered messages are skipped. */
  readonly streams: readonly SkippedStream[];
}

/** Reads a FORWARD TSN chunk. */
export function parseForwardTsnChunk(
  bytes: Uint8Array,
  offset: number,
  lengthBytes: number,
): ForwardTsnChunk | Malformed {
  const listBytes = lengthBytes - FORWARD_TSN_CHUNK_FIXED_BYTES;
  if (listBytes < 0 || listBytes % FORWARD_TSN_STREAM_BYTES !== 0) return INVALID_LENGTH;
  const streams: SkippedStream[] = [];
  const end = offset + lengthBytes;
  for (let at = offset + FORWARD_TSN_CHUNK_FIXED_BYTES; at < end; at += FORWARD_TSN_STREAM_BYTES)
    streams.push({ streamId: readUint16(bytes, at), ssn: readUint16(bytes, at + 2) as Ssn });
  return { kind: "FORWARD TSN", newCumulativeTsn: readUint32(bytes, offset + 4) as Tsn, streams };
}

/** The length of a FORWARD TSN chunk. */
export function byteLengthOfForwardTsnChunk(chunk: ForwardTsnChunk): number {
  return FORWARD_TSN_CHUNK_FIXED_BYTES + FORWARD_TSN_STREAM_BYTES * chunk.streams.length;
}

/** Writes a FORWARD TSN chunk. */
export function writeForwardTsnChunk(chunk: ForwardTsnChunk, bytes: Uint8Array, offset: number): void {
  writeChunkHeader(bytes, offset, CHUNK_FORWARD_TSN, 0, byteLengthOfForwardTsnChunk(chunk));
  writeUint32(bytes, offset + 4, chunk.newCumulativeTsn);
  let at = offset + FORWARD_TSN_CHUNK_FIXED_BYTES;
  for (const { streamId, ssn } of chunk.streams) {
    writeUint16(bytes, at, streamId);
    writeUint16(bytes, at + 2, ssn);
    at += FORWARD_TSN_STREAM_BYTES;
  }
}

/** A FORWARD TSN chunk in one line. */
export function formatForwardTsnChunk({ newCumulativeTsn, streams }: ForwardTsnChunk): string {
  const skipped = streams.map(({ streamId, ssn }) => `${streamId}/${ssn}`);
  const fields = [`Cumulative TSN=${newCumulativeTsn}`];
  if (skipped.length > 0) fields.push(`streams=${skipped.join(" ")}`);
  return `FORWARD TSN (${fields.join(", ")})`;
}

/** The row of the FORWARD TSN chunk in the registry. */
export const FORWARD_TSN_CODEC: ChunkCodec<ForwardTsnChunk> = {
  kind: "FORWARD TSN",
  type: CHUNK_FORWARD_TSN,
  parse: parseForwardTsnChunk,
  byteLength: byteLengthOfForwardTsnChunk,
  write: writeForwardTsnChunk,
  format: formatForwardTsnChunk,
};
