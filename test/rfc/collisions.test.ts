import assert from "node:assert/strict";
import { tsn } from "../../src/base/serial-number.js";
import type { InitChunk } from "../../src/wire/chunks/init-chunk.js";
import { ip } from "../stack/pair.js";
import { cookieOf, initOf, kindsOf, only, PEER_TAG, Scene } from "../stack/scene.js";
import { purpose } from "./purpose.js";
import { inState, nothingIn } from "./trial.js";

/** What a peer says that knows nothing of the association. */
const ANEW: Partial<InitChunk> = { initiateTag: 0x4444_4444, initialTsn: tsn(50_000) };

// INIT while an association exists.

for (const [id, state] of [
  ["AS-COLL-01", "COOKIE-ECHOED"],
  ["AS-COLL-02", "ESTABLISHED"],
  ["AS-COLL-03", "SHUTDOWN-PENDING"],
  ["AS-COLL-04", "SHUTDOWN-SENT"],
  ["AS-COLL-05", "SHUTDOWN-RECEIVED"],
] as const) {
  purpose(
    {
      id,
      clause: state === "COOKIE-ECHOED" ? "§5.2.1" : "§5.2.2",
      state,
      kind: "inopportune",
      stimulus: "INIT that adds an address",
      expected: `sends ABORT under the Initiate Tag, Restart of an Association with New Addresses; ${state}`,
    },
    () => {
      const trial = inState(state);
      const init = initOf({ ...ANEW, parameters: [{ kind: "IPv4 Address", address: ip("10.0.0.77") }] });
      assert.deepEqual(trial.stimulate(init), { ...nothingIn(state), sent: [["ABORT"]] });
      assert.equal(trial.answers[0]?.tag, 0x4444_4444);
      const abort = only(trial.answers, "ABORT");
      assert.equal(abort.tagReflected, false);
      assert.deepEqual(abort.causes, [
        { kind: "Restart of an Association with New Addresses", addresses: [ip("10.0.0.77")] },
      ]);
    },
  );
}

purpose(
  {
    id: "AS-COLL-06",
    clause: "§5.2.1 1",
    state: "COOKIE-WAIT",
    kind: "inopportune",
    stimulus: "INIT from another address of the peer that lists the one that the user has named",
    expected: "INIT ACK goes to the address that the user has named",
  },
  () => {
    const trial = inState("COOKIE-WAIT");
    const init = initOf({ parameters: [{ kind: "IPv4 Address", address: ip("10.0.0.1") }] });
    const outcome = trial.stimulateFrom(0, { address: ip("10.0.0.9") }, init);
    assert.deepEqual(outcome, { ...nothingIn("COOKIE-WAIT"), sent: [["INIT ACK"]] });
    assert.equal(trial.answers[0]?.destination, "10.0.0.1");
  },
);

purpose(
  {
    id: "AS-COLL-07",
    clause: "§5.2.2",
    state: "ESTABLISHED",
    kind: "inopportune",
    stimulus: "INIT of a two-homed peer that lists one of its two addresses",
    expected: "no address is added: sends INIT ACK; ESTABLISHED",
  },
  () => {
    const scene = new Scene();
    scene.accept({ parameters: [{ kind: "IPv4 Address", address: ip("10.0.1.1") }] });
    assert.deepEqual(kindsOf(scene.receive(0, [initOf(ANEW)])), [["INIT ACK"]]);
    assert.equal(scene.association.state, "ESTABLISHED");
  },
);

purpose(
  {
    id: "AS-COLL-09",
    clause: "§9.2",
    state: "SHUTDOWN-ACK-SENT",
    kind: "inopportune",
    stimulus: "INIT from a foreign address that lists the peer's",
    expected:
      "the INIT is discarded; SHUTDOWN ACK goes again to the peer, and nothing to the foreign address",
  },
  () => {
    const trial = inState("SHUTDOWN-ACK-SENT");
    const init = initOf({ ...ANEW, parameters: [{ kind: "IPv4 Address", address: ip("10.0.0.1") }] });
    const outcome = trial.stimulateFrom(0, { address: ip("10.0.0.66") }, init);
    assert.deepEqual(outcome, { ...nothingIn("SHUTDOWN-ACK-SENT"), sent: [["SHUTDOWN ACK"]] });
    assert.deepEqual([trial.answers[0]?.destination, trial.answers[0]?.tag], ["10.0.0.1", PEER_TAG]);
  },
);

purpose(
  {
    id: "AS-COLL-08",
    clause: "§9.2",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "INIT from another port of the same address",
    expected: "a separate association: sends INIT ACK; both associations stand after its COOKIE ECHO",
  },
  () => {
    const trial = inState("ESTABLISHED");
    const initAck = only(trial.scene.receive(0, [initOf(ANEW)], { port: 5001 }), "INIT ACK");
    const echo = { kind: "COOKIE ECHO", cookie: cookieOf(initAck) } as const;
    const outcome = trial.stimulateFrom(initAck.initiateTag, { port: 5001 }, echo);
    assert.deepEqual(outcome, { sent: [["COOKIE ACK"]], state: "ESTABLISHED", events: ["communication up"] });
    assert.equal(trial.scene.stack.associationCount, 2);
  },
);
