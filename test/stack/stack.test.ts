import assert from "node:assert/strict";
import { test } from "node:test";
import { ssn } from "../../src/base/serial-number.js";
import { configure, DEFAULT_ASSOCIATION_CONFIG } from "../../src/stack/config.js";
import { ip, onStream, Pair, payload, seededEntropy } from "./pair.js";
import { dataOf, initOf, kindsOf, only, PEER, PEER_TAG, PEER_TSN, sackOf, Scene } from "./scene.js";

for (const lost of ["A>Z INIT", "Z>A INIT ACK", "A>Z COOKIE ECHO", "Z>A COOKIE ACK"]) {
  test(`RFC 9260 §4 2) and 3): ${lost} is lost, once, twice or three times, and the association comes up`, () => {
    for (let times = 1; times <= 3; times += 1) {
      const pair = new Pair();
      let left = times;
      pair.tamper = (packet) => {
        const last = pair.trace.at(-1)?.replace(/ \(.*/, "");
        if (last !== lost || left === 0) return [packet];
        left -= 1;
        return [];
      };
      pair.associate();
      pair.advance(20_000);
      assert.equal(left, 0);
      for (const host of [pair.a, pair.z]) {
        assert.equal(host.association.state, "ESTABLISHED");
        assert.deepEqual(host.eventTypes, ["communication up"]);
        assert.equal(host.stack.associationCount, 1);
      }
    }
  });
}

test("RFC 9260 §5: a handshake on a network that loses every third packet comes up, and only once", () => {
  for (let seed = 1; seed <= 50; seed += 1) {
    const pair = new Pair({ seed });
    const random = seededEntropy(seed);
    pair.tamper = (packet) => {
      const fate = random.randomUint32() % 6;
      if (fate < 2) return [];
      const late = { ...packet, arrivesAt: packet.arrivesAt + (random.randomUint32() % 3000) };
      return fate === 2 ? [packet, late] : [late];
    };
    const association = pair.associate();
    association.send(payload(5000), onStream(0), pair.now);
    pair.advance(400_000);
    assert.equal(pair.z.received().length, 1, `seed ${seed}`);
    assert.equal(pair.z.endpoint.associations.size, 1, `seed ${seed}`);
    assert.deepEqual(
      pair.z.eventTypes.filter((type) => type === "communication up" || type === "restart"),
      ["communication up"],
      `seed ${seed}`,
    );
  }
});

/** Everything that passes in a run whose only source of chance is the seed. */
function bytesOf(seed: number): string {
  const pair = new Pair({ seed });
  const random = seededEntropy(seed);
  const packets: string[] = [];
  pair.tamper = (packet) => {
    packets.push(`${pair.now} ${packet.from.name} ${Buffer.from(packet.bytes).toString("hex")}`);
    const fate = random.randomUint32() % 20;
    if (fate === 0) return [];
    return fate === 1 ? [packet, { ...packet, arrivesAt: packet.arrivesAt + 25 }] : [packet];
  };
  pair.establish();
  for (let index = 0; index < 50; index += 1)
    pair.a.association.send(payload(index * 70 + 1, index), onStream(index % 5), pair.now);
  pair.advance(90_000);
  pair.a.association.shutdown(pair.now);
  pair.advance(90_000);
  return packets.join("\n");
}

test("the same seed gives the same packets at the same times, byte for byte; another seed gives others", () => {
  const first = bytesOf(3);
  assert.ok(first.length > 50_000);
  assert.equal(bytesOf(3), first);
  assert.notEqual(bytesOf(4), first);
});

test("RFC 9260 §1.3: endpoints with the same port on different addresses do not disturb each other", () => {
  const scene = new Scene();
  assert.equal(scene.stack.isPortFree(7000, [ip("10.0.0.2")]), false);
  assert.equal(scene.stack.isPortFree(7000, [ip("0.0.0.0")]), false);
  assert.equal(scene.stack.isPortFree(7000, [ip("::")]), true);
  assert.equal(scene.stack.isPortFree(7000, [ip("10.0.0.4")]), true);
  const other = scene.stack.createEndpoint({
    port: 7000,
    localUdpPort: 9899,
    addresses: [ip("10.0.0.4")],
    config: DEFAULT_ASSOCIATION_CONFIG,
    advertise: () => [],
  });
  const first = scene.accept();
  other.acceptance = () => true;
  const second = only(scene.receive(0, [initOf({ initiateTag: 8 })], { to: ip("10.0.0.4") }), "INIT ACK");
  assert.notEqual(second.initiateTag, first.tag);
  assert.equal(first.association.endpoint, scene.endpoint);
  assert.equal(other.associations.size, 0);
});

test("RFC 6458 §3.1.6: a closed endpoint takes nothing new; its port is free with the end of its last association", () => {
  const scene = new Scene();
  const { association } = scene.accept();
  scene.endpoint.close();
  only(scene.receive(0, [initOf({ initiateTag: 9 })], { port: 5555 }), "ABORT");
  assert.equal(scene.stack.isPortFree(7000, [ip("10.0.0.2")]), false);
  association.abort([]);
  assert.equal(scene.stack.isPortFree(7000, [ip("10.0.0.2")]), true);
  scene.drain();
  only(scene.receive(0, [initOf({ initiateTag: 9 })], { port: 5555 }), "ABORT");
});

test("RFC 9260 §8.3, §9: what an association has been through leaves no timer behind", () => {
  const ends: ((scene: Scene, tag: number) => void)[] = [
    (scene) => scene.association.abort([]),
    (scene, tag) => scene.receive(tag, [{ kind: "ABORT", tagReflected: false, causes: [] }]),
    (scene, tag) => {
      scene.association.shutdown(scene.now);
      scene.receive(tag, [sackOf(scene.association.tcb.retransmission.outstanding.nextTsn - 1)]);
      scene.receive(tag, [{ kind: "SHUTDOWN ACK" }]);
    },
    (scene) => scene.advance(100_000_000),
  ];
  for (const end of ends) {
    const scene = new Scene({ config: { autocloseMs: 90_000 } });
    const { association, tag, initAck } = scene.accept({
      parameters: [{ kind: "IPv4 Address", address: ip("10.0.0.9") }],
    });
    scene.advance(500);
    association.send(payload(100), onStream(0), scene.now);
    scene.drain();
    scene.receive(tag, [dataOf(PEER_TSN), sackOf(initAck.initialTsn, 0)]);
    association.send(payload(100), onStream(0), scene.now);
    scene.advance(2000);
    association.requestHeartbeat(association.primaryPath, scene.now);
    end(scene, tag);
    scene.drain();
    assert.equal(association.state, "CLOSED");
    assert.equal(scene.stack.pollTimeout(), Number.POSITIVE_INFINITY);
  }
});

test("RFC 9260 §6.10, §5.1 D: what many packets of one batch ask for is answered in one flush", () => {
  const scene = new Scene();
  const { tag, cookie } = scene.accept();
  scene.receive(tag, [dataOf(PEER_TSN)]);
  const sent = scene.receive(tag, [
    { kind: "COOKIE ECHO", cookie },
    { kind: "HEARTBEAT", info: new Uint8Array(8) },
    dataOf(PEER_TSN + 1, { ssn: ssn(1) }),
    dataOf(PEER_TSN, { ssn: ssn(0) }),
  ]);
  assert.deepEqual(kindsOf(sent), [["COOKIE ACK", "HEARTBEAT ACK", "SACK"]]);
});

test("RFC 3873: establishment, ends and trouble are counted", () => {
  const scene = new Scene();
  scene.accept();
  scene.association.abort([]);
  scene.connect();
  scene.association.shutdown(scene.now);
  scene.drain();
  scene.receive(scene.association.tcb.localTag, [{ kind: "SHUTDOWN ACK" }]);
  scene.receive(99, [dataOf(1)]);
  scene.receiveBytes(new Uint8Array(20));
  const { passiveEstabs, activeEstabs, aborteds, shutdowns, outOfBlues, checksumErrors } =
    scene.stack.statistics;
  assert.deepEqual(
    { passiveEstabs, activeEstabs, aborteds, shutdowns, outOfBlues, checksumErrors },
    { passiveEstabs: 1, activeEstabs: 1, aborteds: 1, shutdowns: 1, outOfBlues: 1, checksumErrors: 1 },
  );
});

test("RFC 9260 §16: parameters outside their ranges are refused by name", () => {
  const base = DEFAULT_ASSOCIATION_CONFIG;
  for (const change of [{ sackDelayMs: 501 }, { outboundStreams: 0 }, { receiveBufferBytes: 1499 }]) {
    assert.throws(() => configure(base, change), {
      name: "RangeError",
      message: new RegExp(Object.keys(change)[0] ?? ""),
    });
  }
  assert.throws(() => configure(base, { rtoMinMs: 2000, rtoMaxMs: 1000 }), RangeError);
  assert.throws(() => configure(base, { rtoInitialMs: Number.NaN }), RangeError);
  assert.ok(Object.isFrozen(configure(base, { maxBurst: 0 })));
});

test("RFC 9260 §5.3.1: tags of ended associations are not given out again, and packets under them are out of the blue", () => {
  const scene = new Scene();
  const { tag } = scene.accept();
  scene.association.abort([]);
  scene.drain();
  const again = scene.accept();
  assert.notEqual(again.tag, tag);
  assert.deepEqual(scene.receive(tag, [dataOf(PEER_TSN)]), [], "§8.5: a wrong tag of a peer that is known");
  assert.equal(again.association.tcb.peerTag, PEER_TAG);
  assert.equal(PEER.port, again.association.peerPort);
});

test("a lower layer that speaks of a path MTU too small for a handshake is not believed", () => {
  const pair = new Pair({ mtuBytes: 40 });
  pair.establish();
  pair.a.association.send(payload(2000), onStream(0), pair.now);
  pair.advance(10_000);
  assert.deepEqual(
    pair.z.received().map((data) => data.length),
    [2000],
  );
});
