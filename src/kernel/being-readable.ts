import { READABLE } from "../native/addon.js";
import { MSG_NOTIFICATION, MSG_PEEK } from "../sockets/constants.js";
import type { KernelSocketState } from "./kernel-socket-state.js";
import { readAhead, readNext, readOne } from "./reading.js";

/** How many messages are discarded in one turn of the event loop. */
const DISCARDED_AT_ONCE = 256;

/** A look at the next message takes no more of it than this. */
const look = new Uint8Array(1);

/**
 * What is done when the kernel says that there is something to read, before the application is told of it.
 *
 * @param isWanted - the application has asked since it was told last
 * @returns whether the application is to be told
 */
export function readBeforeTelling(state: KernelSocketState, isWanted: boolean): boolean {
  if (state.closing !== undefined) {
    state.closing.proceed();
    return false;
  }
  if (state.isOneToOne && state.isListening) return isWanted;
  if (state.receiveIsShutDown) {
    discard(state);
    return false;
  }
  const queued = state.queue.length;
  // How a connect has ended may stand behind messages that nobody takes.
  if (state.startingCount > 0) {
    if (readAhead(state) !== undefined && state.startingCount > 0) state.watch.want(READABLE);
    return isWanted || state.queue.length > queued;
  }
  // The application was told and has not answered. News of the associations are taken note of as they come, or else a
  // socket that nobody reads would hold the event loop after all of them have ended.
  if (!isWanted) {
    takeNotifications(state);
    return state.queue.length > queued;
  }
  return true;
}

/**
 * Reads what nobody will take: the peer must be able to come to its end. A peer that sends as fast as this reads does
 * not keep the event loop from its other work.
 *
 * @returns whether the end of the peer was met; else the socket is watched for more
 */
export function discard(state: KernelSocketState): boolean {
  state.queue.clear();
  for (let count = 0; count < DISCARDED_AT_ONCE; count += 1) {
    const entry = readNext(state);
    if (typeof entry !== "number") continue;
    if (entry === 0) return true;
    break;
  }
  state.watch.want(READABLE);
  return false;
}

/** Takes notifications as long as one is next; the socket stays watched while there is nothing. */
function takeNotifications(state: KernelSocketState): void {
  const { addon, slab, numbers } = state.context;
  const peek = numbers.number("messageFlags", MSG_PEEK);
  for (;;) {
    const lengthBytes = addon.recvmsg(state.id, look, undefined, undefined, peek, slab.out);
    if (lengthBytes < 0) {
      if (state.context.codeOf(lengthBytes) === "EAGAIN") state.watch.want(READABLE);
      return;
    }
    const flags = numbers.flagsFromPlatform("messageFlags", slab.flags);
    if (lengthBytes === 0 || (flags & MSG_NOTIFICATION) === 0) return;
    const entry = readOne(state);
    if (typeof entry === "number") return;
    if (entry !== undefined) state.queue.push(entry);
  }
}
