import assert from "node:assert/strict";
import { test } from "node:test";
import type { Millis } from "../../src/base/millis.js";
import type { SctpSocket } from "../../src/sockets/sctp-socket.js";
import type { Clock, TimerHandle } from "../../src/userland/clock.js";
import type { MemoryHost } from "../../src/userland/memory-host.js";
import { SeededEntropy } from "../../src/userland/seeded-entropy.js";
import { createUserlandProvider, type UserlandProvider } from "../../src/userland/userland-provider.js";
import type { VirtualClock } from "../../src/userland/virtual-clock.js";
import { packetBytes, type PacketRecord } from "../../src/wire/packet-record.js";
import { oneToOne, World } from "./world.js";

const SERVER = { address: "10.0.0.2", port: 5000 };
const DELAY_MS: Millis = 1;

/**
 * A process that stands still when the test wants it to: meanwhile no timer goes off and no packet is read. Afterwards
 * its event loop does what Node's does: late timers first, then what has arrived, then what was deferred.
 */
class Process implements Clock {
  private isStalled = false;
  private readonly clock: VirtualClock;
  private readonly lateTimers: (() => void)[] = [];
  private readonly unread: (() => void)[] = [];
  private readonly deferred: (() => void)[] = [];

  constructor(clock: VirtualClock, host: MemoryHost) {
    this.clock = clock;
    const start = host.start.bind(host);
    host.start = (handlers) => {
      const onPackets = (batch: readonly PacketRecord[]): void => {
        const copies = batch.map((packet) => ({
          ...packet,
          slab: packetBytes(packet).slice(),
          offsetBytes: 0,
        }));
        this.whenAwake(this.unread, () => handlers.onPackets(copies));
      };
      start({ ...handlers, onPackets });
    };
  }

  async standStill(durationMs: Millis): Promise<void> {
    this.isStalled = true;
    await this.clock.advanceBy(durationMs);
    this.isStalled = false;
    for (const calls of [this.lateTimers, this.unread, this.deferred])
      for (const call of calls.splice(0)) call();
  }

  now(): Millis {
    return this.clock.now();
  }

  setTimer(at: Millis, callback: () => void): TimerHandle {
    let isCancelled = false;
    const timer = this.clock.setTimer(at, () =>
      this.whenAwake(this.lateTimers, () => {
        if (!isCancelled) callback();
      }),
    );
    return {
      cancel: () => {
        isCancelled = true;
        timer.cancel();
      },
    };
  }

  defer(callback: () => void): void {
    this.clock.defer(() => this.whenAwake(this.deferred, callback));
  }

  ref(): void {
    this.clock.ref();
  }

  unref(): void {
    this.clock.unref();
  }

  private whenAwake(waiting: (() => void)[], call: () => void): void {
    if (this.isStalled) waiting.push(call);
    else call();
  }
}

interface Scene {
  readonly world: World;
  readonly process: Process;
  readonly provider: UserlandProvider;
  readonly client: SctpSocket;
}

/** A client whose process may stand still, connected, with a round trip that is known. */
async function scene(): Promise<Scene> {
  const world = new World({ faults: { delayMs: DELAY_MS } });
  const host = world.network.host("10.0.0.1");
  const process = new Process(world.clock, host);
  const provider = createUserlandProvider({
    clock: process,
    lowerLayer: host,
    entropy: new SeededEntropy(1),
  });
  const client = oneToOne(provider);
  const listener = oneToOne(world.provider(SERVER.address));
  listener.bind(SERVER);
  listener.listen();
  await world.until(client.connect(SERVER));
  await world.until(client.sctp_sendv(new Uint8Array(10)));
  await world.clock.advanceBy(1000);
  return { world, process, provider, client };
}

test("a process that stood still reads what has arrived before it finds anything overdue (RFC 8985 §7.2)", async () => {
  const { world, process, provider, client } = await scene();
  await world.until(client.sctp_sendv(new Uint8Array(5000)));
  await process.standStill(50);
  await world.clock.advanceBy(1000);
  const { lossProbes, retransmittedDataChunks } = provider.statistics;
  assert.deepEqual({ lossProbes, retransmittedDataChunks }, { lossProbes: 0, retransmittedDataChunks: 0 });
});

test("nor does it find that T3-rtx has expired (RFC 9260 §6.3.3)", async () => {
  const { world, process, provider, client } = await scene();
  await world.until(client.sctp_sendv(new Uint8Array(5000)));
  await process.standStill(5000);
  await world.clock.advanceBy(1000);
  assert.equal(provider.statistics.t3Expirations, 0);
});
