import { sameAddress } from "../../base/ip-address.js";
import type { Millis } from "../../base/millis.js";
import type { ErrorCause } from "../../wire/error-cause.js";
import { answerTo } from "../answers.js";
import type { Association } from "../association.js";
import { maySendData } from "../association-state.js";
import type { Endpoint } from "../endpoint.js";
import { isCookieEchoAuthentic } from "../extensions/authentication/auth-handling.js";
import type { ReceivedAuthChunk } from "../extensions/authentication/authentication.js";
import { ASSOCIATIONS_MAX, ASSOCIATIONS_PER_ENDPOINT_MAX, ASSOCIATIONS_PER_PEER_MAX } from "../limits.js";
import { requestHeartbeat } from "../paths/heartbeat.js";
import type { ReceivedPacket } from "../received-packet.js";
import type { StackServices } from "../services.js";
import { failMessages } from "../termination/abort.js";
import { sendShutdownAck } from "../termination/shutdown.js";
import type { TransmissionControlBlock } from "../transmission-control-block.js";
import { resolveCookie } from "./cookie-resolution.js";
import { becomeEstablished, dropUnlisted, failMessagesBeyondStreams } from "./initiate.js";
import type { StateCookie } from "./state-cookie.js";

/** A COOKIE ECHO and the endpoint that it is addressed to. */
export interface IncomingCookie {
  readonly endpoint: Endpoint;
  readonly cookieBytes: Uint8Array;
  readonly packet: ReceivedPacket;
  readonly services: StackServices;
  /** The AUTH chunk before it, if there is one. */
  readonly auth: ReceivedAuthChunk | undefined;
}

/**
 * Handles a COOKIE ECHO (RFC 9260 §5.1.5, §5.2.4).
 *
 * @returns the association that the rest of the packet belongs to, or `undefined` when the packet is
 * discarded
 */
export function acceptCookie(incoming: IncomingCookie, now: Millis): Association | undefined {
  const { endpoint, packet, services } = incoming;
  const cookie = services.cookies.open(incoming.cookieBytes);
  if (cookie === undefined || !matchesPacket(cookie, packet)) {
    // RFC 9260 §4 1), §5.1.5 2 and 3: discarded silently.
    services.statistics.invalidCookies += 1;
    return undefined;
  }
  // RFC 9260 §5.1.2 D holds here too: an address may have become another association's since the INIT.
  const existing = endpoint.findAssociationOfAny([packet.source, ...cookie.peerAddresses], cookie.peerPort);
  // RFC 4895 §6.3: discarded silently, whatever else there would be to say.
  if (!isCookieEchoAuthentic(incoming, cookie, existing?.tcb, now)) return undefined;
  const resolution = existing === undefined ? undefined : resolveCookie(cookie, existing.tcb);
  // RFC 9260 §5.2.4 3: a cookie of the association that stands is valid however old it is.
  const stalenessMs = now - cookie.createdAt - cookie.lifespanMs;
  if (stalenessMs > 0 && resolution !== "D duplicate") {
    services.statistics.staleCookies += 1;
    // RFC 9260 §3.3.10.3: rounded up, so that a stale cookie is never stale by nothing.
    const stalenessMicroseconds = Math.min(Math.ceil(stalenessMs * 1000), 0xffff_ffff);
    services.complain(
      answerTo(packet, cookie.peerTag, {
        kind: "ERROR",
        causes: [{ kind: "Stale Cookie", stalenessMicroseconds }],
      }),
      now,
    );
    return undefined;
  }
  if (existing === undefined || resolution === undefined) return createAssociation(incoming, cookie, now);
  return applyResolution(incoming, existing.tcb, cookie, now);
}

/**
 * RFC 9260 §5.1.5 3: ports and tag of the packet are those of the cookie; and it comes from an address that
 * the INIT named, because no other belongs to the association that it asks for.
 */
function matchesPacket(cookie: StateCookie, packet: ReceivedPacket): boolean {
  return (
    cookie.localPort === packet.localPort &&
    cookie.peerPort === packet.peerPort &&
    cookie.localTag === packet.verificationTag &&
    cookie.peerAddresses.some((address) => sameAddress(address, packet.source))
  );
}

function createAssociation(
  incoming: IncomingCookie,
  cookie: StateCookie,
  now: Millis,
): Association | undefined {
  const { endpoint, packet, services } = incoming;
  const refusal = reasonToRefuse(endpoint, cookie, services);
  if (refusal !== undefined) {
    services.complain(
      answerTo(packet, cookie.peerTag, { kind: "ABORT", tagReflected: false, causes: refusal }),
      now,
    );
    return undefined;
  }
  const tcb = endpoint.createTransmissionControlBlock({
    peerPort: cookie.peerPort,
    localTag: cookie.localTag,
    localInitialTsn: cookie.localInitialTsn,
    localUdpPort: cookie.localUdpPort,
  });
  tcb.accepted = true;
  tcb.acceptedFrom = cookie.peerAddresses[0];
  takeOver(tcb, cookie);
  addPaths(tcb, cookie, now);
  learnPort(tcb, packet);
  endpoint.addAssociation(tcb.association);
  becomeEstablished(tcb, now);
  sendCookieAck(tcb, packet, true, now);
  return tcb.association;
}

