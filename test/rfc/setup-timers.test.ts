import assert from "node:assert/strict";
import { initAckOf, ipParameter, kindsOf, only, PEER_COOKIE, Scene, type Sent } from "../stack/scene.js";
import { purpose } from "./purpose.js";
import { inState } from "./trial.js";

/** When, counted from `since`, packets with a chunk of a kind were sent. */
function timesOf(sent: readonly Sent[], since: number): number[] {
  return sent.map((packet) => packet.at - since);
}

for (const [id, state, kind] of [
  ["AS-T1-01", "COOKIE-WAIT", "INIT"],
  ["AS-T1-02", "COOKIE-ECHOED", "COOKIE ECHO"],
] as const) {
  purpose(
    {
      id,
      clause: state === "COOKIE-WAIT" ? "§5.1.6" : "§5.1.4",
      state,
      kind: "valid",
      stimulus: "no answer",
      expected: `the same ${kind} after RTO.Initial, then after twice, four times that … (§6.3.3 E2)`,
    },
    () => {
      const trial = inState(state);
      const since = trial.scene.now;
      const before = state === "COOKIE-WAIT" ? trial.association.tcb.localTag : PEER_COOKIE;
      trial.wait(20_000);
      assert.deepEqual(timesOf(trial.answers, since), [1000, 3000, 7000, 15_000]);
      for (const packet of trial.answers) {
        const [chunk] = packet.chunks;
        assert.equal(chunk?.kind, kind);
        if (chunk?.kind === "INIT") assert.equal(chunk.initiateTag, before);
        if (chunk?.kind === "COOKIE ECHO") assert.deepEqual(chunk.cookie, before);
      }
      assert.equal(trial.state, state);
    },
  );
}

for (const [id, state, kind] of [
  ["AS-T1-03", "COOKIE-WAIT", "INIT"],
  ["AS-T1-04", "COOKIE-ECHOED", "COOKIE ECHO"],
] as const) {
  purpose(
    {
      id,
      clause: state === "COOKIE-WAIT" ? "§5.1.6" : "§5.1.4",
      state,
      kind: "valid",
      stimulus: "no answer, with Max.Init.Retransmits 3",
      expected: `three more ${kind}; then CLOSED, and the user is told that the peer is unreachable`,
    },
    () => {
      const trial = inState(state, { config: { maxInitRetransmits: 3 } });
      const outcome = trial.wait(60_000);
      assert.deepEqual(outcome.sent, [[kind], [kind], [kind]]);
      assert.equal(outcome.state, "CLOSED");
      assert.deepEqual(outcome.events, ["cannot start"]);
      assert.deepEqual(trial.scene.last("cannot start").reason, { kind: "unreachable" });
      assert.equal(trial.scene.stack.pollTimeout(), Number.POSITIVE_INFINITY);
    },
  );
}

purpose(
  {
    id: "AS-T1-05",
    clause: "§5.1.4",
    state: "COOKIE-WAIT",
    kind: "valid",
    stimulus: "INIT ACK after two retransmissions of INIT, with Max.Init.Retransmits 2, then no more answer",
    expected: "COOKIE ECHO has retransmissions of its own: two more, then CLOSED",
  },
  () => {
    const trial = inState("COOKIE-WAIT", { config: { maxInitRetransmits: 2 } });
    assert.deepEqual(trial.wait(5000).sent, [["INIT"], ["INIT"]]);
    assert.deepEqual(trial.stimulate(initAckOf()).sent, [["COOKIE ECHO"]]);
    const outcome = trial.wait(120_000);
    assert.deepEqual(outcome.sent, [["COOKIE ECHO"], ["COOKIE ECHO"]]);
    assert.equal(outcome.state, "CLOSED");
  },
);

