import assert from "node:assert/strict";
import { test } from "node:test";
import { ssn, tsn } from "../../../src/base/serial-number.js";
import {
  DataSequencer,
  partOfMessage,
  QueueUnderTest,
  type TestChunk,
  wholeMessage,
} from "./data-sequencer.js";

type Four = [TestChunk, TestChunk, TestChunk, TestChunk];

test("RFC 9260 §6.9: a message under partial delivery is handed out up to its first gap, the rest as it comes", () => {
  const target = new QueueUnderTest();
  const [a, b, c, d] = new DataSequencer(1).ordered(0, 4) as Four;
  target.insert(a, b, d);
  assert.equal(target.queue.partiallyDeliverableBytes(tsn(2)), 6);
  assert.equal(target.queue.startPartialDelivery(tsn(2)), true);
  assert.deepEqual(target.take(), [`[${partOfMessage([a, b])}`]);
  assert.equal(target.queue.isPartiallyDelivering, true);
  assert.equal(target.queue.queuedBytes, 3);
  assert.equal(target.queue.queuedChunks, 1);
  target.insert(c);
  assert.deepEqual(target.take(), [`${partOfMessage([c, d])}]`]);
  assert.equal(target.queue.isPartiallyDelivering, false);
  assert.equal(target.queue.queuedBytes, 0);
  assert.equal(target.queue.queuedChunks, 0);
});

test("RFC 9260 §6.9: each fragment in sequence is a piece of its own, with memory of its own size", () => {
  const target = new QueueUnderTest();
  const [a, b, c, d] = new DataSequencer(0xfffffffe).unordered(0, 4) as Four;
  target.insert(a);
  assert.equal(target.queue.startPartialDelivery(tsn(0xfffffffe)), true);
  target.insert(b, c, d);
  assert.deepEqual(
    target.delivered.map(({ data }) => data.buffer.byteLength),
    [3, 3, 3, 3],
  );
  assert.deepEqual(target.take(), [
    `[${partOfMessage([a])}`,
    partOfMessage([b]),
    partOfMessage([c]),
    `${partOfMessage([d])}]`,
  ]);
});

test("RFC 9260 §6.9: other messages wait for the end of a partial delivery, in the order of their turn", () => {
  const target = new QueueUnderTest();
  const sequencer = new DataSequencer(1);
  const long = sequencer.ordered(0, 4) as Four;
  const [sameStream, elsewhere, unordered, last] = [
    sequencer.ordered(0, 2),
    sequencer.ordered(1),
    sequencer.unordered(1, 2),
    sequencer.ordered(0),
  ];
  target.insert(...sameStream, long[0]);
  target.queue.startPartialDelivery(tsn(1));
  assert.deepEqual(target.take(), [`[${partOfMessage([long[0]])}`]);
  target.insert(...elsewhere, ...last, ...unordered);
  assert.deepEqual(target.take(), []);
  assert.equal(target.queue.queuedBytes, 6 + 3 + 3 + 6);
  target.insert(long[1], long[2], long[3]);
  assert.deepEqual(target.take().slice(3), [sameStream, elsewhere, last, unordered].map(wholeMessage));
  assert.equal(target.queue.queuedBytes, 0);
  assert.equal(target.queue.queuedChunks, 0);
});

test("RFC 6458 §8.1.20 level 2: messages of other streams do not wait for the end, those of the stream do", () => {
  const target = new QueueUnderTest();
  const sequencer = new DataSequencer(1);
  const long = sequencer.ordered(0, 4) as Four;
  const [sameStream, elsewhere, unordered, later] = [
    sequencer.ordered(0, 2),
    sequencer.ordered(1),
    sequencer.unordered(1, 2),
    sequencer.ordered(1),
  ];
  target.insert(...sameStream, long[0], ...elsewhere);
  target.queue.startPartialDelivery(tsn(1));
  assert.deepEqual(target.take(), [wholeMessage(elsewhere), `[${partOfMessage([long[0]])}`]);
  target.insert(...unordered);
  assert.deepEqual(target.take(), [], "as long as nobody wants them");
  target.queue.setInterleavesStreams(true);
  assert.deepEqual(target.take(), [wholeMessage(unordered)], "what has waited comes first");
  target.insert(...later);
  assert.deepEqual(target.take(), [wholeMessage(later)]);
  assert.equal(target.queue.queuedBytes, 6);
  target.insert(long[1], long[2], long[3]);
  assert.deepEqual(target.take().slice(3), [wholeMessage(sameStream)]);
  assert.deepEqual([target.queue.queuedBytes, target.queue.queuedChunks], [0, 0]);
});

