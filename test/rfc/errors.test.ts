import assert from "node:assert/strict";
import { ssn, tsn } from "../../src/base/serial-number.js";
import { chunkBytes, type Chunk } from "../../src/wire/chunk.js";
import type { ErrorCause } from "../../src/wire/error-cause.js";
import { parameterBytes } from "../../src/wire/parameter.js";
import { ip } from "../stack/pair.js";
import { dataOf, initAckOf, only, PEER_TSN, unknownParameter } from "../stack/scene.js";
import { purpose } from "./purpose.js";
import { inState, nothingIn } from "./trial.js";

/** Every cause of RFC 9260 Table 11 but Stale Cookie, which is the handshake's, and a code that has no meaning. */
const CAUSES: readonly (readonly [string, string, ErrorCause])[] = [
  ["01", "§3.3.10.1", { kind: "Invalid Stream Identifier", streamId: 7 }],
  ["02", "§3.3.10.2", { kind: "Missing Mandatory Parameter", parameterTypes: [7] }],
  ["03", "§3.3.10.4", { kind: "Out of Resource" }],
  [
    "04",
    "§3.3.10.5",
    {
      kind: "Unresolvable Address",
      address: parameterBytes({ kind: "IPv4 Address", address: ip("10.0.0.9") }),
    },
  ],
  ["05", "§3.3.10.6", { kind: "Unrecognized Chunk Type", chunk: Uint8Array.of(0xfe, 0, 0, 4) }],
  ["06", "§3.3.10.7", { kind: "Invalid Mandatory Parameter" }],
  [
    "07",
    "§3.3.10.8",
    { kind: "Unrecognized Parameters", parameters: parameterBytes(unknownParameter(0xc123)) },
  ],
  ["08", "§3.3.10.9", { kind: "No User Data", tsn: tsn(5) }],
  ["09", "§3.3.10.10", { kind: "Cookie Received While Shutting Down" }],
  ["10", "§3.3.10.11", { kind: "Restart of an Association with New Addresses", addresses: [ip("10.0.0.9")] }],
  ["11", "§3.3.10.12", { kind: "User-Initiated Abort", reason: Uint8Array.of(1, 2, 3) }],
  ["12", "§3.3.10.13", { kind: "Protocol Violation", information: Uint8Array.of(1, 2) }],
  ["13", "§3.3.10", { kind: "UNKNOWN", code: 0x4321, value: Uint8Array.of(1, 2, 3, 4) }],
];

function nameOf(cause: ErrorCause): string {
  return cause.kind === "UNKNOWN" ? "a cause code without a meaning" : cause.kind;
}

for (const [number, clause, cause] of CAUSES) {
  purpose(
    {
      id: `E-CAUSE-${number}`,
      clause,
      state: "ESTABLISHED",
      kind: "valid",
      stimulus: `ERROR with ${nameOf(cause)}`,
      expected: "not fatal: the user is told the cause; nothing is sent; ESTABLISHED",
    },
    () => {
      const trial = inState("ESTABLISHED");
      const outcome = trial.stimulate({ kind: "ERROR", causes: [cause] });
      assert.deepEqual(outcome, { sent: [], state: "ESTABLISHED", events: ["remote error"] });
      assert.deepEqual(trial.scene.last("remote error").causes, [cause]);
    },
  );
  purpose(
    {
      id: `E-ABORT-${number}`,
      clause,
      state: "ESTABLISHED",
      kind: "valid",
      stimulus: `ABORT with ${nameOf(cause)}`,
      expected: "CLOSED; the user is told the cause; nothing is sent",
    },
    () => {
      const trial = inState("ESTABLISHED");
      const outcome = trial.stimulate({ kind: "ABORT", tagReflected: false, causes: [cause] });
      assert.deepEqual(outcome, { sent: [], state: "CLOSED", events: ["communication lost"] });
      const { reason } = trial.scene.last("communication lost");
      assert.equal(reason.kind, "aborted by peer");
      assert.deepEqual(reason.causes, [cause]);
    },
  );
}

