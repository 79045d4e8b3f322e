/**
 * `npm run docs`: checks the rows of `documents.ts` and writes docs/rfc-coverage.md. It ends with status 1
 * when anything is missing, wrong or unexplained, and says what.
 *
 *   --check          writes nothing; also wants the document to be what would be written   --texts FOLDER
 * reads the RFCs (rfc9260.txt …) there and writes `text-keywords.ts` anew: which sections there are,
 * and how often each key word occurs in each
 *
 * @module
 */

import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { problemsOf, isImplemented } from "./check.js";
import { coveredDocuments } from "./documents.js";
import { render } from "./render.js";
import { sectionsOf } from "./text-sections.js";

// dist/scripts/rfc-coverage/main.js
const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
const documentPath = join(root, "docs/rfc-coverage.md");
const keywordsPath = join(root, "scripts/rfc-coverage/text-keywords.ts");

const { values: options } = parseArgs({
  options: { check: { type: "boolean", default: false }, texts: { type: "string" } },
});

function writeKeywords(folder: string): void {
  const lines = [
    "// Generated from the texts of the RFCs by `npm run docs -- --texts FOLDER`. Do not edit.\n",
    'import type { TextSection } from "./statement.js";\n',
  ];
  for (const { name } of coveredDocuments) {
    const identifier = name.toLowerCase().replace(" ", "");
    lines.push(`/** Sections and key words of ${name}. */`);
    lines.push(`export const ${identifier}Sections: readonly TextSection[] = [`);
    for (const { number, title, keywords } of sectionsOf(
      readFileSync(join(folder, `${identifier}.txt`), "utf8"),
    )) {
      const counts = Object.entries(keywords).map(([keyword, count]) =>
        keyword.includes(" ") ? `"${keyword}": ${count}` : `${keyword}: ${count}`,
      );
      const braces = counts.length === 0 ? "{}" : `{ ${counts.join(", ")} }`;
      lines.push(`  { number: "${number}", title: ${JSON.stringify(title)}, keywords: ${braces} },`);
    }
    lines.push("];\n");
  }
  writeFileSync(keywordsPath, lines.join("\n").replace(/\n\n$/, "\n"));
  console.log(`wrote ${keywordsPath}: format it, and run this again`);
}

function main(): void {
  if (options.texts !== undefined) {
    writeKeywords(options.texts);
    return;
  }
  const problems = coveredDocuments.flatMap((document) => problemsOf(document, root));
  const rendered = render(coveredDocuments);
  if (!options.check) writeFileSync(documentPath, rendered);
  else if (readFileSync(documentPath, "utf8") !== rendered)
    problems.push("docs/rfc-coverage.md is not what its rows say: npm run docs");
  for (const { name, statements } of coveredDocuments) {
    const implemented = statements.filter(isImplemented).length;
    const leftOut = statements.length - implemented;
    console.log(
      `${name}: ${statements.length} rows, ${implemented} implemented and tested, ${leftOut} left out`,
    );
  }
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
}

main();
