import type { IpAddress } from "../base/ip-address.js";

/** One datagram with where it came from and where it goes. Both directions use it, and records are reused. */
export interface PacketRecord {
  /** The memory that the SCTP packet lies in. */
  slab: Uint8Array;
  /** Where in the slab the common header begins. */
  offsetBytes: number;
  /** The length of the SCTP packet. */
  lengthBytes: number;
  /** `undefined` when sending: the lower layer chooses. */
  source: IpAddress | undefined;
  /** 0 where the lower layer has no ports. */
  sourceUdpPort: number;
  /** `undefined` when receiving and the lower layer cannot tell. */
  destination: IpAddress | undefined;
  /** 0 where the lower layer has no ports. */
  destinationUdpPort: number;
  /**
   * When sending: IP may fragment the packet, because it is larger than what the way carries and nothing divides its
   * chunks (RFC 9260 §6.9); or nobody would hear that it was too large. Other packets are to be dropped instead,
   * which is how the path MTU is found out (§7.3).
   */
  mayFragment: boolean;
  /** When sending: the DSCP, 0 to 63 (RFC 6458 §8.1.12), where the lower layer can set it. */
  dscp: number;
  /**
   * When receiving, from a lower layer that verifies checksums itself: that of this packet is wrong (RFC 9260 §6.8).
   */
  hasWrongChecksum: boolean;
}

const NO_BYTES = new Uint8Array(0);

/** A record of nothing, to be filled in. */
export function createPacketRecord(): PacketRecord {
  return {
    slab: NO_BYTES,
    offsetBytes: 0,
    lengthBytes: 0,
    source: undefined,
    sourceUdpPort: 0,
    destination: undefined,
    destinationUdpPort: 0,
    mayFragment: false,
    dscp: 0,
    hasWrongChecksum: false,
  };
}

/** The bytes of the packet as a view of the slab. */
export function packetBytes(record: PacketRecord): Uint8Array {
  return record.slab.subarray(record.offsetBytes, record.offsetBytes + record.lengthBytes);
}
