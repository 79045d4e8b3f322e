import { ipAddressFromBytes, sameAddress, withZone, type IpAddress } from "../../base/ip-address.js";
import type { Millis } from "../../base/millis.js";
import { tsn, type Tsn } from "../../base/serial-number.js";
import { copyInto, readUint16, readUint32, writeUint16, writeUint32 } from "../../wire/bytes.js";
import { equalInConstantTime, HMAC_SHA256, type Crypto } from "../crypto.js";
import type { Entropy } from "../entropy.js";
import { PATHS_PER_ASSOCIATION_MAX } from "../limits.js";
import {
  keyVectorOf,
  offerOfKeyVector,
  type AuthenticationOffer,
} from "../extensions/authentication/authentication-offer.js";
import { extensionsOfFlags, flagsOfExtensions, type Extensions } from "./extensions.js";

/**
 * What an INIT and our answer to it agree on: all that is needed to create the association when the cookie
 * comes back, so that nothing has to be kept meanwhile (RFC 9260 §5.1.3, §3.3.3.1.1).
 */
export interface StateCookie {
  /** When it was created, by the stack's clock. */
  readonly createdAt: Millis;
  /** How long it is valid. */
  readonly lifespanMs: Millis;
  readonly localPort: number;
  readonly peerPort: number;
  readonly localTag: number;
  readonly peerTag: number;
  /** The tags of an existing association, or 0 (§5.2.2). */
  readonly localTieTag: number;
  readonly peerTieTag: number;
  readonly localInitialTsn: Tsn;
  readonly peerInitialTsn: Tsn;
  readonly peerRwnd: number;
  readonly outboundStreams: number;
  readonly inboundStreams: number;
  readonly localUdpPort: number;
  readonly peerUdpPort: number;
  readonly peerAdaptationIndication: number | undefined;
  /** What both sides have. */
  readonly extensions: Extensions;
  /** What our INIT ACK says of authentication (RFC 4895 §6.3); its random number is kept nowhere else. */
  readonly ownAuthentication: AuthenticationOffer | undefined;
  /** What the INIT says of it; `undefined` unless both sides authenticate. */
  readonly peerAuthentication: AuthenticationOffer | undefined;
  /** Where the INIT came to, if the lower layer told. */
  readonly localAddress: IpAddress | undefined;
  /** The addresses that our INIT ACK listed: the peer knows no others, whatever has come since (RFC 9260 §5.1.2). */
  readonly advertisedAddresses: readonly IpAddress[];
  /** Where the INIT ACK goes to, first, and the other addresses of the peer. */
  readonly peerAddresses: readonly IpAddress[];
  /** The one of them that the INIT prefers (RFC 5061 §4.2.4); `undefined` for none. */
  readonly preferredPeerAddress: IpAddress | undefined;
}

/** The longest life that a cookie can tell. */
export const LIFESPAN_MS_MAX: Millis = 0xffff_ffff;

const NO_BYTES = new Uint8Array(0);
const MAC_BYTES = 32;
/** A key vector stands behind its length. */
const VECTOR_LENGTH_BYTES = 2;
const FIXED_BYTES = 62;
/** What a byte counts; nobody has as many addresses. */
const ADVERTISED_ADDRESSES_MAX = 255;
/** RFC 9260 §14.1: the key is as long as what the hash answers. */
const KEY_BYTES = 32;
/**
 * RFC 9260 §5.1.3: the secret changes hourly; the one before stays valid for cookies that are on their way.
 */
const KEY_LIFE_MS: Millis = 3_600_000;

/**
 * Where the fields of a cookie stand; only its author reads it, and nothing in it is longer than it has to be (RFC 9260
 * §5.1.3, §3.3.11).
 */
