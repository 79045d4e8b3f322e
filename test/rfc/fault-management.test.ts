import assert from "node:assert/strict";
import { chunkBytes, type Chunk } from "../../src/wire/chunk.js";
import type { HeartbeatChunk } from "../../src/wire/chunks/heartbeat-chunk.js";
import { only, PEER_TAG } from "../stack/scene.js";
import { purpose } from "./purpose.js";
import { inState, nothingIn, type Trial } from "./trial.js";

/** ESTABLISHED, with heartbeats after 10 s of idleness and one RTO of 1 s, more or less. */
function withHeartbeats(): Trial {
  return inState("ESTABLISHED", { config: { heartbeatEnabled: true, heartbeatIntervalMs: 10_000 } });
}

/** Waits until a HEARTBEAT is sent and answers it and the time that it took. */
function nextHeartbeat(trial: Trial): { chunk: HeartbeatChunk; afterMs: number } {
  const since = trial.scene.now;
  for (let step = 0; step < 1000; step += 1) {
    const { sent } = trial.wait(100);
    if (!sent.flat().includes("HEARTBEAT")) continue;
    const chunk = only(trial.answers, "HEARTBEAT");
    return { chunk, afterMs: (trial.answers[0]?.at ?? 0) - since };
  }
  throw new Error("no HEARTBEAT was sent");
}

function answerTo({ info }: HeartbeatChunk): Chunk {
  return { kind: "HEARTBEAT ACK", info };
}

purpose(
  {
    id: "FH-COUNT-01",
    clause: "§8.1",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "no answer to DATA, with Association.Max.Retrans 3, while another message waits",
    expected:
      "three retransmissions; then CLOSED, the user is told of it and of both messages; nothing more is sent",
  },
  () => {
    const trial = inState("ESTABLISHED", { config: { associationMaxRetrans: 3 } });
    trial.send(100);
    trial.send(100);
    assert.deepEqual(trial.wait(1000 + 2000 + 4000).sent.length, 3);
    assert.equal(trial.state, "ESTABLISHED");
    const outcome = trial.wait(8000);
    assert.deepEqual([outcome.sent, outcome.state], [[], "CLOSED"]);
    assert.deepEqual(
      trial.scene.eventTypes.filter((type) => type !== "peer address change"),
      ["communication lost", "send failed", "send failed"],
    );
    assert.deepEqual(trial.scene.last("communication lost").reason, { kind: "unreachable" });
    assert.equal(trial.scene.stack.pollTimeout(), Number.POSITIVE_INFINITY);
  },
);

purpose(
  {
    id: "FH-COUNT-02",
    clause: "§8.1",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "SACK of DATA after three time-outs in a row, twice, with Association.Max.Retrans 3",
    expected: "the SACK clears the counter: ESTABLISHED",
  },
  () => {
    const trial = inState("ESTABLISHED", { config: { associationMaxRetrans: 3, rtoMaxMs: 1000 } });
    for (const number of [1, 2]) {
      trial.send(100);
      assert.equal(trial.wait(3500).sent.length, 3);
      trial.stimulate(trial.sack(number));
    }
    assert.equal(trial.state, "ESTABLISHED");
  },
);

purpose(
  {
    id: "FH-COUNT-03",
    clause: "§8.1",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "no answer to HEARTBEATs on the path in use, with Association.Max.Retrans 2",
    expected: "they count: CLOSED with the third, and the user is told that the peer is unreachable",
  },
  () => {
    const trial = inState("ESTABLISHED", {
      config: { heartbeatEnabled: true, heartbeatIntervalMs: 1000, associationMaxRetrans: 2 },
    });
    const outcome = trial.wait(60_000);
    assert.deepEqual(outcome.sent, [["HEARTBEAT"], ["HEARTBEAT"], ["HEARTBEAT"]]);
    assert.equal(outcome.state, "CLOSED");
    assert.deepEqual(trial.scene.last("communication lost").reason, { kind: "unreachable" });
  },
);

