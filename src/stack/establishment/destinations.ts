import {
  isLinkLocal,
  isLoopback,
  isMappedIpv4,
  isMulticastOrBroadcast,
  isWildcard,
  sameAddress,
  withZone,
  type IpAddress,
} from "../../base/ip-address.js";
import { PATHS_PER_ASSOCIATION_MAX } from "../limits.js";

/** What decides about a family: an endpoint that is bound to it or not. */
export interface Reach {
  /** Whether packets can leave to an address of that family. */
  canReach(address: IpAddress): boolean;
}

/**
 * The destinations that an INIT or INIT ACK names (RFC 9260 §5.1.2 A and C): where it came from, first, and
 * the addresses that it lists, as far as they can be used from here. Everything that compares a peer's
 * addresses with those of an association uses this list, so that what was left out once does not look new the
 * next time.
 */
export function destinationsOf(source: IpAddress, listed: readonly IpAddress[], reach: Reach): IpAddress[] {
  const destinations = [source];
  for (const address of listed) {
    if (destinations.length >= PATHS_PER_ASSOCIATION_MAX) break;
    const destination = destinationFrom(source, address, reach);
    if (destination === undefined) continue;
    if (!destinations.some((other) => sameAddress(other, destination))) destinations.push(destination);
  }
  return destinations;
}

/** The destination that a packet from `source` names; `undefined` where it cannot be used from here. */
export function destinationFrom(source: IpAddress, address: IpAddress, reach: Reach): IpAddress | undefined {
  const destination = inZoneOf(source, address);
  // RFC 9260 §5.1.2: of the family that is not ours nothing is said.
  return isDestination(destination, source) && reach.canReach(destination) ? destination : undefined;
}

/** The one of a peer's destinations that it prefers (RFC 5061 §4.2.4); a wildcard is where the packet came from. */
export function preferredAmong(
  destinations: readonly IpAddress[],
  preferred: IpAddress | undefined,
  source: IpAddress,
): IpAddress | undefined {
  if (preferred === undefined) return undefined;
  const wanted = isWildcard(preferred) ? source : inZoneOf(source, preferred);
  return destinations.find((destination) => sameAddress(destination, wanted));
}

/** A link-local address has no zone on the wire: it is that of the packet. */
export function inZoneOf(source: IpAddress, address: IpAddress): IpAddress {
  return isLinkLocal(address) ? withZone(address, source.zone) : address;
}

/** RFC 5062 §5, §6: only what can be one host's address, as seen from here, gets packets because a peer lists it. */
function isDestination(address: IpAddress, source: IpAddress): boolean {
  if (isWildcard(address) || isMulticastOrBroadcast(address)) return false;
  // RFC 9260 §3.3.2.1.2: an IPv4 address comes in the parameter of its own family.
  if (isMappedIpv4(address)) return false;
  // A host elsewhere must not have us probe this host, or the link that this host happens to be on.
  if (isLoopback(address)) return isLoopback(source);
  return !isLinkLocal(address) || isLinkLocal(source);
}
