// `node --import ./scripts/property-seed.mjs …` has properties (fast-check) tried with the same values in every run: a
// run of CI finds what the one before it has found, and nothing by chance. PROPERTY_SEED names other values. A test
// that is run by hand, without this, tries new ones each time; `npm run fuzz` is there to look further.

import { readFileSync } from "node:fs";

const programs = process.argv.slice(1);

// Most tests have no property, and fast-check takes its time to load.
if (programs.length === 0 || programs.some((path) => readFileSync(path, "utf8").includes("fast-check"))) {
  const { default: fc } = await import("fast-check");
  fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env["PROPERTY_SEED"] ?? 1) });
}
