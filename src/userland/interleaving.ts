import { RingQueue } from "../base/ring-queue.js";
import { SCTP_PARTIAL_DELIVERY_EVENT } from "../sockets/constants.js";
import {
  isMessageOf,
  NotificationEntry,
  ownerOf,
  type ReceiveEntry,
  type ReceiveQueue,
  releaseEntry,
} from "./receive-queue.js";
import type { SocketAssociation } from "./socket-association.js";

/** SCTP_FRAGMENT_INTERLEAVE: 0 nothing, 1 between associations, 2 between streams too (RFC 6458 §8.1.20). */
export type InterleaveLevel = 0 | 1 | 2;

/**
 * Decides what may be received between the parts of a message that is delivered partially (RFC 6458 §8.1.20). On level
 * 0 everything else of the socket waits here for its end, messages of other associations and notifications alike. That
 * no message of the same association comes between, but on level 2, is the stack's business.
 */
export class Interleaving {
  private readonly queue: ReceiveQueue;
  private readonly held = new RingQueue<ReceiveEntry>();
  /** The associations of which a part of a message has been queued, and not its end; oldest first. */
  private readonly open: SocketAssociation[] = [];
  private level: InterleaveLevel;
  private notifications = 0;

  /** @param queue - where what may be received goes to */
  constructor(queue: ReceiveQueue, level: InterleaveLevel) {
    this.queue = queue;
    this.level = level;
  }

  /** How many notifications wait for the end of a message. */
  get heldNotifications(): number {
    return this.notifications;
  }

  /** How many messages of an association wait for the end of another one. */
  countMessages(owner: SocketAssociation): number {
    let count = 0;
    for (const entry of this.held) if (isMessageOf(entry, owner)) count += 1;
    return count;
  }

  /** Changes the level; what waits and may come now is queued. */
  setLevel(level: InterleaveLevel): void {
    this.level = level;
    this.releaseHeld();
  }

  /** Queues a message, a part of one, or a notification; or holds it back until a message has ended. */
  deliver(entry: ReceiveEntry): void {
    if (this.mustWait(entry)) {
      if (isNews(entry)) this.notifications += 1;
      this.held.push(entry);
      return;
    }
    const isPiece = !(entry instanceof NotificationEntry);
    if (isPiece || entry.notification !== undefined) this.queue.push(entry);
    // A message in one piece, as nearly all are.
    if (isPiece && entry.beginning && entry.endOfRecord) return;
    const owner = ownerOf(entry);
    if (owner === undefined) return;
    if (isPiece && entry.beginning) this.open.push(owner);
    else if (endsMessage(entry)) this.close(owner);
  }

  /** Moves everything of an association to another socket's queue, in its order (RFC 6458 §9.2). */
  moveTo(target: Interleaving, owner: SocketAssociation): void {
    this.queue.moveTo(target.queue, owner);
    const held: ReceiveEntry[] = [];
    this.held.retain((entry) => {
      if (ownerOf(entry) !== owner) return true;
      if (isNews(entry)) this.notifications -= 1;
      held.push(entry);
      return false;
    });
    if (this.open.includes(owner)) target.open.push(owner);
    for (const entry of held) target.deliver(entry);
    this.close(owner);
  }

  /** Drops everything; the peers get their windows back. */
  discard(): void {
    this.queue.discard();
    for (let entry = this.held.shift(); entry !== undefined; entry = this.held.shift()) releaseEntry(entry);
    this.notifications = 0;
    this.open.length = 0;
  }

  private mustWait(entry: ReceiveEntry): boolean {
    const [first] = this.open;
    if (this.level > 0 || first === undefined) return false;
    return ownerOf(entry) !== first || (entry instanceof NotificationEntry && !endsMessage(entry));
  }

  private close(owner: SocketAssociation): void {
    const place = this.open.indexOf(owner);
    if (place < 0) return;
    this.open.splice(place, 1);
    this.releaseHeld();
  }

  /** What was held back comes in its order, and may have to wait for the end of another message. */
  private releaseHeld(): void {
    const entries = [...this.held];
    this.held.clear();
    this.notifications = 0;
    for (const entry of entries) this.deliver(entry);
  }
}

/**
 * Whether an entry is the end of a message that was delivered in parts: its last part, or the news that there will be
 * none, which is an entry without content for those who have not subscribed to it.
 */
function endsMessage(entry: ReceiveEntry): boolean {
  if (!(entry instanceof NotificationEntry)) return entry.endOfRecord && !entry.beginning;
  const { notification } = entry;
  return notification === undefined || notification.sn_type === SCTP_PARTIAL_DELIVERY_EVENT;
}

/** Whether an entry is a notification that somebody has subscribed to. */
function isNews(entry: ReceiveEntry): boolean {
  return entry instanceof NotificationEntry && entry.notification !== undefined;
}
