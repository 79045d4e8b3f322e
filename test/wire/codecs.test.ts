import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import {
  byteLengthOfChunk,
  type Chunk,
  chunkBytes,
  formatChunk,
  parseChunk,
  writeChunk,
} from "../../src/wire/chunk.js";
import { padded, writeUint16 } from "../../src/wire/bytes.js";
import { byteLengthOfErrorCause, errorCauseBytes, parseErrorCause } from "../../src/wire/error-cause.js";
import { isMalformed } from "../../src/wire/malformed.js";
import { parsePacket } from "../../src/wire/packet.js";
import { formatPacket } from "../../src/wire/format-packet.js";
import { byteLengthOfParameter, parameterBytes, parseParameter } from "../../src/wire/parameter.js";
import { chunkLikeBytes, chunks, errorCauses, passingParameters, unknownParameters } from "./arbitraries.js";
import { readInPoison, writeInPoison } from "./poisoned-memory.js";

test("RFC 9260 §3.3: what is written of a chunk is read again, and its length is what it said", () => {
  fc.assert(
    fc.property(chunks, (chunk) => {
      const lengthBytes = byteLengthOfChunk(chunk);
      const bytes = writeInPoison(lengthBytes, (memory, offset) => writeChunk(chunk, memory, offset));
      assert.equal(((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0), lengthBytes);
      assert.deepEqual(
        readInPoison(bytes, (memory, offset) => parseChunk(memory, offset, lengthBytes)),
        chunk,
      );
    }),
    { numRuns: 1000 },
  );
});

test("RFC 9260 §3.2.1: what is written of a parameter is read again", () => {
  fc.assert(
    fc.property(fc.oneof(passingParameters, unknownParameters), (parameter) => {
      const bytes = parameterBytes(parameter);
      assert.equal(bytes.length, byteLengthOfParameter(parameter));
      assert.deepEqual(
        readInPoison(bytes, (memory, offset) => parseParameter(memory, offset, bytes.length)),
        parameter,
      );
    }),
    { numRuns: 500 },
  );
});

test("RFC 9260 §3.3.10: what is written of an error cause is read again", () => {
  fc.assert(
    fc.property(errorCauses, (cause) => {
      const bytes = errorCauseBytes(cause);
      assert.equal(bytes.length, byteLengthOfErrorCause(cause));
      assert.deepEqual(
        readInPoison(bytes, (memory, offset) => parseErrorCause(memory, offset, bytes.length)),
        cause,
      );
    }),
    { numRuns: 500 },
  );
});

test("RFC 9260 §3.2: a chunk is read the same whether or not its length counts the final padding", () => {
  const lists = chunks.filter((chunk) => !["DATA", "COOKIE ECHO", "AUTH", "UNKNOWN"].includes(chunk.kind));
  fc.assert(
    fc.property(lists, (chunk) => {
      const lengthBytes = padded(byteLengthOfChunk(chunk));
      const bytes = new Uint8Array(lengthBytes);
      writeChunk(chunk, bytes, 0);
      writeUint16(bytes, 2, lengthBytes);
      assert.deepEqual(parseChunk(bytes, 0, lengthBytes), chunk);
    }),
  );
});

test("no bytes make a parser throw or look outside, and what is accepted can be written and read again", () => {
  fc.assert(
    fc.property(chunkLikeBytes(chunkBytes), (bytes) => {
      const chunk = readInPoison(bytes, (memory, offset) => parseChunk(memory, offset, bytes.length));
      if (isMalformed(chunk)) return;
      assert.equal(typeof formatChunk(chunk), "string");
      const written = chunkBytes(chunk);
      assert.ok(written.length <= bytes.length);
      assert.deepEqual(parseChunk(written, 0, written.length), chunk);
    }),
    { numRuns: 3000 },
  );
});

test("accepted bytes without reserved bits are written again as they were, up to the final padding", () => {
  const fields = fc.uint8Array({ minLength: 16, maxLength: 16 });
  // Types 1 to 13 are causes and parameters that have a form; those from 0x8000 on are skipped when they are unknown.
  const items = fc.array(
    fc.record({
      type: fc.oneof(fc.integer({ min: 1, max: 13 }), fc.integer({ min: 0x8000, max: 0xffff })),
      value: fc.oneof(fc.constant(new Uint8Array(4)), fc.uint8Array({ maxLength: 24 })),
    }),
    { maxLength: 4 },
  );
  let accepted = 0;
  fc.assert(
    fc.property(fc.constantFrom(1, 2, 6, 9), fields, items, (type, fixed, list) => {
      const bytes: number[] = [type, 0, 0, 0];
      if (type <= 2) bytes.push(...fixed);
      for (const item of list) {
        while (bytes.length % 4 !== 0) bytes.push(0);
        const { value } = item;
        // The reserved half of Invalid Stream Identifier is ignored on receipt.
        if (item.type === 1 && value.length === 4 && type > 2) value.fill(0, 2);
        bytes.push(item.type >> 8, item.type & 0xff, 0, 4 + value.length, ...value);
      }
      bytes[2] = bytes.length >> 8;
      bytes[3] = bytes.length & 0xff;
      const input = Uint8Array.from(bytes);
      const chunk = parseChunk(input, 0, input.length);
      if (isMalformed(chunk) || stopsEarly(chunk, list.length)) return;
      accepted += 1;
      assert.deepEqual(chunkBytes(chunk), input);
    }),
    { numRuns: 3000 },
  );
  assert.ok(accepted > 500, `the generator makes enough valid bytes (${accepted})`);
});

/** Whether an unknown parameter ended the list, so that the rest was not kept. */
function stopsEarly(chunk: Chunk, itemCount: number): boolean {
  return (chunk.kind === "INIT" || chunk.kind === "INIT ACK") && chunk.parameters.length < itemCount;
}

test("no bytes make the packet parser or the formatter throw", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 14 }),
      fc.array(chunkLikeBytes(chunkBytes), { maxLength: 4 }),
      (header, parts) => {
        const bytes = Uint8Array.from([...header, ...parts.flatMap((part) => Array.from(part))]);
        const packet = readInPoison(bytes, (memory, offset) =>
          parsePacket(memory.subarray(offset, offset + bytes.length)),
        );
        assert.ok(isMalformed(packet) || packet.chunks.every((chunk) => chunkBytes(chunk).length >= 4));
        assert.equal(typeof formatPacket(bytes), "string");
      },
    ),
    { numRuns: 1000 },
  );
});

test("what a parser answers owns its bytes: the packet may be overwritten", () => {
  fc.assert(
    fc.property(chunks, (chunk) => {
      // A Node Buffer's `slice` is a view, so that it is the hard case.
      const memory = Buffer.from(chunkBytes(chunk));
      const parsed = parseChunk(memory, 0, memory.length);
      memory.fill(0xee);
      assert.deepEqual(parsed, chunk);
    }),
  );
});