const FIELD = {
  createdAt: 0,
  lifespan: 8,
  localPort: 12,
  peerPort: 14,
  localTag: 16,
  peerTag: 20,
  localTieTag: 24,
  peerTieTag: 28,
  localInitialTsn: 32,
  peerInitialTsn: 36,
  peerRwnd: 40,
  outboundStreams: 44,
  inboundStreams: 46,
  localUdpPort: 48,
  peerUdpPort: 50,
  adaptationIndication: 52,
  hasAdaptationIndication: 56,
  keyNumber: 57,
  hasLocalAddress: 58,
  extensions: 59,
  advertisedCount: 60,
  preferredPlace: 61,
} as const;

/** Writes and authenticates State Cookies with a secret of its own that changes from time to time. */
export class StateCookieJar {
  private readonly crypto: Crypto;
  private readonly entropy: Entropy;
  private readonly keys: [Uint8Array, Uint8Array];
  private keyNumber = 0;
  private keySince: Millis | undefined;

  constructor(crypto: Crypto, entropy: Entropy) {
    this.crypto = crypto;
    this.entropy = entropy;
    this.keys = [new Uint8Array(KEY_BYTES), new Uint8Array(KEY_BYTES)];
    for (const key of this.keys) entropy.fillRandom(key);
  }

  /** The bytes of a cookie, its message authentication code at the end. */
  seal(cookie: StateCookie, now: Millis): Uint8Array {
    this.rotate(now);
    const bytes = write(cookie, this.keyNumber);
    const bodyBytes = bytes.length - MAC_BYTES;
    const mac = this.codeOf(bytes.subarray(0, bodyBytes), this.keyNumber);
    copyInto(bytes, bodyBytes, mac, 0, MAC_BYTES);
    return bytes;
  }

  /**
   * The cookie in bytes that came back.
   *
   * @returns `undefined` when we did not write them (RFC 9260 §5.1.5 2), or so long ago that the secret is
   * gone
   */
  open(bytes: Uint8Array): StateCookie | undefined {
    if (bytes.length < FIXED_BYTES + MAC_BYTES) return undefined;
    const body = bytes.subarray(0, bytes.length - MAC_BYTES);
    const mac = this.codeOf(body, body[FIELD.keyNumber] ?? 0);
    if (!equalInConstantTime(mac, bytes.subarray(bytes.length - MAC_BYTES))) return undefined;
    return read(body);
  }

  private codeOf(body: Uint8Array, keyNumber: number): Uint8Array {
    return this.crypto.hmac(HMAC_SHA256, this.keys[keyNumber & 1] as Uint8Array, [body]);
  }

  private rotate(now: Millis): void {
    this.keySince ??= now;
    if (now - this.keySince < KEY_LIFE_MS) return;
    this.keySince = now;
    this.keyNumber = (this.keyNumber + 1) & 1;
    this.entropy.fillRandom(this.keys[this.keyNumber] as Uint8Array);
  }
}

