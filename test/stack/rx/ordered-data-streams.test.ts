/** The order of messages within a stream (RFC 9260 §6.5), and messages that will not come (RFC 3758 §3.5 A3). */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ssn, tsn } from "../../../src/base/serial-number.js";
import { RX_GIVEN_UP_MAX } from "../../../src/stack/limits.js";
import { IncomingPiece } from "../../../src/stack/rx/incoming-piece.js";
import { type CompleteMessage, OrderedDataStreams } from "../../../src/stack/rx/ordered-data-streams.js";

test("RFC 3758 §3.5 A3: as many messages as the limit says are known to be given up; others are waited for", () => {
  const streams = new OrderedDataStreams();
  for (let number = 1; number <= RX_GIVEN_UP_MAX + 1; number += 1) streams.giveUp(0, ssn(number));
  streams.advance(0);
  assert.equal(streams.turnOf(0, ssn(RX_GIVEN_UP_MAX)), "repeated");
  assert.equal(streams.turnOf(0, ssn(RX_GIVEN_UP_MAX + 1)), "next");
});

function messageOf(streamId: number, number: number): CompleteMessage {
  const data = new Uint8Array(1);
  const header = { streamId, ssn: ssn(number), ppid: 0, unordered: false };
  const piece = new IncomingPiece(header, tsn(0), data, true, true);
  return { piece, lastTsn: tsn(0), chunkCount: 1 };
}

test("RFC 3758 §3.6: what has waited for skipped numbers comes by stream and in order, however many are skipped", () => {
  const place = fc.record({
    streamId: fc.integer({ min: 0, max: 2 }),
    distance: fc.integer({ min: 1, max: 300 }),
  });
  const starts = fc.constantFrom(0, 65_400);
  fc.assert(
    fc.property(starts, fc.array(place), fc.array(place, { maxLength: 3 }), (start, held, skips) => {
      const streams = new OrderedDataStreams();
      // Numbers come round: some begin near the end of them.
      for (let at = 0; at < start; at += 32_000)
        streams.skip([0, 1, 2].map((streamId) => ({ streamId, ssn: ssn(Math.min(start, at + 32_000) - 1) })));
      const waiting = new Set<string>();
      for (const { streamId, distance } of held) {
        const message = messageOf(streamId, start + distance);
        if (streams.turnOf(streamId, message.piece.ssn) !== "wait") continue;
        streams.hold(message);
        waiting.add(`${streamId} ${String(distance).padStart(3, "0")}`);
      }
      const skipped = skips.map(({ streamId, distance }) => ({ streamId, ssn: ssn(start + distance) }));
      const taken = streams
        .skip(skipped)
        .map(({ piece }) => `${piece.streamId} ${String((piece.ssn - start) & 0xffff).padStart(3, "0")}`);
      const isSkipped = (name: string): boolean =>
        skips.some((skip) => name.startsWith(`${skip.streamId} `) && Number(name.slice(2)) <= skip.distance);
      assert.deepEqual(taken, [...waiting].filter(isSkipped).sort());
      assert.equal(streams.waitingCount, waiting.size - taken.length);
      assert.equal([...streams.waitingMessages()].length, streams.waitingCount);
    }),
    { numRuns: 300, seed: 3758 },
  );
});
