import assert from "node:assert/strict";
import { test } from "node:test";
import type { Rfc9260CongestionControl } from "../../../src/stack/paths/congestion-control.js";
import { ScriptedPeer, wrongCounters } from "../scripted-peer.js";

const SIZE = 1400;
const PMDCS = 1468;
/** What is found lost before T3-rtx expires has tests of its own. */
const T3_ALONE = { timedLossDetection: false };

function outstanding(count: number): ScriptedPeer {
  const peer = new ScriptedPeer({ a: { ...T3_ALONE, maxBurst: 0, noDelay: true } });
  peer.openWindow(count * 1416);
  peer.send(...new Array<number>(count).fill(SIZE));
  assert.equal(peer.take().length, count);
  return peer;
}

test("RFC 9260 §6.3.2 R1: the first chunk starts T3-rtx, further ones do not restart it", () => {
  const peer = outstanding(1);
  const { primaryPath } = peer.association;
  const { deadline } = primaryPath.t3;
  assert.equal(deadline, peer.pair.now + primaryPath.rto.timeoutMs);
  peer.wait(300);
  peer.send(SIZE);
  assert.equal(primaryPath.t3.deadline, deadline);
});

test("RFC 9260 §6.3.2 R2: T3-rtx stops when everything is acknowledged", () => {
  const peer = outstanding(4);
  peer.sack(4);
  assert.ok(!peer.association.primaryPath.t3.isRunning);
  assert.deepEqual(wrongCounters(peer.association), []);
});

test("RFC 9260 §6.3.2 R3: T3-rtx restarts when the earliest outstanding TSN is acknowledged, and only then", () => {
  const peer = outstanding(6);
  const { t3, rto } = peer.association.primaryPath;
  const first = t3.deadline;
  peer.wait(200);
  peer.sack(0, { gaps: [[3, 3]] });
  assert.equal(t3.deadline, first);
  peer.sack(1, { gaps: [[3, 3]] });
  assert.equal(t3.deadline, peer.pair.now + rto.timeoutMs);
});

test("RFC 9260 §1.3, §6.3.2 R3: a chunk that waits to be sent again is outstanding, so that T3-rtx runs on", () => {
  const peer = outstanding(40);
  for (const last of [4, 5, 6]) peer.sack(0, { gaps: [[4, last]] });
  assert.deepEqual(peer.take()[0], [1]);
  // 2 and 3 are marked and wait for the window; 1 is on its way again.
  peer.wait(300);
  peer.sack(1, { gaps: [[4, 7]] });
  const { deadline } = peer.association.primaryPath.t3;
  peer.wait(100);
  peer.sack(1, { gaps: [[4, 8]] });
  assert.equal(peer.association.primaryPath.t3.deadline, deadline);
});

test("RFC 9260 §6.3.3 E1-E3, §7.2.3: on expiry cwnd is one PMDCS, the RTO doubles, one packet leaves", () => {
  const peer = outstanding(20);
  const { congestion, rto } = peer.association.primaryPath;
  const before = congestion.cwnd;
  peer.wait(1000);
  assert.equal(congestion.cwnd, PMDCS);
  assert.equal(congestion.ssthresh, Math.max(Math.floor(before / 2), 4 * PMDCS));
  assert.equal((congestion as Rfc9260CongestionControl).partialBytesAcked, 0);
  assert.equal(rto.timeoutMs, 2000);
  assert.deepEqual(peer.take(), [[1]]);
  assert.equal(peer.association.tcb.retransmission.markedCount, 19);
  assert.deepEqual(wrongCounters(peer.association), []);
  // §6.3.3 E4: the timer runs for the packet that was sent again.
  assert.equal(peer.association.primaryPath.t3.deadline, peer.pair.now + 2000);
});

test("RFC 9260 §7.2.1: after a time-out one packet may be in flight until something is acknowledged", () => {
  const peer = outstanding(10);
  peer.wait(1000);
  assert.deepEqual(peer.take(), [[1]]);
  // A SACK that acknowledges nothing changes nothing.
  peer.sack(0);
  assert.deepEqual(peer.take(), []);
  peer.sack(1);
  assert.ok(peer.take().length >= 1);
});

test("RFC 9260 §6.1 C: what is marked leaves before anything new, and as cwnd allows", () => {
  const peer = outstanding(4);
  peer.wait(1000);
  assert.deepEqual(peer.take(), [[1]]);
  peer.send(1400, 1400, 1400);
  assert.deepEqual(peer.take(), []);
  const order: number[] = [];
  for (let acked = 1; acked <= 7; acked += 1) {
    peer.sack(acked);
    order.push(...peer.take().flat());
  }
  assert.deepEqual(order, [2, 3, 4, 5, 6, 7]);
});

