import { type Tsn, tsnAdd, tsnDistance, tsnLess, tsnLessOrEqual } from "../../base/serial-number.js";
import type { Millis } from "../../base/millis.js";
import { DATA_FLAG_UNORDERED } from "../../wire/chunks/data-chunk.js";
import type { SackChunk } from "../../wire/chunks/sack-chunk.js";
import type { AssociationConfig } from "../config.js";
import type { Path } from "../paths/path.js";
import type { PathSet } from "../paths/path-set.js";
import type { StackStatistics } from "../statistics.js";
import type { TimerTable } from "../timer-table.js";
import type { OutgoingMessage, PartiallyReliableMessage } from "./outgoing-message.js";
import type { SackResult } from "./sack-result.js";
import { growWindows } from "./window-growth.js";
import {
  acknowledgesUnsent,
  believableRanges,
  difference,
  rangesFrom,
  type TsnRange,
} from "./gap-acked-ranges.js";
import {
  ABANDONED,
  ABANDONED_IN_FLIGHT,
  GAP_ACKED,
  IN_FLIGHT,
  LOST_WITHOUT_TIMEOUT,
  MARKED_FOR_RETRANSMISSION,
  NO_FAST_RETRANSMIT,
  OutstandingData,
  SENT_TO_SEVERAL,
} from "./outstanding-data.js";
import { ackUsualChunks, type MessageOwner } from "./usual-chunks.js";

/** RFC 9260 §7.2.4: the third miss indication makes a chunk count as lost. */
const MISS_INDICATIONS_FOR_FAST_RETRANSMIT = 3;
/** What the last SACK reported where it reported nothing. */
const NO_RANGES: readonly TsnRange[] = [];
/** What the SACK under way has taken back (RFC 9260 §6.2.1 D iii): one for all queues, empty between SACKs. */
const reneged: Tsn[] = [];

/** What the queue needs of its association. */
export interface RetransmissionUser extends MessageOwner {
  readonly services: { readonly timers: TimerTable; readonly statistics: StackStatistics };
  readonly paths: PathSet;
}

/**
 * What has been sent and not been acknowledged, with what follows from acknowledgements: the peer's window
 * (RFC 9260 §6.2.1), the measurement of round trips (§6.3.1), T3-rtx (§6.3.2), fast retransmit and recovery
 * (§7.2.4).
 */
export class RetransmissionQueue {
  readonly outstanding: OutstandingData;
  /** Our view of the peer's receive window, bytes of payload (§6.2.1); there is one for all paths (§7.2). */
  peerRwnd = 0;
  /** The last a_rwnd that the peer said. */
  advertisedRwnd = 0;
  /** The largest a_rwnd that the peer has said: what its buffer holds; 0 while nothing is known. */
  largestRwnd = 0;
  /** How many chunks wait to be sent again. */
  markedCount = 0;
  /** How many chunks have been given up and not been acknowledged cumulatively (RFC 3758 §3.5 A2). */
  abandonedCount = 0;
  /** Whether the SACK under way acknowledges chunks that were given up: the peer has been told to skip them. */
  hasPassedAbandoned = false;
  /** Where the last FORWARD TSN went, while it waits for its answer: T3-rtx runs there (RFC 3758 §3.5 C5). */
  forwardTsnPath: Path | undefined;
  /** One packet of marked chunks is to leave whatever cwnd says (§7.2.4 3). */
  fastRetransmitDue = false;
  /** Whether a SACK came since the last T3-rtx; it tells a closed window from a dead peer (§6.1 A). */
  sackSinceTimeout = false;
  /** Payload bytes that have been acknowledged cumulatively since this was last taken. */
  releasedBytes = 0;
  /** The highest TSN of the loss that is being repaired, or `undefined` outside Fast Recovery (§7.2.4 6). */
  private fastRecoveryExit: Tsn | undefined;
  /** What the last SACK reported beyond the Cumulative TSN Ack Point, ascending (§3.3.4). */
  private gapAcked: readonly TsnRange[] = NO_RANGES;
  /** Payload bytes in flight. */
  private inFlightPayloadBytes = 0;
  /** No chunk below this TSN is marked. */
  private lowestMarkedHint: Tsn;
  /** The highest TSN that the SACK under way has acknowledged for the first time (§7.2.4 HTNA). */
  private highestNewlyAcked: Tsn | undefined;
  /** Whether the SACK under way has shown the loss that begins Fast Recovery (§7.2.4 2). */
  private recoveryBegun = false;
  private readonly user: RetransmissionUser;

