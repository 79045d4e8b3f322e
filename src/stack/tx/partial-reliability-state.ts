import type { Millis } from "../../base/millis.js";
import { tsnAdd, type Tsn } from "../../base/serial-number.js";
import { AbandonedMessages } from "./abandoned-messages.js";
import { PriorityMessages } from "./priority-messages.js";

/**
 * What an association keeps for messages that need not arrive (RFC 3758 §3.5, RFC 7496). One that has never sent such a
 * message has none of it.
 */
export class PartialReliabilityState {
  /** What has been given up since the association exists. */
  readonly abandoned: AbandonedMessages = new AbandonedMessages();
  /** What may be given up for more important messages. */
  readonly priorities: PriorityMessages = new PriorityMessages();
  /** Advanced.Peer.Ack.Point (RFC 3758 §3.5 A1): where the peer would stand if it had skipped what was given up. */
  advancedPeerAckPoint: Tsn;
  /** Whether a FORWARD TSN is to leave with the next packet. */
  forwardTsnDue = false;
  /** Whether the last one has timed out where it went. */
  forwardTsnTimedOut = false;
  /** What the last one said. */
  forwardedTsn: Tsn;
  /** When the last one left. */
  forwardedAt: Millis = 0;

  /** @param nextTsn - the lowest TSN that has not been acknowledged cumulatively */
  constructor(nextTsn: Tsn) {
    this.advancedPeerAckPoint = tsnAdd(nextTsn, -1);
    this.forwardedTsn = this.advancedPeerAckPoint;
  }

  /** Everything that was sent or waited is gone, and `nextTsn` is the next to be used. */
  begin(nextTsn: Tsn): void {
    this.priorities.clear();
    this.advancedPeerAckPoint = tsnAdd(nextTsn, -1);
    this.forwardedTsn = this.advancedPeerAckPoint;
    this.forwardTsnDue = false;
    this.forwardTsnTimedOut = false;
  }
}
