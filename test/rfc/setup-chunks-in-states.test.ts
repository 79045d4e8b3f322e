import assert from "node:assert/strict";
import type { Chunk } from "../../src/wire/chunk.js";
import { cookieOf, initAckOf, initOf, only, PEER_TAG } from "../stack/scene.js";
import { inEachState, type InState } from "./in-each-state.js";
import { FOREIGN_TAG, nothingIn, type Trial, type TrialState } from "./trial.js";

/** The answer is under the Initiate Tag of the INIT. */
function underInitiateTag({ answers }: Trial): void {
  assert.equal(answers[0]?.tag, PEER_TAG);
  assert.equal(answers[0]?.destination, "10.0.0.1");
}

/** The answer of rule 8 of §8.4: the tag is reflected. */
export function reflectsTag({ answers }: Trial): void {
  assert.equal(only(answers, "ABORT").tagReflected, true);
  assert.equal(answers[0]?.tag, FOREIGN_TAG);
}

const REFLECTED = ["ABORT has the T bit and the tag of the packet", reflectsTag] as const;

function initAnswered(id: string, state: TrialState): InState {
  return {
    id,
    clause: "§5.2.2",
    state,
    kind: "inopportune",
    outcome: { ...nothingIn(state), sent: [["INIT ACK"]] },
    also: [
      "INIT ACK is under the Initiate Tag and announces a new tag",
      (trial) => {
        underInitiateTag(trial);
        const { initiateTag } = only(trial.answers, "INIT ACK");
        assert.notEqual(initiateTag, trial.tag);
        assert.notEqual(initiateTag, 0);
        // The association has not changed: its old tag is still the right one.
        assert.deepEqual(trial.stimulate({ kind: "ERROR", causes: [] }).state, state);
      },
    ],
  };
}

inEachState("INIT", () => [initOf()], [
  {
    id: "AS-INIT-01",
    clause: "§5.1 B",
    state: "CLOSED",
    kind: "valid",
    outcome: { sent: [["INIT ACK"]], state: "CLOSED", events: [] },
    also: [
      "INIT ACK is under the Initiate Tag with a tag, a State Cookie and no state kept",
      (trial) => {
        underInitiateTag(trial);
        const initAck = only(trial.answers, "INIT ACK");
        assert.notEqual(initAck.initiateTag, 0);
        assert.ok(cookieOf(initAck).length > 0);
        assert.equal(trial.scene.stack.associationCount, 0);
      },
    ],
  },
  {
    id: "AS-INIT-02",
    clause: "§8.4 3",
    state: "CLOSED (not listening)",
    kind: "inopportune",
    outcome: { sent: [["ABORT"]], state: "CLOSED", events: [] },
    also: [
      "ABORT is under the Initiate Tag, without the T bit",
      (trial) => {
        underInitiateTag(trial);
        assert.equal(only(trial.answers, "ABORT").tagReflected, false);
      },
    ],
  },
  {
    id: "AS-INIT-03",
    clause: "§5.2.1",
    state: "COOKIE-WAIT",
    kind: "inopportune",
    outcome: { ...nothingIn("COOKIE-WAIT"), sent: [["INIT ACK"]] },
    also: [
      "INIT ACK has the tag and the Initial TSN of our INIT, and T1-init runs on",
      (trial) => {
        underInitiateTag(trial);
        const initAck = only(trial.answers, "INIT ACK");
        assert.equal(initAck.initiateTag, trial.tag);
        assert.equal(initAck.initialTsn, trial.firstTsn);
        assert.deepEqual(trial.wait(1000).sent, [["INIT"]]);
      },
    ],
  },
  {
    id: "AS-INIT-04",
    clause: "§5.2.1",
    state: "COOKIE-ECHOED",
    kind: "inopportune",
    outcome: { ...nothingIn("COOKIE-ECHOED"), sent: [["INIT ACK"]] },
    also: [
      "INIT ACK has the tag and the Initial TSN of our INIT, and T1-cookie runs on",
      (trial) => {
        underInitiateTag(trial);
        const initAck = only(trial.answers, "INIT ACK");
        assert.equal(initAck.initiateTag, trial.tag);
        assert.equal(initAck.initialTsn, trial.firstTsn);
        assert.deepEqual(trial.wait(1000).sent, [["COOKIE ECHO"]]);
      },
    ],
  },
  initAnswered("AS-INIT-05", "ESTABLISHED"),
  initAnswered("AS-INIT-06", "SHUTDOWN-PENDING"),
  initAnswered("AS-INIT-07", "SHUTDOWN-SENT"),
  initAnswered("AS-INIT-08", "SHUTDOWN-RECEIVED"),
  {
    id: "AS-INIT-09",
    clause: "§9.2",
    state: "SHUTDOWN-ACK-SENT",
    kind: "inopportune",
    outcome: { ...nothingIn("SHUTDOWN-ACK-SENT"), sent: [["SHUTDOWN ACK"]] },
    also: [
      "SHUTDOWN ACK is under the peer's tag",
      ({ answers }) => {
        assert.equal(answers[0]?.tag, PEER_TAG);
      },
    ],
  },
]);

function discarded(id: string, clause: string, state: TrialState): InState {
  return { id, clause, state, kind: "inopportune", outcome: nothingIn(state) };
}

