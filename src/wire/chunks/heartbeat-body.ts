import { copyInto, copyOf, padded, readUint16 } from "../bytes.js";
import { CHUNK_HEADER_BYTES, writeChunkHeader } from "../chunk-codec.js";
import { INVALID_PADDING, INVALID_TYPE, isMalformed, type Malformed } from "../malformed.js";
import { PARAMETER_HEARTBEAT_INFO } from "../parameters/heartbeat-info-parameter.js";
import { TLV_HEADER_BYTES, tlvLength, writeTlvHeader } from "../tlv.js";

/**
 * Reads the one parameter that HEARTBEAT and HEARTBEAT ACK consist of (RFC 9260 §3.3.5).
 *
 * @returns the value of the Heartbeat Info parameter, copied
 */
export function parseHeartbeatBody(
  bytes: Uint8Array,
  offset: number,
  lengthBytes: number,
): Uint8Array | Malformed {
  const at = offset + CHUNK_HEADER_BYTES;
  const end = offset + lengthBytes;
  const infoLength = tlvLength(bytes, at, end);
  if (isMalformed(infoLength)) return infoLength;
  if (readUint16(bytes, at) !== PARAMETER_HEARTBEAT_INFO) return INVALID_TYPE;
  // RFC 9260 §3.2: the chunk length may or may not count the padding of the last parameter.
  if (at + padded(infoLength) < end) return INVALID_PADDING;
  return copyOf(bytes, at + TLV_HEADER_BYTES, infoLength - TLV_HEADER_BYTES);
}

/** The length of a HEARTBEAT or HEARTBEAT ACK chunk without padding. */
export function byteLengthOfHeartbeatBody(info: Uint8Array): number {
  return CHUNK_HEADER_BYTES + TLV_HEADER_BYTES + info.length;
}

/** Writes a whole HEARTBEAT or HEARTBEAT ACK chunk. */
export function writeHeartbeatBody(type: number, info: Uint8Array, bytes: Uint8Array, offset: number): void {
  writeChunkHeader(bytes, offset, type, 0, byteLengthOfHeartbeatBody(info));
  const at = offset + CHUNK_HEADER_BYTES;
  writeTlvHeader(bytes, at, PARAMETER_HEARTBEAT_INFO, TLV_HEADER_BYTES + info.length);
  copyInto(bytes, at + TLV_HEADER_BYTES, info, 0, info.length);
}
