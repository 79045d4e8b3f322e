import { READABLE } from "../native/addon.js";
import {
  SCTP_ABORT,
  SCTP_ADDR_OVER,
  SCTP_DATA_NOT_FRAG,
  SCTP_DATA_UNSENT,
  SCTP_EOF,
  SCTP_SEND_FAILED_EVENT,
  SCTP_SENDALL,
} from "../sockets/constants.js";
import { systemError } from "../sockets/errors.js";
import { notificationToBytes } from "../sockets/notifications.js";
import { type SendRequest, WOULD_BLOCK, type WouldBlock } from "../sockets/provider.js";
import type { SctpAddress } from "../sockets/types.js";
import { replaceAborting } from "./aborting.js";
import { associateWith, findByPeer, singleId } from "./connecting.js";
import { endGracefully, sendAbort, statusOf } from "./ending.js";
import { isSubscribed } from "./event-options.js";
import type { KernelAssociation } from "./kernel-association.js";
import type { KernelSocketState } from "./kernel-socket-state.js";
import { peerAddresses } from "./local-addresses.js";
import {
  copyOfData,
  type Destination,
  NO_DESTINATION,
  PLAIN_SNDINFO,
  putMessage,
  tooLarge,
  waitForRoom,
} from "./message-output.js";
import { ownNotificationEntry, readAhead } from "./reading.js";
import { throwPendingError } from "./receiving.js";
import { isOwed, sendToAll } from "./sending-to-all.js";

/** RFC 6458 §3.1.4, §4.1.8, §9.12: one message, or the end of an association. Answers the association's id. */
export function send(state: KernelSocketState, request: SendRequest): number | WouldBlock {
  return state.isOneToOne ? sendOneToOne(state, request) : sendOneToMany(state, request);
}

/** The association that a message would go to; 0 for one that does not exist yet. Never throws. */
export function associationOf(state: KernelSocketState, { to, sndinfo }: SendRequest): number {
  if (state.isOneToOne) return state.single?.id ?? 0;
  const id = sndinfo?.snd_assoc_id ?? 0;
  const [first] = to;
  return id !== 0 || first === undefined ? id : findByPeer(state, first);
}

function sendOneToOne(state: KernelSocketState, request: SendRequest): number | WouldBlock {
  throwPendingError(state, "sendmsg");
  const flags = request.sndinfo?.snd_flags ?? 0;
  let { single } = state;
  let isNew = false;
  if (single === undefined) {
    const [first] = request.to;
    if (first === undefined) throw systemError("ENOTCONN", "sendmsg");
    if (state.isListening) throw systemError("EPIPE", "sendmsg");
    single = associateBySending(state, request);
    if (request.lengthBytes === 0) return single.id;
    isNew = true;
  }
  if ((flags & SCTP_ABORT) !== 0) {
    abortOneToOne(state, single, request);
    return single.id;
  }
  if (single.phase === "ended" || state.sendIsShutDown) throw systemError("EPIPE", "sendmsg");
  refuseEmpty(request);
  const destination = destinationOfSingle(state, single, request);
  if (destination === undefined) return giveBack(state, request, singleId(state));
  const isStarting = single.phase === "starting";
  if (request.lengthBytes > 0) {
    const answer = putMessage(state, request, destination);
    if (isNew && hasRefused(state, answer)) return giveBack(state, request, single.id);
    if (!isTaken(state, request, answer, single.id)) return WOULD_BLOCK;
  }
  if (isStarting) single.hasMessages = true;
  const id = singleId(state);
  if ((flags & SCTP_EOF) !== 0) {
    state.sendIsShutDown = true;
    endGracefully(state, single.id);
  }
  return id;
}

