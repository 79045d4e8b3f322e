import assert from "node:assert/strict";
import { test } from "node:test";
import type { AssociationConfigChange } from "../../../src/stack/config.js";
import type { Chunk } from "../../../src/wire/chunk.js";
import type { Parameter } from "../../../src/wire/parameter.js";
import { ip, onStream, payload } from "../pair.js";
import { dataOf, kindsOf, only, PEER, PEER_TSN, sackOf, Scene, type Sent } from "../scene.js";

function heartbeats(sent: readonly Sent[]): Sent[] {
  return sent.filter((packet) => packet.chunks.some((chunk) => chunk.kind === "HEARTBEAT"));
}

function infoOf(sent: readonly Sent[]): Uint8Array {
  const [chunk] =
    heartbeats(sent)
      .at(-1)
      ?.chunks.filter(({ kind }) => kind === "HEARTBEAT") ?? [];
  if (chunk?.kind !== "HEARTBEAT") throw new Error("no HEARTBEAT was sent");
  return chunk.info;
}

function listing(...addresses: string[]): { parameters: Parameter[] } {
  return { parameters: addresses.map((text) => ({ kind: "IPv4 Address", address: ip(text) })) };
}

/** Answers every HEARTBEAT to one of the addresses after `delayMs` for a while. */
function answering(
  scene: Scene,
  tag: number,
  addresses: readonly string[],
  durationMs: number,
  delayMs = 50,
): void {
  const end = scene.now + durationMs;
  while (scene.now < end) {
    const sent = scene.advance(1);
    for (const packet of heartbeats(sent)) {
      if (!addresses.includes(packet.destination)) continue;
      scene.advance(delayMs);
      scene.receive(tag, [{ kind: "HEARTBEAT ACK", info: infoOf([packet]) }], {
        address: ip(packet.destination),
      });
    }
  }
}

test("RFC 9260 §8.3: an idle path is probed after HB.interval and one RTO, give or take half of it", () => {
  const gaps: number[] = [];
  for (let seed = 1; seed <= 40; seed += 1) {
    const scene = new Scene({ seed });
    scene.accept();
    const [first] = heartbeats(scene.advance(40_000));
    gaps.push((first?.at ?? 0) - 1000);
  }
  assert.ok(gaps.every((gap) => gap >= 30_500 && gap <= 31_500));
  assert.ok(Math.min(...gaps) < 30_700 && Math.max(...gaps) > 31_300, "the jitter uses its range");
});

test("RFC 9260 §8.3: heartbeats fall on common points of time, unless an RTO is too short for that", () => {
  const heartbeatAt = (seed: number, config: AssociationConfigChange): number => {
    const scene = new Scene({ seed, config });
    scene.accept();
    return heartbeats(scene.advance(40_000))[0]?.at ?? 0;
  };
  const seeds = Array.from({ length: 20 }, (_, index) => index + 1);
  for (const seed of seeds) assert.equal(heartbeatAt(seed, {}) % 50, 0);
  const rto = { rtoInitialMs: 20, rtoMinMs: 20 };
  const moments = seeds.map((seed) => heartbeatAt(seed, rto));
  assert.ok(moments.every((at) => at >= 31_010 && at <= 31_030));
  assert.ok(new Set(moments).size > 5, "the jitter stays what it was");
});

test("RFC 9260 §8.3: a path that carries data is not idle", () => {
  const scene = new Scene();
  const { association, tag, initAck } = scene.accept();
  for (let round = 0; round < 12; round += 1) {
    association.send(payload(10), onStream(0), scene.now);
    scene.drain();
    scene.receive(tag, [sackOf(initAck.initialTsn + round)]);
    scene.advance(10_000);
  }
  assert.deepEqual(heartbeats(scene.sent), []);
});

test("RFC 9260 §8.3, §6.3.1: a HEARTBEAT ACK measures the round trip by our own clock", () => {
  const scene = new Scene();
  const { association, tag } = scene.accept();
  const path = association.primaryPath;
  association.requestHeartbeat(path, scene.now);
  const info = infoOf(scene.drain());
  scene.now += 250;
  scene.receive(tag, [{ kind: "HEARTBEAT ACK", info }]);
  assert.equal(path.rto.smoothedRoundTripMs, 250);
});

