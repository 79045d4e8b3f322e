import assert from "node:assert/strict";
import { test } from "node:test";
import { writeUnsignedAuthChunk } from "../../src/wire/chunks/auth-chunk.js";
import { chunkBytes, parseChunk } from "../../src/wire/chunk.js";
import { errorCauseBytes, parseErrorCause } from "../../src/wire/error-cause.js";
import { isMalformed } from "../../src/wire/malformed.js";
import { parameterBytes, parseParameter } from "../../src/wire/parameter.js";
import { fromHex } from "./poisoned-memory.js";

test("RFC 4895 §3.1 to §3.3: the parameters of authentication stand on the wire as the figures show", () => {
  const random = { kind: "Random", random: Uint8Array.of(1, 2, 3) } as const;
  assert.deepEqual(parameterBytes(random), fromHex("8002 0007 010203"));
  const list = { kind: "Chunk List", chunkTypes: [0, 0xc1, 0x80] } as const;
  assert.deepEqual(parameterBytes(list), fromHex("8003 0007 00c180"));
  const algorithms = { kind: "Requested HMAC Algorithm", hmacIdentifiers: [3, 1] } as const;
  assert.deepEqual(parameterBytes(algorithms), fromHex("8004 0008 0003 0001"));
});

test("RFC 4895 §3.2: a Chunk List is at most 260 bytes long, and may be empty", () => {
  const longest = new Uint8Array(260);
  longest.set(fromHex("8003 0104"));
  assert.equal(isMalformed(parseParameter(longest, 0, 260)), false);
  const tooLong = new Uint8Array(261);
  tooLong.set(fromHex("8003 0105"));
  assert.equal(isMalformed(parseParameter(tooLong, 0, 261)), true);
  assert.deepEqual(parseParameter(fromHex("8003 0004"), 0, 4), { kind: "Chunk List", chunkTypes: [] });
});

test("RFC 4895 §3.3: half an HMAC Identifier makes the parameter malformed", () => {
  assert.equal(isMalformed(parseParameter(fromHex("8004 0007 000300"), 0, 7)), true);
});

test("RFC 4895 §4.1 Figure 4: the cause names the HMAC Identifier and has a length of 6", () => {
  const cause = { kind: "Unsupported HMAC Identifier", hmacIdentifier: 2 } as const;
  assert.deepEqual(errorCauseBytes(cause), fromHex("0105 0006 0002"));
  assert.deepEqual(parseErrorCause(fromHex("0105 0006 0002"), 0, 6), cause);
});

test("RFC 4895 §5.1 Figure 5: an AUTH chunk is read and written, and its flags are ignored", () => {
  const chunk = { kind: "AUTH", keyNumber: 7, hmacIdentifier: 1, hmac: Uint8Array.of(9, 8, 7, 6) } as const;
  assert.deepEqual(chunkBytes(chunk), fromHex("0f00 000c 0007 0001 09080706"));
  assert.deepEqual(parseChunk(fromHex("0fff 000c 0007 0001 09080706"), 0, 12), chunk);
  assert.equal(isMalformed(parseChunk(fromHex("0f00 0007 0007 00"), 0, 7)), true);
});

test("RFC 4895 §6.2 Figure 6: while the HMAC is computed its place is all zeros", () => {
  const bytes = new Uint8Array(14).fill(0xee);
  writeUnsignedAuthChunk({ keyNumber: 0x1234, hmacIdentifier: 3, hmacBytes: 4 }, bytes, 1);
  assert.deepEqual(bytes, fromHex("ee 0f00 000c 1234 0003 00000000 ee"));
});
