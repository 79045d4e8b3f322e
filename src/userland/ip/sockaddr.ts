import type { IpAddress } from "../../base/ip-address.js";
import { LITTLE_ENDIAN } from "../../base/byte-order.js";
import { scopeOf } from "../../sockets/sockaddr-storage.js";
import type { IpVersion } from "./ip-version.js";

/** Writes an address as `sockaddr_in` or `sockaddr_in6` into bytes that are 0; raw sockets have no port. */
export function writeSockaddr(
  address: IpAddress,
  { domain, sockaddr }: IpVersion,
  view: DataView,
  offset: number,
): void {
  view.setUint16(offset + sockaddr.familyOffset, domain, LITTLE_ENDIAN);
  writeAddressBytes(address, view, offset + sockaddr.addressOffset);
  if (sockaddr.scopeOffset === undefined || address.zone === "") return;
  view.setUint32(offset + sockaddr.scopeOffset, scopeOf(address.zone), LITTLE_ENDIAN);
}

/** The address as a `sockaddr` of its own, for sockets that have ports. */
export function sockaddrBytes(address: IpAddress, version: IpVersion, port: number): Uint8Array {
  const bytes = new Uint8Array(version.sockaddr.sizeBytes);
  const view = new DataView(bytes.buffer);
  writeSockaddr(address, version, view, 0);
  view.setUint16(version.sockaddr.portOffset, port);
  return bytes;
}

/** Writes the 4 or 16 bytes of an address. */
export function writeAddressBytes({ bytes }: IpAddress, view: DataView, offset: number): void {
  for (let index = 0; index < bytes.length; index += 1) view.setUint8(offset + index, bytes[index] ?? 0);
}

/** The number of the zone that a `sockaddr` names; 0 where there is none. */
export function readScope({ sockaddr }: IpVersion, view: DataView, offset: number): number {
  if (sockaddr.scopeOffset === undefined) return 0;
  return view.getUint32(offset + sockaddr.scopeOffset, LITTLE_ENDIAN);
}
