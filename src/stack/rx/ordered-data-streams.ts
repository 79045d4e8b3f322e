import { type Ssn, ssn as ssnOf, ssnLess, type Tsn } from "../../base/serial-number.js";
import type { SkippedStream } from "../../wire/chunks/forward-tsn-chunk.js";
import { RX_GIVEN_UP_MAX } from "../limits.js";
import type { IncomingPiece } from "./incoming-piece.js";

/** A whole message that has not been handed out. */
export interface CompleteMessage {
  readonly piece: IncomingPiece;
  /** The TSN of its last DATA chunk. */
  readonly lastTsn: Tsn;
  /** How many DATA chunks it came in. */
  readonly chunkCount: number;
}

/**
 * Whether an ordered message is the `"next"` of its stream, must `"wait"` for others, or has a Stream
 * Sequence Number that was used before (`"repeated"`).
 */
export type MessageTurn = "next" | "wait" | "repeated";

const PAGE_SHIFT = 6;
const PAGE_STREAMS = 1 << PAGE_SHIFT;
const PAGE_MASK = PAGE_STREAMS - 1;

/** What those have whose messages have always come in their turn. Nobody puts anything into these. */
const NONE_WAITING = new Map<number, Map<Ssn, CompleteMessage>>();
const NONE_GIVEN_UP = new Set<number>();

/** What is known of 64 streams: 384 bytes and some, so that all 65,536 streams cost less than 1 MiB. */
interface StreamPage {
  readonly nextSsn: Uint16Array;
  readonly lastMessageBytes: Uint32Array;
}

/** What those have to which nothing has come in order; nobody puts anything into it. */
const NO_PAGES: (StreamPage | undefined)[] = [];

/**
 * The order of messages within each stream (RFC 9260 §6.5, §6.6), and the messages that wait for it. A page
 * of streams is allocated when the first of them is used. A message that is next in its stream costs no map
 * operation.
 */
export class OrderedDataStreams {
  private pages = NO_PAGES;
  /** Messages that wait, by stream and number; a stream without any has no map. */
  private waiting = NONE_WAITING;
  private count = 0;
  /** Messages that will not come although others before them may. */
  private givenUp = NONE_GIVEN_UP;

  /** How many messages wait, in all streams. */
  get waitingCount(): number {
    return this.count;
  }

  /** The messages that wait, in an order that only what was done to them determines. */
  *waitingMessages(): Generator<CompleteMessage, void, undefined> {
    for (const ofStream of this.waiting.values()) yield* ofStream.values();
  }

  /** When the ordered message with this number can be delivered. A stream begins with number 0 (RFC 9260 §6.5). */
  turnOf(streamId: number, ssn: Ssn): MessageTurn {
    const next = this.page(streamId).nextSsn[streamId & PAGE_MASK] as Ssn;
    if (ssn === next) return "next";
    if (ssnLess(ssn, next) || this.waiting.get(streamId)?.has(ssn) === true) return "repeated";
    return "wait";
  }

  /** The message whose turn it is goes to the application: the one with the next number is expected now. */
  advance(streamId: number): void {
    const { nextSsn } = this.page(streamId);
    const index = streamId & PAGE_MASK;
    // The array holds 16 bits, so that 65,535 is followed by 0 (RFC 9260 §6.5).
    nextSsn[index] = (nextSsn[index] as number) + 1;
    if (this.givenUp.size > 0) this.passGivenUp(streamId);
  }

  /** One message of a stream will not come, whatever becomes of those before it: when it is its turn, it is passed. */
  giveUp(streamId: number, ssn: Ssn): void {
    const turn = this.turnOf(streamId, ssn);
    if (turn === "next") this.advance(streamId);
    else if (turn === "wait" && this.givenUp.size < RX_GIVEN_UP_MAX) {
      if (this.givenUp === NONE_GIVEN_UP) this.givenUp = new Set();
      this.givenUp.add(keyOf(streamId, ssn));
    }
  }

  /** Holds a message that must wait for others of its stream. */
  hold(message: CompleteMessage): void {
    const { streamId, ssn } = message.piece;
    let ofStream = this.waiting.get(streamId);
    if (ofStream === undefined) {
      if (this.waiting === NONE_WAITING) this.waiting = new Map();
      ofStream = new Map();
      this.waiting.set(streamId, ofStream);
    }
    ofStream.set(ssn, message);
    this.count += 1;
  }

  /** Removes and answers the message whose turn it is now, if it waits; the next one is expected then. */
  takeNext(streamId: number): CompleteMessage | undefined {
    const ofStream = this.waiting.get(streamId);
    if (ofStream === undefined) return undefined;
    const { nextSsn } = this.page(streamId);
    const message = ofStream.get(nextSsn[streamId & PAGE_MASK] as Ssn);
    if (message === undefined) return undefined;
    this.drop(message);
    this.advance(streamId);
    return message;
  }

