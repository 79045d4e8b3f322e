// `npm run lint`: oxlint (rules, typed rules), biome (format only), tidy (what no linter knows). All three always run,
// so that one look shows everything there is to do.

import { existsSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "./build.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const steps = [
  { name: "oxlint", program: ["node_modules", "oxlint", "bin", "oxlint"], arguments: ["--deny-warnings"] },
  {
    name: "biome",
    program: ["node_modules", "@biomejs", "biome", "bin", "biome"],
    arguments: ["format", "."],
  },
  { name: "tidy", program: ["dist", "scripts", "tidy.js"], arguments: [] },
];

/**
 * Needs a build, for tidy is TypeScript.
 * @returns {number} the exit status: 0 when every step is content
 */
export function lint() {
  let failed = 0;
  for (const step of steps) {
    const program = join(root, ...step.program);
    if (!existsSync(program)) {
      console.error(`lint: ${step.name} is missing (${step.program.join("/")})`);
      failed += 1;
      continue;
    }
    const { status } = spawnSync(process.execPath, [program, ...step.arguments], {
      cwd: root,
      stdio: "inherit",
    });
    if (status !== 0) {
      console.error(`lint: ${step.name} complains`);
      failed += 1;
    }
  }
  return failed === 0 ? 0 : 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  // Only tidy itself: while one layer is being rewritten, the others can still be linted.
  process.exitCode = build(["scripts/tsconfig.tidy.json"]) || lint();
}
