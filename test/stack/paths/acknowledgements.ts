/**
 * What tests tell a path's congestion control.
 *
 * @module
 */

import assert from "node:assert/strict";
import {
  type Acknowledgement,
  Rfc9260CongestionControl,
} from "../../../src/stack/paths/congestion-control.js";

/** The largest DATA chunk of a path with an MTU of 1500 bytes over IPv4. */
export const PMDCS = 1468;

/** A SACK that has acknowledged so many bytes of a window that was full; `change` says what was otherwise. */
export function acknowledgement(
  newlyAckedBytes: number,
  change: Partial<Acknowledgement> = {},
): Acknowledgement {
  return {
    newlyAckedBytes,
    windowFullyUsed: true,
    inFastRecovery: false,
    nothingOutstanding: false,
    smoothedRoundTripMs: 100,
    now: 0,
    ...change,
  };
}

/** A window in congestion avoidance. */
export function avoiding(): Rfc9260CongestionControl {
  const control = new Rfc9260CongestionControl(PMDCS, 4);
  control.enterFastRecovery();
  assert.equal(control.cwnd, 4 * PMDCS);
  // Slow start goes on until cwnd is above ssthresh.
  control.acknowledged(acknowledgement(PMDCS));
  assert.equal(control.cwnd, 5 * PMDCS);
  return control;
}
