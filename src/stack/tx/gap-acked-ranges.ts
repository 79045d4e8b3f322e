import { type Tsn, tsnAdd, tsnLess, tsnLessOrEqual } from "../../base/serial-number.js";
import type { SackChunk } from "../../wire/chunks/sack-chunk.js";

/** TSNs from `first` to `last`, both inclusive. */
export interface TsnRange {
  readonly first: Tsn;
  readonly last: Tsn;
}

/**
 * Whether a Gap Ack Block of a SACK acknowledges what has not been sent, which no peer does that keeps to the protocol
 * (RFC 9260 §12.4).
 *
 * @param nextTsn - the first TSN that has not been sent
 */
export function acknowledgesUnsent(sack: SackChunk, nextTsn: Tsn): boolean {
  for (const { start, end } of sack.gapAckBlocks)
    if (start <= end && !tsnLess(tsnAdd(sack.cumulativeTsnAck, end), nextTsn)) return true;
  return false;
}

/**
 * What the Gap Ack Blocks of a SACK acknowledge (RFC 9260 §3.3.4), as ascending ranges that do not touch what is not
 * outstanding.
 *
 * @param firstTsn - the lowest outstanding TSN, which a block cannot hold: the Cumulative TSN Ack would be higher
 * @param nextTsn - the first TSN that has not been sent
 */
export function believableRanges(sack: SackChunk, firstTsn: Tsn, nextTsn: Tsn): TsnRange[] {
  const ranges: TsnRange[] = [];
  let lowest = tsnAdd(firstTsn, 1);
  for (const block of sack.gapAckBlocks) {
    const first = tsnAdd(sack.cumulativeTsnAck, block.start);
    const last = tsnAdd(sack.cumulativeTsnAck, block.end);
    // A block that is empty, out of order or beyond what was sent says nothing that can be believed.
    if (block.end < block.start || tsnLess(first, lowest)) continue;
    if (!tsnLess(last, nextTsn)) break;
    ranges.push({ first, last });
    lowest = tsnAdd(last, 1);
  }
  return ranges;
}

/** What is left of ascending ranges above a TSN. */
export function rangesFrom(ranges: readonly TsnRange[], lowest: Tsn): readonly TsnRange[] {
  const first = ranges[0];
  if (first === undefined || tsnLessOrEqual(lowest, first.first)) return ranges;
  return ranges
    .filter((range) => tsnLessOrEqual(lowest, range.last))
    .map((range) => (tsnLess(range.first, lowest) ? { first: lowest, last: range.last } : range));
}

/**
 * The TSNs of one list of ascending ranges that are not in another: its cost depends on how many ranges there are, and
 * not on how many TSNs they hold.
 */
export function difference(left: readonly TsnRange[], right: readonly TsnRange[]): TsnRange[] {
  const result: TsnRange[] = [];
  let index = 0;
  for (const { first, last } of left) {
    let next = first;
    let other = right[index];
    for (; other !== undefined && tsnLessOrEqual(other.first, last); other = right[index]) {
      if (tsnLess(next, other.first)) result.push({ first: next, last: tsnAdd(other.first, -1) });
      if (tsnLess(next, tsnAdd(other.last, 1))) next = tsnAdd(other.last, 1);
      // What reaches beyond this range may cover a part of the next one too.
      if (tsnLess(last, other.last)) break;
      index += 1;
    }
    if (tsnLessOrEqual(next, last)) result.push({ first: next, last });
  }
  return result;
}
