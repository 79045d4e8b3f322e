import assert from "node:assert/strict";
import { only } from "../stack/scene.js";
import { purpose } from "./purpose.js";
import { inState, nothingIn, type Trial } from "./trial.js";

/** ESTABLISHED, Nagle off, and messages of these sizes just sent. */
function sending(...sizes: readonly number[]): Trial {
  const trial = inState("ESTABLISHED", { config: { noDelay: true } });
  trial.send(...sizes);
  return trial;
}

function rtoOf(trial: Trial): number {
  return trial.association.primaryPath.rto.timeoutMs;
}

purpose(
  {
    id: "D-T3-01",
    clause: "§6.3.2 R1",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "DATA was sent and nothing comes back",
    expected: "it is sent again after one RTO, and not before",
  },
  () => {
    const trial = sending(100);
    assert.deepEqual(trial.wait(999).sent, []);
    assert.deepEqual(trial.wait(1).sent, [["DATA"]]);
    assert.deepEqual(trial.dataSent, [[1]]);
  },
);

purpose(
  {
    id: "D-T3-02",
    clause: "§6.3.2 R2",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "SACK of everything outstanding",
    expected: "T3-rtx is off: nothing is sent again",
  },
  () => {
    const trial = sending(100, 100);
    trial.stimulate(trial.sack(2));
    assert.equal(trial.association.primaryPath.t3.isRunning, false);
    assert.deepEqual(trial.wait(60_000), nothingIn("ESTABLISHED"));
  },
);

purpose(
  {
    id: "D-T3-03",
    clause: "§6.3.2 R3",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "SACK of the earliest of two outstanding chunks, 600 ms after they were sent",
    expected: "T3-rtx begins anew with the RTO of then: the other one is sent again that much after the SACK",
  },
  () => {
    const trial = sending(100, 100);
    trial.wait(600);
    trial.stimulate(trial.sack(1));
    // The first measurement: 600 + 4 · 300 ms.
    assert.equal(rtoOf(trial), 1800);
    assert.deepEqual(trial.wait(1799).sent, []);
    assert.deepEqual(trial.wait(1).sent, [["DATA"]]);
    assert.deepEqual(trial.dataSent, [[2]]);
  },
);

purpose(
  {
    id: "D-T3-04",
    clause: "§6.3.2 R3",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus:
      "SACK that acknowledges the second of two chunks in a Gap Ack Block, 600 ms after they were sent",
    expected: "T3-rtx is not restarted: the first is sent again one RTO after it was sent",
  },
  () => {
    const trial = sending(100, 100);
    trial.wait(600);
    trial.stimulate(trial.sack(0, { gapAckBlocks: [{ start: 2, end: 2 }] }));
    assert.deepEqual(trial.wait(399).sent, []);
    trial.wait(1);
    assert.deepEqual(trial.dataSent, [[1]]);
  },
);

purpose(
  {
    id: "D-T3-05",
    clause: "§6.1",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "new DATA is sent 600 ms after other DATA that is outstanding",
    expected: "T3-rtx is not restarted: both are sent again one RTO after the first",
  },
  () => {
    const trial = sending(100);
    trial.wait(600);
    trial.send(100);
    assert.deepEqual(trial.wait(399).sent, []);
    trial.wait(1);
    assert.deepEqual(trial.dataSent, [[1, 2]]);
  },
);

purpose(
  {
    id: "D-T3-06",
    clause: "§6.3.3 E2",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "no answer to DATA, with RTO.Max 5 s",
    expected: "RTO doubles with each time-out up to RTO.Max: again after 1, 2, 4, 5, 5 s",
  },
  () => {
    const trial = inState("ESTABLISHED", { config: { rtoMaxMs: 5000 } });
    trial.send(100);
    const since = trial.scene.now;
    trial.wait(17_500);
    assert.deepEqual(
      trial.answers.map((packet) => packet.at - since),
      [1000, 3000, 7000, 12_000, 17_000],
    );
  },
);

purpose(
  {
    id: "D-T3-07",
    clause: "§6.3.3 E3",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "T3-rtx expires with five chunks of 500 bytes outstanding",
    expected: "one packet with as many of the earliest as the PMTU takes, two; the others wait for the SACK",
  },
  () => {
    const trial = sending(500, 500, 500, 500, 500);
    assert.deepEqual(trial.dataSent.flat(), [1, 2, 3, 4, 5]);
    trial.wait(1000);
    assert.deepEqual(trial.dataSent, [[1, 2]]);
    trial.stimulate(trial.sack(2));
    assert.deepEqual(trial.dataSent.flat().slice(0, 2), [3, 4]);
  },
);

