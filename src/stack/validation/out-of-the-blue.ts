import type { Millis } from "../../base/millis.js";
import { isMulticastOrBroadcast, isWildcard } from "../../base/ip-address.js";
import {
  CHUNK_ABORT,
  CHUNK_COOKIE_ACK,
  CHUNK_ERROR,
  CHUNK_INIT,
  CHUNK_SHUTDOWN_ACK,
  CHUNK_SHUTDOWN_COMPLETE,
  parseChunk,
} from "../../wire/chunk.js";
import type { ErrorCause } from "../../wire/error-cause.js";
import { isMalformed } from "../../wire/malformed.js";
import type { ChunkCursor } from "../../wire/packet.js";
import { answerTo, type Answer } from "../answers.js";
import { OUT_OF_THE_BLUE_ANSWERS_PER_SECOND } from "../limits.js";
import { RateLimit } from "../rate-limit.js";
import type { ReceivedPacket } from "../received-packet.js";
import type { StackServices } from "../services.js";

/** Answers packets that belong to no association (RFC 9260 §8.4), and not too many of them. */
export class OutOfTheBlueResponder {
  private readonly services: StackServices;
  private readonly limit = new RateLimit(OUT_OF_THE_BLUE_ANSWERS_PER_SECOND);

  constructor(services: StackServices) {
    this.services = services;
  }

  /**
   * Handles a packet without INIT and without a COOKIE ECHO in front; those have been dealt with before. An answer
   * carries the tag of the packet, and the T bit says so (RFC 9260 §3.1, §3.3.7, §3.3.13, §8.5.1 B and C).
   */
  handle(packet: ReceivedPacket, cursor: ChunkCursor, lengthBytes: number, now: Millis): void {
    const { statistics } = this.services;
    statistics.outOfBlues += 1;
    if (!isBetweenHosts(packet)) return;
    const verdict = judge(packet, cursor, lengthBytes);
    if (verdict === "discard") return;
    const chunk =
      verdict === "shutdown complete"
        ? ({ kind: "SHUTDOWN COMPLETE", tagReflected: true } as const)
        : ({ kind: "ABORT", tagReflected: true, causes: [] } as const);
    this.complain(answerTo(packet, packet.verificationTag, chunk), now);
  }

  /** Sends an answer that nobody depends on; of these there are {@link OUT_OF_THE_BLUE_ANSWERS_PER_SECOND}. */
  complain(answer: Answer, now: Millis): void {
    if (this.limit.take(now)) this.services.answer(answer);
    else this.services.statistics.suppressedAnswers += 1;
  }

  /** An INIT that cannot be processed is refused with ABORT under its own tag (RFC 9260 §8.4 3). */
  refuseInit(packet: ReceivedPacket, initiateTag: number, causes: readonly ErrorCause[], now: Millis): void {
    // RFC 9260 §3.3.2: an Initiate Tag of 0 is discarded without an answer.
    if (initiateTag === 0) return;
    this.complain(answerTo(packet, initiateTag, { kind: "ABORT", tagReflected: false, causes }), now);
  }
}

/** RFC 9260 §8.4 1, §12.2.4.1: only what one host sends to another is answered. */
export function isBetweenHosts(packet: ReceivedPacket): boolean {
  const { source, destination } = packet;
  if (isMulticastOrBroadcast(source) || isWildcard(source)) return false;
  return destination === undefined || !isMulticastOrBroadcast(destination);
}

/** Whether a packet has a chunk of a type anywhere. */
export function holdsChunk(
  type: number,
  packet: ReceivedPacket,
  cursor: ChunkCursor,
  lengthBytes: number,
): boolean {
  cursor.reset(packet.bytes, packet.offsetBytes, lengthBytes);
  while (cursor.next()) if (cursor.type === type) return true;
  return false;
}

/** RFC 9260 §8.4 2 and 5 to 8, §6: what the chunks of the packet ask for, in the order of the rules. */
function judge(
  packet: ReceivedPacket,
  cursor: ChunkCursor,
  lengthBytes: number,
): "discard" | "shutdown complete" | "abort" {
  let hasShutdownAck = false;
  let isSilent = false;
  cursor.reset(packet.bytes, packet.offsetBytes, lengthBytes);
  while (cursor.next()) {
    switch (cursor.type) {
      case CHUNK_ABORT:
      // RFC 9260 §12.3, §6.10: here INIT has a tag, or company, and has neither where it is right.
      case CHUNK_INIT:
        return "discard";
      case CHUNK_SHUTDOWN_ACK:
        hasShutdownAck = true;
        break;
      case CHUNK_SHUTDOWN_COMPLETE:
      case CHUNK_COOKIE_ACK:
        isSilent = true;
        break;
      case CHUNK_ERROR:
        isSilent ||= isStaleCookie(packet.bytes, cursor);
        break;
      default:
        break;
    }
  }
  // An ABORT may stand behind what cannot be read; nothing is answered to such a packet.
  if (cursor.malformed) return "discard";
  if (hasShutdownAck) return "shutdown complete";
  return isSilent ? "discard" : "abort";
}

function isStaleCookie(bytes: Uint8Array, cursor: ChunkCursor): boolean {
  const chunk = parseChunk(bytes, cursor.offsetBytes, cursor.lengthBytes);
  return (
    !isMalformed(chunk) &&
    chunk.kind === "ERROR" &&
    chunk.causes.some((cause) => cause.kind === "Stale Cookie")
  );
}
