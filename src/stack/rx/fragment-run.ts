import type { Ssn, Tsn } from "../../base/serial-number.js";
import { GrowingBuffer } from "./growing-buffer.js";

const NOTHING: Uint8Array = new Uint8Array(0);

/** A DATA chunk that is not a whole message. One object is reused for all of them; nobody keeps it. */
export interface Fragment {
  tsn: Tsn;
  streamId: number;
  ssn: Ssn;
  ppid: number;
  unordered: boolean;
  /** The B bit: the message begins with this chunk. */
  isBeginning: boolean;
  /** The E bit: the message ends with this chunk. */
  isEnd: boolean;
  /** The payload lies here, and is only valid for now. */
  bytes: Uint8Array;
  offset: number;
  lengthBytes: number;
}

/**
 * Fragments of one message with consecutive TSNs, without a gap (RFC 9260 §6.9).
 *
 * A run that has its message's beginning is one buffer: what joins it is copied to its end and never moves
 * again but when the buffer doubles. Before the beginning is there, two runs that meet are only linked:
 * fragments that arrive in the worst order, the last first, still cost O(1) each.
 */
export class FragmentRun {
  firstTsn: Tsn;
  lastTsn: Tsn;
  readonly streamId: number;
  readonly ssn: Ssn;
  readonly ppid: number;
  readonly unordered: boolean;
  readonly hasBeginning: boolean;
  hasEnd: boolean;
  /** Bytes of payload held. */
  lengthBytes: number;
  /** DATA chunks whose payload is held. */
  chunkCount = 1;
  /** How many buffers it consists of. */
  bufferCount = 1;
  /** Bytes that were set aside for fragments still to come, on a guess. */
  readonly expectedBytes: number;
  private head: GrowingBuffer;
  private tail: GrowingBuffer;

  /**
   * A run of one fragment.
   *
   * @param expectedBytes - how many bytes were set aside beyond the fragment's own
   * @param memory - has room for all of them
   */
  constructor(fragment: Fragment, expectedBytes: number, memory: Uint8Array) {
    this.firstTsn = fragment.tsn;
    this.lastTsn = fragment.tsn;
    this.streamId = fragment.streamId;
    this.ssn = fragment.ssn;
    this.ppid = fragment.ppid;
    this.unordered = fragment.unordered;
    this.hasBeginning = fragment.isBeginning;
    this.hasEnd = fragment.isEnd;
    this.lengthBytes = fragment.lengthBytes;
    this.expectedBytes = expectedBytes;
    this.head = new GrowingBuffer(memory);
    this.head.append(fragment.bytes, fragment.offset, fragment.lengthBytes);
    this.tail = this.head;
  }

  /** Whether all fragments of the message are here. */
  get isComplete(): boolean {
    return this.hasBeginning && this.hasEnd;
  }

  /**
   * Whether a fragment next to this run can be of the same message: every fragment carries the stream, the
   * Stream Sequence Number, the U bit and the Payload Protocol Identifier of its message (RFC 9260 §3.3.1,
   * §6.9).
   */
  isOfSameMessage(fragment: Fragment): boolean {
    return (
      this.streamId === fragment.streamId &&
      this.unordered === fragment.unordered &&
      this.ppid === fragment.ppid &&
      // RFC 9260 §3.3.1: the Stream Sequence Number of an unordered chunk is ignored.
      (this.unordered || this.ssn === fragment.ssn)
    );
  }

  /** Adds the fragment whose TSN follows the run's last. */
  append(fragment: Fragment): void {
    this.goOn(fragment.tsn, fragment.bytes, fragment.offset, fragment.lengthBytes);
    this.hasEnd = fragment.isEnd;
  }

  /** As {@link append}, for a fragment that is not the end. */
  goOn(tsn: Tsn, bytes: Uint8Array, offset: number, lengthBytes: number): void {
    this.tail.append(bytes, offset, lengthBytes);
    this.lastTsn = tsn;
    this.lengthBytes += lengthBytes;
    this.chunkCount += 1;
  }

  /** Adds a run whose first TSN follows this one's last; the other must not be used afterwards. */
  absorb(right: FragmentRun): void {
    this.lastTsn = right.lastTsn;
    this.hasEnd = right.hasEnd;
    this.lengthBytes += right.lengthBytes;
    this.chunkCount += right.chunkCount;
    if (this.hasBeginning) {
      this.copyBuffersOf(right);
    } else {
      this.tail.next = right.head;
      this.tail = right.tail;
      this.bufferCount += right.bufferCount;
    }
  }

  /**
   * The payload held, in one piece. The run has a beginning (it is one buffer then) and must not be used
   * afterwards.
   */
  takeMessage(): Uint8Array {
    return this.head.take();
  }

  /**
   * The payload held, in one piece, of a run with a beginning. The run stays, and holds no payload any more.
   */
  takePayload(): Uint8Array {
    const bytes = this.head.take();
    this.head = new GrowingBuffer(NOTHING);
    this.tail = this.head;
    this.lengthBytes = 0;
    this.chunkCount = 0;
    return bytes;
  }

  private copyBuffersOf(right: FragmentRun): void {
    // A message that is complete now has its exact size at last.
    if (right.hasEnd) this.head.reserve(this.lengthBytes);
    let buffer: GrowingBuffer | undefined = right.head;
    while (buffer !== undefined) {
      this.head.appendBuffer(buffer);
      buffer = buffer.next;
    }
  }
}
