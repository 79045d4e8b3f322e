/** RFC 9260 §10: ICMP that somebody makes up. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { IcmpKind } from "../../../src/stack/icmp-message.js";
import { about, quotedInit, quoteOf } from "../icmp.js";
import { ip, onStream, payload, seededEntropy } from "../pair.js";
import { initOf, PEER, PEER_TAG, sackOf, Scene } from "../scene.js";

const KINDS: readonly IcmpKind[] = [
  "packet too big",
  "protocol unreachable",
  "port unreachable",
  "unreachable",
];

test("RFC 9260 §10 ICMP6: without the tag no ICMP message changes anything", () => {
  const scene = new Scene();
  const { association } = scene.accept();
  const { maxPacketBytes } = association.primaryPath;
  const entropy = seededEntropy(5);
  for (let count = 0; count < 4000; count += 1) {
    const kind = KINDS[count % KINDS.length] as IcmpKind;
    const tag = count < 8 ? [0, 1, association.tcb.localTag][count % 3] : entropy.randomUint32();
    scene.stack.handleIcmp(
      about({ kind, mtuBytes: 600, quotedBytes: quoteOf(7000, PEER.port, tag ?? 0) }),
      scene.now,
    );
    assert.deepEqual(scene.drain(), []);
  }
  assert.equal(association.state, "ESTABLISHED");
  assert.equal(association.primaryPath.maxPacketBytes, maxPacketBytes);
  assert.equal(association.primaryPath.errorCount, 0);
  assert.equal(scene.stack.statistics.discardedIcmpMessages, 4000);
});

test("RFC 9260 §10 ICMP6: a handshake is ended by nobody who has not seen our INIT", () => {
  const scene = new Scene();
  const { association } = scene.associate();
  const entropy = seededEntropy(6);
  for (let count = 0; count < 1000; count += 1) {
    const forged = initOf({ initiateTag: entropy.randomUint32() });
    scene.stack.handleIcmp(about({ quotedBytes: quotedInit(forged) }), scene.now);
  }
  scene.stack.handleIcmp(about({ quotedBytes: quoteOf(7000, PEER.port, 0) }), scene.now);
  scene.drain();
  assert.equal(association.state, "COOKIE-WAIT");
});

test("RFC 1191 §3: who has seen the tag makes packets small, down to a bound, and no more often than that", () => {
  const scene = new Scene();
  const { association, tag } = scene.accept({ aRwnd: 1_000_000 });
  for (let index = 0; index < 40; index += 1) association.send(payload(1400), onStream(0), scene.now);
  scene.drain();
  const quotedBytes = quoteOf(7000, PEER.port, PEER_TAG);
  let packets = 0;
  for (let mtuBytes = 1499; mtuBytes > 0; mtuBytes -= 1) {
    scene.stack.handleIcmp(about({ kind: "packet too big", mtuBytes, quotedBytes }), scene.now);
    packets += scene.drain().length;
  }
  assert.ok(association.primaryPath.maxPacketBytes >= 400, `${association.primaryPath.maxPacketBytes}`);
  assert.ok(packets <= 2 * 1500, `${packets} packets`);
  assert.ok(scene.stack.statistics.pathMtuReductions <= 1500);
  // What was under way arrives all the same.
  for (let round = 0; round < 400 && !association.isSenderDry; round += 1) {
    const { outstanding } = association.tcb.retransmission;
    const highest = (outstanding.firstTsn + outstanding.count - 1) >>> 0;
    if (outstanding.count > 0) scene.receive(tag, [sackOf(highest, 1_000_000)]);
    scene.advance(100);
  }
  assert.ok(association.isSenderDry);
});

test("RFC 9260 §10: an address that is said to be unreachable over and over fails no sooner than by silence", () => {
  const scene = new Scene();
  const { association } = scene.accept();
  const quotedBytes = quoteOf(7000, PEER.port, PEER_TAG);
  for (let count = 0; count < 1000; count += 1) {
    scene.stack.handleIcmp(about({ kind: "unreachable", quotedBytes }), scene.now);
    scene.drain();
  }
  assert.ok(association.primaryPath.errorCount <= 1);
  assert.equal(association.state, "ESTABLISHED");
});

test("RFC 9260 §10: ICMP about other hosts, ports and what is too short is discarded", () => {
  const scene = new Scene();
  const { association } = scene.accept();
  const right = quoteOf(7000, PEER.port, PEER_TAG);
  for (const change of [
    { destination: ip("10.0.0.250") },
    { source: ip("10.0.0.250") },
    { quotedBytes: quoteOf(7001, PEER.port, PEER_TAG) },
    { quotedBytes: quoteOf(7000, PEER.port + 1, PEER_TAG) },
    { quotedBytes: right.subarray(0, 7) },
    { quotedBytes: new Uint8Array(0) },
    { destinationUdpPort: PEER.udpPort + 1, quotedBytes: right },
  ]) {
    scene.stack.handleIcmp(about(change), scene.now);
    scene.drain();
    assert.equal(association.state, "ESTABLISHED");
  }
});
