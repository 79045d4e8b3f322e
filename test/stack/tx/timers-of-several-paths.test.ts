import assert from "node:assert/strict";
import { test } from "node:test";
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
