import type { Tsn } from "../../base/serial-number.js";
import { readUint16, readUint32, writeUint16, writeUint32 } from "../bytes.js";
import { type ChunkCodec, writeChunkHeader } from "../chunk-codec.js";
import { INVALID_LENGTH, type Malformed } from "../malformed.js";

/** Selective Acknowledgement (RFC 9260 §3.3.4). */
export const CHUNK_SACK = 3;

/** The length of a SACK chunk without Gap Ack Blocks and duplicate TSNs. */
export const SACK_CHUNK_FIXED_BYTES = 16;

/** One Gap Ack Block: offsets from the Cumulative TSN Ack, both inclusive, each 0 to 65535. */
export interface GapAckBlock {
  readonly start: number;
  readonly end: number;
}

/**
 * Selective Acknowledgement (RFC 9260 §3.3.4). That blocks lie in order and do not overlap is the stack's
 * business.
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+---------------+-------------------------------+
 * |   Type = 3    |  Chunk Flags  |         Chunk Length          |
 * +---------------+---------------+-------------------------------+
 * |                      Cumulative TSN Ack                       |
 * +---------------------------------------------------------------+
 * |          Advertised Receiver Window Credit (a_rwnd)           |
 * +-------------------------------+-------------------------------+
 * | Number of Gap Ack Blocks = N  |  Number of Duplicate TSNs = M |
 * +-------------------------------+-------------------------------+
 * |    Gap Ack Block #1 Start     |     Gap Ack Block #1 End      |
 * +-------------------------------+-------------------------------+
 * /                              ...                              /
 * +---------------------------------------------------------------+
 * |                        Duplicate TSN 1                        |
 * +---------------------------------------------------------------+
 * /                              ...                              /
 * +---------------------------------------------------------------+
 * ```
 */
export interface SackChunk {
  readonly kind: "SACK";
  /** All TSNs up to this one have arrived. */
  readonly cumulativeTsnAck: Tsn;
  /** Bytes of receive buffer that are free, 32 bits. */
  readonly aRwnd: number;
  /** What has arrived behind the first gap. */
  readonly gapAckBlocks: readonly GapAckBlock[];
  /** TSNs that arrived more than once, each as often as it did so. */
  readonly duplicateTsns: readonly Tsn[];
}

/**
 * The Cumulative TSN Ack of the SACK chunk at `offset`, read in place, so that a stale one costs no object;
 * the chunk is at least {@link SACK_CHUNK_FIXED_BYTES} long.
 */
export function sackChunkCumulativeTsnAck(bytes: Uint8Array, offset: number): Tsn {
  return readUint32(bytes, offset + 4) as Tsn;
}

/** A SACK chunk that others are read into after it. */
export type ReusedSackChunk = { -readonly [Field in keyof SackChunk]: SackChunk[Field] };

/** What a SACK has that reports no gaps, and no duplicates. */
const NO_GAP_ACK_BLOCKS: readonly GapAckBlock[] = Object.freeze([]);
const NO_TSNS: readonly Tsn[] = Object.freeze([]);

/** A SACK chunk to read others into. */
export function createSackChunk(): ReusedSackChunk {
  return {
    kind: "SACK",
    cumulativeTsnAck: 0 as Tsn,
    aRwnd: 0,
    gapAckBlocks: NO_GAP_ACK_BLOCKS,
    duplicateTsns: NO_TSNS,
  };
}

/** Reads a SACK chunk. The numbers of blocks and duplicates must account for its length to the byte. */
export function parseSackChunk(
  bytes: Uint8Array,
  offset: number,
  lengthBytes: number,
): SackChunk | Malformed {
  const chunk = createSackChunk();
  return readSackChunk(bytes, offset, lengthBytes, chunk) ? chunk : INVALID_LENGTH;
}

