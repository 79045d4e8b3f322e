import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Entropy } from "../../../src/stack/entropy.js";
import type { IcmpMessage } from "../../../src/stack/icmp-message.js";
import {
  IPV4_MTU_BYTES_ASSUMED,
  IPV4_MTU_BYTES_MIN,
  IPV6_MTU_BYTES_MIN,
  PATH_MTU_BYTES_MIN,
} from "../../../src/stack/limits.js";
import { about, quotedInit, tooBig } from "../icmp.js";
import { ip, onStream, Pair, payload, seededEntropy, type PacketInFlight } from "../pair.js";
import { Scene } from "../scene.js";
import { ScriptedPeer, wrongCounters } from "../scripted-peer.js";

describe("RFC 9260 §10 ICMP7, §7.3: packet too big", () => {
  test("packets become as large as the message says, and never larger again", () => {
    const pair = new Pair();
    pair.establish();
    const path = pair.a.association.primaryPath;
    tooBig(pair, 1400);
    assert.equal(path.mtuBytes, 1400);
    assert.equal(pair.a.association.fragmentationPointBytes, 1400 - 20 - 12 - 16);
    for (const mtuBytes of [1400, 1401, 1500, 9000, 0xffff_ffff]) tooBig(pair, mtuBytes);
    assert.equal(path.mtuBytes, 1400);
    assert.equal(pair.a.stack.statistics.pathMtuReductions, 1);
    const sizes: number[] = [];
    pair.tamper = (packet) => {
      sizes.push(packet.bytes.length);
      return [packet];
    };
    pair.a.association.send(payload(50_000), onStream(0), pair.now);
    pair.advance(5000);
    assert.equal(Math.max(...sizes), 1380);
    assert.deepEqual(pair.z.received(), [Buffer.from(payload(50_000))]);
  });

  test("RFC 1191 §5: a router that says no size means the one that every host takes", () => {
    const pair = new Pair();
    pair.establish();
    tooBig(pair, 0);
    assert.equal(IPV4_MTU_BYTES_ASSUMED, 576);
    assert.equal(pair.a.association.primaryPath.mtuBytes, IPV4_MTU_BYTES_ASSUMED);
  });

  test("an absurdly small size does not make packets absurdly small: IP may fragment them", () => {
    const pair = new Pair();
    pair.establish();
    tooBig(pair, 68);
    const path = pair.a.association.primaryPath;
    assert.equal(path.mtuBytes, PATH_MTU_BYTES_MIN);
    pair.a.association.send(payload(400), onStream(0), pair.now);
    const [record] = pair.a.stack.pollPackets(pair.now);
    assert.equal(record?.mayFragment, true);
  });

  test("RFC 8201 §4: an IPv6 path is not taken to carry less than 1280 bytes", () => {
    const scene = new Scene({ addresses: ["fd00::2"] });
    const { association } = scene.accept({}, { address: ip("fd00::1"), to: ip("fd00::2") });
    const v6 = { source: ip("fd00::2"), destination: ip("fd00::1"), kind: "packet too big" as const };
    assert.equal(IPV6_MTU_BYTES_MIN, 1280);
    for (const mtuBytes of [0, 68, IPV6_MTU_BYTES_MIN - 1])
      scene.stack.handleIcmp(about({ ...v6, mtuBytes }), scene.now);
    assert.equal(association.primaryPath.mtuBytes, 1500);
    assert.equal(scene.stack.statistics.discardedIcmpMessages, 3);
    scene.stack.handleIcmp(about({ ...v6, mtuBytes: IPV6_MTU_BYTES_MIN }), scene.now);
    assert.equal(association.primaryPath.mtuBytes, IPV6_MTU_BYTES_MIN);
  });

  test("§6.9: what was cut larger is sent again at once, whole and with leave to be fragmented", () => {
    const peer = new ScriptedPeer();
    peer.openWindow(100_000);
    peer.send(5000);
    assert.deepEqual(peer.take(), [[1], [2], [3], [4]]);
    const before = peer.association.primaryPath.congestion.cwnd;
    const flags: boolean[] = [];
    const { stack } = peer.pair.a;
    const poll = stack.pollPackets.bind(stack);
    stack.pollPackets = (now) => {
      const packets = poll(now);
      for (const { mayFragment } of packets) flags.push(mayFragment);
      return packets;
    };
    tooBig(peer.pair, 1000);
    assert.deepEqual(peer.take(), [[1]], "one goes first: the next router may be narrower");
    assert.deepEqual(flags, [true]);
    peer.wait(20);
    peer.sack(1);
    assert.deepEqual(peer.take(), [[2], [3], [4]]);
    assert.deepEqual(flags, [true, true, true, false], "the last one is small enough");
    peer.sack(4);
    assert.equal(peer.association.primaryPath.congestion.cwnd >= before, true, "it was no congestion");
    assert.equal(peer.pair.a.stack.statistics.t3Expirations, 0);
  });

  test("RFC 9260 §7.3 1: each path has its own; chunks are cut for the smallest", () => {
    const scene = new Scene({ config: { heartbeatEnabled: false } });
    const { association } = scene.connect({}, ["10.0.0.1", "10.0.1.1"]);
    const message = { kind: "packet too big" as const, destination: ip("10.0.1.1"), mtuBytes: 800 };
    scene.stack.handleIcmp(about(message), scene.now);
    assert.deepEqual(
      association.paths.map((path) => path.mtuBytes),
      [1500, 800],
    );
    assert.equal(association.fragmentationPointBytes, 800 - 20 - 12 - 16);
  });

  test("a transfer through several narrow places delivers every byte", () => {
    const pair = new Pair();
    pair.establish();
    const path = pair.a.association.primaryPath;
    const narrowMtus = [1300, 1000, 700];
    const reports: number[] = [];
    pair.tamper = (packet: PacketInFlight) => {
      const mtuBytes = narrowMtus.find((narrow) => packet.bytes.length + 20 > narrow);
      const mayFragment = packet.bytes.length > path.wholePacketBytes;
      if (packet.from !== pair.a || mtuBytes === undefined || mayFragment) return [packet];
      reports.push(mtuBytes);
      return [];
    };
    pair.a.association.send(payload(200_000), onStream(0), pair.now);
    const start = pair.now;
    while (!pair.a.association.isSenderDry && pair.now < start + 60_000) {
      pair.advance(10);
      for (const mtuBytes of reports.splice(0)) tooBig(pair, mtuBytes);
    }
    assert.deepEqual(pair.z.received(), [Buffer.from(payload(200_000))]);
    assert.equal(path.mtuBytes, 700);
    assert.equal(pair.a.stack.statistics.pathMtuReductions, 3);
    assert.equal(pair.a.stack.statistics.t3Expirations, 0);
    assert.ok(pair.now - start < 5000, `${pair.now - start} ms`);
  });

  test("RFC 1191 §3: no IPv4 path carries less than 68 bytes", () => {
    const pair = new Pair();
    pair.establish();
    tooBig(pair, 1);
    assert.equal(IPV4_MTU_BYTES_MIN, 68);
    assert.equal(pair.a.association.primaryPath.wholeMtuBytes, IPV4_MTU_BYTES_MIN);
  });

  test("each byte less costs one message: who can quote a tag has no endless supply of work", () => {
    const pair = new Pair();
    pair.establish();
    for (let mtuBytes = 2000; mtuBytes > 0; mtuBytes -= 1) tooBig(pair, mtuBytes);
    assert.equal(pair.a.stack.statistics.pathMtuReductions, 1500 - IPV4_MTU_BYTES_MIN);
  });

  test("§6.4: what was too big stays on its path, because it was not that path's failure", () => {
    const peer = new ScriptedPeer({ a: { maxBurst: 0, noDelay: true } });
    peer.association.tcb.addPath(ip("10.0.1.2"), 0, true, peer.pair.now);
    peer.openWindow(100_000);
    peer.send(1400, 1400, 1400);
    peer.take();
    tooBig(peer.pair, 1000);
    peer.sack(1);
    assert.deepEqual(
      peer.sent.map(({ data, destination }) => `${data.join()}>${destination}`),
      ["1>10.0.0.2", "2>10.0.0.2", "3>10.0.0.2"],
    );
  });

  test("§7.2.4: SACKs of what had passed before do not make the repeated chunk count as lost again", () => {
    const peer = new ScriptedPeer({ a: { maxBurst: 0, noDelay: true } });
    peer.openWindow(100_000);
    peer.send(1400, 100, 100, 100, 100);
    assert.deepEqual(peer.take(), [[1], [2, 3, 4, 5]]);
    const { cwnd } = peer.association.primaryPath.congestion;
    tooBig(peer.pair, 1000);
    assert.deepEqual(peer.take(), [[1]]);
    for (const last of [2, 3, 4, 5]) peer.sack(0, { gaps: [[2, last]] });
    assert.ok(!peer.take().flat().includes(1), "it is on its way");
    assert.equal(peer.association.primaryPath.congestion.cwnd, cwnd);
    assert.equal(peer.pair.a.stack.statistics.fastRetransmits, 0);
    peer.sack(5);
    assert.deepEqual(wrongCounters(peer.association), []);
  });

  test("§7.2.4 6: Fast Recovery goes on, and halves the window only once", () => {
    const peer = new ScriptedPeer({ a: { maxBurst: 0, noDelay: true } });
    peer.openWindow(100_000);
    peer.send(...new Array<number>(10).fill(1400));
    for (const last of [3, 4, 5]) peer.sack(0, { gaps: [[3, last]] });
    const { retransmission } = peer.association.tcb;
    assert.equal(retransmission.inFastRecovery, true);
    const { cwnd } = peer.association.primaryPath.congestion;
    tooBig(peer.pair, 1000);
    assert.equal(retransmission.inFastRecovery, true);
    assert.equal(peer.association.primaryPath.congestion.cwnd, cwnd);
    peer.sack(10);
    assert.equal(retransmission.inFastRecovery, false);
    assert.deepEqual(wrongCounters(peer.association), []);
  });

  test("§6.1: the one packet that goes first asks for its SACK without delay", () => {
    const peer = new ScriptedPeer();
    peer.openWindow(100_000);
    peer.send(5000);
    peer.take();
    tooBig(peer.pair, 1000);
    const [chunk] = peer.chunksOf("DATA");
    assert.equal((chunk?.flags ?? 0) & 8, 8);
  });

  test("§5.1 C: a COOKIE ECHO that was too big with its data is repeated at once, and the data follows", () => {
    const pair = new Pair();
    pair.associate();
    pair.a.association.send(payload(1300), onStream(0), pair.now);
    let dropped = 0;
    pair.tamper = (packet) => {
      if (packet.from !== pair.a || packet.bytes.length <= 1000 || dropped > 0) return [packet];
      dropped += 1;
      return [];
    };
    const start = pair.now;
    pair.advanceUntil(() => dropped > 0, 1000);
    tooBig(pair, 1000);
    pair.advanceUntil(() => pair.z.received().length > 0, 5000);
    assert.deepEqual(pair.z.received(), [Buffer.from(payload(1300))]);
    assert.ok(pair.now - start < 500, `${pair.now - start} ms`);
    pair.advance(1000);
    assert.equal(pair.a.association.isSenderDry, true);
    assert.equal(pair.a.stack.statistics.t3Expirations, 0);
  });

  test("§5.1.6: an INIT that was too big is repeated at once, with leave to be fragmented", () => {
    const scene = new Scene({ advertised: Array.from({ length: 40 }, (_, index) => `10.1.0.${index}`) });
    const { association, init } = scene.associate();
    const quotedBytes = quotedInit(init);
    scene.stack.handleIcmp(about({ kind: "packet too big", mtuBytes: 296, quotedBytes }), scene.now);
    const [again] = scene.stack.pollPackets(scene.now);
    assert.equal(again?.mayFragment, true);
    assert.equal(association.state, "COOKIE-WAIT");
  });
});

