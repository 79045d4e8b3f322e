import { assert } from "../base/assert.js";
import { padded, readUint16, writeUint16, zeroFill } from "./bytes.js";
import { INVALID_LENGTH, type Malformed } from "./malformed.js";

/**
 * Type-length-value items as parameters (RFC 9260 §3.2.1) and error causes (§3.3.10) are: 16 bits of type, 16
 * bits of length that count this header and the value, then the value; padded with zeros to a multiple of 4
 * that the length does not count.
 */

/** The length of the type and length fields. */
export const TLV_HEADER_BYTES = 4;

/** How one kind of item is read, written and shown. */
export interface TlvCodec<T extends { readonly kind: string }> {
  /** The kind, in the RFC's words. */
  readonly kind: T["kind"];
  /** The parameter type or the cause code. */
  readonly type: number;
  /**
   * Reads an item whose length is `lengthBytes`, header included, padding not; it is at least the header's.
   */
  parse(bytes: Uint8Array, offset: number, lengthBytes: number): T | Malformed;
  /** The length that the length field will say. */
  byteLength(item: T): number;
  /** Writes `byteLength(item)` bytes. */
  write(item: T, bytes: Uint8Array, offset: number): void;
  /** One line for people. */
  format(item: T): string;
}

/** Writes the type and the length of an item. */
export function writeTlvHeader(bytes: Uint8Array, offset: number, type: number, lengthBytes: number): void {
  assert(lengthBytes <= 0xffff, "The length of a parameter or of an error cause fits 16 bits.");
  writeUint16(bytes, offset, type);
  writeUint16(bytes, offset + 2, lengthBytes);
}

/**
 * The length of the item at `offset` in a list that ends at `end`.
 *
 * @returns {@link INVALID_LENGTH} when no whole item stands there
 */
export function tlvLength(bytes: Uint8Array, offset: number, end: number): number | Malformed {
  if (end - offset < TLV_HEADER_BYTES) return INVALID_LENGTH;
  const lengthBytes = readUint16(bytes, offset + 2);
  return lengthBytes < TLV_HEADER_BYTES || lengthBytes > end - offset ? INVALID_LENGTH : lengthBytes;
}

/** The length of a list of items: the padding of all but the last counts (RFC 9260 §3.2). */
export function byteLengthOfList<T>(items: readonly T[], byteLength: (item: T) => number): number {
  let total = 0;
  for (const item of items) total = padded(total) + byteLength(item);
  return total;
}

/** Writes a list of items with zeros between them; `write` answers how long the item was. */
export function writeList<T>(
  items: readonly T[],
  bytes: Uint8Array,
  offset: number,
  write: (item: T, bytes: Uint8Array, offset: number) => number,
): void {
  let at = offset;
  for (const item of items) {
    const start = offset + padded(at - offset);
    zeroFill(bytes, at, start);
    at = start + write(item, bytes, start);
  }
}
