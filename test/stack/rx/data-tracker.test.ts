import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Tsn, tsn, tsnAdd, tsnDistance } from "../../../src/base/serial-number.js";
import { RX_DUPLICATE_TSNS_MAX, RX_GAP_RANGES_MAX, RX_TSN_DISTANCE_MAX } from "../../../src/stack/limits.js";
import { DataTracker } from "../../../src/stack/rx/data-tracker.js";

function receiveAll(tracker: DataTracker, ...tsns: readonly number[]): string[] {
  return tsns.map((value) => tracker.receive(tsn(value)));
}

test("RFC 9260 §3.3.4: before any DATA the Cumulative TSN Ack is the peer's Initial TSN minus one", () => {
  assert.equal(new DataTracker(tsn(10)).cumulativeTsnAck, 9);
  assert.equal(new DataTracker(tsn(0)).cumulativeTsnAck, 0xffffffff);
  assert.equal(new DataTracker(tsn(10)).highestTsn, 9);
});

test("RFC 9260 §6.2: TSNs in sequence move the Cumulative TSN Ack, over the wrap too", () => {
  const tracker = new DataTracker(tsn(0xfffffffe));
  assert.deepEqual(receiveAll(tracker, 0xfffffffe, 0xffffffff, 0, 1), ["new", "new", "new", "new"]);
  assert.equal(tracker.cumulativeTsnAck, 1);
  assert.equal(tracker.hasGaps, false);
});

test("RFC 9260 §3.3.4: the example's TSNs make the example's Gap Ack Blocks", () => {
  const tracker = new DataTracker(tsn(10));
  receiveAll(tracker, 10, 11, 12, 14, 15, 17);
  assert.equal(tracker.cumulativeTsnAck, 12);
  assert.equal(tracker.highestTsn, 17);
  assert.deepEqual(tracker.gapAckBlocks(100), [
    { start: 2, end: 3 },
    { start: 5, end: 5 },
  ]);
});

test("RFC 9260 §3.3.4: Gap Ack Blocks that come to touch become one, and the first joins what is in sequence", () => {
  const tracker = new DataTracker(tsn(1));
  receiveAll(tracker, 3, 5, 9, 4, 8, 6);
  assert.deepEqual(tracker.gapAckBlocks(100), [
    { start: 3, end: 6 },
    { start: 8, end: 9 },
  ]);
  receiveAll(tracker, 1, 2);
  assert.equal(tracker.cumulativeTsnAck, 6);
  assert.deepEqual(tracker.gapAckBlocks(100), [{ start: 2, end: 3 }]);
  receiveAll(tracker, 7);
  assert.equal(tracker.cumulativeTsnAck, 9);
  assert.equal(tracker.hasGaps, false);
});

test("RFC 9260 §6.7: when not all Gap Ack Blocks fit, the lowest are reported", () => {
  const tracker = new DataTracker(tsn(1));
  receiveAll(tracker, 2, 4, 6);
  assert.deepEqual(tracker.gapAckBlocks(2), [
    { start: 2, end: 2 },
    { start: 4, end: 4 },
  ]);
  assert.deepEqual(tracker.gapAckBlocks(0), []);
});

test("RFC 9260 §3.3.4: each arrival of a duplicate is listed once, and the list begins anew after a SACK", () => {
  const tracker = new DataTracker(tsn(19));
  assert.deepEqual(receiveAll(tracker, 19, 21, 19, 19, 21), [
    "new",
    "new",
    "duplicate",
    "duplicate",
    "duplicate",
  ]);
  assert.deepEqual(tracker.takeDuplicates(), [19, 19, 21]);
  assert.deepEqual(tracker.takeDuplicates(), []);
  receiveAll(tracker, 19);
  assert.deepEqual(tracker.takeDuplicates(), [19]);
});

test("the list of duplicates is bounded", () => {
  const tracker = new DataTracker(tsn(1));
  receiveAll(tracker, 1);
  for (let count = 0; count < 2 * RX_DUPLICATE_TSNS_MAX; count += 1) receiveAll(tracker, 1);
  assert.equal(tracker.takeDuplicates().length, RX_DUPLICATE_TSNS_MAX);
});

test("RFC 9260 §3.3.4: a TSN too far ahead for a Gap Ack Block is refused and not acknowledged", () => {
  for (const initial of [1, 0xffffff00]) {
    const tracker = new DataTracker(tsn(initial));
    const cumulative = tracker.cumulativeTsnAck;
    assert.equal(tracker.receive(tsnAdd(cumulative, RX_TSN_DISTANCE_MAX + 1)), "refused");
    assert.equal(tracker.receive(tsnAdd(cumulative, 2 ** 31 - 1)), "refused");
    assert.equal(tracker.hasGaps, false);
    assert.equal(tracker.receive(tsnAdd(cumulative, RX_TSN_DISTANCE_MAX)), "new");
    assert.deepEqual(tracker.gapAckBlocks(1), [{ start: RX_TSN_DISTANCE_MAX, end: RX_TSN_DISTANCE_MAX }]);
  }
});

