import { copyInto, copyOf, readUint32, writeUint32 } from "../bytes.js";
import { INVALID_LENGTH } from "../malformed.js";
import { TLV_HEADER_BYTES, type TlvCodec, writeTlvHeader } from "../tlv.js";

/** State Cookie (RFC 9260 §3.3.3.1.1). */
export const PARAMETER_STATE_COOKIE = 7;
/** Cookie Preservative (RFC 9260 §3.3.2.1.3). */
export const PARAMETER_COOKIE_PRESERVATIVE = 9;

const PRESERVATIVE_LENGTH_BYTES: number = TLV_HEADER_BYTES + 4;

/**
 * The State Cookie of an INIT ACK (RFC 9260 §3.3.3.1.1). Its contents are the stack's.
 *
 * ```
 * +-------------------------------+-------------------------------+
 * |           Type = 7            |            Length             |
 * +-------------------------------+-------------------------------+
 * /                            Cookie                             /
 * +---------------------------------------------------------------+
 * ```
 */
export interface StateCookieParameter {
  readonly kind: "State Cookie";
  /** What the COOKIE ECHO chunk gives back, byte for byte. */
  readonly cookie: Uint8Array;
}

/**
 * A wish for a longer life of the State Cookie (RFC 9260 §3.3.2.1.3).
 *
 * ```
 * +-------------------------------+-------------------------------+
 * |           Type = 9            |          Length = 8           |
 * +-------------------------------+-------------------------------+
 * |         Suggested Cookie Life-Span Increment (msec.)          |
 * +---------------------------------------------------------------+
 * ```
 */
export interface CookiePreservativeParameter {
  readonly kind: "Cookie Preservative";
  /** By how much, 32 bits. */
  readonly suggestedIncrementMs: number;
}

/** The row of State Cookie in the registry. */
export const STATE_COOKIE_CODEC: TlvCodec<StateCookieParameter> = {
  kind: "State Cookie",
  type: PARAMETER_STATE_COOKIE,
  parse(bytes, offset, lengthBytes) {
    const cookie = copyOf(bytes, offset + TLV_HEADER_BYTES, lengthBytes - TLV_HEADER_BYTES);
    return { kind: "State Cookie", cookie };
  },
  byteLength: (parameter) => TLV_HEADER_BYTES + parameter.cookie.length,
  write(parameter, bytes, offset) {
    const { cookie } = parameter;
    writeTlvHeader(bytes, offset, PARAMETER_STATE_COOKIE, TLV_HEADER_BYTES + cookie.length);
    copyInto(bytes, offset + TLV_HEADER_BYTES, cookie, 0, cookie.length);
  },
  format: (parameter) => `State cookie (${parameter.cookie.length} bytes)`,
};

/** The row of Cookie Preservative in the registry. */
export const COOKIE_PRESERVATIVE_CODEC: TlvCodec<CookiePreservativeParameter> = {
  kind: "Cookie Preservative",
  type: PARAMETER_COOKIE_PRESERVATIVE,
  parse(bytes, offset, lengthBytes) {
    if (lengthBytes !== PRESERVATIVE_LENGTH_BYTES) return INVALID_LENGTH;
    return {
      kind: "Cookie Preservative",
      suggestedIncrementMs: readUint32(bytes, offset + TLV_HEADER_BYTES),
    };
  },
  byteLength: () => PRESERVATIVE_LENGTH_BYTES,
  write(parameter, bytes, offset) {
    writeTlvHeader(bytes, offset, PARAMETER_COOKIE_PRESERVATIVE, PRESERVATIVE_LENGTH_BYTES);
    writeUint32(bytes, offset + TLV_HEADER_BYTES, parameter.suggestedIncrementMs);
  },
  format: (parameter) => `Cookie preservative ${parameter.suggestedIncrementMs} ms`,
};
