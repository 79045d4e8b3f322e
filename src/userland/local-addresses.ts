import { networkInterfaces, platform } from "node:os";
import { type IpAddress, internIpAddress } from "../base/ip-address.js";

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
