import { READABLE } from "../native/addon.js";
import { discard } from "./being-readable.js";
import { abortOnClose, endGracefully, sendAbort, statusOf } from "./ending.js";
import { associationIds } from "./kernel-options.js";
import { type KernelAssociation, newAssociation } from "./kernel-association.js";
import type { KernelSocketState } from "./kernel-socket-state.js";

/**
 * RFC 6458 §3.1.5, §4.1.6: ends a socket and all of its associations, gracefully or, with a linger time of 0
 * (§8.1.4), with ABORT. The descriptor stays open until then, because the kernel tells nothing of one that is
 * closed, and answers data that nobody has read with ABORT.
 *
 * @returns settles when they have ended; at the limit they are aborted
 */
export function closeSocket(state: KernelSocketState): Promise<void> {
  if (state.closing !== undefined) return state.closing.promise;
  const { l_onoff, l_linger } = state.settings.linger;
  const limitMs = l_onoff === 0 ? state.context.closeLimitMs : l_linger * 1000;
  state.setReadiness(undefined);
  state.queue.clear();
  const isListener = state.isOneToOne && state.isListening;
  // Those that were not accepted are nobody's: closing the descriptor aborts them.
  if (isListener || limitMs === 0) return finishAtOnce(state);
  return endAll(state, limitMs);
}

function finishAtOnce(state: KernelSocketState): Promise<void> {
  const promise = Promise.resolve();
  state.closing = { promise, proceed: () => {} };
  abortOnClose(state);
  state.closeDescriptor();
  return promise;
}

/** Ends each association gracefully, and waits for that. */
function endAll(state: KernelSocketState, limitMs: number): Promise<void> {
  let settle: () => void = () => {};
  const promise = new Promise<void>((resolve) => {
    settle = resolve;
  });
  const ended = new Set<number>();
  let isFinished = false;
  const finish = (): void => {
    if (isFinished) return;
    isFinished = true;
    clearTimeout(timer);
    state.closeDescriptor();
    settle();
  };
  const proceed = (): void => {
    if (isFinished) return;
    const isEnd = discard(state);
    state.owed?.pay();
    for (const owner of livingAssociations(state)) {
      if (ended.has(owner.id) || isToBeWaitedFor(state, owner)) continue;
      ended.add(owner.id);
      endOne(state, owner);
    }
    if (livingAssociations(state).length === 0) finish();
    // Behind the end of the peer the kernel says nothing more by readiness.
    else if (isEnd || ended.size > 0 || state.owed !== undefined) lookAgain(state, isEnd);
  };
  state.closing = { promise, proceed };
  if (state.isListening) {
    state.context.addon.listen(state.id, 0);
    state.isListening = false;
  }
  state.updateHold();
  const timer = setTimeout(() => {
    if (isFinished) return;
    abortOnClose(state);
    finish();
  }, limitMs).unref();
  proceed();
  return promise;
}

function lookAgain(state: KernelSocketState, isEnd: boolean): void {
  if (isEnd) state.watch.ignore(READABLE);
  state.watch.wantLater(READABLE);
}

/** The associations that have not ended, also those that are not known yet. */
function livingAssociations(state: KernelSocketState): readonly KernelAssociation[] {
  if (state.isOneToOne) {
    const { single } = state;
    if (single === undefined || single.phase === "ended") return [];
    // An accepted socket's association may have ended before anybody has learnt of it.
    return single.phase === "starting" || statusOf(state, single.id) !== undefined ? [single] : [];
  }
  return associationIds(state).map(
    (id) =>
      state.associations.get(id) ??
      newAssociation({ id, phase: "up", address: undefined, wantsAssociationChange: false }),
  );
}

/**
 * An association that is still being set up and has messages comes up first, and one that is owed a message
 * gets it.
 */
function isToBeWaitedFor(state: KernelSocketState, { id, phase, hasMessages }: KernelAssociation): boolean {
  return (phase === "starting" && hasMessages) || state.owed?.associationIds.has(id) === true;
}

function endOne(state: KernelSocketState, owner: KernelAssociation): void {
  const isIdle = owner.phase === "starting" && !owner.hasMessages;
  if (!isIdle) {
    endGracefully(state, owner.id);
    return;
  }
  // One that has nothing to deliver before it is up has nothing to wait for.
  if (!state.isOneToOne) {
    sendAbort(state, owner.id, new Uint8Array(0));
    return;
  }
  abortOnClose(state);
  state.setPhase(owner, "ended");
}