test("one gap too many is refused; what extends a range or fills a gap is still taken", () => {
  const tracker = new DataTracker(tsn(1));
  for (let count = 0; count < RX_GAP_RANGES_MAX; count += 1) receiveAll(tracker, 4 + 4 * count);
  const behind = 4 + 4 * RX_GAP_RANGES_MAX;
  assert.deepEqual(receiveAll(tracker, behind, 6), ["refused", "refused"]);
  assert.equal(tracker.check(tsn(6)), "refused");
  assert.deepEqual(receiveAll(tracker, 5, 7, 1, 2, 3, 6), ["new", "new", "new", "new", "new", "new"]);
  assert.equal(tracker.cumulativeTsnAck, 8);
  assert.equal(tracker.receive(tsn(behind)), "new");
});

test("RFC 9260 §6.2: a TSN that was taken back is no longer reported, and is new when it comes again", () => {
  const tracker = new DataTracker(tsn(1));
  receiveAll(tracker, 3, 4, 5, 6, 7, 9);
  tracker.forget(tsn(9));
  assert.equal(tracker.highestTsn, 7);
  tracker.forget(tsn(4), tsn(5));
  tracker.forget(tsn(3));
  assert.deepEqual(tracker.gapAckBlocks(9), [{ start: 6, end: 7 }]);
  assert.deepEqual(receiveAll(tracker, 5, 6, 9), ["new", "duplicate", "new"]);
  tracker.forget(tsn(5), tsn(7));
  tracker.forget(tsn(9));
  assert.equal(tracker.hasGaps, false);
  assert.equal(tracker.highestTsn, 0);
});

test("taking back what did not arrive beyond a gap is a mistake of ours", () => {
  const tracker = new DataTracker(tsn(1));
  receiveAll(tracker, 1, 3);
  for (const [first, last] of [
    [1, 1],
    [2, 3],
    [3, 4],
    [4, 4],
  ] as const) {
    assert.throws(() => tracker.forget(tsn(first), tsn(last)), { name: "AssertionError" });
  }
});

/** RFC 9260 §3.3.4 with a set of all TSNs. */
class NaiveTracker {
  readonly received = new Set<number>();
  cumulative: Tsn;

  constructor(initial: Tsn) {
    this.cumulative = tsnAdd(initial, -1);
  }

  receive(value: Tsn): string {
    if (tsnDistance(value, this.cumulative) <= 0 || this.received.has(value)) return "duplicate";
    this.received.add(value);
    while (this.received.delete(tsnAdd(this.cumulative, 1))) this.cumulative = tsnAdd(this.cumulative, 1);
    return "new";
  }

  blocks(): { start: number; end: number }[] {
    const offsets = [...this.received].map((value) => tsnDistance(value as Tsn, this.cumulative));
    const blocks: { start: number; end: number }[] = [];
    for (const offset of offsets.sort((left, right) => left - right)) {
      const last = blocks.at(-1);
      if (last?.end === offset - 1) last.end = offset;
      else blocks.push({ start: offset, end: offset });
    }
    return blocks;
  }
}

test("RFC 9260 §3.3.4: any order of TSNs gives the acknowledgement that a set of all TSNs gives", () => {
  const step = fc.record({ ahead: fc.integer({ min: -5, max: 40 }), forget: fc.boolean() });
  fc.assert(
    fc.property(
      fc.constantFrom(0, 1, 0x7ffffff0, 0xfffffff0),
      fc.array(step, { maxLength: 200 }),
      (initial, steps) => {
        const tracker = new DataTracker(tsn(initial));
        const naive = new NaiveTracker(tsn(initial));
        for (const { ahead, forget } of steps) {
          const value = tsnAdd(tracker.cumulativeTsnAck, ahead);
          if (forget && ahead % 3 === 0 && naive.received.has(value)) {
            tracker.forget(value);
            naive.received.delete(value);
          } else {
            const expected = naive.receive(value);
            assert.equal(tracker.check(value), expected);
            assert.equal(tracker.receive(value), expected);
          }
          assert.equal(tracker.cumulativeTsnAck, naive.cumulative);
          const blocks = naive.blocks();
          assert.deepEqual(tracker.gapAckBlocks(1000), blocks);
          assert.equal(tracker.hasGaps, blocks.length > 0);
          assert.equal(tracker.highestTsn, tsnAdd(naive.cumulative, blocks.at(-1)?.end ?? 0));
        }
      },
    ),
  );
});
