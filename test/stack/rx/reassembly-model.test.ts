import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { tsn } from "../../../src/base/serial-number.js";
import { DataTracker } from "../../../src/stack/rx/data-tracker.js";
import { MESSAGE_BLOCK_BYTES } from "../../../src/stack/limits.js";
import type { IncomingPiece } from "../../../src/stack/rx/incoming-piece.js";
import {
  DataSequencer,
  forgetDropped,
  type MessageShape,
  QueueUnderTest,
  type TestChunk,
} from "./data-sequencer.js";

interface Message {
  readonly chunks: readonly TestChunk[];
  readonly streamId: number;
  readonly unordered: boolean;
  delivered: boolean;
}

/** RFC 9260 §6.6 and §6.9 in the simplest way: after each chunk, look through all messages. */
class NaiveReceiver {
  readonly received = new Set<number>();
  private readonly messages: readonly Message[];

  constructor(messages: readonly Message[]) {
    this.messages = messages;
  }

  /** The first TSNs of the messages that can be delivered now, stream by stream. */
  deliverable(): number[] {
    const blocked = new Set<number>();
    const result: number[] = [];
    for (const message of this.messages) {
      const isComplete = message.chunks.every((chunk) => this.received.has(chunk.tsn));
      if (!message.unordered && (blocked.has(message.streamId) || !isComplete)) {
        if (!message.delivered) blocked.add(message.streamId);
      } else if (isComplete && !message.delivered) {
        message.delivered = true;
        result.push(message.chunks[0]?.tsn ?? -1);
      }
    }
    return result;
  }

  /** The bytes of all that has arrived. */
  receivedBytes(): number {
    let sum = 0;
    for (const { chunks } of this.messages) {
      for (const chunk of chunks) if (this.received.has(chunk.tsn)) sum += chunk.payload.length;
    }
    return sum;
  }
}

const messageShape: fc.Arbitrary<MessageShape> = fc.record({
  streamId: fc.constantFrom(0, 1, 2, 65_535),
  unordered: fc.boolean(),
  lengthBytes: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 60 })),
  fragmentBytes: fc.integer({ min: 1, max: 12 }),
});

/** What happens to the next chunk that the network picks. */
const step = fc.record({
  pick: fc.nat(),
  fate: fc.constantFrom(
    "arrive",
    "arrive",
    "arrive",
    "arrive twice",
    "lost",
    "drop highest",
    "deliver partially",
  ),
});

interface Run {
  readonly target: QueueUnderTest;
  readonly tracker: DataTracker;
  readonly naive: NaiveReceiver;
  readonly messages: readonly Message[];
  /** What the sender still has to get across. */
  readonly pool: TestChunk[];
}

function startRun(initialTsn: number, shapes: readonly MessageShape[]): Run {
  const sequencer = new DataSequencer(initialTsn);
  const messages = shapes.map((shape) => ({ ...shape, chunks: sequencer.message(shape), delivered: false }));
  return {
    target: new QueueUnderTest(),
    tracker: new DataTracker(tsn(initialTsn)),
    naive: new NaiveReceiver(messages),
    messages,
    pool: messages.flatMap(({ chunks }) => chunks),
  };
}

function arrive(run: Run, chunk: TestChunk): void {
  const isNew = !run.naive.received.has(chunk.tsn);
  assert.equal(run.tracker.receive(chunk.tsn), isNew ? "new" : "duplicate");
  if (!isNew) return;
  run.naive.received.add(chunk.tsn);
  assert.equal(run.target.insert(chunk), "accepted");
}

function dropHighest(run: Run, above: TestChunk): void {
  const dropped = run.target.queue.dropHighest(5, above.tsn);
  forgetDropped(run.tracker, dropped);
  for (const { first, last } of dropped) {
    for (let value = first; ; value = tsn(value + 1)) {
      run.naive.received.delete(value);
      run.pool.push(
        run.messages.flatMap(({ chunks }) => chunks).find((chunk) => chunk.tsn === value) as TestChunk,
      );
      if (value === last) break;
    }
  }
}

function bytesOf(pieces: readonly IncomingPiece[]): number {
  return pieces.reduce((sum, { data }) => sum + data.length, 0);
}

function checkMemory(run: Run): void {
  const { queue, delivered } = run.target;
  assert.equal(queue.queuedBytes, run.naive.receivedBytes() - bytesOf(delivered));
  for (const { data, block } of delivered) {
    const memoryBytes = block === undefined ? 2 * data.length : MESSAGE_BLOCK_BYTES;
    assert.ok(data.buffer.byteLength <= memoryBytes);
    assert.equal(data.constructor, Uint8Array);
  }
}

/** Puts the pieces together; they must be whole messages, one after another. */
function joinPieces(
  pieces: readonly IncomingPiece[],
): { tsn: number; bytes: number[]; streamId: number; ppid: number }[] {
  const joined: { tsn: number; bytes: number[]; streamId: number; ppid: number }[] = [];
  let isOpen = false;
  for (const piece of pieces) {
    assert.equal(piece.beginning, !isOpen);
    if (piece.beginning)
      joined.push({ tsn: piece.tsn, bytes: [], streamId: piece.streamId, ppid: piece.ppid });
    const current = joined.at(-1);
    assert.equal(current?.streamId, piece.streamId);
    assert.equal(current.ppid, piece.ppid);
    current.bytes.push(...piece.data);
    isOpen = !piece.endOfRecord;
  }
  assert.equal(isOpen, false);
  return joined;
}

