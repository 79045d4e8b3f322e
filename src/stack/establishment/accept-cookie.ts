import type { Millis } from "../../base/millis.js";
import { answerTo } from "../answers.js";
import type { Association } from "../association.js";
import type { Endpoint } from "../endpoint.js";
import { ASSOCIATIONS_MAX } from "../limits.js";
import type { ReceivedPacket } from "../received-packet.js";
import type { StackServices } from "../services.js";
import { failMessages } from "../termination/abort.js";
import { sendShutdownAck } from "../termination/shutdown.js";
import type { TransmissionControlBlock } from "../transmission-control-block.js";
import { resolveCookie } from "./cookie-resolution.js";
import { becomeEstablished, failMessagesBeyondStreams } from "./initiate.js";
import type { StateCookie } from "./state-cookie.js";

/** A COOKIE ECHO whose cookie has been read. */
export interface IncomingCookie {
  readonly endpoint: Endpoint;
  readonly existing: Association | undefined;
  readonly cookieBytes: Uint8Array;
  readonly packet: ReceivedPacket;
  readonly services: StackServices;
}

/**
 * Handles a COOKIE ECHO (RFC 9260 §5.1.5, §5.2.4).
 *
 * @returns the association that the rest of the packet belongs to, or `undefined` when the packet is discarded
 */
export function acceptCookie(incoming: IncomingCookie, now: Millis): Association | undefined {
  const { packet, services, existing } = incoming;
  const cookie = services.cookies.open(incoming.cookieBytes);
  if (cookie === undefined || !matchesPacket(cookie, packet)) {
    // RFC 9260 §5.1.5 2 and 3: discarded silently.
    services.statistics.invalidCookies += 1;
    return undefined;
  }
  const resolution = existing === undefined ? undefined : resolveCookie(cookie, existing.tcb);
  // RFC 9260 §5.2.4 3: a cookie of the association that stands is valid however old it is.
  const stalenessMs = now - cookie.createdAt - cookie.lifespanMs;
  if (stalenessMs > 0 && resolution !== "D duplicate") {
    services.statistics.staleCookies += 1;
    const stalenessMicroseconds = Math.min(Math.floor(stalenessMs * 1000), 0xffff_ffff);
    services.answer(
      answerTo(packet, cookie.peerTag, {
        kind: "ERROR",
        causes: [{ kind: "Stale Cookie", stalenessMicroseconds }],
      }),
    );
    return undefined;
  }
  if (existing === undefined || resolution === undefined) return createAssociation(incoming, cookie, now);
  return applyResolution(incoming, existing.tcb, cookie, now);
}

/** RFC 9260 §5.1.5 3: ports and tag of the packet are those of the cookie; and it comes from where the INIT came from. */
function matchesPacket(cookie: StateCookie, packet: ReceivedPacket): boolean {
  return (
    cookie.localPort === packet.localPort &&
    cookie.peerPort === packet.peerPort &&
    cookie.localTag === packet.verificationTag
  );
}

