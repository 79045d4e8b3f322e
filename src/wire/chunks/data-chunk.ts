import type { Ssn, Tsn } from "../../base/serial-number.js";
import { copyInto, copyOf, readUint16, readUint32, writeUint16, writeUint32 } from "../bytes.js";
import { type ChunkCodec, writeChunkHeader } from "../chunk-codec.js";
import { INVALID_LENGTH, type Malformed } from "../malformed.js";

/** Payload Data (RFC 9260 §3.3.1). */
export const CHUNK_DATA = 0;

/** What stands in front of the user data of a DATA chunk. */
export const DATA_CHUNK_HEADER_BYTES = 16;

/** The E bit: the last fragment of a user message. */
export const DATA_FLAG_END = 1;
/** The B bit: the first fragment of a user message. */
export const DATA_FLAG_BEGINNING = 2;
/** The U bit: an unordered user message. */
export const DATA_FLAG_UNORDERED = 4;
/** The I bit: a SACK is wanted without delay (RFC 7053). */
export const DATA_FLAG_IMMEDIATE = 8;

const FLAGS_KNOWN = 0x0f;

/** The fields of a DATA chunk but for its user data. On the way of the data one such object is used over and over. */
export interface DataHeaderFields {
  /** The `DATA_FLAG_…` bits that are set. */
  flags: number;
  /** The Transmission Sequence Number of this chunk. */
  tsn: Tsn;
  /** The Stream Identifier, 0 to 65535. */
  streamId: number;
  /** The Stream Sequence Number; the receiver ignores it when the U bit is set. */
  ssn: Ssn;
  /** The Payload Protocol Identifier, 32 bits, as the number that stands on the wire. */
  ppid: number;
}

/**
 * Payload Data (RFC 9260 §3.3.1) as an object, for tests and for people. The way of the data reads in place
 * instead, with {@link dataChunkTsn} and its like.
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+-------+-+-+-+-+-------------------------------+
 * |   Type = 0    |  Res  |I|U|B|E|            Length             |
 * +---------------+-------+-+-+-+-+-------------------------------+
 * |                              TSN                              |
 * +-------------------------------+-------------------------------+
 * |      Stream Identifier S      |   Stream Sequence Number n    |
 * +-------------------------------+-------------------------------+
 * |                  Payload Protocol Identifier                  |
 * +---------------------------------------------------------------+
 * /                 User Data (seq n of Stream S)                 /
 * +---------------------------------------------------------------+
 * ```
 */
export interface DataChunk extends Readonly<DataHeaderFields> {
  readonly kind: "DATA";
  /** The user data. It is the stack's business that there has to be some (§6.2). */
  readonly userData: Uint8Array;
}

/** The flags of the DATA chunk at `offset` that RFC 9260 defines. */
export function dataChunkFlags(bytes: Uint8Array, offset: number): number {
  return (bytes[offset + 1] as number) & FLAGS_KNOWN;
}

/** The TSN of the DATA chunk at `offset`. */
export function dataChunkTsn(bytes: Uint8Array, offset: number): Tsn {
  return readUint32(bytes, offset + 4) as Tsn;
}

/** The Stream Identifier of the DATA chunk at `offset`. */
export function dataChunkStreamId(bytes: Uint8Array, offset: number): number {
  return readUint16(bytes, offset + 8);
}

/** The Stream Sequence Number of the DATA chunk at `offset`. */
export function dataChunkSsn(bytes: Uint8Array, offset: number): Ssn {
  return readUint16(bytes, offset + 10) as Ssn;
}

/** The Payload Protocol Identifier of the DATA chunk at `offset`. */
export function dataChunkPpid(bytes: Uint8Array, offset: number): number {
  return readUint32(bytes, offset + 12);
}

/** Reads a DATA chunk; the user data is copied. */
export function parseDataChunk(
  bytes: Uint8Array,
  offset: number,
  lengthBytes: number,
): DataChunk | Malformed {
  if (lengthBytes < DATA_CHUNK_HEADER_BYTES) return INVALID_LENGTH;
  return {
    kind: "DATA",
    // RFC 9260 §3.3.1: the reserved bits are ignored on receipt.
    flags: dataChunkFlags(bytes, offset),
    tsn: dataChunkTsn(bytes, offset),
    streamId: dataChunkStreamId(bytes, offset),
    ssn: dataChunkSsn(bytes, offset),
    ppid: dataChunkPpid(bytes, offset),
    userData: copyOf(bytes, offset + DATA_CHUNK_HEADER_BYTES, lengthBytes - DATA_CHUNK_HEADER_BYTES),
  };
}

/** The length of a DATA chunk without padding. */
export function byteLengthOfDataChunk(chunk: DataChunk): number {
  return DATA_CHUNK_HEADER_BYTES + chunk.userData.length;
}

/** Writes what stands in front of the user data. */
export function writeDataChunkHeader(
  header: Readonly<DataHeaderFields>,
  userDataLengthBytes: number,
  bytes: Uint8Array,
  offset: number,
): void {
  writeChunkHeader(bytes, offset, CHUNK_DATA, header.flags, DATA_CHUNK_HEADER_BYTES + userDataLengthBytes);
  writeUint32(bytes, offset + 4, header.tsn);
  writeUint16(bytes, offset + 8, header.streamId);
  writeUint16(bytes, offset + 10, header.ssn);
  writeUint32(bytes, offset + 12, header.ppid);
}

/** Makes a copy of a DATA chunk's header that of another fragment of the same message (RFC 9260 §6.9). */
export function changeDataChunkHeader(bytes: Uint8Array, offset: number, flags: number, tsn: Tsn): void {
  bytes[offset + 1] = flags;
  writeUint32(bytes, offset + 4, tsn);
}

/** Writes a whole DATA chunk without padding. */
export function writeDataChunk(chunk: DataChunk, bytes: Uint8Array, offset: number): void {
  const { userData } = chunk;
  writeDataChunkHeader(chunk, userData.length, bytes, offset);
  copyInto(bytes, offset + DATA_CHUNK_HEADER_BYTES, userData, 0, userData.length);
}

/** A DATA chunk in one line. */
export function formatDataChunk(chunk: DataChunk): string {
  const { flags } = chunk;
  const letters =
    (flags & DATA_FLAG_IMMEDIATE ? "I" : "") +
    (flags & DATA_FLAG_UNORDERED ? "U" : "") +
    (flags & DATA_FLAG_BEGINNING ? "B" : "") +
    (flags & DATA_FLAG_END ? "E" : "");
  const fields = `TSN=${chunk.tsn}, SID=${chunk.streamId}, SSN=${chunk.ssn}, PPID=${chunk.ppid}`;
  const bits = letters === "" ? "none" : letters;
  return `DATA (${fields}, flags=${bits}, payload length=${chunk.userData.length})`;
}

/** The row of the DATA chunk in the registry. */
export const DATA_CODEC: ChunkCodec<DataChunk> = {
  kind: "DATA",
  type: CHUNK_DATA,
  parse: parseDataChunk,
  byteLength: byteLengthOfDataChunk,
  write: writeDataChunk,
  format: formatDataChunk,
};
