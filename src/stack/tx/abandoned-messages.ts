import type { PartialReliabilityPolicy } from "./message-reliability.js";

/** How many messages have been given up (RFC 7496 §4.3). */
export interface AbandonedCount {
  /** Before any part of them had been sent. */
  readonly unsent: number;
  /** After at least a part of them had been sent. */
  readonly sent: number;
}

/** What there is where nothing has ever been given up. */
export const NO_ABANDONED_MESSAGES: AbandonedCount = Object.freeze({ unsent: 0, sent: 0 });

/** Where the two numbers of a policy stand. */
const PLACES: Readonly<Record<PartialReliabilityPolicy, number>> = {
  timed: 0,
  "limited retransmissions": 2,
  priority: 4,
};
const NUMBERS = 6;
const NONE: Float64Array = new Float64Array(NUMBERS);

/** Counts the messages that an association has given up, by stream and by policy (RFC 7496 §4.3, §4.4). */
export class AbandonedMessages {
  private readonly ofAll = new Float64Array(NUMBERS);
  private readonly byStream = new Map<number, Float64Array>();

  /** Counts one message. */
  count(streamId: number, policy: PartialReliabilityPolicy, wasSent: boolean): void {
    let ofStream = this.byStream.get(streamId);
    if (ofStream === undefined) {
      ofStream = new Float64Array(NUMBERS);
      this.byStream.set(streamId, ofStream);
    }
    const place = PLACES[policy] + (wasSent ? 1 : 0);
    ofStream[place] = (ofStream[place] ?? 0) + 1;
    this.ofAll[place] = (this.ofAll[place] ?? 0) + 1;
  }

  /**
   * How many there were.
   *
   * @param policy - by which rule; by any when left out
   * @param streamId - on which stream; on all when left out
   */
  countOf(policy?: PartialReliabilityPolicy, streamId?: number): AbandonedCount {
    const numbers = streamId === undefined ? this.ofAll : (this.byStream.get(streamId) ?? NONE);
    let unsent = 0;
    let sent = 0;
    for (const place of policy === undefined ? Object.values(PLACES) : [PLACES[policy]]) {
      unsent += numbers[place] ?? 0;
      sent += numbers[place + 1] ?? 0;
    }
    return { unsent, sent };
  }
}
