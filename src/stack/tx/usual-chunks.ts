import type { Millis } from "../../base/millis.js";
import { type Tsn, tsnAdd, tsnDistance } from "../../base/serial-number.js";
import type { AssociationConfig } from "../config.js";
import type { OutgoingMessage } from "./outgoing-message.js";
import type { OutstandingData } from "./outstanding-data.js";

/**
 * Chunks that are acknowledged together, and of which there is nothing to be said: they are on their way as they were
 * sent first, all on one path.
 */
export interface UsualChunks {
  /** How many there are. */
  count: number;
  /** What they took of the congestion window, together. */
  chunkBytes: number;
  /** Their payload, together. */
  payloadBytes: number;
  /** When the last of them was sent, which was no earlier than the others. */
  sentAt: Millis;
}

/** Whose messages the chunks are parts of. */
export interface MessageOwner {
  /** All of a message has been acknowledged cumulatively. */
  messageAcked(message: OutgoingMessage): void;
}

/** The chunks that the SACK under way acknowledges; one record for all queues, and one for where there are none. */
const usual: UsualChunks = { count: 0, chunkBytes: 0, payloadBytes: 0, sentAt: 0 };
const NONE: Readonly<UsualChunks> = Object.freeze({ ...usual });

/**
 * Takes such chunks out of what is outstanding, from the lowest TSN up to `cumulative` or to one that is not like them,
 * and has their path learn of them in one go what it would learn from each (RFC 9260 §6.2.1, §6.3.1, §7.2).
 *
 * @returns what they were; valid until the next call
 */
export function ackUsualChunks(
  outstanding: OutstandingData,
  cumulative: Tsn,
  user: MessageOwner,
  now: Millis,
  config: Readonly<AssociationConfig>,
): Readonly<UsualChunks> {
  const first = outstanding.firstTsn;
  const max = tsnDistance(cumulative, first) + 1;
  if (max <= 0) return NONE;
  const path = outstanding.pathAt(outstanding.firstSlot);
  const { lossDetection } = path;
  // What was sent again only to be acknowledged is looked for chunk by chunk.
  if (lossDetection.probe !== undefined) return NONE;
  outstanding.dropUsual(max, usual, user);
  if (usual.count === 0) return NONE;
  path.flightBytes -= usual.chunkBytes;
  path.newlyAckedBytes += usual.chunkBytes;
  path.answered = true;
  // Nothing below them is outstanding.
  path.earliestAcked ??= true;
  // The last of them was sent last, so that no other one tells more.
  lossDetection.acknowledged(tsnAdd(first, usual.count - 1), usual.sentAt, false, now);
  const { measuredTsn } = path;
  if (measuredTsn !== undefined && tsnDistance(measuredTsn, first) >>> 0 < usual.count) {
    path.measuredTsn = undefined;
    path.rto.measured(now - path.measuredSince, config);
  }
  return usual;
}
