import type { Millis } from "../../base/millis.js";
import { type Tsn, tsnAdd } from "../../base/serial-number.js";
import { CHUNK_DATA, CHUNK_FORWARD_TSN } from "../../wire/chunk.js";
import {
  DATA_CHUNK_HEADER_BYTES,
  DATA_FLAG_BEGINNING,
  DATA_FLAG_END,
  DATA_FLAG_IMMEDIATE,
  DATA_FLAG_UNORDERED,
  type DataHeaderFields,
} from "../../wire/chunks/data-chunk.js";
import { byteLengthOfForwardTsnChunk } from "../../wire/chunks/forward-tsn-chunk.js";
import { openPacket, type DrainResult } from "../bundling.js";
import type { PacketOutput } from "../packet-output.js";
import type { Path } from "../paths/path.js";
import { pathFailedToAnswer } from "../paths/path-failure.js";
import type { TransmissionControlBlock } from "../transmission-control-block.js";
import { forwardTsnDestination, forwardTsnFor, forwardTsnSent, repeatForwardTsn } from "./forward-tsn.js";
import type { OutgoingMessage } from "./outgoing-message.js";
import { sendFullPackets } from "./full-packets.js";
import { nextMessageToSend, nextTsnToFastRetransmit, nextTsnToRetransmit } from "./partial-reliability.js";
import { writeWholeMessages } from "./whole-messages.js";

/**
 * However small a window the peer has told, its chunks are no smaller for that: headers would outweigh them.
 */
const LEAST_MAX_PAYLOAD_BYTES = 512;
/** A fragment that only fills up a packet is worth its header from this share of the largest payload on. */
const FILLING_SHARE_MIN = 1 / 8;

/**
 * The header of the chunk under way; one for all: nothing else happens between filling it in and writing it.
 */
const header: DataHeaderFields = {
  tsn: 0 as Tsn,
  streamId: 0,
  ssn: 0 as DataHeaderFields["ssn"],
  ppid: 0,
  flags: 0,
};

/**
 * Sends what RFC 9260 §6.1 allows at this moment: first what was lost, then new data.
 *
 * @returns "slab full" when there was more to send than the flush had room for
 */
export function transmitData(tcb: TransmissionControlBlock, output: PacketOutput, now: Millis): DrainResult {
  const { retransmission } = tcb;
  if (tcb.partialReliability !== undefined && !forwardTsn(tcb, output, now)) return "slab full";
  if (retransmission.fastRetransmitDue) {
    if (!fastRetransmit(tcb, output, now)) return "slab full";
  }
  // RFC 9260 §6.1 C: marked chunks go before new ones.
  while (retransmission.markedCount > 0) {
    const result = retransmitPacket(tcb, output, now, false);
    if (result === "slab full") return result;
    // Where all that was marked has been given up, new chunks have their turn.
    if (result === "blocked" && retransmission.markedCount > 0) return "drained";
  }
  return sendNewPackets(tcb, output, now);
}

/**
 * T3-rtx of a path expired: what is in flight there counts as lost, the window and the time-out shrink
 * (RFC 9260 §6.3.3). The association may be gone afterwards.
 */
export function handleT3(tcb: TransmissionControlBlock, path: Path, now: Millis): void {
  const { retransmission, services, config } = tcb;
  // What the timer was started for may have gone another way meanwhile (RFC 9260 §6.4).
  if (!retransmission.hasOutstandingOn(path)) return;
  services.statistics.t3Expirations += 1;
  // RFC 9260 §6.1 A: a peer that answers, but has no room, is alive; a mere probe does not touch cwnd either.
  const { isProbing } = retransmission;
  const isProbe = isProbing && retransmission.outstanding.count === 1;
  if (!isProbing || !retransmission.sackSinceTimeout) {
    pathFailedToAnswer(tcb, path, { countsForAssociation: true }, now);
    if (tcb.state.name === "CLOSED") return;
  }
  if (!isProbe) {
    // RFC 9260 §6.3.3 E1, §7.2.3.
    path.congestion.retransmissionTimedOut();
    path.singlePacketOnly = true;
  }
  // RFC 9260 §6.3.3 E2 and E3.
  path.rto.backOff(config);
  retransmission.markAllOn(path);
  repeatForwardTsn(tcb, path);
  retransmission.sackSinceTimeout = false;
}