purpose(
  {
    id: "FH-COUNT-04",
    clause: "§8.3",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "HEARTBEAT ACK after two HEARTBEATs that were not answered, again and again, the limit being 2",
    expected: "each HEARTBEAT ACK clears the counters of path and association: ESTABLISHED",
  },
  () => {
    const trial = inState("ESTABLISHED", {
      config: { heartbeatEnabled: true, heartbeatIntervalMs: 1000, associationMaxRetrans: 2, rtoMaxMs: 2000 },
    });
    for (let round = 0; round < 3; round += 1) {
      nextHeartbeat(trial);
      nextHeartbeat(trial);
      const { chunk } = nextHeartbeat(trial);
      assert.equal(trial.association.primaryPath.errorCount, 2);
      trial.stimulate(answerTo(chunk));
      assert.equal(trial.association.primaryPath.errorCount, 0);
      assert.equal(trial.association.tcb.errorCount, 0);
    }
    assert.equal(trial.state, "ESTABLISHED");
  },
);

purpose(
  {
    id: "FH-HEART-01",
    clause: "§8.3",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "an idle path, whose HEARTBEATs are answered at once",
    expected: "HEARTBEAT under the peer's tag each HB.interval and RTO, with a jitter of half of the RTO",
  },
  () => {
    const trial = withHeartbeats();
    const times: number[] = [];
    for (let round = 0; round < 20; round += 1) {
      const { chunk, afterMs } = nextHeartbeat(trial);
      times.push(afterMs);
      assert.equal(trial.answers[0]?.tag, PEER_TAG);
      trial.stimulate(answerTo(chunk));
    }
    for (const time of times) assert.ok(time >= 10_400 && time <= 11_500, String(time));
    assert.ok(new Set(times).size > 10, "the times vary");
  },
);

purpose(
  {
    id: "FH-HEART-02",
    clause: "§8.3",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "HEARTBEAT ACK 2 s after the HEARTBEAT",
    expected: "a round trip of 2 s is measured",
  },
  () => {
    const trial = inState("ESTABLISHED", {
      config: { heartbeatEnabled: true, rtoInitialMs: 5000, rtoMinMs: 100 },
    });
    const { chunk } = nextHeartbeat(trial);
    const sentAt = trial.answers[0]?.at ?? 0;
    trial.wait(sentAt + 2000 - trial.scene.now);
    trial.stimulate(answerTo(chunk));
    assert.equal(trial.association.primaryPath.rto.smoothedRoundTripMs, 2000);
    assert.equal(trial.association.primaryPath.rto.timeoutMs, 6000);
  },
);

purpose(
  {
    id: "FH-HEART-03",
    clause: "§8.3",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "no HEARTBEAT ACK within one RTO",
    expected: "the error counter of the path grows by one, and its RTO is doubled",
  },
  () => {
    const trial = withHeartbeats();
    nextHeartbeat(trial);
    const sentAt = trial.answers[0]?.at ?? 0;
    trial.wait(sentAt + 999 - trial.scene.now);
    assert.equal(trial.association.primaryPath.errorCount, 0);
    trial.wait(1);
    assert.equal(trial.association.primaryPath.errorCount, 1);
    assert.equal(trial.association.primaryPath.rto.timeoutMs, 2000);
  },
);

purpose(
  {
    id: "FH-HEART-04",
    clause: "§8.3",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "DATA is sent every 5 s and acknowledged, HB.interval being 10 s",
    expected: "the path is not idle: no HEARTBEAT",
  },
  () => {
    const trial = withHeartbeats();
    for (let number = 1; number <= 20; number += 1) {
      trial.send(100);
      trial.stimulate(trial.sack(number));
      assert.equal(trial.wait(5000).sent.flat().includes("HEARTBEAT"), false);
    }
  },
);

