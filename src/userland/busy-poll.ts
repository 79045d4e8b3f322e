import type { Millis } from "../base/millis.js";
import type { Clock } from "./clock.js";

/**
 * Keeps the event loop from going to sleep for a while after something was received. What comes meanwhile is found by
 * the next turn; being woken up for it would take longer than handling it. Timers and everybody else have their turns
 * as ever, because a turn without sleep is a whole turn.
 */
export class BusyPoll {
  private readonly clock: Clock;
  private readonly durationMs: number;
  private until: Millis = 0;
  private isPolling = false;
  private readonly takeTurn = (): void => {
    this.isPolling = this.clock.now() < this.until;
    if (this.isPolling) this.clock.defer(this.takeTurn);
  };

  /** @param durationMs - how long after each arrival; 0 for not at all */
  constructor(clock: Clock, durationMs: number) {
    this.clock = clock;
    this.durationMs = durationMs;
  }

  /** Something was received: more may follow soon. */
  extend(): void {
    if (this.durationMs === 0) return;
    this.until = this.clock.now() + this.durationMs;
    if (this.isPolling) return;
    this.isPolling = true;
    this.clock.defer(this.takeTurn);
  }

  /** Ends it with the present turn. */
  stop(): void {
    this.until = 0;
  }
}
