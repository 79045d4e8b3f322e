// Which addresses become destinations of an association, and to which association they belong (RFC 9260 §5.1.2, §5.4).

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Chunk } from "../../../src/wire/chunk.js";
import type { Parameter } from "../../../src/wire/parameter.js";
import { ip, onStream, payload } from "../pair.js";
import { cookieOf, initAckOf, initOf, only, PEER_COOKIE, Scene } from "../scene.js";

const COOKIE: Parameter = { kind: "State Cookie", cookie: PEER_COOKIE };

function ipv4(text: string): Parameter {
  return { kind: "IPv4 Address", address: ip(text) };
}

test("RFC 9260 §5.1.2 A: without address parameters the source of an INIT and of an INIT ACK is the only destination", () => {
  const accepting = new Scene();
  const from = { address: ip("10.7.7.7") };
  const { association } = accepting.accept({ parameters: [] }, from);
  assert.deepEqual(
    association.paths.map((path) => path.address.text),
    ["10.7.7.7"],
  );
  const connecting = new Scene();
  const { association: other } = connecting.connect({ parameters: [COOKIE] });
  assert.deepEqual(
    other.paths.map((path) => path.address.text),
    ["10.0.0.1"],
  );
});

test("RFC 9260 §5.1.2 A and C: the peer has the source of its INIT ACK and what it lists, whatever the user has named", () => {
  for (const [listed, expected] of [
    [[], ["10.0.0.3"]],
    [["10.0.0.9"], ["10.0.0.3", "10.0.0.9"]],
    [
      ["10.0.0.1", "10.0.0.9"],
      ["10.0.0.1", "10.0.0.3", "10.0.0.9"],
    ],
  ] as const) {
    const scene = new Scene();
    const { association, init } = scene.associate(["10.0.0.1", "10.0.0.3", "10.0.0.5"]);
    const from = { address: ip("10.0.0.3") };
    const parameters = [COOKIE, ...listed.map(ipv4)];
    const echo = scene.receive(init.initiateTag, [initAckOf({ parameters })], from);
    assert.equal(echo[0]?.destination, "10.0.0.3");
    assert.deepEqual(association.paths.map((path) => path.address.text).toSorted(), [...expected]);
    assert.equal(association.primaryPath.state, "active");
    // What is not the peer's is free for others.
    assert.equal(scene.endpoint.findAssociation(ip("10.0.0.5"), 5000), undefined);
  }
});

test("RFC 9260 §5.1.2 A, §5.2.4 B: after a collision the peer has the addresses of its INIT and no others", () => {
  for (const state of ["COOKIE-WAIT", "COOKIE-ECHOED"] as const) {
    const scene = new Scene();
    const { association, init } = scene.associate(["10.0.0.1", "10.0.0.3"]);
    association.send(payload(100), onStream(0), scene.now);
    if (state === "COOKIE-ECHOED") {
      const parameters = [COOKIE, ipv4("10.0.0.3")];
      only(scene.receive(init.initiateTag, [initAckOf({ parameters })]), "DATA");
    }
    assert.equal(association.state, state);
    const from = { address: ip("10.0.0.3") };
    const initAck = only(scene.receive(0, [initOf({ initiateTag: 7 })], from), "INIT ACK");
    const echo: Chunk = { kind: "COOKIE ECHO", cookie: cookieOf(initAck) };
    const sent = scene.receive(initAck.initiateTag, [echo], from);
    assert.equal(association.state, "ESTABLISHED");
    assert.deepEqual(
      association.paths.map((path) => [path.address.text, path.state]),
      [["10.0.0.3", "active"]],
    );
    const data = sent.find(({ chunks }) => chunks.some(({ kind }) => kind === "DATA"));
    assert.equal(data?.destination, "10.0.0.3");
  }
});

