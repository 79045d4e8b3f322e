import assert from "node:assert/strict";
import { test } from "node:test";
import { ssn } from "../../../src/base/serial-number.js";
import { SPARE_SEND_BLOCKS_MAX } from "../../../src/stack/limits.js";
import type { OutgoingMessage } from "../../../src/stack/tx/outgoing-message.js";
import { SEND_BLOCK_BYTES, SendMemory, SpareSendBlocks } from "../../../src/stack/tx/send-memory.js";
import { onStream, Pair, payload } from "../pair.js";

/** A message as an association copies it, or `undefined` where it would have memory of its own. */
function copied(memory: SendMemory, bytes: Uint8Array, heldBytes: number): OutgoingMessage | undefined {
  const block = memory.blockFor(bytes.length, heldBytes);
  if (block === undefined) return undefined;
  const message = memory.place(block, bytes.length, onStream(0), 0);
  message.data.set(bytes, message.startOffset);
  return message;
}

function established(): Pair {
  const pair = new Pair({ a: { noDelay: true } });
  pair.establish();
  return pair;
}

test("a block is taken once what is held fills a quarter of one, and not for a message that is longer than it", () => {
  const memory = new SendMemory(new SpareSendBlocks());
  const quarter = SEND_BLOCK_BYTES / 4;
  assert.equal(copied(memory, payload(100), quarter - 101), undefined);
  assert.equal(copied(memory, payload(SEND_BLOCK_BYTES + 1), 1_000_000), undefined);
  const first = copied(memory, payload(101), quarter - 101);
  const second = copied(memory, payload(50, 7), 0);
  assert.ok(first !== undefined && second !== undefined);
  assert.equal(first.block, second.block);
  assert.deepEqual(first.payload(), payload(101));
  assert.deepEqual(second.payload(), payload(50, 7));
});

test("a message that does not fit any more begins another block", () => {
  const memory = new SendMemory(new SpareSendBlocks());
  const first = copied(memory, payload(SEND_BLOCK_BYTES - 8), 0);
  const second = copied(memory, payload(8, 1), SEND_BLOCK_BYTES);
  const third = copied(memory, payload(1, 2), SEND_BLOCK_BYTES);
  assert.ok(first !== undefined && second !== undefined && third !== undefined);
  assert.equal(second.block, first.block);
  assert.notEqual(third.block, first.block);
  for (const [message, bytes] of [
    [first, payload(SEND_BLOCK_BYTES - 8)],
    [second, payload(8, 1)],
    [third, payload(1, 2)],
  ] as const)
    assert.deepEqual(message.payload(), bytes);
});

test("a block is used again when all its messages have been given back, in whatever order, and not before", () => {
  const spare = new SpareSendBlocks();
  const memory = new SendMemory(spare);
  const messages = [0, 1, 2].map((seed) => copied(memory, payload(SEND_BLOCK_BYTES / 4, seed), 0));
  const [first, second, third] = messages as [OutgoingMessage, OutgoingMessage, OutgoingMessage];
  const { block } = first;
  memory.giveBack(second);
  memory.giveBack(third);
  memory.giveBack(third);
  assert.equal(spare.count, 0);
  memory.giveBack(first);
  assert.equal(spare.count, 1);
  const next = copied(memory, payload(SEND_BLOCK_BYTES), 0);
  assert.equal(next?.block, block);
  assert.equal(next?.startOffset, 0);
  assert.equal(spare.count, 0);
});

test("a message that has failed keeps its payload, and its block is used again", () => {
  const spare = new SpareSendBlocks();
  const memory = new SendMemory(spare);
  const message = copied(memory, payload(SEND_BLOCK_BYTES / 4, 5), 0);
  assert.ok(message !== undefined);
  memory.detach(message);
  assert.equal(spare.count, 1);
  copied(memory, payload(SEND_BLOCK_BYTES / 4, 6), 0);
  assert.deepEqual(message.payload(), payload(SEND_BLOCK_BYTES / 4, 5));
});

