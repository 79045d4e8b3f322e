import assert from "node:assert/strict";
import { tsn } from "../../src/base/serial-number.js";
import type { Chunk } from "../../src/wire/chunk.js";
import type { InitChunk } from "../../src/wire/chunks/init-chunk.js";
import {
  cookieOf,
  dataOf,
  initAckOf,
  initOf,
  only,
  type Origin,
  PEER_TAG,
  PEER_TSN,
  Scene,
} from "../stack/scene.js";
import { purpose } from "./purpose.js";
import { inState, nothingIn, Trial, type TrialState } from "./trial.js";

/** What the peer says after it has forgotten everything. */
const ANEW: Partial<InitChunk> = { initiateTag: 0x4444_4444, initialTsn: tsn(50_000) };

interface Echo {
  /** The tag that the INIT ACK told. */
  readonly tag: number;
  readonly chunk: Chunk;
}

/** Has the stack make a cookie for an INIT. */
function echoFor(scene: Scene, change: Partial<InitChunk>, from: Partial<Origin> = {}): Echo {
  const initAck = only(scene.receive(0, [initOf(change)], from), "INIT ACK");
  return { tag: initAck.initiateTag, chunk: { kind: "COOKIE ECHO", cookie: cookieOf(initAck) } };
}

function restartIn(state: TrialState): { trial: Trial; echo: Echo } {
  const trial = inState(state);
  return { trial, echo: echoFor(trial.scene, ANEW) };
}

// Table 12, row X X M M: action A.

for (const [id, state, events] of [
  ["AS-DUP-01", "ESTABLISHED", ["restart"]],
  ["AS-DUP-02", "SHUTDOWN-PENDING", ["send failed", "restart"]],
  ["AS-DUP-03", "SHUTDOWN-SENT", ["restart"]],
  ["AS-DUP-04", "SHUTDOWN-RECEIVED", ["send failed", "restart"]],
] as const) {
  purpose(
    {
      id,
      clause: "§5.2.4 A",
      state,
      kind: "inopportune",
      stimulus: "COOKIE ECHO of a peer that has restarted: X X M M",
      expected: "sends COOKIE ACK under the new tag; ESTABLISHED; RESTART instead of COMMUNICATION LOST",
    },
    () => {
      const { trial, echo } = restartIn(state);
      const outcome = trial.stimulateFrom(echo.tag, {}, echo.chunk);
      assert.deepEqual(outcome, { sent: [["COOKIE ACK"]], state: "ESTABLISHED", events });
      assert.equal(trial.answers[0]?.tag, 0x4444_4444);
      // The new TSNs and tags hold from now on, and the old ones do not.
      assert.deepEqual(trial.stimulateFrom(echo.tag, {}, dataOf(50_000, { ssn: 0 as never })).events, [
        "data",
      ]);
      assert.deepEqual(trial.stimulateFrom(trial.tag, {}, dataOf(PEER_TSN + 1)), nothingIn("ESTABLISHED"));
    },
  );
}

purpose(
  {
    id: "AS-DUP-05",
    clause: "§5.2.4 A",
    state: "SHUTDOWN-ACK-SENT",
    kind: "inopportune",
    stimulus: "INIT and COOKIE ECHO of a peer that has restarted while SHUTDOWN was on its way: X X M M",
    expected: "no association; SHUTDOWN ACK again and ERROR, Cookie Received While Shutting Down",
  },
  () => {
    // The cookie is made while INITs are still answered; then the old SHUTDOWN arrives.
    const { trial, echo } = restartIn("ESTABLISHED");
    trial.stimulate(trial.shutdownChunk(0));
    assert.equal(trial.state, "SHUTDOWN-ACK-SENT");
    const outcome = trial.stimulateFrom(echo.tag, {}, echo.chunk);
    assert.deepEqual(outcome.events, []);
    assert.equal(outcome.state, "SHUTDOWN-ACK-SENT");
    assert.deepEqual(outcome.sent.flat().toSorted(), ["ERROR", "SHUTDOWN ACK"]);
    assert.deepEqual(only(trial.answers, "ERROR").causes, [{ kind: "Cookie Received While Shutting Down" }]);
  },
);

