import {
  SCTP_ADAPTATION_INDICATION,
  SCTP_ASSOC_CHANGE,
  SCTP_AUTHENTICATION_EVENT,
  SCTP_NOTIFICATIONS_STOPPED_EVENT,
  SCTP_PARTIAL_DELIVERY_EVENT,
  SCTP_PEER_ADDR_CHANGE,
  SCTP_REMOTE_ERROR,
  SCTP_SEND_FAILED_EVENT,
  SCTP_SENDER_DRY_EVENT,
  SCTP_SHUTDOWN_EVENT,
} from "../sockets/constants.js";

/** The notifications that there are; the place of each is its bit. */
const TYPES: readonly number[] = [
  SCTP_ASSOC_CHANGE,
  SCTP_PEER_ADDR_CHANGE,
  SCTP_REMOTE_ERROR,
  SCTP_SHUTDOWN_EVENT,
  SCTP_ADAPTATION_INDICATION,
  SCTP_PARTIAL_DELIVERY_EVENT,
  SCTP_AUTHENTICATION_EVENT,
  SCTP_SENDER_DRY_EVENT,
  SCTP_NOTIFICATIONS_STOPPED_EVENT,
  SCTP_SEND_FAILED_EVENT,
];

/**
 * Which notifications are wanted, of a socket's future associations or of one association (RFC 6458 §6.2.2). It never
 * changes, so that all may share one.
 */
export class EventSubscriptions {
  /** No notification is wanted. */
  static readonly NONE: EventSubscriptions = new EventSubscriptions(0);
  private readonly bits: number;

  private constructor(bits: number) {
    this.bits = bits;
  }

  /** Whether there is such a notification at all. */
  static isKnown(type: number): boolean {
    return TYPES.includes(type);
  }

  /**
   * Whether a notification is wanted. RFC 6458 §6.1.10: who has subscribed to any is told when there are no more.
   */
  has(type: number): boolean {
    if (type === SCTP_NOTIFICATIONS_STOPPED_EVENT) return this.bits !== 0;
    return (this.bits & (1 << TYPES.indexOf(type))) !== 0;
  }

  /** The same with one subscription begun or ended; {@link isKnown} is the caller's business. */
  with(type: number, on: boolean): EventSubscriptions {
    const bit = 1 << TYPES.indexOf(type);
    return new EventSubscriptions(on ? this.bits | bit : this.bits & ~bit);
  }
}
