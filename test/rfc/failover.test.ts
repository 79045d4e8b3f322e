import assert from "node:assert/strict";
import { onStream, payload } from "../stack/pair.js";
import { only, type SceneOptions } from "../stack/scene.js";
import { A, B, C, destinations, from, homed, pathTo } from "./multihomed.js";
import { purpose } from "./purpose.js";
import type { Trial } from "./trial.js";

function changes(trial: Trial): string[] {
  return trial.scene.events.flatMap((event) =>
    event.type === "peer address change" ? [`${event.path.address.text} ${event.change}`] : [],
  );
}

purpose(
  {
    id: "M-FAIL-01",
    clause: "§8.2",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus:
      "three messages in a row time out on the primary path and pass on the other, Path.Max.Retrans being 2",
    expected: "with the third time-out, and not before, the address is inactive, and the user is told",
  },
  () => {
    const trial = homed([A, B], { pathMaxRetrans: 2, rtoMaxMs: 1000 });
    for (const number of [1, 2, 3]) {
      assert.equal(pathTo(trial, A).state, "active");
      trial.send(100);
      assert.deepEqual(destinations(trial), [A]);
      trial.wait(1000);
      assert.deepEqual(destinations(trial), [B]);
      from(trial, B, trial.sack(number));
    }
    assert.equal(pathTo(trial, A).state, "inactive");
    assert.deepEqual(changes(trial), [`${A} unreachable`]);
  },
);

/** The primary path has become inactive; three chunks have passed on the other. */
function primaryInactive(addresses: readonly string[] = [A, B], config: SceneOptions["config"] = {}): Trial {
  const trial = homed(addresses, { pathMaxRetrans: 0, rtoMaxMs: 1000, ...config });
  trial.send(100);
  trial.wait(1000);
  from(trial, B, trial.sack(1));
  assert.equal(pathTo(trial, A).state, "inactive");
  return trial;
}

purpose(
  {
    id: "M-FAIL-02",
    clause: "§6.4.1",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "the user sends while the primary path is inactive",
    expected: "the DATA goes to the alternate active address",
  },
  () => {
    const trial = primaryInactive();
    trial.send(100);
    assert.deepEqual(destinations(trial), [B]);
    assert.equal(trial.association.primaryPath, pathTo(trial, A));
  },
);

purpose(
  {
    id: "M-FAIL-03",
    clause: "§6.4.1",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "the user sends a message to the inactive address itself",
    expected: "the DATA goes to the alternate active address",
  },
  () => {
    const trial = primaryInactive();
    const options = { ...onStream(0), destination: pathTo(trial, A) };
    trial.observe(() => trial.association.send(payload(100), options, trial.scene.now));
    assert.deepEqual(destinations(trial), [B]);
  },
);

purpose(
  {
    id: "M-FAIL-04",
    clause: "§8.2",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "the user sends ten messages while the primary of three paths is inactive",
    expected: "one of the alternates is chosen, and all go there",
  },
  () => {
    const trial = primaryInactive([A, B, C]);
    const chosen = new Set<string>();
    for (let number = 2; number <= 11; number += 1) {
      trial.send(100);
      for (const destination of destinations(trial)) chosen.add(destination);
      from(trial, B, trial.sack(number));
    }
    assert.equal(chosen.size, 1);
    assert.equal(chosen.has(A), false);
  },
);

purpose(
  {
    id: "M-FAIL-05",
    clause: "§8.3",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "HEARTBEAT ACK from the inactive primary address, then the user sends",
    expected: "the address is active, the user is told, and the DATA goes to the primary path again (§6.4)",
  },
  () => {
    const trial = primaryInactive();
    trial.observe(() => trial.association.requestHeartbeat(pathTo(trial, A), trial.scene.now));
    assert.deepEqual(destinations(trial), [A]);
    const { info } = only(trial.answers, "HEARTBEAT");
    from(trial, A, { kind: "HEARTBEAT ACK", info });
    assert.equal(pathTo(trial, A).state, "active");
    assert.equal(pathTo(trial, A).errorCount, 0);
    assert.deepEqual(changes(trial), [`${A} unreachable`, `${A} available`]);
    trial.send(100);
    assert.deepEqual(destinations(trial), [A]);
  },
);

purpose(
  {
    id: "M-FAIL-06",
    clause: "§8.2",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "after time-outs on both addresses new DATA goes to the first and is acknowledged",
    expected: "the error counter of that address is cleared, and not that of the other",
  },
  () => {
    const trial = homed();
    trial.send(100);
    trial.wait(1000);
    assert.deepEqual([pathTo(trial, A).errorCount, pathTo(trial, B).errorCount], [1, 0]);
    trial.wait(1000);
    assert.deepEqual([pathTo(trial, A).errorCount, pathTo(trial, B).errorCount], [1, 1]);
    // What was sent to both may count for neither (the ambiguity that §8.2 speaks of).
    trial.stimulate(trial.sack(1));
    trial.send(100);
    assert.deepEqual(destinations(trial), [A]);
    trial.stimulate(trial.sack(2));
    assert.deepEqual([pathTo(trial, A).errorCount, pathTo(trial, B).errorCount], [0, 1]);
  },
);

