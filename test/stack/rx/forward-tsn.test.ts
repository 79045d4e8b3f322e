import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ssn, tsn, tsnAdd, type Tsn } from "../../../src/base/serial-number.js";
import { RX_TSN_DISTANCE_MAX } from "../../../src/stack/limits.js";
import { DataTracker } from "../../../src/stack/rx/data-tracker.js";
import type { Chunk } from "../../../src/wire/chunk.js";
import type { DataChunk } from "../../../src/wire/chunks/data-chunk.js";
import { dataOf, kindsOf, only, PEER_TSN, Scene, type Sent } from "../scene.js";
import { DataSequencer, QueueUnderTest, wholeMessage } from "./data-sequencer.js";

const FIRST = 2;
const LAST = 1;
const UNORDERED = 4;

/** A stack whose peer gives messages up; numbers of chunks are TSNs counted from 0. */
class Receiver {
  readonly scene: Scene;
  private readonly tag: number;
  private delivered = 0;

  constructor(supported = true, config: { partialDeliveryPointBytes?: number } = {}) {
    this.scene = new Scene({ config });
    const parameters = supported ? [{ kind: "Forward-TSN-Supported" } as const] : [];
    this.tag = this.scene.accept({ parameters }).tag;
  }

  /** Gets chunks in one packet and answers what is sent at once. */
  get(...chunks: readonly Chunk[]): Sent[] {
    return this.scene.receive(this.tag, chunks);
  }

  /** A DATA chunk: its number, its stream and its place there, and whether it begins and ends its message. */
  data(number: number, streamId: number, place: number, flags = FIRST | LAST): DataChunk {
    return dataOf(PEER_TSN + number, { streamId, ssn: ssn(place), flags, userData: Uint8Array.of(number) });
  }

  forward(number: number, ...streams: readonly (readonly [number, number])[]): Chunk {
    return {
      kind: "FORWARD TSN",
      newCumulativeTsn: tsn(PEER_TSN + number),
      streams: streams.map(([streamId, place]) => ({ streamId, ssn: ssn(place) })),
    };
  }

  /** The bytes that were delivered since the last call. */
  take(): number[][] {
    const pieces = this.scene.events.flatMap((event) =>
      event.type === "data" ? [Array.from(event.data)] : [],
    );
    const fresh = pieces.slice(this.delivered);
    this.delivered = pieces.length;
    return fresh;
  }

  /** The last SACK: the number of its Cumulative TSN Ack and its gaps. */
  acked(sent: readonly Sent[]): [number, ...string[]] {
    const { cumulativeTsnAck, gapAckBlocks } = only(sent, "SACK");
    const gaps = gapAckBlocks.map(({ start, end }) => `${start}-${end}`);
    return [(cumulativeTsnAck - PEER_TSN) | 0, ...gaps];
  }
}

test("RFC 3758 §3.6: the example: the cumulative TSN point goes to 103 and further on to 105", () => {
  const tracker = new DataTracker(tsn(102));
  for (const number of [102, 104, 105, 107]) tracker.receive(tsn(number));
  tracker.skipTo(tsn(103));
  assert.equal(tracker.cumulativeTsnAck, 105);
  assert.deepEqual(tracker.gapAckBlocks(10), [{ start: 2, end: 2 }]);
});

test("RFC 3758 §3.6: what is skipped counts as received, whatever had arrived around it", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 0xffff_ffff }),
      fc.uniqueArray(fc.integer({ min: 1, max: 40 })),
      fc.integer({ min: 1, max: 40 }),
      (initial, arrivals, skipped) => {
        const numberOf = (count: number): Tsn => tsnAdd(tsn(initial), count - 1);
        const tracker = new DataTracker(tsn(initial));
        for (const count of arrivals) tracker.receive(numberOf(count));
        const received = new Set(arrivals);
        for (let count = 1; count <= skipped; count += 1) received.add(count);
        if (((tracker.cumulativeTsnAck - numberOf(skipped)) | 0) >= 0) return;
        tracker.skipTo(numberOf(skipped));
        let cumulative = 0;
        while (received.has(cumulative + 1)) cumulative += 1;
        assert.equal(tracker.cumulativeTsnAck, numberOf(cumulative));
        const gaps = tracker
          .gapAckBlocks(100)
          .flatMap(({ start, end }) =>
            Array.from({ length: end - start + 1 }, (_, index) => cumulative + start + index),
          );
        const beyond = [...received].filter((count) => count > cumulative).sort((a, b) => a - b);
        assert.deepEqual(gaps, beyond);
      },
    ),
  );
});

