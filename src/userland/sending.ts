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
import { type SendRequest, WOULD_BLOCK, type WouldBlock } from "../sockets/provider.js";
import type { sctp_sndinfo } from "../sockets/types.js";
import type { Millis } from "../base/millis.js";
import { SOCKET_SEND_BUFFER_BYTES_MAX } from "../stack/limits.js";
import type { Path } from "../stack/paths/path.js";
import type { MessageOptions } from "../stack/tx/outgoing-message.js";
import { associate, findByPeer, withdraw } from "./connecting.js";
import { withInitmsg } from "./initiation.js";
import { checkRecord, endsRecord } from "./explicit-record.js";
import { messageOptions } from "./message-options.js";
import { notify } from "./notifying.js";
import { reliabilityOf } from "./reliability.js";
import { pathTo, type SocketAssociation } from "./socket-association.js";
import type { DefaultSndinfo } from "./socket-settings.js";
import type { SocketState } from "./socket-state.js";

/** RFC 6458 §3.1.4, §4.1.8, §9.12: one message, or the end of an association. Answers the association's id. */
export function send(state: SocketState, request: SendRequest, now: Millis): number | WouldBlock {
  throwPendingError(state);
  const flags = request.sndinfo?.snd_flags ?? state.settings.defaultSndinfo.snd_flags;
  // RFC 6458 §5.3.4: SCTP_SENDALL has no effect on one-to-one sockets.
  if ((flags & SCTP_SENDALL) !== 0 && !state.isOneToOne) return sendToAll(state, request, now);
  const target = findTarget(state, request);
  if (target !== undefined) return sendTo(target, request, undefined, now);
  return sendToNewAssociation(state, request, now);
}

/** The association that a message would go to; 0 for one that does not exist yet. Never throws. */
export function associationOf(state: SocketState, request: SendRequest): number {
  if (state.isOneToOne) return state.single?.id ?? 0;
  const id = request.sndinfo?.snd_assoc_id ?? 0;
  if (id !== 0) return id;
  const [first] = request.to;
  return first === undefined ? 0 : (findByPeer(state, first)?.id ?? 0);
}

function findTarget(state: SocketState, request: SendRequest): SocketAssociation | undefined {
  if (state.isOneToOne) return state.single;
  const id = request.sndinfo?.snd_assoc_id ?? 0;
  if (id !== 0) {
    const target = state.associations.get(id);
    if (target === undefined)
      throw systemError("EINVAL", "sendmsg", { message: `no association has the id ${id}` });
    return target;
  }
  for (const address of request.to) {
    const target = findByPeer(state, address);
    if (target !== undefined) return target;
  }
  if (request.to.length === 0) {
    throw systemError("EDESTADDRREQ", "sendmsg", { message: "name an address or an association" });
  }
  return undefined;
}

/** RFC 6458 §7.5: the first message to a peer sets the association up. */
function sendToNewAssociation(state: SocketState, request: SendRequest, now: Millis): number | WouldBlock {
  const { to, lengthBytes, sndinfo, initmsg } = request;
  const info = sndinfo ?? state.settings.defaultSndinfo;
  if (to.length === 0) throw systemError("ENOTCONN", "sendmsg");
  if (state.listening !== undefined && state.isOneToOne) throw systemError("EPIPE", "sendmsg");
  if (state.sendIsShutDown) throw systemError("EPIPE", "sendmsg");
  // RFC 6458 §3.1.4: there is nothing yet to be ended.
  if ((info.snd_flags & (SCTP_EOF | SCTP_ABORT)) !== 0) {
    throw systemError("EINVAL", "sendmsg", { message: "there is no association to end" });
  }
  const { outboundStreams } = withInitmsg(state.settings.config, initmsg);
  checkMessage(state, lengthBytes, info, outboundStreams);
  const owner = associate(state, to, initmsg);
  if (lengthBytes === 0) return owner.id;
  try {
    return sendTo(owner, request, undefined, now);
  } catch (error) {
    // Nobody has been told of the association yet: it begins with a message that goes out.
    withdraw(owner);
    throw error;
  }
}

/** Gives a message to its association, or ends it: an ABORT carries the message as its reason (RFC 9260 §3.3.10.12). */
function sendTo(
  owner: SocketAssociation,
  request: SendRequest,
  data: Uint8Array | undefined,
  now: Millis,
): number | WouldBlock {
  const { association, socket } = owner;
  const { lengthBytes } = request;
  const info = request.sndinfo ?? owner.defaultSndinfo;
  const { driver } = socket.context;
  if ((info.snd_flags & SCTP_ABORT) !== 0) {
    if (owner.isAlive) association.abort([{ kind: "User-Initiated Abort", reason: data ?? copyOf(request) }]);
    driver.touch();
    return owner.id;
  }
  refuseEnded(owner);
  const destination = destinationOf(owner, request, info.snd_flags);
  if (destination === "foreign") {
    failAtOnce(owner, request, info);
    return owner.id;
  }
  checkRecord(owner, info, lengthBytes);
  if (lengthBytes > 0) {
    checkMessage(socket, lengthBytes, info, association.outboundStreams);
    refuseFragments(owner, lengthBytes);
    if (!hasRoom(owner, lengthBytes) && !makeRoom(owner, request, now)) {
      waitForRoom(owner, lengthBytes);
      return WOULD_BLOCK;
    }
    const options = optionsOf(owner, request, info, destination);
    if (association.openMessage !== undefined)
      association.continueMessage(wholeOf(request), options.endsLater !== true, now);
    else if (data !== undefined) association.send(data, options, now);
    else if (request.handOver && request.data instanceof Uint8Array)
      association.send(ownBytes(request.data), options, now);
    else association.sendCopy(request, options, now);
    socket.addToTotal(lengthBytes);
  } else if ((info.snd_flags & SCTP_EOF) === 0) {
    // RFC 9260 §3.3.1: a DATA chunk has user data.
    throw systemError("EINVAL", "sendmsg", { message: "a message has at least one byte" });
  }
  if ((info.snd_flags & SCTP_EOF) !== 0) association.shutdown(now);
  driver.touch(lengthBytes);
  return owner.id;
}

