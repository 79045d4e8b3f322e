import { copyInto, copyOf } from "../bytes.js";
import { TLV_HEADER_BYTES, writeTlvHeader } from "../tlv.js";

/**
 * What the causes have in common whose value is nothing but bytes (RFC 9260 §3.3.10.5, §3.3.10.6, §3.3.10.8,
 * §3.3.10.12, §3.3.10.13).
 */

/** The value of a cause that is nothing but bytes, copied. */
export function readOpaqueValue(bytes: Uint8Array, offset: number, lengthBytes: number): Uint8Array {
  return copyOf(bytes, offset + TLV_HEADER_BYTES, lengthBytes - TLV_HEADER_BYTES);
}

/** The length of a cause whose value is nothing but bytes. */
export function byteLengthOfOpaque(value: Uint8Array): number {
  return TLV_HEADER_BYTES + value.length;
}

/** Writes a cause whose value is nothing but bytes. */
export function writeOpaque(code: number, value: Uint8Array, bytes: Uint8Array, offset: number): void {
  writeTlvHeader(bytes, offset, code, byteLengthOfOpaque(value));
  copyInto(bytes, offset + TLV_HEADER_BYTES, value, 0, value.length);
}
