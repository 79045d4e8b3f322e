/** The keyed hash that the stack needs and does not compute itself (RFC 9260 §5.1.3). */
export interface Crypto {
  /** HMAC-SHA-256 (RFC 2104) of `data` under `key`: 32 bytes. */
  hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array;
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