type PacketResult = "sent" | "blocked" | "slab full";

/**
 * Gives up what is at the head of the queues and should not be sent any more, and tells the peer to skip it, in a
 * packet that takes along the chunks that may leave (RFC 3758 §3.5 C3, F2).
 *
 * @returns false when the flush has no room for the packet
 */
function forwardTsn(tcb: TransmissionControlBlock, output: PacketOutput, now: Millis): boolean {
  const { retransmission } = tcb;
  nextTsnToRetransmit(tcb, retransmission.outstanding.firstTsn, now);
  nextMessageToSend(tcb, now);
  for (let path = forwardTsnDestination(tcb); path !== undefined; path = forwardTsnDestination(tcb)) {
    const chunk = forwardTsnFor(tcb, path);
    if (chunk === undefined) return true;
    const chunkBytes =
      tcb.authentication.overheadBytes(CHUNK_FORWARD_TSN) + byteLengthOfForwardTsnChunk(chunk);
    if (!openPacket(tcb, output, path, chunkBytes)) return false;
    // Control chunks that leave no room for it go ahead of it.
    if (output.fitsChunk(chunk)) {
      output.writeChunk(chunk);
      forwardTsnSent(tcb, chunk, path, now);
      bundleChunks(tcb, output, path, now);
    }
    output.finish();
  }
  return true;
}

/** Fills the packet under way with the chunks that may leave on its path: what was lost, or else new ones. */
function bundleChunks(tcb: TransmissionControlBlock, output: PacketOutput, path: Path, now: Millis): void {
  const { firstTsn } = tcb.retransmission.outstanding;
  // RFC 9260 §7.2.1: after a pause the window decays, before it is used again.
  if (path.flightBytes === 0) path.decayWindow(now);
  if (tcb.retransmission.markedCount > 0) {
    if (windowAllows(path)) retransmitPacketChunks(tcb, output, path, firstTsn, now);
    return;
  }
  const message = nextMessageToSend(tcb, now);
  const maxBytes = maxPayloadBytes(tcb);
  if (message === undefined || !mayBeginNewPacket(tcb, message, path, maxBytes, now)) return;
  if (writeNewChunks(tcb, output, path, maxBytes, now) > 0) path.burstAllowance -= 1;
}

/** RFC 9260 §7.2.4 3: one packet of the earliest marked chunks leaves at once, whatever cwnd says. */
function fastRetransmit(tcb: TransmissionControlBlock, output: PacketOutput, now: Millis): boolean {
  const { retransmission } = tcb;
  // Control chunks that leave no room for the chunk go ahead of it.
  while (retransmission.fastRetransmitDue) {
    const result = retransmitPacket(tcb, output, now, true);
    if (result === "slab full") return false;
    if (result === "blocked") break;
  }
  retransmission.fastRetransmitDue = false;
  return true;
}

/** Lays out one packet of marked chunks. */
function retransmitPacket(
  tcb: TransmissionControlBlock,
  output: PacketOutput,
  now: Millis,
  ignoreWindow: boolean,
): PacketResult {
  const { retransmission } = tcb;
  const { outstanding } = retransmission;
  const first = ignoreWindow
    ? nextTsnToFastRetransmit(tcb, now)
    : nextTsnToRetransmit(tcb, outstanding.firstTsn, now);
  if (first === undefined) return "blocked";
  const slot = outstanding.slotOf(first);
  const path = pathOfMarked(tcb, slot);
  // RFC 9260 §5.4: where no confirmed path is left, data waits until one is.
  if (path.state === "unconfirmed") return "blocked";
  // RFC 9260 §7.2.1: after a pause the window decays, before it is used again.
  if (path.flightBytes === 0) path.decayWindow(now);
  if (!ignoreWindow && !windowAllows(path)) return "blocked";
  if (!openPacket(tcb, output, path, authBytes(tcb) + outstanding.chunkBytesAt(slot))) return "slab full";
  // With control chunks bundled, the chunk may have to wait for the next packet: then this one leaves without it.
  if (retransmitPacketChunks(tcb, output, path, first, now) > 0) retransmission.fastRetransmitDue = false;
  output.finish();
  return "sent";
}

