import assert from "node:assert/strict";
import { test } from "node:test";
import type { PartialReliability } from "../../src/stack/tx/message-reliability.js";
import { onStream, Pair, payload, seededEntropy } from "./pair.js";
import { countersOf, wrongCounters } from "./scripted-peer.js";

const SEEDS = 40;
const MESSAGES = 80;
const STREAMS = 4;
const SEND_BUFFER_BYTES = 30_000;

/** How the n-th message is sent; every fourth one is reliable. */
function reliabilityOf(index: number): PartialReliability | undefined {
  if (index % 4 === 0) return undefined;
  if (index % 4 === 1) return { policy: "timed", value: (index % 7) * 40 };
  if (index % 4 === 2) return { policy: "limited retransmissions", value: index % 3 };
  return { policy: "priority", value: index % 5 };
}

/** One association over a network that loses and delays packets; answers how many messages were given up. */
function run(seed: number): number {
  const entropy = seededEntropy(seed);
  const random = (): number => entropy.randomUint32();
  const chance = (part: number): boolean => random() < part * 2 ** 32;
  const pair = new Pair({ seed, a: { rtoMinMs: 100, rtoInitialMs: 200, noDelay: true } });
  pair.tracing = false;
  pair.establish();
  const { association } = pair.a;
  pair.tamper = (packet) => {
    if (chance(0.15)) return [];
    return [{ ...packet, arrivesAt: packet.arrivesAt + (chance(0.2) ? 30 : 0) }];
  };
  const taken: number[] = [];
  for (let index = 0; index < MESSAGES; index += 1) {
    const lengthBytes = 1 + (random() % 4000);
    const partialReliability = reliabilityOf(index);
    const missingBytes = association.sendBufferBytes + lengthBytes - SEND_BUFFER_BYTES;
    if (missingBytes <= 0 || association.makeRoom(missingBytes, partialReliability, pair.now)) {
      const options = { ...onStream(index % STREAMS), ppid: index, partialReliability };
      association.send(payload(lengthBytes, index), options, pair.now);
      taken.push(index);
    }
    pair.advance(random() % 30);
    assert.deepEqual(wrongCounters(association), [], `seed ${seed}, message ${index}`);
  }
  association.shutdown(pair.now);
  pair.advanceUntil(() => association.state === "CLOSED", 600_000);
  assert.ok(pair.a.eventTypes.includes("shutdown complete"), `seed ${seed} ends gracefully`);
  const arrived = pair.z.events.flatMap((event) =>
    event.type === "data" && event.endOfRecord ? [event.ppid] : [],
  );
  const failed = pair.a.events.flatMap((event) => (event.type === "send failed" ? [event.message.ppid] : []));
  for (let stream = 0; stream < STREAMS; stream += 1) {
    const ofStream = arrived.filter((index) => index % STREAMS === stream);
    const inOrder = [...new Set(ofStream)].toSorted((left, right) => left - right);
    assert.deepEqual(ofStream, inOrder, `seed ${seed}: each once, in the order of stream ${stream}`);
  }
  const missing = taken.filter((index) => !arrived.includes(index));
  assert.deepEqual(
    missing.filter((index) => reliabilityOf(index) === undefined || !failed.includes(index)),
    [],
    `seed ${seed}: what has not arrived was not reliable, and was reported`,
  );
  assert.equal(new Set(failed).size, failed.length, "each is reported once");
  const { unsent, sent } = association.abandonedMessages();
  assert.equal(unsent + sent, failed.length);
  assert.equal(countersOf(association)["sendBufferBytes"], 0);
  return failed.length;
}

test("RFC 3758, RFC 7496: over a network that loses packets, what is reliable arrives, the rest arrives or is reported", () => {
  let failed = 0;
  for (let seed = 1; seed <= SEEDS; seed += 1) failed += run(seed);
  assert.ok(failed > SEEDS, `${failed} messages were given up`);
});
