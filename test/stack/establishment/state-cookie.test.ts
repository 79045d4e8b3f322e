import assert from "node:assert/strict";
import { test } from "node:test";
import type { Chunk } from "../../../src/wire/chunk.js";
import type { Parameter } from "../../../src/wire/parameter.js";
import { ip } from "../pair.js";
import { cookieOf, dataOf, initOf, kindsOf, only, PEER, PEER_TAG, PEER_TSN, Scene } from "../scene.js";

/** An INIT that was answered: the COOKIE ECHO that belongs to it and the tag that its packet has to carry. */
function prepared(
  scene: Scene,
  parameters: Parameter[] = [],
  initiateTag = PEER_TAG,
): { tag: number; echo: Chunk } {
  const initAck = only(scene.receive(0, [initOf({ initiateTag, parameters })]), "INIT ACK");
  return { tag: initAck.initiateTag, echo: { kind: "COOKIE ECHO", cookie: cookieOf(initAck) } };
}

test("RFC 9260 §5.1.5 5 and 6: a valid cookie creates the association, and COOKIE ACK answers", () => {
  const scene = new Scene();
  const { tag, echo } = prepared(scene);
  const sent = scene.receive(tag, [echo]);
  assert.deepEqual(kindsOf(sent), [["COOKIE ACK"]]);
  assert.equal(sent[0]?.tag, PEER_TAG);
  assert.equal(scene.association.state, "ESTABLISHED");
  assert.equal(scene.last("communication up").accepted, true);
});

test("RFC 9260 §5.1.5 7: DATA beside COOKIE ECHO is acknowledged at once, behind the COOKIE ACK", () => {
  const scene = new Scene();
  const { tag, echo } = prepared(scene);
  const sent = scene.receive(tag, [echo, dataOf(PEER_TSN)]);
  assert.deepEqual(kindsOf(sent), [["COOKIE ACK", "SACK"]]);
  assert.deepEqual(scene.eventTypes, ["communication up", "data"]);
});

test("RFC 9260 §5.1.5 2: a cookie of which any byte was changed is discarded with its whole packet", () => {
  const scene = new Scene();
  const { tag, echo } = prepared(scene);
  assert.ok(echo.kind === "COOKIE ECHO");
  for (let index = 0; index < echo.cookie.length; index += 1) {
    const cookie = echo.cookie.slice();
    cookie[index] = (cookie[index] ?? 0) ^ 0x40;
    assert.deepEqual(scene.receive(tag, [{ kind: "COOKIE ECHO", cookie }, dataOf(PEER_TSN)]), []);
  }
  for (const lengthBytes of [0, 1, 31, 32, 33, 80, echo.cookie.length - 1]) {
    const cookie = echo.cookie.slice(0, lengthBytes);
    assert.deepEqual(scene.receive(tag, [{ kind: "COOKIE ECHO", cookie }]), []);
  }
  assert.equal(scene.stack.associationCount, 0);
  assert.deepEqual(scene.eventTypes, []);
});

test("RFC 9260 §5.1.5 3: a cookie in a packet with other ports or another tag is discarded", () => {
  const scene = new Scene();
  const { tag, echo } = prepared(scene);
  assert.deepEqual(scene.receive(tag, [echo], { port: 5001 }), []);
  assert.deepEqual(scene.receive(tag + 1, [echo]), []);
  assert.deepEqual(scene.receive(PEER_TAG, [echo]), []);
  assert.equal(scene.stack.associationCount, 0);
});

test("RFC 9260 §5.1.5 3: the cookie of another endpoint of the same stack is discarded", () => {
  const scene = new Scene();
  const other = scene.stack.createEndpoint({
    port: 7001,
    localUdpPort: 9899,
    addresses: [ip("10.0.0.2")],
    config: scene.endpoint.config,
    advertise: () => [],
  });
  other.acceptance = () => true;
  const { tag, echo } = prepared(scene);
  assert.deepEqual(scene.receive(tag, [echo], { toPort: 7001 }), []);
  assert.equal(scene.stack.associationCount, 0);
});

test("RFC 9260 §5.1.5 4: a cookie that is too old is answered with Stale Cookie and how old it is", () => {
  const scene = new Scene();
  const { tag, echo } = prepared(scene);
  scene.now += 60_000 + 1234;
  const sent = scene.receive(tag, [echo, dataOf(PEER_TSN)]);
  assert.deepEqual(only(sent, "ERROR").causes, [{ kind: "Stale Cookie", stalenessMicroseconds: 1_234_000 }]);
  assert.equal(sent[0]?.tag, PEER_TAG);
  assert.equal(scene.stack.associationCount, 0);
});

test("RFC 9260 §5.1.5 4: a cookie as old as its lifespan is still valid", () => {
  const scene = new Scene();
  const { tag, echo } = prepared(scene);
  scene.now += 60_000;
  only(scene.receive(tag, [echo]), "COOKIE ACK");
});

test("RFC 9260 §5.1.3: the secret changes hourly, and the one before serves the cookies on their way", () => {
  const scene = new Scene({ config: { validCookieLifeMs: 36_000_000 } });
  const first = prepared(scene);
  scene.now += 3_600_000;
  const second = prepared(scene, [], PEER_TAG + 1);
  scene.now += 3_600_000 - 1;
  only(scene.receive(second.tag, [second.echo]), "COOKIE ACK");
  scene.association.abort([]);
  scene.drain();
  only(scene.receive(first.tag, [first.echo]), "COOKIE ACK");
});

test("RFC 9260 §5.1.5 1: a cookie whose secret is gone is discarded silently", () => {
  const scene = new Scene({ config: { validCookieLifeMs: 36_000_000 } });
  const first = prepared(scene);
  for (let hour = 0; hour < 2; hour += 1) {
    scene.now += 3_600_000;
    prepared(scene);
  }
  assert.deepEqual(scene.receive(first.tag, [first.echo]), []);
});