/** What a message is sent with; most messages only say what `sctp_sndinfo` does. */
function optionsOf(
  owner: SocketAssociation,
  request: SendRequest,
  info: DefaultSndinfo | sctp_sndinfo,
  destination: Path | undefined,
): MessageOptions {
  const partialReliability = reliabilityOf(request.prinfo ?? owner.defaultPrinfo);
  const keyNumber = keyNumberOf(owner, request);
  const endsLater = !endsRecord(owner.socket, info.snd_flags);
  const isPlain =
    destination === undefined && keyNumber === undefined && partialReliability === undefined && !endsLater;
  if (isPlain) return owner.messageOptions.plain(info);
  return messageOptions(info, { destination, keyNumber, partialReliability, endsLater });
}

/**
 * The shared key that a message is authenticated with; `undefined` for the active one (RFC 6458 §5.3.8).
 *
 * @throws EINVAL for a key that is not there, or deactivated (§8.3.4)
 */
function keyNumberOf({ association }: SocketAssociation, { authinfo }: SendRequest): number | undefined {
  if (authinfo === undefined) return undefined;
  const { auth_keynumber } = authinfo;
  if (association.authentication.keys.maySendWith(auth_keynumber)) return auth_keynumber;
  throw systemError("EINVAL", "sendmsg", { message: `there is no key ${auth_keynumber} to send with` });
}

/** RFC 6458 §5.3.4: to every association of the socket, or to none while one has no room. */
function sendToAll(state: SocketState, request: SendRequest, now: Millis): number | WouldBlock {
  const targets = [...state.associations.values()].filter(
    ({ phase, association }) => phase === "up" && association.acceptsMessages,
  );
  const info = request.sndinfo ?? state.settings.defaultSndinfo;
  // An ABORT is no message: it needs no room, and no stream.
  if ((info.snd_flags & SCTP_ABORT) === 0) {
    for (const target of targets) {
      checkRecord(target, info, request.lengthBytes);
      if (request.lengthBytes === 0) continue;
      keyNumberOf(target, request);
      checkMessage(state, request.lengthBytes, info, target.association.outboundStreams);
      refuseFragments(target, request.lengthBytes);
    }
    const full = targets.find((owner) => !hasRoom(owner, request.lengthBytes));
    if (full !== undefined) {
      waitForRoom(full, request.lengthBytes);
      return WOULD_BLOCK;
    }
  }
  // The stack only reads the bytes, so one copy does for all.
  const data = copyOf(request);
  for (const owner of targets) sendTo(owner, request, data, now);
  return 0;
}

/** What can be said against a message before it is known whether there is room for it (RFC 9260 §6.5). */
function checkMessage(
  state: SocketState,
  lengthBytes: number,
  info: DefaultSndinfo | sctp_sndinfo,
  outboundStreams: number,
): void {
  // RFC 6458 §5.3.4: an invalid stream is an error of the call.
  if (info.snd_sid >= outboundStreams) {
    throw systemError("EINVAL", "sendmsg", {
      message: `there is no stream ${info.snd_sid}, only 0 to ${outboundStreams - 1}`,
    });
  }
  // RFC 6458 §8.1.7.
  if (lengthBytes > state.settings.sendBufferBytes) {
    throw systemError("EMSGSIZE", "sendmsg", { message: "the message is larger than SO_SNDBUF" });
  }
}

/** RFC 6458 §8.1.11: what does not go into one chunk is not sent where the application wants no fragments. */
function refuseFragments({ association, socket }: SocketAssociation, lengthBytes: number): void {
  if (!socket.settings.refusesFragments) return;
  const wholeBytes = (association.openMessage?.lengthBytes ?? 0) + lengthBytes;
  if (wholeBytes <= association.fragmentationPointBytes) return;
  throw systemError("EMSGSIZE", "sendmsg", {
    message: `more than ${association.fragmentationPointBytes} bytes would be fragmented (SCTP_DISABLE_FRAGMENTS)`,
  });
}

