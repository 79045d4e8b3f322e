import assert from "node:assert/strict";
import { test } from "node:test";
import { SHARED_MESSAGE_BYTES_MAX, SPARE_MESSAGE_BYTES_MAX } from "../../../src/stack/limits.js";
import { SpareMessageMemory } from "../../../src/stack/rx/spare-message-memory.js";

test("RFC 9260 §6.9: memory that nobody reads any more serves the next message of about its size", () => {
  const spares = new SpareMessageMemory();
  const first = spares.take(60_000);
  assert.equal(first.length, 60_000);
  // What was read may have been a part of the memory.
  spares.keep(first.subarray(0, 50_000));
  assert.equal(spares.spareBytes, 60_000);
  assert.equal(spares.take(55_000).buffer, first.buffer);
  assert.equal(spares.spareBytes, 0);
  assert.notEqual(spares.take(55_000).buffer, first.buffer);
});

test("RFC 9260 §6.9: memory that is too small, or more than twice as large, goes", () => {
  for (const lengthBytes of [60_001, 29_999]) {
    const spares = new SpareMessageMemory();
    const first = spares.take(60_000);
    spares.keep(first);
    assert.notEqual(spares.take(lengthBytes).buffer, first.buffer);
    assert.equal(spares.spareBytes, 0);
  }
});

test("RFC 9260 §6.9: no more than a window of memory is kept, and none of small messages", () => {
  const spares = new SpareMessageMemory();
  spares.keep(new Uint8Array(SHARED_MESSAGE_BYTES_MAX - 1));
  assert.equal(spares.spareBytes, 0);
  for (let count = 0; count < 20; count += 1) spares.keep(new Uint8Array(100_000));
  assert.equal(spares.spareBytes, 1_000_000);
  assert.ok(spares.spareBytes <= SPARE_MESSAGE_BYTES_MAX);
  spares.keep(new Uint8Array(SPARE_MESSAGE_BYTES_MAX - 1_000_000));
  assert.equal(spares.spareBytes, SPARE_MESSAGE_BYTES_MAX);
});
