import {
  SCTP_ADDR_ADDED,
  SCTP_ADDR_AVAILABLE,
  SCTP_ADDR_CONFIRMED,
  SCTP_ADDR_MADE_PRIM,
  SCTP_ADDR_POTENTIALLY_FAILED,
  SCTP_ADDR_REMOVED,
  SCTP_ADDR_UNREACHABLE,
  SCTP_ASSOC_CHANGE,
  SCTP_ASSOC_SUPPORTS_ASCONF,
  SCTP_ASSOC_SUPPORTS_AUTH,
  SCTP_ASSOC_SUPPORTS_MULTIBUF,
  SCTP_ASSOC_SUPPORTS_PR,
  SCTP_AUTH_FREE_KEY,
  SCTP_AUTH_NEW_KEY,
  SCTP_AUTH_NO_AUTH,
  SCTP_AUTHENTICATION_EVENT,
  SCTP_DATA_LAST_FRAG,
  SCTP_COMM_UP,
  SCTP_DATA_NOT_FRAG,
  SCTP_DATA_SENT,
  SCTP_DATA_UNSENT,
  SCTP_NOTIFICATIONS_STOPPED_EVENT,
  SCTP_PEER_ADDR_CHANGE,
  SCTP_REMOTE_ERROR,
  SCTP_RESTART,
  SCTP_SEND_FAILED_EVENT,
  SCTP_UNORDERED,
} from "../sockets/constants.js";
import type { sctp_notification } from "../sockets/notification-types.js";
import type { LossReason, PathChange, StackEvent } from "../stack/events.js";
import { NOTIFICATIONS_QUEUED_MAX } from "../stack/limits.js";
import { errorCauseCode } from "../wire/error-cause.js";
import { EventSubscriptions } from "./event-subscriptions.js";
import type { InterleaveLevel } from "./interleaving.js";
import { NotificationEntry, type ReceiveEntry } from "./receive-queue.js";
import { socketAddress } from "./socket-addresses.js";
import type { SocketAssociation } from "./socket-association.js";
import type { SocketState } from "./socket-state.js";

const NO_BYTES = new Uint8Array(0);

/** The numbers of what can happen to an address of the peer (RFC 6458 §6.1.2). */
const ADDRESS_STATES: Readonly<Record<PathChange, number>> = {
  available: SCTP_ADDR_AVAILABLE,
  "potentially failed": SCTP_ADDR_POTENTIALLY_FAILED,
  unreachable: SCTP_ADDR_UNREACHABLE,
  removed: SCTP_ADDR_REMOVED,
  added: SCTP_ADDR_ADDED,
  "made primary": SCTP_ADDR_MADE_PRIM,
  confirmed: SCTP_ADDR_CONFIRMED,
};

/** The numbers of what can be told of shared keys (RFC 6458 §6.1.8). */
const KEY_INDICATIONS: Readonly<
  Record<Extract<StackEvent, { type: "authentication" }>["indication"], number>
> = {
  "new key": SCTP_AUTH_NEW_KEY,
  "no authentication": SCTP_AUTH_NO_AUTH,
  "free key": SCTP_AUTH_FREE_KEY,
};

/**
 * Queues a notification for whoever has subscribed to it (RFC 6458 §6.2.2), behind everything that was received before.
 *
 * @param build - makes it, when it is wanted
 */
export function notify(owner: SocketAssociation, type: number, build: () => sctp_notification): void {
  const { socket } = owner;
  if (socket.closing !== undefined || !owner.subscriptions.has(type)) return;
  const { queue, interleaving } = socket;
  if (queue.notificationCount + interleaving.heldNotifications >= NOTIFICATIONS_QUEUED_MAX) {
    stopNotifications(socket);
    return;
  }
  deliver(socket, new NotificationEntry(owner, build()));
}

/** Puts something into the queue, or has it wait for the end of a message (RFC 6458 §8.1.20). */
export function deliver(socket: SocketState, entry: ReceiveEntry): void {
  const lengthBefore = socket.queue.length;
  socket.interleaving.deliver(entry);
  if (socket.queue.length > lengthBefore) socket.wakeReadable();
}

/** RFC 6458 §8.1.20: changes what may come between the parts of a message. */
export function setInterleaveLevel(socket: SocketState, level: InterleaveLevel): void {
  const { settings, interleaving, queue } = socket;
  const lengthBefore = queue.length;
  settings.interleaveLevel = level;
  interleaving.setLevel(level);
  if (queue.length > lengthBefore) socket.wakeReadable();
}

/** RFC 6458 §6.1.10: the last notification says that there are no more, until they are subscribed to anew. */
function stopNotifications(socket: SocketState): void {
  socket.settings.subscriptions = EventSubscriptions.NONE;
  for (const owner of socket.associations.values()) owner.subscriptions = EventSubscriptions.NONE;
  deliver(
    socket,
    new NotificationEntry(undefined, { sn_type: SCTP_NOTIFICATIONS_STOPPED_EVENT, sn_flags: 0 }),
  );
}