for (const time of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1e300, 1e300]) {
  test(`RFC 9260 §8.3: a HEARTBEAT ACK that says it left at ${time} does no harm`, () => {
    const scene = new Scene();
    const { association, tag } = scene.accept();
    association.requestHeartbeat(association.primaryPath, scene.now);
    const info = infoOf(scene.drain());
    new DataView(info.buffer, info.byteOffset).setFloat64(0, time);
    scene.now += 100;
    scene.receive(tag, [{ kind: "HEARTBEAT ACK", info }]);
    assert.equal(association.primaryPath.rto.timeoutMs, 1000);
    scene.advance(60_000);
  });
}

test("RFC 9260 §5.4: a HEARTBEAT ACK with another nonce, path or length proves nothing", () => {
  const scene = new Scene();
  const { association, tag } = scene.accept(listing("10.0.0.9"));
  const info = infoOf(scene.advance(0));
  const forged = [
    new Uint8Array(0),
    info.slice(1),
    Uint8Array.of(...info, 0),
    info.map((byte, index) => (index === 12 ? byte ^ 1 : byte)),
    info.map((byte, index) => (index === 19 ? 0 : byte)),
    info.map((byte, index) => (index === 19 ? 200 : byte)),
  ];
  for (const other of forged) scene.receive(tag, [{ kind: "HEARTBEAT ACK", info: other }]);
  assert.equal(association.paths[1]?.state, "unconfirmed");
  scene.receive(tag, [{ kind: "HEARTBEAT ACK", info }]);
  assert.equal(association.paths[1]?.state, "active");
  assert.equal(scene.last("peer address change").change, "confirmed");
});

test("RFC 9260 §5.4: an address that the peer listed is probed at once, and used once it has answered", () => {
  const scene = new Scene();
  const { association, tag } = scene.accept(listing("10.0.0.9"));
  const [probe] = heartbeats(scene.advance(0));
  assert.equal(probe?.destination, "10.0.0.9");
  const other = association.paths[1];
  assert.ok(other !== undefined);
  association.setPrimaryPath(other);
  association.send(payload(10), onStream(0), scene.now);
  assert.deepEqual(
    scene.drain().map((packet) => packet.destination),
    ["10.0.0.1"],
    "no DATA to an unconfirmed address, even the primary one",
  );
  scene.receive(tag, [{ kind: "HEARTBEAT ACK", info: infoOf(scene.sent) }], { address: ip("10.0.0.9") });
  association.send(payload(10), onStream(0), scene.now);
  association.configure({ noDelay: true }, scene.now);
  assert.equal(scene.drain().find((packet) => packet.chunks[0]?.kind === "DATA")?.destination, "10.0.0.9");
});

test("RFC 9260 §5.4: what comes from an unconfirmed address is answered elsewhere, but for HEARTBEAT ACK", () => {
  const scene = new Scene();
  const { tag } = scene.accept(listing("10.0.0.9"));
  const from = { address: ip("10.0.0.9") };
  const unknown: Chunk = { kind: "UNKNOWN", type: 0xc7, flags: 0, value: new Uint8Array(0) };
  const sent = [
    ...scene.receive(tag, [dataOf(PEER_TSN)], from),
    ...scene.receive(tag, [unknown], from),
    ...scene.receive(tag, [dataOf(PEER_TSN + 1, { streamId: 5000 })], from),
  ];
  assert.ok(sent.length >= 3);
  for (const packet of sent) assert.equal(packet.destination, "10.0.0.1", JSON.stringify(kindsOf([packet])));
  const [answer] = scene.receive(tag, [{ kind: "HEARTBEAT", info: new Uint8Array(4) }], from);
  assert.equal(answer?.destination, "10.0.0.9");
});

test("RFC 9260 §5.4, RFC 5062 §6: at each RTO one of the unconfirmed addresses is probed, not all of them", () => {
  const scene = new Scene();
  const addresses = Array.from({ length: 8 }, (_, index) => `10.0.1.${index + 1}`);
  scene.accept(listing(...addresses));
  const sent = heartbeats(scene.advance(16_000));
  const perSecond = new Map<number, number>();
  for (const { at } of sent)
    perSecond.set(Math.floor(at / 1000), (perSecond.get(Math.floor(at / 1000)) ?? 0) + 1);
  assert.ok(Math.max(...perSecond.values()) <= 1, JSON.stringify([...perSecond]));
  assert.equal(new Set(sent.map((packet) => packet.destination)).size, 8);
});

