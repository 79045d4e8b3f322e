import assert from "node:assert/strict";
import { ssn } from "../../src/base/serial-number.js";
import { chunkBytes, type Chunk } from "../../src/wire/chunk.js";
import { onStream, payload } from "../stack/pair.js";
import { dataOf, only, PEER_TAG, PEER_TSN } from "../stack/scene.js";
import { purpose } from "./purpose.js";
import { inState, nothingIn, type Trial } from "./trial.js";

/** A whole message: the DATA chunk with that number, counted from 1. */
function data(number: number): Chunk {
  return dataOf(PEER_TSN + number - 1, { ssn: ssn(number - 1) });
}

const TERMINATING = [
  ["1", "SHUTDOWN-PENDING"],
  ["2", "SHUTDOWN-SENT"],
  ["3", "SHUTDOWN-RECEIVED"],
  ["4", "SHUTDOWN-ACK-SENT"],
] as const;

purpose(
  {
    id: "AT-GRACE-01",
    clause: "§9.2",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "the user's SHUTDOWN after DATA of the peer's, with nothing outstanding",
    expected: "sends SHUTDOWN with the last sequential TSN received; SHUTDOWN-SENT; T2-shutdown runs",
  },
  () => {
    const trial = inState("ESTABLISHED");
    trial.stimulate(data(1));
    trial.stimulate(data(3));
    const outcome = trial.shutdown();
    assert.deepEqual([outcome.state, outcome.events], ["SHUTDOWN-SENT", []]);
    assert.equal(only(trial.answers, "SHUTDOWN").cumulativeTsnAck, PEER_TSN);
    assert.equal(trial.answers[0]?.tag, PEER_TAG);
    assert.equal(trial.wait(1000).sent.flat().includes("SHUTDOWN"), true);
  },
);

purpose(
  {
    id: "AT-GRACE-02",
    clause: "§9.2",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "the user's SHUTDOWN with DATA outstanding",
    expected:
      "SHUTDOWN-PENDING: no SHUTDOWN, the DATA is sent again with the time-out; SHUTDOWN with its SACK",
  },
  () => {
    const trial = inState("ESTABLISHED");
    trial.send(100);
    assert.deepEqual(trial.shutdown(), nothingIn("SHUTDOWN-PENDING"));
    assert.deepEqual(trial.wait(1000).sent, [["DATA"]]);
    const outcome = trial.stimulate(trial.sack(1));
    assert.deepEqual([outcome.sent, outcome.state], [[["SHUTDOWN"]], "SHUTDOWN-SENT"]);
  },
);

purpose(
  {
    id: "AT-GRACE-03",
    clause: "§9.2",
    state: "SHUTDOWN-PENDING",
    kind: "valid",
    stimulus: "SACKs, while messages that the user sent before its SHUTDOWN still wait for cwnd",
    expected: "all of them are sent; SHUTDOWN leaves after the last SACK and not before",
  },
  () => {
    const trial = inState("ESTABLISHED");
    trial.send(...new Array<number>(20).fill(1452));
    let number = trial.dataSent.length;
    trial.shutdown();
    assert.equal(trial.state, "SHUTDOWN-PENDING");
    while (number < 20) {
      const { sent } = trial.stimulate(trial.sack(number));
      assert.equal(sent.flat().includes("SHUTDOWN"), false);
      number += trial.dataSent.length;
    }
    assert.deepEqual(trial.stimulate(trial.sack(20)).sent, [["SHUTDOWN"]]);
  },
);

for (const [number, state] of TERMINATING) {
  purpose(
    {
      id: `AT-NEWDATA-0${number}`,
      clause: "§9.2",
      state,
      kind: "inopportune",
      stimulus: "the user sends a message",
      expected: "rejected; nothing is sent of it",
    },
    () => {
      const trial = inState(state);
      assert.equal(trial.association.acceptsMessages, false);
      assert.throws(() => trial.association.send(payload(10), onStream(0), trial.scene.now));
      assert.equal(
        trial.association.sendBufferBytes,
        state === "SHUTDOWN-PENDING" || state === "SHUTDOWN-RECEIVED" ? 4 : 0,
      );
      assert.deepEqual(
        trial.observe(() => undefined),
        nothingIn(state),
      );
    },
  );
  purpose(
    {
      id: `AT-AGAIN-0${number}`,
      clause: "§9.2",
      state,
      kind: "inopportune",
      stimulus: "the user's SHUTDOWN",
      expected: `ignored; ${state}`,
    },
    () => {
      assert.deepEqual(inState(state).shutdown(), nothingIn(state));
    },
  );
}

