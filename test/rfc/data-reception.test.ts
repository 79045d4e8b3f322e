import assert from "node:assert/strict";
import { ssn } from "../../src/base/serial-number.js";
import { chunkBytes, type Chunk } from "../../src/wire/chunk.js";
import type { DataChunk } from "../../src/wire/chunks/data-chunk.js";
import { payload } from "../stack/pair.js";
import { dataOf, only, PEER_TSN } from "../stack/scene.js";
import { purpose } from "./purpose.js";
import { inState, nothingIn, type Trial } from "./trial.js";

const UNORDERED = 4;
const BEGINNING = 2;
const MIDDLE = 0;
const END = 1;

/** The DATA chunk with that number, counted from 1, whose message has that SSN and that byte. */
function message(number: number, ssnNumber: number, byte: number, change: Partial<DataChunk> = {}): Chunk {
  const userData = Uint8Array.of(byte);
  return dataOf(PEER_TSN + number - 1, { ssn: ssn(ssnNumber), userData, ...change });
}

/** A fragment: B, M or E of a message. */
function fragment(number: number, flags: number, byte: number, change: Partial<DataChunk> = {}): Chunk {
  return message(number, 0, byte, { flags, ...change });
}

function deliveries(trial: Trial, ...packets: readonly (readonly Chunk[])[]): number[][][] {
  return packets.map((chunks) => {
    const before = trial.received.length;
    trial.stimulate(...chunks);
    return trial.received.slice(before);
  });
}

purpose(
  {
    id: "D-ORDER-01",
    clause: "§6.6",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "DATA of one stream with SSN 1, then SSN 0",
    expected: "the first is held; with the second both are delivered in the order of their SSNs",
  },
  () => {
    const trial = inState("ESTABLISHED");
    assert.deepEqual(deliveries(trial, [message(1, 1, 11)], [message(2, 0, 10)]), [[], [[10], [11]]]);
  },
);

purpose(
  {
    id: "D-ORDER-02",
    clause: "§6.6",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "DATA with SSN 1 of stream 0, then with SSN 0 of stream 1",
    expected: "the second is delivered at once: streams do not wait for each other",
  },
  () => {
    const trial = inState("ESTABLISHED");
    const packets = deliveries(trial, [message(1, 1, 11)], [message(2, 0, 20, { streamId: 1 })]);
    assert.deepEqual(packets, [[], [[20]]]);
  },
);

purpose(
  {
    id: "D-ORDER-03",
    clause: "§6.6",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "DATA beyond a missing TSN, with the U flag and an arbitrary SSN",
    expected: "delivered at once",
  },
  () => {
    const trial = inState("ESTABLISHED");
    const unordered = message(3, 40_000, 33, { flags: UNORDERED | BEGINNING | END });
    assert.deepEqual(deliveries(trial, [unordered]), [[[33]]]);
  },
);

purpose(
  {
    id: "D-ORDER-04",
    clause: "§3.3.1",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "unordered DATA between ordered DATA with the SSNs 0 and 1, its SSN field being 1",
    expected: "its SSN is ignored: all three are delivered",
  },
  () => {
    const trial = inState("ESTABLISHED");
    const unordered = message(2, 1, 22, { flags: UNORDERED | BEGINNING | END });
    const packets = deliveries(trial, [message(1, 0, 10)], [unordered], [message(3, 1, 11)]);
    assert.deepEqual(packets, [[[10]], [[22]], [[11]]]);
  },
);

purpose(
  {
    id: "D-ORDER-05",
    clause: "§6.6",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "DATA in order of their SSNs with one TSN missing, then the missing one",
    expected: "what is behind the gap is held, and delivered in order with the missing one",
  },
  () => {
    const trial = inState("ESTABLISHED");
    const packets = deliveries(trial, [message(1, 0, 10)], [message(3, 2, 12)], [message(2, 1, 11)]);
    assert.deepEqual(packets, [[[10]], [], [[11], [12]]]);
  },
);

purpose(
  {
    id: "D-SSN-01",
    clause: "§6.5",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "65,537 messages of one stream",
    expected: "the SSN behind 65535 is 0: all are delivered",
  },
  () => {
    const trial = inState("ESTABLISHED");
    const count = 65_537;
    let delivered = 0;
    for (let first = 0; first < count; first += 2048) {
      const chunks: Chunk[] = [];
      for (let index = first; index < Math.min(first + 2048, count); index += 1)
        chunks.push(message(index + 1, index & 0xffff, index & 0xff));
      const { events } = trial.stimulate(...chunks);
      delivered += events.length;
      trial.association.releaseReceived(events.length, events.length);
    }
    assert.equal(delivered, count);
  },
);

purpose(
  {
    id: "D-FRAG-01",
    clause: "§6.9",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "three fragments (B, middle, E), each in a packet of its own",
    expected: "one message is delivered with the last",
  },
  () => {
    const trial = inState("ESTABLISHED");
    const packets = deliveries(
      trial,
      [fragment(1, BEGINNING, 1)],
      [fragment(2, MIDDLE, 2)],
      [fragment(3, END, 3)],
    );
    assert.deepEqual(packets, [[], [], [[1, 2, 3]]]);
  },
);