purpose(
  {
    id: "E-CAUSE-14",
    clause: "§3.3.10",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "ERROR with three causes, the lengths of two being no multiples of 4",
    expected: "the user is told all three",
  },
  () => {
    const trial = inState("ESTABLISHED");
    const causes: ErrorCause[] = [
      { kind: "User-Initiated Abort", reason: Uint8Array.of(1) },
      { kind: "Out of Resource" },
      { kind: "Protocol Violation", information: Uint8Array.of(1, 2, 3) },
    ];
    trial.stimulate({ kind: "ERROR", causes });
    assert.deepEqual(trial.scene.last("remote error").causes, causes);
  },
);

for (const [id, what, length] of [
  ["I-ERROR-01", "whose cause runs over its end", 200],
  ["I-ERROR-02", "whose cause has the length 3", 3],
] as const) {
  purpose(
    {
      id,
      clause: "§3.3.10",
      state: "ESTABLISHED",
      kind: "invalid",
      stimulus: `ERROR ${what}`,
      expected: "discarded; ESTABLISHED",
    },
    () => {
      const bytes = Uint8Array.of(9, 0, 0, 12, 0, 13, 0, length, 1, 2, 3, 4);
      assert.deepEqual(inState("ESTABLISHED").stimulate(bytes), nothingIn("ESTABLISHED"));
    },
  );
}

purpose(
  {
    id: "E-CAUSE-15",
    clause: "§3.3.10.3",
    state: "COOKIE-ECHOED",
    kind: "valid",
    stimulus: "ERROR with Stale Cookie and a measure of 0 (its sender does not tell)",
    expected: "sends INIT; COOKIE-WAIT",
  },
  () => {
    const outcome = inState("COOKIE-ECHOED").stimulate({
      kind: "ERROR",
      causes: [{ kind: "Stale Cookie", stalenessMicroseconds: 0 }],
    });
    assert.deepEqual(outcome, { sent: [["INIT"]], state: "COOKIE-WAIT", events: [] });
  },
);

// Chunks of unknown types: RFC 9260 §3.2 Table 2.

for (const [id, type, bits, stops, reports] of [
  ["MIS-ACTION-01", 0x3d, "00", true, false],
  ["MIS-ACTION-02", 0x7d, "01", true, true],
  ["MIS-ACTION-03", 0xbd, "10", false, false],
  ["MIS-ACTION-04", 0xfd, "11", false, true],
] as const) {
  const unknown: Chunk = { kind: "UNKNOWN", type, flags: 0, value: Uint8Array.of(1, 2, 3, 4, 5) };
  purpose(
    {
      id,
      clause: "§3.2",
      state: "ESTABLISHED",
      kind: "valid",
      stimulus: `DATA + a chunk of an unknown type that begins with ${bits} + DATA`,
      expected:
        `the DATA before it is delivered; what follows is ${stops ? "discarded" : "processed"}; ` +
        `the chunk is ${reports ? "reported with ERROR, Unrecognized Chunk Type" : "not reported"}`,
    },
    () => {
      const trial = inState("ESTABLISHED");
      const outcome = trial.stimulate(dataOf(PEER_TSN), unknown, dataOf(PEER_TSN + 1, { ssn: ssn(1) }));
      assert.deepEqual(outcome.events, stops ? ["data"] : ["data", "data"]);
      assert.deepEqual(outcome.sent.flat().toSorted(), reports ? ["ERROR", "SACK"] : ["SACK"]);
      assert.equal(only(trial.answers, "SACK").cumulativeTsnAck, stops ? PEER_TSN : PEER_TSN + 1);
      if (!reports) return;
      assert.deepEqual(only(trial.answers, "ERROR").causes, [
        { kind: "Unrecognized Chunk Type", chunk: chunkBytes(unknown) },
      ]);
    },
  );
}

purpose(
  {
    id: "MIS-ACTION-05",
    clause: "§3.2",
    state: "COOKIE-WAIT",
    kind: "inopportune",
    stimulus: "a chunk of an unknown type that is to be reported, then INIT ACK",
    expected: "nothing is sent before the peer's tag is known; the INIT ACK is taken: COOKIE-ECHOED",
  },
  () => {
    const trial = inState("COOKIE-WAIT");
    const unknown: Chunk = { kind: "UNKNOWN", type: 0xfd, flags: 0, value: Uint8Array.of(1) };
    assert.deepEqual(trial.stimulate(unknown), nothingIn("COOKIE-WAIT"));
    const outcome = trial.stimulate(initAckOf());
    assert.equal(outcome.state, "COOKIE-ECHOED");
    assert.equal(outcome.sent[0]?.[0], "COOKIE ECHO");
  },
);