purpose(
  {
    id: "AT-RECEIVED-01",
    clause: "§9.2",
    state: "SHUTDOWN-RECEIVED",
    kind: "valid",
    stimulus: "no SACK for the DATA that is outstanding, then SACK",
    expected: "it is sent again with the time-out; with its SACK SHUTDOWN ACK leaves; SHUTDOWN-ACK-SENT",
  },
  () => {
    const trial = inState("SHUTDOWN-RECEIVED");
    assert.deepEqual(trial.wait(1000).sent, [["DATA"]]);
    assert.deepEqual(trial.stimulate(trial.sack(1)), {
      sent: [["SHUTDOWN ACK"]],
      state: "SHUTDOWN-ACK-SENT",
      events: ["sender dry"],
    });
  },
);

purpose(
  {
    id: "AT-RECEIVED-02",
    clause: "§9.2",
    state: "SHUTDOWN-RECEIVED",
    kind: "valid",
    stimulus: "SHUTDOWN again, which acknowledges the DATA that is outstanding",
    expected: "sends SHUTDOWN ACK; SHUTDOWN-ACK-SENT",
  },
  () => {
    const trial = inState("SHUTDOWN-RECEIVED");
    assert.deepEqual(trial.stimulate(trial.shutdownChunk(1)), {
      sent: [["SHUTDOWN ACK"]],
      state: "SHUTDOWN-ACK-SENT",
      events: ["sender dry"],
    });
  },
);

purpose(
  {
    id: "AT-RECEIVED-03",
    clause: "§9.2",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "SHUTDOWN that acknowledges all that is outstanding",
    expected: "sends SHUTDOWN ACK; SHUTDOWN-ACK-SENT; T3-rtx has ended",
  },
  () => {
    const trial = inState("ESTABLISHED");
    trial.send(100);
    assert.deepEqual(trial.stimulate(trial.shutdownChunk(1)), {
      sent: [["SHUTDOWN ACK"]],
      state: "SHUTDOWN-ACK-SENT",
      events: ["sender dry", "shutdown received"],
    });
    assert.equal(trial.association.primaryPath.t3.isRunning, false);
  },
);

purpose(
  {
    id: "AT-RECEIVED-04",
    clause: "§9.2",
    state: "SHUTDOWN-RECEIVED",
    kind: "valid",
    stimulus: "SACKs, while messages that the user sent before the SHUTDOWN came still wait for cwnd",
    expected: "all of them are sent; SHUTDOWN ACK leaves after the last SACK and not before",
  },
  () => {
    const trial = inState("ESTABLISHED");
    trial.send(...new Array<number>(20).fill(1452));
    let number = trial.dataSent.length;
    trial.stimulate(trial.shutdownChunk(0));
    assert.equal(trial.state, "SHUTDOWN-RECEIVED");
    while (number < 20) {
      const { sent } = trial.stimulate(trial.sack(number));
      assert.equal(sent.flat().includes("SHUTDOWN ACK"), false);
      number += trial.dataSent.length;
    }
    assert.deepEqual(trial.stimulate(trial.sack(20)).sent, [["SHUTDOWN ACK"]]);
  },
);

purpose(
  {
    id: "AT-SENT-01",
    clause: "§9.2",
    state: "SHUTDOWN-SENT",
    kind: "valid",
    stimulus: "three packets with DATA in sequence, one after the other",
    expected: "each is answered with SHUTDOWN at once, whose Cumulative TSN Ack grows",
  },
  () => {
    const trial = inState("SHUTDOWN-SENT");
    for (const number of [1, 2, 3]) {
      const outcome = trial.stimulate(data(number));
      assert.equal(outcome.state, "SHUTDOWN-SENT");
      assert.equal(only(trial.answers, "SHUTDOWN").cumulativeTsnAck, PEER_TSN + number - 1);
    }
    assert.equal(trial.received.length, 3);
  },
);

