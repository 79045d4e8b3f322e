import assert from "node:assert/strict";
import { test } from "node:test";
import type { AssociationConfigChange } from "../../../../src/stack/config.js";
import { isMalformed } from "../../../../src/wire/malformed.js";
import { parsePacket } from "../../../../src/wire/packet.js";
import { onStream, Pair, payload, type Host } from "../../pair.js";

const DATA = 0;
/** Every chunk type that can be authenticated. */
const ALL_TYPES = Array.from({ length: 256 }, (_, type) => type).filter(
  (type) => ![1, 2, 14, 15].includes(type),
);
const SECRET = Uint8Array.from({ length: 40 }, (_, index) => 255 - index);

function wants(...authenticatedChunkTypes: number[]): AssociationConfigChange {
  return { authenticatedChunkTypes };
}

function receivedBy(host: Host): Uint8Array[] {
  return host.received().map((message) => Uint8Array.from(message));
}

/** The packets of a side with AUTH chunks, as lists of kinds, and the largest packet of all. */
function watch(pair: Pair, host: Host): { packets: string[][]; sizes: number[]; keys: number[] } {
  const seen = { packets: [] as string[][], sizes: [] as number[], keys: [] as number[] };
  pair.tamper = (packet) => {
    const parsed = parsePacket(packet.bytes);
    if (packet.from === host && !isMalformed(parsed)) {
      seen.packets.push(parsed.chunks.map(({ kind }) => kind));
      seen.sizes.push(packet.bytes.length);
      for (const chunk of parsed.chunks) if (chunk.kind === "AUTH") seen.keys.push(chunk.keyNumber);
    }
    return [packet];
  };
  return seen;
}

test("RFC 4895 §6.1: INIT and INIT ACK tell what they have to, by default too", () => {
  const pair = new Pair();
  pair.establish();
  for (const kind of ["A>Z INIT ", "Z>A INIT ACK"]) {
    const line = pair.trace.find((candidate) => candidate.startsWith(kind));
    assert.match(line ?? "", /Random .*Authenticated chunk list 193 128.*Requested HMAC algorithm 3 1/);
  }
  for (const { association, events } of [pair.a, pair.z]) {
    assert.deepEqual(association.authentication.peerOffer?.chunkTypes, [0xc1, 0x80]);
    assert.equal(association.authentication.peerOffer?.random.length, 32);
    assert.deepEqual(
      events.filter(({ type }) => type === "authentication"),
      [],
    );
  }
  assert.deepEqual(
    pair.a.association.authentication.ownOffer,
    pair.z.association.authentication.peerOffer,
    "both know both random numbers",
  );
});

test("RFC 4895 §6.2: what the peer has asked for stands behind an AUTH chunk, and nothing else does", () => {
  const pair = new Pair({ z: wants(DATA) });
  pair.establish();
  const ofA = watch(pair, pair.a);
  pair.a.association.send(payload(100), onStream(0), pair.now);
  pair.advance(500);
  assert.deepEqual(ofA.packets, [["AUTH", "DATA"]]);
  const ofZ = watch(pair, pair.z);
  pair.z.association.send(payload(100), onStream(0), pair.now);
  pair.advance(500);
  assert.deepEqual(ofZ.packets, [["DATA"]]);
  assert.deepEqual(receivedBy(pair.a), [payload(100)]);
  assert.deepEqual(receivedBy(pair.z), [payload(100)]);
});

test("RFC 4895 §6.2: with every chunk type authenticated an association lives its whole life", () => {
  const pair = new Pair({ a: wants(...ALL_TYPES), z: wants(...ALL_TYPES) });
  const seen = { bare: [] as string[] };
  pair.tamper = (packet) => {
    const parsed = parsePacket(packet.bytes);
    if (!isMalformed(parsed)) {
      const [first, ...others] = parsed.chunks.map(({ kind }) => kind);
      if (first !== "AUTH") seen.bare.push(first ?? "");
      assert.equal(others.includes("AUTH"), false, "RFC 4895 §5.1: there is one AUTH chunk at most");
    }
    return [packet];
  };
  pair.a.endpoint.sharedKeys.set(0, SECRET);
  pair.z.endpoint.sharedKeys.set(0, SECRET);
  pair.associate();
  pair.a.association.send(payload(3000), onStream(0), pair.now);
  pair.advance(1000);
  pair.z.association.send(payload(5000), onStream(1), pair.now);
  pair.a.association.requestHeartbeat(pair.a.association.primaryPath, pair.now);
  pair.advance(60_000);
  pair.a.association.shutdown(pair.now);
  pair.advance(1000);
  assert.deepEqual([...new Set(seen.bare)].sort(), ["INIT", "INIT ACK", "SHUTDOWN COMPLETE"]);
  assert.deepEqual(receivedBy(pair.z), [payload(3000)]);
  assert.deepEqual(receivedBy(pair.a), [payload(5000)]);
  assert.equal(pair.a.eventTypes.at(-1), "shutdown complete");
  assert.equal(pair.z.eventTypes.at(-1), "shutdown complete");
  assert.equal(
    pair.a.stack.statistics.unauthenticatedChunks + pair.z.stack.statistics.unauthenticatedChunks,
    0,
  );
});