purpose(
  {
    id: "M-FAIL-07",
    clause: "§8.1",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "no answer from either address, with Association.Max.Retrans 4",
    expected: "time-outs of both addresses count together: CLOSED with the fifth",
  },
  () => {
    const trial = homed([A, B], { associationMaxRetrans: 4, rtoMaxMs: 1000 });
    trial.send(100);
    const outcome = trial.wait(4500);
    assert.deepEqual([outcome.state, trial.answers.length], ["ESTABLISHED", 4]);
    assert.deepEqual(destinations(trial), [B, A, B, A]);
    assert.equal(trial.wait(1000).state, "CLOSED");
    assert.deepEqual(trial.scene.last("communication lost").reason, { kind: "unreachable" });
  },
);

purpose(
  {
    id: "M-FAIL-08",
    clause: "§8.1",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus:
      "no answer to HEARTBEATs at the alternate address, while those of the primary path are answered",
    expected:
      "the alternate becomes inactive; the association's counter stays 0: ESTABLISHED after ten minutes",
  },
  () => {
    const trial = homed([A, B], {
      heartbeatEnabled: true,
      heartbeatIntervalMs: 5000,
      associationMaxRetrans: 3,
    });
    let probes = 0;
    for (let step = 0; step < 6000; step += 1) {
      trial.wait(100);
      for (const packet of trial.answers) {
        const [chunk] = packet.chunks;
        if (chunk?.kind !== "HEARTBEAT") continue;
        if (packet.destination === B) probes += 1;
        else from(trial, A, { kind: "HEARTBEAT ACK", info: chunk.info });
      }
    }
    assert.equal(trial.state, "ESTABLISHED");
    assert.equal(trial.association.tcb.errorCount, 0);
    assert.deepEqual(changes(trial), [`${B} unreachable`]);
    // §8.3: it is probed on, at a lower rate because its RTO is backed off.
    assert.ok(probes > trial.association.config.pathMaxRetrans + 2, String(probes));
  },
);

purpose(
  {
    id: "M-FAIL-09",
    clause: "§8.2",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "both addresses have become inactive, Association.Max.Retrans being large; then SACKs come",
    expected:
      "DATA is still sent (where to is up to the implementation); its SACK makes its address active again",
  },
  () => {
    const trial = homed([A, B], { pathMaxRetrans: 1, associationMaxRetrans: 20, rtoMaxMs: 1000 });
    trial.send(100);
    trial.wait(6500);
    assert.deepEqual([pathTo(trial, A).state, pathTo(trial, B).state], ["inactive", "inactive"]);
    assert.ok(trial.wait(5000).sent.flat().includes("DATA"));
    from(trial, B, trial.sack(1));
    assert.equal(trial.association.tcb.errorCount, 0);
    trial.send(100);
    assert.deepEqual(trial.dataSent, [[2]]);
    const [destination] = destinations(trial);
    from(trial, B, trial.sack(2));
    assert.equal(pathTo(trial, destination ?? "").state, "active");
    assert.equal(trial.state, "ESTABLISHED");
  },
);

purpose(
  {
    id: "M-HEART-01",
    clause: "§8.3",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "DATA flows on the primary path all the time, HB.interval being 5 s",
    expected: "HEARTBEATs go to the idle alternate address only",
  },
  () => {
    const trial = homed([A, B], { heartbeatEnabled: true, heartbeatIntervalMs: 5000 });
    const probed: string[] = [];
    for (let number = 1; number <= 60; number += 1) {
      trial.send(100);
      trial.stimulate(trial.sack(number));
      trial.wait(1000);
      for (const packet of trial.answers)
        if (packet.chunks.some((chunk) => chunk.kind === "HEARTBEAT")) probed.push(packet.destination);
    }
    assert.ok(probed.length >= 3);
    assert.deepEqual(new Set(probed), new Set([B]));
  },
);

purpose(
  {
    id: "M-HEART-02",
    clause: "§8.3 A",
    state: "ESTABLISHED",
    kind: "valid",
    stimulus: "the user turns heartbeats off for the alternate address only",
    expected: "HEARTBEATs go to the primary path only",
  },
  () => {
    const trial = homed([A, B], { heartbeatEnabled: true, heartbeatIntervalMs: 5000 });
    trial.observe(() =>
      trial.association.configurePath(pathTo(trial, B), { heartbeatEnabled: false }, trial.scene.now),
    );
    trial.wait(14_000);
    assert.deepEqual(new Set(destinations(trial)), new Set([A]));
  },
);