purpose(
  {
    id: "AS-DUP-06",
    clause: "§5.2.4 A",
    state: "ESTABLISHED",
    kind: "inopportune",
    stimulus: "COOKIE ECHO of a restarted peer, after the congestion window has grown",
    expected: "cwnd and ssthresh have their initial values; SSNs and TSNs begin anew",
  },
  () => {
    const { trial, echo } = restartIn("ESTABLISHED");
    const initial = trial.association.primaryPath.congestion.cwnd;
    trial.send(1000, 1000, 1000, 1000);
    trial.stimulate(trial.sack(trial.association.unackedChunks));
    trial.send(1400, 1400, 1400, 1400);
    trial.wait(3000);
    assert.notEqual(trial.association.primaryPath.congestion.cwnd, initial);
    trial.stimulateFrom(echo.tag, {}, echo.chunk);
    assert.equal(trial.association.primaryPath.congestion.cwnd, initial);
    trial.send(10);
    assert.equal(trial.dataChunks[0]?.ssn, 0);
  },
);

// Rows M X A A and M 0 A A: action B.

purpose(
  {
    id: "AS-DUP-07",
    clause: "§5.2.4 B",
    state: "COOKIE-WAIT",
    kind: "inopportune",
    stimulus: "the peer's INIT, and its COOKIE ECHO, before it has answered our INIT: M 0 A A",
    expected: "sends COOKIE ACK under the peer's tag; ESTABLISHED; T1-init has ended",
  },
  () => {
    const trial = inState("COOKIE-WAIT");
    const echo = echoFor(trial.scene, {});
    assert.equal(echo.tag, trial.tag);
    const outcome = trial.stimulate(echo.chunk);
    assert.deepEqual(outcome, {
      sent: [["COOKIE ACK"]],
      state: "ESTABLISHED",
      events: ["communication up"],
    });
    assert.equal(trial.answers[0]?.tag, PEER_TAG);
    assert.deepEqual(trial.wait(20_000).sent, []);
  },
);

purpose(
  {
    id: "AS-DUP-08",
    clause: "§5.2.4 B",
    state: "COOKIE-ECHOED",
    kind: "inopportune",
    stimulus: "COOKIE ECHO of the peer's own INIT, which has another tag than its INIT ACK: M X A A",
    expected: "the peer's tag is that of its INIT; sends COOKIE ACK; ESTABLISHED; T1-cookie has ended",
  },
  () => {
    const trial = inState("COOKIE-ECHOED");
    const echo = echoFor(trial.scene, ANEW);
    assert.deepEqual(trial.stimulate(echo.chunk), {
      sent: [["COOKIE ACK"]],
      state: "ESTABLISHED",
      events: ["communication up"],
    });
    assert.equal(trial.answers[0]?.tag, 0x4444_4444);
    trial.send(10);
    assert.equal(trial.answers[0]?.tag, 0x4444_4444);
    trial.stimulate(trial.sack(1));
    assert.deepEqual(trial.wait(20_000).sent, []);
  },
);

purpose(
  {
    id: "AS-DUP-09",
    clause: "§5.2.4 D",
    state: "COOKIE-ECHOED",
    kind: "inopportune",
    stimulus: "COOKIE ECHO of the peer's own INIT with the tag of its INIT ACK: M M A A",
    expected: "sends COOKIE ACK; ESTABLISHED; T1-cookie has ended",
  },
  () => {
    const trial = inState("COOKIE-ECHOED");
    const echo = echoFor(trial.scene, {});
    assert.deepEqual(trial.stimulate(echo.chunk), {
      sent: [["COOKIE ACK"]],
      state: "ESTABLISHED",
      events: ["communication up"],
    });
    assert.deepEqual(trial.wait(20_000).sent, []);
  },
);

purpose(
  {
    id: "AS-DUP-10",
    clause: "§5.2.4 C",
    state: "COOKIE-ECHOED",
    kind: "inopportune",
    stimulus: "a late cookie, of an INIT that came before our own: X M 0 0",
    expected: "silently discarded; COOKIE-ECHOED, and T1-cookie runs on",
  },
  () => {
    const scene = new Scene();
    const echo = echoFor(scene, {});
    const { association, init } = scene.associate();
    scene.receive(init.initiateTag, [initAckOf()]);
    const trial = new Trial(scene, { association, tag: init.initiateTag, firstTsn: init.initialTsn });
    assert.deepEqual(trial.stimulateFrom(echo.tag, {}, echo.chunk), nothingIn("COOKIE-ECHOED"));
    assert.deepEqual(trial.wait(1000).sent, [["COOKIE ECHO"]]);
  },
);

