import assert from "node:assert/strict";
import { test } from "node:test";
import { configure, DEFAULT_ASSOCIATION_CONFIG } from "../../../src/stack/config.js";
import { RetransmissionTimeout } from "../../../src/stack/paths/retransmission-timeout.js";

const config = configure(DEFAULT_ASSOCIATION_CONFIG, { rtoMinMs: 1 });

test("RFC 9260 §6.3.1 C1: before any measurement the time-out is RTO.Initial", () => {
  assert.equal(new RetransmissionTimeout(DEFAULT_ASSOCIATION_CONFIG).timeoutMs, 1000);
});

test("RFC 9260 §6.3.1 C2: the first measurement R gives SRTT = R, RTTVAR = R/2, RTO = SRTT + 4 RTTVAR", () => {
  const rto = new RetransmissionTimeout(config);
  rto.measured(100, config);
  assert.deepEqual([rto.smoothedRoundTripMs, rto.roundTripVariationMs, rto.timeoutMs], [100, 50, 300]);
});

test("RFC 9260 §6.3.1 C3: the variation is updated with the old SRTT, alpha is 1/8 and beta 1/4", () => {
  const rto = new RetransmissionTimeout(config);
  rto.measured(100, config);
  rto.measured(200, config);
  assert.equal(rto.roundTripVariationMs, 0.75 * 50 + 0.25 * 100);
  assert.equal(rto.smoothedRoundTripMs, 112.5);
  assert.equal(rto.timeoutMs, 112.5 + 4 * 62.5);
});

test("RFC 9260 §6.3.1 C6, C7: the time-out stays between RTO.Min and RTO.Max", () => {
  const rto = new RetransmissionTimeout(DEFAULT_ASSOCIATION_CONFIG);
  rto.measured(1, DEFAULT_ASSOCIATION_CONFIG);
  assert.equal(rto.timeoutMs, 1000);
  rto.measured(1_000_000, DEFAULT_ASSOCIATION_CONFIG);
  assert.equal(rto.timeoutMs, 60_000);
  for (let index = 0; index < 10; index += 1) rto.backOff(DEFAULT_ASSOCIATION_CONFIG);
  assert.equal(rto.timeoutMs, 60_000);
});

test("RFC 9260 §6.3.1 G1: a variation of 0 becomes the granularity of the clock", () => {
  const rto = new RetransmissionTimeout(config);
  rto.measured(0, config);
  assert.equal(rto.roundTripVariationMs, 1);
  assert.equal(rto.timeoutMs, 4);
});

test("RFC 9260 §6.3.3 E2: an expiry doubles the time-out; a measurement computes it anew", () => {
  const rto = new RetransmissionTimeout(config);
  rto.measured(100, config);
  rto.backOff(config);
  rto.backOff(config);
  assert.equal(rto.timeoutMs, 1200);
  rto.measured(100, config);
  assert.equal(rto.timeoutMs, 100 + 4 * 37.5);
});