test("RFC 9260 §6.3.3 E3: as many small chunks as fit are retransmitted in one packet", () => {
  const peer = new ScriptedPeer({ a: { ...T3_ALONE, noDelay: true } });
  peer.send(...new Array<number>(30).fill(100));
  peer.take();
  peer.wait(1000);
  const again = peer.take();
  assert.equal(again.length, 1);
  assert.deepEqual(
    again[0],
    Array.from({ length: 12 }, (_, index) => index + 1),
  );
});

test("RFC 9260 §6.3.3 E2, §6.3.1 C7: the RTO doubles up to RTO.Max and collapses with a measurement", () => {
  const peer = new ScriptedPeer({ a: { ...T3_ALONE, rtoMaxMs: 8000, noDelay: true } });
  peer.send(SIZE);
  const start = peer.pair.now;
  peer.wait(40_000);
  const times = peer.sent.map((packet) => packet.at - start);
  assert.deepEqual(times, [0, 1000, 3000, 7000, 15_000, 23_000, 31_000, 39_000]);
  // Karn: the chunk was retransmitted, its SACK measures nothing.
  peer.sack(1);
  assert.equal(peer.association.primaryPath.rto.timeoutMs, 8000);
  peer.send(SIZE);
  peer.wait(50);
  peer.sack(2);
  assert.equal(peer.association.primaryPath.rto.timeoutMs, 1000);
});

test("RFC 9260 §6.3.1 C5: no measurement with a chunk below or at which something was sent again", () => {
  const peer = new ScriptedPeer({ a: { noDelay: true, maxBurst: 0 } });
  peer.openWindow(100_000);
  const { rto } = peer.association.primaryPath;
  const before = rto.smoothedRoundTripMs;
  peer.send(SIZE);
  peer.sack(1);
  const measured = rto.smoothedRoundTripMs;
  assert.notEqual(measured, before);
  peer.send(...new Array<number>(6).fill(SIZE));
  // 2 is measured now. It is lost and sent again; its late acknowledgement and that of 3 to 7 say nothing.
  for (const last of [3, 4, 5]) peer.sack(1, { gaps: [[3, last]] });
  peer.wait(700);
  peer.sack(7);
  assert.equal(rto.smoothedRoundTripMs, measured);
});

test("RFC 9260 §6.3.1 C4: there is one measurement each round trip", () => {
  const peer = new ScriptedPeer({ a: { noDelay: true, maxBurst: 0 } });
  const { rto } = peer.association.primaryPath;
  peer.openWindow(100_000);
  peer.send(SIZE);
  peer.wait(100);
  peer.send(SIZE, SIZE);
  peer.wait(100);
  // The first chunk is the one measured: 200 ms.
  const before = rto.smoothedRoundTripMs ?? 0;
  peer.sack(3);
  assert.equal(rto.smoothedRoundTripMs, (7 / 8) * before + 200 / 8);
});

test("RFC 9260 §6.3.1 C4: a chunk that a gap reports has been measured, and a later one is the next", () => {
  const peer = new ScriptedPeer({ a: { noDelay: true, maxBurst: 0, timedLossDetection: false } });
  const { rto } = peer.association.primaryPath;
  const smoothed = (): number => rto.smoothedRoundTripMs ?? 0;
  peer.openWindow(100_000);
  peer.send(SIZE, SIZE);
  peer.sack(1);
  // The second is missing; the third is the one measured.
  peer.send(SIZE);
  peer.wait(40);
  const before = smoothed();
  peer.sack(1, { gaps: [[3, 3]] });
  const afterGap = (7 / 8) * before + 40 / 8;
  assert.equal(smoothed(), afterGap);
  peer.sack(3);
  peer.send(SIZE);
  peer.wait(80);
  peer.sack(4);
  assert.equal(smoothed(), (7 / 8) * afterGap + 80 / 8);
});

test("RFC 9260 §8.1: too many expiries in a row end the association and report what was not delivered", () => {
  const peer = new ScriptedPeer({ a: { associationMaxRetrans: 3, rtoMaxMs: 1000, noDelay: true } });
  peer.send(...new Array<number>(8).fill(SIZE));
  peer.wait(10_000);
  assert.equal(peer.association.state, "CLOSED");
  const failed = peer.pair.a.events.flatMap((event) => (event.type === "send failed" ? [event.sent] : []));
  // Four of the eight had left.
  assert.deepEqual(failed, [true, true, true, true, false, false, false, false]);
  assert.equal(peer.association.sendBufferBytes, 0);
  assert.equal(peer.pair.a.stack.pollTimeout(), Number.POSITIVE_INFINITY);
});

test("RFC 9260 §8.1: an acknowledgement resets the count of errors", () => {
  const peer = new ScriptedPeer({ a: { associationMaxRetrans: 3, rtoMaxMs: 1000, noDelay: true } });
  peer.send(...new Array<number>(20).fill(SIZE));
  for (let acked = 1; acked <= 20; acked += 1) {
    peer.wait(3000);
    peer.sack(acked);
    assert.equal(peer.association.tcb.errorCount, 0);
  }
  assert.equal(peer.association.state, "ESTABLISHED");
});
