import assert from "node:assert/strict";
import { test } from "node:test";
import { onStream, Pair, payload } from "../pair.js";
import { ScriptedPeer, wrongCounters } from "../scripted-peer.js";

/** A peer that has told a window too small for the next chunk, everything sent so far acknowledged. */
function closedWindow(aRwnd: number): ScriptedPeer {
  const peer = new ScriptedPeer({ a: { noDelay: true } });
  peer.send(1000);
  peer.sack(1, { aRwnd });
  peer.take();
  peer.send(1000, 1000);
  return peer;
}

test("RFC 9260 §6.1 A: nothing new is sent into a closed window; the first probe leaves after one RTO", () => {
  const peer = closedWindow(0);
  peer.wait(999);
  assert.deepEqual(peer.take(), []);
  peer.wait(1);
  assert.deepEqual(peer.take(), [[2]]);
});

test("RFC 9260 §6.1 A: a window smaller than the next chunk counts as closed", () => {
  const peer = closedWindow(999);
  peer.wait(999);
  assert.deepEqual(peer.take(), []);
  peer.wait(1);
  assert.deepEqual(peer.take(), [[2]]);
});

test("RFC 9260 §6.1 A: the interval of the probes doubles up to RTO.Max", () => {
  const peer = closedWindow(0);
  const start = peer.pair.now;
  const cwnd = peer.association.primaryPath.congestion.cwnd;
  for (let index = 0; index < 400; index += 1) {
    peer.wait(1000);
    peer.sack(1, { aRwnd: 0 });
  }
  const times = peer.sent.filter((packet) => packet.data.length > 0).map((packet) => packet.at - start);
  assert.deepEqual(
    times.slice(0, 9),
    [1, 2, 4, 8, 16, 32, 64, 124, 184].map((seconds) => seconds * 1000),
  );
  assert.ok(cwnd >= peer.association.primaryPath.congestion.cwnd);
});

for (const aRwnd of [0, 500]) {
  test(`RFC 9260 §6.1 A: with a window of ${aRwnd} and SACKs that keep coming probes count against nobody`, () => {
    const peer = closedWindow(aRwnd);
    for (let index = 0; index < 3600; index += 1) {
      peer.wait(1000);
      peer.sack(1, { aRwnd });
      assert.ok(peer.association.primaryPath.errorCount <= 1);
    }
    assert.equal(peer.association.state, "ESTABLISHED");
    assert.equal(peer.association.tcb.errorCount, 0);
    // RFC 9260 §6.1 A: the probes do not touch cwnd as a time-out would.
    assert.equal(peer.association.primaryPath.congestion.cwnd, 4404);
    assert.ok(!peer.association.primaryPath.singlePacketOnly);
  });
}

test("RFC 9260 §6.1 A, §8.1: probes that nobody answers end the association", () => {
  const peer = closedWindow(0);
  peer.wait(3_600_000);
  assert.equal(peer.association.state, "CLOSED");
});

test("RFC 9260 §6.1 A: a probe that was dropped is sent again as soon as the window opens", () => {
  const peer = closedWindow(0);
  peer.wait(1000);
  assert.deepEqual(peer.take(), [[2]]);
  peer.sack(1, { aRwnd: 0 });
  peer.wait(31_000 - 1);
  peer.take();
  peer.sack(1, { aRwnd: 0 });
  peer.sack(1, { aRwnd: 100_000 });
  assert.deepEqual(peer.take(), [[2], [3]]);
  assert.deepEqual(wrongCounters(peer.association), []);
  peer.sack(3);
  assert.ok(peer.association.isSenderDry);
});

test("RFC 9260 §6.1 A: a window that opens before the probe is due is used at once and whole", () => {
  const peer = closedWindow(0);
  peer.wait(999);
  peer.sack(1, { aRwnd: 100_000 });
  assert.deepEqual(peer.take(), [[2], [3]]);
  assert.ok(!peer.association.tcb.windowProbe.isRunning);
});

