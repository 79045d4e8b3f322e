import assert from "node:assert/strict";
import { test } from "node:test";
import { ssn, tsn } from "../../../src/base/serial-number.js";
import { cookieOf, dataOf, initOf, only, PEER_TSN, Scene } from "../scene.js";

test("RFC 9260 §5.2.4 A: what came before a restart stays the application's, and takes its room in the window", () => {
  const receiveBufferBytes = 10_000;
  const scene = new Scene({ config: { receiveBufferBytes } });
  const { association, tag } = scene.accept();
  scene.receive(tag, [dataOf(PEER_TSN, { userData: new Uint8Array(1000) })]);
  // A fragment whose message will never be complete, and a message that waits for one that will never come.
  scene.receive(tag, [dataOf(PEER_TSN + 1, { flags: 2, userData: new Uint8Array(500) })]);
  scene.receive(tag, [dataOf(PEER_TSN + 3, { ssn: ssn(9), userData: new Uint8Array(300) })]);
  assert.deepEqual([association.unreadBytes, association.reassemblyBytes], [1000, 800]);
  const restarted = initOf({ initiateTag: 0x2222_2222, initialTsn: tsn(77) });
  const initAck = only(scene.receive(0, [restarted]), "INIT ACK");
  scene.receive(initAck.initiateTag, [{ kind: "COOKIE ECHO", cookie: cookieOf(initAck) }]);
  assert.deepEqual(scene.eventTypes, ["communication up", "data", "restart"]);
  assert.deepEqual([association.unreadBytes, association.reassemblyBytes], [1000, 0]);
  const sent = scene.receive(initAck.initiateTag, [
    dataOf(77, { ssn: ssn(0), userData: new Uint8Array(200) }),
  ]);
  assert.equal(only(sent, "SACK").aRwnd, receiveBufferBytes - 1000 - 200);
  association.releaseReceived(1200, 2);
  assert.equal(association.unreadBytes, 0);
});
