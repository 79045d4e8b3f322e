/**
 * A kernel without SCTP: main.ts boots it without the module, and without the means to load it.
 *
 * @module
 */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { providerChoices } from "../provider-choices.js";

test("where checksctp finds no SCTP, auto takes userland and says so, and kernel names the remedy", () => {
  const { status, stderr } = spawnSync("checksctp", { encoding: "utf8" });
  assert.notEqual(status, 0, stderr);
  assert.deepEqual(providerChoices(), [
    "auto: userland",
    "warning: SCTP_USERLAND",
    "kernel: ERR_SCTP_PROVIDER_UNAVAILABLE, modprobe sctp",
  ]);
});
