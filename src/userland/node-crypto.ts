import { createHmac, randomFillSync } from "node:crypto";
import { HMAC_SHA1, type Crypto, type HmacIdentifier } from "../stack/crypto.js";
import type { Entropy } from "../stack/entropy.js";

/** Numbers are cut from a block of this many random bytes, because every call of the generator costs much more. */
const BLOCK_BYTES = 4096;
/** Whoever wants more than this part of a block has one made for itself. */
const LARGE_SHARE = 16;

/** The operating system's randomness: verification tags, initial TSNs, cookie secrets and ports come from it. */
export class NodeEntropy implements Entropy {
  private readonly block = new Uint32Array(BLOCK_BYTES / 4);
  private used = this.block.length;

  randomUint32(): number {
    if (this.used === this.block.length) {
      randomFillSync(this.block);
      this.used = 0;
    }
    const value = this.block[this.used] ?? 0;
    // A number that was handed out is a secret of an association from then on.
    this.block[this.used] = 0;
    this.used += 1;
    return value;
  }

  fillRandom(bytes: Uint8Array): void {
    if (bytes.length * LARGE_SHARE > BLOCK_BYTES) {
      randomFillSync(bytes);
      return;
    }
    for (let index = 0, word = 0; index < bytes.length; index += 1) {
      word = (index & 3) === 0 ? this.randomUint32() : word >>> 8;
      bytes[index] = word;
    }
  }
}

/** The keyed hashes of node:crypto: they sign State Cookies (RFC 9260 §5.1.3) and chunks (RFC 4895 §6.2). */
export class NodeCrypto implements Crypto {
  hmac(identifier: HmacIdentifier, key: Uint8Array, data: readonly Uint8Array[]): Uint8Array {
    const hmac = createHmac(identifier === HMAC_SHA1 ? "sha1" : "sha256", key);
    for (const piece of data) hmac.update(piece);
    const digest = hmac.digest();
    return new Uint8Array(digest.buffer, digest.byteOffset, digest.byteLength);
  }
}
