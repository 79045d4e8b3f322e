import { sameAddress, type IpAddress } from "../../base/ip-address.js";
import type { Millis } from "../../base/millis.js";
import { tsn } from "../../base/serial-number.js";
import type { ErrorCause } from "../../wire/error-cause.js";
import { parameterBytes, type Parameter } from "../../wire/parameter.js";
import type { InitChunk } from "../../wire/chunks/init-chunk.js";
import { answerTo } from "../answers.js";
import type { Association } from "../association.js";
import type { Endpoint } from "../endpoint.js";
import { randomTag } from "../entropy.js";
import { COOKIE_PRESERVATIVE_MS_MAX } from "../limits.js";
import type { ReceivedPacket } from "../received-packet.js";
import type { StackServices } from "../services.js";
import { sendShutdownAck } from "../termination/shutdown.js";
import type { TransmissionControlBlock } from "../transmission-control-block.js";
import { ownParameters, readPeerParameters, violationIn, type PeerParameters } from "./capabilities.js";
import type { StateCookie } from "./state-cookie.js";

/** An INIT with what the endpoint and an association that exists already have to do with it. */
export interface IncomingInit {
  readonly endpoint: Endpoint;
  readonly existing: Association | undefined;
  readonly chunk: InitChunk;
  readonly packet: ReceivedPacket;
  readonly services: StackServices;
}

/**
 * Answers an INIT with an INIT ACK whose cookie holds all that is to be known later; nothing else is kept of it (RFC 9260
 * §5.1 B). For an association that exists, §5.2.1 and §5.2.2 say what goes into the answer; its state does not change.
 */
export function answerInit(incoming: IncomingInit, now: Millis): void {
  const { endpoint, existing, chunk, packet, services } = incoming;
  // RFC 9260 §3.3.2: an Initiate Tag of 0 is discarded without an answer.
  if (chunk.initiateTag === 0) return;
  const peer = readPeerParameters(chunk.parameters);
  const cause = violationIn(chunk, peer);
  if (cause !== undefined) {
    refuse(incoming, [cause]);
    return;
  }
  const tcb = existing?.tcb;
  if (tcb === undefined) {
    // RFC 6458 §3.1.3, §4.1.3: who does not listen, or has no room for another association, answers with ABORT.
    if (!endpoint.acceptsAssociations()) refuse(incoming, []);
    else sendInitAck(incoming, peer, freshIdentity(incoming), now);
    return;
  }
  if (tcb.state.name === "SHUTDOWN-ACK-SENT") {
    // RFC 9260 §9.2: the INIT is discarded; the peer has lost our SHUTDOWN ACK.
    sendShutdownAck(tcb, now);
    services.schedule(tcb.association);
    return;
  }
  if (tcb.state.name !== "COOKIE-WAIT") {
    // RFC 9260 §5.2.1, §5.2.2: an INIT may not add addresses to an association.
    const added = [packet.source, ...peer.addresses].filter(
      (address) => tcb.paths.find(address) === undefined,
    );
    if (added.length > 0) {
      refuse(incoming, [
        { kind: "Restart of an Association with New Addresses", addresses: distinct(added) },
      ]);
      return;
    }
  }
  sendInitAck(incoming, peer, identityOf(tcb, services), now);
}

/** The tag and TSN that an INIT ACK announces, and the Tie-Tags of its cookie. */
interface Identity {
  readonly localTag: number;
  readonly localInitialTsn: StateCookie["localInitialTsn"];
  readonly localTieTag: number;
  readonly peerTieTag: number;
  readonly outboundStreams: number;
  readonly maxInboundStreams: number;
}

function freshIdentity({ endpoint, services }: IncomingInit): Identity {
  return {
    localTag: services.newTag(),
    localInitialTsn: tsn(services.entropy.randomUint32()),
    // RFC 9260 §5.2.2: without an association the Tie-Tags are 0.
    localTieTag: 0,
    peerTieTag: 0,
    outboundStreams: endpoint.config.outboundStreams,
    maxInboundStreams: endpoint.config.maxInboundStreams,
  };
}

