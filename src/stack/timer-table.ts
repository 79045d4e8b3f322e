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
  /**
   * The deadline under which the heap has sorted it: never later than `deadline`. Only the table writes it.
   */
  sortedDeadline: Millis = NEVER;
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

/**
 * All timers of a stack in one binary heap, the earliest on top: the world outside needs to keep one timer
 * only.
 *
 * T3-rtx moves with nearly every SACK, always to a later point. Such a move only notes the new deadline; the
 * heap finds it when the old one comes up. Equal deadlines expire in the order of the heap, which depends on
 * nothing but the calls.
 */
export class TimerTable {
  private readonly heap: Timer[] = [];

  /** Starts the timer, or moves it, so that it expires at `deadline`. */
  set(timer: Timer, deadline: Millis): void {
    assert(deadline < NEVER, "A running timer has a finite deadline.");
    timer.deadline = deadline;
    if (timer.heapIndex < 0) {
      timer.sortedDeadline = deadline;
      timer.heapIndex = this.heap.length;
      this.heap.push(timer);
      this.siftUp(timer.heapIndex);
    } else if (deadline < timer.sortedDeadline) {
      timer.sortedDeadline = deadline;
      this.siftUp(timer.heapIndex);
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
      if (top === undefined || top.sortedDeadline === top.deadline) return;
      top.sortedDeadline = top.deadline;
      this.siftDown(0);
    }
  }

  private remove(index: number): void {
    const removed = this.heap[index] as Timer;
    removed.heapIndex = -1;
    const last = this.heap.pop() as Timer;
    if (last === removed) return;
    this.heap[index] = last;
    last.heapIndex = index;
    this.siftUp(index);
    this.siftDown(last.heapIndex);
  }

  private siftUp(start: number): void {
    const { heap } = this;
    const timer = heap[start] as Timer;
    let index = start;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex] as Timer;
      if (parent.sortedDeadline <= timer.sortedDeadline) break;
      heap[index] = parent;
      parent.heapIndex = index;
      index = parentIndex;
    }
    heap[index] = timer;
    timer.heapIndex = index;
  }

  private siftDown(start: number): void {
    const { heap } = this;
    const timer = heap[start] as Timer;
    let index = start;
    for (;;) {
      const leftIndex = 2 * index + 1;
      if (leftIndex >= heap.length) break;
      const left = heap[leftIndex] as Timer;
      const right = heap[leftIndex + 1];
      const takeRight = right !== undefined && right.sortedDeadline < left.sortedDeadline;
      const child = takeRight ? right : left;
      if (child.sortedDeadline >= timer.sortedDeadline) break;
      heap[index] = child;
      child.heapIndex = index;
      index = takeRight ? leftIndex + 1 : leftIndex;
    }
    heap[index] = timer;
    timer.heapIndex = index;
  }
}