purpose(
  {
    id: "AS-T1-06",
    clause: "§6.3.1 C5",
    state: "COOKIE-WAIT",
    kind: "valid",
    stimulus: "INIT ACK after a retransmission of INIT",
    expected: "no round trip is measured with it: RTO stays backed off",
  },
  () => {
    const trial = inState("COOKIE-WAIT");
    trial.wait(1000);
    trial.stimulate(initAckOf());
    assert.equal(trial.association.primaryPath.rto.smoothedRoundTripMs, undefined);
    assert.equal(trial.association.primaryPath.rto.timeoutMs, 2000);
  },
);

purpose(
  {
    id: "AS-T1-07",
    clause: "§6.3.1 C2",
    state: "COOKIE-WAIT",
    kind: "valid",
    stimulus: "INIT ACK 600 ms after the INIT",
    expected: "SRTT is 600 ms and RTO is 600 + 4 · 300 ms",
  },
  () => {
    const trial = inState("COOKIE-WAIT");
    trial.wait(600);
    trial.stimulate(initAckOf());
    assert.equal(trial.association.primaryPath.rto.smoothedRoundTripMs, 600);
    assert.equal(trial.association.primaryPath.rto.timeoutMs, 1800);
  },
);

for (const [id, state, kind] of [
  ["AS-T1-08", "COOKIE-WAIT", "INIT"],
  ["AS-T1-09", "COOKIE-ECHOED", "COOKIE ECHO"],
] as const) {
  purpose(
    {
      id,
      clause: "§5.1",
      state,
      kind: "valid",
      stimulus: "no answer, while the user has named two addresses",
      expected: `retransmissions of ${kind} use both`,
    },
    () => {
      const scene = new Scene();
      const { init } = scene.associate(["10.0.0.1", "10.0.1.1"]);
      const parameters = [...initAckOf().parameters, ipParameter("10.0.1.1")];
      if (state === "COOKIE-ECHOED") scene.receive(init.initiateTag, [initAckOf({ parameters })]);
      const sent = scene.advance(30_000);
      assert.ok(sent.length >= 3);
      const first = sent[0]?.destination;
      assert.equal(first, "10.0.1.1");
      assert.deepEqual(new Set(sent.map((packet) => packet.destination)), new Set(["10.0.0.1", "10.0.1.1"]));
      assert.deepEqual(
        kindsOf(sent),
        sent.map(() => [kind]),
      );
    },
  );
}

purpose(
  {
    id: "AS-T1-10",
    clause: "§5.1.4",
    state: "COOKIE-ECHOED",
    kind: "valid",
    stimulus: "no answer to COOKIE ECHO + DATA, then COOKIE ACK + SACK",
    expected: "the DATA goes again with the COOKIE ECHO; ESTABLISHED with nothing outstanding",
  },
  () => {
    const trial = inState("COOKIE-WAIT");
    trial.send(10);
    trial.stimulate(initAckOf());
    assert.deepEqual(trial.wait(1000).sent, [["COOKIE ECHO", "DATA"]]);
    assert.equal(only(trial.answers, "DATA").tsn, trial.firstTsn);
    const outcome = trial.stimulate({ kind: "COOKIE ACK" }, trial.sack(1));
    assert.equal(outcome.state, "ESTABLISHED");
    assert.deepEqual(outcome.events, ["communication up", "sender dry"]);
    assert.equal(trial.association.unackedChunks, 0);
  },
);

purpose(
  {
    id: "AS-T1-11",
    clause: "§9.2",
    state: "COOKIE-WAIT",
    kind: "inopportune",
    stimulus: "SHUTDOWN ACK of an earlier association",
    expected: "answered as out of the blue; T1-init runs on and sends INIT again",
  },
  () => {
    const trial = inState("COOKIE-WAIT");
    assert.deepEqual(trial.stimulateFrom(0x7777_7777, {}, { kind: "SHUTDOWN ACK" }).sent, [
      ["SHUTDOWN COMPLETE"],
    ]);
    assert.equal(trial.answers[0]?.tag, 0x7777_7777);
    assert.equal(only(trial.answers, "SHUTDOWN COMPLETE").tagReflected, true);
    assert.deepEqual(trial.wait(1000).sent, [["INIT"]]);
  },
);
