import type { IpAddress } from "../base/ip-address.js";
import type { Millis } from "../base/millis.js";
import { type AddressListener, changeBetween } from "./address-change.js";
import type { Clock, TimerHandle } from "./clock.js";

/** How often the addresses are looked at: a list takes the system some 0.1 ms. */
const INTERVAL_MS: Millis = 1_000;

/**
 * Looks again and again which addresses the host has: for systems that tell nobody.
 *
 * @param list - answers the addresses of now
 * @returns ends it
 */
export function watchByPolling(
  clock: Clock,
  list: () => readonly IpAddress[],
  onChange: AddressListener,
): () => void {
  let known = list();
  let timer: TimerHandle;
  const schedule = (): void => {
    timer = clock.setTimer(clock.now() + INTERVAL_MS, () => {
      const before = known;
      known = list();
      // Whoever is told may end it.
      schedule();
      const change = changeBetween(before, known);
      if (change !== undefined) onChange(change);
    });
  };
  schedule();
  return () => timer.cancel();
}
