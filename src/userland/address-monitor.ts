import { loadAddon } from "../native/addon.js";
import type { AddressListener } from "./address-change.js";
import type { Clock } from "./clock.js";
import { localAddresses } from "./local-addresses.js";
import { watchNetlink } from "./netlink/netlink-addresses.js";
import { watchByPolling } from "./polled-addresses.js";

/** Who knows when a host gets an address or loses one. */
export interface AddressMonitor {
  /**
   * Tells of every change from now on. It never calls back from inside this method, and keeps no process alive.
   *
   * @returns ends it
   */
  watch(onChange: AddressListener): () => void;
}

/**
 * The changes of this host's addresses: as soon as they happen where the system tells of them (Linux, with the native
 * addon), and else within a second.
 */
export function systemAddressMonitor(clock: Clock): AddressMonitor {
  return {
    watch: (onChange) => {
      const addon = loadAddon();
      const end = "reason" in addon ? undefined : watchNetlink(addon, localAddresses, onChange);
      return end ?? watchByPolling(clock, localAddresses, onChange);
    },
  };
}
