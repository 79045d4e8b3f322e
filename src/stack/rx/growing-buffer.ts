import { copyInto, copyOf } from "../../wire/bytes.js";

/**
 * A copy of a message's payload. `slice` takes half the time of any other way for the small ones, but a
 * subclass's answers the subclass (and a Node `Buffer`'s does not even copy), so that it is only used where
 * it does what it says.
 */
export function copyPayload(bytes: Uint8Array, offset: number, lengthBytes: number): Uint8Array {
  if (bytes.constructor === Uint8Array) return bytes.slice(offset, offset + lengthBytes);
  return copyOf(bytes, offset, lengthBytes);
}

/**
 * Bytes that are appended to, as fragments are to their message (RFC 9260 §6.9); its memory doubles when it is
 * used up, so that each byte is moved O(1) times.
 */
export class GrowingBuffer {
  /** How many bytes it holds. */
  lengthBytes = 0;
  /** The buffer whose bytes come after this one's, where a run of fragments consists of several. */
  next: GrowingBuffer | undefined = undefined;
  private memory: Uint8Array;

  /** @param memory - what it fills before it grows for the first time, and gives away in the end */
  constructor(memory: Uint8Array) {
    this.memory = memory;
  }

  /** Copies `lengthBytes` bytes of `bytes` from `offset` on to its end. */
  append(bytes: Uint8Array, offset: number, lengthBytes: number): void {
    const needed = this.lengthBytes + lengthBytes;
    if (needed > this.memory.length) this.reserve(Math.max(needed, 2 * this.memory.length));
    copyInto(this.memory, this.lengthBytes, bytes, offset, lengthBytes);
    this.lengthBytes = needed;
  }

  /** Copies what another buffer holds to this one's end. */
  appendBuffer(other: GrowingBuffer): void {
    this.append(other.memory, 0, other.lengthBytes);
  }

  /** Makes room for `capacityBytes` bytes in all. */
  reserve(capacityBytes: number): void {
    if (capacityBytes <= this.memory.length) return;
    const larger = new Uint8Array(capacityBytes);
    copyInto(larger, 0, this.memory, 0, this.lengthBytes);
    this.memory = larger;
  }

  /**
   * The bytes it holds, in memory that is at most twice as long as they are. The buffer gives them away and
   * must not be used afterwards.
   */
  take(): Uint8Array {
    const { memory, lengthBytes } = this;
    if (lengthBytes === memory.length) return memory;
    return 2 * lengthBytes >= memory.length ? memory.subarray(0, lengthBytes) : memory.slice(0, lengthBytes);
  }
}
