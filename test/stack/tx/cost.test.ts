import assert from "node:assert/strict";
import { test } from "node:test";
import { onStream, payload } from "../pair.js";
import { ScriptedPeer, type ScriptedSack } from "../scripted-peer.js";

/** `sent` small chunks on their way, `waiting` messages behind them, on `streams` streams. */
function loaded(sent: number, waiting: number, streams: number): ScriptedPeer {
  const peer = new ScriptedPeer({ a: { maxBurst: 4, noDelay: true, outboundStreams: 65_535 } });
  peer.openWindow(sent * 28);
  for (let index = 0; index < sent + waiting; index += 1)
    peer.association.send(payload(12, index), onStream(index % streams), peer.pair.now);
  for (let previous = -1; peer.association.unackedChunks !== previous; peer.pair.settle()) {
    previous = peer.association.unackedChunks;
    peer.association.setPrimaryPath(peer.association.primaryPath);
  }
  peer.sent.length = 0;
  return peer;
}

/** How often the outstanding chunks are looked at while A handles some SACKs. */
function looksDuring(peer: ScriptedPeer, sacks: readonly (readonly [number, ScriptedSack])[]): number {
  const { outstanding } = peer.association.tcb.retransmission;
  const slotOf = outstanding.slotOf.bind(outstanding);
  let looks = 0;
  outstanding.slotOf = (tsn) => {
    looks += 1;
    return slotOf(tsn);
  };
  for (const [upTo, script] of sacks) peer.sack(upTo, script);
  return looks;
}

test("RFC 9260 §6.2.1: without loss a SACK costs what it acknowledges and allows, whatever else waits", () => {
  const sacks = [10, 20, 30, 40].map((upTo) => [upTo, {}] as const);
  const small = looksDuring(loaded(200, 50, 1), sacks);
  const large = looksDuring(loaded(10_000, 40_000, 60_000), sacks);
  assert.ok(large <= small + 4, `${small} ${large}`);
});

test("RFC 9260 §7.2.4: behind a loss a SACK costs what is missing and what is new, whatever is outstanding", () => {
  const sacks = Array.from(
    { length: 20 },
    (_, index) => [0, { gaps: [[40, 50 + index * 5] as const] }] as const,
  );
  const small = looksDuring(loaded(200, 50, 1), sacks);
  const large = looksDuring(loaded(10_000, 40_000, 60_000), sacks);
  assert.ok(large <= small * 1.5, `${small} ${large}`);
});
