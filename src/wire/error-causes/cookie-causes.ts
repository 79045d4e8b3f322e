import { readUint32, writeUint32 } from "../bytes.js";
import { INVALID_LENGTH } from "../malformed.js";
import { TLV_HEADER_BYTES, type TlvCodec, writeTlvHeader } from "../tlv.js";

/** Stale Cookie (RFC 9260 §3.3.10.3). */
export const CAUSE_STALE_COOKIE = 3;
/** Cookie Received While Shutting Down (RFC 9260 §3.3.10.10). */
export const CAUSE_COOKIE_RECEIVED_WHILE_SHUTTING_DOWN = 10;

const STALE_COOKIE_LENGTH_BYTES: number = TLV_HEADER_BYTES + 4;

/**
 * A good State Cookie came too late (RFC 9260 §3.3.10.3).
 *
 * ```
 * +-------------------------------+-------------------------------+
 * |        Cause Code = 3         |       Cause Length = 8        |
 * +-------------------------------+-------------------------------+
 * |                 Measure of Staleness (usec.)                  |
 * +---------------------------------------------------------------+
 * ```
 */
export interface StaleCookieCause {
  readonly kind: "Stale Cookie";
  /** By how much, 32 bits; 0 when its sender does not tell. */
  readonly stalenessMicroseconds: number;
}

/** A COOKIE ECHO came in the state SHUTDOWN-ACK-SENT (RFC 9260 §3.3.10.10). */
export interface CookieReceivedWhileShuttingDownCause {
  readonly kind: "Cookie Received While Shutting Down";
}

/** The row of Stale Cookie in the registry. */
export const STALE_COOKIE_CODEC: TlvCodec<StaleCookieCause> = {
  kind: "Stale Cookie",
  type: CAUSE_STALE_COOKIE,
  parse(bytes, offset, lengthBytes) {
    if (lengthBytes !== STALE_COOKIE_LENGTH_BYTES) return INVALID_LENGTH;
    return { kind: "Stale Cookie", stalenessMicroseconds: readUint32(bytes, offset + TLV_HEADER_BYTES) };
  },
  byteLength: () => STALE_COOKIE_LENGTH_BYTES,
  write(cause, bytes, offset) {
    writeTlvHeader(bytes, offset, CAUSE_STALE_COOKIE, STALE_COOKIE_LENGTH_BYTES);
    writeUint32(bytes, offset + TLV_HEADER_BYTES, cause.stalenessMicroseconds);
  },
  format: (cause) => `Stale cookie by ${cause.stalenessMicroseconds} µs`,
};

/** The row of Cookie Received While Shutting Down in the registry. */
export const COOKIE_RECEIVED_WHILE_SHUTTING_DOWN_CODEC: TlvCodec<CookieReceivedWhileShuttingDownCause> = {
  kind: "Cookie Received While Shutting Down",
  type: CAUSE_COOKIE_RECEIVED_WHILE_SHUTTING_DOWN,
  parse: (_bytes, _offset, lengthBytes) =>
    lengthBytes === TLV_HEADER_BYTES ? { kind: "Cookie Received While Shutting Down" } : INVALID_LENGTH,
  byteLength: () => TLV_HEADER_BYTES,
  write: (_cause, bytes, offset) =>
    writeTlvHeader(bytes, offset, CAUSE_COOKIE_RECEIVED_WHILE_SHUTTING_DOWN, TLV_HEADER_BYTES),
  format: () => "Cookie received while shutting down",
};
