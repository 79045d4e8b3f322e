// `npm run build`            builds everything, and the native addon where a C compiler is.
// `npm run build -- wire`    builds src/wire and what is below it; a folder of the repository works too: `test/wire`.
//
// Plain JavaScript because it has to run before anything is compiled.

import { existsSync, readdirSync, rmSync, rmdirSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { buildNative } from "./build-native.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, "dist");

/** What tsc writes, longest ending first, and the source that each output comes from. */
const outputEndings = [
  [".d.ts.map", ".ts"],
  [".d.ts", ".ts"],
  [".js.map", ".ts"],
  [".js", ".ts"],
  [".tsbuildinfo", ".json"],
];

/**
 * `tsc -b` keeps the outputs of deleted and renamed sources for ever: a deleted test would still run, and an import of
 * a deleted file would still work here and fail in a fresh clone.
 */
function removeOutputsWithoutSource(folder) {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      removeOutputsWithoutSource(path);
      continue;
    }
    const ending = outputEndings.find(([output]) => entry.name.endsWith(output));
    if (ending === undefined) continue;
    const source = join(root, relative(dist, path)).slice(0, -ending[0].length) + ending[1];
    if (!existsSync(source)) rmSync(path, { force: true });
  }
  if (readdirSync(folder).length === 0) rmdirSync(folder);
}

/** A project by the path of its folder or of its tsconfig file or, for a layer, by its name. */
function projectPath(name) {
  if (name.endsWith(".json") && existsSync(join(root, name))) return join(root, name);
  for (const candidate of [join(root, name), join(root, "src", name)]) {
    if (existsSync(join(candidate, "tsconfig.json"))) return candidate;
  }
  console.error(`build: there is no tsconfig.json in ${name} or src/${name}`);
  process.exit(2);
}

/**
 * Builds the named projects, or all; answers tsc's exit status.
 * @param {readonly string[]} names
 * @returns {number}
 */
export function build(names = []) {
  removeOutputsWithoutSource(dist);
  const projects = names.length === 0 ? [root] : names.map(projectPath);
  // The compiler's script is run by this very Node: no shell and no PATH, so the same on every platform.
  const compiler = join(root, "node_modules", "typescript", "lib", "tsc.js");
  const status = spawnSync(process.execPath, [compiler, "-b", ...projects], {
    cwd: root,
    stdio: "inherit",
  }).status;
  // Whoever builds a part does not want to be told each time that there is no addon.
  const addon = buildNative({ isQuiet: names.length > 0 });
  return addon === "failed" ? 1 : (status ?? 1);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href)
  process.exitCode = build(process.argv.slice(2));
