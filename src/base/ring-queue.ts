import { assert } from "./assert.js";

const INITIAL_SLOTS = 8;

/** What queues share that nothing was ever put into; an array like theirs, so that the code sees one kind of it. */
const NO_SLOTS: undefined[] = new Array<undefined>(1).fill(undefined);
NO_SLOTS.length = 0;

/**
 * A first-in, first-out queue on one array whose length is a power of two. Adding and removing cost the same
 * however long the queue is, and a queue that has found its size allocates nothing; nor does one that is never used.
 */
export class RingQueue<T> {
  private slots: (T | undefined)[] = NO_SLOTS;
  private head = 0;
  private count = 0;

  /** How many items wait. */
  get length(): number {
    return this.count;
  }

  /** Adds an item at the end. */
  push(item: T): void {
    if (this.count === this.slots.length) this.grow();
    this.slots[(this.head + this.count) & (this.slots.length - 1)] = item;
    this.count += 1;
  }

  /** Puts an item back in front of all others. */
  unshift(item: T): void {
    if (this.count === this.slots.length) this.grow();
    this.head = (this.head - 1) & (this.slots.length - 1);
    this.slots[this.head] = item;
    this.count += 1;
  }

  /** Removes and answers the first item, or `undefined` when there is none. */
  shift(): T | undefined {
    if (this.count === 0) return undefined;
    const item = this.slots[this.head];
    this.slots[this.head] = undefined;
    this.head = (this.head + 1) & (this.slots.length - 1);
    this.count -= 1;
    return item;
  }

  /** The first item, which stays, or `undefined` when there is none. */
  peek(): T | undefined {
    return this.count === 0 ? undefined : this.slots[this.head];
  }

  /** The item at a place counted from the front. */
  at(index: number): T {
    assert(index >= 0 && index < this.count, "A place in a queue lies inside it.");
    return this.slots[(this.head + index) & (this.slots.length - 1)] as T;
  }

  /** Removes every item. */
  clear(): void {
    this.slots.fill(undefined);
    this.head = 0;
    this.count = 0;
  }

  /** Keeps the items for which `keep` answers true, in their order. It costs a walk over the whole queue. */
  retain(keep: (item: T) => boolean): void {
    for (let remaining = this.count; remaining > 0; remaining -= 1) {
      const item = this.shift() as T;
      if (keep(item)) this.push(item);
    }
  }

  /** Walks over the items from the front; the queue must not change meanwhile. */
  *[Symbol.iterator](): Generator<T, void, undefined> {
    for (let index = 0; index < this.count; index += 1) yield this.at(index);
  }

  private grow(): void {
    const { slots, head, count } = this;
    const larger = new Array<T | undefined>(Math.max(INITIAL_SLOTS, slots.length * 2)).fill(undefined);
    for (let index = 0; index < count; index += 1) larger[index] = slots[(head + index) & (slots.length - 1)];
    this.slots = larger;
    this.head = 0;
  }
}
