import { assert } from "../../../base/assert.js";
import { bytesOf, byteStringOf, type ByteString } from "../../../base/byte-string.js";
import {
  AUTH_CHUNK_FIXED_BYTES,
  authChunkHmacIdentifier,
  authChunkKeyNumber,
} from "../../../wire/chunks/auth-chunk.js";
import { equalInConstantTime, type Crypto, type HmacIdentifier } from "../../crypto.js";
import {
  chosenAlgorithm,
  keyVectorOf,
  offerOfKeyVector,
  type AuthenticationOffer,
} from "./authentication-offer.js";
import { ChunkTypeSet } from "./chunk-type-set.js";
import { hmacBytes, isKnownHmacIdentifier } from "./hmac-algorithm.js";
import { LastChunkAuthentication } from "./last-chunk-authentication.js";
import type { PacketAuthentication } from "./packet-authentication.js";
import type { SharedKey, SharedKeys } from "./shared-keys.js";

const ZEROS = new Uint8Array(32);
const NO_TYPES: readonly number[] = [];

/** Where an AUTH chunk stands that was received, and what it is about. */
export interface ReceivedAuthChunk {
  /** The memory that the packet lies in. */
  readonly bytes: Uint8Array;
  /** Where the chunk begins. */
  readonly offsetBytes: number;
  /** The length that it has, padding not counted. */
  readonly lengthBytes: number;
  /** Where the packet ends: all up to there is authenticated. */
  readonly endBytes: number;
}

/** What an AUTH chunk has shown: the key that was used, or why what follows is discarded (RFC 4895 §6.3). */
export type Verdict = { readonly key: SharedKey } | "unsupported HMAC identifier" | "discard";

/** Authentication in one association (RFC 4895): what both sides have said of it, and the keys. */
export class Authentication implements PacketAuthentication {
  readonly keys: SharedKeys;
  /** The algorithm that the peer has asked for; `undefined` unless both sides authenticate (RFC 4895 §6.1). */
  algorithm: HmacIdentifier | undefined;
  /** Whether what stands in the packet under way is authenticated so far. */
  packetIsAuthentic = false;
  private readonly crypto: Crypto;
  // The key vectors (RFC 4895 §6.1), which say all that was offered; empty where nothing was.
  private ownVector: ByteString = "";
  private peerVector: ByteString = "";
  /** The algorithms that we have offered, a bit for each by its identifier. */
  private offeredHmacs = 0;
  private wanted: ChunkTypeSet;
  private required = ChunkTypeSet.NONE;

  /** @param wantedTypes - the chunk types that are taken only if they are authenticated, until {@link agree} */
  constructor(crypto: Crypto, keys: SharedKeys, wantedTypes: readonly number[]) {
    this.crypto = crypto;
    this.keys = keys;
    this.wanted = ChunkTypeSet.of(wantedTypes);
  }

  /** What our INIT or INIT ACK has said; `undefined` while authentication is switched off. */
  get ownOffer(): AuthenticationOffer | undefined {
    return offerOf(this.ownVector);
  }

  /** What the peer's has said; `undefined` unless both sides authenticate. */
  get peerOffer(): AuthenticationOffer | undefined {
    return offerOf(this.peerVector);
  }

  /** Whether both sides authenticate. */
  get isAgreed(): boolean {
    return this.peerVector !== "";
  }

  get activeKeyNumber(): number {
    return this.keys.active;
  }

  /**
   * Notes what both sides have said; an association that begins anew says it anew, with other keys (RFC 4895 §6.1).
   * What we take only in authenticated form stays so even where the peer cannot authenticate: a network that takes the
   * parameters out of a handshake must not gain anything by it (§6.3).
   */
  agree(own: AuthenticationOffer | undefined, peers: AuthenticationOffer | undefined): void {
    this.ownVector = own === undefined ? "" : byteStringOf(keyVectorOf(own));
    this.offeredHmacs = 0;
    if (own !== undefined) {
      for (const identifier of own.hmacIdentifiers) this.offeredHmacs |= 1 << identifier;
      this.wanted = ChunkTypeSet.of(own.chunkTypes ?? NO_TYPES);
    }
    this.answered(peers);
  }