  constructor(initialTsn: Tsn, user: RetransmissionUser) {
    this.user = user;
    this.outstanding = new OutstandingData(initialTsn);
    this.lowestMarkedHint = initialTsn;
  }

  /** Takes the a_rwnd of the peer's INIT or INIT ACK (§6.2.1 A). */
  setInitialWindow(aRwnd: number): void {
    this.peerRwnd = aRwnd;
    this.advertisedRwnd = aRwnd;
    this.largestRwnd = aRwnd;
  }

  /** Everything up to this TSN has been acknowledged (RFC 9260 §3.3.4); at first, all before our Initial TSN (§5.1). */
  get cumulativeTsnAckPoint(): Tsn {
    return tsnAdd(this.outstanding.firstTsn, -1);
  }

  /** Whether nothing waits for an acknowledgement. */
  get isEmpty(): boolean {
    return this.outstanding.count === 0;
  }

  /** Whether a loss seen from SACKs is being repaired (§7.2.4). */
  get inFastRecovery(): boolean {
    return this.fastRecoveryExit !== undefined;
  }

  /** Whether nothing is known to be lost, out of sequence or given up, nor is the peer's window being probed. */
  get isCalm(): boolean {
    if (this.markedCount > 0 || this.abandonedCount > 0 || this.inFastRecovery) return false;
    return this.gapAcked.length === 0 && !this.isProbing;
  }

  /** Registers a chunk that is being sent for the first time; answers its TSN. */
  sentFirst(message: OutgoingMessage, payloadBytes: number, flags: number, path: Path, now: Millis): Tsn {
    const tsn = this.outstanding.nextTsn;
    const slot = this.outstanding.add(message, payloadBytes, flags, path);
    if (message.reliability !== undefined) message.reliability.lastTsn = tsn;
    this.outstanding.sentAt[slot] = now;
    path.flightBytes += this.outstanding.chunkBytesAt(slot);
    this.inFlightPayloadBytes += payloadBytes;
    // RFC 9260 §6.2.1 B: what is sent takes room in the peer's window.
    this.peerRwnd = Math.max(0, this.peerRwnd - payloadBytes);
    return tsn;
  }

  /** Registers that a marked chunk is being sent again, on `path`. */
  sentAgain(tsn: Tsn, path: Path, now: Millis): void {
    const { outstanding } = this;
    const slot = outstanding.slotOf(tsn);
    const payloadBytes = outstanding.payloadBytes[slot] ?? 0;
    outstanding.state[slot] = IN_FLIGHT;
    outstanding.retransmissions[slot] = (outstanding.retransmissions[slot] ?? 0) + 1;
    outstanding.sentAt[slot] = now;
    outstanding.setPath(slot, path);
    path.flightBytes += outstanding.chunkBytesAt(slot);
    this.inFlightPayloadBytes += payloadBytes;
    this.peerRwnd = Math.max(0, this.peerRwnd - payloadBytes);
    this.markedCount -= 1;
    // RFC 9260 §6.3.1 C5: no measurement with a chunk when one at or before it was sent again.
    for (const measured of this.user.paths.all) {
      if (measured.measuredTsn !== undefined && tsnLessOrEqual(tsn, measured.measuredTsn))
        measured.measuredTsn = undefined;
    }
  }

  /** The lowest marked TSN that is not below `from`, or `undefined`. */
  nextMarked(from: Tsn): Tsn | undefined {
    if (this.markedCount === 0) return undefined;
    const { outstanding } = this;
    let tsn = tsnLess(from, this.lowestMarkedHint) ? this.lowestMarkedHint : from;
    if (tsnLess(tsn, outstanding.firstTsn)) tsn = outstanding.firstTsn;
    const fromLowest = tsn === this.lowestMarkedHint || tsn === outstanding.firstTsn;
    const end = outstanding.nextTsn;
    while (tsn !== end && outstanding.state[outstanding.slotOf(tsn)] !== MARKED_FOR_RETRANSMISSION)
      tsn = tsnAdd(tsn, 1);
    if (fromLowest) this.lowestMarkedHint = tsn;
    return tsn === end ? undefined : tsn;
  }

