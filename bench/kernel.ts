/**
 * `npm run bench:kernel`: what the kernel provider costs beside a plain C program, in one Linux kernel that is booted
 * for it (user-mode Linux), where everything else is the same for both.
 *
 *   --quick         one short run of each kind: to see that it works, not how fast it is
 *   --runs R        how many runs of each kind, of which the median is printed (default 5)
 *   --markdown      prints Markdown tables
 *
 * With SCTPKIT_BENCH_LKSCTP, the folder in which the package lksctp is built, that is measured too. It is not in the
 * npm registry, and no part of this project.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { killAllKernels, runInKernel } from "../test/kernel/uml/run-in-kernel.js";
import { KernelUnavailable } from "../test/kernel/uml/packages.js";
import { compileProgram } from "../test/support/c-program.js";

const TIME_LIMIT_MS = 15 * 60_000;

async function main(): Promise<number> {
  const compiled = compileProgram({
    source: "bench/peers/kernel-bench.c",
    header: "/usr/include/linux/sctp.h",
    packages: ["gcc", "libc6-dev"],
    libraries: [],
  });
  if (typeof compiled === "string") throw new Error(compiled);
  const inside = fileURLToPath(new URL("./kernel-inside.js", import.meta.url));
  const { status } = await runInKernel(
    [process.execPath, inside, compiled.program, ...process.argv.slice(2)],
    { timeoutMs: TIME_LIMIT_MS, onOutput: (text) => process.stdout.write(text) },
  );
  return status;
}

process.on("exit", killAllKernels);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(1));

try {
  process.exitCode = await main();
} catch (error) {
  const isExpected = error instanceof KernelUnavailable || error instanceof Error;
  console.error(`bench: ${isExpected ? error.message : String(error)}`);
  process.exitCode = 1;
}
