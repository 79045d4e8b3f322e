import assert from "node:assert/strict";
import { onStream, payload } from "../stack/pair.js";
import { dataOf, only, PEER_TSN, Scene, type SceneOptions } from "../stack/scene.js";
import { purpose } from "./purpose.js";
import { inState, nothingIn, QUIET, Trial } from "./trial.js";

const UNORDERED = 4;
const IMMEDIATE = 8;

/** B and E of the chunks, the I bit left out. */
function flagsOf(trial: Trial): number[] {
  return trial.dataChunks.map((chunk) => chunk.flags & ~IMMEDIATE);
}

/** ESTABLISHED with a peer that has told some a_rwnd. */
function withPeerWindow(aRwnd: number, options: SceneOptions = {}): Trial {
  const scene = new Scene({ ...options, config: { ...QUIET, ...options.config } });
  const { association, tag, initAck } = scene.accept({ aRwnd });
  return new Trial(scene, { association, tag, firstTsn: initAck.initialTsn });
}

purpose(
  {
    id: "D-SEND-01",
    clause: "§6.9",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "the user sends a message of 4000 bytes",
    expected:
      "three DATA chunks with B/E 10, 00, 01, TSNs in sequence, one SSN and one PPID, each packet within the PMTU",
  },
  () => {
    const trial = inState("ESTABLISHED");
    trial.observe(() => trial.association.send(payload(4000), onStream(3, { ppid: 77 }), trial.scene.now));
    assert.deepEqual(trial.dataSent, [[1], [2], [3]]);
    assert.deepEqual(flagsOf(trial), [2, 0, 1]);
    for (const chunk of trial.dataChunks)
      assert.deepEqual([chunk.streamId, chunk.ssn, chunk.ppid], [3, 0, 77]);
    assert.equal(
      trial.dataChunks.reduce((sum, chunk) => sum + chunk.userData.length, 0),
      4000,
    );
    for (const packet of trial.answers) assert.ok(packet.bytes.length <= 1480);
  },
);

purpose(
  {
    id: "D-SEND-02",
    clause: "§6.9",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "the user sends an unordered message of 4000 bytes",
    expected: "all its DATA chunks have the U flag",
  },
  () => {
    const trial = inState("ESTABLISHED");
    trial.observe(() =>
      trial.association.send(payload(4000), onStream(0, { unordered: true }), trial.scene.now),
    );
    assert.deepEqual(flagsOf(trial), [2 | UNORDERED, UNORDERED, 1 | UNORDERED]);
  },
);

purpose(
  {
    id: "D-SEND-03",
    clause: "§3.3.1",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "the user sends a message that fits one packet",
    expected: "one DATA chunk with the B and the E bit and the stack's Initial TSN",
  },
  () => {
    const trial = inState("ESTABLISHED");
    assert.deepEqual(trial.send(1452).sent, [["DATA"]]);
    assert.deepEqual(flagsOf(trial), [3]);
    assert.equal(only(trial.answers, "DATA").tsn, trial.firstTsn);
  },
);

purpose(
  {
    id: "D-SEND-04",
    clause: "§6.10",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "the user sends twenty messages of 100 bytes",
    expected: "bundled in increasing order of their TSNs into packets within the PMTU",
  },
  () => {
    const trial = inState("ESTABLISHED", { config: { noDelay: true } });
    trial.send(...new Array<number>(20).fill(100));
    assert.deepEqual(
      trial.dataSent.flat(),
      Array.from({ length: 20 }, (_, index) => index + 1),
    );
    // 116 bytes each: twelve fill the 1468 bytes of a packet.
    assert.deepEqual(
      trial.dataSent.map((numbers) => numbers.length),
      [12, 8],
    );
    for (const packet of trial.answers) assert.ok(packet.bytes.length <= 1480);
  },
);

purpose(
  {
    id: "D-SEND-05",
    clause: "§6.10",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "HEARTBEAT + DATA of the peer's in one packet, while a message waits",
    expected: "control chunks come before DATA in what is sent",
  },
  () => {
    const trial = inState("ESTABLISHED");
    trial.send(10);
    trial.send(10);
    const heartbeat = { kind: "HEARTBEAT", info: Uint8Array.of(1) } as const;
    const outcome = trial.stimulate(heartbeat, trial.sack(1), dataOf(PEER_TSN));
    assert.ok(outcome.sent.flat().includes("DATA"));
    for (const kinds of outcome.sent) {
      const firstData = kinds.indexOf("DATA");
      if (firstData >= 0) assert.ok(kinds.slice(firstData).every((kind) => kind === "DATA"));
    }
  },
);

