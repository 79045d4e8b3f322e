import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { AssertionError } from "../../src/base/assert.js";
import { ssn, tsn } from "../../src/base/serial-number.js";
import { padded } from "../../src/wire/bytes.js";
import { byteLengthOfChunk, type Chunk } from "../../src/wire/chunk.js";
import { DATA_CHUNK_HEADER_BYTES, type DataHeaderFields } from "../../src/wire/chunks/data-chunk.js";
import { hasValidChecksum } from "../../src/wire/crc32c.js";
import { isMalformed } from "../../src/wire/malformed.js";
import { PacketBuilder } from "../../src/wire/packet-builder.js";
import { createPacketRecord, packetBytes, type PacketRecord } from "../../src/wire/packet-record.js";
import { mustBeAlone, parsePacket } from "../../src/wire/packet.js";
import { chunks } from "./arbitraries.js";

const HEADER: Readonly<DataHeaderFields> = { flags: 3, tsn: tsn(7), streamId: 1, ssn: ssn(2), ppid: 3 };
const COOKIE_ACK: Chunk = { kind: "COOKIE ACK" };
const ABORT: Chunk = { kind: "ABORT", tagReflected: false, causes: [] };
const COOKIE_ECHO: Chunk = { kind: "COOKIE ECHO", cookie: new Uint8Array(5) };
const COMPLETE: Chunk = { kind: "SHUTDOWN COMPLETE", tagReflected: true };

/** A builder whose memory is full of old bytes. */
function dirtyBuilder(slabBytes: number, computeChecksum = true): PacketBuilder {
  const builder = new PacketBuilder({ slabBytes, computeChecksum });
  builder.slab.fill(0xa5);
  return builder;
}

function begun(): PacketBuilder {
  const builder = dirtyBuilder(4000);
  assert.ok(builder.begin(1, 2, 3, 1400));
  return builder;
}

function finished(builder: PacketBuilder): PacketRecord {
  const record = createPacketRecord();
  builder.finish(record);
  return record;
}

test("RFC 9260 §3: chunks written into one packet are read from it, with zeros for padding", () => {
  const control = chunks.filter((chunk) => !["DATA", "INIT", "INIT ACK", "COOKIE ECHO"].includes(chunk.kind));
  const bundled = control.filter((chunk) => chunk.kind !== "ABORT" && chunk.kind !== "SHUTDOWN COMPLETE");
  const data = chunks.filter((chunk) => chunk.kind === "DATA");
  fc.assert(
    fc.property(
      fc.array(bundled, { maxLength: 4 }),
      fc.array(data, { minLength: 1, maxLength: 4 }),
      (first, second) => {
        const builder = dirtyBuilder(8000);
        assert.ok(builder.begin(5001, 5002, 0x89abcdef, 8000));
        let expected = 12;
        for (const chunk of [...first, ...second]) {
          assert.equal(builder.remainingBytes, 8000 - expected);
          if (chunk.kind === "DATA") builder.writeDataChunk(chunk, chunk.userData, 0, chunk.userData.length);
          else builder.writeChunk(chunk);
          expected += padded(byteLengthOfChunk(chunk));
          assert.equal(builder.packetLengthBytes, expected);
        }
        const record = finished(builder);
        assert.equal(record.lengthBytes, expected);
        assert.ok(hasValidChecksum(record.slab, record.offsetBytes, record.lengthBytes));
        assert.deepEqual(parsePacket(packetBytes(record)), {
          header: { sourcePort: 5001, destinationPort: 5002, verificationTag: 0x89abcdef },
          chunks: [...first, ...second],
        });
      },
    ),
  );
});

test("RFC 9260 §3.2: padding is zero although the slab was used before", () => {
  for (let length = 1; length <= 8; length += 1) {
    const builder = begun();
    builder.writeDataChunk(HEADER, new Uint8Array(10).fill(0xff), 1, length);
    const bytes = packetBytes(finished(builder));
    const userData = bytes.subarray(12 + DATA_CHUNK_HEADER_BYTES);
    assert.deepEqual([...userData.subarray(0, length)], new Array<number>(length).fill(0xff));
    assert.ok(userData.subarray(length).every((byte) => byte === 0));
    assert.equal(userData.length, padded(length));
  }
});

test("user data of any length and from any place is copied", () => {
  const source = Uint8Array.from({ length: 1500 }, (_, index) => index);
  const at = 12 + DATA_CHUNK_HEADER_BYTES;
  for (const words of [undefined, new Int32Array(source.buffer)]) {
    for (const length of [1, 2, 3, 4, 5, 7, 23, 24, 25, 63, 64, 65, 94, 95, 96, 97, 1300]) {
      for (const start of [0, 1, 100]) {
        const builder = begun();
        builder.writeDataChunk(HEADER, source, start, length, words);
        const bytes = packetBytes(finished(builder));
        const expected = new Uint8Array(padded(length));
        expected.set(source.subarray(start, start + length));
        assert.deepEqual(bytes.slice(at), expected);
      }
    }
  }
});

test("packets lie in the slab one behind the other, until it has no room; reset gives it free", () => {
  const builder = dirtyBuilder(100);
  const records: PacketRecord[] = [];
  while (builder.begin(1, 2, 3, 40)) {
    builder.writeChunk(COOKIE_ACK);
    records.push(finished(builder));
  }
  assert.deepEqual(
    records.map((record) => [record.offsetBytes, record.lengthBytes]),
    [
      [0, 16],
      [16, 16],
      [32, 16],
      [48, 16],
    ],
  );
  assert.ok(records.every((record) => record.slab === builder.slab));
  assert.equal(builder.finishedBytes, 64);
  builder.reset();
  assert.ok(builder.begin(1, 2, 3, 100));
});

