// `node scripts/run.mjs scripts/sim --seeds 200` builds, then runs dist/scripts/sim.js with the arguments that remain.
// A path that ends in "/" takes the program's name from the first argument: `npm run example -- one-to-many 127.0.0.1`.
//
// One process for "build && run", because `npm run` alone would need a shell's `&&` and would hand the arguments to the
// last command only.

import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "./build.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const programArguments = process.argv.slice(2);
let program = programArguments.shift();

if (program === undefined) fail("which program? For example: node scripts/run.mjs scripts/sim");
if (program.endsWith("/")) {
  const folder = program;
  const name = programArguments.shift();
  if (name === undefined || !existsSync(join(root, folder, `${name}.ts`))) {
    fail(`name one of: ${programsIn(folder).join(", ")}`);
  }
  program = folder + name;
}
if (!existsSync(join(root, `${program}.ts`))) fail(`there is no ${program}.ts`);

// Only the program's own project, the nearest one, and what is below it: an example needs no tests.
let project = dirname(program);
while (!existsSync(join(root, project, "tsconfig.json"))) project = dirname(project);
const status = build([project]);
if (status !== 0) process.exit(status);

const child = spawn(process.execPath, [join(root, "dist", `${program}.js`), ...programArguments], {
  stdio: "inherit",
});
// A terminal sends Ctrl-C to the child as well: the child decides when to end, and we end with it. A signal that was
// sent to us alone has to be handed on, or the child would be left behind.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => child.kill("SIGTERM"));
child.on("exit", (code, signal) => {
  if (signal !== null) console.error(`run: ${program} was ended by ${signal}`);
  process.exitCode = code ?? 1;
});

/** @param {string} folder */
function programsIn(folder) {
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".ts"))
    .map((name) => name.slice(0, -".ts".length));
}

/**
 * @param {string} message
 * @returns {never}
 */
function fail(message) {
  console.error(`run: ${message}`);
  process.exit(2);
}