purpose(
  {
    id: "D-SEND-06",
    clause: "§6.1",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "the user sends a message of two chunks and asks for an immediate SACK",
    expected: "the last DATA chunk has the I bit, the first has not",
  },
  () => {
    const trial = inState("ESTABLISHED");
    const options = { ...onStream(0), sackImmediately: true };
    trial.observe(() => trial.association.send(payload(2000), options, trial.scene.now));
    assert.deepEqual(
      trial.dataChunks.map((chunk) => chunk.flags & IMMEDIATE),
      [0, IMMEDIATE],
    );
  },
);

purpose(
  {
    id: "D-SEND-07",
    clause: "§3.2",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "the user sends a message of 5 bytes",
    expected: "Length 21; three bytes of padding, all 0",
  },
  () => {
    const trial = inState("ESTABLISHED");
    trial.send(5);
    const bytes = trial.answers[0]?.bytes ?? new Uint8Array(0);
    assert.equal(bytes.length, 12 + 24);
    assert.deepEqual([bytes[14], bytes[15]], [0, 21]);
    assert.deepEqual([...bytes.subarray(33)], [0, 0, 0]);
  },
);

for (const [id, state] of [
  ["D-SEND-08", "COOKIE-WAIT"],
  ["D-SEND-09", "COOKIE-ECHOED"],
] as const) {
  purpose(
    {
      id,
      clause: "§6",
      state,
      kind: "inopportune",
      stimulus: "the user sends a message",
      expected: "no DATA leaves in this state",
    },
    () => {
      assert.deepEqual(inState(state).send(10), nothingIn(state));
    },
  );
}

purpose(
  {
    id: "D-SSN-02",
    clause: "§6.5",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "the user sends ordered messages on two streams and an unordered one between them",
    expected: "SSNs begin with 0 on each stream and grow by 1 with each ordered message only",
  },
  () => {
    const trial = inState("ESTABLISHED");
    trial.observe(() => {
      for (const [streamId, unordered] of [
        [0, false],
        [1, false],
        [0, true],
        [0, false],
        [1, false],
      ] as const)
        trial.association.send(payload(10), onStream(streamId, { unordered }), trial.scene.now);
    });
    const ordered = trial.dataChunks.filter((chunk) => (chunk.flags & UNORDERED) === 0);
    assert.deepEqual(
      ordered.map((chunk) => [chunk.streamId, chunk.ssn]),
      [
        [0, 0],
        [1, 0],
        [0, 1],
        [1, 1],
      ],
    );
  },
);

purpose(
  {
    id: "D-SSN-03",
    clause: "§6.5",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "the user sends 65,537 messages on one stream",
    expected: "the SSN behind 65535 is 0",
  },
  () => {
    const trial = inState("ESTABLISHED");
    const count = 65_537;
    let sent = 0;
    let last = -1;
    trial.send(...new Array<number>(count).fill(1));
    while (sent < count) {
      for (const chunk of trial.dataChunks) {
        assert.equal(chunk.ssn, (last + 1) & 0xffff);
        last = chunk.ssn;
        sent += 1;
      }
      trial.stimulate(trial.sack(sent));
      trial.scene.sent.length = 0;
    }
    assert.equal(last, 0);
  },
);

// The peer's window.

purpose(
  {
    id: "D-RWND-01",
    clause: "§6.1 A",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "the user sends three messages of 600 bytes, the peer's a_rwnd being 1500",
    expected: "two leave; the third, for which the peer has no room, waits until the SACK",
  },
  () => {
    const trial = withPeerWindow(1500, { config: { noDelay: true } });
    trial.send(600, 600, 600);
    assert.deepEqual(trial.dataSent.flat(), [1, 2]);
    trial.stimulate(trial.sack(2, { aRwnd: 1500 }));
    assert.deepEqual(trial.dataSent, [[3]]);
  },
);

