/** What a SACK said about one path; only valid during the call. */
export interface Acknowledgement {
  /** Bytes of DATA chunks (header and padding included) that this SACK acknowledged for the first time. */
  readonly newlyAckedBytes: number;
  /** Whether the window was full before the SACK: as many bytes outstanding as cwnd, or more. */
  readonly windowFullyUsed: boolean;
  /** Whether the association is in Fast Recovery (RFC 9260 §7.2.4). */
  readonly inFastRecovery: boolean;
  /** Whether nothing is outstanding any more. */
  readonly nothingOutstanding: boolean;
}

/** The congestion control of one path: how many bytes may be outstanding there (RFC 9260 §7). All sizes are bytes. */
export interface CongestionControl {
  /** Congestion window. */
  readonly cwnd: number;
  /** Slow-start threshold. */
  readonly ssthresh: number;
  /** partial_bytes_acked (§7.2.2). */
  readonly partialBytesAcked: number;
  /** A SACK acknowledged data that was sent to the path. */
  acknowledged(acknowledgement: Acknowledgement): void;
  /** Loss was seen from SACKs and Fast Recovery begins (§7.2.4). */
  enterFastRecovery(): void;
  /** T3-rtx expired (§6.3.3 E1). */
  retransmissionTimedOut(): void;
  /** Nothing was sent to the path for `periods` times its RTO, 1 or more (§7.2.1, §7.2.2). */
  idle(periods: number): void;
  /** The path's PMDCS has changed (§7.3). */
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
