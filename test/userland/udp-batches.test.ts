// What UDP sockets of the native addon make of answers that a healthy loopback interface seldom or never gives. The
// system is the real one; each call of sendBatch or receiveBatch may be told what to answer instead.

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { Socket } from "node:dgram";
import { describe, test, type TestContext } from "node:test";
import { parseIpAddress } from "../../src/base/ip-address.js";
import { type Addon, loadAddon } from "../../src/native/addon.js";
import { BATCH_SEGMENTS } from "../../src/native/packet-batch.js";
import type { LowerLayerError } from "../../src/userland/lower-layer.js";
import { UdpEncapsulation, type UdpEncapsulationOptions } from "../../src/userland/udp-encapsulation.js";
import { createUserlandProvider } from "../../src/userland/userland-provider.js";
import { VirtualClock } from "../../src/userland/virtual-clock.js";
import { hasValidChecksum } from "../../src/wire/crc32c.js";
import { createPacketRecord, type PacketRecord, packetBytes } from "../../src/wire/packet-record.js";
import { HAS_BATCHES } from "./each-udp-io.js";
import { oneToMany } from "./world.js";

const LOOPBACK = parseIpAddress("127.0.0.1")!;
const LOOPBACK6 = parseIpAddress("::1")!;

type Errno = keyof typeof NUMBERS;
const NUMBERS = {
  EAGAIN: 0,
  EIO: 0,
  EINVAL: 0,
  EPERM: 0,
  ENOBUFS: 0,
  EMSGSIZE: 0,
  ECONNREFUSED: 0,
  EHOSTUNREACH: 0,
  ENOPROTOOPT: 0,
};

/** The addon, with answers for some calls; those of sending say how many packets are taken at most, or an error. */
class Faults {
  readonly addon: Addon;
  sendAnswers: (number | Errno)[] = [];
  receiveAnswers: Errno[] = [];
  /** Each call of sendBatch: how many packets it was offered, and whether as runs. */
  sends: (readonly [count: number, asRuns: boolean])[] = [];
  receiveCalls = 0;
  /** Options that the system does not know. */
  unknownOptions: readonly string[] = [];

  constructor() {
    const real = loadAddon();
    assert.ok(!("reason" in real));
    const number = (code: Errno): number => -(real.errnos[code] ?? 0);
    this.addon = {
      ...real,
      sendBatch: (...[id, slab, rows, count, addresses, flags]) => {
        this.sends.push([count, (flags & BATCH_SEGMENTS) !== 0]);
        const answer = this.sendAnswers.shift() ?? count;
        if (typeof answer === "string") return number(answer);
        return real.sendBatch(id, slab, rows, Math.min(count, answer), addresses, flags);
      },
      receiveBatch: (...all) => {
        this.receiveCalls += 1;
        const answer = this.receiveAnswers.shift();
        return answer === undefined ? real.receiveBatch(...all) : number(answer);
      },
      setsockopt: (id, level, name, value) => {
        const isUnknown = this.unknownOptions.some((option) => real.constants[option] === name);
        const isUdp = level === real.constants["IPPROTO_UDP"];
        return isUnknown && isUdp ? number("ENOPROTOOPT") : real.setsockopt(id, level, name, value);
      },
    };
  }
}

let shared: Faults | undefined;

/** One for all tests: the readiness of all sockets is told to whoever asked last, and each addon asks for itself. */
function cleanFaults(): Faults {
  shared ??= new Faults();
  shared.sendAnswers = [];
  shared.receiveAnswers = [];
  shared.sends = [];
  shared.unknownOptions = [];
  return shared;
}

/** Two lower layers on one host: what the first one sends arrives at the second one. */
class Scene {
  readonly faults: Faults = cleanFaults();
  readonly sender: UdpEncapsulation;
  readonly receiver: UdpEncapsulation;
  readonly errors: LowerLayerError[] = [];
  readonly arrivals: { readonly bytes: Uint8Array; readonly wrong: boolean }[] = [];
  readonly batchSizes: number[] = [];
  readonly receiveErrors: LowerLayerError[] = [];
  writableCalls = 0;
  fromPort = 0;
  toPort = 0;
  private wake: () => void = () => {};

