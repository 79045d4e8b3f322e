import { MSG_EOR, MSG_NOTIFICATION, SCTP_ASSOC_CHANGE } from "../sockets/constants.js";
import type { sctp_notification } from "../sockets/notification-types.js";
import { notificationToBytes } from "../sockets/notifications.js";
import type { ReceiveRequest } from "../sockets/provider.js";
import { handleAssociationChange } from "./association-changes.js";
import { withFeatures } from "./association-features.js";
import type { KernelSocketState } from "./kernel-socket-state.js";
import type { Piece } from "./piece-reader.js";
import type { ReceiveEntry } from "./receive-queue.js";

/** How much is read ahead of the application: what the kernel holds for a socket by default is less. */
const READ_AHEAD_BYTES_MAX = 4 * 1024 * 1024;

/**
 * Reads the next message or notification whole; a message that the kernel delivers in parts, as far as they are there.
 * Notifications that only the provider wants to know are taken note of and skipped.
 *
 * @returns the system's answer when there is nothing: 0 at the end of the peer, a negative error, usually EAGAIN
 */
export function readNext(state: KernelSocketState): ReceiveEntry | number {
  for (;;) {
    const entry = readOne(state);
    if (entry !== undefined) return entry;
  }
}

/** As {@link readNext}; `undefined` when it was a notification that only the provider wants to know. */
export function readOne(state: KernelSocketState): ReceiveEntry | number | undefined {
  const piece = state.context.reader.next(state.id);
  return typeof piece === "number" ? piece : wholeEntry(state, piece);
}

/**
 * Reads at most as much of the next message as a call wants, to where it wants it; what is left of it stays in the
 * kernel. A notification is read whole in any case, and put into the queue: whether the application wants it is only
 * known then.
 *
 * @returns as {@link readNext}; `undefined` when there is a notification in the queue now
 */
export function readPart(
  state: KernelSocketState,
  { lengthBytes, into }: ReceiveRequest,
): ReceiveEntry | number | undefined {
  for (;;) {
    const piece = state.context.reader.next(state.id, lengthBytes, into);
    if (typeof piece === "number") return piece;
    if ((piece.flags & MSG_NOTIFICATION) === 0) return messageEntry(piece);
    const entry = wholeEntry(state, piece);
    if (entry === undefined) continue;
    state.queue.unshift(entry);
    return undefined;
  }
}

/**
 * Reads whatever is there into the queue: the provider wants to know what comes behind it.
 *
 * @returns the system's answer when there was nothing more; `undefined` when there may be
 */
export function readAhead(state: KernelSocketState): number | undefined {
  while (state.queue.lengthBytes < READ_AHEAD_BYTES_MAX) {
    const entry = readNext(state);
    if (typeof entry === "number") return entry;
    state.queue.push(entry);
  }
  return undefined;
}

/** Puts what the kernel has handed out, and nobody has taken, behind what is in the queue already. */
export function queueRest(state: KernelSocketState): void {
  const { context, queue } = state;
  while (context.reader.hasMore) {
    const piece = context.reader.next(state.id);
    // An end or an error stays for the next call.
    if (typeof piece === "number") return;
    const entry = entryAsItIs(state, piece);
    if (entry !== undefined) queue.push(entry);
  }
}

/**
 * What stands behind a message that has not ended yet: parts of others stay parts, in the order in which they came.
 *
 * @returns as {@link wholeEntry}
 */
function entryAsItIs(state: KernelSocketState, piece: Piece): ReceiveEntry | undefined {
  return (piece.flags & MSG_NOTIFICATION) === 0 ? messageEntry(piece) : wholeNotification(state, piece);
}

/** Puts together what belongs together; `undefined` for a notification that the application has not asked for. */
function wholeEntry(state: KernelSocketState, first: Piece): ReceiveEntry | undefined {
  return (first.flags & MSG_NOTIFICATION) === 0
    ? wholeMessage(state, first)
    : wholeNotification(state, first);
}

/** A message and its parts, as far as they have come (RFC 6458 §3.1.4: the last one has MSG_EOR). */
function wholeMessage(state: KernelSocketState, first: Piece): ReceiveEntry {
  const entry = messageEntry(first);
  if (entry.isEnd) return entry;
  const parts = [first.data];
  let isEnd = false;
  while (!isEnd) {
    const piece = state.context.reader.next(state.id);
    // An end or an error stays for the next call: the kernel answers both again, but for an error of the association,
    // which SCTP_ASSOC_CHANGE has told of before.
    if (typeof piece === "number") break;
    if (!isSameMessage(first, piece)) {
      const other = entryAsItIs(state, piece);
      if (other === undefined) continue;
      state.queue.push(other);
      // What tells of the end of this message, or of its association, comes behind it.
      if (other.isNotification && other.associationId === entry.associationId) break;
      continue;
    }
    parts.push(piece.data);
    isEnd = (piece.flags & MSG_EOR) !== 0;
  }
  return { ...entry, data: joined(parts), isEnd };
}

/** RFC 6458 §8.1.20: parts of messages of other associations, and of other streams, may come between. */
function isSameMessage(first: Piece, { flags, rcvinfo }: Piece): boolean {
  if ((flags & MSG_NOTIFICATION) !== 0) return false;
  return (
    rcvinfo?.rcv_assoc_id === first.rcvinfo?.rcv_assoc_id &&
    rcvinfo?.rcv_sid === first.rcvinfo?.rcv_sid &&
    rcvinfo?.rcv_ssn === first.rcvinfo?.rcv_ssn &&
    rcvinfo?.rcv_flags === first.rcvinfo?.rcv_flags
  );
}

function messageEntry({ data, address, rcvinfo, flags }: Piece): ReceiveEntry {
  return {
    data,
    address,
    rcvinfo,
    isEnd: (flags & MSG_EOR) !== 0,
    isNotification: false,
    notification: undefined,
    associationId: rcvinfo?.rcv_assoc_id ?? 0,
    readBytes: 0,
  };
}

function wholeNotification(state: KernelSocketState, first: Piece): ReceiveEntry | undefined {
  const parts = [first.data];
  for (let { flags } = first; (flags & MSG_EOR) === 0; ) {
    const piece = state.context.reader.next(state.id);
    if (typeof piece === "number") break;
    ({ flags } = piece);
    parts.push(piece.data);
  }
  let { notification, bytes } = state.context.notifications.decode(joined(parts));
  if (notification?.sn_type === SCTP_ASSOC_CHANGE) {
    if (!handleAssociationChange(state, notification)) return undefined;
    const completed = withFeatures(state, notification);
    if (completed !== notification) {
      notification = completed;
      bytes = notificationToBytes(completed);
    }
  }
  return {
    data: bytes,
    address: undefined,
    rcvinfo: undefined,
    isEnd: true,
    isNotification: true,
    notification,
    associationId: notification === undefined ? 0 : associationOfNotification(notification),
    readBytes: 0,
  };
}

/** An entry for a notification that the provider itself has something to tell with. */
export function ownNotificationEntry(notification: sctp_notification, data: Uint8Array): ReceiveEntry {
  const associationId = associationOfNotification(notification);
  const none = { address: undefined, rcvinfo: undefined };
  return { ...none, data, isEnd: true, isNotification: true, notification, associationId, readBytes: 0 };
}

/** RFC 6458 §6.1: the last field of every notification but one is called `…_assoc_id`. */
function associationOfNotification(notification: sctp_notification): number {
  for (const [name, value] of Object.entries(notification)) {
    if (name.endsWith("_assoc_id")) return value as number;
  }
  return 0;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0] as Uint8Array;
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
