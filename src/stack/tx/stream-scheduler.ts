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
  /** Takes a message out before all of it has been laid out. */
  remove(message: OutgoingMessage): void;
  /** Whether something holds for a message that waits. */
  some(predicate: (message: OutgoingMessage) => boolean): boolean;
  /** Takes all messages out, in the order of their turns. */
  takeAll(): OutgoingMessage[];
}

/** First come, first served: messages leave in the order in which the user sent them. They are linked to a list. */
export class FirstComeFirstServed implements StreamScheduler {
  private first: OutgoingMessage | undefined = undefined;
  private last: OutgoingMessage | undefined = undefined;
  private count = 0;

  get messageCount(): number {
    return this.count;
  }

  add(message: OutgoingMessage): void {
    message.previous = this.last;
    if (this.last === undefined) this.first = message;
    else this.last.next = message;
    this.last = message;
    this.count += 1;
  }

  current(): OutgoingMessage | undefined {
    return this.first;
  }

  finished(): void {
    if (this.first !== undefined) this.remove(this.first);
  }

  remove(message: OutgoingMessage): void {
    const { previous, next } = message;
    if (previous === undefined) this.first = next;
    else previous.next = next;
    if (next === undefined) this.last = previous;
    else next.previous = previous;
    message.previous = undefined;
    message.next = undefined;
    this.count -= 1;
  }

  some(predicate: (message: OutgoingMessage) => boolean): boolean {
    for (let message = this.first; message !== undefined; message = message.next)
      if (predicate(message)) return true;
    return false;
  }

  takeAll(): OutgoingMessage[] {
    const all: OutgoingMessage[] = [];
    for (let message = this.first; message !== undefined; message = this.first) {
      this.remove(message);
      all.push(message);
    }
    return all;
  }
}
