import type { Millis } from "../../base/millis.js";
import { type Ssn, tsnAdd, tsnLess, tsnLessOrEqual } from "../../base/serial-number.js";
import { DATA_FLAG_UNORDERED } from "../../wire/chunks/data-chunk.js";
import {
  CHUNK_FORWARD_TSN,
  FORWARD_TSN_CHUNK_FIXED_BYTES,
  FORWARD_TSN_STREAM_BYTES,
  type ForwardTsnChunk,
} from "../../wire/chunks/forward-tsn-chunk.js";
import { COMMON_HEADER_BYTES } from "../../wire/common-header.js";
import { FORWARD_TSN_STREAMS_MAX } from "../limits.js";
import type { Path } from "../paths/path.js";
import type { TransmissionControlBlock } from "../transmission-control-block.js";
import { ABANDONED } from "./outstanding-data.js";

/** Moves the Advanced.Peer.Ack.Point over what has been given up; the peer is to be told (RFC 3758 §3.5 C1 to C3). */
export function advancePeerAckPoint({ partialReliability, retransmission }: TransmissionControlBlock): void {
  if (partialReliability === undefined) return;
  const { outstanding, cumulativeTsnAckPoint } = retransmission;
  // RFC 3758 §3.5 C1.
  if (tsnLess(partialReliability.advancedPeerAckPoint, cumulativeTsnAckPoint))
    partialReliability.advancedPeerAckPoint = cumulativeTsnAckPoint;
  // RFC 3758 §3.5 C2.
  let next = tsnAdd(partialReliability.advancedPeerAckPoint, 1);
  while (outstanding.holds(next) && outstanding.state[outstanding.slotOf(next)] === ABANDONED) {
    partialReliability.advancedPeerAckPoint = next;
    partialReliability.forwardTsnDue = true;
    next = tsnAdd(next, 1);
  }
}

/** Decides after a SACK, or what stands for one, whether the peer has to be told what to skip (RFC 3758 §3.5 A4). */
export function considerForwardTsn(tcb: TransmissionControlBlock, now: Millis): void {
  const { partialReliability, retransmission } = tcb;
  if (partialReliability === undefined) return;
  advancePeerAckPoint(tcb);
  const { cumulativeTsnAckPoint, forwardTsnPath } = retransmission;
  if (!tsnLess(cumulativeTsnAckPoint, partialReliability.advancedPeerAckPoint)) {
    partialReliability.forwardTsnDue = false;
    return;
  }
  // RFC 3758 §3.5 C3. One packet may not have held all that is to be skipped (C4); the same is repeated after a round
  // trip only (F2), because until then SACKs are on their way that do not know of it.
  const path = forwardTsnPath ?? tcb.paths.primary;
  const roundTripMs = path.rto.smoothedRoundTripMs ?? path.rto.timeoutMs;
  const isAnswered = tsnLessOrEqual(partialReliability.forwardedTsn, cumulativeTsnAckPoint);
  if (isAnswered || now - partialReliability.forwardedAt >= roundTripMs)
    partialReliability.forwardTsnDue = true;
}

/** T3-rtx of a path expired: what is to be skipped is told again (RFC 3758 §3.5 A5). */
export function repeatForwardTsn(
  { partialReliability, retransmission }: TransmissionControlBlock,
  path: Path,
): void {
  if (partialReliability === undefined || retransmission.forwardTsnPath === undefined) return;
  partialReliability.forwardTsnDue = true;
  if (retransmission.forwardTsnPath === path) partialReliability.forwardTsnTimedOut = true;
}

/** Where the FORWARD TSN that is due goes (RFC 3758 §3.5 C3); `undefined` without one, or a confirmed address. */
export function forwardTsnDestination(tcb: TransmissionControlBlock): Path | undefined {
  const { partialReliability, retransmission, paths } = tcb;
  if (partialReliability === undefined || !partialReliability.forwardTsnDue) return undefined;
  const { forwardTsnPath } = retransmission;
  const hasTimedOut = partialReliability.forwardTsnTimedOut && forwardTsnPath !== undefined;
  const path = hasTimedOut ? paths.forRetransmission(forwardTsnPath) : paths.forData();
  return path.state === "unconfirmed" ? undefined : path;
}

/**
 * The FORWARD TSN for what is to be skipped, or as much of it as one packet of a path holds (RFC 3758 §3.5 C4);
 * `undefined` when there is nothing.
 */
export function forwardTsnFor(tcb: TransmissionControlBlock, path: Path): ForwardTsnChunk | undefined {
  const { partialReliability, retransmission } = tcb;
  const { outstanding } = retransmission;
  if (partialReliability === undefined) return undefined;
  const { advancedPeerAckPoint } = partialReliability;
  const otherBytes =
    COMMON_HEADER_BYTES + tcb.authentication.overheadBytes(CHUNK_FORWARD_TSN) + FORWARD_TSN_CHUNK_FIXED_BYTES;
  const roomBytes = tcb.paths.packetBytesFor(path) - otherBytes;
  const streamsMax = Math.min(Math.floor(roomBytes / FORWARD_TSN_STREAM_BYTES), FORWARD_TSN_STREAMS_MAX);
  // RFC 3758 §3.5 C4: each stream once; the numbers of a stream rise with the TSNs.
  const ssns = new Map<number, Ssn>();
  let tsn = outstanding.firstTsn;
  for (; outstanding.holds(tsn) && tsnLessOrEqual(tsn, advancedPeerAckPoint); tsn = tsnAdd(tsn, 1)) {
    const slot = outstanding.slotOf(tsn);
    if (((outstanding.flags[slot] ?? 0) & DATA_FLAG_UNORDERED) !== 0) continue;
    const { streamId, ssn } = outstanding.messageAt(slot);
    if (ssns.size >= streamsMax && !ssns.has(streamId)) break;
    ssns.set(streamId, ssn);
  }
  if (tsn === outstanding.firstTsn) return undefined;
  const streams = Array.from(ssns, ([streamId, ssn]) => ({ streamId, ssn }));
  return { kind: "FORWARD TSN", newCumulativeTsn: tsnAdd(tsn, -1), streams };
}

/** Notes that a FORWARD TSN is in a packet to a path, and has it covered by T3-rtx (RFC 3758 §3.5 C5). */
export function forwardTsnSent(
  tcb: TransmissionControlBlock,
  { newCumulativeTsn }: ForwardTsnChunk,
  path: Path,
  now: Millis,
): void {
  const { partialReliability, retransmission, services } = tcb;
  const { outstanding } = retransmission;
  if (partialReliability === undefined) return;
  // It stands for the chunks: that they are acknowledged tells of the way that it has taken.
  for (let tsn = outstanding.firstTsn; tsnLessOrEqual(tsn, newCumulativeTsn); tsn = tsnAdd(tsn, 1))
    outstanding.setPath(outstanding.slotOf(tsn), path);
  partialReliability.forwardTsnDue = false;
  partialReliability.forwardTsnTimedOut = false;
  partialReliability.forwardedTsn = newCumulativeTsn;
  partialReliability.forwardedAt = now;
  retransmission.forwardTsnPath = path;
  services.timers.setIfStopped(path.t3, now + path.rto.timeoutMs);
  retransmission.stopTimersWithoutData();
}
