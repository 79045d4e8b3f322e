import { READABLE, WRITABLE } from "../native/addon.js";
import {
  IPPROTO_SCTP,
  SCTP_CANT_STR_ASSOC,
  SCTP_COMM_LOST,
  SCTP_COMM_UP,
  SCTP_INITMSG,
  SCTP_RESTART,
  SCTP_RTOINFO,
  SCTP_SHUTDOWN_COMP,
} from "../sockets/constants.js";
import { type SystemError, type SystemErrorCode, systemError } from "../sockets/errors.js";
import type { sctp_assoc_change } from "../sockets/notification-types.js";
import type { sctp_initmsg, sctp_rtoinfo } from "../sockets/types.js";
import { endGracefully } from "./ending.js";
import { type KernelAssociation, newAssociation } from "./kernel-association.js";
import { readOption, takeSocketError } from "./kernel-options.js";
import type { KernelSocketState } from "./kernel-socket-state.js";

/** INIT is not sent at the very times that are asked for; the last of them is told from a refusal by this share. */
const TIMED_OUT_SHARE = 0.9;

/**
 * What an SCTP_ASSOC_CHANGE of the kernel changes (RFC 6458 §6.1.1): the provider subscribes to it on every socket.
 *
 * @returns whether the application has subscribed to it
 */
export function handleAssociationChange(state: KernelSocketState, change: sctp_assoc_change): boolean {
  const owner = ownerOf(state, change);
  const isWanted = owner.wantsAssociationChange;
  switch (change.sac_state) {
    case SCTP_COMM_UP:
      state.setPhase(owner, "up");
      state.wake(READABLE | WRITABLE);
      break;
    case SCTP_RESTART:
      // The association is established again, but who sends nothing more has not changed their mind.
      state.endIsTold = false;
      if (state.closing !== undefined || state.sendIsShutDown) endGracefully(state, owner.id);
      break;
    case SCTP_COMM_LOST:
      handleLoss(state, owner, change);
      break;
    case SCTP_CANT_STR_ASSOC:
      handleRefusal(state, owner);
      break;
    case SCTP_SHUTDOWN_COMP:
      endAssociation(state, owner);
      break;
    default:
      break;
  }
  return isWanted;
}

function ownerOf(state: KernelSocketState, { sac_assoc_id }: sctp_assoc_change): KernelAssociation {
  const known = state.isOneToOne ? state.single : state.associations.get(sac_assoc_id);
  if (known === undefined) {
    const wantsAssociationChange = state.settings.wantsAssociationChange;
    const start = { id: sac_assoc_id, phase: "up", address: undefined, wantsAssociationChange } as const;
    return state.addAssociation(newAssociation(start));
  }
  known.id = sac_assoc_id;
  return known;
}

/** One-to-one: the next call is told of the loss, but for one that the application has made itself. */
function handleLoss(
  state: KernelSocketState,
  owner: KernelAssociation,
  { sac_info }: sctp_assoc_change,
): void {
  if (state.isOneToOne) {
    const { context } = state;
    const waiting = takeSocketError(context, state.id);
    // Where no error waits, the ABORT chunk of the peer tells why.
    const fallback = sac_info.length > 0 ? "ECONNRESET" : "ETIMEDOUT";
    const code = waiting === 0 ? fallback : (context.codeOf(-waiting) as SystemErrorCode);
    if (!state.lossIsTold) owner.loss = systemError(code, "recvmsg", state.peerDetails);
  }
  endAssociation(state, owner);
}

function handleRefusal(state: KernelSocketState, owner: KernelAssociation): void {
  const error = refusalOf(state, owner);
  if (owner.isConnecting) state.rememberFailedConnect(owner.id, error);
  else if (state.isOneToOne && !owner.isAborted) state.pendingError = error;
  endAssociation(state, owner);
  // A one-to-one socket may try another peer.
  if (state.single === owner) state.single = undefined;
}

/** On one-to-many sockets the kernel does not say why; the time that the last INIT has taken tells it. */
function refusalOf(state: KernelSocketState, owner: KernelAssociation): SystemError {
  const { context } = state;
  const details = { address: owner.address?.address, port: owner.address?.port };
  const waiting = state.isOneToOne ? takeSocketError(context, state.id) : 0;
  if (waiting !== 0) return context.failure(-waiting, "connect", details);
  const elapsedMs = performance.now() - owner.startedAtMs;
  const isTimedOut = elapsedMs >= TIMED_OUT_SHARE * initiationMs(state);
  return systemError(isTimedOut ? "ETIMEDOUT" : "ECONNREFUSED", "connect", details);
}

/** RFC 9260 §4, §6.3.3: how long INIT is sent before it is given up. */
function initiationMs({ context, id }: KernelSocketState): number {
  const rto = readOption(context, id, [IPPROTO_SCTP, SCTP_RTOINFO]) as sctp_rtoinfo;
  const init = readOption(context, id, [IPPROTO_SCTP, SCTP_INITMSG]) as sctp_initmsg;
  const longestMs = init.sinit_max_init_timeo === 0 ? rto.srto_max : init.sinit_max_init_timeo;
  let sumMs = 0;
  let timeoutMs = rto.srto_initial;
  for (let attempt = 0; attempt <= init.sinit_max_attempts; attempt += 1) {
    sumMs += Math.min(timeoutMs, longestMs);
    timeoutMs *= 2;
  }
  return sumMs;
}

/** The last thing that a socket learns of an association, but for the messages that were not delivered. */
function endAssociation(state: KernelSocketState, owner: KernelAssociation): void {
  state.setPhase(owner, "ended");
  state.removeAssociation(owner);
  state.wake(READABLE | WRITABLE);
}
