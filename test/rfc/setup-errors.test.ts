import assert from "node:assert/strict";
import { chunkBytes, type Chunk } from "../../src/wire/chunk.js";
import type { InitAckChunk } from "../../src/wire/chunks/init-ack-chunk.js";
import type { ErrorCause } from "../../src/wire/error-cause.js";
import { parameterBytes, type Parameter } from "../../src/wire/parameter.js";
import { dataOf, initAckOf, initOf, only, PEER_COOKIE, PEER_TAG, PEER_TSN } from "../stack/scene.js";
import { purpose } from "./purpose.js";
import { inState, nothingIn, type TrialState } from "./trial.js";

const COOKIE: Parameter = { kind: "State Cookie", cookie: PEER_COOKIE };
const HOST_NAME: Parameter = {
  kind: "Host Name Address",
  hostName: new TextEncoder().encode("peer.example\0"),
};
const INVALID: ErrorCause = { kind: "Invalid Mandatory Parameter" };
const UNRESOLVABLE: ErrorCause = { kind: "Unresolvable Address", address: parameterBytes(HOST_NAME) };

/** A value of INIT and INIT ACK that is refused, where the RFC says so, and with which cause. */
const REFUSED = [
  ["01", "a_rwnd 1499", { aRwnd: 1499 }, INVALID],
  ["02", "no outbound stream (OS 0)", { outboundStreams: 0 }, INVALID],
  ["03", "no inbound stream (MIS 0)", { inboundStreams: 0 }, INVALID],
  ["04", "a Host Name Address", { parameters: [HOST_NAME] }, UNRESOLVABLE],
] as const;

const STATES = [
  ["A", "CLOSED"],
  ["B", "COOKIE-WAIT"],
  ["C", "COOKIE-ECHOED"],
  ["D", "ESTABLISHED"],
] as const;

for (const [number, what, change, cause] of REFUSED) {
  for (const [letter, state] of STATES) {
    purpose(
      {
        id: `I-INIT${letter}-${number}`,
        clause: "§3.3.2",
        state,
        kind: "invalid",
        stimulus: `INIT with ${what}`,
        expected: `sends ABORT under the Initiate Tag without the T bit, cause ${cause.kind}; ${state}`,
      },
      () => {
        const trial = inState(state);
        assert.deepEqual(trial.stimulate(initOf(change)), { ...nothingIn(state), sent: [["ABORT"]] });
        const abort = only(trial.answers, "ABORT");
        assert.equal(trial.answers[0]?.tag, PEER_TAG);
        assert.equal(abort.tagReflected, false);
        assert.deepEqual(abort.causes, [cause]);
      },
    );
  }
}

purpose(
  {
    id: "I-INITA-05",
    clause: "§3.3.2",
    state: "CLOSED",
    kind: "valid",
    stimulus: "INIT with a_rwnd 1500",
    expected: "sends INIT ACK",
  },
  () => {
    assert.deepEqual(inState("CLOSED").stimulate(initOf({ aRwnd: 1500 })).sent, [["INIT ACK"]]);
  },
);

for (const [id, state] of [
  ["I-INITA-06", "CLOSED"],
  ["I-INITB-06", "COOKIE-WAIT"],
  ["I-INITC-06", "COOKIE-ECHOED"],
  ["I-INITD-06", "ESTABLISHED"],
] as const) {
  purpose(
    {
      id,
      clause: "§3.3.2",
      state,
      kind: "invalid",
      stimulus: "INIT with the Initiate Tag 0",
      expected: `silently discarded; ${state}`,
    },
    () => {
      assert.deepEqual(inState(state).stimulate(initOf({ initiateTag: 0 })), nothingIn(state));
    },
  );
}

/** An INIT or INIT ACK whose last parameter says to be longer than the chunk. */
function withOverlongParameter(chunk: Chunk): Uint8Array {
  const bytes = chunkBytes(chunk);
  const last = bytes.length - 8;
  bytes[last + 3] = 200;
  return bytes;
}

function withShortParameter(chunk: Chunk): Uint8Array {
  const bytes = withOverlongParameter(chunk);
  bytes[bytes.length - 5] = 3;
  return bytes;
}

const LAST: Parameter = { kind: "Cookie Preservative", suggestedIncrementMs: 1 };

for (const [id, what, bytes] of [
  ["I-INITA-07", "a parameter that runs over the end", withOverlongParameter(initOf({ parameters: [LAST] }))],
  ["I-INITA-08", "a parameter of length 3", withShortParameter(initOf({ parameters: [LAST] }))],
] as const) {
  purpose(
    {
      id,
      clause: "§5.1",
      state: "CLOSED",
      kind: "invalid",
      stimulus: `INIT with ${what}`,
      expected: "refused: ABORT under the Initiate Tag without the T bit; CLOSED",
    },
    () => {
      const trial = inState("CLOSED");
      assert.deepEqual(trial.stimulateFrom(0, {}, bytes).sent, [["ABORT"]]);
      assert.equal(trial.answers[0]?.tag, PEER_TAG);
      assert.equal(only(trial.answers, "ABORT").tagReflected, false);
    },
  );
}