  constructor(context: TestContext, unknownOptions: readonly string[] = [], offload = true) {
    this.faults.unknownOptions = unknownOptions;
    const { addon } = this.faults;
    const options: UdpEncapsulationOptions = { localUdpPort: 0, io: "batch", addon, offload };
    this.sender = new UdpEncapsulation(options);
    this.receiver = new UdpEncapsulation(options);
    context.after(() => Promise.all([this.sender.close(), this.receiver.close()]));
    this.sender.start({
      onPackets: () => {},
      onWritable: () => this.note(() => (this.writableCalls += 1)),
      onError: (error) => this.note(() => this.errors.push(error)),
    });
    this.receiver.start({
      onPackets: (batch) => this.note(() => this.takeIn(batch)),
      onWritable: () => {},
      onError: (error) => this.note(() => this.receiveErrors.push(error)),
    });
    for (const layer of [this.sender, this.receiver]) layer.ref();
    this.fromPort = this.sender.acquirePort({ kind: "ephemeral", addresses: [LOOPBACK] });
    this.toPort = this.receiver.acquirePort({ kind: "listening", addresses: [LOOPBACK] });
  }

  /** Packets of 100 bytes with a number in front, in one slab. */
  packets(...numbers: readonly number[]): PacketRecord[] {
    const slab = new Uint8Array(100 * numbers.length);
    return numbers.map((number, index) => {
      slab[index * 100] = number;
      return {
        ...createPacketRecord(),
        slab,
        offsetBytes: index * 100,
        lengthBytes: 100,
        sourceUdpPort: this.fromPort,
        destination: LOOPBACK,
        destinationUdpPort: this.toPort,
      };
    });
  }

  send(...numbers: readonly number[]): number {
    return this.sender.send(this.packets(...numbers));
  }

  get arrived(): (number | undefined)[] {
    return this.arrivals.map(({ bytes }) => bytes[0]);
  }

