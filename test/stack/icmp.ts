import type { IcmpMessage } from "../../src/stack/icmp-message.js";
import type { Chunk } from "../../src/wire/chunk.js";
import { ip, type Pair } from "./pair.js";
import { PEER, PEER_TAG, packetOf } from "./scene.js";

/** A DATA packet's beginning as a router quotes it at the least: ports and verification tag. */
export function quoteOf(sourcePort: number, destinationPort: number, tag: number): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, sourcePort);
  view.setUint16(2, destinationPort);
  view.setUint32(4, tag);
  return bytes;
}

/** An ICMP message about a packet from the scene's port to its peer's. */
export function about(change: Partial<IcmpMessage> = {}): IcmpMessage {
  return {
    kind: "protocol unreachable",
    source: ip("10.0.0.2"),
    destination: PEER.address,
    destinationUdpPort: PEER.udpPort,
    mtuBytes: 0,
    quotedBytes: quoteOf(7000, PEER.port, PEER_TAG),
    ...change,
  };
}

/** The INIT that a scene has sent, quoted whole. */
export function quotedInit(init: Chunk): Uint8Array {
  return packetOf({ ...PEER, port: 7000, toPort: PEER.port }, 0, [init]);
}

/** Has A of a pair hear that a packet to Z was too big. */
export function tooBig(pair: Pair, mtuBytes: number): void {
  const { association, address, stack } = pair.a;
  const quotedBytes = quoteOf(5000, 7000, association.tcb.peerTag);
  const message = { source: address, destination: pair.z.address, destinationUdpPort: 0, quotedBytes };
  stack.handleIcmp(about({ ...message, kind: "packet too big", mtuBytes }), pair.now);
  pair.settle();
}