  /** Notes what the peer has said to what our INIT offers; `undefined` takes back what it had said. */
  answered(peers: AuthenticationOffer | undefined): void {
    const both = this.ownVector !== "" && peers !== undefined;
    this.algorithm = both ? chosenAlgorithm(peers) : undefined;
    this.peerVector = both ? byteStringOf(keyVectorOf(peers)) : "";
    this.required = ChunkTypeSet.of((both ? peers.chunkTypes : undefined) ?? NO_TYPES);
    this.keys.forgetAssociation();
  }

  /** Whether we take a chunk of that type only if it is authenticated (RFC 4895 §6.3). */
  wants(chunkType: number): boolean {
    return this.wanted.has(chunkType);
  }

  requires(chunkType: number): boolean {
    return this.required.has(chunkType);
  }

  overheadBytes(chunkType: number): number {
    if (this.algorithm === undefined || !this.required.has(chunkType)) return 0;
    return AUTH_CHUNK_FIXED_BYTES + hmacBytes(this.algorithm);
  }

  sign(keyNumber: number, bytes: Uint8Array, start: number, end: number): Uint8Array {
    const { algorithm } = this;
    const key = this.keys.find(keyNumber);
    assert(algorithm !== undefined && key !== undefined, "What is sent with a key finds it.");
    return this.crypto.hmac(algorithm, this.associationKeyOf(key), [bytes.subarray(start, end)]);
  }

  /** Checks an AUTH chunk of a packet of the peer (RFC 4895 §6.3). */
  verify(chunk: ReceivedAuthChunk): Verdict {
    const { bytes, offsetBytes, lengthBytes } = chunk;
    // Without the peer's random number there is no key; and who cannot authenticate does not know the chunk.
    if (!this.isAgreed || lengthBytes < AUTH_CHUNK_FIXED_BYTES) return "discard";
    const identifier = authChunkHmacIdentifier(bytes, offsetBytes);
    if (!isKnownHmacIdentifier(identifier) || (this.offeredHmacs & (1 << identifier)) === 0)
      return "unsupported HMAC identifier";
    if (lengthBytes !== AUTH_CHUNK_FIXED_BYTES + hmacBytes(identifier)) return "discard";
    const key = this.keys.find(authChunkKeyNumber(bytes, offsetBytes));
    if (key === undefined) return "discard";
    const valueAt = offsetBytes + AUTH_CHUNK_FIXED_BYTES;
    const end = offsetBytes + lengthBytes;
    const expected = this.crypto.hmac(identifier, this.associationKeyOf(key), [
      bytes.subarray(offsetBytes, valueAt),
      // RFC 4895 §6.2 Figure 6: the HMAC is computed with zeros in its own place.
      ZEROS.subarray(0, lengthBytes - AUTH_CHUNK_FIXED_BYTES),
      bytes.subarray(end, chunk.endBytes),
    ]);
    return equalInConstantTime(expected, bytes.subarray(valueAt, end)) ? { key } : "discard";
  }

  /**
   * What a chunk needs that leaves when the association, and its keys, are no more; `undefined` where the peer takes it
   * as it is.
   */
  forLastChunk(chunkType: number): PacketAuthentication | undefined {
    const { algorithm, activeKeyNumber } = this;
    const key = this.keys.find(activeKeyNumber);
    if (algorithm === undefined || key === undefined || !this.requires(chunkType)) return undefined;
    const associationKey = this.associationKeyOf(key);
    return new LastChunkAuthentication(this.crypto, algorithm, activeKeyNumber, associationKey);
  }

  private associationKeyOf(key: SharedKey): Uint8Array {
    return key.knownAssociationKey ?? key.associationKey(bytesOf(this.ownVector), bytesOf(this.peerVector));
  }
}

function offerOf(keyVector: ByteString): AuthenticationOffer | undefined {
  return keyVector === "" ? undefined : offerOfKeyVector(bytesOf(keyVector));
}