function identityOf(tcb: TransmissionControlBlock, services: StackServices): Identity {
  const streams = {
    outboundStreams: tcb.config.outboundStreams,
    maxInboundStreams: tcb.config.maxInboundStreams,
  };
  if (tcb.state.name === "COOKIE-WAIT" || tcb.state.name === "COOKIE-ECHOED") {
    // RFC 9260 §5.2.1: the parameters of our own INIT, its tag included.
    if (tcb.state.name === "COOKIE-ECHOED") populateTieTags(tcb, services);
    return {
      localTag: tcb.localTag,
      localInitialTsn: tcb.localInitialTsn,
      localTieTag: tcb.localTieTag,
      peerTieTag: tcb.peerTieTag,
      ...streams,
    };
  }
  populateTieTags(tcb, services);
  return {
    // RFC 9260 §5.2.2: a new tag at random; the association keeps its own.
    localTag: services.newTag(),
    localInitialTsn: tsn(services.entropy.randomUint32()),
    localTieTag: tcb.localTieTag,
    peerTieTag: tcb.peerTieTag,
    ...streams,
  };
}

function populateTieTags(tcb: TransmissionControlBlock, services: StackServices): void {
  if (tcb.localTieTag !== 0) return;
  // RFC 9260 §5.2.2: random values other than 0, so that the cookie does not give the association's tags away.
  tcb.localTieTag = randomTag(services.entropy);
  tcb.peerTieTag = randomTag(services.entropy);
}

function sendInitAck(incoming: IncomingInit, peer: PeerParameters, identity: Identity, now: Millis): void {
  const { endpoint, chunk, packet, services } = incoming;
  const { config } = endpoint;
  const addresses = distinct([
    packet.source,
    ...peer.addresses.filter((address) => endpoint.canReach(address)),
  ]);
  const cookie: StateCookie = {
    createdAt: now,
    lifespanMs: config.validCookieLifeMs + Math.min(peer.cookieLifeIncrementMs, COOKIE_PRESERVATIVE_MS_MAX),
    localPort: packet.localPort,
    peerPort: packet.peerPort,
    localTag: identity.localTag,
    peerTag: chunk.initiateTag,
    localTieTag: identity.localTieTag,
    peerTieTag: identity.peerTieTag,
    localInitialTsn: identity.localInitialTsn,
    peerInitialTsn: chunk.initialTsn,
    peerRwnd: chunk.aRwnd,
    // RFC 9260 §5.1.1.
    outboundStreams: Math.min(identity.outboundStreams, chunk.inboundStreams),
    inboundStreams: Math.min(identity.maxInboundStreams, chunk.outboundStreams),
    localUdpPort: packet.destinationUdpPort,
    peerUdpPort: packet.sourceUdpPort,
    peerAdaptationIndication: peer.adaptationIndication,
    localAddress: packet.destination,
    peerAddresses: addresses,
  };
  const parameters: Parameter[] = [
    { kind: "State Cookie", cookie: services.cookies.seal(cookie, now) },
    ...ownParameters(config, endpoint.advertise(packet.source)),
    // RFC 9260 §3.2.2.
    ...peer.unrecognized.map((unknown) => ({
      kind: "Unrecognized Parameter" as const,
      parameter: parameterBytes(unknown),
    })),
  ];
  services.answer(
    answerTo(packet, chunk.initiateTag, {
      kind: "INIT ACK",
      initiateTag: identity.localTag,
      aRwnd: config.receiveBufferBytes,
      outboundStreams: identity.outboundStreams,
      inboundStreams: identity.maxInboundStreams,
      initialTsn: identity.localInitialTsn,
      parameters,
    }),
  );
}

/** RFC 9260 §5.1: an INIT that is not accepted is answered with ABORT under its own Initiate Tag. */
function refuse({ chunk, packet, services }: IncomingInit, causes: readonly ErrorCause[]): void {
  services.answer(answerTo(packet, chunk.initiateTag, { kind: "ABORT", tagReflected: false, causes }));
}

function distinct(addresses: readonly IpAddress[]): IpAddress[] {
  const found: IpAddress[] = [];
  for (const address of addresses)
    if (!found.some((other) => sameAddress(other, address))) found.push(address);
  return found;
}