purpose(
  {
    id: "FH-HEART-05",
    clause: "§8.3 A",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "the user turns heartbeats off, and on again after 100 s",
    expected: "no HEARTBEAT meanwhile, and one within HB.interval and RTO afterwards",
  },
  () => {
    const trial = withHeartbeats();
    trial.observe(() => trial.association.configure({ heartbeatEnabled: false }, trial.scene.now));
    assert.deepEqual(trial.wait(100_000).sent, []);
    trial.observe(() => trial.association.configure({ heartbeatEnabled: true }, trial.scene.now));
    assert.ok(nextHeartbeat(trial).afterMs <= 11_500);
  },
);

purpose(
  {
    id: "FH-HEART-06",
    clause: "§8.3 B",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "the user changes HB.interval from 10 s to 2 s",
    expected: "the next HEARTBEAT within 2 s and one RTO",
  },
  () => {
    const trial = withHeartbeats();
    trial.observe(() => trial.association.configure({ heartbeatIntervalMs: 2000 }, trial.scene.now));
    const { afterMs } = nextHeartbeat(trial);
    assert.ok(afterMs >= 2400 && afterMs <= 3500, String(afterMs));
  },
);

purpose(
  {
    id: "FH-HEART-07",
    clause: "§8.3 D",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "the user asks for a HEARTBEAT, heartbeats being off",
    expected: "HEARTBEAT at once",
  },
  () => {
    const trial = inState("ESTABLISHED");
    const { association, scene } = trial;
    const outcome = trial.observe(() => association.requestHeartbeat(association.primaryPath, scene.now));
    assert.deepEqual(outcome.sent, [["HEARTBEAT"]]);
  },
);

for (const [id, state] of [
  ["FH-HEART-08", "SHUTDOWN-SENT"],
  ["FH-HEART-09", "SHUTDOWN-ACK-SENT"],
  ["FH-HEART-10", "COOKIE-WAIT"],
  ["FH-HEART-11", "COOKIE-ECHOED"],
] as const) {
  purpose(
    {
      id,
      clause: "§8.3",
      state,
      kind: "valid",
      stimulus: "nothing happens for a minute, HB.interval being 1 s",
      expected: "no HEARTBEAT in this state",
    },
    () => {
      const trial = inState(state, { config: { heartbeatEnabled: true, heartbeatIntervalMs: 1000 } });
      assert.equal(trial.wait(60_000).sent.flat().includes("HEARTBEAT"), false);
      assert.equal(trial.state, state);
    },
  );
}

for (const [id, state] of [
  ["FH-HEART-12", "SHUTDOWN-PENDING"],
  ["FH-HEART-13", "SHUTDOWN-RECEIVED"],
] as const) {
  purpose(
    {
      id,
      clause: "§8.3",
      state,
      kind: "valid",
      stimulus:
        "the SACK for the outstanding DATA, after which SHUTDOWN or SHUTDOWN ACK is sent, HB.interval being 1 s",
      expected: "heartbeats are discontinued",
    },
    () => {
      const trial = inState(state, { config: { heartbeatEnabled: true, heartbeatIntervalMs: 1000 } });
      trial.stimulate(trial.sack(1));
      assert.equal(trial.wait(20_000).sent.flat().includes("HEARTBEAT"), false);
    },
  );
}

purpose(
  {
    id: "FH-HEART-14",
    clause: "§8.3",
    state: "ESTABLISHED",
    kind: "invalid",
    stimulus: "HEARTBEAT ACK with other Heartbeat Information than was sent",
    expected: "ignored: the HEARTBEAT counts as not answered",
  },
  () => {
    const trial = withHeartbeats();
    const { chunk } = nextHeartbeat(trial);
    for (let index = 8; index < 16; index += 1) {
      const info = chunk.info.slice();
      info[index] = (info[index] ?? 0) ^ 1;
      assert.deepEqual(trial.stimulate({ kind: "HEARTBEAT ACK", info }), nothingIn("ESTABLISHED"));
    }
    trial.wait(1000);
    assert.equal(trial.association.primaryPath.errorCount, 1);
  },
);

