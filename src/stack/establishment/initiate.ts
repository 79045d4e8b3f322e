import { sameAddress, type IpAddress } from "../../base/ip-address.js";
import type { Millis } from "../../base/millis.js";
import { padded } from "../../wire/bytes.js";
import { byteLengthOfChunk, CHUNK_COOKIE_ECHO, type Chunk } from "../../wire/chunk.js";
import { COMMON_HEADER_BYTES } from "../../wire/common-header.js";
import type { ErrorCause } from "../../wire/error-cause.js";
import { INIT_CHUNK_FIXED_BYTES, initChunkInitiateTag } from "../../wire/chunks/init-body.js";
import type { ChunkCursor } from "../../wire/packet.js";
import { PARAMETER_STATE_COOKIE, parametersBytes } from "../../wire/parameter.js";
import type { InitAckChunk } from "../../wire/chunks/init-ack-chunk.js";
import type { InitChunk } from "../../wire/chunks/init-chunk.js";
import { ESTABLISHED } from "../association-state.js";
import { answerTo } from "../answers.js";
import type { StackEvent } from "../events.js";
import { beginAddressReconfiguration } from "../extensions/address-reconfiguration/beginning.js";
import { preferInitially } from "../extensions/address-reconfiguration/preferred-primary.js";
import { STALE_COOKIE_RESTARTS_MAX, STATE_COOKIE_BYTES_MAX } from "../limits.js";
import type { PacketOutput } from "../packet-output.js";
import type { DrainResult } from "../bundling.js";
import { bundleControl } from "../bundling.js";
import { startHeartbeats } from "../paths/heartbeat.js";
import type { Path } from "../paths/path.js";
import { countError, judgePath } from "../paths/path-failure.js";
import type { ReceivedPacket } from "../received-packet.js";
import { endAssociation } from "../termination/abort.js";
import { startAutoclose } from "../termination/autoclose.js";
import { shutDown } from "../termination/shutdown.js";
import type { TransmissionControlBlock } from "../transmission-control-block.js";
import { maxPayloadBytes, retransmitPacketChunks, writeNewChunks } from "../tx/data-transmission.js";
import { forgetPartialReliability } from "../tx/partial-reliability.js";
import {
  A_RWND_BYTES_MIN,
  listedAddresses,
  ownAuthentication,
  ownParameters,
  readPeerParameters,
  violationIn,
} from "./capabilities.js";
import { destinationsOf, preferredAmong } from "./destinations.js";
import { commonExtensions, offeredExtensions, ownExtensions } from "./extensions.js";

/** RFC 9260 §5.2.6: how much longer than the measured round trip a stale cookie should have lived. */
const COOKIE_LIFE_MARGIN_MS: Millis = 1000;

/** RFC 9260 §5.1 A: builds the INIT, which waits for the next flush, and enters COOKIE-WAIT. */
export function initiate(tcb: TransmissionControlBlock, advertised: readonly IpAddress[]): void {
  const { authentication, config, services } = tcb;
  const offer = ownAuthentication(config, services.entropy);
  authentication.agree(offer, undefined);
  const init: InitChunk = {
    kind: "INIT",
    initiateTag: tcb.localTag,
    aRwnd: tcb.reception.windowBytesMax,
    outboundStreams: config.outboundStreams,
    inboundStreams: config.maxInboundStreams,
    initialTsn: tcb.localInitialTsn,
    parameters: ownParameters(config, advertised, offer),
  };
  const path = tcb.paths.primary;
  tcb.state = {
    name: "COOKIE-WAIT",
    init,
    path,
    initDue: true,
    retransmissions: 0,
    sentAt: undefined,
    staleCookies: 0,
  };
}