inEachState("INIT ACK", () => [initAckOf({ initiateTag: 0x3333_3333 })], [
  {
    id: "AS-INITACK-01",
    clause: "§8.4 8",
    state: "CLOSED",
    kind: "inopportune",
    outcome: { sent: [["ABORT"]], state: "CLOSED", events: [] },
    also: REFLECTED,
  },
  {
    id: "AS-INITACK-02",
    clause: "§5.1 C",
    state: "COOKIE-WAIT",
    kind: "valid",
    outcome: { sent: [["COOKIE ECHO"]], state: "COOKIE-ECHOED", events: [] },
    also: [
      "COOKIE ECHO is under the tag of the INIT ACK with its State Cookie, and T1-init has ended",
      (trial) => {
        assert.equal(trial.answers[0]?.tag, 0x3333_3333);
        assert.deepEqual(only(trial.answers, "COOKIE ECHO").cookie, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
        assert.deepEqual(trial.wait(1000).sent, [["COOKIE ECHO"]]);
      },
    ],
  },
  discarded("AS-INITACK-03", "§5.2.3", "COOKIE-ECHOED"),
  discarded("AS-INITACK-04", "§5.2.3", "ESTABLISHED"),
  discarded("AS-INITACK-05", "§5.2.3", "SHUTDOWN-PENDING"),
  discarded("AS-INITACK-06", "§5.2.3", "SHUTDOWN-SENT"),
  discarded("AS-INITACK-07", "§5.2.3", "SHUTDOWN-RECEIVED"),
  discarded("AS-INITACK-08", "§5.2.3", "SHUTDOWN-ACK-SENT"),
  {
    id: "AS-INITACK-09",
    clause: "§8.4 8",
    state: "CLOSED (not listening)",
    kind: "inopportune",
    outcome: { sent: [["ABORT"]], state: "CLOSED", events: [] },
    also: REFLECTED,
  },
]);

/** A COOKIE ECHO that repeats the one of the association. */
function repeatedCookie({ cookie }: Trial): Chunk[] {
  return [{ kind: "COOKIE ECHO", cookie }];
}

function cookieAcknowledged(id: string, state: TrialState): InState {
  return {
    id,
    clause: "§5.2.4 D",
    state,
    kind: "inopportune",
    outcome: { ...nothingIn(state), sent: [["COOKIE ACK"]] },
    also: ["COOKIE ACK is under the peer's tag", underInitiateTag],
  };
}

inEachState("COOKIE ECHO whose cookie has both tags of the association", repeatedCookie, [
  cookieAcknowledged("AS-COOKIE-01", "ESTABLISHED"),
  cookieAcknowledged("AS-COOKIE-02", "SHUTDOWN-PENDING"),
  cookieAcknowledged("AS-COOKIE-03", "SHUTDOWN-SENT"),
  cookieAcknowledged("AS-COOKIE-04", "SHUTDOWN-RECEIVED"),
  cookieAcknowledged("AS-COOKIE-05", "SHUTDOWN-ACK-SENT"),
]);

inEachState(
  "COOKIE ECHO that cannot be authenticated",
  () => [{ kind: "COOKIE ECHO", cookie: new Uint8Array(120) }],
  [
    { ...discarded("AS-COOKIE-06", "§5.1.5 2", "CLOSED"), kind: "invalid" },
    { ...discarded("AS-COOKIE-07", "§5.1.5 2", "COOKIE-WAIT"), kind: "invalid" },
    { ...discarded("AS-COOKIE-08", "§5.2.4 2", "COOKIE-ECHOED"), kind: "invalid" },
    { ...discarded("AS-COOKIE-09", "§5.2.4 2", "ESTABLISHED"), kind: "invalid" },
    { ...discarded("AS-COOKIE-10", "§5.2.4 2", "SHUTDOWN-PENDING"), kind: "invalid" },
    { ...discarded("AS-COOKIE-11", "§5.2.4 2", "SHUTDOWN-SENT"), kind: "invalid" },
    { ...discarded("AS-COOKIE-12", "§5.2.4 2", "SHUTDOWN-RECEIVED"), kind: "invalid" },
    { ...discarded("AS-COOKIE-13", "§5.2.4 2", "SHUTDOWN-ACK-SENT"), kind: "invalid" },
    { ...discarded("AS-COOKIE-14", "§5.1.5 2", "CLOSED (not listening)"), kind: "invalid" },
  ],
);

inEachState("COOKIE ACK", () => [{ kind: "COOKIE ACK" }], [
  discarded("AS-COOKIEACK-01", "§8.4 7", "CLOSED"),
  discarded("AS-COOKIEACK-02", "§8.4 7", "CLOSED (not listening)"),
  discarded("AS-COOKIEACK-03", "§5.2.5", "COOKIE-WAIT"),
  {
    id: "AS-COOKIEACK-04",
    clause: "§5.1 E",
    state: "COOKIE-ECHOED",
    kind: "valid",
    outcome: { sent: [], state: "ESTABLISHED", events: ["communication up"] },
    also: [
      "T1-cookie has ended",
      (trial) => {
        assert.deepEqual(trial.wait(10_000).sent, []);
      },
    ],
  },
  discarded("AS-COOKIEACK-05", "§5.2.5", "ESTABLISHED"),
  discarded("AS-COOKIEACK-06", "§5.2.5", "SHUTDOWN-PENDING"),
  discarded("AS-COOKIEACK-07", "§5.2.5", "SHUTDOWN-SENT"),
  discarded("AS-COOKIEACK-08", "§5.2.5", "SHUTDOWN-RECEIVED"),
  discarded("AS-COOKIEACK-09", "§5.2.5", "SHUTDOWN-ACK-SENT"),
]);