/**
 * RFC 9260 §6.4: what timed out goes another way if there is one; what was lost otherwise stays on its path while that
 * is active (RFC 7829 §3.2 3).
 */
function pathOfMarked({ retransmission, paths }: TransmissionControlBlock, slot: number): Path {
  const lastPath = retransmission.outstanding.pathAt(slot);
  const stays = lastPath.state === "active" && retransmission.wasLostWithoutTimeout(slot);
  return stays ? lastPath : paths.forRetransmission(lastPath);
}

/**
 * Writes marked chunks into the packet under way, in the order of their TSNs (RFC 9260 §6.10), from `start` on, as many
 * as fit, and answers how many.
 */
export function retransmitPacketChunks(
  tcb: TransmissionControlBlock,
  output: PacketOutput,
  path: Path,
  start: Tsn,
  now: Millis,
): number {
  const { retransmission } = tcb;
  const first = nextTsnToRetransmit(tcb, start, now);
  let count = 0;
  let tsn = first;
  while (tsn !== undefined && writeAgain(tcb, output, tsn, path, now)) {
    tsn = nextTsnToRetransmit(tcb, tsnAdd(tsn, 1), now);
    count += 1;
  }
  if (count === 0 || first === undefined) return 0;
  path.windowUsedAt = now;
  if (tcb.state.name === "COOKIE-ECHOED") return count;
  // RFC 9260 §6.1: the retransmission of the earliest outstanding chunk restarts the timer; else it only has to run.
  const deadline = now + path.rto.timeoutMs;
  // A probe leaves it as it is: a path that is dead is given up no later for it.
  const restarts = first !== path.lossDetection.probe && retransmission.outstanding.isEarliestOn(path, first);
  if (restarts) tcb.services.timers.set(path.t3, deadline);
  else tcb.services.timers.setIfStopped(path.t3, deadline);
  retransmission.stopTimersWithoutData();
  return count;
}

/** Writes a marked chunk into the packet under way; false when it does not fit. */
function writeAgain(
  tcb: TransmissionControlBlock,
  output: PacketOutput,
  tsn: Tsn,
  path: Path,
  now: Millis,
): boolean {
  const { retransmission, services } = tcb;
  const { outstanding } = retransmission;
  const slot = outstanding.slotOf(tsn);
  const payloadBytes = outstanding.payloadBytes[slot] ?? 0;
  const message = outstanding.messageAt(slot);
  if (!output.fits(CHUNK_DATA, DATA_CHUNK_HEADER_BYTES + payloadBytes, message.keyNumber)) return false;
  // What goes another way waits for a packet of its own; the handshake has but one packet (RFC 9260 §5.1 C).
  if (tcb.state.name !== "COOKIE-ECHOED" && pathOfMarked(tcb, slot) !== path) return false;
  // RFC 9260 §6.1: what is sent to be acknowledged asks for that.
  const isUrgent = path.lossDetection.probe === tsn || waitsForSack(path, payloadBytes, payloadBytes);
  fillHeader(message, tsn, (outstanding.flags[slot] ?? 0) | (isUrgent ? DATA_FLAG_IMMEDIATE : 0));
  output.writeDataChunk(header, message, outstanding.payloadOffset[slot] ?? 0, payloadBytes);
  retransmission.sentAgain(tsn, path, now);
  if (tcb.config.timedLossDetection) path.lossDetection.sentAgain(tsn, now);
  services.statistics.retransmittedDataChunks += 1;
  return true;
}

