import assert from "node:assert/strict";
import type { Chunk } from "../../src/wire/chunk.js";
import type { HeartbeatChunk } from "../../src/wire/chunks/heartbeat-chunk.js";
import type { Parameter } from "../../src/wire/parameter.js";
import { ip } from "../stack/pair.js";
import {
  cookieOf,
  dataOf,
  initAckOf,
  initOf,
  kindsOf,
  only,
  PEER_COOKIE,
  PEER_TSN,
  Scene,
  type Sent,
} from "../stack/scene.js";
import { pathTo } from "./multihomed.js";
import { purpose } from "./purpose.js";
import { nothingIn, QUIET, Trial } from "./trial.js";

const SECOND = ip("10.0.1.1");
const THIRD = ip("10.0.2.1");
const LISTED: Parameter[] = [{ kind: "IPv4 Address", address: SECOND }];

/** ESTABLISHED by the peer, which has listed a second address: that one is unconfirmed. */
function withUnconfirmed(parameters: readonly Parameter[] = LISTED): Trial {
  const scene = new Scene({ config: QUIET });
  const { association, tag, initAck } = scene.accept({ parameters });
  return new Trial(scene, { association, tag, firstTsn: initAck.initialTsn });
}

function heartbeatsIn(sent: readonly Sent[]): readonly (readonly [string, HeartbeatChunk])[] {
  return sent.flatMap(({ destination, chunks }) =>
    chunks.flatMap((chunk) => (chunk.kind === "HEARTBEAT" ? [[destination, chunk] as const] : [])),
  );
}

/** The HEARTBEAT that probes the second address. */
function probe(trial: Trial): HeartbeatChunk {
  trial.wait(10);
  const [found] = heartbeatsIn(trial.scene.sent);
  assert.equal(found?.[0], "10.0.1.1");
  return found[1];
}

purpose(
  {
    id: "M-VERIFY-01",
    clause: "§5.4",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "the peer has set up the association and listed a second address",
    expected: "HEARTBEAT goes to that address at once; of two associations no two carry the same nonce",
  },
  () => {
    const trial = withUnconfirmed();
    const first = probe(trial);
    trial.wait(1000);
    const all = heartbeatsIn(trial.scene.sent);
    assert.ok(all.length >= 2 && all.every(([destination]) => destination === "10.0.1.1"));
    const second = all[1]?.[1];
    // Time stamps differ too; so whatever bytes are compared, 8 of them at least have to be the nonce.
    const different = first.info.filter((byte, index) => byte !== second?.info[index]).length;
    assert.ok(different >= 6, String(different));
  },
);

purpose(
  {
    id: "M-VERIFY-02",
    clause: "§5.4",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "HEARTBEAT ACK with the nonce from the unconfirmed address",
    expected: "the address is confirmed, the user is told, and no further probe is sent",
  },
  () => {
    const trial = withUnconfirmed();
    const { info } = probe(trial);
    const outcome = trial.stimulateFrom(trial.tag, { address: SECOND }, { kind: "HEARTBEAT ACK", info });
    assert.deepEqual(outcome, { sent: [], state: "ESTABLISHED", events: ["peer address change"] });
    assert.equal(trial.scene.last("peer address change").change, "confirmed");
    assert.equal(pathTo(trial, "10.0.1.1").state, "active");
    assert.deepEqual(trial.wait(60_000).sent, []);
  },
);

purpose(
  {
    id: "M-VERIFY-03",
    clause: "§5.4",
    state: "ESTABLISHED",
    kind: "invalid",
    stimulus: "HEARTBEAT ACK with another nonce",
    expected: "the address stays unconfirmed",
  },
  () => {
    const trial = withUnconfirmed();
    const info = probe(trial).info.slice();
    info[12] = (info[12] ?? 0) ^ 1;
    trial.stimulateFrom(trial.tag, { address: SECOND }, { kind: "HEARTBEAT ACK", info });
    assert.equal(pathTo(trial, "10.0.1.1").state, "unconfirmed");
  },
);

