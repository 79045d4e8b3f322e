import { type SystemError, systemError } from "../sockets/errors.js";
import { type ReceiveRequest, WOULD_BLOCK, type WouldBlock } from "../sockets/provider.js";
import { SCTP_ASSOC_CHANGE, SCTP_RECVV_NOINFO } from "../sockets/constants.js";
import type { ReceivedMessage } from "../sockets/types.js";
import type { SocketState } from "./socket-state.js";

/** RFC 6458 §3.1.4, §4.1.8, §9.13: the next message or notification; on one-to-one sockets also the end of the peer. */
export function receive(state: SocketState, request: ReceiveRequest): ReceivedMessage | WouldBlock {
  return state.queue.take(request, state.settings) ?? receiveNothing(state);
}

/** Takes several messages; an end or an error of a one-to-one socket only counts when it is the first. */
export function receiveMany(
  state: SocketState,
  max: number,
  target: ReceivedMessage[],
  into: readonly Uint8Array[] | undefined,
): number {
  const count = state.queue.takeMany(max, target, state.settings, into);
  if (count > 0) {
    // The edge for these messages may have been that of the end as well, and nobody asks any more before the next.
    if (count < max && behindMessages(state) !== undefined) state.wakeReadable();
    return count;
  }
  const end = receiveNothing(state);
  if (end === WOULD_BLOCK) return 0;
  target.push(end);
  return 1;
}

/** What a receive call answers when nothing is queued. */
function receiveNothing(state: SocketState): ReceivedMessage | WouldBlock {
  const answer = behindMessages(state);
  if (answer === undefined) return WOULD_BLOCK;
  if (answer === "end") return endOfPeer();
  state.pendingError = undefined;
  throw answer;
}

/** What a one-to-one socket answers behind all messages: its end, an error, or nothing yet. It is only looked at. */
function behindMessages(state: SocketState): SystemError | "end" | undefined {
  if (!state.isOneToOne) return undefined;
  if (state.receiveIsShutDown) return "end";
  const { pendingError, single } = state;
  if (pendingError !== undefined) return pendingError;
  if (single === undefined) return systemError("ENOTCONN", "recvmsg");
  if (!single.isAlive) return "end";
  // Whoever has subscribed to the last notification of an association gets it before the end, not behind it.
  return single.peerHasShutDown && !single.subscriptions.has(SCTP_ASSOC_CHANGE) ? "end" : undefined;
}

function endOfPeer(): ReceivedMessage {
  return {
    data: new Uint8Array(0),
    address: undefined,
    flags: 0,
    notification: undefined,
    infotype: SCTP_RECVV_NOINFO,
    info: undefined,
  };
}
