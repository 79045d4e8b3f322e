import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { onStream, Pair, payload, seededEntropy, type Host, type PacketInFlight } from "./pair.js";
import { countersOf, wrongCounters } from "./scripted-peer.js";

/** Bytes of user data that a host has been given. */
function receivedBytes(host: Host): number {
  return host.events.reduce((sum, event) => sum + (event.type === "data" ? event.data.length : 0), 0);
}

function assertQuiet(...hosts: readonly Host[]): void {
  for (const host of hosts) {
    for (const [name, value] of Object.entries(countersOf(host.association)))
      assert.equal(value, 0, `${host.name} ${name}`);
    assert.equal(host.association.reassemblyBytes, 0, `${host.name} reassembly`);
    assert.equal(host.association.unreadBytes, 0, `${host.name} unread`);
    assert.ok(host.association.isSenderDry);
  }
}

for (const receiveBufferBytes of [1500, 2000, 3000, 4000, 8000, 65_536]) {
  for (const mtuBytes of [1500, 9000]) {
    test(`RFC 9260 §6.2, §6.9: ${receiveBufferBytes} bytes of buffer take any message, MTU ${mtuBytes}`, () => {
      for (const size of [100, 1000, 1452, 4000, 16_384, 100_000]) {
        const pair = new Pair({ z: { receiveBufferBytes }, mtuBytes });
        pair.tracing = false;
        pair.establish();
        const count = Math.ceil(100_000 / size);
        for (let index = 0; index < count; index += 1)
          pair.a.association.send(payload(size, index), onStream(0), pair.now);
        const took = pair.advanceUntil(() => receivedBytes(pair.z) === count * size, 1_000_000);
        // One buffer takes a round trip of 20 ms, or two of them where chunks do not fill it: never a time-out.
        assert.ok(took < 300 + (40 * 2 * count * size) / receiveBufferBytes, `${size}: ${took} ms`);
        assert.equal(pair.a.stack.statistics.t3Expirations, 0);
        pair.advance(1000);
        assert.deepEqual(
          pair.z.received().map((data) => data.length),
          new Array<number>(count).fill(size),
        );
        assertQuiet(pair.a, pair.z);
      }
    });
  }
}

test("RFC 9260 §6.9: a message of 4 MiB passes a receive buffer of 64 KiB, in parts and unchanged", () => {
  const pair = new Pair({ z: { receiveBufferBytes: 65_536 } });
  pair.tracing = false;
  pair.establish();
  const message = payload(4 * 1024 * 1024, 5);
  pair.a.association.send(message, onStream(0), pair.now);
  let heldMost = 0;
  pair.afterStep = () => {
    const { reassemblyBytes, unreadBytes } = pair.z.association;
    heldMost = Math.max(heldMost, reassemblyBytes + unreadBytes);
  };
  pair.advanceUntil(() => receivedBytes(pair.z) === message.length, 600_000);
  const received = pair.z.received();
  assert.equal(received.length, 1);
  assert.ok(Buffer.from(message).equals(received[0] as Uint8Array));
  assert.ok(heldMost <= 65_536 + 1452, `${heldMost}`);
  pair.advance(1000);
  assertQuiet(pair.a, pair.z);
});

test("RFC 9260 §6.9: the same with loss", () => {
  const pair = new Pair({ z: { receiveBufferBytes: 65_536 } });
  pair.tracing = false;
  pair.establish();
  const random = seededEntropy(7);
  pair.tamper = (packet) => (random.randomUint32() % 100 < 2 ? [] : [packet]);
  const message = payload(1024 * 1024, 6);
  pair.a.association.send(message, onStream(0), pair.now);
  pair.advanceUntil(() => receivedBytes(pair.z) === message.length, 600_000);
  assert.ok(Buffer.from(message).equals(pair.z.received()[0] ?? Buffer.alloc(0)));
});

