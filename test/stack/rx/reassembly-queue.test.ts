import assert from "node:assert/strict";
import { test } from "node:test";
import { ssn, tsn, tsnAdd } from "../../../src/base/serial-number.js";
import { RX_EXPECTED_BYTES_MAX, RX_PIECES_FULL, RX_PIECES_MAX } from "../../../src/stack/limits.js";
import { DataTracker } from "../../../src/stack/rx/data-tracker.js";
import { DATA_FLAG_UNORDERED } from "../../../src/wire/chunks/data-chunk.js";
import {
  DataSequencer,
  forgetDropped,
  QueueUnderTest,
  type TestChunk,
  wholeMessage,
} from "./data-sequencer.js";

test("RFC 9260 §6.9: an unfragmented message is delivered at once, with what its chunk says", () => {
  const target = new QueueUnderTest();
  const [chunk] = new DataSequencer(7).ordered(5) as [TestChunk];
  assert.equal(target.insert(chunk), "accepted");
  const [piece] = target.delivered;
  assert.equal(target.delivered.length, 1);
  assert.deepEqual([piece?.streamId, piece?.ssn, piece?.ppid], [5, 0, 7]);
  assert.deepEqual([piece?.tsn, piece?.cumulativeTsn, piece?.unordered], [7, 7, false]);
  assert.deepEqual([piece?.data, piece?.beginning, piece?.endOfRecord], [chunk.payload, true, true]);
  assert.equal(target.queue.queuedBytes, 0);
  assert.equal(target.queue.queuedChunks, 0);
});

test("what is delivered is a plain Uint8Array that nobody else writes into, also when a Node Buffer came in", () => {
  const target = new QueueUnderTest();
  const packet = Buffer.from("abcdefgh");
  for (let number = 0; number < 2; number += 1) {
    const lengthBytes = number === 0 ? 3 : 5;
    const header = { tsn: tsn(number), flags: 3, streamId: 0, ssn: ssn(number), ppid: 0 };
    target.queue.insert(header, packet, 1, lengthBytes);
  }
  packet.fill(0);
  assert.deepEqual(
    target.delivered.map(({ data }) => [data.constructor, new TextDecoder().decode(data)]),
    [
      [Uint8Array, "bcd"],
      [Uint8Array, "bcdef"],
    ],
  );
});

test("RFC 9260 §6.9: fragments make a message whatever the order they come in", () => {
  const orders = [
    [0, 1, 2, 3],
    [3, 2, 1, 0],
    [1, 3, 2, 0],
    [2, 0, 3, 1],
    [0, 2, 3, 1],
    [1, 2, 3, 0],
    [3, 0, 2, 1],
  ];
  for (const order of orders) {
    const target = new QueueUnderTest();
    const chunks = new DataSequencer(0xfffffffe).ordered(1, 4);
    for (const [count, index] of order.entries()) {
      assert.deepEqual(target.take(), []);
      assert.equal(target.queue.queuedBytes, 3 * count);
      assert.equal(target.queue.queuedChunks, count);
      target.insert(chunks[index]);
    }
    assert.deepEqual(target.take(), [wholeMessage(chunks)]);
    assert.equal(target.queue.queuedBytes, 0);
    assert.equal(target.queue.queuedChunks, 0);
  }
});

test("RFC 9260 §6.6: messages of a stream are held until it is their turn, others are not held up", () => {
  const target = new QueueUnderTest();
  const sequencer = new DataSequencer(1);
  const first = sequencer.ordered(1);
  const second = sequencer.ordered(1, 2);
  const third = sequencer.ordered(1);
  const elsewhere = sequencer.ordered(2);
  const unordered = sequencer.unordered(1, 2);
  target.insert(...third, ...second);
  assert.deepEqual(target.take(), []);
  assert.equal(target.queue.queuedBytes, 9);
  assert.equal(target.queue.queuedChunks, 3);
  target.insert(...unordered, ...elsewhere);
  assert.deepEqual(target.take(), [unordered, elsewhere].map(wholeMessage));
  target.insert(...first);
  assert.deepEqual(target.take(), [first, second, third].map(wholeMessage));
  assert.equal(target.queue.queuedBytes, 0);
});

