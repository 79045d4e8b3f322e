/**
 * The formulae of RFC 9260 §7.2 once more, as they stand in the text and in its order, to compare the stack's own
 * congestion control with: written from the RFC, and sharing nothing with the code.
 */
export class ReferenceCongestionControl {
  cwnd: number;
  ssthresh = 2 ** 32 - 1;
  partial_bytes_acked = 0;
  PMDCS: number;

  constructor(PMDCS: number, family: 4 | 6) {
    this.PMDCS = PMDCS;
    this.cwnd = Math.min(4 * PMDCS, Math.max(2 * PMDCS, family === 4 ? 4404 : 4344));
  }

  /** §7.2.1, §7.2.2: a SACK; `flightsize` is that before its arrival. */
  sack(acked: number, flightsize: number, inFastRecovery: boolean, allAcked: boolean): void {
    const isSlowStart = this.cwnd <= this.ssthresh;
    if (isSlowStart) {
      const isFullyUtilized = flightsize >= this.cwnd;
      if (isFullyUtilized && !inFastRecovery) this.cwnd = this.cwnd + Math.min(acked, 1 * this.PMDCS);
    } else if (!inFastRecovery) {
      this.partial_bytes_acked = this.partial_bytes_acked + acked;
      if (this.partial_bytes_acked > this.cwnd && flightsize < this.cwnd) {
        this.partial_bytes_acked = this.cwnd;
      } else if (this.partial_bytes_acked >= this.cwnd && flightsize >= this.cwnd) {
        this.partial_bytes_acked = this.partial_bytes_acked - this.cwnd;
        this.cwnd = this.cwnd + this.PMDCS;
      }
    }
    if (allAcked) this.partial_bytes_acked = 0;
  }

  /** §7.2.3: loss by SACKs. */
  loss(): void {
    this.ssthresh = Math.max(Math.floor(this.cwnd / 2), 4 * this.PMDCS);
    this.cwnd = this.ssthresh;
    this.partial_bytes_acked = 0;
  }

  /** §7.2.3: T3-rtx. */
  timeout(): void {
    this.ssthresh = Math.max(Math.floor(this.cwnd / 2), 4 * this.PMDCS);
    this.cwnd = this.PMDCS;
    this.partial_bytes_acked = 0;
  }

  /** §7.2.1: nothing was sent for so many RTOs. A window below the floor stays: it is no time for a larger one. */
  idle(periods: number): void {
    if (this.cwnd <= 4 * this.PMDCS) return;
    this.ssthresh = this.cwnd;
    for (let period = 0; period < periods; period += 1)
      this.cwnd = Math.max(Math.floor(this.cwnd / 2), 4 * this.PMDCS);
  }
}
