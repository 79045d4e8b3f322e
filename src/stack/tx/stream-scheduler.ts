import { RingQueue } from "../../base/ring-queue.js";
import type { OutgoingMessage } from "./outgoing-message.js";

/**
 * Decides which stream's message is laid out in chunks next. A message that has been begun stays first until
 * it is finished, because DATA chunks of one message carry consecutive TSNs (RFC 9260 §6.9).
 */
export interface StreamScheduler {
  /** How many messages wait. */
  readonly messageCount: number;
  /** Adds a message. */
  add(message: OutgoingMessage): void;
  /** The message whose turn it is, or `undefined`; the answer stays the same until it is finished. */
  current(): OutgoingMessage | undefined;
  /** The current message has been laid out whole. */
  finished(): void;
  /** Takes all messages out, in the order of their turns. */
  takeAll(): OutgoingMessage[];
}

/** First come, first served: messages leave in the order in which the user sent them. */
export class FirstComeFirstServed implements StreamScheduler {
  private readonly messages = new RingQueue<OutgoingMessage>();

  get messageCount(): number {
    return this.messages.length;
  }

  add(message: OutgoingMessage): void {
    this.messages.push(message);
  }

  current(): OutgoingMessage | undefined {
    return this.messages.peek();
  }

  finished(): void {
    this.messages.shift();
  }

  takeAll(): OutgoingMessage[] {
    const all = [...this.messages];
    this.messages.clear();
    return all;
  }
}
