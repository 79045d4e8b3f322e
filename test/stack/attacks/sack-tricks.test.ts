/** Receivers that lie in their SACKs, to be sent more than the network bears or to tie us up. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Association } from "../../../src/stack/association.js";
import { tsnAdd } from "../../../src/base/serial-number.js";
import { countersOf, ScriptedPeer, wrongCounters } from "../scripted-peer.js";

const PMDCS = 1468;

function outstanding(count: number, sizeBytes = 1400): ScriptedPeer {
  const peer = new ScriptedPeer({ a: { maxBurst: 0, noDelay: true } });
  peer.openWindow(count * 1468);
  peer.send(...new Array<number>(count).fill(sizeBytes));
  peer.take();
  return peer;
}

function cwndOf(association: Association): number {
  return association.primaryPath.congestion.cwnd;
}

test("optimistic acknowledgement: what has not arrived can be acknowledged, what was not sent cannot", () => {
  const peer = outstanding(10);
  peer.sack(10);
  assert.equal(peer.association.unackedChunks, 0);
  // RFC 5062 §5.3: one TSN too far, and the association is over.
  peer.send(1400);
  peer.sack(12);
  assert.equal(peer.association.state, "CLOSED");
});

test("optimistic acknowledgement: it opens the window by one PMDCS for each SACK at the most", () => {
  const peer = outstanding(40);
  let before = cwndOf(peer.association);
  for (let acked = 4; acked <= 40; acked += 4) {
    peer.sack(acked);
    assert.ok(cwndOf(peer.association) <= before + PMDCS);
    before = cwndOf(peer.association);
  }
});

test("RFC 9260 §7.2.1: SACK division earns no more than the bytes that are acknowledged", () => {
  const peer = new ScriptedPeer({ a: { maxBurst: 0, noDelay: true } });
  // Packets full of small chunks, each of which is acknowledged by a SACK of its own.
  peer.openWindow(4400);
  peer.send(...new Array<number>(44).fill(100));
  const sent = peer.association.unackedChunks;
  const before = cwndOf(peer.association);
  for (let acked = 1; acked <= sent; acked += 1) peer.sack(acked);
  const growth = cwndOf(peer.association) - before;
  assert.ok(growth <= 100 * sent, `${growth} bytes for ${100 * sent}`);
});

test("RFC 9260 §7.2.4: SACKs that repeat themselves are no new reports; new ones have a chunk sent again once", () => {
  const peer = outstanding(60);
  for (let times = 0; times < 200; times += 1) peer.sack(0, { gaps: [[2, 20]] });
  assert.deepEqual(peer.take().flat(), []);
  for (let last = 21; last <= 60; last += 1) peer.sack(0, { gaps: [[2, last]] });
  assert.deepEqual(peer.take().flat(), [1]);
  assert.deepEqual(wrongCounters(peer.association), []);
});

test("RFC 9260 §3.3.4: a SACK full of Gap Ack Blocks, in any order, costs one walk and moves nothing wrong", () => {
  const peer = outstanding(300);
  const gaps = Array.from({ length: 15_000 }, (_, index): [number, number] => {
    const first = 2 + ((index * 7919) % 298);
    return [first, first];
  });
  for (let times = 0; times < 20; times += 1) peer.sack(0, { gaps });
  assert.deepEqual(wrongCounters(peer.association), []);
  peer.sack(300);
  assert.ok(peer.association.isSenderDry);
});

test("RFC 9260 §6.2.1: renege: what a peer takes back is outstanding again, and is sent again", () => {
  const peer = outstanding(10);
  peer.sack(0, { gaps: [[2, 10]] });
  assert.equal(countersOf(peer.association)["gapAckedCount"], 9);
  peer.sack(0);
  assert.equal(countersOf(peer.association)["gapAckedCount"], 0);
  assert.deepEqual(wrongCounters(peer.association), []);
  const again = new Set<number>();
  for (let acked = 0; acked < 10; acked += 1) {
    peer.wait(10_000);
    for (const number of peer.take().flat()) again.add(number);
    peer.sack(acked + 1);
  }
  assert.equal(again.size, 10);
  assert.ok(peer.association.isSenderDry);
});

test("RFC 9260 §3.3.8, §6.2.1: renege: what a SHUTDOWN lays bare is sent again, and nothing else is taken back", () => {
  const peer = outstanding(10);
  peer.sack(0, { gaps: [[2, 10]] });
  // Who has 2 to 10 and gets 1 would acknowledge 10.
  peer.handle({ kind: "SHUTDOWN", cumulativeTsnAck: peer.sackChunk(1).cumulativeTsnAck });
  assert.equal(countersOf(peer.association)["gapAckedCount"], 8);
  assert.deepEqual(wrongCounters(peer.association), []);
  peer.take();
  peer.wait(10_000);
  assert.deepEqual([...new Set(peer.take().flat())], [2]);
  peer.sack(2, { gaps: [[4, 10]] });
  assert.equal(countersOf(peer.association)["gapAckedCount"], 7);
  assert.deepEqual(wrongCounters(peer.association), []);
  peer.sack(10);
  assert.equal(peer.association.state, "SHUTDOWN-ACK-SENT");
});

test("RFC 9260 §8.1: a peer that takes everything back again and again gets no storm", () => {
  const peer = outstanding(20);
  for (let times = 0; times < 1000 && peer.association.state === "ESTABLISHED"; times += 1) {
    peer.sack(0, { gaps: [[2, 20]] });
    peer.sack(0);
    peer.wait(10);
  }
  const packets = peer.take().length;
  assert.ok(packets < 300, `${packets} packets in ten seconds`);
  assert.deepEqual(wrongCounters(peer.association), []);
});

test("RFC 9260 §6.2.1 D i: SACKs of the past move neither point nor window back", () => {
  const peer = outstanding(10);
  peer.sack(6, { aRwnd: 100_000 });
  const { firstTsn } = peer.association.tcb.retransmission.outstanding;
  for (const old of [5, 3, 0]) peer.sack(old, { aRwnd: 0 });
  assert.equal(peer.association.tcb.retransmission.outstanding.firstTsn, firstTsn);
  assert.equal(firstTsn, tsnAdd(peer.association.tcb.localInitialTsn, 6));
  assert.ok(peer.association.peerRwnd > 0);
});
