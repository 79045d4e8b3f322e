/** RFC 9260 §1.6: numbers that begin anew, and packets of before. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ssn, tsn } from "../../../src/base/serial-number.js";
import { RX_TSN_DISTANCE_MAX } from "../../../src/stack/limits.js";
import { onStream, Pair, payload } from "../pair.js";
import { dataOf, only, sackOf, Scene } from "../scene.js";

const LAST = 0xffff_ffff;

function around(scene: Scene, first: number): { tag: number; at: (index: number) => number } {
  const { tag } = scene.accept({ initialTsn: tsn(first) });
  return { tag, at: (index) => (first + index) >>> 0 };
}

test("RFC 9260 §1.6: over the wrap nothing is lost, repeated or taken twice", () => {
  const scene = new Scene();
  const { tag, at } = around(scene, LAST - 4);
  for (let index = 0; index < 10; index += 1) {
    const chunk = dataOf(at(index), { ssn: ssn(index) });
    scene.receive(tag, [chunk]);
    // Each comes again from before and behind the wrap.
    for (let old = 0; old <= index; old += 1) scene.receive(tag, [dataOf(at(old), { ssn: ssn(old) })]);
  }
  assert.equal(scene.events.filter(({ type }) => type === "data").length, 10);
  assert.equal(scene.stack.statistics.duplicateDataChunks, 55);
});

test("RFC 9260 §1.6: a TSN half a circle away is neither old nor taken", () => {
  for (const first of [0, 1, 0x7fff_ffff, 0x8000_0000, LAST]) {
    const scene = new Scene();
    const { tag, at } = around(scene, first);
    for (const distance of [0x7fff_ffff, 0x8000_0000, 0x8000_0001, RX_TSN_DISTANCE_MAX + 1]) {
      const sack = only(scene.receive(tag, [dataOf(at(distance))]), "SACK");
      assert.equal(sack.cumulativeTsnAck, at(-1));
      assert.deepEqual(sack.gapAckBlocks, []);
    }
    assert.equal(scene.events.filter(({ type }) => type === "data").length, 0);
    scene.receive(tag, [dataOf(first, { ssn: ssn(0) })]);
    assert.equal(scene.events.filter(({ type }) => type === "data").length, 1);
  }
});

test("RFC 9260 §6.2.1: an acknowledgement half a circle away acknowledges nothing", () => {
  const scene = new Scene();
  const { tag, association, initAck } = scene.accept();
  association.send(payload(100), onStream(0), scene.now);
  scene.drain();
  const before = initAck.initialTsn - 1;
  for (const distance of [-1, -1000, -0x7fff_ffff]) {
    scene.receive(tag, [sackOf((before + distance) >>> 0)]);
    assert.equal(association.unackedChunks, 1);
    assert.equal(association.state, "ESTABLISHED");
  }
  scene.receive(tag, [sackOf(initAck.initialTsn)]);
  assert.equal(association.unackedChunks, 0);
});

test("RFC 9260 §1.6: packets of before the wrap, delivered again behind it, change nothing", () => {
  const pair = new Pair({ a: { noDelay: true } });
  pair.tracing = false;
  const old: Uint8Array[] = [];
  pair.tamper = (packet, index) => {
    if (index < 200) old.push(packet.bytes.slice());
    return [packet];
  };
  pair.establish();
  const send = (count: number): void => {
    for (let index = 0; index < count; index += 1)
      pair.a.association.send(payload(64), onStream(0), pair.now);
    pair.advance(2000);
  };
  send(300);
  for (const bytes of old) {
    const toZ = new DataView(bytes.buffer).getUint16(2) === 7000;
    const [from, to] = toZ ? [pair.a, pair.z] : [pair.z, pair.a];
    pair.inject({ from, bytes, source: from.address, destination: to.address, arrivesAt: pair.now });
  }
  pair.advance(2000);
  send(300);
  assert.equal(pair.z.received().length, 600);
  assert.equal(pair.a.association.state, "ESTABLISHED");
  assert.equal(pair.z.association.state, "ESTABLISHED");
});
