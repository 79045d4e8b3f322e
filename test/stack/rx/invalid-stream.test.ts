import assert from "node:assert/strict";
import { test } from "node:test";
import { ssn } from "../../../src/base/serial-number.js";
import { dataOf, kindsOf, only, PEER_TSN, Scene } from "../scene.js";

test("RFC 9260 §6.5, §3.3.10.1: DATA for a stream that there is not is reported and acknowledged, and goes nowhere", () => {
  const scene = new Scene({ config: { maxInboundStreams: 4 } });
  const { association, tag } = scene.accept({ outboundStreams: 4 });
  const sent = scene.receive(tag, [dataOf(PEER_TSN, { streamId: 4 })]);
  assert.deepEqual(only(sent, "ERROR").causes, [{ kind: "Invalid Stream Identifier", streamId: 4 }]);
  assert.equal(only(sent, "SACK").cumulativeTsnAck, PEER_TSN);
  assert.deepEqual(kindsOf(sent), [["ERROR", "SACK"]], "in one packet");
  assert.equal(association.unreadBytes, 0);
  assert.equal(association.state, "ESTABLISHED");
  scene.receive(tag, [dataOf(PEER_TSN + 1, { streamId: 3, ssn: ssn(0) })]);
  assert.deepEqual(scene.eventTypes, ["communication up", "data"]);
});
