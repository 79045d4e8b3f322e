import assert from "node:assert/strict";
import { test } from "node:test";
import { tsn } from "../../../src/base/serial-number.js";
import { SPENT_TAGS_MAX } from "../../../src/stack/limits.js";
import { VerificationTags } from "../../../src/stack/validation/verification-tags.js";
import type { Chunk } from "../../../src/wire/chunk.js";
import { ip } from "../pair.js";
import { dataOf, initOf, kindsOf, only, PEER_TAG, PEER_TSN, sackOf, Scene } from "../scene.js";

const HEARTBEAT: Chunk = { kind: "HEARTBEAT", info: new Uint8Array(8) };

const GUARDED: readonly Chunk[] = [
  dataOf(PEER_TSN),
  sackOf(5),
  HEARTBEAT,
  { kind: "HEARTBEAT ACK", info: new Uint8Array(4) },
  { kind: "SHUTDOWN", cumulativeTsnAck: tsn(1) },
  { kind: "SHUTDOWN ACK" },
  { kind: "ERROR", causes: [{ kind: "Out of Resource" }] },
  { kind: "COOKIE ACK" },
  { kind: "UNKNOWN", type: 0xff, flags: 0, value: new Uint8Array(4) },
];
for (const chunk of GUARDED) {
  test(`RFC 9260 §8.5: ${chunk.kind} under a tag that is not ours is discarded silently`, () => {
    const scene = new Scene();
    const { association, tag } = scene.accept();
    const wrong = [tag ^ 1, PEER_TAG, 0, 1];
    for (const other of wrong) assert.deepEqual(scene.receive(other >>> 0, [chunk]), []);
    assert.equal(association.state, "ESTABLISHED");
    assert.deepEqual(scene.eventTypes, ["communication up"]);
    assert.equal(scene.stack.statistics.verificationTagErrors, wrong.length);
  });
}

test("RFC 9260 §8.5, §1.3: the right tag from an address or a port that is not the peer's is out of the blue", () => {
  const scene = new Scene();
  const { association, tag } = scene.accept();
  assert.deepEqual(kindsOf(scene.receive(tag, [HEARTBEAT], { address: ip("10.0.0.66") })), [["ABORT"]]);
  assert.deepEqual(kindsOf(scene.receive(tag, [HEARTBEAT], { port: 5001 })), [["ABORT"]]);
  assert.deepEqual(
    scene.receive(tag, [{ kind: "ABORT", tagReflected: false, causes: [] }], { port: 5001 }),
    [],
  );
  assert.equal(association.state, "ESTABLISHED");
});

test("RFC 9260 §8.5: packets find their association when a peer has several", () => {
  const scene = new Scene();
  const tags = [5000, 5001, 5002].map((port) => scene.accept({ initiateTag: port }, { port }).tag);
  for (const [index, tag] of tags.entries()) {
    const [answer] = scene.receive(tag, [HEARTBEAT], { port: 5000 + index });
    assert.deepEqual([answer?.tag, answer?.port], [5000 + index, 5000 + index]);
    assert.deepEqual(scene.receive(tag, [HEARTBEAT], { port: 5000 + ((index + 1) % 3) }), []);
  }
});

test("RFC 9260 §3.2: what unknown chunk types want is done, and reported", () => {
  const scene = new Scene();
  const { tag } = scene.accept();
  const unknown = (type: number): Chunk => ({ kind: "UNKNOWN", type, flags: 7, value: Uint8Array.of(1, 2) });
  const rest = [HEARTBEAT];
  // 10: skipped; 11: skipped and reported; 01: stop and report; 00: stop.
  assert.deepEqual(kindsOf(scene.receive(tag, [unknown(0x80 + 0x1f), ...rest])), [["HEARTBEAT ACK"]]);
  const skipped = scene.receive(tag, [unknown(0xc0 + 0x1f), ...rest]);
  assert.deepEqual(kindsOf(skipped), [["ERROR", "HEARTBEAT ACK"]]);
  assert.deepEqual(only(skipped, "ERROR").causes, [
    { kind: "Unrecognized Chunk Type", chunk: Uint8Array.of(0xdf, 7, 0, 6, 1, 2) },
  ]);
  assert.deepEqual(kindsOf(scene.receive(tag, [unknown(0x40 + 0x1f), ...rest])), [["ERROR"]]);
  assert.deepEqual(kindsOf(scene.receive(tag, [unknown(0x1f), ...rest])), []);
});

test("RFC 9260 §6.10: chunks before a partial one are handled, the partial one is dropped", () => {
  const scene = new Scene();
  const { tag } = scene.accept();
  assert.deepEqual(kindsOf(scene.receive(tag, [HEARTBEAT, Uint8Array.of(4, 0, 0, 99)])), [["HEARTBEAT ACK"]]);
});

test("RFC 9260 §6.10: INIT in the middle ends the packet, and harms nobody", () => {
  const scene = new Scene();
  const { association, tag } = scene.accept();
  assert.deepEqual(kindsOf(scene.receive(tag, [HEARTBEAT, initOf(), HEARTBEAT])), [["HEARTBEAT ACK"]]);
  assert.equal(association.state, "ESTABLISHED");
});

test("RFC 9260 §5.3.1: tags that were used up are remembered, as many as the limit says", () => {
  const tags = new VerificationTags();
  const scene = new Scene();
  const { association } = scene.accept();
  for (let tag = 1; tag <= SPENT_TAGS_MAX + 10; tag += 1) {
    tags.register(tag, association);
    tags.unregister(tag);
  }
  assert.equal(tags.count, 0);
  assert.equal(tags.isTaken(10), false);
  assert.equal(tags.isTaken(11), true);
  assert.equal(tags.isTaken(SPENT_TAGS_MAX + 10), true);
  const drawn = [0, 11, SPENT_TAGS_MAX, 7];
  const entropy = { randomUint32: () => drawn.shift() ?? 0, fillRandom: () => undefined };
  assert.equal(tags.draw(entropy), 7, "neither 0 nor what is taken");
});

for (const constant of [0, 1, 0xffff_ffff, 0.5, Number.NaN]) {
  test(`an entropy that answers nothing but ${constant} gives tags all the same, each of them once`, () => {
    const tags = new VerificationTags();
    const { association } = new Scene().accept();
    const entropy = { randomUint32: () => constant, fillRandom: () => undefined };
    const drawn = new Set<number>();
    for (let count = 0; count < 100; count += 1) {
      const tag = tags.draw(entropy);
      assert.ok(Number.isInteger(tag) && tag > 0 && tag < 2 ** 32);
      tags.register(tag, association);
      drawn.add(tag);
    }
    assert.equal(drawn.size, 100);
  });
}