  async when(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  /** Everything that has been sent has arrived when this has. */
  async settle(expected: readonly number[]): Promise<void> {
    await this.when(() => this.arrivals.length >= expected.length);
    assert.equal(this.send(255), 1);
    await this.when(() => this.arrived.includes(255));
    assert.deepEqual(this.arrived, [...expected, 255]);
  }

  private takeIn(batch: readonly PacketRecord[]): void {
    this.batchSizes.push(batch.length);
    for (const packet of batch) {
      this.arrivals.push({ bytes: packetBytes(packet).slice(), wrong: packet.hasWrongChecksum });
    }
  }

  private note(change: () => void): void {
    change();
    this.wake();
  }
}

const codeOf = (error: NodeJS.ErrnoException | undefined): string | undefined => error?.code;

if (!HAS_BATCHES)
  console.log("UDP in batches is not tested: there is no native addon, or the system is not Linux.");

describe("UDP in batches", { skip: !HAS_BATCHES }, () => {
  const hasRuns = HAS_BATCHES && cleanFaults().addon.constants["UDP_SEGMENT"] !== undefined;

  test("packets of one flush leave with one call", async (t) => {
    const scene = new Scene(t);
    assert.equal(scene.send(1, 2, 3, 4, 5), 5);
    assert.deepEqual(scene.faults.sends, [[5, hasRuns]]);
    await scene.settle([1, 2, 3, 4, 5]);
    assert.ok(scene.arrivals.every(({ bytes, wrong }) => hasValidChecksum(bytes, 0, 100) && !wrong));
  });

  test("a call that takes a part is repeated for the rest at once", async (t) => {
    const scene = new Scene(t);
    scene.faults.sendAnswers.push(2, 1);
    assert.equal(scene.send(1, 2, 3, 4, 5), 5);
    assert.deepEqual(
      scene.faults.sends.map(([count]) => count),
      [5, 3, 2],
    );
    await scene.settle([1, 2, 3, 4, 5]);
  });

  for (const code of ["EAGAIN", "ENOBUFS"] as const) {
    test(`${code}: the rest is offered again after onWritable, in order, and nothing leaves twice`, async (t) => {
      const scene = new Scene(t);
      scene.faults.sendAnswers.push(2, code);
      const packets = scene.packets(1, 2, 3, 4, 5);
      assert.equal(scene.sender.send(packets), 2);
      assert.equal(scene.sender.send(packets.slice(2)), 0, "it is known to be full");
      assert.equal(scene.writableCalls, 0, "never from inside a call");
      await scene.when(() => scene.writableCalls === 1);
      assert.equal(scene.sender.send(packets.slice(2)), 3);
      await scene.settle([1, 2, 3, 4, 5]);
      assert.equal(scene.writableCalls, 1, "nobody waits");
      assert.deepEqual(scene.errors, []);
    });
  }

  test("an error that another packet has met costs nothing: the call is repeated", async (t) => {
    const scene = new Scene(t, ["UDP_SEGMENT"]);
    scene.faults.sendAnswers.push("ECONNREFUSED", 1, 2, "EHOSTUNREACH");
    assert.equal(scene.send(1, 2, 3, 4, 5, 6), 6);
    const counts = scene.faults.sends.map(([count]) => count);
    assert.deepEqual(counts, [6, 1, 2, 3, 1, 2], "the first again, and then more and more");
    await scene.settle([1, 2, 3, 4, 5, 6]);
    assert.deepEqual(scene.errors, []);
  });

  test("a packet that the system refuses is reported, later, and those around it leave", async (t) => {
    const scene = new Scene(t);
    const attempts = hasRuns ? 3 : 2;
    scene.faults.sendAnswers.push(1, ...new Array<Errno>(attempts).fill("EPERM"));
    assert.equal(scene.send(1, 2, 3), 3);
    assert.equal(scene.errors.length, 0, "never from inside a call");
    await scene.when(() => scene.errors.length === 1);
    const [error] = scene.errors;
    assert.equal(error?.kind, "send failed");
    assert.deepEqual([error?.destination, error?.destinationUdpPort], [LOOPBACK, scene.toPort]);
    assert.equal(codeOf(error?.cause), "EPERM");
    await scene.settle([1, 3]);
  });

  test("where nothing gets through, each packet costs two calls and not as many as follow it", async (t) => {
    const scene = new Scene(t);
    scene.faults.sendAnswers.push(...new Array<Errno>(2000).fill("EHOSTUNREACH"));
    assert.equal(scene.sender.send(scene.packets(...new Array<number>(500).fill(1))), 500);
    const offered = scene.faults.sends.reduce((sum, [count]) => sum + count, 0);
    assert.ok(offered <= 4 * 500, `${offered} packets were offered for 500`);
    await scene.when(() => scene.errors.length === 500);
    scene.faults.sendAnswers = [];
    await scene.settle([]);
  });

  test("a packet beyond 65,507 bytes is too big, and no other is", async (t) => {
    const scene = new Scene(t);
    const [first, last] = scene.packets(1, 2) as [PacketRecord, PacketRecord];
    const slab = new Uint8Array(65_600);
    const large = { ...first, slab, offsetBytes: 0, lengthBytes: 65_508 };
    const mixed = [first, large, last].map((packet, index) => ({ ...packet, slab, offsetBytes: index * 4 }));
    slab.set([1, 0, 0, 0, 9, 0, 0, 0, 2]);
    assert.equal(scene.sender.send(mixed), 3);
    await scene.when(() => scene.errors.length === 1);
    assert.equal(scene.errors[0]?.kind, "packet too big");
    await scene.when(() => scene.arrivals.length === 2);
    assert.deepEqual(
      scene.arrivals.map(({ bytes }) => bytes.length),
      [100, 100],
    );
  });

  test("packets in several slabs, to more destinations than one call takes, arrive in order", async (t) => {
    const scene = new Scene(t);
    const packets = Array.from({ length: 700 }, (_, index) => scene.packets(index % 250)[0] as PacketRecord);
    for (const [index, packet] of packets.entries())
      if (index % 3 > 0) packet.slab = packets[index - 1]?.slab as Uint8Array;
    const elsewhere = Array.from({ length: 600 }, (_, index) => ({
      ...packets[0]!,
      destination: parseIpAddress(`127.9.${index >> 8}.${index & 255}`)!,
      source: LOOPBACK,
    }));
    assert.equal(scene.sender.send(elsewhere), 600);
    for (let start = 0; start < 700; start += 140) {
      // No more than the smallest usual buffer takes.
      assert.equal(scene.sender.send(packets.slice(start, start + 140)), 140);
      await scene.when(() => scene.arrivals.length >= start + 140);
    }
    assert.deepEqual(
      scene.arrived,
      packets.map((_, index) => (index - (index % 3)) % 250),
    );
  });

  test("a way that cuts no runs (EIO) gets packets one by one from then on", {
    skip: !hasRuns,
  }, async (t) => {
    const scene = new Scene(t);
    scene.faults.sendAnswers.push(1, "EIO");
    assert.equal(scene.send(1, 2, 3), 3);
    assert.equal(scene.send(4, 5), 2);
    assert.deepEqual(scene.faults.sends, [
      [3, true],
      [2, true],
      [2, false],
      [2, false],
    ]);
    await scene.settle([1, 2, 3, 4, 5]);
    assert.deepEqual(scene.errors, []);
  });

  test("a run that is too large for its interface leaves in pieces, and the next run whole", {
    skip: !hasRuns,
  }, async (t) => {
    for (const code of ["EINVAL", "EMSGSIZE"] as const) {
      const scene = new Scene(t);
      scene.faults.sendAnswers.push(code);
      assert.equal(scene.send(1, 2, 3), 3);
      assert.equal(scene.send(4, 5), 2);
      assert.deepEqual(scene.faults.sends, [
        [3, true],
        [3, false],
        [2, true],
      ]);
      await scene.settle([1, 2, 3, 4, 5]);
      assert.deepEqual(scene.errors, []);
    }
  });

  test("a system that knows neither UDP_SEGMENT nor UDP_GRO gets and gives packets one by one", async (t) => {
    for (const unknown of [["UDP_SEGMENT"], ["UDP_GRO"], ["UDP_SEGMENT", "UDP_GRO"]]) {
      const scene = new Scene(t, unknown);
      assert.equal(scene.send(1, 2, 3), 3);
      assert.deepEqual(scene.faults.sends, [[3, hasRuns && !unknown.includes("UDP_SEGMENT")]]);
      await scene.settle([1, 2, 3]);
    }
  });

  test("offload: false has packets leave one by one, with one call", async (t) => {
    const scene = new Scene(t, [], false);
    assert.equal(scene.send(1, 2, 3), 3);
    assert.deepEqual(scene.faults.sends, [[3, false]]);
    await scene.settle([1, 2, 3]);
  });

  test("errors in receiving are reported, and what has come is received", async (t) => {
    const scene = new Scene(t);
    scene.faults.receiveAnswers.push("ECONNREFUSED");
    scene.send(1, 2);
    await scene.settle([1, 2]);
    assert.deepEqual(
      scene.receiveErrors.map(({ kind }) => kind),
      ["receive failed"],
    );
    assert.equal(codeOf(scene.receiveErrors[0]?.cause), "ECONNREFUSED");
  });

  test("RFC 9260 §6.8: a packet with a wrong checksum is handed over with a mark", async (t) => {
    const scene = new Scene(t);
    const plain = new UdpEncapsulation({ localUdpPort: 0, io: "dgram" });
    t.after(() => plain.close());
    const fromPort = plain.acquirePort({ kind: "ephemeral", addresses: [LOOPBACK] });
    plain.send(scene.packets(7).map((packet) => ({ ...packet, sourceUdpPort: fromPort })));
    await scene.when(() => scene.arrivals.length === 1);
    scene.send(8);
    await scene.when(() => scene.arrivals.length === 2);
    assert.deepEqual(
      scene.arrivals.map(({ bytes, wrong }) => [bytes[0], wrong]),
      [
        [7, true],
        [8, false],
      ],
    );
  });

  test("RFC 9260 §6.8: the stack drops such a packet without a word, and counts it", async (t) => {
    const scene = new Scene(t);
    const lowerLayer = new UdpEncapsulation({ localUdpPort: 0, io: "batch", addon: scene.faults.addon });
    const toPort = lowerLayer.acquirePort({ kind: "listening", addresses: [LOOPBACK] });
    const provider = createUserlandProvider({ lowerLayer });
    t.after(() => provider.close());
    const listener = oneToMany(provider);
    listener.bind({ address: "127.0.0.1", port: 5000 });
    listener.listen();
    const plain = new UdpEncapsulation({ localUdpPort: 0, io: "dgram" });
    t.after(() => plain.close());
    const fromPort = plain.acquirePort({ kind: "ephemeral", addresses: [LOOPBACK] });
    for (let count = 0; count < 3; count += 1) {
      const change = { sourceUdpPort: fromPort, destinationUdpPort: toPort };
      plain.send(scene.packets(7).map((packet) => ({ ...packet, ...change })));
    }
    while (provider.statistics.inPackets < 3) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(provider.statistics.checksumErrors, 3);
    assert.equal(provider.statistics.outPackets, 0);
  });

  test("a flood does not keep the event loop from other things", async (t) => {
    const scene = new Scene(t, ["UDP_GRO"]);
    const packets = scene.packets(...new Array<number>(400).fill(1));
    assert.equal(scene.sender.send(packets), 400);
    scene.faults.receiveCalls = 0;
    const callsAtTurns: number[] = [];
    while (scene.arrivals.length < 200) {
      await new Promise((resolve) => setImmediate(resolve));
      callsAtTurns.push(scene.faults.receiveCalls);
    }
    const most = Math.max(...callsAtTurns.map((calls, index) => calls - (callsAtTurns[index - 1] ?? 0)));
    assert.equal(most, 16, "batches of 4 messages in one turn");
  });

  test("an address of another family than the socket's is refused, and the others leave", async (t) => {
    const scene = new Scene(t);
    const packets = scene.packets(1, 2, 3).map((packet) => ({ ...packet, source: LOOPBACK }));
    packets[1]!.destination = LOOPBACK6;
    assert.equal(scene.sender.send(packets), 3);
    await scene.when(() => scene.errors.length === 1);
    assert.deepEqual([scene.errors[0]?.kind, scene.errors[0]?.destination], ["send failed", LOOPBACK6]);
    await scene.settle([1, 3]);
  });

  test("after close() nothing is told, not even of what had failed, and the descriptors are free", async (t) => {
    const before = readdirSync("/proc/self/fd").length;
    const clock = new VirtualClock();
    const scene = new Scene(t);
    const { faults } = scene;
    const layer = new UdpEncapsulation({ localUdpPort: 0, io: "batch", addon: faults.addon, clock });
    const told: string[] = [];
    layer.start({
      onPackets: () => told.push("packets"),
      onWritable: () => told.push("writable"),
      onError: () => told.push("error"),
    });
    layer.ref();
    const port = layer.acquirePort({ kind: "listening", addresses: [LOOPBACK] });
    const packet = { ...scene.packets(1)[0]!, sourceUdpPort: port, destinationUdpPort: port };
    faults.sendAnswers.push("EPERM", "EPERM", "EPERM", "EPERM", 1, "EAGAIN");
    assert.equal(layer.send([packet]), 1);
    assert.equal(layer.send([packet, { ...packet }]), 1);
    await layer.close();
    await clock.advanceBy(1);
    scene.send(1);
    await scene.settle([1]);
    assert.deepEqual(told, []);
    await Promise.all([scene.sender.close(), scene.receiver.close()]);
    assert.equal(readdirSync("/proc/self/fd").length, before);
  });

  test("the port is the same for both ways, and either refuses what the other has", (t) => {
    const batch = new UdpEncapsulation({ localUdpPort: 0, io: "batch", addon: cleanFaults().addon });
    t.after(() => batch.close());
    const port = batch.acquirePort({ kind: "listening", addresses: [LOOPBACK] });
    for (const io of ["batch", "dgram"] as const) {
      const other = new UdpEncapsulation({ localUdpPort: port, io });
      assert.throws(() => other.acquirePort({ kind: "listening", addresses: [LOOPBACK] }), {
        code: "EADDRINUSE",
        port,
        address: "127.0.0.1",
      });
    }
  });

  test("node:dgram is not touched but for the routing table", (t) => {
    const bind = t.mock.method(Socket.prototype, "bind");
    const layer = new UdpEncapsulation({ localUdpPort: 0, io: "batch", addon: cleanFaults().addon });
    t.after(() => layer.close());
    layer.acquirePort({ kind: "listening", addresses: [LOOPBACK] });
    assert.equal(bind.mock.callCount(), 0);
  });
});

test("UDP: io is one of its words, and batch without an addon says what is missing", () => {
  const io = "fast" as unknown as "auto";
  assert.throws(() => new UdpEncapsulation({ io }), {
    code: "ERR_SCTP_INVALID_ARG_VALUE",
    message: /io must be/,
  });
  process.env["SCTP_UDP_IO"] = "raw";
  try {
    assert.throws(() => new UdpEncapsulation(), {
      code: "ERR_SCTP_INVALID_ARG_VALUE",
      message: /SCTP_UDP_IO/,
    });
  } finally {
    delete process.env["SCTP_UDP_IO"];
  }
  if (!HAS_BATCHES) return;
  const { addon } = cleanFaults();
  const { IPV6_RECVERR: _, ...constants } = addon.constants as Record<string, number>;
  const elsewhere: Addon = { ...addon, constants };
  assert.equal(new UdpEncapsulation({ addon: elsewhere }).capabilities.checksum, "stack");
  assert.throws(() => new UdpEncapsulation({ addon: elsewhere, io: "batch" }), {
    code: "ERR_SCTP_PROVIDER_UNAVAILABLE",
    message: /IPV6_RECVERR.*dgram/,
  });
});
