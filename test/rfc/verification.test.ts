import assert from "node:assert/strict";
import { chunkBytes, type Chunk } from "../../src/wire/chunk.js";
import { writePacketChecksum } from "../../src/wire/crc32c.js";
import { ip } from "../stack/pair.js";
import { dataOf, initOf, only, packetOf, PEER, PEER_TAG, PEER_TSN } from "../stack/scene.js";
import { purpose } from "./purpose.js";
import { ASSOCIATION_STATES, FOREIGN_TAG, inState, nothingIn, type Trial } from "./trial.js";

const WRONG_TAG = 0x9999_9999;
const ABORT: Chunk = { kind: "ABORT", tagReflected: false, causes: [] };
const REFLECTED_ABORT: Chunk = { kind: "ABORT", tagReflected: true, causes: [] };

/** What each state would answer, or act upon, were the packet a right one. */
function telling(trial: Trial): Chunk[] {
  return trial.state === "COOKIE-ECHOED"
    ? [{ kind: "COOKIE ACK" }]
    : [dataOf(PEER_TSN), { kind: "SHUTDOWN", cumulativeTsnAck: trial.tsn(1) }];
}

for (const [index, state] of ASSOCIATION_STATES.entries()) {
  purpose(
    {
      id: `I-TAG-0${index + 1}`,
      clause: "§8.5",
      state,
      kind: "invalid",
      stimulus: "a packet under a wrong tag",
      expected: `silently discarded; ${state}`,
    },
    () => {
      const trial = inState(state);
      assert.deepEqual(trial.stimulateFrom(WRONG_TAG, {}, ...telling(trial)), nothingIn(state));
    },
  );
  purpose(
    {
      id: `I-TAG-1${index + 1}`,
      clause: "§8.5.1 A",
      state,
      kind: "invalid",
      stimulus: "a packet without INIT under tag 0",
      expected: `silently discarded; ${state}`,
    },
    () => {
      const trial = inState(state);
      assert.deepEqual(trial.stimulateFrom(0, {}, ...telling(trial)), nothingIn(state));
    },
  );
  purpose(
    {
      id: `I-CRC-0${index + 1}`,
      clause: "§6.8",
      state,
      kind: "invalid",
      stimulus: "a packet with a wrong checksum",
      expected: `silently discarded; ${state}`,
    },
    () => {
      const trial = inState(state);
      const bytes = packetOf(PEER, trial.tag, telling(trial));
      bytes[8] = (bytes[8] ?? 0) ^ 0x80;
      assert.deepEqual(
        trial.observe(() => trial.scene.receiveBytes(bytes)),
        nothingIn(state),
      );
    },
  );
  purpose(
    {
      id: `AT-ABORTTAG-0${index + 1}`,
      clause: "§8.5.1 B",
      state,
      kind: "invalid",
      stimulus:
        "ABORT without the T bit under the peer's tag; with the T bit under ours; both under a wrong tag",
      expected: `each is silently discarded; ${state}`,
    },
    () => {
      const trial = inState(state);
      for (const [tag, chunk] of [
        [PEER_TAG, ABORT],
        [trial.tag, REFLECTED_ABORT],
        [WRONG_TAG, ABORT],
        [WRONG_TAG, REFLECTED_ABORT],
      ] as const)
        assert.deepEqual(trial.stimulateFrom(tag, {}, chunk), nothingIn(state));
    },
  );
  if (state === "COOKIE-WAIT") continue;
  purpose(
    {
      id: `AT-ABORTTAG-1${index + 1}`,
      clause: "§8.5.1 B",
      state,
      kind: "valid",
      stimulus: "ABORT with the T bit under the peer's tag",
      expected: "accepted: CLOSED",
    },
    () => {
      const outcome = inState(state).stimulateFrom(PEER_TAG, {}, REFLECTED_ABORT);
      assert.deepEqual([outcome.sent, outcome.state], [[], "CLOSED"]);
    },
  );
}

