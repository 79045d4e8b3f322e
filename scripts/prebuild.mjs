// `npm run prebuild` makes the addon for every platform of the package: native/prebuilds/<platform>/sctpkit.node.
//
// The compiler is Zig, which brings the headers and the C library of each platform. It is 400 MB and of no use to
// anyone else, so it has a lock file of its own (native/toolchain) and is installed here, when it is needed. Of Node it
// takes the headers of the Node that runs this: Node-API does not change from version to version, nor does the little
// of libuv that the addon uses.

import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compilerFlags, findNodeHeaders, nativeSources } from "./build-native.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const toolchain = join(root, "native", "toolchain");
const modules = join(toolchain, "node_modules");
const zigPackage = join(modules, "@zigc", `${process.platform}-${process.arch}`);

/** Two at a time: Zig itself is busy with one file of C at a time for most of a build. */
const CONCURRENCY = 2;

/** By Zig's name. glibc 2.28 is what Node 20's own binaries ask for; musl has no versions. */
const targets = new Map([
  ["linux-x64-glibc", "x86_64-linux-gnu.2.28"],
  ["linux-x64-musl", "x86_64-linux-musl"],
  ["linux-arm64-glibc", "aarch64-linux-gnu.2.28"],
  ["linux-arm64-musl", "aarch64-linux-musl"],
  ["freebsd-x64", "x86_64-freebsd"],
  ["freebsd-arm64", "aarch64-freebsd"],
]);

/** @param {string} name - one of {@link targets} */
const prebuiltBinary = (name) => join(root, "native", "prebuilds", name, "sctpkit.node");

/** Whether what is installed is what the lock file says. npm writes a lock file of its own beside the modules. */
function isToolchainInstalled() {
  const installed = join(modules, ".package-lock.json");
  const wanted = join(toolchain, "package-lock.json");
  return existsSync(zigPackage) && existsSync(installed) && modified(installed) >= modified(wanted);
}

/** @param {string} path */
const modified = (path) => statSync(path).mtimeMs;

/** @returns {boolean} whether Zig is there now */
function installToolchain() {
  if (isToolchainInstalled()) return true;
  console.log("prebuild: installing Zig into native/toolchain (400 MB)");
  const npm = process.env["npm_execpath"];
  const [program, ...before] = npm === undefined ? ["npm"] : [process.execPath, npm];
  const ci = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", toolchain];
  const { status } = spawnSync(program, [...before, ...ci], { cwd: toolchain, stdio: "inherit" });
  if (status !== 0) console.error("prebuild: npm ci fails in native/toolchain");
  return status === 0;
}

/**
 * @param {string} name
 * @param {string} include - the folder of Node's headers
 * @returns {Promise<boolean>}
 */
async function compile(name, include) {
  const binary = prebuiltBinary(name);
  const unfinished = `${binary}.${process.pid}`;
  mkdirSync(dirname(binary), { recursive: true });
  const target = ["-target", targets.get(name) ?? ""];
  const flags = [...compilerFlags, "-Werror", "-O2", "-s", "-isystem", include];
  // Beside the compiler and not in the home folder, where nobody would find it again.
  const cache = join(modules, ".zig-cache");
  const zig = spawn(
    join(zigPackage, "bin", process.platform === "win32" ? "zig.exe" : "zig"),
    ["cc", ...target, ...flags, ...nativeSources(), "-o", unfinished],
    {
      cwd: root,
      stdio: "inherit",
      env: { ...process.env, ZIG_GLOBAL_CACHE_DIR: cache, ZIG_LOCAL_CACHE_DIR: cache },
    },
  );
  const status = await new Promise((resolve) => {
    zig.on("error", (error) => resolve(error.message));
    zig.on("exit", (code, signal) => resolve(code ?? signal));
  });
  if (status !== 0) {
    rmSync(unfinished, { force: true });
    console.error(`prebuild: ${name} does not compile (${status})`);
    return false;
  }
  renameSync(unfinished, binary);
  console.log(`prebuild: ${name} ${statSync(binary).size} bytes`);
  return true;
}

/**
 * Makes every binary.
 * @returns {Promise<boolean>} whether all could be made; it has been said why not
 */
async function prebuild() {
  const include = findNodeHeaders();
  if (include === undefined) {
    console.error(`prebuild: there is no node_api.h beside ${process.execPath}`);
    return false;
  }
  if (!installToolchain()) return false;
  const names = [...targets.keys()];
  const results = [];
  const worker = async () => {
    for (let name = names.shift(); name !== undefined; name = names.shift()) {
      results.push(await compile(name, include));
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return results.every(Boolean);
}

process.exitCode = (await prebuild()) ? 0 : 1;
