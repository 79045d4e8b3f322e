import { RingQueue } from "../base/ring-queue.js";
import { assert } from "../base/assert.js";
import {
  SCTP_ADAPTATION_INDICATION,
  SCTP_CANT_STR_ASSOC,
  SCTP_COMM_LOST,
  SCTP_COMM_UP,
  SCTP_PARTIAL_DELIVERY_ABORTED,
  SCTP_PARTIAL_DELIVERY_EVENT,
  SCTP_RESTART,
  SCTP_SENDER_DRY_EVENT,
  SCTP_SHUTDOWN_COMP,
  SCTP_SHUTDOWN_EVENT,
} from "../sockets/constants.js";
import type { LossReason, StackEvent } from "../stack/events.js";
import type { IncomingPiece } from "../stack/rx/incoming-piece.js";
import { catchUpWithAddresses } from "./changing-addresses.js";
import { failureOf } from "./connecting.js";
import {
  deliver,
  notify,
  notifyAssociationChange,
  notifyAuthentication,
  notifyPeerAddressChange,
  notifyRemoteError,
  notifySendFailed,
} from "./notifying.js";
import { NotificationEntry } from "./receive-queue.js";
import { type SocketAssociation, socketAssociationOf } from "./socket-association.js";
import { SocketState } from "./socket-state.js";

/** What a stack tells, put where the sockets' calls find it. */
export function handleStackEvent(event: StackEvent): void {
  if (event.type === "data") {
    handleData(event);
    return;
  }
  const owner =
    event.type === "communication up" ? ownerOfNew(event) : socketAssociationOf(event.association);
  // Nobody wants the association, or nobody knows it yet: it is being refused.
  if (owner === undefined) return;
  switch (event.type) {
    case "communication up":
      owner.phase = "up";
      catchUpWithAddresses(owner);
      notifyAssociationChange(owner, SCTP_COMM_UP);
      wakeBoth(owner);
      break;
    case "shutdown received":
      owner.peerHasShutDown = true;
      notify(owner, SCTP_SHUTDOWN_EVENT, () => ({
        sn_type: SCTP_SHUTDOWN_EVENT,
        sse_flags: 0,
        sse_assoc_id: owner.id,
      }));
      wakeBoth(owner);
      break;
    case "shutdown complete":
      notifyAssociationChange(owner, SCTP_SHUTDOWN_COMP);
      endAssociation(owner, "ended");
      break;
    case "communication lost":
      handleLoss(owner, event.reason);
      break;
    case "cannot start":
      handleRefusal(owner, event.reason);
      break;
    default:
      handleNews(owner, event);
      break;
  }
}

/** Events that change nothing about what a socket may do next. */
function handleNews(
  owner: SocketAssociation,
  event: Exclude<
    StackEvent,
    {
      type:
        | "data"
        | "communication up"
        | "shutdown received"
        | "shutdown complete"
        | "communication lost"
        | "cannot start";
    }
  >,
): void {
  switch (event.type) {
    case "restart":
      handleRestart(owner);
      break;
    case "partial delivery aborted":
      handlePartialDeliveryAborted(owner, event.streamId, event.ssn);
      break;
    case "adaptation indication":
      notify(owner, SCTP_ADAPTATION_INDICATION, () => ({
        sn_type: SCTP_ADAPTATION_INDICATION,
        sai_flags: 0,
        sai_adaptation_ind: event.indication,
        sai_assoc_id: owner.id,
      }));
      break;
    case "authentication":
      notifyAuthentication(owner, event);
      break;
    case "peer address change":
      notifyPeerAddressChange(owner, event);
      break;
    case "send failed":
      notifySendFailed(owner, event);
      break;
    case "sender dry":
      notifySenderDry(owner);
      break;
    case "remote error":
      notifyRemoteError(owner, event);
      break;
    case "send buffer released":
      owner.socket.wakeWritable();
      break;
  }
}

/** RFC 9260 §5.2.4 A, RFC 6458 §6.1.1: the peer has begun anew, and with it the association. */
function handleRestart(owner: SocketAssociation): void {
  const { association, socket } = owner;
  // The SHUTDOWN was that of the peer before.
  owner.peerHasShutDown = false;
  notifyAssociationChange(owner, SCTP_RESTART);
  // The association is established again, but who sends nothing more has not changed their mind.
  if (socket.closing !== undefined || socket.sendIsShutDown) {
    association.shutdown(socket.context.driver.now());
  }
  socket.wakeWritable();
}