test("RFC 9260 §5.1.3: the cookie does not give away the tags of the association that stands", () => {
  const scene = new Scene();
  const { tag } = scene.accept();
  const initAck = only(scene.receive(0, [initOf({ initiateTag: 7 })]), "INIT ACK");
  const cookie = Buffer.from(cookieOf(initAck));
  for (const secret of [tag, PEER_TAG]) {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(secret);
    assert.equal(cookie.includes(bytes), false);
  }
});

test("RFC 5062 §6: a cookie repeated from another address creates no second association", () => {
  const scene = new Scene();
  const parameters: Parameter[] = [{ kind: "IPv4 Address", address: ip("10.0.0.9") }];
  const { tag, echo } = prepared(scene, parameters);
  only(scene.receive(tag, [echo]), "COOKIE ACK");
  for (let host = 20; host < 60; host += 1) {
    assert.deepEqual(scene.receive(tag, [echo], { address: ip(`10.0.0.${host}`) }), []);
  }
  only(scene.receive(tag, [echo], { address: ip("10.0.0.9") }), "COOKIE ACK");
  assert.equal(scene.endpoint.associations.size, 1);
  assert.equal(scene.stack.associationCount, 1);
});

test("RFC 9260 §5.1.2 D: a cookie does nothing once an address that it names belongs to another association", () => {
  const scene = new Scene();
  const { tag, echo } = prepared(scene, [{ kind: "IPv4 Address", address: ip("10.0.0.9") }]);
  const victim = scene.accept({ initiateTag: 9 }, { address: ip("10.0.0.9") });
  assert.deepEqual(scene.receive(tag, [echo]), []);
  assert.deepEqual(scene.receive(tag, [echo], { address: ip("10.0.0.9") }), []);
  assert.equal(scene.stack.associationCount, 1);
  assert.equal(victim.association.tcb.peerTag, 9);
});

test("RFC 9260 §5.3.1: a COOKIE ECHO that is repeated after the end begins nothing and delivers nothing", () => {
  const scene = new Scene();
  const { tag, echo } = prepared(scene);
  scene.receive(tag, [echo, dataOf(PEER_TSN)]);
  scene.receive(tag, [{ kind: "ABORT", tagReflected: false, causes: [] }]);
  const before = scene.eventTypes.length;
  const sent = scene.receive(tag, [echo, dataOf(PEER_TSN)]);
  assert.deepEqual(kindsOf(sent), [["ABORT"]]);
  assert.equal(sent[0]?.tag, PEER_TAG);
  assert.equal(scene.eventTypes.length, before);
  assert.equal(scene.stack.associationCount, 0);
});

test("RFC 9260 §5.4: a COOKIE ACK to an address that is not confirmed has a HEARTBEAT beside it", () => {
  const scene = new Scene();
  const { tag, echo } = prepared(scene, [{ kind: "IPv4 Address", address: ip("10.0.0.9") }]);
  const sent = scene.receive(tag, [echo, dataOf(PEER_TSN)], { address: ip("10.0.0.9") });
  assert.deepEqual(
    sent.map((packet) => [packet.destination, ...packet.chunks.map((chunk) => chunk.kind)]),
    [
      ["10.0.0.9", "COOKIE ACK", "HEARTBEAT"],
      ["10.0.0.1", "SACK"],
    ],
  );
  assert.equal(scene.association.primaryPath.address.text, "10.0.0.1");
});

test("RFC 6951 §5.4: an INIT moves no path; a COOKIE ECHO that is accepted does", () => {
  const scene = new Scene();
  const { association, tag, cookie } = scene.accept();
  const udpPort = (): number | undefined => association.paths[0]?.udpPort;
  scene.receive(0, [initOf({ initiateTag: 9 })], { udpPort: 1111 });
  assert.equal(udpPort(), PEER.udpPort);
  scene.receive(tag, [{ kind: "COOKIE ECHO", cookie: cookie.slice(1) }], { udpPort: 2222 });
  assert.equal(udpPort(), PEER.udpPort);
  scene.receive(tag + 1, [{ kind: "HEARTBEAT", info: new Uint8Array(4) }], { udpPort: 3333 });
  assert.equal(udpPort(), PEER.udpPort);
  const [ack] = scene.receive(tag, [{ kind: "COOKIE ECHO", cookie }], { udpPort: 4444 });
  assert.equal(udpPort(), 4444);
  assert.equal(ack?.udpPort, 4444);
  const [heartbeatAck] = scene.receive(tag, [{ kind: "HEARTBEAT", info: new Uint8Array(4) }], { udpPort: 0 });
  assert.equal(udpPort(), 0);
  assert.equal(heartbeatAck?.udpPort, 0);
});

test("RFC 6458 §4.1.3: an endpoint that has stopped listening since its INIT ACK answers with ABORT", () => {
  const scene = new Scene();
  const { tag, echo } = prepared(scene);
  scene.endpoint.acceptance = () => false;
  const sent = scene.receive(tag, [echo, dataOf(PEER_TSN)]);
  assert.deepEqual(kindsOf(sent), [["ABORT"]]);
  assert.equal(sent[0]?.tag, PEER_TAG);
  assert.deepEqual(scene.eventTypes, []);
});

test("RFC 9260 §5.1 D: COOKIE ECHO behind another chunk is not processed", () => {
  const scene = new Scene();
  const { tag, echo } = prepared(scene);
  const sent = scene.receive(tag, [{ kind: "COOKIE ACK" }, echo]);
  assert.deepEqual(sent, []);
  assert.equal(scene.stack.associationCount, 0);
});
