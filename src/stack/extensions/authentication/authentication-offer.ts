import { copyOf, readUint16, writeUint16 } from "../../../wire/bytes.js";
import {
  PARAMETER_CHUNK_LIST,
  PARAMETER_RANDOM,
  PARAMETER_REQUESTED_HMAC_ALGORITHM,
  type Parameter,
} from "../../../wire/parameter.js";
import { TLV_HEADER_BYTES, writeTlvHeader } from "../../../wire/tlv.js";
import type { HmacIdentifier } from "../../crypto.js";
import type { Entropy } from "../../entropy.js";
import { PEER_HMAC_IDENTIFIERS_MAX } from "../../limits.js";
import { isKnownHmacIdentifier } from "./hmac-algorithm.js";

/** How long the random number of an INIT or INIT ACK is (RFC 4895 §3.1, §6.1). */
export const RANDOM_BYTES = 32;

/** What one side's INIT or INIT ACK says of authentication (RFC 4895 §3), exactly as it was sent. */
export interface AuthenticationOffer {
  /** RANDOM, {@link RANDOM_BYTES} long. */
  readonly random: Uint8Array;
  /** CHUNKS: what is taken from the other side only if it is authenticated; `undefined` when it was left out. */
  readonly chunkTypes: readonly number[] | undefined;
  /** HMAC-ALGO: what the other side is asked to use, the preferred one first. */
  readonly hmacIdentifiers: readonly number[];
}

/** What a side asks of the other when it makes an offer. */
export interface AuthenticationWishes {
  readonly chunkTypes: readonly number[];
  readonly hmacIdentifiers: readonly HmacIdentifier[];
}

/** A new offer with a random number of its own (RFC 4895 §6.1). */
export function createOffer(wishes: AuthenticationWishes, entropy: Entropy): AuthenticationOffer {
  const random = new Uint8Array(RANDOM_BYTES);
  entropy.fillRandom(random);
  const { chunkTypes, hmacIdentifiers } = wishes;
  // RFC 4895 §6.1: an empty list may be left out.
  return { random, chunkTypes: chunkTypes.length === 0 ? undefined : chunkTypes, hmacIdentifiers };
}

/** The parameters of an offer, in the order in which they make up the key vector (RFC 4895 §6.1). */
export function offerParameters({ random, chunkTypes, hmacIdentifiers }: AuthenticationOffer): Parameter[] {
  const parameters: Parameter[] = [{ kind: "Random", random }];
  if (chunkTypes !== undefined) parameters.push({ kind: "Chunk List", chunkTypes });
  parameters.push({ kind: "Requested HMAC Algorithm", hmacIdentifiers });
  return parameters;
}

/** What the parameters of an INIT or INIT ACK say of authentication. */
export interface ReadOffer {
  /** `undefined` unless RANDOM and HMAC-ALGO are there, and an algorithm that we have too (RFC 4895 §6.1). */
  readonly offer: AuthenticationOffer | undefined;
  /** Whether there is a random number of another length than {@link RANDOM_BYTES}: that ends the association (§6.1). */
  readonly randomIsWrong: boolean;
}

/**
 * Reads an offer. Each parameter is to be there once (RFC 4895 §3.1 to §3.3); of several the first counts. A list of
 * algorithms that is longer than any honest one counts as none, because the State Cookie has to hold it.
 */
export function readOffer(parameters: readonly Parameter[]): ReadOffer {
  let random: Uint8Array | undefined;
  let chunkTypes: readonly number[] | undefined;
  let hmacIdentifiers: readonly number[] | undefined;
  for (const parameter of parameters) {
    if (parameter.kind === "Random") random ??= parameter.random;
    else if (parameter.kind === "Chunk List") chunkTypes ??= parameter.chunkTypes;
    else if (parameter.kind === "Requested HMAC Algorithm") hmacIdentifiers ??= parameter.hmacIdentifiers;
  }
  const randomIsWrong = random !== undefined && random.length !== RANDOM_BYTES;
  if (random === undefined || randomIsWrong || hmacIdentifiers === undefined)
    return { offer: undefined, randomIsWrong };
  const isUsable =
    hmacIdentifiers.length <= PEER_HMAC_IDENTIFIERS_MAX && hmacIdentifiers.some(isKnownHmacIdentifier);
  return { offer: isUsable ? { random, chunkTypes, hmacIdentifiers } : undefined, randomIsWrong };
}