// What Table 12 does not show is discarded.

for (const [id, state] of [
  ["AS-DUP-11", "ESTABLISHED"],
  ["AS-DUP-12", "SHUTDOWN-SENT"],
] as const) {
  purpose(
    {
      id,
      clause: "§5.2.4 5",
      state,
      kind: "inopportune",
      stimulus: "a cookie with other tags that was made before the association: X X 0 0",
      expected: `silently discarded; ${state}`,
    },
    () => {
      const scene = new Scene();
      const echo = echoFor(scene, ANEW);
      const { association, tag, initAck } = scene.accept();
      const trial = new Trial(scene, { association, tag, firstTsn: initAck.initialTsn });
      if (state === "SHUTDOWN-SENT") trial.shutdown();
      assert.deepEqual(trial.stimulateFrom(echo.tag, {}, echo.chunk), nothingIn(state));
    },
  );
}

purpose(
  {
    id: "AS-DUP-13",
    clause: "§5.2.4 5",
    state: "ESTABLISHED",
    kind: "inopportune",
    stimulus: "a cookie with other tags and the Tie-Tags of an earlier life of the association: X X X X",
    expected: "silently discarded; ESTABLISHED",
  },
  () => {
    const { trial, echo } = restartIn("ESTABLISHED");
    const stale = echoFor(trial.scene, { initiateTag: 0x5555_5555 });
    trial.stimulateFrom(echo.tag, {}, echo.chunk);
    // A restart has made new Tie-Tags necessary; the other cookie has the old ones.
    echoFor(trial.scene, { initiateTag: 0x6666_6666 });
    assert.deepEqual(trial.stimulateFrom(stale.tag, {}, stale.chunk), nothingIn("ESTABLISHED"));
  },
);

purpose(
  {
    id: "AS-DUP-14",
    clause: "§5.2.4 5",
    state: "ESTABLISHED",
    kind: "inopportune",
    stimulus: "a cookie of an INIT with the peer's tag that came while the association stood: X M M M",
    expected: "silently discarded; ESTABLISHED",
  },
  () => {
    const trial = inState("ESTABLISHED");
    const echo = echoFor(trial.scene, {});
    assert.notEqual(echo.tag, trial.tag);
    assert.deepEqual(trial.stimulateFrom(echo.tag, {}, echo.chunk), nothingIn("ESTABLISHED"));
  },
);

// Cookies and time.

/** A COOKIE ECHO that comes so long after its INIT ACK. */
function afterwards(durationMs: number, parameters: InitChunk["parameters"] = []): Trial & { echo: Echo } {
  const scene = new Scene({ config: { validCookieLifeMs: 60_000 } });
  const echo = echoFor(scene, { parameters });
  scene.advance(durationMs);
  return Object.assign(new Trial(scene), { echo });
}

purpose(
  {
    id: "AS-STALE-01",
    clause: "§5.1.5 4",
    state: "CLOSED",
    kind: "inopportune",
    stimulus: "COOKIE ECHO + DATA, 250.0004 ms after the cookie has expired",
    expected: "sends ERROR, Stale Cookie of 250001 µs (rounded up, §3.3.10.3); the DATA is discarded; CLOSED",
  },
  () => {
    const trial = afterwards(60_250.0004);
    const outcome = trial.stimulateFrom(trial.echo.tag, {}, trial.echo.chunk, dataOf(PEER_TSN));
    assert.deepEqual(outcome, { sent: [["ERROR"]], state: "CLOSED", events: [] });
    assert.equal(trial.answers[0]?.tag, PEER_TAG);
    assert.deepEqual(only(trial.answers, "ERROR").causes, [
      { kind: "Stale Cookie", stalenessMicroseconds: 250_001 },
    ]);
    assert.equal(trial.scene.stack.associationCount, 0);
  },
);

