/**
 * Captures what passes one of a host's links, and has tshark judge what our own stack has sent.
 *
 * @module
 */

import { setTimeout as delay } from "node:timers/promises";
import { endOf } from "../interop/capture.js";
import { type Dissection, dissect } from "../interop/dissection.js";
import type { Program } from "../support/program.js";
import type { KernelHost } from "./two-hosts.js";

/** A burst of a case stays below this. */
const KERNEL_BUFFER_MIB = 32;

/** How often the end of the capture is looked for. */
const LOOK_INTERVAL_MS = 50;

/** Where the tests' SCTP travels in UDP (RFC 6951 §5.1). */
export const TUNNEL_PORT = 9899;

/** A UDP port that nobody listens at: a packet to it marks the end. */
const MARK_UDP_PORT = 9;

/** How often the mark is sent, in seconds: the link may lose it. */
const MARK_INTERVAL_S = 0.5;

/** Who waits longer for the mark waits for ever: a busy machine takes seconds to start a program. */
const MARK_LIMIT_MS = 60_000;

let capturesMade = 0;

/** Capturing that has begun. */
export class WireCapture {
  readonly #file: string;
  readonly #host: KernelHost;
  readonly #dumpcap: Program;

  private constructor(file: string, host: KernelHost, dumpcap: Program) {
    this.#file = file;
    this.#host = host;
    this.#dumpcap = dumpcap;
  }

  /** Starts to capture SCTP; no packet after that is missed. @param link - of the host's, counted from 0 */
  static async start(host: KernelHost, link = 0): Promise<WireCapture> {
    capturesMade += 1;
    const file = `/run/capture-${capturesMade}.pcap`;
    const filter = `sctp or udp port ${TUNNEL_PORT} or udp port ${MARK_UDP_PORT}`;
    const dumpcap = host.start([
      ...[
        "dumpcap",
        "-i",
        host.links[link] ?? "",
        "-f",
        filter,
        "-P",
        "-w",
        file,
        "-B",
        String(KERNEL_BUFFER_MIB),
      ],
    ]);
    // dumpcap names the file once the interface is open and the filter set, and then counts packets as they come.
    await dumpcap.waitForOutput(/^File: /m);
    return new WireCapture(file, host, dumpcap);
  }

  /**
   * Stops and has the capture dissected.
   *
   * @param to - an address of the other host on the same link
   * @throws Error when packets were lost on the way into the file
   */
  async judge(to: string): Promise<Dissection> {
    // Behind everything else: when it stands in the file, all of it does. One program sends it again and again, and the
    // file is looked at meanwhile: dumpcap writes what it has twice a second only, and to start a program takes longer
    // than that where much else runs.
    const mark = `the end of ${this.#file}`;
    const send = `echo ${mark} > /dev/udp/${to}/${MARK_UDP_PORT}`;
    const marker = this.#host.start(["bash", "-c", `while ${send}; do sleep ${MARK_INTERVAL_S}; done`]);
    const lastLook = Date.now() + MARK_LIMIT_MS;
    while (!(await endOf(this.#file)).includes(mark)) {
      if (Date.now() > lastLook)
        throw new Error(`the capture does not end: ${this.#dumpcap.tail()}, ${marker.tail()}`);
      await delay(LOOK_INTERVAL_MS);
    }
    marker.kill();
    await marker.ended;
    this.#dumpcap.interrupt();
    await this.#dumpcap.waitForEnd();
    const lost = /received\/dropped on interface .*?: \d+\/(\d+)/.exec(this.#dumpcap.output)?.[1];
    if (lost !== "0") throw new Error(`the capture lost ${lost ?? "an unknown number of"} packets`);
    const ownAddresses = [...this.#host.addresses, ...this.#host.addresses6];
    return dissect({ file: this.#file, udpPorts: [TUNNEL_PORT], ownAddresses });
  }
}
