import { copyInto, copyOf, padded, readUint16, zeroFill } from "../bytes.js";
import { CHUNK_HEADER_BYTES, writeChunkHeader } from "../chunk-codec.js";
import { INVALID_TYPE, isMalformed, type Malformed } from "../malformed.js";
import { PARAMETER_HEARTBEAT_INFO } from "../parameters/heartbeat-info-parameter.js";
import { TLV_HEADER_BYTES, tlvLength, writeTlvHeader } from "../tlv.js";

/** What HEARTBEAT (RFC 9260 §3.3.5) and HEARTBEAT ACK (§3.3.6) have in common, which is everything but the type. */
export interface HeartbeatBody {
  /** The value of the Heartbeat Info parameter: only the sender of the HEARTBEAT understands it. */
  readonly info: Uint8Array;
  /** Whatever follows that parameter and its padding, as it came: an answer gives it back unread (§8.3). */
  readonly furtherParameters?: Uint8Array;
}

/** Reads what follows the chunk header; the bytes are copied. */
export function parseHeartbeatBody(
  bytes: Uint8Array,
  offset: number,
  lengthBytes: number,
): HeartbeatBody | Malformed {
  const at = offset + CHUNK_HEADER_BYTES;
  const end = offset + lengthBytes;
  const infoLength = tlvLength(bytes, at, end);
  if (isMalformed(infoLength)) return infoLength;
  if (readUint16(bytes, at) !== PARAMETER_HEARTBEAT_INFO) return INVALID_TYPE;
  const info = copyOf(bytes, at + TLV_HEADER_BYTES, infoLength - TLV_HEADER_BYTES);
  // RFC 9260 §3.2: the chunk length may or may not count the padding of the last parameter.
  const next = at + padded(infoLength);
  return next < end ? { info, furtherParameters: copyOf(bytes, next, end - next) } : { info };
}

/** The length of a HEARTBEAT or HEARTBEAT ACK chunk without padding. */
export function byteLengthOfHeartbeatBody({ info, furtherParameters }: HeartbeatBody): number {
  const lengthBytes = CHUNK_HEADER_BYTES + TLV_HEADER_BYTES + info.length;
  return furtherParameters === undefined ? lengthBytes : padded(lengthBytes) + furtherParameters.length;
}

/** Writes a whole HEARTBEAT or HEARTBEAT ACK chunk. */
export function writeHeartbeatBody(
  type: number,
  body: HeartbeatBody,
  bytes: Uint8Array,
  offset: number,
): void {
  const { info, furtherParameters } = body;
  writeChunkHeader(bytes, offset, type, 0, byteLengthOfHeartbeatBody(body));
  const at = offset + CHUNK_HEADER_BYTES;
  writeTlvHeader(bytes, at, PARAMETER_HEARTBEAT_INFO, TLV_HEADER_BYTES + info.length);
  copyInto(bytes, at + TLV_HEADER_BYTES, info, 0, info.length);
  if (furtherParameters === undefined) return;
  const next = at + padded(TLV_HEADER_BYTES + info.length);
  zeroFill(bytes, at + TLV_HEADER_BYTES + info.length, next);
  copyInto(bytes, next, furtherParameters, 0, furtherParameters.length);
}
