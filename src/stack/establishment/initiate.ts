import type { IpAddress } from "../../base/ip-address.js";
import type { Millis } from "../../base/millis.js";
import { padded } from "../../wire/bytes.js";
import { byteLengthOfChunk, type Chunk } from "../../wire/chunk.js";
import { COMMON_HEADER_BYTES } from "../../wire/common-header.js";
import type { ErrorCause } from "../../wire/error-cause.js";
import { PARAMETER_STATE_COOKIE, parametersBytes } from "../../wire/parameter.js";
import type { InitAckChunk } from "../../wire/chunks/init-ack-chunk.js";
import type { InitChunk } from "../../wire/chunks/init-chunk.js";
import { ESTABLISHED } from "../association-state.js";
import { answerTo } from "../answers.js";
import type { StackEvent } from "../events.js";
import { STALE_COOKIE_RESTARTS_MAX, STATE_COOKIE_BYTES_MAX } from "../limits.js";
import type { PacketOutput } from "../packet-output.js";
import type { DrainResult } from "../bundling.js";
import { bundleControl } from "../bundling.js";
import { startHeartbeats } from "../paths/heartbeat.js";
import type { ReceivedPacket } from "../received-packet.js";
import { endAssociation } from "../termination/abort.js";
import { shutDown } from "../termination/shutdown.js";
import type { TransmissionControlBlock } from "../transmission-control-block.js";
import { retransmitPacketChunks, writeNewChunks } from "../tx/data-transmission.js";
import { ownParameters, readPeerParameters, violationIn } from "./capabilities.js";

/** RFC 9260 §5.2.6: how much longer than the measured round trip a stale cookie should have lived. */
const COOKIE_LIFE_MARGIN_MS: Millis = 1000;

/** RFC 9260 §5.1 A: builds the INIT, which waits for the next flush, and enters COOKIE-WAIT. */
export function initiate(tcb: TransmissionControlBlock, advertised: readonly IpAddress[]): void {
  const { config } = tcb;
  const init: InitChunk = {
    kind: "INIT",
    initiateTag: tcb.localTag,
    aRwnd: config.receiveBufferBytes,
    outboundStreams: config.outboundStreams,
    inboundStreams: config.maxInboundStreams,
    initialTsn: tcb.localInitialTsn,
    parameters: ownParameters(config, advertised),
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
    // RFC 9260 §8.5.1 A: the tag of a packet with INIT is 0.
    if (!output.begin(tcb, 0, state.path, state.path.maxPacketBytes)) return "slab full";
    output.writeChunk(state.init);
    output.finish();
    state.initDue = false;
    // RFC 9260 §6.3.1 C5: a retransmitted INIT measures nothing.
    state.sentAt = state.retransmissions === 0 ? now : undefined;
    tcb.services.timers.set(tcb.t1Init, now + initTimeoutMs(tcb));
  } else if (state.name === "COOKIE-ECHOED" && state.cookieEchoDue) {
    const cookieEcho: Chunk = { kind: "COOKIE ECHO", cookie: state.cookie };
    // A cookie can be larger than the path MTU, and nothing divides it; whatever travels along has to keep to it.
    const leastBytes = COMMON_HEADER_BYTES + padded(byteLengthOfChunk(cookieEcho));
    const maxPacketBytes = Math.max(state.path.maxPacketBytes, leastBytes);
    if (!output.begin(tcb, tcb.peerTag, state.path, maxPacketBytes)) return "slab full";
    output.writeChunk(cookieEcho);
    bundleControl(tcb, output, state.path);
    // RFC 9260 §5.1 C: DATA may travel along, in this packet only.
    retransmitPacketChunks(tcb, output, state.path, now);
    writeNewChunks(tcb, output, state.path, now);
    output.finish();
    state.cookieEchoDue = false;
    state.sentAt = state.retransmissions === 0 ? now : undefined;
    tcb.services.timers.set(tcb.t1Cookie, now + state.path.rto.timeoutMs);
  }
  return "drained";
}

