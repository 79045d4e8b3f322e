import assert from "node:assert/strict";
import { test } from "node:test";
import { ssn, tsn } from "../../../src/base/serial-number.js";
import type { Association } from "../../../src/stack/association.js";
import type { Chunk } from "../../../src/wire/chunk.js";
import type { SackChunk } from "../../../src/wire/chunks/sack-chunk.js";
import { payload } from "../pair.js";
import { dataOf, kindsOf, only, PEER_TSN, Scene, type Sent } from "../scene.js";

const BUFFER_BYTES = 3000;
const BEGINNING = 2;
const END = 1;

/** A stack whose application reads only what a test says. */
function accepted(): { scene: Scene; association: Association; tag: number } {
  const scene = new Scene({ config: { receiveBufferBytes: BUFFER_BYTES } });
  return { scene, ...scene.accept() };
}

/** The message with that number, counted from 0. */
function message(number: number, lengthBytes = 1000, flags = BEGINNING | END): Chunk {
  return dataOf(PEER_TSN + number, { userData: payload(lengthBytes), ssn: ssn(number), flags });
}

/** What the only SACK says: the last number in sequence, the gaps in numbers, the window. */
function said(sent: readonly Sent[]): { upTo: number; gaps: string; aRwnd: number } {
  assert.deepEqual(kindsOf(sent), [["SACK"]]);
  const { cumulativeTsnAck, gapAckBlocks, aRwnd }: SackChunk = only(sent, "SACK");
  const upTo = cumulativeTsnAck - PEER_TSN;
  return { upTo, gaps: gapAckBlocks.map(({ start, end }) => `${upTo + start}-${upTo + end}`).join(), aRwnd };
}

test("RFC 9260 §6.2: with a window of 0 DATA above the highest TSN is dropped and not acknowledged, at once", () => {
  const { scene, association, tag } = accepted();
  for (const number of [0, 1, 2]) scene.receive(tag, [message(number)]);
  assert.equal(association.unreadBytes, BUFFER_BYTES);
  for (let round = 0; round < 3; round += 1)
    assert.deepEqual(said(scene.receive(tag, [message(3)])), { upTo: 2, gaps: "", aRwnd: 0 });
  assert.equal(association.unreadBytes, BUFFER_BYTES);
  scene.now += 1;
  association.releaseReceived(1000);
  assert.equal(said(scene.drain()).aRwnd, 1000);
  assert.equal(said(scene.receive(tag, [message(3), message(5, 1)])).upTo, 3);
});

test("RFC 9260 §6.2: with a window of 0 DATA below the highest TSN is taken, and the highest that is held is dropped", () => {
  const { scene, association, tag } = accepted();
  for (const number of [1, 2, 3]) scene.receive(tag, [message(number)]);
  assert.equal(association.reassemblyBytes, BUFFER_BYTES);
  assert.deepEqual(said(scene.receive(tag, [message(4)])), { upTo: -1, gaps: "1-3", aRwnd: 0 });
  assert.deepEqual(said(scene.receive(tag, [message(0)])), { upTo: 2, gaps: "", aRwnd: 0 });
  association.releaseReceived(BUFFER_BYTES, 3);
  scene.drain();
  // What was dropped is new when it comes again.
  assert.equal(said(scene.receive(tag, [message(3), message(5, 1)])).upTo, 3);
});

test("RFC 9260 §6.2: a_rwnd begins with the buffer, falls with what arrives, and rises with what is read only", () => {
  const { scene, association, tag } = accepted();
  assert.equal(said(scene.receive(tag, [message(0, 700, BEGINNING)])).aRwnd, BUFFER_BYTES - 700);
  // Put together, it takes as much room as before.
  assert.equal(
    said(scene.receive(tag, [dataOf(PEER_TSN + 1, { userData: payload(300), ssn: ssn(0), flags: END | 8 })]))
      .aRwnd,
    BUFFER_BYTES - 1000,
  );
  assert.equal(association.unreadBytes, 1000);
  assert.equal(said(scene.receive(tag, [message(3, 500)])).aRwnd, BUFFER_BYTES - 1500);
  association.releaseReceived(1000);
  assert.equal(said(scene.receive(tag, [message(4, 500)])).aRwnd, BUFFER_BYTES - 1000);
});

test("RFC 6458 §8.1.21: a message that fills the buffer is handed out in parts, though the point is as large", () => {
  const config = { receiveBufferBytes: BUFFER_BYTES, partialDeliveryPointBytes: BUFFER_BYTES };
  const scene = new Scene({ config });
  const { association, tag } = scene.accept();
  const chunk = (number: number, flags: number): Chunk =>
    dataOf(PEER_TSN + number, { userData: payload(1000), ssn: ssn(0), flags });
  for (const number of [0, 1, 2]) scene.receive(tag, [chunk(number, number === 0 ? BEGINNING : 0)]);
  assert.deepEqual([association.reassemblyBytes, association.unreadBytes], [0, BUFFER_BYTES]);
  association.releaseReceived(BUFFER_BYTES, 1);
  scene.drain();
  scene.receive(tag, [chunk(3, END)]);
  assert.equal(association.unreadBytes, 1000);
});

test("RFC 9260 §6.2: one packet gets one SACK, whatever stands in it", () => {
  const { scene, tag } = accepted();
  scene.receive(tag, [message(0, 1)]);
  const all = [
    message(0, 1),
    message(2, 1, BEGINNING | END | 8),
    message(2, 1),
    message(5, 1),
    message(1, 1),
    message(9, 9000),
  ];
  assert.deepEqual(said(scene.receive(tag, all)), { upTo: 2, gaps: "5-5,9-9", aRwnd: 0 });
  assert.deepEqual(
    scene.advance(10_000).flatMap(({ chunks }) => chunks.filter(({ kind }) => kind === "SACK")),
    [],
  );
});

test("RFC 9260 §6.2: a SACK leaves within SACK.Delay, whether or not the packet before was acknowledged", () => {
  const { scene, tag } = accepted();
  scene.receive(tag, [message(0, 1)]);
  assert.deepEqual(scene.receive(tag, [message(1, 1)]), []);
  const [sack] = scene.advance(1000);
  assert.ok(sack !== undefined);
  assert.equal(sack.at, scene.now - 1000 + 200);
  assert.equal(only([sack], "SACK").cumulativeTsnAck, tsn(PEER_TSN + 1));
});
