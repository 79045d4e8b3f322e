import assert from "node:assert/strict";
import { type IpAddress, parseIpAddress } from "../../src/base/ip-address.js";
import { type Addon, loadAddon } from "../../src/native/addon.js";
import { type IpVersions, readIpVersions } from "../../src/userland/ip/ip-version.js";
import { sockaddrBytes } from "../../src/userland/ip/sockaddr.js";

const ip = (text: string): IpAddress => parseIpAddress(text)!;

/** The Internet checksum (RFC 1071). */
function internetChecksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let index = 0; index < bytes.length; index += 2) {
    sum += ((bytes[index] ?? 0) << 8) | (bytes[index + 1] ?? 0);
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** What an ICMP message says and quotes. */
export interface Icmp {
  readonly type: number;
  readonly code: number;
  /** The largest IP packet that passes, in bytes, where the message says so. */
  readonly mtuBytes?: number;
  /** The quoted SCTP packet, and between which addresses it went. */
  readonly quoted: Uint8Array;
  readonly from: string;
  readonly to: string;
}

/** Sends ICMP as a router does, to where the quoted packet has come from (RFC 792, RFC 4443). */
export function sendIcmp({ type, code, mtuBytes = 0, quoted, from, to }: Icmp): void {
  const addon = loadAddon() as Addon;
  const { constants } = addon;
  const source = ip(from);
  const isV4 = source.family === 4;
  const header = new Uint8Array(isV4 ? 20 : 40);
  const view = new DataView(header.buffer);
  if (isV4) {
    header.set([0x45, 0]);
    view.setUint16(2, 20 + quoted.length);
    header.set([0x40, 0, 64, 132], 6);
  } else {
    header[0] = 0x60;
    view.setUint16(4, quoted.length);
    header.set([132, 64], 6);
  }
  header.set(source.bytes, isV4 ? 12 : 8);
  header.set(ip(to).bytes, isV4 ? 16 : 24);
  if (isV4) view.setUint16(10, internetChecksum(header));
  const message = new Uint8Array(8 + header.length + quoted.length);
  message.set([type, code]);
  new DataView(message.buffer).setUint32(4, mtuBytes);
  message.set(header, 8);
  message.set(quoted, 8 + header.length);
  // The system itself fills in the checksum of ICMPv6.
  if (isV4) new DataView(message.buffer).setUint16(2, internetChecksum(message));
  const version = (readIpVersions(addon) as IpVersions)[source.family];
  const protocol = constants[isV4 ? "IPPROTO_ICMP" : "IPPROTO_ICMPV6"] ?? 0;
  const id = addon.socket(version.domain, constants["SOCK_RAW"] ?? 0, protocol);
  assert.equal(addon.sendmsg(id, message, sockaddrBytes(source, version, 0), undefined, 0), message.length);
  addon.close(id);
}
