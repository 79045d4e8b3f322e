/**
 * Provides usrsctp as a peer: Debian's, and a newer build where there is one, under the driver in bench/peers.
 *
 * @module
 */

import { compileProgram } from "../test/support/c-program.js";
import { debianVersion } from "./debian.js";

/** The compiled driver. */
export interface UsrsctpDriver {
  readonly program: string;
  /** Of usrsctp, as the package says. */
  readonly version: string;
}

/** Where a newer usrsctp is installed: a folder with include/usrsctp.h and lib/. */
const NEWER_VARIABLE = "SCTPKIT_BENCH_USRSCTP";

const SOURCE = "bench/peers/usrsctp-bench.c";
const PACKAGES = ["gcc", "libc6-dev", "libusrsctp-dev"];

/**
 * Installs what is missing, if it may, and compiles the driver.
 *
 * @returns why there is none, in one line, when there is none
 */
export function provideUsrsctp(): UsrsctpDriver | string {
  const compiled = compileProgram({
    source: SOURCE,
    header: "/usr/include/usrsctp.h",
    packages: PACKAGES,
    libraries: ["usrsctp"],
  });
  if (typeof compiled === "string") return compiled;
  return { ...compiled, version: debianVersion("libusrsctp-dev") ?? "of this machine" };
}

/**
 * Compiles the driver against the build that the environment variable SCTPKIT_BENCH_USRSCTP names.
 *
 * @returns `undefined` when none is named, and why there is none, in one line, when it does not compile
 */
export function provideNewerUsrsctp(): UsrsctpDriver | string | undefined {
  const folder = process.env[NEWER_VARIABLE];
  if (folder === undefined || folder === "") return undefined;
  const compiled = compileProgram({
    source: SOURCE,
    header: `${folder}/include/usrsctp.h`,
    packages: PACKAGES,
    libraries: ["usrsctp"],
    folder,
  });
  return typeof compiled === "string" ? compiled : { ...compiled, version: `of ${NEWER_VARIABLE}` };
}
