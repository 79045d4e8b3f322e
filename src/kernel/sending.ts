import { READABLE, WRITABLE } from "../native/addon.js";
import {
  MSG_NOSIGNAL,
  SCTP_ABORT,
  SCTP_DATA_NOT_FRAG,
  SCTP_DATA_UNSENT,
  SCTP_EOF,
  SCTP_SEND_FAILED_EVENT,
  SCTP_SENDALL,
} from "../sockets/constants.js";
import { systemError } from "../sockets/errors.js";
import { notificationToBytes } from "../sockets/notifications.js";
import { type SendRequest, WOULD_BLOCK, type WouldBlock } from "../sockets/provider.js";
import type { SctpAddress, sctp_sndinfo } from "../sockets/types.js";
import { replaceAborting } from "./aborting.js";
import { associate, findByPeer, singleId } from "./connecting.js";
import { endGracefully, sendAbort, statusOf } from "./ending.js";
import { isSubscribed } from "./event-options.js";
import type { KernelAssociation } from "./kernel-association.js";
import type { KernelSocketState } from "./kernel-socket-state.js";
import { peerAddresses } from "./local-addresses.js";
import { ownNotificationEntry, readAhead } from "./reading.js";
import { throwPendingError } from "./receiving.js";

/** Where a message goes, as the kernel is told. */
interface Destination {
  /** The association; 0 when the kernel finds it by the address, or has only one. */
  readonly associationId: number;
  readonly address: SctpAddress | undefined;
  /** The message is what has set the association up. */
  readonly isNew: boolean;
}

const NO_DESTINATION: Destination = { associationId: 0, address: undefined, isNew: false };
const NO_SNDINFO: sctp_sndinfo = Object.freeze({
  snd_sid: 0,
  snd_flags: 0,
  snd_ppid: 0,
  snd_context: 0,
  snd_assoc_id: 0,
});

/** RFC 6458 §3.1.4, §4.1.8, §9.12: one message, or the end of an association. Answers the association's id. */
export function send(state: KernelSocketState, request: SendRequest): number | WouldBlock {
  return state.isOneToOne ? sendOneToOne(state, request) : sendOneToMany(state, request);
}

/** Several messages; an error on the first throws, on a later one it ends the call. */
export function sendMany(state: KernelSocketState, requests: readonly SendRequest[]): number {
  let count = 0;
  for (const request of requests) {
    try {
      if (send(state, request) === WOULD_BLOCK) break;
    } catch (error) {
      if (count === 0) throw error;
      break;
    }
    count += 1;
  }
  return count;
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
  if (isForeignAddress(state, single, request)) {
    failAtOnce(state, request, singleId(state));
    return singleId(state);
  }
  // Until it is up, the kernel finds the association of a one-to-one socket by its peer's address only.
  const isStarting = single.phase === "starting";
  const address = isStarting ? single.address : undefined;
  const destination = isStarting ? { associationId: single.id, address, isNew } : NO_DESTINATION;
  if (request.lengthBytes > 0 && put(state, request, destination) === WOULD_BLOCK) return WOULD_BLOCK;
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
  if (id === 0) {
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
    throwFailure(state, request, sendAbort(state, id, joinedData(request)), id);
    return id;
  }
  refuseEmpty(request);
  if (lengthBytes > 0) {
    // Without a sctp_sndinfo the defaults of the association count, and only its address can name it.
    const destination = { associationId: id, address: sndinfo === undefined ? first : undefined, isNew };
    if (put(state, request, destination) === WOULD_BLOCK) return WOULD_BLOCK;
  }
  const starting = state.startingCount === 0 ? undefined : state.associations.get(id);
  if (starting?.phase === "starting") starting.hasMessages = true;
  if ((flags & SCTP_EOF) !== 0) {
    throwFailure(state, request, endGracefully(state, id), id);
  }
  return id;
}

/** RFC 6458 §7.5: the first message to a peer sets the association up. */
function associateBySending(state: KernelSocketState, request: SendRequest): KernelAssociation {
  const flags = request.sndinfo?.snd_flags ?? 0;
  // RFC 6458 §3.1.4: there is nothing yet to be ended.
  if ((flags & (SCTP_EOF | SCTP_ABORT)) !== 0) {
    throw systemError("EINVAL", "sendmsg", { message: "there is no association to end" });
  }
  if (state.sendIsShutDown) throw systemError("EPIPE", "sendmsg");
  return associate(state, request.to);
}

/** RFC 6458 §5.3.4: to every association of the socket. */
function sendToAll(state: KernelSocketState, request: SendRequest): number | WouldBlock {
  return put(state, request, NO_DESTINATION) === WOULD_BLOCK ? WOULD_BLOCK : 0;
}

