/** Many packets, chunks or fragments with little in them: each must cost little, and none may be kept for long. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ssn } from "../../../src/base/serial-number.js";
import { RX_EXPECTED_BYTES_MAX, RX_PIECES_MAX } from "../../../src/stack/limits.js";
import type { Chunk } from "../../../src/wire/chunk.js";
import { writePacketChecksum } from "../../../src/wire/crc32c.js";
import { collectedMemory } from "../collected-memory.js";
import { payload } from "../pair.js";
import { dataOf, kindsOf, only, packetOf, PEER, PEER_TSN, Scene } from "../scene.js";

test("packets of a header only are dropped and counted", () => {
  const scene = new Scene();
  const { tag } = scene.accept();
  for (let count = 0; count < 1000; count += 1) assert.deepEqual(scene.receive(tag, []), []);
  assert.equal(scene.stack.statistics.malformedPackets, 1000);
});

test("packets shorter than a header, with a wrong checksum, or of chunks without an end are dropped", () => {
  const scene = new Scene();
  const { association, tag } = scene.accept();
  const whole = packetOf(PEER, tag, [{ kind: "HEARTBEAT", info: new Uint8Array(4) }]);
  for (let length = 0; length < whole.length; length += 1) {
    assert.deepEqual(scene.receiveBytes(whole.slice(0, length)), []);
  }
  for (const chunkLength of [0, 1, 3, 13, 0xffff]) {
    const bytes = whole.slice();
    new DataView(bytes.buffer).setUint16(14, chunkLength);
    writePacketChecksum(bytes, 0, bytes.length);
    assert.deepEqual(scene.receiveBytes(bytes), []);
  }
  assert.equal(association.state, "ESTABLISHED");
});

test("RFC 9260 §6.2: chunks without user data end the association with the first", () => {
  const scene = new Scene();
  const { tag } = scene.accept();
  const empty = Array.from({ length: 1000 }, (_, index) =>
    dataOf(PEER_TSN + index, { userData: new Uint8Array(0) }),
  );
  const abort = only(scene.receive(tag, empty), "ABORT");
  assert.equal(abort.causes[0]?.kind, "No User Data");
  assert.equal(scene.stack.associationCount, 0);
});

test("empty chunks of every type, a packet full of each, move nothing that they must not", () => {
  for (let type = 0; type < 256; type += 1) {
    const scene = new Scene();
    const { tag } = scene.accept();
    const chunks = Array.from({ length: 360 }, () => Uint8Array.of(type, 0, 0, 4));
    const sent = scene.receive(tag, chunks);
    assert.ok(sent.length <= 2, `type ${type}: ${JSON.stringify(kindsOf(sent))}`);
  }
});

test("RFC 9260 §6.9: a message of one-byte fragments is handed on in parts, and holds no more than its bytes", () => {
  const bytes = 10_000;
  const scene = new Scene({ config: { receiveBufferBytes: bytes } });
  const { association, tag } = scene.accept();
  const count = 40_000;
  let read = 0;
  for (let index = 0; index < count; index += 50) {
    const chunks = Array.from({ length: 50 }, (_, offset) =>
      dataOf(PEER_TSN + index + offset, {
        flags: index + offset === 0 ? 2 : 0,
        ssn: ssn(0),
        userData: Uint8Array.of(1),
      }),
    );
    scene.receive(tag, chunks);
    assert.ok(association.reassemblyBytes + association.unreadBytes <= bytes + 50);
    for (const event of scene.events.splice(0)) {
      if (event.type !== "data") continue;
      read += event.data.length;
      association.releaseReceived(event.data.length);
    }
    scene.sent.length = 0;
  }
  // What is still together waits for more, and is less than half of the buffer.
  assert.ok(read >= count - bytes / 2, `${read} of ${count} bytes were handed on`);
});

test("beginnings of messages that never go on set aside no more memory than is allowed", () => {
  const scene = new Scene();
  const { association, tag } = scene.accept({ outboundStreams: 65_535 });
  // One large message makes every further beginning on its stream look like the beginning of a large one.
  const fragments = 40;
  for (let index = 0; index < fragments; index += 1) {
    const flags = index === 0 ? 6 : index === fragments - 1 ? 5 : 4;
    scene.receive(tag, [dataOf(PEER_TSN + index, { flags, userData: payload(1400) })]);
  }
  const before = collectedMemory().externalBytes;
  for (let index = 0; index < 2000; index += 1) {
    // Unordered beginnings, each behind a gap.
    const chunk = dataOf(PEER_TSN + 100 + 2 * index, { flags: 6, userData: payload(1) });
    scene.receive(tag, [chunk]);
    scene.sent.length = 0;
  }
  const setAside = collectedMemory().externalBytes - before;
  assert.ok(setAside < RX_EXPECTED_BYTES_MAX + 500_000, `${setAside} bytes`);
  assert.equal(association.state, "ESTABLISHED");
});

test("fragments that never meet are held up to a number, whatever their windows say", () => {
  const scene = new Scene({ config: { receiveBufferBytes: 100_000_000 } });
  const { association, tag } = scene.accept();
  for (let index = 1; association.state === "ESTABLISHED" && index < 3 * RX_PIECES_MAX; index += 32) {
    const chunks: Chunk[] = [];
    for (let offset = 0; offset < 32; offset += 1) {
      // Middles, in sequence: each is a message's that neither begins nor ends.
      const message = Math.floor((index + offset) / 2);
      const isEnd = (index + offset) % 2 === 0;
      chunks.push(
        dataOf(PEER_TSN + index + offset, { flags: isEnd ? 1 : 2, ssn: ssn(message & 0xffff), streamId: 1 }),
      );
    }
    scene.receive(tag, chunks);
    scene.sent.length = 0;
    scene.events.length = 0;
  }
  const { queuedChunks } = association.tcb.reception.reassembly;
  assert.ok(queuedChunks <= 2 * RX_PIECES_MAX, `${queuedChunks} chunks are held`);
});
