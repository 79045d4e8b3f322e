// What our INIT, INIT ACK and State Cookie tell the peer, down to single fields (RFC 9260 §3.3, §5).

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Chunk } from "../../../src/wire/chunk.js";
import type { InitChunk } from "../../../src/wire/chunks/init-chunk.js";
import { StateCookieJar } from "../../../src/stack/establishment/state-cookie.js";
import { AuthenticatingPeer } from "../authenticating-peer.js";
import { onStream, payload, seededEntropy } from "../pair.js";
import { cookieOf, initAckOf, initOf, only, PEER_TAG, sackOf, Scene } from "../scene.js";
import { nodeHmac } from "../node-hmac.js";

const STALE: Chunk = { kind: "ERROR", causes: [{ kind: "Stale Cookie", stalenessMicroseconds: 1 }] };

test("RFC 9260 §3.3.2: however often a cookie is stale, the INIT has one Cookie Preservative and no parameter twice", () => {
  const advertised = ["10.0.0.2", "10.1.0.2"];
  const scene = new Scene({ advertised, config: { adaptationIndication: 7 } });
  let { init }: { init: InitChunk } = scene.associate();
  for (let round = 0; round < 4; round += 1) {
    scene.receive(init.initiateTag, [initAckOf()]);
    scene.now += 100;
    init = only(scene.receive(init.initiateTag, [STALE]), "INIT");
    const kinds = init.parameters.map(({ kind }) => kind);
    assert.deepEqual(kinds.toSorted(), [
      "Adaptation Layer Indication",
      "Chunk List",
      "Cookie Preservative",
      "Forward-TSN-Supported",
      "IPv4 Address",
      "IPv4 Address",
      "Random",
      "Requested HMAC Algorithm",
      "Supported Extensions",
    ]);
  }
});

test("RFC 9260 §5.2.2: in COOKIE-WAIT there are no Tie-Tags, not even after a stale cookie", () => {
  const scene = new Scene();
  const { association, init } = scene.associate();
  scene.receive(init.initiateTag, [initAckOf()]);
  only(scene.receive(0, [initOf()]), "INIT ACK");
  assert.notEqual(association.tcb.localTieTag, 0, "in COOKIE-ECHOED there are");
  scene.receive(init.initiateTag, [STALE]);
  assert.equal(association.state, "COOKIE-WAIT");
  assert.deepEqual([association.tcb.localTieTag, association.tcb.peerTieTag], [0, 0]);
});

test("RFC 9260 §3.3.10.3: the measure of staleness is rounded up to whole microseconds", () => {
  const scene = new Scene({ config: { validCookieLifeMs: 1000 } });
  const initAck = only(scene.receive(0, [initOf()]), "INIT ACK");
  const cookie = cookieOf(initAck);
  scene.now += 1000.0001;
  const error = only(scene.receive(initAck.initiateTag, [{ kind: "COOKIE ECHO", cookie }]), "ERROR");
  assert.deepEqual(error.causes, [{ kind: "Stale Cookie", stalenessMicroseconds: 1 }]);
});

test("RFC 9260 §5.1.3: the secret is random: what another stack has sealed does not open", () => {
  const cookie = cookieOf(only(new Scene().receive(0, [initOf()]), "INIT ACK"));
  const opened = new StateCookieJar(nodeHmac, seededEntropy(1)).open(cookie);
  assert.equal(opened?.peerTag, PEER_TAG, "the same entropy makes the same secret");
  assert.equal(new StateCookieJar(nodeHmac, seededEntropy(2)).open(cookie), undefined);
});

test("RFC 9260 §5.1.3: a cookie takes 66 bytes, its addresses, what both say of authentication and the code", () => {
  const initAck = only(new Scene().receive(0, [initOf()]), "INIT ACK");
  // One address of each side, each with two bytes that tell the lengths of the address and of its zone.
  const bareBytes = 66 + 2 * (4 + 2) + 32;
  assert.equal(cookieOf(initAck).length, bareBytes);
  // RFC 4895 §6.3: of us a random number, two types of chunks and two algorithms, each behind four bytes; of the peer a
  // random number and one algorithm.
  const { parameters } = new AuthenticatingPeer();
  const authenticated = only(new Scene().receive(0, [initOf({ parameters })]), "INIT ACK");
  const vectorBytes = 4 + 32 + (4 + 2) + (4 + 4) + (4 + 32) + (4 + 2);
  assert.equal(cookieOf(authenticated).length, bareBytes + vectorBytes);
});

test("RFC 9260 §5.2.2: an INIT for an association that stands is answered with the parameters of that one", () => {
  const scene = new Scene({ config: { outboundStreams: 100, maxInboundStreams: 100 } });
  const own = { outboundStreams: 3, maxInboundStreams: 4, receiveBufferBytes: 54_321 };
  scene.connect({}, ["10.0.0.1"], own);
  const initAck = only(scene.receive(0, [initOf({ initiateTag: 9 })]), "INIT ACK");
  assert.deepEqual([initAck.outboundStreams, initAck.inboundStreams, initAck.aRwnd], [3, 4, 54_321]);
});

test("RFC 9260 §5.1: the ack point begins one below our Initial TSN", () => {
  const scene = new Scene();
  const { association, tag, initAck } = scene.accept();
  association.send(payload(100), onStream(0), scene.now);
  assert.equal(only(scene.drain(), "DATA").tsn, initAck.initialTsn);
  const before = scene.stack.statistics.discardedSacks;
  scene.receive(tag, [sackOf((initAck.initialTsn - 2) >>> 0)]);
  assert.equal(scene.stack.statistics.discardedSacks, before + 1, "that is before the first of our TSNs");
  scene.receive(tag, [sackOf((initAck.initialTsn - 1) >>> 0, 4321)]);
  assert.equal(scene.stack.statistics.discardedSacks, before + 1);
  assert.equal(association.unackedChunks, 1, "nothing is acknowledged yet");
  scene.receive(tag, [sackOf(initAck.initialTsn)]);
  assert.equal(association.unackedChunks, 0);
});
