import assert from "node:assert/strict";
import { test } from "node:test";
import { tsn } from "../../../src/base/serial-number.js";
import type { Chunk } from "../../../src/wire/chunk.js";
import { ip, onStream, Pair, payload, seededEntropy } from "../pair.js";
import { dataOf, initAckOf, kindsOf, only, PEER_TAG, PEER_TSN, sackOf, Scene, type Sent } from "../scene.js";

const SHUTDOWN_ACK: Chunk = { kind: "SHUTDOWN ACK" };

function shutdownOf(cumulativeTsnAck: number): Chunk {
  return { kind: "SHUTDOWN", cumulativeTsnAck: tsn(cumulativeTsnAck) };
}

/** When each packet that begins with a chunk of that kind left, counted from the first. */
function times(sent: readonly Sent[], kind: Chunk["kind"]): number[] {
  const found = sent.filter((packet) => packet.chunks[0]?.kind === kind);
  return found.map((packet) => packet.at - (found[0]?.at ?? 0));
}

function kinds(pair: Pair): string[] {
  return pair.trace.map((line) => line.replace(/ \(.*/, ""));
}

function assertOver(pair: Pair): void {
  for (const host of [pair.a, pair.z]) {
    assert.equal(host.stack.associationCount, 0, host.name);
    assert.equal(host.stack.pollTimeout(), Number.POSITIVE_INFINITY, `${host.name} has a timer left`);
  }
}

test("RFC 9260 §9.2: SHUTDOWN, SHUTDOWN ACK and SHUTDOWN COMPLETE end an idle association", () => {
  const pair = new Pair();
  pair.establish();
  pair.trace.length = 0;
  pair.a.association.shutdown(pair.now);
  pair.advance(100);
  assert.deepEqual(kinds(pair), ["A>Z SHUTDOWN", "Z>A SHUTDOWN ACK", "A>Z SHUTDOWN COMPLETE"]);
  assert.deepEqual(pair.a.eventTypes.slice(1), ["shutdown complete"]);
  assert.deepEqual(pair.z.eventTypes.slice(1), ["shutdown received", "shutdown complete"]);
  assertOver(pair);
});

test("RFC 9260 §9.2: when both sides shut down at once, each sees a shutdown and both end", () => {
  const pair = new Pair();
  pair.establish();
  pair.trace.length = 0;
  pair.a.association.shutdown(pair.now);
  pair.z.association.shutdown(pair.now);
  pair.advance(100);
  const before = ["A>Z SHUTDOWN", "Z>A SHUTDOWN"];
  assert.deepEqual(kinds(pair).slice(0, 2), before);
  assert.deepEqual(new Set(kinds(pair).slice(2, 4)), new Set(before.map((kind) => `${kind} ACK`)));
  assert.equal(pair.a.eventTypes.at(-1), "shutdown complete");
  assert.equal(pair.z.eventTypes.at(-1), "shutdown complete");
  assertOver(pair);
});

for (const lost of ["A>Z SHUTDOWN", "Z>A SHUTDOWN ACK", "A>Z SHUTDOWN COMPLETE"]) {
  test(`RFC 9260 §9.2: ${lost} is lost, and the shutdown completes all the same`, () => {
    const pair = new Pair();
    pair.establish();
    pair.trace.length = 0;
    let dropped = false;
    pair.tamper = (packet) => {
      if (dropped || kinds(pair).at(-1) !== lost) return [packet];
      dropped = true;
      return [];
    };
    pair.a.association.shutdown(pair.now);
    pair.advance(10_000);
    assert.ok(dropped);
    assert.equal(pair.a.eventTypes.at(-1), "shutdown complete");
    assert.equal(pair.z.eventTypes.at(-1), "shutdown complete");
    assertOver(pair);
  });
}

test("RFC 9260 §9.2: with data on both ways and loss everything arrives before the end, on both sides", () => {
  for (let seed = 1; seed <= 30; seed += 1) {
    const pair = new Pair({ seed, a: { rtoMinMs: 100 }, z: { rtoMinMs: 100 } });
    pair.establish();
    const random = seededEntropy(seed);
    pair.tamper = (packet) => {
      const fate = random.randomUint32() % 100;
      if (fate < 10) return [];
      const late = { ...packet, arrivesAt: packet.arrivesAt + (random.randomUint32() % 30) };
      return fate < 20 ? [late, packet] : [late];
    };
    for (let index = 0; index < 30; index += 1) {
      pair.a.association.send(payload(2500, index), onStream(index % 3), pair.now);
      pair.z.association.send(payload(1500, index), onStream(index % 3), pair.now);
    }
    pair.advance(random.randomUint32() % 60);
    pair.a.association.shutdown(pair.now);
    if (seed % 2 === 0) pair.z.association.shutdown(pair.now);
    pair.advance(200_000);
    assert.equal(pair.z.received().length, 30, `seed ${seed}`);
    assert.equal(pair.a.received().length, 30, `seed ${seed}`);
    for (const host of [pair.a, pair.z])
      assert.equal(host.eventTypes.at(-1), "shutdown complete", `${host.name}, seed ${seed}`);
    assertOver(pair);
  }
});

test("RFC 9260 §9.2: in SHUTDOWN-PENDING no message is taken, and SHUTDOWN waits for the acknowledgement", () => {
  const scene = new Scene();
  const { association, tag, initAck } = scene.accept();
  association.send(payload(100), onStream(0), scene.now);
  association.shutdown(scene.now);
  assert.equal(association.acceptsMessages, false);
  assert.deepEqual(kindsOf(scene.drain()), [["DATA"]]);
  assert.equal(association.state, "SHUTDOWN-PENDING");
  const sent = scene.receive(tag, [sackOf(initAck.initialTsn)]);
  assert.deepEqual(kindsOf(sent), [["SHUTDOWN"]]);
  assert.equal(only(sent, "SHUTDOWN").cumulativeTsnAck, PEER_TSN - 1);
});

test("RFC 9260 §9.2, §4 4): in SHUTDOWN-SENT each packet with DATA is answered at once with SHUTDOWN", () => {
  const scene = new Scene();
  const { association, tag } = scene.accept();
  association.shutdown(scene.now);
  scene.drain();
  const first = scene.receive(tag, [dataOf(PEER_TSN)]);
  assert.equal(only(first, "SHUTDOWN").cumulativeTsnAck, PEER_TSN);
  const second = scene.receive(tag, [dataOf(PEER_TSN + 1)]);
  assert.equal(only(second, "SHUTDOWN").cumulativeTsnAck, PEER_TSN + 1);
  const gap = scene.receive(tag, [dataOf(PEER_TSN + 3)]);
  assert.equal(only(gap, "SHUTDOWN").cumulativeTsnAck, PEER_TSN + 1);
  assert.deepEqual(only(gap, "SACK").gapAckBlocks, [{ start: 2, end: 2 }]);
  const duplicate = scene.receive(tag, [dataOf(PEER_TSN)]);
  assert.deepEqual(only(duplicate, "SACK").duplicateTsns, [PEER_TSN]);
});

test("RFC 9260 §9.2: T2-shutdown repeats SHUTDOWN Association.Max.Retrans times, then the peer is unreachable", () => {
  const scene = new Scene({ config: { associationMaxRetrans: 4, rtoMaxMs: 10_000 } });
  const { association } = scene.accept();
  association.shutdown(scene.now);
  const sent = scene.advance(1_000_000);
  assert.deepEqual(times(sent, "SHUTDOWN"), [0, 1000, 3000, 7000, 15_000]);
  assert.deepEqual(scene.last("communication lost").reason, { kind: "unreachable" });
  assert.equal(scene.stack.pollTimeout(), Number.POSITIVE_INFINITY);
});

test("RFC 9260 §9.2: T2-shutdown repeats SHUTDOWN ACK as often, then the peer is unreachable", () => {
  const scene = new Scene({ config: { associationMaxRetrans: 2 } });
  const { tag, initAck } = scene.accept();
  const first = scene.receive(tag, [shutdownOf(initAck.initialTsn - 1)]);
  const sent = [...first, ...scene.advance(1_000_000)];
  assert.deepEqual(times(sent, "SHUTDOWN ACK"), [0, 1000, 3000]);
  assert.deepEqual(scene.last("communication lost").reason, { kind: "unreachable" });
  assert.equal(scene.stack.pollTimeout(), Number.POSITIVE_INFINITY);
});

test("RFC 9260 §9.2: any packet from the peer clears the count of T2-shutdown, and its timer begins anew", () => {
  const heartbeat: Chunk = { kind: "HEARTBEAT", info: new Uint8Array(8) };
  for (const chunkOf of [(round: number): Chunk => dataOf(PEER_TSN + round), (): Chunk => heartbeat]) {
    const scene = new Scene({ config: { associationMaxRetrans: 1 } });
    const { association, tag } = scene.accept();
    association.shutdown(scene.now);
    scene.drain();
    for (let round = 0; round < 20; round += 1) {
      scene.advance(900);
      scene.receive(tag, [chunkOf(round)]);
      assert.equal(association.state, "SHUTDOWN-SENT");
    }
  }
});

test("RFC 9260 §9.2: T5-shutdown-guard aborts after five times RTO.Max, however the peer keeps us waiting", () => {
  const scene = new Scene({ config: { rtoMaxMs: 2000 } });
  const { association, tag } = scene.accept();
  association.shutdown(scene.now);
  scene.drain();
  for (let round = 0; association.state === "SHUTDOWN-SENT"; round += 1) {
    assert.ok(round < 100);
    scene.receive(tag, [dataOf(PEER_TSN + round)]);
    scene.advance(500);
  }
  assert.equal(scene.now, 1000 + 10_000);
  const last = scene.sent.at(-1);
  assert.deepEqual([last?.tag, last?.chunks[0]?.kind], [PEER_TAG, "ABORT"]);
  assert.equal(scene.last("communication lost").reason.kind, "aborted locally");
  assert.equal(scene.stack.pollTimeout(), Number.POSITIVE_INFINITY);
});

test("RFC 9260 §6.4, §9.2: a SHUTDOWN that timed out goes to another active address", () => {
  const scene = new Scene();
  const { association } = scene.connect({}, ["10.0.0.1", "10.0.0.3"]);
  association.shutdown(scene.now);
  const sent = scene.advance(3500).filter((packet) => packet.chunks[0]?.kind === "SHUTDOWN");
  assert.deepEqual(
    sent.map((packet) => packet.destination),
    ["10.0.0.1", "10.0.0.3", "10.0.0.1"],
  );
});

test("RFC 9260 §6.4: SHUTDOWN ACK and SHUTDOWN COMPLETE go to where what they answer came from", () => {
  const second = { address: ip("10.0.0.3") };
  const answering = new Scene();
  const { tag, init } = answering.connect({}, ["10.0.0.1", "10.0.0.3"]);
  const [shutdownAck] = answering.receive(tag, [shutdownOf(init.initialTsn - 1)], second);
  assert.deepEqual([shutdownAck?.destination, shutdownAck?.chunks[0]?.kind], ["10.0.0.3", "SHUTDOWN ACK"]);
  const asking = new Scene();
  const { association, tag: other } = asking.connect({}, ["10.0.0.1", "10.0.0.3"]);
  association.shutdown(asking.now);
  asking.drain();
  const [complete] = asking.receive(other, [SHUTDOWN_ACK], second);
  assert.deepEqual([complete?.destination, complete?.chunks[0]?.kind], ["10.0.0.3", "SHUTDOWN COMPLETE"]);
});

test("RFC 9260 §9.2: SHUTDOWN acknowledges like a SACK; the state waits for what is still outstanding", () => {
  const scene = new Scene();
  const { association, tag, initAck } = scene.accept();
  association.send(payload(2000), onStream(0), scene.now);
  scene.drain();
  scene.receive(tag, [shutdownOf(initAck.initialTsn)]);
  assert.equal(association.state, "SHUTDOWN-RECEIVED");
  assert.equal(association.unackedChunks, 1);
  assert.equal(association.acceptsMessages, false);
  association.shutdown(scene.now);
  assert.equal(association.state, "SHUTDOWN-RECEIVED");
  const sent = scene.receive(tag, [shutdownOf(initAck.initialTsn + 1)]);
  assert.deepEqual(kindsOf(sent), [["SHUTDOWN ACK"]]);
  assert.equal(association.state, "SHUTDOWN-ACK-SENT");
});

test("RFC 9260 §9.2: a SHUTDOWN that acknowledges what was never sent is a protocol violation", () => {
  const scene = new Scene();
  const { tag, initAck } = scene.accept();
  const sent = scene.receive(tag, [shutdownOf(initAck.initialTsn + 5)]);
  assert.equal(only(sent, "ABORT").causes[0]?.kind, "Protocol Violation");
});

test("RFC 9260 §9.2: a SHUTDOWN that comes again is answered again with SHUTDOWN ACK", () => {
  const scene = new Scene();
  const { tag, initAck } = scene.accept();
  scene.receive(tag, [shutdownOf(initAck.initialTsn - 1)]);
  assert.deepEqual(kindsOf(scene.receive(tag, [shutdownOf(initAck.initialTsn - 1)])), [["SHUTDOWN ACK"]]);
  assert.equal(scene.eventTypes.filter((type) => type === "shutdown received").length, 1);
});

test("RFC 9260 §9.2: SHUTDOWN ACK in SHUTDOWN-ACK-SENT is answered with SHUTDOWN COMPLETE under the peer's tag", () => {
  const scene = new Scene();
  const { tag, initAck } = scene.accept();
  scene.receive(tag, [shutdownOf(initAck.initialTsn - 1)]);
  const sent = scene.receive(tag, [SHUTDOWN_ACK]);
  assert.deepEqual([sent[0]?.tag, only(sent, "SHUTDOWN COMPLETE").tagReflected], [PEER_TAG, false]);
  assert.equal(scene.eventTypes.at(-1), "shutdown complete");
  assert.equal(scene.stack.pollTimeout(), Number.POSITIVE_INFINITY);
});

test("RFC 9260 §9.2: SHUTDOWN ACK in ESTABLISHED changes nothing", () => {
  const scene = new Scene();
  const { association, tag } = scene.accept();
  assert.deepEqual(scene.receive(tag, [SHUTDOWN_ACK]), []);
  assert.equal(association.state, "ESTABLISHED");
});

test("RFC 9260 §8.5.1 C: SHUTDOWN COMPLETE counts in SHUTDOWN-ACK-SENT only", () => {
  const complete: Chunk = { kind: "SHUTDOWN COMPLETE", tagReflected: false };
  const scene = new Scene();
  const { association, tag } = scene.accept();
  assert.deepEqual(scene.receive(tag, [complete]), []);
  assert.equal(association.state, "ESTABLISHED");
  association.shutdown(scene.now);
  scene.drain();
  assert.deepEqual(scene.receive(tag, [complete]), []);
  assert.equal(association.state, "SHUTDOWN-SENT");
});

for (const [what, tagReflected, own, ends] of [
  ["our tag without the T bit", false, true, true],
  ["the peer's tag with the T bit", true, false, true],
  ["our tag with the T bit", true, true, false],
  ["the peer's tag without the T bit", false, false, false],
] as const) {
  test(`RFC 9260 §8.5.1 C: SHUTDOWN COMPLETE under ${what} ${ends ? "ends" : "does not end"} the association`, () => {
    const scene = new Scene();
    const { association, tag, initAck } = scene.accept();
    scene.receive(tag, [shutdownOf(initAck.initialTsn - 1)]);
    assert.deepEqual(scene.receive(own ? tag : PEER_TAG, [{ kind: "SHUTDOWN COMPLETE", tagReflected }]), []);
    assert.equal(association.state, ends ? "CLOSED" : "SHUTDOWN-ACK-SENT");
  });
}

test("RFC 9260 §6.10: SHUTDOWN COMPLETE beside another chunk is discarded, and so is what follows it", () => {
  const scene = new Scene();
  const { association, tag, initAck } = scene.accept();
  scene.receive(tag, [shutdownOf(initAck.initialTsn - 1)]);
  const complete: Chunk = { kind: "SHUTDOWN COMPLETE", tagReflected: false };
  assert.deepEqual(scene.receive(tag, [complete, SHUTDOWN_ACK]), []);
  assert.equal(association.state, "SHUTDOWN-ACK-SENT");
  scene.receive(tag, [SHUTDOWN_ACK, complete, dataOf(PEER_TSN)]);
  assert.equal(association.state, "CLOSED");
});

test("RFC 9260 §8.3: no HEARTBEAT leaves once SHUTDOWN has, even when an old one is answered", () => {
  const scene = new Scene();
  const { association, tag, initAck } = scene.accept();
  association.requestHeartbeat(association.primaryPath, scene.now);
  const { info } = only(scene.drain(), "HEARTBEAT");
  association.shutdown(scene.now);
  scene.drain();
  scene.receive(tag, [{ kind: "HEARTBEAT ACK", info }]);
  for (let round = 0; round < 200; round += 1) {
    scene.advance(900);
    if (association.state !== "SHUTDOWN-SENT") break;
    scene.receive(tag, [dataOf(PEER_TSN + round)]);
  }
  assert.ok(!scene.sent.slice(3).some((packet) => packet.chunks.some((chunk) => chunk.kind === "HEARTBEAT")));
  assert.ok(initAck.initiateTag === tag);
});

test("RFC 9260 §8.3: HEARTBEAT is answered until SHUTDOWN-SENT or SHUTDOWN-ACK-SENT is reached", () => {
  const heartbeat: Chunk = { kind: "HEARTBEAT", info: new Uint8Array(8) };
  const sender = new Scene();
  const { association, tag } = sender.accept();
  association.shutdown(sender.now);
  sender.drain();
  assert.deepEqual(sender.receive(tag, [heartbeat]), []);
  const receiver = new Scene();
  const other = receiver.accept();
  receiver.receive(other.tag, [shutdownOf(other.initAck.initialTsn - 1)]);
  assert.deepEqual(receiver.receive(other.tag, [heartbeat]), []);
});

test("RFC 9260 §9.2: a shutdown that is asked for during the handshake follows when that is complete", () => {
  const scene = new Scene();
  const { association, init } = scene.associate();
  association.send(payload(10), onStream(0), scene.now);
  association.shutdown(scene.now);
  assert.equal(association.acceptsMessages, false);
  const echoed = scene.receive(init.initiateTag, [initAckOf()]);
  assert.deepEqual(kindsOf(echoed), [["COOKIE ECHO", "DATA"]]);
  assert.deepEqual(scene.receive(init.initiateTag, [{ kind: "COOKIE ACK" }]), []);
  assert.equal(association.state, "SHUTDOWN-PENDING");
  only(scene.receive(init.initiateTag, [sackOf(init.initialTsn)]), "SHUTDOWN");
});

test("RFC 9260 §6.1: the last DATA before a shutdown asks for an immediate SACK", () => {
  const scene = new Scene();
  const { association } = scene.accept();
  association.send(payload(10), onStream(0), scene.now);
  association.shutdown(scene.now);
  assert.equal(only(scene.drain(), "DATA").flags & 8, 8);
});

test("RFC 6458 §8.1.8: an idle association is shut down after the time of autoclose", () => {
  const scene = new Scene({ config: { autocloseMs: 5000 } });
  const { association, tag } = scene.accept();
  scene.advance(3000);
  scene.receive(tag, [dataOf(PEER_TSN)]);
  scene.advance(4999);
  assert.equal(association.state, "ESTABLISHED");
  scene.advance(1);
  assert.equal(association.state, "SHUTDOWN-SENT");
});

test("RFC 6458 §8.1.8: autoclose can be set and taken back while the association lives", () => {
  const scene = new Scene();
  const { association } = scene.accept();
  association.configure({ autocloseMs: 5000 }, scene.now);
  scene.advance(2000);
  association.configure({ autocloseMs: 0 }, scene.now);
  scene.advance(10_000);
  assert.equal(association.state, "ESTABLISHED");
  association.configure({ autocloseMs: 1000 }, scene.now);
  scene.advance(0);
  assert.equal(association.state, "SHUTDOWN-SENT", "it has been idle for longer already");
});

test("RFC 9260 §9.2: the end is told once, and commands to what is no more do nothing", () => {
  const pair = new Pair();
  pair.establish();
  const { association } = pair.a;
  association.shutdown(pair.now);
  pair.advance(1000);
  const before = pair.a.eventTypes.length;
  association.shutdown(pair.now);
  association.abort([]);
  association.releaseReceived(10);
  association.requestHeartbeat(association.primaryPath, pair.now);
  association.setPrimaryPath(association.primaryPath);
  association.configure({ autocloseMs: 10, heartbeatIntervalMs: 5 }, pair.now);
  pair.advance(100_000);
  assert.equal(pair.a.eventTypes.length, before);
  assert.equal(association.endpoint.findAssociation(ip("10.0.0.2"), 7000), undefined);
  assertOver(pair);
});
