import assert from "node:assert/strict";
import { test } from "node:test";
import { tooBig } from "../icmp.js";
import { ip } from "../pair.js";
import { ScriptedPeer } from "../scripted-peer.js";

test("RFC 9260 §6.3.3 E4: what is sent another way is covered by the RTO of that way", () => {
  const peer = new ScriptedPeer({ a: { maxBurst: 0, noDelay: true } });
  const { association, pair } = peer;
  const other = association.tcb.addPath(ip("10.0.1.2"), 0, true, pair.now);
  assert.ok(other !== undefined);
  other.rto.timeoutMs = 3333;
  const primary = association.primaryPath;
  peer.send(1400);
  peer.wait(primary.rto.timeoutMs);
  assert.equal(other.flightBytes, 1416);
  assert.equal(other.t3.deadline, pair.now + 3333);
  assert.equal(primary.t3.isRunning, false);
  // E2: only the path that timed out has been backed off.
  assert.equal(other.rto.timeoutMs, 3333);
});

test("RFC 9260 §7.2.1: what is sent again takes no window that has been idle for long", () => {
  const peer = new ScriptedPeer({ a: { maxBurst: 0, noDelay: true } });
  const { association, pair } = peer;
  const other = association.tcb.addPath(ip("10.0.1.2"), 0, true, pair.now);
  assert.ok(other !== undefined);
  // The other path has carried much, a minute ago.
  other.windowUsedAt = pair.now;
  (other.congestion as { cwnd: number }).cwnd = 100_000;
  peer.openWindow(100_000);
  peer.wait(60_000);
  peer.send(...new Array<number>(40).fill(1400));
  peer.sent.length = 0;
  peer.wait(association.primaryPath.rto.timeoutMs);
  const least = 4 * other.pmdcs;
  assert.equal(other.congestion.cwnd, least);
  assert.ok(other.flightBytes >= least && other.flightBytes < least + other.pmdcs, `${other.flightBytes}`);
});

test("RFC 9260 §6.3.2 R2: T3-rtx of a path stops when all that was outstanding there is sent another way", () => {
  const peer = new ScriptedPeer({ a: { maxBurst: 0, noDelay: true } });
  const { association, pair } = peer;
  const other = association.tcb.addPath(ip("10.0.1.2"), 0, true, pair.now);
  assert.ok(other !== undefined);
  const primary = association.primaryPath;
  peer.send(1000);
  assert.equal(primary.t3.isRunning, true);
  // What is lost there goes another way, because the path is none of the best any more (RFC 7829 §3.2 3).
  primary.state = "potentially failed";
  tooBig(pair, 700);
  assert.deepEqual([primary.flightBytes, other.flightBytes], [0, 1016]);
  assert.equal(primary.t3.isRunning, false);
  assert.equal(other.t3.isRunning, true);
});
