import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Millis } from "../../../src/base/millis.js";
import type { AssociationConfigChange } from "../../../src/stack/config.js";
import { DATA_FLAG_IMMEDIATE } from "../../../src/wire/chunks/data-chunk.js";
import { onStream, payload } from "../pair.js";
import { ScriptedPeer, wrongCounters } from "../scripted-peer.js";

/** One DATA chunk to a packet, so that numbers of chunks and of packets are the same. */
const SIZE = 1400;
const CHUNK_BYTES = 1416;
const PMDCS = 1468;
const ROUND_TRIP_MS: Millis = 20;

/** A has sent `count` chunks after a first one that has measured a round trip of 20 ms; they are 2 and higher. */
function outstanding(count: number, config: AssociationConfigChange = {}): ScriptedPeer {
  const peer = new ScriptedPeer({
    a: { maxBurst: 0, noDelay: true, ...config },
  });
  peer.send(SIZE);
  peer.wait(ROUND_TRIP_MS);
  peer.sack(1);
  peer.openWindow(count * CHUNK_BYTES);
  peer.send(...new Array<number>(count).fill(SIZE));
  assert.equal(peer.take().length, count + 1);
  assert.equal(peer.association.primaryPath.rto.smoothedRoundTripMs, ROUND_TRIP_MS);
  return peer;
}

/** The third miss indication of 2 after one round trip: it has been sent again, and 6 to the last are on their way. */
function fastRetransmitted(count: number, config: AssociationConfigChange = {}): ScriptedPeer {
  const peer = outstanding(count, config);
  peer.wait(ROUND_TRIP_MS);
  for (const last of [3, 4, 5]) peer.sack(1, { gaps: [[3, last]] });
  assert.deepEqual(peer.take()[0], [2]);
  return peer;
}

describe("RFC 8985 §6.2: a chunk that was sent again and is lost again", () => {
  test("leaves a third time when what was sent after it has arrived, and half a round trip more has passed", () => {
    const peer = fastRetransmitted(20);
    const { congestion } = peer.association.primaryPath;
    // What is new by now leaves behind the repetition of 2.
    peer.send(...new Array<number>(30).fill(SIZE));
    for (const last of [10, 15, 20]) peer.sack(1, { gaps: [[3, last]] });
    const newest = peer.take().flat().at(-1) ?? 0;
    assert.ok(newest > 21);
    const { cwnd } = congestion;
    peer.wait(ROUND_TRIP_MS);
    peer.sack(1, { gaps: [[3, newest]] });
    assert.ok(!peer.take().flat().includes(2), "it may have been overtaken");
    peer.send(SIZE);
    const last = peer.take().flat().at(-1) ?? newest;
    peer.wait(ROUND_TRIP_MS / 2 - 1);
    peer.sack(1, { gaps: [[3, newest]] });
    assert.equal(peer.pair.a.stack.statistics.overdueDataChunks, 0);
    peer.wait(1);
    peer.sack(1, { gaps: [[3, last]] });
    assert.deepEqual(peer.take()[0], [2]);
    // RFC 5681 §4.3: it was sent through the halved window, which is halved again.
    assert.equal(congestion.cwnd, Math.max(Math.floor(cwnd / 2), 4 * PMDCS));
    assert.equal(peer.pair.a.stack.statistics.t3Expirations, 0);
    assert.equal(peer.pair.a.stack.statistics.overdueDataChunks, 1);
    assert.deepEqual(wrongCounters(peer.association), []);
  });

  test("halves the window once for all that are lost of one round trip", () => {
    const peer = outstanding(40);
    const { congestion } = peer.association.primaryPath;
    peer.wait(ROUND_TRIP_MS);
    for (const last of [8, 9, 10, 20, 30]) peer.sack(1, { gaps: [[5, last]] });
    assert.deepEqual(peer.take().flat().slice(0, 3), [2, 3, 4]);
    peer.send(...new Array<number>(20).fill(SIZE));
    peer.sack(1, { gaps: [[5, 35]] });
    const newest = peer.take().flat().at(-1) ?? 0;
    const { cwnd } = congestion;
    peer.wait(ROUND_TRIP_MS);
    peer.sack(1, { gaps: [[5, newest]] });
    peer.send(SIZE);
    peer.wait(ROUND_TRIP_MS / 2);
    const last = peer.take().flat().at(-1) ?? 0;
    peer.sack(1, { gaps: [[5, last]] });
    assert.deepEqual(peer.take().flat().slice(0, 3), [2, 3, 4]);
    assert.equal(congestion.cwnd, Math.max(Math.floor(cwnd / 2), 4 * PMDCS));
  });

  test("waits for T3-rtx while nothing that was sent later has arrived", () => {
    const peer = fastRetransmitted(20, { sackDelayMs: 500 });
    for (let last = 6; last <= 20; last += 1) {
      peer.wait(2);
      peer.sack(1, { gaps: [[3, last]] });
    }
    assert.ok(!peer.take().flat().includes(2));
    assert.equal(peer.pair.a.stack.statistics.overdueDataChunks, 0);
  });

  test("does not count as lost when the chunk as it was first sent comes late", () => {
    const peer = fastRetransmitted(20);
    peer.wait(2);
    peer.sack(5);
    peer.wait(ROUND_TRIP_MS);
    peer.sack(21);
    assert.deepEqual(peer.take(), []);
    assert.equal(peer.pair.a.stack.statistics.overdueDataChunks, 0);
  });

  test("is not overdue in the moment in which it is sent, were a round trip no longer than that", () => {
    const peer = fastRetransmitted(20);
    peer.association.primaryPath.rto.smoothedRoundTripMs = 0;
    peer.send(...new Array<number>(30).fill(SIZE));
    peer.sack(1, { gaps: [[3, 20]] });
    const newest = peer.take().flat().at(-1) ?? 0;
    peer.sack(1, { gaps: [[3, newest]] });
    assert.ok(!peer.take().flat().includes(2));
    peer.wait(1);
    peer.sack(1, { gaps: [[3, newest]] });
    assert.ok(peer.take().flat().includes(2));
  });

  test("stays as RFC 9260 §7.2.4 5 has it with timedLossDetection off: T3-rtx sends it", () => {
    const peer = fastRetransmitted(20, { timedLossDetection: false });
    peer.send(...new Array<number>(30).fill(SIZE));
    peer.sack(1, { gaps: [[3, 20]] });
    const newest = peer.take().flat().at(-1) ?? 0;
    peer.wait(2 * ROUND_TRIP_MS);
    peer.sack(1, { gaps: [[3, newest]] });
    assert.ok(!peer.take().flat().includes(2));
    peer.wait(1000);
    assert.equal(peer.pair.a.stack.statistics.t3Expirations, 1);
  });
});

