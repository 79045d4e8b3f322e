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
import { IncomingPiece } from "../stack/rx/incoming-piece.js";
import { copyInto } from "../wire/bytes.js";
import { type SocketAssociation, socketAssociationOf } from "./socket-association.js";
import type { SocketSettings } from "./socket-settings.js";

const NO_BYTES = new Uint8Array(0);

/** A notification that waits to be received. */
export class NotificationEntry {
  /** The association; `undefined` for a notification of the socket as a whole. */
  readonly owner: SocketAssociation | undefined;
  /** What it tells. Without it, the entry only says that a message has ended before its time. */
  readonly notification: sctp_notification | undefined;
  /** How many bytes have been received already, by reads too short for all. */
  readBytes = 0;
  private bytes: Uint8Array | undefined = undefined;

  constructor(owner: SocketAssociation | undefined, notification: sctp_notification | undefined) {
    this.owner = owner;
    this.notification = notification;
  }

  /** Its bytes, which are made once somebody wants them. */
  get data(): Uint8Array {
    this.bytes ??= this.notification === undefined ? NO_BYTES : notificationToBytes(this.notification);
    return this.bytes;
  }
}

/** What waits to be received: a message or a part of one as the stack has put it together, or a notification. */
export type ReceiveEntry = IncomingPiece | NotificationEntry;

/** The association that an entry belongs to; `undefined` for a notification of the socket as a whole. */
export function ownerOf(entry: ReceiveEntry): SocketAssociation | undefined {
  return entry instanceof IncomingPiece ? socketAssociationOf(entry.association) : entry.owner;
}

