import { assert } from "../../base/assert.js";
import { type Tsn, tsnAdd, tsnDistance, tsnLess, tsnLessOrEqual } from "../../base/serial-number.js";
import { RX_DUPLICATE_TSNS_MAX, RX_GAP_RANGES_MAX, RX_TSN_DISTANCE_MAX } from "../limits.js";

/**
 * What became of a TSN: it is `"new"` and now counts as received; it is a `"duplicate"`, remembered for the
 * next SACK; or it is `"refused"`, because it lies too far ahead or would open one gap too many: the chunk is
 * dropped and not acknowledged.
 */
export type TsnArrival = "new" | "duplicate" | "refused";

/** A Gap Ack Block: offsets from the Cumulative TSN Ack, both inclusive, 1 to 65,535 (RFC 9260 §3.3.4). */
export interface GapAckBlock {
  /** Offset of the block's lowest TSN. */
  readonly start: number;
  /** Offset of the block's highest TSN. */
  readonly end: number;
}

const NO_BLOCKS: readonly GapAckBlock[] = Object.freeze([]);

interface TsnRange {
  first: Tsn;
  last: Tsn;
}

/** What all share to which everything has come once and in sequence; nobody puts anything into these. */
const NO_RANGES: TsnRange[] = [];
const NO_TSNS: Tsn[] = [];

/**
 * Which TSNs of the peer have arrived (RFC 9260 §6.2, §6.7). It knows nothing of streams or messages, and
 * nothing of when a SACK is due.
 *
 * A TSN in sequence costs O(1). What arrived beyond a gap is kept as ranges in ascending order, none touching
 * another: the search begins at the last range, where nearly all such TSNs belong, and is a bisection
 * otherwise.
 */
export class DataTracker {
  private cumulative: Tsn;
  private ranges = NO_RANGES;
  private duplicates = NO_TSNS;

  /**
   * @param initialPeerTsn - the Initial TSN of the peer's INIT or INIT ACK: the first TSN that is expected
   */
  constructor(initialPeerTsn: Tsn) {
    // RFC 9260 §3.3.4: as long as no DATA has arrived, the Cumulative TSN Ack is the peer's Initial TSN minus one.
    this.cumulative = tsnAdd(initialPeerTsn, -1);
  }

  /** The last TSN before the first gap (RFC 9260 §3.3.4). */
  get cumulativeTsnAck(): Tsn {
    return this.cumulative;
  }

  /** The highest TSN that counts as received. */
  get highestTsn(): Tsn {
    return this.ranges.at(-1)?.last ?? this.cumulative;
  }

  /** Whether a TSN is missing below the highest that arrived. */
  get hasGaps(): boolean {
    return this.ranges.length > 0;
  }

  /** Takes note of a TSN that is the next while none is missing, as nearly all are; false: it is another. */
  receiveInSequence(tsn: Tsn): boolean {
    if (this.ranges.length > 0 || tsn !== tsnAdd(this.cumulative, 1)) return false;
    this.cumulative = tsn;
    return true;
  }

  /** Takes note of a DATA chunk's TSN. */
  receive(tsn: Tsn): TsnArrival {
    const distance = tsnDistance(tsn, this.cumulative);
    if (distance === 1) {
      this.cumulative = tsn;
      if (this.ranges.length > 0) this.absorbFirstRange();
      return "new";
    }
    if (distance <= 0) return this.noteDuplicate(tsn);
    if (distance > RX_TSN_DISTANCE_MAX) return "refused";
    return this.receiveBeyondGap(tsn);
  }

  /** What {@link receive} would answer, without taking note of anything. */
  check(tsn: Tsn): TsnArrival {
    const distance = tsnDistance(tsn, this.cumulative);
    if (distance <= 0) return "duplicate";
    if (distance > RX_TSN_DISTANCE_MAX) return "refused";
    if (distance === 1) return "new";
    const after = this.indexOfFirstAfter(tsn);
    const before = this.ranges[after - 1];
    if (before !== undefined && tsnLessOrEqual(tsn, before.last)) return "duplicate";
    const touches = before?.last === tsnAdd(tsn, -1) || this.ranges[after]?.first === tsnAdd(tsn, 1);
    return touches || this.ranges.length < RX_GAP_RANGES_MAX ? "new" : "refused";
  }

