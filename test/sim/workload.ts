/**
 * What the simulation and the exchange send: messages of all sizes, of which the receiver knows every byte
 * beforehand.
 *
 * @module
 */

import {
  MSG_EOR,
  MSG_NOTIFICATION,
  SCTP_RECVV_RCVINFO,
  SCTP_UNORDERED,
} from "../../src/sockets/constants.js";
import type { ReceivedMessage, sctp_rcvinfo } from "../../src/sockets/types.js";
import { SeededEntropy } from "../../src/userland/seeded-entropy.js";

/** On how many streams the messages are spread. */
export const WORKLOAD_STREAMS = 100;

const USUAL_BYTES_MAX = 16 * 1024;
const LARGE_BYTES_MAX = 256 * 1024;
const LARGE_SHARE = 0.01;
const UNORDERED_SHARE = 0.5;

/** Every message is a piece of one block of noise; where it begins is drawn as well. */
const BLOCK_BYTES = 1024 * 1024;

/** Something arrived that was not sent like this, or in this order. */
export class WorkloadError extends Error {
  override readonly name = "WorkloadError";
}

/**
 * The messages of one direction, as a seed decides: lengths log-uniform from 1 byte to 16 KiB, 1 % of them
 * uniform up to 256 KiB; a stream for each; half of them unordered. Message number n carries n as its payload
 * protocol identifier.
 */
export class Workload {
  readonly messages: number;
  /** The bytes of all messages together. */
  readonly lengthBytes: number;
  /** The noise that the contents are pieces of. */
  readonly block: Uint8Array = new Uint8Array(BLOCK_BYTES);
  readonly #lengths: Uint32Array;
  readonly #offsets: Uint32Array;
  readonly #streams: Uint8Array;
  readonly #unordered: Uint8Array;

  /**
   * @param seed - any integer; both ends of a direction use the same
   * @param largeShare - the share of messages up to 256 KiB, 0 to 1
   */
  constructor(seed: number, messages: number, largeShare: number = LARGE_SHARE) {
    this.messages = messages;
    this.#lengths = new Uint32Array(messages);
    this.#offsets = new Uint32Array(messages);
    this.#streams = new Uint8Array(messages);
    this.#unordered = new Uint8Array(messages);
    const entropy = new SeededEntropy(seed);
    let total = 0;
    for (let index = 0; index < messages; index += 1) {
      const lengthBytes = drawLength(entropy, largeShare);
      total += lengthBytes;
      this.#lengths[index] = lengthBytes;
      this.#offsets[index] = Math.floor(entropy.randomFraction() * (BLOCK_BYTES - lengthBytes + 1));
      this.#streams[index] = Math.floor(entropy.randomFraction() * WORKLOAD_STREAMS);
      this.#unordered[index] = entropy.randomFraction() < UNORDERED_SHARE ? 1 : 0;
    }
    this.lengthBytes = total;
    const words = new DataView(this.block.buffer);
    for (let index = 0; index < BLOCK_BYTES; index += 4) {
      words.setUint32(index, entropy.randomUint32(), true);
    }
  }

  lengthOf(index: number): number {
    return this.#lengths[index] ?? 0;
  }

  /** Where the content of a message begins in {@link block}. */
  offsetOf(index: number): number {
    return this.#offsets[index] ?? 0;
  }

  streamOf(index: number): number {
    return this.#streams[index] ?? 0;
  }

  isUnordered(index: number): boolean {
    return this.#unordered[index] === 1;
  }

  /** A view of the content; not to be written to. */
  contentOf(index: number): Uint8Array {
    const start = this.offsetOf(index);
    return this.block.subarray(start, start + this.lengthOf(index));
  }

  /** What a send call takes as its `info`. */
  infoOf(index: number): { snd_sid: number; snd_flags: number; snd_ppid: number } {
    const snd_flags = this.isUnordered(index) ? SCTP_UNORDERED : 0;
    return { snd_sid: this.streamOf(index), snd_flags, snd_ppid: index };
  }
}

function drawLength(entropy: SeededEntropy, largeShare: number): number {
  const isLarge = entropy.randomFraction() < largeShare;
  const fraction = entropy.randomFraction();
  return isLarge ? 1 + Math.floor(fraction * LARGE_BYTES_MAX) : Math.floor((USUAL_BYTES_MAX + 1) ** fraction);
}

/** A message of which only pieces have come so far (partial delivery). */
interface Unfinished {
  readonly index: number;
  readonly info: sctp_rcvinfo;
  takenBytes: number;
}

