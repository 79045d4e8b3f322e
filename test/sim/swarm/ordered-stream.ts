/** What an {@link OrderedStream} knows of a message. */
export interface OrderedMessage {
  /** What its sender was told: that it has failed before any, some, or all of it had been sent. */
  readonly failed: "unsent" | "in part" | "sent" | undefined;
  /** When its sender has given it up, by that one's clock. */
  readonly givenUpAt: number | undefined;
}

/** The ordered messages of one stream, in the order in which they were sent, and how far the receiver has come. */
export class OrderedStream {
  readonly #messages: OrderedMessage[] = [];
  #next = 0;

  /** Adds the next message. */
  add(message: OrderedMessage): void {
    this.#messages.push(message);
  }

  /** The number that a message has: those that were given up before they had one have none (RFC 3758 §4.1 TR3). */
  ssnOf(message: OrderedMessage): number {
    let ssn = 0;
    for (const one of this.#messages) {
      if (one === message) break;
      if (one.failed !== "unsent") ssn += 1;
    }
    return ssn & 0xffff;
  }

  /** Whether it is a message's turn: all before it have been delivered, or given up by their sender. */
  isNext(message: OrderedMessage): boolean {
    for (let index = this.#next; index < this.#messages.length; index += 1) {
      const one = this.#messages[index];
      if (one === message) return true;
      if (one?.givenUpAt === undefined) return false;
    }
    return false;
  }

  /** The receiver has a message, or has been told that it will not have it; those behind it follow. */
  pass(message: OrderedMessage): void {
    this.#next = this.#messages.indexOf(message) + 1;
  }
}
