/**
 * `struct sockaddr_storage` as Linux lays it out: 128 bytes, the family in host order, port and address in network
 * order.
 *
 * @module
 */
import { networkInterfaces } from "node:os";
import { ipAddressFromBytes, parseIpAddress } from "../base/ip-address.js";
import { assert } from "../base/assert.js";
import { LITTLE_ENDIAN } from "../base/byte-order.js";
import { AF_INET, AF_INET6 } from "./constants.js";
import type { SctpAddress } from "./types.js";

/** How many bytes a `struct sockaddr_storage` has. */
export const SOCKADDR_STORAGE_BYTES = 128;

const PORT_OFFSET = 2;
const IPV4_OFFSET = 4;
const FLOWINFO_OFFSET = 4;
const IPV6_OFFSET = 8;
const SCOPE_OFFSET = 24;

/** The number of a zone, which is a number already or the name of a network interface; 0 when there is none. */
export function scopeOf(zone: string): number {
  if (/^[0-9]+$/.test(zone)) return Number(zone);
  for (const entry of networkInterfaces()[zone] ?? []) {
    if (entry.family === "IPv6" && entry.scopeid !== 0) return entry.scopeid;
  }
  return 0;
}

/** The name of the network interface that a zone's number stands for, or the number as it is. */
export function zoneOf(scope: number): string {
  for (const [name, entries] of Object.entries(networkInterfaces())) {
    if (entries?.some((entry) => entry.family === "IPv6" && entry.scopeid === scope) === true) return name;
  }
  return String(scope);
}

/** Writes an address into 128 bytes that are 0. */
export function writeSockaddrStorage(address: SctpAddress, view: DataView, offset: number): void {
  const ip = parseIpAddress(address.address);
  assert(ip !== undefined, "An address that goes into bytes is numeric.");
  view.setUint16(offset, ip.family === 4 ? AF_INET : AF_INET6, LITTLE_ENDIAN);
  view.setUint16(offset + PORT_OFFSET, address.port);
  const bytes = new Uint8Array(view.buffer, view.byteOffset + offset, SOCKADDR_STORAGE_BYTES);
  bytes.set(ip.bytes, ip.family === 4 ? IPV4_OFFSET : IPV6_OFFSET);
  if (ip.family === 4) return;
  view.setUint32(offset + FLOWINFO_OFFSET, address.flowlabel ?? 0);
  if (ip.zone !== "") view.setUint32(offset + SCOPE_OFFSET, scopeOf(ip.zone), LITTLE_ENDIAN);
}

/**
 * Reads an address from 128 bytes.
 *
 * @returns `undefined` when the family is neither IPv4 nor IPv6
 */
export function readSockaddrStorage(view: DataView, offset: number): SctpAddress | undefined {
  const family = view.getUint16(offset, LITTLE_ENDIAN);
  if (family !== AF_INET && family !== AF_INET6) return undefined;
  const port = view.getUint16(offset + PORT_OFFSET);
  const start = view.byteOffset + offset + (family === AF_INET ? IPV4_OFFSET : IPV6_OFFSET);
  const ip = ipAddressFromBytes(new Uint8Array(view.buffer, start, family === AF_INET ? 4 : 16));
  if (family === AF_INET) return { address: ip.text, port, family: "IPv4" };
  const scope = view.getUint32(offset + SCOPE_OFFSET, LITTLE_ENDIAN);
  const text = scope === 0 ? ip.text : `${ip.text}%${zoneOf(scope)}`;
  const address: SctpAddress = { address: text, port, family: "IPv6" };
  const flowlabel = view.getUint32(offset + FLOWINFO_OFFSET) & 0xfffff;
  if (flowlabel !== 0) address.flowlabel = flowlabel;
  return address;
}
