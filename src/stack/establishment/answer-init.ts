import { sameAddress, type IpAddress } from "../../base/ip-address.js";
import type { Millis } from "../../base/millis.js";
import { tsn } from "../../base/serial-number.js";
import type { ErrorCause } from "../../wire/error-cause.js";
import { parameterBytes, type Parameter } from "../../wire/parameter.js";
import type { InitChunk } from "../../wire/chunks/init-chunk.js";
import { answerTo, type Answer } from "../answers.js";
import type { Association } from "../association.js";
import type { AssociationConfig } from "../config.js";
import type { Endpoint } from "../endpoint.js";
import { randomTag } from "../entropy.js";
import { COOKIE_PRESERVATIVE_MS_MAX } from "../limits.js";
import type { Path } from "../paths/path.js";
import type { ReceivedPacket } from "../received-packet.js";
import type { StackServices } from "../services.js";
import { sendLastChunk } from "../termination/abort.js";
import type { TransmissionControlBlock } from "../transmission-control-block.js";
import type { AuthenticationOffer } from "../extensions/authentication/authentication-offer.js";
import {
  ownAuthentication,
  ownParameters,
  readPeerParameters,
  violationIn,
  type PeerParameters,
} from "./capabilities.js";
import { destinationsOf, preferredAmong } from "./destinations.js";
import { commonExtensions, ownExtensions } from "./extensions.js";
import { LIFESPAN_MS_MAX, type StateCookie } from "./state-cookie.js";

/** An INIT and the endpoint that it is addressed to. */
export interface IncomingInit {
  readonly endpoint: Endpoint;
  readonly chunk: InitChunk;
  readonly packet: ReceivedPacket;
  readonly services: StackServices;
}

/** What an acceptable INIT says. */
interface Offer extends IncomingInit {
  readonly peer: PeerParameters;
  /** The peer's addresses; the first is where the answer goes. */
  readonly destinations: readonly IpAddress[];
}

/**
 * Answers an INIT with an INIT ACK whose cookie holds all that is to be known later; nothing else is kept of
 * it (RFC 9260 §5.1 B, §12.2.4.1). For an association that exists, §5.2.1 and §5.2.2 say what goes into the answer; its
 * state does not change.
 */
export function answerInit(incoming: IncomingInit, now: Millis): void {
  const { endpoint, chunk, packet, services } = incoming;
  // RFC 9260 §3.3.2: an Initiate Tag of 0 is discarded without an answer.
  if (chunk.initiateTag === 0) return;
  const peer = readPeerParameters(chunk.parameters);
  const cause = violationIn(chunk, peer, ownExtensions(endpoint.config));
  if (cause !== undefined) {
    refuse(incoming, [cause], now);
    return;
  }
  const destinations = destinationsOf(packet.source, peer.addresses, endpoint);
  const offer: Offer = { endpoint, chunk, packet, services, peer, destinations };
  // RFC 9260 §5.1.2 D: any of the addresses identifies an association that exists.
  const existing = endpoint.findAssociationOfAny(destinations, packet.peerPort);
  if (existing !== undefined) answerUnexpectedInit(offer, existing.tcb, now);
  // RFC 6458 §3.1.3, §4.1.3: who does not listen, or has no room for another association, answers with ABORT.
  else if (!endpoint.acceptsAssociations()) refuse(incoming, [], now);
  else sendInitAck(offer, freshIdentity(incoming), undefined, now);
}