test("RFC 4895 §6.2: an ABORT is authenticated with the keys of the association that it ends", () => {
  const pair = new Pair({ z: wants(6) });
  pair.a.endpoint.sharedKeys.set(0, SECRET);
  pair.z.endpoint.sharedKeys.set(0, SECRET);
  pair.establish();
  const { packets } = watch(pair, pair.a);
  pair.a.association.abort([{ kind: "User-Initiated Abort", reason: payload(5) }]);
  assert.equal(pair.a.association.authentication.keys.find(0), undefined, "the keys are gone at once");
  pair.advance(100);
  assert.deepEqual(packets, [["AUTH", "ABORT"]]);
  assert.equal(pair.z.eventTypes.at(-1), "communication lost");
});

for (const [hmacIdentifiers, overheadBytes] of [
  [[1], 28],
  [[3, 1], 40],
] as const) {
  test(`RFC 4895 §6.2: with algorithm ${hmacIdentifiers[0]} packets stay within the path MTU, and are full`, () => {
    const pair = new Pair({ z: { authenticatedChunkTypes: [DATA], hmacIdentifiers } });
    pair.tracing = false;
    pair.establish();
    assert.equal(pair.a.association.fragmentationPointBytes, 1480 - 12 - overheadBytes - 16);
    const { sizes, packets } = watch(pair, pair.a);
    pair.a.association.send(payload(50_000), onStream(0), pair.now);
    pair.advance(5000);
    assert.equal(Math.max(...sizes), 1480);
    assert.equal(
      packets.filter(([first]) => first === "AUTH").length,
      Math.ceil(50_000 / (1452 - overheadBytes)),
    );
    assert.deepEqual(receivedBy(pair.z), [payload(50_000)]);
  });
}

test("RFC 9260 §6.1 A: Nagle's algorithm counts the AUTH chunk as a part of a full packet", () => {
  const pair = new Pair({ z: wants(DATA) });
  pair.establish();
  pair.z.association.configure({ sackDelayMs: 500 }, pair.now);
  const { packets } = watch(pair, pair.a);
  const { association } = pair.a;
  association.send(payload(10), onStream(0), pair.now);
  pair.settle();
  // A message that fills what the AUTH chunk leaves of a packet does not wait for the SACK.
  association.send(payload(association.fragmentationPointBytes), onStream(0), pair.now);
  pair.settle();
  assert.equal(packets.length, 2);
});

test("RFC 4895 §6.2: retransmissions are authenticated as well", () => {
  const pair = new Pair({ z: wants(DATA) });
  pair.establish();
  let lost = 0;
  pair.tamper = (packet) => {
    if (packet.from !== pair.a || lost > 0) return [packet];
    lost += 1;
    return [];
  };
  pair.a.association.send(payload(1000), onStream(0), pair.now);
  pair.advance(5000);
  assert.equal(pair.a.stack.statistics.retransmittedDataChunks, 1);
  assert.deepEqual(receivedBy(pair.z), [payload(1000)]);
});

test("RFC 6458 §5.3.8, §8.1.18: messages with different keys are never in one packet, and each has its own", () => {
  const pair = new Pair({ z: wants(DATA) });
  for (const { endpoint } of [pair.a, pair.z]) {
    endpoint.sharedKeys.set(1, payload(20, 1));
    endpoint.sharedKeys.set(2, payload(20, 2));
  }
  pair.establish();
  const { association } = pair.a;
  const { packets, keys } = watch(pair, pair.a);
  association.configure({ noDelay: true }, pair.now);
  for (const keyNumber of [1, 1, 2, 0, 0])
    association.send(payload(10, keyNumber), { ...onStream(0), keyNumber }, pair.now);
  association.authentication.keys.activate(2);
  association.send(payload(10, 9), onStream(0), pair.now);
  pair.advance(500);
  assert.deepEqual(keys, [1, 2, 0, 2]);
  assert.deepEqual(packets[0], ["AUTH", "DATA", "DATA"]);
  assert.deepEqual(
    receivedBy(pair.z),
    [1, 1, 2, 0, 0, 9].map((seed) => payload(10, seed)),
  );
  const told = pair.z.events.flatMap((event) => (event.type === "authentication" ? [event] : []));
  assert.deepEqual(
    told.map(({ keyNumber, indication }) => [keyNumber, indication]),
    [
      [1, "new key"],
      [2, "new key"],
    ],
    "RFC 6458 §6.1.8: each key is told of when it is used for the first time",
  );
});

