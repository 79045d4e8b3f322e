/**
 * Where the bench runs, for whoever reads its figures.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { cpus, loadavg, release } from "node:os";
import { isPinned } from "./measure.js";

/** The most that a socket may ask for without privileges, as the system says it. */
function receiveBufferLimit(): string {
  const path = "/proc/sys/net/core/rmem_max";
  return existsSync(path) ? readFileSync(path, "utf8").trim() : "unknown";
}

function version(program: string, pattern: RegExp): string | undefined {
  const { stdout, error } = spawnSync(program, [program === "go" ? "version" : "--version"], {
    encoding: "utf8",
  });
  return error === undefined ? stdout.match(pattern)?.[0] : undefined;
}

/** The machine, its system, and the programs that everything was made with, in one line. */
export function describeMachine(): string {
  const [first] = cpus();
  const tools = [version("gcc", /gcc .*\d/)?.replace(/\(.*\) /, ""), version("go", /go\d[\d.]*/)];
  return [
    `${cpus().length} cores (${first?.model.trim() ?? "unknown"})`,
    `${process.platform} ${release()}`,
    `net.core.rmem_max ${receiveBufferLimit()}`,
    `Node ${process.version}`,
    ...tools.filter((tool) => tool !== undefined),
    isPinned ? "each process pinned to a core" : "processes not pinned",
  ].join(", ");
}

/** How busy the machine is with other things, in one line. */
export function describeLoad(): string {
  return `load average ${loadavg()
    .map((value) => value.toFixed(2))
    .join(" ")}`;
}