for (const [id, clause, state, chunk, what] of [
  ["I-CRC-08", "§6.8", "CLOSED", initOf(), "INIT"],
  ["I-CRC-09", "§6.8", "CLOSED (not listening)", dataOf(PEER_TSN), "DATA"],
] as const) {
  purpose(
    {
      id,
      clause,
      state,
      kind: "invalid",
      stimulus: `${what} with a wrong checksum`,
      expected: "silently discarded",
    },
    () => {
      const trial = inState(state);
      const bytes = packetOf(PEER, chunk.kind === "INIT" ? 0 : FOREIGN_TAG, [chunk]);
      bytes[11] = (bytes[11] ?? 0) ^ 1;
      assert.deepEqual(
        trial.observe(() => trial.scene.receiveBytes(bytes)),
        nothingIn(state),
      );
    },
  );
}

for (const [id, what, tagOf, tagReflected, accepted] of [
  ["AT-COMPTAG-01", "with the T bit under the peer's tag", () => PEER_TAG, true, true],
  ["AT-COMPTAG-02", "with the T bit under our tag", (trial: Trial) => trial.tag, true, false],
  ["AT-COMPTAG-03", "without the T bit under the peer's tag", () => PEER_TAG, false, false],
  ["AT-COMPTAG-04", "with the T bit under a wrong tag", () => WRONG_TAG, true, false],
  ["AT-COMPTAG-05", "without the T bit under a wrong tag", () => WRONG_TAG, false, false],
] as const) {
  purpose(
    {
      id,
      clause: "§8.5.1 C",
      state: "SHUTDOWN-ACK-SENT",
      kind: accepted ? "valid" : "invalid",
      stimulus: `SHUTDOWN COMPLETE ${what}`,
      expected: accepted ? "accepted: CLOSED" : "silently discarded; SHUTDOWN-ACK-SENT",
    },
    () => {
      const trial = inState("SHUTDOWN-ACK-SENT");
      const outcome = trial.stimulateFrom(tagOf(trial), {}, { kind: "SHUTDOWN COMPLETE", tagReflected });
      assert.equal(outcome.state, accepted ? "CLOSED" : "SHUTDOWN-ACK-SENT");
      assert.deepEqual(outcome.sent, []);
    },
  );
}

for (const [id, state] of [
  ["AT-SHUTACKTAG-01", "SHUTDOWN-SENT"],
  ["AT-SHUTACKTAG-02", "ESTABLISHED"],
] as const) {
  purpose(
    {
      id,
      clause: "§8.5",
      state,
      kind: "invalid",
      stimulus: "SHUTDOWN ACK under a wrong tag",
      expected: `silently discarded; ${state}`,
    },
    () => {
      assert.deepEqual(
        inState(state).stimulateFrom(WRONG_TAG, {}, { kind: "SHUTDOWN ACK" }),
        nothingIn(state),
      );
    },
  );
}

for (const [id, state] of [
  ["AT-SHUTACKTAG-03", "COOKIE-WAIT"],
  ["AT-SHUTACKTAG-04", "COOKIE-ECHOED"],
] as const) {
  purpose(
    {
      id,
      clause: "§8.5.1 E",
      state,
      kind: "inopportune",
      stimulus: "SHUTDOWN ACK under the tag of an earlier association",
      expected: `sends SHUTDOWN COMPLETE with the T bit and that tag; ${state}`,
    },
    () => {
      const trial = inState(state);
      const outcome = trial.stimulateFrom(WRONG_TAG, {}, { kind: "SHUTDOWN ACK" });
      assert.deepEqual(outcome, { ...nothingIn(state), sent: [["SHUTDOWN COMPLETE"]] });
      assert.equal(trial.answers[0]?.tag, WRONG_TAG);
      assert.equal(only(trial.answers, "SHUTDOWN COMPLETE").tagReflected, true);
    },
  );
}

// Packets that are none.

for (const [id, clause, what, change] of [
  ["I-PORT-01", "§3.1", "from port 0", { port: 0 }],
  ["I-PORT-02", "§3.1", "to port 0", { toPort: 0 }],
] as const) {
  purpose(
    {
      id,
      clause,
      state: "CLOSED",
      kind: "invalid",
      stimulus: `INIT ${what}`,
      expected: "discarded without an answer",
    },
    () => {
      assert.deepEqual(inState("CLOSED").stimulateFrom(0, change, initOf()), nothingIn("CLOSED"));
    },
  );
}

