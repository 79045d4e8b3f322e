/**
 * When a message may be given up (RFC 3758 §3.4, RFC 7496 §3).
 *
 * @module
 */

import assert from "node:assert/strict";
import {
  SCTP_PR_SCTP_NONE,
  SCTP_PR_SCTP_PRIO,
  SCTP_PR_SCTP_RTX,
  SCTP_PR_SCTP_TTL,
} from "../../../src/sockets/constants.js";
import type { StackEvent } from "../../../src/stack/events.js";
import type { Copy, MessageRecord, MessageShape } from "./message-record.js";

/** What is known of a message that was given up. */
export interface GivenUp {
  readonly event: Extract<StackEvent, { type: "send failed" }>;
  readonly message: MessageRecord;
  readonly copy: Copy;
  /** Everything that was sent behind it, by whomever. */
  readonly later: readonly MessageRecord[];
  /** The time by its sender's clock. */
  readonly now: number;
}

/** A message was given up while its association went on: only one that need not arrive, and for its own reason. */
export function checkGivenUp({ event, message, copy, later, now }: GivenUp): void {
  const { association, sent } = event;
  const name = `message ${event.message.ppid}`;
  const { ackedBytes, lengthBytes } = event.message;
  const { prinfo } = message;
  assert(
    prinfo !== undefined && prinfo.pr_policy !== SCTP_PR_SCTP_NONE,
    `${name} was given up, and had to arrive (RFC 3758 §3.4)`,
  );
  assert(
    !sent || association.hasPartialReliability,
    `${name} was given up although its peer skips nothing (RFC 3758 §3.3.2)`,
  );
  assert(ackedBytes < lengthBytes, `${name} was given up, and all of it had been acknowledged`);
  const { pr_policy, pr_value } = prinfo;
  switch (pr_policy) {
    case SCTP_PR_SCTP_TTL:
      assert(now > copy.givenAt + pr_value, `${name} was given up within its lifetime (RFC 3758 §4.1)`);
      break;
    case SCTP_PR_SCTP_RTX:
      assert(sent, `${name} was given up before it was sent at all (RFC 7496 §3.1)`);
      break;
    default:
      assert(
        later.some((other) => comesBefore(other, pr_value) && isAlongWith(other, copy)),
        `${name} was given up for nothing more important (RFC 7496 §3.2)`,
      );
      break;
  }
}

/** Whether a message gets the room of those with a priority: it has a higher one, or has to arrive. */
function comesBefore({ prinfo }: MessageShape, priority: number): boolean {
  if (prinfo === undefined || prinfo.pr_policy === SCTP_PR_SCTP_NONE) return true;
  return prinfo.pr_policy === SCTP_PR_SCTP_PRIO && prinfo.pr_value < priority;
}

/** Whether a message went the same way as another one. */
function isAlongWith({ copies }: MessageRecord, { from, epoch }: Copy): boolean {
  return copies.some((copy) => copy.from === from && copy.epoch === epoch);
}