/** The RTO of INIT is bounded by what the user allows (RFC 6458 §8.1.3 sinit_max_init_timeo). */
function initTimeoutMs(tcb: TransmissionControlBlock): Millis {
  const { timeoutMs } = tcb.paths.primary.rto;
  const { maxInitTimeoutMs } = tcb.config;
  return maxInitTimeoutMs === 0 ? timeoutMs : Math.min(timeoutMs, maxInitTimeoutMs);
}

/** T1-init or T1-cookie expired: once more, on the next of the peer's addresses (RFC 9260 §5.1, §5.1.6). */
export function handleT1(tcb: TransmissionControlBlock): void {
  const { state } = tcb;
  if (state.name !== "COOKIE-WAIT" && state.name !== "COOKIE-ECHOED") return;
  state.retransmissions += 1;
  if (state.retransmissions > tcb.config.maxInitRetransmits) {
    endAssociation(tcb, { kind: "unreachable" });
    return;
  }
  for (const path of tcb.paths.all) path.rto.backOff(tcb.config);
  if (state.name === "COOKIE-WAIT") {
    state.path = tcb.paths.next(state.path);
    state.initDue = true;
  } else {
    // Only a confirmed address may get a COOKIE ECHO without a HEARTBEAT beside it (RFC 9260 §5.4).
    const next = tcb.paths.next(state.path);
    if (next.state === "active") state.path = next;
    state.cookieEchoDue = true;
    for (const path of tcb.paths.all) tcb.retransmission.markAllOn(path);
  }
}

