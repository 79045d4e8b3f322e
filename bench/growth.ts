/**
 * Shows that no cost per message grows with the length of the queues, the number of streams, or with how much
 * an association has carried before: the CPU time of a message at N, 2N and 4N.
 *
 * Everything happens in one thread, over a memory network without faults and in virtual time, so that
 * nothing but the work itself is measured.
 *
 * @module
 */

import {
  AF_INET,
  IPPROTO_SCTP,
  SCTP_INITMSG,
  SctpSocket,
  SO_RCVBUF,
  SO_SNDBUF,
  SOCK_STREAM,
  SOL_SOCKET,
  type ReceivedMessage,
} from "../src/index.js";
import { MemoryNetwork } from "../src/userland/memory-network.js";
import { SeededEntropy } from "../src/userland/seeded-entropy.js";
import { createUserlandProvider } from "../src/userland/userland-provider.js";
import { VirtualClock } from "../src/userland/virtual-clock.js";
import { type Sample, Samples } from "./results.js";

const MESSAGE_BYTES = 64;
const SERVER = { address: "10.0.0.2", port: 5001 };
/** Holds every message of the longest queue, whatever a message is charged with beside its bytes. */
const BUFFER_BYTES = 512 * 1024 * 1024;
/** Long enough for everything to arrive, too short for the first heartbeat. */
const SETTLE_MS = 5000;
const FACTORS = [1, 2, 4];
const RECEIVE_AT_ONCE = 1024;

/** Two connected sockets in one process. */
class Pair {
  readonly #clock = new VirtualClock();
  readonly #sender: SctpSocket;
  readonly #listener: SctpSocket;
  readonly #streams: number;
  readonly #data = new Uint8Array(MESSAGE_BYTES);
  readonly #received: ReceivedMessage[] = [];
  #receiver: SctpSocket | undefined;

  constructor(streams: number) {
    const network = new MemoryNetwork({ clock: this.#clock });
    const socketOn = (address: string, seed: number): SctpSocket => {
      const options = {
        lowerLayer: network.host(address),
        clock: this.#clock,
        entropy: new SeededEntropy(seed),
      };
      const socket = new SctpSocket(AF_INET, SOCK_STREAM, { provider: createUserlandProvider(options) });
      socket.setsockopt(IPPROTO_SCTP, SCTP_INITMSG, { sinit_num_ostreams: streams });
      socket.setsockopt(SOL_SOCKET, SO_SNDBUF, BUFFER_BYTES);
      socket.setsockopt(SOL_SOCKET, SO_RCVBUF, BUFFER_BYTES);
      return socket;
    };
    this.#streams = streams;
    this.#sender = socketOn("10.0.0.1", 1);
    this.#listener = socketOn(SERVER.address, 2);
  }

  async connect(): Promise<void> {
    this.#listener.bind(SERVER);
    this.#listener.listen();
    const accepting = this.#listener.accept();
    await this.#clock.until(this.#sender.connect(SERVER));
    const { socket } = await this.#clock.until(accepting);
    this.#receiver = socket;
  }

  /**
   * Queues all messages at once, lets as many arrive as the receiver takes (16,384 small ones), and only then
   * receives them.
   */
  async carry(messages: number): Promise<void> {
    for (let index = 0; index < messages; index += 1) {
      this.#sender.nonblocking.sctp_sendv(this.#data, { info: { snd_sid: index % this.#streams } });
    }
    for (let received = 0; received < messages; ) {
      await this.#clock.advanceBy(SETTLE_MS);
      received += this.#receiveAll();
    }
    await this.#clock.advanceBy(SETTLE_MS);
  }

  #receiveAll(): number {
    let count = 0;
    try {
      for (;;) {
        this.#received.length = 0;
        this.#receiver?.nonblocking.receiveMany(RECEIVE_AT_ONCE, this.#received);
        count += this.#received.length;
      }
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "EAGAIN") return count;
      throw error;
    }
  }

  async close(): Promise<void> {
    const sockets = [this.#sender, this.#listener, this.#receiver ?? this.#listener];
    await this.#clock.until(Promise.all(sockets.map((socket) => socket.close())));
  }
}

/** CPU time of the whole process, garbage collection included, for each message. */
async function microsPerMessage(messages: number, work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / messages;
}

async function withPair<T>(streams: number, use: (pair: Pair) => Promise<T>): Promise<T> {
  const pair = new Pair(streams);
  await pair.connect();
  try {
    return await use(pair);
  } finally {
    await pair.close();
  }
}

/** A kind of growth: what one message costs at `factor` times the base. */
interface Growth {
  readonly name: string;
  readonly base: number;
  readonly cost: (size: number) => Promise<number>;
}

function growths(isQuick: boolean): Growth[] {
  const scale = isQuick ? 4 : 1;
  const perMeasurement = 40_000 / scale;
  return [
    {
      name: "messages in the queues",
      base: 4000 / scale,
      cost: (size) =>
        withPair(10, async (pair) => {
          // As many messages at each length, so that a short queue is measured as long as a long one.
          const rounds = Math.ceil((4 * perMeasurement) / size);
          return microsPerMessage(rounds * size, async () => {
            for (let round = 0; round < rounds; round += 1) await pair.carry(size);
          });
        }),
    },
    {
      name: "streams in use",
      base: 4000 / scale,
      cost: (size) =>
        withPair(size, async (pair) => {
          // A stream's state is made when it is used first: that is not a cost of a message.
          await pair.carry(size);
          return microsPerMessage(perMeasurement, () => pair.carry(perMeasurement));
        }),
    },
    {
      name: "messages carried before",
      base: 100_000 / scale,
      cost: (size) =>
        withPair(10, async (pair) => {
          for (let carried = 0; carried < size; carried += 10_000) await pair.carry(Math.min(10_000, size));
          return microsPerMessage(perMeasurement, async () => {
            for (let count = 0; count < perMeasurement; count += 10_000) await pair.carry(10_000);
          });
        }),
    },
  ];
}

/** Measures every kind of growth; takes about a minute, or seconds when quick. */
export async function measureGrowth(isQuick: boolean): Promise<Sample[]> {
  const repeats = isQuick ? 1 : 5;
  const samples = new Samples();
  // The first run compiles the code; it counts nowhere.
  await withPair(10, (pair) => pair.carry(20_000));
  for (const { name, base, cost } of growths(isQuick)) {
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      for (const factor of FACTORS) {
        samples.add(name, (base * factor).toLocaleString("en-US"), { µs: await cost(base * factor) });
      }
    }
  }
  return samples.list();
}