/** A packet of that length, cut from one with DATA, with a right checksum. */
function cut(trial: Trial, lengthBytes: number): Uint8Array {
  const bytes = packetOf(PEER, trial.tag, [dataOf(PEER_TSN)]).slice(0, lengthBytes);
  if (lengthBytes >= 12) writePacketChecksum(bytes, 0, lengthBytes);
  return bytes;
}

for (const [id, lengthBytes, what] of [
  ["I-SHORT-01", 0, "no byte"],
  ["I-SHORT-02", 11, "less than a common header"],
  ["I-SHORT-03", 12, "a common header and no chunk"],
  ["I-SHORT-04", 14, "a common header and half of a chunk header"],
  ["I-SHORT-05", 20, "a common header and a partial chunk"],
] as const) {
  purpose(
    {
      id,
      clause: "§6.10",
      state: "ESTABLISHED",
      kind: "invalid",
      stimulus: `a packet of ${lengthBytes} bytes: ${what}`,
      expected: "discarded without an answer; ESTABLISHED",
    },
    () => {
      const trial = inState("ESTABLISHED");
      const bytes = cut(trial, lengthBytes);
      assert.deepEqual(
        trial.observe(() => trial.scene.receiveBytes(bytes)),
        nothingIn("ESTABLISHED"),
      );
    },
  );
}

// Out of the blue.

for (const [id, what, from] of [
  ["I-OOTB-01", "from a multicast address", { address: ip("224.0.0.1") }],
  ["I-OOTB-02", "from the broadcast address", { address: ip("255.255.255.255") }],
  ["I-OOTB-03", "to a multicast address", { to: ip("224.0.0.1") }],
] as const) {
  purpose(
    {
      id,
      clause: "§8.4 1",
      state: "CLOSED",
      kind: "invalid",
      stimulus: `DATA, and INIT, ${what}`,
      expected: "silently discarded",
    },
    () => {
      const trial = inState("CLOSED");
      assert.deepEqual(trial.stimulateFrom(FOREIGN_TAG, from, dataOf(PEER_TSN)), nothingIn("CLOSED"));
      assert.deepEqual(trial.stimulateFrom(0, from, initOf()), nothingIn("CLOSED"));
    },
  );
}

purpose(
  {
    id: "MIS-OOTB-01",
    clause: "§8.4 2",
    state: "CLOSED",
    kind: "inopportune",
    stimulus: "DATA + ABORT out of the blue",
    expected: "silently discarded, wherever in the packet the ABORT stands",
  },
  () => {
    const trial = inState("CLOSED");
    assert.deepEqual(trial.stimulate(dataOf(PEER_TSN), ABORT), nothingIn("CLOSED"));
  },
);

purpose(
  {
    id: "MIS-OOTB-02",
    clause: "§8.4 5",
    state: "CLOSED",
    kind: "inopportune",
    stimulus: "COOKIE ACK + SHUTDOWN ACK out of the blue",
    expected: "sends SHUTDOWN COMPLETE with the T bit: rule 5 goes before rule 7",
  },
  () => {
    const trial = inState("CLOSED");
    assert.deepEqual(trial.stimulate({ kind: "COOKIE ACK" }, { kind: "SHUTDOWN ACK" }).sent, [
      ["SHUTDOWN COMPLETE"],
    ]);
    assert.equal(trial.answers[0]?.tag, FOREIGN_TAG);
  },
);

purpose(
  {
    id: "MIS-OOTB-03",
    clause: "§8.4 7",
    state: "CLOSED",
    kind: "inopportune",
    stimulus: "COOKIE ACK + DATA out of the blue",
    expected: "silently discarded: rule 7 goes before rule 8",
  },
  () => {
    const trial = inState("CLOSED");
    assert.deepEqual(trial.stimulate({ kind: "COOKIE ACK" }, dataOf(PEER_TSN)), nothingIn("CLOSED"));
  },
);

