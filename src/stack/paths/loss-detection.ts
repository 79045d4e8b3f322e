import { NEVER, type Millis } from "../../base/millis.js";
import { type Tsn, tsnLess } from "../../base/serial-number.js";
import { Timer, type TimerOwner } from "../timer-table.js";
import type { RetransmissionTimeout } from "./retransmission-timeout.js";

/** An acknowledgement is overdue after twice the smoothed round trip (RFC 8985 §7.2). */
const ROUND_TRIPS_UNTIL_OVERDUE = 2;
/** An acknowledgement is not overdue sooner: a process that waits for its turn looks like a loss otherwise. */
const OVERDUE_MS_MIN: Millis = 10;
/** What may arrive later than what was sent behind it: this share of the smoothed round trip (RFC 8985 §3.3.2). */
const REORDERING_SHARE = 1 / 2;
/** And no less: what is sent while a batch of packets is handled bears the time at which that began. */
const REORDERING_MS_MIN: Millis = 1;
/** A chunk that is acknowledged within this share of the shortest round trip was not repaired by its repetition. */
const REPETITION_SHARE = 3 / 4;
const INITIAL_CAPACITY = 16;
/** What a path has that nothing was ever lost on. */
const NO_TSNS: Uint32Array = new Uint32Array(0);
const NO_TIMES: Float64Array = new Float64Array(0);

/**
 * What tells by time that something was lost on a path, where miss indications (RFC 9260 §7.2.4) say nothing: of what
 * has been sent again, and of the end of a flight, behind which nothing is acknowledged. It is RFC 8985 as far as SCTP
 * lacks it: what was sent before something that has arrived counts as lost once a round trip and a reordering window
 * have passed (§6.2). T3-rtx stays as it is and remains the last resort.
 *
 * The object only knows times; what is sent for it, and what it costs the window, is decided in `tx/overdue-data`.
 */
export class LossDetection {
  /** Expires when an acknowledgement is overdue (RFC 8985 §7.2). */
  readonly timer: Timer;
  /** Whether the timer is to be started anew: something was acknowledged, or sent. */
  restartDue = false;
  /** The chunk that was sent again only to be acknowledged (RFC 8985 §7.3), until it is known whether it had to be. */
  probe: Tsn | undefined;
  /** Whether such a chunk was acknowledged by the SACK under way. */
  probeAcked = false;
  /** When the window was last reduced for a loss. */
  windowReducedAt: Millis = Number.NEGATIVE_INFINITY;
  /** When the probe left, or {@link NEVER} while it waits for its turn. */
  private probeSentAt: Millis = NEVER;
  /** Whether the probe has been acknowledged, be it that or the chunk as it was first sent. */
  private probeHasArrived = false;
  /** Whether the timer has expired since something was last acknowledged: then only T3-rtx is left. */
  private hasExpired = false;
  /** The chunk sent last of those that have arrived (RFC 8985 §5.3 RACK.segment): when it was sent. */
  private deliveredSentAt: Millis = Number.NEGATIVE_INFINITY;
  private deliveredTsn: Tsn = 0 as Tsn;
  /** How long it took until that was known (RACK.rtt). */
  private deliveredAfterMs: Millis = NEVER;
  /** The shortest round trip of a chunk that was sent once (RACK.min_RTT). */
  private shortestRoundTripMs: Millis = NEVER;
  /** Chunks that were sent again, in the order in which they were: a ring. */
  private tsns: Uint32Array = NO_TSNS;
  private times: Float64Array = NO_TIMES;
  private head = 0;
  private count = 0;
  private readonly rto: RetransmissionTimeout;

  /** Begins with nothing sent. */
  constructor(owner: TimerOwner, rto: RetransmissionTimeout) {
    this.timer = new Timer("loss detection", owner);
    this.rto = rto;
  }

  /** Forgets what was on its way: it has timed out, or the path begins anew. The caller stops the timer. */
  reset(): void {
    this.count = 0;
    this.head = 0;
    this.probe = undefined;
    this.probeAcked = false;
    this.hasExpired = false;
    this.restartDue = false;
  }

  /** Forgets what was learnt of a way that is another now (RFC 9260 §7.2.5.2). */
  forgetRoundTrips(): void {
    this.deliveredSentAt = Number.NEGATIVE_INFINITY;
    this.deliveredAfterMs = NEVER;
    this.shortestRoundTripMs = NEVER;
  }