purpose(
  {
    id: "AT-SENT-02",
    clause: "§9.2",
    state: "SHUTDOWN-SENT",
    kind: "valid",
    stimulus: "DATA that leaves a gap",
    expected: "sends SHUTDOWN and SACK with the Gap Ack Block at once",
  },
  () => {
    const trial = inState("SHUTDOWN-SENT");
    const { sent } = trial.stimulate(data(2));
    assert.deepEqual(sent.flat().toSorted(), ["SACK", "SHUTDOWN"]);
    assert.equal(only(trial.answers, "SHUTDOWN").cumulativeTsnAck, PEER_TSN - 1);
    assert.deepEqual(only(trial.answers, "SACK").gapAckBlocks, [{ start: 2, end: 2 }]);
  },
);

purpose(
  {
    id: "AT-SENT-03",
    clause: "§9.2",
    state: "SHUTDOWN-SENT",
    kind: "valid",
    stimulus: "DATA 600 ms after the SHUTDOWN, then nothing",
    expected: "T2-shutdown is restarted: the next SHUTDOWN one RTO after the DATA",
  },
  () => {
    const trial = inState("SHUTDOWN-SENT");
    trial.wait(600);
    trial.stimulate(data(1));
    assert.deepEqual(trial.wait(999).sent, []);
    assert.deepEqual(trial.wait(1).sent, [["SHUTDOWN"]]);
    assert.equal(only(trial.answers, "SHUTDOWN").cumulativeTsnAck, PEER_TSN);
  },
);

for (const [id, state, kind] of [
  ["AT-T2-01", "SHUTDOWN-SENT", "SHUTDOWN"],
  ["AT-T2-02", "SHUTDOWN-ACK-SENT", "SHUTDOWN ACK"],
] as const) {
  purpose(
    {
      id,
      clause: "§9.2",
      state,
      kind: "valid",
      stimulus: "no answer",
      expected: `${kind} again after one RTO, then after twice, four times that … (§6.3.3 E2)`,
    },
    () => {
      const trial = inState(state);
      const since = trial.scene.now;
      assert.deepEqual(trial.wait(16_000).sent, [[kind], [kind], [kind], [kind]]);
      assert.deepEqual(
        trial.answers.map((packet) => packet.at - since),
        [1000, 3000, 7000, 15_000],
      );
      assert.equal(trial.state, state);
    },
  );
}

for (const [id, state, kind] of [
  ["AT-T2-03", "SHUTDOWN-SENT", "SHUTDOWN"],
  ["AT-T2-04", "SHUTDOWN-ACK-SENT", "SHUTDOWN ACK"],
] as const) {
  purpose(
    {
      id,
      clause: "§9.2",
      state,
      kind: "valid",
      stimulus: "no answer, with Association.Max.Retrans 3",
      expected: `three more ${kind}; then CLOSED, and the user is told that the peer is unreachable`,
    },
    () => {
      const trial = inState(state, { config: { associationMaxRetrans: 3 } });
      assert.deepEqual(trial.wait(60_000), {
        sent: [[kind], [kind], [kind]],
        state: "CLOSED",
        events: ["communication lost"],
      });
      assert.deepEqual(trial.scene.last("communication lost").reason, { kind: "unreachable" });
      assert.equal(trial.scene.stack.pollTimeout(), Number.POSITIVE_INFINITY);
    },
  );
}

purpose(
  {
    id: "AT-T2-05",
    clause: "§9.2",
    state: "SHUTDOWN-SENT",
    kind: "valid",
    stimulus: "DATA after each second time-out of T2-shutdown, with Association.Max.Retrans 3",
    expected: "each packet clears the count of retransmissions: still SHUTDOWN-SENT after six of them",
  },
  () => {
    const trial = inState("SHUTDOWN-SENT", { config: { associationMaxRetrans: 3 } });
    for (const [number, durationMs] of [
      [1, 1000 + 2000],
      [2, 4000 + 8000],
      [3, 16_000 + 32_000],
    ] as const) {
      assert.deepEqual(trial.wait(durationMs).sent, [["SHUTDOWN"], ["SHUTDOWN"]]);
      assert.equal(trial.stimulate(data(number)).state, "SHUTDOWN-SENT");
    }
  },
);

