/**
 * Writes docs/rfc6458.md, and ends with status 1 when anything is missing in it, wrong or unexplained, and says what.
 * `npm run docs` runs it.
 *
 *   --check          writes nothing; also wants the document to be what would be written
 *   --texts FOLDER   reads rfc6458.txt there and writes `sections.ts` anew
 *
 * @module
 */

import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import * as sctpkit from "../../src/index.js";
import { sectionsOf } from "../rfc-coverage/text-sections.js";
import { missingIn, problemsOf } from "./check.js";
import { buildPage } from "./page.js";
import { publicSurface } from "./public-surface.js";
import { render } from "./render.js";
import { testRuns } from "./tests-run.js";

// dist/scripts/rfc6458/main.js
const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
const documentPath = join(root, "docs/rfc6458.md");
const sectionsPath = join(root, "scripts/rfc6458/sections.ts");

const { values: options } = parseArgs({
  options: { check: { type: "boolean", default: false }, texts: { type: "string" } },
});

function writeSections(folder: string): void {
  const sections = sectionsOf(readFileSync(join(folder, "rfc6458.txt"), "utf8"));
  const lines = [
    "// Generated from the text of RFC 6458 by `npm run docs -- --texts FOLDER`. Do not edit.\n",
    "/** A section of RFC 6458. */",
    "export interface Section {",
    "  readonly number: string;",
    "  readonly title: string;",
    "}\n",
    "/** Every section, in the order of the text. */",
    "export const sections: readonly Section[] = [",
    ...sections.map(({ number, title }) => `  { number: "${number}", title: ${JSON.stringify(title)} },`),
    "];\n",
  ];
  writeFileSync(sectionsPath, lines.join("\n"));
  console.log(`wrote ${sectionsPath}: format it, and run this again`);
}

function main(): void {
  if (options.texts !== undefined) {
    writeSections(options.texts);
    return;
  }
  const surface = publicSurface(root, Object.keys(sctpkit));
  const page = buildPage(surface, root);
  const problems = problemsOf(page, { root, surface, runs: testRuns(root) });
  const rendered = render(page);
  if (!options.check) writeFileSync(documentPath, rendered);
  else if (readFileSync(documentPath, "utf8") !== rendered)
    problems.push("docs/rfc6458.md is not what its rows say: npm run docs");
  const rows = page.tables.reduce((sum, table) => sum + table.rows.length, 0);
  console.log(`RFC 6458: ${rows} rows, ${missingIn(page).length} missing, ${page.leftOut.length} left out`);
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
}

main();
