import assert from "node:assert/strict";
import { test } from "node:test";
import { type Chunk, chunkBytes } from "../../src/wire/chunk.js";
import { tsn } from "../../src/base/serial-number.js";
import { parseCommonHeader, writeCommonHeader } from "../../src/wire/common-header.js";
import { INVALID_LENGTH, isMalformed } from "../../src/wire/malformed.js";
import { bundlingViolation, ChunkCursor, mustBeAlone, parsePacket } from "../../src/wire/packet.js";
import { fromHex, readInPoison, writeInPoison } from "./poisoned-memory.js";

const HEADER = "1389 2710 01020304 00000000";

/** A packet of a header and these bytes. */
function packetOf(...parts: (string | Uint8Array)[]): Uint8Array {
  const bytes = parts.map((part) => (typeof part === "string" ? fromHex(part) : part));
  return Uint8Array.from([...fromHex(HEADER), ...bytes.flatMap((part) => Array.from(part))]);
}

interface Walk {
  readonly seen: readonly (readonly [type: number, flags: number, at: number, lengthBytes: number])[];
  readonly malformed: boolean;
}

/** What a cursor sees in a packet; offsets count from the packet's beginning. */
function walk(packet: Uint8Array): Walk {
  return readInPoison(packet, (memory, offset) => {
    const cursor = new ChunkCursor();
    cursor.reset(memory, offset, packet.length);
    const seen: [number, number, number, number][] = [];
    while (cursor.next())
      seen.push([cursor.type, cursor.flags, cursor.offsetBytes - offset, cursor.lengthBytes]);
    return { seen, malformed: cursor.malformed };
  });
}

test("RFC 9260 §3.1: the common header is read and written", () => {
  const bytes = fromHex(HEADER);
  const header = readInPoison(bytes, (memory, offset) => parseCommonHeader(memory, offset, 12));
  assert.deepEqual(header, { sourcePort: 5001, destinationPort: 10000, verificationTag: 0x01020304 });
  assert.ok(!isMalformed(header));
  assert.deepEqual(
    writeInPoison(12, (memory, offset) => writeCommonHeader(header, memory, offset)),
    bytes,
  );
  assert.equal(parseCommonHeader(bytes, 0, 11), INVALID_LENGTH);
});

test("RFC 9260 §3.2: a cursor walks over chunks and skips the padding that lengths do not count", () => {
  assert.deepEqual(walk(packetOf("0b000004", "fd050005 01 ffffff", "08000004")), {
    seen: [
      [11, 0, 12, 4],
      [0xfd, 5, 16, 5],
      [8, 0, 24, 4],
    ],
    malformed: false,
  });
});

test("RFC 9260 §3.2: the padding of the last chunk may be missing", () => {
  assert.deepEqual(walk(packetOf("fd050005 01")), { seen: [[0xfd, 5, 12, 5]], malformed: false });
});

test("a packet of a common header alone has no chunk", () => {
  assert.deepEqual(walk(packetOf()), { seen: [], malformed: false });
});

test("RFC 9260 §6.10: a partial chunk ends the walk; the whole ones before it were seen", () => {
  const whole = [[11, 0, 12, 4]];
  assert.deepEqual(walk(packetOf("0b000004", "03000010 00000000")), { seen: whole, malformed: true });
  assert.deepEqual(walk(packetOf("0b000004", "0b00")), { seen: whole, malformed: true });
  assert.deepEqual(walk(packetOf("0b000004", "ff")), { seen: whole, malformed: true });
});

test("RFC 9260 §3.2: a chunk length below 4 ends the walk", () => {
  for (const length of ["0000", "0001", "0002", "0003"]) {
    assert.deepEqual(walk(packetOf(`0b00${length}`, "0b000004")), { seen: [], malformed: true });
  }
});

test("bytes shorter than a common header are malformed", () => {
  for (let length = 0; length < 12; length += 1) {
    assert.deepEqual(walk(new Uint8Array(length)), { seen: [], malformed: true });
    assert.equal(parsePacket(new Uint8Array(length)), INVALID_LENGTH);
  }
});

test("one cursor serves packet after packet", () => {
  const cursor = new ChunkCursor();
  const bad = packetOf("0b000003");
  cursor.reset(bad, 0, bad.length);
  assert.equal(cursor.next(), false);
  assert.equal(cursor.next(), false);
  const good = packetOf("0b000004");
  cursor.reset(good, 0, good.length);
  assert.equal(cursor.malformed, false);
  assert.equal(cursor.next(), true);
  assert.equal(cursor.next(), false);
});

const LONELY: readonly Chunk[] = [
  {
    kind: "INIT",
    initiateTag: 1,
    aRwnd: 1500,
    outboundStreams: 1,
    inboundStreams: 1,
    initialTsn: tsn(1),
    parameters: [],
  },
  {
    kind: "INIT ACK",
    initiateTag: 1,
    aRwnd: 1500,
    outboundStreams: 1,
    inboundStreams: 1,
    initialTsn: tsn(1),
    parameters: [],
  },
  { kind: "SHUTDOWN COMPLETE", tagReflected: false },
];

function hasViolation(packet: Uint8Array): boolean {
  const cursor = new ChunkCursor();
  cursor.reset(packet, 0, packet.length);
  let violated = false;
  while (cursor.next()) violated ||= bundlingViolation(cursor);
  return violated;
}

for (const chunk of LONELY) {
  test(`RFC 9260 §6.10: ${chunk.kind} shares its packet with nothing`, () => {
    const bytes = chunkBytes(chunk);
    assert.equal(hasViolation(packetOf(bytes)), false);
    assert.equal(hasViolation(packetOf(bytes, "0b000004")), true);
    assert.equal(hasViolation(packetOf("0b000004", bytes)), true);
    assert.equal(hasViolation(packetOf(bytes, bytes)), true);
    assert.equal(hasViolation(packetOf(bytes, "ffff")), true, "nor with a partial chunk");
  });
}

test("RFC 9260 §6.10: any other chunks may share a packet", () => {
  assert.equal(hasViolation(packetOf("0b000004", "0b000004", "06000004")), false);
  const alone = Array.from({ length: 256 }, (_, type) => type).filter(mustBeAlone);
  assert.deepEqual(alone, [1, 2, 14]);
});

test("one malformed chunk makes a whole packet malformed for the parser of whole packets", () => {
  assert.ok(isMalformed(parsePacket(packetOf("0b000004", "03000008 00000000"))));
  assert.ok(isMalformed(parsePacket(packetOf("0b000004", "0b000005"))));
});
