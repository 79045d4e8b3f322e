import assert from "node:assert/strict";
import { test } from "node:test";
import { onStream, Pair, payload, seededEntropy } from "./pair.js";

test("RFC 9260 §5.1: four packets set an association up, and both sides hear of it", () => {
  const pair = new Pair();
  pair.establish();
  assert.equal(pair.a.association.state, "ESTABLISHED");
  assert.equal(pair.z.association.state, "ESTABLISHED");
  assert.deepEqual(pair.a.eventTypes, ["communication up"]);
  assert.deepEqual(pair.z.eventTypes, ["communication up"]);
  const kinds = pair.trace.map((line) => line.replace(/ \(.*/, ""));
  assert.deepEqual(kinds, ["A>Z INIT", "Z>A INIT ACK", "A>Z COOKIE ECHO", "Z>A COOKIE ACK"]);
});

test("RFC 9260 §6.9: messages of all sizes arrive whole and in order", () => {
  const pair = new Pair();
  pair.establish();
  const sizes = [1, 2, 3, 4, 100, 1443, 1444, 1445, 1452, 3000, 65_536, 262_144];
  for (const [index, size] of sizes.entries()) {
    pair.a.association.send(payload(size, index), onStream(index % 10), pair.now);
  }
  pair.advance(60_000);
  const received = pair.z.received();
  assert.equal(received.length, sizes.length);
  const expected = sizes.map((size, index) => Buffer.from(payload(size, index)).toString("hex")).sort();
  assert.deepEqual(received.map((data) => Buffer.from(data).toString("hex")).sort(), expected);
  assert.ok(pair.a.association.isSenderDry);
  assert.equal(pair.a.association.sendBufferBytes, 0);
});

test("RFC 9260 §6.3, §7.2: a lossy, reordering, duplicating network loses, repeats and disorders nothing", () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const pair = new Pair({ seed, a: { rtoMinMs: 200 }, z: { rtoMinMs: 200 } });
    const random = seededEntropy(seed);
    const chance = (share: number): boolean => random.randomUint32() / 2 ** 32 < share;
    pair.tamper = (packet) => {
      if (chance(0.05)) return [];
      const late = chance(0.1)
        ? { ...packet, arrivesAt: packet.arrivesAt + (random.randomUint32() % 40) }
        : packet;
      return chance(0.02) ? [late, packet] : [late];
    };
    pair.establish();
    pair.advance(5000);
    const count = 300;
    for (let index = 0; index < count; index += 1) {
      const size = 1 + (random.randomUint32() % 4000);
      pair.a.association.send(payload(size, index), onStream(0, { ppid: index }), pair.now);
    }
    pair.advance(600_000);
    const ppids = pair.z.events.flatMap((event) => (event.type === "data" ? [event.ppid] : []));
    assert.deepEqual(
      ppids,
      Array.from({ length: count }, (_, index) => index),
      `seed ${seed}`,
    );
    assert.ok(pair.a.association.isSenderDry, `seed ${seed}`);
  }
});

test("RFC 9260 §9.2: a graceful shutdown ends both sides after everything was delivered", () => {
  const pair = new Pair();
  pair.establish();
  for (let index = 0; index < 100; index += 1)
    pair.a.association.send(payload(1000, index), onStream(0), pair.now);
  for (let index = 0; index < 100; index += 1)
    pair.z.association.send(payload(1000, index), onStream(0), pair.now);
  pair.a.association.shutdown(pair.now);
  pair.advance(10_000);
  assert.equal(pair.z.received().length, 100);
  assert.equal(pair.a.received().length, 100);
  assert.equal(pair.a.eventTypes.at(-1), "shutdown complete");
  assert.equal(pair.z.eventTypes.at(-1), "shutdown complete");
  assert.ok(pair.z.eventTypes.includes("shutdown received"));
  assert.equal(pair.a.stack.associationCount, 0);
  assert.equal(pair.z.stack.associationCount, 0);
  assert.equal(pair.a.stack.pollTimeout(), Number.POSITIVE_INFINITY);
  assert.equal(pair.z.stack.pollTimeout(), Number.POSITIVE_INFINITY);
});

test("RFC 9260 §9.1: an abort tells the peer why and returns what was not delivered", () => {
  const pair = new Pair();
  pair.establish();
  pair.z.reads = false;
  pair.a.association.send(payload(3000), onStream(0), pair.now);
  pair.a.association.abort([{ kind: "User-Initiated Abort", reason: payload(5) }]);
  pair.advance(1000);
  assert.deepEqual(pair.a.eventTypes, ["communication up", "communication lost", "send failed"]);
  const lost = pair.z.events.at(-1);
  assert.ok(lost?.type === "communication lost" && lost.reason.kind === "aborted by peer");
  assert.deepEqual(lost.reason.causes, [{ kind: "User-Initiated Abort", reason: payload(5) }]);
});
