/**
 * Compiles C programs of the project that run beside a test or a bench.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

/** A C program and what it takes to compile it. */
export interface CProgram {
  /** Its file, from the repository's root. */
  readonly source: string;
  /** A header that it needs besides the C library's. */
  readonly header: string;
  /** Debian's packages that have the header and the compiler. */
  readonly packages: readonly string[];
  /** For the linker. */
  readonly libraries: readonly string[];
  /** Where headers (`include`) and libraries (`lib`) are looked for before the system's. */
  readonly folder?: string;
}

/** A compiled program. */
export interface CompiledProgram {
  /** Its path; it is removed when this process ends. */
  readonly program: string;
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

function install({ header, packages }: CProgram): string | undefined {
  if (existsSync(header) && run("gcc", ["--version"]) === undefined) return undefined;
  const command = `apt-get install -y ${packages.join(" ")}`;
  if (process.platform !== "linux" || process.getuid?.() !== 0)
    return `needs gcc and ${header}; as root: ${command}`;
  console.log(`installing ${packages.join(", ")}`);
  return (
    run("apt-get", ["update"]) ??
    run("apt-get", ["install", "-y", "--no-install-recommends", ...packages]) ??
    (existsSync(header) ? undefined : `${header} is missing even after ${command}`)
  );
}

/**
 * Installs what is missing, if it may, and compiles the program.
 *
 * @returns why that cannot be, in one line, when it cannot
 */
export function compileProgram(wanted: CProgram): CompiledProgram | string {
  const problem = install(wanted);
  if (problem !== undefined) return problem;
  const folder = mkdtempSync(join(tmpdir(), "sctpkit-program-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  // dist/test/support/c-program.js: the repository's root is three folders up.
  const source = fileURLToPath(new URL(`../../../${wanted.source}`, import.meta.url));
  const program = join(folder, basename(source, ".c"));
  const libraries = wanted.libraries.map((library) => `-l${library}`);
  const { folder: prefix } = wanted;
  const places =
    prefix === undefined ? [] : [`-I${prefix}/include`, `-L${prefix}/lib`, `-Wl,-rpath,${prefix}/lib`];
  const flags = ["-O2", "-Wall", "-Wextra", "-Werror", ...places];
  return run("gcc", [...flags, "-o", program, source, ...libraries]) ?? { program };
}