test("RFC 9260 §6.5, §6.6: 65,535 streams, each ordered in itself", () => {
  const pair = new Pair({ a: { outboundStreams: 65_535 } });
  pair.tracing = false;
  pair.establish();
  assert.equal(pair.a.association.outboundStreams, 65_535);
  for (let stream = 0; stream < 65_535; stream += 1)
    pair.a.association.send(payload(4, stream), onStream(stream, { ppid: stream }), pair.now);
  for (const stream of [0, 1, 65_534]) pair.a.association.send(payload(8), onStream(stream), pair.now);
  pair.advanceUntil(() => pair.a.association.isSenderDry, 60_000);
  pair.advance(1000);
  const ssns = pair.z.events.flatMap((event) =>
    event.type === "data" ? [[event.streamId, event.ssn] as const] : [],
  );
  assert.equal(ssns.length, 65_538);
  assert.deepEqual(ssns.slice(65_533), [
    [65_533, 0],
    [65_534, 0],
    [0, 1],
    [1, 1],
    [65_534, 1],
  ]);
  assertQuiet(pair.a, pair.z);
});

test("RFC 9260 §1.6: TSNs and SSNs wrap in the middle of a transfer", () => {
  for (let seed = 1; seed <= 3; seed += 1) {
    const pair = new Pair({ seed });
    pair.tracing = false;
    pair.establish();
    const { retransmission } = pair.a.association.tcb;
    const first = retransmission.outstanding.firstTsn;
    // More messages than a stream has numbers.
    let given = 0;
    const count = 70_000;
    while (given < count) {
      for (let index = 0; index < 5000; index += 1) {
        pair.a.association.send(payload(1, given), onStream(0, { ppid: given }), pair.now);
        given += 1;
      }
      pair.advanceUntil(() => pair.a.association.isSenderDry, 60_000);
    }
    pair.advance(1000);
    let expected = 0;
    for (const event of pair.z.events) {
      if (event.type !== "data") continue;
      assert.equal(event.ppid, expected);
      expected += 1;
    }
    assert.equal(expected, count);
    assert.equal((retransmission.outstanding.firstTsn - first) >>> 0, count);
  }
});

test("RFC 9260 §6.2: the first packet is answered at once, then every second one", () => {
  const pair = new Pair({ a: { noDelay: true } });
  pair.establish();
  const before = pair.trace.length;
  for (let index = 0; index < 6; index += 1) {
    pair.a.association.send(payload(100), onStream(0), pair.now);
    pair.advance(50);
  }
  const kinds = pair.trace.slice(before).map((line) => line.replace(/ \(.*/, ""));
  assert.deepEqual(kinds, [
    "A>Z DATA",
    "Z>A SACK",
    "A>Z DATA",
    "A>Z DATA",
    "Z>A SACK",
    "A>Z DATA",
    "A>Z DATA",
    "Z>A SACK",
    "A>Z DATA",
  ]);
});

test("RFC 9260 §6.2: a single packet is acknowledged after SACK.Delay", () => {
  const pair = new Pair({ a: { noDelay: true }, z: { sackDelayMs: 150 } });
  pair.establish();
  pair.a.association.send(payload(100), onStream(0), pair.now);
  pair.advance(100);
  pair.a.association.send(payload(100), onStream(0), pair.now);
  const took = pair.advanceUntil(() => pair.a.association.isSenderDry, 1000);
  assert.equal(took, 10 + 150 + 10);
});

test("RFC 9260 §6.2: the I bit is answered without delay", () => {
  const pair = new Pair({ a: { noDelay: true } });
  pair.establish();
  for (let index = 0; index < 2; index += 1) {
    pair.a.association.send(payload(100), { ...onStream(0), sackImmediately: true }, pair.now);
    assert.equal(
      pair.advanceUntil(() => pair.a.association.isSenderDry, 1000),
      20,
    );
  }
});

test("RFC 9260 §6.7: each packet behind a gap is answered at once with its Gap Ack Blocks", () => {
  const pair = new Pair({ a: { noDelay: true } });
  pair.establish();
  pair.a.association.primaryPath.burstAllowance = 10;
  (pair.a.association.primaryPath.congestion as { cwnd: number }).cwnd = 100_000;
  let dropped = false;
  pair.tamper = (packet: PacketInFlight) => {
    if (packet.from === pair.a && !dropped) {
      dropped = true;
      return [];
    }
    return [packet];
  };
  const before = pair.trace.length;
  for (let index = 0; index < 4; index += 1)
    pair.a.association.send(payload(1400, index), onStream(0), pair.now);
  pair.advance(15);
  const sacks = pair.trace.slice(before).filter((line) => line.startsWith("Z>A"));
  assert.deepEqual(
    sacks.map((line) => /blocks=([^),]*)/.exec(line)?.[1]),
    ["2-2", "2-3", "2-4"],
  );
});

