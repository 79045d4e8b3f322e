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

/** Which notifications are wanted, of a socket's future associations or of one association (RFC 6458 §6.2.2). */
export class EventSubscriptions {
  private bits: number;

  /** @param from - subscriptions to begin with, which stay as they are */
  constructor(from?: EventSubscriptions) {
    this.bits = from?.bits ?? 0;
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

  /** Begins or ends a subscription; {@link isKnown} is the caller's business. */
  set(type: number, on: boolean): void {
    const bit = 1 << TYPES.indexOf(type);
    this.bits = on ? this.bits | bit : this.bits & ~bit;
  }

  /** Ends all subscriptions. */
  clear(): void {
    this.bits = 0;
  }
}
