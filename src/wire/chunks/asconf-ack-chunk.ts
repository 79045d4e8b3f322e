import { readUint32, writeUint32 } from "../bytes.js";
import { CHUNK_HEADER_BYTES, type ChunkCodec, writeChunkHeader } from "../chunk-codec.js";
import { formatHex } from "../format.js";
import { INVALID_LENGTH, type Malformed } from "../malformed.js";
import {
  byteLengthOfParameters,
  formatParameter,
  type Parameter,
  parseParameters,
  writeParameters,
} from "../parameter.js";

/** Address Configuration Acknowledgment (RFC 5061 §4.1.2). */
export const CHUNK_ASCONF_ACK = 0x80;

/** The length of an ASCONF-ACK chunk that reports nothing: everything was fulfilled. */
export const ASCONF_ACK_CHUNK_FIXED_BYTES: number = CHUNK_HEADER_BYTES + 4;

/**
 * Address Configuration Acknowledgment (RFC 5061 §4.1.2): answers an ASCONF.
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+---------------+-------------------------------+
 * |  Type = 0x80  |  Chunk Flags  |         Chunk Length          |
 * +---------------+---------------+-------------------------------+
 * |                        Sequence Number                        |
 * +---------------------------------------------------------------+
 * /                  ASCONF Parameter Responses                   /
 * +---------------------------------------------------------------+
 * ```
 */
export interface AsconfAckChunk {
  readonly kind: "ASCONF-ACK";
  /** The sequence number of the ASCONF. */
  readonly sequenceNumber: number;
  /** What became of its parameters; none when all were fulfilled. */
  readonly parameters: readonly Parameter[];
}

/** Reads an ASCONF-ACK chunk. */
export function parseAsconfAckChunk(
  bytes: Uint8Array,
  offset: number,
  lengthBytes: number,
): AsconfAckChunk | Malformed {
  if (lengthBytes < ASCONF_ACK_CHUNK_FIXED_BYTES) return INVALID_LENGTH;
  const at = ASCONF_ACK_CHUNK_FIXED_BYTES;
  const list = parseParameters(bytes, offset + at, lengthBytes - at);
  if (list.malformed !== undefined) return list.malformed;
  const sequenceNumber = readUint32(bytes, offset + CHUNK_HEADER_BYTES);
  return { kind: "ASCONF-ACK", sequenceNumber, parameters: list.parameters };
}

/** The length of an ASCONF-ACK chunk without padding. */
export function byteLengthOfAsconfAckChunk({ parameters }: AsconfAckChunk): number {
  return ASCONF_ACK_CHUNK_FIXED_BYTES + byteLengthOfParameters(parameters);
}

/** Writes an ASCONF-ACK chunk. */
export function writeAsconfAckChunk(chunk: AsconfAckChunk, bytes: Uint8Array, offset: number): void {
  writeChunkHeader(bytes, offset, CHUNK_ASCONF_ACK, 0, byteLengthOfAsconfAckChunk(chunk));
  writeUint32(bytes, offset + CHUNK_HEADER_BYTES, chunk.sequenceNumber);
  writeParameters(chunk.parameters, bytes, offset + ASCONF_ACK_CHUNK_FIXED_BYTES);
}

/** An ASCONF-ACK chunk in one line. */
export function formatAsconfAckChunk({ sequenceNumber, parameters }: AsconfAckChunk): string {
  const fields = [`sequence number=${formatHex(sequenceNumber, 8)}`, ...parameters.map(formatParameter)];
  return `ASCONF-ACK (${fields.join(", ")})`;
}

/** The row of the ASCONF-ACK chunk in the registry. */
export const ASCONF_ACK_CODEC: ChunkCodec<AsconfAckChunk> = {
  kind: "ASCONF-ACK",
  type: CHUNK_ASCONF_ACK,
  parse: parseAsconfAckChunk,
  byteLength: byteLengthOfAsconfAckChunk,
  write: writeAsconfAckChunk,
  format: formatAsconfAckChunk,
};