test("RFC 9260 §6.2: duplicates are answered at once and listed", () => {
  const pair = new Pair();
  pair.establish();
  pair.tamper = (packet) => (packet.from === pair.a ? [packet, packet] : [packet]);
  pair.a.association.send(payload(100), onStream(0), pair.now);
  pair.advance(25);
  const sacks = pair.trace.filter((line) => line.startsWith("Z>A SACK"));
  assert.equal(sacks.length, 2);
  assert.match(sacks[1] ?? "", /duplicate TSNs=\d+/);
  assert.equal(pair.z.stack.statistics.duplicateDataChunks, 1);
});

test("RFC 9260 §6.2: a_rwnd shrinks by what is not read and opens again in steps worth a SACK", () => {
  const pair = new Pair({ a: { noDelay: true }, z: { receiveBufferBytes: 20_000 } });
  pair.establish();
  pair.z.reads = false;
  for (let index = 0; index < 30; index += 1)
    pair.a.association.send(payload(1000, index), onStream(0), pair.now);
  pair.advance(900);
  const { association } = pair.z;
  assert.equal(association.unreadBytes, 20_000);
  assert.equal(pair.a.association.peerRwnd, 0);
  const before = pair.trace.length;
  // A reader that takes small bites: no update before a quarter of the buffer is free.
  for (let index = 0; index < 49; index += 1) {
    association.releaseReceived(100);
    pair.settle();
  }
  assert.deepEqual(pair.trace.slice(before), []);
  association.releaseReceived(100);
  pair.settle();
  const updates = pair.trace.slice(before);
  assert.equal(updates.length, 1);
  assert.match(updates[0] ?? "", /Arwnd=5000/);
});

test("RFC 9260 §6.2: when a hole is filled into a full buffer, what lies highest goes and comes again", () => {
  const pair = new Pair({ a: { noDelay: true, maxBurst: 0 }, z: { receiveBufferBytes: 8000 } });
  pair.tracing = false;
  pair.establish();
  pair.z.reads = false;
  (pair.a.association.primaryPath.congestion as { cwnd: number }).cwnd = 100_000;
  // The peer takes little notice of the window: the first chunk comes last.
  pair.a.association.tcb.retransmission.peerRwnd = 100_000;
  let dropped = false;
  pair.tamper = (packet) => {
    if (packet.from !== pair.a || dropped) return [packet];
    dropped = true;
    return [];
  };
  for (let index = 0; index < 12; index += 1)
    pair.a.association.send(payload(1400, index), onStream(0, { ppid: index }), pair.now);
  pair.advance(500);
  pair.z.reads = true;
  pair.z.association.releaseReceived(pair.z.association.unreadBytes);
  pair.advanceUntil(() => pair.a.association.isSenderDry, 200_000);
  pair.advance(1000);
  const ppids = pair.z.events.flatMap((event) => (event.type === "data" ? [event.ppid] : []));
  assert.deepEqual(
    ppids,
    Array.from({ length: 12 }, (_, index) => index),
  );
  assertQuiet(pair.a, pair.z);
});

interface Traffic {
  readonly seed: number;
  readonly sizes: readonly number[];
  readonly backSizes: readonly number[];
  readonly loss: number;
  readonly duplication: number;
  readonly reordering: number;
  readonly batching: boolean;
  readonly noDelay: boolean;
  readonly maxBurst: number;
  readonly maxSegmentBytes: number;
  readonly bufferA: number;
  readonly bufferZ: number;
  readonly pausesReading: boolean;
}

const traffic: fc.Arbitrary<Traffic> = fc.record({
  seed: fc.integer({ min: 1, max: 1_000_000 }),
  sizes: fc.array(fc.integer({ min: 1, max: 12_000 }), { minLength: 1, maxLength: 60 }),
  backSizes: fc.array(fc.integer({ min: 1, max: 3000 }), { maxLength: 40 }),
  loss: fc.constantFrom(0, 1, 5, 20),
  duplication: fc.constantFrom(0, 5),
  reordering: fc.constantFrom(0, 20),
  batching: fc.boolean(),
  noDelay: fc.boolean(),
  maxBurst: fc.constantFrom(0, 1, 4),
  maxSegmentBytes: fc.constantFrom(0, 100),
  bufferA: fc.constantFrom(1500, 4000, 65_536),
  bufferZ: fc.constantFrom(1500, 4000, 65_536),
  pausesReading: fc.boolean(),
});

