import { HMAC_SHA1, HMAC_SHA256, type HmacIdentifier } from "../../crypto.js";

/** The HMAC algorithms that this stack has, the one that it likes best first (RFC 4895 §3.3). */
export const HMAC_IDENTIFIERS: readonly HmacIdentifier[] = Object.freeze([HMAC_SHA256, HMAC_SHA1]);

/** How many bytes an HMAC has; all are multiples of 4, so that AUTH chunks need no padding. */
export function hmacBytes(identifier: HmacIdentifier): number {
  return identifier === HMAC_SHA1 ? 20 : 32;
}

/** Whether an HMAC Identifier is one of an algorithm that this stack has. */
export function isKnownHmacIdentifier(identifier: number): identifier is HmacIdentifier {
  return identifier === HMAC_SHA1 || identifier === HMAC_SHA256;
}
