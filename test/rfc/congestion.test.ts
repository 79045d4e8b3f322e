import assert from "node:assert/strict";
import { ip } from "../stack/pair.js";
import { Scene } from "../stack/scene.js";
import { purpose } from "./purpose.js";
import { inState, Trial } from "./trial.js";

/** The largest DATA chunk of a path with an MTU of 1500: less the headers of IPv4 and SCTP. */
const PMDCS = 1468;
/** A message that fills a packet. */
const FULL = PMDCS - 16;

/** Many full packets to send; bursts are not limited, so that cwnd decides alone. */
function sending(messages: number, size: number = FULL): Trial {
  const trial = inState("ESTABLISHED", { config: { maxBurst: 0, noDelay: true } });
  trial.send(...new Array<number>(messages).fill(size));
  return trial;
}

function windowOf(trial: Trial): { cwnd: number; ssthresh: number } {
  const { cwnd, ssthresh } = trial.association.primaryPath.congestion;
  return { cwnd, ssthresh };
}

/** A SACK of the first `upTo` chunks and of some beyond. */
function gapSack(trial: Trial, upTo: number, ...gaps: readonly (readonly [number, number])[]) {
  return trial.sack(upTo, {
    gapAckBlocks: gaps.map(([first, last]) => ({ start: first - upTo, end: last - upTo })),
  });
}

purpose(
  {
    id: "CC-CWND-01",
    clause: "§7.2.1",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "the user sends twenty full packets over a new IPv4 path",
    expected: "min(4 · PMDCS, max(2 · PMDCS, 4404)) bytes leave: three packets of 1468",
  },
  () => {
    const trial = sending(20);
    assert.deepEqual(windowOf(trial).cwnd, 4404);
    assert.deepEqual(trial.dataSent, [[1], [2], [3]]);
  },
);

purpose(
  {
    id: "CC-CWND-02",
    clause: "§7.2.1",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "the user sends twenty packets of 576 bytes over a new IPv4 path",
    expected: "cwnd is 4 · PMDCS: four packets leave",
  },
  () => {
    const trial = inState("ESTABLISHED", { mtuBytes: 576, config: { maxBurst: 0 } });
    trial.send(...new Array<number>(20).fill(576 - 20 - 12 - 16));
    assert.equal(windowOf(trial).cwnd, 4 * 544);
    assert.equal(trial.dataSent.length, 4);
  },
);

purpose(
  {
    id: "CC-CWND-03",
    clause: "§7.2.1",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "a new IPv6 path",
    expected: "cwnd is min(4 · PMDCS, max(2 · PMDCS, 4344))",
  },
  () => {
    const scene = new Scene({ addresses: ["2001:db8::2"] });
    const from = { address: ip("2001:db8::1"), to: ip("2001:db8::2") };
    const { association, tag, initAck } = scene.accept({}, from);
    assert.equal(windowOf(new Trial(scene, { association, tag, firstTsn: initAck.initialTsn })).cwnd, 4344);
  },
);

purpose(
  {
    id: "CC-CWND-04",
    clause: "§6.1 B",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "the user sends ten messages of 1400 bytes, chunks of 1416",
    expected: "with three outstanding cwnd is not reached: one more packet exceeds it, and no further one",
  },
  () => {
    const trial = sending(10, 1400);
    assert.equal(trial.dataSent.length, 4);
    assert.ok(trial.association.primaryPath.flightBytes > 4404);
  },
);

purpose(
  {
    id: "CC-SLOW-01",
    clause: "§7.2.1",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "SACK of one full packet, then of two at once, while cwnd is full",
    expected: "cwnd grows by what was acknowledged, but by no more than PMDCS with each SACK",
  },
  () => {
    const trial = sending(30);
    trial.stimulate(trial.sack(1));
    assert.equal(windowOf(trial).cwnd, 4404 + PMDCS);
    trial.stimulate(trial.sack(3));
    assert.equal(windowOf(trial).cwnd, 4404 + 2 * PMDCS);
  },
);

