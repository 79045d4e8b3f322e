import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Rfc9260CongestionControl } from "../../../src/stack/paths/congestion-control.js";
import { acknowledgement, avoiding, PMDCS } from "./acknowledgements.js";
import { ReferenceCongestionControl } from "./reference-congestion-control.js";

test("RFC 9260 §7.2.1: the initial window is min(4 PMDCS, max(2 PMDCS, 4404 or 4344))", () => {
  assert.equal(new Rfc9260CongestionControl(1468, 4).cwnd, 4404);
  assert.equal(new Rfc9260CongestionControl(1448, 6).cwnd, 4344);
  assert.equal(new Rfc9260CongestionControl(500, 4).cwnd, 2000);
  assert.equal(new Rfc9260CongestionControl(8968, 4).cwnd, 17_936);
});

test("RFC 9260 §7.2.1: the initial ssthresh is arbitrarily high", () => {
  assert.equal(new Rfc9260CongestionControl(PMDCS, 4).ssthresh, 0xffff_ffff);
});

test("RFC 9260 §7.2.1: slow start grows by the bytes acknowledged, by one PMDCS at most", () => {
  const control = new Rfc9260CongestionControl(PMDCS, 4);
  control.acknowledged(acknowledgement(20));
  assert.equal(control.cwnd, 4404 + 20);
  control.acknowledged(acknowledgement(100_000));
  assert.equal(control.cwnd, 4404 + 20 + PMDCS);
});

test("RFC 9260 §7.2.1: slow start grows neither an unused window nor in Fast Recovery", () => {
  const control = new Rfc9260CongestionControl(PMDCS, 4);
  control.acknowledged(acknowledgement(PMDCS, { windowFullyUsed: false }));
  control.acknowledged(acknowledgement(PMDCS, { inFastRecovery: true }));
  assert.equal(control.cwnd, 4404);
});

test("RFC 9260 §7.2.2: beyond ssthresh a window's worth of acknowledged bytes earns one PMDCS", () => {
  const control = avoiding();
  for (let index = 0; index < 4; index += 1) control.acknowledged(acknowledgement(PMDCS));
  assert.equal(control.cwnd, 5 * PMDCS);
  assert.equal(control.partialBytesAcked, 4 * PMDCS);
  control.acknowledged(acknowledgement(PMDCS + 100));
  assert.equal(control.cwnd, 6 * PMDCS);
  assert.equal(control.partialBytesAcked, 100);
});

test("RFC 9260 §7.2.2: without a full window partial_bytes_acked stops at cwnd, and cwnd stays", () => {
  const control = avoiding();
  for (let index = 0; index < 20; index += 1)
    control.acknowledged(acknowledgement(PMDCS, { windowFullyUsed: false }));
  assert.equal(control.cwnd, 5 * PMDCS);
  assert.equal(control.partialBytesAcked, 5 * PMDCS);
  control.acknowledged(acknowledgement(20));
  assert.equal(control.cwnd, 6 * PMDCS);
  assert.equal(control.partialBytesAcked, 20);
});

test("RFC 9260 §7.2.2: partial_bytes_acked is 0 again when everything is acknowledged", () => {
  const control = avoiding();
  control.acknowledged(acknowledgement(PMDCS, { nothingOutstanding: true }));
  assert.equal(control.partialBytesAcked, 0);
});

test("RFC 9260 §7.2.3: loss seen from SACKs halves the window, a time-out leaves one PMDCS", () => {
  const control = new Rfc9260CongestionControl(PMDCS, 4);
  control.cwnd = 100_001;
  control.partialBytesAcked = 5;
  control.enterFastRecovery();
  assert.deepEqual([control.cwnd, control.ssthresh, control.partialBytesAcked], [50_000, 50_000, 0]);
  control.retransmissionTimedOut();
  assert.deepEqual([control.cwnd, control.ssthresh, control.partialBytesAcked], [PMDCS, 25_000, 0]);
  control.retransmissionTimedOut();
  assert.deepEqual([control.cwnd, control.ssthresh], [PMDCS, 4 * PMDCS]);
});

test("RFC 9260 §7.2.1: an idle window halves once per RTO down to four PMDCS, and ssthresh remembers it", () => {
  const control = new Rfc9260CongestionControl(PMDCS, 4);
  control.cwnd = 100_000;
  control.idle(1);
  assert.deepEqual([control.cwnd, control.ssthresh], [50_000, 100_000]);
  control.cwnd = 100_000;
  control.idle(2);
  assert.deepEqual([control.cwnd, control.ssthresh], [25_000, 100_000]);
  control.idle(1_000_000_000);
  assert.deepEqual([control.cwnd, control.ssthresh], [4 * PMDCS, 25_000]);
  // The floor is no raise.
  control.retransmissionTimedOut();
  control.idle(5);
  assert.equal(control.cwnd, PMDCS);
});

test("RFC 9260 §7.2: after any sequence of events the variables are those of the formulae", () => {
  const bytes = fc.integer({ min: 1, max: 60_000 });
  const event = fc.oneof(
    {
      weight: 12,
      arbitrary: fc.record({
        kind: fc.constant("sack" as const),
        acked: bytes,
        // Around the window, where the formulae change their minds.
        flightsize: fc.integer({ min: -3, max: 3 }),
        inFastRecovery: fc.boolean(),
        allAcked: fc.nat(5).map((die) => die === 0),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("loss" as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("timeout" as const) }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant("idle" as const), periods: fc.integer({ min: 1, max: 9 }) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant("pmdcs" as const),
        pmdcs: fc.integer({ min: 400, max: 9000 }),
      }),
    },
  );
  const family = fc.constantFrom<4 | 6>(4, 6);
  fc.assert(
    fc.property(
      fc.integer({ min: 400, max: 9000 }),
      family,
      fc.array(event, { maxLength: 80 }),
      (pmdcs, v, events) => {
        const control = new Rfc9260CongestionControl(pmdcs, v);
        const reference = new ReferenceCongestionControl(pmdcs, v);
        for (const item of events) {
          switch (item.kind) {
            case "sack": {
              const { acked, inFastRecovery, allAcked } = item;
              const flightsize = reference.cwnd + item.flightsize;
              const windowFullyUsed = flightsize >= control.cwnd;
              reference.sack(acked, flightsize, inFastRecovery, allAcked);
              const change = { windowFullyUsed, inFastRecovery, nothingOutstanding: allAcked };
              control.acknowledged(acknowledgement(acked, change));
              break;
            }
            case "loss":
              reference.loss();
              control.enterFastRecovery();
              break;
            case "timeout":
              reference.timeout();
              control.retransmissionTimedOut();
              break;
            case "idle":
              reference.idle(item.periods);
              control.idle(item.periods);
              break;
            case "pmdcs":
              reference.PMDCS = item.pmdcs;
              control.setPmdcs(item.pmdcs);
              break;
          }
          const { cwnd, ssthresh, partialBytesAcked } = control;
          assert.deepEqual(
            [cwnd, ssthresh, partialBytesAcked],
            [reference.cwnd, reference.ssthresh, reference.partial_bytes_acked],
          );
        }
      },
    ),
    { numRuns: 300, seed: 9260 },
  );
});