test("RFC 3758 §3.6: messages that have waited for one that was given up are delivered at once, in order", () => {
  const receiver = new Receiver();
  receiver.get(receiver.data(1, 5, 1), receiver.data(3, 5, 3), receiver.data(4, 5, 4));
  assert.deepEqual(receiver.take(), []);
  const sent = receiver.get(receiver.forward(0, [5, 0]));
  assert.deepEqual(receiver.take(), [[1]]);
  assert.deepEqual(receiver.acked(sent), [1, "2-3"]);
  receiver.get(receiver.forward(2, [5, 2]));
  assert.deepEqual(receiver.take(), [[3], [4]]);
});

test("RFC 3758 §3.6: other streams are not touched", () => {
  const receiver = new Receiver();
  receiver.get(receiver.data(2, 1, 1), receiver.data(3, 2, 1));
  receiver.get(receiver.forward(0, [1, 0]));
  assert.deepEqual(receiver.take(), [[2]]);
  receiver.get(receiver.data(1, 2, 0));
  assert.deepEqual(receiver.take(), [[1], [3]]);
});

test("RFC 3758 §3.2: numbers wrap: skipping 65535 makes 0 the next", () => {
  const target = new QueueUnderTest();
  const sequencer = new DataSequencer(1);
  const messages = Array.from({ length: 65_537 }, () => sequencer.ordered(0));
  for (const [first] of messages.slice(0, 65_535)) target.insert(first);
  target.take();
  target.insert(messages[65_536]?.[0]);
  assert.deepEqual(target.take(), []);
  target.queue.skipMessages([{ streamId: 0, ssn: ssn(65_535) }]);
  assert.deepEqual(target.take(), [wholeMessage(messages[65_536] ?? [])]);
});

test("RFC 3758 §3.6: fragments of a message that lacks some that will not come are dropped, before and behind", () => {
  const receiver = new Receiver();
  // 0 to 3 are a message that lacks 1; 4 is one that is whole; 6 and 7 lack their beginning, which may still come.
  receiver.get(receiver.data(0, 0, 0, FIRST));
  receiver.get(receiver.data(2, 0, 0, 0), receiver.data(3, 0, 0, LAST), receiver.data(4, 0, 1));
  receiver.get(receiver.data(6, 0, 2, 0), receiver.data(7, 0, 2, LAST));
  assert.equal(receiver.scene.association.reassemblyBytes, 6);
  const sent = receiver.get(receiver.forward(3, [0, 0]));
  assert.deepEqual(receiver.take(), [[4]]);
  assert.deepEqual(receiver.acked(sent), [4, "2-3"]);
  assert.equal(receiver.scene.association.reassemblyBytes, 2);
  receiver.get(receiver.data(5, 0, 2, FIRST));
  assert.deepEqual(receiver.take(), [[5, 6, 7]]);
  assert.equal(receiver.scene.association.reassemblyBytes, 0);
});

test("RFC 3758 §3.6: fragments of unordered messages are dropped as well", () => {
  const receiver = new Receiver();
  receiver.get(receiver.data(0, 0, 0, FIRST | UNORDERED));
  receiver.get(receiver.data(2, 0, 0, LAST | UNORDERED));
  receiver.get(receiver.forward(2));
  assert.equal(receiver.scene.association.reassemblyBytes, 0);
  receiver.get(receiver.data(3, 0, 0));
  assert.deepEqual(receiver.take(), [[3]]);
});

test("RFC 3758 §3.6: the end of a message that the peer has given up may not have been sent at all", () => {
  const receiver = new Receiver();
  receiver.get(receiver.data(0, 0, 0, FIRST), receiver.data(1, 0, 0, 0));
  // The peer has skipped 2, which was lost; the rest of the message never had a TSN.
  receiver.get(receiver.forward(2, [0, 0]));
  receiver.get(receiver.data(3, 0, 1));
  assert.deepEqual(receiver.take(), [[3]]);
  assert.equal(receiver.scene.association.reassemblyBytes, 0);
});

test("RFC 3758 §3.6: all that was sent of a message has arrived, and the peer says that no more will come", () => {
  const receiver = new Receiver();
  // Linux sends so: the rest of the message has no TSN, and the FORWARD TSN is out of date.
  receiver.get(receiver.data(0, 0, 0, FIRST), receiver.data(1, 0, 0, 0));
  receiver.get(receiver.forward(1, [0, 0]));
  assert.equal(receiver.scene.association.reassemblyBytes, 0);
  receiver.get(receiver.data(2, 0, 1));
  assert.deepEqual(receiver.take(), [[2]]);
});