/** RFC 9260 §6.1 B: less than cwnd outstanding; after a time-out, nothing outstanding (§7.2.3). */
function windowAllows(path: Path): boolean {
  if (path.singlePacketOnly) return path.flightBytes === 0;
  return path.flightBytes < path.congestion.cwnd;
}

/** Lays out packets of new chunks, as many as everything allows. */
function sendNewPackets(tcb: TransmissionControlBlock, output: PacketOutput, now: Millis): DrainResult {
  let message = nextMessageToSend(tcb, now);
  if (message === undefined) return "drained";
  tcb.refreshPathMtus(now);
  const maxBytes = maxPayloadBytes(tcb);
  for (; message !== undefined; message = nextMessageToSend(tcb, now)) {
    const path = tcb.paths.forData(message.destination);
    if (!mayBeginNewPacket(tcb, message, path, maxBytes, now)) break;
    if (sendFullPackets(tcb, output, path, maxBytes, now) > 0) continue;
    if (!openPacket(tcb, output, path, 0)) return "slab full";
    // RFC 9260 §7.2.1: after a pause the window decays, before it is used again.
    if (path.flightBytes === 0) path.decayWindow(now);
    const written = writeNewChunks(tcb, output, path, maxBytes, now);
    output.finish();
    // With control chunks bundled, the chunk may have to wait for the next packet: this one was none of the burst.
    if (written > 0) path.burstAllowance -= 1;
  }
  return "drained";
}

function mayBeginNewPacket(
  tcb: TransmissionControlBlock,
  message: OutgoingMessage,
  path: Path,
  maxBytes: number,
  now: Millis,
): boolean {
  // What most often forbids it goes first.
  if (!windowAllows(path)) return false;
  // RFC 9260 §6.1 D. Where nothing is on its way, no SACK would ever allow more.
  if (tcb.config.maxBurst > 0 && path.burstAllowance <= 0) {
    if (path.flightBytes > 0) return false;
    path.burstAllowance = tcb.config.maxBurst;
  }
  if (path.state === "unconfirmed" || tcb.retransmission.outstanding.isFull) return false;
  if (nagleHolds(tcb, message, path)) return false;
  const payloadBytes = Math.min(message.lengthBytes - message.fragmentedBytes, maxBytes);
  if (waitsForMore(tcb, message, payloadBytes < maxBytes)) return false;
  return peerHasRoom(tcb, path, payloadBytes, now);
}

/** RFC 9260 §6.1 A: the peer's window takes the next chunk, or a probe of the window is due. */
function peerHasRoom(tcb: TransmissionControlBlock, path: Path, payloadBytes: number, now: Millis): boolean {
  const { retransmission, services } = tcb;
  if (payloadBytes <= retransmission.peerRwnd) {
    tcb.stopWindowProbe();
    return true;
  }
  if (!retransmission.isEmpty) return false;
  if (tcb.windowProbeDue) return true;
  // RFC 9260 §6.1 A: the first probe leaves one RTO after the window was found closed.
  services.timers.setIfStopped(tcb.windowProbe, now + path.rto.timeoutMs);
  return false;
}

/**
 * The largest payload of a DATA chunk (RFC 9260 §6, §7.3): AMDCS less the header, what the user has set (RFC 6458
 * §8.1.16), or half of the peer's buffer. A chunk that hardly fits into the peer's window would be nothing but a
 * probe of it each time; half of the largest window is what RFC 1122 §4.2.3.4 wants to see open before a sender
 * goes on.
 */
export function maxPayloadBytes(tcb: TransmissionControlBlock): number {
  const fitting = tcb.paths.amdcs - authBytes(tcb) - DATA_CHUNK_HEADER_BYTES;
  const { largestRwnd } = tcb.retransmission;
  const half = Math.max((largestRwnd >>> 1) & ~3, LEAST_MAX_PAYLOAD_BYTES);
  const largest = largestRwnd === 0 ? fitting : Math.min(fitting, half);
  const { maxSegmentBytes } = tcb.config;
  return maxSegmentBytes === 0 ? largest : Math.min(largest, maxSegmentBytes);
}

