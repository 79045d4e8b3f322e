import { networkInterfaces, platform } from "node:os";
import { type IpAddress, internIpAddress } from "../base/ip-address.js";
import type { Millis } from "../base/millis.js";
import type { Clock } from "./clock.js";

/** How long the list of this host's addresses is believed: every INIT may ask for it, and making it takes long. */
const ADDRESSES_LIFETIME_MS: Millis = 1_000;

/** The addresses that this host has, as they were within the last second. */
export class LocalAddresses {
  private readonly clock: Clock;
  private addresses: readonly IpAddress[] = [];
  private until: Millis = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** All of them; see {@link localAddresses}. */
  all(): readonly IpAddress[] {
    const now = this.clock.now();
    if (now >= this.until) {
      this.addresses = localAddresses();
      this.until = now + ADDRESSES_LIFETIME_MS;
    }
    return this.addresses;
  }

  /** They have changed. */
  forget(): void {
    this.until = Number.NEGATIVE_INFINITY;
  }
}

/**
 * The addresses that this host has now, loopback and link-local ones included, in the system's order. A link-local IPv6
 * address carries its zone in the system's own form: the interface's name, or its number on Windows.
 */
export function localAddresses(): IpAddress[] {
  const addresses: IpAddress[] = [];
  for (const [name, entries] of Object.entries(networkInterfaces())) {
    for (const entry of entries ?? []) {
      const zone = platform() === "win32" ? String(entry.family === "IPv6" ? entry.scopeid : "") : name;
      const isZoned = entry.family === "IPv6" && entry.scopeid !== 0 && !entry.address.includes("%");
      const address = internIpAddress(isZoned ? `${entry.address}%${zone}` : entry.address);
      if (address !== undefined) addresses.push(address);
    }
  }
  return addresses;
}
