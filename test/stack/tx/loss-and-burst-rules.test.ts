import assert from "node:assert/strict";
import { test } from "node:test";
import { acknowledgement, avoiding, PMDCS } from "../paths/acknowledgements.js";
import { ScriptedPeer, wrongCounters } from "../scripted-peer.js";

/*
 * What `npm run mutation` found no other test to notice: each of these fails when one rule of RFC 9260 §6 or §7 is
 * broken.
 */

const SIZE = 1400;

test("RFC 9260 §7.2.4: beyond ssthresh too, Fast Recovery leaves cwnd and partial_bytes_acked as they are", () => {
  const control = avoiding();
  const { cwnd } = control;
  for (let index = 0; index < 10; index += 1)
    control.acknowledged(acknowledgement(PMDCS, { inFastRecovery: true }));
  assert.deepEqual([control.cwnd, control.partialBytesAcked], [cwnd, 0]);
});

test("RFC 9260 §7.2.3: a time-out sets partial_bytes_acked back to 0", () => {
  const control = avoiding();
  control.acknowledged(acknowledgement(PMDCS));
  assert.equal(control.partialBytesAcked, PMDCS);
  control.retransmissionTimedOut();
  assert.equal(control.partialBytesAcked, 0);
});

test("RFC 9260 §7.3: when the path MTU has changed, the window grows by the new PMDCS", () => {
  const peer = new ScriptedPeer({ a: { maxBurst: 0, noDelay: true } });
  const { primaryPath } = peer.association;
  primaryPath.setMtu(1000);
  const { pmdcs } = primaryPath;
  assert.equal(pmdcs, 1000 - 20 - 12);
  const { cwnd } = primaryPath.congestion;
  peer.send(...new Array<number>(10).fill(900));
  peer.take();
  // Three chunks are acknowledged at once: more than one PMDCS, so that this is what counts.
  peer.sack(3);
  assert.equal(primaryPath.congestion.cwnd, cwnd + pmdcs);
});

test("RFC 9260 §6.1 D: what is left of Max.Burst after a SACK is not there at the next opportunity", () => {
  const peer = new ScriptedPeer({ a: { noDelay: true } });
  peer.openWindow(100_000);
  for (let number = 1; number <= 3; number += 1) {
    peer.send(SIZE);
    peer.sack(number);
  }
  peer.take();
  peer.send(...new Array<number>(20).fill(SIZE));
  assert.equal(peer.take().length, 4);
});

test("RFC 9260 §7.2.4 HTNA: outside Fast Recovery an advance of the Cumulative TSN Ack makes nothing else count", () => {
  const peer = new ScriptedPeer({ a: { maxBurst: 0, noDelay: true } });
  peer.openWindow(30_000);
  peer.send(...new Array<number>(12).fill(SIZE));
  peer.take();
  peer.sack(0, { gaps: [[10, 10]] });
  // What is newly acknowledged lies below all that is missing.
  peer.sack(1, { gaps: [[10, 10]] });
  peer.sack(2, { gaps: [[10, 10]] });
  peer.sack(3, { gaps: [[10, 10]] });
  assert.equal(peer.pair.a.stack.statistics.fastRetransmits, 0);
});

test("RFC 9260 §7.2.1: what a gap has reported is not acknowledged again by the Cumulative TSN Ack", () => {
  const peer = new ScriptedPeer({ a: { maxBurst: 0, noDelay: true } });
  peer.openWindow(10 * 1416);
  peer.send(...new Array<number>(10).fill(SIZE));
  const { primaryPath } = peer.association;
  peer.sack(0, { gaps: [[2, 5]] });
  assert.equal(primaryPath.flightBytes, 6 * 1416);
  const { cwnd } = primaryPath.congestion;
  peer.sack(5);
  assert.equal(primaryPath.flightBytes, 5 * 1416);
  assert.equal(primaryPath.congestion.cwnd, cwnd);
  assert.deepEqual(wrongCounters(peer.association), []);
});
