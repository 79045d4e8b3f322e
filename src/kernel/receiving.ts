import { READABLE } from "../native/addon.js";
import { MSG_PEEK, SCTP_RECVV_NOINFO } from "../sockets/constants.js";
import { systemError } from "../sockets/errors.js";
import { type ReceiveRequest, WOULD_BLOCK, type WouldBlock } from "../sockets/provider.js";
import type { ReceivedMessage } from "../sockets/types.js";
import type { KernelSocketState } from "./kernel-socket-state.js";
import { queueRest, readNext, readPart } from "./reading.js";
import { copyInto, type ReceiveEntry, receivedMessage } from "./receive-queue.js";

/** What `receiveMany` asks for, message by message. */
const WHOLE_MESSAGE: ReceiveRequest = Object.freeze({
  lengthBytes: Number.MAX_SAFE_INTEGER,
  into: undefined,
  flags: 0,
});

/** RFC 6458 §3.1.4, §4.1.8, §9.13: the next message or notification; on one-to-one sockets also the end of the peer. */
export function receive(state: KernelSocketState, request: ReceiveRequest): ReceivedMessage | WouldBlock {
  const taken = state.receiveIsShutDown ? 0 : takeNext(state, request);
  if (typeof taken === "number") return receiveNothing(state, taken);
  state.watch.want(READABLE);
  return taken;
}

/** Takes several messages; an end or an error of a one-to-one socket only counts when it is the first. */
export function receiveMany(
  state: KernelSocketState,
  max: number,
  target: ReceivedMessage[],
  into: readonly Uint8Array[] | undefined,
): number {
  const start = target.length;
  let answer: number | undefined = 0;
  if (!state.receiveIsShutDown) {
    answer = into === undefined ? takeWhole(state, max, target) : takeInto(state, into, target);
  }
  const count = target.length - start;
  if (count > 0) {
    // The system says of an end or an error as of a message that there is something to read. What the provider has
    // learned of while it read, it tells by itself.
    state.watch.want(READABLE);
    return count;
  }
  const end = receiveNothing(state, answer ?? 0);
  if (end === WOULD_BLOCK) return 0;
  target.push(end);
  return 1;
}

/**
 * Takes the next message or notification, or as much of it as is wanted.
 *
 * @returns the system's answer when there is none: 0 at the end of the peer, a negative error, usually EAGAIN
 */
function takeNext(state: KernelSocketState, request: ReceiveRequest): ReceivedMessage | number {
  const { queue, settings } = state;
  const { into, lengthBytes } = request;
  for (;;) {
    const answer = fillQueue(state, request);
    const queued = queue.take(request, settings);
    if (queued !== undefined) return queued;
    const entry = answer ?? readWanted(state, request);
    if (typeof entry === "number") return entry;
    // Else it is in the queue, or goes there, because it is longer than what is wanted.
    if (entry !== undefined && entry.data.length <= lengthBytes) {
      // A part has been put where it is wanted.
      const isThere = into === undefined || entry.data.buffer === into.buffer;
      const data = isThere ? entry.data : copyInto(into, entry.data);
      return receivedMessage(entry, { data, isRead: true, next: undefined }, settings);
    }
    if (entry !== undefined) queue.unshift(entry);
  }
}

/**
 * Takes messages one by one, each to its place.
 *
 * @returns the system's answer when it had nothing more
 */
function takeInto(
  state: KernelSocketState,
  into: readonly Uint8Array[],
  target: ReceivedMessage[],
): number | undefined {
  for (const place of into) {
    const taken = takeNext(state, { lengthBytes: place.length, into: place, flags: 0 });
    if (typeof taken === "number") return taken;
    target.push(taken);
  }
  return undefined;
}

/**
 * Takes whole messages, several with a system call.
 *
 * @returns the system's answer when it had nothing more, and has said so
 */
