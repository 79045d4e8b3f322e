import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesOf, byteStringOf } from "../../src/base/byte-string.js";

test("every byte comes back from a string of bytes, in memory of its own", () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
  const text = byteStringOf(bytes);
  assert.equal(text.length, bytes.length);
  assert.deepEqual(bytesOf(text), bytes);
  assert.notEqual(bytesOf(text), bytesOf(text));
});

test("no bytes are the empty string", () => {
  assert.equal(byteStringOf(new Uint8Array(0)), "");
  assert.deepEqual(bytesOf(""), new Uint8Array(0));
});