/** Writes a cookie; the room for its code is at the end. */
function write(cookie: StateCookie, keyNumber: number): Uint8Array {
  const { localAddress } = cookie;
  const peerAddresses = atMost(cookie.peerAddresses, PATHS_PER_ASSOCIATION_MAX);
  const advertised = atMost(cookie.advertisedAddresses, ADVERTISED_ADDRESSES_MAX);
  const ownVector = vectorOf(cookie.ownAuthentication);
  const peerVector = vectorOf(cookie.peerAuthentication);
  const bytes = new Uint8Array(
    FIXED_BYTES +
      (VECTOR_LENGTH_BYTES + ownVector.length) +
      (VECTOR_LENGTH_BYTES + peerVector.length) +
      (localAddress === undefined ? 0 : byteLengthOfAddress(localAddress)) +
      byteLengthOfAddresses(advertised) +
      byteLengthOfAddresses(peerAddresses) +
      MAC_BYTES,
  );
  const view = new DataView(bytes.buffer);
  view.setFloat64(FIELD.createdAt, cookie.createdAt);
  writeUint32(bytes, FIELD.lifespan, cookie.lifespanMs);
  writeUint16(bytes, FIELD.localPort, cookie.localPort);
  writeUint16(bytes, FIELD.peerPort, cookie.peerPort);
  writeUint32(bytes, FIELD.localTag, cookie.localTag);
  writeUint32(bytes, FIELD.peerTag, cookie.peerTag);
  writeUint32(bytes, FIELD.localTieTag, cookie.localTieTag);
  writeUint32(bytes, FIELD.peerTieTag, cookie.peerTieTag);
  writeUint32(bytes, FIELD.localInitialTsn, cookie.localInitialTsn);
  writeUint32(bytes, FIELD.peerInitialTsn, cookie.peerInitialTsn);
  writeUint32(bytes, FIELD.peerRwnd, cookie.peerRwnd);
  writeUint16(bytes, FIELD.outboundStreams, cookie.outboundStreams);
  writeUint16(bytes, FIELD.inboundStreams, cookie.inboundStreams);
  writeUint16(bytes, FIELD.localUdpPort, cookie.localUdpPort);
  writeUint16(bytes, FIELD.peerUdpPort, cookie.peerUdpPort);
  writeUint32(bytes, FIELD.adaptationIndication, cookie.peerAdaptationIndication ?? 0);
  bytes[FIELD.hasAdaptationIndication] = cookie.peerAdaptationIndication === undefined ? 0 : 1;
  bytes[FIELD.keyNumber] = keyNumber;
  bytes[FIELD.hasLocalAddress] = localAddress === undefined ? 0 : 1;
  bytes[FIELD.extensions] = flagsOfExtensions(cookie.extensions);
  bytes[FIELD.advertisedCount] = advertised.length;
  bytes[FIELD.preferredPlace] = placeOf(cookie.preferredPeerAddress, peerAddresses);
  let at = writeVector(ownVector, bytes, FIXED_BYTES);
  at = writeVector(peerVector, bytes, at);
  if (localAddress !== undefined) at = writeAddress(localAddress, bytes, at);
  for (const address of advertised) at = writeAddress(address, bytes, at);
  for (const address of peerAddresses) at = writeAddress(address, bytes, at);
  return bytes;
}

function atMost(addresses: readonly IpAddress[], count: number): readonly IpAddress[] {
  return addresses.length <= count ? addresses : addresses.slice(0, count);
}

function byteLengthOfAddresses(addresses: readonly IpAddress[]): number {
  let lengthBytes = 0;
  for (const address of addresses) lengthBytes += byteLengthOfAddress(address);
  return lengthBytes;
}

/** Which one of some addresses one is, counted from 1; 0 for none of them. */
function placeOf(address: IpAddress | undefined, addresses: readonly IpAddress[]): number {
  return address === undefined ? 0 : addresses.findIndex((other) => sameAddress(other, address)) + 1;
}

/** The key vector of an offer (RFC 4895 §6.1): all of it, and the shortest form that there is. */
function vectorOf(offer: AuthenticationOffer | undefined): Uint8Array {
  return offer === undefined ? NO_BYTES : keyVectorOf(offer);
}

/** Writes a key vector behind its length and answers where the next field begins. */
function writeVector(vector: Uint8Array, bytes: Uint8Array, offset: number): number {
  writeUint16(bytes, offset, vector.length);
  bytes.set(vector, offset + VECTOR_LENGTH_BYTES);
  return offset + VECTOR_LENGTH_BYTES + vector.length;
}

/** Reads the key vector at `offset`. */
function readVector(bytes: Uint8Array, offset: number): Uint8Array {
  const start = offset + VECTOR_LENGTH_BYTES;
  return bytes.subarray(start, start + readUint16(bytes, offset));
}

/** An address takes the length of its bytes, its bytes, the length of its zone and its zone. */
function byteLengthOfAddress(address: IpAddress): number {
  return 2 + address.bytes.length + address.zone.length;
}