/** Whether a message may be taken now. */
function hasRoom(owner: SocketAssociation, lengthBytes: number): boolean {
  const { association } = owner;
  if (association.sendBufferBytes === 0) return true;
  return lengthBytes <= roomBytes(owner) && association.sendBufferRoomMessages > 0;
}

/** RFC 6458 §3.3: each association has a send buffer of its own; the socket as a whole has a bound. */
export function roomBytes({ association, socket }: SocketAssociation): number {
  const { sendBufferBytes } = socket.settings;
  const ownBytes = sendBufferBytes - association.sendBufferBytes;
  if (socket.associations.size * sendBufferBytes <= SOCKET_SEND_BUFFER_BYTES_MAX) return ownBytes;
  return Math.min(ownBytes, SOCKET_SEND_BUFFER_BYTES_MAX - socket.totalSendBufferBytes());
}

/** RFC 7496 §3.2: less important messages of the same association give way to one that finds no room. */
function makeRoom(owner: SocketAssociation, { lengthBytes, prinfo }: SendRequest, now: Millis): boolean {
  const { association, socket } = owner;
  const { sendBufferBytes } = association;
  const missingBytes = Math.max(
    sendBufferBytes + lengthBytes - socket.settings.sendBufferBytes,
    socket.totalSendBufferBytes() + lengthBytes - SOCKET_SEND_BUFFER_BYTES_MAX,
    1,
  );
  const partialReliability = reliabilityOf(prinfo ?? owner.defaultPrinfo);
  if (!association.makeRoom(missingBytes, partialReliability, now)) return false;
  socket.addToTotal(association.sendBufferBytes - sendBufferBytes);
  return true;
}

/** Has the socket told when the message that was refused may fit, and not for every byte that comes free before. */
function waitForRoom({ association, socket }: SocketAssociation, lengthBytes: number): void {
  const fittingBytes = socket.settings.sendBufferBytes - lengthBytes;
  // Where another bound than SO_SNDBUF is in the way, the next release may be the one that helps.
  association.tellWhenReleased(Math.min(fittingBytes, association.sendBufferBytes));
}

function throwPendingError(state: SocketState): void {
  const { pendingError } = state;
  if (pendingError === undefined) return;
  state.pendingError = undefined;
  const { code, address, port } = pendingError;
  throw systemError(code, "sendmsg", { address, port });
}

function refuseEnded(owner: SocketAssociation): void {
  const { association, socket } = owner;
  if (owner.isAlive && association.acceptsMessages) return;
  // RFC 6458 §3.1.4: after the peer's SHUTDOWN nothing can be sent.
  if (owner.isAlive && !socket.sendIsShutDown) throw systemError("ESHUTDOWN", "sendmsg");
  throw systemError("EPIPE", "sendmsg");
}

/**
 * The path that is to carry a message; `undefined` leaves it to the association. On one-to-one sockets an address says
 * so by itself, and `foreign` is one that is not the peer's (RFC 6458 §4.1.8); on one-to-many sockets it takes
 * SCTP_ADDR_OVER (§5.3.4).
 *
 * @throws EINVAL when SCTP_ADDR_OVER comes with an address that is not the peer's
 */
function destinationOf(
  owner: SocketAssociation,
  { to }: SendRequest,
  flags: number,
): Path | "foreign" | undefined {
  // Reading behind the end of an array costs more than asking for its length.
  const first = to.length === 0 ? undefined : to[0];
  if (first === undefined) return undefined;
  if (owner.socket.isOneToOne) return pathTo(owner, first) ?? "foreign";
  if ((flags & (SCTP_ADDR_OVER | SCTP_SENDALL)) !== SCTP_ADDR_OVER) return undefined;
  const path = pathTo(owner, first);
  if (path !== undefined) return path;
  const message = `${first.address} is no address of the association's peer`;
  throw systemError("EINVAL", "sendmsg", { address: first.address, port: first.port, message });
}

function failAtOnce(
  owner: SocketAssociation,
  request: SendRequest,
  info: DefaultSndinfo | sctp_sndinfo,
): void {
  notify(owner, SCTP_SEND_FAILED_EVENT, () => ({
    sn_type: SCTP_SEND_FAILED_EVENT,
    ssfe_flags: SCTP_DATA_UNSENT,
    ssfe_error: 0,
    ssfe_info: { ...info, snd_flags: SCTP_DATA_NOT_FRAG, snd_assoc_id: owner.id },
    ssfe_assoc_id: owner.id,
    ssfe_data: copyOf(request),
  }));
}

/** The bytes of a message as memory of our own. */
function copyOf({ data, lengthBytes }: SendRequest): Uint8Array {
  // Not slice(): a Buffer's shares the memory.
  if (data instanceof Uint8Array) return new Uint8Array(data);
  const whole = new Uint8Array(lengthBytes);
  let offset = 0;
  for (const piece of data) {
    whole.set(piece, offset);
    offset += piece.length;
  }
  return whole;
}

/** The bytes of a message in one piece, which may be the caller's. */
function wholeOf(request: SendRequest): Uint8Array {
  return request.data instanceof Uint8Array ? request.data : copyOf(request);
}

/** Memory that the caller has given away, as what the stack works with: perhaps it was a Buffer. */
function ownBytes(data: Uint8Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
