import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { createKernelProvider } from "../../../src/kernel/kernel-provider.js";
import { RealTimeWorld } from "../../contract/real-time-world.js";
import type { Host } from "../../contract/world.js";

/** How long the kernel of a run waits before it acknowledges a packet. */
const ACKNOWLEDGEMENT_DELAY_MS = 10;
/** How often an acknowledgement may let something go on that is acknowledged in its turn. */
const ACKNOWLEDGEMENTS = 4;

/**
 * Makes the loopback interface of the run's kernel a link like others: packets of 1,500 bytes, because Linux tells of a
 * window that has opened only once it has by a packet's size; and acknowledgements without the usual 200 ms.
 */
export function prepareKernel(): void {
  execFileSync("ip", ["link", "set", "lo", "mtu", "1500"]);
  setKernelVariable("sack_timeout", ACKNOWLEDGEMENT_DELAY_MS);
  // RFC 5061 §4.2.7: what changes addresses is authenticated. Linux has both off by default.
  setKernelVariable("auth_enable", 1);
  setKernelVariable("addip_enable", 1);
}

/** Sets a variable `net.sctp.…`. */
export function setKernelVariable(name: string, value: number): void {
  writeFileSync(`/proc/sys/net/sctp/${name}`, String(value));
}

/** The kernel's SCTP on the loopback interface, in real time: all hosts are this one. */
export class KernelWorld extends RealTimeWorld {
  readonly server: Host = { provider: createKernelProvider(), address: "127.0.0.1", address6: "::1" };
  readonly client: Host = this.anotherClient();

  anotherClient(): Host {
    return { provider: createKernelProvider(), address: "127.0.0.1", address6: "::1" };
  }

  /**
   * The kernel acknowledges after a while, and the clock that counts it ticks every 10 ms. One acknowledgement after
   * the other: a machine that stands still for all the time of one delay does not use up those that follow.
   */
  override async quiet(): Promise<void> {
    await super.quiet();
    for (let count = 0; count < ACKNOWLEDGEMENTS; count += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await delay(2 * ACKNOWLEDGEMENT_DELAY_MS);
    }
    await super.quiet();
  }

  protected async closeHosts(): Promise<void> {
    // The provider opens nothing but its sockets, and each case has closed them.
  }
}