  /** A chunk was acknowledged for the first time. */
  acknowledged(tsn: Tsn, sentAt: Millis, wasSentAgain: boolean, now: Millis): void {
    const afterMs = now - sentAt;
    this.hasExpired = false;
    this.restartDue = true;
    // RFC 8985 §6.2 step 2: so soon it was the chunk as it was sent before that has arrived.
    const isOfRepetition = !wasSentAgain || afterMs >= REPETITION_SHARE * this.shortestRoundTripMs;
    if (this.probe === tsn) {
      this.probeAcked = isOfRepetition;
      this.probeHasArrived = true;
      if (!isOfRepetition) this.probe = undefined;
    }
    if (!isOfRepetition) return;
    if (!wasSentAgain && afterMs < this.shortestRoundTripMs) this.shortestRoundTripMs = afterMs;
    if (!isSentBefore(this.deliveredSentAt, this.deliveredTsn, sentAt, tsn)) return;
    this.deliveredSentAt = sentAt;
    this.deliveredTsn = tsn;
    this.deliveredAfterMs = afterMs;
  }

  /** A chunk is going to be sent again only to be acknowledged (RFC 8985 §7.3). */
  beginProbe(tsn: Tsn): void {
    this.probe = tsn;
    this.probeSentAt = NEVER;
    this.probeHasArrived = false;
  }

  /**
   * Tells once that the probe has repaired a loss which has cost nothing yet (RFC 8985 §7.4.2). What was acknowledged
   * may only have been late: then the probe is reported as a duplicate, before anything is acknowledged that was sent
   * after it.
   */
  takeRepairedLoss(): boolean {
    const { probe, probeSentAt } = this;
    if (probe === undefined || !this.probeHasArrived) return false;
    if (!isSentBefore(probeSentAt, probe, this.deliveredSentAt, this.deliveredTsn)) return false;
    this.probe = undefined;
    return this.windowReducedAt < probeSentAt;
  }

  /** A chunk was sent again. */
  sentAgain(tsn: Tsn, now: Millis): void {
    if (tsn === this.probe) this.probeSentAt = now;
    if (this.count === this.tsns.length) this.grow();
    const index = (this.head + this.count) & (this.tsns.length - 1);
    this.tsns[index] = tsn;
    this.times[index] = now;
    this.count += 1;
  }

  /** When the earliest of the chunks that were sent again was, or {@link NEVER} without one. */
  get earliestRepetitionAt(): Millis {
    return this.count === 0 ? NEVER : (this.times[this.head] ?? NEVER);
  }

  /** Which chunk that is; there is one. */
  get earliestRepetition(): Tsn {
    return (this.tsns[this.head] ?? 0) as Tsn;
  }

  /** Forgets that chunk. */
  dropEarliestRepetition(): void {
    this.head = (this.head + 1) & (this.tsns.length - 1);
    this.count -= 1;
  }

  /**
   * Whether a chunk that is not acknowledged counts as lost (RFC 8985 §6.2 step 5): something that was sent later has
   * arrived, and it should have as well.
   */
  isOverdue(tsn: Tsn, sentAt: Millis, now: Millis): boolean {
    if (!isSentBefore(sentAt, tsn, this.deliveredSentAt, this.deliveredTsn)) return false;
    const reorderingMs = Math.max((this.rto.smoothedRoundTripMs ?? 0) * REORDERING_SHARE, REORDERING_MS_MIN);
    return now >= sentAt + this.deliveredAfterMs + reorderingMs;
  }

  /**
   * How long an acknowledgement may take (RFC 8985 §7.2), or {@link NEVER} where only T3-rtx tells.
   *
   * @param sackDelayMs - how long the peer may wait before it answers what is on its way: 0 for two packets and more
   */
  overdueAfterMs(sackDelayMs: Millis): Millis {
    const { smoothedRoundTripMs, timeoutMs } = this.rto;
    if (this.hasExpired || smoothedRoundTripMs === undefined) return NEVER;
    const afterMs = Math.max(ROUND_TRIPS_UNTIL_OVERDUE * smoothedRoundTripMs, OVERDUE_MS_MIN) + sackDelayMs;
    return afterMs < timeoutMs ? afterMs : NEVER;
  }

  /** The timer has expired. */
  expired(): void {
    this.hasExpired = true;
  }

  private grow(): void {
    const { tsns, times, head, count } = this;
    const capacity = Math.max(INITIAL_CAPACITY, 2 * count);
    this.tsns = new Uint32Array(capacity);
    this.times = new Float64Array(capacity);
    this.tsns.set(tsns.subarray(head));
    this.tsns.set(tsns.subarray(0, head), count - head);
    this.times.set(times.subarray(head));
    this.times.set(times.subarray(0, head), count - head);
    this.head = 0;
  }
}

/** Whether one chunk was sent before another; of what leaves at one moment, TSNs tell the order (RFC 8985 §6.2). */
function isSentBefore(sentAt: Millis, tsn: Tsn, otherSentAt: Millis, otherTsn: Tsn): boolean {
  return sentAt < otherSentAt || (sentAt === otherSentAt && tsnLess(tsn, otherTsn));
}
