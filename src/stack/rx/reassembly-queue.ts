import { assert } from "../../base/assert.js";
import {
  type Ssn,
  ssnLess,
  ssn as ssnOf,
  type Tsn,
  tsn as tsnOf,
  tsnAdd,
  tsnDistance,
  tsnLess,
  tsnLessOrEqual,
} from "../../base/serial-number.js";
import {
  DATA_FLAG_BEGINNING,
  DATA_FLAG_END,
  DATA_FLAG_UNORDERED,
  type DataHeaderFields,
} from "../../wire/chunks/data-chunk.js";
import type { SkippedStream } from "../../wire/chunks/forward-tsn-chunk.js";
import { RX_EXPECTED_BYTES_MAX, RX_PIECES_FULL, RX_PIECES_MAX } from "../limits.js";
import { type Fragment, FragmentRun } from "./fragment-run.js";
import { FragmentRuns } from "./fragment-runs.js";
import { copyPayload } from "./growing-buffer.js";
import { IncomingPiece, type MessageHeader } from "./incoming-piece.js";
import type { MessageArena } from "./message-arena.js";
import type { SpareMessageMemory } from "./spare-message-memory.js";
import { type CompleteMessage, type MessageTurn, OrderedDataStreams } from "./ordered-data-streams.js";
import { PartialDelivery } from "./partial-delivery.js";

/** Who a {@link ReassemblyQueue} works for. */
export interface ReassemblyQueueUser {
  /**
   * Takes what is ready for the application, in the order of delivery. It runs inside `insert` and inside the
   * calls that start or abort a partial delivery, and must not call the queue.
   */
  deliver(piece: IncomingPiece): void;
  /** Learns that the message under partial delivery will not be completed, before anything else is handed out. */
  tellAborted(aborted: AbortedPartialDelivery): void;
}

/** Where payloads go. */
export interface PayloadMemory {
  /** Small messages that need not wait. */
  readonly arena: MessageArena;
  /** What is put together. */
  readonly spares: SpareMessageMemory;
}

/**
 * What became of a chunk: it was `"accepted"`, or it contradicts what arrived before, which is a `"protocol
 * violation"`: the association is to be aborted with that cause (RFC 9260 §3.3.10.13), and the queue with it.
 */
export type InsertResult = "accepted" | "protocol violation";

/** TSNs from `first` to `last`, both inclusive. */
export interface DroppedTsns {
  /** The lowest. */
  readonly first: Tsn;
  /** The highest. */
  readonly last: Tsn;
}

/** The message whose partial delivery was aborted (RFC 6458 §6.1.7, `pdapi_stream` and `pdapi_seq`). */
export interface AbortedPartialDelivery {
  /** The stream it came on. */
  readonly streamId: number;
  /** Its Stream Sequence Number. */
  readonly ssn: Ssn;
  /** Whether it was sent for unordered delivery. */
  readonly unordered: boolean;
}

interface Droppable {
  readonly firstTsn: Tsn;
  readonly lastTsn: Tsn;
  readonly held: FragmentRun | CompleteMessage;
}

const DATA_FLAGS_WHOLE: number = DATA_FLAG_BEGINNING | DATA_FLAG_END;

/**
 * Without a message to guess from, room for four fragments is made: as many as stay within twice the least
 * message.
 */
const FIRST_GUESS_FRAGMENTS = 4;

/**
 * Each time that something is dropped, at least this part of what could be goes, so that finding it is worth
 * its cost.
 */
const DROP_SHARE = 1 / 16;

const NOTHING: Uint8Array = new Uint8Array(0);

/** One for all queues: nothing else happens between filling it in and inserting it. */
const fragmentUnderWay: Fragment = {
  tsn: tsnOf(0),
  streamId: 0,
  ssn: ssnOf(0),
  ppid: 0,
  unordered: false,
  isBeginning: false,
  isEnd: false,
  bytes: NOTHING,
  offset: 0,
  lengthBytes: 0,
};