/** A way that gets narrower at moments that a seed decides, and says so a little later. */
class NarrowingWay {
  private readonly pair: Pair;
  private readonly random: () => number;
  private mtuBytes = Number.POSITIVE_INFINITY;
  private reports: { readonly at: number; readonly message: IcmpMessage }[] = [];

  constructor(pair: Pair, entropy: Entropy) {
    this.pair = pair;
    this.random = () => entropy.randomUint32() / 2 ** 32;
    pair.tamper = (packet) => (this.takes(packet) ? [packet] : []);
  }

  /** Lets some time pass. */
  step(): void {
    const { pair, random } = this;
    if (random() < 0.1) this.mtuBytes = Math.min(this.mtuBytes, 68 + Math.floor(random() * 2000));
    pair.advance(1 + random() * 20);
    const due = this.reports.filter(({ at }) => at <= pair.now);
    this.reports = this.reports.filter(({ at }) => at > pair.now);
    for (const { message } of due) pair.a.stack.handleIcmp(message, pair.now);
    pair.settle();
  }

  private takes({ from, bytes }: PacketInFlight): boolean {
    const { a, z, now } = this.pair;
    const { wholePacketBytes } = a.association.primaryPath;
    if (from !== a || bytes.length + 20 <= this.mtuBytes || bytes.length > wholePacketBytes) return true;
    const addresses = { source: a.address, destination: z.address, destinationUdpPort: 0 };
    const said = { mtuBytes: this.mtuBytes, quotedBytes: bytes.slice(0, 28) };
    const message = about({ kind: "packet too big", ...addresses, ...said });
    this.reports.push({ at: now + this.random() * 30, message });
    return false;
  }
}