/** The algorithm that an offer asks us to use: the first one that we have (RFC 4895 §6.1). */
export function chosenAlgorithm({ hmacIdentifiers }: AuthenticationOffer): HmacIdentifier | undefined {
  return hmacIdentifiers.find(isKnownHmacIdentifier);
}

/** The key vector of a side: its parameters one behind the other, without padding (RFC 4895 §6.1). */
export function keyVectorOf({ random, chunkTypes, hmacIdentifiers }: AuthenticationOffer): Uint8Array {
  const chunkListBytes = chunkTypes === undefined ? 0 : TLV_HEADER_BYTES + chunkTypes.length;
  const hmacsAt = TLV_HEADER_BYTES + random.length + chunkListBytes;
  const bytes = new Uint8Array(hmacsAt + TLV_HEADER_BYTES + 2 * hmacIdentifiers.length);
  writeTlvHeader(bytes, 0, PARAMETER_RANDOM, TLV_HEADER_BYTES + random.length);
  bytes.set(random, TLV_HEADER_BYTES);
  if (chunkTypes !== undefined) {
    writeTlvHeader(bytes, hmacsAt - chunkListBytes, PARAMETER_CHUNK_LIST, chunkListBytes);
    bytes.set(chunkTypes, hmacsAt - chunkTypes.length);
  }
  writeTlvHeader(bytes, hmacsAt, PARAMETER_REQUESTED_HMAC_ALGORITHM, bytes.length - hmacsAt);
  let at = hmacsAt + TLV_HEADER_BYTES;
  for (const identifier of hmacIdentifiers) {
    writeUint16(bytes, at, identifier);
    at += 2;
  }
  return bytes;
}

/** The offer that a key vector of ours was made of, as it comes back in a State Cookie; none is empty. */
export function offerOfKeyVector(bytes: Uint8Array): AuthenticationOffer | undefined {
  if (bytes.length === 0) return undefined;
  const chunksAt = readUint16(bytes, 2);
  const hasChunkTypes = readUint16(bytes, chunksAt) === PARAMETER_CHUNK_LIST;
  const hmacsAt = hasChunkTypes ? chunksAt + readUint16(bytes, chunksAt + 2) : chunksAt;
  const hmacIdentifiers: number[] = [];
  for (let at = hmacsAt + TLV_HEADER_BYTES; at < bytes.length; at += 2)
    hmacIdentifiers.push(readUint16(bytes, at));
  return {
    random: copyOf(bytes, TLV_HEADER_BYTES, chunksAt - TLV_HEADER_BYTES),
    chunkTypes: hasChunkTypes ? Array.from(bytes.subarray(chunksAt + TLV_HEADER_BYTES, hmacsAt)) : undefined,
    hmacIdentifiers,
  };
}

/**
 * The association shared key: the endpoint pair shared key, then the key vector that is smaller as a number, then the
 * other; of two that are equal as numbers the shorter one comes first (RFC 4895 §6.1). It does not matter which side
 * is which.
 */
export function associationSharedKey(secret: Uint8Array, one: Uint8Array, other: Uint8Array): Uint8Array {
  const oneIsFirst = compareKeyVectors(one, other) <= 0;
  const first = oneIsFirst ? one : other;
  const second = oneIsFirst ? other : one;
  const key = new Uint8Array(secret.length + first.length + second.length);
  key.set(secret);
  key.set(first, secret.length);
  key.set(second, secret.length + first.length);
  return key;
}

/**
 * Which key vector comes first (RFC 4895 §6.1): they are compared as numbers in network byte order, whatever zeros
 * they begin with.
 *
 * @returns negative when `one` comes first, positive when `other` does, 0 when they are the same
 */
export function compareKeyVectors(one: Uint8Array, other: Uint8Array): number {
  const lengthBytes = Math.max(one.length, other.length);
  for (let index = lengthBytes; index > 0; index -= 1) {
    const difference = (one[one.length - index] ?? 0) - (other[other.length - index] ?? 0);
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}
