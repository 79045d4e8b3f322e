import assert from "node:assert/strict";
import { test } from "node:test";
import { parseIpAddress } from "../../src/base/ip-address.js";
import type { LinkFaults } from "../../src/userland/link-faults.js";
import type { LowerLayer, LowerLayerError } from "../../src/userland/lower-layer.js";
import { MemoryNetwork, type ObservedPacket } from "../../src/userland/memory-network.js";
import { VirtualClock } from "../../src/userland/virtual-clock.js";
import { createPacketRecord, type PacketRecord, packetBytes } from "../../src/wire/packet-record.js";

interface Arrival {
  readonly at: number;
  readonly bytes: readonly number[];
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly ports: readonly [number, number];
}

interface Receiver {
  readonly arrivals: Arrival[];
  readonly batchSizes: number[];
  readonly errors: LowerLayerError[];
}

function receive(host: LowerLayer, clock: VirtualClock): Receiver {
  const receiver: Receiver = { arrivals: [], batchSizes: [], errors: [] };
  host.start({
    onPackets: (batch) => {
      receiver.batchSizes.push(batch.length);
      for (const packet of batch) {
        receiver.arrivals.push({
          at: clock.now(),
          bytes: [...packetBytes(packet)],
          from: packet.source?.text,
          to: packet.destination?.text,
          ports: [packet.sourceUdpPort, packet.destinationUdpPort],
        });
      }
    },
    onWritable: () => {},
    onError: (error) => receiver.errors.push(error),
  });
  return receiver;
}

function packetTo(destination: string, bytes: readonly number[], source?: string): PacketRecord {
  const packet = createPacketRecord();
  packet.slab = Uint8Array.from([0xee, ...bytes, 0xee]);
  packet.offsetBytes = 1;
  packet.lengthBytes = bytes.length;
  packet.destination = parseIpAddress(destination);
  packet.source = source === undefined ? undefined : parseIpAddress(source);
  return packet;
}

function pair(
  faults: LinkFaults,
  seed = 1,
): {
  clock: VirtualClock;
  network: MemoryNetwork;
  a: LowerLayer;
  atA: Receiver;
  b: LowerLayer;
  atB: Receiver;
} {
  const clock = new VirtualClock();
  const network = new MemoryNetwork({ clock, faults, seed });
  const a = network.host("10.0.0.1", "10.0.1.1", "fd00::1");
  const b = network.host("10.0.0.2", "fd00::2");
  return { clock, network, a, atA: receive(a, clock), b, atB: receive(b, clock) };
}

test("memory network: packets arrive in order, as one batch, with both addresses", async () => {
  const { clock, a, atB } = pair({});
  assert.equal(a.send([packetTo("10.0.0.2", [1]), packetTo("10.0.0.2", [2, 3], "10.0.1.1")]), 2);
  assert.deepEqual(atB.arrivals, [], "nothing arrives inside send()");
  await clock.advanceBy(0);
  assert.deepEqual(atB.batchSizes, [2]);
  assert.deepEqual(atB.arrivals, [
    { at: 0, bytes: [1], from: "10.0.0.1", to: "10.0.0.2", ports: [0, 0] },
    { at: 0, bytes: [2, 3], from: "10.0.1.1", to: "10.0.0.2", ports: [0, 0] },
  ]);
});

test("memory network: send() is done with the bytes when it returns", async () => {
  const { clock, a, atB } = pair({ delayMs: 10 });
  const packet = packetTo("fd00::2", [1, 2, 3]);
  a.send([packet]);
  packet.slab.fill(0xff);
  packet.destination = undefined;
  await clock.advanceBy(10);
  assert.deepEqual(atB.arrivals, [
    { at: 10, bytes: [1, 2, 3], from: "fd00::1", to: "fd00::2", ports: [0, 0] },
  ]);
});

test("memory network: a host reaches itself, under the address that it calls", async () => {
  const { clock, a, atA } = pair({});
  a.send([packetTo("10.0.1.1", [9])]);
  await clock.advanceBy(0);
  assert.deepEqual(atA.arrivals, [{ at: 0, bytes: [9], from: "10.0.1.1", to: "10.0.1.1", ports: [0, 0] }]);
});

/** Sends 2,000 numbered packets, one each millisecond, and answers everything that was observed. */
async function runTraffic(
  faults: LinkFaults,
  seed: number,
): Promise<{ sent: ObservedPacket[]; arrivals: Arrival[] }> {
  const { clock, network, a, b, atB } = pair(faults, seed);
  void b;
  const sent: ObservedPacket[] = [];
  network.onPacket((packet) => sent.push(packet));
  for (let number = 0; number < 2000; number += 1) {
    a.send([packetTo("10.0.0.2", [number >> 8, number & 255, ...new Array<number>(30).fill(0)])]);
    await clock.advanceBy(1);
  }
  await clock.run();
  return { sent, arrivals: atB.arrivals };
}