test("whatever gets narrower when: nothing waits for T3-rtx, all arrives, and the counters stay right", () => {
  for (let seed = 1; seed <= 50; seed += 1) {
    const entropy = seededEntropy(seed);
    const pair = new Pair({ seed, mtuBytes: [1500, 9000, 65_535][seed % 3] ?? 0 });
    pair.tracing = false;
    if (seed % 2 === 0) pair.establish();
    else pair.associate();
    const { association, stack } = pair.a;
    const way = new NarrowingWay(pair, entropy);
    const messages = Array.from({ length: 30 }, (_, index) =>
      payload(1 + (entropy.randomUint32() % 2 ** (index % 16)), index),
    );
    const limit = pair.now + 60_000;
    for (let next = 0; next < messages.length || !association.isSenderDry; ) {
      const message = messages[next];
      if (message !== undefined) association.send(message, onStream(0), pair.now);
      next += 1;
      way.step();
      assert.ok(pair.now < limit && association.state !== "CLOSED", `seed ${seed}`);
      if (association.state === "ESTABLISHED")
        assert.deepEqual(wrongCounters(association), [], `seed ${seed}`);
    }
    assert.deepEqual(
      pair.z.received(),
      messages.map((message) => Buffer.from(message)),
      `seed ${seed}`,
    );
    assert.equal(stack.statistics.t3Expirations, 0, `seed ${seed}`);
  }
});
