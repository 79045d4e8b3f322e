import assert from "node:assert/strict";
import { test } from "node:test";
import { ScriptedPeer, wrongCounters } from "../scripted-peer.js";

/** One DATA chunk to a packet, so that numbers of chunks and of packets are the same. */
const SIZE = 1400;
const CHUNK_BYTES = 1416;
const PMDCS = 1468;

/** A has sent `count` chunks, none acknowledged; the window is large enough for all. */
function outstanding(count: number): ScriptedPeer {
  const peer = new ScriptedPeer({ a: { maxBurst: 0, noDelay: true } });
  peer.openWindow(count * CHUNK_BYTES);
  peer.send(...new Array<number>(count).fill(SIZE));
  assert.equal(peer.take().length, count);
  return peer;
}

test("RFC 9260 §7.2.4: two miss indications are not enough, the third retransmits at once", () => {
  const peer = outstanding(10);
  peer.sack(0, { gaps: [[2, 2]] });
  peer.sack(0, { gaps: [[2, 3]] });
  assert.deepEqual(peer.take(), []);
  peer.sack(0, { gaps: [[2, 4]] });
  assert.deepEqual(peer.take()[0], [1]);
  assert.equal(peer.pair.a.stack.statistics.fastRetransmits, 1);
  assert.deepEqual(wrongCounters(peer.association), []);
});

test("RFC 9260 §7.2.4 HTNA: a SACK that acknowledges nothing new indicates no miss", () => {
  const peer = outstanding(10);
  for (let index = 0; index < 10; index += 1) peer.sack(0, { gaps: [[2, 2]] });
  assert.deepEqual(peer.take(), []);
});

test("RFC 9260 §7.2.4 HTNA: only what lies below the highest newly acknowledged TSN is missed", () => {
  const peer = outstanding(12);
  // 1 and 5 are missing; 8 is reported first, so that 2 to 4 as news say nothing of 5.
  peer.sack(0, { gaps: [[8, 8]] });
  peer.sack(0, {
    gaps: [
      [2, 2],
      [8, 8],
    ],
  });
  peer.sack(0, {
    gaps: [
      [2, 3],
      [8, 8],
    ],
  });
  assert.deepEqual(peer.take()[0], [1]);
  const { outstanding: data } = peer.association.tcb.retransmission;
  const missesOf5 = data.missIndications[data.slotOf(((data.firstTsn + 4) >>> 0) as typeof data.firstTsn)];
  assert.equal(missesOf5, 1);
});

test("RFC 9260 §7.2.3, §7.2.4 2: fast retransmit halves the window once, with a floor of four PMDCS", () => {
  const peer = outstanding(20);
  const { congestion } = peer.association.primaryPath;
  const before = congestion.cwnd;
  peer.sack(0, { gaps: [[3, 3]] });
  peer.sack(0, { gaps: [[3, 4]] });
  peer.sack(0, { gaps: [[3, 5]] });
  const grown = congestion.ssthresh * 2;
  assert.equal(congestion.cwnd, congestion.ssthresh);
  assert.ok(grown >= before && grown <= before + 3 * PMDCS, `${before} ${grown}`);
  const halved = congestion.cwnd;
  // More loss within Fast Recovery reduces nothing further.
  peer.sack(0, {
    gaps: [
      [3, 5],
      [7, 7],
    ],
  });
  peer.sack(0, {
    gaps: [
      [3, 5],
      [7, 8],
    ],
  });
  peer.sack(0, {
    gaps: [
      [3, 5],
      [7, 9],
    ],
  });
  assert.equal(congestion.cwnd, halved);
  const small = outstanding(5);
  small.sack(0, { gaps: [[2, 2]] });
  small.sack(0, { gaps: [[2, 3]] });
  small.sack(0, { gaps: [[2, 4]] });
  assert.equal(small.association.primaryPath.congestion.cwnd, 4 * PMDCS);
});

test("RFC 9260 §7.2.4: what a SACK acknowledges makes the window grow before its loss halves it", () => {
  const peer = outstanding(20);
  const { primaryPath } = peer.association;
  peer.sack(0, { gaps: [[3, 3]] });
  peer.sack(0, { gaps: [[3, 4]] });
  // The window is full again, so that what is acknowledged next earns a PMDCS.
  peer.openWindow(primaryPath.flightBytes);
  const before = primaryPath.flightBytes;
  peer.sack(1, { gaps: [[3, 5]] });
  assert.equal(primaryPath.congestion.cwnd, Math.floor((before + PMDCS) / 2));
});

test("RFC 9260 §7.2.4 3: one packet of the earliest chunks leaves although the window is full", () => {
  const peer = outstanding(40);
  peer.send(...new Array<number>(20).fill(SIZE));
  peer.sack(0, { gaps: [[4, 4]] });
  peer.sack(0, { gaps: [[4, 5]] });
  const newest = peer.take().flat().at(-1) ?? 0;
  peer.sack(0, { gaps: [[4, 6]] });
  assert.deepEqual(peer.take(), [[1]]);
  // §7.2.4 5: the others follow as soon as cwnd allows, before anything new.
  peer.sack(1, { gaps: [[4, 30]] });
  assert.deepEqual(peer.take().flat().slice(0, 3), [2, 3, newest + 1]);
});