const ALL_FAULTS: LinkFaults = {
  loss: 0.05,
  duplication: 0.02,
  reordering: 0.1,
  corruption: 0.01,
  delayMs: 20,
  jitterMs: 5,
};

test("memory network: the same seed gives the same trace, another seed another", async () => {
  const first = await runTraffic(ALL_FAULTS, 42);
  const second = await runTraffic(ALL_FAULTS, 42);
  assert.deepEqual(second, first);
  const other = await runTraffic(ALL_FAULTS, 43);
  assert.notDeepEqual(other.arrivals, first.arrivals);
});

test("memory network: faults come as often as asked for", async () => {
  const { sent, arrivals } = await runTraffic(ALL_FAULTS, 42);
  assert.equal(sent.length, 2000);
  const lost = sent.filter((packet) => packet.fate === "lost").length;
  assert.ok(lost > 70 && lost < 130, `${lost} lost of 2,000, and 100 were asked for`);
  const duplicated = arrivals.length - (2000 - lost);
  assert.ok(duplicated > 20 && duplicated < 60, `${duplicated} duplicated, and 40 were asked for`);
  const corrupted = arrivals.filter(({ bytes }) => bytes.slice(2).some((byte) => byte !== 0)).length;
  assert.ok(corrupted > 8 && corrupted < 35, `${corrupted} corrupted, and 20 were asked for`);
});

test("memory network: packets that are held back are overtaken", async () => {
  const { arrivals } = await runTraffic({ reordering: 0.1, delayMs: 20 }, 42);
  const numbers = arrivals.map(({ bytes }) => ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0));
  assert.equal(new Set(numbers).size, 2000);
  let highest = -1;
  let late = 0;
  for (const number of numbers) {
    if (number < highest) late += 1;
    else highest = number;
  }
  assert.ok(late > 140 && late < 260, `${late} overtaken, and 200 were asked for`);
});

test("memory network: jitter alone reorders nothing, and stays in its range", async () => {
  const { sent, arrivals } = await runTraffic({ delayMs: 20, jitterMs: 30 }, 5);
  assert.equal(arrivals.length, 2000);
  for (const [index, arrival] of arrivals.entries()) {
    assert.equal(((arrival.bytes[0] ?? 0) << 8) | (arrival.bytes[1] ?? 0), index);
    const underWayMs = arrival.at - (sent[index]?.at ?? 0);
    assert.ok(underWayMs >= 20 && underWayMs <= 50);
  }
});

test("memory network: a partition cuts one direction until it is healed", async () => {
  const { clock, network, a, b, atA, atB } = pair({});
  const fates: string[] = [];
  network.onPacket(({ fate }) => fates.push(fate));
  network.partition("10.0.0.1", "10.0.0.2");
  a.send([packetTo("10.0.0.2", [1]), packetTo("10.0.0.2", [2], "10.0.1.1")]);
  b.send([packetTo("10.0.0.1", [3])]);
  await clock.advanceBy(0);
  network.heal("10.0.0.1", "10.0.0.2");
  a.send([packetTo("10.0.0.2", [4])]);
  await clock.advanceBy(0);
  assert.deepEqual(
    atB.arrivals.map(({ bytes }) => bytes),
    [[2], [4]],
  );
  assert.equal(atA.arrivals.length, 1);
  assert.deepEqual(fates, ["partitioned", "delivered", "delivered", "delivered"]);
});

test("memory network: with its cable out an address neither sends nor receives, nor gets what is on its way", async () => {
  const { clock, network, a, b, atA, atB } = pair({ delayMs: 10 });
  b.send([packetTo("10.0.0.1", [1])]);
  await clock.advanceBy(5);
  network.unplug("10.0.0.1");
  a.send([packetTo("10.0.0.2", [2]), packetTo("10.0.0.2", [3], "10.0.1.1")]);
  b.send([packetTo("10.0.0.1", [4]), packetTo("10.0.1.1", [5])]);
  await clock.advanceBy(20);
  network.plug("10.0.0.1");
  a.send([packetTo("10.0.0.2", [6])]);
  await clock.advanceBy(20);
  assert.deepEqual(
    [atA, atB].map(({ arrivals }) => arrivals.map(({ bytes }) => bytes[0])),
    [[5], [3, 6]],
  );
  assert.deepEqual(atA.errors, [], "the host does not notice");
});

