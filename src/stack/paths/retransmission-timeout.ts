import type { Millis } from "../../base/millis.js";
import type { AssociationConfig } from "../config.js";

/** RTO.Alpha and RTO.Beta (RFC 9260 §16). */
const RTO_ALPHA = 1 / 8;
const RTO_BETA = 1 / 4;
/** G, the granularity of the clock that RFC 9260 §6.3.1 G1 puts in the place of a variation of 0. */
const CLOCK_GRANULARITY_MS: Millis = 1;

/**
 * The retransmission time-out of one path (RFC 9260 §6.3.1): smoothed round-trip time, its variation, and the
 * RTO that follows from both.
 */
export class RetransmissionTimeout {
  /** SRTT in milliseconds, or `undefined` before the first measurement. */
  smoothedRoundTripMs: Millis | undefined;
  /** RTTVAR in milliseconds. */
  roundTripVariationMs: Millis = 0;
  /** RTO in milliseconds. */
  timeoutMs: Millis;

  /** RFC 9260 §6.3.1 C1: before any measurement the time-out is RTO.Initial. */
  constructor(config: Readonly<AssociationConfig>) {
    this.timeoutMs = config.rtoInitialMs;
  }

  /** Forgets all measurements, because the way is another one. */
  restart(config: Readonly<AssociationConfig>): void {
    this.smoothedRoundTripMs = undefined;
    this.timeoutMs = config.rtoInitialMs;
  }

  /** Takes a new measurement of the round trip. */
  measured(roundTripMs: Millis, config: Readonly<AssociationConfig>): void {
    const sample = Math.max(roundTripMs, 0);
    if (this.smoothedRoundTripMs === undefined) {
      // RFC 9260 §6.3.1 C2.
      this.smoothedRoundTripMs = sample;
      this.roundTripVariationMs = sample / 2;
    } else {
      // RFC 9260 §6.3.1 C3: the variation is computed with the old SRTT.
      const difference = Math.abs(this.smoothedRoundTripMs - sample);
      this.roundTripVariationMs = (1 - RTO_BETA) * this.roundTripVariationMs + RTO_BETA * difference;
      this.smoothedRoundTripMs = (1 - RTO_ALPHA) * this.smoothedRoundTripMs + RTO_ALPHA * sample;
    }
    // RFC 9260 §6.3.1 G1.
    if (this.roundTripVariationMs === 0) this.roundTripVariationMs = CLOCK_GRANULARITY_MS;
    this.timeoutMs = bounded(this.smoothedRoundTripMs + 4 * this.roundTripVariationMs, config);
  }

  /** RFC 9260 §6.3.3 E2: doubles the time-out, up to RTO.Max. */
  backOff(config: Readonly<AssociationConfig>): void {
    this.timeoutMs = Math.min(this.timeoutMs * 2, config.rtoMaxMs);
  }

  /** Takes changed bounds into account. */
  reconfigure(config: Readonly<AssociationConfig>): void {
    this.timeoutMs =
      this.smoothedRoundTripMs === undefined ? config.rtoInitialMs : bounded(this.timeoutMs, config);
  }
}

/** RFC 9260 §6.3.1 C6 and C7: not below RTO.Min and not above RTO.Max. */
function bounded(timeoutMs: Millis, config: Readonly<AssociationConfig>): Millis {
  return Math.min(Math.max(timeoutMs, config.rtoMinMs), config.rtoMaxMs);
}
