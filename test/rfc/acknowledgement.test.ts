import assert from "node:assert/strict";
import { ssn } from "../../src/base/serial-number.js";
import type { Chunk } from "../../src/wire/chunk.js";
import type { DataChunk } from "../../src/wire/chunks/data-chunk.js";
import type { SackChunk } from "../../src/wire/chunks/sack-chunk.js";
import { configure, DEFAULT_ASSOCIATION_CONFIG } from "../../src/stack/config.js";
import { payload } from "../stack/pair.js";
import { dataOf, only, PEER_TSN, type SceneOptions } from "../stack/scene.js";
import { purpose } from "./purpose.js";
import { inState, type Trial } from "./trial.js";

const IMMEDIATE = 8;

/** A whole message: the DATA chunk with that number, counted from 1. */
function data(number: number, change: Partial<DataChunk> = {}): Chunk {
  return dataOf(PEER_TSN + number - 1, { ssn: ssn((number - 1) & 0xffff), ...change });
}

/** ESTABLISHED, and the first `count` DATA chunks, in a packet each, have been acknowledged. */
function after(count: number, options: SceneOptions = {}): Trial {
  const trial = inState("ESTABLISHED", options);
  for (let number = 1; number <= count; number += 1) trial.stimulate(data(number));
  trial.wait(200);
  return trial;
}

/** What a SACK says, in chunk numbers. */
function read(trial: Trial): { upTo: number; gaps: number[][]; duplicates: number[] } {
  const sack: SackChunk = only(trial.answers, "SACK");
  const upTo = sack.cumulativeTsnAck - PEER_TSN + 1;
  return {
    upTo,
    gaps: sack.gapAckBlocks.map(({ start, end }) => [upTo + start, upTo + end]),
    duplicates: sack.duplicateTsns.map((duplicate) => duplicate - PEER_TSN + 1),
  };
}

purpose(
  {
    id: "A-DELAY-01",
    clause: "§6.2",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "two packets with DATA, one after the other",
    expected: "no SACK for the first, SACK of both with the second",
  },
  () => {
    const trial = after(1);
    assert.deepEqual(trial.stimulate(data(2)).sent, []);
    assert.deepEqual(trial.stimulate(data(3)).sent, [["SACK"]]);
    assert.equal(read(trial).upTo, 3);
  },
);

purpose(
  {
    id: "A-DELAY-02",
    clause: "§6.2",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "one packet with DATA and nothing else",
    expected: "SACK after SACK.Delay, 200 ms, and not before",
  },
  () => {
    const trial = after(1);
    trial.stimulate(data(2));
    assert.deepEqual(trial.wait(199).sent, []);
    assert.deepEqual(trial.wait(1).sent, [["SACK"]]);
    assert.deepEqual(trial.wait(10_000).sent, []);
  },
);

purpose(
  {
    id: "A-DELAY-03",
    clause: "§6.2",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "one packet with three DATA chunks",
    expected: "counts as one packet: SACK after SACK.Delay",
  },
  () => {
    const trial = after(1);
    assert.deepEqual(trial.stimulate(data(2), data(3), data(4)).sent, []);
    assert.deepEqual(trial.wait(200).sent, [["SACK"]]);
    assert.equal(read(trial).upTo, 4);
  },
);

purpose(
  {
    id: "A-DELAY-04",
    clause: "§6.1",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "DATA, and the user sends a message before SACK.Delay has passed",
    expected: "SACK is bundled in front of the DATA; none follows",
  },
  () => {
    const trial = after(1);
    trial.stimulate(data(2));
    assert.deepEqual(trial.send(10).sent, [["SACK", "DATA"]]);
    assert.equal(read(trial).upTo, 2);
    trial.stimulate(trial.sack(1));
    assert.deepEqual(trial.wait(1000).sent, []);
  },
);

purpose(
  {
    id: "A-DELAY-05",
    clause: "§6.2",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "one packet with DATA that leaves two gaps and holds a duplicate",
    expected: "one SACK, not more",
  },
  () => {
    const trial = after(1);
    assert.deepEqual(trial.stimulate(data(3), data(5), data(5), data(1)).sent, [["SACK"]]);
    assert.deepEqual(trial.wait(1000).sent, []);
  },
);

