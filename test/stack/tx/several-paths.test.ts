import assert from "node:assert/strict";
import { test } from "node:test";
import type { Rfc9260CongestionControl } from "../../../src/stack/paths/congestion-control.js";
import type { Path } from "../../../src/stack/paths/path.js";
import { ip, onStream, payload } from "../pair.js";
import { ScriptedPeer, wrongCounters } from "../scripted-peer.js";

/** A peer with two addresses, both confirmed: 10.0.0.2 is the primary path, 10.0.1.2 the other. */
function twoPaths(): { peer: ScriptedPeer; primary: Path; other: Path } {
  const peer = new ScriptedPeer({ a: { maxBurst: 0, noDelay: true, pathMaxRetrans: 2 } });
  const other = peer.association.tcb.addPath(ip("10.0.1.2"), 0, true, peer.pair.now);
  assert.ok(other !== undefined);
  peer.openWindow(20_000);
  return { peer, primary: peer.association.primaryPath, other };
}

function destinationsOf(peer: ScriptedPeer): string[] {
  return peer.sent
    .splice(0)
    .flatMap(({ data, destination }) => data.map((number) => `${number}>${destination}`));
}

test("RFC 9260 §6.4: new data goes to the primary path, what timed out to another active one", () => {
  const { peer, primary, other } = twoPaths();
  // Only T3-rtx sends anything again.
  peer.association.configure({ timedLossDetection: false }, peer.pair.now);
  peer.send(1400, 1400);
  assert.deepEqual(destinationsOf(peer), ["1>10.0.0.2", "2>10.0.0.2"]);
  peer.wait(1000);
  assert.deepEqual(destinationsOf(peer), ["1>10.0.1.2", "2>10.0.1.2"]);
  // §6.4: the counts of outstanding data follow; F1: each path has its own timer.
  assert.equal(primary.flightBytes, 0);
  assert.equal(other.flightBytes, 2 * 1416);
  assert.ok(!primary.t3.isRunning && other.t3.isRunning);
  assert.deepEqual(wrongCounters(peer.association), []);
  // Only the path that timed out is backed off.
  assert.deepEqual([primary.rto.timeoutMs, other.rto.timeoutMs], [2000, 1000]);
  assert.deepEqual([primary.errorCount, other.errorCount], [1, 0]);
});

test("RFC 9260 §6.4: all fast retransmissions stay on their path, those too that wait for the window", () => {
  const { peer } = twoPaths();
  peer.send(...new Array<number>(14).fill(1400));
  peer.sent.length = 0;
  for (const last of [4, 5, 6]) peer.sack(0, { gaps: [[4, last]] });
  peer.sack(1, { gaps: [[4, 12]] });
  assert.deepEqual(destinationsOf(peer), ["1>10.0.0.2", "2>10.0.0.2", "3>10.0.0.2"]);
});

test("RFC 9260 §6.4.1: when the primary path becomes inactive, new data goes to the other", () => {
  const { peer, primary } = twoPaths();
  primary.state = "inactive";
  peer.send(100);
  assert.deepEqual(destinationsOf(peer), ["1>10.0.1.2"]);
  primary.state = "active";
  peer.sack(1);
  peer.send(100);
  assert.deepEqual(destinationsOf(peer), ["2>10.0.0.2"]);
});

test("RFC 9260 §7.2.1: the windows grow by what was acknowledged on each path", () => {
  const { peer, primary, other } = twoPaths();
  peer.openWindow(2 * 1416);
  peer.send(1400, 1400);
  peer.association.setPrimaryPath(other);
  (other.congestion as { cwnd: number }).cwnd = 1416;
  peer.send(1400);
  const before = [primary.congestion.cwnd, other.congestion.cwnd];
  peer.sack(3);
  assert.deepEqual(
    [primary.congestion.cwnd, other.congestion.cwnd],
    [(before[0] ?? 0) + 1468, (before[1] ?? 0) + 1416],
  );
});

test("RFC 9260 §6.3.2 F1: changing the path leaves the timers that run alone", () => {
  const { peer, primary, other } = twoPaths();
  peer.send(1400);
  const { deadline } = primary.t3;
  peer.wait(100);
  peer.association.setPrimaryPath(other);
  peer.send(1400);
  assert.equal(primary.t3.deadline, deadline);
  assert.equal(other.t3.deadline, peer.pair.now + other.rto.timeoutMs);
  // R3 for each path alone: the acknowledgement of 2 says nothing of the first path.
  peer.send(1400);
  peer.wait(100);
  peer.sack(0, { gaps: [[2, 2]] });
  assert.equal(primary.t3.deadline, deadline);
  assert.equal(other.t3.deadline, peer.pair.now + other.rto.timeoutMs);
});

