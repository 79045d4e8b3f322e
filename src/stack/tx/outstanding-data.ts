import { assert } from "../../base/assert.js";
import { tsnAdd, tsnDistance, tsnLess, type Tsn } from "../../base/serial-number.js";
import { padded } from "../../wire/bytes.js";
import { DATA_CHUNK_HEADER_BYTES } from "../../wire/chunks/data-chunk.js";
import { OUTSTANDING_CHUNKS_MAX } from "../limits.js";
import type { Path } from "../paths/path.js";
import { borrowColumns, ChunkColumns, giveBackColumns, NO_COLUMNS } from "./chunk-columns.js";
import type { OutgoingMessage } from "./outgoing-message.js";
import type { MessageOwner, UsualChunks } from "./usual-chunks.js";

/** The chunk is on its way, as far as we know. */
export const IN_FLIGHT = 1;
/** The chunk is believed lost and waits to be sent again. */
export const MARKED_FOR_RETRANSMISSION = 2;
/**
 * The peer has reported the chunk in a Gap Ack Block; it may still take that back (RFC 9260 §6.2.1 D iii).
 */
export const GAP_ACKED = 3;
/** The chunk has been given up: it is as good as acknowledged once the peer has skipped it (RFC 3758 §3.5 A2). */
export const ABANDONED = 4;

/** In a chunk's history: it was sent to one destination and then to another (RFC 7829 §3.2 9). */
export const SENT_TO_SEVERAL = 1;
/** In a chunk's history: misses say nothing of it any more (RFC 9260 §7.2.4 5). */
export const NO_FAST_RETRANSMIT = 2;
/** In a chunk's history: when it was marked last, no time-out had told so, and its path need not change (§6.4). */
export const LOST_WITHOUT_TIMEOUT = 4;
/** In a chunk's history: it was on its way when it was abandoned, and may yet be found lost (RFC 3758 §3.5 F5). */
export const ABANDONED_IN_FLIGHT = 8;

/**
 * The chunks that have been sent and not been acknowledged cumulatively, by TSN: a ring of {@link ChunkColumns}, so
 * that a chunk costs no object. A chunk stays as it was cut (RFC 9260 §6.9). A "slot" is a place in these arrays;
 * it stays valid until the chunk is acknowledged or the ring grows.
 */
export class OutstandingData {
  /** The lowest TSN held: the Cumulative TSN Ack Point plus one. */
  firstTsn: Tsn;
  /** How many chunks are held. */
  count = 0;
  /** The state of each chunk. */
  state: Uint8Array = NO_COLUMNS.state;
  /** DATA chunk flags of each chunk. */
  flags: Uint8Array = NO_COLUMNS.flags;
  /** Miss indications of each chunk (RFC 9260 §7.2.4). */
  missIndications: Uint8Array = NO_COLUMNS.missIndications;
  /** What has happened to each chunk: {@link SENT_TO_SEVERAL} and the others, added up. */
  history: Uint8Array = NO_COLUMNS.history;
  /** How often each chunk has been sent again (RFC 7496 §3.1). */
  retransmissions: Uint32Array = NO_COLUMNS.retransmissions;
  /** When each chunk was last sent. */
  sentAt: Float64Array = NO_COLUMNS.sentAt;
  /** Where each chunk's payload begins in its message. */
  payloadOffset: Uint32Array = NO_COLUMNS.payloadOffset;
  /** How many bytes of payload each chunk has. */
  payloadBytes: Uint32Array = NO_COLUMNS.payloadBytes;
  private messages: (OutgoingMessage | undefined)[] = NO_COLUMNS.messages;
  private paths: (Path | undefined)[] = NO_COLUMNS.paths;
  private mask = -1;
  private columns: ChunkColumns = NO_COLUMNS;

  /** Starts with nothing sent; the first chunk gets `initialTsn`. */
  constructor(initialTsn: Tsn) {
    this.firstTsn = initialTsn;
  }

  /** The TSN that the next new chunk gets: they are strictly sequential (RFC 9260 §3.3.1). */
  get nextTsn(): Tsn {
    return tsnAdd(this.firstTsn, this.count);
  }

  /** Whether no further chunk may be outstanding. */
  get isFull(): boolean {
    return this.count >= OUTSTANDING_CHUNKS_MAX;
  }

  /** Whether a TSN is held. */
  holds(tsn: Tsn): boolean {
    return tsnDistance(tsn, this.firstTsn) >>> 0 < this.count;
  }

  /** The slot of a chunk that is held. */
  slotOf(tsn: Tsn): number {
    assert(this.holds(tsn), "The TSN is outstanding.");
    return tsn & this.mask;
  }

  /**
   * Whether a TSN is the earliest outstanding one of a path: nothing below it waits there for an acknowledgement, be it
   * on its way or marked (§1.3, §6.1, §6.3.2 R3).
   */
  isEarliestOn(path: Path, tsn: Tsn): boolean {
    for (let earlier = this.firstTsn; tsnLess(earlier, tsn); earlier = tsnAdd(earlier, 1)) {
      const slot = this.slotOf(earlier);
      const state = this.state[slot];
      if (state !== GAP_ACKED && state !== ABANDONED && this.pathAt(slot) === path) return false;
    }
    return true;
  }

  /** Whether the earliest chunk has been given up, so that there is something to be skipped. */
  get beginsAbandoned(): boolean {
    return this.count > 0 && this.state[this.firstSlot] === ABANDONED;
  }

  /** The slot of the earliest chunk; there is one. */
  get firstSlot(): number {
    return this.firstTsn & this.mask;
  }

  /** How many bytes of payload the earliest chunk has; there is one. */
  get firstPayloadBytes(): number {
    return this.payloadBytes[this.firstSlot] ?? 0;
  }