purpose(
  {
    id: "CC-SLOW-02",
    clause: "§7.2.1",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "SACK of a small chunk, cwnd being full with small chunks",
    expected: "cwnd grows by the bytes of that chunk only (ACK splitting)",
  },
  () => {
    const trial = sending(100, 104);
    trial.stimulate(trial.sack(1));
    assert.equal(windowOf(trial).cwnd, 4404 + 120);
  },
);

purpose(
  {
    id: "CC-SLOW-03",
    clause: "§7.2.1",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "SACK of one packet while nothing else is outstanding",
    expected: "cwnd was not fully used and stays",
  },
  () => {
    const trial = sending(1);
    trial.stimulate(trial.sack(1));
    assert.equal(windowOf(trial).cwnd, 4404);
  },
);

purpose(
  {
    id: "CC-T3-01",
    clause: "§7.2.3",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "T3-rtx expires",
    expected: "ssthresh is max(cwnd / 2, 4 · PMDCS), cwnd is PMDCS, and one packet is in flight",
  },
  () => {
    const trial = sending(20);
    trial.wait(1000);
    assert.deepEqual(windowOf(trial), { cwnd: PMDCS, ssthresh: 4 * PMDCS });
    assert.deepEqual(trial.dataSent, [[1]]);
    assert.equal(trial.association.primaryPath.flightBytes, PMDCS);
  },
);

purpose(
  {
    id: "CC-T3-02",
    clause: "§7.2.3",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "the user sends more after a time-out, before anything has been acknowledged",
    expected: "nothing leaves: one packet in flight is all",
  },
  () => {
    const trial = sending(1, 100);
    trial.wait(1000);
    assert.deepEqual(trial.send(100, FULL).sent, []);
    trial.stimulate(trial.sack(1));
    assert.ok(trial.dataSent.length > 0);
  },
);

/** Ten packets are on their way, and cwnd is large. */
function tenInFlight(): Trial {
  const trial = sending(60);
  for (let number = 1; trial.association.unackedChunks < 10; number += 1) trial.stimulate(trial.sack(number));
  return trial;
}

/** How many of the stack's chunks have been acknowledged. */
function acknowledged(trial: Trial): number {
  return ((trial.association.tcb.retransmission.cumulativeTsnAckPoint - trial.firstTsn) >>> 0) + 1;
}

purpose(
  {
    id: "CC-FAST-01",
    clause: "§7.2.4",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "three SACKs that newly acknowledge chunks beyond a missing one",
    expected: "with the third the missing chunk leaves at once, with the first two it does not",
  },
  () => {
    const trial = tenInFlight();
    const base = acknowledged(trial);
    for (const last of [2, 3, 4]) {
      trial.stimulate(gapSack(trial, base, [base + 2, base + last]));
      assert.equal(trial.dataSent.flat().includes(base + 1), last === 4, `SACK up to ${last}`);
    }
    assert.equal(trial.dataSent[0]?.[0], base + 1);
  },
);

purpose(
  {
    id: "CC-FAST-02",
    clause: "§7.2.3",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "the third miss indication",
    expected: "ssthresh is max(cwnd / 2, 4 · PMDCS), and cwnd is ssthresh",
  },
  () => {
    const trial = tenInFlight();
    const base = acknowledged(trial);
    for (const last of [2, 3, 4]) {
      const { cwnd } = windowOf(trial);
      trial.stimulate(gapSack(trial, base, [base + 2, base + last]));
      if (last < 4) continue;
      // Before the loss the SACK may have opened the window by one PMDCS (§7.2.4, the note).
      const halves = [cwnd, cwnd + PMDCS].map((bytes) => Math.max(Math.floor(bytes / 2), 4 * PMDCS));
      assert.ok(halves.includes(windowOf(trial).ssthresh));
      assert.equal(windowOf(trial).cwnd, windowOf(trial).ssthresh);
    }
  },
);