describe("RFC 8985 §7: the end of a flight", () => {
  test("is probed by its last chunk after two round trips, which asks for a SACK at once", () => {
    const peer = outstanding(3);
    const flightBytes = 3 * CHUNK_BYTES;
    peer.wait(2 * ROUND_TRIP_MS - 1);
    assert.deepEqual(peer.take(), []);
    peer.wait(1);
    const [chunk] = peer.chunksOf("DATA");
    assert.equal((chunk?.flags ?? 0) & DATA_FLAG_IMMEDIATE, DATA_FLAG_IMMEDIATE);
    assert.deepEqual(peer.take(), [[4]]);
    // It takes the place of the chunk that it repeats.
    assert.equal(peer.association.primaryPath.flightBytes, flightBytes);
    assert.equal(peer.pair.a.stack.statistics.lossProbes, 1);
    assert.deepEqual(wrongCounters(peer.association), []);
    // One probe only: then T3-rtx, as if there had been none.
    peer.wait(1000 - 2 * ROUND_TRIP_MS - 1);
    assert.deepEqual(peer.take(), []);
    peer.wait(1);
    assert.equal(peer.pair.a.stack.statistics.t3Expirations, 1);
    assert.deepEqual(peer.take(), [[2]]);
  });

  test("that was lost as a whole is repaired by the answer to the probe, at the price of one halving", () => {
    const peer = outstanding(20);
    const { congestion } = peer.association.primaryPath;
    const { cwnd } = congestion;
    peer.wait(2 * ROUND_TRIP_MS);
    assert.deepEqual(peer.take(), [[21]]);
    peer.wait(ROUND_TRIP_MS);
    peer.sack(1, { gaps: [[21, 21]] });
    assert.deepEqual(peer.take().flat().slice(0, 5), [2, 3, 4, 5, 6]);
    assert.equal(congestion.cwnd, Math.floor((cwnd + CHUNK_BYTES) / 2));
    assert.ok(peer.association.tcb.retransmission.inFastRecovery);
  });

  test("of which the probe alone was lost before halves the window too, when that is certain (§7.4.2)", () => {
    const peer = outstanding(20);
    const { congestion } = peer.association.primaryPath;
    peer.wait(2 * ROUND_TRIP_MS);
    peer.wait(ROUND_TRIP_MS);
    peer.sack(21);
    peer.send(SIZE);
    assert.deepEqual(peer.take(), [[21], [22]]);
    const { cwnd } = congestion;
    peer.wait(ROUND_TRIP_MS);
    peer.sack(22);
    assert.equal(congestion.cwnd, Math.floor(cwnd / 2));
    assert.ok(!peer.association.tcb.retransmission.inFastRecovery);
    peer.send(SIZE);
    peer.sack(23);
    assert.equal(congestion.cwnd, Math.floor(cwnd / 2), "once");
  });

  test("that was lost as a whole costs no second halving when its repair is acknowledged", () => {
    const peer = outstanding(20);
    const { congestion } = peer.association.primaryPath;
    peer.wait(2 * ROUND_TRIP_MS);
    peer.wait(ROUND_TRIP_MS);
    peer.sack(1, { gaps: [[21, 21]] });
    const { cwnd } = congestion;
    peer.wait(ROUND_TRIP_MS);
    peer.sack(21);
    peer.send(SIZE);
    peer.sack(22);
    assert.ok(congestion.cwnd >= cwnd);
  });

  test("that was only late costs nothing: a SACK that comes too soon, or the probe is named as a duplicate", () => {
    for (const late of ["too soon", "duplicate at once", "duplicate in the next SACK"]) {
      const peer = outstanding(20);
      const { congestion } = peer.association.primaryPath;
      peer.wait(2 * ROUND_TRIP_MS);
      peer.take();
      const { cwnd } = congestion;
      peer.wait(late === "too soon" ? ROUND_TRIP_MS / 2 : ROUND_TRIP_MS);
      peer.sack(21, { duplicates: late === "duplicate at once" ? [21] : [] });
      if (late === "duplicate in the next SACK") peer.sack(21, { duplicates: [21] });
      peer.send(...new Array<number>(4).fill(SIZE));
      peer.wait(ROUND_TRIP_MS);
      peer.sack(25);
      assert.ok(congestion.cwnd >= cwnd, late);
      assert.equal(peer.pair.a.stack.statistics.fastRetransmits, 0);
    }
  });

  test("whose acknowledgement comes before the probe could leave costs nothing", () => {
    const peer = outstanding(20);
    const { congestion } = peer.association.primaryPath;
    peer.openWindow(10 * CHUNK_BYTES);
    peer.wait(2 * ROUND_TRIP_MS);
    assert.deepEqual(peer.take(), [], "the window is full");
    peer.sack(21);
    peer.send(SIZE);
    peer.wait(ROUND_TRIP_MS);
    peer.sack(22);
    assert.ok(congestion.cwnd >= 10 * CHUNK_BYTES);
  });

  test("with less than three misses behind a gap is repaired without T3-rtx", () => {
    const peer = outstanding(3);
    peer.wait(ROUND_TRIP_MS);
    peer.sack(1, { gaps: [[3, 4]] });
    assert.deepEqual(peer.take(), [], "one miss");
    // What is left may be one packet, whose SACK the peer may delay.
    peer.wait(2 * ROUND_TRIP_MS + 200 - 1);
    assert.deepEqual(peer.take(), []);
    peer.wait(1);
    assert.deepEqual(peer.take(), [[2]]);
    assert.equal(peer.pair.a.stack.statistics.lossProbes, 0);
    assert.equal(peer.pair.a.stack.statistics.fastRetransmits, 1);
  });

  test("is sent again as far as it is known to be lost, and not probed then", () => {
    const peer = outstanding(4);
    peer.wait(ROUND_TRIP_MS);
    peer.sack(1, { gaps: [[3, 4]] });
    peer.wait(2 * ROUND_TRIP_MS);
    assert.deepEqual(peer.take(), [[2]]);
    assert.equal(peer.association.primaryPath.flightBytes, 2 * CHUNK_BYTES);
  });

  test("of one chunk is probed as well, and T3-rtx expires when it would have expired without that", () => {
    const peer = outstanding(1);
    peer.wait(2 * ROUND_TRIP_MS + 200);
    assert.deepEqual(peer.take(), [[2]]);
    peer.wait(1000 - 2 * ROUND_TRIP_MS - 200 - 1);
    assert.deepEqual(peer.take(), []);
    peer.wait(1);
    assert.deepEqual(peer.take(), [[2]]);
    assert.equal(peer.pair.a.stack.statistics.t3Expirations, 1);
  });

  test("may be probed again once the answer has come", () => {
    const peer = outstanding(3);
    peer.wait(2 * ROUND_TRIP_MS);
    assert.deepEqual(peer.take(), [[4]]);
    peer.sack(4);
    peer.send(SIZE, SIZE);
    assert.deepEqual(peer.take(), [[5], [6]]);
    // The acknowledgement came late, which has made the round trip longer.
    peer.wait(3 * ROUND_TRIP_MS);
    assert.deepEqual(peer.take(), [[6]]);
    assert.equal(peer.pair.a.stack.statistics.lossProbes, 2);
  });

  test("is not probed before a round trip is known, nor after a time-out", () => {
    const unmeasured = new ScriptedPeer({ a: { noDelay: true } });
    unmeasured.association.primaryPath.rto.smoothedRoundTripMs = undefined;
    unmeasured.send(SIZE);
    unmeasured.take();
    unmeasured.wait(999);
    assert.deepEqual(unmeasured.take(), []);
    const timedOut = outstanding(3, { potentiallyFailedMaxRetrans: 5 });
    timedOut.wait(1000);
    assert.deepEqual(timedOut.take(), [[4], [2]]);
    timedOut.wait(1999);
    assert.deepEqual(timedOut.take(), []);
  });

  test("is not probed with chunks that may be given up: nobody knows that they are lost (RFC 3758 §3.5 A2)", () => {
    const peer = outstanding(0);
    peer.openWindow(20 * CHUNK_BYTES);
    const { association } = peer;
    const partialReliability = { policy: "limited retransmissions", value: 0 } as const;
    association.send(payload(SIZE), { ...onStream(0), partialReliability }, peer.pair.now);
    peer.pair.settle();
    peer.take();
    peer.wait(900);
    assert.equal(peer.pair.a.stack.statistics.lossProbes, 0);
  });
});
