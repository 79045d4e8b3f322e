import type { Ssn } from "../../base/serial-number.js";
import type { Millis } from "../../base/millis.js";
import type { Path } from "../paths/path.js";
import { MessageReliability, type PartialReliability } from "./message-reliability.js";

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
  /** The payload from {@link droppedBytes} on, which is usually all of it. It belongs to the association. */
  data: Uint8Array;
  /** How long the payload is, as far as it has been given. */
  lengthBytes: number;
  /** Whether more of it follows. */
  isOpen: boolean;
  /** Bytes of the payload that are not held any more, because they have been acknowledged. */
  droppedBytes = 0;
  readonly streamId: number;
  readonly ppid: number;
  readonly unordered: boolean;
  readonly sackImmediately: boolean;
  readonly context: number;
  readonly destination: Path | undefined;
  /** The shared key that authenticates it, should the peer want that; the association fills in the active one. */
  keyNumber: number;
  /** What is kept of it if it need not arrive. */
  readonly reliability: MessageReliability | undefined;
  /** Its Stream Sequence Number, once its first chunk has been laid out. */
  ssn: Ssn = 0 as Ssn;
  /** Bytes of the payload that have been laid out in chunks. */
  fragmentedBytes = 0;
  /** Bytes of the payload that have been acknowledged cumulatively. */
  ackedBytes = 0;
  /** Whether the memory behind {@link data} is its own, to grow into. */
  private ownsRoom = false;
  /** Its neighbours among the messages that wait. Only the stream scheduler writes them. */
  previous: OutgoingMessage | undefined = undefined;
  next: OutgoingMessage | undefined = undefined;

  /** Takes over `data`: nobody else may change it from now on. */
  constructor(data: Uint8Array, options: MessageOptions, now: Millis) {
    this.data = data;
    this.lengthBytes = data.length;
    this.isOpen = options.endsLater ?? false;
    this.streamId = options.streamId;
    this.ppid = options.ppid;
    this.unordered = options.unordered;
    this.sackImmediately = options.sackImmediately;
    this.context = options.context;
    this.destination = options.destination;
    this.keyNumber = options.keyNumber ?? 0;
    const { partialReliability } = options;
    this.reliability =
      partialReliability === undefined ? undefined : new MessageReliability(partialReliability, now);
  }

  /** Copies more of the payload behind what there is; what has been acknowledged need not be held for that. */
  append(more: Uint8Array, isEnd: boolean): void {
    const { buffer, byteOffset, length } = this.data;
    const grownBytes = length + more.length;
    if (this.ownsRoom && byteOffset + grownBytes <= buffer.byteLength) {
      this.data = new Uint8Array(buffer, byteOffset, grownBytes);
      this.data.set(more, length);
    } else {
      const kept = this.data.subarray(this.ackedBytes - this.droppedBytes);
      // Twice the room that is needed, so that many small parts are not copied again and again.
      const grown = new Uint8Array(2 * (kept.length + more.length));
      grown.set(kept);
      grown.set(more, kept.length);
      this.data = grown.subarray(0, kept.length + more.length);
      this.droppedBytes = this.ackedBytes;
      this.ownsRoom = true;
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
