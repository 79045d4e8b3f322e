import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { icmpKind, type IcmpKind, type IcmpMessage } from "../../../src/stack/icmp-message.js";
import { ICMP_MESSAGES_PER_SECOND, PATH_MTU_BYTES_MIN } from "../../../src/stack/limits.js";
import type { Stack } from "../../../src/stack/stack.js";
import type { Chunk } from "../../../src/wire/chunk.js";
import { createPacketRecord } from "../../../src/wire/packet-record.js";
import { ip, onStream, Pair, payload, seededEntropy, type PacketInFlight } from "../pair.js";
import { initOf, PEER, PEER_TAG, packetOf, sackOf, Scene, unknownParameter } from "../scene.js";
import { ScriptedPeer } from "../scripted-peer.js";

/** A DATA packet's beginning as a router quotes it at the least: ports and verification tag. */
function quoteOf(sourcePort: number, destinationPort: number, tag: number): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, sourcePort);
  view.setUint16(2, destinationPort);
  view.setUint32(4, tag);
  return bytes;
}

/** An ICMP message about a packet from the scene's port to its peer's. */
function about(change: Partial<IcmpMessage> = {}): IcmpMessage {
  return {
    kind: "protocol unreachable",
    source: ip("10.0.0.2"),
    destination: PEER.address,
    destinationUdpPort: PEER.udpPort,
    mtuBytes: 0,
    quotedBytes: quoteOf(7000, PEER.port, PEER_TAG),
    ...change,
  };
}

/** The INIT that a scene has sent, quoted whole. */
function quotedInit(init: Chunk): Uint8Array {
  return packetOf({ ...PEER, port: 7000, toPort: PEER.port }, 0, [init]);
}

function discarded(stack: Stack): number {
  return stack.statistics.discardedIcmpMessages;
}

describe("RFC 9260 §10: which messages are looked at", () => {
  const cases: [4 | 6, number, number, IcmpKind | undefined][] = [
    [4, 3, 0, "unreachable"],
    [4, 3, 1, "unreachable"],
    [4, 3, 2, "protocol unreachable"],
    [4, 3, 3, "port unreachable"],
    [4, 3, 4, "packet too big"],
    [4, 3, 13, "unreachable"],
    [4, 4, 0, undefined],
    [4, 5, 0, undefined],
    [4, 11, 0, undefined],
    [4, 12, 1, undefined],
    [6, 1, 0, "unreachable"],
    [6, 1, 3, "unreachable"],
    [6, 1, 4, "port unreachable"],
    [6, 2, 0, "packet too big"],
    [6, 3, 0, undefined],
    [6, 4, 0, undefined],
    [6, 4, 1, "protocol unreachable"],
    [6, 128, 0, undefined],
  ];
  for (const [family, type, code, kind] of cases) {
    const verdict = kind ?? "ignored";
    test(`RFC 9260 §10 ICMP1, ICMP2, ICMP4: ICMPv${family} type ${type} code ${code}: ${verdict}`, () => {
      assert.equal(icmpKind(family, type, code), kind);
    });
  }
});

test("RFC 9260 §10 ICMP5: a message about no association of ours changes nothing", () => {
  const scene = new Scene();
  const { association } = scene.accept();
  const others: Partial<IcmpMessage>[] = [
    { quotedBytes: quoteOf(7001, PEER.port, PEER_TAG) },
    { quotedBytes: quoteOf(7000, PEER.port + 1, PEER_TAG) },
    { destination: ip("10.0.0.9") },
    { source: ip("10.0.0.9") },
    { quotedBytes: quoteOf(7000, PEER.port, PEER_TAG).slice(0, 7) },
    { quotedBytes: new Uint8Array(0) },
  ];
  for (const other of others) scene.stack.handleIcmp(about(other), scene.now);
  assert.deepEqual(scene.drain(), []);
  assert.equal(association.state, "ESTABLISHED");
  assert.equal(discarded(scene.stack), others.length);
  assert.equal(scene.stack.statistics.icmpMessages, others.length);
});

test("RFC 9260 §10 ICMP6: a message whose quoted tag is not the peer's is discarded", () => {
  const scene = new Scene();
  const { association, tag } = scene.accept();
  const wrong = [PEER_TAG + 1, tag, 0, 0xffff_ffff];
  for (const kind of ["packet too big", "protocol unreachable", "unreachable"] as const) {
    for (const value of wrong) {
      const quotedBytes = quoteOf(7000, PEER.port, value);
      scene.stack.handleIcmp(about({ kind, mtuBytes: 600, quotedBytes }), scene.now);
    }
  }
  assert.equal(discarded(scene.stack), 3 * wrong.length);
  assert.equal(association.state, "ESTABLISHED");
  assert.equal(association.primaryPath.mtuBytes, 1500);
  assert.equal(association.primaryPath.errorCount, 0);
});

