import { COMMON_HEADER_BYTES } from "../wire/common-header.js";
import { byteLengthOfChunk, chunkType, type Chunk } from "../wire/chunk.js";
import { RingQueue } from "../base/ring-queue.js";
import type { PacketAuthentication } from "./extensions/authentication/packet-authentication.js";
import { ENDPOINT_ANSWERS_QUEUED_MAX } from "./limits.js";
import type { PacketHead, PacketOutput, Route } from "./packet-output.js";
import type { ReceivedPacket } from "./received-packet.js";

/**
 * The largest answer that leaves as one IP packet: with an IPv6 and a UDP header it has 256 bytes. Nobody would hear of
 * ICMP about a larger one, such as an INIT ACK that tells of extensions, so that IP may fragment it.
 */
const ANSWER_WHOLE_BYTES: number = 256 - 48;

/** A packet of one chunk that belongs to no association: an INIT ACK, or the last word of what is no more. */
export interface Answer extends Route {
  readonly chunk: Chunk;
  readonly verificationTag: number;
  readonly head: PacketHead;
}

/**
 * An answer to a packet goes to where it came from, and leaves from where it was addressed to (RFC 9260 §5.1 B, §5.1.2,
 * §6.4; RFC 6951).
 */
export function answerTo(
  packet: ReceivedPacket,
  verificationTag: number,
  chunk: Chunk,
  authentication?: PacketAuthentication,
): Answer {
  return {
    chunk,
    verificationTag,
    head: {
      localPort: packet.localPort,
      peerPort: packet.peerPort,
      localUdpPort: packet.destinationUdpPort,
      authentication,
    },
    address: packet.source,
    udpPort: packet.sourceUdpPort,
    localAddress: packet.destination,
    wholePacketBytes: ANSWER_WHOLE_BYTES,
  };
}

/** The answers that wait for the next flush. */
export class AnswerQueue {
  private readonly waiting = new RingQueue<Answer>();

  /** How many wait. */
  get length(): number {
    return this.waiting.length;
  }

  /** Adds an answer; false when too many wait, and then it counts as lost. */
  add(answer: Answer): boolean {
    if (this.waiting.length >= ENDPOINT_ANSWERS_QUEUED_MAX) return false;
    this.waiting.push(answer);
    return true;
  }

  /** Lays the answers out; false when the flush has no room for all. */
  drain(output: PacketOutput): boolean {
    for (let answer = this.waiting.peek(); answer !== undefined; answer = this.waiting.peek()) {
      const { chunk, head } = answer;
      const overheadBytes = head.authentication?.overheadBytes(chunkType(chunk)) ?? 0;
      const lengthBytes = COMMON_HEADER_BYTES + overheadBytes + ((byteLengthOfChunk(chunk) + 3) & ~3);
      if (!output.begin(head, answer.verificationTag, answer, lengthBytes)) return false;
      output.writeChunk(chunk);
      output.finish();
      this.waiting.shift();
    }
    return true;
  }
}