test("RFC 9260 §5.4, §8.1: probes that fail do not count against the association, and get rarer", () => {
  const scene = new Scene({ config: { associationMaxRetrans: 2, pathMaxRetrans: 3, rtoMaxMs: 2000 } });
  const { association, tag } = scene.accept(listing("10.0.0.9"));
  answering(scene, tag, ["10.0.0.1"], 200_000);
  assert.equal(association.state, "ESTABLISHED");
  assert.equal(association.paths[1]?.state, "unconfirmed");
  assert.equal(association.paths[1]?.errorCount, 4, "§8.3: beyond the threshold the counter stands still");
  const probes = heartbeats(scene.sent).filter((packet) => packet.destination === "10.0.0.9");
  const gaps = probes.slice(1).map((packet, index) => packet.at - (probes[index]?.at ?? 0));
  assert.deepEqual(gaps.slice(0, 3), [1000, 2000, 2000], "once per RTO at first");
  assert.ok(
    gaps.slice(4).every((gap) => gap > 30_000),
    JSON.stringify(gaps),
  );
});

test("RFC 9260 §8.2, §8.3: a path is inactive after Path.Max.Retrans lost heartbeats, and active again after one", () => {
  const config: AssociationConfigChange = { pathMaxRetrans: 2, rtoMaxMs: 1000, heartbeatIntervalMs: 1000 };
  const scene = new Scene({ config });
  const { association, tag } = scene.connect({}, ["10.0.0.1", "10.0.0.3"]);
  answering(scene, tag, ["10.0.0.1", "10.0.0.3"], 10_000);
  answering(scene, tag, ["10.0.0.1"], 30_000);
  const path = association.paths[1];
  assert.equal(path?.state, "inactive");
  assert.ok((path?.errorCount ?? 0) > 2);
  const change = scene.last("peer address change");
  assert.deepEqual([change.change, change.path], ["unreachable", path]);
  assert.equal(association.state, "ESTABLISHED", "§8.1: it is not the path that carries data");
  answering(scene, tag, ["10.0.0.1", "10.0.0.3"], 10_000);
  assert.equal(path?.state, "active");
  assert.equal(path?.errorCount, 0);
  assert.equal(scene.last("peer address change").change, "available");
});

test("RFC 9260 §6.4.1: while the primary path is inactive another active one carries the data", () => {
  const config: AssociationConfigChange = { pathMaxRetrans: 1, rtoMaxMs: 1000, heartbeatIntervalMs: 1000 };
  const scene = new Scene({ config });
  const { association, tag } = scene.connect({}, ["10.0.0.1", "10.0.0.3"]);
  answering(scene, tag, ["10.0.0.3"], 20_000);
  assert.equal(association.primaryPath.state, "inactive");
  association.send(payload(10), onStream(0), scene.now);
  assert.equal(scene.drain().find((packet) => packet.chunks[0]?.kind === "DATA")?.destination, "10.0.0.3");
});

test("RFC 9260 §8.1: unanswered heartbeats on the path in use end the association after Association.Max.Retrans", () => {
  const scene = new Scene({ config: { associationMaxRetrans: 3 } });
  scene.accept();
  scene.advance(10_000_000);
  assert.equal(heartbeats(scene.sent).length, 4);
  assert.deepEqual(scene.last("communication lost").reason, { kind: "unreachable" });
  assert.equal(scene.stack.pollTimeout(), Number.POSITIVE_INFINITY);
});

test("RFC 9260 §8.1: each HEARTBEAT ACK clears the count of the association", () => {
  const scene = new Scene({ config: { associationMaxRetrans: 1, potentiallyFailedMaxRetrans: 5 } });
  const { association, tag } = scene.accept();
  for (let round = 0; round < 5; round += 1) {
    while (heartbeats(scene.advance(500)).length === 0);
    scene.advance(2000 * 2 ** round);
    assert.equal(association.state, "ESTABLISHED");
    while (heartbeats(scene.advance(500)).length === 0);
    scene.receive(tag, [{ kind: "HEARTBEAT ACK", info: infoOf(scene.sent) }]);
  }
});