test("RFC 3758 §3.5 A3, RFC 9260 §6.9: a message that begins where another should go on shows that this is given up", () => {
  for (const flags of [FIRST | LAST, FIRST]) {
    const receiver = new Receiver();
    receiver.get(receiver.data(0, 0, 0, FIRST), receiver.data(1, 0, 0, 0));
    receiver.get(receiver.data(2, 0, 1, flags));
    if (flags === FIRST) receiver.get(receiver.data(3, 0, 1, LAST));
    assert.deepEqual(receiver.take().flat(), flags === FIRST ? [2, 3] : [2]);
    assert.equal(receiver.scene.association.reassemblyBytes, 0);
  }
});

test("RFC 3758 §3.5 A3: a message that is seen to be given up skips no other before it, which may still come", () => {
  const receiver = new Receiver();
  receiver.get(receiver.data(0, 0, 0));
  // 1 is lost; 2 is a message that another one follows before its end; 4 has to wait for 1 only.
  receiver.get(receiver.data(2, 0, 2, FIRST), receiver.data(3, 1, 0), receiver.data(4, 0, 3));
  assert.deepEqual(receiver.take(), [[0], [3]]);
  receiver.get(receiver.data(1, 0, 1));
  assert.deepEqual(receiver.take(), [[1], [4]]);
  receiver.get(receiver.data(5, 0, 4));
  assert.deepEqual(receiver.take(), [[5]]);
});

test("RFC 3758 §3.5 A3: what was sent of a message that is given up may come after the one that follows it", () => {
  const receiver = new Receiver();
  // 1 is lost at first; the rest of its message has no TSN, and nothing that was lost is left to be skipped.
  receiver.get(receiver.data(0, 0, 0, FIRST), receiver.data(2, 1, 0), receiver.data(3, 0, 1));
  assert.deepEqual(receiver.take(), [[2]]);
  receiver.get(receiver.data(1, 0, 0, 0));
  assert.deepEqual(receiver.take(), [[3]]);
  assert.equal(receiver.scene.association.reassemblyBytes, 0);
});

test("RFC 3758 §3.6: a message whose next chunk is skipped is given up, whether or not its stream is named", () => {
  const receiver = new Receiver();
  // The rest of the message has no TSN; 1 is of another message, is lost and given up.
  receiver.get(receiver.data(0, 0, 0, FIRST), receiver.data(2, 0, 1));
  receiver.get(receiver.forward(1, [1, 0]));
  assert.deepEqual(receiver.take(), [[2]]);
  assert.equal(receiver.scene.association.reassemblyBytes, 0);
});

test("RFC 3758 §3.5 A3: fragments that come from the last to the first are not given up", () => {
  const receiver = new Receiver();
  receiver.get(receiver.data(3, 1, 0), receiver.data(2, 0, 0, LAST));
  receiver.get(receiver.data(1, 0, 0, 0));
  receiver.get(receiver.data(0, 0, 0, FIRST));
  assert.deepEqual(receiver.take(), [[3], [0, 1, 2]]);
});

test("RFC 3758 §3.5 A3, RFC 6458 §6.1.7: a partial delivery ends when another message begins where it should go on", () => {
  const receiver = new Receiver(true, { partialDeliveryPointBytes: 2 });
  receiver.get(receiver.data(0, 0, 0, FIRST), receiver.data(1, 0, 0, 0));
  receiver.get(receiver.data(2, 1, 0));
  assert.deepEqual(receiver.take(), [[0, 1], [2]]);
  const aborted = receiver.scene.events.filter(({ type }) => type === "partial delivery aborted");
  assert.equal(aborted.length, 1);
});

test("RFC 9260 §6.9: without partial reliability that is a violation of the protocol", () => {
  for (const flags of [FIRST | LAST, FIRST]) {
    const receiver = new Receiver(false);
    receiver.get(receiver.data(0, 0, 0, FIRST));
    const [packet] = receiver.get(receiver.data(1, 0, 1, flags));
    assert.deepEqual(
      packet?.chunks.map(({ kind }) => kind),
      ["ABORT"],
    );
  }
});

test("RFC 9260 §6.9: with partial reliability fragments of other messages are still a violation of the protocol", () => {
  const receiver = new Receiver();
  receiver.get(receiver.data(0, 0, 0, FIRST));
  const [packet] = receiver.get(receiver.data(1, 1, 0, 0));
  assert.deepEqual(
    packet?.chunks.map(({ kind }) => kind),
    ["ABORT"],
  );
});

