import { readUint16, writeUint16 } from "../bytes.js";
import { INVALID_LENGTH } from "../malformed.js";
import { TLV_HEADER_BYTES, type TlvCodec, writeTlvHeader } from "../tlv.js";

/** Unsupported HMAC Identifier (RFC 4895 §4.1). */
export const CAUSE_UNSUPPORTED_HMAC_IDENTIFIER = 0x0105;

const LENGTH_BYTES: number = TLV_HEADER_BYTES + 2;

/**
 * An AUTH chunk named an HMAC algorithm that its receiver has not asked for (RFC 4895 §4.1).
 *
 * ```
 * +-------------------------------+-------------------------------+
 * |     Cause Code = 0x0105       |       Cause Length = 6        |
 * +-------------------------------+-------------------------------+
 * |       HMAC Identifier         |            Padding            |
 * +-------------------------------+-------------------------------+
 * ```
 */
export interface UnsupportedHmacIdentifierCause {
  readonly kind: "Unsupported HMAC Identifier";
  readonly hmacIdentifier: number;
}

/** The row of Unsupported HMAC Identifier in the registry. */
export const UNSUPPORTED_HMAC_IDENTIFIER_CODEC: TlvCodec<UnsupportedHmacIdentifierCause> = {
  kind: "Unsupported HMAC Identifier",
  type: CAUSE_UNSUPPORTED_HMAC_IDENTIFIER,
  parse(bytes, offset, lengthBytes) {
    if (lengthBytes !== LENGTH_BYTES) return INVALID_LENGTH;
    return {
      kind: "Unsupported HMAC Identifier",
      hmacIdentifier: readUint16(bytes, offset + TLV_HEADER_BYTES),
    };
  },
  byteLength: () => LENGTH_BYTES,
  write(cause, bytes, offset) {
    writeTlvHeader(bytes, offset, CAUSE_UNSUPPORTED_HMAC_IDENTIFIER, LENGTH_BYTES);
    writeUint16(bytes, offset + TLV_HEADER_BYTES, cause.hmacIdentifier);
  },
  format: (cause) => `Unsupported HMAC identifier ${cause.hmacIdentifier}`,
};
