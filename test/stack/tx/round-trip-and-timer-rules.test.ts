import assert from "node:assert/strict";
import { test } from "node:test";
import { tsnAdd } from "../../../src/base/serial-number.js";
import type { Path } from "../../../src/stack/paths/path.js";
import { onStream, payload } from "../pair.js";
import { Scene } from "../scene.js";
import { ScriptedPeer } from "../scripted-peer.js";

/*
 * What `npm run mutation` found no other test to notice: each of these fails when one rule of RFC 9260 §6.3 is broken.
 */

const SIZE = 1400;

test("RFC 9260 §6.3.1 C5: a chunk measures nothing when one before it was sent again meanwhile", () => {
  // A probe would send the sixth again as well, which measures nothing then for a reason of its own.
  const peer = new ScriptedPeer({ a: { maxBurst: 0, noDelay: true, timedLossDetection: false } });
  peer.openWindow(30_000);
  peer.send(...new Array<number>(5).fill(SIZE));
  peer.wait(100);
  peer.sack(1);
  const { rto } = peer.association.primaryPath;
  const measured = rto.smoothedRoundTripMs;
  assert.ok(measured !== undefined);
  // The sixth is to measure the next round trip; the second is lost before it.
  peer.send(SIZE);
  peer.take();
  for (const last of [3, 4, 5]) peer.sack(1, { gaps: [[3, last]] });
  assert.deepEqual(peer.take()[0], [2]);
  peer.wait(500);
  peer.sack(6);
  assert.equal(rto.smoothedRoundTripMs, measured);
});

test("RFC 9260 §6.3.2 R4: T3-rtx starts for a chunk that a gap reported and a later SACK does not", () => {
  const scene = new Scene({ config: { noDelay: true } });
  const { association, tag } = scene.connect({}, ["10.0.0.1", "10.0.1.1"]);
  const { localInitialTsn } = association.tcb;
  const [first, second] = association.paths as readonly [Path, Path];
  association.send(payload(SIZE), onStream(0), scene.now);
  association.send(payload(SIZE), { ...onStream(0), destination: second }, scene.now);
  scene.drain();
  assert.ok(first.t3.isRunning && second.t3.isRunning);
  const sack = { kind: "SACK", cumulativeTsnAck: tsnAdd(localInitialTsn, -1), aRwnd: 100_000 } as const;
  scene.receive(tag, [{ ...sack, gapAckBlocks: [{ start: 2, end: 2 }], duplicateTsns: [] }]);
  assert.ok(first.t3.isRunning && !second.t3.isRunning);
  scene.receive(tag, [{ ...sack, gapAckBlocks: [], duplicateTsns: [] }]);
  assert.ok(first.t3.isRunning && second.t3.isRunning);
});