test("RFC 9260 §6.6: a message whose turn it is not, or whose beginning is missing, is not delivered partially", () => {
  const sequencer = new DataSequencer(1);
  const [first, second] = [sequencer.ordered(0, 2), sequencer.ordered(0, 3)];
  const notItsTurn = new QueueUnderTest();
  notItsTurn.insert(second[0], second[1]);
  assert.equal(notItsTurn.queue.startPartialDelivery(tsn(4)), false);
  const noBeginning = new QueueUnderTest();
  noBeginning.insert(first[1]);
  assert.equal(noBeginning.queue.startPartialDelivery(tsn(2)), false);
  const behindGap = new QueueUnderTest();
  behindGap.insert(first[0]);
  assert.equal(behindGap.queue.startPartialDelivery(tsn(0)), false);
  assert.equal(behindGap.queue.partiallyDeliverableBytes(tsn(0)), 0);
  assert.equal(new QueueUnderTest().queue.startPartialDelivery(tsn(0)), false);
});

test("only one message is delivered partially at a time", () => {
  const target = new QueueUnderTest();
  const sequencer = new DataSequencer(1);
  const [first, second] = [sequencer.unordered(0, 3), sequencer.unordered(0, 3)];
  target.insert(first[0], second[0]);
  assert.equal(target.queue.startPartialDelivery(tsn(1)), true);
  assert.equal(target.queue.startPartialDelivery(tsn(1)), false);
  assert.equal(target.queue.startPartialDelivery(tsn(4)), false);
});

test("RFC 9260 §6.5: the number of a message under partial delivery counts as used", () => {
  const target = new QueueUnderTest();
  const [a] = new DataSequencer(1).ordered(0, 4) as Four;
  target.insert(a);
  target.queue.startPartialDelivery(tsn(1));
  assert.equal(target.insert({ ...a, tsn: tsn(50), flags: 3 }), "protocol violation");
});

test("RFC 9260 §3.3.1: a message under partial delivery that does not end before the next is a violation", () => {
  const target = new QueueUnderTest();
  const [a, b] = new DataSequencer(1).ordered(0, 4) as Four;
  target.insert(a);
  target.queue.startPartialDelivery(tsn(1));
  assert.equal(target.insert({ ...b, flags: 2 }), "protocol violation");
});

test("RFC 9260 §3.3.1: what follows a message under partial delivery must begin a message", () => {
  const target = new QueueUnderTest();
  const [a, b] = new DataSequencer(1).ordered(0, 2) as [TestChunk, TestChunk];
  target.insert(a);
  target.queue.startPartialDelivery(tsn(1));
  target.insert(b);
  assert.equal(target.insert({ ...b, tsn: tsn(3), ssn: ssn(1) }), "protocol violation");
});

test("RFC 6458 §6.1.7: an aborted partial delivery names its message and releases what waited", () => {
  const target = new QueueUnderTest();
  const sequencer = new DataSequencer(1);
  const zeroth = sequencer.ordered(3);
  const long = sequencer.ordered(3, 4) as Four;
  const [next, elsewhere] = [sequencer.ordered(3), sequencer.ordered(4)];
  target.insert(...zeroth, long[0]);
  target.queue.startPartialDelivery(tsn(2));
  target.insert(...next, ...elsewhere);
  target.take();
  const aborted: unknown[] = [];
  target.onAborted = (message) => {
    aborted.push(message);
    assert.deepEqual(target.take(), [], "its end is told before the next message");
  };
  target.queue.abortPartialDelivery();
  assert.deepEqual(aborted, [{ streamId: 3, ssn: 1, unordered: false }]);
  assert.deepEqual(target.take(), [next, elsewhere].map(wholeMessage));
  assert.equal(target.queue.queuedBytes, 0);
  assert.equal(target.queue.queuedChunks, 0);
  assert.equal(target.queue.isPartiallyDelivering, false);
  target.queue.abortPartialDelivery();
  assert.equal(aborted.length, 1, "there is none any more");
});

test("RFC 9260 §6.2: what is under partial delivery, or waits for its end, is not dropped to make room", () => {
  const target = new QueueUnderTest();
  const sequencer = new DataSequencer(1);
  const long = sequencer.ordered(0, 4) as Four;
  const next = sequencer.ordered(0);
  const incomplete = sequencer.ordered(1, 2);
  target.insert(long[0], ...next, incomplete[0]);
  target.queue.startPartialDelivery(tsn(1));
  assert.deepEqual(target.queue.dropHighest(1_000, tsn(0)), [
    { first: incomplete[0]?.tsn, last: incomplete[0]?.tsn },
  ]);
  target.insert(long[1], long[2], long[3]);
  assert.deepEqual(target.take().slice(4), [wholeMessage(next)]);
  assert.equal(target.queue.queuedBytes, 0);
});