  /**
   * What is missing up to a TSN, which lies above the Cumulative TSN Ack, will not come and counts as received (RFC
   * 3758 §3.6).
   */
  skipTo(tsn: Tsn): void {
    const { ranges } = this;
    this.cumulative = tsn;
    const passed = ranges.findIndex(({ last }) => tsnLess(tsn, last));
    ranges.splice(0, passed < 0 ? ranges.length : passed);
    const first = ranges[0];
    // It may end within a range, or right before one.
    if (first === undefined) return;
    if (tsnLessOrEqual(first.first, tsn)) first.first = tsnAdd(tsn, 1);
    this.absorbFirstRange();
  }

  /**
   * The TSNs that arrived again since this was last called, one entry per arrival, at most
   * {@link RX_DUPLICATE_TSNS_MAX}; the list begins anew (RFC 9260 §3.3.4).
   */
  takeDuplicates(): readonly Tsn[] {
    const taken = this.duplicates;
    this.duplicates = NO_TSNS;
    return taken;
  }

  /**
   * The Gap Ack Blocks for a SACK.
   *
   * @param max - how many blocks fit into the packet
   */
  gapAckBlocks(max: number): readonly GapAckBlock[] {
    if (this.ranges.length === 0) return NO_BLOCKS;
    // RFC 9260 §6.7: when not all blocks fit, those with the lowest TSNs are reported.
    const count = Math.min(max, this.ranges.length);
    const blocks: GapAckBlock[] = [];
    for (let index = 0; index < count; index += 1) {
      const { first, last } = this.ranges[index] as TsnRange;
      blocks.push({
        start: tsnDistance(first, this.cumulative),
        end: tsnDistance(last, this.cumulative),
      });
    }
    return blocks;
  }

  /**
   * Takes back that TSNs were received, because their chunks had to be dropped (RFC 9260 §6.2): they are no
   * longer reported, and are new when they arrive again.
   *
   * @param first - the lowest of them; all lie above the Cumulative TSN Ack, and all count as received
   * @param last - the highest of them; the same as `first` when left out
   */
  forget(first: Tsn, last: Tsn = first): void {
    const index = this.indexOfFirstAfter(first) - 1;
    const range = this.ranges[index];
    assert(
      range !== undefined && tsnLessOrEqual(first, last) && tsnLessOrEqual(last, range.last),
      "Only TSNs that arrived beyond a gap can be forgotten.",
    );
    const below = first === range.first ? [] : [{ first: range.first, last: tsnAdd(first, -1) }];
    const above = last === range.last ? [] : [{ first: tsnAdd(last, 1), last: range.last }];
    this.ranges.splice(index, 1, ...below, ...above);
  }

  private noteDuplicate(tsn: Tsn): TsnArrival {
    if (this.duplicates.length === 0) this.duplicates = [tsn];
    else if (this.duplicates.length < RX_DUPLICATE_TSNS_MAX) this.duplicates.push(tsn);
    return "duplicate";
  }

  /** The first gap was filled up to the first range: what stood beyond it is in sequence now. */
  private absorbFirstRange(): void {
    const range = this.ranges[0] as TsnRange;
    if (range.first !== tsnAdd(this.cumulative, 1)) return;
    this.cumulative = range.last;
    this.ranges.shift();
  }

  private receiveBeyondGap(tsn: Tsn): TsnArrival {
    const { ranges } = this;
    const after = this.indexOfFirstAfter(tsn);
    const before = ranges[after - 1];
    const next = ranges[after];
    if (before !== undefined && tsnLessOrEqual(tsn, before.last)) return this.noteDuplicate(tsn);
    const extendsBefore = before?.last === tsnAdd(tsn, -1);
    const extendsNext = next?.first === tsnAdd(tsn, 1);
    if (before !== undefined && extendsBefore) {
      before.last = tsn;
      if (next === undefined || !extendsNext) return "new";
      before.last = next.last;
      ranges.splice(after, 1);
      return "new";
    }
    if (next !== undefined && extendsNext) {
      next.first = tsn;
      return "new";
    }
    if (ranges.length >= RX_GAP_RANGES_MAX) return "refused";
    const range: TsnRange = { first: tsn, last: tsn };
    if (ranges.length === 0) this.ranges = [range];
    else if (after === ranges.length) ranges.push(range);
    else ranges.splice(after, 0, range);
    return "new";
  }

  /** The index of the first range that begins above `tsn`; the range before it, if any, begins at `tsn` or below. */
  private indexOfFirstAfter(tsn: Tsn): number {
    const { ranges } = this;
    let high = ranges.length;
    if (high === 0 || !tsnLess(tsn, (ranges[high - 1] as TsnRange).first)) return high;
    high -= 1;
    let low = 0;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (tsnLess(tsn, (ranges[middle] as TsnRange).first)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
