import {
  type IpAddress,
  internIpAddress,
  isLinkLocal,
  isLoopback,
  isPrivate,
  isWildcard,
  mapIpv4,
} from "../base/ip-address.js";
import { assert } from "../base/assert.js";
import type { SctpAddress } from "../sockets/types.js";

/** The address of a socket address, which the sockets have checked: it is numeric and not IPv4 in IPv6 form. */
export function ipAddressOf(address: SctpAddress): IpAddress {
  const ip = internIpAddress(address.address);
  assert(ip !== undefined, "Sockets give providers numeric addresses.");
  return ip;
}

/**
 * An address as an application sees it.
 *
 * @param mapped - IPv4 addresses are shown in IPv6 form (RFC 6458 §8.1.15)
 */
export function socketAddress(ip: IpAddress, port: number, mapped: boolean): SctpAddress {
  if (ip.family === 4 && mapped) return { address: mappedText(ip), port, family: "IPv6" };
  return { address: ip.text, port, family: ip.family === 4 ? "IPv4" : "IPv6" };
}

/** Every message shows its source, and making the text each time costs more than the rest of the message. */
const mappedTexts = new WeakMap<IpAddress, string>();

function mappedText(ip: IpAddress): string {
  let text = mappedTexts.get(ip);
  if (text === undefined) {
    ({ text } = mapIpv4(ip));
    mappedTexts.set(ip, text);
  }
  return text;
}

/** What there is to choose from in {@link tellableAddresses}. */
export interface TellableAddressesOptions {
  /** What the endpoint is bound to. */
  readonly bound: readonly IpAddress[];
  /** Whether packets travel in UDP, perhaps through a NAT. */
  readonly overUdp: boolean;
  /** The addresses of this host that a wildcard stands for. */
  readonly local: () => readonly IpAddress[];
}

/** What there is to choose from in {@link advertisedAddresses}. */
export interface AdvertisedAddressesOptions extends TellableAddressesOptions {
  /** Whether a wildcard means all addresses even over UDP. */
  readonly advertiseAll: boolean;
}

/**
 * The addresses that an INIT or INIT ACK lists (RFC 9260 §5.1.2). None means that the packet's source is the only
 * one.
 *
 * Over UDP a wildcard lists none to another host: addresses that a NAT may translate stay out of packets (RFC 6951
 * §3.2, §5.7). Without UDP it lists those whose scope is at least the destination's, because the others cannot be
 * reached from there. Whoever binds several addresses by name wants them listed.
 */
export function advertisedAddresses(
  destination: IpAddress,
  options: AdvertisedAddressesOptions,
): readonly IpAddress[] {
  const { bound, overUdp, advertiseAll } = options;
  if (bound.every(isWildcard) && overUdp && !isLoopback(destination) && !advertiseAll) return [];
  const tellable = tellableAddresses(destination, options);
  return tellable.length > 1 ? tellable : [];
}

/** Those of our addresses that a peer can be told of, because it may reach them. */
export function tellableAddresses(
  destination: IpAddress,
  { bound, overUdp, local }: TellableAddressesOptions,
): readonly IpAddress[] {
  const named = bound.filter((address) => !isWildcard(address));
  const toLoopback = isLoopback(destination);
  const candidates =
    named.length > 0
      ? named
      : local().filter(
          (address) =>
            isLoopback(address) === toLoopback &&
            bound.some(({ family }) => family === address.family) &&
            (overUdp || isInScope(address, destination)),
        );
  // An address of a smaller scope than the peer's cannot be reached from there.
  return candidates.filter(
    (address) => toLoopback || (!isLoopback(address) && (!isLinkLocal(address) || isLinkLocal(destination))),
  );
}

/** Whether an address can be reached from where a destination can: it has the same scope or a larger one. */
function isInScope(address: IpAddress, destination: IpAddress): boolean {
  // A link-local address means something on its own link only (RFC 4007 §4).
  if (isLinkLocal(address)) return isLinkLocal(destination) && address.zone === destination.zone;
  return scopeOf(address) >= scopeOf(destination);
}

function scopeOf(address: IpAddress): number {
  if (isLoopback(address)) return 0;
  if (isLinkLocal(address)) return 1;
  return isPrivate(address) ? 2 : 3;
}
