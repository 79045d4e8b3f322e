// `npm run docs`: writes docs/rfc-coverage.md and docs/rfc6458.md, and ends with status 1 when one of them lacks
// something, and says what. `--check` writes nothing, `--texts FOLDER` reads the RFCs there anew.
//
// Two programs and not one: the first needs nothing of src, so that it runs while a layer does not compile.

import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "./build.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * @param {string} project
 * @returns {number} its exit status
 */
function run(project) {
  const program = join(root, "dist", project, "main.js");
  const status = build([project]);
  if (status !== 0) return status;
  return (
    spawnSync(process.execPath, ["--enable-source-maps", program, ...process.argv.slice(2)], {
      stdio: "inherit",
    }).status ?? 1
  );
}

const statuses = ["scripts/rfc-coverage", "scripts/rfc6458"].map(run);
process.exitCode = Math.max(...statuses);
