import { type Ssn, ssn, type Tsn, tsn, tsnAdd } from "../../../src/base/serial-number.js";
import type { DataTracker } from "../../../src/stack/rx/data-tracker.js";
import {
  type DroppedTsns,
  type InsertResult,
  type AbortedPartialDelivery,
  ReassemblyQueue,
} from "../../../src/stack/rx/reassembly-queue.js";
import type { IncomingPiece } from "../../../src/stack/rx/incoming-piece.js";
import { MessageArena } from "../../../src/stack/rx/message-arena.js";
import { SpareMessageMemory } from "../../../src/stack/rx/spare-message-memory.js";
import {
  DATA_FLAG_BEGINNING,
  DATA_FLAG_END,
  DATA_FLAG_UNORDERED,
} from "../../../src/wire/chunks/data-chunk.js";

/** A DATA chunk as a test holds it. */
export interface TestChunk {
  readonly tsn: Tsn;
  readonly flags: number;
  readonly streamId: number;
  readonly ssn: Ssn;
  readonly ppid: number;
  readonly payload: Uint8Array;
}

export interface MessageShape {
  readonly streamId: number;
  readonly unordered: boolean;
  readonly lengthBytes: number;
  /** The most payload that one chunk carries. */
  readonly fragmentBytes: number;
}

/** Numbers chunks as a sender does: TSNs without a gap, and the Stream Sequence Numbers of each stream from 0 on. */
export class DataSequencer {
  private nextTsn: Tsn;
  private readonly nextSsn = new Map<number, Ssn>();

  constructor(initialTsn: number) {
    this.nextTsn = tsn(initialTsn);
  }

  /** The chunks of one message; its bytes tell it from others. */
  message({ streamId, unordered, lengthBytes, fragmentBytes }: MessageShape): TestChunk[] {
    const number = this.nextSsn.get(streamId) ?? ssn(0);
    if (!unordered) this.nextSsn.set(streamId, ssn(number + 1));
    const ppid = this.nextTsn;
    const chunks: TestChunk[] = [];
    for (let start = 0; start < lengthBytes; start += fragmentBytes) {
      const end = Math.min(start + fragmentBytes, lengthBytes);
      chunks.push({
        tsn: this.nextTsn,
        flags:
          (start === 0 ? DATA_FLAG_BEGINNING : 0) |
          (end === lengthBytes ? DATA_FLAG_END : 0) |
          (unordered ? DATA_FLAG_UNORDERED : 0),
        streamId,
        // RFC 9260 §6.6: a sender may put anything here when the message is unordered.
        ssn: unordered ? ssn(number + start) : number,
        ppid,
        payload: payloadOf(ppid, start, end),
      });
      this.nextTsn = tsnAdd(this.nextTsn, 1);
    }
    return chunks;
  }

  /** An ordered message on a stream, in so many fragments of three bytes. */
  ordered(streamId: number, fragments = 1): TestChunk[] {
    return this.message({ streamId, unordered: false, lengthBytes: 3 * fragments, fragmentBytes: 3 });
  }

  /** An unordered message on a stream, in so many fragments of three bytes. */
  unordered(streamId: number, fragments = 1): TestChunk[] {
    return this.message({ streamId, unordered: true, lengthBytes: 3 * fragments, fragmentBytes: 3 });
  }
}

function payloadOf(ppid: number, start: number, end: number): Uint8Array {
  return Uint8Array.from(
    { length: end - start },
    (_, index) => (ppid + (ppid >>> 8) + 7 * (start + index)) & 0xff,
  );
}

/** A queue with all that it has delivered. */
export class QueueUnderTest {
  readonly delivered: IncomingPiece[] = [];
  /** Learns of an aborted partial delivery. */
  onAborted: (aborted: AbortedPartialDelivery) => void = () => {};
  readonly queue: ReassemblyQueue = new ReassemblyQueue(
    {
      deliver: (piece) => this.delivered.push(piece),
      tellAborted: (aborted) => this.onAborted(aborted),
    },
    { arena: new MessageArena(), spares: new SpareMessageMemory() },
  );

  /** Inserts chunks from the middle of a packet that is overwritten afterwards; answers the last result. */
  insert(...chunks: readonly (TestChunk | undefined)[]): InsertResult {
    let result: InsertResult = "accepted";
    for (const chunk of chunks) {
      if (chunk === undefined) throw new RangeError("There is no such chunk in this test.");
      const packet = new Uint8Array(chunk.payload.length + 20).fill(0xee);
      packet.set(chunk.payload, 16);
      result = this.queue.insert(chunk, packet, 16, chunk.payload.length);
      packet.fill(0xdd);
    }
    return result;
  }

  /**
   * What has been delivered since the last call, each piece as `stream:tsn:hex`, with its ends in brackets.
   */
  take(): string[] {
    return this.delivered.splice(0).map(describePiece);
  }
}

/**
 * `[stream:tsn:hex]`; a bracket is missing where the piece is not the beginning or the end of its message.
 */
export function describePiece(piece: IncomingPiece): string {
  const hex = Array.from(piece.data, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${piece.beginning ? "[" : ""}${piece.streamId}:${piece.tsn}:${hex}${piece.endOfRecord ? "]" : ""}`;
}

/** How a whole message looks when it has been delivered in one piece. */
export function wholeMessage(chunks: readonly TestChunk[]): string {
  return `[${partOfMessage(chunks)}]`;
}

/** How these chunks of a message look when they have been delivered as a piece, without brackets. */
export function partOfMessage(chunks: readonly TestChunk[]): string {
  const [first] = chunks;
  if (first === undefined) throw new RangeError("A message has chunks.");
  const hex = chunks.flatMap(({ payload }) =>
    Array.from(payload, (byte) => byte.toString(16).padStart(2, "0")),
  );
  return `${first.streamId}:${first.tsn}:${hex.join("")}`;
}

/** Takes back from a tracker what a queue dropped. */
export function forgetDropped(tracker: DataTracker, dropped: readonly DroppedTsns[]): void {
  for (const { first, last } of dropped) tracker.forget(first, last);
}
