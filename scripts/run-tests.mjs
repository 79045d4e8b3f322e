// `npm test`             builds, lints and runs every test.
// `npm test -- wire`     builds and runs only the tests whose path contains "wire": the quick turn while working.
//
// The list of tests is explicit and comes from the sources: what a folder or a glob means to `node --test` differs
// between Node 20, 22 and 24, a folder without tests counts as success, and dist may hold files of yesterday.

import { existsSync, readdirSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "./build.mjs";
import { lint } from "./lint.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** What needs a Debian package, root, or a compiler for other platforms has a command of its own. */
const elsewhere = new Set(["test/interop", "test/prebuild"]);

/** Two at a time: several tests measure time or fill both ends of a socket, and CI machines have two cores. */
const concurrency = 2;

/** @returns {string[]} sources of tests, as `test/wire/crc32c.test.ts` */
function testsIn(folder) {
  const tests = [];
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      if (entry.name !== "fixtures" && !elsewhere.has(path)) tests.push(...testsIn(path));
    } else if (entry.name.endsWith(".test.ts")) {
      tests.push(path);
    }
  }
  return tests.sort();
}

function stopUnless(status) {
  if (status !== 0) process.exit(status);
}

const filter = process.argv[2] ?? "";
const tests = testsIn("test").filter((path) => path.includes(filter));
if (tests.length === 0) {
  console.error(filter === "" ? "test: there are no tests" : `test: no test's path contains "${filter}"`);
  process.exit(1);
}

if (filter === "") {
  stopUnless(build());
  stopUnless(lint());
} else {
  // Only the projects that hold the chosen tests, so that a layer can be tested while one above it does not compile.
  const layers = new Set(tests.map((path) => path.split("/")[1] ?? ""));
  const projects = [...layers].map((layer) =>
    existsSync(join(root, "test", layer, "tsconfig.json")) ? `test/${layer}` : "test",
  );
  stopUnless(build([...new Set(projects)]));
}

const compiled = tests.map((path) => join("dist", path.replace(/\.ts$/, ".js")));
const run = spawnSync(
  process.execPath,
  [
    "--enable-source-maps",
    "--import=./scripts/property-seed.mjs",
    "--test",
    "--test-reporter=spec",
    `--test-concurrency=${concurrency}`,
    ...compiled,
  ],
  { cwd: root, stdio: "inherit" },
);
process.exitCode = run.status ?? 1;