test("RFC 9260 §3.3.1: the Stream Sequence Number of unordered chunks is ignored", () => {
  const target = new QueueUnderTest();
  const chunks = new DataSequencer(1).unordered(0, 3);
  assert.notEqual(chunks[0]?.ssn, chunks[1]?.ssn);
  assert.equal(target.insert(...chunks), "accepted");
  assert.deepEqual(target.take(), [wholeMessage(chunks)]);
});

test("RFC 9260 §6.5: after number 65535 a stream goes on with 0, in order and across a gap", () => {
  const target = new QueueUnderTest();
  const sequencer = new DataSequencer(0xffff0000);
  let expected = 0;
  for (let block = 0; block < 14_000; block += 1) {
    const messages = [0, 1, 2, 3, 4].map(() => sequencer.ordered(9));
    const [a, b, c, d, e] = messages as [TestChunk[], TestChunk[], TestChunk[], TestChunk[], TestChunk[]];
    target.insert(...b, ...e, ...a, ...d, ...c);
    for (const { ssn } of target.delivered.splice(0)) {
      assert.equal(ssn, expected);
      expected = (expected + 1) % 65_536;
    }
  }
  assert.equal(expected, (14_000 * 5) % 65_536);
});

test("RFC 9260 §3.3.1: chunks that cannot be neighbours in one message are a protocol violation", () => {
  const [first, second, third] = new DataSequencer(1).ordered(3, 4) as [TestChunk, TestChunk, TestChunk];
  const stranger = (change: Partial<TestChunk>): TestChunk => ({ ...second, ...change });
  const cases: [string, TestChunk[]][] = [
    ["a second beginning", [first, stranger({ flags: 2 })]],
    ["a second beginning, seen from behind", [stranger({ flags: 2 }), first]],
    ["a whole message inside", [first, stranger({ flags: 3 })]],
    ["a whole message inside, seen from behind", [third, stranger({ flags: 3 })]],
    ["an end before a middle", [stranger({ flags: 1 }), third]],
    ["an end before a middle, seen from behind", [third, stranger({ flags: 1 })]],
    ["another stream", [first, stranger({ streamId: 4 })]],
    ["another stream, seen from behind", [third, stranger({ streamId: 4 })]],
    ["another number", [first, stranger({ ssn: ssn(1) })]],
    ["another protocol identifier", [first, stranger({ ppid: 9 })]],
    ["an unordered chunk", [first, stranger({ flags: DATA_FLAG_UNORDERED })]],
  ];
  for (const [name, chunks] of cases) {
    const target = new QueueUnderTest();
    assert.equal(target.insert(...chunks), "protocol violation", name);
    assert.deepEqual(target.take(), [], name);
  }
});

test("RFC 9260 §3.3.1: what follows a whole message must begin a message", () => {
  const target = new QueueUnderTest();
  const [whole] = new DataSequencer(1).ordered(0) as [TestChunk];
  target.insert(whole);
  assert.equal(target.insert({ ...whole, tsn: tsn(2), flags: 0, ssn: ssn(1) }), "protocol violation");
});

test("RFC 9260 §6.9: a whole message may stand between the end of one and the beginning of another", () => {
  const target = new QueueUnderTest();
  const sequencer = new DataSequencer(1);
  const [before, between, behind] = [sequencer.ordered(0, 3), sequencer.ordered(0), sequencer.ordered(0, 3)];
  target.insert(before[1], before[2], behind[0], behind[1], ...between, before[0], behind[2]);
  assert.deepEqual(target.take(), [before, between, behind].map(wholeMessage));
});

test("RFC 9260 §6.5: a Stream Sequence Number that was used before is a protocol violation", () => {
  const sequencer = new DataSequencer(1);
  const [first, second, third] = [sequencer.ordered(0), sequencer.ordered(0), sequencer.ordered(0, 2)];
  const again = (chunks: readonly TestChunk[]): TestChunk[] =>
    chunks.map((chunk) => ({ ...chunk, tsn: tsnAdd(chunk.tsn, 100) }));
  const delivered = new QueueUnderTest();
  delivered.insert(...first, ...second);
  assert.equal(delivered.insert(...again(first)), "protocol violation");
  const waiting = new QueueUnderTest();
  waiting.insert(...second, ...third);
  assert.equal(waiting.insert(...again(third)), "protocol violation");
  assert.deepEqual(waiting.take(), []);
});

