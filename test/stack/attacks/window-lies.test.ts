/** Peers whose windows are not what they say: theirs too large, too small or changing; ours overrun. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { onStream, payload } from "../pair.js";
import { dataOf, only, PEER_TSN, sackOf, Scene } from "../scene.js";
import { ScriptedPeer, wrongCounters } from "../scripted-peer.js";

test("RFC 9260 §7.2.1: a window of 4 GiB makes us send no more than the congestion window", () => {
  const scene = new Scene({ config: { maxBurst: 0 } });
  const { association } = scene.accept({ aRwnd: 0xffff_ffff });
  for (let index = 0; index < 2000; index += 1) association.send(payload(1400), onStream(0), scene.now);
  scene.drain();
  const { flightBytes, congestion } = association.primaryPath;
  assert.ok(flightBytes <= congestion.cwnd + 1400, `${flightBytes} bytes under way`);
});

test("RFC 9260 §6.1 A: a window that closes and opens with every SACK makes no storm", () => {
  const peer = new ScriptedPeer({ a: { noDelay: true } });
  peer.send(...new Array<number>(200).fill(100));
  peer.take();
  let packets = 0;
  for (let round = 0; round < 400; round += 1) {
    // Nothing is acknowledged: only the window flaps.
    peer.sack(0, { aRwnd: round % 2 === 0 ? 0 : 1_000_000 });
    packets += peer.take().length;
  }
  assert.ok(packets <= 20, `${packets} packets`);
  assert.deepEqual(wrongCounters(peer.association), []);
});

test("RFC 9260 §6.1 A: a peer that keeps its window closed is probed ever more rarely, with one chunk", () => {
  const peer = new ScriptedPeer({ a: { noDelay: true } });
  peer.sack(0, { aRwnd: 0 });
  peer.send(...new Array<number>(50).fill(100));
  let packets = 0;
  for (let second = 0; second < 600; second += 1) {
    peer.sack(0, { aRwnd: 0 });
    peer.wait(1000);
    for (const chunks of peer.take()) {
      packets += 1;
      assert.equal(chunks.length, 1);
    }
  }
  assert.ok(packets < 30, `${packets} probes in ten minutes`);
});

test("RFC 9260 §6.2: a sender that ignores our window fills it once; the rest is dropped and not acknowledged", () => {
  const bytes = 20_000;
  const scene = new Scene({ config: { receiveBufferBytes: bytes } });
  const { association, tag } = scene.accept();
  for (let index = 0; index < 1000; index += 1) {
    scene.receive(tag, [dataOf(PEER_TSN + index, { userData: payload(1000) })]);
  }
  assert.equal(association.unreadBytes, bytes);
  assert.equal(scene.stack.statistics.droppedDataChunks, 1000 - bytes / 1000);
  const sack = only(scene.receive(tag, [dataOf(PEER_TSN + 20, { userData: payload(1000) })]), "SACK");
  assert.equal(sack.cumulativeTsnAck, PEER_TSN + 19);
  assert.equal(sack.aRwnd, 0);
  // The application reads, and it goes on where it had stopped.
  association.releaseReceived(bytes, 20);
  scene.drain();
  scene.receive(tag, [dataOf(PEER_TSN + 20, { userData: payload(1000) })]);
  const next = only(scene.advance(200), "SACK");
  assert.equal(next.cumulativeTsnAck, PEER_TSN + 20);
});

test("RFC 9260 §6.2: the same out of order: what is held stays within the buffer", () => {
  const bytes = 20_000;
  const scene = new Scene({ config: { receiveBufferBytes: bytes } });
  const { association, tag } = scene.accept();
  for (let index = 1000; index > 0; index -= 1) {
    scene.receive(tag, [dataOf(PEER_TSN + index, { userData: payload(1000) })]);
    assert.ok(association.reassemblyBytes + association.unreadBytes <= bytes + 1000);
  }
});

test("RFC 9260 §6.2.1: an acknowledgement with a window does not lift what was agreed about streams or state", () => {
  const scene = new Scene();
  const { association, tag, initAck } = scene.accept({ aRwnd: 1500 });
  scene.receive(tag, [sackOf((initAck.initialTsn - 1) >>> 0, 0xffff_ffff)]);
  assert.equal(association.peerRwnd, 0xffff_ffff);
  assert.equal(association.state, "ESTABLISHED");
});
