import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { loadAddon } from "../../src/native/addon.js";

const hostBinary = fileURLToPath(new URL("../../../native/build/sctpkit.node", import.meta.url));

test("the addon that was compiled here loads, or the reason says why there is none", (context) => {
  const addon = loadAddon();
  assert.equal(loadAddon(), addon, "it is loaded once");
  if (!("reason" in addon)) return;
  context.diagnostic(`no test of the native addon runs here: ${addon.reason}`);
  assert.ok(!existsSync(hostBinary), `${hostBinary} is there and does not load: ${addon.reason}`);
  assert.match(addon.reason, /there is no native addon for \w+-\w+|does not load|runs in Node\.js only/);
});