function takeWhole(state: KernelSocketState, max: number, target: ReceivedMessage[]): number | undefined {
  const { queue, settings, context } = state;
  const end = target.length + max;
  while (target.length < end) {
    const answer = fillQueue(state, WHOLE_MESSAGE);
    const queued = queue.take(WHOLE_MESSAGE, settings);
    if (queued !== undefined) {
      target.push(queued);
      continue;
    }
    if (answer !== undefined) return answer;
    // One crossing receives as many as are still wanted, and all of them are taken.
    context.reader.expect(end - target.length);
    do {
      const entry = readNext(state);
      if (typeof entry === "number") return entry;
      target.push(receivedMessage(entry, { data: entry.data, isRead: true, next: undefined }, settings));
    } while (context.reader.hasMore && queue.length === 0);
    // Where parts of several messages are mixed, what has gone into the queue is before the rest.
    queueRest(state);
    // Asking once more would only answer EAGAIN; what has come meanwhile is told of.
    if (context.reader.hasReadAll && queue.length === 0) return undefined;
  }
  return undefined;
}

/**
 * Reads ahead what a call has to know without taking it.
 *
 * @returns the system's answer when it has nothing
 */
function fillQueue(state: KernelSocketState, { flags }: ReceiveRequest): number | undefined {
  let wanted = (flags & MSG_PEEK) === 0 ? 0 : 1;
  if (state.settings.wantsNxtinfo) wanted = 2;
  while (state.queue.length < wanted) {
    const entry = readNext(state);
    if (typeof entry === "number") return entry;
    state.queue.push(entry);
  }
  return undefined;
}

function readWanted(state: KernelSocketState, request: ReceiveRequest): ReceiveEntry | number | undefined {
  return request.lengthBytes < state.context.slab.data.length ? readPart(state, request) : readNext(state);
}

/** What a receive call answers when there is nothing to receive. */
function receiveNothing(state: KernelSocketState, answer: number): ReceivedMessage | WouldBlock {
  const isEmpty = answer < 0 && state.context.codeOf(answer) === "EAGAIN";
  if (!state.isOneToOne) {
    if (!isEmpty) throw state.context.failure(answer, "recvmsg");
    return waitForMore(state);
  }
  if (state.receiveIsShutDown) return endOfPeer(state);
  throwPendingError(state, "recvmsg");
  const { single } = state;
  if (single === undefined) throw systemError("ENOTCONN", "recvmsg");
  if (single.phase === "ended") return endOfPeer(state);
  if (isEmpty) return waitForMore(state);
  if (answer < 0) {
    state.lossIsTold = true;
    throw state.context.failure(answer, "recvmsg", state.peerDetails);
  }
  if (!single.wantsAssociationChange) return endOfPeer(state);
  // Whoever has subscribed to the last notification of an association gets it before the end, not behind it. The kernel
  // calls the socket readable because of the end, and so cannot tell when the notification is there.
  state.watch.ignore(READABLE);
  state.watch.wantLater(READABLE);
  return WOULD_BLOCK;
}

/** Throws what a call of a one-to-one socket has to be told, once. */
export function throwPendingError(state: KernelSocketState, syscall: "recvmsg" | "sendmsg"): void {
  const error = state.single?.loss ?? state.pendingError;
  if (error === undefined) return;
  if (state.single !== undefined) state.single.loss = undefined;
  state.pendingError = undefined;
  const { code, address, port } = error;
  throw systemError(code, syscall, { address, port });
}

function waitForMore(state: KernelSocketState): WouldBlock {
  state.watch.want(READABLE);
  return WOULD_BLOCK;
}

/** The kernel goes on saying that there is something to read; nobody needs to hear it. */
function endOfPeer(state: KernelSocketState): ReceivedMessage {
  if (!state.receiveIsShutDown) {
    state.watch.ignore(READABLE);
    state.endIsTold = true;
    state.updateHold();
  }
  return {
    data: new Uint8Array(0),
    address: undefined,
    flags: 0,
    notification: undefined,
    infotype: SCTP_RECVV_NOINFO,
    info: undefined,
  };
}