purpose(
  {
    id: "A-DELAY-06",
    clause: "§6.2",
    state: "CLOSED",
    kind: "invalid",
    stimulus: "the user sets SACK.Delay to 501 ms",
    expected: "refused; 500 ms is taken",
  },
  () => {
    assert.throws(() => configure(DEFAULT_ASSOCIATION_CONFIG, { sackDelayMs: 501 }), RangeError);
    assert.equal(configure(DEFAULT_ASSOCIATION_CONFIG, { sackDelayMs: 500 }).sackDelayMs, 500);
  },
);

for (const [id, state] of [
  ["A-DELAY-07", "ESTABLISHED"],
  ["A-DELAY-08", "SHUTDOWN-PENDING"],
] as const) {
  purpose(
    {
      id,
      clause: "§6.2",
      state,
      kind: "valid",
      stimulus: "DATA with the I bit",
      expected: "SACK at once",
    },
    () => {
      const trial = inState(state);
      trial.stimulate(data(1));
      assert.deepEqual(trial.stimulate(data(2, { flags: 3 | IMMEDIATE })).sent, [["SACK"]]);
      assert.equal(read(trial).upTo, 2);
    },
  );
}

purpose(
  {
    id: "A-GAP-01",
    clause: "§6.7",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "DATA with one TSN missing, then two more packets that do not fill the gap",
    expected: "each is answered with SACK at once; the Gap Ack Block grows",
  },
  () => {
    const trial = after(1);
    for (const [number, gaps] of [
      [3, [[3, 3]]],
      [4, [[3, 4]]],
      [5, [[3, 5]]],
    ] as const) {
      assert.deepEqual(trial.stimulate(data(number)).sent, [["SACK"]]);
      assert.deepEqual(read(trial), { upTo: 1, gaps, duplicates: [] });
    }
  },
);

purpose(
  {
    id: "A-GAP-02",
    clause: "§6.2",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "the DATA that fills the gap",
    expected:
      "SACK whose Cumulative TSN Ack is behind the former gap, without Gap Ack Blocks, at once (RFC 5681 §4.2)",
  },
  () => {
    const trial = after(1);
    trial.stimulate(data(3), data(4));
    assert.deepEqual(trial.stimulate(data(2)).sent, [["SACK"]]);
    assert.deepEqual(read(trial), { upTo: 4, gaps: [], duplicates: [] });
  },
);

purpose(
  {
    id: "A-GAP-03",
    clause: "§3.3.4",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "DATA 1 and 3 and 5, then 4",
    expected: "two isolated Gap Ack Blocks, counted from the Cumulative TSN Ack; then one",
  },
  () => {
    const trial = after(1);
    trial.stimulate(data(3), data(5));
    assert.deepEqual(only(trial.answers, "SACK").gapAckBlocks, [
      { start: 2, end: 2 },
      { start: 4, end: 4 },
    ]);
    trial.stimulate(data(4));
    assert.deepEqual(only(trial.answers, "SACK").gapAckBlocks, [{ start: 2, end: 4 }]);
  },
);

purpose(
  {
    id: "A-GAP-04",
    clause: "§6.7",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "DATA with more gaps than one packet of the path MTU can report",
    expected: "one SACK within the path MTU, with as many blocks as fit, the lowest ones",
  },
  () => {
    const trial = after(1, { mtuBytes: 576 });
    const chunks = Array.from({ length: 300 }, (_, index) => data(3 + 2 * index));
    assert.deepEqual(trial.stimulate(...chunks).sent, [["SACK"]]);
    const { gaps } = read(trial);
    assert.ok((trial.answers[0]?.bytes.length ?? 0) <= 556);
    // 576 bytes less the headers of IP, SCTP and the chunk leave 528 for blocks of 4.
    assert.equal(gaps.length, 132);
    assert.deepEqual(
      gaps,
      Array.from({ length: 132 }, (_, index) => [3 + 2 * index, 3 + 2 * index]),
    );
  },
);

purpose(
  {
    id: "A-GAP-05",
    clause: "§3.3.4",
    state: "SHUTDOWN-PENDING",
    kind: "valid",
    stimulus: "the second DATA of the peer, the first being missing",
    expected: "the Cumulative TSN Ack is the peer's Initial TSN minus one, with a Gap Ack Block of 2",
  },
  () => {
    const trial = inState("SHUTDOWN-PENDING");
    assert.deepEqual(trial.stimulate(data(2)).sent, [["SACK"]]);
    assert.deepEqual(read(trial), { upTo: 0, gaps: [[2, 2]], duplicates: [] });
  },
);

