import { type Tsn, tsnAdd } from "../../base/serial-number.js";
import type { Fragment, FragmentRun } from "./fragment-run.js";

/** What those have that nothing has arrived out of sequence for. Nobody puts anything into it. */
const NO_RUNS = new Map<Tsn, FragmentRun>();

/**
 * All runs of fragments of an association, found by their first and by their last TSN in O(1).
 *
 * The run that was changed last is the current one and stands in neither map: fragments in sequence all join
 * it, and cost no map operation.
 */
export class FragmentRuns {
  /**
   * Whether a message may end without its last fragment, because the peer gives messages up (RFC 3758 §3.5 A3): another
   * one then begins where it should go on.
   */
  mayBeUnfinished = false;
  private current: FragmentRun | undefined = undefined;
  private byFirstTsn = NO_RUNS;
  private byLastTsn = NO_RUNS;

  /** Whether there is none. */
  get isEmpty(): boolean {
    return this.current === undefined && this.byFirstTsn.size === 0;
  }

  /** The run beside which there is none. */
  get only(): FragmentRun | undefined {
    return this.byFirstTsn.size > 0 ? undefined : this.current;
  }

  /**
   * Whether a fragment only goes on with the current run, with no other run around: nothing speaks against it, and
   * nothing is to be joined.
   */
  continues(fragment: Fragment): boolean {
    const { current } = this;
    if (current === undefined || this.byFirstTsn.size > 0 || fragment.isBeginning || current.hasEnd)
      return false;
    return fragment.tsn === tsnAdd(current.lastTsn, 1) && current.isOfSameMessage(fragment);
  }

  /** Appends a fragment to the run that it {@link continues}. */
  append(fragment: Fragment): FragmentRun {
    const run = this.current as FragmentRun;
    run.append(fragment);
    return run;
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
   * Whether a whole message may have this TSN: the run before it must have ended its message, unless that has been
   * given up; the run behind it must begin one (RFC 9260 §6.9: the TSNs of a message's fragments are consecutive).
   */
  admitWhole(tsn: Tsn): boolean {
    const left = this.endingAt(tsnAdd(tsn, -1));
    const right = this.beginningAt(tsnAdd(tsn, 1));
    const followsLeft = left === undefined || left.hasEnd || this.mayBeUnfinished;
    return followsLeft && (right === undefined || right.hasBeginning);
  }

  /**
   * Whether a fragment agrees with the runs on both sides of it: `left` ends just before it, `right` begins
   * behind it.
   */
  admitFragment(fragment: Fragment, left: FragmentRun | undefined, right: FragmentRun | undefined): boolean {
    if (left !== undefined && !left.hasEnd && !fragment.isBeginning && !left.isOfSameMessage(fragment))
      return false;
    if (left !== undefined && !this.mayFollow(left.hasEnd, fragment.isBeginning)) return false;
    if (right === undefined) return true;
    if (!this.mayFollow(fragment.isEnd, right.hasBeginning)) return false;
    return right.hasBeginning || right.isOfSameMessage(fragment);
  }

  /** Whether what stands next to each other fits: a beginning behind an end, or else the same message goes on. */
  private mayFollow(isEnded: boolean, isBeginning: boolean): boolean {
    return isEnded === isBeginning || (this.mayBeUnfinished && isBeginning);
  }

  /**
   * Makes a run the current one; it is added if it is new. Whoever changes a run's TSNs makes it current
   * before, because the maps know the others by them.
   */
  makeCurrent(run: FragmentRun): void {
    const { current } = this;
    if (current === run) return;
    if (current !== undefined) {
      if (this.byFirstTsn === NO_RUNS) {
        this.byFirstTsn = new Map();
        this.byLastTsn = new Map();
      }
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
