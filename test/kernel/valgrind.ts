/**
 * `npm run test:native-valgrind`: the addon's SCTP calls under valgrind, inside a kernel that has them.
 * AddressSanitizer watches the same C on the host (`npm run test:native-asan`), but does not start inside
 * this kernel.
 *
 * What runs is `inside/addon.ts`: bindx, connectx, peeloff, getladdrs, getpaddrs, accept, sendmsg, recvmsg,
 * sendmmsg, recvmmsg, getsockopt and setsockopt on sockets of SCTP, readiness, and the end of the process
 * with all of it.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { readFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { KernelUnavailable, providePackages } from "./uml/packages.js";
import { killAllKernels, runInKernel } from "./uml/run-in-kernel.js";

const program = join(dirname(fileURLToPath(import.meta.url)), "inside", "addon.js");

/** Our own library's name, as it stands in the frames of valgrind's reports. */
const LIBRARY = "sctpkit.node";

function hasValgrind(): boolean {
  return spawnSync("valgrind", ["--version"]).status === 0;
}

/**
 * Installs valgrind when it is missing. It cannot run from an unpacked package: it looks for symbols in
 * `/usr/lib`.
 */
function provideValgrind(): void {
  if (hasValgrind()) return;
  if (process.getuid?.() !== 0) {
    throw new KernelUnavailable("valgrind is missing; as root: apt-get install -y valgrind");
  }
  for (const words of [["update"], ["install", "-y", "--no-install-recommends", "valgrind"]]) {
    spawnSync("apt-get", [...words, "-o", "Acquire::Retries=5"], {
      stdio: "ignore",
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
  }
  if (!hasValgrind()) throw new KernelUnavailable("apt-get could not install valgrind");
}

/**
 * The reports in valgrind's log that our C has a part in: a frame of it stands above those of JavaScript.
 * Below them it has only told JavaScript of readiness; what Node then does is not our concern.
 *
 * @throws Error when the log does not end as a whole one does
 */
function reportsOnAddon(log: string): string[] {
  if (!/ERROR SUMMARY: \d+ errors/.test(log)) throw new Error(`valgrind did not come to its end:\n${log}`);
  return log
    .split(/^==\d+== $/m)
    .filter((report) => report.split("Builtins_", 1).some((top) => top.includes(LIBRARY)));
}

async function main(): Promise<number> {
  provideValgrind();
  providePackages();
  const folder = mkdtempSync(join(tmpdir(), "sctpkit-valgrind-"));
  const log = join(folder, "log");
  const valgrind = ["valgrind", "--leak-check=full", "--num-callers=40", `--log-file=${log}`];
  try {
    const start = performance.now();
    const command = [...valgrind, process.execPath, "--single-threaded", program];
    const { status, output } = await runInKernel(command);
    if (status !== 0) throw new Error(`the tests ended with status ${status} under valgrind:\n${output}`);
    const reports = reportsOnAddon(readFileSync(log, "utf8"));
    for (const report of reports) console.log(report.trim());
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(`valgrind: ${reports.length} reports on the native calls, in ${seconds} s`);
    return reports.length === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.on("exit", killAllKernels);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(1));

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof KernelUnavailable)) throw error;
  console.error(`valgrind: cannot run: ${error.message}`);
  process.exitCode = 1;
}