purpose(
  {
    id: "DM-DUP-01",
    clause: "§6.2",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "a packet with duplicate DATA only",
    expected: "SACK at once, which lists the duplicate; nothing is delivered",
  },
  () => {
    const trial = after(2);
    const outcome = trial.stimulate(data(2));
    assert.deepEqual(outcome, { sent: [["SACK"]], state: "ESTABLISHED", events: [] });
    assert.deepEqual(read(trial), { upTo: 2, gaps: [], duplicates: [2] });
  },
);

purpose(
  {
    id: "DM-DUP-02",
    clause: "§3.3.4",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "the same DATA three times in one packet, then once more",
    expected:
      "listed twice as duplicate in the first SACK, once in the next: the count begins anew with each SACK",
  },
  () => {
    const trial = after(1);
    trial.stimulate(data(2, { flags: 3 | IMMEDIATE }), data(2), data(2));
    assert.deepEqual(read(trial), { upTo: 2, gaps: [], duplicates: [2, 2] });
    trial.stimulate(data(2));
    assert.deepEqual(read(trial), { upTo: 2, gaps: [], duplicates: [2] });
  },
);

purpose(
  {
    id: "DM-DUP-03",
    clause: "§6.2",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "a duplicate of DATA that stands beyond a gap",
    expected: "SACK at once: in its Gap Ack Block and among the duplicates; delivered once",
  },
  () => {
    const trial = after(1);
    trial.stimulate(data(3));
    assert.deepEqual(trial.stimulate(data(3)).sent, [["SACK"]]);
    assert.deepEqual(read(trial), { upTo: 1, gaps: [[3, 3]], duplicates: [3] });
    trial.stimulate(data(2));
    assert.equal(trial.received.length, 3);
  },
);

purpose(
  {
    id: "DM-DUP-04",
    clause: "§6.2",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "a packet with duplicate DATA and new DATA",
    expected: "the new is delivered; the duplicate is reported in the next SACK",
  },
  () => {
    const trial = after(2);
    const outcome = trial.stimulate(data(2), data(3));
    assert.deepEqual(outcome.events, ["data"]);
    if (outcome.sent.length === 0) trial.wait(200);
    assert.deepEqual(read(trial), { upTo: 3, gaps: [], duplicates: [2] });
  },
);

for (const [id, state] of [
  ["DM-DUP-05", "SHUTDOWN-SENT"],
  ["DM-DUP-06", "SHUTDOWN-PENDING"],
] as const) {
  purpose(
    {
      id,
      clause: state === "SHUTDOWN-SENT" ? "§9.2" : "§6.2",
      state,
      kind: "valid",
      stimulus: "a packet with duplicate DATA only",
      expected: `${state === "SHUTDOWN-SENT" ? "SHUTDOWN and " : ""}SACK at once, which lists the duplicate`,
    },
    () => {
      const trial = inState(state);
      trial.stimulate(data(1));
      const outcome = trial.stimulate(data(1));
      const wanted = state === "SHUTDOWN-SENT" ? ["SACK", "SHUTDOWN"] : ["SACK"];
      assert.deepEqual(outcome.sent.flat().toSorted(), wanted);
      assert.deepEqual(read(trial).duplicates, [1]);
    },
  );
}

purpose(
  {
    id: "A-RWND-01",
    clause: "§6.2",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "DATA of 1000 bytes that the application does not read, and twice more",
    expected: "a_rwnd is less by the bytes that are held",
  },
  () => {
    const trial = inState("ESTABLISHED", { config: { receiveBufferBytes: 10_000 } });
    for (const [number, aRwnd] of [
      [1, 9000],
      [2, 8000],
      [3, 7000],
    ] as const) {
      trial.stimulate(data(number, { userData: payload(1000), flags: 3 | IMMEDIATE }));
      assert.equal(only(trial.answers, "SACK").aRwnd, aRwnd);
    }
  },
);

purpose(
  {
    id: "A-RWND-02",
    clause: "§6.2",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "the application reads a quarter of the receive buffer",
    expected: "SACK tells the larger window without waiting for DATA",
  },
  () => {
    const trial = inState("ESTABLISHED", { config: { receiveBufferBytes: 8000 } });
    for (let number = 1; number <= 4; number += 1)
      trial.stimulate(data(number, { userData: payload(1000), flags: 3 | IMMEDIATE }));
    assert.equal(only(trial.answers, "SACK").aRwnd, 4000);
    const outcome = trial.observe(() => trial.association.releaseReceived(2000, 2));
    assert.deepEqual(outcome.sent, [["SACK"]]);
    assert.equal(only(trial.answers, "SACK").aRwnd, 6000);
  },
);

