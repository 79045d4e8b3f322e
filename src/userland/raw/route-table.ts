import { type IpAddress, isWildcard } from "../../base/ip-address.js";
import type { Millis } from "../../base/millis.js";
import type { Addon } from "../../native/addon.js";
import { LITTLE_ENDIAN } from "../../base/byte-order.js";
import type { Clock } from "../clock.js";
import type { AddressCache } from "../ip/address-cache.js";
import type { IpVersion, IpVersions } from "../ip/ip-version.js";
import { readScope, sockaddrBytes } from "../ip/sockaddr.js";

/** How long the routing table's answer is believed. */
const ROUTE_LIFETIME_MS: Millis = 5_000;
/** How many destinations' routes are remembered; peers choose them, so it has a bound. */
const ROUTES_MAX = 256;
/** Port 9 is "discard"; any would do, because nothing is sent. */
const DISCARD_PORT = 9;
/** The largest IP packet there is. A loopback interface says one more. */
const IP_PACKET_BYTES_MAX = 65_535;

/** What the system knows of the way to a destination. */
export interface RawRoute {
  /** The address that packets leave from by themselves; `undefined` without a way. */
  readonly source: IpAddress | undefined;
  /** The largest IP packet, in bytes; `undefined` without a way. */
  readonly mtuBytes: number | undefined;
}

interface RememberedRoute extends RawRoute {
  readonly until: Millis;
}

/**
 * The system's routing table, asked by connecting a UDP socket, which sends nothing: where packets leave from, and
 * how large they may be, the interface's MTU or what has become known of the path.
 */
export class RouteTable {
  private readonly addon: Addon;
  private readonly versions: IpVersions;
  private readonly cache: AddressCache;
  private readonly clock: Clock;
  private readonly routes = new Map<string, RememberedRoute>();

  constructor(addon: Addon, versions: IpVersions, cache: AddressCache, clock: Clock) {
    this.addon = addon;
    this.versions = versions;
    this.cache = cache;
    this.clock = clock;
  }

  /** The way to a destination, as it was found within the last seconds. */
  find(destination: IpAddress): RawRoute {
    const now = this.clock.now();
    const known = this.routes.get(destination.text);
    if (known !== undefined && now < known.until) return known;
    if (this.routes.size >= ROUTES_MAX) this.routes.clear();
    const route = { ...this.ask(destination), until: now + ROUTE_LIFETIME_MS };
    this.routes.set(destination.text, route);
    return route;
  }

  /** Forgets a way that has proved to be different. */
  forget(destination: IpAddress): void {
    this.routes.delete(destination.text);
  }

  /** Forgets all ways: the host's addresses have changed. */
  clear(): void {
    this.routes.clear();
  }

  /** Whether an address is one of this host's; answers the system's errno, negative, when it is not. */
  tryToBind(address: IpAddress): number {
    const version = this.versions[address.family];
    const id = this.openHelper(version);
    if (id < 0) return id;
    const answer = this.addon.bind(id, sockaddrBytes(address, version, 0));
    this.addon.close(id);
    return answer;
  }

  private ask(destination: IpAddress): RawRoute {
    const { addon } = this;
    const version = this.versions[destination.family];
    const id = this.openHelper(version);
    if (id < 0) return { source: undefined, mtuBytes: undefined };
    const hasWay = addon.connect(id, sockaddrBytes(destination, version, DISCARD_PORT)) >= 0;
    const route = {
      source: hasWay ? this.readSource(id, version) : undefined,
      mtuBytes: hasWay ? this.readMtu(id, version) : undefined,
    };
    addon.close(id);
    return route;
  }

  private openHelper({ domain }: IpVersion): number {
    const { constants } = this.addon;
    return this.addon.socket(domain, constants["SOCK_DGRAM"] ?? 0, constants["IPPROTO_UDP"] ?? 0);
  }

  private readSource(id: number, version: IpVersion): IpAddress | undefined {
    const name = new Uint8Array(version.sockaddr.sizeBytes);
    if (this.addon.getsockname(id, name) < name.length) return undefined;
    const scope = readScope(version, new DataView(name.buffer), 0);
    const source = this.cache.find(name, version.sockaddr.addressOffset, version.addressBytes, scope);
    return isWildcard(source) ? undefined : source;
  }

  private readMtu(id: number, { level, options }: IpVersion): number | undefined {
    const value = new Uint8Array(4);
    if (this.addon.getsockopt(id, level, options.mtu, value) < 0) return undefined;
    const mtuBytes = new DataView(value.buffer).getInt32(0, LITTLE_ENDIAN);
    return mtuBytes > 0 ? Math.min(mtuBytes, IP_PACKET_BYTES_MAX) : undefined;
  }
}
