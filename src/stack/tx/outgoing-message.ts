import { assert } from "../../base/assert.js";
import type { Ssn } from "../../base/serial-number.js";
import type { Millis } from "../../base/millis.js";
import { copyOf } from "../../wire/bytes.js";
import type { Path } from "../paths/path.js";
import { MessageReliability, type PartialReliability } from "./message-reliability.js";
import type { SendBlock } from "./send-memory.js";

/** What the user chooses for a message (RFC 9260 §11.1.5). */
export interface MessageOptions {
  /** The stream it travels on. */
  readonly streamId: number;
  /** Payload Protocol Identifier: the number that stands on the wire. */
  readonly ppid: number;
  /** Delivered without regard to the order of its stream (§6.6). */
  readonly unordered: boolean;
  /** Asks the peer for an immediate SACK of its last chunk (§6.2, the I bit). */
  readonly sackImmediately: boolean;
  /** A value of the user's, handed back when the message fails. */
  readonly context: number;
  /** The path that carries it while that is active (RFC 6458 §5.3.4 SCTP_ADDR_OVER); default: the primary one. */
  readonly destination?: Path | undefined;
  /** Whether more of it follows by `Association.continueMessage` (RFC 6458 §8.1.26); default: no. */
  readonly endsLater?: boolean | undefined;
  /** The shared key that authenticates it, should the peer want that (RFC 6458 §5.3.8); default: the active one. */
  readonly keyNumber?: number | undefined;
  /** When it is given up (RFC 3758 §4, RFC 7496 §3); never when left out. */
  readonly partialReliability?: PartialReliability | undefined;
}

/** One user message from the moment it was accepted until all of it has been acknowledged. */
export class OutgoingMessage {
  /** The memory that the payload lies in. */
  data: Uint8Array;
  /**
   * Where in {@link data} the payload begins. Negative where its beginning is not held any more, because it has been
   * acknowledged: {@link data} begins with the rest of it then.
   */
  startOffset: number;
  /** How long the payload is, as far as it has been given. */
  lengthBytes: number;
  /** Whether more of it follows. */
  isOpen: boolean;
  /** What the user has chosen. Messages that were sent alike share it. */
  options: MessageOptions;
  /** The shared key that authenticates it, should the peer want that; the association fills in the active one. */
  keyNumber: number;
  /** What is kept of it if it need not arrive. */
  readonly reliability: MessageReliability | undefined;
  /** The block of send memory that {@link data} belongs to, if it shares one with others. */
  block: SendBlock | undefined = undefined;
  /** Its Stream Sequence Number, once its first chunk has been laid out. */
  ssn: Ssn = 0 as Ssn;
  /** Bytes of the payload that have been laid out in chunks. */
  fragmentedBytes = 0;
  /** Bytes of the payload that have been acknowledged cumulatively. */
  ackedBytes = 0;
  /** Its neighbours among the messages that wait. Only the stream scheduler writes them. */
  previous: OutgoingMessage | undefined = undefined;
  next: OutgoingMessage | undefined = undefined;

  /** Takes over `lengthBytes` bytes of `data` from `startOffset` on: nobody else may change them from now on. */
  constructor(
    data: Uint8Array,
    startOffset: number,
    lengthBytes: number,
    options: MessageOptions,
    now: Millis,
  ) {
    this.data = data;
    this.startOffset = startOffset;
    this.lengthBytes = lengthBytes;
    this.options = options;
    this.isOpen = options.endsLater === true;
    this.keyNumber = options.keyNumber ?? 0;
    const { partialReliability } = options;
    this.reliability =
      partialReliability === undefined ? undefined : new MessageReliability(partialReliability, now);
  }

  /**
   * The object stands for another message from now on, which must arrive and is whole; it lies in the same memory. Of
   * the one before, nobody may know any more.
   */
  standForAnother(startOffset: number, lengthBytes: number, options: MessageOptions): void {
    this.startOffset = startOffset;
    this.lengthBytes = lengthBytes;
    this.options = options;
    this.keyNumber = options.keyNumber ?? 0;
    this.ssn = 0 as Ssn;
    this.fragmentedBytes = 0;
    this.ackedBytes = 0;
  }

  /** The stream that it travels on. */
  get streamId(): number {
    return this.options.streamId;
  }

  /** Its Payload Protocol Identifier. */
  get ppid(): number {
    return this.options.ppid;
  }

  /** Whether it is delivered without regard to the order of its stream. */
  get unordered(): boolean {
    return this.options.unordered;
  }

  /** The path that the user wants it to take. */
  get destination(): Path | undefined {
    return this.options.destination;
  }

  /** Bytes of the payload that are not held any more, because they have been acknowledged. */
  get droppedBytes(): number {
    return Math.max(0, -this.startOffset);
  }

  /** The payload as far as it is held, in memory that is shared with no other message. */
  payload(): Uint8Array {
    const { data, startOffset, lengthBytes } = this;
    if (startOffset === 0 && lengthBytes === data.length) return data;
    const heldBytes = lengthBytes - this.droppedBytes;
    return copyOf(data, Math.max(0, startOffset), heldBytes);
  }

  /** Copies more of the payload behind what there is; what has been acknowledged need not be held for that. */
  append(more: Uint8Array, isEnd: boolean): void {
    assert(this.block === undefined, "A message that grows has memory of its own.");
    const end = this.startOffset + this.lengthBytes;
    if (end + more.length <= this.data.length) {
      this.data.set(more, end);
    } else {
      const kept = this.data.subarray(this.startOffset + this.ackedBytes, end);
      // Twice the room that is needed, so that many small parts are not copied again and again.
      const grown = new Uint8Array(2 * (kept.length + more.length));
      grown.set(kept);
      grown.set(more, kept.length);
      this.data = grown;
      this.startOffset = -this.ackedBytes;
    }
    this.lengthBytes += more.length;
    this.isOpen = !isEnd;
  }
}

/** A message that need not arrive. */
export interface PartiallyReliableMessage extends OutgoingMessage {
  readonly reliability: MessageReliability;
}

/** Whether a message need not arrive. */
export function isPartiallyReliable(message: OutgoingMessage): message is PartiallyReliableMessage {
  return message.reliability !== undefined;
}
