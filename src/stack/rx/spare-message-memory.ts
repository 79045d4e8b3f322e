import { SHARED_MESSAGE_BYTES_MAX, SPARE_MESSAGE_BYTES_MAX } from "../limits.js";

/**
 * Memory in which large messages were put together (RFC 9260 §6.9) whose payload the application has had copied into
 * memory of its own, kept for the messages that come next, of all associations of a stack. Fresh memory has to be
 * found, filled with zeros and collected again, which costs as much as everything else about a large message.
 */
export class SpareMessageMemory {
  private readonly spares: Uint8Array[] = [];
  private heldBytes = 0;

  /** Bytes that are kept. */
  get spareBytes(): number {
    return this.heldBytes;
  }

  /** Memory for so many bytes, of which at least half will be used; what lies in it is of no meaning. */
  take(lengthBytes: number): Uint8Array {
    if (lengthBytes < SHARED_MESSAGE_BYTES_MAX) return new Uint8Array(lengthBytes);
    const last = this.spares.pop();
    if (last === undefined) return new Uint8Array(lengthBytes);
    this.heldBytes -= last.length;
    // What does not fit goes: messages have another size now.
    const fits = last.length >= lengthBytes && last.length <= 2 * lengthBytes;
    return fits ? last : new Uint8Array(lengthBytes);
  }

  /** Keeps the memory of a payload that nobody will read any more, unless there is enough. */
  keep({ buffer }: Uint8Array): void {
    const lengthBytes = buffer.byteLength;
    if (lengthBytes < SHARED_MESSAGE_BYTES_MAX) return;
    if (this.heldBytes + lengthBytes > SPARE_MESSAGE_BYTES_MAX) return;
    this.heldBytes += lengthBytes;
    this.spares.push(new Uint8Array(buffer));
  }
}