  /** The lowest TSN that was marked by a Fast Retransmit and waits to be sent again (§7.2.4 3), or `undefined`. */
  nextFastRetransmission(): Tsn | undefined {
    const { outstanding } = this;
    let tsn = this.nextMarked(outstanding.firstTsn);
    while (tsn !== undefined && !this.wasLostWithoutTimeout(outstanding.slotOf(tsn)))
      tsn = this.nextMarked(tsnAdd(tsn, 1));
    return tsn;
  }

  /** Whether a slot's chunk was found lost by miss indications (§7.2.4 5), or too big (§7.3), and not by a time-out. */
  wasLostWithoutTimeout(slot: number): boolean {
    return this.outstanding.has(slot, LOST_WITHOUT_TIMEOUT);
  }

  /** Whether a path has chunks that wait for an acknowledgement, be they on their way or marked, or a FORWARD TSN. */
  hasOutstandingOn(path: Path): boolean {
    return path.flightBytes > 0 || this.forwardTsnPath === path || this.hasMarkedOn(path);
  }

  /**
   * All chunks of a message are given up (RFC 3758 §3.5 A2, A3): none is on its way any more as far as windows go, and
   * none is sent again. They stay until the peer has been told to skip them.
   *
   * @param remnant - stands for the message from now on, and holds no payload
   */
  abandon(message: PartiallyReliableMessage, remnant: OutgoingMessage): void {
    const { outstanding } = this;
    for (let tsn = message.reliability.lastTsn; outstanding.holds(tsn); tsn = tsnAdd(tsn, -1)) {
      const slot = outstanding.slotOf(tsn);
      if (outstanding.messageAt(slot) !== message) return;
      const path = outstanding.pathAt(slot);
      if (outstanding.state[slot] === IN_FLIGHT) {
        this.markLost(tsn, slot);
        outstanding.note(slot, ABANDONED_IN_FLIGHT);
      }
      if (outstanding.state[slot] === MARKED_FOR_RETRANSMISSION) this.markedCount -= 1;
      // What answers for the chunk from now on is a FORWARD TSN, which measures nothing.
      if (path.measuredTsn === tsn) path.measuredTsn = undefined;
      outstanding.state[slot] = ABANDONED;
      outstanding.setMessage(slot, remnant);
      this.abandonedCount += 1;
    }
  }

  /**
   * The rest of such a message, which was never sent, gets a TSN too, so that there is something to be skipped although
   * all that was sent may have arrived, and the next message does not begin where this one should go on (§6.9).
   */
  abandonRest(remnant: OutgoingMessage, path: Path): void {
    const { outstanding } = this;
    const slot = outstanding.add(remnant, 0, remnant.unordered ? DATA_FLAG_UNORDERED : 0, path);
    outstanding.state[slot] = ABANDONED;
    this.abandonedCount += 1;
  }

  /**
   * Whether the earliest outstanding chunk finds no room at the peer: it is a probe of the window (§6.1 A).
   */
  get isProbing(): boolean {
    const { outstanding } = this;
    return outstanding.count > 0 && outstanding.firstPayloadBytes > this.advertisedRwnd;
  }

  /** Handles a SACK (RFC 9260 §6.2.1). */
  handleSack(sack: SackChunk, config: Readonly<AssociationConfig>, now: Millis): SackResult {
    const result = this.judge(sack.cumulativeTsnAck);
    if (result !== "processed") return result;
    const reportsGaps = sack.gapAckBlocks.length > 0;
    // RFC 9260 §12.4.
    if (reportsGaps && acknowledgesUnsent(sack, this.outstanding.nextTsn)) return "acknowledges unsent data";
    const advanced = sack.cumulativeTsnAck !== this.cumulativeTsnAckPoint;
    const wasProbing = this.isProbing;
    this.sackSinceTimeout = true;
    this.beginSack();
    if (sack.duplicateTsns.length > 0) this.forgetNeedlessProbes(sack.duplicateTsns);
    this.ackCumulatively(sack.cumulativeTsnAck, now, config);
    if (reportsGaps || this.gapAcked.length > 0) this.ackGaps(sack, now, config);
    this.leaveFastRecovery(sack.cumulativeTsnAck);
    growWindows(this.user.paths.all, this, now);
    if (this.gapAcked.length > 0 || reneged.length > 0) this.countMissing(advanced, now);
    this.advertisedRwnd = sack.aRwnd;
    this.largestRwnd = Math.max(this.largestRwnd, sack.aRwnd);
    if (wasProbing && !advanced) this.repeatRefusedProbe();
    this.settleTimers(now);
    // RFC 9260 §6.2.1 D ii: a_rwnd less what is still on its way.
    this.peerRwnd = Math.max(0, sack.aRwnd - this.inFlightPayloadBytes);
    return result;
  }