/**
 * Puts messages together from DATA chunks (RFC 9260 §6.9) and hands them out in the order of their streams
 * (§6.6).
 *
 * The caller has made sure that each chunk's TSN is new (`DataTracker.receive`), that it carries user data,
 * and that its stream exists. A whole message whose turn it is costs its payload and its
 * {@link IncomingPiece}; a fragment in sequence is copied to the end of its message's buffer; any other chunk
 * costs a few map operations. Nothing walks over what is held but {@link dropHighest}, and {@link dropUnfinishable}
 * over the runs, each of which has a gap beside it.
 */
export class ReassemblyQueue {
  private readonly user: ReassemblyQueueUser;
  private readonly memory: PayloadMemory;
  private readonly streams = new OrderedDataStreams();
  private readonly runs = new FragmentRuns();
  private readonly partial = new PartialDelivery();
  private mixesStreams = false;
  private heldBytes = 0;
  private heldChunks = 0;
  private heldPieces = 0;
  /** Bytes set aside in all runs for fragments still to come. */
  private expectedBytes = 0;
  /** The TSN behind the message that was completed last, which must begin a message; -1 before the first. */
  private tsnBehindMessage = -1;
  private readonly fragment: Fragment = fragmentUnderWay;

  constructor(user: ReassemblyQueueUser, memory: PayloadMemory) {
    this.user = user;
    this.memory = memory;
  }

  /** Bytes of payload held: everything that arrived and has not been handed out. */
  get queuedBytes(): number {
    return this.heldBytes;
  }

  /** DATA chunks whose payload is held. */
  get queuedChunks(): number {
    return this.heldChunks;
  }

  /**
   * Whether so many pieces are held that a_rwnd does not say how much memory they take
   * ({@link RX_PIECES_FULL}). Then the rules for a window of 0 apply (RFC 9260 §6.2): a chunk above the
   * highest TSN is dropped and not acknowledged, and for another beyond a gap room is made with
   * {@link dropHighest}. The next TSN in sequence may always come.
   */
  get isFull(): boolean {
    return this.heldPieces >= RX_PIECES_FULL;
  }

  /** Whether the peer may give messages up that it has begun (RFC 3758 §3.5 A3). */
  get mayBeUnfinished(): boolean {
    return this.runs.mayBeUnfinished;
  }

  /** Says whether the peer may give messages up that it has begun. */
  setMayBeUnfinished(mayBe: boolean): void {
    this.runs.mayBeUnfinished = mayBe;
  }

  /**
   * The chunk behind a fragment that is no end came before it. If it did not go on with the message, the peer has given
   * that up ({@link ReassemblyQueue.mayBeUnfinished}).
   */
  successorIsHere(tsn: Tsn): void {
    this.giveUpUnfinished(this.runs.endingAt(tsn));
  }

  /** The message of which fragments are the only ones here, while it lacks its end and is not handed out in parts. */
  get messageUnderWay(): FragmentRun | undefined {
    const run = this.runs.only;
    return run === undefined || run.hasEnd || this.partial.run !== undefined ? undefined : run;
  }

  /** Appends the next fragment, neither beginning nor end, to {@link messageUnderWay}; its payload is copied. */
  goOn(message: FragmentRun, tsn: Tsn, bytes: Uint8Array, offset: number, lengthBytes: number): void {
    message.goOn(tsn, bytes, offset, lengthBytes);
    this.heldBytes += lengthBytes;
    this.heldChunks += 1;
  }

  /** Whether a message is under partial delivery. */
  get isPartiallyDelivering(): boolean {
    return this.partial.run !== undefined;
  }

  /**
   * Says whether messages of other streams are handed out between the parts of one (RFC 6458 §8.1.20, level 2). Those
   * that wait for its end already are handed out at once.
   */
  setInterleavesStreams(interleaves: boolean): void {
    this.mixesStreams = interleaves;
    const { run, waiting } = this.partial;
    if (!interleaves || run === undefined) return;
    waiting.retain((message) => {
      if (message.piece.streamId === run.streamId) return true;
      this.removeHeld(message);
      this.user.deliver(message.piece);
      return false;
    });
  }

