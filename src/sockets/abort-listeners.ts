/**
 * One listener on a signal, however many calls wait for it: a program that ends everything with one signal is not to be
 * warned of a leak, and an `EventTarget` looks through all of its listeners whenever one more comes.
 *
 * @module
 */

const callbacksOf = new WeakMap<AbortSignal, Set<() => void>>();

function callAll({ target }: Event): void {
  const signal = target as AbortSignal;
  // Those that are taken back meanwhile leave the set, and are not called.
  for (const callback of callbacksOf.get(signal) ?? []) callback();
  callbacksOf.delete(signal);
}

/** Calls back once when a signal is aborted. */
export function addAbortListener(signal: AbortSignal, callback: () => void): void {
  let callbacks = callbacksOf.get(signal);
  if (callbacks === undefined) {
    callbacks = new Set();
    callbacksOf.set(signal, callbacks);
  }
  if (callbacks.size === 0) signal.addEventListener("abort", callAll, { once: true });
  callbacks.add(callback);
}

/** Takes {@link addAbortListener} back. Without effect when it was called back already. */
export function removeAbortListener(signal: AbortSignal, callback: () => void): void {
  const callbacks = callbacksOf.get(signal);
  if (callbacks?.delete(callback) === true && callbacks.size === 0) {
    signal.removeEventListener("abort", callAll);
  }
}
