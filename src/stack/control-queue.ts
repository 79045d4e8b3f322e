import type { Millis } from "../base/millis.js";
import { padded } from "../wire/bytes.js";
import { byteLengthOfChunk, type Chunk } from "../wire/chunk.js";
import { CONTROL_ANSWERS_PER_SECOND, CONTROL_CHUNKS_QUEUED_MAX } from "./limits.js";
import type { PacketOutput } from "./packet-output.js";
import type { Path } from "./paths/path.js";
import { RateLimit } from "./rate-limit.js";
import type { StackStatistics } from "./statistics.js";

/**
 * What else a packet may make us send: COOKIE ACK with a HEARTBEAT beside it (RFC 9260 §5.4), or the next chunk of a
 * shutdown.
 */
const STATE_CHANGE_BYTES_MAX = 32;

/** A control chunk that waits for a packet. */
export interface QueuedControlChunk {
  readonly chunk: Chunk;
  /** Where it goes; replies go to where the request came from (RFC 9260 §6.4). */
  readonly path: Path;
}

/** What queues share in which nothing waits; nobody puts anything into it. */
const NO_ITEMS: QueuedControlChunk[] = [];

/** The control chunks of one association that wait for a packet, in the order in which they leave. */
export class ControlQueue {
  private items = NO_ITEMS;
  private readonly statistics: StackStatistics;
  private answers: RateLimit | undefined;
  /** What the answers to the packet under way may still fill. */
  private answerRoomBytes = 0;
  /** Where they go, once there is one. */
  private answerPath: Path | undefined;
  private packetArrivedAt: Millis = 0;

  constructor(statistics: StackStatistics) {
    this.statistics = statistics;
  }

  /** Whether nothing waits. */
  get isEmpty(): boolean {
    return this.items.length === 0;
  }

  /** Adds a chunk of our own; when too many wait already, it counts as a lost packet. */
  add(chunk: Chunk, path: Path): void {
    if (this.items.length < CONTROL_CHUNKS_QUEUED_MAX) this.push({ chunk, path });
  }

  /**
   * A packet has come, whose chunks may be answered by as many as one packet of ours holds: who sends one packet
   * does not make us send several (RFC 9260 §12.4; RFC 5062 §8.3, §10.3).
   *
   * @param packetRoomBytes - what a packet to where this one came from holds
   */
  packetArrived(packetRoomBytes: number, now: Millis): void {
    this.answerRoomBytes = packetRoomBytes - STATE_CHANGE_BYTES_MAX;
    this.answerPath = undefined;
    this.packetArrivedAt = now;
  }

  /** Adds a chunk that answers one of the packet under way, unless that packet or its sender has had enough. */
  answer(chunk: Chunk, path: Path): void {
    const lengthBytes = padded(byteLengthOfChunk(chunk));
    // Chunks of our own find room in any case: no peer's questions keep us from probing a path or shutting down.
    const isCrowded = this.items.length >= CONTROL_CHUNKS_QUEUED_MAX / 2;
    const fits = lengthBytes <= this.answerRoomBytes && (this.answerPath ?? path) === path;
    if (isCrowded || !fits) this.statistics.suppressedAnswers += 1;
    else if (this.mayAnswer(this.packetArrivedAt)) {
      this.push({ chunk, path });
      this.answerRoomBytes -= lengthBytes;
      this.answerPath = path;
    }
  }

  /** Whether the peer gets another answer at this moment; if so, it counts as given. */
  mayAnswer(now: Millis): boolean {
    this.answers ??= new RateLimit(CONTROL_ANSWERS_PER_SECOND);
    if (this.answers.take(now)) return true;
    this.statistics.suppressedAnswers += 1;
    return false;
  }

  /** Adds a chunk in front of all others: COOKIE ACK is the first of its packet (RFC 9260 §5.1.5 6). */
  addFirst(chunk: Chunk, path: Path): void {
    this.items = [{ chunk, path }, ...this.items];
  }

  /** Where the first chunk goes, or `undefined`. */
  get firstPath(): Path | undefined {
    return this.items[0]?.path;
  }

  /** Where the first chunk of a kind goes, or `undefined`. */
  pathOf(kind: Chunk["kind"]): Path | undefined {
    return this.items.find((item) => item.chunk.kind === kind)?.path;
  }

  /** Whether a chunk of a kind waits for a path. */
  holds(kind: Chunk["kind"], path: Path): boolean {
    return this.items.some((item) => item.path === path && item.chunk.kind === kind);
  }

  /** Takes the first chunk for a path, if it fits into the packet begun. */
  take(path: Path, output: Pick<PacketOutput, "fitsChunk">): Chunk | undefined {
    for (let index = 0; index < this.items.length; index += 1) {
      const item = this.items[index];
      if (item?.path !== path) continue;
      if (!output.fitsChunk(item.chunk)) return undefined;
      this.removeAt(index);
      return item.chunk;
    }
    return undefined;
  }

  /** Drops the first chunk, because no packet to its path can hold it. */
  dropFirst(): void {
    this.removeAt(0);
  }

  /** Drops all chunks of a kind. */
  remove(kind: Chunk["kind"]): void {
    if (this.items.length > 0) this.items = this.items.filter((item) => item.chunk.kind !== kind);
  }

  /** A path is given up: what waits for it goes to another, but for the probes of that path. */
  movePath(from: Path, to: Path): void {
    this.items = this.items.flatMap((item) => {
      if (item.path !== from) return [item];
      return item.chunk.kind === "HEARTBEAT" ? [] : [{ chunk: item.chunk, path: to }];
    });
  }

  /** Drops everything. */
  clear(): void {
    this.items = NO_ITEMS;
  }

  private push(item: QueuedControlChunk): void {
    if (this.items.length === 0) this.items = [item];
    else this.items.push(item);
  }

  private removeAt(index: number): void {
    if (this.items.length <= 1) this.items = NO_ITEMS;
    else this.items.splice(index, 1);
  }
}
