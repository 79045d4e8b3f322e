/**
 * Just enough of the pcap file format to find SCTP packets in a capture of the loopback interface, and to
 * spoil them.
 *
 * @module
 */

const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
const ETHERNET_HEADER_BYTES = 14;
const IPV6_HEADER_BYTES = 40;
const UDP_HEADER_BYTES = 8;

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
