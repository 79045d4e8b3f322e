import type { Millis } from "../base/millis.js";
import type { CompleteLinkFaults } from "./link-faults.js";

/** One direction between two addresses of a {@link MemoryNetwork}: its state, and what its packets have left behind. */
export class MemoryLink {
  /** What happens to its packets; `undefined` where the network's faults count. */
  ownFaults: CompleteLinkFaults | undefined;
  /** Whether everything that is sent gets lost. */
  isCut = false;
  /** The largest IP packet that passes, bytes. */
  mtuBytes: number = Number.POSITIVE_INFINITY;
  /** When the last packet of the queue will have left. */
  private freeAt: Millis = Number.NEGATIVE_INFINITY;
  /** When the last packet that was not held back arrives: jitter alone overtakes nobody. */
  private lastArrivesAt: Millis = Number.NEGATIVE_INFINITY;

  /** Whether a packet finds no room behind those that wait; one that need not wait always has room. */
  isFull(ipBytes: number, faults: CompleteLinkFaults, now: Millis): boolean {
    if (this.freeAt <= now || faults.rateBytesPerSecond === 0) return false;
    const waitingBytes = ((this.freeAt - now) * faults.rateBytesPerSecond) / 1000;
    return waitingBytes + ipBytes > faults.queueLimitBytes;
  }

  /** A packet takes its turn: answers when it will have left. */
  leavesAt(ipBytes: number, faults: CompleteLinkFaults, now: Millis): Millis {
    if (faults.rateBytesPerSecond === 0) return now;
    this.freeAt = Math.max(this.freeAt, now) + (ipBytes * 1000) / faults.rateBytesPerSecond;
    return this.freeAt;
  }

  /** A packet that is not held back arrives, at the earliest at `earliestAt`, behind those before it. */
  arrivesInOrderAt(earliestAt: Millis): Millis {
    this.lastArrivesAt = Math.max(earliestAt, this.lastArrivesAt);
    return this.lastArrivesAt;
  }
}