purpose(
  {
    id: "M-VERIFY-04",
    clause: "§5.4",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "no answer to the probes of an unconfirmed address",
    expected: "its error counter grows, that of the association does not: ESTABLISHED after ten minutes",
  },
  () => {
    const trial = withUnconfirmed();
    trial.wait(600_000);
    assert.equal(trial.state, "ESTABLISHED");
    assert.equal(trial.association.tcb.errorCount, 0);
    assert.ok(pathTo(trial, "10.0.1.1").errorCount > trial.association.config.pathMaxRetrans);
    assert.equal(pathTo(trial, "10.0.1.1").state, "unconfirmed");
  },
);

purpose(
  {
    id: "M-VERIFY-05",
    clause: "§5.4",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "time-outs on the primary path, the only other address being unconfirmed",
    expected: "the DATA goes to the primary path again and again; nothing but HEARTBEAT to the other",
  },
  () => {
    const trial = withUnconfirmed();
    trial.send(100);
    trial.wait(20_000);
    const toSecond = trial.scene.sent.filter((packet) => packet.destination === "10.0.1.1");
    assert.ok(toSecond.length > 0);
    assert.ok(kindsOf(toSecond).every((kinds) => kinds.every((kind) => kind === "HEARTBEAT")));
    const data = trial.scene.sent.filter((packet) => packet.chunks.some((chunk) => chunk.kind === "DATA"));
    assert.ok(data.length >= 4);
    assert.ok(data.every((packet) => packet.destination === "10.0.0.1"));
  },
);

purpose(
  {
    id: "M-VERIFY-06",
    clause: "§5.4 1",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "the user has named two addresses of the peer in its ASSOCIATE",
    expected: "both are confirmed: no probe is sent",
  },
  () => {
    const scene = new Scene({ config: QUIET });
    const { association } = scene.connect({}, ["10.0.0.1", "10.0.1.1"]);
    assert.deepEqual(
      association.paths.map((path) => path.state),
      ["active", "active"],
    );
    assert.deepEqual(scene.advance(60_000), []);
  },
);

purpose(
  {
    id: "M-VERIFY-07",
    clause: "§5.4 3",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "the user has named one address, the INIT ACK lists another",
    expected: "the other is probed with HEARTBEAT once the association is established, and not before",
  },
  () => {
    const scene = new Scene({ config: QUIET });
    const { init } = scene.associate();
    const parameters: Parameter[] = [{ kind: "State Cookie", cookie: PEER_COOKIE }, ...LISTED];
    scene.receive(init.initiateTag, [initAckOf({ parameters })]);
    assert.deepEqual(heartbeatsIn(scene.advance(500)), []);
    scene.receive(init.initiateTag, [{ kind: "COOKIE ACK" }]);
    assert.equal(heartbeatsIn(scene.advance(10))[0]?.[0], "10.0.1.1");
  },
);

purpose(
  {
    id: "M-VERIFY-08",
    clause: "§5.4 2",
    state: "CLOSED",
    kind: "valid",
    stimulus: "COOKIE ECHO from the second of the peer's addresses",
    expected:
      "the address that the INIT ACK went to is confirmed; COOKIE ACK to the other only with a HEARTBEAT",
  },
  () => {
    const scene = new Scene({ config: QUIET });
    const initAck = only(scene.receive(0, [initOf({ parameters: LISTED })]), "INIT ACK");
    const echo: Chunk = { kind: "COOKIE ECHO", cookie: cookieOf(initAck) };
    const sent = scene.receive(initAck.initiateTag, [echo], { address: SECOND });
    const answer = sent.find((packet) => packet.chunks.some((chunk) => chunk.kind === "COOKIE ACK"));
    assert.equal(answer?.destination, "10.0.1.1");
    assert.deepEqual(kindsOf([answer]), [["COOKIE ACK", "HEARTBEAT"]]);
    const states = scene.association.paths.map((path) => [path.address.text, path.state]);
    assert.deepEqual(states, [
      ["10.0.0.1", "active"],
      ["10.0.1.1", "unconfirmed"],
    ]);
  },
);

