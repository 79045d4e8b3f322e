// `npm run test:native-asan` runs the tests of the native addon on an addon that AddressSanitizer and
// UndefinedBehaviorSanitizer watch: an access outside a buffer, by us or by a system call that we make, ends
// the process with a report. The tests with random arguments run several times, and one program runs under
// the leak detector. `npm run test:native-asan -- 20` says how often the random ones run.
//
// Node itself is the usual one; the sanitizer's library is loaded before it. So its memory is watched too,
// since typed arrays come from malloc.

import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "./build.mjs";
import { compilerFlags, findToolchain, nativeSources } from "./build-native.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const rounds = Number(process.argv[2] ?? "5");

const sanitizerFlags = [
  "-O1",
  "-g",
  "-fno-omit-frame-pointer",
  "-fsanitize=address,undefined",
  "-fno-sanitize-recover=undefined",
];

/** Freed memory would be kept for a while, and the test that watches memory would see it grow. */
const patience = "quarantine_size_mb=1:thread_local_quarantine_size_kb=64";

function fail(reason) {
  console.error(`test:native-asan: ${reason}`);
  process.exit(1);
}

function findSanitizer(compiler) {
  const [program, ...programArguments] = [...compiler, "-print-file-name=libasan.so"];
  const path = spawnSync(program, programArguments, { encoding: "utf8" }).stdout.trim();
  if (!isAbsolute(path)) fail(`${compiler.join(" ")} brings no libasan.so; gcc does`);
  return path;
}

/** A copy of what was compiled, where the loader finds the watched addon in the place of the usual one. */
function copyWith({ compiler, include }) {
  const copy = mkdtempSync(join(tmpdir(), "sctpkit-asan-"));
  process.on("exit", () => rmSync(copy, { recursive: true, force: true }));
  for (const folder of ["dist/src/base", "dist/src/native", "dist/test/native"]) {
    cpSync(join(root, folder), join(copy, folder), { recursive: true });
  }
  cpSync(join(root, "package.json"), join(copy, "package.json"));
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  mkdirSync(join(copy, "native", "build"), { recursive: true });
  const [program, ...before] = compiler;
  const flags = [...compilerFlags, "-Werror", ...sanitizerFlags, "-isystem", include];
  const binary = join(copy, "native", "build", "sctpkit.node");
  const { status } = spawnSync(program, [...before, ...flags, ...nativeSources(), "-o", binary], {
    stdio: "inherit",
  });
  if (status !== 0) fail("the addon does not compile");
  return copy;
}

/** Runs Node under the sanitizer; ends everything when it fails. */
function runWatched(name, { copy, sanitizer }, nodeArguments, { options, propertySeed = 1 }) {
  const started = process.hrtime.bigint();
  const seed = `--import=${pathToFileURL(join(root, "scripts", "property-seed.mjs")).href}`;
  const { status, stdout, stderr } = spawnSync(process.execPath, [seed, ...nodeArguments], {
    cwd: copy,
    encoding: "utf8",
    env: {
      ...process.env,
      LD_PRELOAD: sanitizer,
      ASAN_OPTIONS: `${patience}:${options}`,
      PROPERTY_SEED: String(propertySeed),
    },
  });
  if (status !== 0) {
    console.error(stdout + stderr);
    fail(`${name}: status ${status}`);
  }
  console.log(`test:native-asan: ${name}: clean, ${(process.hrtime.bigint() - started) / 1_000_000n} ms`);
}

const status = build(["test/native"]);
if (status !== 0) process.exit(status);
const toolchain = findToolchain();
if ("reason" in toolchain) fail(toolchain.reason);
const watched = { copy: copyWith(toolchain), sanitizer: findSanitizer(toolchain.compiler) };
// The list comes from the sources: dist may hold tests of yesterday. The table of layouts is no code of C.
const tests = readdirSync(join(root, "test", "native"))
  .filter((name) => name.endsWith(".test.ts") && name !== "layout.test.ts")
  .map((name) => name.replace(/\.ts$/, ".js"));
for (const test of tests) {
  runWatched(test, watched, [`dist/test/native/${test}`], { options: "detect_leaks=0" });
}
for (let round = 1; round <= rounds; round += 1) {
  runWatched(`arguments at random, round ${round}`, watched, ["dist/test/native/arguments.test.js"], {
    options: "detect_leaks=0",
    propertySeed: 1 + round,
  });
}
// Not for the tests: many end their processes in the middle, and what Node had then is not freed.
runWatched("leaks", watched, ["dist/test/native/leaks.js"], { options: "detect_leaks=1" });