test("with a block the objects of its messages are used again, and nothing of those before is left", () => {
  const memory = new SendMemory(new SpareSendBlocks());
  const first = copied(memory, payload(SEND_BLOCK_BYTES / 4, 1), 0);
  const second = copied(memory, payload(SEND_BLOCK_BYTES / 4, 2), 0);
  assert.ok(first !== undefined && second !== undefined);
  for (const message of [first, second]) {
    message.ssn = ssn(7);
    message.fragmentedBytes = message.lengthBytes;
    message.ackedBytes = message.lengthBytes;
    memory.giveBack(message);
  }
  const again = copied(memory, payload(SEND_BLOCK_BYTES / 2, 3), 0);
  assert.equal(again, first);
  assert.deepEqual(again?.payload(), payload(SEND_BLOCK_BYTES / 2, 3));
  assert.deepEqual([again.ssn, again.fragmentedBytes, again.ackedBytes], [0, 0, 0]);
});

test("the object of a message that has failed, or need not arrive, is used for no other one", () => {
  const spare = new SpareSendBlocks();
  const memory = new SendMemory(spare);
  const quarter = payload(SEND_BLOCK_BYTES / 4);
  const failed = copied(memory, quarter, 0);
  const other = copied(memory, quarter, 0);
  assert.ok(failed !== undefined && other !== undefined);
  const { block } = other;
  assert.ok(block !== undefined);
  const partialReliability = { policy: "priority", value: 1 } as const;
  const unreliable = memory.place(block, 4, { ...onStream(0), partialReliability }, 0);
  memory.detach(failed);
  memory.giveBack(other);
  memory.giveBack(unreliable);
  const later = [0, 1, 2, 3].map(() => copied(memory, quarter, 0));
  assert.equal(later[0]?.block, block);
  for (const message of later) assert.ok(message !== failed && message !== unreliable);
});

test("no more than SPARE_SEND_BLOCKS_MAX blocks are kept that nobody uses", () => {
  const spare = new SpareSendBlocks();
  const taken = Array.from({ length: SPARE_SEND_BLOCKS_MAX + 5 }, () => spare.take());
  for (const block of taken) spare.keep(block);
  assert.equal(spare.count, SPARE_SEND_BLOCKS_MAX);
});

test("what was copied leaves as it was, whatever the caller writes afterwards, and an idle association holds no block", () => {
  const pair = established();
  const { association } = pair.a;
  const { spareSendBlocks } = association.tcb.services;
  const sizes = [1, 64, 3, 20_000, SEND_BLOCK_BYTES, 5, 70_000, 1452, 40_000, 2];
  const sent = sizes.map((lengthBytes, index) => payload(lengthBytes, index));
  for (const bytes of sent) {
    const given = Uint8Array.from(bytes);
    association.sendCopy({ data: given, lengthBytes: given.length }, onStream(0), pair.now);
    given.fill(0xee);
  }
  pair.advanceUntil(() => association.isSenderDry, 60_000);
  assert.deepEqual(
    pair.z.received(),
    sent.map((bytes) => Buffer.from(bytes)),
  );
  // 40,000 bytes do not fit behind 70,000 of their own and 65,536 in one block.
  assert.equal(spareSendBlocks.count, 3);
  assert.equal(association.tcb.sendMemory.holdsBlock, false);
});

test("several pieces make one message", () => {
  const pair = established();
  const whole = payload(30_000);
  const pieces = [whole.subarray(0, 1), whole.subarray(1, 29_000), whole.subarray(29_000)];
  pair.a.association.sendCopy({ data: pieces, lengthBytes: whole.length }, onStream(0), pair.now);
  pair.advanceUntil(() => pair.a.association.isSenderDry, 10_000);
  assert.deepEqual(pair.z.received(), [Buffer.from(whole)]);
});

test("RFC 9260 §11.2.2: messages that fail with their association are told of with what they held", () => {
  const pair = established();
  const sent = [payload(20_000, 1), payload(300, 2), payload(60_000, 3)];
  const given = sent.map((data) => ({ data, lengthBytes: data.length }));
  pair.a.association.sendCopies(given, onStream(0), pair.now);
  pair.a.association.abort([]);
  pair.settle();
  const failed = pair.a.events.flatMap((event) =>
    event.type === "send failed" ? [event.message.payload()] : [],
  );
  assert.deepEqual(failed, sent);
  assert.equal(pair.a.association.tcb.sendMemory.holdsBlock, false);
});