purpose(
  {
    id: "AT-T5-01",
    clause: "§9.2",
    state: "SHUTDOWN-SENT",
    kind: "invalid",
    stimulus: "a peer that goes on sending DATA without end",
    expected: "after 5 · RTO.Max, T5-shutdown-guard: sends ABORT; CLOSED",
  },
  () => {
    const trial = inState("SHUTDOWN-SENT", { config: { rtoMaxMs: 4000 } });
    let number = 0;
    while (trial.state === "SHUTDOWN-SENT" && number < 100) {
      number += 1;
      trial.stimulate(data(number));
      trial.wait(500);
    }
    assert.equal(number, 40);
    only(trial.answers, "ABORT");
    assert.equal(trial.state, "CLOSED");
    assert.equal(trial.scene.eventTypes.at(-1), "communication lost");
  },
);

purpose(
  {
    id: "AT-SIMUL-01",
    clause: "§9.2",
    state: "SHUTDOWN-SENT",
    kind: "valid",
    stimulus: "SHUTDOWN of the peer's, then its SHUTDOWN ACK: both shut down at the same time",
    expected: "SHUTDOWN ACK, then SHUTDOWN COMPLETE without the T bit; CLOSED; the user is told of the end",
  },
  () => {
    const trial = inState("SHUTDOWN-SENT");
    assert.deepEqual(trial.stimulate(trial.shutdownChunk(0)).sent, [["SHUTDOWN ACK"]]);
    const outcome = trial.stimulate({ kind: "SHUTDOWN ACK" });
    assert.deepEqual(outcome, {
      sent: [["SHUTDOWN COMPLETE"]],
      state: "CLOSED",
      events: ["shutdown complete"],
    });
    assert.equal(only(trial.answers, "SHUTDOWN COMPLETE").tagReflected, false);
  },
);

purpose(
  {
    id: "AT-SIMUL-02",
    clause: "§9.2",
    state: "SHUTDOWN-SENT",
    kind: "valid",
    stimulus: "SHUTDOWN of the peer's, 600 ms after ours, then nothing",
    expected: "T2-shutdown is restarted: SHUTDOWN ACK again one RTO after the first",
  },
  () => {
    const trial = inState("SHUTDOWN-SENT");
    trial.wait(600);
    trial.stimulate(trial.shutdownChunk(0));
    assert.deepEqual(trial.wait(999).sent, []);
    assert.deepEqual(trial.wait(1).sent, [["SHUTDOWN ACK"]]);
  },
);

purpose(
  {
    id: "AT-SHUTDOWN-10",
    clause: "§3.3.8",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "SHUTDOWN with all Chunk Flags set",
    expected: "the flags are ignored: sends SHUTDOWN ACK",
  },
  () => {
    const trial = inState("ESTABLISHED");
    const bytes = chunkBytes(trial.shutdownChunk(0));
    bytes[1] = 0xff;
    assert.deepEqual(trial.stimulate(bytes).sent, [["SHUTDOWN ACK"]]);
  },
);

for (const [id, kind, lengthBytes] of [
  ["I-SHUTDOWN-01", "SHUTDOWN of Length 4, without its TSN", 4],
  ["I-SHUTDOWN-02", "SHUTDOWN of Length 6", 6],
] as const) {
  purpose(
    {
      id,
      clause: "§3.3.8",
      state: "ESTABLISHED",
      kind: "invalid",
      stimulus: kind,
      expected: "discarded; ESTABLISHED",
    },
    () => {
      const trial = inState("ESTABLISHED");
      const bytes = chunkBytes(trial.shutdownChunk(0)).slice(0, (lengthBytes + 3) & ~3);
      bytes[3] = lengthBytes;
      assert.deepEqual(trial.stimulate(bytes), nothingIn("ESTABLISHED"));
    },
  );
}

// Aborts of the user's.

/** The user's ABORT primitive. */
function abort(trial: Trial) {
  return trial.observe(() =>
    trial.association.abort([{ kind: "User-Initiated Abort", reason: Uint8Array.of(66, 121, 101) }]),
  );
}