test("a message never holds more than twice its size in memory, whatever the stream's last message was", () => {
  const target = new QueueUnderTest();
  const sequencer = new DataSequencer(1);
  for (const lengthBytes of [100_000, 5_000, 5_000, 1_450, 70_000, 2_901, 300_000]) {
    const chunks = sequencer.message({ streamId: 0, unordered: false, lengthBytes, fragmentBytes: 1_400 });
    target.insert(...chunks);
    const [piece] = target.delivered.splice(0);
    assert.equal(piece?.data.length, lengthBytes);
    assert.ok(
      piece.data.buffer.byteLength <= 2 * lengthBytes,
      `${piece.data.buffer.byteLength} for ${lengthBytes}`,
    );
    const expected = chunks.flatMap(({ payload }) => [...payload]);
    assert.deepEqual([...piece.data], expected);
  }
});

test("however many messages of one size came before, the next has memory of exactly that size", () => {
  const target = new QueueUnderTest();
  const sequencer = new DataSequencer(1);
  const shape = { streamId: 0, unordered: false, lengthBytes: 65_536, fragmentBytes: 8_192 };
  target.insert(...sequencer.message(shape));
  for (let guessedBytes = 0; guessedBytes < 2 * RX_EXPECTED_BYTES_MAX; guessedBytes += 65_536) {
    target.delivered.length = 0;
    target.insert(...sequencer.message(shape));
    assert.equal(target.delivered[0]?.data.buffer.byteLength, 65_536);
  }
});

test("no more memory is set aside by guesses than is allowed, and messages without a guess come whole too", () => {
  const target = new QueueUnderTest();
  const sequencer = new DataSequencer(1);
  const lengthBytes = RX_EXPECTED_BYTES_MAX / 2;
  const shape = { streamId: 0, unordered: true, lengthBytes, fragmentBytes: 50_000 };
  target.insert(...sequencer.message(shape));
  target.take();
  const messages = [0, 0, 0, 0].map(() => sequencer.message(shape));
  for (const [chunk] of messages) target.insert(chunk);
  for (const chunks of messages) target.insert(...chunks.slice(1));
  const guessed = target.delivered.filter(({ data }) => data.buffer.byteLength === lengthBytes);
  assert.equal(guessed.length, 2);
  assert.deepEqual(target.take(), messages.map(wholeMessage));
  assert.equal(target.queue.queuedBytes, 0);
});

test("a queue through which very many messages went in bad order is not full", () => {
  const target = new QueueUnderTest();
  const sequencer = new DataSequencer(1);
  for (let count = 0; count < RX_PIECES_MAX / 2; count += 1) {
    const [held, a, b, c, d] = [...sequencer.ordered(0), ...sequencer.ordered(1, 4)];
    const [next] = sequencer.ordered(0);
    assert.equal(target.insert(next, c, a, d, b, held), "accepted");
    assert.equal(target.delivered.splice(0).length, 3);
  }
  assert.equal(target.queue.isFull, false);
  assert.equal(target.queue.queuedChunks, 0);
});

test("fragments that arrive in the worst order make the queue full, and a peer that goes on is cut off", () => {
  const target = new QueueUnderTest();
  const middle = (value: number): TestChunk => ({
    tsn: tsn(value),
    flags: 0,
    streamId: 0,
    ssn: ssn(0),
    ppid: 0,
    payload: new Uint8Array(1),
  });
  for (let count = 0; count < RX_PIECES_FULL; count += 1) {
    assert.equal(target.queue.isFull, false);
    target.insert(middle(100_000 - count));
  }
  assert.equal(target.queue.isFull, true);
  for (let count = RX_PIECES_FULL; count < RX_PIECES_MAX; count += 1)
    target.insert(middle(100_000 - 2 * count));
  assert.equal(target.queue.queuedChunks, RX_PIECES_MAX);
  assert.equal(target.insert(middle(1)), "protocol violation");
});