purpose(
  {
    id: "D-FRAG-02",
    clause: "§6.9",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "three fragments, the last first",
    expected: "one message is delivered, its bytes in the order of their TSNs",
  },
  () => {
    const trial = inState("ESTABLISHED");
    const packets = deliveries(
      trial,
      [fragment(3, END, 3)],
      [fragment(2, MIDDLE, 2)],
      [fragment(1, BEGINNING, 1)],
    );
    assert.deepEqual(packets, [[], [], [[1, 2, 3]]]);
  },
);

purpose(
  {
    id: "D-FRAG-03",
    clause: "§6.9",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus:
      "two fragments of an unordered message around a missing TSN, and a whole ordered one behind them",
    expected: "only the whole one is delivered; with the missing fragment the unordered one is",
  },
  () => {
    const trial = inState("ESTABLISHED");
    const packets = deliveries(
      trial,
      [fragment(1, UNORDERED | BEGINNING, 1)],
      [fragment(3, UNORDERED | END, 3)],
      [message(4, 0, 44)],
      [fragment(2, UNORDERED, 2)],
    );
    assert.deepEqual(packets, [[], [], [[44]], [[1, 2, 3]]]);
  },
);

purpose(
  {
    id: "D-FRAG-04",
    clause: "§6.9",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "three fragments and a whole message in one packet",
    expected: "both messages are delivered, with one SACK",
  },
  () => {
    const trial = inState("ESTABLISHED");
    const outcome = trial.stimulate(
      fragment(1, BEGINNING, 1),
      fragment(2, MIDDLE, 2),
      fragment(3, END, 3),
      message(4, 1, 4),
    );
    assert.deepEqual(outcome, { sent: [["SACK"]], state: "ESTABLISHED", events: ["data", "data"] });
    assert.deepEqual(trial.received, [[1, 2, 3], [4]]);
  },
);

purpose(
  {
    id: "D-FRAG-05",
    clause: "§6.9",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "fragments of a message that is larger than the receive buffer",
    expected:
      "a part is delivered before the message is complete, and the window has room again once it is read",
  },
  () => {
    const trial = inState("ESTABLISHED", { config: { receiveBufferBytes: 3000 } });
    const userData = payload(1000);
    for (let number = 1; number <= 3; number += 1) {
      const flags = number === 1 ? BEGINNING : MIDDLE;
      trial.stimulate(fragment(number, flags, 0, { userData }));
    }
    const pieces = trial.scene.events.flatMap((event) => (event.type === "data" ? [event] : []));
    assert.ok(pieces.length > 0);
    assert.equal(pieces[0]?.beginning, true);
    assert.ok(pieces.every((piece) => !piece.endOfRecord));
    const bytes = pieces.reduce((sum, piece) => sum + piece.data.length, 0);
    trial.observe(() => trial.association.releaseReceived(bytes, pieces.length));
    assert.ok(only(trial.answers, "SACK").aRwnd >= 1000);
  },
);

for (const [id, what, second] of [
  ["I-FRAG-01", "a first fragment, then another first fragment", fragment(2, BEGINNING, 2)],
  ["I-FRAG-02", "a first fragment, then a whole message", message(2, 1, 2)],
  [
    "I-FRAG-03",
    "a first fragment, then the last one of another stream",
    fragment(2, END, 2, { streamId: 1 }),
  ],
] as const) {
  purpose(
    {
      id,
      clause: "§3.3.10.13",
      state: "ESTABLISHED",
      kind: "invalid",
      stimulus: `${what} with the next TSN`,
      expected:
        "TSNs of one message are sequential, so that this cannot be: ABORT, Protocol Violation; CLOSED",
    },
    () => {
      const trial = inState("ESTABLISHED");
      trial.stimulate(fragment(1, BEGINNING, 1));
      const outcome = trial.stimulate(second);
      assert.deepEqual(outcome, { sent: [["ABORT"]], state: "CLOSED", events: ["communication lost"] });
      assert.equal(only(trial.answers, "ABORT").causes[0]?.kind, "Protocol Violation");
      assert.deepEqual(trial.received, []);
    },
  );
}

for (const [id, state] of [
  ["I-DATA-01", "ESTABLISHED"],
  ["I-DATA-02", "SHUTDOWN-PENDING"],
  ["I-DATA-03", "SHUTDOWN-SENT"],
] as const) {
  purpose(
    {
      id,
      clause: "§6.2",
      state,
      kind: "invalid",
      stimulus: "DATA without user data (Length 16)",
      expected: "sends ABORT, No User Data with the TSN; CLOSED",
    },
    () => {
      const trial = inState(state);
      const outcome = trial.stimulate(dataOf(PEER_TSN, { userData: new Uint8Array(0) }));
      assert.deepEqual([outcome.sent, outcome.state], [[["ABORT"]], "CLOSED"]);
      assert.equal(outcome.events[0], "communication lost");
      assert.deepEqual(only(trial.answers, "ABORT").causes, [{ kind: "No User Data", tsn: PEER_TSN }]);
    },
  );
}

