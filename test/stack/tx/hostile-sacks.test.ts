import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { tsnDistance } from "../../../src/base/serial-number.js";
import type { Association } from "../../../src/stack/association.js";
import { onStream, payload } from "../pair.js";
import { countersOf, ScriptedPeer, wrongCounters } from "../scripted-peer.js";

/** The number of the last chunk that is acknowledged cumulatively. */
function ackPoint({ tcb }: Association): number {
  return tsnDistance(tcb.retransmission.outstanding.firstTsn, tcb.localInitialTsn);
}

function outstanding(count: number): ScriptedPeer {
  const peer = new ScriptedPeer({ a: { maxBurst: 0, noDelay: true } });
  peer.openWindow(count * 1416);
  peer.send(...new Array<number>(count).fill(1400));
  peer.take();
  return peer;
}

test("RFC 9260 §6.2.1: a SACK of what was never sent ends the association with Protocol Violation", () => {
  const peer = outstanding(3);
  peer.sack(4);
  assert.equal(peer.association.state, "CLOSED");
  const aborts = peer.chunksOf("ABORT");
  assert.deepEqual(
    aborts.map((abort) => abort.causes[0]?.kind),
    ["Protocol Violation"],
  );
});

test("RFC 9260 §6.2.1 D i: a SACK below the Cumulative TSN Ack Point changes nothing", () => {
  const peer = outstanding(6);
  peer.sack(4, { aRwnd: 5000 });
  const before = { ...countersOf(peer.association), rwnd: peer.association.peerRwnd };
  peer.sack(2, { aRwnd: 0, gaps: [[4, 5]] });
  assert.deepEqual({ ...countersOf(peer.association), rwnd: peer.association.peerRwnd }, before);
  assert.equal(peer.pair.a.stack.statistics.discardedSacks, 1);
});

test("RFC 9260 §12.4: a Gap Ack Block of what was never sent ends the association with Protocol Violation", () => {
  const beyond: readonly (readonly (readonly [number, number])[])[] = [
    [[3, 5]],
    [[5, 9]],
    [
      [2, 2],
      [4, 60_000],
    ],
  ];
  for (const gaps of beyond) {
    const peer = outstanding(4);
    peer.sack(0, { gaps });
    assert.equal(peer.association.state, "CLOSED");
    assert.deepEqual(
      peer.chunksOf("ABORT").map((abort) => abort.causes[0]?.kind),
      ["Protocol Violation"],
    );
  }
  const peer = outstanding(4);
  peer.sack(0, { gaps: [[3, 4]] });
  assert.equal(countersOf(peer.association)["gapAckedCount"], 2);
});

test("RFC 9260 §3.3.4: blocks that are empty, overlap or go backwards do no harm", () => {
  const peer = outstanding(12);
  peer.sack(0, {
    gaps: [
      [9, 4],
      [1, 3],
      [6, 8],
      [7, 9],
      [2, 3],
      [10, 10],
    ],
  });
  assert.deepEqual(wrongCounters(peer.association), []);
  assert.equal(countersOf(peer.association)["gapAckedCount"], 4);
  peer.sack(12);
  assert.ok(peer.association.isSenderDry);
});

test("RFC 9260 §3.3.4: duplicate TSNs are only advice", () => {
  const peer = outstanding(4);
  peer.sack(0, { duplicates: [1, 2, 3, 4, 4, 4, 900] });
  assert.equal(peer.association.unackedChunks, 4);
  assert.deepEqual(wrongCounters(peer.association), []);
});

test("RFC 9260 §6.2.1: optimistic acknowledgements open no window beyond one PMDCS for each SACK", () => {
  const peer = outstanding(4);
  const { congestion } = peer.association.primaryPath;
  const before = congestion.cwnd;
  for (let index = 1; index <= 4; index += 1) peer.sack(index);
  assert.ok(congestion.cwnd <= before + 4 * 1468);
});

test("RFC 9260 §6.2.1: no sequence of SACKs breaks a counter or leaves data without a timer", () => {
  const command = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant("send" as const), size: fc.integer({ min: 1, max: 5000 }) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: 0, max: 1500 }) }),
    },
    {
      weight: 8,
      arbitrary: fc.record({
        kind: fc.constant("sack" as const),
        up: fc.integer({ min: -1, max: 4 }),
        aRwnd: fc.constantFrom(0, 300, 5000, 1_000_000),
        gaps: fc.array(fc.tuple(fc.integer({ min: -2, max: 30 }), fc.integer({ min: -2, max: 8 })), {
          maxLength: 6,
        }),
        sorted: fc.boolean(),
      }),
    },
  );
  fc.assert(
    fc.property(fc.array(command, { minLength: 1, maxLength: 60 }), fc.boolean(), (commands, noDelay) => {
      const peer = new ScriptedPeer({
        a: { maxBurst: 0, noDelay, rtoMinMs: 100, associationMaxRetrans: 1000 },
      });
      const { association } = peer;
      for (const step of commands) {
        if (step.kind === "send") {
          association.send(payload(step.size), onStream(0), peer.pair.now);
          peer.pair.settle();
        } else if (step.kind === "wait") {
          peer.wait(step.ms);
        } else {
          const acked = Math.max(0, ackPoint(association) + Math.min(step.up, association.unackedChunks));
          const sent = ackPoint(association) + association.unackedChunks;
          const gaps = step.gaps
            .map(([first, more]) => [acked + 2 + first, Math.min(acked + 2 + first + more, sent)] as const)
            .filter(([, last]) => last >= acked);
          if (step.sorted) gaps.sort((left, right) => left[0] - right[0]);
          peer.sack(acked, { aRwnd: step.aRwnd, gaps });
        }
        assert.deepEqual(wrongCounters(association), []);
      }
      // An honest end.
      for (let round = 0; round < 400 && !association.isSenderDry; round += 1) {
        peer.sack(ackPoint(association) + association.unackedChunks);
        peer.wait(100);
      }
      for (const [name, value] of Object.entries(countersOf(association))) assert.equal(value, 0, name);
    }),
    { numRuns: 150, seed: 621 },
  );
});
