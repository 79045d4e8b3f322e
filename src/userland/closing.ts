import type { Association } from "../stack/association.js";
import type { TimerHandle } from "./clock.js";
import type { SocketState } from "./socket-state.js";

/** How long the last packets of a socket wait at most for a lower layer that takes none, in milliseconds. */
const FLUSH_LIMIT_MS = 1000;

/**
 * RFC 6458 §3.1.5, §4.1.6, RFC 9260 §9: ends a socket and all of its associations, gracefully or, with a linger time
 * of 0 (§8.1.4), with ABORT.
 *
 * @returns settles when they have ended; at the limit they are aborted
 */
export function closeSocket(state: SocketState): Promise<void> {
  if (state.closing !== undefined) return state.closing.promise;
  const { l_onoff, l_linger } = state.settings.linger;
  const limitMs = l_onoff === 0 ? state.context.closeLimitMs : l_linger * 1000;
  return endSocket(state, limitMs);
}

/** Ends a socket whose associations have so much time for a graceful end; with 0 they are aborted. */
function endSocket(state: SocketState, limitMs: number): Promise<void> {
  const { driver } = state.context;
  const { clock } = driver;
  let settle: () => void = () => {};
  const promise = new Promise<void>((resolve) => {
    settle = resolve;
  });
  let timer: TimerHandle | undefined;
  let forget: () => void = () => {};
  let isFinished = false;
  const settleNow = (): void => {
    timer?.cancel();
    state.endHold();
    settle();
  };
  const finish = (): void => {
    if (isFinished) return;
    isFinished = true;
    timer?.cancel();
    forget();
    state.bound?.release(state);
    state.settings.sharedKeys.wipe();
    // What ends the last association is still to be sent.
    timer = clock.setTimer(clock.now() + FLUSH_LIMIT_MS, settleNow);
    driver.afterFlush(settleNow);
  };
  state.closing = { promise, finish };
  state.readiness = undefined;
  state.updateHold();
  state.interleaving.discard();
  stopListening(state);
  for (const { association, phase } of state.associations.values()) {
    // An association that has nothing to deliver before it is up has nothing to wait for.
    const isIdle = phase === "starting" && association.sendBufferBytes === 0;
    if (limitMs === 0 || isIdle) abort(state, association);
    else association.shutdown(driver.now());
  }
  driver.touch();
  // When the provider itself is closed, there is nothing left to wait for.
  forget = driver.whenClosed(finish);
  if (state.associations.size === 0) finish();
  else if (!isFinished) timer = clock.setTimer(clock.now() + limitMs, () => abortAll(state));
  return promise;
}

/** Those that were not accepted are nobody's: they are aborted. */
function stopListening(state: SocketState): void {
  const { listening, bound } = state;
  if (listening === undefined) return;
  // Another one may have begun to listen at a port that is shared (RFC 6458 §8.1.27).
  if (bound?.endpoint.owner === state) bound.endpoint.acceptance = undefined;
  for (let child = listening.queue.shift(); child !== undefined; child = listening.queue.shift()) {
    void endSocket(child, 0);
  }
  state.listening = undefined;
  state.updateHold();
}

function abortAll(state: SocketState): void {
  for (const { association } of state.associations.values()) abort(state, association);
}

function abort(state: SocketState, association: Association): void {
  association.abort([{ kind: "User-Initiated Abort", reason: new Uint8Array(0) }]);
  state.context.driver.touch();
}