test("RFC 3758 §3.6: a FORWARD TSN that is so old that numbers of streams may have come round is dropped", () => {
  const receiver = new Receiver();
  receiver.get(receiver.data(1, 3, 5));
  receiver.get(receiver.forward(-RX_TSN_DISTANCE_MAX - 2, [3, 4]));
  assert.deepEqual(receiver.take(), []);
  assert.equal(receiver.scene.stack.statistics.droppedForwardTsns, 1);
});

test("RFC 3758 §3.6, RFC 6458 §6.1.7: a partial delivery that will not be completed is aborted, and others go on", () => {
  const receiver = new Receiver(true, { partialDeliveryPointBytes: 2 });
  receiver.get(receiver.data(0, 0, 0, FIRST), receiver.data(1, 0, 0, 0));
  assert.deepEqual(receiver.take(), [[0, 1]]);
  receiver.get(receiver.data(3, 0, 1));
  assert.deepEqual(receiver.take(), []);
  receiver.get(receiver.forward(2, [0, 0]));
  const aborted = receiver.scene.last("partial delivery aborted");
  assert.deepEqual([aborted.streamId, aborted.ssn], [0, 0]);
  assert.deepEqual(receiver.take(), [[3]]);
  const types = receiver.scene.eventTypes.filter((type) => type === "data" || type.startsWith("partial"));
  assert.deepEqual(types, ["data", "partial delivery aborted", "data"]);
});

test("RFC 3758 §3.6: a partial delivery whose rest may still come goes on", () => {
  const receiver = new Receiver(true, { partialDeliveryPointBytes: 2 });
  receiver.get(receiver.data(1, 0, 0, FIRST), receiver.data(2, 0, 0, 0));
  receiver.get(receiver.forward(0));
  receiver.get(receiver.data(3, 0, 0, LAST));
  assert.deepEqual(receiver.take().flat(), [1, 2, 3]);
  assert.ok(!receiver.scene.eventTypes.includes("partial delivery aborted"));
});

test("RFC 3758 §3.5 C4: of several FORWARD TSNs in a packet the first counts: one tells all that there is room for", () => {
  const receiver = new Receiver();
  receiver.get(receiver.data(9, 0, 9));
  const numbers = [2, 3, 4, 5, 6, 7, 8];
  const sent = receiver.get(...numbers.map((number) => receiver.forward(number, [0, number])));
  assert.deepEqual(receiver.acked(sent), [2, "7-7"]);
  assert.equal(receiver.scene.stack.statistics.droppedForwardTsns, numbers.length - 1);
  assert.deepEqual(receiver.acked(receiver.get(receiver.forward(8, [0, 8]))), [9]);
  assert.deepEqual(receiver.take(), [[9]]);
});

test("RFC 3758 §3.6: a FORWARD TSN that is out of date changes nothing, and is answered with a SACK at once", () => {
  const receiver = new Receiver();
  receiver.get(receiver.data(0, 0, 0), receiver.data(1, 0, 1));
  receiver.take();
  for (const number of [1, 0, -5]) {
    const sent = receiver.get(receiver.forward(number, [0, 1]));
    assert.deepEqual(receiver.acked(sent), [1]);
  }
  receiver.get(receiver.data(2, 0, 2));
  assert.deepEqual(receiver.take(), [[2]]);
});

test("RFC 3758 §3.6: a stream's number that has had its turn is passed over", () => {
  const receiver = new Receiver();
  receiver.get(receiver.data(0, 0, 0), receiver.data(1, 0, 1));
  receiver.get(receiver.forward(2, [0, 0]));
  receiver.get(receiver.data(3, 0, 2));
  assert.deepEqual(receiver.take(), [[0], [1], [3]]);
});

test("RFC 3758 §3.6: what was skipped and arrives after all is a duplicate", () => {
  const receiver = new Receiver();
  receiver.get(receiver.forward(0, [0, 0]));
  const sent = receiver.get(receiver.data(0, 0, 0));
  assert.deepEqual(only(sent, "SACK").duplicateTsns, [PEER_TSN]);
  assert.deepEqual(receiver.take(), []);
});

test("RFC 3758 §3.6: without a gap it is acknowledged as DATA is, every second packet or after SACK.Delay", () => {
  const receiver = new Receiver();
  receiver.get(receiver.data(0, 0, 0));
  receiver.scene.advance(500);
  assert.deepEqual(receiver.get(receiver.forward(1)), []);
  assert.deepEqual(kindsOf(receiver.scene.advance(200)), [["SACK"]]);
  assert.deepEqual(receiver.get(receiver.forward(2)), []);
  assert.deepEqual(receiver.acked(receiver.get(receiver.forward(3))), [3]);
});

