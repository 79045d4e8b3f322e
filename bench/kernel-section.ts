/**
 * The kernel provider beside a plain C program, measured in a Linux kernel that is booted for it (user-mode Linux),
 * where everything else is the same for both.
 *
 * With SCTPKIT_BENCH_LKSCTP, the folder in which the package lksctp is built, that is measured too. It is not in the
 * npm registry, and no part of this project.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { runInKernel } from "../test/kernel/uml/run-in-kernel.js";
import { compileProgram } from "../test/support/c-program.js";
import type { Sample } from "./results.js";

const TIME_LIMIT_MS = 15 * 60_000;

/** What was measured, and in which kernel. */
export interface KernelMeasurement {
  readonly samples: readonly Sample[];
  /** The kernel, for whoever reads the figures. */
  readonly place: string;
}

/**
 * Boots a kernel and measures in it; what it prints meanwhile is passed on.
 *
 * @throws Error when there is no kernel or no compiler to be had, or a run fails
 */
export async function measureKernel(runs: number, isQuick: boolean): Promise<KernelMeasurement> {
  const compiled = compileProgram({
    source: "bench/peers/kernel-bench.c",
    header: "/usr/include/linux/sctp.h",
    packages: ["gcc", "libc6-dev"],
    libraries: [],
  });
  if (typeof compiled === "string") throw new Error(compiled);
  const inside = fileURLToPath(new URL("./kernel-inside.js", import.meta.url));
  const options = ["--runs", String(runs), ...(isQuick ? ["--quick"] : [])];
  const { status, output } = await runInKernel([process.execPath, inside, compiled.program, ...options], {
    timeoutMs: TIME_LIMIT_MS,
    onOutput: (text) => process.stdout.write(text.replaceAll(/^\{.*\}\n/gm, "")),
  });
  const result = output.match(/^\{.*\}$/m)?.[0];
  if (status !== 0 || result === undefined) throw new Error(`the run in the kernel ended with ${status}`);
  return JSON.parse(result) as KernelMeasurement;
}