function createAssociation(
  incoming: IncomingCookie,
  cookie: StateCookie,
  now: Millis,
): Association | undefined {
  const { endpoint, packet, services } = incoming;
  const refusal = !endpoint.acceptsAssociations()
    ? []
    : endpoint.stackAssociationCount() >= ASSOCIATIONS_MAX
      ? [{ kind: "Out of Resource" as const }]
      : undefined;
  if (refusal !== undefined) {
    services.answer(
      answerTo(packet, cookie.peerTag, { kind: "ABORT", tagReflected: false, causes: refusal }),
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
  takeOver(tcb, cookie);
  addPaths(tcb, cookie, packet, now);
  endpoint.addAssociation(tcb.association);
  tcb.control.addFirst({ kind: "COOKIE ACK" }, tcb.paths.find(packet.source) ?? tcb.paths.primary);
  becomeEstablished(tcb, now);
  return tcb.association;
}

/** Puts what was agreed upon in INIT and INIT ACK into the control block. */
function takeOver(tcb: TransmissionControlBlock, cookie: StateCookie): void {
  tcb.peerTag = cookie.peerTag;
  tcb.startReception(cookie.peerInitialTsn);
  tcb.retransmission.peerRwnd = cookie.peerRwnd;
  tcb.retransmission.advertisedRwnd = cookie.peerRwnd;
  tcb.outboundStreams = cookie.outboundStreams;
  tcb.inboundStreams = cookie.inboundStreams;
  tcb.peerAdaptationIndication = cookie.peerAdaptationIndication;
}

function addPaths(
  tcb: TransmissionControlBlock,
  cookie: StateCookie,
  packet: ReceivedPacket,
  now: Millis,
): void {
  for (const [index, address] of cookie.peerAddresses.entries()) {
    // RFC 9260 §5.4 2: only the address that the INIT ACK went to is known to be the peer's.
    const path = tcb.addPath(address, cookie.peerUdpPort, index === 0, now);
    if (index === 0) path.localAddress ??= cookie.localAddress;
  }
  learnPort(tcb, packet);
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
  { packet, services, existing }: IncomingCookie,
  tcb: TransmissionControlBlock,
  cookie: StateCookie,
  now: Millis,
): Association | undefined {
  const resolution = resolveCookie(cookie, tcb);
  switch (resolution) {
    case "A restart":
      if (tcb.state.name === "SHUTDOWN-ACK-SENT") {
        sendShutdownAck(tcb, now);
        const path = tcb.paths.find(packet.source) ?? tcb.paths.primary;
        tcb.control.add({ kind: "ERROR", causes: [{ kind: "Cookie Received While Shutting Down" }] }, path);
        return undefined;
      }
      restart(tcb, cookie, packet, now);
      break;
    case "B collision":
      if (tcb.state.name !== "COOKIE-WAIT" && tcb.state.name !== "COOKIE-ECHOED") {
        tcb.peerTag = cookie.peerTag;
        break;
      }
      takeOver(tcb, cookie);
      addPaths(tcb, cookie, packet, now);
      failMessagesBeyondStreams(tcb);
      // What a COOKIE ECHO of ours took along was for a peer that has forgotten it.
      for (const path of tcb.paths.all) tcb.retransmission.markAllOn(path);
      becomeEstablished(tcb, now);
      break;
    case "D duplicate":
      if (tcb.state.name === "COOKIE-ECHOED") becomeEstablished(tcb, now);
      break;
    case "C late cookie":
    case "discard":
      services.statistics.invalidCookies += 1;
      return undefined;
  }
  learnPort(tcb, packet);
  // RFC 9260 §5.1 D: COOKIE ACK is the first chunk of its packet.
  tcb.control.remove("COOKIE ACK");
  tcb.control.addFirst({ kind: "COOKIE ACK" }, tcb.paths.find(packet.source) ?? tcb.paths.primary);
  services.schedule(tcb.association);
  return existing;
}

/** RFC 9260 §5.2.4 A: the peer has restarted; the association begins anew under the same handle. */
function restart(
  tcb: TransmissionControlBlock,
  cookie: StateCookie,
  packet: ReceivedPacket,
  now: Millis,
): void {
  const { services, association } = tcb;
  tcb.stopTimers();
  tcb.control.clear();
  const partial = tcb.reception.reassembly.abortPartialDelivery();
  if (partial !== undefined) {
    tcb.emit({ type: "partial delivery aborted", association, streamId: partial.streamId, ssn: partial.ssn });
  }
  failMessages(tcb, 0);
  const { unreadBytes } = tcb.reception;
  services.unregisterTag(tcb.localTag);
  tcb.localTag = cookie.localTag;
  services.registerTag(tcb.localTag, association);
  tcb.localTieTag = 0;
  tcb.peerTieTag = 0;
  tcb.localInitialTsn = cookie.localInitialTsn;
  tcb.localUdpPort = cookie.localUdpPort;
  tcb.startTransmission(cookie.localInitialTsn);
  takeOver(tcb, cookie);
  // What the application has not read yet still takes its room (§5.2.4 A: received DATA may be retained).
  tcb.reception.unreadBytes = unreadBytes;
  // RFC 9260 §5.2.4 A: congestion control begins with its initial values.
  for (const path of tcb.paths.all) path.reset(tcb.config);
  learnPort(tcb, packet);
  // RFC 9260 §5.2.4 A: RESTART instead of COMMUNICATION LOST and COMMUNICATION UP.
  becomeEstablished(tcb, now, { type: "restart", association });
}
