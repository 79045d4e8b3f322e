import assert from "node:assert/strict";
import { test } from "node:test";
import { tsn } from "../../../src/base/serial-number.js";
import { onStream, payload } from "../pair.js";
import { sackOf, Scene } from "../scene.js";
import { ScriptedPeer } from "../scripted-peer.js";

const FIRST_RWND = 10_000;

function begun(): ScriptedPeer {
  return new ScriptedPeer({
    a: { noDelay: true, maxBurst: 0, rtoMinMs: 1000 },
    z: { receiveBufferBytes: FIRST_RWND },
  });
}

test("RFC 9260 §6.2.1: the peer's window after each step is what rules A to D compute", () => {
  const peer = begun();
  const { association } = peer;
  peer.openWindow(100_000);
  // A: what INIT ACK said.
  assert.equal(association.peerRwnd, FIRST_RWND);
  // B: less what is sent, headers not counted.
  peer.send(1000, 1000, 1000, 1000, 1000, 1000);
  assert.equal(association.peerRwnd, FIRST_RWND - 6000);
  // D ii: what the SACK says, less 2, 4, 5 and 6, which it does not acknowledge.
  peer.sack(1, { aRwnd: 8000, gaps: [[3, 3]] });
  assert.equal(association.peerRwnd, 8000 - 4000);
  peer.sack(1, { aRwnd: 7000, gaps: [[3, 4]] });
  assert.equal(association.peerRwnd, 7000 - 3000);
  peer.take();
  // C and B: the third miss of 2 marks it, and it leaves again at once.
  peer.sack(1, { aRwnd: 6000, gaps: [[3, 5]] });
  assert.deepEqual(peer.take(), [[2]]);
  assert.equal(association.peerRwnd, 6000 - 2000);
  // D iii: 5 is on its way again.
  peer.sack(1, { aRwnd: 6000, gaps: [[3, 4]] });
  assert.equal(association.peerRwnd, 6000 - 3000);
  // D i: nothing of an old SACK counts.
  peer.sack(0, { aRwnd: 1 });
  assert.equal(association.peerRwnd, 6000 - 3000);
  peer.sack(6, { aRwnd: 9000 });
  assert.equal(association.peerRwnd, 9000);
});

test("RFC 9260 §6.2.1 C: what T3-rtx marks, and cwnd keeps back, takes no room in the peer's window", () => {
  const peer = begun();
  // Only T3-rtx sends anything again.
  peer.association.configure({ timedLossDetection: false }, peer.pair.now);
  peer.openWindow(100_000);
  peer.send(1400, 1400, 1400, 1400);
  assert.equal(peer.association.peerRwnd, FIRST_RWND - 5600);
  peer.take();
  peer.wait(1000);
  assert.deepEqual(peer.take(), [[1]]);
  assert.equal(peer.association.peerRwnd, FIRST_RWND - 1400);
});

test("RFC 9260 §6.2.1 D ii: more on its way than the peer has room for is a window of 0", () => {
  const peer = begun();
  peer.send(1400, 1400, 1400);
  peer.sack(1, { aRwnd: 1000 });
  assert.equal(peer.association.peerRwnd, 0);
});

test("RFC 9260 §6.2.1 A: whoever accepts takes the first window from the INIT", () => {
  const scene = new Scene();
  const { association, tag, initAck } = scene.accept({ aRwnd: 5000 });
  assert.equal(association.peerRwnd, 5000);
  association.send(payload(700), onStream(0), scene.now);
  scene.drain();
  assert.equal(association.peerRwnd, 4300);
  scene.receive(tag, [sackOf(tsn(initAck.initialTsn), 3000)]);
  assert.equal(association.peerRwnd, 3000);
});
