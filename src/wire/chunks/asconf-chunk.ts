import type { IpAddress } from "../../base/ip-address.js";
import { readUint32, writeUint32 } from "../bytes.js";
import { CHUNK_HEADER_BYTES, type ChunkCodec, writeChunkHeader } from "../chunk-codec.js";
import { formatHex } from "../format.js";
import { INVALID_LENGTH, INVALID_TYPE, isMalformed, type Malformed } from "../malformed.js";
import {
  byteLengthOfParameters,
  formatParameter,
  type Parameter,
  PARAMETERS_PER_CHUNK_MAX,
  parseParameters,
  writeParameters,
} from "../parameter.js";
import {
  byteLengthOfAddress,
  parseAddress,
  writeAddressParameter,
} from "../parameters/ip-address-parameters.js";
import { tlvLength } from "../tlv.js";

/** Address Configuration Change (RFC 5061 §4.1.1). */
export const CHUNK_ASCONF = 0xc1;

/** The length of the chunk header and the sequence number. */
const FIXED_BYTES: number = CHUNK_HEADER_BYTES + 4;

/**
 * Address Configuration Change (RFC 5061 §4.1.1): asks for changes of the sender's addresses.
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+---------------+-------------------------------+
 * |  Type = 0xC1  |  Chunk Flags  |         Chunk Length          |
 * +---------------+---------------+-------------------------------+
 * |                        Sequence Number                        |
 * +---------------------------------------------------------------+
 * /                       Address Parameter                       /
 * +---------------------------------------------------------------+
 * /                       ASCONF Parameters                       /
 * +---------------------------------------------------------------+
 * ```
 */
export interface AsconfChunk {
  readonly kind: "ASCONF";
  /** 32 bits, counted from the sender's Initial TSN on (§5.1 A2). */
  readonly sequenceNumber: number;
  /** An address of the sender that the association is found by; a wildcard names none. */
  readonly address: IpAddress;
  /**
   * What the sender asks for, in its order. When one is unrecognized and stops the processing (RFC 9260 §3.2.1), it is
   * the last one here.
   */
  readonly parameters: readonly Parameter[];
}

/**
 * The address that the ASCONF chunk at `offset` is to be looked up by, read in place (RFC 5061 §5.2 D2); `undefined`
 * where there is none.
 */
export function asconfChunkAddress(
  bytes: Uint8Array,
  offset: number,
  lengthBytes: number,
): IpAddress | undefined {
  const address = lookupAddress(bytes, offset, lengthBytes);
  return isMalformed(address) ? undefined : address;
}

function lookupAddress(bytes: Uint8Array, offset: number, lengthBytes: number): IpAddress | Malformed {
  const at = offset + FIXED_BYTES;
  if (lengthBytes < FIXED_BYTES) return INVALID_LENGTH;
  const addressBytes = tlvLength(bytes, at, offset + lengthBytes);
  if (isMalformed(addressBytes)) return addressBytes;
  // RFC 5061 §4.1.1: the parameter has to be there, and a host name is no address.
  return parseAddress(bytes, at, addressBytes) ?? INVALID_TYPE;
}

/** Reads an ASCONF chunk. */
export function parseAsconfChunk(
  bytes: Uint8Array,
  offset: number,
  lengthBytes: number,
): AsconfChunk | Malformed {
  const address = lookupAddress(bytes, offset, lengthBytes);
  if (isMalformed(address)) return address;
  const at = FIXED_BYTES + byteLengthOfAddress(address);
  const list = parseParameters(bytes, offset + at, lengthBytes - at);
  if (list.malformed !== undefined) return list.malformed;
  // What would not be looked at would look like a success to the peer (RFC 5061 §5.1 A8).
  if (list.parameters.length === PARAMETERS_PER_CHUNK_MAX) return INVALID_LENGTH;
  return {
    kind: "ASCONF",
    sequenceNumber: readUint32(bytes, offset + CHUNK_HEADER_BYTES),
    address,
    parameters: list.parameters,
  };
}

/** The length of an ASCONF chunk without padding. */
export function byteLengthOfAsconfChunk({ address, parameters }: AsconfChunk): number {
  return FIXED_BYTES + byteLengthOfAddress(address) + byteLengthOfParameters(parameters);
}

/** Writes an ASCONF chunk. */
export function writeAsconfChunk(chunk: AsconfChunk, bytes: Uint8Array, offset: number): void {
  const { address } = chunk;
  writeChunkHeader(bytes, offset, CHUNK_ASCONF, 0, byteLengthOfAsconfChunk(chunk));
  writeUint32(bytes, offset + CHUNK_HEADER_BYTES, chunk.sequenceNumber);
  writeAddressParameter(address, bytes, offset + FIXED_BYTES);
  writeParameters(chunk.parameters, bytes, offset + FIXED_BYTES + byteLengthOfAddress(address));
}

/** An ASCONF chunk in one line. */
export function formatAsconfChunk({ sequenceNumber, address, parameters }: AsconfChunk): string {
  const fields = [
    `sequence number=${formatHex(sequenceNumber, 8)}`,
    address.text,
    ...parameters.map(formatParameter),
  ];
  return `ASCONF (${fields.join(", ")})`;
}

/** The row of the ASCONF chunk in the registry. */
export const ASCONF_CODEC: ChunkCodec<AsconfChunk> = {
  kind: "ASCONF",
  type: CHUNK_ASCONF,
  parse: parseAsconfChunk,
  byteLength: byteLengthOfAsconfChunk,
  write: writeAsconfChunk,
  format: formatAsconfChunk,
};
