import { AUTH_CHUNK_FIXED_BYTES } from "../../../wire/chunks/auth-chunk.js";
import type { Crypto, HmacIdentifier } from "../../crypto.js";
import { hmacBytes } from "./hmac-algorithm.js";
import type { PacketAuthentication } from "./packet-authentication.js";

/** Authenticates the one packet that leaves after the end of its association (RFC 4895 §6.2), and forgets the key. */
export class LastChunkAuthentication implements PacketAuthentication {
  readonly algorithm: HmacIdentifier;
  readonly activeKeyNumber: number;
  private readonly crypto: Crypto;
  readonly #associationKey: Uint8Array;

  /** @param associationKey - copied, because the association wipes its own */
  constructor(
    crypto: Crypto,
    algorithm: HmacIdentifier,
    activeKeyNumber: number,
    associationKey: Uint8Array,
  ) {
    this.crypto = crypto;
    this.algorithm = algorithm;
    this.activeKeyNumber = activeKeyNumber;
    this.#associationKey = Uint8Array.from(associationKey);
  }

  requires(): boolean {
    return true;
  }

  overheadBytes(): number {
    return AUTH_CHUNK_FIXED_BYTES + hmacBytes(this.algorithm);
  }

  sign(_keyNumber: number, bytes: Uint8Array, start: number, end: number): Uint8Array {
    const hmac = this.crypto.hmac(this.algorithm, this.#associationKey, [bytes.subarray(start, end)]);
    this.#associationKey.fill(0);
    return hmac;
  }
}
