import assert from "node:assert/strict";
import { chunkBytes, type Chunk } from "../../src/wire/chunk.js";
import { dataOf, only, PEER_TAG, PEER_TSN } from "../stack/scene.js";
import { inEachState, type InState } from "./in-each-state.js";
import { tsn } from "../../src/base/serial-number.js";
import { FOREIGN_TAG, nothingIn, type Outcome, type Trial, type TrialState } from "./trial.js";

function discarded(id: string, clause: string, state: TrialState): InState {
  return { id, clause, state, kind: "inopportune", outcome: nothingIn(state) };
}

/** RFC 9260 §8.4 8: a packet out of the blue is answered with ABORT. */
function aborted(id: string, state: TrialState): InState {
  return {
    id,
    clause: "§8.4 8",
    state,
    kind: "inopportune",
    outcome: { sent: [["ABORT"]], state: "CLOSED", events: [] },
    also: [
      "ABORT has the T bit and the tag of the packet",
      ({ answers }) => {
        assert.equal(only(answers, "ABORT").tagReflected, true);
        assert.equal(answers[0]?.tag, FOREIGN_TAG);
      },
    ],
  };
}

function row(
  id: string,
  clause: string,
  kind: InState["kind"],
  state: TrialState,
  outcome: Outcome,
): InState {
  return { id, clause, kind, state, outcome };
}

/** The cumulative TSN ack of a SACK or SHUTDOWN that was sent. */
function acknowledges(kind: "SACK" | "SHUTDOWN", tsnNumber: number): NonNullable<InState["also"]> {
  return [
    `${kind} acknowledges the DATA`,
    ({ answers }) => {
      assert.equal(only(answers, kind).cumulativeTsnAck, tsnNumber);
    },
  ];
}

inEachState("DATA, the next in sequence", () => [dataOf(PEER_TSN)], [
  aborted("D-DATA-01", "CLOSED"),
  aborted("D-DATA-02", "CLOSED (not listening)"),
  discarded("D-DATA-03", "§6", "COOKIE-WAIT"),
  discarded("D-DATA-04", "§6", "COOKIE-ECHOED"),
  {
    ...row("D-DATA-05", "§6", "valid", "ESTABLISHED", {
      sent: [["SACK"]],
      state: "ESTABLISHED",
      events: ["data"],
    }),
    also: acknowledges("SACK", PEER_TSN),
  },
  {
    ...row("D-DATA-06", "§6", "valid", "SHUTDOWN-PENDING", {
      sent: [["SACK"]],
      state: "SHUTDOWN-PENDING",
      events: ["data"],
    }),
    also: acknowledges("SACK", PEER_TSN),
  },
  {
    ...row("D-DATA-07", "§9.2", "valid", "SHUTDOWN-SENT", {
      // The SACK is that of §5.1: the first DATA of an association is answered with one at once.
      sent: [["SHUTDOWN", "SACK"]],
      state: "SHUTDOWN-SENT",
      events: ["data"],
    }),
    also: acknowledges("SHUTDOWN", PEER_TSN),
  },
  discarded("D-DATA-08", "§6", "SHUTDOWN-RECEIVED"),
  discarded("D-DATA-09", "§6", "SHUTDOWN-ACK-SENT"),
]);

inEachState(
  "SACK of all that was sent",
  (trial) => [
    trial.sack(trial.state.startsWith("SHUTDOWN-P") || trial.state === "SHUTDOWN-RECEIVED" ? 1 : 0),
  ],
  [
    aborted("A-SACK-01", "CLOSED"),
    aborted("A-SACK-02", "CLOSED (not listening)"),
    discarded("A-SACK-03", "§6", "COOKIE-WAIT"),
    discarded("A-SACK-04", "§6", "COOKIE-ECHOED"),
    row("A-SACK-05", "§6", "valid", "ESTABLISHED", nothingIn("ESTABLISHED")),
    {
      ...row("A-SACK-06", "§9.2", "valid", "SHUTDOWN-PENDING", {
        sent: [["SHUTDOWN"]],
        state: "SHUTDOWN-SENT",
        events: ["sender dry"],
      }),
      also: acknowledges("SHUTDOWN", PEER_TSN - 1),
    },
    discarded("A-SACK-07", "§6", "SHUTDOWN-SENT"),
    row("A-SACK-08", "§9.2", "valid", "SHUTDOWN-RECEIVED", {
      sent: [["SHUTDOWN ACK"]],
      state: "SHUTDOWN-ACK-SENT",
      events: ["sender dry"],
    }),
    discarded("A-SACK-09", "§6", "SHUTDOWN-ACK-SENT"),
  ],
);