function sendOneToMany(state: KernelSocketState, request: SendRequest): number | WouldBlock {
  const { to, sndinfo, lengthBytes } = request;
  const flags = sndinfo?.snd_flags ?? 0;
  if ((flags & SCTP_SENDALL) !== 0) return sendToAll(state, request);
  const [first] = to;
  let id = sndinfo?.snd_assoc_id ?? 0;
  let isNew = false;
  const isByAddress = id === 0;
  if (isByAddress) {
    if (first === undefined) {
      throw systemError("EDESTADDRREQ", "sendmsg", { message: "name an address or an association" });
    }
    for (let index = 0; id === 0 && index < to.length; index += 1) {
      id = findByPeer(state, to[index] as SctpAddress);
    }
    if (id === 0) {
      ({ id } = associateBySending(state, request));
      if (lengthBytes === 0) return id;
      isNew = true;
    }
  }
  if ((flags & SCTP_ABORT) !== 0) {
    const owner = state.associations.get(id);
    if (owner !== undefined) owner.isAborted = true;
    throwFailure(state, request, sendAbort(state, id, copyOfData(request)), id);
    return id;
  }
  refuseEmpty(request);
  if (isOwed(state, id)) return WOULD_BLOCK;
  if (lengthBytes > 0) {
    const answer = putMessage(state, request, destinationOf(state, request, id));
    if (hasRefused(state, answer) && isByAddress) {
      if (isNew) return giveBack(state, request, id);
      // The association has ended, and nobody has read of it yet: this is the first message of another one.
      state.peers.deleteAssociation(id);
      return sendOneToMany(state, request);
    }
    if (!isTaken(state, request, answer, id)) return WOULD_BLOCK;
  }
  const starting = state.startingCount === 0 ? undefined : state.associations.get(id);
  if (starting?.phase === "starting") starting.hasMessages = true;
  if ((flags & SCTP_EOF) !== 0) {
    throwFailure(state, request, endGracefully(state, id), id);
  }
  return id;
}

/**
 * Where the application has set defaults, those of the association count, and only its address can name it. With
 * SCTP_ADDR_OVER it is the address that the message goes to (RFC 6458 §5.3.4).
 *
 * @throws EINVAL when that is not one of the association's peer
 */
export function destinationOf(state: KernelSocketState, request: SendRequest, id: number): Destination {
  const [first] = request.to;
  const isNamedByAddress = request.sndinfo === undefined && state.settings.hasDefaultSndinfo;
  const overridesPrimary = ((request.sndinfo?.snd_flags ?? 0) & SCTP_ADDR_OVER) !== 0;
  if (overridesPrimary && first !== undefined && findByPeer(state, first) !== id) {
    const message = `${first.address} is no address of the association's peer`;
    throw systemError("EINVAL", "sendmsg", { address: first.address, port: first.port, message });
  }
  return {
    associationId: id,
    address: isNamedByAddress || overridesPrimary ? first : undefined,
    overridesPrimary,
  };
}

/** Whether the system says that there is no such association (any more). */
function hasRefused({ context }: KernelSocketState, answer: number): boolean {
  return answer < 0 && context.codeOf(answer) === "EPIPE";
}

/** RFC 6458 §7.5: the first message to a peer sets the association up. */
function associateBySending(state: KernelSocketState, request: SendRequest): KernelAssociation {
  const flags = request.sndinfo?.snd_flags ?? 0;
  // RFC 6458 §3.1.4: there is nothing yet to be ended.
  if ((flags & (SCTP_EOF | SCTP_ABORT)) !== 0) {
    throw systemError("EINVAL", "sendmsg", { message: "there is no association to end" });
  }
  if (state.sendIsShutDown) throw systemError("EPIPE", "sendmsg");
  return associateWith(state, request.to, request.initmsg);
}

/**
 * What the system's answer says of a message.
 *
 * @returns whether it was taken; else there is no room
 */
function isTaken(state: KernelSocketState, request: SendRequest, answer: number, id: number): boolean {
  if (answer >= 0) return true;
  if (state.context.codeOf(answer) !== "EAGAIN") throwFailure(state, request, answer, id);
  waitForRoom(state);
  return false;
}

/** Says of the system's error what the application needs to know. */
function throwFailure(state: KernelSocketState, request: SendRequest, answer: number, id: number): void {
  if (answer >= 0) return;
  const { context } = state;
  const code = context.codeOf(answer);
  if (code === "EMSGSIZE") throw tooLarge();
  if (code === "EINVAL") {
    const stream = (request.sndinfo ?? PLAIN_SNDINFO).snd_sid;
    const streams = statusOf(state, id)?.sstat_outstrms ?? 0;
    if (streams > 0 && stream >= streams) {
      throw systemError("EINVAL", "sendmsg", {
        message: `there is no stream ${stream}, only 0 to ${streams - 1}`,
      });
    }
  }
  if (!state.isOneToOne && code === "EPIPE") {
    state.peers.deleteAssociation(id);
    throw systemError("EINVAL", "sendmsg", { message: `no association has the id ${id}` });
  }
  if (state.isOneToOne) noteEnd(state, code);
  throw context.failure(answer, "sendmsg", state.isOneToOne ? state.peerDetails : undefined);
}

