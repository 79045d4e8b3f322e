import { networkInterfaces } from "node:os";
import { SOCK_STREAM, type SctpSocket } from "../../src/index.js";
import {
  createUserlandProvider,
  type IpAddress,
  parseIpAddress,
  UdpEncapsulation,
  type UserlandProvider,
} from "../../src/userland/index.js";
import { type Host, World } from "./world.js";

/** How long a case may wait for one thing. */
const LIMIT_MS = 8000;

/** Whether this machine has `::1`. */
export const HAS_IPV6: boolean = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === "::1"),
);

/** Userland over UDP on the loopback interface, in real time. */
export class UdpWorld extends World {
  readonly server: Host;
  readonly client: Host;
  readonly #providers: UserlandProvider[] = [];
  readonly #udpPort: number;
  #messenger: { client: SctpSocket; server: SctpSocket } | undefined;

  constructor() {
    super();
    const lowerLayer = new UdpEncapsulation({ localUdpPort: 0 });
    // The port is taken before the provider is made, because the provider has to know its number: the sockets of the
    // server may call each other.
    const addresses = (HAS_IPV6 ? ["127.0.0.1", "::1"] : ["127.0.0.1"]).map(
      (text) => parseIpAddress(text) as IpAddress,
    );
    this.#udpPort = lowerLayer.acquirePort({ kind: "listening", addresses });
    this.server = this.#host(createUserlandProvider({ lowerLayer, remoteUdpPort: this.#udpPort }));
    this.client = this.anotherClient();
  }

  anotherClient(): Host {
    const lowerLayer = new UdpEncapsulation({ localUdpPort: 0 });
    return this.#host(createUserlandProvider({ lowerLayer, remoteUdpPort: this.#udpPort }));
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

  async #connectMessenger(): Promise<{ client: SctpSocket; server: SctpSocket }> {
    const { socket: listener, to } = this.listen();
    const client = this.socket(this.client, SOCK_STREAM);
    const accepting = listener.accept();
    await client.connect(to);
    const { socket: server } = await accepting;
    return { client, server: this.keep(server) };
  }

  #host(provider: UserlandProvider): Host {
    this.#providers.push(provider);
    return { provider, address: "127.0.0.1", address6: HAS_IPV6 ? "::1" : undefined };
  }

  protected async closeHosts(): Promise<void> {
    await Promise.all(this.#providers.map((provider) => provider.close()));
  }
}
