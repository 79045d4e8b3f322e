import { createHmac } from "node:crypto";
import { HMAC_SHA1, type Crypto } from "../../src/stack/crypto.js";

/** The keyed hashes of node:crypto for stacks under test. */
export const nodeHmac: Crypto = {
  hmac(identifier, key, data) {
    const hmac = createHmac(identifier === HMAC_SHA1 ? "sha1" : "sha256", key);
    for (const piece of data) hmac.update(piece);
    return hmac.digest();
  },
};
