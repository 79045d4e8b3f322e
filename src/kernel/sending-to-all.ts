import { SCTP_ABORT, SCTP_EOF, SCTP_ESTABLISHED, SCTP_SENDALL } from "../sockets/constants.js";
import { type SendRequest, WOULD_BLOCK, type WouldBlock } from "../sockets/provider.js";
import { endGracefully, sendAbort, statusOf } from "./ending.js";
import { associationIds } from "./kernel-options.js";
import type { KernelSocketState } from "./kernel-socket-state.js";
import { copyOfData, PLAIN_SNDINFO, putMessage, waitForRoom } from "./message-output.js";

/**
 * RFC 6458 §5.3.4: a message to every association that is up, or to none while there is no room. Linux, left to itself,
 * stops at the first that has none: a second attempt would give the message to those before it again. So it is given to
 * each apart. What some have taken is owed to the others, and nothing overtakes it.
 *
 * @returns 0, or `WOULD_BLOCK` when none has taken it
 */
export function sendToAll(state: KernelSocketState, request: SendRequest): number | WouldBlock {
  if (state.owed?.pay() === false) return WOULD_BLOCK;
  const { context } = state;
  const sndinfo = request.sndinfo ?? PLAIN_SNDINFO;
  const single: SendRequest = {
    ...request,
    sndinfo: { ...sndinfo, snd_flags: sndinfo.snd_flags & ~SCTP_SENDALL },
  };
  const ids = associationIds(state).filter((id) => statusOf(state, id)?.sstat_state === SCTP_ESTABLISHED);
  if ((sndinfo.snd_flags & SCTP_ABORT) !== 0) {
    abortAll(state, ids, copyOfData(request));
    return 0;
  }
  const owing = new Set<number>();
  let takenCount = 0;
  for (const associationId of ids) {
    const answer = give(state, single, associationId);
    if (answer >= 0) takenCount += 1;
    else if (context.codeOf(answer) === "EAGAIN") owing.add(associationId);
    // What stands against the message stands against it everywhere, unless the association has just ended.
    else if (takenCount === 0 && !hasEnded(state, answer)) throw context.failure(answer, "sendmsg");
  }
  if (owing.size === 0) return 0;
  waitForRoom(state);
  if (takenCount === 0) return WOULD_BLOCK;
  const kept = { ...single, data: copyOfData(request) };
  state.owed = { associationIds: owing, pay: () => pay(state, kept, owing) };
  return 0;
}

/** A message, and behind it the end that SCTP_EOF asks for; answers what the system says. */
function give(state: KernelSocketState, request: SendRequest, associationId: number): number {
  const { lengthBytes, sndinfo } = request;
  const ends = ((sndinfo?.snd_flags ?? 0) & SCTP_EOF) !== 0;
  if (lengthBytes === 0 && ends) return endGracefully(state, associationId);
  const answer = putMessage(state, request, { associationId, address: undefined });
  return answer < 0 || !ends ? answer : endGracefully(state, associationId);
}

function abortAll(state: KernelSocketState, ids: readonly number[], reason: Uint8Array): void {
  for (const id of ids) {
    const owner = state.associations.get(id);
    if (owner !== undefined) owner.isAborted = true;
    sendAbort(state, id, reason);
  }
}

/** Gives a message to those who had no room for it; answers whether all have it. */
function pay(state: KernelSocketState, request: SendRequest, owing: Set<number>): boolean {
  for (const associationId of owing) {
    const answer = give(state, request, associationId);
    // Whoever has ended meanwhile is owed nothing.
    if (answer >= 0 || state.context.codeOf(answer) !== "EAGAIN") owing.delete(associationId);
  }
  if (owing.size > 0) {
    waitForRoom(state);
    return false;
  }
  state.owed = undefined;
  return true;
}

/** Whether an association waits for a message to all, which nothing may overtake. */
export function isOwed(state: KernelSocketState, associationId: number): boolean {
  const { owed } = state;
  return owed?.associationIds.has(associationId) === true && !owed.pay();
}

function hasEnded({ context }: KernelSocketState, answer: number): boolean {
  const code = context.codeOf(answer);
  return code === "EPIPE" || code === "ESHUTDOWN" || code === "ECONNRESET";
}
