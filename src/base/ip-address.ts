import { assert } from "./assert.js";

/**
 * An IP address: its bytes, its family and its canonical text. Values are interned, so that the same address
 * is the same object as long as anyone holds on to it through {@link internIpAddress}'s table; compare with
 * {@link sameAddress}.
 */
export interface IpAddress {
  /** The address family. */
  readonly family: 4 | 6;
  /** 4 or 16 bytes in network order. Nobody writes into them. */
  readonly bytes: Uint8Array;
  /** The zone of a link-local IPv6 address (`eth0` in `fe80::1%eth0`), or the empty string. */
  readonly zone: string;
  /**
   * Dotted decimal, or RFC 5952's form with the zone behind a percent sign. Equal addresses have equal texts.
   */
  readonly text: string;
}

/** How many addresses the table of known texts holds before it starts anew; peers choose them, so it has a bound. */
const INTERNED_MAX = 4096;
const interned = new Map<string, IpAddress>();

function create(bytes: Uint8Array, zone: string): IpAddress {
  const family = bytes.length === 4 ? 4 : 6;
  const digits = family === 4 ? bytes.join(".") : formatIpv6(bytes);
  return Object.freeze({ family, bytes, zone, text: zone === "" ? digits : `${digits}%${zone}` });
}

/**
 * Reads the text of an address and answers the same object for the same text while the table remembers it, so
 * that a receiver of packets does not parse the source of each.
 *
 * @returns `undefined` when the text is not a numeric address
 */
export function internIpAddress(text: string): IpAddress | undefined {
  const known = interned.get(text);
  if (known !== undefined) return known;
  const address = parseIpAddress(text);
  if (address === undefined) return undefined;
  remember(text, address);
  return address;
}

/**
 * Reads the text of a numeric IPv4 address (four decimal numbers) or IPv6 address (RFC 4291 §2.2, with an
 * optional zone).
 *
 * @returns `undefined` when the text is neither
 */
export function parseIpAddress(text: string): IpAddress | undefined {
  const percent = text.indexOf("%");
  const digits = percent < 0 ? text : text.slice(0, percent);
  const zone = percent < 0 ? "" : text.slice(percent + 1);
  if (percent >= 0 && zone === "") return undefined;
  if (!digits.includes(":")) {
    const bytes = parseIpv4(digits);
    return bytes === undefined || percent >= 0 ? undefined : create(bytes, "");
  }
  const bytes = parseIpv6(digits);
  return bytes === undefined ? undefined : create(bytes, zone);
}

/**
 * The address that 4 or 16 bytes in network order stand for, the same object as {@link internIpAddress} answers; the
 * bytes are copied.
 */
export function ipAddressFromBytes(bytes: Uint8Array): IpAddress {
  assert(bytes.length === 4 || bytes.length === 16, "An IP address has 4 or 16 bytes.");
  const text = bytes.length === 4 ? bytes.join(".") : formatIpv6(bytes);
  const known = interned.get(text);
  if (known !== undefined) return known;
  // Not `slice`: that of a Node `Buffer` is a view.
  const address = create(new Uint8Array(bytes), "");
  remember(text, address);
  return address;
}

function remember(text: string, address: IpAddress): void {
  if (interned.size >= INTERNED_MAX) interned.clear();
  interned.set(text, address);
}

const alone = new WeakMap<IpAddress, readonly IpAddress[]>();

/** The list of one address, the same for all who ask: very many keep it. */
export function onlyAddress(address: IpAddress): readonly IpAddress[] {
  let list = alone.get(address);
  if (list === undefined) {
    list = Object.freeze([address]);
    alone.set(address, list);
  }
  return list;
}

/** Whether two addresses are the same, zone included. */
export function sameAddress(left: IpAddress, right: IpAddress): boolean {
  return left === right || left.text === right.text;
}

/** Whether the address is the wildcard, `0.0.0.0` or `::`. */
export function isWildcard(address: IpAddress): boolean {
  return isZero(address.bytes, address.bytes.length);
}

/** Whether the address is 127.0.0.0/8 or `::1` (or the former, mapped into IPv6). */
export function isLoopback(address: IpAddress): boolean {
  if (address.family === 4) return address.bytes[0] === 127;
  if (isMappedIpv4(address)) return address.bytes[12] === 127;
  return isZero(address.bytes, 15) && address.bytes[15] === 1;
}

/** Whether the first so many bytes are 0. */
function isZero(bytes: Uint8Array, count: number): boolean {
  for (let index = 0; index < count; index += 1) if (bytes[index] !== 0) return false;
  return true;
}

/** Whether the address is link-local: 169.254.0.0/16 or fe80::/10. */
export function isLinkLocal(address: IpAddress): boolean {
  const [first = 0, second = 0] = address.bytes;
  return address.family === 4 ? first === 169 && second === 254 : first === 0xfe && (second & 0xc0) === 0x80;
}

/**
 * Whether the address is for private networks: 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 (RFC 1918), 100.64.0.0/10
 * (RFC 6598) or fc00::/7 (RFC 4193).
 */
export function isPrivate(address: IpAddress): boolean {
  const [first = 0, second = 0] = address.bytes;
  if (address.family === 6) return (first & 0xfe) === 0xfc;
  if (first === 172) return (second & 0xf0) === 16;
  if (first === 100) return (second & 0xc0) === 64;
  return first === 10 || (first === 192 && second === 168);
}

