import type { Millis } from "../base/millis.js";

/** One timer that was set; see {@link Clock.setTimer}. */
export interface TimerHandle {
  /** Takes the timer back. It does nothing once the timer has gone off or was cancelled. */
  cancel(): void;
}

/**
 * The time as the userland provider sees it, and the only way in which it waits for anything. An application in
 * virtual time replaces it as a whole ({@link VirtualClock}); otherwise it is the {@link SystemClock}.
 */
export interface Clock {
  /** Milliseconds since an arbitrary zero; never decreases, fractions allowed. */
  now(): Millis;
  /**
   * Calls `callback` once, when {@link Clock.now} has reached `at` and never before; a point of time in the past means
   * as soon as possible. The callback is never called from inside this method, and a timer that waits does not keep the
   * process alive.
   *
   * @param at - a point of time of this clock, in milliseconds; `NEVER` is allowed and never comes
   */
  setTimer(at: Millis, callback: () => void): TimerHandle;
  /**
   * Calls `callback` at the end of the present turn of the event loop, when everything else that is ready now has had
   * its turn. Callbacks run in the order in which they were deferred, each once; those deferred meanwhile come later.
   */
  defer(callback: () => void): void;
  /** Asks to keep the process alive until as many calls of {@link Clock.unref} have followed. */
  ref(): void;
  /** Takes one call of {@link Clock.ref} back. */
  unref(): void;
}
