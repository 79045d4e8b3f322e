import assert from "node:assert/strict";
import { test } from "node:test";
import { ssn, tsn } from "../../../src/base/serial-number.js";
import type { InitChunk } from "../../../src/wire/chunks/init-chunk.js";
import { ip } from "../pair.js";
import { asconfIn, ReconfiguringPeer } from "../reconfiguring-peer.js";
import {
  cookieOf,
  dataOf,
  initOf,
  ipParameter,
  kindsOf,
  only,
  Scene,
  type Origin,
  type Sent,
} from "../scene.js";

const RESTARTED: Partial<InitChunk> = { initiateTag: 0x2222_2222, initialTsn: tsn(9000) };

/** An INIT of a peer that has restarted, which lists some addresses. */
const restartedInit = (...addresses: string[]): InitChunk =>
  initOf({ ...RESTARTED, parameters: addresses.map(ipParameter) });

/** The peer restarts: INIT, COOKIE ECHO, and its first message. */
function restart(scene: Scene, init: InitChunk, from: Partial<Origin>): Sent[] {
  const initAck = only(scene.receive(0, [init], from), "INIT ACK");
  const echo = { kind: "COOKIE ECHO", cookie: cookieOf(initAck) } as const;
  return scene.receive(initAck.initiateTag, [echo, dataOf(9000, { ssn: ssn(0) })], from);
}

/** The addresses that an INIT is refused for. */
function refusedFor(sent: readonly Sent[]): string[] {
  const [cause] = only(sent, "ABORT").causes;
  assert.ok(cause?.kind === "Restart of an Association with New Addresses");
  return cause.addresses.map(({ text }) => text);
}

test("RFC 9260 §5.2.2: a restart with an address that the peer has added since is none with new addresses", () => {
  const peer = new ReconfiguringPeer();
  const { scene } = peer;
  assert.deepEqual(refusedFor(scene.receive(0, [restartedInit("10.0.9.1")], { udpPort: 0 })), ["10.0.9.1"]);
  peer.ask([["Add IP Address", "10.0.9.1"]]);
  restart(scene, restartedInit("10.0.9.1"), { udpPort: 0 });
  assert.equal(scene.last("restart").association, peer.association);
  assert.deepEqual(peer.paths, ["*10.0.0.1 active", "10.0.9.1 unconfirmed"]);
});

test("RFC 9260 §5.2.2: a restart with an address that the peer has deleted since is one with new addresses", () => {
  const peer = new ReconfiguringPeer({ peer: ["10.0.0.1", "10.0.1.1"] });
  const { scene } = peer;
  peer.ask([["Delete IP Address", "10.0.1.1"]]);
  assert.deepEqual(refusedFor(scene.receive(0, [restartedInit("10.0.1.1")], { udpPort: 0 })), ["10.0.1.1"]);
  assert.equal(scene.receive(0, [restartedInit()], { address: ip("10.0.1.1"), udpPort: 0 }).length, 1);
  restart(scene, restartedInit(), { udpPort: 0 });
  assert.equal(scene.last("restart").association, peer.association);
});

test("RFC 9260 §5.2.2: an address that none of ours reaches is the peer's all the same, and not new in a restart", () => {
  // The peer knows one address of ours, of the other family.
  const scene = new Scene({ addresses: ["10.0.0.2", "2001:db8::2"] });
  const { association } = scene.accept({ parameters: ["2001:db8::1", "2001:db8::9"].map(ipParameter) });
  assert.deepEqual(
    association.paths.map(({ address }) => address.text),
    ["10.0.0.1"],
  );
  assert.deepEqual(refusedFor(scene.receive(0, [restartedInit("2001:db8::1", "2001:db8::7")])), [
    "2001:db8::7",
  ]);
  restart(scene, restartedInit("2001:db8::1"), {});
  assert.equal(scene.last("restart").association, association);
  // What the peer has not listed again is new from now on.
  assert.deepEqual(refusedFor(scene.receive(0, [restartedInit("2001:db8::1", "2001:db8::9")])), [
    "2001:db8::9",
  ]);
});

const ADDED = "10.0.7.2";

/** Our address that only the association has: its endpoint is bound to another one. */
function withAddressOfItsOwn(): ReconfiguringPeer {
  const peer = new ReconfiguringPeer();
  peer.association.addLocalAddress(ip(ADDED));
  peer.acknowledge(asconfIn(peer.scene.drain()).sequenceNumber);
  assert.deepEqual(
    peer.association.localAddresses.map(({ text }) => text),
    ["10.0.0.2", ADDED],
  );
  return peer;
}

test("RFC 9260 §5.2.2, RFC 5061 §5.3: a restarted peer is met at an address that only the association has", () => {
  const { scene, association } = withAddressOfItsOwn();
  const sent = restart(scene, restartedInit(), { to: ip(ADDED), udpPort: 0 });
  assert.deepEqual(kindsOf(sent), [["COOKIE ACK", "SACK"]]);
  assert.equal(sent[0]?.source, ADDED);
  assert.equal(scene.last("restart").association, association);
  assert.equal(scene.stack.associationCount, 1);
  assert.deepEqual(
    association.localAddresses.map(({ text }) => text),
    [ADDED],
    "the INIT ACK has listed none, so that the peer knows where it came from",
  );
});

test("RFC 9260 §8.4: to all others that address is nobody's, and to the peer too once the association has ended", () => {
  const { scene, association } = withAddressOfItsOwn();
  const to = { to: ip(ADDED), udpPort: 0 };
  for (const other of [{ address: ip("10.0.0.77") }, { port: 5001 }]) {
    only(scene.receive(0, [initOf(RESTARTED)], { ...to, ...other }), "ABORT");
  }
  const initAck = only(scene.receive(0, [initOf(RESTARTED)], to), "INIT ACK");
  association.abort([]);
  scene.drain();
  only(scene.receive(0, [initOf(RESTARTED)], to), "ABORT");
  scene.receive(initAck.initiateTag, [{ kind: "COOKIE ECHO", cookie: cookieOf(initAck) }], to);
  assert.equal(scene.stack.associationCount, 0);
});