test("RFC 9260 §8.3: an unanswered heartbeat doubles the RTO", () => {
  const scene = new Scene();
  const { association } = scene.accept();
  scene.advance(34_000);
  assert.equal(association.primaryPath.rto.timeoutMs, 2000);
});

test("RFC 9260 §8.3 A to D: heartbeats are switched off and on, their interval changes, one is asked for", () => {
  const scene = new Scene();
  const { association } = scene.accept();
  association.configure({ heartbeatEnabled: false }, scene.now);
  assert.deepEqual(heartbeats(scene.advance(200_000)), []);
  association.requestHeartbeat(association.primaryPath, scene.now);
  assert.equal(heartbeats(scene.drain()).length, 1);
  assert.deepEqual(heartbeats(scene.advance(100_000)), []);
  association.configure({ heartbeatEnabled: true, heartbeatIntervalMs: 5000 }, scene.now);
  const [first] = heartbeats(scene.advance(20_000));
  assert.ok((first?.at ?? 0) - (scene.now - 20_000) < 5000 + 2 * 1500 + 1);
});

test("RFC 9260 §8.3: HEARTBEAT is answered to where it came from, with everything that it carried", () => {
  const scene = new Scene();
  const { tag } = scene.connect({}, ["10.0.0.1", "10.0.0.3"]);
  // A Heartbeat Info parameter of 5 bytes, its padding, and a parameter that nobody knows.
  const value = Uint8Array.of(0, 1, 0, 9, 1, 2, 3, 4, 5, 0, 0, 0, 0xc0, 0x99, 0, 6, 7, 8);
  const chunk = Uint8Array.of(4, 0, 0, 4 + value.length, ...value);
  const sent = scene.receive(tag, [chunk], { address: ip("10.0.0.3") });
  assert.equal(sent[0]?.destination, "10.0.0.3");
  const answer = sent[0]?.bytes ?? new Uint8Array(0);
  assert.deepEqual(answer.slice(12, 16), Uint8Array.of(5, 0, 0, 4 + value.length));
  assert.deepEqual(answer.slice(16, 16 + value.length), value);
});

test("RFC 9260 §8.3: a HEARTBEAT without its information is not answered", () => {
  const scene = new Scene();
  const { association, tag } = scene.accept();
  assert.deepEqual(scene.receive(tag, [Uint8Array.of(4, 0, 0, 4)]), []);
  assert.deepEqual(scene.receive(tag, [Uint8Array.of(4, 0, 0, 8, 0, 2, 0, 4)]), []);
  assert.equal(association.state, "ESTABLISHED");
});

test("RFC 9260 §8.3: more HEARTBEATs than a packet of ours can answer do not pile up", () => {
  const scene = new Scene();
  const { tag } = scene.accept();
  const flood = Array.from({ length: 300 }, (): Chunk => ({ kind: "HEARTBEAT", info: new Uint8Array(40) }));
  const sent = scene.receive(tag, flood);
  // RFC 5062 §8.3: one packet is answered by one packet.
  assert.deepEqual(kindsOf(sent), [new Array<string>(29).fill("HEARTBEAT ACK")]);
  assert.equal(
    only(scene.receive(tag, [{ kind: "HEARTBEAT", info: new Uint8Array(1) }]), "HEARTBEAT ACK").info.length,
    1,
  );
});

test("RFC 9260 §8.3: a HEARTBEAT too large for our path is not answered, and blocks nothing", () => {
  const scene = new Scene();
  const { tag } = scene.accept();
  const large: Chunk = { kind: "HEARTBEAT", info: new Uint8Array(9000) };
  const sent = scene.receive(tag, [large, { kind: "HEARTBEAT", info: new Uint8Array(1) }]);
  assert.deepEqual(kindsOf(sent), [["HEARTBEAT ACK"]]);
});

test("RFC 6951 §5.4: each path learns the UDP port of its own address", () => {
  const scene = new Scene();
  const { association, tag } = scene.connect({}, ["10.0.0.1", "10.0.0.3"]);
  scene.receive(tag, [{ kind: "COOKIE ACK" }], { address: ip("10.0.0.3"), udpPort: 5555 });
  assert.deepEqual(
    association.paths.map((path) => path.udpPort),
    [PEER.udpPort, 5555],
  );
});