const HEARTBEAT: Chunk = { kind: "HEARTBEAT", info: Uint8Array.of(7, 8, 9) };

function answered(id: string, state: TrialState): InState {
  return {
    ...row(id, "§8.3", "valid", state, { ...nothingIn(state), sent: [["HEARTBEAT ACK"]] }),
    also: [
      "HEARTBEAT ACK carries the same Heartbeat Information",
      ({ answers }) => {
        assert.deepEqual(only(answers, "HEARTBEAT ACK").info, Uint8Array.of(7, 8, 9));
        assert.equal(answers[0]?.tag, PEER_TAG);
      },
    ],
  };
}

inEachState("HEARTBEAT", () => [HEARTBEAT], [
  aborted("FH-HB-01", "CLOSED"),
  aborted("FH-HB-02", "CLOSED (not listening)"),
  discarded("FH-HB-03", "§8.3", "COOKIE-WAIT"),
  answered("FH-HB-04", "COOKIE-ECHOED"),
  answered("FH-HB-05", "ESTABLISHED"),
  answered("FH-HB-06", "SHUTDOWN-PENDING"),
  discarded("FH-HB-07", "§8.3", "SHUTDOWN-SENT"),
  answered("FH-HB-08", "SHUTDOWN-RECEIVED"),
  discarded("FH-HB-09", "§8.3", "SHUTDOWN-ACK-SENT"),
]);

inEachState(
  "HEARTBEAT ACK that answers no HEARTBEAT",
  () => [{ kind: "HEARTBEAT ACK", info: new Uint8Array(20) }],
  [
    aborted("FH-HBACK-01", "CLOSED"),
    aborted("FH-HBACK-02", "CLOSED (not listening)"),
    discarded("FH-HBACK-03", "§8.3", "COOKIE-WAIT"),
    discarded("FH-HBACK-04", "§8.3", "COOKIE-ECHOED"),
    discarded("FH-HBACK-05", "§8.3", "ESTABLISHED"),
    discarded("FH-HBACK-06", "§8.3", "SHUTDOWN-PENDING"),
    discarded("FH-HBACK-07", "§8.3", "SHUTDOWN-SENT"),
    discarded("FH-HBACK-08", "§8.3", "SHUTDOWN-RECEIVED"),
    discarded("FH-HBACK-09", "§8.3", "SHUTDOWN-ACK-SENT"),
  ],
);

function ended(id: string, state: TrialState, ...events: string[]): InState {
  return {
    ...row(id, "§9.1", "valid", state, { sent: [], state: "CLOSED", events }),
    also: [
      "the association is no more",
      ({ scene }) => {
        assert.equal(scene.stack.associationCount, 0);
        assert.equal(scene.stack.pollTimeout(), Number.POSITIVE_INFINITY);
        const event = scene.events[0];
        assert.ok(event?.type === "communication lost" || event?.type === "cannot start");
        assert.equal(event.reason.kind, "aborted by peer");
      },
    ],
  };
}

inEachState("ABORT", () => [{ kind: "ABORT", tagReflected: false, causes: [] }], [
  discarded("AT-ABORT-01", "§8.4 2", "CLOSED"),
  discarded("AT-ABORT-02", "§8.4 2", "CLOSED (not listening)"),
  ended("AT-ABORT-03", "COOKIE-WAIT", "cannot start"),
  ended("AT-ABORT-04", "COOKIE-ECHOED", "cannot start"),
  ended("AT-ABORT-05", "ESTABLISHED", "communication lost"),
  ended("AT-ABORT-06", "SHUTDOWN-PENDING", "communication lost", "send failed"),
  ended("AT-ABORT-07", "SHUTDOWN-SENT", "communication lost"),
  ended("AT-ABORT-08", "SHUTDOWN-RECEIVED", "communication lost", "send failed"),
  ended("AT-ABORT-09", "SHUTDOWN-ACK-SENT", "communication lost"),
]);

