/** HMAC Identifier of the HMAC with SHA-1 (RFC 4895 §3.3 Table 2). */
export const HMAC_SHA1 = 1;
/** HMAC Identifier of the HMAC with SHA-256 (RFC 4895 §3.3 Table 2). */
export const HMAC_SHA256 = 3;

/** A keyed hash, by the number that RFC 4895 §3.3 gives it. */
export type HmacIdentifier = typeof HMAC_SHA1 | typeof HMAC_SHA256;

/** The keyed hashes that the stack needs and does not compute itself (RFC 9260 §5.1.3, RFC 4895 §3.3). */
export interface Crypto {
  /**
   * HMAC (RFC 2104) under `key`: 20 bytes with SHA-1, 32 with SHA-256.
   *
   * @param data - what is hashed, in pieces, as if they stood one behind the other
   */
  hmac(identifier: HmacIdentifier, key: Uint8Array, data: readonly Uint8Array[]): Uint8Array;
}

/**
 * Compares secrets in a time that depends on their length only, so that a forger learns nothing from how long
 * it took.
 */
export function equalInConstantTime(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  let difference = 0;
  for (let index = 0; index < left.length; index += 1) difference |= (left[index] ?? 0) ^ (right[index] ?? 0);
  return difference === 0;
}
