/**
 * `npm run test:kernel [-- words of a program's name]`: boots a Linux kernel with SCTP for each program of the folder
 * `inside`, runs its tests there, and shows what they say. `npm run test:kernel:full` does more of each.
 *
 * @module
 */

import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { countsIn, countsLine, type Counts } from "./reporter.js";
import { KernelUnavailable, providePackages } from "./uml/packages.js";
import { killAllKernels, runInKernel } from "./uml/run-in-kernel.js";

/** A kernel keeps one processor busy, and the machines of CI have two. */
const SIDE_BY_SIDE = 2;

const folder = dirname(fileURLToPath(import.meta.url));

/** The longest come first, so that the end of the run is not one of them alone. */
const LONGEST = ["stacks", "contract"];

/** The program that wants a kernel without SCTP. */
const WITHOUT_SCTP = "without-sctp";

function programs(wanted: string): string[] {
  const names = readdirSync(join(folder, "inside"))
    .filter((file) => file.endsWith(".js"))
    .map((file) => file.slice(0, -".js".length));
  const inOrder = [...LONGEST, ...names.filter((name) => !LONGEST.includes(name))];
  return inOrder.filter((name) => name.includes(wanted));
}

/** Runs one program's tests, which print as they go; answers what came of them. */
async function runProgram(name: string, isFull: boolean): Promise<Counts> {
  const start = performance.now();
  const command = [
    process.execPath,
    ...["--enable-source-maps", `--test-reporter=${join(folder, "reporter.js")}`],
    join(folder, "inside", `${name}.js`),
  ];
  const { status, output } = await runInKernel(command, {
    env: { SCTPKIT_KERNEL_TEST_FULL: isFull ? "1" : undefined, SCTP_PROVIDER: undefined },
    hasSctp: name !== WITHOUT_SCTP,
    timeoutMs: (isFull ? 120 : 15) * 60_000,
    onOutput: (text) => process.stdout.write(text.replaceAll(/^\d+ passed, .*\n/gm, "")),
  });
  const counts = countsIn(output);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  if (counts === undefined) {
    console.log(
      `FAIL ${name} ended with status ${status} after ${seconds} s, before its tests did:\n${output}`,
    );
    return { passed: 0, failed: 1, skipped: 0 };
  }
  console.log(`     ${name}: ${countsLine(counts)}, in ${seconds} s with the kernel's boot`);
  // A status without a failed test: something failed outside of all of them.
  if (status !== 0 && counts.failed === 0) return { ...counts, failed: 1 };
  return counts;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { full: { type: "boolean", default: false } },
    allowPositionals: true,
  });
  const queue = programs(positionals.join(" "));
  if (queue.length === 0) {
    console.error(`kernel: no program of test/kernel/inside has "${positionals.join(" ")}" in its name`);
    return 1;
  }
  // Once and before all: two kernels would fetch the packages twice.
  providePackages();
  const start = performance.now();
  const total: Counts = { passed: 0, failed: 0, skipped: 0 };
  const runQueue = async (): Promise<void> => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      // oxlint-disable-next-line no-await-in-loop -- this many kernels at a time
      const counts = await runProgram(name, values.full);
      total.passed += counts.passed;
      total.failed += counts.failed;
      total.skipped += counts.skipped;
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, runQueue));
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`kernel: ${countsLine(total)}, in ${seconds} s`);
  return total.failed === 0 && total.passed > 0 ? 0 : 1;
}

process.on("exit", killAllKernels);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(1));

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof KernelUnavailable)) throw error;
  console.error(`kernel: ${error.message}`);
  process.exitCode = 1;
}