/**
 * Why no association is created although the cookie is valid, as causes for the ABORT (RFC 9260 §5.1, §3.3.10.4);
 * `undefined` when it is.
 */
function reasonToRefuse(
  endpoint: Endpoint,
  cookie: StateCookie,
  services: StackServices,
): ErrorCause[] | undefined {
  // RFC 9260 §5.3.1: a tag serves one association. This COOKIE ECHO is one that has done its work, or its INIT has.
  if (services.isTagTaken(cookie.localTag)) return [];
  if (services.hasLedToAssociation(cookie.peerPort, cookie.peerTag, cookie.createdAt)) return [];
  if (!endpoint.acceptsAssociations()) return [];
  const hasRoom =
    endpoint.stackAssociationCount() < ASSOCIATIONS_MAX &&
    endpoint.associations.size < ASSOCIATIONS_PER_ENDPOINT_MAX &&
    endpoint.associationCountFrom(cookie.peerAddresses[0]) < ASSOCIATIONS_PER_PEER_MAX;
  return hasRoom ? undefined : [{ kind: "Out of Resource" }];
}

/**
 * RFC 9260 §5.1 D, §3.3.12, §6.4: COOKIE ACK is the first chunk of its packet, and goes to where the COOKIE ECHO came
 * from. The data that waits goes the same way behind it. What the user gives later goes to the primary path, as all
 * data does (§6.4): to hold it back would take a sign that the COOKIE ACK has arrived, and there is none. Should it be
 * the quicker one, it is discarded, and T3-rtx repeats it.
 *
 * @param isFirst - whether the association has come up with this COOKIE ECHO, so that no data has gone ahead
 */
function sendCookieAck(
  tcb: TransmissionControlBlock,
  packet: ReceivedPacket,
  isFirst: boolean,
  now: Millis,
): void {
  const { control, paths, association } = tcb;
  const source = paths.find(packet.source) ?? paths.primary;
  const hasDataBehind = isFirst && !association.isSenderDry;
  control.remove("COOKIE ACK");
  if (source.state === "unconfirmed" && maySendData(tcb.state.name) && !hasDataBehind) {
    // RFC 9260 §5.4: to an unconfirmed address only together with a HEARTBEAT.
    control.addFirst({ kind: "COOKIE ACK" }, source);
    requestHeartbeat(tcb, source, now);
  } else {
    // RFC 9260 §5.4: no data goes to an unconfirmed address, and so no COOKIE ACK with data behind it.
    const path = paths.forReply(source);
    control.addFirst({ kind: "COOKIE ACK" }, path);
    if (hasDataBehind) paths.cookieAckPath = path;
  }
  tcb.services.schedule(association);
}

/** Puts what was agreed upon in INIT and INIT ACK into the control block. */
function takeOver(tcb: TransmissionControlBlock, cookie: StateCookie): void {
  tcb.peerTag = cookie.peerTag;
  tcb.peerExtensions = cookie.extensions;
  tcb.startReception(cookie.peerInitialTsn);
  tcb.retransmission.setInitialWindow(cookie.peerRwnd);
  tcb.outboundStreams = cookie.outboundStreams;
  tcb.inboundStreams = cookie.inboundStreams;
  tcb.peerAdaptationIndication = cookie.peerAdaptationIndication;
  tcb.peerPreferredAddress = cookie.preferredPeerAddress;
  tcb.authentication.agree(cookie.ownAuthentication, cookie.peerAuthentication);
}

function addPaths(tcb: TransmissionControlBlock, cookie: StateCookie, now: Millis): void {
  for (const [index, address] of cookie.peerAddresses.entries()) {
    // RFC 9260 §5.4 2: only the address that the INIT ACK went to is known to be the peer's.
    tcb.addPath(address, cookie.peerUdpPort, index === 0, now);
    if (index === 0) tcb.learnSources(cookie.advertisedAddresses, cookie.localAddress);
  }
}

/** RFC 6951 §5.4: a cookie that was accepted shows that the packet's port is the peer's. */
function learnPort(tcb: TransmissionControlBlock, packet: ReceivedPacket): void {
  const path = tcb.paths.find(packet.source);
  if (path === undefined) return;
  path.udpPort = packet.sourceUdpPort;
  if (packet.destination !== undefined) path.localAddress = packet.destination;
}

