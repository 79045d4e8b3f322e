/**
 * The failover of telephony signalling: two paths, a sender that gives a message every few milliseconds, and a primary
 * path that dies without a word and comes back. What is measured is what the application at the other end notices.
 *
 * @module
 */

import {
  AF_INET,
  IPPROTO_SCTP,
  SCTP_BINDX_ADD_ADDR,
  SCTP_NODELAY,
  SOCK_STREAM,
} from "../../src/sockets/constants.js";
import { SctpSocket } from "../../src/sockets/sctp-socket.js";
import type { AssociationConfigChange } from "../../src/stack/config.js";
import { MemoryNetwork, type ObservedPacket } from "../../src/userland/memory-network.js";
import { SeededEntropy } from "../../src/userland/seeded-entropy.js";
import { createUserlandProvider } from "../../src/userland/userland-provider.js";
import { VirtualClock } from "../../src/userland/virtual-clock.js";
import { CHUNK_DATA } from "../../src/wire/chunk.js";
import { ChunkCursor } from "../../src/wire/packet.js";

/** Timers as signalling networks set them: a dead path is found within a second. */
export const TELECOM_PROFILE = {
  rtoInitialMs: 100,
  rtoMinMs: 100,
  rtoMaxMs: 400,
  sackDelayMs: 20,
  pathMaxRetrans: 2,
  heartbeatIntervalMs: 1000,
} as const satisfies AssociationConfigChange;

/** What happens when, in milliseconds from the first message on. */
export const FAILOVER_SCHEDULE = {
  messageEveryMs: 10,
  pathDiesAtMs: 2000,
  pathReturnsAtMs: 6000,
  endsAtMs: 12_000,
} as const;

/** Bytes of one message: its number, when it was sent, and padding. */
export const FAILOVER_MESSAGE_BYTES = 200;

/** What the application at the other end has noticed. */
export interface FailoverReport {
  /** Messages sent; all of them have arrived, in order. */
  readonly messages: number;
  /** The longest time from a send call to the receive call, before the path died, in milliseconds. */
  readonly usualDelayMs: number;
  /** The same from the path's death on. */
  readonly longestDelayMs: number;
  /** The share of DATA chunks that went over the primary path in the last second, 0 to 1. */
  readonly primaryShareAtEnd: number;
}

const PRIMARY = ["10.0.1.1", "10.0.1.2"] as const;
const SECONDARY = ["10.0.2.1", "10.0.2.2"] as const;
const PORT = 2905;
/** Round trips are 20 ms. */
const DELAY_MS = 10;
/** An association that stands still is found out at once, because the time is virtual. */
const LIMIT_MS = 3_600_000;

/** Counts DATA chunks that leave for the addresses of one path. */
class PathShare {
  #onPrimary = 0;
  #all = 0;
  readonly #primary: readonly string[];
  readonly #cursor = new ChunkCursor();

  constructor(primary: readonly string[]) {
    this.#primary = primary;
  }

  add({ bytes, destination }: ObservedPacket): void {
    this.#cursor.reset(bytes, 0, bytes.length);
    while (this.#cursor.next()) {
      if (this.#cursor.type !== CHUNK_DATA) continue;
      this.#all += 1;
      if (this.#primary.includes(destination.text)) this.#onPrimary += 1;
    }
  }

  get share(): number {
    return this.#all === 0 ? 0 : this.#onPrimary / this.#all;
  }
}

/** Cuts every way over the primary path, or mends it. */
function setPrimaryPath(network: MemoryNetwork, isUp: boolean): void {
  for (const primary of PRIMARY) {
    for (const other of [...PRIMARY, ...SECONDARY]) {
      if (other === primary) continue;
      if (isUp) {
        network.heal(primary, other);
        network.heal(other, primary);
      } else {
        network.partition(primary, other);
        network.partition(other, primary);
      }
    }
  }
}

/** Gives the association a message every few milliseconds, each with the time at which it was sent. */
class Sender {
  sent = 0;
  readonly #socket: SctpSocket;
  readonly #clock: VirtualClock;

  constructor(socket: SctpSocket, clock: VirtualClock) {
    this.#socket = socket;
    this.#clock = clock;
  }

  /** Sends until then; settles after the last message. */
  run(untilMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const step = (): void => {
        const now = this.#clock.now();
        if (now >= untilMs) {
          resolve();
          return;
        }
        const data = new Uint8Array(FAILOVER_MESSAGE_BYTES);
        const view = new DataView(data.buffer);
        view.setUint32(0, this.sent);
        view.setFloat64(4, now);
        try {
          this.#socket.nonblocking.sctp_sendv(data, { info: { snd_sid: 0 } });
        } catch (error) {
          reject(error);
          return;
        }
        this.sent += 1;
        this.#clock.setTimer(now + FAILOVER_SCHEDULE.messageEveryMs, step);
      };
      step();
    });
  }
}