/** Lays out the INIT or the COOKIE ECHO that is due. */
export function transmitHandshake(
  tcb: TransmissionControlBlock,
  output: PacketOutput,
  now: Millis,
): DrainResult {
  const { state } = tcb;
  if (state.name === "COOKIE-WAIT" && state.initDue) {
    // RFC 9260 §3.1, §8.5.1 A: the tag of a packet with INIT is 0.
    if (!output.begin(tcb, 0, state.path, packetBytesFor(state.init, state.path, 0))) return "slab full";
    output.writeChunk(state.init);
    output.finish();
    state.initDue = false;
    // RFC 9260 §6.3.1 C5: a retransmitted INIT measures nothing.
    state.sentAt = state.retransmissions === 0 && !tcb.t1Init.isRunning ? now : undefined;
    tcb.services.timers.set(tcb.t1Init, now + initTimeoutMs(tcb, state.path));
  } else if (state.name === "COOKIE-ECHOED" && state.cookieEchoDue) {
    const cookieEcho: Chunk = { kind: "COOKIE ECHO", cookie: state.cookie };
    const maxPacketBytes = packetBytesFor(
      cookieEcho,
      state.path,
      tcb.authentication.overheadBytes(CHUNK_COOKIE_ECHO),
    );
    if (!output.begin(tcb, tcb.peerTag, state.path, maxPacketBytes)) return "slab full";
    output.writeChunk(cookieEcho);
    bundleControl(tcb, output, state.path);
    // RFC 9260 §5.1 C, §5.1.4, §3.3.11: DATA may travel along, in this packet only.
    retransmitPacketChunks(tcb, output, state.path, tcb.retransmission.outstanding.firstTsn, now);
    writeNewChunks(tcb, output, state.path, maxPayloadBytes(tcb), now);
    output.finish();
    state.cookieEchoDue = false;
    state.sentAt = state.retransmissions === 0 && !tcb.t1Cookie.isRunning ? now : undefined;
    tcb.services.timers.set(tcb.t1Cookie, now + state.path.rto.timeoutMs);
  }
  return state.name === "COOKIE-ECHOED" ? transmitHeartbeatAcks(tcb, output) : "drained";
}

/**
 * RFC 9260 §8.3: from COOKIE-ECHOED on each HEARTBEAT is answered, because a peer that sends it has accepted the cookie
 * and judges its paths by the answers. Nothing else leaves before COOKIE ACK has come (§5.1 C); whatever waits for the
 * same way goes along.
 */
function transmitHeartbeatAcks(tcb: TransmissionControlBlock, output: PacketOutput): DrainResult {
  const { control, paths } = tcb;
  for (
    let path = control.pathOf("HEARTBEAT ACK");
    path !== undefined;
    path = control.pathOf("HEARTBEAT ACK")
  ) {
    if (!output.begin(tcb, tcb.peerTag, path, paths.packetBytesFor(path))) return "slab full";
    bundleControl(tcb, output, path);
    // One that no packet of its path can hold counts as lost.
    if (output.isEmpty) control.remove("HEARTBEAT ACK");
    output.leaveFrom(path.replySource);
    output.finish();
  }
  return "drained";
}

/**
 * The size of a packet that begins with a chunk. An INIT or a cookie can be larger than the path MTU, and
 * nothing divides it; whatever travels along has to keep to it.
 */
function packetBytesFor(chunk: Chunk, path: Path, authBytes: number): number {
  return Math.max(path.maxPacketBytes, COMMON_HEADER_BYTES + authBytes + padded(byteLengthOfChunk(chunk)));
}

/** The RTO of INIT is bounded by what the user allows (RFC 6458 §8.1.3 sinit_max_init_timeo). */
function initTimeoutMs(tcb: TransmissionControlBlock, path: Path): Millis {
  const { timeoutMs } = path.rto;
  const { maxInitTimeoutMs } = tcb.config;
  return maxInitTimeoutMs === 0 ? timeoutMs : Math.min(timeoutMs, maxInitTimeoutMs);
}

/**
 * T1-init or T1-cookie expired: once more, on the next of the peer's addresses, Max.Init.Retransmits times (RFC 9260
 * §4 2) and 3), §5.1, §5.1.4, §5.1.6).
 */
export function handleT1(tcb: TransmissionControlBlock): void {
  const { state } = tcb;
  if (state.name !== "COOKIE-WAIT" && state.name !== "COOKIE-ECHOED") return;
  state.retransmissions += 1;
  if (state.retransmissions > tcb.config.maxInitRetransmits) {
    endAssociation(tcb, { kind: "unreachable" });
    return;
  }
  // RFC 9260 §5.1: as for DATA, each address has its own time-out (§6.3.3 E2); and that it does not answer is not
  // forgotten when the association comes up by another one (§8.2).
  state.path.rto.backOff(tcb.config);
  countError(state.path);
  if (state.name === "COOKIE-WAIT") {
    state.path = tcb.paths.next(state.path);
    state.initDue = true;
  } else {
    state.path = tcb.paths.next(state.path);
    state.cookieEchoDue = true;
    for (const path of tcb.paths.all) tcb.retransmission.markAllOn(path);
  }
}

/**
 * Sends the INIT or COOKIE ECHO to a path once more: it did not pass there, or what travelled along did not (RFC 9260
 * §7.3). That counts for nothing, because the peer had no chance to answer.
 *
 * @returns false when none is on its way there
 */
