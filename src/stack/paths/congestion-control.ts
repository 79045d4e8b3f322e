import type { Millis } from "../../base/millis.js";

/** What a SACK said about one path; only valid during the call, because the next one reuses it. */
export interface Acknowledgement {
  /**
   * Bytes of DATA chunks (header and padding included) last sent to the path that this SACK acknowledged for the first
   * time. 0 only when nothing is outstanding any more.
   */
  readonly newlyAckedBytes: number;
  /** Whether the window was full before the SACK: as many bytes outstanding as cwnd, or more. */
  readonly windowFullyUsed: boolean;
  /** Whether the association is in Fast Recovery (RFC 9260 §7.2.4). */
  readonly inFastRecovery: boolean;
  /** Whether nothing is outstanding any more in the whole association. */
  readonly nothingOutstanding: boolean;
  /** SRTT of the path (§6.3.1), or `undefined` before the first measurement. */
  readonly smoothedRoundTripMs: Millis | undefined;
  /** The time, in milliseconds of the stack's clock. */
  readonly now: Millis;
}

/**
 * The congestion control of one path: how many bytes may be outstanding there (RFC 9260 §7). All sizes are bytes.
 *
 * The stack tells what happens, in its order, and reads {@link cwnd} before each packet: new data and retransmissions
 * leave while fewer bytes are outstanding on the path. It sees itself to what no window may allow: one packet until
 * something is acknowledged after a time-out (§7.2.3), Max.Burst (§6.1 D), and the one fast retransmission that leaves
 * in any case (§7.2.4 3). Whoever brings an algorithm of his own must not be more aggressive than §7.2.
 *
 * An object belongs to one path. Its methods are called while a packet is handled: they must return at once, and must
 * not call into the stack.
 */
export interface CongestionControl {
  /** Congestion window. */
  readonly cwnd: number;
  /** Slow-start threshold; shown to the user only. */
  readonly ssthresh: number;
  /** A SACK acknowledged data that was sent to the path. */
  acknowledged(acknowledgement: Acknowledgement): void;
  /** Loss was seen from SACKs and Fast Recovery begins: once a loss event, after {@link acknowledged} (§7.2.4). */
  enterFastRecovery(): void;
  /** T3-rtx expired (§6.3.3 E1). */
  retransmissionTimedOut(): void;
  /** No data was sent to the path for `periods` times its RTO, 1 or more; told before the next is (§7.2.1, §7.2.2). */
  idle(periods: number): void;
  /** The path's Path Maximum DATA Chunk Size is another now (§7.3). */
  setPmdcs(pmdcs: number): void;
}

/**
 * Makes the congestion control of a new path, and of one that begins anew after a restart of the peer.
 *
 * @param pmdcs - Path Maximum DATA Chunk Size, bytes
 * @param family - the family of the destination address
 */
export type CongestionControlFactory = (pmdcs: number, family: 4 | 6) => CongestionControl;

/** RFC 3390's initial window less the difference of the headers (RFC 9260 §7.2.1). */
const INITIAL_WINDOW_IPV4 = 4404;
const INITIAL_WINDOW_IPV6 = 4344;
/** "Arbitrarily high" (RFC 9260 §7.2.1): the largest window that can be advertised. */
const INITIAL_SSTHRESH = 0xffff_ffff;

/** The congestion control of RFC 9260 §7.2. */
export class Rfc9260CongestionControl implements CongestionControl {
  cwnd: number;
  ssthresh: number = INITIAL_SSTHRESH;
  /** partial_bytes_acked (§7.2.2). */
  partialBytesAcked = 0;
  private pmdcs: number;

  /**
   * @param pmdcs - Path Maximum DATA Chunk Size, bytes
   * @param family - the family of the destination address, on which the initial window depends
   */
  constructor(pmdcs: number, family: 4 | 6) {
    this.pmdcs = pmdcs;
    // RFC 9260 §7.2.1: the initial cwnd.
    const initialWindow = family === 4 ? INITIAL_WINDOW_IPV4 : INITIAL_WINDOW_IPV6;
    this.cwnd = Math.min(4 * pmdcs, Math.max(2 * pmdcs, initialWindow));
  }

  acknowledged(acknowledgement: Acknowledgement): void {
    if (this.cwnd <= this.ssthresh) this.slowStart(acknowledgement);
    else this.avoidCongestion(acknowledgement);
    // RFC 9260 §7.2.2: with everything acknowledged, partial_bytes_acked starts anew.
    if (acknowledgement.nothingOutstanding) this.partialBytesAcked = 0;
  }

  private slowStart({ newlyAckedBytes, windowFullyUsed, inFastRecovery }: Acknowledgement): void {
    // RFC 9260 §7.2.1: only a window that is used may grow, and not in Fast Recovery; L is 1.
    if (windowFullyUsed && !inFastRecovery) this.cwnd += Math.min(newlyAckedBytes, this.pmdcs);
  }

  private avoidCongestion({ newlyAckedBytes, windowFullyUsed, inFastRecovery }: Acknowledgement): void {
    // RFC 9260 §7.2.4 6): Fast Recovery leaves the window as it is.
    if (inFastRecovery) return;
    // RFC 9260 §7.2.2: one PMDCS for each window of acknowledged bytes.
    this.partialBytesAcked += newlyAckedBytes;
    if (this.partialBytesAcked < this.cwnd) return;
    if (windowFullyUsed) {
      this.partialBytesAcked -= this.cwnd;
      this.cwnd += this.pmdcs;
    } else {
      this.partialBytesAcked = this.cwnd;
    }
  }

  enterFastRecovery(): void {
    // RFC 9260 §7.2.3: loss seen from SACKs halves the window.
    this.ssthresh = Math.max(Math.floor(this.cwnd / 2), 4 * this.pmdcs);
    this.cwnd = this.ssthresh;
    this.partialBytesAcked = 0;
  }

  retransmissionTimedOut(): void {
    // RFC 9260 §7.2.3: a time-out starts again from one packet.
    this.ssthresh = Math.max(Math.floor(this.cwnd / 2), 4 * this.pmdcs);
    this.cwnd = this.pmdcs;
    this.partialBytesAcked = 0;
  }

  idle(periods: number): void {
    const floor = 4 * this.pmdcs;
    if (this.cwnd <= floor) return;
    // RFC 9260 §7.2.1: before the first adjustment ssthresh remembers the window; then it halves once per RTO.
    this.ssthresh = this.cwnd;
    for (let period = 0; period < periods && this.cwnd > floor; period += 1) {
      this.cwnd = Math.max(Math.floor(this.cwnd / 2), floor);
    }
  }

  setPmdcs(pmdcs: number): void {
    this.pmdcs = pmdcs;
  }
}