/** Whether an entry has something to tell the application. */
function isNotification(entry: ReceiveEntry): boolean {
  return entry instanceof NotificationEntry && entry.notification !== undefined;
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
    if (isNotification(entry)) this.notifications += 1;
    this.entries.push(entry);
  }

  /** How many messages of an association wait; it costs a walk over the queue. */
  countMessages(owner: SocketAssociation): number {
    let count = 0;
    for (const entry of this.entries) if (isMessageOf(entry, owner)) count += 1;
    return count;
  }

  /** Moves everything of an association to another queue, in its order (RFC 6458 §9.2). */
  moveTo(target: ReceiveQueue, owner: SocketAssociation): void {
    this.entries.retain((entry) => {
      if (ownerOf(entry) !== owner) return true;
      if (isNotification(entry)) this.notifications -= 1;
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
    const whole = entry.data;
    const end = Math.min(entry.readBytes + request.lengthBytes, whole.length);
    const isRead = end === whole.length;
    const takenBytes = end - entry.readBytes;
    let data = whole;
    if (request.into !== undefined) {
      data = filled(request.into, whole, entry.readBytes, takenBytes);
    } else if (peeks || takenBytes < whole.length) {
      // What stays in the queue is not the application's to write into.
      data = whole.slice(entry.readBytes, end);
    }
    const message = this.describe(entry, data, isRead, settings);
    if (!peeks) this.noteTaken(entry, takenBytes, isRead);
    // What the application has got is a copy, so that the memory may serve the next message.
    if (!peeks && isRead && data !== whole && entry instanceof IncomingPiece) entry.recycle();
    return message;
  }

  /**
   * The next messages and notifications, each as a whole or what is left of it; or as much as its place holds.
   *
   * @param target - where they are appended
   * @param into - where the bytes of each are to be copied, `max` places
   * @returns how many there were, at most `max`
   */
  takeMany(
    max: number,
    target: ReceivedMessage[],
    settings: SocketSettings,
    into: readonly Uint8Array[] | undefined,
  ): number {
    let owner: SocketAssociation | undefined;
    let lengthBytes = 0;
    let pieces = 0;
    let count = 0;
    for (; count < max; count += 1) {
      const entry = this.entries.peek();
      if (entry === undefined) break;
      const { data: whole, readBytes } = entry;
      const place = into?.[count];
      let data = whole;
      if (place !== undefined) {
        data = filled(place, whole, readBytes, Math.min(place.length, whole.length - readBytes));
      } else if (readBytes > 0) data = whole.slice(readBytes);
      const isRead = readBytes + data.length === whole.length;
      target.push(this.describe(entry, data, isRead, settings));
      if (!(entry instanceof IncomingPiece)) {
        this.noteTaken(entry, data.length, isRead);
        continue;
      }
      if (isRead) this.entries.shift();
      entry.noteRead(data.length);
      if (isRead && data !== whole) entry.recycle();
      const entryOwner = socketAssociationOf(entry.association);
      // Nearly always one association gets its room back, once for all.
      if (entryOwner !== owner) {
        if (owner !== undefined) giveRoomBack(owner, lengthBytes, pieces);
        owner = entryOwner;
        lengthBytes = 0;
        pieces = 0;
      }
      lengthBytes += data.length;
      if (isRead) pieces += 1;
    }
    if (owner !== undefined) giveRoomBack(owner, lengthBytes, pieces);
    return count;
  }

  private noteTaken(entry: ReceiveEntry, takenBytes: number, isRead: boolean): void {
    if (isRead) this.entries.shift();
    if (entry instanceof IncomingPiece) {
      entry.release(takenBytes);
      ownerOf(entry)?.socket.context.driver.touch();
      return;
    }
    entry.readBytes += takenBytes;
    if (isRead && isNotification(entry)) this.notifications -= 1;
  }

  private describe(
    entry: ReceiveEntry,
    data: Uint8Array,
    isRead: boolean,
    settings: SocketSettings,
  ): ReceivedMessage {
    const isMessage = entry instanceof IncomingPiece;
    const isWhole = isRead && (!isMessage || entry.endOfRecord);
    // RFC 6458 §8.1.30: only when this message has been read whole and the next one is there.
    const next = settings.wantsNxtinfo && isWhole && this.entries.length > 1 ? this.entries.at(1) : undefined;
    const flags = isWhole ? MSG_EOR : 0;
    if (!isMessage) {
      const notification = data.length === entry.data.length ? entry.notification : undefined;
      return withInfo(
        { data, address: undefined, flags: flags | MSG_NOTIFICATION, notification },
        undefined,
        next,
      );
    }
    const owner = socketAssociationOf(entry.association);
    const address = owner?.addressOf(entry.path.address, settings.wantsMappedIpv4);
    const rcvinfo = settings.wantsRcvinfo && owner !== undefined ? rcvinfoOf(owner, entry) : undefined;
    if (rcvinfo === undefined && next === undefined) {
      return { data, address, flags, notification: undefined, infotype: SCTP_RECVV_NOINFO, info: undefined };
    }
    return withInfo({ data, address, flags, notification: undefined }, rcvinfo, next);
  }
}

/** Copies received bytes to where the application wants them, and answers what they have filled there. */
function filled(place: Uint8Array, bytes: Uint8Array, start: number, lengthBytes: number): Uint8Array {
  copyInto(place, 0, bytes, start, lengthBytes);
  return lengthBytes === place.length ? place : place.subarray(0, lengthBytes);
}

/** What a message says of itself, with what is told about it and about the next (RFC 6458 §9.13). */
function withInfo(
  {
    data,
    address,
    flags,
    notification,
  }: Pick<ReceivedMessage, "data" | "address" | "flags" | "notification">,
  rcvinfo: sctp_rcvinfo | undefined,
  next: ReceiveEntry | undefined,
): ReceivedMessage {
  if (next === undefined) {
    if (rcvinfo === undefined) {
      return { data, address, flags, notification, infotype: SCTP_RECVV_NOINFO, info: undefined };
    }
    return { data, address, flags, notification, infotype: SCTP_RECVV_RCVINFO, info: rcvinfo };
  }
  const nxtinfo = nxtinfoOf(next);
  if (rcvinfo === undefined) {
    return { data, address, flags, notification, infotype: SCTP_RECVV_NXTINFO, info: nxtinfo };
  }
  const info = { recvv_rcvinfo: rcvinfo, recvv_nxtinfo: nxtinfo };
  return { data, address, flags, notification, infotype: SCTP_RECVV_RN, info };
}

/** Whether an entry is a message of an association, or a part of one. */
export function isMessageOf(entry: ReceiveEntry, owner: SocketAssociation): boolean {
  return entry instanceof IncomingPiece && socketAssociationOf(entry.association) === owner;
}

/** Gives the room of what nobody will read back to the peer. */
export function releaseEntry(entry: ReceiveEntry): void {
  if (!(entry instanceof IncomingPiece)) return;
  entry.release(entry.data.length - entry.readBytes);
  ownerOf(entry)?.socket.context.driver.touch();
}

function giveRoomBack(owner: SocketAssociation, lengthBytes: number, pieces: number): void {
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
  const nxt_assoc_id = ownerOf(entry)?.id ?? 0;
  const nxt_length = entry.data.length;
  if (!(entry instanceof IncomingPiece)) {
    const nxt_flags = SCTP_NOTIFICATION | SCTP_COMPLETE;
    return { nxt_sid: 0, nxt_flags, nxt_ppid: 0, nxt_length, nxt_assoc_id };
  }
  let nxt_flags = entry.unordered ? SCTP_UNORDERED : 0;
  if (entry.endOfRecord) nxt_flags |= SCTP_COMPLETE;
  return { nxt_sid: entry.streamId, nxt_flags, nxt_ppid: entry.ppid, nxt_length, nxt_assoc_id };
}
