/**
 * Provides the peer that the bench measures beside our own stack: Debian's usrsctp and the driver in
 * bench/peers.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { compileProgram } from "../test/support/c-program.js";

/** The compiled driver. */
export interface UsrsctpDriver {
  readonly program: string;
  /** Of usrsctp, as the package says. */
  readonly version: string;
}

/**
 * Installs what is missing, if it may, and compiles the driver.
 *
 * @returns why there is none, in one line, when there is none
 */
export function provideUsrsctp(): UsrsctpDriver | string {
  const compiled = compileProgram({
    source: "bench/peers/usrsctp-bench.c",
    header: "/usr/include/usrsctp.h",
    packages: ["gcc", "libc6-dev", "libusrsctp-dev"],
    libraries: ["usrsctp"],
  });
  if (typeof compiled === "string") return compiled;
  const query = spawnSync("dpkg-query", ["-W", "-f=${Version}", "libusrsctp-dev"], { encoding: "utf8" });
  const version = query.status === 0 ? query.stdout.replace(/-[^-]*$/, "") : "of this machine";
  return { ...compiled, version };
}
