// `npm run build:native` compiles the C files of native/ to native/build/sctpkit.node, for this host and this Node.
//
// `npm run build` does it too, and goes on without where there is no C compiler or a header is missing:
// everything but the kernel's SCTP and raw IP works without the addon.

import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const native = join(root, "native");
const binary = join(native, "build", "sctpkit.node");

/** The header of each system that declares SCTP: on Linux the kernel's own, so that libsctp is not needed. */
const systemHeaders = new Map([
  ["linux", "linux/sctp.h"],
  ["freebsd", "netinet/sctp.h"],
]);

/**
 * What every compiler of the addon is told: this one, that of the prebuilt binaries, that of the sanitizer.
 */
export const compilerFlags = ["-std=c11", "-shared", "-fPIC", "-fvisibility=hidden", "-Wall", "-Wextra"];

/** @returns {string[]} the addon's C files */
export function nativeSources() {
  return [...filesIn(native, ".c"), ...filesIn(join(native, "batch"), ".c")];
}

/**
 * Why the addon cannot be compiled here, or with what.
 * @returns {{ reason: string } | { compiler: string[], include: string }}
 */
export function findToolchain() {
  const systemHeader = systemHeaders.get(process.platform);
  if (systemHeader === undefined) return { reason: `not for ${process.platform}` };
  const compiler = findCompiler();
  if (compiler === undefined) return { reason: "there is no C compiler (CC, cc, gcc, clang)" };
  const include = findNodeHeaders();
  if (include === undefined) return { reason: `there is no node_api.h beside ${process.execPath}` };
  for (const header of ["node_api.h", "uv.h", systemHeader]) {
    const test = run([...compiler, "-isystem", include, "-E", "-x", "c", "-"], `#include <${header}>\n`);
    if (test.status !== 0) return { reason: `the C compiler does not find <${header}>` };
  }
  return { compiler, include };
}

/**
 * Compiles the addon when a source is newer than it.
 * @param {{ isQuiet?: boolean }} options - quiet: says nothing when the addon cannot be compiled here
 * @returns {"ready" | "impossible" | "failed"}
 */
export function buildNative({ isQuiet = false } = {}) {
  const headers = [...filesIn(native, ".h"), ...filesIn(join(native, "batch"), ".h")];
  const inputs = [...nativeSources(), ...headers, fileURLToPath(import.meta.url)];
  if (existsSync(binary) && inputs.every((path) => modified(path) <= modified(binary))) return "ready";
  const toolchain = findToolchain();
  if ("reason" in toolchain) {
    if (!isQuiet) console.log(`build:native: no native addon, because ${toolchain.reason}`);
    return "impossible";
  }
  return compile(toolchain) ? "ready" : "failed";
}

/**
 * Written beside and renamed: a process that has the old one loaded keeps it, and no other sees half of the
 * new one.
 */
function compile({ compiler, include }) {
  mkdirSync(dirname(binary), { recursive: true });
  const unfinished = `${binary}.${process.pid}`;
  const command = [...compiler, ...compilerFlags, "-O2", "-isystem", include, ...nativeSources()];
  const { status, stderr } = run([...command, "-o", unfinished]);
  if (stderr !== "") console.error(stderr);
  if (status === 0) renameSync(unfinished, binary);
  else rmSync(unfinished, { force: true });
  console.log(
    status === 0 ? "build:native: compiled native/build/sctpkit.node" : "build:native: does not compile",
  );
  return status === 0;
}

/** @returns {string[] | undefined} a command that runs; `CC` may bring arguments, as in `zig cc` */
function findCompiler() {
  const candidates = [process.env["CC"] ?? "", "cc", "gcc", "clang"];
  return candidates
    .map((candidate) => candidate.split(" ").filter((word) => word !== ""))
    .find((command) => command.length > 0 && run([...command, "--version"]).status === 0);
}

/**
 * Node's headers: those that the caller names, those beside this Node, those that node-gyp once fetched for
 * it.
 */
export function findNodeHeaders() {
  const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  const prefixes = [
    process.env["npm_config_nodedir"] ?? "",
    dirname(dirname(process.execPath)),
    process.config.variables["node_prefix"] ?? "",
    join(cache, "node-gyp", process.versions.node),
  ];
  return prefixes
    .filter((prefix) => prefix !== "")
    .map((prefix) => join(prefix, "include", "node"))
    .find((folder) => existsSync(join(folder, "node_api.h")));
}

function run([program, ...programArguments], input = "") {
  const { status, stderr } = spawnSync(program, programArguments, { input, encoding: "utf8" });
  return { status, stderr: stderr ?? "" };
}

function filesIn(folder, ending) {
  return readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name));
}

function modified(path) {
  return statSync(path).mtimeMs;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  process.exitCode = buildNative() === "ready" ? 0 : 1;
}