test("memory network: an address that disappears loses what is on its way; a host may take it again", async () => {
  const clock = new VirtualClock();
  const network = new MemoryNetwork({ clock, faults: { delayMs: 10 } });
  const a = network.host("10.0.0.1", "10.0.1.1");
  const b = network.host("10.0.0.2");
  const [atA, atB] = [receive(a, clock), receive(b, clock)];
  const fates: string[] = [];
  network.onPacket(({ fate }) => fates.push(fate));
  b.send([packetTo("10.0.0.1", [1])]);
  a.removeAddress("10.0.0.1");
  b.send([packetTo("10.0.0.1", [2])]);
  a.send([packetTo("10.0.0.2", [3], "10.0.0.1"), packetTo("10.0.0.2", [4])]);
  await clock.advanceBy(20);
  assert.deepEqual(fates, ["delivered", "unreachable", "delivered"]);
  assert.deepEqual(
    atA.errors.map(({ kind, source }) => [kind, source?.text]),
    [["send failed", "10.0.0.1"]],
  );
  assert.deepEqual(
    [atA.arrivals.length, atB.arrivals.map(({ bytes, from }) => [bytes[0], from])],
    [0, [[4, "10.0.1.1"]]],
  );
  assert.deepEqual(
    a.localAddresses().map(({ text }) => text),
    ["10.0.1.1"],
  );
  assert.throws(() => a.removeAddress("10.0.0.1"), { code: "ERR_SCTP_INVALID_ARG_VALUE" });
  assert.throws(() => a.addAddress("10.0.0.2"), { code: "ERR_SCTP_INVALID_ARG_VALUE" });
  a.addAddress("10.0.0.1");
  b.send([packetTo("10.0.0.1", [5])]);
  await clock.advanceBy(20);
  assert.equal(atA.arrivals.length, 1);
});

test("memory network: a direction may have faults of its own", async () => {
  const { clock, network, a, b, atA, atB } = pair({ delayMs: 5 });
  network.setFaults({ loss: 1 }, { from: "10.0.0.1", to: "10.0.0.2" });
  a.send([packetTo("10.0.0.2", [1])]);
  b.send([packetTo("10.0.0.1", [2])]);
  await clock.advanceBy(5);
  assert.deepEqual([atB.arrivals.length, atA.arrivals.length], [0, 1]);
  assert.throws(() => network.setFaults({ loss: 1.5 }), { code: "ERR_SCTP_OUT_OF_RANGE" });
});

/** A packet that is 1,000 bytes long with its IPv4 header. */
function kilobyteTo(destination: string, number: number): PacketRecord {
  return packetTo(destination, [number, ...new Array<number>(979).fill(0)]);
}

test("memory network: a direction with a rate carries one packet after the other", async () => {
  const { clock, network, a, b, atA, atB } = pair({ delayMs: 5 });
  network.setFaults({ delayMs: 5, rateBytesPerSecond: 1e6 }, { from: "10.0.0.1", to: "10.0.0.2" });
  a.send([kilobyteTo("10.0.0.2", 1), kilobyteTo("10.0.0.2", 2), kilobyteTo("10.0.0.2", 3)]);
  b.send([kilobyteTo("10.0.0.1", 4), kilobyteTo("10.0.0.1", 5)]);
  await clock.advanceBy(20);
  a.send([kilobyteTo("10.0.0.2", 6)]);
  await clock.advanceBy(20);
  assert.deepEqual(
    atB.arrivals.map(({ at }) => at),
    [6, 7, 8, 26],
  );
  assert.deepEqual(
    atA.arrivals.map(({ at }) => at),
    [5, 5],
    "the other direction has its own faults",
  );
  assert.throws(() => network.setFaults({ rateBytesPerSecond: -1 }), { code: "ERR_SCTP_OUT_OF_RANGE" });
});

test("memory network: what finds no room behind those that wait is dropped; lost packets take their turn", async () => {
  const { clock, network, a, atB } = pair({ rateBytesPerSecond: 1e6, queueLimitBytes: 2500 });
  const fates: string[] = [];
  network.onPacket(({ fate }) => fates.push(fate));
  const numbers = [1, 2, 3, 4];
  a.send(numbers.map((number) => kilobyteTo("10.0.0.2", number)));
  await clock.advanceBy(0.5);
  a.send([kilobyteTo("10.0.0.2", 5)]);
  network.setFaults({ loss: 1, rateBytesPerSecond: 1e6 });
  a.send([kilobyteTo("10.0.0.2", 6)]);
  network.setFaults({ rateBytesPerSecond: 1e6, queueLimitBytes: 0 });
  await clock.advanceBy(4);
  a.send([kilobyteTo("10.0.0.2", 7), kilobyteTo("10.0.0.2", 8)]);
  await clock.advanceBy(20);
  assert.deepEqual(fates, [
    ...["delivered", "delivered", "queue full", "queue full"],
    ...["delivered", "lost", "delivered", "queue full"],
  ]);
  assert.deepEqual(
    atB.arrivals.map(({ at, bytes }) => [bytes[0], at]),
    [
      [1, 1],
      [2, 2],
      [5, 3],
      [7, 5.5],
    ],
  );
});