purpose(
  {
    id: "CC-FAST-03",
    clause: "§7.2.4",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "the same SACK with a Gap Ack Block four times",
    expected: "only the first acknowledges something new (HTNA): no fast retransmit",
  },
  () => {
    const trial = tenInFlight();
    const base = acknowledged(trial);
    const before = windowOf(trial).ssthresh;
    for (let round = 0; round < 4; round += 1) {
      trial.stimulate(gapSack(trial, base, [base + 2, base + 2]));
      assert.equal(trial.dataSent.flat().includes(base + 1), false);
    }
    assert.equal(windowOf(trial).ssthresh, before);
  },
);

purpose(
  {
    id: "CC-FAST-04",
    clause: "§7.2.4",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "SACKs newly acknowledging chunks below another missing one",
    expected: "the missing one above the highest newly acknowledged is not counted (HTNA)",
  },
  () => {
    const trial = tenInFlight();
    const base = acknowledged(trial);
    // 1 and 7 are missing. 8 is acknowledged first, then only what is below 7.
    trial.stimulate(gapSack(trial, base, [base + 8, base + 8]));
    for (const last of [2, 3, 4, 5])
      trial.stimulate(gapSack(trial, base, [base + 2, base + last], [base + 8, base + 8]));
    const sentTwice = trial.scene.sent.flatMap((packet) =>
      packet.chunks.filter((chunk) => chunk.kind === "DATA" && chunk.tsn === trial.tsn(base + 7)),
    );
    assert.equal(sentTwice.length, 1);
  },
);

purpose(
  {
    id: "CC-FAST-05",
    clause: "§7.2.4 6",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "a second chunk gets its third miss indication while the first loss is being repaired",
    expected: "Fast Recovery: it is sent again, and cwnd and ssthresh do not shrink once more",
  },
  () => {
    const trial = tenInFlight();
    const base = acknowledged(trial);
    for (const last of [2, 3, 4]) trial.stimulate(gapSack(trial, base, [base + 2, base + last]));
    const after = windowOf(trial);
    for (const last of [6, 7, 8])
      trial.stimulate(gapSack(trial, base, [base + 2, base + 4], [base + 6, base + last]));
    assert.deepEqual(windowOf(trial), after);
    trial.stimulate(gapSack(trial, base + 4, [base + 6, base + 8]));
    assert.ok(
      trial.scene.sent.filter((packet) =>
        packet.chunks.some((chunk) => chunk.kind === "DATA" && chunk.tsn === trial.tsn(base + 5)),
      ).length >= 2,
    );
    assert.deepEqual(windowOf(trial), after);
  },
);

purpose(
  {
    id: "CC-FAST-06",
    clause: "§7.2.4 5",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "four more miss indications of a chunk that was fast retransmitted, then silence",
    expected: "it is not fast retransmitted again; T3-rtx sends it",
  },
  () => {
    const trial = tenInFlight();
    const base = acknowledged(trial);
    for (const last of [2, 3, 4]) trial.stimulate(gapSack(trial, base, [base + 2, base + last]));
    for (const last of [5, 6, 7, 8]) {
      trial.stimulate(gapSack(trial, base, [base + 2, base + last]));
      assert.equal(trial.dataSent.flat().includes(base + 1), false);
    }
    trial.wait(1000);
    assert.equal(trial.dataSent[0]?.[0], base + 1);
  },
);

