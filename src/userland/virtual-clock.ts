import { assert } from "../base/assert.js";
import type { Millis } from "../base/millis.js";
import type { Clock, TimerHandle } from "./clock.js";
import { nextTurn } from "./system-clock.js";

/** How long {@link VirtualClock.run} goes on at most when it is not told: an hour of virtual time. */
const RUN_LIMIT_MS = 3_600_000;

interface VirtualTimer {
  readonly at: Millis;
  readonly order: number;
  callback: (() => void) | undefined;
}

/**
 * Time that only moves when it is told to. With it a whole application of associations runs in one process, in no time
 * and always in the same way: between two deadlines everything settles first.
 *
 * What an application awaits outside of the provider (files, real timers) is not waited for.
 */
export class VirtualClock implements Clock {
  private time: Millis;
  private timerCount = 0;
  /** A binary heap, the earliest deadline first; equal deadlines in the order in which they were set. */
  private readonly timers: VirtualTimer[] = [];
  private deferred: (() => void)[] = [];
  private refCount = 0;
  private moving = false;

  /** @param startMs - what the clock shows at first, in milliseconds */
  constructor(startMs: Millis = 0) {
    this.time = startMs;
  }

  /** Whether somebody asks for the process to be kept alive; here that is only to be looked at. */
  get hasRef(): boolean {
    return this.refCount > 0;
  }

  /** The earliest deadline that waits, or `NEVER` (infinity). */
  get nextDeadline(): Millis {
    return this.earliest()?.at ?? Number.POSITIVE_INFINITY;
  }

  now(): Millis {
    return this.time;
  }

  setTimer(at: Millis, callback: () => void): TimerHandle {
    const timer: VirtualTimer = { at, order: this.timerCount, callback };
    this.timerCount += 1;
    if (at !== Number.POSITIVE_INFINITY) this.insert(timer);
    return {
      cancel: () => {
        timer.callback = undefined;
      },
    };
  }

  defer(callback: () => void): void {
    this.deferred.push(callback);
  }

  ref(): void {
    this.refCount += 1;
  }

  unref(): void {
    if (this.refCount > 0) this.refCount -= 1;
  }

  /** Lets time pass: stops at every deadline on the way, and lets everything settle there before it goes on. */
  advanceBy(ms: number): Promise<void> {
    assert(ms >= 0, "Time does not go backwards.");
    return this.advanceTo(this.time + ms);
  }

  /** As {@link VirtualClock.advanceBy}, up to a point of time. */
  async advanceTo(at: Millis): Promise<void> {
    await this.move(at, () => false);
    this.time = Math.max(this.time, at);
  }

  /**
   * Lets time pass until nothing waits any more, neither a timer nor a deferred callback.
   *
   * @param limitMs - how long at most; with an association that is up, heartbeats would never end
   */
  run(limitMs: number = RUN_LIMIT_MS): Promise<void> {
    return this.move(this.time + limitMs, () => false);
  }

  /**
   * Lets time pass until a promise has settled, and answers as it does.
   *
   * @param limitMs - how long at most
   * @throws Error when the promise has not settled until then, or nothing waits any more that could settle it
   */
  async until<T>(promise: Promise<T>, limitMs: number = RUN_LIMIT_MS): Promise<T> {
    const start = this.time;
    let settled = false;
    const mark = (): void => {
      settled = true;
    };
    promise.then(mark, mark);
    await this.move(start + limitMs, () => settled);
    if (!settled) throw new Error(`The promise has not settled in ${this.time - start} ms of virtual time.`);
    return promise;
  }

  /**
   * Goes to the next deadline and runs what is deferred there, without letting promises settle: for simulations that
   * use none, such as those that drive providers' sockets. They run many times faster so.
   *
   * @param limitAt - how far time may go, a point of time in milliseconds
   * @returns false when nothing waits until then; the time stays as it is
   */
  step(limitAt: Millis = Number.POSITIVE_INFINITY): boolean {
    assert(!this.moving, "Only one call at a time moves a virtual clock.");
    const timer = this.earliest();
    const isDue = timer !== undefined && timer.at <= limitAt;
    if (!isDue && this.deferred.length === 0) return false;
    // What was deferred before belongs to the present moment, and comes first.
    if (this.deferred.length === 0 && isDue) this.fire(timer);
    while (this.deferred.length > 0) this.runDeferred();
    return true;
  }

  private async move(target: Millis, isDone: () => boolean): Promise<void> {
    assert(!this.moving, "Only one call at a time moves a virtual clock.");
    this.moving = true;
    try {
      await this.settle();
      while (!isDone()) {
        const timer = this.earliest();
        if (timer === undefined || timer.at > target) break;
        this.fire(timer);
        await this.settle();
      }
    } finally {
      this.moving = false;
    }
  }

  /** Runs what was deferred and lets promises settle, until a whole real turn has brought nothing new. */
  private async settle(): Promise<void> {
    do {
      this.runDeferred();
      await nextTurn();
    } while (this.deferred.length > 0);
  }

  /** The earliest timer goes off. */
  private fire(timer: VirtualTimer): void {
    this.removeEarliest();
    this.time = Math.max(this.time, timer.at);
    const { callback } = timer;
    timer.callback = undefined;
    callback?.();
  }

  private runDeferred(): void {
    const { deferred } = this;
    this.deferred = [];
    for (const callback of deferred) callback();
  }

  /** The earliest timer that was not cancelled; those that were are dropped on the way. */
  private earliest(): VirtualTimer | undefined {
    while (this.timers.length > 0 && this.timers[0]?.callback === undefined) this.removeEarliest();
    return this.timers[0];
  }

  private insert(timer: VirtualTimer): void {
    const { timers } = this;
    let index = timers.length;
    while (index > 0) {
      const parent = timers[(index - 1) >> 1] as VirtualTimer;
      if (isEarlier(parent, timer)) break;
      timers[index] = parent;
      index = (index - 1) >> 1;
    }
    timers[index] = timer;
  }

  private removeEarliest(): void {
    const { timers } = this;
    const last = timers.pop();
    if (last === undefined || timers.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= timers.length) break;
      const right = timers[child + 1];
      if (right !== undefined && isEarlier(right, timers[child] as VirtualTimer)) child += 1;
      if (isEarlier(last, timers[child] as VirtualTimer)) break;
      timers[index] = timers[child] as VirtualTimer;
      index = child;
    }
    timers[index] = last;
  }
}

function isEarlier(left: VirtualTimer, right: VirtualTimer): boolean {
  return left.at < right.at || (left.at === right.at && left.order < right.order);
}