const STREAMS = 3;

function run(scenario: Traffic): void {
  const { noDelay, maxBurst, maxSegmentBytes } = scenario;
  const common = { rtoMinMs: 100, rtoInitialMs: 200, rtoMaxMs: 2000, associationMaxRetrans: 60_000, noDelay };
  const pair = new Pair({
    seed: scenario.seed,
    a: { ...common, maxBurst, maxSegmentBytes, receiveBufferBytes: scenario.bufferA, pathMaxRetrans: 60_000 },
    z: { ...common, receiveBufferBytes: scenario.bufferZ, pathMaxRetrans: 60_000 },
  });
  pair.tracing = false;
  pair.establish();
  const random = seededEntropy(scenario.seed);
  const chance = (percent: number): boolean => random.randomUint32() % 100 < percent;
  pair.batching = scenario.batching;
  pair.tamper = (packet) => {
    if (chance(scenario.loss)) return [];
    const late = chance(scenario.reordering)
      ? { ...packet, arrivesAt: packet.arrivesAt + (random.randomUint32() % 40) }
      : packet;
    return chance(scenario.duplication) ? [late, packet] : [late];
  };
  pair.afterStep = () => {
    for (const host of [pair.a, pair.z]) assert.deepEqual(wrongCounters(host.association), [], host.name);
  };
  const give = (host: Host, sizes: readonly number[]): void => {
    for (const [index, size] of sizes.entries())
      host.association.send(payload(size, index), onStream(index % STREAMS, { ppid: index }), pair.now);
  };
  pair.z.reads = !scenario.pausesReading;
  give(pair.a, scenario.sizes);
  give(pair.z, scenario.backSizes);
  if (scenario.pausesReading) {
    pair.advance(5000);
    pair.z.reads = true;
    pair.z.association.releaseReceived(pair.z.association.unreadBytes);
  }
  const bothDry = (): boolean => pair.a.association.isSenderDry && pair.z.association.isSenderDry;
  pair.advanceUntil(bothDry, 3_600_000);
  pair.advance(1000);
  assertQuiet(pair.a, pair.z);
  assertDelivered(pair.z, scenario.sizes);
  assertDelivered(pair.a, scenario.backSizes);
}

/** Each message once, unchanged, and in the order of its stream. */
function assertDelivered(host: Host, sizes: readonly number[]): void {
  const messages = new Map<number, Uint8Array[]>();
  const last = new Array<number>(STREAMS).fill(-1);
  for (const event of host.events) {
    if (event.type !== "data") continue;
    const { ppid, streamId, beginning, data } = event;
    if (beginning) {
      assert.ok(ppid > (last[streamId] ?? -1), "in order and once");
      last[streamId] = ppid;
    }
    messages.set(ppid, [...(messages.get(ppid) ?? []), data]);
  }
  assert.equal(messages.size, sizes.length);
  for (const [index, size] of sizes.entries())
    assert.ok(Buffer.concat(messages.get(index) ?? []).equals(Buffer.from(payload(size, index))), `${index}`);
}

test("RFC 9260 §6, §7: whatever a network does, all is delivered once, in order, in bounded time", () => {
  fc.assert(fc.property(traffic, run), { numRuns: 120, seed: 9260 });
});

test("RFC 9260 §6.3, §7.2: with a 5 % loss a transfer keeps its pace", () => {
  const pair = new Pair();
  pair.tracing = false;
  pair.establish();
  const random = seededEntropy(3);
  pair.tamper = (packet) => (random.randomUint32() % 100 < 5 ? [] : [packet]);
  for (let index = 0; index < 1000; index += 1)
    pair.a.association.send(payload(1000, index), onStream(0), pair.now);
  const took = pair.advanceUntil(() => pair.a.association.isSenderDry, 600_000);
  assert.ok(took < 60_000, `${took} ms`);
});
