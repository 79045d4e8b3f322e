import type { Millis } from "../base/millis.js";
import type { Clock, TimerHandle } from "./clock.js";

/** Node's timers take at most this many milliseconds; a longer wait is made of several. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** The event loop's time: monotonic, in milliseconds, with fractions. All instances count from the same zero. */
export class SystemClock implements Clock {
  private keepAlive: NodeJS.Timeout | undefined;
  private refCount = 0;

  now(): Millis {
    return performance.now();
  }

  setTimer(at: Millis, callback: () => void): TimerHandle {
    return new SystemTimer(at, callback);
  }

  defer(callback: () => void): void {
    setImmediate(callback);
  }

  ref(): void {
    this.refCount += 1;
    // The timers themselves come and go with the traffic; one that never matters is cheaper to hold than all of them.
    this.keepAlive ??= setInterval(() => {}, LONGEST_TIMEOUT_MS);
  }

  unref(): void {
    if (this.refCount === 0) return;
    this.refCount -= 1;
    if (this.refCount > 0) return;
    clearInterval(this.keepAlive);
    this.keepAlive = undefined;
  }
}

class SystemTimer implements TimerHandle {
  private readonly at: Millis;
  private callback: (() => void) | undefined;
  private timeout: NodeJS.Timeout | undefined;

  constructor(at: Millis, callback: () => void) {
    this.at = at;
    this.callback = callback;
    if (at !== Number.POSITIVE_INFINITY) this.arm();
  }

  cancel(): void {
    this.callback = undefined;
    clearTimeout(this.timeout);
    this.timeout = undefined;
  }

  private arm(): void {
    const delayMs = Math.min(Math.max(Math.ceil(this.at - performance.now()), 1), LONGEST_TIMEOUT_MS);
    this.timeout = setTimeout(() => this.handleTimeout(), delayMs).unref();
  }

  private handleTimeout(): void {
    const { callback } = this;
    if (callback === undefined) return;
    // The event loop counts in whole milliseconds and may call a little early; the promise is never to.
    if (performance.now() < this.at) {
      this.arm();
      return;
    }
    this.callback = undefined;
    callback();
  }
}

/**
 * Settles after every promise and deferred callback that was ready has had its turn: in one real turn of the event
 * loop. The virtual clock uses it to wait until an application is quiet.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