/** How much of each packet with DATA chunks goes into an AUTH chunk (RFC 4895 §6.2), bytes. */
function authBytes({ authentication }: TransmissionControlBlock): number {
  return authentication.overheadBytes(CHUNK_DATA);
}

/**
 * Nagle's algorithm (RFC 1122 §4.2.3.4; RFC 9260 §6.1 A): while something is on its way, a packet that is not
 * full waits for more. The end of a message whose beginning has left does not wait: the peer can do nothing
 * without it.
 */
function nagleHolds(tcb: TransmissionControlBlock, message: OutgoingMessage, path: Path): boolean {
  if (tcb.config.noDelay || message.fragmentedBytes > 0) return false;
  if (tcb.retransmission.isEmpty || tcb.state.name !== "ESTABLISHED") return false;
  return tcb.sendQueue.queuedChunkBytes < path.pmdcs - authBytes(tcb);
}

/**
 * A message that is still being given (RFC 6458 §8.1.26) leaves in whole chunks while something is on its way, like
 * small messages: the peer can do nothing without its end.
 */
function waitsForMore(tcb: TransmissionControlBlock, { isOpen }: OutgoingMessage, isSmall: boolean): boolean {
  return isOpen && isSmall && !tcb.config.noDelay && !tcb.retransmission.isEmpty;
}

/**
 * Whether we would wait for the SACK of what leaves now, so that the I bit asks for it without delay
 * (RFC 9260 §6.1): only one packet may be on its way, the congestion window holds next to nothing, as after a time-out,
 * or the peer's window is full with this.
 */
function waitsForSack(path: Path, peerRoomBytes: number, maxBytes: number): boolean {
  return path.singlePacketOnly || path.congestion.cwnd < 2 * path.pmdcs || peerRoomBytes < maxBytes;
}

/**
 * Fills the packet under way with new chunks, in the order of their TSNs (RFC 9260 §6, §6.10); answers how many.
 *
 * @param maxBytes - {@link maxPayloadBytes}
 */
export function writeNewChunks(
  tcb: TransmissionControlBlock,
  output: PacketOutput,
  path: Path,
  maxBytes: number,
  now: Millis,
): number {
  const { sendQueue, retransmission } = tcb;
  const firstTsn = retransmission.outstanding.nextTsn;
  let written = writeWholeMessages(tcb, output, path, maxBytes, now);
  let isFirst = true;
  let destination: Path | undefined;
  for (;;) {
    const message = nextMessageToSend(tcb, now);
    if (message === undefined || retransmission.outstanding.isFull) break;
    // Message after message wants to go where the one before went.
    if ((isFirst || message.destination !== destination) && !travelsOn(tcb, message, path)) break;
    isFirst = false;
    destination = message.destination;
    const offset = message.fragmentedBytes;
    const payloadBytes = payloadBytesOfNext(output, message, maxBytes, written > 0);
    if (waitsForMore(tcb, message, payloadBytes < maxBytes)) break;
    if (!output.fits(CHUNK_DATA, DATA_CHUNK_HEADER_BYTES + payloadBytes, message.keyNumber)) break;
    const isProbe = tcb.windowProbeDue;
    if (payloadBytes > retransmission.peerRwnd && !isProbe) break;
    tcb.windowProbeDue = false;
    if (offset === 0 && !message.unordered) message.ssn = sendQueue.takeSsn(message.streamId);
    let flags = flagsOfNext(tcb, message, payloadBytes);
    if (waitsForSack(path, retransmission.peerRwnd - payloadBytes, maxBytes)) flags |= DATA_FLAG_IMMEDIATE;
    fillHeader(message, retransmission.sentFirst(message, payloadBytes, flags, path, now), flags);
    output.writeDataChunk(header, message, offset, payloadBytes);
    sendQueue.fragmented(message, payloadBytes);
    written += 1;
    if (isProbe) break;
  }
  if (written === 0) return 0;
  path.windowUsedAt = now;
  path.measuringChunkSent(firstTsn, now);
  // RFC 9260 §6.3.2 R1. Before the handshake is complete T1-cookie covers what COOKIE ECHO takes along.
  if (tcb.state.name !== "COOKIE-ECHOED") tcb.services.timers.setIfStopped(path.t3, now + path.rto.timeoutMs);
  return written;
}