/** Everything has arrived: every message was delivered exactly once, in order within its stream. */
function checkEnd(run: Run): void {
  const { queue, delivered } = run.target;
  assert.equal(queue.queuedBytes, 0);
  assert.equal(queue.queuedChunks, 0);
  assert.equal(queue.isPartiallyDelivering, false);
  const joined = joinPieces(delivered);
  const expected = run.messages.map(({ chunks, streamId }) => ({
    tsn: chunks[0]?.tsn,
    bytes: chunks.flatMap(({ payload }) => [...payload]),
    streamId,
    ppid: chunks[0]?.ppid,
  }));
  const byTsn = new Map(joined.map((message) => [message.tsn, message]));
  assert.equal(joined.length, expected.length);
  for (const message of expected) assert.deepEqual(byTsn.get(message.tsn ?? -1), message);
  for (const streamId of new Set(run.messages.map((message) => message.streamId))) {
    const sent = run.messages.filter((message) => message.streamId === streamId && !message.unordered);
    const order = sent.map(({ chunks }) => chunks[0]?.tsn);
    const wanted = new Set<number | undefined>(order);
    assert.deepEqual(
      joined.filter((message) => wanted.has(message.tsn)).map((message) => message.tsn),
      order,
    );
  }
}

const INITIAL_TSNS = fc.constantFrom(0, 1000, 0x7ffffff0, 0xffffffe0);

test("RFC 9260 §6.6, §6.9: whatever the network does, exactly what can be delivered is delivered, at once", () => {
  fc.assert(
    fc.property(
      INITIAL_TSNS,
      fc.array(messageShape, { minLength: 1, maxLength: 25 }),
      fc.array(step, { maxLength: 300 }),
      (initialTsn, shapes, steps) => {
        const run = startRun(initialTsn, shapes);
        const rest = steps.map(({ pick, fate }) => ({ pick, fate }));
        while (run.pool.length > 0) {
          const { pick, fate } = rest.shift() ?? { pick: 0, fate: "arrive" };
          // A window of 16 chunks, from which the network picks any.
          const index = pick % Math.min(run.pool.length, 16);
          const chunk = run.pool[index] as TestChunk;
          if (fate === "lost") continue;
          const deliveredBefore = run.target.delivered.length;
          if (fate === "drop highest") dropHighest(run, chunk);
          run.pool.splice(index, 1);
          arrive(run, chunk);
          if (fate === "arrive twice") arrive(run, chunk);
          const now = run.target.delivered.slice(deliveredBefore).map((piece) => piece.tsn);
          assert.deepEqual(new Set(now), new Set(run.naive.deliverable()));
          assert.equal(new Set(now).size, now.length);
          checkMemory(run);
        }
        checkEnd(run);
      },
    ),
    { numRuns: 300 },
  );
});

test("RFC 9260 §6.9: with partial deliveries at any time, each message comes whole, once, alone and in order", () => {
  fc.assert(
    fc.property(
      INITIAL_TSNS,
      fc.array(messageShape, { minLength: 1, maxLength: 25 }),
      fc.array(step, { maxLength: 300 }),
      (initialTsn, shapes, steps) => {
        const run = startRun(initialTsn, shapes);
        const rest = steps.map(({ pick, fate }) => ({ pick, fate }));
        while (run.pool.length > 0) {
          const { pick, fate } = rest.shift() ?? { pick: 0, fate: "arrive" };
          const index = pick % Math.min(run.pool.length, 16);
          const chunk = run.pool[index] as TestChunk;
          if (fate === "lost") continue;
          if (fate === "drop highest") dropHighest(run, chunk);
          run.pool.splice(index, 1);
          arrive(run, chunk);
          if (fate === "deliver partially") {
            const { queue } = run.target;
            const before = bytesOf(run.target.delivered);
            const wanted = queue.partiallyDeliverableBytes(run.tracker.cumulativeTsnAck);
            assert.equal(queue.startPartialDelivery(run.tracker.cumulativeTsnAck), wanted > 0);
            assert.equal(bytesOf(run.target.delivered), before + wanted);
          }
          checkMemory(run);
        }
        checkEnd(run);
      },
    ),
    { numRuns: 300 },
  );
});

test("the same chunks in the same order give the same deliveries", () => {
  fc.assert(
    fc.property(
      fc.array(messageShape, { maxLength: 20 }),
      fc.array(fc.nat(), { maxLength: 100 }),
      (shapes, picks) => {
        const runs = [startRun(1, shapes), startRun(1, shapes)];
        for (const run of runs) {
          const rest = picks.slice();
          while (run.pool.length > 0) {
            const [chunk] = run.pool.splice((rest.shift() ?? 0) % run.pool.length, 1) as [TestChunk];
            arrive(run, chunk);
          }
        }
        const [first, second] = runs.map(({ target }) =>
          target.delivered.map(({ streamId, ssn, ppid, tsn, unordered, data, beginning, endOfRecord }) => [
            [streamId, ssn, ppid, tsn],
            [unordered, data, beginning, endOfRecord],
          ]),
        );
        assert.deepEqual(first, second);
      },
    ),
  );
});