test("RFC 6458 §6.1.8, §8.3.4: FREE KEY is told when no message uses a deactivated key any more", () => {
  const pair = new Pair({ z: wants(DATA) });
  for (const { endpoint } of [pair.a, pair.z]) {
    endpoint.sharedKeys.set(1, payload(20, 1));
    endpoint.sharedKeys.activate(1);
  }
  pair.establish();
  const { association, events } = pair.a;
  association.send(payload(40_000), onStream(0), pair.now);
  pair.settle();
  assert.equal(association.deactivateKey(1), false, "it is the active one");
  assert.equal(association.authentication.keys.activate(0), true);
  assert.equal(association.deactivateKey(1), true);
  pair.settle();
  const freed = (): number[] =>
    events.flatMap((event) =>
      event.type === "authentication" && event.indication === "free key" ? [event.keyNumber] : [],
    );
  assert.deepEqual(freed(), []);
  assert.equal(association.deleteKey(1), false, "messages still use it");
  pair.advance(5000);
  assert.deepEqual(freed(), [1]);
  assert.deepEqual(receivedBy(pair.z), [payload(40_000)]);
  assert.equal(association.deleteKey(1), true);
  assert.equal(association.authentication.keys.find(1), undefined);
  pair.advance(5000);
  assert.deepEqual(freed(), [1], "it is told once");
});

test("RFC 6458 §8.3.4: an unused key is free as soon as it is deactivated", () => {
  const pair = new Pair();
  pair.a.endpoint.sharedKeys.set(7, payload(20));
  pair.establish();
  pair.a.association.deactivateKey(7);
  pair.settle();
  const last = pair.a.events.at(-1);
  assert.deepEqual(last?.type === "authentication" && [last.keyNumber, last.indication], [7, "free key"]);
});

test("RFC 6458 §6.1.8: NO AUTH is told when the peer cannot authenticate", () => {
  const pair = new Pair({ z: { authentication: false } });
  pair.establish();
  for (const { events } of [pair.a, pair.z]) {
    const told = events.flatMap((event) => (event.type === "authentication" ? [event.indication] : []));
    assert.deepEqual(told, ["no authentication"]);
  }
  assert.equal(pair.a.association.tcb.peerExtensions.authentication, false);
  assert.equal(pair.a.association.tcb.peerExtensions.addressReconfiguration, false);
});

test("RFC 4895 §6.1: a server may keep its keys apart from those of each association", () => {
  const pair = new Pair({ z: wants(DATA) });
  pair.establish();
  // The same key on both sides of this association only.
  pair.a.association.authentication.keys.set(3, SECRET);
  pair.z.association.authentication.keys.set(3, SECRET);
  pair.a.association.send(payload(10), { ...onStream(0), keyNumber: 3 }, pair.now);
  pair.advance(500);
  assert.deepEqual(receivedBy(pair.z), [payload(10)]);
  assert.equal(pair.z.endpoint.sharedKeys.find(3), undefined);
});

test("keys that differ let nothing through", () => {
  const pair = new Pair({ z: wants(DATA) });
  pair.a.endpoint.sharedKeys.set(0, payload(20, 1));
  pair.z.endpoint.sharedKeys.set(0, payload(20, 2));
  pair.establish();
  pair.a.association.send(payload(10), onStream(0), pair.now);
  pair.advance(10_000);
  assert.deepEqual(receivedBy(pair.z), []);
  assert.ok(pair.z.stack.statistics.unauthenticatedChunks > 1, "and retransmissions neither");
});

test("the keys of an association leave the memory with it", () => {
  const pair = new Pair({ z: wants(DATA) });
  pair.establish();
  const { keys } = pair.a.association.authentication;
  pair.a.association.send(payload(10), onStream(0), pair.now);
  pair.advance(500);
  const key = keys.find(0);
  // What was made for the first packet is kept: it is what the arguments do not matter to.
  const associationKey = key?.associationKey(new Uint8Array(0), new Uint8Array(0));
  assert.ok(associationKey !== undefined && associationKey.length > 60);
  pair.a.association.shutdown(pair.now);
  pair.advance(500);
  assert.equal(pair.a.eventTypes.at(-1), "shutdown complete");
  assert.ok(associationKey.every((byte) => byte === 0));
  assert.equal(keys.find(0), undefined);
});
