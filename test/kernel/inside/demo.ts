/**
 * The README's demo over the kernel's SCTP and over userland: the same output.
 *
 * @module
 */

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { kernelUnavailability } from "../../../src/kernel/kernel-provider.js";
import { killAllPrograms, Program } from "../../support/program.js";

const LIMIT_MS = 180_000;

after(killAllPrograms);

/**
 * What the demo prints with a provider, one process after the other: how their lines mix is up to the scheduler, as
 * ephemeral ports and TSNs are up to the system.
 */
async function demo(provider: string): Promise<string> {
  const path = fileURLToPath(new URL("../../../scripts/demo.js", import.meta.url));
  const program = new Program(process.execPath, [path], { env: { SCTP_PROVIDER: provider } });
  assert.deepEqual(await program.waitForEnd(LIMIT_MS), { status: 0, signal: null }, program.output);
  const output = program.output
    .replace(/^demo: SCTP port 9 .*, two/, "demo: SCTP port 9, two")
    .replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1:PORT")
    .replaceAll(/tsn=\d+/g, "tsn=TSN");
  const sourceOf = (line: string): string => /^\w+/.exec(line)?.[0] ?? "";
  const bySource = (one: string, other: string): number => sourceOf(one).localeCompare(sourceOf(other));
  return output.split("\n").sort(bySource).join("\n");
}

let overKernel = "";

test("the demo prints the same over the kernel's SCTP as over userland", async () => {
  overKernel = await demo("kernel");
  assert.match(overKernel, /^demo: every line came$/m);
  assert.equal(overKernel, await demo("userland"));
});

test("without a choice the demo takes the kernel's SCTP, because there is one", async () => {
  assert.equal(kernelUnavailability(), undefined);
  assert.equal(await demo("auto"), overKernel);
});