  /**
   * Messages of some streams will not come (RFC 3758 §3.6): those behind them are expected next.
   *
   * @param skipped - streams and the largest numbers that are skipped there; one that had its turn changes nothing
   * @returns the messages that have waited for those, taken out, by stream and in order; and more may have their turn
   */
  skip(skipped: readonly SkippedStream[]): CompleteMessage[] {
    const taken: CompleteMessage[] = [];
    for (const { streamId, ssn } of skipped) {
      const { nextSsn } = this.page(streamId);
      const index = streamId & PAGE_MASK;
      const first = nextSsn[index] as Ssn;
      if (ssnLess(ssn, first)) continue;
      nextSsn[index] = ssn + 1;
      if (this.givenUp.size > 0) this.passGivenUp(streamId);
      this.takeThrough(streamId, first, ssn, taken);
    }
    if (this.givenUp.size > 0) this.forgetGivenUp();
    return taken.sort(({ piece: left }, { piece: right }) => {
      if (left.streamId !== right.streamId) return left.streamId - right.streamId;
      return ssnLess(left.ssn, right.ssn) ? -1 : 1;
    });
  }

  /** Removes a message that waits; its number is expected as before. */
  drop(message: CompleteMessage): void {
    const { streamId, ssn } = message.piece;
    const ofStream = this.waiting.get(streamId);
    if (ofStream?.delete(ssn) !== true) return;
    this.count -= 1;
    if (ofStream.size === 0) this.waiting.delete(streamId);
  }

  /**
   * The size of the last fragmented message of a stream, 0 when there was none: the best guess for the next.
   */
  lastMessageBytes(streamId: number): number {
    return this.page(streamId).lastMessageBytes[streamId & PAGE_MASK] as number;
  }

  /** Takes note of the size of a fragmented message. */
  noteMessageBytes(streamId: number, lengthBytes: number): void {
    this.page(streamId).lastMessageBytes[streamId & PAGE_MASK] = lengthBytes;
  }

  /**
   * Takes out the messages of a stream from one number to another. It looks at the numbers or at the messages,
   * whichever are fewer: a peer that skips again and again pays for it, with a message for each step at most.
   */
  private takeThrough(streamId: number, first: Ssn, last: Ssn, taken: CompleteMessage[]): void {
    const ofStream = this.waiting.get(streamId);
    if (ofStream === undefined) return;
    // As the numbers do, the difference comes round behind 65,535.
    const numbers = ((last - first) & 0xffff) + 1;
    const found: CompleteMessage[] = [];
    if (numbers > ofStream.size) {
      for (const message of ofStream.values()) if (!ssnLess(last, message.piece.ssn)) found.push(message);
    } else {
      for (let step = 0; step < numbers; step += 1) {
        const message = ofStream.get(ssnOf(first + step));
        if (message !== undefined) found.push(message);
      }
    }
    for (const message of found) {
      this.drop(message);
      taken.push(message);
    }
  }

  private passGivenUp(streamId: number): void {
    const { nextSsn } = this.page(streamId);
    const index = streamId & PAGE_MASK;
    while (this.givenUp.delete(keyOf(streamId, nextSsn[index] as Ssn)))
      nextSsn[index] = (nextSsn[index] as number) + 1;
  }

  /** Forgets what was skipped together with others: one walk, however many streams were named. */
  private forgetGivenUp(): void {
    for (const key of this.givenUp) {
      const streamId = Math.floor(key / 65_536);
      const next = this.page(streamId).nextSsn[streamId & PAGE_MASK] as Ssn;
      if (ssnLess(ssnOf(key), next)) this.givenUp.delete(key);
    }
  }

  private page(streamId: number): StreamPage {
    return this.pages[streamId >> PAGE_SHIFT] ?? this.createPage(streamId >> PAGE_SHIFT);
  }

  private createPage(pageIndex: number): StreamPage {
    if (this.pages === NO_PAGES) this.pages = [];
    // Filled up to the page, because an array with holes is a slow dictionary.
    while (this.pages.length <= pageIndex) this.pages.push(undefined);
    const page: StreamPage = {
      nextSsn: new Uint16Array(PAGE_STREAMS),
      lastMessageBytes: new Uint32Array(PAGE_STREAMS),
    };
    this.pages[pageIndex] = page;
    return page;
  }
}

/** Stream and number as one integer below 2^32. */
function keyOf(streamId: number, ssn: Ssn): number {
  return streamId * 65_536 + ssn;
}