  /**
   * Takes a DATA chunk whose TSN is new, and copies its payload once. An unordered one has no number, and its message
   * is delivered as soon as it is complete (RFC 9260 §3.3.1).
   *
   * @param header - its fields; the caller may reuse the object
   * @param bytes - where the payload lies, `lengthBytes` bytes from `offset` on; only valid during the call
   */
  insert(
    header: Readonly<DataHeaderFields>,
    bytes: Uint8Array,
    offset: number,
    lengthBytes: number,
  ): InsertResult {
    const { flags } = header;
    // A peer that keeps to RFC 9260 fills gaps when the queue is full, and with that empties it.
    if (this.heldPieces >= RX_PIECES_MAX) return "protocol violation";
    const { fragment } = this;
    fragment.tsn = header.tsn;
    fragment.streamId = header.streamId;
    fragment.ssn = header.ssn;
    fragment.ppid = header.ppid;
    fragment.unordered = (flags & DATA_FLAG_UNORDERED) !== 0;
    fragment.bytes = bytes;
    fragment.offset = offset;
    fragment.lengthBytes = lengthBytes;
    if ((flags & DATA_FLAGS_WHOLE) === DATA_FLAGS_WHOLE) return this.insertWhole(fragment);
    fragment.isBeginning = (flags & DATA_FLAG_BEGINNING) !== 0;
    fragment.isEnd = (flags & DATA_FLAG_END) !== 0;
    return this.runs.continues(fragment) ? this.append(fragment) : this.insertFragment(fragment);
  }

  /**
   * How many bytes {@link startPartialDelivery} would hand out now; 0 when it would not start.
   *
   * @param cumulativeTsnAck - the data tracker's
   */
  partiallyDeliverableBytes(cumulativeTsnAck: Tsn): number {
    return this.partiallyDeliverableRun(cumulativeTsnAck)?.lengthBytes ?? 0;
  }

  /**
   * Starts the partial delivery (RFC 9260 §6.9) of the message in which the Cumulative TSN Ack stands, if it
   * is its turn: hands out what has arrived of it up to the first gap. The rest follows as it arrives, and
   * nothing else of the association meanwhile. Any other incomplete message stands behind a gap: its rest
   * would not come any sooner.
   *
   * @param cumulativeTsnAck - the data tracker's
   * @returns whether a partial delivery has started
   */
  startPartialDelivery(cumulativeTsnAck: Tsn): boolean {
    const run = this.partiallyDeliverableRun(cumulativeTsnAck);
    if (run === undefined) return false;
    this.partial.start(run);
    this.deliverNextPiece(run);
    if (!run.unordered) {
      // The message has had its turn; those behind it queue up where everything waits for its end.
      this.streams.advance(run.streamId);
      this.releaseFollowing(run.streamId);
    }
    return true;
  }

  /**
   * Gives up the message under partial delivery, and hands out what waited for its end. Its fragments must
   * not come any more: the peer has abandoned it, or the association is over.
   */
  abortPartialDelivery(): void {
    const { run } = this.partial;
    if (run === undefined) return;
    this.removeRun(run);
    this.user.tellAborted({ streamId: run.streamId, ssn: run.ssn, unordered: run.unordered });
    this.endPartialDelivery();
  }