test("RFC 9260 §7.2.4 5: what was fast retransmitted and is lost again waits for T3-rtx", () => {
  const peer = outstanding(20);
  for (const last of [2, 3, 4]) peer.sack(0, { gaps: [[2, last]] });
  assert.deepEqual(peer.take()[0], [1]);
  for (const last of [5, 6, 7, 8, 9, 10]) peer.sack(0, { gaps: [[2, last]] });
  assert.ok(!peer.take().flat().includes(1));
  peer.wait(1000);
  assert.deepEqual(peer.take()[0], [1]);
});

test("RFC 9260 §7.2.4 6: Fast Recovery ends with the highest TSN that was outstanding when it began", () => {
  const peer = outstanding(12);
  const { retransmission } = peer.association.tcb;
  for (const last of [2, 3, 4]) peer.sack(0, { gaps: [[2, last]] });
  assert.ok(retransmission.inFastRecovery);
  peer.sack(11);
  assert.ok(retransmission.inFastRecovery);
  peer.sack(12);
  assert.ok(!retransmission.inFastRecovery);
});

test("RFC 9260 §7.2.4: in Fast Recovery an advance of the ack point counts all that is reported missing", () => {
  const peer = outstanding(20);
  for (const last of [2, 3, 4]) peer.sack(0, { gaps: [[2, last]] });
  peer.take();
  // 1 arrives; 6 is missing, 8 was the last news: the ack point advances without news above 6.
  peer.sack(0, {
    gaps: [
      [2, 4],
      [8, 8],
    ],
  });
  peer.sack(4, { gaps: [[8, 8]] });
  const { outstanding: data } = peer.association.tcb.retransmission;
  const misses = data.missIndications[data.slotOf(((data.firstTsn + 1) >>> 0) as typeof data.firstTsn)];
  assert.equal(misses, 2);
});

test("RFC 9260 §7.2.1, §7.2.4: in Fast Recovery the window does not grow", () => {
  const peer = outstanding(30);
  for (const last of [2, 3, 4]) peer.sack(0, { gaps: [[2, last]] });
  const { cwnd } = peer.association.primaryPath.congestion;
  for (let last = 5; last <= 30; last += 1) peer.sack(0, { gaps: [[2, last]] });
  assert.equal(peer.association.primaryPath.congestion.cwnd, cwnd);
});

test("RFC 9260 §7.2.4 4: T3-rtx restarts when the first outstanding chunk is retransmitted, else it runs on", () => {
  const peer = outstanding(10);
  const { t3 } = peer.association.primaryPath;
  peer.wait(500);
  const before = t3.deadline;
  peer.sack(0, { gaps: [[2, 2]] });
  peer.sack(0, { gaps: [[2, 3]] });
  assert.equal(t3.deadline, before);
  peer.sack(0, { gaps: [[2, 4]] });
  assert.equal(t3.deadline, peer.pair.now + peer.association.primaryPath.rto.timeoutMs);
});

test("RFC 9260 §6.2.1 D iii: a chunk taken back counts one miss indication in that SACK, and T3-rtx runs", () => {
  const peer = outstanding(6);
  peer.sack(0, { gaps: [[3, 3]] });
  const { outstanding: data } = peer.association.tcb.retransmission;
  const slotOf3 = data.slotOf(((data.firstTsn + 2) >>> 0) as typeof data.firstTsn);
  assert.equal(data.missIndications[slotOf3], 0);
  // 3 is gone, and 5 as news lies above it: still one indication.
  peer.sack(0, { gaps: [[5, 5]] });
  assert.equal(data.missIndications[slotOf3], 1);
  assert.ok(peer.association.primaryPath.t3.isRunning);
  assert.deepEqual(wrongCounters(peer.association), []);
  // Without any block at all 5 is taken back too.
  peer.sack(0);
  const slotOf5 = data.slotOf(((data.firstTsn + 4) >>> 0) as typeof data.firstTsn);
  assert.equal(data.missIndications[slotOf5], 1);
  assert.deepEqual(wrongCounters(peer.association), []);
});

test("RFC 9260 §6.2.1 R4: all in flight was reported and is taken back: T3-rtx starts again", () => {
  const peer = outstanding(3);
  // Only T3-rtx sends anything again.
  peer.association.configure({ timedLossDetection: false }, peer.pair.now);
  peer.sack(1, { gaps: [[3, 3]] });
  // Hostile: 2 is acknowledged only together with 3 being taken back.
  peer.sack(2);
  assert.equal(peer.association.primaryPath.flightBytes, CHUNK_BYTES);
  assert.ok(peer.association.primaryPath.t3.isRunning);
  peer.wait(1000);
  assert.deepEqual(peer.take(), [[3]]);
});