purpose(
  {
    id: "M-VERIFY-09",
    clause: "§5.4",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "DATA from the unconfirmed address",
    expected: "SACK goes to a confirmed address, because nothing but probes may go to the other",
  },
  () => {
    const trial = withUnconfirmed();
    const outcome = trial.stimulateFrom(trial.tag, { address: SECOND }, dataOf(PEER_TSN));
    assert.deepEqual(outcome.events, ["data"]);
    const packet = trial.answers.find(({ chunks }) => chunks.some((chunk) => chunk.kind === "SACK"));
    assert.equal(packet?.destination, "10.0.0.1");
  },
);

purpose(
  {
    id: "M-VERIFY-10",
    clause: "§3.3.6",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "HEARTBEAT from the unconfirmed address",
    expected: "HEARTBEAT ACK goes to that address",
  },
  () => {
    const trial = withUnconfirmed();
    trial.wait(10);
    const heartbeat: Chunk = { kind: "HEARTBEAT", info: Uint8Array.of(1, 2, 3) };
    trial.stimulateFrom(trial.tag, { address: SECOND }, heartbeat);
    assert.deepEqual(only(trial.answers, "HEARTBEAT ACK").info, Uint8Array.of(1, 2, 3));
    assert.equal(trial.answers[0]?.destination, "10.0.1.1");
  },
);

purpose(
  {
    id: "M-VERIFY-11",
    clause: "§5.4",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "two unconfirmed addresses that do not answer",
    expected: "HB.Max.Burst, 1: in each RTO one of them is probed, and both have their turns",
  },
  () => {
    const trial = withUnconfirmed([...LISTED, { kind: "IPv4 Address", address: THIRD }]);
    const destinations: string[] = [];
    for (let second = 0; second < 3; second += 1) {
      const probes = heartbeatsIn(trial.scene.advance(1000));
      assert.ok(probes.length <= 2, String(probes.length));
      destinations.push(...probes.map(([destination]) => destination));
    }
    assert.deepEqual(new Set(destinations), new Set(["10.0.1.1", "10.0.2.1"]));
    const times = trial.scene.sent.flatMap((packet) =>
      packet.chunks.some((chunk) => chunk.kind === "HEARTBEAT") ? [packet.at] : [],
    );
    assert.equal(new Set(times).size, times.length, "never two at a time");
  },
);

purpose(
  {
    id: "M-VERIFY-12",
    clause: "§5.4",
    state: "COOKIE-WAIT",
    kind: "valid",
    stimulus: "INIT ACK from an address that the user has not named",
    expected: "COOKIE ECHO goes to the address that the user has named",
  },
  () => {
    const scene = new Scene({ config: QUIET });
    const { init } = scene.associate();
    const sent = scene.receive(init.initiateTag, [initAckOf()], { address: SECOND });
    assert.deepEqual(kindsOf(sent), [["COOKIE ECHO"]]);
    assert.equal(sent[0]?.destination, "10.0.0.1");
  },
);

purpose(
  {
    id: "M-VERIFY-13",
    clause: "§5.4",
    state: "ESTABLISHED",
    kind: "inopportune",
    stimulus: "HEARTBEAT ACK with the nonce of a probe, from the other address, after the path was confirmed",
    expected: "ignored: a nonce confirms once",
  },
  () => {
    const trial = withUnconfirmed();
    const ack: Chunk = { kind: "HEARTBEAT ACK", info: probe(trial).info };
    trial.stimulateFrom(trial.tag, { address: SECOND }, ack);
    assert.deepEqual(trial.stimulateFrom(trial.tag, { address: SECOND }, ack), nothingIn("ESTABLISHED"));
  },
);