/** An INIT ACK arrived (RFC 9260 §5.1 C); in any other state than COOKIE-WAIT it is discarded (§5.2.3). */
export function handleInitAck(
  tcb: TransmissionControlBlock,
  chunk: InitAckChunk,
  packet: ReceivedPacket,
  now: Millis,
): void {
  const { state } = tcb;
  if (state.name !== "COOKIE-WAIT") return;
  const peer = readPeerParameters(chunk.parameters);
  const cause = violationInInitAck(chunk, peer.cookie) ?? violationIn(chunk, peer);
  if (chunk.initiateTag === 0 || cause !== undefined) {
    // RFC 9260 §3.3.3: the TCB is destroyed; the ABORT carries the Initiate Tag of the INIT ACK.
    const causes = cause === undefined ? [] : [cause];
    const reflected = chunk.initiateTag === 0;
    tcb.services.answer(
      answerTo(packet, reflected ? packet.verificationTag : chunk.initiateTag, {
        kind: "ABORT",
        tagReflected: reflected,
        causes,
      }),
    );
    endAssociation(tcb, { kind: "aborted locally", causes });
    return;
  }
  tcb.services.timers.stop(tcb.t1Init);
  learnPeer(tcb, chunk, packet, now);
  const path = tcb.paths.find(packet.source) ?? tcb.paths.primary;
  if (state.sentAt !== undefined) path.rto.measured(now - state.sentAt, tcb.config);
  for (const address of peer.addresses) tcb.addPath(address, path.udpPort, false, now);
  tcb.peerAdaptationIndication = peer.adaptationIndication;
  if (peer.unrecognized.length > 0) {
    // RFC 9260 §3.2.2: reported together with the COOKIE ECHO.
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

function violationInInitAck(chunk: InitAckChunk, cookie: Uint8Array | undefined): ErrorCause | undefined {
  if (cookie === undefined) {
    return { kind: "Missing Mandatory Parameter", parameterTypes: [PARAMETER_STATE_COOKIE] };
  }
  return cookie.length > STATE_COOKIE_BYTES_MAX || chunk.initiateTag === 0
    ? { kind: "Invalid Mandatory Parameter" }
    : undefined;
}

function learnPeer(
  tcb: TransmissionControlBlock,
  chunk: InitAckChunk,
  packet: ReceivedPacket,
  now: Millis,
): void {
  tcb.peerTag = chunk.initiateTag;
  tcb.startReception(chunk.initialTsn);
  tcb.retransmission.peerRwnd = chunk.aRwnd;
  tcb.retransmission.advertisedRwnd = chunk.aRwnd;
  // RFC 9260 §5.1.1.
  tcb.outboundStreams = Math.min(tcb.config.outboundStreams, chunk.inboundStreams);
  tcb.inboundStreams = Math.min(tcb.config.maxInboundStreams, chunk.outboundStreams);
  // RFC 9260 §5.1.2: the source of the INIT ACK is one of the peer's addresses, whether it is listed or not. The tag
  // that only our INIT told shows that who answers is who was asked.
  const path = tcb.addPath(packet.source, packet.sourceUdpPort, true, now);
  path.udpPort = packet.sourceUdpPort;
  path.localAddress ??= packet.destination;
  if (path.state === "unconfirmed") path.state = "active";
  failMessagesBeyondStreams(tcb);
}

/** Messages that were queued for streams which the peer does not take are given back (RFC 6458 §5.3.4). */
export function failMessagesBeyondStreams(tcb: TransmissionControlBlock): void {
  const messages = tcb.sendQueue.takeAll();
  for (const message of messages) {
    if (message.streamId < tcb.outboundStreams) {
      tcb.sendQueue.add(message);
      continue;
    }
    tcb.sendBufferBytes -= message.data.length;
    tcb.sendBufferMessages -= 1;
    tcb.emit({ type: "send failed", association: tcb.association, message, sent: false, errorCode: 1 });
  }
}

/** A COOKIE ACK arrived: the association is up (RFC 9260 §5.1 E); in other states it is discarded (§5.2.5). */
export function handleCookieAck(tcb: TransmissionControlBlock, now: Millis): void {
  const { state } = tcb;
  if (state.name !== "COOKIE-ECHOED") return;
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
  services.timers.stop(tcb.t1Init);
  services.timers.stop(tcb.t1Cookie);
  tcb.state = ESTABLISHED;
  tcb.errorCount = 0;
  tcb.lastUserDataAt = now;
  if (tcb.accepted) services.statistics.passiveEstabs += 1;
  else services.statistics.activeEstabs += 1;
  for (const path of tcb.paths.all) {
    // RFC 9260 §6.3.2 R1: what COOKIE ECHO took along is covered by T3-rtx from now on.
    if (path.flightBytes > 0) services.timers.setIfStopped(path.t3, now + path.rto.timeoutMs);
  }
  startHeartbeats(tcb, now);
  tcb.emit(
    event ?? { type: "communication up", association, endpoint: tcb.endpoint, accepted: tcb.accepted },
  );
  if (tcb.peerAdaptationIndication !== undefined) {
    tcb.emit({ type: "adaptation indication", association, indication: tcb.peerAdaptationIndication });
  }
  if (tcb.shutdownWanted) {
    tcb.shutdownWanted = false;
    shutDown(tcb, now);
  }
}

/** The peer found our cookie too old: begins anew and asks for a longer life (RFC 9260 §5.2.6 3). */
export function handleStaleCookie(tcb: TransmissionControlBlock, now: Millis): void {
  const { state } = tcb;
  if (state.name !== "COOKIE-ECHOED") return;
  if (state.staleCookies >= STALE_COOKIE_RESTARTS_MAX) {
    endAssociation(tcb, { kind: "unreachable" });
    return;
  }
  const roundTripMs = state.sentAt === undefined ? state.path.rto.timeoutMs : now - state.sentAt;
  const suggestedIncrementMs = Math.ceil(roundTripMs + COOKIE_LIFE_MARGIN_MS);
  const others = state.init.parameters.filter((parameter) => parameter.kind !== "Cookie Preservative");
  const { timers } = tcb.services;
  timers.stop(tcb.t1Cookie);
  for (const path of tcb.paths.all) tcb.retransmission.markAllOn(path);
  tcb.control.clear();
  tcb.state = {
    name: "COOKIE-WAIT",
    init: { ...state.init, parameters: [...others, { kind: "Cookie Preservative", suggestedIncrementMs }] },
    path: state.path,
    initDue: true,
    retransmissions: 0,
    sentAt: undefined,
    staleCookies: state.staleCookies + 1,
  };
}
