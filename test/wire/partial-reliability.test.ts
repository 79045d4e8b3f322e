import assert from "node:assert/strict";
import { test } from "node:test";
import { ssn, tsn } from "../../src/base/serial-number.js";
import { type Chunk, chunkBytes, formatChunk, parseChunk } from "../../src/wire/chunk.js";
import { isMalformed } from "../../src/wire/malformed.js";
import { formatParameter, type Parameter, parameterBytes, parseParameter } from "../../src/wire/parameter.js";

const FORWARD_TSN: Chunk = {
  kind: "FORWARD TSN",
  newCumulativeTsn: tsn(0x01020304),
  streams: [
    { streamId: 5, ssn: ssn(6) },
    { streamId: 0xfffe, ssn: ssn(0xffff) },
  ],
};

test("RFC 3758 §3.2: a FORWARD TSN has its TSN, and pairs of streams and their numbers", () => {
  const bytes = chunkBytes(FORWARD_TSN);
  assert.deepEqual(
    Buffer.from(bytes).toString("hex"),
    ["c0000010", "01020304", "00050006", "fffeffff"].join(""),
  );
  assert.deepEqual(parseChunk(bytes, 0, bytes.length), FORWARD_TSN);
  assert.equal(formatChunk(FORWARD_TSN), "FORWARD TSN (Cumulative TSN=16909060, streams=5/6 65534/65535)");
});

test("RFC 3758 §3.2: its flags are ignored, and the list may be empty", () => {
  const bytes = Uint8Array.of(0xc0, 0xff, 0, 8, 0, 0, 0, 7);
  const chunk = parseChunk(bytes, 0, 8);
  assert.deepEqual(chunk, { kind: "FORWARD TSN", newCumulativeTsn: 7, streams: [] });
  assert.equal(formatChunk(chunk as Chunk), "FORWARD TSN (Cumulative TSN=7)");
});

test("RFC 3758 §3.2: a FORWARD TSN that ends within its TSN or a pair is malformed", () => {
  const bytes = chunkBytes(FORWARD_TSN);
  for (const lengthBytes of [4, 6, 7, 9, 10, 11, 13, 14]) {
    const cut = bytes.slice();
    cut[3] = lengthBytes;
    assert.ok(isMalformed(parseChunk(cut, 0, lengthBytes)), `${lengthBytes} bytes`);
  }
});

test("RFC 3758 §3.1, RFC 5061 §4.2.7: Forward-TSN-Supported and Supported Extensions", () => {
  const supported: Parameter = { kind: "Forward-TSN-Supported" };
  assert.deepEqual(Buffer.from(parameterBytes(supported)).toString("hex"), "c0000004");
  const extensions: Parameter = { kind: "Supported Extensions", chunkTypes: Uint8Array.of(0xc0, 0x0f, 0xc1) };
  const bytes = parameterBytes(extensions);
  // RFC 5061 §4.2.7: the length counts no padding.
  assert.deepEqual(Buffer.from(bytes).toString("hex"), "80080007c00fc1");
  assert.deepEqual(parseParameter(bytes, 0, 7), extensions);
  assert.equal(formatParameter(extensions), "Supported extensions 0xc0 0x0f 0xc1");
  assert.ok(isMalformed(parseParameter(Uint8Array.of(0xc0, 0, 0, 8, 0, 0, 0, 0), 0, 8)));
});