inEachState("SHUTDOWN that acknowledges nothing new", (trial) => [trial.shutdownChunk(0)], [
  aborted("AT-SHUTDOWN-01", "CLOSED"),
  aborted("AT-SHUTDOWN-02", "CLOSED (not listening)"),
  discarded("AT-SHUTDOWN-03", "§9.2", "COOKIE-WAIT"),
  discarded("AT-SHUTDOWN-04", "§9.2", "COOKIE-ECHOED"),
  row("AT-SHUTDOWN-05", "§9.2", "valid", "ESTABLISHED", {
    sent: [["SHUTDOWN ACK"]],
    state: "SHUTDOWN-ACK-SENT",
    events: ["shutdown received"],
  }),
  row("AT-SHUTDOWN-06", "§9.2", "valid", "SHUTDOWN-PENDING", {
    sent: [],
    state: "SHUTDOWN-RECEIVED",
    events: ["shutdown received"],
  }),
  row("AT-SHUTDOWN-07", "§9.2", "valid", "SHUTDOWN-SENT", {
    sent: [["SHUTDOWN ACK"]],
    state: "SHUTDOWN-ACK-SENT",
    events: ["shutdown received"],
  }),
  row("AT-SHUTDOWN-08", "§9.2", "valid", "SHUTDOWN-RECEIVED", nothingIn("SHUTDOWN-RECEIVED")),
  row("AT-SHUTDOWN-09", "§9.2", "inopportune", "SHUTDOWN-ACK-SENT", {
    sent: [["SHUTDOWN ACK"]],
    state: "SHUTDOWN-ACK-SENT",
    events: [],
  }),
]);

function completed(id: string, clause: string, state: TrialState): InState {
  return {
    ...row(id, clause, "inopportune", state, { ...nothingIn(state), sent: [["SHUTDOWN COMPLETE"]] }),
    also: [
      "SHUTDOWN COMPLETE has the T bit and the tag of the packet",
      ({ answers, tag }) => {
        assert.equal(only(answers, "SHUTDOWN COMPLETE").tagReflected, true);
        assert.equal(answers[0]?.tag, tag);
      },
    ],
  };
}

function endedBySender(id: string, state: TrialState): InState {
  return {
    ...row(id, "§9.2", "valid", state, {
      sent: [["SHUTDOWN COMPLETE"]],
      state: "CLOSED",
      events: ["shutdown complete"],
    }),
    also: [
      "SHUTDOWN COMPLETE is under the peer's tag without the T bit, and no timer is left",
      ({ answers, scene }) => {
        assert.equal(only(answers, "SHUTDOWN COMPLETE").tagReflected, false);
        assert.equal(answers[0]?.tag, PEER_TAG);
        assert.equal(scene.stack.associationCount, 0);
        assert.equal(scene.stack.pollTimeout(), Number.POSITIVE_INFINITY);
      },
    ],
  };
}

inEachState("SHUTDOWN ACK", () => [{ kind: "SHUTDOWN ACK" }], [
  completed("AT-SHUTACK-01", "§8.4 5", "CLOSED"),
  completed("AT-SHUTACK-02", "§8.4 5", "CLOSED (not listening)"),
  completed("AT-SHUTACK-03", "§8.5.1 E", "COOKIE-WAIT"),
  completed("AT-SHUTACK-04", "§8.5.1 E", "COOKIE-ECHOED"),
  discarded("AT-SHUTACK-05", "§9.2", "ESTABLISHED"),
  discarded("AT-SHUTACK-06", "§9.2", "SHUTDOWN-PENDING"),
  endedBySender("AT-SHUTACK-07", "SHUTDOWN-SENT"),
  discarded("AT-SHUTACK-08", "§9.2", "SHUTDOWN-RECEIVED"),
  endedBySender("AT-SHUTACK-09", "SHUTDOWN-ACK-SENT"),
]);