test("a packet never grows beyond the limit it was begun with", () => {
  const builder = dirtyBuilder(4000);
  assert.ok(builder.begin(1, 2, 3, 99));
  assert.equal(builder.remainingBytes, 96 - 12);
  assert.ok(builder.fits(84));
  assert.ok(!builder.fits(85));
  assert.ok(builder.fits(81), "three bytes of padding have room");
  builder.writeDataChunk(HEADER, new Uint8Array(100), 0, 65);
  assert.equal(builder.remainingBytes, 0);
  assert.ok(!builder.fits(4));
  assert.throws(() => builder.writeChunk(COOKIE_ACK), AssertionError);
  assert.throws(() => builder.writeDataChunk(HEADER, new Uint8Array(1), 0, 1), AssertionError);
});

test("a cancelled packet leaves no trace", () => {
  const builder = begun();
  assert.equal(builder.isOpen, true);
  assert.equal(builder.isEmpty, true);
  builder.writeChunk(COOKIE_ACK);
  assert.equal(builder.isEmpty, false);
  builder.cancel();
  assert.equal(builder.isOpen, false);
  assert.equal(builder.isEmpty, false);
  assert.equal(builder.fits(4), false);
  assert.equal(builder.finishedBytes, 0);
  assert.ok(builder.begin(9, 8, 7, 1400));
  builder.writeChunk(ABORT);
  assert.equal(finished(builder).offsetBytes, 0);
});

test("RFC 9653: without checksum computation the field is zero", () => {
  const builder = dirtyBuilder(100, false);
  assert.ok(builder.begin(1, 2, 3, 100));
  builder.writeChunk(COOKIE_ACK);
  assert.deepEqual([...packetBytes(finished(builder)).subarray(8, 12)], [0, 0, 0, 0]);
});

test("a record's addresses are not the builder's business", () => {
  const builder = begun();
  builder.writeChunk(COOKIE_ACK);
  const record = { ...createPacketRecord(), sourceUdpPort: 9899, destinationUdpPort: 9900 };
  builder.finish(record);
  assert.equal(record.sourceUdpPort, 9899);
  assert.equal(record.destinationUdpPort, 9900);
});

test("RFC 9260 §6.10: INIT, INIT ACK and SHUTDOWN COMPLETE are alone, or it is our own error", () => {
  fc.assert(
    fc.property(chunks, (chunk) => {
      const alone = begun();
      if (chunk.kind !== "DATA") {
        alone.writeChunk(chunk);
        const parsed = parsePacket(packetBytes(finished(alone)));
        assert.ok(!isMalformed(parsed) && parsed.chunks.length === 1);
      }
      if (chunk.kind !== "INIT" && chunk.kind !== "INIT ACK" && chunk.kind !== "SHUTDOWN COMPLETE") return;
      const second = begun();
      second.writeChunk(COOKIE_ACK);
      assert.throws(() => second.writeChunk(chunk), AssertionError);
      const first = begun();
      first.writeChunk(chunk);
      assert.throws(() => first.writeChunk(COOKIE_ACK), AssertionError);
      assert.throws(() => first.writeDataChunk(HEADER, new Uint8Array(1), 0, 1), AssertionError);
    }),
  );
  assert.ok(mustBeAlone(14));
});

test("RFC 9260 §6.10: control chunks come before DATA", () => {
  const builder = begun();
  builder.writeDataChunk(HEADER, new Uint8Array(1), 0, 1);
  assert.throws(() => builder.writeChunk(COOKIE_ACK), AssertionError);
});

test("RFC 9260 §3.3.7: ABORT is the last chunk of its packet and has no DATA beside it", () => {
  const before = begun();
  before.writeDataChunk(HEADER, new Uint8Array(1), 0, 1);
  assert.throws(() => before.writeChunk(ABORT), AssertionError);
  const after = begun();
  after.writeChunk(COOKIE_ACK);
  after.writeChunk(ABORT);
  assert.throws(() => after.writeChunk(COOKIE_ACK), AssertionError);
  assert.throws(() => after.writeDataChunk(HEADER, new Uint8Array(1), 0, 1), AssertionError);
});

test("RFC 9260 §3.2.2: COOKIE ECHO is the first chunk of its packet, and DATA may follow", () => {
  const second = begun();
  second.writeChunk(COOKIE_ACK);
  assert.throws(() => second.writeChunk(COOKIE_ECHO), AssertionError);
  const first = begun();
  first.writeChunk(COOKIE_ECHO);
  first.writeDataChunk(HEADER, new Uint8Array(1), 0, 1);
  finished(first);
});

test("calls out of order are our own errors", () => {
  const builder = dirtyBuilder(100);
  assert.throws(() => builder.cancel(), AssertionError);
  assert.throws(() => builder.finish(createPacketRecord()), AssertionError);
  assert.throws(() => builder.writeChunk(COMPLETE), AssertionError);
  assert.ok(builder.begin(1, 2, 3, 100));
  assert.throws(() => builder.begin(1, 2, 3, 100), AssertionError);
  assert.throws(() => builder.finish(createPacketRecord()), AssertionError, "an empty packet");
  assert.throws(() => builder.reset(), AssertionError);
});
