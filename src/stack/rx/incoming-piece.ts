import type { Ssn, Tsn } from "../../base/serial-number.js";
import type { Association } from "../association.js";
import type { Path } from "../paths/path.js";
import type { MessageBlock } from "./message-arena.js";

/** What all chunks of a message have in common (RFC 9260 §3.3.1, §6.9). */
export interface MessageHeader {
  /** The stream that the message came on. */
  readonly streamId: number;
  /** The message's Stream Sequence Number; without meaning when `unordered`. */
  readonly ssn: Ssn;
  /** The Payload Protocol Identifier, as the number that stands on the wire. */
  readonly ppid: number;
  /** Whether the message was sent for unordered delivery. */
  readonly unordered: boolean;
}

/**
 * A message for the application, or a part of one when it is delivered partially (RFC 9260 §6.9). A whole message has
 * both `beginning` and `endOfRecord`. It is made where the message is put together, is the event that tells of it, and
 * stands in the application's queue: one object for each message on the whole way.
 */
export class IncomingPiece implements MessageHeader {
  /** What it is among the stack's events. */
  readonly type = "data";
  readonly streamId: number;
  readonly ssn: Ssn;
  readonly ppid: number;
  readonly unordered: boolean;
  /** The TSN of the first DATA chunk in this piece. */
  readonly tsn: Tsn;
  /** The payload. It belongs to whoever receives the piece; see {@link MessageArena} for what it may share. */
  readonly data: Uint8Array;
  /** Whether the message begins with this piece. */
  readonly beginning: boolean;
  /** Whether the message ends with this piece. */
  readonly endOfRecord: boolean;
  /** The memory that its payload shares with others; `undefined` when it has its own. */
  block: MessageBlock | undefined = undefined;
  /** The Cumulative TSN Ack at the time of delivery (RFC 6458 §5.3.5, `rcv_cumtsn`); the association writes it. */
  cumulativeTsn: Tsn;
  /** Whose it is; the association writes it when it hands the piece out. */
  association!: Association;
  /** Where it came from; the association writes it when it hands the piece out. */
  path!: Path;
  /** How many bytes the application has received, by reads too short for all. */
  readBytes = 0;

  constructor(
    header: Readonly<MessageHeader>,
    tsn: Tsn,
    data: Uint8Array,
    beginning: boolean,
    endOfRecord: boolean,
  ) {
    this.streamId = header.streamId;
    this.ssn = header.ssn;
    this.ppid = header.ppid;
    this.unordered = header.unordered;
    this.tsn = tsn;
    this.data = data;
    this.beginning = beginning;
    this.endOfRecord = endOfRecord;
    this.cumulativeTsn = tsn;
  }

  /** The application has received so many bytes more, or will not read them; their room is the peer's again. */
  release(lengthBytes: number): void {
    const isRead = this.noteRead(lengthBytes);
    this.association.releaseReceived(lengthBytes, isRead ? 1 : 0);
  }

  /** Its payload has been copied for the application, and nobody will read it any more. */
  recycle(): void {
    if (this.block === undefined) this.association.recycle(this.data);
  }

  /**
   * As {@link release}, without a word to the association, to which the caller gives the room of several at once.
   *
   * @returns whether the piece has been read to its end
   */
  noteRead(lengthBytes: number): boolean {
    this.readBytes += lengthBytes;
    if (this.readBytes < this.data.length) return false;
    this.block?.messageRead();
    return true;
  }
}