/** RFC 9260 §5.2.1, §5.2.2, §9.2: an INIT while an association with its sender exists. */
function answerUnexpectedInit(offer: Offer, tcb: TransmissionControlBlock, now: Millis): void {
  const { packet, services, destinations } = offer;
  const path = tcb.paths.find(packet.source);
  const { name } = tcb.state;
  if (name === "SHUTDOWN-ACK-SENT") {
    // RFC 9260 §9.2: the peer has lost our SHUTDOWN ACK. It goes to where the INIT came from only if that is the
    // peer's, because it tells the peer's tag. T2-shutdown goes on: an INIT that anyone may forge must not keep us
    // here.
    const shutdownAck = { kind: "SHUTDOWN ACK" } as const;
    if (path === undefined || path.state === "unconfirmed")
      sendLastChunk(tcb, shutdownAck, tcb.paths.forData());
    else services.answer(answerTo(packet, tcb.peerTag, shutdownAck, tcb.authentication));
    return;
  }
  if (name === "COOKIE-WAIT") {
    // RFC 9260 §5.2.1: the INIT ACK tells our tag, and goes only where our user has said that the peer is.
    const target = namedByUser(tcb, destinations);
    if (target !== undefined) sendInitAck(offer, identityOf(tcb, services), target, now);
    return;
  }
  // RFC 9260 §5.2.1, §5.2.2, §3.3.10.11: an INIT may not add addresses to an association.
  const added = destinations.filter((address) => !tcb.isOfPeer(address));
  if (added.length > 0) {
    refuse(offer, [{ kind: "Restart of an Association with New Addresses", addresses: added }], now);
    return;
  }
  sendInitAck(offer, identityOf(tcb, services), undefined, now);
}

/**
 * RFC 9260 §5.2.1 rules 1 to 3: an address that the user named and the INIT reports, its source if possible.
 */
function namedByUser(tcb: TransmissionControlBlock, destinations: readonly IpAddress[]): Path | undefined {
  for (const address of destinations) {
    const path = tcb.paths.find(address);
    if (path !== undefined && path.state !== "unconfirmed") return path;
  }
  return undefined;
}

/** The tag and TSN that an INIT ACK announces, and the Tie-Tags of its cookie. */
interface Identity {
  readonly localTag: number;
  readonly localInitialTsn: StateCookie["localInitialTsn"];
  readonly localTieTag: number;
  readonly peerTieTag: number;
  /** What our own INIT has said of authentication, where there is one. */
  readonly authentication: AuthenticationOffer | undefined;
  /** The parameters of the association, or those of the endpoint for a new one. */
  readonly config: Readonly<AssociationConfig>;
  /** The association that there is, if any. */
  readonly association: Association | undefined;
}

function freshIdentity({ endpoint, services }: IncomingInit): Identity {
  return {
    localTag: services.newTag(),
    localInitialTsn: tsn(services.entropy.randomUint32()),
    // RFC 9260 §5.2.2: without an association the Tie-Tags are 0.
    localTieTag: 0,
    peerTieTag: 0,
    authentication: undefined,
    config: endpoint.config,
    association: undefined,
  };
}

function identityOf(tcb: TransmissionControlBlock, services: StackServices): Identity {
  const { config, association } = tcb;
  if (tcb.state.name === "COOKIE-WAIT" || tcb.state.name === "COOKIE-ECHOED") {
    // RFC 9260 §5.2.1: the parameters of our own INIT, its tag included.
    if (tcb.state.name === "COOKIE-ECHOED") populateTieTags(tcb, services);
    return {
      localTag: tcb.localTag,
      localInitialTsn: tcb.localInitialTsn,
      localTieTag: tcb.localTieTag,
      peerTieTag: tcb.peerTieTag,
      // RFC 4895 §6.1: as the tag is, so is the random number.
      authentication: tcb.authentication.ownOffer,
      config,
      association,
    };
  }
  populateTieTags(tcb, services);
  return {
    // RFC 9260 §5.2.2: a new tag at random; the association keeps its own.
    localTag: services.newTag(),
    localInitialTsn: tsn(services.entropy.randomUint32()),
    localTieTag: tcb.localTieTag,
    peerTieTag: tcb.peerTieTag,
    authentication: undefined,
    config,
    association,
  };
}

function populateTieTags(tcb: TransmissionControlBlock, services: StackServices): void {
  if (tcb.localTieTag !== 0) return;
  // RFC 9260 §5.2.2, §5.1.3: random values other than 0, so that the cookie does not give the real tags away.
  tcb.localTieTag = randomTag(services.entropy);
  tcb.peerTieTag = randomTag(services.entropy);
}

/**
 * Sends the INIT ACK with its cookie.
 *
 * @param target - where it goes if that must not be where the INIT came from
 */
