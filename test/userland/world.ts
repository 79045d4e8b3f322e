import { AF_INET, SOCK_SEQPACKET, SOCK_STREAM } from "../../src/sockets/constants.js";
import { SctpSocket } from "../../src/sockets/sctp-socket.js";
import type { AddressFamily, ReceivedMessage } from "../../src/sockets/types.js";
import type { LinkFaults } from "../../src/userland/link-faults.js";
import { MemoryNetwork } from "../../src/userland/memory-network.js";
import { SeededEntropy } from "../../src/userland/seeded-entropy.js";
import {
  createUserlandProvider,
  type UserlandProvider,
  type UserlandProviderOptions,
} from "../../src/userland/userland-provider.js";
import { VirtualClock } from "../../src/userland/virtual-clock.js";

/** How a {@link World} is made. */
export interface WorldOptions {
  readonly seed?: number;
  readonly faults?: LinkFaults;
  readonly simulatesUdp?: boolean;
}

/** Hosts in virtual time, one provider each, and short ways to their sockets. */
export class World {
  readonly clock = new VirtualClock();
  readonly network: MemoryNetwork;
  private readonly seed: number;

  constructor({ seed = 1, faults = { delayMs: 10 }, simulatesUdp = false }: WorldOptions = {}) {
    this.seed = seed;
    this.network = new MemoryNetwork({ clock: this.clock, seed, faults, simulatesUdp });
  }

  /** A new host with a provider. */
  provider(address: string | readonly string[], options: UserlandProviderOptions = {}): UserlandProvider {
    const addresses = typeof address === "string" ? [address] : address;
    let seed = this.seed;
    for (const character of addresses.join()) seed = (seed * 31 + character.charCodeAt(0)) | 0;
    return createUserlandProvider({
      clock: this.clock,
      lowerLayer: this.network.host(...addresses),
      entropy: new SeededEntropy(seed),
      ...options,
    });
  }

  /** Runs virtual time until a promise has settled. */
  until<T>(promise: Promise<T>, limitMs?: number): Promise<T> {
    return this.clock.until(promise, limitMs);
  }

  /** A connected pair of one-to-one sockets, and the listener that it came from. */
  async connectedPair(): Promise<{ client: SctpSocket; server: SctpSocket; listener: SctpSocket }> {
    const listener = oneToOne(this.provider("10.0.0.2"));
    listener.bind({ address: "10.0.0.2", port: 5000 });
    listener.listen();
    const client = oneToOne(this.provider("10.0.0.1"));
    const accepted = listener.accept();
    await this.until(client.connect({ address: "10.0.0.2", port: 5000 }));
    const { socket: server } = await this.until(accepted);
    return { client, server, listener };
  }
}

/** A one-to-one socket. */
export function oneToOne(provider: UserlandProvider, family: AddressFamily = AF_INET): SctpSocket {
  return new SctpSocket(family, SOCK_STREAM, { provider });
}

/** A one-to-many socket. */
export function oneToMany(provider: UserlandProvider, family: AddressFamily = AF_INET): SctpSocket {
  return new SctpSocket(family, SOCK_SEQPACKET, { provider });
}

/** The bytes of a text. */
export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The text of bytes. */
export function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** Whatever is there to be received, without waiting; the end of the peer is left out. */
export function drain(socket: SctpSocket): ReceivedMessage[] {
  const messages: ReceivedMessage[] = [];
  for (;;) {
    try {
      const message = socket.nonblocking.sctp_recvv();
      if (message.flags === 0 && message.data.length === 0) return messages;
      messages.push(message);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      return messages;
    }
  }
}
