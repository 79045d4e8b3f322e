import { readUint16, readUint32, writeUint16, writeUint32 } from "./bytes.js";
import { INVALID_LENGTH, type Malformed } from "./malformed.js";

/** The length of the common header (RFC 9260 §3.1). */
export const COMMON_HEADER_BYTES = 12;

/** Where the checksum stands in the common header. */
export const CHECKSUM_OFFSET_BYTES = 8;

/**
 * The common header of every packet (RFC 9260 §3.1). The checksum is no field here: it belongs to the packet
 * as a whole, see crc32c.ts.
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-------------------------------+-------------------------------+
 * |      Source Port Number       |    Destination Port Number    |
 * +-------------------------------+-------------------------------+
 * |                       Verification Tag                        |
 * +---------------------------------------------------------------+
 * |                           Checksum                            |
 * +---------------------------------------------------------------+
 * ```
 */
export interface CommonHeader {
  /** The SCTP port of the sender, 0 to 65535. */
  readonly sourcePort: number;
  /** The SCTP port of the receiver, 0 to 65535. */
  readonly destinationPort: number;
  /** 32 bits. */
  readonly verificationTag: number;
}

/** Reads the common header at the beginning of a packet. */
export function parseCommonHeader(
  bytes: Uint8Array,
  offset: number,
  lengthBytes: number,
): CommonHeader | Malformed {
  if (lengthBytes < COMMON_HEADER_BYTES) return INVALID_LENGTH;
  return {
    sourcePort: packetSourcePort(bytes, offset),
    destinationPort: packetDestinationPort(bytes, offset),
    verificationTag: packetVerificationTag(bytes, offset),
  };
}

/** Writes the common header with a checksum of zero, which is what the checksum is computed over. */
export function writeCommonHeader(header: CommonHeader, bytes: Uint8Array, offset: number): void {
  writeUint16(bytes, offset, header.sourcePort);
  writeUint16(bytes, offset + 2, header.destinationPort);
  writeUint32(bytes, offset + 4, header.verificationTag);
  writeUint32(bytes, offset + CHECKSUM_OFFSET_BYTES, 0);
}

/** The source port of the packet that begins at `offset`, read in place. */
export function packetSourcePort(bytes: Uint8Array, offset: number): number {
  return readUint16(bytes, offset);
}

/** The destination port of the packet that begins at `offset`, read in place. */
export function packetDestinationPort(bytes: Uint8Array, offset: number): number {
  return readUint16(bytes, offset + 2);
}

/** The verification tag of the packet that begins at `offset`, read in place. */
export function packetVerificationTag(bytes: Uint8Array, offset: number): number {
  return readUint32(bytes, offset + 4);
}