purpose(
  {
    id: "FH-HEART-15",
    clause: "§8.3",
    state: "ESTABLISHED",
    kind: "inopportune",
    stimulus: "HEARTBEAT ACK 1.5 s after the HEARTBEAT, one RTO of 1 s being over, then the same one again",
    expected:
      "the first clears the error counter that has grown meanwhile, the second is ignored; ESTABLISHED",
  },
  () => {
    const trial = withHeartbeats();
    const { chunk } = nextHeartbeat(trial);
    const sentAt = trial.answers[0]?.at ?? 0;
    trial.wait(sentAt + 1500 - trial.scene.now);
    assert.equal(trial.association.primaryPath.errorCount, 1);
    assert.deepEqual(trial.stimulate(answerTo(chunk)), nothingIn("ESTABLISHED"));
    assert.equal(trial.association.primaryPath.errorCount, 0);
    assert.equal(trial.association.primaryPath.rto.smoothedRoundTripMs, 1500);
    trial.wait(700);
    assert.deepEqual(trial.stimulate(answerTo(chunk)), nothingIn("ESTABLISHED"));
    assert.equal(trial.association.primaryPath.rto.smoothedRoundTripMs, 1500);
  },
);

purpose(
  {
    id: "FH-HEART-16",
    clause: "§8.3",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "HEARTBEAT with a Heartbeat Info of an odd length and another parameter behind it",
    expected: "HEARTBEAT ACK with both copied unchanged",
  },
  () => {
    const trial = inState("ESTABLISHED");
    const info = Uint8Array.of(1, 2, 3, 4, 5);
    const furtherParameters = Uint8Array.of(0xc0, 0x77, 0, 8, 1, 2, 3, 4);
    trial.stimulate({ kind: "HEARTBEAT", info, furtherParameters });
    const ack = only(trial.answers, "HEARTBEAT ACK");
    assert.deepEqual([ack.info, ack.furtherParameters], [info, furtherParameters]);
  },
);

purpose(
  {
    id: "FH-HEART-17",
    clause: "§3.3.5",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "HEARTBEAT with 1000 bytes of Heartbeat Information and all Chunk Flags set",
    expected: "HEARTBEAT ACK with the same information and flags of 0",
  },
  () => {
    const trial = inState("ESTABLISHED");
    const info = new Uint8Array(1000).fill(0xab);
    const bytes = chunkBytes({ kind: "HEARTBEAT", info });
    bytes[1] = 0xff;
    assert.deepEqual(trial.stimulate(bytes).sent, [["HEARTBEAT ACK"]]);
    assert.deepEqual(only(trial.answers, "HEARTBEAT ACK").info, info);
    assert.equal(trial.answers[0]?.bytes[13], 0);
  },
);

for (const [id, what, bytes] of [
  ["I-HB-01", "without a Heartbeat Info parameter", Uint8Array.of(4, 0, 0, 4)],
  ["I-HB-02", "whose Heartbeat Info runs over its end", Uint8Array.of(4, 0, 0, 12, 0, 1, 0, 80, 1, 2, 3, 4)],
  ["I-HB-03", "whose Heartbeat Info has the length 3", Uint8Array.of(4, 0, 0, 12, 0, 1, 0, 3, 1, 2, 3, 4)],
] as const) {
  purpose(
    {
      id,
      clause: "§3.3.5",
      state: "ESTABLISHED",
      kind: "invalid",
      stimulus: `HEARTBEAT ${what}`,
      expected: "discarded; ESTABLISHED",
    },
    () => {
      assert.deepEqual(inState("ESTABLISHED").stimulate(bytes), nothingIn("ESTABLISHED"));
    },
  );
}