purpose(
  {
    id: "A-RWND-03",
    clause: "§6.2",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "the application reads a few bytes while the window is closed, then DATA comes",
    expected: "no window update, and the SACK does not offer the few bytes (silly window syndrome)",
  },
  () => {
    const trial = inState("ESTABLISHED", { config: { receiveBufferBytes: 8000 } });
    for (let number = 1; number <= 8; number += 1)
      trial.stimulate(data(number, { userData: payload(1000), flags: 3 | IMMEDIATE }));
    assert.equal(only(trial.answers, "SACK").aRwnd, 0);
    assert.deepEqual(trial.observe(() => trial.association.releaseReceived(100, 0)).sent, []);
    trial.stimulate(data(8));
    assert.equal(only(trial.answers, "SACK").aRwnd, 0);
  },
);

/** A window of 0: two messages of 1000 bytes fill a buffer of 2000, the second with a gap before it if wanted. */
function closedWindow(second: number): Trial {
  const trial = inState("ESTABLISHED", { config: { receiveBufferBytes: 2000 } });
  trial.stimulate(data(1, { userData: payload(1000) }));
  trial.stimulate(data(second, { userData: payload(1000), flags: 3 | IMMEDIATE }));
  assert.equal(only(trial.answers, "SACK").aRwnd, 0);
  return trial;
}

purpose(
  {
    id: "A-RWND-04",
    clause: "§6.2",
    state: "ESTABLISHED",
    kind: "invalid",
    stimulus: "DATA with a higher TSN than all before, while the window is 0",
    expected: "dropped; SACK at once, which does not acknowledge it",
  },
  () => {
    const trial = closedWindow(2);
    const outcome = trial.stimulate(data(3, { userData: payload(1000) }));
    assert.deepEqual(outcome, { sent: [["SACK"]], state: "ESTABLISHED", events: [] });
    assert.deepEqual(read(trial), { upTo: 2, gaps: [], duplicates: [] });
    assert.equal(only(trial.answers, "SACK").aRwnd, 0);
  },
);

purpose(
  {
    id: "A-RWND-05",
    clause: "§6.2",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "DATA with a lower TSN than the highest held for reordering, while the window is 0",
    expected: "taken; what stood highest is dropped and no longer reported in a Gap Ack Block",
  },
  () => {
    const trial = closedWindow(3);
    assert.deepEqual(read(trial).gaps, [[3, 3]]);
    const outcome = trial.stimulate(data(2, { userData: payload(1000), flags: 3 | IMMEDIATE }));
    assert.deepEqual(outcome.events, ["data"]);
    assert.deepEqual(read(trial), { upTo: 2, gaps: [], duplicates: [] });
    // Once there is room the dropped one is new when it comes again.
    trial.observe(() => trial.association.releaseReceived(2000, 2));
    assert.deepEqual(trial.stimulate(data(3)).events, ["data"]);
  },
);

purpose(
  {
    id: "A-RWND-06",
    clause: "§6.2",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "a fragment of 1000 bytes that waits for the others, then a SACK is due",
    expected: "a_rwnd is less by the fragment: what is held for reassembly takes room",
  },
  () => {
    const trial = inState("ESTABLISHED", { config: { receiveBufferBytes: 10_000 } });
    trial.stimulate(data(1, { userData: payload(1000), flags: 2 }));
    assert.equal(only(trial.answers, "SACK").aRwnd, 9000);
  },
);

purpose(
  {
    id: "A-RWND-07",
    clause: "§6.2",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "the application reads a message piece by piece, in fifty steps",
    expected: "few window updates: one for each quarter of the buffer at the most",
  },
  () => {
    const trial = inState("ESTABLISHED", { config: { receiveBufferBytes: 50_000 } });
    for (let number = 1; number <= 50; number += 1)
      trial.stimulate(data(number, { userData: payload(1000) }));
    trial.wait(200);
    let updates = 0;
    for (let step = 0; step < 50; step += 1)
      updates += trial.observe(() => trial.association.releaseReceived(1000)).sent.length;
    assert.ok(updates >= 1 && updates <= 5, String(updates));
  },
);
