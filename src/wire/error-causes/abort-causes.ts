import { formatBytes } from "../format.js";
import { INVALID_LENGTH } from "../malformed.js";
import { TLV_HEADER_BYTES, type TlvCodec, writeTlvHeader } from "../tlv.js";
import { byteLengthOfOpaque, readOpaqueValue, writeOpaque } from "./opaque-cause.js";

/** Out of Resource (RFC 9260 §3.3.10.4). */
export const CAUSE_OUT_OF_RESOURCE = 4;
/** User-Initiated Abort (RFC 9260 §3.3.10.12). */
export const CAUSE_USER_INITIATED_ABORT = 12;
/** Protocol Violation (RFC 9260 §3.3.10.13). */
export const CAUSE_PROTOCOL_VIOLATION = 13;

/** The sender is out of resource (RFC 9260 §3.3.10.4). */
export interface OutOfResourceCause {
  readonly kind: "Out of Resource";
}

/**
 * The sender's upper layer wanted the abort (RFC 9260 §3.3.10.12).
 *
 * ```
 * +-------------------------------+-------------------------------+
 * |        Cause Code = 12        |         Cause Length          |
 * +-------------------------------+-------------------------------+
 * /                   Upper Layer Abort Reason                    /
 * +---------------------------------------------------------------+
 * ```
 */
export interface UserInitiatedAbortCause {
  readonly kind: "User-Initiated Abort";
  /** What the upper layer says about it; SCTP does not look at it. */
  readonly reason: Uint8Array;
}

/**
 * The other endpoint broke a rule that no other cause is about (RFC 9260 §3.3.10.13).
 *
 * ```
 * +-------------------------------+-------------------------------+
 * |        Cause Code = 13        |         Cause Length          |
 * +-------------------------------+-------------------------------+
 * /                    Additional Information                     /
 * +---------------------------------------------------------------+
 * ```
 */
export interface ProtocolViolationCause {
  readonly kind: "Protocol Violation";
  /** Anything; usually text. */
  readonly information: Uint8Array;
}

/** The row of Out of Resource in the registry. */
export const OUT_OF_RESOURCE_CODEC: TlvCodec<OutOfResourceCause> = {
  kind: "Out of Resource",
  type: CAUSE_OUT_OF_RESOURCE,
  parse: (_bytes, _offset, lengthBytes) =>
    lengthBytes === TLV_HEADER_BYTES ? { kind: "Out of Resource" } : INVALID_LENGTH,
  byteLength: () => TLV_HEADER_BYTES,
  write: (_cause, bytes, offset) => writeTlvHeader(bytes, offset, CAUSE_OUT_OF_RESOURCE, TLV_HEADER_BYTES),
  format: () => "Out of resource",
};

/** The row of User-Initiated Abort in the registry. */
export const USER_INITIATED_ABORT_CODEC: TlvCodec<UserInitiatedAbortCause> = {
  kind: "User-Initiated Abort",
  type: CAUSE_USER_INITIATED_ABORT,
  parse: (bytes, offset, lengthBytes) => ({
    kind: "User-Initiated Abort",
    reason: readOpaqueValue(bytes, offset, lengthBytes),
  }),
  byteLength: (cause) => byteLengthOfOpaque(cause.reason),
  write: (cause, bytes, offset) => writeOpaque(CAUSE_USER_INITIATED_ABORT, cause.reason, bytes, offset),
  format: (cause) => `User initiated ABORT ${formatBytes(cause.reason)}`,
};

/** The row of Protocol Violation in the registry. */
export const PROTOCOL_VIOLATION_CODEC: TlvCodec<ProtocolViolationCause> = {
  kind: "Protocol Violation",
  type: CAUSE_PROTOCOL_VIOLATION,
  parse: (bytes, offset, lengthBytes) => ({
    kind: "Protocol Violation",
    information: readOpaqueValue(bytes, offset, lengthBytes),
  }),
  byteLength: (cause) => byteLengthOfOpaque(cause.information),
  write: (cause, bytes, offset) => writeOpaque(CAUSE_PROTOCOL_VIOLATION, cause.information, bytes, offset),
  format: (cause) => `Protocol violation ${formatBytes(cause.information)}`,
};