  /**
   * Drops the messages of which a part that is missing will not come (RFC 3758 §3.6).
   *
   * @param through - what is missing up to this TSN will not come
   * @param skipped - streams and the largest numbers of messages that will not come there
   */
  dropUnfinishable(through: Tsn, skipped: readonly SkippedStream[]): void {
    if (this.runs.isEmpty) return;
    const lastSsns = new Map(skipped.map(({ streamId, ssn }) => [streamId, ssn]));
    for (const run of this.runs) {
      const lastSsn = run.unordered ? undefined : lastSsns.get(run.streamId);
      const isSkipped = lastSsn !== undefined && !ssnLess(lastSsn, run.ssn);
      const lacksBeginning = !run.hasBeginning && tsnLessOrEqual(tsnAdd(run.firstTsn, -1), through);
      const lacksMore = !run.hasEnd && tsnLess(run.lastTsn, through);
      if (!lacksBeginning && !lacksMore && !isSkipped) continue;
      this.giveUp(run);
    }
  }

  /** Messages of some streams will not come, and what has waited for them is handed out (RFC 3758 §3.6). */
  skipMessages(skipped: readonly SkippedStream[]): void {
    for (const message of this.streams.skip(skipped)) {
      this.removeHeld(message);
      this.handOut(message.piece, message.lastTsn, message.chunkCount);
    }
    if (this.streams.waitingCount === 0) return;
    for (const { streamId } of skipped) this.releaseFollowing(streamId);
  }

  /**
   * Makes room for a chunk beyond a gap when there is none: drops what is held with the highest TSNs, whole
   * messages and whole runs of fragments, until at least `lengthBytes` bytes are free (RFC 9260 §6.2). It
   * takes time in proportion to what is held, and drops a part of it each time.
   *
   * @param lengthBytes - how many bytes are wanted; 1 when it is only for the number of pieces
   * @param above - the TSN of the chunk that room is made for: only what lies above it is dropped
   * @returns what was dropped, from the highest down: the data tracker must forget it
   */
  dropHighest(lengthBytes: number, above: Tsn): DroppedTsns[] {
    const droppable = this.collectDroppable(above);
    droppable.sort((left, right) => tsnDistance(right.firstTsn, left.firstTsn));
    const countMin = Math.ceil(droppable.length * DROP_SHARE);
    const dropped: DroppedTsns[] = [];
    const bytesBefore = this.heldBytes;
    for (const { held, firstTsn, lastTsn } of droppable) {
      if (dropped.length >= countMin && bytesBefore - this.heldBytes >= lengthBytes) break;
      if (held instanceof FragmentRun) this.removeRun(held);
      else this.dropWaiting(held);
      dropped.push({ first: firstTsn, last: lastTsn });
    }
    return dropped;
  }

  private insertWhole(chunk: Fragment): InsertResult {
    const { tsn, bytes, offset, lengthBytes } = chunk;
    if (!this.runs.isEmpty) {
      if (!this.runs.admitWhole(tsn)) return "protocol violation";
      this.giveUpUnfinished(this.runs.endingAt(tsnAdd(tsn, -1)));
    }
    const turn = this.turnOf(chunk);
    if (turn === "next" && this.partial.run === undefined) {
      const piece = new IncomingPiece(
        chunk,
        tsn,
        this.memory.arena.copy(bytes, offset, lengthBytes),
        true,
        true,
      );
      piece.block = this.memory.arena.block;
      return this.complete(piece, turn, tsn, 1);
    }
    // What has to wait must not keep the memory of others.
    const piece = new IncomingPiece(chunk, tsn, copyPayload(bytes, offset, lengthBytes), true, true);
    return this.complete(piece, turn, tsn, 1);
  }

  /** The next fragment of the message that is being put together, with nothing else around: no map knows of it. */
  private append(fragment: Fragment): InsertResult {
    const run = this.runs.append(fragment);
    this.heldBytes += fragment.lengthBytes;
    this.heldChunks += 1;
    if (run === this.partial.run) this.deliverNextPiece(run);
    else if (run.isComplete) return this.completeRun(run);
    return "accepted";
  }

