import { RingQueue } from "../base/ring-queue.js";
import {
  MSG_EOR,
  MSG_NOTIFICATION,
  MSG_PEEK,
  SCTP_COMPLETE,
  SCTP_NOTIFICATION,
  SCTP_RECVV_NOINFO,
  SCTP_RECVV_NXTINFO,
  SCTP_RECVV_RCVINFO,
  SCTP_RECVV_RN,
} from "../sockets/constants.js";
import type { sctp_notification } from "../sockets/notification-types.js";
import type { ReceiveRequest } from "../sockets/provider.js";
import type { ReceivedMessage, SctpAddress, sctp_nxtinfo, sctp_rcvinfo } from "../sockets/types.js";

/** What was read from the kernel: a message or a part of one, or a notification. */
export interface ReceiveEntry {
  readonly data: Uint8Array;
  /** Where a message came from. */
  readonly address: SctpAddress | undefined;
  /** What a message was received with. */
  readonly rcvinfo: sctp_rcvinfo | undefined;
  /** Whether the message ends here. */
  readonly isEnd: boolean;
  readonly isNotification: boolean;
  /** The notification, where it is one that we know. */
  readonly notification: sctp_notification | undefined;
  /** The association. */
  readonly associationId: number;
  /** How many bytes have been received already, by reads too short for all. */
  readBytes: number;
}

/** Which information the application wants with messages. */
export interface WantedInfo {
  readonly wantsRcvinfo: boolean;
  readonly wantsNxtinfo: boolean;
}

/**
 * What has been read from the kernel and not been received by the application yet. It is usually empty: messages are
 * read ahead only where a call needs to know what comes (MSG_PEEK, SCTP_RECVNXTINFO), where a notification that the
 * provider itself waits for may stand behind them, and where parts of several messages are mixed. Every receive call
 * consults it first.
 */
export class ReceiveQueue {
  private readonly entries = new RingQueue<ReceiveEntry>();
  private bytes = 0;

  /** How many entries wait. */
  get length(): number {
    return this.entries.length;
  }

  /** How many bytes wait. */
  get lengthBytes(): number {
    return this.bytes;
  }

  /** Adds an entry at the end. */
  push(entry: ReceiveEntry): void {
    this.bytes += entry.data.length;
    this.entries.push(entry);
  }

  /** Puts an entry before all others. */
  unshift(entry: ReceiveEntry): void {
    this.bytes += entry.data.length;
    this.entries.unshift(entry);
  }

  /** Drops everything. */
  clear(): void {
    this.entries.clear();
    this.bytes = 0;
  }

  /** Moves everything of an association to another queue, in its order (RFC 6458 §9.2). */
  moveTo(target: ReceiveQueue, associationId: number): void {
    this.entries.retain((entry) => {
      if (entry.associationId !== associationId) return true;
      this.bytes -= entry.data.length;
      target.push(entry);
      return false;
    });
  }

  /**
   * The next message or notification, or as much of it as was asked for (RFC 6458 §3.1.4).
   *
   * @returns `undefined` when there is none
   */
  take(request: ReceiveRequest, wanted: WantedInfo): ReceivedMessage | undefined {
    const entry = this.entries.peek();
    if (entry === undefined) return undefined;
    const whole = entry.data;
    const end = Math.min(entry.readBytes + request.lengthBytes, whole.length);
    const isRead = end === whole.length;
    const peeks = (request.flags & MSG_PEEK) !== 0;
    const next = isRead && this.entries.length > 1 ? this.entries.at(1) : undefined;
    let data = whole;
    if (request.into !== undefined) {
      data = copyInto(request.into, whole.subarray(entry.readBytes, end));
    } else if (peeks || end - entry.readBytes < whole.length) {
      // What stays in the queue is not the application's to write into.
      data = whole.slice(entry.readBytes, end);
    }
    const message = receivedMessage(entry, { data, isRead, next }, wanted);
    if (!peeks) {
      entry.readBytes = end;
      if (isRead) {
        this.entries.shift();
        this.bytes -= whole.length;
      }
    }
    return message;
  }
}

/** Copies received bytes where the application wants them. */
export function copyInto(into: Uint8Array, bytes: Uint8Array): Uint8Array {
  into.set(bytes);
  return bytes.length === into.length ? into : into.subarray(0, bytes.length);
}

/** What a receive call answers of an entry. */
export interface Portion {
  readonly data: Uint8Array;
  /** Whether the rest of the entry is in it. */
  readonly isRead: boolean;
  /** The entry behind it. */
  readonly next: ReceiveEntry | undefined;
}

/** The answer of a receive call (RFC 6458 §9.13). */
export function receivedMessage(entry: ReceiveEntry, portion: Portion, wanted: WantedInfo): ReceivedMessage {
  const { address, isNotification } = entry;
  const { data, isRead } = portion;
  const isWhole = isRead && entry.isEnd;
  const flags = (isWhole ? MSG_EOR : 0) | (isNotification ? MSG_NOTIFICATION : 0);
  const notification = data.length === entry.data.length ? entry.notification : undefined;
  const rcvinfo = wanted.wantsRcvinfo ? entry.rcvinfo : undefined;
  // RFC 6458 §8.1.30: only when this message has been read whole and the next one is there.
  const next = wanted.wantsNxtinfo && isWhole ? portion.next : undefined;
  if (next === undefined) {
    return rcvinfo === undefined
      ? { data, address, flags, notification, infotype: SCTP_RECVV_NOINFO, info: undefined }
      : { data, address, flags, notification, infotype: SCTP_RECVV_RCVINFO, info: rcvinfo };
  }
  const nxtinfo = nxtinfoOf(next);
  if (rcvinfo === undefined) {
    return { data, address, flags, notification, infotype: SCTP_RECVV_NXTINFO, info: nxtinfo };
  }
  const info = { recvv_rcvinfo: rcvinfo, recvv_nxtinfo: nxtinfo };
  return { data, address, flags, notification, infotype: SCTP_RECVV_RN, info };
}

function nxtinfoOf({ data, rcvinfo, isEnd, isNotification, associationId }: ReceiveEntry): sctp_nxtinfo {
  const complete = isEnd ? SCTP_COMPLETE : 0;
  return {
    nxt_sid: rcvinfo?.rcv_sid ?? 0,
    nxt_flags: (rcvinfo?.rcv_flags ?? 0) | complete | (isNotification ? SCTP_NOTIFICATION : 0),
    nxt_ppid: rcvinfo?.rcv_ppid ?? 0,
    nxt_length: data.length,
    nxt_assoc_id: associationId,
  };
}