/** Writes an address and answers where the next one begins. The names of zones are ASCII. */
function writeAddress(address: IpAddress, bytes: Uint8Array, offset: number): number {
  const { zone } = address;
  const zoneAt = offset + 1 + address.bytes.length;
  bytes[offset] = address.bytes.length;
  copyInto(bytes, offset + 1, address.bytes, 0, address.bytes.length);
  bytes[zoneAt] = zone.length;
  for (let index = 0; index < zone.length; index += 1) bytes[zoneAt + 1 + index] = zone.charCodeAt(index);
  return offset + byteLengthOfAddress(address);
}

/** Reads the address at `offset`. */
function readAddress(bytes: Uint8Array, offset: number): IpAddress {
  const zoneAt = offset + 1 + (bytes[offset] ?? 0);
  const address = ipAddressFromBytes(bytes.subarray(offset + 1, zoneAt));
  const zoneLength = bytes[zoneAt] ?? 0;
  if (zoneLength === 0) return address;
  const zone = bytes.subarray(zoneAt + 1, zoneAt + 1 + zoneLength);
  return withZone(address, String.fromCharCode(...zone));
}

/** Reads what {@link write} wrote; the code has been verified, so that the form is known to be right. */
function read(bytes: Uint8Array): StateCookie {
  const ownVector = readVector(bytes, FIXED_BYTES);
  const peerVectorAt = FIXED_BYTES + VECTOR_LENGTH_BYTES + ownVector.length;
  const peerVector = readVector(bytes, peerVectorAt);
  let at = peerVectorAt + VECTOR_LENGTH_BYTES + peerVector.length;
  const localAddress = bytes[FIELD.hasLocalAddress] === 1 ? readAddress(bytes, at) : undefined;
  if (localAddress !== undefined) at += byteLengthOfAddress(localAddress);
  const advertisedAddresses: IpAddress[] = [];
  const advertisedCount = bytes[FIELD.advertisedCount] ?? 0;
  const peerAddresses: IpAddress[] = [];
  while (at < bytes.length) {
    const address = readAddress(bytes, at);
    (advertisedAddresses.length < advertisedCount ? advertisedAddresses : peerAddresses).push(address);
    at += byteLengthOfAddress(address);
  }
  const hasIndication = bytes[FIELD.hasAdaptationIndication] === 1;
  return {
    createdAt: new DataView(bytes.buffer, bytes.byteOffset).getFloat64(FIELD.createdAt),
    lifespanMs: readUint32(bytes, FIELD.lifespan),
    localPort: readUint16(bytes, FIELD.localPort),
    peerPort: readUint16(bytes, FIELD.peerPort),
    localTag: readUint32(bytes, FIELD.localTag),
    peerTag: readUint32(bytes, FIELD.peerTag),
    localTieTag: readUint32(bytes, FIELD.localTieTag),
    peerTieTag: readUint32(bytes, FIELD.peerTieTag),
    localInitialTsn: tsn(readUint32(bytes, FIELD.localInitialTsn)),
    peerInitialTsn: tsn(readUint32(bytes, FIELD.peerInitialTsn)),
    peerRwnd: readUint32(bytes, FIELD.peerRwnd),
    outboundStreams: readUint16(bytes, FIELD.outboundStreams),
    inboundStreams: readUint16(bytes, FIELD.inboundStreams),
    localUdpPort: readUint16(bytes, FIELD.localUdpPort),
    peerUdpPort: readUint16(bytes, FIELD.peerUdpPort),
    peerAdaptationIndication: hasIndication ? readUint32(bytes, FIELD.adaptationIndication) : undefined,
    extensions: extensionsOfFlags(bytes[FIELD.extensions] ?? 0),
    ownAuthentication: offerOfKeyVector(ownVector),
    peerAuthentication: offerOfKeyVector(peerVector),
    localAddress,
    advertisedAddresses,
    peerAddresses,
    preferredPeerAddress: peerAddresses[(bytes[FIELD.preferredPlace] ?? 0) - 1],
  };
}