export function repeatHandshake({ state }: TransmissionControlBlock, path: Path): boolean {
  if (state.name === "COOKIE-WAIT" && state.path === path) state.initDue = true;
  else if (state.name === "COOKIE-ECHOED" && state.path === path) state.cookieEchoDue = true;
  else return false;
  return true;
}

/**
 * An INIT ACK arrived: its cookie goes back at once (RFC 9260 §5.1 C, §5.1.4); in any other state than
 * COOKIE-WAIT it is discarded (§5.2.3).
 */
export function handleInitAck(
  tcb: TransmissionControlBlock,
  chunk: InitAckChunk,
  packet: ReceivedPacket,
  now: Millis,
): void {
  const { state } = tcb;
  if (state.name !== "COOKIE-WAIT") return;
  const peer = readPeerParameters(chunk.parameters);
  const destinations = destinationsOf(packet.source, peer.addresses, tcb.endpoint);
  // RFC 9260 §5.1.2 D, §5.2.3: it belongs to the other association, which waits for none.
  if (belongsToAnother(tcb, destinations)) return;
  const cause = violationInInitAck(chunk, peer.cookie) ?? violationIn(chunk, peer, ownExtensions(tcb.config));
  if (chunk.initiateTag !== 0 && chunk.aRwnd < A_RWND_BYTES_MIN) {
    // RFC 9260 §3.3.3: of all that is refused only this does not end the attempt. T1-init runs on.
    answerWithAbort(tcb, packet, chunk.initiateTag, [{ kind: "Invalid Mandatory Parameter" }]);
    return;
  }
  if (chunk.initiateTag === 0 || cause !== undefined) {
    refuse(tcb, packet, chunk.initiateTag, cause === undefined ? [] : [cause]);
    return;
  }
  tcb.services.timers.stop(tcb.t1Init);
  if (state.sentAt !== undefined) state.path.rto.measured(now - state.sentAt, tcb.config);
  // What our INIT has offered, whatever has been configured since.
  tcb.peerExtensions = commonExtensions(offeredExtensions(state.init.parameters), peer.extensions);
  learnPeer(tcb, chunk);
  tcb.authentication.answered(peer.authentication.offer);
  learnAddresses(tcb, { told: state.init, destinations }, packet, now);
  // RFC 9260 §5.4: the user has named where the INIT went to; where its answer came from need not be the peer's.
  const source = tcb.paths.find(packet.source);
  if (source !== undefined) source.errorCount = 0;
  const path = source === undefined || source.state === "unconfirmed" ? state.path : source;
  tcb.peerAdaptationIndication = peer.adaptationIndication;
  tcb.peerPreferredAddress = preferredAmong(destinations, peer.preferredAddress, packet.source);
  if (peer.unrecognized.length > 0) {
    // RFC 9260 §3.2.2, §3.3.10.8: reported together with the COOKIE ECHO.
    const parameters = parametersBytes(peer.unrecognized);
    tcb.control.add({ kind: "ERROR", causes: [{ kind: "Unrecognized Parameters", parameters }] }, path);
  }
  tcb.state = {
    name: "COOKIE-ECHOED",
    init: state.init,
    cookie: peer.cookie as Uint8Array,
    path,
    cookieEchoDue: true,
    retransmissions: 0,
    sentAt: undefined,
    staleCookies: state.staleCookies,
  };
}

/**
 * Whether the peer of another association has one of these addresses (RFC 9260 §5.1.2 D): two endpoints never have more
 * than one association (§1.3). What that other peer only claims to have proves nothing (RFC 5062 §2).
 */
export function belongsToAnother(tcb: TransmissionControlBlock, destinations: readonly IpAddress[]): boolean {
  const { association, endpoint, peerPort } = tcb;
  return destinations.some((address) => {
    const other = endpoint.findAssociation(address, peerPort);
    // Of two that wait, the first to be answered is the one.
    if (other === undefined || other === association || other.state === "COOKIE-WAIT") return false;
    const path = other.tcb.paths.find(address);
    return path !== undefined && path.state !== "unconfirmed";
  });
}

/**
 * RFC 9260 §5.1, §3.3.10.13: an INIT ACK that cannot be read is refused as one with a wrong value is; it has the right
 * tag.
 */
export function handleUnreadableInitAck(
  tcb: TransmissionControlBlock,
  packet: ReceivedPacket,
  cursor: ChunkCursor,
): void {
  if (tcb.state.name !== "COOKIE-WAIT" || cursor.lengthBytes < INIT_CHUNK_FIXED_BYTES) return;
  const initiateTag = initChunkInitiateTag(packet.bytes, cursor.offsetBytes);
  refuse(tcb, packet, initiateTag, [{ kind: "Protocol Violation", information: new Uint8Array(0) }]);
}