  /** The message that a slot's chunk is a part of. */
  messageAt(slot: number): OutgoingMessage {
    return this.messages[slot] as OutgoingMessage;
  }

  /** Has another object stand for the message of a slot's chunk. */
  setMessage(slot: number, message: OutgoingMessage): void {
    this.messages[slot] = message;
  }

  /** The path that a slot's chunk was last sent on. */
  pathAt(slot: number): Path {
    return this.paths[slot] as Path;
  }

  /** Notes that a slot's chunk is sent on a path now, which may be another than before. */
  setPath(slot: number, path: Path): void {
    if (this.paths[slot] === path) return;
    this.paths[slot] = path;
    this.note(slot, SENT_TO_SEVERAL);
  }

  /** Whether a message that a chunk is a part of is authenticated with a key. */
  usesKey(keyNumber: number): boolean {
    for (let index = 0; index < this.count; index += 1)
      if (this.messageAt(tsnAdd(this.firstTsn, index) & this.mask).keyNumber === keyNumber) return true;
    return false;
  }

  /** Whether something has happened to a slot's chunk. */
  has(slot: number, event: number): boolean {
    return ((this.history[slot] ?? 0) & event) !== 0;
  }

  /** Notes that something has happened to a slot's chunk. */
  note(slot: number, events: number): void {
    this.history[slot] = (this.history[slot] ?? 0) | events;
  }

  /** Takes such a note back. */
  forget(slot: number, events: number): void {
    this.history[slot] = (this.history[slot] ?? 0) & ~events;
  }

  /** The bytes that a slot's chunk takes in a packet, header and padding included: what cwnd counts (RFC 9260 §7.2). */
  chunkBytesAt(slot: number): number {
    return padded(DATA_CHUNK_HEADER_BYTES + (this.payloadBytes[slot] ?? 0));
  }

  /** Adds a chunk under the next TSN, in flight on `path`. */
  add(message: OutgoingMessage, payloadBytes: number, flags: number, path: Path): number {
    assert(!this.isFull, "Chunks are only sent while the limit of outstanding ones allows it.");
    if (this.count > this.mask) this.grow();
    const slot = this.nextTsn & this.mask;
    this.messages[slot] = message;
    this.paths[slot] = path;
    this.payloadOffset[slot] = message.fragmentedBytes;
    this.payloadBytes[slot] = payloadBytes;
    this.flags[slot] = flags;
    this.state[slot] = IN_FLIGHT;
    this.missIndications[slot] = 0;
    this.retransmissions[slot] = 0;
    this.history[slot] = 0;
    this.count += 1;
    return slot;
  }

  /** Forgets the chunk with the lowest TSN. */
  dropFirst(): void {
    const slot = this.firstSlot;
    this.messages[slot] = undefined;
    this.paths[slot] = undefined;
    this.dropped(1);
  }

  /**
   * Forgets chunks from the lowest TSN on that are {@link UsualChunks}.
   *
   * @param max - the most to forget, of which so many are held
   * @param dropped - is told what they were
   * @param user - learns of each message of which nothing is left
   */
  dropUsual(max: number, dropped: UsualChunks, user: MessageOwner): void {
    const { state, history, retransmissions, messages, paths, payloadBytes, mask } = this;
    const path = paths[this.firstSlot];
    let slot = this.firstSlot;
    let lastSlot = slot;
    let count = 0;
    dropped.chunkBytes = 0;
    dropped.payloadBytes = 0;
    while (count < max && state[slot] === IN_FLIGHT && history[slot] === 0 && paths[slot] === path) {
      if (retransmissions[slot] !== 0) break;
      const message = messages[slot] as OutgoingMessage;
      const bytes = payloadBytes[slot] as number;
      dropped.payloadBytes += bytes;
      dropped.chunkBytes += padded(DATA_CHUNK_HEADER_BYTES + bytes);
      message.ackedBytes += bytes;
      messages[slot] = undefined;
      paths[slot] = undefined;
      if (message.ackedBytes === message.lengthBytes && !message.isOpen) user.messageAcked(message);
      lastSlot = slot;
      slot = (slot + 1) & mask;
      count += 1;
    }
    dropped.count = count;
    dropped.sentAt = this.sentAt[lastSlot] ?? 0;
    this.dropped(count);
  }

  /** So many chunks with the lowest TSNs have been forgotten. */
  private dropped(count: number): void {
    this.firstTsn = tsnAdd(this.firstTsn, count);
    this.count -= count;
    if (this.count > 0) return;
    const { columns } = this;
    this.use(NO_COLUMNS);
    giveBackColumns(columns);
  }

  private grow(): void {
    const { columns, firstTsn } = this;
    if (columns === NO_COLUMNS) {
      this.use(borrowColumns());
      return;
    }
    const larger = new ChunkColumns(columns.capacity * 2);
    for (let index = 0; index < this.count; index += 1) {
      const tsn = tsnAdd(firstTsn, index);
      larger.takeOver(columns, tsn & (columns.capacity - 1), tsn & (larger.capacity - 1));
    }
    this.use(larger);
  }

  private use(columns: ChunkColumns): void {
    this.columns = columns;
    this.mask = columns.capacity - 1;
    this.state = columns.state;
    this.flags = columns.flags;
    this.missIndications = columns.missIndications;
    this.history = columns.history;
    this.retransmissions = columns.retransmissions;
    this.sentAt = columns.sentAt;
    this.payloadOffset = columns.payloadOffset;
    this.payloadBytes = columns.payloadBytes;
    this.messages = columns.messages;
    this.paths = columns.paths;
  }
}
