const MSG_EOR = 0x80;

/**
 * Counts what a receiver gets, and times the messages that follow a warm-up, as bench/peers/kernel-bench.c does: under
 * user-mode Linux reading the clock is a system call like any other, so it is read twice and not for each message.
 */
export class MessageCount {
  readonly #wanted: number;
  readonly #warmUp: number;
  #messages = 0;
  #bytes = 0;
  #first = 0;
  #last = 0;

  /** @param wanted - how many messages are timed @param warmUp - how many come before, at least one */
  constructor(wanted: number, warmUp: number) {
    this.#wanted = wanted;
    this.#warmUp = warmUp;
  }

  /** Takes a message or, without MSG_EOR in its flags, a part of one. */
  add(lengthBytes: number, flags: number): void {
    this.#bytes += lengthBytes;
    if ((flags & MSG_EOR) === 0) return;
    this.#messages += 1;
    if (this.#messages === this.#warmUp) this.#first = performance.now();
    else if (this.#messages === this.#warmUp + this.#wanted) this.#last = performance.now();
  }

  /** Prints the result as one line of JSON. */
  print(): void {
    const seconds = (this.#last - this.#first) / 1000;
    console.log(JSON.stringify({ messages: this.#messages, bytes: this.#bytes, seconds }));
  }
}