test("RFC 9260 §7.2.4 2 and 6: a SACK that shows loss on two paths halves both windows, a later one none", () => {
  const { peer, primary, other } = twoPaths();
  (other.congestion as { cwnd: number }).cwnd = 40_000;
  (primary.congestion as { cwnd: number }).cwnd = 40_000;
  const sizes = new Array<number>(6).fill(1400);
  peer.send(...sizes);
  peer.association.setPrimaryPath(other);
  peer.send(...sizes);
  // 1 on the first path and 7 on the second are missing; the third miss of both comes with one SACK.
  for (const last of [9, 10, 11])
    peer.sack(0, {
      gaps: [
        [2, 6],
        [8, last],
      ],
    });
  const halved = [primary.congestion.cwnd, other.congestion.cwnd];
  assert.deepEqual(halved, [20_000, 20_000]);
  assert.deepEqual(destinationsOf(peer).slice(-2), ["1>10.0.0.2", "7>10.0.1.2"]);
  peer.send(...sizes);
  for (const last of [15, 16, 17])
    peer.sack(0, {
      gaps: [
        [2, 6],
        [8, 11],
        [14, last],
      ],
    });
  assert.deepEqual([primary.congestion.cwnd, other.congestion.cwnd], halved);
  assert.deepEqual(wrongCounters(peer.association), []);
});

test("RFC 9260 §7.2.4 3: the fast retransmission leaves at once although a time-out of another path waits for room", () => {
  const { peer, primary, other } = twoPaths();
  // 1 and 2 time out on the other path, and find no room on the primary one.
  peer.association.setPrimaryPath(other);
  peer.send(1400, 1400);
  peer.wait(500);
  peer.association.setPrimaryPath(primary);
  peer.openWindow(12 * 1416);
  peer.send(...new Array<number>(12).fill(1400));
  peer.openWindow(1);
  peer.wait(500);
  peer.sent.length = 0;
  for (const last of [4, 5, 6]) peer.sack(0, { gaps: [[4, last]] });
  assert.deepEqual(destinationsOf(peer), ["3>10.0.0.2"]);
  assert.deepEqual(wrongCounters(peer.association), []);
});

test("RFC 9260 §7.2.2: with everything acknowledged partial_bytes_acked is 0 on all paths", () => {
  const { peer, primary, other } = twoPaths();
  const control = other.congestion as Rfc9260CongestionControl;
  control.ssthresh = 1;
  peer.send(100);
  peer.association.setPrimaryPath(other);
  peer.send(100);
  peer.sack(0, { gaps: [[2, 2]] });
  assert.equal(control.partialBytesAcked, 116);
  peer.sack(2);
  assert.equal(control.partialBytesAcked, 0);
  assert.ok(primary.flightBytes === 0 && other.flightBytes === 0);
});

test("RFC 9260 §7.2.1: the window of an idle path decays, before new data or a retransmission uses it", () => {
  for (const use of ["new data", "a retransmission"]) {
    const { peer, primary, other } = twoPaths();
    const control = other.congestion as { cwnd: number };
    peer.association.setPrimaryPath(other);
    peer.send(100);
    peer.sack(1);
    control.cwnd = 64_000;
    peer.association.setPrimaryPath(primary);
    peer.wait(2999);
    const before = primary.congestion.cwnd;
    if (use === "new data") {
      peer.association.setPrimaryPath(other);
      peer.send(100);
      assert.equal(primary.congestion.cwnd, before, use);
      assert.equal(control.cwnd, 16_000, use);
    } else {
      peer.send(100);
      peer.wait(1000);
      assert.equal(destinationsOf(peer).at(-1), "2>10.0.1.2");
      assert.equal(control.cwnd, 8000, use);
    }
    assert.equal(other.congestion.ssthresh, 64_000);
  }
});

test("RFC 9260 §6.1 D: Max.Burst holds for each path", () => {
  const peer = new ScriptedPeer({ a: { maxBurst: 2, noDelay: true } });
  const other = peer.association.tcb.addPath(ip("10.0.1.2"), 0, true, peer.pair.now);
  for (const path of peer.association.paths) (path.congestion as { cwnd: number }).cwnd = 40_000;
  const { association, pair } = peer;
  const give = (count: number, destination: Path | undefined): void => {
    for (let index = 0; index < count; index += 1)
      association.send(payload(1400), { ...onStream(0), destination }, pair.now);
  };
  give(2, undefined);
  give(2, other);
  give(4, undefined);
  pair.settle();
  assert.deepEqual(destinationsOf(peer), ["1>10.0.0.2", "2>10.0.0.2", "3>10.0.1.2", "4>10.0.1.2"]);
  peer.sack(1);
  assert.deepEqual(destinationsOf(peer), ["5>10.0.0.2", "6>10.0.0.2"]);
});