/** RFC 9260 §3.3.3, §5.1: an INIT ACK is refused, and the TCB is destroyed. */
function refuse(
  tcb: TransmissionControlBlock,
  packet: ReceivedPacket,
  initiateTag: number,
  causes: readonly ErrorCause[],
): void {
  answerWithAbort(tcb, packet, initiateTag, causes);
  endAssociation(tcb, { kind: "aborted locally", causes });
}

/**
 * RFC 9260 §5.1, §3.3.3: the ABORT carries the Initiate Tag of the INIT ACK, or that of our own packet where that is 0.
 */
function answerWithAbort(
  tcb: TransmissionControlBlock,
  packet: ReceivedPacket,
  initiateTag: number,
  causes: readonly ErrorCause[],
): void {
  const tagReflected = initiateTag === 0;
  const verificationTag = tagReflected ? packet.verificationTag : initiateTag;
  tcb.services.answer(answerTo(packet, verificationTag, { kind: "ABORT", tagReflected, causes }));
}

/** What is wrong with an INIT ACK beside what {@link violationIn} finds (RFC 9260 §3.3.10.2, §3.3.10.7). */
function violationInInitAck(chunk: InitAckChunk, cookie: Uint8Array | undefined): ErrorCause | undefined {
  if (cookie === undefined) {
    return { kind: "Missing Mandatory Parameter", parameterTypes: [PARAMETER_STATE_COOKIE] };
  }
  return cookie.length > STATE_COOKIE_BYTES_MAX || chunk.initiateTag === 0
    ? { kind: "Invalid Mandatory Parameter" }
    : undefined;
}

function learnPeer(tcb: TransmissionControlBlock, chunk: InitAckChunk): void {
  tcb.peerTag = chunk.initiateTag;
  tcb.startReception(chunk.initialTsn);
  tcb.retransmission.setInitialWindow(chunk.aRwnd);
  // RFC 9260 §5.1.1.
  tcb.outboundStreams = Math.min(tcb.config.outboundStreams, chunk.inboundStreams);
  tcb.inboundStreams = Math.min(tcb.config.maxInboundStreams, chunk.outboundStreams);
  failMessagesBeyondStreams(tcb);
}

/**
 * RFC 9260 §5.1.2 A and C: the peer has the address that the INIT ACK came from and those that it lists, and no
 * others, whatever our user has named. Only what the user has named is confirmed (§5.4 1).
 */
function learnAddresses(
  tcb: TransmissionControlBlock,
  { told, destinations }: { readonly told: InitChunk; readonly destinations: readonly IpAddress[] },
  packet: ReceivedPacket,
  now: Millis,
): void {
  tcb.addPath(packet.source, packet.sourceUdpPort, false, now);
  // What our INIT has listed, whatever addresses have come since: the peer knows no others.
  tcb.learnSources(listedAddresses(told.parameters), packet.destination);
  for (const address of destinations) tcb.addPath(address, packet.sourceUdpPort, false, now);
  dropUnlisted(tcb, destinations);
  const path = tcb.paths.find(packet.source);
  if (path === undefined) return;
  path.udpPort = packet.sourceUdpPort;
  path.localAddress ??= packet.destination;
}

/**
 * Takes out the destinations that the user has named and the peer's INIT or INIT ACK does not (RFC 9260 §5.1.2 A and
 * C). Where that names none of them, they stay: nothing else is known to be the peer's, and COOKIE ECHO has nowhere
 * else to go (§5.4).
 */
export function dropUnlisted(tcb: TransmissionControlBlock, destinations: readonly IpAddress[]): void {
  const { all } = tcb.paths;
  const isListed = ({ address }: Path): boolean =>
    destinations.some((listed) => sameAddress(listed, address));
  if (!all.some((path) => path.state !== "unconfirmed" && isListed(path))) return;
  for (const path of [...all]) if (!isListed(path)) tcb.removePath(path);
}

/** Messages that were queued for streams which the peer does not take are given back (RFC 6458 §5.3.4). */
export function failMessagesBeyondStreams(tcb: TransmissionControlBlock): void {
  const messages = tcb.sendQueue.takeAll();
  for (const message of messages) {
    // What has left in part, with a COOKIE ECHO that was too late, is left to the peer to refuse.
    if (message.streamId < tcb.outboundStreams || message.fragmentedBytes > 0) {
      tcb.sendQueue.add(message);
      continue;
    }
    tcb.sendBufferBytes -= message.lengthBytes;
    tcb.sendBufferMessages -= 1;
    forgetPartialReliability(tcb, message);
    tcb.sendMemory.detach(message);
    tcb.emit({ type: "send failed", association: tcb.association, message, sent: false, errorCode: 1 });
  }
}