purpose(
  {
    id: "AS-STALE-02",
    clause: "§5.1.5 4",
    state: "CLOSED",
    kind: "valid",
    stimulus: "COOKIE ECHO at the very end of the cookie's life",
    expected: "accepted: sends COOKIE ACK",
  },
  () => {
    const trial = afterwards(60_000);
    assert.deepEqual(trial.stimulateFrom(trial.echo.tag, {}, trial.echo.chunk).sent, [["COOKIE ACK"]]);
  },
);

purpose(
  {
    id: "AS-STALE-03",
    clause: "§3.3.2.1.3",
    state: "CLOSED",
    kind: "valid",
    stimulus: "INIT with Cookie Preservative of 5 s, then its COOKIE ECHO 4 s after the usual life",
    expected: "accepted: sends COOKIE ACK",
  },
  () => {
    const trial = afterwards(64_000, [{ kind: "Cookie Preservative", suggestedIncrementMs: 5000 }]);
    assert.deepEqual(trial.stimulateFrom(trial.echo.tag, {}, trial.echo.chunk).sent, [["COOKIE ACK"]]);
  },
);

purpose(
  {
    id: "AS-STALE-04",
    clause: "§5.2.4 3",
    state: "ESTABLISHED",
    kind: "inopportune",
    stimulus: "the association's own COOKIE ECHO again, long after its life",
    expected: "valid nevertheless, because both tags match: sends COOKIE ACK; ESTABLISHED",
  },
  () => {
    const trial = inState("ESTABLISHED");
    trial.wait(120_000);
    const outcome = trial.stimulate({ kind: "COOKIE ECHO", cookie: trial.cookie });
    assert.deepEqual(outcome, { ...nothingIn("ESTABLISHED"), sent: [["COOKIE ACK"]] });
  },
);

purpose(
  {
    id: "AS-STALE-05",
    clause: "§5.2.4 3",
    state: "ESTABLISHED",
    kind: "inopportune",
    stimulus: "COOKIE ECHO of a restarted peer, after the cookie's life",
    expected: "sends ERROR, Stale Cookie, under the tag of the INIT; ESTABLISHED, no restart",
  },
  () => {
    const { trial, echo } = restartIn("ESTABLISHED");
    trial.wait(61_000);
    const outcome = trial.stimulateFrom(echo.tag, {}, echo.chunk);
    assert.deepEqual(outcome, { ...nothingIn("ESTABLISHED"), sent: [["ERROR"]] });
    assert.equal(trial.answers[0]?.tag, 0x4444_4444);
    assert.equal(only(trial.answers, "ERROR").causes[0]?.kind, "Stale Cookie");
  },
);

const STALE: Chunk = { kind: "ERROR", causes: [{ kind: "Stale Cookie", stalenessMicroseconds: 1000 }] };

purpose(
  {
    id: "AS-STALE-06",
    clause: "§5.2.6 3",
    state: "COOKIE-ECHOED",
    kind: "valid",
    stimulus: "ERROR, Stale Cookie, 300 ms after the COOKIE ECHO",
    expected: "sends INIT with Cookie Preservative of at most the round trip and 1 s; COOKIE-WAIT",
  },
  () => {
    const trial = inState("COOKIE-ECHOED");
    trial.wait(300);
    assert.deepEqual(trial.stimulate(STALE), { sent: [["INIT"]], state: "COOKIE-WAIT", events: [] });
    const init = only(trial.answers, "INIT");
    const parameter = init.parameters.find(({ kind }) => kind === "Cookie Preservative");
    assert.equal(parameter?.kind, "Cookie Preservative");
    const { suggestedIncrementMs } = parameter;
    assert.ok(suggestedIncrementMs >= 300 && suggestedIncrementMs <= 1300, String(suggestedIncrementMs));
    assert.equal(trial.answers[0]?.tag, 0);
    assert.deepEqual(trial.stimulateFrom(init.initiateTag, {}, initAckOf()).sent, [["COOKIE ECHO"]]);
  },
);