/** As {@link parseSackChunk}, into a chunk that is there already; false for a malformed one. */
export function readSackChunk(
  bytes: Uint8Array,
  offset: number,
  lengthBytes: number,
  into: ReusedSackChunk,
): boolean {
  if (lengthBytes < SACK_CHUNK_FIXED_BYTES) return false;
  const blockCount = readUint16(bytes, offset + 12);
  const duplicateCount = readUint16(bytes, offset + 14);
  // The length bounds both counts before anything is allocated for them.
  if (lengthBytes !== SACK_CHUNK_FIXED_BYTES + 4 * (blockCount + duplicateCount)) return false;
  const blocksOffset = offset + SACK_CHUNK_FIXED_BYTES;
  into.cumulativeTsnAck = sackChunkCumulativeTsnAck(bytes, offset);
  into.aRwnd = readUint32(bytes, offset + 8);
  into.gapAckBlocks = blockCount === 0 ? NO_GAP_ACK_BLOCKS : readBlocks(bytes, blocksOffset, blockCount);
  into.duplicateTsns =
    duplicateCount === 0 ? NO_TSNS : readTsns(bytes, blocksOffset + 4 * blockCount, duplicateCount);
  return true;
}

function readBlocks(bytes: Uint8Array, offset: number, count: number): GapAckBlock[] {
  const blocks: GapAckBlock[] = [];
  for (let at = offset; at < offset + 4 * count; at += 4)
    blocks.push({ start: readUint16(bytes, at), end: readUint16(bytes, at + 2) });
  return blocks;
}

function readTsns(bytes: Uint8Array, offset: number, count: number): Tsn[] {
  const tsns: Tsn[] = [];
  for (let at = offset; at < offset + 4 * count; at += 4) tsns.push(readUint32(bytes, at) as Tsn);
  return tsns;
}

/** The length of a SACK chunk. */
export function byteLengthOfSackChunk(chunk: SackChunk): number {
  return SACK_CHUNK_FIXED_BYTES + 4 * (chunk.gapAckBlocks.length + chunk.duplicateTsns.length);
}

/** Writes a SACK chunk. */
export function writeSackChunk(chunk: SackChunk, bytes: Uint8Array, offset: number): void {
  writeChunkHeader(bytes, offset, CHUNK_SACK, 0, byteLengthOfSackChunk(chunk));
  writeUint32(bytes, offset + 4, chunk.cumulativeTsnAck);
  writeUint32(bytes, offset + 8, chunk.aRwnd);
  writeUint16(bytes, offset + 12, chunk.gapAckBlocks.length);
  writeUint16(bytes, offset + 14, chunk.duplicateTsns.length);
  // Most report neither; to find that out by an iterator costs more than all the rest.
  if (chunk.gapAckBlocks.length + chunk.duplicateTsns.length > 0) writeReports(chunk, bytes, offset);
}

function writeReports(chunk: SackChunk, bytes: Uint8Array, offset: number): void {
  let at = offset + SACK_CHUNK_FIXED_BYTES;
  for (const block of chunk.gapAckBlocks) {
    writeUint16(bytes, at, block.start);
    writeUint16(bytes, at + 2, block.end);
    at += 4;
  }
  for (const duplicate of chunk.duplicateTsns) {
    writeUint32(bytes, at, duplicate);
    at += 4;
  }
}

/** A SACK chunk in one line. */
export function formatSackChunk(chunk: SackChunk): string {
  const blocks = chunk.gapAckBlocks.map((block) => `${block.start}-${block.end}`);
  const fields = [`Ack=${chunk.cumulativeTsnAck}`, `Arwnd=${chunk.aRwnd}`];
  if (blocks.length > 0) fields.push(`gap ack blocks=${blocks.join(" ")}`);
  if (chunk.duplicateTsns.length > 0) fields.push(`duplicate TSNs=${chunk.duplicateTsns.join(" ")}`);
  return `SACK (${fields.join(", ")})`;
}

/** The row of the SACK chunk in the registry. */
export const SACK_CODEC: ChunkCodec<SackChunk> = {
  kind: "SACK",
  type: CHUNK_SACK,
  parse: parseSackChunk,
  byteLength: byteLengthOfSackChunk,
  write: writeSackChunk,
  format: formatSackChunk,
};