purpose(
  {
    id: "MIS-OOTB-04",
    clause: "§8.4 8",
    state: "CLOSED",
    kind: "inopportune",
    stimulus: "DATA to a port that no endpoint has",
    expected: "sends ABORT with the T bit from that port to where the packet came from; nothing else happens",
  },
  () => {
    const trial = inState("CLOSED");
    const outcome = trial.stimulateFrom(FOREIGN_TAG, { toPort: 7001, port: 5002 }, dataOf(PEER_TSN));
    assert.deepEqual(outcome, { sent: [["ABORT"]], state: "CLOSED", events: [] });
    assert.deepEqual([trial.answers[0]?.tag, trial.answers[0]?.port], [FOREIGN_TAG, 5002]);
    assert.equal(only(trial.answers, "ABORT").tagReflected, true);
  },
);

purpose(
  {
    id: "MIS-OOTB-05",
    clause: "§8.4 3",
    state: "CLOSED",
    kind: "inopportune",
    stimulus: "INIT to a port that no endpoint has",
    expected: "sends ABORT under the Initiate Tag without the T bit",
  },
  () => {
    const trial = inState("CLOSED");
    assert.deepEqual(trial.stimulateFrom(0, { toPort: 7001 }, initOf()).sent, [["ABORT"]]);
    assert.equal(trial.answers[0]?.tag, PEER_TAG);
    assert.equal(only(trial.answers, "ABORT").tagReflected, false);
  },
);

for (const [id, state, chunks, what] of [
  ["I-INITTAG-01", "CLOSED", [initOf()], "INIT"],
  ["I-INITTAG-02", "ESTABLISHED", [initOf()], "INIT"],
  ["I-INITTAG-03", "ESTABLISHED", [initOf(), dataOf(PEER_TSN)], "INIT + DATA"],
] as const) {
  purpose(
    {
      id,
      clause: "§12.3",
      state,
      kind: "invalid",
      stimulus: `${what} under ${state === "CLOSED" ? "a tag" : "the right tag, which is"} other than 0`,
      expected: `silently discarded with all that follows; ${state}`,
    },
    () => {
      const trial = inState(state);
      assert.deepEqual(trial.stimulateFrom(trial.tag, {}, ...chunks), nothingIn(state));
    },
  );
}

purpose(
  {
    id: "MIS-OOTB-07",
    clause: "§8.4",
    state: "ESTABLISHED",
    kind: "inopportune",
    stimulus: "DATA from an address that is none of the peer's, under the right tag and ports",
    expected:
      "belongs to no association: sends ABORT with the T bit to that address; ESTABLISHED, nothing delivered",
  },
  () => {
    const trial = inState("ESTABLISHED");
    const outcome = trial.stimulateFrom(trial.tag, { address: ip("10.9.9.9") }, dataOf(PEER_TSN));
    assert.deepEqual(outcome, { ...nothingIn("ESTABLISHED"), sent: [["ABORT"]] });
    assert.equal(trial.answers[0]?.destination, "10.9.9.9");
  },
);

purpose(
  {
    id: "I-ABORT-01",
    clause: "§3.3.7",
    state: "ESTABLISHED",
    kind: "invalid",
    stimulus: "ABORT whose error cause runs over its end",
    expected: "silently discarded; ESTABLISHED",
  },
  () => {
    const trial = inState("ESTABLISHED");
    const bytes = chunkBytes({
      kind: "ABORT",
      tagReflected: false,
      causes: [{ kind: "Protocol Violation", information: Uint8Array.of(1, 2, 3, 4) }],
    });
    bytes[7] = 200;
    assert.deepEqual(trial.stimulate(bytes), nothingIn("ESTABLISHED"));
  },
);

purpose(
  {
    id: "I-ABORT-02",
    clause: "§9.1",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "HEARTBEAT + ABORT",
    expected: "CLOSED, and nothing is answered to a packet that contains an ABORT",
  },
  () => {
    const outcome = inState("ESTABLISHED").stimulate({ kind: "HEARTBEAT", info: Uint8Array.of(1) }, ABORT);
    assert.deepEqual(outcome, { sent: [], state: "CLOSED", events: ["communication lost"] });
  },
);

purpose(
  {
    id: "I-ABORT-03",
    clause: "§3.3.7",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "ABORT with all reserved flags set and the T bit not",
    expected: "the flags are ignored: CLOSED",
  },
  () => {
    const bytes = chunkBytes(ABORT);
    bytes[1] = 0xfe;
    assert.equal(inState("ESTABLISHED").stimulate(bytes).state, "CLOSED");
  },
);
