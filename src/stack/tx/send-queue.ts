import { assert } from "../../base/assert.js";
import { ssnAdd, type Ssn } from "../../base/serial-number.js";
import { DATA_CHUNK_HEADER_BYTES } from "../../wire/chunks/data-chunk.js";
import type { OutgoingMessage } from "./outgoing-message.js";
import { FirstComeFirstServed, type StreamScheduler } from "./stream-scheduler.js";

/**
 * How many streams have room for their sequence number from the first ordered message on; more is allocated when a
 * stream is first used.
 */
const INITIAL_STREAMS = 16;
const NO_SSNS = new Uint16Array(0);

/**
 * The user's messages that have not been laid out in chunks, and the Stream Sequence Numbers that the next
 * ones get (RFC 9260 §6.5).
 */
export class SendQueue {
  private readonly scheduler: StreamScheduler = new FirstComeFirstServed();
  private nextSsns: Uint16Array = NO_SSNS;
  private waitingBytes = 0;
  private open: OutgoingMessage | undefined = undefined;
  /** Whether nothing more is sent of the message that has not been ended. */
  private openIsLost = false;

  /** Bytes of payload that wait to be laid out. */
  get queuedBytes(): number {
    return this.waitingBytes;
  }

  /** Messages of which at least a part waits. */
  get messageCount(): number {
    return this.scheduler.messageCount;
  }

  /** Whether nothing waits. */
  get isEmpty(): boolean {
    return this.waitingBytes === 0;
  }

  /** Bytes that everything waiting would take in packets, headers of chunks included; a lower bound. */
  get queuedChunkBytes(): number {
    return this.waitingBytes + this.scheduler.messageCount * DATA_CHUNK_HEADER_BYTES;
  }

  /** Adds a message; it must not be empty (RFC 9260 §6.2: no DATA chunk without user data). */
  add(message: OutgoingMessage): void {
    assert(message.lengthBytes > 0, "A user message has at least one byte.");
    this.scheduler.add(message);
    this.waitingBytes += message.lengthBytes - message.fragmentedBytes;
    if (!message.isOpen) return;
    this.open = message;
    this.openIsLost = false;
  }

  /**
   * The message that the user has begun and not ended (RFC 6458 §8.1.26). No other one may be added behind it, because
   * it keeps its place until it ends.
   */
  get openMessage(): OutgoingMessage | undefined {
    return this.open;
  }

  /**
   * Adds the next part of the open message.
   *
   * @param isEnd - whether it is the last one
   * @returns false when the message has failed meanwhile: its rest is not kept
   */
  append(data: Uint8Array, isEnd: boolean): boolean {
    const { open, openIsLost } = this;
    assert(
      open !== undefined && data.length > 0,
      "There is a message to continue, and something to continue it with.",
    );
    if (isEnd) this.open = undefined;
    if (openIsLost) return false;
    open.append(data, isEnd);
    this.waitingBytes += data.length;
    return true;
  }

  /** The open message will not be ended: what of it waits is not sent, and with the association it fails. */
  giveUpOpenMessage(): void {
    const { open, openIsLost } = this;
    if (open === undefined || openIsLost) return;
    this.waitingBytes -= open.lengthBytes - open.fragmentedBytes;
    this.openIsLost = true;
  }

  /** The message whose next chunk is to be laid out, or `undefined`. */
  current(): OutgoingMessage | undefined {
    const message = this.scheduler.current();
    if (message === undefined || message !== this.open) return message;
    return this.openIsLost || message.fragmentedBytes === message.lengthBytes ? undefined : message;
  }

  /** Notes that the next `lengthBytes` of the current message have been laid out in a chunk. */
  fragmented(message: OutgoingMessage, lengthBytes: number): void {
    message.fragmentedBytes += lengthBytes;
    this.waitingBytes -= lengthBytes;
    if (message.fragmentedBytes === message.lengthBytes && !message.isOpen) this.scheduler.finished();
  }

  /** Takes out a message of which at least a part waits: that part will not be sent. */
  remove(message: OutgoingMessage): void {
    this.waitingBytes -= message.lengthBytes - message.fragmentedBytes;
    if (message === this.open) this.openIsLost = true;
    this.scheduler.remove(message);
  }

  /** Whether a message that waits is to be authenticated with a key. */
  usesKey(keyNumber: number): boolean {
    return this.scheduler.some((message) => message.keyNumber === keyNumber);
  }

  /** Takes the next SSN of a stream for an ordered message. */
  takeSsn(streamId: number): Ssn {
    if (streamId >= this.nextSsns.length) {
      let size = Math.max(INITIAL_STREAMS, this.nextSsns.length);
      while (size <= streamId) size *= 2;
      const larger = new Uint16Array(size);
      larger.set(this.nextSsns);
      this.nextSsns = larger;
    }
    const taken = (this.nextSsns[streamId] ?? 0) as Ssn;
    // RFC 9260 §6.5: the number behind 65535 is 0.
    this.nextSsns[streamId] = ssnAdd(taken, 1);
    return taken;
  }

  /** Takes out all messages, whole and begun ones, because the association has ended or begins anew. */
  takeAll(): OutgoingMessage[] {
    this.waitingBytes = 0;
    this.openIsLost = true;
    return this.scheduler.takeAll();
  }

  /** Starts the sequence numbers of all streams at 0, as a new association does (RFC 9260 §6.5). */
  resetStreams(): void {
    this.nextSsns = NO_SSNS;
  }
}
