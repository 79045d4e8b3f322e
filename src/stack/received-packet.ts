import type { IpAddress } from "../base/ip-address.js";

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
