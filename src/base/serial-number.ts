/**
 * Serial number arithmetic (RFC 1982), as RFC 9260 §1.6 uses it: numbers that wrap, and whose order is only
 * defined for numbers less than half the space apart. No other file compares or adds such numbers.
 */

declare const tsnBrand: unique symbol;
declare const ssnBrand: unique symbol;

/** Transmission Sequence Number: 32 bits (RFC 9260 §1.6). */
export type Tsn = number & { readonly [tsnBrand]: never };

/** Stream Sequence Number: 16 bits (RFC 9260 §1.6). */
export type Ssn = number & { readonly [ssnBrand]: never };

/** Takes any integer as a TSN, modulo 2^32. */
export function tsn(value: number): Tsn {
  return (value >>> 0) as Tsn;
}

/** The TSN that lies `count` behind `value`; `count` may be negative. */
export function tsnAdd(value: Tsn, count: number): Tsn {
  return ((value + count) >>> 0) as Tsn;
}

/**
 * How far `left` lies behind `right` in the order of sending: positive when `left` is later, 0 when they are
 * equal, negative when it is earlier. In the range -2^31 to 2^31 - 1.
 */
export function tsnDistance(left: Tsn, right: Tsn): number {
  return (left - right) | 0;
}

/** Whether `left` was assigned before `right` (RFC 1982 §3.2). */
export function tsnLess(left: Tsn, right: Tsn): boolean {
  return ((left - right) | 0) < 0;
}

/** Whether `left` was assigned before `right` or is the same. */
export function tsnLessOrEqual(left: Tsn, right: Tsn): boolean {
  return ((left - right) | 0) <= 0;
}

/** Takes any integer as an SSN, modulo 2^16. */
export function ssn(value: number): Ssn {
  return (value & 0xffff) as Ssn;
}

/** The SSN that lies `count` behind `value`. */
export function ssnAdd(value: Ssn, count: number): Ssn {
  return ((value + count) & 0xffff) as Ssn;
}

/** Whether `left` was assigned before `right`, in 16 bits (RFC 1982 §3.2). */
export function ssnLess(left: Ssn, right: Ssn): boolean {
  return ((left - right) << 16) >> 16 < 0;
}
