import assert from "node:assert/strict";
import { test } from "node:test";
import type { Path } from "../../../src/stack/paths/path.js";
import { ip } from "../pair.js";
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
