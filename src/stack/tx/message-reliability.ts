import { tsn, type Tsn } from "../../base/serial-number.js";
import { NEVER, type Millis } from "../../base/millis.js";

/**
 * The rule by which a message is given up: when it has become too old (RFC 3758 §4.1), when one of its chunks has been
 * sent again too often (RFC 7496 §3.1), or when a more important one needs its room in the send buffer (§3.2).
 */
export type PartialReliabilityPolicy = "timed" | "limited retransmissions" | "priority";

/** What the user chooses for a message that need not arrive. */
export interface PartialReliability {
  readonly policy: PartialReliabilityPolicy;
  /** A lifetime in milliseconds, a number of retransmissions, or a priority of which 0 is the highest; 32 bits. */
  readonly value: number;
}

/** What is kept of a message that need not arrive, beside the message itself. */
export class MessageReliability {
  readonly policy: PartialReliabilityPolicy;
  readonly value: number;
  /** The last moment at which it may be sent (RFC 3758 §4.1 TR2). */
  readonly expiresAt: Millis;
  /** The TSN of its last chunk so far; it means nothing before there is one. */
  lastTsn: Tsn = tsn(0);
  /** Whether it has been given up (RFC 3758 §3.4). */
  isAbandoned = false;
  /** Its place in the heap of {@link PriorityMessages}, or -1. */
  heapIndex = -1;
  /** Which one it was that came into that heap, from 1 on. */
  order = 0;

  /** @param now - when the user has given the message, which is when its life begins */
  constructor({ policy, value }: PartialReliability, now: Millis) {
    this.policy = policy;
    this.value = value;
    this.expiresAt = policy === "timed" ? now + value : NEVER;
  }
}
