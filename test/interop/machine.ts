/**
 * What the interoperability tests need of the machine: programs that are not part of the project.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Debian puts usrsctp's programs into a folder of their own, which is not on the PATH. */
const USRSCTP_FOLDER = "/usr/lib/usrsctp";

/** The programs of usrsctp that the tests run. */
export type UsrsctpProgram = "echo_server" | "discard_server" | "chargen_server_upcall" | "client" | "tsctp";

const USRSCTP_PROGRAMS: readonly UsrsctpProgram[] = [
  "echo_server",
  "discard_server",
  "chargen_server_upcall",
  "client",
  "tsctp",
];

/** The programs that are looked for on the PATH. `stdbuf` (coreutils) makes usrsctp's programs print line by line. */
const PATH_PROGRAMS = ["tshark", "dumpcap", "stdbuf"] as const;

const PACKAGES = ["libusrsctp-dev", "libusrsctp-examples", "tshark"];

/** The path of one of usrsctp's programs. */
export function usrsctpPath(program: UsrsctpProgram): string {
  return join(USRSCTP_FOLDER, program);
}

/** The programs that this machine lacks. */
function missingPrograms(): string[] {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/bin", "/usr/sbin"];
  const onPath = PATH_PROGRAMS.filter((name) => !folders.some((folder) => existsSync(join(folder, name))));
  return [...onPath, ...USRSCTP_PROGRAMS.filter((name) => !existsSync(usrsctpPath(name)))];
}

/** Why this user may not capture on the loopback interface, or `undefined`. */
function captureProblem(): string | undefined {
  const { status, stderr } = spawnSync("dumpcap", ["-i", "lo", "-L"], { encoding: "utf8" });
  return status === 0 ? undefined : `capturing needs root: ${stderr.split("\n", 1)[0]}`;
}

/**
 * Sees to it that every program is there; installs Debian's packages when it may.
 *
 * @returns what is wrong, in one line, or `undefined` when everything is there
 */
export function provideMachine(): string | undefined {
  if (process.platform !== "linux")
    return "the interoperability tests need Linux: they use Debian's usrsctp and tshark";
  const missing = missingPrograms();
  if (missing.length === 0) return captureProblem();
  const install = `apt-get install -y ${PACKAGES.join(" ")}`;
  if (process.getuid?.() !== 0) return `missing: ${missing.join(", ")}; as root: ${install}`;
  console.log(`installing ${PACKAGES.join(", ")} (missing: ${missing.join(", ")})`);
  for (const command of [["update"], ["install", "-y", "--no-install-recommends", ...PACKAGES]]) {
    const { status, stderr, error } = spawnSync("apt-get", command, {
      encoding: "utf8",
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
    if (status !== 0) {
      const reason = error?.message ?? stderr.trim().split("\n").at(-1) ?? `exit status ${status}`;
      return `apt-get ${command[0]} failed: ${reason}`;
    }
  }
  const stillMissing = missingPrograms();
  return stillMissing.length === 0
    ? captureProblem()
    : `missing even after ${install}: ${stillMissing.join(", ")}`;
}

/** Whether some process of this machine has bound the UDP port. */
export function isUdpPortBound(port: number): boolean {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return ["/proc/net/udp", "/proc/net/udp6"].some(
    (table) =>
      existsSync(table) &&
      readFileSync(table, "utf8")
        .split("\n")
        .slice(1)
        .some((row) => row.trim().split(/\s+/)[1]?.endsWith(wanted) === true),
  );
}
