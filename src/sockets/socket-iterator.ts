import { WOULD_BLOCK, type WouldBlock } from "./provider.js";
import type { SocketCore } from "./socket-core.js";
import { WaitingCall } from "./waiting-queue.js";

/** What an iterator over a socket takes, and when it ends. */
export interface SocketIteratorOptions<T> {
  /** Takes the next item. */
  readonly take: () => T | WouldBlock;
  /** Whether an item is the end and not to be shown. */
  readonly isEnd: (item: T) => boolean;
  /** The call by its C name. */
  readonly syscall: string;
}

/**
 * The items of a socket, one by one, in turn with other promise calls. It ends at the peer's shutdown; ending it early
 * (`break`) neither closes the socket nor loses anything.
 */
export class SocketIterator<T> implements AsyncIterableIterator<T, undefined> {
  readonly #core: SocketCore;
  readonly #options: SocketIteratorOptions<T>;
  /** Calls of `next()` that wait; they settle in their order. */
  #pending: WaitingCall<IteratorResult<T, undefined>>[] = [];
  #isDone = false;

  /** @param core - the socket; not closed by the iterator */
  constructor(core: SocketCore, options: SocketIteratorOptions<T>) {
    this.#core = core;
    this.#options = options;
  }

  /** The next item. @throws what the receive call throws */
  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#isDone) return Promise.resolve({ done: true, value: undefined });
    const { syscall } = this.#options;
    try {
      this.#core.open(syscall);
      if (this.#core.receivers.isEmpty) {
        const result = this.#take();
        if (result !== WOULD_BLOCK) return Promise.resolve(result);
      }
    } catch (error) {
      return Promise.reject(error);
    }
    const attempt = (): IteratorResult<T, undefined> | WouldBlock => {
      const result = this.#take();
      if (result !== WOULD_BLOCK) this.#pending.shift();
      return result;
    };
    const call = new WaitingCall({ attempt, queue: this.#core.receivers, syscall });
    this.#pending.push(call);
    return call.promise;
  }

  /** Ends the iteration; calls of `next()` that wait take nothing and learn that it is over. */
  return(): Promise<IteratorResult<T, undefined>> {
    this.#isDone = true;
    const pending = this.#pending;
    this.#pending = [];
    for (const call of pending) call.resolve({ done: true, value: undefined });
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #take(): IteratorResult<T, undefined> | WouldBlock {
    if (this.#isDone) return { done: true, value: undefined };
    const item = this.#options.take();
    if (item === WOULD_BLOCK) return WOULD_BLOCK;
    if (!this.#options.isEnd(item)) return { done: false, value: item };
    this.#isDone = true;
    return { done: true, value: undefined };
  }
}