purpose(
  {
    id: "D-RWND-02",
    clause: "§6.2.1 D ii",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "SACK of one of three chunks of 600 bytes with an a_rwnd of 1700, while the user has more",
    expected: "rwnd is a_rwnd less the 1200 bytes outstanding: no chunk of 600 leaves",
  },
  () => {
    const trial = withPeerWindow(1800, { config: { noDelay: true } });
    trial.send(600, 600, 600, 600);
    assert.deepEqual(trial.dataSent.flat(), [1, 2, 3]);
    assert.deepEqual(trial.stimulate(trial.sack(1, { aRwnd: 1700 })).sent, []);
    assert.equal(trial.association.peerRwnd, 500);
    trial.stimulate(trial.sack(2, { aRwnd: 1200 }));
    assert.deepEqual(trial.dataSent, [[4]]);
  },
);

purpose(
  {
    id: "D-RWND-03",
    clause: "§6.2.1 C",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "T3-rtx expires with three chunks of 1000 bytes outstanding, of which one is sent again",
    expected: "rwnd grows by what is marked and shrinks by what is sent again",
  },
  () => {
    const trial = withPeerWindow(10_000, { config: { noDelay: true } });
    trial.send(1000, 1000, 1000);
    assert.equal(trial.association.peerRwnd, 7000);
    trial.wait(1000);
    assert.deepEqual(trial.dataSent, [[1]]);
    assert.equal(trial.association.peerRwnd, 9000);
  },
);

/** ESTABLISHED, one chunk acknowledged with a window of 0, and messages that wait. */
function windowClosed(): Trial {
  const trial = inState("ESTABLISHED", { config: { noDelay: true } });
  trial.send(100);
  trial.stimulate(trial.sack(1, { aRwnd: 0 }));
  assert.deepEqual(trial.send(100, 100).sent, []);
  return trial;
}

purpose(
  {
    id: "D-ZWP-01",
    clause: "§6.1 A",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "the peer's window is 0, nothing is in flight, and messages wait",
    expected: "one DATA chunk as zero window probe after one RTO, and not before",
  },
  () => {
    const trial = windowClosed();
    const { timeoutMs } = trial.association.primaryPath.rto;
    assert.deepEqual(trial.wait(timeoutMs - 1).sent, []);
    assert.deepEqual(trial.wait(1).sent, [["DATA"]]);
    assert.deepEqual(trial.dataSent, [[2]]);
  },
);

purpose(
  {
    id: "D-ZWP-02",
    clause: "§6.1 A",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "SACKs that do not take the probe and keep the window at 0",
    expected:
      "the first probe after one RTO, the next after one more, then after twice, four times, eight times that",
  },
  () => {
    const trial = windowClosed();
    const times: number[] = [];
    const since = trial.scene.now;
    for (let round = 0; round < 40; round += 1) {
      trial.wait(1000);
      if (trial.dataSent.length > 0) {
        times.push(trial.scene.now - since);
        trial.stimulate(trial.sack(1, { aRwnd: 0 }));
      }
    }
    assert.deepEqual(times.slice(0, 5), [1000, 2000, 4000, 8000, 16_000]);
  },
);

purpose(
  {
    id: "D-ZWP-03",
    clause: "§6.1 A",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "twenty probes, each answered with SACK and a window of 0, with Association.Max.Retrans 2",
    expected: "no error counter grows: ESTABLISHED",
  },
  () => {
    const trial = inState("ESTABLISHED", {
      config: { noDelay: true, associationMaxRetrans: 2, pathMaxRetrans: 2, rtoMaxMs: 2000 },
    });
    trial.send(100);
    trial.stimulate(trial.sack(1, { aRwnd: 0 }));
    trial.send(100);
    let probes = 0;
    for (let second = 0; second < 60; second += 1) {
      trial.wait(1000);
      if (trial.dataSent.length === 0) continue;
      probes += 1;
      trial.stimulate(trial.sack(1, { aRwnd: 0 }));
    }
    assert.ok(probes >= 20, String(probes));
    assert.equal(trial.state, "ESTABLISHED");
    assert.equal(trial.association.primaryPath.errorCount, 0);
  },
);

