import { assert } from "../base/assert.js";
import { NEVER, type Millis } from "../base/millis.js";

/** The timers of RFC 9260 and RFC 5061, by their names, and those that their rules need without naming them. */
export type TimerName =
  | "T1-init"
  | "T1-cookie"
  | "T2-shutdown"
  | "T3-rtx"
  | "loss detection"
  | "T4-rto"
  | "T5-shutdown-guard"
  | "SACK.Delay"
  | "HB.interval"
  | "window probe"
  | "autoclose";

/** Who is told when a timer expires. */
export interface TimerOwner {
  /** The timer has expired and stands still. */
  handleTimer(timer: Timer, now: Millis): void;
}

/**
 * One timer. It stands still or runs towards one point of time; setting it again moves that point
 * (RFC 9260 §6.3.2).
 */
export class Timer {
  /** Which timer of the RFC it is. */
  readonly name: TimerName;
  /** Who is told. */
  readonly owner: TimerOwner;
  /** When it expires, or {@link NEVER} while it stands still. Only the table writes it. */
  deadline: Millis = NEVER;
  /** Its place in the heap, or -1. Only the table writes it. */
  heapIndex = -1;

  /** Creates a timer that stands still. */
  constructor(name: TimerName, owner: TimerOwner) {
    this.name = name;
    this.owner = owner;
  }

  /** Whether it runs. */
  get isRunning(): boolean {
    return this.deadline !== NEVER;
  }
}

/** How many timers there is room for at first. */
const INITIAL_CAPACITY = 64;

/**
 * All timers of a stack in one binary heap, the earliest on top: the world outside needs to keep one timer
 * only. The deadlines that the heap is sorted by lie side by side, because with very many timers it costs more to
 * look at an object than to compare.
 *
 * T3-rtx moves with nearly every SACK, always to a later point, and SACK.Delay is started and stopped with every second
 * packet. That is only noted; the heap finds it when the old deadline comes up. Equal deadlines expire in the order of
 * the heap, which depends on nothing but the calls.
 */
export class TimerTable {
  private readonly heap: Timer[] = [];
  /** The deadline under which the heap has sorted each timer: never later than its own. */
  private sorted = new Float64Array(INITIAL_CAPACITY);

  /** Starts the timer, or moves it, so that it expires at `deadline`. */
  set(timer: Timer, deadline: Millis): void {
    assert(deadline < NEVER, "A running timer has a finite deadline.");
    timer.deadline = deadline;
    if (timer.heapIndex < 0) {
      const index = this.heap.length;
      if (index === this.sorted.length) this.grow();
      this.heap.push(timer);
      this.siftUp(index, timer, deadline);
    } else if (deadline < this.sortedAt(timer.heapIndex)) {
      this.siftUp(timer.heapIndex, timer, deadline);
    }
  }

  /** Starts the timer unless it runs already. */
  setIfStopped(timer: Timer, deadline: Millis): void {
    if (!timer.isRunning) this.set(timer, deadline);
  }

  /** Stops the timer; one that stands still is left alone. */
  stop(timer: Timer): void {
    timer.deadline = NEVER;
    if (timer.heapIndex >= 0) this.remove(timer.heapIndex);
  }

  /**
   * Stops a timer that is started again before long, at the cost of a note: its place in the heap is kept for it, and
   * given up when the deadline comes up that it had.
   */
  suspend(timer: Timer): void {
    timer.deadline = NEVER;
  }

  /** The earliest deadline, or {@link NEVER}. */
  nextDeadline(): Millis {
    this.settleTop();
    return this.heap[0]?.deadline ?? NEVER;
  }

  /** Takes out one timer whose deadline has come; it stands still then. */
  takeExpired(now: Millis): Timer | undefined {
    this.settleTop();
    const top = this.heap[0];
    if (top === undefined || top.deadline > now) return undefined;
    this.stop(top);
    return top;
  }

  /** Brings the timers whose deadlines have been moved to where they belong, until the top one is true. */
  private settleTop(): void {
    for (;;) {
      const top = this.heap[0];
      if (top === undefined || this.sortedAt(0) === top.deadline) return;
      if (top.deadline === NEVER) this.remove(0);
      else this.siftDown(0, top, top.deadline);
    }
  }

  private remove(index: number): void {
    (this.heap[index] as Timer).heapIndex = -1;
    const last = this.heap.pop() as Timer;
    const lastIndex = this.heap.length;
    if (index === lastIndex) return;
    const deadline = this.sortedAt(lastIndex);
    if (deadline < this.sortedAt(index)) this.siftUp(index, last, deadline);
    else this.siftDown(index, last, deadline);
  }

  private sortedAt(index: number): Millis {
    return this.sorted[index] as Millis;
  }

  private place(index: number, timer: Timer, deadline: Millis): void {
    this.heap[index] = timer;
    this.sorted[index] = deadline;
    timer.heapIndex = index;
  }

  private grow(): void {
    const larger = new Float64Array(this.sorted.length * 2);
    larger.set(this.sorted);
    this.sorted = larger;
  }

  /** Puts a timer at a place, or as far above it as it belongs. */
  private siftUp(start: number, timer: Timer, deadline: Millis): void {
    let index = start;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const parentDeadline = this.sortedAt(parent);
      if (parentDeadline <= deadline) break;
      this.place(index, this.heap[parent] as Timer, parentDeadline);
      index = parent;
    }
    this.place(index, timer, deadline);
  }

  /** Puts a timer at a place, or as far below it as it belongs. */
  private siftDown(start: number, timer: Timer, deadline: Millis): void {
    const { length } = this.heap;
    let index = start;
    for (let left = 2 * index + 1; left < length; left = 2 * index + 1) {
      const right = left + 1;
      const child = right < length && this.sortedAt(right) < this.sortedAt(left) ? right : left;
      const childDeadline = this.sortedAt(child);
      if (childDeadline >= deadline) break;
      this.place(index, this.heap[child] as Timer, childDeadline);
      index = child;
    }
    this.place(index, timer, deadline);
  }
}
