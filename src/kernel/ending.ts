import {
  IPPROTO_SCTP,
  MSG_NOSIGNAL,
  SCTP_ABORT,
  SCTP_EOF,
  SCTP_SHUTDOWN_ACK_SENT,
  SCTP_SHUTDOWN_RECEIVED,
  SCTP_STATUS,
  SHUT_WR,
  SO_LINGER,
  SOL_SOCKET,
} from "../sockets/constants.js";
import type { sctp_status } from "../sockets/types.js";
import { SystemAnswer, tryReadOption, writeOption } from "./kernel-options.js";
import type { KernelSocketState } from "./kernel-socket-state.js";

const NO_BYTES = new Uint8Array(0);

/**
 * Sends what there is and then SHUTDOWN (RFC 9260 §9.2).
 *
 * @returns the system's answer: 0, or a negative error, for instance when the association has ended already
 */
export function endGracefully(state: KernelSocketState, associationId: number): number {
  const { addon } = state.context;
  if (!state.isOneToOne || state.isPeeledOff) return sendEnd(state, associationId, SCTP_EOF);
  // Linux tells nothing more of a socket that is shut down in both directions, and where the peer has begun, the
  // association comes to its end without us.
  return peerHasShutDown(state) ? 0 : addon.shutdown(state.id, SHUT_WR);
}

/** Ends an association with ABORT where there is a message flag for it (RFC 6458 §5.3.4); the data is the reason. */
export function sendAbort(state: KernelSocketState, associationId: number, reason: Uint8Array): number {
  return sendEnd(state, associationId, SCTP_ABORT, reason);
}

/** RFC 6458 §8.1.4: `close` sends ABORT from now on. */
export function abortOnClose({ context, id }: KernelSocketState): void {
  writeOption(context, id, [SOL_SOCKET, SO_LINGER], { l_onoff: 1, l_linger: 0 });
}

/** The association's status; `undefined` when there is none (any more). */
export function statusOf({ context, id }: KernelSocketState, associationId: number): sctp_status | undefined {
  const value = tryReadOption(context, id, [IPPROTO_SCTP, SCTP_STATUS], { sstat_assoc_id: associationId });
  return value instanceof SystemAnswer ? undefined : (value as sctp_status);
}

/** Whether the peer sends nothing more. */
function peerHasShutDown(state: KernelSocketState): boolean {
  const status = statusOf(state, state.single?.id ?? 0);
  return status?.sstat_state === SCTP_SHUTDOWN_RECEIVED || status?.sstat_state === SCTP_SHUTDOWN_ACK_SENT;
}

function sendEnd(
  state: KernelSocketState,
  associationId: number,
  snd_flags: number,
  reason: Uint8Array = NO_BYTES,
): number {
  const { addon, slab, ancillaryData, numbers } = state.context;
  const sndinfo = { snd_sid: 0, snd_flags, snd_ppid: 0, snd_context: 0, snd_assoc_id: associationId };
  const controlBytes = ancillaryData.write({ sndinfo }, slab.outgoingView, 0) ?? 0;
  const control = slab.outgoing.subarray(0, controlBytes);
  const flags = numbers.number("messageFlags", MSG_NOSIGNAL);
  return addon.sendmsg(state.id, reason, undefined, control, flags);
}
