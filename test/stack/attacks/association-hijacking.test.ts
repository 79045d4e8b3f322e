/** RFC 5062 §3 and §4: somebody gets a peer's address, and with it wants the peer's association. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ip, onStream, payload } from "../pair.js";
import { cookieOf, dataOf, initOf, only, PEER_TAG, PEER_TSN, Scene } from "../scene.js";

const NEW_TAG = 0x3333_3333;

/** Whether four bytes in a row are that number. */
function holds(bytes: Uint8Array, number: number): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at + 4 <= bytes.length; at += 1) if (view.getUint32(at) === number) return true;
  return false;
}

test("RFC 5062 §3.3: what an INIT from the peer's address is answered with tells neither tag", () => {
  const scene = new Scene();
  const { tag, association } = scene.accept();
  const [answer] = scene.receive(0, [initOf({ initiateTag: NEW_TAG })]);
  assert.ok(answer !== undefined);
  assert.equal(holds(answer.bytes, NEW_TAG), true);
  assert.equal(holds(answer.bytes, tag), false);
  assert.equal(holds(answer.bytes, PEER_TAG), false);
  assert.equal(association.state, "ESTABLISHED");
});

test("RFC 5062 §3.1: the tag of an INIT ACK is good for nothing before its cookie has come back", () => {
  const scene = new Scene();
  const { association } = scene.accept();
  const initAck = only(scene.receive(0, [initOf({ initiateTag: NEW_TAG })]), "INIT ACK");
  for (const chunk of [dataOf(PEER_TSN), { kind: "ABORT", tagReflected: false, causes: [] } as const]) {
    assert.deepEqual(scene.receive(initAck.initiateTag, [chunk]), []);
  }
  assert.equal(association.state, "ESTABLISHED");
  assert.equal(association.unreadBytes, 0);
});

test("RFC 5062 §4.3: whoever takes a peer's place by a restart is announced, and gets nothing of the old data", () => {
  const scene = new Scene();
  const { association } = scene.accept({ aRwnd: 1500 });
  for (let index = 0; index < 3; index += 1) association.send(payload(1400), onStream(0), scene.now);
  scene.drain();
  const initAck = only(scene.receive(0, [initOf({ initiateTag: NEW_TAG })]), "INIT ACK");
  const sent = scene.receive(initAck.initiateTag, [{ kind: "COOKIE ECHO", cookie: cookieOf(initAck) }]);
  assert.deepEqual(
    sent.flatMap(({ chunks }) => chunks.map(({ kind }) => kind)),
    ["COOKIE ACK"],
  );
  assert.deepEqual(scene.eventTypes.slice(-4), ["send failed", "send failed", "send failed", "restart"]);
});

test("RFC 5062 §4: who cannot receive at the peer's address cannot restart its association", () => {
  const scene = new Scene();
  const { association, tag } = scene.accept();
  // The INIT is forged, and its answer goes to the peer: the attacker has to guess a cookie.
  scene.receive(0, [initOf({ initiateTag: NEW_TAG })]);
  for (let length = 0; length < 200; length += 1) {
    scene.receive(NEW_TAG, [{ kind: "COOKIE ECHO", cookie: payload(length) }], { address: ip("10.0.0.1") });
  }
  assert.equal(association.tcb.localTag, tag);
  assert.ok(!scene.eventTypes.includes("restart"));
});
