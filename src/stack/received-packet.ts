import type { IpAddress } from "../base/ip-address.js";
import { readUint16, readUint32 } from "../wire/bytes.js";
import type { PacketRecord } from "../wire/packet-record.js";

/**
 * The packet that is being handled: its common header (RFC 9260 §3.1) and where it came from. One object serves
 * all packets.
 */
export interface ReceivedPacket {
  /** The memory that the packet lies in. */
  bytes: Uint8Array;
  /** Where its common header begins. */
  offsetBytes: number;
  /** The SCTP port that it is addressed to: ours. */
  localPort: number;
  /** The SCTP port that it comes from: the peer's. */
  peerPort: number;
  verificationTag: number;
  source: IpAddress;
  sourceUdpPort: number;
  /** Where it was addressed to, if the lower layer told. */
  destination: IpAddress | undefined;
  destinationUdpPort: number;
  /** Whether an AUTH chunk has been found right: what stands behind it is authenticated (RFC 4895 §6.3). */
  isAuthenticated: boolean;
}

/** Whether a packet has the common header of another one but for the checksum, and has come the same way. */
export function isLikeBefore(record: PacketRecord, before: ReceivedPacket): boolean {
  const { slab, offsetBytes } = record;
  return (
    record.source === before.source &&
    record.sourceUdpPort === before.sourceUdpPort &&
    record.destination === before.destination &&
    record.destinationUdpPort === before.destinationUdpPort &&
    readUint32(slab, offsetBytes + 4) === before.verificationTag &&
    readUint16(slab, offsetBytes) === before.peerPort &&
    readUint16(slab, offsetBytes + 2) === before.localPort
  );
}