  /** Handles the Cumulative TSN Ack of a SHUTDOWN, which says nothing of gaps or the window (RFC 9260 §3.3.8, §9.2). */
  handleCumulativeTsnAck(cumulative: Tsn, config: Readonly<AssociationConfig>, now: Millis): SackResult {
    const result = this.judge(cumulative);
    if (result !== "processed") return result;
    this.sackSinceTimeout = true;
    this.beginSack();
    this.ackCumulatively(cumulative, now, config);
    this.takeBackFirst();
    this.leaveFastRecovery(cumulative);
    growWindows(this.user.paths.all, this, now);
    this.settleTimers(now);
    return result;
  }

  private judge(cumulative: Tsn): SackResult {
    // RFC 9260 §6.2.1 D i.
    if (tsnLess(cumulative, this.cumulativeTsnAckPoint)) return "outdated";
    return tsnLess(cumulative, this.outstanding.nextTsn) ? "processed" : "acknowledges unsent data";
  }

  /**
   * RFC 9260 §6.1 A: the window has opened, and the probe that the peer had no room for need not wait for a
   * T3-rtx that has been backed off again and again.
   */
  private repeatRefusedProbe(): void {
    const { outstanding } = this;
    if (outstanding.count !== 1 || this.isProbing) return;
    const slot = outstanding.slotOf(outstanding.firstTsn);
    if (outstanding.state[slot] !== IN_FLIGHT) return;
    this.markLost(outstanding.firstTsn, slot);
    outstanding.note(slot, LOST_WITHOUT_TIMEOUT);
  }

  /** RFC 8985 §7.4.2: a probe that came twice has repaired nothing, so that nothing had been lost. */
  private forgetNeedlessProbes(duplicateTsns: readonly Tsn[]): void {
    for (const { lossDetection } of this.user.paths.all)
      if (lossDetection.probe !== undefined && duplicateTsns.includes(lossDetection.probe))
        lossDetection.probe = undefined;
  }

  private leaveFastRecovery(cumulative: Tsn): void {
    // RFC 9260 §6.2.1 D iv: at its exit point Fast Recovery ends, before new loss can begin another.
    if (this.fastRecoveryExit !== undefined && tsnLessOrEqual(this.fastRecoveryExit, cumulative)) {
      this.fastRecoveryExit = undefined;
    }
  }

  /**
   * T3-rtx of a path expired: everything in flight there counts as lost (RFC 9260 §6.3.3 E3). The caller
   * adjusts window and time-out.
   */
  markAllOn(path: Path): void {
    this.markInFlightOn(path, "time-out");
    path.lossDetection.reset();
    // A time-out begins anew with slow start: what was lost before is part of it.
    this.fastRecoveryExit = undefined;
    this.fastRetransmitDue = false;
  }

  /**
   * Something was larger than a path carries: everything in flight there may have been lost with it, and is sent again
   * there (RFC 9260 §7.3). Windows and Fast Recovery stay as they are, because it was no congestion.
   */
  markTooBigOn(path: Path): void {
    this.markInFlightOn(path, "no time-out");
  }

  /**
   * A path is given up: what was sent there waits to be sent on another, which stands for it from now on, so that no
   * trace of the old one is left.
   */
  movePath(from: Path, to: Path): void {
    const { outstanding } = this;
    this.markInFlightOn(from, "no time-out");
    let tsn = outstanding.firstTsn;
    for (let index = 0; index < outstanding.count; index += 1, tsn = tsnAdd(tsn, 1)) {
      const slot = outstanding.slotOf(tsn);
      if (outstanding.pathAt(slot) === from) outstanding.setPath(slot, to);
    }
    if (this.forwardTsnPath === from) this.forwardTsnPath = to;
  }

