/** Memory that small messages share, and how much of it waits to be read. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  MESSAGE_BLOCK_BYTES,
  SHARED_MESSAGE_BYTES_MAX,
  UNREAD_BLOCKS_MAX,
} from "../../../src/stack/limits.js";
import { MessageArena, type MessageBlock } from "../../../src/stack/rx/message-arena.js";

/** The memory of an earlier packet, as a lower layer uses it again. */
const slab = new Uint8Array(65_536);

/** Copies one message out of a packet in which `before` and `behind` bytes stand around it. */
function copyOne(arena: MessageArena, lengthBytes: number, fill: number, behind = 0): Uint8Array {
  slab.fill(0xee);
  slab.fill(fill, 12, 12 + lengthBytes);
  arena.beginPacket(slab, 12 + lengthBytes + behind);
  const copy = arena.copy(slab, 12, lengthBytes);
  slab.fill(0xdd);
  return copy;
}

test("messages of one packet are copied with it, and stay what they were when its memory is used again", () => {
  const arena = new MessageArena();
  slab.forEach((_, index) => (slab[index] = index & 0xff));
  arena.beginPacket(slab, 300);
  const messages = [28, 60, 92].map((offset) => arena.copy(slab, offset, 16));
  slab.fill(0);
  assert.deepEqual(
    messages.map((message) => [message[0], message[15], message.length]),
    [
      [28, 43, 16],
      [60, 75, 16],
      [92, 107, 16],
    ],
  );
  assert.equal(new Set(messages.map(({ buffer }) => buffer)).size, 1);
  assert.equal(messages[0]?.buffer.byteLength, MESSAGE_BLOCK_BYTES);
});

test("nothing is written to where a message has been handed out, whatever comes", () => {
  const packet = fc.array(fc.integer({ min: 1, max: 2_000 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(fc.array(packet, { maxLength: 40 }), fc.boolean(), (packets, tellsPackets) => {
      const arena = new MessageArena();
      const copies: (readonly [copy: Uint8Array, fill: number])[] = [];
      for (const lengths of packets) {
        const endOffset = lengths.reduce((sum, lengthBytes) => sum + lengthBytes, 0);
        if (tellsPackets) arena.beginPacket(slab, endOffset);
        let offset = 0;
        for (const lengthBytes of lengths) {
          slab.fill(copies.length & 0xff, offset, offset + lengthBytes);
          // Whoever changes a packet under way begins it anew.
          if (tellsPackets) arena.beginPacket(slab, endOffset);
          copies.push([arena.copy(slab, offset, lengthBytes), copies.length & 0xff]);
          offset += lengthBytes;
        }
        slab.fill(0xdd);
      }
      for (const [copy, fill] of copies) assert.ok(copy.every((byte) => byte === fill));
    }),
    { numRuns: 40 },
  );
});

test("a message of SHARED_MESSAGE_BYTES_MAX or more has memory of exactly its size", () => {
  const arena = new MessageArena();
  assert.equal(copyOne(arena, SHARED_MESSAGE_BYTES_MAX, 1).buffer.byteLength, SHARED_MESSAGE_BYTES_MAX);
  assert.equal(arena.block, undefined);
  assert.equal(copyOne(arena, SHARED_MESSAGE_BYTES_MAX - 1, 1).buffer.byteLength, MESSAGE_BLOCK_BYTES);
  assert.notEqual(arena.block, undefined);
});

test("what stands behind a message in a packet of unusual size is not copied with it", () => {
  const arena = new MessageArena();
  const buffers = new Set<ArrayBufferLike>();
  for (let count = 0; count < 100; count += 1) buffers.add(copyOne(arena, 10, count, 60_000).buffer);
  assert.equal(buffers.size, 1);
});

test("messages that wait keep UNREAD_BLOCKS_MAX blocks; those beyond have their own memory until some are read", () => {
  const arena = new MessageArena();
  const kept: (MessageBlock | undefined)[] = [];
  // One message of each block stays, those around it are read: the worst that can become of a queue.
  const fillBlock = (): void => {
    const copy = copyOne(arena, 1, 7, 4_000);
    kept.push(arena.block);
    if (arena.block === undefined) assert.equal(copy.buffer.byteLength, 1);
    for (let count = 0; count < 4 && arena.block !== undefined; count += 1) {
      copyOne(arena, 4_000, 8);
      arena.block?.messageRead();
    }
  };
  for (let count = 0; count < UNREAD_BLOCKS_MAX + 10; count += 1) fillBlock();
  assert.ok(arena.unreadBlocks <= UNREAD_BLOCKS_MAX, `${arena.unreadBlocks}`);
  assert.equal(kept.at(-1), undefined);
  for (const block of kept) block?.messageRead();
  assert.equal(arena.unreadBlocks, 0);
  copyOne(arena, 1, 7);
  assert.notEqual(arena.block, undefined);
});
