import { setTimeout as delay } from "node:timers/promises";
import { SOCK_STREAM, type SctpSocket } from "../../src/index.js";
import { World } from "./world.js";

/** How long a case may wait for one thing: for ever, but that it has to end. */
const LIMIT_MS = 60_000;

/** A world in real time, whose network keeps the order of packets: the loopback interface. */
export abstract class RealTimeWorld extends World {
  #messenger: { client: SctpSocket; server: SctpSocket } | undefined;

  #furtherAddresses = 0;

  /** The loopback interface has all of 127.0.0.0/8. */
  anotherAddress(): string {
    this.#furtherAddresses += 1;
    return `127.0.9.${this.#furtherAddresses}`;
  }

  async until<T>(promise: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`Nothing came within ${LIMIT_MS} ms.`)), LIMIT_MS);
    });
    try {
      return await Promise.race([promise, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Messages that go to and fro on an association of their own: the loopback interface keeps the order. */
  async quiet(): Promise<void> {
    this.#messenger ??= await this.#connectMessenger();
    const { client, server } = this.#messenger;
    for (let round = 0; round < 4; round += 1) {
      for (const [from, to] of [
        [client, server],
        [server, client],
      ] as const) {
        // oxlint-disable-next-line no-await-in-loop -- they go to and fro
        await Promise.all([from.send(new Uint8Array(1)), to.recv()]);
      }
    }
  }

  async pass(durationMs: number): Promise<void> {
    await delay(durationMs);
  }

  async #connectMessenger(): Promise<{ client: SctpSocket; server: SctpSocket }> {
    const { socket: listener, to } = this.listen();
    const client = this.socket(this.client, SOCK_STREAM);
    const accepting = listener.accept();
    await client.connect(to);
    const { socket: server } = await accepting;
    return { client, server: this.keep(server) };
  }
}