purpose(
  {
    id: "D-T3-08",
    clause: "§6.1 C",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "SACK after a time-out, while lost chunks and new messages wait",
    expected: "what is marked for retransmission leaves before new chunks",
  },
  () => {
    const trial = sending(1000, 1000, 1000);
    trial.wait(1000);
    trial.send(1000);
    trial.stimulate(trial.sack(1));
    trial.stimulate(trial.sack(2));
    const order: number[] = [];
    for (const packet of trial.scene.sent)
      for (const chunk of packet.chunks)
        if (chunk.kind === "DATA") order.push(((chunk.tsn - trial.firstTsn) >>> 0) + 1);
    assert.deepEqual(order.slice(0, 7), [1, 2, 3, 1, 2, 3, 4]);
  },
);

purpose(
  {
    id: "D-T3-09",
    clause: "§6.3.1 C5",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "SACK of DATA that was sent twice",
    expected: "no round trip is measured with it: RTO stays backed off",
  },
  () => {
    const trial = sending(100);
    trial.wait(1000);
    trial.wait(300);
    trial.stimulate(trial.sack(1));
    assert.equal(rtoOf(trial), 2000);
    assert.equal(trial.association.primaryPath.rto.smoothedRoundTripMs, undefined);
  },
);

purpose(
  {
    id: "D-T3-10",
    clause: "§6.3.3",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "after time-outs new DATA is sent and acknowledged 100 ms later",
    expected: "the measurement makes RTO small again",
  },
  () => {
    const trial = sending(100);
    trial.wait(3000);
    trial.stimulate(trial.sack(1));
    assert.equal(rtoOf(trial), 4000);
    trial.send(100);
    trial.wait(100);
    trial.stimulate(trial.sack(2));
    assert.equal(rtoOf(trial), 1000);
  },
);

purpose(
  {
    id: "D-RTO-01",
    clause: "§6.3.1 C3",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "round trips of 2000, 2000 and 800 ms",
    expected: "SRTT, RTTVAR and RTO follow the formulae: 6000, 5000, then 1850 + 4 · 862.5 ms",
  },
  () => {
    const trial = inState("ESTABLISHED", { config: { rtoInitialMs: 10_000 } });
    const { rto } = trial.association.primaryPath;
    for (const [number, roundTripMs, timeoutMs] of [
      [1, 2000, 2000 + 4 * 1000],
      [2, 2000, 2000 + 4 * 750],
      [3, 800, 1850 + 4 * 862.5],
    ] as const) {
      trial.send(100);
      trial.wait(roundTripMs);
      trial.stimulate(trial.sack(number));
      assert.equal(rto.timeoutMs, timeoutMs);
    }
    assert.equal(rto.smoothedRoundTripMs, 1850);
  },
);

purpose(
  {
    id: "D-RTO-02",
    clause: "§6.3.1 C6",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "a round trip of 10 ms",
    expected: "RTO is RTO.Min",
  },
  () => {
    const trial = inState("ESTABLISHED", { config: { rtoInitialMs: 3000, rtoMinMs: 700 } });
    trial.send(100);
    trial.wait(10);
    trial.stimulate(trial.sack(1));
    assert.equal(rtoOf(trial), 700);
  },
);

purpose(
  {
    id: "D-RTO-03",
    clause: "§6.3.1 C7",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "a round trip of 2 s, with RTO.Max 5 s",
    expected: "RTO is RTO.Max",
  },
  () => {
    const trial = inState("ESTABLISHED", { config: { rtoInitialMs: 5000, rtoMaxMs: 5000 } });
    trial.send(100);
    trial.wait(2000);
    trial.stimulate(trial.sack(1));
    assert.equal(rtoOf(trial), 5000);
  },
);

purpose(
  {
    id: "D-RTO-04",
    clause: "§6.3.1 C4",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "two chunks sent 100 ms apart within one round trip, acknowledged one after the other",
    expected: "one measurement for the round trip: the second SACK makes none",
  },
  () => {
    const trial = inState("ESTABLISHED", { config: { noDelay: true, rtoMinMs: 10 } });
    const { rto } = trial.association.primaryPath;
    trial.send(100);
    trial.wait(100);
    trial.send(100);
    trial.wait(100);
    trial.stimulate(trial.sack(1));
    assert.equal(rto.smoothedRoundTripMs, 200);
    trial.stimulate(trial.sack(2));
    assert.equal(rto.smoothedRoundTripMs, 200);
  },
);

// SACKs and what they say.

purpose(
  {
    id: "A-RECV-01",
    clause: "§6.2.1 D i",
    state: "ESTABLISHED",
    kind: "inopportune",
    stimulus: "SACK whose Cumulative TSN Ack is below the Cumulative TSN Ack Point, with another a_rwnd",
    expected: "dropped: our view of the peer's window stays",
  },
  () => {
    const trial = sending(100, 100);
    trial.stimulate(trial.sack(2, { aRwnd: 50_000 }));
    assert.deepEqual(trial.stimulate(trial.sack(1, { aRwnd: 0 })), nothingIn("ESTABLISHED"));
    assert.equal(trial.association.peerRwnd, 50_000);
  },
);