purpose(
  {
    id: "D-ZWP-04",
    clause: "§6.1 A",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "SACK that opens the window",
    expected: "what waits leaves at once; no probe follows",
  },
  () => {
    const trial = windowClosed();
    trial.stimulate(trial.sack(1, { aRwnd: 10_000 }));
    assert.deepEqual(trial.dataSent.flat(), [2, 3]);
    trial.stimulate(trial.sack(3));
    assert.deepEqual(trial.wait(10_000).sent, []);
  },
);

purpose(
  {
    id: "D-ZWP-05",
    clause: "§6.1 A",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "no answer at all to a probe, with Association.Max.Retrans 2",
    expected: "a peer that does not answer counts as such: CLOSED after three time-outs of it",
  },
  () => {
    const trial = inState("ESTABLISHED", { config: { noDelay: true, associationMaxRetrans: 2 } });
    trial.send(100);
    trial.stimulate(trial.sack(1, { aRwnd: 0 }));
    trial.send(100);
    const outcome = trial.wait(60_000);
    assert.equal(outcome.state, "CLOSED");
    assert.deepEqual(trial.scene.last("communication lost").reason, { kind: "unreachable" });
  },
);

purpose(
  {
    id: "D-SWS-01",
    clause: "§6.1 A",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "the user sends a small message while another is outstanding",
    expected: "it waits for the SACK or for a full packet (silly window syndrome, RFC 1122 §4.2.3.4)",
  },
  () => {
    const trial = inState("ESTABLISHED");
    trial.send(10);
    assert.deepEqual(trial.send(10).sent, []);
    trial.send(1450);
    assert.deepEqual(trial.dataSent[0], [2]);
    const other = inState("ESTABLISHED");
    other.send(10);
    other.send(10);
    other.stimulate(other.sack(1));
    assert.deepEqual(other.dataSent, [[2]]);
  },
);

purpose(
  {
    id: "D-BURST-01",
    clause: "§6.1 D",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "the user sends thirty chunks of data while nothing is in flight and cwnd is large",
    expected: "Max.Burst packets leave at once, 4 by default",
  },
  () => {
    const trial = inState("ESTABLISHED");
    grow(trial, 30);
    assert.ok(trial.association.primaryPath.congestion.cwnd >= 6 * 1468);
    trial.send(...new Array<number>(30).fill(1452));
    assert.equal(trial.dataSent.length, 4);
  },
);

purpose(
  {
    id: "D-BURST-02",
    clause: "§6.1 D",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "the same with Max.Burst 2",
    expected: "two packets leave at once",
  },
  () => {
    const trial = inState("ESTABLISHED", { config: { maxBurst: 2 } });
    trial.send(...new Array<number>(30).fill(1452));
    assert.equal(trial.dataSent.length, 2);
  },
);

/** Has cwnd grow: full packets, each acknowledged by a SACK of its own. */
function grow(trial: Trial, packets: number): void {
  trial.send(...new Array<number>(packets).fill(1452));
  for (let number = 1; number <= packets; number += 1) trial.stimulate(trial.sack(number));
}

purpose(
  {
    id: "D-EMPTY-01",
    clause: "§6.2",
    state: "ESTABLISHED",
    kind: "invalid",
    stimulus: "the user sends a message of no bytes",
    expected: "refused: no DATA chunk without user data is sent",
  },
  () => {
    const trial = inState("ESTABLISHED");
    assert.throws(() => trial.association.send(payload(0), onStream(0), trial.scene.now));
    assert.deepEqual(trial.wait(1000).sent, []);
  },
);

purpose(
  {
    id: "D-UNACK-01",
    clause: "§6.1",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "DATA of the peer's that has not been acknowledged, and DATA of ours that fills its packet",
    expected: "the SACK goes along only if the packet stays within the PMTU",
  },
  () => {
    const trial = inState("ESTABLISHED");
    trial.stimulate(dataOf(PEER_TSN));
    trial.stimulate(dataOf(PEER_TSN + 1));
    trial.send(1452);
    for (const packet of trial.answers) assert.ok(packet.bytes.length <= 1480);
    assert.deepEqual(trial.dataSent, [[1]]);
    if (!trial.answers.some((packet) => packet.chunks.some((chunk) => chunk.kind === "SACK")))
      trial.wait(200);
    assert.equal(only(trial.answers, "SACK").cumulativeTsnAck, PEER_TSN + 1);
  },
);