for (const [id, state, events] of [
  ["AT-USERABORT-01", "COOKIE-ECHOED", ["cannot start"]],
  ["AT-USERABORT-02", "ESTABLISHED", ["communication lost"]],
  ["AT-USERABORT-03", "SHUTDOWN-PENDING", ["communication lost", "send failed"]],
  ["AT-USERABORT-04", "SHUTDOWN-SENT", ["communication lost"]],
  ["AT-USERABORT-05", "SHUTDOWN-RECEIVED", ["communication lost", "send failed"]],
  ["AT-USERABORT-06", "SHUTDOWN-ACK-SENT", ["communication lost"]],
] as const) {
  purpose(
    {
      id,
      clause: "§9.1",
      state,
      kind: "valid",
      stimulus: "the user's ABORT with a reason",
      expected:
        "sends ABORT alone under the peer's tag, User-Initiated Abort with the reason; CLOSED, no timer left",
    },
    () => {
      const trial = inState(state);
      assert.deepEqual(abort(trial), { sent: [["ABORT"]], state: "CLOSED", events });
      const chunk = only(trial.answers, "ABORT");
      assert.deepEqual(chunk.causes, [{ kind: "User-Initiated Abort", reason: Uint8Array.of(66, 121, 101) }]);
      assert.equal(chunk.tagReflected, false);
      assert.equal(trial.answers[0]?.tag, PEER_TAG);
      assert.equal(trial.scene.stack.pollTimeout(), Number.POSITIVE_INFINITY);
    },
  );
}

purpose(
  {
    id: "AT-USERABORT-07",
    clause: "§9.1",
    state: "COOKIE-WAIT",
    kind: "valid",
    stimulus: "the user's ABORT",
    expected: "no packet, because the peer has no association and its tag is not known; CLOSED",
  },
  () => {
    assert.deepEqual(abort(inState("COOKIE-WAIT")), { sent: [], state: "CLOSED", events: ["cannot start"] });
  },
);

purpose(
  {
    id: "AT-USERABORT-08",
    clause: "§8.4 8",
    state: "CLOSED",
    kind: "inopportune",
    stimulus: "DATA of the peer's, after the user's ABORT was lost",
    expected: "out of the blue: sends ABORT with the T bit and the tag of the packet",
  },
  () => {
    const trial = inState("ESTABLISHED");
    abort(trial);
    assert.deepEqual(trial.stimulate(data(1)), { sent: [["ABORT"]], state: "CLOSED", events: [] });
    assert.equal(only(trial.answers, "ABORT").tagReflected, true);
    assert.equal(trial.answers[0]?.tag, trial.tag);
  },
);

purpose(
  {
    id: "AT-ABORT-10",
    clause: "§9.1",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "ABORT with User-Initiated Abort and a reason",
    expected: "CLOSED; the reason is made available to the user",
  },
  () => {
    const trial = inState("ESTABLISHED");
    const reason = Uint8Array.of(1, 2, 3, 4, 5);
    trial.stimulate({
      kind: "ABORT",
      tagReflected: false,
      causes: [{ kind: "User-Initiated Abort", reason }],
    });
    const lost = trial.scene.last("communication lost").reason;
    assert.equal(lost.kind, "aborted by peer");
    assert.deepEqual(lost.causes, [{ kind: "User-Initiated Abort", reason }]);
  },
);

purpose(
  {
    id: "AT-ABORT-11",
    clause: "§9.1",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "ABORT, while one message is outstanding and others wait",
    expected: "CLOSED; each message is reported as not delivered, and nothing is sent any more",
  },
  () => {
    const trial = inState("ESTABLISHED");
    trial.send(...new Array<number>(6).fill(1452));
    const outcome = trial.stimulate({ kind: "ABORT", tagReflected: false, causes: [] });
    assert.deepEqual(outcome.events, ["communication lost", ...new Array<string>(6).fill("send failed")]);
    assert.deepEqual(trial.wait(60_000).sent, []);
  },
);

purpose(
  {
    id: "AT-COMPLETE-01",
    clause: "§8.4 5",
    state: "CLOSED",
    kind: "inopportune",
    stimulus: "SHUTDOWN ACK again, after the SHUTDOWN COMPLETE was lost",
    expected: "sends SHUTDOWN COMPLETE with the T bit and the tag of the packet",
  },
  () => {
    const trial = inState("SHUTDOWN-SENT");
    trial.stimulate({ kind: "SHUTDOWN ACK" });
    assert.equal(trial.state, "CLOSED");
    assert.deepEqual(trial.stimulate({ kind: "SHUTDOWN ACK" }).sent, [["SHUTDOWN COMPLETE"]]);
    assert.equal(only(trial.answers, "SHUTDOWN COMPLETE").tagReflected, true);
    assert.equal(trial.answers[0]?.tag, trial.tag);
  },
);
