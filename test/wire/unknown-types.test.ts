import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { isKnownChunkType, parseChunk, unknownChunkAction } from "../../src/wire/chunk.js";
import {
  collectUnrecognizedParameters,
  type Parameter,
  parametersBytes,
  parseParameters,
  unknownParameterAction,
} from "../../src/wire/parameter.js";
import { passingParameters, unknownParameters } from "./arbitraries.js";
import { fromHex, readInPoison } from "./poisoned-memory.js";

test("RFC 9260 §3.2 Table 2: the two high bits of an unknown chunk type say what to do", () => {
  assert.deepEqual(unknownChunkAction(0x3f), { stop: true, report: false });
  assert.deepEqual(unknownChunkAction(0x7f), { stop: true, report: true });
  assert.deepEqual(unknownChunkAction(0xbf), { stop: false, report: false });
  assert.deepEqual(unknownChunkAction(0xff), { stop: false, report: true });
});

test("RFC 9260 §3.2 Table 1: the chunk types that have a row are known, others are kept as they are", () => {
  const known = Array.from({ length: 256 }, (_, type) => type).filter(isKnownChunkType);
  assert.deepEqual(known, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0x80, 0xc0, 0xc1]);
  assert.deepEqual(parseChunk(fromHex("c7 07 0006 0102"), 0, 6), {
    kind: "UNKNOWN",
    type: 0xc7,
    flags: 7,
    value: fromHex("0102"),
  });
});

test("RFC 9260 §3.2.1 Table 3: the two high bits of an unknown parameter type say what to do", () => {
  assert.deepEqual(unknownParameterAction(0x3fff), { stop: true, report: false });
  assert.deepEqual(unknownParameterAction(0x7fff), { stop: true, report: true });
  assert.deepEqual(unknownParameterAction(0xbfff), { stop: false, report: false });
  assert.deepEqual(unknownParameterAction(0xffff), { stop: false, report: true });
});

function unknown(type: number): Parameter {
  return { kind: "UNKNOWN", type, value: Uint8Array.of(type & 0xff) };
}

test("RFC 9260 §3.2.2: unknown parameters with the bit 01 or 11 are reported, up to one that stops", () => {
  const list = [unknown(0x8001), unknown(0xc002), unknown(0xc003), unknown(0x4004), unknown(0xc005)];
  assert.deepEqual(collectUnrecognizedParameters(list), [unknown(0xc002), unknown(0xc003), unknown(0x4004)]);
  const silent = [unknown(0xc002), unknown(0x0004), unknown(0xc005)];
  assert.deepEqual(collectUnrecognizedParameters(silent), [unknown(0xc002)]);
});

test("RFC 9260 §3.2.1: nothing behind an unknown parameter that stops is read, not even its form matters", () => {
  const bytes = fromHex("8000 0004  4fff 0005 01 000000  ffff 0001");
  const list = readInPoison(bytes, (memory, offset) => parseParameters(memory, offset, bytes.length));
  assert.deepEqual(list, {
    parameters: [{ kind: "ECN Capable" }, { kind: "UNKNOWN", type: 0x4fff, value: Uint8Array.of(1) }],
    stopped: true,
    malformed: undefined,
  });
});

test("RFC 9260 §3.2.1: a list of parameters is read up to the first one that stops", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(passingParameters, unknownParameters), { maxLength: 8 }), (parameters) => {
      const bytes = parametersBytes(parameters);
      const list = readInPoison(bytes, (memory, offset) => parseParameters(memory, offset, bytes.length));
      const stop = parameters.findIndex(
        (parameter) => parameter.kind === "UNKNOWN" && unknownParameterAction(parameter.type).stop,
      );
      assert.equal(list.malformed, undefined);
      assert.equal(list.stopped, stop >= 0);
      assert.deepEqual(list.parameters, stop < 0 ? parameters : parameters.slice(0, stop + 1));
      assert.deepEqual(
        collectUnrecognizedParameters(list.parameters),
        collectUnrecognizedParameters(parameters),
      );
    }),
  );
});
