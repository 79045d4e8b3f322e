/**
 * Captures the UDP packets of one case on the loopback interface, with dumpcap, into a file.
 *
 * @module
 */

import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { open } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { Program } from "../support/program.js";

/** A burst of a case stays below this; the kernel's default of 2 MiB does not hold one. */
const KERNEL_BUFFER_MIB = 64;

/** How long a busy machine may take to write what has been captured. */
const MARKER_LIMIT_MS = 60_000;

/** Capturing that has begun. */
export class Capture {
  /** The file, in pcap format. */
  readonly file: string;
  readonly #dumpcap: Program;
  readonly #marker: Socket;

  private constructor(file: string, dumpcap: Program, marker: Socket) {
    this.file = file;
    this.#dumpcap = dumpcap;
    this.#marker = marker;
  }

  /** Starts to capture; when the promise has settled, no packet from or to these UDP ports is missed. */
  static async start(file: string, udpPorts: readonly number[]): Promise<Capture> {
    const marker = createSocket("udp4");
    marker.bind(0, "127.0.0.1");
    await once(marker, "listening");
    const ports = [...udpPorts, marker.address().port];
    const filter = ports.map((port) => `udp port ${port}`).join(" or ");
    const dumpcap = new Program("dumpcap", [
      ...["-i", "lo", "-f", filter, "-P", "-w", file, "-B", String(KERNEL_BUFFER_MIB), "-q"],
    ]);
    // dumpcap names the file once the interface is open and the filter set.
    await dumpcap.waitForOutput(/^File: /m);
    return new Capture(file, dumpcap, marker);
  }

  /**
   * Stops when everything that was sent before this call stands in the file.
   *
   * @throws Error when packets were lost on the way into the file: then nothing can be said about "every
   * packet"
   */
  async stop(): Promise<void> {
    // A packet of our own behind all others: when it stands in the file, they do.
    const marker = Buffer.from(`end of capture ${process.pid} ${this.#marker.address().port}`);
    this.#marker.send(marker, this.#marker.address().port, "127.0.0.1");
    const lastTry = Date.now() + MARKER_LIMIT_MS;
    while (!(await endOf(this.file)).includes(marker)) {
      if (Date.now() > lastTry) throw new Error(`the capture does not end: ${this.#dumpcap.tail()}`);
      await delay(25);
    }
    await this.abandon();
    const lost = /received\/dropped on interface .*?: \d+\/(\d+)/.exec(this.#dumpcap.output)?.[1];
    if (lost !== "0") throw new Error(`the capture lost ${lost ?? "an unknown number of"} packets`);
  }

  /** Stops at once, whatever is still missing in the file. */
  async abandon(): Promise<void> {
    this.#marker.close();
    this.#dumpcap.interrupt();
    await this.#dumpcap.waitForEnd();
  }
}

/** The last bytes of a file: enough to hold the marker and what may still arrive behind it. */
export async function endOf(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const lengthBytes = Math.min(size, 256 * 1024);
    const { buffer } = await file.read(Buffer.alloc(lengthBytes), 0, lengthBytes, size - lengthBytes);
    return buffer;
  } finally {
    await file.close();
  }
}
