import {
  createUserlandProvider,
  type MemoryHost,
  MemoryNetwork,
  SeededEntropy,
  type UserlandProvider,
  type UserlandProviderOptions,
  VirtualClock,
} from "../../src/userland/index.js";
import { type Host, World } from "./world.js";

/** Userland over an in-process network, in virtual time. */
export class MemoryWorld extends World {
  readonly clock: VirtualClock = new VirtualClock();
  readonly network: MemoryNetwork;
  readonly server: Host;
  readonly client: Host;
  #hosts = 0;
  #furtherAddresses = 0;

  constructor() {
    super();
    this.network = new MemoryNetwork({ clock: this.clock, faults: { delayMs: 5 } });
    this.server = this.host();
    this.client = this.host();
  }

  /** A further host. */
  host(options: UserlandProviderOptions = {}): Host {
    this.#hosts += 1;
    const address = `10.0.0.${this.#hosts}`;
    const address6 = `fd00::${this.#hosts}`;
    const lowerLayer = this.network.host(address, address6);
    const entropy = new SeededEntropy(this.#hosts);
    const provider = createUserlandProvider({ clock: this.clock, lowerLayer, entropy, ...options });
    return { provider, address, address6 };
  }

  anotherClient(): Host {
    return this.host();
  }

  anotherAddress({ provider }: Host): string {
    this.#furtherAddresses += 1;
    const address = `10.0.9.${this.#furtherAddresses}`;
    ((provider as UserlandProvider).lowerLayer as MemoryHost).addAddress(address);
    return address;
  }

  until<T>(promise: Promise<T>): Promise<T> {
    return this.clock.until(promise, 120_000);
  }

  quiet(): Promise<void> {
    return this.clock.advanceBy(500);
  }

  pass(durationMs: number): Promise<void> {
    return this.clock.advanceBy(durationMs);
  }

  protected async closeHosts(): Promise<void> {
    if (this.clock.hasRef) throw new Error("Every socket is closed, and the event loop is still held.");
  }
}