  private insertFragment(fragment: Fragment): InsertResult {
    const { runs } = this;
    const left = runs.endingAt(tsnAdd(fragment.tsn, -1));
    const right = runs.beginningAt(tsnAdd(fragment.tsn, 1));
    if (!runs.admitFragment(fragment, left, right)) return "protocol violation";
    // The message before it was complete: what stands here is nobody's continuation.
    if (!fragment.isBeginning && fragment.tsn === this.tsnBehindMessage) return "protocol violation";
    this.heldBytes += fragment.lengthBytes;
    this.heldChunks += 1;
    const run = left === undefined || fragment.isBeginning ? this.beginRun(fragment) : left;
    if (fragment.isBeginning) this.giveUpUnfinished(left);
    // Only the current run may change its TSNs.
    runs.makeCurrent(run);
    if (run === left) run.append(fragment);
    if (right !== undefined && !fragment.isEnd && !right.hasBeginning) this.join(run, right);
    if (run === this.partial.run) {
      this.deliverNextPiece(run);
    } else if (run.isComplete) {
      return this.completeRun(run);
    }
    return "accepted";
  }

  /**
   * The peer has begun another message where this one should go on, so that it has given it up. It may have told so
   * while a FORWARD TSN was lost: Linux does not repeat one whose TSN has been acknowledged (RFC 3758 §3.5 A3).
   */
  private giveUpUnfinished(run: FragmentRun | undefined): void {
    if (run !== undefined && !run.hasEnd) this.giveUp(run);
  }

  /**
   * The message of a run will not be completed, so that those behind it do not wait for it, whether or not the peer
   * says that its number is skipped.
   */
  private giveUp(run: FragmentRun): void {
    if (run === this.partial.run) {
      // It has had its turn in its stream already.
      this.abortPartialDelivery();
      return;
    }
    this.removeRun(run);
    const { streamId, ssn, unordered } = run;
    if (unordered) return;
    this.streams.giveUp(streamId, ssn);
    if (this.streams.waitingCount > 0) this.releaseFollowing(streamId);
  }

  private beginRun(fragment: Fragment): FragmentRun {
    let expectedBytes = 0;
    if (fragment.isBeginning) {
      const lastMessageBytes = this.streams.lastMessageBytes(fragment.streamId);
      const likelyBytes =
        lastMessageBytes > fragment.lengthBytes
          ? lastMessageBytes
          : FIRST_GUESS_FRAGMENTS * fragment.lengthBytes;
      // A guess must not cost more memory than all the guesses of an association together may.
      const allowedBytes = RX_EXPECTED_BYTES_MAX - this.expectedBytes;
      expectedBytes = Math.min(likelyBytes - fragment.lengthBytes, allowedBytes);
    }
    this.expectedBytes += expectedBytes;
    this.heldPieces += 1;
    const memory = this.memory.spares.take(fragment.lengthBytes + expectedBytes);
    return new FragmentRun(fragment, expectedBytes, memory);
  }

  private join(run: FragmentRun, right: FragmentRun): void {
    const buffersBefore = run.bufferCount + right.bufferCount;
    this.runs.remove(right);
    run.absorb(right);
    this.heldPieces += run.bufferCount - buffersBefore;
  }

  /** Takes a run out of everything that counts it. */
  private removeRun(run: FragmentRun): void {
    this.runs.remove(run);
    this.heldBytes -= run.lengthBytes;
    this.heldChunks -= run.chunkCount;
    this.heldPieces -= run.bufferCount;
    this.expectedBytes -= run.expectedBytes;
  }

  private completeRun(run: FragmentRun): InsertResult {
    this.removeRun(run);
    this.streams.noteMessageBytes(run.streamId, run.lengthBytes);
    const piece = new IncomingPiece(run, run.firstTsn, run.takeMessage(), true, true);
    return this.complete(piece, this.turnOf(run), run.lastTsn, run.chunkCount);
  }

  /** RFC 9260 §6.6: an unordered message bypasses the ordering. */
  private turnOf({ unordered, streamId, ssn }: MessageHeader): MessageTurn {
    return unordered ? "next" : this.streams.turnOf(streamId, ssn);
  }

