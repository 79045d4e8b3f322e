import { sameAddress, type IpAddress } from "../../base/ip-address.js";
import { PATHS_PER_ASSOCIATION_MAX } from "../limits.js";

/** An address of the peer that is no path. */
export interface UnreachedDestination {
  readonly address: IpAddress;
  /** The UDP port that the peer is reached at, or 0. */
  readonly udpPort: number;
}

const NONE: readonly UnreachedDestination[] = [];

/**
 * Addresses of the peer that none of ours reaches, because the peer knows none of their family. One that it is told of
 * (RFC 5061) makes them paths, and what comes from there in the meantime is not out of the blue (RFC 5061 §5.3).
 */
export class UnreachedDestinations {
  private destinations = NONE;

  /** Whether there is none. */
  get isEmpty(): boolean {
    return this.destinations.length === 0;
  }

  /** Whether an address is one of them. */
  has(address: IpAddress): boolean {
    return this.destinations.some((other) => sameAddress(other.address, address));
  }

  /** Notes one. */
  add(destination: UnreachedDestination): void {
    if (!this.has(destination.address) && this.destinations.length < PATHS_PER_ASSOCIATION_MAX)
      this.destinations = [...this.destinations, destination];
  }

  /** Forgets one; answers whether it was there. */
  delete(address: IpAddress): boolean {
    const { length } = this.destinations;
    this.destinations = this.destinations.filter((other) => !sameAddress(other.address, address));
    return this.destinations.length < length;
  }

  /** Forgets all: the peer has said anew which addresses it has. */
  clear(): void {
    this.destinations = NONE;
  }

  /** Takes those out that can be reached now. */
  take(isReached: (address: IpAddress) => boolean): readonly UnreachedDestination[] {
    const reached = this.destinations.filter(({ address }) => isReached(address));
    this.destinations = this.destinations.filter((destination) => !reached.includes(destination));
    return reached;
  }
}