purpose(
  {
    id: "I-DATA-04",
    clause: "§3.3.1",
    state: "ESTABLISHED",
    kind: "invalid",
    stimulus: "DATA of Length 12, shorter than its fixed part",
    expected: "nothing is delivered or acknowledged; ESTABLISHED",
  },
  () => {
    const trial = inState("ESTABLISHED");
    const bytes = chunkBytes(dataOf(PEER_TSN)).slice(0, 12);
    bytes[3] = 12;
    assert.deepEqual(trial.stimulate(bytes), nothingIn("ESTABLISHED"));
  },
);

purpose(
  {
    id: "I-DATA-05",
    clause: "§6.10",
    state: "ESTABLISHED",
    kind: "invalid",
    stimulus: "DATA, and behind it DATA whose Length runs over the end of the packet",
    expected: "the partial chunk is dropped, the whole one delivered and acknowledged",
  },
  () => {
    const trial = inState("ESTABLISHED");
    const partial = chunkBytes(message(2, 1, 22));
    partial[3] = 60;
    const outcome = trial.stimulate(message(1, 0, 11), partial);
    assert.deepEqual(outcome, { sent: [["SACK"]], state: "ESTABLISHED", events: ["data"] });
    assert.equal(only(trial.answers, "SACK").cumulativeTsnAck, PEER_TSN);
  },
);

purpose(
  {
    id: "I-DATA-06",
    clause: "§6.10",
    state: "ESTABLISHED",
    kind: "invalid",
    stimulus: "DATA, and behind it a chunk of Length 3",
    expected: "what is no chunk is dropped, the DATA delivered and acknowledged",
  },
  () => {
    const trial = inState("ESTABLISHED");
    const outcome = trial.stimulate(message(1, 0, 11), Uint8Array.of(0, 3, 0, 3));
    assert.deepEqual(outcome, { sent: [["SACK"]], state: "ESTABLISHED", events: ["data"] });
  },
);

purpose(
  {
    id: "D-DATA-10",
    clause: "§3.3.1",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "DATA whose four reserved flags are set",
    expected: "they are ignored: delivered and acknowledged",
  },
  () => {
    const trial = inState("ESTABLISHED");
    const bytes = chunkBytes(message(1, 0, 11));
    bytes[1] = 0xf3;
    assert.deepEqual(trial.stimulate(bytes).events, ["data"]);
    assert.deepEqual(trial.received, [[11]]);
  },
);

purpose(
  {
    id: "D-DATA-11",
    clause: "§3.2",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "DATA of one byte of user data, padded with three bytes other than 0, and DATA behind it",
    expected: "the padding is ignored: both messages are delivered without it",
  },
  () => {
    const trial = inState("ESTABLISHED");
    const padded = Uint8Array.of(...chunkBytes(message(1, 0, 11)), 7, 7, 7);
    trial.stimulate(padded, message(2, 1, 22));
    assert.deepEqual(trial.received, [[11], [22]]);
  },
);

purpose(
  {
    id: "D-DATA-12",
    clause: "§3.3.1",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "DATA with a Payload Protocol Identifier and a stream",
    expected: "the user gets both unchanged",
  },
  () => {
    const trial = inState("ESTABLISHED");
    trial.stimulate(message(1, 0, 1, { ppid: 0x0102_0304, streamId: 9 }));
    const piece = trial.scene.last("data");
    assert.deepEqual([piece.ppid, piece.streamId, piece.ssn], [0x0102_0304, 9, 0]);
  },
);

for (const [id, state] of [
  ["D-STREAM-01", "ESTABLISHED"],
  ["D-STREAM-02", "SHUTDOWN-PENDING"],
] as const) {
  purpose(
    {
      id,
      clause: "§6.5",
      state,
      kind: "invalid",
      stimulus: "DATA on a stream that does not exist",
      expected: "acknowledged, discarded, and answered with ERROR, Invalid Stream Identifier, at once",
    },
    () => {
      const trial = inState(state, { config: { maxInboundStreams: 5 } });
      const outcome = trial.stimulate(message(1, 0, 1, { streamId: 5 }));
      assert.deepEqual(outcome.sent.flat().toSorted(), ["ERROR", "SACK"]);
      assert.deepEqual([outcome.state, outcome.events], [state, []]);
      assert.equal(only(trial.answers, "SACK").cumulativeTsnAck, PEER_TSN);
      assert.deepEqual(only(trial.answers, "ERROR").causes, [
        { kind: "Invalid Stream Identifier", streamId: 5 },
      ]);
    },
  );
}

purpose(
  {
    id: "D-STREAM-03",
    clause: "§6.5",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "DATA on the last stream that exists",
    expected: "delivered",
  },
  () => {
    const trial = inState("ESTABLISHED", { config: { maxInboundStreams: 5 } });
    assert.deepEqual(trial.stimulate(message(1, 0, 1, { streamId: 4 })).events, ["data"]);
  },
);
