/**
 * Provides the peer that the bench measures beside our own stack: Debian's usrsctp and the driver in
 * bench/peers.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const PACKAGES = ["gcc", "libc6-dev", "libusrsctp-dev"];
const HEADER = "/usr/include/usrsctp.h";

/** The compiled driver. */
export interface UsrsctpDriver {
  readonly program: string;
  /** Of usrsctp, as the package says. */
  readonly version: string;
}

/** Answers what went wrong, or `undefined`. */
function run(command: string, commandArguments: readonly string[]): string | undefined {
  const { status, stderr, error } = spawnSync(command, commandArguments, {
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  if (status === 0) return undefined;
  const reason = error?.message ?? stderr.trim().split("\n").at(-1) ?? "";
  return `${command} ${commandArguments[0]}: ${reason === "" ? `status ${status}` : reason}`;
}

function install(): string | undefined {
  if (existsSync(HEADER) && run("gcc", ["--version"]) === undefined) return undefined;
  const command = `apt-get install -y ${PACKAGES.join(" ")}`;
  if (process.platform !== "linux" || process.getuid?.() !== 0) {
    return `needs gcc and libusrsctp-dev; as root: ${command}`;
  }
  console.log(`bench: installing ${PACKAGES.join(", ")}`);
  return (
    run("apt-get", ["update"]) ??
    run("apt-get", ["install", "-y", "--no-install-recommends", ...PACKAGES]) ??
    (existsSync(HEADER) ? undefined : `${HEADER} is missing even after ${command}`)
  );
}

/**
 * Installs what is missing, if it may, and compiles the driver.
 *
 * @returns why there is none, in one line, when there is none
 */
export function provideUsrsctp(): UsrsctpDriver | string {
  const problem = install();
  if (problem !== undefined) return problem;
  const folder = mkdtempSync(join(tmpdir(), "sctpkit-bench-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  // dist/bench/usrsctp.js: the source stands in bench, two folders up.
  const source = fileURLToPath(new URL("../../bench/peers/usrsctp-bench.c", import.meta.url));
  const program = join(folder, "usrsctp-bench");
  const compileProblem = run("gcc", ["-O2", "-o", program, source, "-lusrsctp"]);
  if (compileProblem !== undefined) return compileProblem;
  const query = spawnSync("dpkg-query", ["-W", "-f=${Version}", "libusrsctp-dev"], { encoding: "utf8" });
  const version = query.status === 0 ? query.stdout.replace(/-[^-]*$/, "") : "of this machine";
  return { program, version };
}
