import { hash, randomFillSync } from "node:crypto";
import { bytesOf } from "../base/byte-string.js";
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

/** RFC 2104 §2: what a hash takes at a time, and what the key is combined with. */
const HASH_BLOCK_BYTES = 64;
const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;
/** The longest hash. */
const HASH_BYTES_MAX = 32;
/** Enough for a State Cookie and for most packets. */
const SCRATCH_BYTES = 2048;

/**
 * The keyed hashes of node:crypto: they sign State Cookies (RFC 9260 §5.1.3) and chunks (RFC 4895 §6.2). HMAC is put
 * together of hashes here: an `Hmac` is an object that the garbage collector has to be asked about, and costs three
 * times as much.
 */
export class NodeCrypto implements Crypto {
  private inner = new Uint8Array(SCRATCH_BYTES);
  private readonly outer = new Uint8Array(HASH_BLOCK_BYTES + HASH_BYTES_MAX);

  hmac(identifier: HmacIdentifier, key: Uint8Array, data: readonly Uint8Array[]): Uint8Array {
    const algorithm = identifier === HMAC_SHA1 ? "sha1" : "sha256";
    const { outer } = this;
    const end = this.collect(data);
    const { inner } = this;
    // RFC 2104 §2: a longer key is hashed first.
    const shortKey = key.length > HASH_BLOCK_BYTES ? bytesOf(hash(algorithm, key, "binary")) : key;
    for (let index = 0; index < HASH_BLOCK_BYTES; index += 1) {
      const byte = shortKey[index] ?? 0;
      inner[index] = byte ^ INNER_PAD;
      outer[index] = byte ^ OUTER_PAD;
    }
    // As a string, because that costs less than a Buffer.
    const innerHash = hash(algorithm, inner.subarray(0, end), "binary");
    for (let index = 0; index < innerHash.length; index += 1)
      outer[HASH_BLOCK_BYTES + index] = innerHash.charCodeAt(index);
    const outerHash = hash(algorithm, outer.subarray(0, HASH_BLOCK_BYTES + innerHash.length), "binary");
    // Of the key nothing stays behind.
    inner.fill(0, 0, HASH_BLOCK_BYTES);
    outer.fill(0);
    return bytesOf(outerHash);
  }

  /** Puts pieces one behind the other, behind room for a block; answers where they end. */
  private collect(data: readonly Uint8Array[]): number {
    let end = HASH_BLOCK_BYTES;
    for (const piece of data) end += piece.length;
    if (end > this.inner.length) this.inner = new Uint8Array(end);
    let at = HASH_BLOCK_BYTES;
    for (const piece of data) {
      this.inner.set(piece, at);
      at += piece.length;
    }
    return end;
  }
}