/** Compares what arrives with a {@link Workload}: every byte, the order within each stream, nothing lost or twice. */
export class WorkloadCheck {
  /** How many messages have arrived as a whole. */
  messages = 0;
  /** How many of them had come in more than one piece. */
  partlyDelivered = 0;
  readonly #workload: Workload;
  /** The workload's block: a Buffer compares its bytes without a loop of our own. */
  readonly #block: Buffer;
  readonly #arrived: Uint8Array;
  /** The ordered messages of each stream that are still to come, the next one last. */
  readonly #orderedToCome: number[][] = Array.from({ length: WORKLOAD_STREAMS }, () => []);
  readonly #orderedCounts = new Uint32Array(WORKLOAD_STREAMS);
  #unfinished: Unfinished | undefined;

  constructor(workload: Workload) {
    this.#workload = workload;
    this.#block = Buffer.from(workload.block.buffer);
    this.#arrived = new Uint8Array(workload.messages);
    for (let index = workload.messages - 1; index >= 0; index -= 1) {
      if (!workload.isUnordered(index)) this.#orderedToCome[workload.streamOf(index)]?.push(index);
    }
  }

  /** Whether everything has arrived. */
  get isComplete(): boolean {
    return this.messages === this.#workload.messages;
  }

  /**
   * Takes what a receive call has answered.
   *
   * @throws WorkloadError when it is not what had to come
   */
  take(message: ReceivedMessage): void {
    const { data, flags, infotype, info } = message;
    if (data.length === 0 && flags === 0) {
      throw new WorkloadError(`the peer ended after ${this.messages} of ${this.#workload.messages} messages`);
    }
    if ((flags & MSG_NOTIFICATION) !== 0) throw new WorkloadError("a notification nobody had asked for");
    if (infotype !== SCTP_RECVV_RCVINFO) throw new WorkloadError(`infotype ${infotype} instead of rcvinfo`);

    const unfinished = this.#unfinished ?? this.#begin(info);
    this.#unfinished = undefined;
    this.#compare(unfinished, info, data);
    unfinished.takenBytes += data.length;
    if ((flags & MSG_EOR) === 0) this.#unfinished = unfinished;
    else this.#finish(unfinished, data.length);
  }

  #begin(info: sctp_rcvinfo): Unfinished {
    const index = info.rcv_ppid;
    const label = `message ${index}`;
    if (index >= this.#workload.messages) throw new WorkloadError(`${label} was never sent`);
    if (this.#arrived[index] === 1) throw new WorkloadError(`${label} arrived twice`);
    const stream = this.#workload.streamOf(index);
    if (info.rcv_sid !== stream) {
      throw new WorkloadError(`${label} arrived on stream ${info.rcv_sid} instead of ${stream}`);
    }
    const isUnordered = (info.rcv_flags & SCTP_UNORDERED) !== 0;
    if (isUnordered !== this.#workload.isUnordered(index)) {
      throw new WorkloadError(`${label} arrived ${isUnordered ? "unordered" : "ordered"}`);
    }
    if (!isUnordered) this.#checkOrder(index, stream, info.rcv_ssn);
    return { index, info, takenBytes: 0 };
  }

  #checkOrder(index: number, stream: number, ssn: number): void {
    const expected = this.#orderedToCome[stream]?.pop();
    if (index !== expected) {
      throw new WorkloadError(
        `message ${index} arrived on stream ${stream} where ${expected} was to be the next`,
      );
    }
    const count = this.#orderedCounts[stream] ?? 0;
    if (ssn !== (count & 0xffff)) {
      throw new WorkloadError(
        `message ${index} has SSN ${ssn} and is number ${count} of its stream ${stream}`,
      );
    }
    this.#orderedCounts[stream] = count + 1;
  }

  #compare({ index, info, takenBytes }: Unfinished, received: sctp_rcvinfo, data: Uint8Array): void {
    if (received.rcv_ppid !== index || received.rcv_sid !== info.rcv_sid) {
      throw new WorkloadError(`a piece of message ${received.rcv_ppid} follows one of message ${index}`);
    }
    const lengthBytes = this.#workload.lengthOf(index);
    if (takenBytes + data.length > lengthBytes) {
      throw new WorkloadError(
        `message ${index} has ${takenBytes + data.length} bytes or more instead of ${lengthBytes}`,
      );
    }
    const start = this.#workload.offsetOf(index) + takenBytes;
    if (this.#block.compare(data, 0, data.length, start, start + data.length) === 0) return;
    const wrong = data.findIndex((byte, position) => byte !== this.#block[start + position]);
    throw new WorkloadError(`byte ${takenBytes + wrong} of message ${index} (${lengthBytes} bytes) is wrong`);
  }

  #finish({ index, takenBytes }: Unfinished, lastPieceBytes: number): void {
    const lengthBytes = this.#workload.lengthOf(index);
    if (takenBytes !== lengthBytes) {
      throw new WorkloadError(`message ${index} has ${takenBytes} bytes instead of ${lengthBytes}`);
    }
    this.#arrived[index] = 1;
    this.messages += 1;
    if (lastPieceBytes < takenBytes) this.partlyDelivered += 1;
  }
}
