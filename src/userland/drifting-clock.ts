import type { Millis } from "../base/millis.js";
import { outOfRange } from "../sockets/errors.js";
import type { Clock, TimerHandle } from "./clock.js";

/**
 * A clock that runs faster or slower than another one: a host's own, in a simulation of several hosts. With
 * `new DriftingClock(clock, 0.999)` a second of this clock takes 1,001 ms of the other.
 */
export class DriftingClock implements Clock {
  private readonly clock: Clock;
  private readonly rate: number;
  private readonly offsetMs: Millis;
  /** The latest deadline that has come: rounding must not let the time be before it. */
  private reachedAt: Millis = Number.NEGATIVE_INFINITY;

  /**
   * @param clock - the clock that it is driven by
   * @param rate - how much time passes here in a unit of the other's, more than 0
   * @param offsetMs - what this clock shows when the other shows 0, milliseconds
   * @throws RangeError when the rate is not a number above 0
   */
  constructor(clock: Clock, rate: number, offsetMs: Millis = 0) {
    if (!(rate > 0 && Number.isFinite(rate))) throw outOfRange("rate", "a number above 0", rate);
    this.clock = clock;
    this.rate = rate;
    this.offsetMs = offsetMs;
  }

  now(): Millis {
    this.reachedAt = Math.max(this.reachedAt, this.clock.now() * this.rate + this.offsetMs);
    return this.reachedAt;
  }

  setTimer(at: Millis, callback: () => void): TimerHandle {
    return this.clock.setTimer((at - this.offsetMs) / this.rate, () => {
      this.reachedAt = Math.max(this.reachedAt, at);
      callback();
    });
  }

  defer(callback: () => void): void {
    this.clock.defer(callback);
  }

  ref(): void {
    this.clock.ref();
  }

  unref(): void {
    this.clock.unref();
  }
}
