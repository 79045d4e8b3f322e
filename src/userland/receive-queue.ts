import type { IpAddress } from "../base/ip-address.js";
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
  SCTP_UNORDERED,
} from "../sockets/constants.js";
import type { sctp_notification } from "../sockets/notification-types.js";
import { notificationToBytes } from "../sockets/notifications.js";
import type { ReceiveRequest } from "../sockets/provider.js";
import type { ReceivedMessage, sctp_nxtinfo, sctp_rcvinfo } from "../sockets/types.js";
import type { IncomingPiece } from "../stack/rx/incoming-piece.js";
import { socketAddress } from "./socket-addresses.js";
import type { SocketAssociation } from "./socket-association.js";
import type { SocketSettings } from "./socket-settings.js";

/** What waits to be received: a message or a part of one, or a notification. */
export interface ReceiveEntry {
  /** The association; `undefined` for a notification of the socket as a whole. */
  readonly owner: SocketAssociation | undefined;
  /** A message, or a part of one. */
  readonly piece: IncomingPiece | undefined;
  /** The address of the peer that the message came from. */
  readonly source: IpAddress | undefined;
  readonly notification: sctp_notification | undefined;
  /** The bytes: the message's, or the notification's once somebody wants them. */
  data: Uint8Array | undefined;
  /** How many bytes have been received already, by reads too short for all. */
  readBytes: number;
}

/** A message or a part of one that waits to be received. */
export function messageEntry(
  owner: SocketAssociation,
  piece: IncomingPiece,
  source: IpAddress,
): ReceiveEntry {
  return { owner, piece, source, notification: undefined, data: piece.data, readBytes: 0 };
}

/** A notification that waits to be received. Without one it only tells that a message has ended before its time. */
export function notificationEntry(
  owner: SocketAssociation | undefined,
  notification: sctp_notification | undefined,
): ReceiveEntry {
  return { owner, piece: undefined, source: undefined, notification, data: undefined, readBytes: 0 };
}

/**
 * What waits on a socket to be received, messages and notifications of all its associations in one order. The bytes
 * of a message count against the association's window until a call has returned them to the application.
 */
export class ReceiveQueue {
  private readonly entries = new RingQueue<ReceiveEntry>();
  private notifications = 0;

  /** How many entries wait. */
  get length(): number {
    return this.entries.length;
  }

  /** How many of them are notifications. */
  get notificationCount(): number {
    return this.notifications;
  }

  /** Adds an entry at the end. */
  push(entry: ReceiveEntry): void {
    if (entry.notification !== undefined) this.notifications += 1;
    this.entries.push(entry);
  }

  /** How many messages of an association wait; it costs a walk over the queue. */
  countMessages(owner: SocketAssociation): number {
    let count = 0;
    for (const entry of this.entries) if (entry.owner === owner && entry.piece !== undefined) count += 1;
    return count;
  }

  /** Moves everything of an association to another queue, in its order (RFC 6458 §9.2). */
  moveTo(target: ReceiveQueue, owner: SocketAssociation): void {
    this.entries.retain((entry) => {
      if (entry.owner !== owner) return true;
      if (entry.notification !== undefined) this.notifications -= 1;
      target.push(entry);
      return false;
    });
  }

  /** Drops everything; the peers get their windows back. */
  discard(): void {
    for (let entry = this.entries.shift(); entry !== undefined; entry = this.entries.shift())
      releaseEntry(entry);
    this.notifications = 0;
  }

  /**
   * The next message or notification, or as much of it as was asked for (RFC 6458 §3.1.4).
   *
   * @returns `undefined` when there is none
   */
  take(request: ReceiveRequest, settings: SocketSettings): ReceivedMessage | undefined {
    const entry = this.entries.peek();
    if (entry === undefined) return undefined;
    const peeks = (request.flags & MSG_PEEK) !== 0;
    const whole = bytesOf(entry);
    const end = Math.min(entry.readBytes + request.lengthBytes, whole.length);
    const isRead = end === whole.length;
    const takenBytes = end - entry.readBytes;
    let data = whole;
    if (request.into !== undefined) {
      request.into.set(whole.subarray(entry.readBytes, end));
      data = request.into.subarray(0, takenBytes);
    } else if (peeks || takenBytes < whole.length) {
      // What stays in the queue is not the application's to write into.
      data = whole.slice(entry.readBytes, end);
    }
    const message = this.describe(entry, data, isRead, settings);
    if (!peeks) {
      entry.readBytes = end;
      if (entry.piece !== undefined) release(entry, takenBytes, isRead ? 1 : 0);
      if (isRead) this.removeFirst(entry);
    }
    return message;
  }