  /** All messages that have neither been acknowledged whole nor given up, oldest first; the queue is empty then. */
  takeAll(): OutgoingMessage[] {
    const { outstanding } = this;
    const messages = new Set<OutgoingMessage>();
    while (outstanding.count > 0) {
      const message = outstanding.messageAt(outstanding.slotOf(outstanding.firstTsn));
      if (message.reliability?.isAbandoned !== true) messages.add(message);
      outstanding.dropFirst();
    }
    this.markedCount = 0;
    this.abandonedCount = 0;
    this.forwardTsnPath = undefined;
    this.gapAcked = NO_RANGES;
    this.inFlightPayloadBytes = 0;
    this.fastRecoveryExit = undefined;
    this.fastRetransmitDue = false;
    for (const path of this.user.paths.all) {
      path.flightBytes = 0;
      path.measuredTsn = undefined;
      this.user.services.timers.stop(path.t3);
    }
    return [...messages];
  }

  private beginSack(): void {
    this.highestNewlyAcked = undefined;
    this.recoveryBegun = false;
    this.hasPassedAbandoned = false;
    for (const path of this.user.paths.all) {
      path.newlyAckedBytes = 0;
      path.answered = false;
      path.hasEnteredRecovery = false;
      path.earliestAcked = undefined;
      path.windowFullyUsed = path.flightBytes >= path.congestion.cwnd;
    }
  }

  /** RFC 9260 §6.7: what is acknowledged cumulatively is kept no longer. */
  private ackCumulatively(cumulative: Tsn, now: Millis, config: Readonly<AssociationConfig>): void {
    const { outstanding, user } = this;
    const usual = ackUsualChunks(outstanding, cumulative, user, now, config);
    this.inFlightPayloadBytes -= usual.payloadBytes;
    this.releasedBytes += usual.payloadBytes;
    if (usual.count > 0) this.highestNewlyAcked = tsnAdd(outstanding.firstTsn, -1);
    for (let left = tsnDistance(cumulative, outstanding.firstTsn); left >= 0; left -= 1) {
      const slot = outstanding.firstSlot;
      if (outstanding.state[slot] === ABANDONED) {
        this.passAbandoned(slot);
        continue;
      }
      if (outstanding.state[slot] !== GAP_ACKED) this.ackNewly(outstanding.firstTsn, slot, now, config);
      const message = outstanding.messageAt(slot);
      const payloadBytes = outstanding.payloadBytes[slot] ?? 0;
      message.ackedBytes += payloadBytes;
      this.releasedBytes += payloadBytes;
      outstanding.dropFirst();
      if (message.ackedBytes === message.lengthBytes && !message.isOpen) this.user.messageAcked(message);
    }
  }

  /** RFC 3758 §3.5 A2: what was given up adds nothing to windows, but shows that the peer and its path are there. */
  private passAbandoned(slot: number): void {
    const { outstanding } = this;
    this.abandonedCount -= 1;
    this.hasPassedAbandoned = true;
    if (!outstanding.has(slot, SENT_TO_SEVERAL)) outstanding.pathAt(slot).answered = true;
    outstanding.dropFirst();
  }

  private ackNewly(tsn: Tsn, slot: number, now: Millis, config: Readonly<AssociationConfig>): void {
    const { outstanding } = this;
    const path = outstanding.pathAt(slot);
    const chunkBytes = outstanding.chunkBytesAt(slot);
    if (outstanding.state[slot] === MARKED_FOR_RETRANSMISSION) {
      this.markedCount -= 1;
    } else {
      path.flightBytes -= chunkBytes;
      this.inFlightPayloadBytes -= outstanding.payloadBytes[slot] ?? 0;
    }
    // SACKs are walked upwards: what the first chunk found on a path tells holds for all others.
    path.earliestAcked ??= outstanding.isEarliestOn(path, tsn);
    path.newlyAckedBytes += chunkBytes;
    // RFC 7829 §3.2 9: of a chunk that went to several destinations nobody knows which it has reached.
    if (!outstanding.has(slot, SENT_TO_SEVERAL)) path.answered = true;
    this.highestNewlyAcked = tsn;
    const wasSentAgain = (outstanding.retransmissions[slot] ?? 0) > 0;
    path.lossDetection.acknowledged(tsn, outstanding.sentAt[slot] ?? 0, wasSentAgain, now);
    if (path.measuredTsn === tsn) {
      path.measuredTsn = undefined;
      path.rto.measured(now - path.measuredSince, config);
    }
  }