/** One-to-one: the association has ended; how it was lost is told once, by whichever call is first. */
function noteEnd(state: KernelSocketState, code: string): void {
  if (code === "ECONNRESET" || code === "ETIMEDOUT" || code === "ECONNABORTED") state.lossIsTold = true;
  if (code !== "EPIPE" || state.lossIsTold) return;
  readAhead(state);
  if (state.queue.length > 0) state.wake(READABLE);
  throwPendingError(state, "sendmsg");
}

function refuseEmpty({ lengthBytes, sndinfo }: SendRequest): void {
  if (lengthBytes > 0 || ((sndinfo?.snd_flags ?? 0) & SCTP_EOF) !== 0) return;
  // RFC 9260 §3.3.1: a DATA chunk has user data.
  throw systemError("EINVAL", "sendmsg", { message: "a message has at least one byte" });
}

/** RFC 6458 §5.3.4: on one-to-one sockets of Linux ABORT has no flag, except on those that were peeled off. */
function abortOneToOne(state: KernelSocketState, single: KernelAssociation, request: SendRequest): void {
  if (single.phase === "ended") return;
  singleId(state);
  state.lossIsTold = true;
  single.isAborted = true;
  if (state.isPeeledOff) {
    sendAbort(state, single.id, copyOfData(request));
    return;
  }
  replaceAborting(state);
  state.setPhase(single, "ended");
  state.updateHold();
}

/**
 * RFC 6458 §4.1.8: where a message of a one-to-one socket goes. An address is preferred to the primary one; one that is
 * not the peer's makes the message fail: `undefined`.
 */
export function destinationOfSingle(
  state: KernelSocketState,
  single: KernelAssociation,
  { to }: SendRequest,
): Destination | undefined {
  const [first] = to;
  const { address } = single;
  const isSame = (other: SctpAddress): boolean =>
    first === undefined || (other.address === first.address && other.port === first.port);
  // Until it is up, the kernel finds the association of a one-to-one socket by its peer's address only.
  if (single.phase === "starting") {
    const isPeer = address === undefined || isSame(address);
    return isPeer ? { associationId: single.id, address } : undefined;
  }
  if (first === undefined) return NO_DESTINATION;
  const peers = peerAddresses(state, 0);
  const known = address === undefined || peers.length > 0 ? peers : [address];
  if (!known.some(isSame)) return undefined;
  // Where there is no choice the address is left out: should the association just have ended, it would begin another.
  // On a peeled-off socket Linux takes none.
  if (peers.length <= 1 || state.isPeeledOff) return NO_DESTINATION;
  return { associationId: 0, address: first, overridesPrimary: true };
}

/**
 * RFC 6458 §6.1.11: the message was taken, and comes back. A peer on this host may have refused the association
 * already when its first message is sent: that is no error of the message.
 */
function giveBack(state: KernelSocketState, request: SendRequest, snd_assoc_id: number): number {
  if (!isSubscribed(state, SCTP_SEND_FAILED_EVENT)) return snd_assoc_id;
  const sndinfo = request.sndinfo ?? PLAIN_SNDINFO;
  const notification = {
    sn_type: SCTP_SEND_FAILED_EVENT,
    ssfe_flags: SCTP_DATA_UNSENT,
    ssfe_error: 0,
    ssfe_info: { ...sndinfo, snd_flags: SCTP_DATA_NOT_FRAG, snd_assoc_id },
    ssfe_assoc_id: snd_assoc_id,
    ssfe_data: copyOfData(request),
  } as const;
  // Behind what was received before.
  readAhead(state);
  state.queue.push(ownNotificationEntry(notification, notificationToBytes(notification)));
  state.wake(READABLE);
  return snd_assoc_id;
}
