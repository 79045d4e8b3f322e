import { systemError } from "../sockets/errors.js";
import { type ReceiveRequest, WOULD_BLOCK, type WouldBlock } from "../sockets/provider.js";
import { SCTP_ASSOC_CHANGE, SCTP_RECVV_NOINFO } from "../sockets/constants.js";
import type { ReceivedMessage } from "../sockets/types.js";
import type { SocketState } from "./socket-state.js";

/** RFC 6458 §3.1.4, §4.1.8, §9.13: the next message or notification; on one-to-one sockets also the end of the peer. */
export function receive(state: SocketState, request: ReceiveRequest): ReceivedMessage | WouldBlock {
  return state.queue.take(request, state.settings) ?? receiveNothing(state);
}

/** Takes several whole messages; an end or an error of a one-to-one socket only counts when it is the first. */
export function receiveMany(state: SocketState, max: number, target: ReceivedMessage[]): number {
  const count = state.queue.takeMany(max, target, state.settings);
  if (count > 0 || max === 0) return count;
  const end = receiveNothing(state);
  if (end === WOULD_BLOCK) return 0;
  target.push(end);
  return 1;
}

/** What a receive call answers when nothing is queued. */
function receiveNothing(state: SocketState): ReceivedMessage | WouldBlock {
  if (!state.isOneToOne) return WOULD_BLOCK;
  if (state.receiveIsShutDown) return endOfPeer();
  const { pendingError, single } = state;
  if (pendingError !== undefined) {
    state.pendingError = undefined;
    throw pendingError;
  }
  if (single === undefined) throw systemError("ENOTCONN", "recvmsg");
  if (!single.isAlive) return endOfPeer();
  // Whoever has subscribed to the last notification of an association gets it before the end, not behind it.
  return single.peerHasShutDown && !single.subscriptions.has(SCTP_ASSOC_CHANGE) ? endOfPeer() : WOULD_BLOCK;
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