test("RFC 9260 §10 ICMP6: with a tag of 0 it takes the INIT that we have sent", () => {
  const scene = new Scene();
  const { association, init } = scene.associate();
  const whole = quotedInit(init);
  const otherTag = quotedInit({ ...init, initiateTag: init.initiateTag ^ 1 });
  const otherType = whole.slice();
  otherType[12] = 2;
  for (const quotedBytes of [whole.subarray(0, 8), whole.subarray(0, 19), otherTag, otherType]) {
    scene.stack.handleIcmp(about({ quotedBytes }), scene.now);
  }
  assert.equal(discarded(scene.stack), 4);
  assert.equal(association.state, "COOKIE-WAIT");
  scene.stack.handleIcmp(about({ quotedBytes: whole.subarray(0, 20) }), scene.now);
  assert.equal(association.state, "CLOSED");
});

describe("RFC 9260 §10 ICMP8: protocol unreachable", () => {
  test("about an INIT in COOKIE-WAIT it is an ABORT: the peer refuses", () => {
    const scene = new Scene();
    const { init } = scene.associate();
    scene.stack.handleIcmp(about({ quotedBytes: quotedInit(init) }), scene.now);
    assert.deepEqual(scene.drain(), [], "nobody is there to be told");
    assert.deepEqual(scene.last("cannot start").reason, { kind: "refused" });
    assert.equal(scene.stack.pollTimeout(), Number.POSITIVE_INFINITY);
  });

  test("about an INIT in any other state it is discarded", () => {
    const scene = new Scene();
    const { association, init } = scene.connect();
    scene.stack.handleIcmp(about({ quotedBytes: quotedInit(init) }), scene.now);
    assert.equal(association.state, "ESTABLISHED");
    assert.equal(discarded(scene.stack), 1);
  });

  test("about anything else it is an ABORT with the T bit", () => {
    const scene = new Scene();
    const { association } = scene.accept();
    association.send(payload(100), onStream(0), scene.now);
    scene.drain();
    scene.stack.handleIcmp(about(), scene.now);
    assert.deepEqual(scene.drain(), []);
    assert.deepEqual(scene.last("communication lost").reason, { kind: "refused" });
    assert.equal(scene.last("send failed").sent, true);
    assert.equal(scene.stack.associationCount, 0);
    assert.equal(scene.stack.statistics.aborteds, 1);
  });
});

test("RFC 9260 §10 ICMP3: port unreachable is ignored where SCTP has no UDP ports", () => {
  const pair = new Pair();
  pair.establish();
  const { association, stack, address } = pair.a;
  const quotedBytes = quoteOf(5000, 7000, association.tcb.peerTag);
  const message = { source: address, destination: pair.z.address, destinationUdpPort: 0, quotedBytes };
  stack.handleIcmp(about({ ...message, kind: "port unreachable" }), pair.now);
  assert.equal(association.state, "ESTABLISHED");
  stack.handleIcmp(about({ ...message, kind: "protocol unreachable" }), pair.now);
  assert.equal(association.state, "CLOSED");
});

test("RFC 6951 §5.5: port unreachable is protocol unreachable with encapsulation, at the port of the peer", () => {
  const scene = new Scene();
  const { association } = scene.accept();
  scene.stack.handleIcmp(about({ kind: "port unreachable", destinationUdpPort: 1234 }), scene.now);
  assert.equal(association.state, "ESTABLISHED");
  scene.stack.handleIcmp(about({ kind: "port unreachable" }), scene.now);
  scene.drain();
  assert.deepEqual(scene.last("communication lost").reason, { kind: "refused" });
});

