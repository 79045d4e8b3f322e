import type { Millis } from "../base/millis.js";

/**
 * Lets something happen so many times a second, and as many times at once after a second of rest: a bound on work that
 * peers cause (RFC 9260 §8.4).
 */
export class RateLimit {
  private readonly perSecond: number;
  private allowance: number;
  private refilledAt: Millis | undefined;

  /** @param perSecond - at least 1 */
  constructor(perSecond: number) {
    this.perSecond = perSecond;
    this.allowance = perSecond;
  }

  /** Whether it may happen now; if so, it counts as having happened. */
  take(now: Millis): boolean {
    const elapsedMs = now - (this.refilledAt ?? now);
    this.refilledAt = now;
    this.allowance = Math.min(this.perSecond, this.allowance + (elapsedMs * this.perSecond) / 1000);
    if (this.allowance < 1) return false;
    this.allowance -= 1;
    return true;
  }
}
