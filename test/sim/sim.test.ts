import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { simulate } from "./simulation.js";

/** In each direction; as `npm run sim` has it, so that it prints the traces of the same runs. */
const MESSAGES = 2000;
const SEEDS = 8;

describe("2,000 messages each way over a network that loses 5 %, duplicates 2 %, reorders 10 % and corrupts 1 %", () => {
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    test(`seed ${seed}: all of it arrives, unharmed, once and in the order of its streams`, async () => {
      const result = await simulate({ seed, messages: MESSAGES });
      assert.equal(result.messages, 2 * MESSAGES);
    });
  }
});

test("a seed gives the same packets at the same times, byte for byte, whenever it is run", async () => {
  const seen = [];
  for (const seed of [7, 7, 8]) seen.push(await simulate({ seed, messages: 300 }));
  assert.deepEqual(seen[0], seen[1]);
  assert.notEqual(seen[0]?.traceHash, seen[2]?.traceHash);
});