purpose(
  {
    id: "I-INITA-09",
    clause: "§3.3.2",
    state: "CLOSED",
    kind: "invalid",
    stimulus: "INIT of 16 bytes, without its Initial TSN",
    expected: "discarded; nothing is kept",
  },
  () => {
    const bytes = chunkBytes(initOf()).slice(0, 16);
    bytes[3] = 16;
    assert.deepEqual(inState("CLOSED").stimulateFrom(0, {}, bytes), nothingIn("CLOSED"));
  },
);

for (const [id, state, chunks, order] of [
  ["I-BUNDLE-01", "CLOSED", [initOf(), dataOf(PEER_TSN)], "INIT + DATA"],
  ["I-BUNDLE-02", "CLOSED", [initOf(), initOf()], "INIT + INIT"],
  ["I-BUNDLE-03", "ESTABLISHED", [initOf(), dataOf(PEER_TSN)], "INIT + DATA"],
  ["I-BUNDLE-04", "CLOSED", [dataOf(PEER_TSN), initOf()], "DATA + INIT"],
] as const) {
  purpose(
    {
      id,
      clause: "§8.5.1 A",
      state,
      kind: "invalid",
      stimulus: `${order} under tag 0`,
      expected: `silently discarded; ${state}`,
    },
    () => {
      const trial = inState(state);
      assert.deepEqual(trial.stimulateFrom(0, {}, ...chunks), nothingIn(state));
    },
  );
}

purpose(
  {
    id: "I-BUNDLE-05",
    clause: "§6.10",
    state: "COOKIE-WAIT",
    kind: "invalid",
    stimulus: "INIT ACK + COOKIE ACK",
    expected: "INIT ACK is not accepted with company: nothing is sent; COOKIE-WAIT",
  },
  () => {
    const trial = inState("COOKIE-WAIT");
    assert.deepEqual(trial.stimulate(initAckOf(), { kind: "COOKIE ACK" }), nothingIn("COOKIE-WAIT"));
  },
);

purpose(
  {
    id: "I-BUNDLE-06",
    clause: "§6.10",
    state: "SHUTDOWN-ACK-SENT",
    kind: "invalid",
    stimulus: "SHUTDOWN COMPLETE + COOKIE ACK",
    expected: "SHUTDOWN COMPLETE is not accepted with company; SHUTDOWN-ACK-SENT",
  },
  () => {
    const trial = inState("SHUTDOWN-ACK-SENT");
    const outcome = trial.stimulate(
      { kind: "SHUTDOWN COMPLETE", tagReflected: false },
      { kind: "COOKIE ACK" },
    );
    assert.deepEqual(outcome, nothingIn("SHUTDOWN-ACK-SENT"));
  },
);

purpose(
  {
    id: "I-BUNDLE-07",
    clause: "§3.3.7",
    state: "ESTABLISHED",
    kind: "invalid",
    stimulus: "ABORT + DATA",
    expected: "the ABORT ends the association, what stands behind it is ignored; nothing is sent",
  },
  () => {
    const outcome = inState("ESTABLISHED").stimulate(
      { kind: "ABORT", tagReflected: false, causes: [] },
      dataOf(PEER_TSN),
    );
    assert.deepEqual(outcome, { sent: [], state: "CLOSED", events: ["communication lost"] });
  },
);

/** What an INIT ACK may not say in COOKIE-WAIT (RFC 9260 §3.3.3, §5.1). */
const REFUSED_INIT_ACKS: readonly (readonly [string, string, Partial<InitAckChunk>, ErrorCause[]])[] = [
  ["I-INITACK-01", "no outbound stream (OS 0)", { outboundStreams: 0 }, [INVALID]],
  ["I-INITACK-02", "no inbound stream (MIS 0)", { inboundStreams: 0 }, [INVALID]],
  ["I-INITACK-03", "a Host Name Address", { parameters: [COOKIE, HOST_NAME] }, [UNRESOLVABLE]],
  [
    "I-INITACK-04",
    "no State Cookie",
    { parameters: [] },
    [{ kind: "Missing Mandatory Parameter", parameterTypes: [7] }],
  ],
];