  /** Hands out a message that is complete, or holds it until it is its turn. */
  private complete(piece: IncomingPiece, turn: MessageTurn, lastTsn: Tsn, chunkCount: number): InsertResult {
    this.tsnBehindMessage = tsnAdd(lastTsn, 1);
    // RFC 9260 §6.5: each ordered message of a stream has a number of its own.
    if (turn === "repeated") return "protocol violation";
    if (turn === "wait") {
      this.streams.hold({ piece, lastTsn, chunkCount });
      this.addHeld(piece, chunkCount);
      return "accepted";
    }
    if (!piece.unordered) this.streams.advance(piece.streamId);
    this.handOut(piece, lastTsn, chunkCount);
    if (!piece.unordered && this.streams.waitingCount > 0) this.releaseFollowing(piece.streamId);
    return "accepted";
  }

  private releaseFollowing(streamId: number): void {
    for (;;) {
      const message = this.streams.takeNext(streamId);
      if (message === undefined) return;
      this.removeHeld(message);
      this.handOut(message.piece, message.lastTsn, message.chunkCount);
    }
  }

  /** Gives a message whose turn it is to the application, unless it must wait for the end of a partial delivery. */
  private handOut(piece: IncomingPiece, lastTsn: Tsn, chunkCount: number): void {
    const { run } = this.partial;
    // RFC 6458 §8.1.20: of the same stream nothing comes before the end, whatever the level.
    if (run === undefined || (this.mixesStreams && run.streamId !== piece.streamId)) {
      this.user.deliver(piece);
      return;
    }
    this.partial.waiting.push({ piece, lastTsn, chunkCount });
    this.addHeld(piece, chunkCount);
  }

  private addHeld(piece: IncomingPiece, chunkCount: number): void {
    this.heldBytes += piece.data.length;
    this.heldChunks += chunkCount;
    this.heldPieces += 1;
  }

  private removeHeld({ piece, chunkCount }: CompleteMessage): void {
    this.heldBytes -= piece.data.length;
    this.heldChunks -= chunkCount;
    this.heldPieces -= 1;
  }

  private partiallyDeliverableRun(cumulativeTsnAck: Tsn): FragmentRun | undefined {
    if (this.partial.run !== undefined) return undefined;
    const run = this.runs.endingAt(cumulativeTsnAck);
    if (run === undefined || !run.hasBeginning) return undefined;
    return run.unordered || this.streams.turnOf(run.streamId, run.ssn) === "next" ? run : undefined;
  }

  /** Hands out what has arrived of the message under partial delivery since its last piece. */
  private deliverNextPiece(run: FragmentRun): void {
    this.heldBytes -= run.lengthBytes;
    this.heldChunks -= run.chunkCount;
    this.user.deliver(this.partial.takePiece(run));
    if (!run.hasEnd) return;
    this.tsnBehindMessage = tsnAdd(run.lastTsn, 1);
    this.removeRun(run);
    this.endPartialDelivery();
  }

  private endPartialDelivery(): void {
    this.partial.stop();
    for (;;) {
      const message = this.partial.waiting.shift();
      if (message === undefined) return;
      this.removeHeld(message);
      this.user.deliver(message.piece);
    }
  }

  private collectDroppable(above: Tsn): Droppable[] {
    const droppable: Droppable[] = [];
    for (const run of this.runs) {
      const { firstTsn, lastTsn } = run;
      // What was handed out in part cannot be taken back.
      if (run !== this.partial.run && tsnLess(above, firstTsn))
        droppable.push({ firstTsn, lastTsn, held: run });
    }
    for (const message of this.streams.waitingMessages()) {
      const firstTsn = message.piece.tsn;
      if (tsnLess(above, firstTsn)) droppable.push({ firstTsn, lastTsn: message.lastTsn, held: message });
    }
    return droppable;
  }

  private dropWaiting(message: CompleteMessage): void {
    assert(this.heldPieces > 0, "What is dropped was held.");
    this.streams.drop(message);
    this.removeHeld(message);
  }
}
