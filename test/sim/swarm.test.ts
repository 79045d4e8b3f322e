import assert from "node:assert/strict";
import { test } from "node:test";
import { runSwarm, swarmCapture, type SwarmResult } from "./swarm/swarm.js";

test("swarm: a seed is the same run to the byte whenever it is run, and no other seed's", () => {
  const seeds = [1, 17, 42, 99, 1234];
  const digests = seeds.map((seed) => runSwarm(seed).digest);
  assert.deepEqual(
    seeds.map((seed) => runSwarm(seed).digest),
    digests,
  );
  assert.equal(new Set(digests).size, seeds.length);
});

test("swarm: a few seeds together show all that a network and applications can do", () => {
  const fates = new Set<string>();
  const events = new Set<string>();
  const total = { messages: 0, delivered: 0, failed: 0, givenUp: 0, lost: 0, associations: 0 };
  for (let seed = 2020; seed < 2060; seed += 1) {
    const result: SwarmResult = runSwarm(seed, {
      onPacket: ({ fate }) => fates.add(fate),
      onEvent: (_at, text) => events.add(text.replace(/^.*: /, "")),
    });
    for (const name of ["messages", "delivered", "failed", "givenUp", "lost", "associations"] as const) {
      total[name] += result[name];
    }
  }
  assert.deepEqual([...fates].toSorted(), [
    ...["delivered", "lost", "partitioned", "queue full", "too big", "unreachable"],
  ]);
  for (const event of [
    "communication up",
    "shutdown complete",
    "restart",
    "aborted by peer",
    "unreachable",
    "partial delivery aborted",
  ]) {
    assert.ok(events.has(event), `nothing was ever told of "${event}"`);
  }
  assert.ok(total.delivered > 1000 && total.failed > 100 && total.associations > 100, JSON.stringify(total));
  assert.ok(total.givenUp > 100 && total.givenUp < total.failed, JSON.stringify(total));
  // A message may be reported by its sender and have arrived all the same, but most are one or the other.
  assert.ok(total.delivered + total.failed + total.lost >= total.messages);
});

test("swarm: the packets of a run can be had for analysers, in the order of their times", () => {
  const packets = swarmCapture(3);
  assert.ok(packets.length > 0);
  for (const [index, { at }] of packets.entries()) assert.ok(at >= (packets[index - 1]?.at ?? 0));
});