for (const [id, what, change, causes] of REFUSED_INIT_ACKS) {
  const cause = causes[0]?.kind ?? "";
  purpose(
    {
      id,
      clause: "§3.3.3",
      state: "COOKIE-WAIT",
      kind: "invalid",
      stimulus: `INIT ACK with ${what}`,
      expected: `sends ABORT under its Initiate Tag, cause ${cause}; CLOSED; the user is told "cannot start"`,
    },
    () => {
      const trial = inState("COOKIE-WAIT");
      const outcome = trial.stimulate(initAckOf(change));
      assert.deepEqual(outcome, { sent: [["ABORT"]], state: "CLOSED", events: ["cannot start"] });
      const abort = only(trial.answers, "ABORT");
      assert.equal(trial.answers[0]?.tag, PEER_TAG);
      assert.equal(abort.tagReflected, false);
      assert.deepEqual(abort.causes, causes);
      assert.equal(trial.scene.stack.pollTimeout(), Number.POSITIVE_INFINITY);
    },
  );
}

purpose(
  {
    id: "I-INITACK-05",
    clause: "§3.3.3",
    state: "COOKIE-WAIT",
    kind: "invalid",
    stimulus: "INIT ACK with the Initiate Tag 0",
    expected: 'sends ABORT with the T bit and our tag; CLOSED; the user is told "cannot start"',
  },
  () => {
    const trial = inState("COOKIE-WAIT");
    const outcome = trial.stimulate(initAckOf({ initiateTag: 0 }));
    assert.deepEqual(outcome, { sent: [["ABORT"]], state: "CLOSED", events: ["cannot start"] });
    assert.equal(only(trial.answers, "ABORT").tagReflected, true);
    assert.equal(trial.answers[0]?.tag, trial.tag);
  },
);

purpose(
  {
    id: "I-INITACK-06",
    clause: "§3.3.3",
    state: "COOKIE-WAIT",
    kind: "invalid",
    stimulus: "INIT ACK with a_rwnd 1499",
    expected: "sends ABORT under its Initiate Tag; COOKIE-WAIT, and T1-init runs on",
  },
  () => {
    const trial = inState("COOKIE-WAIT");
    const outcome = trial.stimulate(initAckOf({ aRwnd: 1499 }));
    assert.deepEqual(outcome, { sent: [["ABORT"]], state: "COOKIE-WAIT", events: [] });
    assert.equal(trial.answers[0]?.tag, PEER_TAG);
    assert.equal(only(trial.answers, "ABORT").tagReflected, false);
    assert.deepEqual(trial.wait(1000).sent, [["INIT"]]);
  },
);

purpose(
  {
    id: "I-INITACK-07",
    clause: "§5.1",
    state: "COOKIE-WAIT",
    kind: "invalid",
    stimulus: "INIT ACK with a parameter that runs over the end",
    expected: 'sends ABORT under its Initiate Tag; CLOSED; the user is told "cannot start"',
  },
  () => {
    const trial = inState("COOKIE-WAIT");
    const bytes = withOverlongParameter(initAckOf({ parameters: [COOKIE, LAST] }));
    const outcome = trial.stimulate(bytes);
    assert.deepEqual(outcome, { sent: [["ABORT"]], state: "CLOSED", events: ["cannot start"] });
    assert.equal(trial.answers[0]?.tag, PEER_TAG);
  },
);

purpose(
  {
    id: "I-INITACK-08",
    clause: "§8.5",
    state: "COOKIE-WAIT",
    kind: "invalid",
    stimulus: "INIT ACK under a wrong tag",
    expected: "silently discarded; COOKIE-WAIT",
  },
  () => {
    const trial = inState("COOKIE-WAIT");
    assert.deepEqual(trial.stimulateFrom(trial.tag ^ 1, {}, initAckOf()), nothingIn("COOKIE-WAIT"));
  },
);

/** RFC 9260 §3.3.3: what is refused in COOKIE-WAIT is discarded without a word in every other state. */
const LATER: readonly (readonly [string, TrialState])[] = [
  ["C", "COOKIE-ECHOED"],
  ["D", "ESTABLISHED"],
  ["E", "SHUTDOWN-SENT"],
];

for (const [letter, state] of LATER) {
  for (const [number, what, change] of [
    ["01", "the Initiate Tag 0", { initiateTag: 0 }],
    ["02", "no outbound stream (OS 0)", { outboundStreams: 0 }],
    ["03", "no inbound stream (MIS 0)", { inboundStreams: 0 }],
    ["04", "no State Cookie", { parameters: [] }],
  ] as const) {
    purpose(
      {
        id: `I-INITACK${letter}-${number}`,
        clause: "§3.3.3",
        state,
        kind: "invalid",
        stimulus: `INIT ACK with ${what}`,
        expected: `silently discarded; ${state}`,
      },
      () => {
        assert.deepEqual(inState(state).stimulate(initAckOf(change)), nothingIn(state));
      },
    );
  }
}