/** RFC 6458 §6.1.1. */
export function notifyAssociationChange(owner: SocketAssociation, state: number, reason?: LossReason): void {
  notify(owner, SCTP_ASSOC_CHANGE, () => ({
    sn_type: SCTP_ASSOC_CHANGE,
    sac_flags: 0,
    sac_state: state,
    sac_error: errorOf(reason),
    // RFC 9260 §5.1.1: there may be fewer than were asked for.
    sac_outbound_streams: owner.association.outboundStreams,
    sac_inbound_streams: owner.association.inboundStreams,
    sac_assoc_id: owner.id,
    sac_info: informationOf(owner, state, reason),
  }));
}

/** RFC 6458 §6.1.1: the features of an association that has come up, and the ABORT chunk of one that the peer ended. */
function informationOf(owner: SocketAssociation, state: number, reason: LossReason | undefined): Uint8Array {
  if (reason?.kind === "aborted by peer") return reason.chunk;
  if (state !== SCTP_COMM_UP && state !== SCTP_RESTART) return NO_BYTES;
  const { association, socket } = owner;
  const { partialReliability, authentication, addressReconfiguration } = association.tcb.peerExtensions;
  return Uint8Array.from([
    ...(partialReliability ? [SCTP_ASSOC_SUPPORTS_PR] : []),
    ...(authentication ? [SCTP_ASSOC_SUPPORTS_AUTH] : []),
    ...(addressReconfiguration ? [SCTP_ASSOC_SUPPORTS_ASCONF] : []),
    // Each association has buffers of its own (§3.3), which is worth telling where there may be several.
    ...(socket.isOneToOne ? [] : [SCTP_ASSOC_SUPPORTS_MULTIBUF]),
  ]);
}

/** RFC 6458 §6.1.2. */
export function notifyPeerAddressChange(
  owner: SocketAssociation,
  event: Extract<StackEvent, { type: "peer address change" }>,
): void {
  const { association, socket } = owner;
  // RFC 7829 §7.3: who has not asked for it is told neither that a path is potentially failed, nor that it is no more.
  const isOfPotentialFailure =
    event.change === "potentially failed" ||
    (event.change === "available" && event.stateBefore === "potentially failed");
  if (isOfPotentialFailure && !owner.exposesPotentiallyFailed) return;
  notify(owner, SCTP_PEER_ADDR_CHANGE, () => ({
    sn_type: SCTP_PEER_ADDR_CHANGE,
    spc_flags: 0,
    spc_aaddr: socketAddress(event.path.address, association.peerPort, socket.settings.wantsMappedIpv4),
    spc_state: ADDRESS_STATES[event.change],
    spc_error: 0,
    spc_assoc_id: owner.id,
  }));
}

/** RFC 6458 §6.1.8. */
export function notifyAuthentication(
  owner: SocketAssociation,
  event: Extract<StackEvent, { type: "authentication" }>,
): void {
  notify(owner, SCTP_AUTHENTICATION_EVENT, () => ({
    sn_type: SCTP_AUTHENTICATION_EVENT,
    auth_flags: 0,
    auth_keynumber: event.keyNumber,
    auth_indication: KEY_INDICATIONS[event.indication],
    auth_assoc_id: owner.id,
  }));
}

/** RFC 6458 §6.1.3. */
export function notifyRemoteError(
  owner: SocketAssociation,
  event: Extract<StackEvent, { type: "remote error" }>,
): void {
  const [first] = event.causes;
  notify(owner, SCTP_REMOTE_ERROR, () => ({
    sn_type: SCTP_REMOTE_ERROR,
    sre_flags: 0,
    sre_error: first === undefined ? 0 : errorCauseCode(first),
    sre_assoc_id: owner.id,
    sre_data: event.chunk,
  }));
}

/** RFC 6458 §6.1.11: one for each message, with the whole of it. */
export function notifySendFailed(
  owner: SocketAssociation,
  event: Extract<StackEvent, { type: "send failed" }>,
): void {
  const { message, sent, errorCode } = event;
  notify(owner, SCTP_SEND_FAILED_EVENT, () => ({
    sn_type: SCTP_SEND_FAILED_EVENT,
    ssfe_flags: sent ? SCTP_DATA_SENT : SCTP_DATA_UNSENT,
    ssfe_error: errorCode,
    ssfe_info: {
      snd_sid: message.streamId,
      // What has been acknowledged of a message that several calls have made is not held any more (§8.1.26).
      snd_flags:
        (message.droppedBytes === 0 ? SCTP_DATA_NOT_FRAG : SCTP_DATA_LAST_FRAG) |
        (message.unordered ? SCTP_UNORDERED : 0),
      snd_ppid: message.ppid,
      snd_context: message.options.context,
      snd_assoc_id: owner.id,
    },
    ssfe_assoc_id: owner.id,
    ssfe_data: message.payload(),
  }));
}

function errorOf(reason: LossReason | undefined): number {
  if (reason?.kind !== "aborted by peer" && reason?.kind !== "aborted locally") return 0;
  const [first] = reason.causes;
  return first === undefined ? 0 : errorCauseCode(first);
}
