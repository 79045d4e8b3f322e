import type { PartiallyReliableMessage } from "./outgoing-message.js";

/**
 * The messages of an association that were sent with a priority and hold room in its send buffer (RFC 7496 §3.2): a
 * binary heap with the one on top that is given up first. That is the one with the lowest priority, which is the
 * largest number; of several it is the youngest, because that is most likely not to have been sent yet.
 */
export class PriorityMessages {
  private readonly heap: PartiallyReliableMessage[] = [];
  private added = 0;

  /** The message that is given up first, or `undefined`. */
  get lowest(): PartiallyReliableMessage | undefined {
    return this.heap[0];
  }

  /** Adds a message; one that had been taken out has its old place again. */
  add(message: PartiallyReliableMessage): void {
    if (message.reliability.order === 0) {
      this.added += 1;
      message.reliability.order = this.added;
    }
    this.put(message, this.heap.length);
    this.siftUp(message.reliability.heapIndex);
  }

  /** Takes a message out; one that is not in is left alone. */
  remove(message: PartiallyReliableMessage): void {
    const { heapIndex } = message.reliability;
    if (heapIndex < 0) return;
    message.reliability.heapIndex = -1;
    const last = this.heap.pop() as PartiallyReliableMessage;
    if (last === message) return;
    this.put(last, heapIndex);
    this.siftUp(heapIndex);
    this.siftDown(last.reliability.heapIndex);
  }

  /** Forgets all messages. */
  clear(): void {
    for (const { reliability } of this.heap) reliability.heapIndex = -1;
    this.heap.length = 0;
  }

  private put(message: PartiallyReliableMessage, index: number): void {
    this.heap[index] = message;
    message.reliability.heapIndex = index;
  }

  private siftUp(start: number): void {
    const message = this.heap[start] as PartiallyReliableMessage;
    let index = start;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = this.heap[parentIndex] as PartiallyReliableMessage;
      if (!goesBefore(message, parent)) break;
      this.put(parent, index);
      index = parentIndex;
    }
    this.put(message, index);
  }

  private siftDown(start: number): void {
    const message = this.heap[start] as PartiallyReliableMessage;
    let index = start;
    for (;;) {
      const left = this.heap[2 * index + 1];
      const right = this.heap[2 * index + 2];
      if (left === undefined) break;
      const child = right !== undefined && goesBefore(right, left) ? right : left;
      if (!goesBefore(child, message)) break;
      const childIndex = child.reliability.heapIndex;
      this.put(child, index);
      index = childIndex;
    }
    this.put(message, index);
  }
}

function goesBefore(
  { reliability: left }: PartiallyReliableMessage,
  { reliability: right }: PartiallyReliableMessage,
): boolean {
  return left.value === right.value ? left.order > right.order : left.value > right.value;
}