inEachState("SHUTDOWN COMPLETE", () => [{ kind: "SHUTDOWN COMPLETE", tagReflected: false }], [
  discarded("AT-SHUTCOMP-01", "§8.4 6", "CLOSED"),
  discarded("AT-SHUTCOMP-02", "§8.4 6", "CLOSED (not listening)"),
  discarded("AT-SHUTCOMP-03", "§8.5.1 C", "COOKIE-WAIT"),
  discarded("AT-SHUTCOMP-04", "§8.5.1 C", "COOKIE-ECHOED"),
  discarded("AT-SHUTCOMP-05", "§8.5.1 C", "ESTABLISHED"),
  discarded("AT-SHUTCOMP-06", "§8.5.1 C", "SHUTDOWN-PENDING"),
  discarded("AT-SHUTCOMP-07", "§8.5.1 C", "SHUTDOWN-SENT"),
  discarded("AT-SHUTCOMP-08", "§8.5.1 C", "SHUTDOWN-RECEIVED"),
  {
    ...row("AT-SHUTCOMP-09", "§9.2", "valid", "SHUTDOWN-ACK-SENT", {
      sent: [],
      state: "CLOSED",
      events: ["shutdown complete"],
    }),
    also: [
      "no timer is left",
      ({ scene }) => {
        assert.equal(scene.stack.associationCount, 0);
        assert.equal(scene.stack.pollTimeout(), Number.POSITIVE_INFINITY);
      },
    ],
  },
]);

function told(id: string, state: TrialState): InState {
  return row(id, "§3.3.10", "valid", state, { ...nothingIn(state), events: ["remote error"] });
}

inEachState("ERROR", () => [{ kind: "ERROR", causes: [{ kind: "Out of Resource" }] }], [
  aborted("E-ERROR-01", "CLOSED"),
  aborted("E-ERROR-02", "CLOSED (not listening)"),
  told("E-ERROR-03", "COOKIE-ECHOED"),
  told("E-ERROR-04", "ESTABLISHED"),
  told("E-ERROR-05", "SHUTDOWN-PENDING"),
  told("E-ERROR-06", "SHUTDOWN-SENT"),
  told("E-ERROR-07", "SHUTDOWN-RECEIVED"),
  told("E-ERROR-08", "SHUTDOWN-ACK-SENT"),
]);

for (const [subject, stimulus, chunk] of [
  ["ECNE", "ECNE", { kind: "ECNE", lowestTsn: tsn(1) }],
  ["CWR", "CWR", { kind: "CWR", lowestTsn: tsn(1) }],
] as const) {
  inEachState(stimulus, () => [chunk], [
    aborted(`MIS-${subject}-01`, "CLOSED"),
    aborted(`MIS-${subject}-02`, "CLOSED (not listening)"),
    discarded(`MIS-${subject}-03`, "§3.2", "COOKIE-WAIT"),
    discarded(`MIS-${subject}-04`, "§3.2", "COOKIE-ECHOED"),
    discarded(`MIS-${subject}-05`, "§3.2", "ESTABLISHED"),
    discarded(`MIS-${subject}-06`, "§3.2", "SHUTDOWN-PENDING"),
    discarded(`MIS-${subject}-07`, "§3.2", "SHUTDOWN-SENT"),
    discarded(`MIS-${subject}-08`, "§3.2", "SHUTDOWN-RECEIVED"),
    discarded(`MIS-${subject}-09`, "§3.2", "SHUTDOWN-ACK-SENT"),
  ]);
}

const UNKNOWN = { kind: "UNKNOWN", type: 0xfe, flags: 5, value: Uint8Array.of(1, 2, 3, 4) } as const;

function reported(id: string, state: TrialState): InState {
  return {
    ...row(id, "§3.2", "valid", state, { ...nothingIn(state), sent: [["ERROR"]] }),
    also: [
      "ERROR has the cause Unrecognized Chunk Type with the whole chunk",
      ({ answers }: Trial) => {
        assert.deepEqual(only(answers, "ERROR").causes, [
          { kind: "Unrecognized Chunk Type", chunk: chunkBytes(UNKNOWN) },
        ]);
      },
    ],
  };
}

inEachState("a chunk of an unknown type that is to be reported", () => [UNKNOWN], [
  aborted("MIS-UNKNOWN-01", "CLOSED"),
  aborted("MIS-UNKNOWN-02", "CLOSED (not listening)"),
  reported("MIS-UNKNOWN-03", "ESTABLISHED"),
  reported("MIS-UNKNOWN-04", "SHUTDOWN-PENDING"),
  reported("MIS-UNKNOWN-05", "SHUTDOWN-SENT"),
  reported("MIS-UNKNOWN-06", "SHUTDOWN-RECEIVED"),
  reported("MIS-UNKNOWN-07", "SHUTDOWN-ACK-SENT"),
]);