purpose(
  {
    id: "CC-FAST-07",
    clause: "§6.2.1 D iv",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "SACK up to the highest TSN that was outstanding at the loss, then another loss",
    expected: "Fast Recovery has ended with it: the new loss shrinks cwnd again",
  },
  () => {
    const trial = tenInFlight();
    const base = acknowledged(trial);
    for (const last of [2, 3]) trial.stimulate(gapSack(trial, base, [base + 2, base + last]));
    const exit = base + trial.association.unackedChunks;
    trial.stimulate(gapSack(trial, base, [base + 2, base + 4]));
    assert.equal(trial.association.tcb.retransmission.inFastRecovery, true);
    trial.stimulate(trial.sack(exit - 1));
    assert.equal(trial.association.tcb.retransmission.inFastRecovery, true);
    trial.stimulate(trial.sack(exit));
    assert.equal(trial.association.tcb.retransmission.inFastRecovery, false);
    const next = acknowledged(trial);
    assert.ok(trial.association.unackedChunks >= 4);
    for (const last of [2, 3, 4]) trial.stimulate(gapSack(trial, next, [next + 2, next + last]));
    assert.equal(trial.association.tcb.retransmission.inFastRecovery, true);
  },
);

purpose(
  {
    id: "CC-FAST-08",
    clause: "§7.2.4 3",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "the third miss indication while flightsize is larger than the new cwnd",
    expected: "one packet leaves in spite of cwnd, and no second",
  },
  () => {
    const trial = tenInFlight();
    const base = acknowledged(trial);
    for (const last of [2, 3, 4]) trial.stimulate(gapSack(trial, base, [base + 2, base + last]));
    assert.deepEqual(trial.dataSent, [[base + 1]]);
  },
);

purpose(
  {
    id: "CC-AVOID-01",
    clause: "§7.2.2",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "SACKs of full windows while cwnd is above ssthresh",
    expected: "cwnd grows by PMDCS once for cwnd bytes acknowledged, not with each SACK",
  },
  () => {
    const trial = sending(200);
    trial.wait(1000);
    let number = 0;
    // Slow start up to ssthresh, 4 · PMDCS, and one beyond it.
    while (windowOf(trial).cwnd <= windowOf(trial).ssthresh) trial.stimulate(trial.sack((number += 1)));
    const { cwnd } = windowOf(trial);
    assert.equal(cwnd, 5 * PMDCS);
    for (let sack = 1; sack <= 4; sack += 1) {
      trial.stimulate(trial.sack((number += 1)));
      assert.equal(windowOf(trial).cwnd, cwnd);
    }
    trial.stimulate(trial.sack((number += 1)));
    assert.equal(windowOf(trial).cwnd, cwnd + PMDCS);
  },
);

purpose(
  {
    id: "CC-IDLE-01",
    clause: "§7.2.1",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "nothing is sent for two RTO, then the user sends",
    expected: "cwnd is halved once for each RTO, not below 4 · PMDCS; ssthresh is the cwnd of before",
  },
  () => {
    const trial = sending(60);
    for (let number = 1; number <= 60; number += 1) trial.stimulate(trial.sack(number));
    const before = windowOf(trial).cwnd;
    assert.ok(before > 20 * PMDCS, String(before));
    trial.wait(2 * trial.association.primaryPath.rto.timeoutMs);
    trial.send(100);
    assert.equal(windowOf(trial).cwnd, Math.floor(Math.floor(before / 2) / 2));
    assert.equal(windowOf(trial).ssthresh, before);
  },
);

purpose(
  {
    id: "CC-FAST-09",
    clause: "§7.2.4 4",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus:
      "the third miss indication of the earliest outstanding chunk, 600 ms after it was sent, then silence",
    expected: "its fast retransmission restarts T3-rtx, which expires one RTO after that",
  },
  () => {
    const trial = inState("ESTABLISHED", { config: { maxBurst: 0, noDelay: true } });
    trial.send(100, 100, 100, 100);
    trial.wait(600);
    for (const last of [2, 3, 4]) trial.stimulate(gapSack(trial, 0, [2, last]));
    assert.deepEqual(trial.dataSent, [[1]]);
    const { timeoutMs } = trial.association.primaryPath.rto;
    assert.deepEqual(trial.wait(timeoutMs - 1).sent, []);
    trial.wait(1);
    assert.deepEqual(trial.dataSent, [[1]]);
  },
);