test("RFC 3758 §3.6: a FORWARD TSN that opens the way fills the window again", () => {
  const receiver = new Receiver();
  const before = only(receiver.get(receiver.data(1, 0, 1), receiver.data(2, 0, 1, FIRST)), "SACK").aRwnd;
  assert.ok(before < receiver.scene.association.config.receiveBufferBytes);
  receiver.get(receiver.forward(3, [0, 1]));
  assert.equal(receiver.scene.association.reassemblyBytes, 0);
});

test("RFC 3758 §3.6: a FORWARD TSN further ahead than any DATA could be is dropped, and answered", () => {
  const receiver = new Receiver();
  const sent = receiver.get(receiver.forward(RX_TSN_DISTANCE_MAX, [0, 9]));
  assert.deepEqual(receiver.acked(sent), [-1]);
  assert.equal(receiver.scene.stack.statistics.droppedForwardTsns, 1);
  receiver.get(receiver.data(0, 0, 0));
  assert.deepEqual(receiver.take(), [[0]]);
  receiver.get(receiver.forward(RX_TSN_DISTANCE_MAX, [0, 9]));
  assert.equal(receiver.scene.association.state, "ESTABLISHED");
  receiver.get(receiver.data(RX_TSN_DISTANCE_MAX + 1, 0, 10));
  assert.deepEqual(receiver.take(), [[(RX_TSN_DISTANCE_MAX + 1) & 0xff]]);
});

test("RFC 3758 §3.6: streams that there are not are passed over", () => {
  const receiver = new Receiver();
  receiver.get(receiver.data(1, 9, 1));
  receiver.get(receiver.forward(0, [10, 0], [65_535, 65_535], [9, 0]));
  assert.deepEqual(receiver.take(), [[1]]);
  assert.equal(receiver.scene.association.state, "ESTABLISHED");
});

test("RFC 3758 §3.3.1: where it was not agreed upon, it is an unknown chunk that wants to be reported", () => {
  const receiver = new Receiver(false);
  receiver.get(receiver.data(1, 0, 1));
  const [packet] = receiver.get(receiver.forward(0, [0, 0]));
  const error = packet?.chunks.find(({ kind }) => kind === "ERROR");
  assert.deepEqual(error?.kind === "ERROR" ? error.causes.map(({ kind }) => kind) : [], [
    "Unrecognized Chunk Type",
  ]);
  assert.deepEqual(receiver.take(), []);
  receiver.get(receiver.data(0, 0, 0));
  assert.deepEqual(receiver.take(), [[0], [1]]);
});

test("RFC 3758 §3.6, RFC 9260 §6: in states that take no DATA it is discarded", () => {
  const receiver = new Receiver();
  receiver.get({
    kind: "SHUTDOWN",
    cumulativeTsnAck: tsnAdd(receiver.scene.association.tcb.localInitialTsn, -1),
  });
  assert.equal(receiver.scene.association.state, "SHUTDOWN-ACK-SENT");
  assert.deepEqual(receiver.get(receiver.forward(0)), []);
});

test("RFC 3758 §3.6, RFC 9260 §9.2: a FORWARD TSN after our SHUTDOWN is answered with SHUTDOWN, as DATA is", () => {
  const receiver = new Receiver();
  receiver.scene.association.shutdown(receiver.scene.now);
  receiver.scene.drain();
  assert.equal(receiver.scene.association.state, "SHUTDOWN-SENT");
  const sent = receiver.get(receiver.forward(0));
  assert.equal(only(sent, "SHUTDOWN").cumulativeTsnAck, PEER_TSN);
});

test("RFC 3758 §3.6: skipping many streams with many messages waiting costs one walk over these", () => {
  const target = new QueueUnderTest();
  const sequencer = new DataSequencer(1);
  const waiting = Array.from({ length: 1000 }, (_, streamId) => {
    for (let skipped = 0; skipped < 20; skipped += 1) sequencer.ordered(streamId);
    return sequencer.ordered(streamId);
  });
  for (const [chunk] of waiting) target.insert(chunk);
  target.queue.skipMessages(waiting.map((_, streamId) => ({ streamId, ssn: ssn(32_767) })));
  assert.deepEqual(target.take(), waiting.map(wholeMessage));
  assert.equal(target.queue.queuedBytes, 0);
});