purpose(
  {
    id: "MIS-ACTION-06",
    clause: "§3.2",
    state: "ESTABLISHED",
    kind: "invalid",
    stimulus: "a chunk of an unknown type that is to be skipped, of Length 0, and DATA",
    expected: "no end of the chunk is known: nothing of it is processed; ESTABLISHED",
  },
  () => {
    const outcome = inState("ESTABLISHED").stimulate(Uint8Array.of(0xbd, 0, 0, 0), dataOf(PEER_TSN));
    assert.deepEqual(outcome, nothingIn("ESTABLISHED"));
  },
);

purpose(
  {
    id: "MIS-ACTION-07",
    clause: "§3.2",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "ERROR whose Chunk Length counts the padding of its last cause",
    expected: "accepted: the user is told the cause",
  },
  () => {
    const bytes = Uint8Array.of(9, 0, 0, 12, 0, 13, 0, 5, 1, 0, 0, 0);
    const trial = inState("ESTABLISHED");
    assert.deepEqual(trial.stimulate(bytes).events, ["remote error"]);
    assert.equal(trial.scene.last("remote error").causes[0]?.kind, "Protocol Violation");
  },
);

// Bundling.

purpose(
  {
    id: "MIS-BUNDLE-01",
    clause: "§6.10",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "HEARTBEAT + SACK + DATA + DATA in one packet",
    expected: "all are processed in their order: HEARTBEAT ACK and SACK are sent, both messages delivered",
  },
  () => {
    const trial = inState("ESTABLISHED");
    trial.send(100);
    const outcome = trial.stimulate(
      { kind: "HEARTBEAT", info: Uint8Array.of(1) },
      trial.sack(1),
      dataOf(PEER_TSN),
      dataOf(PEER_TSN + 1, { ssn: ssn(1) }),
    );
    assert.deepEqual(outcome.events, ["sender dry", "data", "data"]);
    assert.deepEqual(outcome.sent.flat(), ["HEARTBEAT ACK", "SACK"]);
  },
);

purpose(
  {
    id: "MIS-BUNDLE-02",
    clause: "§6.10",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "SACK + SHUTDOWN in one packet, the SACK acknowledging all that is outstanding",
    expected: "the SACK is processed first: sends SHUTDOWN ACK; SHUTDOWN-ACK-SENT",
  },
  () => {
    const trial = inState("ESTABLISHED");
    trial.send(100);
    const outcome = trial.stimulate(trial.sack(1), trial.shutdownChunk(1));
    assert.deepEqual([outcome.sent, outcome.state], [[["SHUTDOWN ACK"]], "SHUTDOWN-ACK-SENT"]);
  },
);

purpose(
  {
    id: "MIS-BUNDLE-03",
    clause: "§6.10",
    state: "COOKIE-ECHOED",
    kind: "valid",
    stimulus: "COOKIE ACK + DATA + SACK-worthy second DATA in one packet",
    expected: "COOKIE ACK is processed first: ESTABLISHED, both messages delivered, SACK at once",
  },
  () => {
    const trial = inState("COOKIE-ECHOED");
    const outcome = trial.stimulate(
      { kind: "COOKIE ACK" },
      dataOf(PEER_TSN),
      dataOf(PEER_TSN + 1, { ssn: ssn(1) }),
    );
    assert.deepEqual(outcome, {
      sent: [["SACK"]],
      state: "ESTABLISHED",
      events: ["communication up", "data", "data"],
    });
  },
);

purpose(
  {
    id: "MIS-BUNDLE-04",
    clause: "§6.10",
    state: "ESTABLISHED",
    kind: "invalid",
    stimulus: "DATA + INIT ACK, under the right tag",
    expected: "INIT ACK is not accepted with company; the DATA in front of it is delivered; ESTABLISHED",
  },
  () => {
    const outcome = inState("ESTABLISHED").stimulate(dataOf(PEER_TSN), initAckOf());
    assert.deepEqual(outcome, { sent: [["SACK"]], state: "ESTABLISHED", events: ["data"] });
  },
);