test("one-byte fragments in sequence are one piece, and cost two bytes each at most", () => {
  const target = new QueueUnderTest();
  const chunks = new DataSequencer(1).message({
    streamId: 0,
    unordered: false,
    lengthBytes: 2 * RX_PIECES_MAX,
    fragmentBytes: 1,
  });
  assert.equal(target.insert(...chunks.slice(0, -1)), "accepted");
  assert.equal(target.queue.isFull, false);
  assert.equal(target.queue.queuedBytes, 2 * RX_PIECES_MAX - 1);
  target.insert(chunks.at(-1));
  assert.deepEqual(target.take(), [wholeMessage(chunks)]);
});

test("a stream whose first message never comes makes the queue full", () => {
  const target = new QueueUnderTest();
  const sequencer = new DataSequencer(1);
  sequencer.ordered(0);
  for (let count = 0; count < RX_PIECES_FULL; count += 1) target.insert(...sequencer.ordered(0));
  assert.equal(target.queue.isFull, true);
  assert.equal(target.queue.queuedBytes, 3 * RX_PIECES_FULL);
  for (let count = RX_PIECES_FULL; count < RX_PIECES_MAX; count += 1) target.insert(...sequencer.ordered(0));
  assert.equal(target.insert(...sequencer.ordered(0)), "protocol violation");
});

test("RFC 9260 §6.2: to make room, what is held with the highest TSNs is dropped, and comes again", () => {
  const target = new QueueUnderTest();
  const tracker = new DataTracker(tsn(1));
  const sequencer = new DataSequencer(1);
  const [first, fragmented, waiting, incomplete] = [
    sequencer.ordered(0),
    sequencer.ordered(0, 3),
    sequencer.ordered(0),
    sequencer.ordered(1, 3),
  ] as [TestChunk[], TestChunk[], TestChunk[], TestChunk[]];
  const arrive = (...chunks: readonly (TestChunk | undefined)[]): void => {
    for (const chunk of chunks) {
      if (chunk !== undefined && tracker.receive(chunk.tsn) === "new") target.insert(chunk);
    }
  };
  arrive(fragmented[1], fragmented[2], ...waiting, incomplete[0], incomplete[1]);
  assert.equal(target.queue.queuedBytes, 15);
  const dropped = target.queue.dropHighest(7, tsn(2));
  assert.deepEqual(dropped, [
    { first: incomplete[0]?.tsn, last: incomplete[1]?.tsn },
    { first: waiting[0]?.tsn, last: waiting[0]?.tsn },
  ]);
  assert.equal(target.queue.queuedBytes, 6);
  assert.equal(target.queue.queuedChunks, 2);
  forgetDropped(tracker, dropped);
  assert.equal(tracker.highestTsn, fragmented[2]?.tsn);
  assert.deepEqual(target.queue.dropHighest(1, tsn(3)), [], "only what lies above the chunk is dropped");
  arrive(...first, ...fragmented, ...waiting, ...incomplete);
  assert.deepEqual(target.take(), [first, fragmented, waiting, incomplete].map(wholeMessage));
  assert.equal(target.queue.queuedBytes, 0);
});

test("making room drops a part of what could be dropped, so that it is not called for every chunk", () => {
  const target = new QueueUnderTest();
  const sequencer = new DataSequencer(1);
  sequencer.ordered(0);
  for (let count = 0; count < 64; count += 1) target.insert(...sequencer.ordered(0));
  assert.deepEqual(
    target.queue.dropHighest(1, tsn(1)).map(({ first }) => first),
    [65, 64, 63, 62],
  );
});

test("streams are independent up to the highest Stream Identifier", () => {
  const target = new QueueUnderTest();
  const sequencer = new DataSequencer(1);
  const messages = [65_535, 0, 63, 64, 65_534].flatMap((id) => [
    sequencer.ordered(id),
    sequencer.ordered(id),
  ]);
  for (let index = 0; index < messages.length; index += 2) {
    target.insert(...(messages[index + 1] ?? []));
    assert.deepEqual(target.take(), []);
  }
  for (let index = 0; index < messages.length; index += 2) target.insert(...(messages[index] ?? []));
  assert.deepEqual(target.take(), messages.map(wholeMessage));
});