/** Receives, and notes how long each message took. */
class Receiver {
  /** How long message number n took, in milliseconds. */
  readonly delaysMs: number[] = [];

  /** Receives until the peer has ended the association. @throws Error when a message is not the next one */
  async run(socket: SctpSocket, clock: VirtualClock): Promise<void> {
    for await (const { data } of socket) {
      const view = new DataView(data.buffer, data.byteOffset);
      if (view.getUint32(0) !== this.delaysMs.length) {
        throw new Error(`message ${view.getUint32(0)} came in the place of ${this.delaysMs.length}`);
      }
      this.delaysMs.push(clock.now() - view.getFloat64(4));
    }
  }
}

/** A socket bound to both addresses of a host. */
function socketOn(
  network: MemoryNetwork,
  clock: VirtualClock,
  addresses: readonly string[],
  config: AssociationConfigChange,
): SctpSocket {
  const entropy = new SeededEntropy(addresses[0]?.length ?? 0);
  const provider = createUserlandProvider({
    lowerLayer: network.host(...addresses),
    clock,
    entropy,
    config,
  });
  const socket = new SctpSocket(AF_INET, SOCK_STREAM, { provider });
  socket.setsockopt(IPPROTO_SCTP, SCTP_NODELAY, 1);
  socket.sctp_bindx(
    addresses.map((address) => ({ address, port: PORT })),
    SCTP_BINDX_ADD_ADDR,
  );
  return socket;
}

/**
 * Runs the schedule once in virtual time.
 *
 * @param sendingSide - who gives the messages: the side that began the association, or the other one
 * @param config - what both sides are set to
 * @throws Error when a message does not arrive, or not in its turn
 */
export async function measureFailover(
  sendingSide: "client" | "server",
  config: AssociationConfigChange,
): Promise<FailoverReport> {
  const clock = new VirtualClock();
  const network = new MemoryNetwork({ clock, faults: { delayMs: DELAY_MS } });
  const listener = socketOn(network, clock, [PRIMARY[1], SECONDARY[1]], config);
  const client = socketOn(network, clock, [PRIMARY[0], SECONDARY[0]], config);
  listener.listen();
  const accepting = listener.accept();
  await clock.until(client.connect({ address: PRIMARY[1], port: PORT }));
  const server = (await clock.until(accepting)).socket;
  // The second path carries nothing before a heartbeat has confirmed it (RFC 9260 §5.4).
  await clock.advanceBy(TELECOM_PROFILE.heartbeatIntervalMs);

  const start = clock.now();
  const { pathDiesAtMs, pathReturnsAtMs, endsAtMs, messageEveryMs } = FAILOVER_SCHEDULE;
  clock.setTimer(start + pathDiesAtMs, () => setPrimaryPath(network, false));
  clock.setTimer(start + pathReturnsAtMs, () => setPrimaryPath(network, true));
  const atEnd = new PathShare(PRIMARY);
  network.onPacket((packet) => {
    if (packet.at > start + endsAtMs - 1000) atEnd.add(packet);
  });
  const [from, to] = sendingSide === "client" ? [client, server] : [server, client];
  const sender = new Sender(from, clock);
  const receiver = new Receiver();
  const receiving = receiver.run(to, clock);
  await clock.until(sender.run(start + endsAtMs), LIMIT_MS);
  await clock.until(Promise.all([from.close(), receiving]), LIMIT_MS);
  await clock.until(Promise.all([to.close(), listener.close()]), LIMIT_MS);
  if (receiver.delaysMs.length !== sender.sent) {
    throw new Error(`${receiver.delaysMs.length} of ${sender.sent} messages arrived`);
  }
  const before = Math.floor(pathDiesAtMs / messageEveryMs) - DELAY_MS;
  return {
    messages: sender.sent,
    usualDelayMs: Math.max(...receiver.delaysMs.slice(0, before)),
    longestDelayMs: Math.max(...receiver.delaysMs.slice(before)),
    primaryShareAtEnd: atEnd.share,
  };
}