/** RFC 9260 §5.2.4: what is done in the cases of Table 12. */
function applyResolution(
  { packet, services }: IncomingCookie,
  tcb: TransmissionControlBlock,
  cookie: StateCookie,
  now: Millis,
): Association | undefined {
  const isForming = tcb.state.name === "COOKIE-WAIT" || tcb.state.name === "COOKIE-ECHOED";
  switch (resolveCookie(cookie, tcb)) {
    case "A restart":
      if (!mayRestart(tcb, cookie, packet, now)) return undefined;
      restart(tcb, cookie, now);
      break;
    case "B collision":
      if (isForming) {
        endCollision(tcb, cookie, now);
        break;
      }
      // The peer has lost the association to which our INIT led it, and knows of the INIT only: as good as a restart.
      if (!mayRestart(tcb, cookie, packet, now)) return undefined;
      restart(tcb, cookie, now);
      break;
    case "D duplicate":
      if (tcb.state.name === "COOKIE-ECHOED") becomeEstablished(tcb, now);
      else if (!tcb.control.mayAnswer(now)) return tcb.association;
      break;
    case "C late cookie":
    case "discard":
      services.statistics.invalidCookies += 1;
      return undefined;
  }
  learnPort(tcb, packet);
  sendCookieAck(tcb, packet, isForming, now);
  return tcb.association;
}

/** RFC 9260 §5.2.4 B: both sides began at the same time. What the peer's INIT said holds. */
function endCollision(tcb: TransmissionControlBlock, cookie: StateCookie, now: Millis): void {
  // What a COOKIE ECHO of ours took along was for a peer that has forgotten it.
  for (const path of tcb.paths.all) tcb.retransmission.markAllOn(path);
  takeOver(tcb, cookie);
  addPaths(tcb, cookie, now);
  dropUnlisted(tcb, cookie.peerAddresses);
  failMessagesBeyondStreams(tcb);
  becomeEstablished(tcb, now);
}

/**
 * RFC 9260 §5.2.4 A, §3.3.10.10: not while our SHUTDOWN ACK waits for its answer; the peer is told to wait for the end.
 */
function mayRestart(
  tcb: TransmissionControlBlock,
  cookie: StateCookie,
  packet: ReceivedPacket,
  now: Millis,
): boolean {
  if (tcb.state.name !== "SHUTDOWN-ACK-SENT") return true;
  learnPort(tcb, packet);
  sendShutdownAck(tcb, tcb.paths.forReply(tcb.paths.find(packet.source) ?? tcb.paths.primary), now);
  tcb.services.schedule(tcb.association);
  // The tag that the peer knows since its restart: under the old one it would discard the chunk.
  tcb.services.complain(
    answerTo(packet, cookie.peerTag, {
      kind: "ERROR",
      causes: [{ kind: "Cookie Received While Shutting Down" }],
    }),
    now,
  );
  return false;
}

/** RFC 9260 §5.2.4 A: the peer has restarted; the association begins anew under the same handle. */
function restart(tcb: TransmissionControlBlock, cookie: StateCookie, now: Millis): void {
  const { services, association } = tcb;
  tcb.stopTimers();
  tcb.control.clear();
  // A message of which the application has a part only will not be completed any more (RFC 9260 §6.9).
  tcb.reception.reassembly.abortPartialDelivery();
  failMessages(tcb, 0);
  const before = tcb.reception;
  if (tcb.localTag !== cookie.localTag) {
    services.unregisterTag(tcb.localTag);
    tcb.localTag = cookie.localTag;
    services.registerTag(tcb.localTag, association);
  }
  tcb.localTieTag = 0;
  tcb.peerTieTag = 0;
  tcb.localInitialTsn = cookie.localInitialTsn;
  tcb.localUdpPort = cookie.localUdpPort;
  tcb.windowProbeDue = false;
  restartPaths(tcb, cookie, now);
  tcb.startTransmission(cookie.localInitialTsn);
  takeOver(tcb, cookie);
  // What the application has not read yet still takes its room (§5.2.4 A: received DATA may be retained).
  tcb.reception.inheritUnread(before);
  // RFC 9260 §5.2.4 A: RESTART instead of COMMUNICATION LOST and COMMUNICATION UP.
  becomeEstablished(tcb, now, { type: "restart", association });
  if (tcb.releaseBelowBytes !== undefined) {
    tcb.releaseBelowBytes = undefined;
    tcb.emit({ type: "send buffer released", association });
  }
}

/**
 * The peer has the addresses that its last INIT named, and no others; as in a new association only the first
 * is confirmed (RFC 9260 §5.4), and congestion control begins with its initial values (§5.2.4 A).
 */
function restartPaths(tcb: TransmissionControlBlock, cookie: StateCookie, now: Millis): void {
  addPaths(tcb, cookie, now);
  for (const path of [...tcb.paths.all]) {
    const index = cookie.peerAddresses.findIndex((address) => sameAddress(address, path.address));
    if (index === 0) tcb.paths.setPrimary(path);
    path.state = index === 0 ? "active" : "unconfirmed";
    path.reset(tcb.config);
  }
  for (const path of [...tcb.paths.all]) {
    if (cookie.peerAddresses.some((address) => sameAddress(address, path.address))) continue;
    tcb.removePath(path);
    const { association } = tcb;
    const stateBefore = path.state;
    tcb.emit({ type: "peer address change", association, path, change: "removed", stateBefore });
  }
}