  private removeFirst(entry: ReceiveEntry): void {
    this.entries.shift();
    if (entry.notification !== undefined) this.notifications -= 1;
  }

  private describe(
    entry: ReceiveEntry,
    data: Uint8Array,
    isRead: boolean,
    settings: SocketSettings,
  ): ReceivedMessage {
    const { owner, piece, source, notification } = entry;
    const isWhole = isRead && (piece === undefined || piece.endOfRecord);
    let flags = isWhole ? MSG_EOR : 0;
    if (notification !== undefined) flags |= MSG_NOTIFICATION;
    const address =
      owner === undefined || source === undefined
        ? undefined
        : socketAddress(source, owner.association.peerPort, settings.wantsMappedIpv4);
    const rcvinfo =
      settings.wantsRcvinfo && owner !== undefined && piece !== undefined
        ? rcvinfoOf(owner, piece)
        : undefined;
    // RFC 6458 §8.1.30: only when this message has been read whole and the next one is there.
    const next = settings.wantsNxtinfo && isWhole && this.entries.length > 1 ? this.entries.at(1) : undefined;
    const parsed =
      notification !== undefined && data.length === entry.data?.length ? notification : undefined;
    if (rcvinfo === undefined && next === undefined) {
      return { data, address, flags, notification: parsed, infotype: SCTP_RECVV_NOINFO, info: undefined };
    }
    if (next === undefined) {
      const info = rcvinfo as sctp_rcvinfo;
      return { data, address, flags, notification: parsed, infotype: SCTP_RECVV_RCVINFO, info };
    }
    const nxtinfo = nxtinfoOf(next);
    if (rcvinfo === undefined) {
      return { data, address, flags, notification: parsed, infotype: SCTP_RECVV_NXTINFO, info: nxtinfo };
    }
    const info = { recvv_rcvinfo: rcvinfo, recvv_nxtinfo: nxtinfo };
    return { data, address, flags, notification: parsed, infotype: SCTP_RECVV_RN, info };
  }
}

function bytesOf(entry: ReceiveEntry): Uint8Array {
  if (entry.data === undefined && entry.notification !== undefined) {
    entry.data = notificationToBytes(entry.notification);
  }
  return entry.data ?? new Uint8Array(0);
}

/** Gives the room of what nobody will read back to the peer. */
export function releaseEntry(entry: ReceiveEntry): void {
  if (entry.piece !== undefined) release(entry, entry.piece.data.length - entry.readBytes, 1);
}

function release(entry: ReceiveEntry, lengthBytes: number, pieces: number): void {
  const { owner } = entry;
  if (owner === undefined || (lengthBytes === 0 && pieces === 0)) return;
  owner.association.releaseReceived(lengthBytes, pieces);
  owner.socket.context.driver.touch();
}

function rcvinfoOf(owner: SocketAssociation, piece: IncomingPiece): sctp_rcvinfo {
  return {
    rcv_sid: piece.streamId,
    rcv_ssn: piece.ssn,
    rcv_flags: piece.unordered ? SCTP_UNORDERED : 0,
    rcv_ppid: piece.ppid,
    rcv_tsn: piece.tsn,
    rcv_cumtsn: piece.cumulativeTsn,
    rcv_context: owner.receiveContext,
    rcv_assoc_id: owner.id,
  };
}

function nxtinfoOf(entry: ReceiveEntry): sctp_nxtinfo {
  const { owner, piece } = entry;
  const nxt_assoc_id = owner?.id ?? 0;
  if (piece === undefined) {
    const nxt_length = bytesOf(entry).length;
    return {
      nxt_sid: 0,
      nxt_flags: SCTP_NOTIFICATION | SCTP_COMPLETE,
      nxt_ppid: 0,
      nxt_length,
      nxt_assoc_id,
    };
  }
  let nxt_flags = piece.unordered ? SCTP_UNORDERED : 0;
  if (piece.endOfRecord) nxt_flags |= SCTP_COMPLETE;
  return {
    nxt_sid: piece.streamId,
    nxt_flags,
    nxt_ppid: piece.ppid,
    nxt_length: piece.data.length,
    nxt_assoc_id,
  };
}
