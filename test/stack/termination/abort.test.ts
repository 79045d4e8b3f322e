import assert from "node:assert/strict";
import { test } from "node:test";
import { ssn } from "../../../src/base/serial-number.js";
import { chunkBytes, type Chunk } from "../../../src/wire/chunk.js";
import type { ErrorCause } from "../../../src/wire/error-cause.js";
import { onStream, payload } from "../pair.js";
import { dataOf, initAckOf, kindsOf, only, PEER_TAG, PEER_TSN, Scene } from "../scene.js";

const REASON: ErrorCause = { kind: "User-Initiated Abort", reason: payload(6) };

function abortOf(tagReflected: boolean): Chunk {
  return { kind: "ABORT", tagReflected, causes: [REASON] };
}

for (const [what, tagReflected, own, ends] of [
  ["our tag without the T bit", false, true, true],
  ["the peer's tag with the T bit", true, false, true],
  ["our tag with the T bit", true, true, false],
  ["the peer's tag without the T bit", false, false, false],
] as const) {
  test(`RFC 9260 §8.5.1 B: ABORT under ${what} ${ends ? "ends" : "does not end"} the association`, () => {
    const scene = new Scene();
    const { association, tag } = scene.accept();
    assert.deepEqual(scene.receive(own ? tag : PEER_TAG, [abortOf(tagReflected)]), []);
    assert.equal(association.state, ends ? "CLOSED" : "ESTABLISHED");
  });
}

test("RFC 9260 §8.5.1 B: ABORT with the T bit behind another chunk does not pass for one with our tag", () => {
  const scene = new Scene();
  const { association, tag } = scene.accept();
  scene.receive(tag, [{ kind: "ERROR", causes: [] }, abortOf(true)]);
  assert.equal(association.state, "ESTABLISHED");
  scene.receive(tag, [{ kind: "ERROR", causes: [] }, abortOf(false)]);
  assert.equal(association.state, "CLOSED");
});

test("RFC 9260 §9.1: ABORT ends the association at once; the peer's reason and what was lost are told", () => {
  const scene = new Scene();
  const { association, tag } = scene.accept();
  association.send(payload(10), onStream(0), scene.now);
  scene.drain();
  assert.deepEqual(scene.receive(tag, [abortOf(false)]), []);
  assert.deepEqual(scene.eventTypes.slice(1), ["communication lost", "send failed"]);
  const { reason } = scene.last("communication lost");
  assert.ok(reason.kind === "aborted by peer");
  assert.deepEqual(reason.causes, [REASON]);
  assert.deepEqual(reason.chunk, chunkBytes(abortOf(false)));
  assert.equal(scene.last("send failed").errorCode, 12);
  assert.equal(scene.stack.associationCount, 0);
  assert.equal(scene.stack.pollTimeout(), Number.POSITIVE_INFINITY);
});

test("RFC 9260 §3.3.7: what stands before an ABORT is handled, what stands behind it is not", () => {
  const scene = new Scene();
  const { tag } = scene.accept();
  const sent = scene.receive(tag, [dataOf(PEER_TSN), abortOf(false), dataOf(PEER_TSN + 1)]);
  assert.deepEqual(sent, []);
  assert.deepEqual(scene.eventTypes.slice(1), ["data", "communication lost"]);
});

test("RFC 9260 §3.3.7: an ABORT with a format error is discarded, and with it what stands behind it", () => {
  const scene = new Scene();
  const { association, tag } = scene.accept();
  const broken = chunkBytes(abortOf(false));
  new DataView(broken.buffer).setUint16(6, 3);
  assert.deepEqual(scene.receive(tag, [broken, dataOf(PEER_TSN)]), []);
  const reflected = broken.slice();
  reflected[1] = 1;
  assert.deepEqual(scene.receive(PEER_TAG, [reflected, dataOf(PEER_TSN)]), []);
  assert.equal(association.state, "ESTABLISHED");
  assert.deepEqual(scene.eventTypes, ["communication up"]);
});

test("RFC 9260 §9.1: the user's ABORT carries the peer's tag and no DATA", () => {
  const scene = new Scene();
  const { association } = scene.accept();
  association.send(payload(10), onStream(0), scene.now);
  association.abort([REASON]);
  const sent = scene.drain();
  assert.deepEqual(kindsOf(sent), [["ABORT"]]);
  assert.deepEqual(sent[0]?.tag, PEER_TAG);
  assert.deepEqual(only(sent, "ABORT"), abortOf(false));
  assert.deepEqual(scene.last("communication lost").reason, { kind: "aborted locally", causes: [REASON] });
});

test("RFC 9260 §8.4 8: after our ABORT was lost, the peer's next packet is answered with another", () => {
  const scene = new Scene();
  const { association, tag } = scene.accept();
  association.abort([]);
  scene.drain();
  const sent = scene.receive(tag, [dataOf(PEER_TSN)]);
  assert.deepEqual([sent[0]?.tag, only(sent, "ABORT").tagReflected], [tag, true]);
});

test("RFC 9260 §6.2: DATA without user data ends the association with No User Data", () => {
  const scene = new Scene();
  const { tag } = scene.accept();
  const sent = scene.receive(tag, [dataOf(PEER_TSN, { userData: new Uint8Array(0) })]);
  assert.deepEqual(only(sent, "ABORT").causes, [{ kind: "No User Data", tsn: PEER_TSN }]);
});

test("RFC 9260 §9.1: an abort during the handshake is told as a start that failed", () => {
  const scene = new Scene();
  const { init } = scene.associate();
  scene.receive(init.initiateTag, [initAckOf()]);
  scene.receive(init.initiateTag, [abortOf(false)]);
  assert.deepEqual(scene.eventTypes, ["cannot start"]);
});

test("RFC 9260 §6.9: the part of a message that was delivered is told to be all there will be", () => {
  for (const end of ["abort", "shutdown"]) {
    const scene = new Scene({ config: { receiveBufferBytes: 3000 } });
    const { association, tag } = scene.accept();
    scene.receive(tag, [dataOf(PEER_TSN, { flags: 2, userData: payload(1400) })]);
    scene.receive(tag, [dataOf(PEER_TSN + 1, { flags: 0, ssn: ssn(0), userData: payload(1400) })]);
    assert.ok(scene.eventTypes.includes("data"));
    if (end === "abort") scene.receive(tag, [abortOf(false)]);
    else {
      association.shutdown(scene.now);
      scene.drain();
      scene.receive(tag, [{ kind: "SHUTDOWN ACK" }]);
    }
    assert.equal(association.state, "CLOSED");
    assert.ok(scene.eventTypes.includes("partial delivery aborted"), end);
  }
});

test("RFC 9260 §6.9: that a part is all there will be is told before the messages that have waited for its end", () => {
  const scene = new Scene({ config: { receiveBufferBytes: 3000 } });
  const { tag } = scene.accept();
  scene.receive(tag, [dataOf(PEER_TSN, { flags: 2, userData: payload(1400) })]);
  scene.receive(tag, [dataOf(PEER_TSN + 1, { flags: 0, ssn: ssn(0), userData: payload(1400) })]);
  scene.receive(tag, [dataOf(PEER_TSN + 3, { streamId: 1, ssn: ssn(0) })]);
  const before = scene.eventTypes.length;
  scene.receive(tag, [abortOf(false)]);
  assert.deepEqual(scene.eventTypes.slice(before), [
    "partial delivery aborted",
    "data",
    "communication lost",
  ]);
});