/** Whether the address is a group's and not one host's: 224.0.0.0/4, the limited broadcast address or ff00::/8. */
export function isMulticastOrBroadcast(address: IpAddress): boolean {
  const first = address.bytes[0] ?? 0;
  if (address.family === 6) return first === 0xff;
  return (first >= 224 && first <= 239) || address.text === "255.255.255.255";
}

/** Whether an IPv6 address carries an IPv4 address in its last bytes (`::ffff:0:0/96`, RFC 4291 §2.5.5.2). */
export function isMappedIpv4(address: IpAddress): boolean {
  if (address.family === 4) return false;
  return isZero(address.bytes, 10) && address.bytes[10] === 0xff && address.bytes[11] === 0xff;
}

/** The same address in another zone; the empty string takes its zone away. */
export function withZone(address: IpAddress, zone: string): IpAddress {
  return address.zone === zone ? address : create(address.bytes, zone);
}

/** The IPv4 address inside a mapped one; any other address is answered as it is. */
export function unmapIpv4(address: IpAddress): IpAddress {
  return isMappedIpv4(address) ? create(address.bytes.slice(12), "") : address;
}

/** The IPv6 form `::ffff:a.b.c.d` of an IPv4 address; any other address is answered as it is. */
export function mapIpv4(address: IpAddress): IpAddress {
  if (address.family === 6) return address;
  const bytes = new Uint8Array(16);
  bytes[10] = 0xff;
  bytes[11] = 0xff;
  bytes.set(address.bytes, 12);
  return create(bytes, "");
}

function parseIpv4(text: string): Uint8Array | undefined {
  const parts = text.split(".");
  if (parts.length !== 4) return undefined;
  const bytes = new Uint8Array(4);
  for (const [index, part] of parts.entries()) {
    // A leading zero is refused, because some readers take it for octal.
    if (!/^(0|[1-9][0-9]{0,2})$/.test(part) || Number(part) > 255) return undefined;
    bytes[index] = Number(part);
  }
  return bytes;
}

function parseGroups(text: string): number[] | undefined {
  if (text === "") return [];
  const groups: number[] = [];
  const parts = text.split(":");
  for (const [index, part] of parts.entries()) {
    if (part.includes(".")) {
      const bytes = index === parts.length - 1 ? parseIpv4(part) : undefined;
      if (bytes === undefined) return undefined;
      const [a = 0, b = 0, c = 0, d = 0] = bytes;
      groups.push((a << 8) | b, (c << 8) | d);
    } else {
      if (!/^[0-9a-fA-F]{1,4}$/.test(part)) return undefined;
      groups.push(Number.parseInt(part, 16));
    }
  }
  return groups;
}

function parseIpv6(text: string): Uint8Array | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const before = parseGroups(halves[0] ?? "");
  const after = parseGroups(halves[1] ?? "");
  if (before === undefined || after === undefined) return undefined;
  // A dotted quad may only end the whole address.
  if (halves.length === 2 && (halves[0] ?? "").includes(".")) return undefined;
  const missing = 8 - before.length - after.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...before, ...new Array<number>(missing).fill(0), ...after];
  const bytes = new Uint8Array(16);
  for (const [index, group] of groups.entries()) {
    bytes[2 * index] = group >> 8;
    bytes[2 * index + 1] = group & 0xff;
  }
  return bytes;
}

/**
 * RFC 5952: lower case, no leading zeros, the longest run of at least two zero groups shortened, the first of
 * equals.
 */
function formatIpv6(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, 16);
  const groups = Array.from({ length: 8 }, (_, index) => view.getUint16(2 * index));
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (mapped) return `::ffff:${bytes.subarray(12).join(".")}`;
  let start = -1;
  let length = 1;
  for (let index = 0; index < 8; index += 1) {
    let end = index;
    while (end < 8 && groups[end] === 0) end += 1;
    if (end - index > length) [start, length] = [index, end - index];
    if (end > index) index = end;
  }
  const hex = groups.map((group) => group.toString(16));
  if (start < 0) return hex.join(":");
  return `${hex.slice(0, start).join(":")}::${hex.slice(start + length).join(":")}`;
}

/** More than any prefix has: the scope counts before it. */
const SCOPE_WEIGHT_BITS = 1000;

/**
 * Of several addresses the one that best reaches a destination: of its family, of this host only if that is too, and
 * then the one that begins as it does for longest (RFC 6724 §5, rules 2 and 8). The first of equals wins.
 */
export function closestAddress(
  addresses: readonly IpAddress[],
  destination: IpAddress,
): IpAddress | undefined {
  let closest: IpAddress | undefined;
  let closestBits = -1;
  for (const address of addresses) {
    if (address.family !== destination.family) continue;
    const isSameScope = isLoopback(address) === isLoopback(destination);
    const bits = commonPrefixBits(address.bytes, destination.bytes) + (isSameScope ? SCOPE_WEIGHT_BITS : 0);
    if (bits <= closestBits) continue;
    closest = address;
    closestBits = bits;
  }
  return closest;
}

function commonPrefixBits(left: Uint8Array, right: Uint8Array): number {
  for (let index = 0; index < left.length; index += 1) {
    const difference = (left[index] ?? 0) ^ (right[index] ?? 0);
    if (difference !== 0) return 8 * index + Math.clz32(difference) - 24;
  }
  return 8 * left.length;
}
