import { READABLE } from "../native/addon.js";
import { MSG_PEEK, SCTP_RECVV_NOINFO } from "../sockets/constants.js";
import { systemError } from "../sockets/errors.js";
import { type ReceiveRequest, WOULD_BLOCK, type WouldBlock } from "../sockets/provider.js";
import type { ReceivedMessage } from "../sockets/types.js";
import type { KernelSocketState } from "./kernel-socket-state.js";
import { readNext, readPart } from "./reading.js";
import { copyInto, type ReceiveEntry, receivedMessage } from "./receive-queue.js";

/** What `receiveMany` asks for, message by message. */
const WHOLE_MESSAGE: ReceiveRequest = Object.freeze({
  lengthBytes: Number.MAX_SAFE_INTEGER,
  into: undefined,
  flags: 0,
});

/** RFC 6458 §3.1.4, §4.1.8, §9.13: the next message or notification; on one-to-one sockets also the end of the peer. */
export function receive(state: KernelSocketState, request: ReceiveRequest): ReceivedMessage | WouldBlock {
  if (state.receiveIsShutDown) return receiveNothing(state, 0);
  const { queue, settings } = state;
  const answer = fillQueue(state, request);
  const queued = queue.take(request, settings);
  if (queued !== undefined) {
    state.watch.want(READABLE);
    return queued;
  }
  const entry = answer ?? readWanted(state, request);
  if (entry === undefined) return queue.take(request, settings) ?? WOULD_BLOCK;
  if (typeof entry === "number") return receiveNothing(state, entry);
  state.watch.want(READABLE);
  const { into } = request;
  // A part has been put where it is wanted.
  const isThere = into === undefined || entry.data.buffer === into.buffer;
  const data = isThere ? entry.data : copyInto(into, entry.data);
  return receivedMessage(entry, { data, isRead: true, next: undefined }, settings);
}

/** Takes several whole messages; an end or an error of a one-to-one socket only counts when it is the first. */
export function receiveMany(state: KernelSocketState, max: number, target: ReceivedMessage[]): number {
  const { queue, settings, context } = state;
  let count = 0;
  let answer: number | undefined = state.receiveIsShutDown ? 0 : undefined;
  while (count < max && answer === undefined) {
    answer = fillQueue(state, WHOLE_MESSAGE);
    const queued = queue.take(WHOLE_MESSAGE, settings);
    if (queued !== undefined) {
      target.push(queued);
      count += 1;
      answer = undefined;
      continue;
    }
    // One crossing receives as many as are still wanted; all of them are taken before the next look into the queue.
    if (answer === undefined) context.reader.expect(max - count);
    do {
      const entry: ReceiveEntry | number = answer ?? readNext(state);
      if (typeof entry === "number") {
        answer = entry;
        break;
      }
      target.push(receivedMessage(entry, { data: entry.data, isRead: true, next: undefined }, settings));
      count += 1;
    } while (context.reader.hasMore);
    // Asking once more would only answer EAGAIN; what has come meanwhile is told of.
    if (count > 0 && context.reader.hasReadAll) break;
  }
  if (count > 0 || max === 0) {
    state.watch.want(READABLE);
    return count;
  }
  const end = receiveNothing(state, answer ?? 0);
  if (end === WOULD_BLOCK) return 0;
  target.push(end);
  return 1;
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