/** Gives a message to the kernel. */
function put(
  state: KernelSocketState,
  request: SendRequest,
  { associationId, address, isNew }: Destination,
): WouldBlock | undefined {
  const { context, settings } = state;
  const { addon, slab, ancillaryData, sockaddrs, numbers } = context;
  const { lengthBytes, sndinfo, prinfo, authinfo } = request;
  const { sendBuffer } = settings;
  // RFC 6458 §8.1.7: Linux doubles what it is told, and would take messages of twice the size.
  if (sendBuffer !== undefined && lengthBytes > sendBuffer.askedBytes) throw tooLarge();
  let control: Uint8Array | undefined;
  if (sndinfo !== undefined || prinfo !== undefined || authinfo !== undefined) {
    const flags = (sndinfo?.snd_flags ?? 0) & ~SCTP_EOF;
    const named = sndinfo && { ...sndinfo, snd_flags: flags, snd_assoc_id: associationId };
    const controlBytes = ancillaryData.write({ sndinfo: named, prinfo, authinfo }, slab.outgoingView, 0);
    if (controlBytes === undefined) {
      throw systemError("EINVAL", "sendmsg", { message: "the system does not know such flags" });
    }
    control = slab.outgoing.subarray(0, controlBytes);
  }
  const name = address === undefined ? undefined : sockaddrs.encode(address);
  const flags =
    numbers.number("messageFlags", MSG_NOSIGNAL) |
    (numbers.flagsToPlatform("messageFlags", request.flags & ~MSG_NOSIGNAL) ?? 0);
  const answer = addon.sendmsg(state.id, request.data, name, control, flags);
  if (answer >= 0) return undefined;
  if (isNew && context.codeOf(answer) === "EPIPE") {
    // A peer on this host may have refused already: that is no error of the message that began it.
    failAtOnce(state, request, associationId);
    return undefined;
  }
  if (context.codeOf(answer) !== "EAGAIN") throwFailure(state, request, answer, associationId);
  waitForRoom(state);
  return WOULD_BLOCK;
}

/**
 * The kernel tells when there is room. It counts per socket there, but per association where `net.sctp.sndbuf_policy`
 * says so, and then says nothing while another association is full: one-to-many sockets ask again from time to time.
 */
function waitForRoom(state: KernelSocketState): void {
  state.watch.want(WRITABLE);
  if (!state.isOneToOne) state.watch.wantLater(WRITABLE);
}

function tooLarge(): Error {
  return systemError("EMSGSIZE", "sendmsg", { message: "the message is larger than SO_SNDBUF" });
}

/** Says of the system's error what the application needs to know. */
function throwFailure(state: KernelSocketState, request: SendRequest, answer: number, id: number): void {
  if (answer >= 0) return;
  const { context } = state;
  const code = context.codeOf(answer);
  if (code === "EMSGSIZE") throw tooLarge();
  if (code === "EINVAL") {
    const stream = (request.sndinfo ?? NO_SNDINFO).snd_sid;
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
    sendAbort(state, single.id, joinedData(request));
    return;
  }
  replaceAborting(state);
  state.setPhase(single, "ended");
  state.updateHold();
}

/** RFC 6458 §4.1.8: on one-to-one sockets an address that is not the peer's makes the message fail. */
function isForeignAddress(state: KernelSocketState, single: KernelAssociation, { to }: SendRequest): boolean {
  const [first] = to;
  if (first === undefined) return false;
  const known = single.address;
  if (first.address === known?.address && first.port === known.port) return false;
  if (single.phase === "starting") return true;
  return !peerAddresses(state, 0).some(
    ({ address, port }) => address === first.address && port === first.port,
  );
}

/** RFC 6458 §6.1.11: the message was taken, and is given back. */
function failAtOnce(state: KernelSocketState, request: SendRequest, snd_assoc_id: number): void {
  if (!isSubscribed(state, SCTP_SEND_FAILED_EVENT)) return;
  const sndinfo = request.sndinfo ?? NO_SNDINFO;
  const snd_flags = SCTP_DATA_NOT_FRAG | sndinfo.snd_flags;
  const notification = {
    sn_type: SCTP_SEND_FAILED_EVENT,
    ssfe_flags: SCTP_DATA_UNSENT,
    ssfe_error: 0,
    ssfe_info: { ...sndinfo, snd_flags, snd_assoc_id },
    ssfe_assoc_id: snd_assoc_id,
    ssfe_data: joinedData(request),
  } as const;
  // Behind what was received before.
  readAhead(state);
  state.queue.push(ownNotificationEntry(notification, notificationToBytes(notification)));
  state.wake(READABLE);
}

/** The bytes of a message in one piece of their own. */
function joinedData({ data, lengthBytes }: SendRequest): Uint8Array {
  if (data instanceof Uint8Array) return new Uint8Array(data);
  const whole = new Uint8Array(lengthBytes);
  let offset = 0;
  for (const piece of data) {
    whole.set(piece, offset);
    offset += piece.length;
  }
  return whole;
}