  /**
   * Compares the Gap Ack Blocks with those of the SACK before, both ways: what is reported for the first time is newly
   * acknowledged, what is no longer reported has been taken back.
   */
  private ackGaps(sack: SackChunk, now: Millis, config: Readonly<AssociationConfig>): void {
    const { outstanding } = this;
    const before = rangesFrom(this.gapAcked, outstanding.firstTsn);
    const after = believableRanges(sack, outstanding.firstTsn, outstanding.nextTsn);
    for (const { first, last } of difference(before, after))
      for (let tsn = first; tsnLessOrEqual(tsn, last); tsn = tsnAdd(tsn, 1))
        if (this.takeBack(tsn)) reneged.push(tsn);
    for (const { first, last } of difference(after, before)) {
      for (let tsn = first; tsnLessOrEqual(tsn, last); tsn = tsnAdd(tsn, 1)) {
        const slot = outstanding.slotOf(tsn);
        if (outstanding.state[slot] === ABANDONED) continue;
        this.ackNewly(tsn, slot, now, config);
        outstanding.state[slot] = GAP_ACKED;
      }
    }
    this.gapAcked = after;
  }

  /** RFC 9260 §3.3.8: that SHUTDOWN reports no gaps takes nothing back. But what follows its TSN has not arrived. */
  private takeBackFirst(): void {
    const { outstanding } = this;
    const tsn = outstanding.firstTsn;
    if (outstanding.count === 0 || outstanding.state[outstanding.slotOf(tsn)] !== GAP_ACKED) return;
    this.takeBack(tsn);
    this.gapAcked = rangesFrom(this.gapAcked, tsnAdd(tsn, 1));
  }

  /** RFC 9260 §6.2.1 D iii: what the peer no longer has is on its way again; false for what was given up. */
  private takeBack(tsn: Tsn): boolean {
    const { outstanding } = this;
    const slot = outstanding.slotOf(tsn);
    if (outstanding.state[slot] === ABANDONED) return false;
    outstanding.state[slot] = IN_FLIGHT;
    outstanding.pathAt(slot).flightBytes += outstanding.chunkBytesAt(slot);
    this.inFlightPayloadBytes += outstanding.payloadBytes[slot] ?? 0;
    this.user.services.statistics.renegedChunks += 1;
    return true;
  }

  /** RFC 9260 §7.2.4, §6.7: counts the misses that a SACK indicates, one for each chunk. */
  private countMissing(advanced: boolean, now: Millis): void {
    const { gapAcked } = this;
    let next = this.outstanding.firstTsn;
    // HTNA: only what was sent before something newly acknowledged is missed; in Fast Recovery an advance of the
    // Cumulative TSN Ack Point makes all that is reported missing count.
    const limit = this.inFastRecovery && advanced ? gapAcked.at(-1)?.last : this.highestNewlyAcked;
    for (const { first, last } of gapAcked) {
      if (limit === undefined || !tsnLess(next, limit)) break;
      for (; tsnLess(next, first); next = tsnAdd(next, 1)) this.indicateMiss(next, now);
      next = tsnAdd(last, 1);
    }
    for (const tsn of reneged) if (tsnLessOrEqual(next, tsn)) this.indicateMiss(tsn, now);
    if (reneged.length > 0) reneged.length = 0;
  }

  private indicateMiss(tsn: Tsn, now: Millis): void {
    const { outstanding } = this;
    const slot = outstanding.slotOf(tsn);
    // RFC 3758 §3.5 F5: that a chunk was given up while it was on its way does not hide that it was lost.
    const isInFlight = outstanding.state[slot] === IN_FLIGHT;
    if (!isInFlight && !outstanding.has(slot, ABANDONED_IN_FLIGHT)) return;
    if (outstanding.has(slot, NO_FAST_RETRANSMIT)) return;
    const count = outstanding.missIndications[slot] ?? 0;
    outstanding.missIndications[slot] = count + 1;
    if (count + 1 < MISS_INDICATIONS_FOR_FAST_RETRANSMIT) return;
    const path = outstanding.pathAt(slot);
    if (isInFlight) this.markLost(tsn, slot);
    outstanding.note(slot, NO_FAST_RETRANSMIT | LOST_WITHOUT_TIMEOUT);
    if (this.fastRecoveryExit === undefined) {
      this.recoveryBegun = true;
      this.enterFastRecovery(path, now);
    } else if (this.recoveryBegun && !path.hasEnteredRecovery) {
      // RFC 9260 §7.2.4 2: the same SACK may show loss on another path too.
      this.reduceWindow(path, now);
    }
  }

