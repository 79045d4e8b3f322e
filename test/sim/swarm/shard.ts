import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { replayCommand, runSwarm } from "./swarm.js";

/** How many seeds one test takes. */
const SEEDS_PER_TEST = 25;

/**
 * Declares tests for a range of seeds: the files that do share the work among processes.
 *
 * @param first - the first seed
 * @param count - how many, a multiple of 25
 */
export function testSwarm(first: number, count: number): void {
  describe(`swarm: ${count} seeds from ${first} on, each with hosts, faults and applications of its own`, () => {
    for (let start = first; start < first + count; start += SEEDS_PER_TEST) {
      test(`seeds ${start} to ${start + SEEDS_PER_TEST - 1}: every invariant holds, and everything ends`, () => {
        let packets = 0;
        for (let seed = start; seed < start + SEEDS_PER_TEST; seed += 1) packets += packetsOf(seed);
        // In one seed it may happen that nobody talks to anybody before it is over.
        assert.ok(packets > 0);
      });
    }
  });
}

/** Runs a seed, and answers how many packets were sent. */
function packetsOf(seed: number): number {
  try {
    return runSwarm(seed).packets;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    assert.fail(`${reason}\n  again: ${replayCommand(seed)}`);
  }
}