purpose(
  {
    id: "A-RECV-02",
    clause: "§6.7",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "SACK of the first two of three chunks",
    expected: "the two are removed from the queue, and only the third is sent again",
  },
  () => {
    const trial = sending(100, 100, 100);
    trial.stimulate(trial.sack(2));
    assert.equal(trial.association.unackedChunks, 1);
    assert.equal(trial.association.sendBufferBytes, 100);
    trial.wait(1000);
    assert.deepEqual(trial.dataSent, [[3]]);
  },
);

purpose(
  {
    id: "A-RECV-03",
    clause: "§6.2.1 D iii",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "SACK with a Gap Ack Block, then one without it (the peer has dropped the data)",
    expected: "the chunk counts as outstanding again and is sent again with the time-out",
  },
  () => {
    const trial = sending(100, 100, 100);
    trial.stimulate(trial.sack(1, { gapAckBlocks: [{ start: 2, end: 2 }] }));
    trial.stimulate(trial.sack(2));
    assert.equal(trial.association.unackedChunks, 1);
    trial.wait(1000);
    assert.deepEqual(trial.dataSent, [[3]]);
  },
);

purpose(
  {
    id: "A-RECV-04",
    clause: "§3.3.8",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "SACK with a Gap Ack Block for the third chunk, then SHUTDOWN that acknowledges the first",
    expected: "the lack of Gap Ack Blocks in SHUTDOWN is no renege: only the second is sent again",
  },
  () => {
    const trial = sending(100, 100, 100);
    trial.stimulate(trial.sack(0, { gapAckBlocks: [{ start: 3, end: 3 }] }));
    trial.stimulate(trial.shutdownChunk(1));
    assert.equal(trial.state, "SHUTDOWN-RECEIVED");
    trial.wait(1000);
    assert.deepEqual(trial.dataSent, [[2]]);
  },
);

purpose(
  {
    id: "A-RECV-05",
    clause: "§3.3.4",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "SACK with all Chunk Flags set",
    expected: "the flags are ignored",
  },
  () => {
    const trial = sending(100);
    const sack = Uint8Array.of(3, 0xff, 0, 16, ...bytesOf(trial.tsn(1)), 0, 1, 0, 0, 0, 0, 0, 0);
    trial.stimulate(sack);
    assert.equal(trial.association.unackedChunks, 0);
    assert.equal(trial.association.peerRwnd, 65_536);
  },
);

for (const [id, what, length, gaps] of [
  ["I-SACK-01", "of Length 12, shorter than its fixed part", 12, 0],
  ["I-SACK-02", "that says to have a Gap Ack Block more than its Length holds", 16, 1],
] as const) {
  purpose(
    {
      id,
      clause: "§3.3.4",
      state: "ESTABLISHED",
      kind: "invalid",
      stimulus: `SACK ${what}`,
      expected: "discarded: nothing counts as acknowledged; ESTABLISHED",
    },
    () => {
      const trial = sending(100);
      const sack = Uint8Array.of(3, 0, 0, length, ...bytesOf(trial.tsn(1)), 0, 1, 0, 0, 0, gaps, 0, 0);
      assert.deepEqual(trial.stimulate(sack.subarray(0, length)), nothingIn("ESTABLISHED"));
      assert.equal(trial.association.unackedChunks, 1);
    },
  );
}

purpose(
  {
    id: "I-SACK-03",
    clause: "§3.3.4",
    state: "ESTABLISHED",
    kind: "invalid",
    stimulus: "SACK with a Gap Ack Block whose end is before its start",
    expected: "it acknowledges nothing: the chunks are sent again with the time-out; ESTABLISHED",
  },
  () => {
    const trial = sending(100, 100, 100);
    const gapAckBlocks = [{ start: 3, end: 2 }];
    assert.deepEqual(trial.stimulate(trial.sack(0, { gapAckBlocks })).state, "ESTABLISHED");
    trial.wait(1000);
    assert.deepEqual(trial.dataSent, [[1, 2, 3]]);
  },
);

purpose(
  {
    id: "I-SACK-04",
    clause: "§3.3.10.13",
    state: "ESTABLISHED",
    kind: "invalid",
    stimulus: "SACK of a TSN that was never sent",
    expected: "sends ABORT, Protocol Violation; CLOSED; what was outstanding is reported as not delivered",
  },
  () => {
    const trial = sending(100);
    const outcome = trial.stimulate(trial.sack(2));
    assert.deepEqual(outcome, {
      sent: [["ABORT"]],
      state: "CLOSED",
      events: ["communication lost", "send failed"],
    });
    assert.equal(only(trial.answers, "ABORT").causes[0]?.kind, "Protocol Violation");
  },
);

function bytesOf(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}