for (const [id, state] of [
  ["AS-STALE-07", "COOKIE-WAIT"],
  ["AS-STALE-08", "ESTABLISHED"],
  ["AS-STALE-09", "SHUTDOWN-PENDING"],
  ["AS-STALE-10", "SHUTDOWN-SENT"],
  ["AS-STALE-11", "SHUTDOWN-RECEIVED"],
  ["AS-STALE-12", "SHUTDOWN-ACK-SENT"],
  ["AS-STALE-13", "CLOSED"],
] as const) {
  purpose(
    {
      id,
      clause: state === "CLOSED" ? "§8.4 7" : "§5.2.6",
      state,
      kind: "inopportune",
      stimulus: "ERROR, Stale Cookie",
      expected: `silently discarded; ${state}`,
    },
    () => {
      assert.deepEqual(inState(state).stimulate(STALE), nothingIn(state));
    },
  );
}

// Cookies that are none of ours.

for (const [id, clause, what, tagXor, from] of [
  ["AS-AUTH-01", "§5.1.5 3", "under another tag than the cookie's", 1, {}],
  ["AS-AUTH-02", "§5.1.5 3", "from another port than the cookie's", 0, { port: 5001 }],
] as const) {
  purpose(
    {
      id,
      clause,
      state: "CLOSED",
      kind: "invalid",
      stimulus: `COOKIE ECHO ${what}`,
      expected: "silently discarded",
    },
    () => {
      const trial = new Trial(new Scene());
      const echo = echoFor(trial.scene, {});
      const outcome = trial.stimulateFrom(echo.tag ^ tagXor, from, echo.chunk);
      assert.deepEqual(outcome, nothingIn("CLOSED"));
      assert.equal(trial.scene.stack.associationCount, 0);
    },
  );
}

purpose(
  {
    id: "AS-AUTH-03",
    clause: "§5.1.5 2",
    state: "CLOSED",
    kind: "invalid",
    stimulus: "COOKIE ECHO + DATA, once for each byte of the cookie, in which one bit is wrong",
    expected: "each packet is silently discarded",
  },
  () => {
    const trial = new Trial(new Scene());
    const { tag, chunk } = echoFor(trial.scene, {});
    assert.equal(chunk.kind, "COOKIE ECHO");
    for (let index = 0; index < chunk.cookie.length; index += 1) {
      const cookie = chunk.cookie.slice();
      cookie[index] = (cookie[index] ?? 0) ^ (1 << (index & 7));
      const outcome = trial.stimulateFrom(tag, {}, { kind: "COOKIE ECHO", cookie }, dataOf(PEER_TSN));
      assert.deepEqual(outcome, nothingIn("CLOSED"), `byte ${index}`);
    }
    assert.deepEqual(trial.stimulateFrom(tag, {}, chunk).sent, [["COOKIE ACK"]]);
  },
);

purpose(
  {
    id: "AS-AUTH-04",
    clause: "§8.4 8",
    state: "CLOSED",
    kind: "invalid",
    stimulus: "DATA + COOKIE ECHO: the COOKIE ECHO is not the first chunk",
    expected: "out of the blue: sends ABORT with the T bit; no association",
  },
  () => {
    const trial = new Trial(new Scene());
    const echo = echoFor(trial.scene, {});
    assert.deepEqual(trial.stimulateFrom(echo.tag, {}, dataOf(PEER_TSN), echo.chunk).sent, [["ABORT"]]);
    assert.equal(only(trial.answers, "ABORT").tagReflected, true);
    assert.equal(trial.scene.stack.associationCount, 0);
  },
);

purpose(
  {
    id: "AS-AUTH-05",
    clause: "§5.1",
    state: "CLOSED",
    kind: "inopportune",
    stimulus: "a good COOKIE ECHO after the endpoint has stopped listening",
    expected: "sends ABORT under the Initiate Tag of the INIT, without the T bit; no association",
  },
  () => {
    const trial = new Trial(new Scene());
    const echo = echoFor(trial.scene, {});
    trial.scene.endpoint.acceptance = undefined;
    assert.deepEqual(trial.stimulateFrom(echo.tag, {}, echo.chunk).sent, [["ABORT"]]);
    assert.equal(trial.answers[0]?.tag, PEER_TAG);
    assert.equal(only(trial.answers, "ABORT").tagReflected, false);
  },
);
