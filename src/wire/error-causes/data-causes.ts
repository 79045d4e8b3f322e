import type { Tsn } from "../../base/serial-number.js";
import { readUint16, readUint32, writeUint16, writeUint32 } from "../bytes.js";
import { INVALID_LENGTH } from "../malformed.js";
import { TLV_HEADER_BYTES, type TlvCodec, writeTlvHeader } from "../tlv.js";

/** Invalid Stream Identifier (RFC 9260 §3.3.10.1). */
export const CAUSE_INVALID_STREAM_IDENTIFIER = 1;
/** No User Data (RFC 9260 §3.3.10.9). */
export const CAUSE_NO_USER_DATA = 9;

const LENGTH_BYTES: number = TLV_HEADER_BYTES + 4;

/**
 * DATA came on a stream that does not exist (RFC 9260 §3.3.10.1).
 *
 * ```
 * +-------------------------------+-------------------------------+
 * |        Cause Code = 1         |       Cause Length = 8        |
 * +-------------------------------+-------------------------------+
 * |       Stream Identifier       |          (Reserved)           |
 * +-------------------------------+-------------------------------+
 * ```
 */
export interface InvalidStreamIdentifierCause {
  readonly kind: "Invalid Stream Identifier";
  /** That stream, 0 to 65535. */
  readonly streamId: number;
}

/**
 * A DATA chunk came without user data (RFC 9260 §3.3.10.9).
 *
 * ```
 * +-------------------------------+-------------------------------+
 * |        Cause Code = 9         |       Cause Length = 8        |
 * +-------------------------------+-------------------------------+
 * |                              TSN                              |
 * +---------------------------------------------------------------+
 * ```
 */
export interface NoUserDataCause {
  readonly kind: "No User Data";
  /** The TSN of that chunk. */
  readonly tsn: Tsn;
}

/** The row of Invalid Stream Identifier in the registry. */
export const INVALID_STREAM_IDENTIFIER_CODEC: TlvCodec<InvalidStreamIdentifierCause> = {
  kind: "Invalid Stream Identifier",
  type: CAUSE_INVALID_STREAM_IDENTIFIER,
  parse(bytes, offset, lengthBytes) {
    if (lengthBytes !== LENGTH_BYTES) return INVALID_LENGTH;
    return { kind: "Invalid Stream Identifier", streamId: readUint16(bytes, offset + TLV_HEADER_BYTES) };
  },
  byteLength: () => LENGTH_BYTES,
  write(cause, bytes, offset) {
    writeTlvHeader(bytes, offset, CAUSE_INVALID_STREAM_IDENTIFIER, LENGTH_BYTES);
    writeUint16(bytes, offset + TLV_HEADER_BYTES, cause.streamId);
    writeUint16(bytes, offset + TLV_HEADER_BYTES + 2, 0);
  },
  format: (cause) => `Invalid stream identifier ${cause.streamId}`,
};

/** The row of No User Data in the registry. */
export const NO_USER_DATA_CODEC: TlvCodec<NoUserDataCause> = {
  kind: "No User Data",
  type: CAUSE_NO_USER_DATA,
  parse(bytes, offset, lengthBytes) {
    if (lengthBytes !== LENGTH_BYTES) return INVALID_LENGTH;
    return { kind: "No User Data", tsn: readUint32(bytes, offset + TLV_HEADER_BYTES) as Tsn };
  },
  byteLength: () => LENGTH_BYTES,
  write(cause, bytes, offset) {
    writeTlvHeader(bytes, offset, CAUSE_NO_USER_DATA, LENGTH_BYTES);
    writeUint32(bytes, offset + TLV_HEADER_BYTES, cause.tsn);
  },
  format: (cause) => `No user data, TSN=${cause.tsn}`,
};