  /** RFC 9260 §7.2.4 2, 3 and 6: a loss is to be repaired, and costs its path one half of the window. */
  enterFastRecovery(path: Path, now: Millis): void {
    // The highest outstanding TSN is where this loss will have been repaired.
    if (!this.isEmpty) this.fastRecoveryExit = tsnAdd(this.outstanding.nextTsn, -1);
    this.fastRetransmitDue = true;
    this.user.services.statistics.fastRetransmits += 1;
    this.reduceWindow(path, now);
  }

  /** RFC 9260 §7.2.3: a loss that SACKs have shown costs one half of the window. */
  reduceWindow(path: Path, now: Millis): void {
    path.congestion.enterFastRecovery();
    path.hasEnteredRecovery = true;
    path.lossDetection.windowReducedAt = now;
  }

  private markInFlightOn(path: Path, reason: "time-out" | "no time-out"): void {
    const { outstanding } = this;
    let tsn = outstanding.firstTsn;
    for (let index = 0; index < outstanding.count; index += 1, tsn = tsnAdd(tsn, 1)) {
      const slot = outstanding.slotOf(tsn);
      if (outstanding.pathAt(slot) !== path) continue;
      // What waits for its turn there has timed out as well.
      if (reason === "time-out") outstanding.forget(slot, LOST_WITHOUT_TIMEOUT);
      if (outstanding.state[slot] !== IN_FLIGHT) continue;
      this.markLost(tsn, slot);
      outstanding.missIndications[slot] = 0;
      // SACKs of what had left before its repetition are still to come: they must not make it count as lost again.
      if (reason === "no time-out") outstanding.note(slot, NO_FAST_RETRANSMIT | LOST_WITHOUT_TIMEOUT);
    }
    path.measuredTsn = undefined;
  }

  /** A chunk in flight counts as lost, and waits to be sent again. */
  markLost(tsn: Tsn, slot: number): void {
    const { outstanding } = this;
    const path = outstanding.pathAt(slot);
    const payloadBytes = outstanding.payloadBytes[slot] ?? 0;
    outstanding.state[slot] = MARKED_FOR_RETRANSMISSION;
    path.flightBytes -= outstanding.chunkBytesAt(slot);
    this.inFlightPayloadBytes -= payloadBytes;
    // RFC 9260 §6.2.1 C: what is to be sent again takes no room in the peer's window meanwhile.
    this.peerRwnd += payloadBytes;
    if (this.markedCount === 0 || tsnLess(tsn, this.lowestMarkedHint)) this.lowestMarkedHint = tsn;
    this.markedCount += 1;
  }

  private settleTimers(now: Millis): void {
    if (!this.outstanding.beginsAbandoned) this.forwardTsnPath = undefined;
    for (const path of this.user.paths.all) {
      // RFC 3758 §3.5 C5: a FORWARD TSN is covered like data.
      if (path.flightBytes === 0 && this.forwardTsnPath !== path) {
        // RFC 9260 §6.3.2 R2.
        if (path.t3.isRunning && !this.hasMarkedOn(path)) this.user.services.timers.stop(path.t3);
      } else if (path.earliestAcked === true) {
        // RFC 9260 §6.3.2 R3.
        this.user.services.timers.set(path.t3, now + path.rto.timeoutMs);
      } else {
        // RFC 9260 §6.3.2 R4: also what a reneging peer put back on its way is covered.
        this.user.services.timers.setIfStopped(path.t3, now + path.rto.timeoutMs);
      }
    }
  }

  /**
   * Chunks have been sent again, perhaps another way (§6.4), or given up: where nothing is left that waits, no timer
   * runs (§6.3.2 R2), or it would expire too early for what is sent there next.
   */
  stopTimersWithoutData(): void {
    for (const path of this.user.paths.all) {
      if (path.t3.isRunning && !this.hasOutstandingOn(path)) this.user.services.timers.stop(path.t3);
    }
  }

  private hasMarkedOn(path: Path): boolean {
    const { outstanding } = this;
    let tsn = this.markedCount === 0 ? undefined : this.nextMarked(outstanding.firstTsn);
    while (tsn !== undefined && outstanding.pathAt(outstanding.slotOf(tsn)) !== path)
      tsn = this.nextMarked(tsnAdd(tsn, 1));
    return tsn !== undefined;
  }
}