/** RFC 6458 §6.1.9. */
export function notifySenderDry(owner: SocketAssociation): void {
  notify(owner, SCTP_SENDER_DRY_EVENT, () => ({
    sn_type: SCTP_SENDER_DRY_EVENT,
    sender_dry_flags: 0,
    sender_dry_assoc_id: owner.id,
  }));
}

/** The socket's view of an association that has come up; an accepted one gets it now. */
function ownerOfNew(event: Extract<StackEvent, { type: "communication up" }>): SocketAssociation | undefined {
  const { association, endpoint } = event;
  const known = socketAssociationOf(association);
  if (known !== undefined) return known;
  const listener = endpoint.owner;
  assert(listener instanceof SocketState, "An endpoint belongs to the socket that bound it.");
  if (!hasRoomForAnother(listener)) {
    // RFC 6458 §4.1.3; as Linux does, the association is refused that finds no place.
    association.abort([]);
    return undefined;
  }
  if (!listener.isOneToOne) return listener.addAssociation(association);
  const child = new SocketState(listener.context, listener.family, listener.type, listener.settings.clone());
  child.bound = listener.bound?.share();
  // Until it is accepted, the listening socket decides whether the event loop is held.
  child.setRef(false);
  listener.listening?.queue.push(child);
  listener.wakeReadable();
  return child.addAssociation(association);
}

/** Whether a socket takes another association that its peer begins. */
export function hasRoomForAnother(listener: SocketState): boolean {
  const { listening } = listener;
  if (listening === undefined || listening.backlog === 0) return false;
  return !listener.isOneToOne || listening.queue.length < listening.backlog;
}

/** A socket begins to listen, with room for so many that wait to be accepted. */
export function startListening(state: SocketState, backlog: number): void {
  if (state.listening === undefined) state.listening = { backlog, queue: new RingQueue() };
  else state.listening.backlog = backlog;
  const endpoint = state.bound?.endpoint;
  if (endpoint !== undefined) endpoint.acceptance = () => hasRoomForAnother(state);
  state.updateHold();
}

function handleData(piece: IncomingPiece): void {
  const socket = socketAssociationOf(piece.association)?.socket;
  if (socket === undefined || socket.closing !== undefined || socket.receiveIsShutDown) {
    // Nobody will read it, but the peer must be able to come to its end. Without a socket it is being refused.
    piece.release(piece.data.length);
    return;
  }
  deliver(socket, piece);
}

function handlePartialDeliveryAborted(owner: SocketAssociation, streamId: number, ssn: number): void {
  notify(owner, SCTP_PARTIAL_DELIVERY_EVENT, () => ({
    sn_type: SCTP_PARTIAL_DELIVERY_EVENT,
    pdapi_flags: 0,
    pdapi_indication: SCTP_PARTIAL_DELIVERY_ABORTED,
    pdapi_stream: streamId,
    pdapi_seq: ssn,
    pdapi_assoc_id: owner.id,
  }));
  // Who has not subscribed is not told, but what waits for the end of the message is to come.
  if (owner.socket.closing === undefined) deliver(owner.socket, new NotificationEntry(owner, undefined));
}

function handleLoss(owner: SocketAssociation, reason: LossReason): void {
  const { socket } = owner;
  notifyAssociationChange(owner, SCTP_COMM_LOST, reason);
  if (socket.isOneToOne && !isOurs(reason)) socket.pendingError = failureOf(owner, reason, "recvmsg");
  endAssociation(owner, "ended");
}

function handleRefusal(owner: SocketAssociation, reason: LossReason): void {
  const { socket } = owner;
  notifyAssociationChange(owner, SCTP_CANT_STR_ASSOC, reason);
  const error = failureOf(owner, reason, "connect");
  if (owner.isConnecting) socket.rememberFailedConnect(owner.id, error);
  else if (socket.isOneToOne && !isOurs(reason)) socket.pendingError = error;
  endAssociation(owner, "refused");
  // A one-to-one socket may try another peer.
  if (socket.single === owner) socket.single = undefined;
}

/** Whether the application ended the association itself, and so knows it. */
function isOurs(reason: LossReason): boolean {
  return reason.kind === "aborted locally" && reason.causes[0]?.kind === "User-Initiated Abort";
}

/** The last thing that a socket learns of an association, but for the messages that were not delivered. */
function endAssociation(owner: SocketAssociation, phase: "ended" | "refused"): void {
  const { socket } = owner;
  owner.phase = phase;
  socket.removeAssociation(owner);
  wakeBoth(owner);
  if (socket.associations.size === 0) socket.closing?.finish();
}

function wakeBoth(owner: SocketAssociation): void {
  owner.socket.wakeReadable();
  owner.socket.wakeWritable();
}