/**
 * How much of a message its next chunk takes. The first fragment of a message that takes several packets anyway is cut
 * to fill the packet that the one before has left room in (RFC 9260 §6.9): full packets are of one size, and leave the
 * host in one piece.
 */
function payloadBytesOfNext(
  output: PacketOutput,
  message: OutgoingMessage,
  maxBytes: number,
  isBundled: boolean,
): number {
  const restBytes = message.lengthBytes - message.fragmentedBytes;
  if (restBytes <= maxBytes) return restBytes;
  if (!isBundled || message.fragmentedBytes > 0 || message.isOpen) return maxBytes;
  const roomBytes = output.roomFor(CHUNK_DATA, message.keyNumber) - DATA_CHUNK_HEADER_BYTES;
  return roomBytes >= maxBytes * FILLING_SHARE_MIN ? Math.min(roomBytes & ~3, maxBytes) : maxBytes;
}

/** Whether a message's chunks go to a path: the one that its user has named, or the one that carries all others. */
function travelsOn(tcb: TransmissionControlBlock, { destination }: OutgoingMessage, path: Path): boolean {
  // RFC 9260 §5.1 C: with the COOKIE ECHO goes what has no way of its own.
  if (tcb.state.name === "COOKIE-ECHOED") return destination === undefined || destination === path;
  return tcb.paths.forData(destination) === path;
}

/** The flags of the next chunk of a message (RFC 9260 §3.3.1, §6.9). */
function flagsOfNext(tcb: TransmissionControlBlock, message: OutgoingMessage, payloadBytes: number): number {
  const isLast = !message.isOpen && message.fragmentedBytes + payloadBytes === message.lengthBytes;
  let flags = message.fragmentedBytes === 0 ? DATA_FLAG_BEGINNING : 0;
  if (isLast) flags |= DATA_FLAG_END;
  if (message.unordered) flags |= DATA_FLAG_UNORDERED;
  // RFC 9260 §6.1: the I bit where the user asked for it, and on the last chunk before a shutdown.
  const isLastOfAll = isLast && tcb.sendQueue.messageCount === 1 && tcb.state.name === "SHUTDOWN-PENDING";
  if (isLastOfAll || (isLast && message.options.sackImmediately)) flags |= DATA_FLAG_IMMEDIATE;
  return flags;
}

function fillHeader(message: OutgoingMessage, tsn: Tsn, flags: number): void {
  header.tsn = tsn;
  header.streamId = message.streamId;
  header.ssn = message.ssn;
  header.ppid = message.ppid;
  header.flags = flags;
}

/** A SACK was processed: Max.Burst packets may follow it, beside those that were allowed before (RFC 9260 §6.1 D). */
export function grantBurst(tcb: TransmissionControlBlock): void {
  for (const path of tcb.paths.all) path.burstAllowance += tcb.config.maxBurst;
}

/**
 * A command of the user or a timer gives an opportunity to send: Max.Burst packets in all (RFC 9260 §6.1 D).
 * What comes from the peer otherwise, its DATA above all, gives none.
 */
export function openBurst(tcb: TransmissionControlBlock): void {
  const { maxBurst } = tcb.config;
  for (const path of tcb.paths.all) path.burstAllowance = Math.max(path.burstAllowance, maxBurst);
}

/** Gives back what is left of the burst: the next opportunity begins with its own (RFC 9260 §6.1 D). */
export function endBurst(tcb: TransmissionControlBlock): void {
  for (const path of tcb.paths.all) path.burstAllowance = 0;
}
