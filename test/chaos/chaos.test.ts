import assert from "node:assert/strict";
import { test } from "node:test";
import { complaintsAbout, runChaos } from "./chaos.js";

test("a process that is killed and comes back: the survivor is told of every loss, and nothing is left behind", async () => {
  const options = { associations: 50, kills: 2, log: () => {} };
  assert.deepEqual(complaintsAbout(await runChaos(options), options), []);
});
