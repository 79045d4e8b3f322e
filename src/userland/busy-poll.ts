import type { Millis } from "../base/millis.js";
import type { Clock } from "./clock.js";
import type { UdpSockets } from "./udp-socket.js";

/**
 * Keeps the event loop from going to sleep for a while after something was received: being woken up for what comes
 * meanwhile would take longer than handling it. Timers and everybody else have their turns as ever.
 */
export class BusyPoll {
  private readonly clock: Clock;
  private readonly sockets: Pick<UdpSockets, "stayAwake">;
  private readonly durationMs: number;
  private until: Millis = 0;
  private isPolling = false;
  /** A turn without sleep is a whole turn; what has come is found by the next one. */
  private readonly takeTurn = (): void => {
    this.isPolling = this.clock.now() < this.until;
    if (this.isPolling) this.clock.defer(this.takeTurn);
  };

  /**
   * @param sockets - those that can keep the event loop awake themselves do so; the others have it take turns
   * @param durationMs - how long after each arrival; 0 for not at all
   */
  constructor(clock: Clock, sockets: Pick<UdpSockets, "stayAwake">, durationMs: number) {
    this.clock = clock;
    this.sockets = sockets;
    this.durationMs = durationMs;
  }

  /** Something was received: more may follow soon. */
  extend(): void {
    if (this.durationMs === 0) return;
    if (this.sockets.stayAwake !== undefined) {
      this.sockets.stayAwake(this.durationMs);
      return;
    }
    this.until = this.clock.now() + this.durationMs;
    if (this.isPolling) return;
    this.isPolling = true;
    this.clock.defer(this.takeTurn);
  }

  /** Ends it with the present turn. */
  stop(): void {
    this.until = 0;
    if (this.durationMs > 0) this.sockets.stayAwake?.(0);
  }
}
