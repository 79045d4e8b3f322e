/**
 * Promise calls that wait for the provider, in the order in which they were made.
 *
 * @module
 */
import { addAbortListener, removeAbortListener } from "./abort-listeners.js";
import { systemError } from "./errors.js";
import { WOULD_BLOCK, type WouldBlock } from "./provider.js";

/** Nobody is told. */
const ignore = (): void => undefined;

/** A place in a queue: what a {@link WaitingQueue} knows of the calls in it, whatever they answer. */
interface QueuedCall {
  next: QueuedCall | undefined;
  previous: QueuedCall | undefined;
  answer(): boolean;
  cancel(): void;
}

/**
 * The waiting promise calls of one direction, first in, first out: the first of them is tried, and as long as it cannot
 * be answered nobody overtakes it. Leaving from the middle costs the same as leaving from the front.
 */
export class WaitingQueue {
  #first: QueuedCall | undefined;
  #last: QueuedCall | undefined;
  readonly #onFrontAborted: () => void;

  /** @param onFrontAborted - told when the first call was aborted: those behind it may have better luck */
  constructor(onFrontAborted: () => void = ignore) {
    this.#onFrontAborted = onFrontAborted;
  }

  /** Whether nobody waits. */
  get isEmpty(): boolean {
    return this.#first === undefined;
  }

  /** Answers as many calls as can be answered, in their order. */
  drain(): void {
    while (this.#first?.answer() === true);
  }

  /** Tries every call, whatever became of those before it. */
  tryAll(): void {
    let call = this.#first;
    while (call !== undefined) {
      const { next } = call;
      call.answer();
      call = next;
    }
  }

  /** Rejects every call with ECANCELED. */
  cancelAll(): void {
    while (this.#first !== undefined) this.#first.cancel();
  }

  /** Adds a call at the end; only {@link WaitingCall} does. */
  append(call: QueuedCall): void {
    call.previous = this.#last;
    if (this.#last === undefined) this.#first = call;
    else this.#last.next = call;
    this.#last = call;
  }

  /** Takes a call out; only {@link WaitingCall} does. */
  remove(call: QueuedCall, aborted: boolean): void {
    const wasFirst = this.#first === call;
    if (call.previous === undefined) this.#first = call.next;
    else call.previous.next = call.next;
    if (call.next === undefined) this.#last = call.previous;
    else call.next.previous = call.previous;
    call.next = undefined;
    call.previous = undefined;
    if (wasFirst && aborted) this.#onFrontAborted();
  }
}

/** What a {@link WaitingCall} is made of. */
export interface WaitingCallOptions<T> {
  /** Tries again: the answer, or `WOULD_BLOCK`, or throws what the promise is to be rejected with. */
  readonly attempt: () => T | WouldBlock;
  /** Where the call waits. */
  readonly queue: WaitingQueue;
  /** The call by its C name, for ECANCELED. */
  readonly syscall: string;
  /** Aborts the call: the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** What an abort has to take back. */
  readonly onAborted?: (() => void) | undefined;
}

/** One promise call that waits in a queue until it is answered, aborted or cancelled. */
export class WaitingCall<T> implements QueuedCall {
  next: QueuedCall | undefined;
  previous: QueuedCall | undefined;
  /** What the caller awaits. */
  readonly promise: Promise<T>;
  readonly #options: WaitingCallOptions<T>;
  #resolve!: (value: T) => void;
  #reject!: (reason: unknown) => void;
  #isSettled = false;
  readonly #abort = (): void => {
    const { onAborted, queue, signal } = this.#options;
    this.#isSettled = true;
    this.#reject(signal?.reason);
    onAborted?.();
    queue.remove(this, true);
  };

  /** The signal, if there is one, has not been aborted yet. */
  constructor(options: WaitingCallOptions<T>) {
    this.#options = options;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    options.queue.append(this);
    if (options.signal !== undefined) addAbortListener(options.signal, this.#abort);
  }

  /** Tries to answer. @returns whether the call is settled now */
  answer(): boolean {
    if (this.#isSettled) return true;
    let value: T | WouldBlock;
    try {
      value = this.#options.attempt();
    } catch (error) {
      this.fail(error);
      return true;
    }
    if (value === WOULD_BLOCK) return false;
    this.resolve(value);
    return true;
  }

  /** Answers. Without effect on a call that is settled. */
  resolve(value: T): void {
    if (this.#isSettled) return;
    this.#settle();
    this.#resolve(value);
  }

  /** Rejects. Without effect on a call that is settled. */
  fail(error: unknown): void {
    if (this.#isSettled) return;
    this.#settle();
    this.#reject(error);
  }

  /** Rejects with ECANCELED: the socket is being closed. */
  cancel(): void {
    this.fail(systemError("ECANCELED", this.#options.syscall));
  }

  #settle(): void {
    const { queue, signal } = this.#options;
    this.#isSettled = true;
    if (signal !== undefined) removeAbortListener(signal, this.#abort);
    queue.remove(this, false);
  }
}
