import type { Tsn } from "../../base/serial-number.js";
import { readUint16, readUint32, writeUint16, writeUint32 } from "../bytes.js";
import { CHUNK_HEADER_BYTES, writeChunkHeader } from "../chunk-codec.js";
import { formatHex } from "../format.js";
import { INVALID_LENGTH, type Malformed } from "../malformed.js";
import {
  byteLengthOfParameters,
  formatParameter,
  type Parameter,
  parseParameters,
  writeParameters,
} from "../parameter.js";

/** The length of the chunk header and the fields of INIT and INIT ACK that are always there. */
export const INIT_CHUNK_FIXED_BYTES: number = CHUNK_HEADER_BYTES + 16;

/**
 * What INIT (RFC 9260 §3.3.2) and INIT ACK (§3.3.3) have in common, which is everything but the type.
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+---------------+-------------------------------+
 * | Type = 1 or 2 |  Chunk Flags  |         Chunk Length          |
 * +---------------+---------------+-------------------------------+
 * |                         Initiate Tag                          |
 * +---------------------------------------------------------------+
 * |          Advertised Receiver Window Credit (a_rwnd)           |
 * +-------------------------------+-------------------------------+
 * |  Number of Outbound Streams   |   Number of Inbound Streams   |
 * +-------------------------------+-------------------------------+
 * |                          Initial TSN                          |
 * +---------------------------------------------------------------+
 * /              Optional/Variable-Length Parameters              /
 * +---------------------------------------------------------------+
 * ```
 */
export interface InitBody {
  /** The verification tag that the sender of this chunk wants to find in every packet, 32 bits. */
  readonly initiateTag: number;
  /** Bytes of receive buffer that the sender of this chunk has set aside, 32 bits. */
  readonly aRwnd: number;
  /** How many streams the sender of this chunk wants to send on, 16 bits. */
  readonly outboundStreams: number;
  /** How many streams the sender of this chunk lets the other send on, 16 bits. */
  readonly inboundStreams: number;
  /** The TSN of the first DATA chunk of the sender of this chunk. */
  readonly initialTsn: Tsn;
  /**
   * The parameters, in their order. When one is unrecognized and stops the processing (§3.2.1), it is the
   * last one here: what stands behind it was not read and nobody can process it by mistake.
   */
  readonly parameters: readonly Parameter[];
}

/**
 * The Initiate Tag of the INIT or INIT ACK chunk at `offset`, read in place, so that even a malformed chunk
 * can be answered with an ABORT; the chunk is at least 8 bytes long.
 */
export function initChunkInitiateTag(bytes: Uint8Array, offset: number): number {
  return readUint32(bytes, offset + 4);
}

/** Reads what follows the chunk header of an INIT or INIT ACK chunk. */
export function parseInitBody(bytes: Uint8Array, offset: number, lengthBytes: number): InitBody | Malformed {
  if (lengthBytes < INIT_CHUNK_FIXED_BYTES) return INVALID_LENGTH;
  const list = parseParameters(bytes, offset + INIT_CHUNK_FIXED_BYTES, lengthBytes - INIT_CHUNK_FIXED_BYTES);
  if (list.malformed !== undefined) return list.malformed;
  return {
    initiateTag: initChunkInitiateTag(bytes, offset),
    aRwnd: readUint32(bytes, offset + 8),
    outboundStreams: readUint16(bytes, offset + 12),
    inboundStreams: readUint16(bytes, offset + 14),
    initialTsn: readUint32(bytes, offset + 16) as Tsn,
    parameters: list.parameters,
  };
}

/** The length of an INIT or INIT ACK chunk without padding. */
export function byteLengthOfInitBody(body: InitBody): number {
  return INIT_CHUNK_FIXED_BYTES + byteLengthOfParameters(body.parameters);
}

/** Writes a whole INIT or INIT ACK chunk, the parameters behind the fields (RFC 9260 §3.3.2.1, §3.3.3.1). */
export function writeInitBody(type: number, body: InitBody, bytes: Uint8Array, offset: number): void {
  writeChunkHeader(bytes, offset, type, 0, byteLengthOfInitBody(body));
  writeUint32(bytes, offset + 4, body.initiateTag);
  writeUint32(bytes, offset + 8, body.aRwnd);
  writeUint16(bytes, offset + 12, body.outboundStreams);
  writeUint16(bytes, offset + 14, body.inboundStreams);
  writeUint32(bytes, offset + 16, body.initialTsn);
  writeParameters(body.parameters, bytes, offset + INIT_CHUNK_FIXED_BYTES);
}

/** The fields of an INIT or INIT ACK chunk for people. */
export function formatInitBody(body: InitBody): string {
  const fields = [
    `initiate tag=${formatHex(body.initiateTag, 8)}`,
    `a_rwnd=${body.aRwnd}`,
    `outbound streams=${body.outboundStreams}`,
    `inbound streams=${body.inboundStreams}`,
    `initial TSN=${body.initialTsn}`,
    ...body.parameters.map(formatParameter),
  ];
  return `(${fields.join(", ")})`;
}