/**
 * A COOKIE ACK arrived: the association is up (RFC 9260 §5.1 E); in other states it is discarded (§5.2.5).
 */
export function handleCookieAck(tcb: TransmissionControlBlock, source: Path, now: Millis): void {
  const { state } = tcb;
  if (state.name !== "COOKIE-ECHOED") return;
  source.errorCount = 0;
  if (state.sentAt !== undefined) state.path.rto.measured(now - state.sentAt, tcb.config);
  becomeEstablished(tcb, now);
}

/**
 * Enters ESTABLISHED and tells the user (RFC 9260 §5.1 D and E).
 *
 * @param event - what the user is told; COMMUNICATION UP unless the peer has restarted
 */
export function becomeEstablished(tcb: TransmissionControlBlock, now: Millis, event?: StackEvent): void {
  const { services, association } = tcb;
  tcb.endT1();
  tcb.state = ESTABLISHED;
  services.establishTag(tcb.peerPort, tcb.peerTag, now);
  beginAddressReconfiguration(tcb);
  tcb.errorCount = 0;
  tcb.lastUserDataAt = now;
  if (tcb.accepted) services.statistics.passiveEstabs += 1;
  else services.statistics.activeEstabs += 1;
  for (const path of tcb.paths.all) {
    // RFC 9260 §6.3.2 R1: what COOKIE ECHO took along is covered by T3-rtx from now on.
    if (path.flightBytes > 0) services.timers.setIfStopped(path.t3, now + path.rto.timeoutMs);
  }
  startHeartbeats(tcb, now);
  startAutoclose(tcb, now);
  tcb.emit(
    event ?? { type: "communication up", association, endpoint: tcb.endpoint, accepted: tcb.accepted },
  );
  preferInitially(tcb);
  // RFC 6458 §6.1.8.
  if (!tcb.authentication.isAgreed)
    tcb.emit({ type: "authentication", association, keyNumber: 0, indication: "no authentication" });
  // What has not answered the handshake is judged now that there is somebody to tell.
  for (const path of tcb.paths.all) if (path.errorCount > 0) judgePath(tcb, path, now);
  if (tcb.peerAdaptationIndication !== undefined) {
    tcb.emit({ type: "adaptation indication", association, indication: tcb.peerAdaptationIndication });
  }
  if (tcb.shutdownWanted) {
    tcb.shutdownWanted = false;
    shutDown(tcb, now);
  }
}

/**
 * The peer found our cookie too old: begins anew and asks for a longer life (RFC 9260 §5.2.6 3, §3.3.2.1.3). The new
 * INIT has a new tag: to a peer that has accepted another cookie of ours meanwhile, it is a restart (§5.2.4 A), where
 * one with the tag of before would be discarded for ever; and errors about older cookies do not bear it.
 */
export function handleStaleCookie(tcb: TransmissionControlBlock, now: Millis): void {
  const { state } = tcb;
  if (state.name !== "COOKIE-ECHOED") return;
  if (state.staleCookies >= STALE_COOKIE_RESTARTS_MAX) {
    endAssociation(tcb, { kind: "unreachable" });
    return;
  }
  const { smoothedRoundTripMs, timeoutMs } = state.path.rto;
  const roundTripMs = state.sentAt === undefined ? (smoothedRoundTripMs ?? timeoutMs) : now - state.sentAt;
  const suggestedIncrementMs = Math.ceil(roundTripMs + COOKIE_LIFE_MARGIN_MS);
  const others = state.init.parameters.filter((parameter) => parameter.kind !== "Cookie Preservative");
  const { services } = tcb;
  tcb.endT1();
  services.unregisterTag(tcb.localTag);
  tcb.localTag = services.newTag();
  services.registerTag(tcb.localTag, tcb.association);
  for (const path of tcb.paths.all) tcb.retransmission.markAllOn(path);
  tcb.control.clear();
  tcb.peerTag = 0;
  tcb.authentication.answered(undefined);
  // RFC 9260 §5.2.2: in COOKIE-WAIT there are none.
  tcb.localTieTag = 0;
  tcb.peerTieTag = 0;
  tcb.state = {
    name: "COOKIE-WAIT",
    init: {
      ...state.init,
      initiateTag: tcb.localTag,
      parameters: [...others, { kind: "Cookie Preservative", suggestedIncrementMs }],
    },
    path: state.path,
    initDue: true,
    retransmissions: 0,
    sentAt: undefined,
    staleCookies: state.staleCookies + 1,
  };
}