test("memory network: a packet larger than the MTU is reported and not sent", async () => {
  const { clock, a, atA, atB } = pair({});
  assert.equal(a.mtu(parseIpAddress("10.0.0.2")!), 1500);
  a.send([
    packetTo("10.0.0.2", new Array<number>(1481).fill(0)),
    packetTo("10.0.0.2", new Array<number>(1480).fill(0)),
  ]);
  assert.equal(atA.errors.length, 0, "nothing is reported inside send()");
  await clock.advanceBy(0);
  assert.equal(atB.arrivals.length, 1);
  assert.deepEqual(
    atA.errors.map(({ kind, destination }) => [kind, destination?.text]),
    [["packet too big", "10.0.0.2"]],
  );
});

test("memory network: dropWhen loses exactly what a test is about; inject puts a packet on the way", async () => {
  const { clock, network, a, atB } = pair({});
  const end = network.dropWhen(({ bytes }) => bytes[0] === 7);
  a.send([packetTo("10.0.0.2", [7]), packetTo("10.0.0.2", [8])]);
  end();
  a.send([packetTo("10.0.0.2", [7])]);
  network.inject({
    source: "192.0.2.66",
    destination: "10.0.0.2",
    bytes: Uint8Array.of(5),
    sourceUdpPort: 77,
  });
  await clock.advanceBy(0);
  assert.deepEqual(
    atB.arrivals.map(({ bytes, from, ports }) => [bytes[0], from, ports[0]]),
    [
      [8, "10.0.0.1", 0],
      [7, "10.0.0.1", 0],
      [5, "192.0.2.66", 77],
    ],
  );
});

test("memory network: with UDP simulated, only acquired ports take packets", async () => {
  const clock = new VirtualClock();
  const network = new MemoryNetwork({ clock, simulatesUdp: true });
  const a = network.host("10.0.0.1");
  const b = network.host("10.0.0.2");
  const atB = receive(b, clock);
  const wildcard = [parseIpAddress("0.0.0.0")!];
  const client = a.acquirePort({ kind: "ephemeral", addresses: wildcard });
  assert.equal(
    a.acquirePort({ kind: "ephemeral", addresses: wildcard }),
    client,
    "one ephemeral port per host",
  );
  assert.equal(b.acquirePort({ kind: "listening", addresses: wildcard }), 9899);
  const sendTo = (port: number): void => {
    const packet = packetTo("10.0.0.2", [1]);
    packet.sourceUdpPort = client;
    packet.destinationUdpPort = port;
    a.send([packet]);
  };
  sendTo(9899);
  sendTo(9898);
  await clock.advanceBy(0);
  assert.deepEqual(
    atB.arrivals.map(({ ports }) => ports),
    [[client, 9899]],
  );
  b.releasePort(9899);
  sendTo(9899);
  await clock.advanceBy(0);
  assert.equal(atB.arrivals.length, 1);
  assert.equal(a.capabilities.headerBytes(parseIpAddress("10.0.0.2")!), 28);
  assert.throws(() => b.acquirePort({ kind: "listening", addresses: [parseIpAddress("10.0.0.1")!] }), {
    code: "EADDRNOTAVAIL",
  });
});

test("memory network: nothing is delivered to a host that has closed", async () => {
  const { clock, a, b, atB } = pair({ delayMs: 10 });
  a.send([packetTo("10.0.0.2", [1])]);
  await b.close();
  await clock.run();
  assert.deepEqual(atB.arrivals, []);
});

test("memory network: an address belongs to one host", () => {
  const network = new MemoryNetwork({ clock: new VirtualClock() });
  network.host("10.0.0.1");
  assert.throws(() => network.host("10.0.0.2", "10.0.0.1"), { code: "ERR_SCTP_INVALID_ARG_VALUE" });
  assert.throws(() => network.host("localhost"), { code: "ERR_SCTP_INVALID_ARG_VALUE" });
});

test("memory network: without a clock packets travel in the time of the event loop", async () => {
  const network = new MemoryNetwork();
  const sender = network.host("10.0.0.1");
  const receiver = network.host("10.0.0.2");
  const arrived = new Promise<string>((resolve) => {
    receiver.start({
      onPackets: ([record]) => resolve(record?.source?.text ?? "nowhere"),
      onWritable: () => {},
      onError: () => {},
    });
  });
  receiver.ref();
  const record = createPacketRecord();
  record.slab = new Uint8Array(16);
  record.lengthBytes = 16;
  record.destination = parseIpAddress("10.0.0.2");
  assert.equal(sender.send([record]), 1);
  assert.equal(await arrived, "10.0.0.1");
  receiver.unref();
});
