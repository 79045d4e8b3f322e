import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { tsn, tsnAdd, tsnDistance } from "../../../src/base/serial-number.js";
import {
  believableRanges,
  difference,
  rangesFrom,
  type TsnRange,
} from "../../../src/stack/tx/gap-acked-ranges.js";

/** Close to the wrap, so that most ranges cross it. */
const BASE = tsn(0xffff_ffe0);

function membersOf(ranges: readonly TsnRange[]): number[] {
  return ranges.flatMap(({ first, last }) =>
    Array.from({ length: tsnDistance(last, first) + 1 }, (_, index) => tsnDistance(first, BASE) + index),
  );
}

const ranges: fc.Arbitrary<TsnRange[]> = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 })), { maxLength: 12 })
  .map((steps) => {
    let at = 0;
    return steps.map(([gap, length]) => {
      const first = at + gap;
      at = first + length - 1;
      return { first: tsnAdd(BASE, first), last: tsnAdd(BASE, at) };
    });
  });

test("RFC 9260 §6.2.1 D iii: the difference of ranges is that of their sets, across the wrap too", () => {
  fc.assert(
    fc.property(ranges, ranges, (left, right) => {
      const excluded = new Set(membersOf(right));
      assert.deepEqual(
        membersOf(difference(left, right)),
        membersOf(left).filter((member) => !excluded.has(member)),
      );
    }),
    { numRuns: 1000, seed: 1 },
  );
});

test("RFC 9260 §6.2.1: what lies below the ack point is cut off", () => {
  fc.assert(
    fc.property(ranges, fc.integer({ min: 0, max: 80 }), (all, lowest) => {
      assert.deepEqual(
        membersOf(rangesFrom(all, tsnAdd(BASE, lowest))),
        membersOf(all).filter((member) => member >= lowest),
      );
    }),
  );
});

test("RFC 9260 §3.3.4: whatever the blocks say, what is believed is ascending, disjoint and outstanding", () => {
  const block = fc.record({ start: fc.integer({ min: 0, max: 80 }), end: fc.integer({ min: 0, max: 80 }) });
  fc.assert(
    fc.property(fc.array(block), fc.integer({ min: 1, max: 60 }), (gapAckBlocks, count) => {
      const sack = {
        kind: "SACK",
        cumulativeTsnAck: BASE,
        aRwnd: 0,
        gapAckBlocks,
        duplicateTsns: [],
      } as const;
      const members = membersOf(believableRanges(sack, tsnAdd(BASE, 1), tsnAdd(BASE, 1 + count)));
      assert.deepEqual(
        members,
        [...new Set(members)].sort((left, right) => left - right),
      );
      for (const member of members) assert.ok(member >= 2 && member <= count);
    }),
  );
});
