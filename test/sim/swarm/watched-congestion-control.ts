import {
  type Acknowledgement,
  type CongestionControl,
  Rfc9260CongestionControl,
} from "../../../src/stack/paths/congestion-control.js";

/** The congestion control of RFC 9260, which remembers how large the window was when packets were sent. */
export class WatchedCongestionControl implements CongestionControl {
  /** The largest window that the stack has read since this was set to 0. */
  highestCwnd = 0;
  readonly #watched: CongestionControl;

  constructor(pmdcs: number, family: 4 | 6) {
    this.#watched = new Rfc9260CongestionControl(pmdcs, family);
  }

  get cwnd(): number {
    const { cwnd } = this.#watched;
    this.highestCwnd = Math.max(this.highestCwnd, cwnd);
    return cwnd;
  }

  get ssthresh(): number {
    return this.#watched.ssthresh;
  }

  acknowledged(acknowledgement: Acknowledgement): void {
    this.#watched.acknowledged(acknowledgement);
  }

  enterFastRecovery(): void {
    this.#watched.enterFastRecovery();
  }

  retransmissionTimedOut(): void {
    this.#watched.retransmissionTimedOut();
  }

  idle(periods: number): void {
    this.#watched.idle(periods);
  }

  setPmdcs(pmdcs: number): void {
    this.#watched.setPmdcs(pmdcs);
  }
}
