/**
 * Counts what a message allocates on its way through two stacks: in one process, over the memory network, in virtual
 * time, with fixed seeds, so that the same code allocates the same bytes in every run. test/allocations/allocations.ts
 * starts it, with what it takes to make V8 do the same each time.
 *
 * It prints one line of JSON. The young generation holds everything that is allocated meanwhile: nothing is collected,
 * and the heap grows by exactly what is allocated.
 *
 * @module
 */

import { PerformanceObserver } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { getHeapStatistics } from "node:v8";
import {
  AF_INET,
  IPPROTO_SCTP,
  SCTP_NODELAY,
  SctpSocket,
  SOCK_STREAM,
  type ReceivedMessage,
} from "../../src/index.js";
import {
  createUserlandProvider,
  MemoryNetwork,
  SeededEntropy,
  VirtualClock,
} from "../../src/userland/index.js";

const SERVER = { address: "10.0.0.2", port: 5001 };
/** Long enough for everything to be acknowledged, delayed SACKs too. */
const SETTLE_MS = 1000;
const ROUNDS_TO_WARM_UP = 60;
const ROUNDS = 20;

/** One kind of traffic: so many messages are sent at once, and received when they have arrived. */
interface Traffic {
  readonly name: string;
  readonly lengthBytes: number;
  readonly messages: number;
  /** Which calls are used. */
  readonly calls: "many" | "promises" | "into";
}

const TRAFFIC: readonly Traffic[] = [
  { name: "64 B", lengthBytes: 64, messages: 256, calls: "many" },
  { name: "64 B, promises", lengthBytes: 64, messages: 256, calls: "promises" },
  { name: "1 KiB", lengthBytes: 1024, messages: 128, calls: "many" },
  { name: "64 KiB", lengthBytes: 65_536, messages: 4, calls: "many" },
  { name: "64 KiB, into memory of the application's", lengthBytes: 65_536, messages: 4, calls: "into" },
];

/** Two connected sockets. */
class Pair {
  readonly #clock: VirtualClock;
  readonly #received: ReceivedMessage[] = [];
  readonly #memory = new Uint8Array(65_536);
  readonly #sender: SctpSocket;
  readonly #receiver: SctpSocket;

  private constructor(clock: VirtualClock, sender: SctpSocket, receiver: SctpSocket) {
    this.#clock = clock;
    this.#sender = sender;
    this.#receiver = receiver;
  }

  static async connect(): Promise<Pair> {
    const clock = new VirtualClock();
    const network = new MemoryNetwork({ clock, checksum: "stack" });
    const socketOn = (address: string, seed: number): SctpSocket => {
      const entropy = new SeededEntropy(seed);
      const provider = createUserlandProvider({ lowerLayer: network.host(address), clock, entropy });
      const socket = new SctpSocket(AF_INET, SOCK_STREAM, { provider });
      socket.setsockopt(IPPROTO_SCTP, SCTP_NODELAY, 1);
      return socket;
    };
    const sender = socketOn("10.0.0.1", 1);
    const listener = socketOn(SERVER.address, 2);
    listener.bind(SERVER);
    listener.listen();
    const accepting = listener.accept();
    await clock.until(sender.connect(SERVER));
    const { socket } = await clock.until(accepting);
    return new Pair(clock, sender, socket);
  }

  async carry(
    { lengthBytes, messages, calls }: Traffic,
    batch: readonly { readonly data: Uint8Array }[],
  ): Promise<void> {
    if (calls === "promises") {
      const sent = batch.map(({ data }) => this.#sender.sctp_sendv(data));
      const received = batch.map(() => this.#receiver.sctp_recvv());
      await this.#clock.until(Promise.all(sent));
      await this.#clock.until(Promise.all(received));
    } else {
      const taken = this.#sender.nonblocking.sendMany(batch);
      if (taken !== messages) throw new Error(`${taken} of ${messages} messages were taken`);
      await this.#clock.advanceBy(SETTLE_MS / 2);
      if (calls === "into") this.#receiveInto(messages, lengthBytes);
      else this.#receiveMany(messages);
    }
    await this.#clock.advanceBy(SETTLE_MS);
  }

  #receiveMany(messages: number): void {
    this.#received.length = 0;
    this.#receiver.nonblocking.receiveMany(messages, this.#received);
    if (this.#received.length !== messages) throw new Error(`${this.#received.length} messages arrived`);
  }

  #receiveInto(messages: number, lengthBytes: number): void {
    for (let count = 0; count < messages; count += 1) {
      const { data } = this.#receiver.nonblocking.sctp_recvv({ into: this.#memory });
      if (data.length !== lengthBytes) throw new Error(`${data.length} bytes arrived`);
    }
  }
}

/** Bytes on the heap, and bytes of buffers outside of it. */
function allocated(): { readonly heapBytes: number; readonly bufferBytes: number } {
  return {
    heapBytes: getHeapStatistics().used_heap_size,
    bufferBytes: process.memoryUsage().arrayBuffers,
  };
}

/** When garbage was collected. */
const collections: number[] = [];
new PerformanceObserver((list) => {
  for (const { startTime } of list.getEntries()) collections.push(startTime);
}).observe({ entryTypes: ["gc"] });

async function count(traffic: Traffic): Promise<{ readonly heap: number; readonly buffers: number }> {
  const pair = await Pair.connect();
  const data = new Uint8Array(traffic.lengthBytes);
  const batch = Array.from({ length: traffic.messages }, () => ({ data }));
  for (let round = 0; round < ROUNDS_TO_WARM_UP; round += 1) await pair.carry(traffic, batch);
  globalThis.gc?.();
  const start = performance.now();
  const before = allocated();
  for (let round = 0; round < ROUNDS; round += 1) await pair.carry(traffic, batch);
  const after = allocated();
  const end = performance.now();
  // The observer is told in a later turn.
  await delay(1);
  const isDisturbed = collections.some((time) => time >= start && time <= end);
  if (isDisturbed) throw new Error(`${traffic.name}: garbage was collected while it was counted`);
  const messages = ROUNDS * traffic.messages;
  const perMessage = (bytes: number): number => Math.round((10 * bytes) / messages) / 10;
  return {
    heap: perMessage(after.heapBytes - before.heapBytes),
    buffers: perMessage(after.bufferBytes - before.bufferBytes),
  };
}

const results: Record<string, { heap: number; buffers: number }> = {};
for (const traffic of TRAFFIC) results[traffic.name] = await count(traffic);
console.log(JSON.stringify(results));
process.exit(0);