function sendInitAck(offer: Offer, identity: Identity, target: Path | undefined, now: Millis): void {
  const { endpoint, chunk, packet, peer, services } = offer;
  const { config } = identity;
  // RFC 9260 §3.3.3: no more streams than the INIT allows.
  const outboundStreams = Math.min(config.outboundStreams, chunk.inboundStreams);
  const advertised = endpoint.advertise(packet.source, identity.association);
  const authentication = authenticationFor(offer, identity);
  const cookie = services.cookies.seal(
    stateCookieFor(offer, identity, { advertised, authentication, target }, now),
    now,
  );
  const parameters: Parameter[] = [{ kind: "State Cookie", cookie }];
  for (const parameter of ownParameters(config, advertised, authentication)) parameters.push(parameter);
  // RFC 9260 §3.2.2, §3.3.3.1.2.
  for (const unknown of peer.unrecognized)
    parameters.push({ kind: "Unrecognized Parameter", parameter: parameterBytes(unknown) });
  const answer = answerTo(packet, chunk.initiateTag, {
    kind: "INIT ACK",
    initiateTag: identity.localTag,
    aRwnd: Math.min(config.receiveBufferBytes, services.receiveMemory.windowBytesMax()),
    outboundStreams,
    inboundStreams: config.maxInboundStreams,
    initialTsn: identity.localInitialTsn,
    parameters,
  });
  services.answer(target === undefined ? answer : redirected(answer, packet, target));
}

/**
 * What the INIT ACK says of authentication (RFC 4895 §6.1): as the tag is, so is the random number. A peer that has
 * offered none has no use for it, and would only see an answer that is larger than what it has sent (RFC 9260 §12.4).
 */
function authenticationFor(
  { peer, services }: Offer,
  { authentication, config }: Identity,
): AuthenticationOffer | undefined {
  if (peer.authentication.offer === undefined) return undefined;
  return authentication ?? ownAuthentication(config, services.entropy);
}

/** The same answer to another of the peer's addresses. */
function redirected(
  answer: Answer,
  packet: ReceivedPacket,
  { address, udpPort, localAddress }: Path,
): Answer {
  if (sameAddress(address, packet.source)) return answer;
  return { ...answer, address, udpPort, localAddress };
}

/** What an INIT ACK says that its cookie has to repeat, and where it goes. */
interface Reply {
  readonly advertised: readonly IpAddress[];
  readonly authentication: AuthenticationOffer | undefined;
  readonly target: Path | undefined;
}

function stateCookieFor(
  { chunk, packet, peer, destinations }: Offer,
  identity: Identity,
  { advertised, authentication, target }: Reply,
  now: Millis,
): StateCookie {
  const { config } = identity;
  const lifespanMs =
    config.validCookieLifeMs + Math.min(peer.cookieLifeIncrementMs, COOKIE_PRESERVATIVE_MS_MAX);
  const first = target?.address ?? packet.source;
  // RFC 9260 §5.4 2: the address that this goes to stands first; it will be the one that is confirmed.
  const peerAddresses = [first];
  for (const address of destinations) if (!sameAddress(address, first)) peerAddresses.push(address);
  return {
    createdAt: now,
    lifespanMs: Math.min(lifespanMs, LIFESPAN_MS_MAX),
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
    outboundStreams: Math.min(config.outboundStreams, chunk.inboundStreams),
    inboundStreams: Math.min(config.maxInboundStreams, chunk.outboundStreams),
    localUdpPort: packet.destinationUdpPort,
    peerUdpPort: packet.sourceUdpPort,
    peerAdaptationIndication: peer.adaptationIndication,
    extensions: commonExtensions(ownExtensions(config), peer.extensions),
    ownAuthentication: authentication,
    peerAuthentication: peer.authentication.offer,
    // What the peer will see this INIT ACK come from.
    localAddress: sameAddress(first, packet.source) ? packet.destination : target?.localAddress,
    advertisedAddresses: advertised,
    peerAddresses,
    preferredPeerAddress: preferredAmong(peerAddresses, peer.preferredAddress, packet.source),
  };
}

/** RFC 9260 §5.1: an INIT that is not accepted is answered with ABORT under its own Initiate Tag. */
function refuse({ chunk, packet, services }: IncomingInit, causes: readonly ErrorCause[], now: Millis): void {
  services.complain(answerTo(packet, chunk.initiateTag, { kind: "ABORT", tagReflected: false, causes }), now);
}
