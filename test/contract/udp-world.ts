import { networkInterfaces } from "node:os";
import {
  createUserlandProvider,
  type IpAddress,
  parseIpAddress,
  UdpEncapsulation,
  type UdpIo,
  type UserlandProvider,
} from "../../src/userland/index.js";
import { RealTimeWorld } from "./real-time-world.js";
import type { Host } from "./world.js";

/** Whether this machine has `::1`. */
export const HAS_IPV6: boolean = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === "::1"),
);

/** Userland over UDP on the loopback interface, in real time. */
export class UdpWorld extends RealTimeWorld {
  readonly server: Host;
  readonly client: Host;
  readonly #providers: UserlandProvider[] = [];
  readonly #udpPort: number;
  readonly #io: UdpIo;

  constructor(io: UdpIo = "auto") {
    super();
    this.#io = io;
    const lowerLayer = new UdpEncapsulation({ localUdpPort: 0, io: this.#io });
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
    const lowerLayer = new UdpEncapsulation({ localUdpPort: 0, io: this.#io });
    return this.#host(createUserlandProvider({ lowerLayer, remoteUdpPort: this.#udpPort }));
  }

  #host(provider: UserlandProvider): Host {
    this.#providers.push(provider);
    return { provider, address: "127.0.0.1", address6: HAS_IPV6 ? "::1" : undefined };
  }

  protected async closeHosts(): Promise<void> {
    await Promise.all(this.#providers.map((provider) => provider.close()));
  }
}