describe("RFC 9260 §10 ICMP9: destination unreachable", () => {
  test("counts against the path once per RTO and never against the association", () => {
    const scene = new Scene({ config: { heartbeatEnabled: false } });
    const { association } = scene.accept();
    const path = association.primaryPath;
    for (let count = 0; count < 50; count += 1) {
      scene.stack.handleIcmp(about({ kind: "unreachable" }), scene.now);
    }
    assert.equal(path.errorCount, 1);
    for (let count = 0; count < 20; count += 1) {
      scene.advance(path.rto.timeoutMs);
      scene.stack.handleIcmp(about({ kind: "unreachable" }), scene.now);
    }
    scene.drain();
    assert.equal(path.state, "inactive");
    assert.equal(scene.last("peer address change").change, "unreachable");
    assert.equal(association.tcb.errorCount, 0);
    assert.equal(association.state, "ESTABLISHED");
  });

  test("is left to T1-init during the handshake", () => {
    const scene = new Scene();
    const { association, init } = scene.associate();
    scene.stack.handleIcmp(about({ kind: "unreachable", quotedBytes: quotedInit(init) }), scene.now);
    assert.equal(association.primaryPath.errorCount, 0);
    assert.equal(association.state, "COOKIE-WAIT");
  });
});

/** Has A of a pair hear that a packet to Z was too big. */
function tooBig(pair: Pair, mtuBytes: number): void {
  const { association, address, stack } = pair.a;
  const quotedBytes = quoteOf(5000, 7000, association.tcb.peerTag);
  const message = { source: address, destination: pair.z.address, destinationUdpPort: 0, quotedBytes };
  stack.handleIcmp(about({ ...message, kind: "packet too big", mtuBytes }), pair.now);
  pair.settle();
}

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
    assert.equal(pair.a.association.primaryPath.mtuBytes, 576);
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
    for (const mtuBytes of [0, 68, 1279]) scene.stack.handleIcmp(about({ ...v6, mtuBytes }), scene.now);
    assert.equal(association.primaryPath.mtuBytes, 1500);
    assert.equal(discarded(scene.stack), 3);
    scene.stack.handleIcmp(about({ ...v6, mtuBytes: 1280 }), scene.now);
    assert.equal(association.primaryPath.mtuBytes, 1280);
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
});

test("RFC 9260 §6.9: an INIT ACK, of whose fate nobody would hear, may be fragmented unless it is small", () => {
  for (const [parameterBytes, mayFragment] of [
    [100, false],
    [400, true],
  ] as const) {
    const scene = new Scene();
    const init = initOf({ parameters: [unknownParameter(0xc001, parameterBytes)] });
    const slab = packetOf(PEER, 0, [init]);
    const record = { ...createPacketRecord(), slab, lengthBytes: slab.length, source: PEER.address };
    scene.stack.handlePackets([{ ...record, destination: PEER.to }], scene.now);
    const [answer] = scene.stack.pollPackets(scene.now);
    assert.equal(answer?.mayFragment, mayFragment, `${answer?.lengthBytes} bytes`);
  }
});

test("RFC 9260 §10: a flood that quotes the right tag is acted upon so many times a second", () => {
  const pair = new Pair({ mtuBytes: 9000 });
  pair.establish();
  const { stack } = pair.a;
  for (let mtuBytes = 8999; mtuBytes > 3000; mtuBytes -= 1) tooBig(pair, mtuBytes);
  assert.equal(stack.statistics.pathMtuReductions, ICMP_MESSAGES_PER_SECOND);
  pair.advance(1000);
  for (let mtuBytes = 3000; mtuBytes > 600; mtuBytes -= 1) tooBig(pair, mtuBytes);
  assert.equal(stack.statistics.pathMtuReductions, 2 * ICMP_MESSAGES_PER_SECOND);
});

test("RFC 9260 §10: ICMP of any contents neither throws nor ends what it does not quote", () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const entropy = seededEntropy(seed);
    const scene = new Scene({ seed });
    const { association } = scene.accept();
    const { tcb } = association;
    const kinds = ["packet too big", "protocol unreachable", "port unreachable", "unreachable"] as const;
    for (let count = 0; count < 2000; count += 1) {
      const quotedBytes = new Uint8Array(entropy.randomUint32() % 64);
      entropy.fillRandom(quotedBytes);
      if (quotedBytes.length >= 4) quotedBytes.set(quoteOf(7000, PEER.port, 0).subarray(0, 4));
      if (quotedBytes.length >= 8 && count % 2 === 0) quotedBytes.fill(0, 4, 8);
      const kind = kinds[entropy.randomUint32() % kinds.length] as IcmpKind;
      scene.stack.handleIcmp(about({ kind, mtuBytes: entropy.randomUint32(), quotedBytes }), scene.now);
    }
    association.send(payload(100), onStream(0), scene.now);
    assert.equal(scene.drain().length, 1);
    scene.receive(tcb.localTag, [sackOf(tcb.localInitialTsn)]);
    assert.equal(association.isSenderDry, true);
    assert.equal(association.primaryPath.mtuBytes, 1500);
  }
});
