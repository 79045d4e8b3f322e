/**
 * Just enough of the pcap file format to find SCTP packets in a capture of the loopback interface and to spoil them,
 * and to write down those of a simulation.
 *
 * @module
 */

import type { IpAddress } from "../../src/base/ip-address.js";

const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
const ETHERNET_HEADER_BYTES = 14;
const IPV4_HEADER_BYTES = 20;
const IPV6_HEADER_BYTES = 40;
const UDP_HEADER_BYTES = 8;
/** In the byte order of who reads it: times are in microseconds. */
const MAGIC = 0xa1b2_c3d4;
/** Records begin with an IP header. */
const LINKTYPE_RAW = 101;
const SNAPSHOT_BYTES = 0x4_0000;
const IPPROTO_SCTP = 132;
const TIME_TO_LIVE = 64;

/** An SCTP packet in UDP. */
export interface CapturedPacket {
  /** The UDP port that it left from. */
  readonly sourceUdpPort: number;
  /** The SCTP packet: a view, so that writing to it changes the capture. */
  readonly sctp: Uint8Array;
}

/** The UDP payloads of a capture that dumpcap wrote on this machine (`-P`, the loopback interface). */
export function capturedPackets(capture: Buffer): CapturedPacket[] {
  const packets: CapturedPacket[] = [];
  // The byte order is that of the machine which captured: the magic number tells.
  const littleEndian = capture.readUInt32LE(0) === 0xa1b2c3d4 || capture.readUInt32LE(0) === 0xa1b23c4d;
  for (let offset = FILE_HEADER_BYTES; offset < capture.length; ) {
    const lengthBytes = littleEndian ? capture.readUInt32LE(offset + 8) : capture.readUInt32BE(offset + 8);
    const ip = offset + RECORD_HEADER_BYTES + ETHERNET_HEADER_BYTES;
    const versionAndLength = capture.readUInt8(ip);
    const udp = ip + (versionAndLength >> 4 === 6 ? IPV6_HEADER_BYTES : (versionAndLength & 0xf) * 4);
    offset += RECORD_HEADER_BYTES + lengthBytes;
    packets.push({
      sourceUdpPort: capture.readUInt16BE(udp),
      sctp: capture.subarray(udp + UDP_HEADER_BYTES, udp + capture.readUInt16BE(udp + 4)),
    });
  }
  return packets;
}

/** An SCTP packet with what a capture needs to know of it. */
export interface TimedPacket {
  /** When it was seen, in milliseconds. */
  readonly at: number;
  readonly source: IpAddress;
  readonly destination: IpAddress;
  /** The SCTP packet. */
  readonly bytes: Uint8Array;
}

/** A capture of packets over IP, as tshark and Wireshark read it. */
export function pcapOf(packets: readonly TimedPacket[]): Uint8Array {
  const header = new DataView(new ArrayBuffer(FILE_HEADER_BYTES));
  header.setUint32(0, MAGIC);
  header.setUint16(4, 2);
  header.setUint16(6, 4);
  header.setUint32(16, SNAPSHOT_BYTES);
  header.setUint32(20, LINKTYPE_RAW);
  return Buffer.concat([new Uint8Array(header.buffer), ...packets.flatMap(recordOf)]);
}

function recordOf({ at, source, destination, bytes }: TimedPacket): Uint8Array[] {
  const ip = source.family === 4 ? ipv4Header(bytes.length) : ipv6Header(bytes.length);
  const addresses = ip.length - 2 * source.bytes.length;
  ip.set(source.bytes, addresses);
  ip.set(destination.bytes, addresses + source.bytes.length);
  const lengthBytes = ip.length + bytes.length;
  const record = new DataView(new ArrayBuffer(RECORD_HEADER_BYTES));
  record.setUint32(0, Math.floor(at / 1000));
  record.setUint32(4, Math.floor((at % 1000) * 1000));
  record.setUint32(8, lengthBytes);
  record.setUint32(12, lengthBytes);
  return [new Uint8Array(record.buffer), ip, bytes];
}

function ipv4Header(payloadBytes: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(IPV4_HEADER_BYTES));
  view.setUint8(0, 0x45);
  view.setUint16(2, IPV4_HEADER_BYTES + payloadBytes);
  view.setUint8(8, TIME_TO_LIVE);
  view.setUint8(9, IPPROTO_SCTP);
  return new Uint8Array(view.buffer);
}

function ipv6Header(payloadBytes: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(IPV6_HEADER_BYTES));
  view.setUint8(0, 0x60);
  view.setUint16(4, payloadBytes);
  view.setUint8(6, IPPROTO_SCTP);
  view.setUint8(7, TIME_TO_LIVE);
  return new Uint8Array(view.buffer);
}
