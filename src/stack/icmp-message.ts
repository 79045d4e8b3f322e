import type { IpAddress } from "../base/ip-address.js";

/**
 * What an ICMP message says about a packet of ours, as far as RFC 9260 §10 tells messages apart.
 *
 * `packet too big`: it does not fit the way to its destination. `protocol unreachable`: the host there does not know
 * SCTP. `port unreachable`: nobody listens on its UDP port there. `unreachable`: it cannot get there.
 */
export type IcmpKind = "packet too big" | "protocol unreachable" | "port unreachable" | "unreachable";

/** An ICMP message about a packet of ours (RFC 792, RFC 4443), or a word of the own host to the same effect. */
export interface IcmpMessage {
  readonly kind: IcmpKind;
  /** Our address that the packet had left from, or `undefined` where that is not known. */
  readonly source: IpAddress | undefined;
  /** Where the packet was to go. */
  readonly destination: IpAddress;
  /** The UDP port that it was to go to; 0 where there is none. */
  readonly destinationUdpPort: number;
  /**
   * With `packet too big`: the largest IP packet that passes, bytes; 0 where the message does not say (RFC 1191 §5).
   */
  readonly mtuBytes: number;
  /** The beginning of the SCTP packet; read during the call only. */
  readonly quotedBytes: Uint8Array;
}

const ICMPV4_DESTINATION_UNREACHABLE = 3;
const ICMPV4_PROTOCOL_UNREACHABLE = 2;
const ICMPV4_PORT_UNREACHABLE = 3;
const ICMPV4_FRAGMENTATION_NEEDED = 4;
const ICMPV6_DESTINATION_UNREACHABLE = 1;
const ICMPV6_PACKET_TOO_BIG = 2;
const ICMPV6_PARAMETER_PROBLEM = 4;
const ICMPV6_PORT_UNREACHABLE = 4;
const ICMPV6_UNRECOGNIZED_NEXT_HEADER = 1;

/**
 * What an ICMP message of a type and code says (RFC 9260 §10).
 *
 * @param family - 4 for ICMP (RFC 792), 6 for ICMPv6 (RFC 4443)
 * @returns `undefined` for a message that is ignored
 */
export function icmpKind(family: 4 | 6, type: number, code: number): IcmpKind | undefined {
  if (family === 4) {
    // RFC 9260 §10 ICMP1.
    if (type !== ICMPV4_DESTINATION_UNREACHABLE) return undefined;
    if (code === ICMPV4_FRAGMENTATION_NEEDED) return "packet too big";
    if (code === ICMPV4_PROTOCOL_UNREACHABLE) return "protocol unreachable";
    return code === ICMPV4_PORT_UNREACHABLE ? "port unreachable" : "unreachable";
  }
  switch (type) {
    case ICMPV6_PACKET_TOO_BIG:
      return "packet too big";
    case ICMPV6_DESTINATION_UNREACHABLE:
      return code === ICMPV6_PORT_UNREACHABLE ? "port unreachable" : "unreachable";
    case ICMPV6_PARAMETER_PROBLEM:
      // RFC 9260 §10 ICMP4.
      return code === ICMPV6_UNRECOGNIZED_NEXT_HEADER ? "protocol unreachable" : undefined;
    default:
      // RFC 9260 §10 ICMP2.
      return undefined;
  }
}
