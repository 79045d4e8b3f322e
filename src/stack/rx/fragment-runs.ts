import { type Tsn, tsnAdd } from "../../base/serial-number.js";
import type { Fragment, FragmentRun } from "./fragment-run.js";

/**
 * All runs of fragments of an association, found by their first and by their last TSN in O(1).
 *
 * The run that was changed last is the current one and stands in neither map: fragments in sequence all join
 * it, and cost no map operation.
 */
export class FragmentRuns {
  private current: FragmentRun | undefined = undefined;
  private readonly byFirstTsn = new Map<Tsn, FragmentRun>();
  private readonly byLastTsn = new Map<Tsn, FragmentRun>();

  /** Whether there is none. */
  get isEmpty(): boolean {
    return this.current === undefined && this.byFirstTsn.size === 0;
  }

  /** The run whose last TSN this is. */
  endingAt(tsn: Tsn): FragmentRun | undefined {
    if (this.current?.lastTsn === tsn) return this.current;
    return this.byLastTsn.size === 0 ? undefined : this.byLastTsn.get(tsn);
  }

  /** The run whose first TSN this is. */
  beginningAt(tsn: Tsn): FragmentRun | undefined {
    if (this.current?.firstTsn === tsn) return this.current;
    return this.byFirstTsn.size === 0 ? undefined : this.byFirstTsn.get(tsn);
  }

  /**
   * Whether a whole message may have this TSN: the run before it must have ended its message, the run behind
   * it must begin one (RFC 9260 §6.9: the TSNs of a message's fragments are consecutive).
   */
  admitWhole(tsn: Tsn): boolean {
    const left = this.endingAt(tsnAdd(tsn, -1));
    const right = this.beginningAt(tsnAdd(tsn, 1));
    return (left === undefined || left.hasEnd) && (right === undefined || right.hasBeginning);
  }

  /**
   * Whether a fragment agrees with the runs on both sides of it: `left` ends just before it, `right` begins
   * behind it.
   */
  admitFragment(fragment: Fragment, left: FragmentRun | undefined, right: FragmentRun | undefined): boolean {
    if (left !== undefined) {
      if (left.hasEnd !== fragment.isBeginning) return false;
      if (!left.hasEnd && !left.isOfSameMessage(fragment)) return false;
    }
    if (right === undefined) return true;
    if (right.hasBeginning !== fragment.isEnd) return false;
    return right.hasBeginning || right.isOfSameMessage(fragment);
  }

  /**
   * Makes a run the current one; it is added if it is new. Whoever changes a run's TSNs makes it current
   * before, because the maps know the others by them.
   */
  makeCurrent(run: FragmentRun): void {
    const { current } = this;
    if (current === run) return;
    if (current !== undefined) {
      this.byFirstTsn.set(current.firstTsn, current);
      this.byLastTsn.set(current.lastTsn, current);
    }
    this.forgetInMaps(run);
    this.current = run;
  }

  /** Removes a run. */
  remove(run: FragmentRun): void {
    if (this.current === run) this.current = undefined;
    else this.forgetInMaps(run);
  }

  /** Every run, in an order that only what was done to them determines. */
  *[Symbol.iterator](): Generator<FragmentRun, void, undefined> {
    if (this.current !== undefined) yield this.current;
    yield* this.byFirstTsn.values();
  }

  private forgetInMaps(run: FragmentRun): void {
    if (this.byFirstTsn.size === 0) return;
    this.byFirstTsn.delete(run.firstTsn);
    this.byLastTsn.delete(run.lastTsn);
  }
}
