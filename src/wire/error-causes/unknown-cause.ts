import { readUint16 } from "../bytes.js";
import { formatBytes } from "../format.js";
import { byteLengthOfOpaque, readOpaqueValue, writeOpaque } from "./opaque-cause.js";

/**
 * A cause that this stack does not know, or a known one that does not have the form of its code
 * (RFC 9260 §3.3.10), kept as it is.
 */
export interface UnknownCause {
  readonly kind: "UNKNOWN";
  /** The cause code, 0 to 65535. */
  readonly code: number;
  /** The cause-specific information. */
  readonly value: Uint8Array;
}

/** Takes any cause as one of unknown code; the value is copied. */
export function parseUnknownCause(bytes: Uint8Array, offset: number, lengthBytes: number): UnknownCause {
  return {
    kind: "UNKNOWN",
    code: readUint16(bytes, offset),
    value: readOpaqueValue(bytes, offset, lengthBytes),
  };
}

/** The length of the cause without padding. */
export function byteLengthOfUnknownCause(cause: UnknownCause): number {
  return byteLengthOfOpaque(cause.value);
}

/** Writes the cause. */
export function writeUnknownCause(cause: UnknownCause, bytes: Uint8Array, offset: number): void {
  writeOpaque(cause.code, cause.value, bytes, offset);
}

/** The cause in a few words. */
export function formatUnknownCause(cause: UnknownCause): string {
  return `Unknown cause ${cause.code} ${formatBytes(cause.value)}`;
}