/** A peer whose window is closed, and a message with the lowest priority that waits for it. */
function closedWindowForPriority(lengthBytes: number, aRwnd: number): ScriptedPeer {
  const peer = new ScriptedPeer({ a: { noDelay: true, maxSegmentBytes: 1000 } });
  peer.send(1000);
  peer.sack(1, { aRwnd });
  const partialReliability = { policy: "priority", value: 9 } as const;
  peer.association.send(payload(lengthBytes), { ...onStream(0), partialReliability }, peer.pair.now);
  peer.pair.settle();
  return peer;
}

test("RFC 9260 §6.1 A, RFC 7496 §3.2: when the message that waited for a probe is given up, none is due any more", () => {
  const peer = closedWindowForPriority(1000, 0);
  const { association, pair } = peer;
  assert.ok(association.tcb.windowProbe.isRunning);
  peer.wait(900);
  assert.ok(association.makeRoom(1000, undefined, pair.now));
  pair.settle();
  assert.ok(!association.tcb.windowProbe.isRunning);
  // The next one waits for a whole RTO.
  peer.take();
  peer.send(1000);
  peer.wait(999);
  assert.deepEqual(peer.take(), []);
  peer.wait(1);
  assert.deepEqual(peer.take(), [[2]]);
});

test("RFC 9260 §6.1 A, RFC 3758 §3.5 C5: while the peer has something to skip, no probe of its window is due", () => {
  const peer = closedWindowForPriority(2000, 1000);
  const { association, pair } = peer;
  peer.sack(2, { aRwnd: 0 });
  peer.send(1000);
  assert.ok(association.tcb.windowProbe.isRunning);
  assert.ok(association.makeRoom(1000, undefined, pair.now));
  pair.settle();
  assert.equal(peer.chunksOf("FORWARD TSN").length, 1);
  assert.ok(!association.tcb.windowProbe.isRunning);
  peer.sack(3, { aRwnd: 0 });
  assert.ok(association.tcb.windowProbe.isRunning);
});

test("RFC 9260 §6.1 A, §9.2: when the message that is given up at a shutdown waited for a probe, none is due", () => {
  const peer = new ScriptedPeer({ a: { noDelay: true } });
  const { association, pair } = peer;
  peer.send(1000);
  peer.sack(1, { aRwnd: 0 });
  association.send(payload(1000), { ...onStream(0), endsLater: true }, pair.now);
  pair.settle();
  assert.ok(association.tcb.windowProbe.isRunning);
  association.shutdown(pair.now);
  pair.settle();
  assert.equal(association.state, "SHUTDOWN-SENT");
  assert.ok(!association.tcb.windowProbe.isRunning);
});

test("RFC 9260 §6.2, §6.1 A: a lost window update stalls the sender for no longer than the probe takes", () => {
  const pair = new Pair({ z: { receiveBufferBytes: 20_000 } });
  pair.establish();
  pair.z.reads = false;
  for (let index = 0; index < 40; index += 1)
    pair.a.association.send(payload(1000, index), onStream(0), pair.now);
  pair.advance(3_600_000);
  assert.equal(pair.a.association.state, "ESTABLISHED");
  // The window update is lost.
  pair.tamper = (packet) => (packet.from === pair.z ? [] : [packet]);
  pair.z.reads = true;
  pair.z.association.releaseReceived(pair.z.association.unreadBytes);
  pair.settle();
  pair.tamper = (packet) => [packet];
  const took = pair.advanceUntil(() => pair.z.received().length === 40, 1_000_000);
  assert.ok(took < 61_000, `${took} ms`);
});

test("RFC 9260 §6.2: when the reader comes back after an hour, the transfer goes on within a second", () => {
  const pair = new Pair({ z: { receiveBufferBytes: 20_000 } });
  pair.establish();
  pair.z.reads = false;
  for (let index = 0; index < 40; index += 1)
    pair.a.association.send(payload(1000, index), onStream(0), pair.now);
  pair.advance(3_600_000);
  pair.z.reads = true;
  pair.z.association.releaseReceived(pair.z.association.unreadBytes);
  const took = pair.advanceUntil(() => pair.z.received().length === 40, 100_000);
  assert.ok(took < 1000, `${took} ms`);
});
