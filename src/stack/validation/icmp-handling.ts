import type { Millis } from "../../base/millis.js";
import { readUint16, readUint32 } from "../../wire/bytes.js";
import { CHUNK_INIT } from "../../wire/chunk.js";
import { CHUNK_HEADER_BYTES } from "../../wire/chunk-codec.js";
import { initChunkInitiateTag } from "../../wire/chunks/init-body.js";
import { COMMON_HEADER_BYTES } from "../../wire/common-header.js";
import type { Association } from "../association.js";
import type { Endpoint } from "../endpoint.js";
import type { IcmpMessage } from "../icmp-message.js";
import { pathReportedUnreachable } from "../paths/path-failure.js";
import { handlePacketTooBig } from "../paths/path-mtu-discovery.js";
import type { StackStatistics } from "../statistics.js";
import { endAssociation } from "../termination/abort.js";

/** What an ICMP message quotes at the least: ports and verification tag (RFC 792). */
const QUOTED_BYTES_MIN = 8;
/** What it quotes if the Initiate Tag of an INIT chunk is to be read. */
const QUOTED_INIT_BYTES_MIN: number = COMMON_HEADER_BYTES + CHUNK_HEADER_BYTES + 4;

/**
 * Acts on ICMP messages that are about packets of an association (RFC 9260 §10, RFC 6951 §5.5), and on no others.
 *
 * No number of messages a second is a bound that all associations share: the peer of one, who knows its tags, could use
 * it up, and the path MTUs of all others would not be learned. Each association bounds what it does itself: its paths'
 * MTUs only fall, an unreachable path counts once in a round trip, and it ends but once.
 */
export class IcmpHandling {
  private readonly statistics: StackStatistics;
  private readonly endpointsOf: (port: number) => readonly Endpoint[];

  /** @param endpointsOf - the endpoints that have a local port */
  constructor(statistics: StackStatistics, endpointsOf: (port: number) => readonly Endpoint[]) {
    this.statistics = statistics;
    this.endpointsOf = endpointsOf;
  }

  /** Handles a message; most are discarded silently. */
  handle(message: IcmpMessage, now: Millis): void {
    const { statistics } = this;
    statistics.icmpMessages += 1;
    const association = this.findAssociation(message);
    if (association === undefined || !act(association, message, now)) statistics.discardedIcmpMessages += 1;
  }

  /** RFC 9260 §10 ICMP5 and ICMP6: the association that sent the quoted packet, if it shows to have done so. */
  private findAssociation(message: IcmpMessage): Association | undefined {
    const { source, destination, quotedBytes } = message;
    if (quotedBytes.length < QUOTED_BYTES_MIN) return undefined;
    const peerPort = readUint16(quotedBytes, 2);
    for (const endpoint of this.endpointsOf(readUint16(quotedBytes, 0))) {
      const association = endpoint.findAssociation(destination, peerPort);
      if (association === undefined || !quotesTagOf(association, quotedBytes)) continue;
      // The endpoint may have given an address up that the association goes on with.
      if (endpoint.isBoundTo(source) || association.tcb.leavesFrom(source)) return association;
    }
    return undefined;
  }
}

/** RFC 9260 §10 ICMP6: the quoted tag is the peer's, or 0 in a packet with our INIT. */
function quotesTagOf({ tcb }: Association, quotedBytes: Uint8Array): boolean {
  const tag = readUint32(quotedBytes, 4);
  if (tag !== 0) return tag === tcb.peerTag;
  if (quotedBytes.length < QUOTED_INIT_BYTES_MIN || quotedBytes[COMMON_HEADER_BYTES] !== CHUNK_INIT)
    return false;
  return initChunkInitiateTag(quotedBytes, COMMON_HEADER_BYTES) === tcb.localTag;
}

/** Draws the consequences of a message that is about a packet of the association; answers whether there were any. */
function act({ tcb }: Association, message: IcmpMessage, now: Millis): boolean {
  const path = tcb.paths.find(message.destination);
  // RFC 6951 §5.4: the peer may have moved to another port since.
  if (path === undefined || path.udpPort !== message.destinationUdpPort) return false;
  const isForming = tcb.state.name === "COOKIE-WAIT" || tcb.state.name === "COOKIE-ECHOED";
  switch (message.kind) {
    case "packet too big":
      return handlePacketTooBig(tcb, path, message.mtuBytes, now);
    case "port unreachable":
      // RFC 9260 §10 ICMP3: SCTP itself answers with ABORT. RFC 6951 §5.5: nobody encapsulates there.
      if (message.destinationUdpPort === 0) return false;
      break;
    case "protocol unreachable":
      break;
    case "unreachable":
      // The handshake counts its own retransmissions (RFC 9260 §5.1.6).
      return !isForming && pathReportedUnreachable(tcb, path, now);
  }
  // RFC 9260 §10 ICMP8: as an ABORT with the T bit; about an INIT only as long as nothing has answered it.
  const quotesInit = readUint32(message.quotedBytes, 4) === 0;
  if (quotesInit && tcb.state.name !== "COOKIE-WAIT") return false;
  endAssociation(tcb, { kind: "refused" });
  return true;
}