test("RFC 9260 §5.1.2 B: the ABORT that answers a host name goes to where the packet came from", () => {
  const hostName: Parameter = { kind: "Host Name Address", hostName: Uint8Array.of(97, 0) };
  const parameters = [ipv4("10.0.0.9"), hostName];
  const from = { address: ip("10.7.7.7"), udpPort: 4321 };
  const accepting = new Scene();
  const [refusal] = accepting.receive(0, [initOf({ parameters })], from);
  assert.deepEqual([refusal?.destination, refusal?.udpPort], ["10.7.7.7", 4321]);
  assert.equal(refusal?.chunks[0]?.kind, "ABORT");
  const connecting = new Scene();
  const { init } = connecting.associate();
  const answer = initAckOf({ parameters: [COOKIE, ...parameters] });
  const [abort] = connecting.receive(init.initiateTag, [answer], from);
  assert.deepEqual([abort?.destination, abort?.chunks[0]?.kind], ["10.7.7.7", "ABORT"]);
});

test("RFC 9260 §5.1.2, §3.3.2.1.5: Supported Address Types changes nothing, whatever it lists", () => {
  // IPv6 only while the INIT comes by IPv4, a host name's type, and types that nobody knows.
  for (const addressTypes of [[6], [11], [5, 6, 11], [0xfffe], []]) {
    const scene = new Scene();
    const parameters: Parameter[] = [{ kind: "Supported Address Types", addressTypes }, ipv4("10.0.0.9")];
    const sent = scene.receive(0, [initOf({ parameters })]);
    const initAck = only(sent, "INIT ACK");
    assert.deepEqual(
      initAck.parameters.map(({ kind }) => kind),
      ["State Cookie", "Supported Extensions", "Forward-TSN-Supported"],
      "nothing is reported",
    );
    scene.receive(initAck.initiateTag, [{ kind: "COOKIE ECHO", cookie: cookieOf(initAck) }]);
    assert.equal(scene.association.paths.length, 2);
  }
});

test("RFC 9260 §5.1.2 D, §5.2.3: an INIT ACK that lists an address of another association's peer is left to that one", () => {
  const scene = new Scene();
  const { association: first, init: firstInit } = scene.associate(["10.0.0.9"]);
  const from = { address: ip("10.0.0.9") };
  scene.receive(firstInit.initiateTag, [initAckOf()], from);
  scene.receive(firstInit.initiateTag, [{ kind: "COOKIE ACK" }], from);
  const { association: second, init } = scene.associate(["10.0.0.1"]);
  assert.notEqual(first, second);
  const parameters = [COOKIE, ipv4("10.0.0.9")];
  assert.deepEqual(scene.receive(init.initiateTag, [initAckOf({ parameters })]), []);
  assert.equal(first.state, "ESTABLISHED");
  assert.equal(second.state, "COOKIE-WAIT", "T1-init decides about it");
  assert.deepEqual(
    second.paths.map((path) => path.address.text),
    ["10.0.0.1"],
  );
  // An INIT ACK without that address is none of the other's business.
  only(scene.receive(init.initiateTag, [initAckOf()]), "COOKIE ECHO");
});

test("RFC 5062 §2: an address that another peer only claims keeps no INIT ACK from being taken", () => {
  const scene = new Scene();
  scene.accept({ parameters: [ipv4("10.0.0.9")] }, { address: ip("10.66.66.66") });
  const { init } = scene.associate(["10.0.0.1"]);
  const parameters = [COOKIE, ipv4("10.0.0.9")];
  only(scene.receive(init.initiateTag, [initAckOf({ parameters })]), "COOKIE ECHO");
});

test("RFC 9260 §5.4: no data goes to an unconfirmed address, not even where it is made the primary one", () => {
  const scene = new Scene();
  const { association } = scene.accept({ parameters: [ipv4("10.0.0.9")] });
  const unconfirmed = association.paths[1];
  assert.ok(unconfirmed !== undefined);
  association.setPrimaryPath(unconfirmed);
  for (let index = 0; index < 3; index += 1) association.send(payload(1000), onStream(0), scene.now);
  // Nobody answers anything: time-outs, and in the end the failure of every path.
  scene.advance(600_000);
  const carried = scene.sent.filter((packet) => packet.destination === "10.0.0.9");
  assert.ok(carried.length > 0, "it is probed");
  for (const { chunks } of carried) {
    assert.deepEqual(
      chunks.map(({ kind }) => kind),
      ["HEARTBEAT"],
    );
  }
  assert.ok(scene.sent.some((packet) => packet.chunks.some(({ kind }) => kind === "DATA")));
});
