import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { icmpKind, type IcmpKind, type IcmpMessage } from "../../../src/stack/icmp-message.js";
import type { Stack } from "../../../src/stack/stack.js";
import { createPacketRecord } from "../../../src/wire/packet-record.js";
import { about, quotedInit, quoteOf } from "../icmp.js";
import { ip, onStream, Pair, payload, seededEntropy } from "../pair.js";
import { initOf, PEER, PEER_TAG, packetOf, sackOf, Scene, unknownParameter } from "../scene.js";

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

test("RFC 9260 §6.9: an INIT ACK, of whose fate nobody would hear, may be fragmented unless it is small", () => {
  for (const [parameterBytes, mayFragment] of [
    [4, false],
    [100, true],
  ] as const) {
    const scene = new Scene();
    const init = initOf({ parameters: [unknownParameter(0xc101, parameterBytes)] });
    const slab = packetOf(PEER, 0, [init]);
    const record = { ...createPacketRecord(), slab, lengthBytes: slab.length, source: PEER.address };
    scene.stack.handlePackets([{ ...record, destination: PEER.to }], scene.now);
    const [answer] = scene.stack.pollPackets(scene.now);
    assert.equal(answer?.mayFragment, mayFragment, `${answer?.lengthBytes} bytes`);
  }
});

test("RFC 9260 §10: what one peer has ICMP say about its own association is not missing for others", () => {
  const scene = new Scene();
  const flooded = scene.accept({}, { port: 6000 }).association;
  const { association } = scene.accept({ initiateTag: PEER_TAG + 1 });
  const flood = about({ kind: "unreachable", quotedBytes: quoteOf(7000, 6000, PEER_TAG) });
  for (let count = 0; count < 10_000; count += 1) scene.stack.handleIcmp(flood, scene.now);
  const quotedBytes = quoteOf(7000, PEER.port, PEER_TAG + 1);
  scene.stack.handleIcmp(about({ kind: "packet too big", mtuBytes: 1300, quotedBytes }), scene.now);
  assert.equal(association.primaryPath.mtuBytes, 1300);
  assert.equal(flooded.primaryPath.errorCount, 1);
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
