// The house rules that no linter knows: `npm run lint` runs this file, and test/project/tidy.test.ts tests it.
//
// It reads text and does not parse TypeScript: that is enough for what it asks, and keeps it far below a second.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** One thing to put right. */
export interface Complaint {
  /** From the repository's root, with forward slashes. */
  readonly path: string;
  /** Counts from 1; 0 speaks of the file as a whole. */
  readonly line: number;
  readonly text: string;
}

const maxFileLines = 600;
const maxLineLength = 120;
/** The name of a test, or a message: a string or template that stands alone is not broken to fit a column. */
const isSentence = /^\s*(?:(?:test\(|describe\(|it\(|return|title:)\s*)?["`].*["`]/;

/** Never looked into. Fixtures hold bytes and words of others. */
const skippedFolders = new Set(["node_modules", "dist", ".git", "fixtures"]);

const checkedEndings = [".ts", ".mjs", ".js", ".c", ".h", ".sh"];

/** Where every file exists because an RFC says so, and has to say which section. */
const citingFolders = ["src/wire/chunks/", "src/wire/parameters/", "src/wire/error-causes/", "src/stack/"];

const citation = /^\s*(?:\/\/|\/?\*).*\bRFC \d{3,5} §/;
// Spelt so that this line does not complain about itself.
const unfinished = /\b(?:T[O]DO|F[I]XME|X[X]X)\b/;
const exportedDeclaration =
  /^export (?:declare )?(?:abstract )?(?:async )?(?:const|let|function\*?|class|interface|type) (\w+)/;

/**
 * Complaints about one source file, by its text alone.
 * @param path from the repository's root, with forward slashes: it decides which rules apply
 */
export function checkSource(path: string, text: string): Complaint[] {
  const complaints: Complaint[] = [];
  const lines = text.replace(/\n$/, "").split("\n");
  if (lines.length > maxFileLines) {
    complaints.push({
      path,
      line: 0,
      text: `${lines.length} lines; split it before it has more than ${maxFileLines}`,
    });
  }
  for (const [index, line] of lines.entries()) {
    if (line.length > maxLineLength && !isSentence.test(line)) {
      complaints.push({ path, line: index + 1, text: `${line.length} columns; at most ${maxLineLength}` });
    }
    if (unfinished.test(line)) {
      complaints.push({
        path,
        line: index + 1,
        text: "finish it, or open an issue and say so in a sentence",
      });
    }
  }
  if (citingFolders.some((folder) => path.startsWith(folder)) && !lines.some((line) => citation.test(line))) {
    complaints.push({
      path,
      line: 0,
      text: "no comment says which section it obeys, as in: RFC 9260 §3.3.4",
    });
  }
  if (path.startsWith("src/")) complaints.push(...checkDocumentation(path, lines));
  return complaints;
}

/** Every export is what someone else reads first, so a TSDoc comment stands right above it. */
function checkDocumentation(path: string, lines: readonly string[]): Complaint[] {
  const complaints: Complaint[] = [];
  let documentedName: string | undefined;
  for (const [index, line] of lines.entries()) {
    const name = exportedDeclaration.exec(line)?.[1];
    if (name === undefined) continue;
    const documented = lines[index - 1]?.trimEnd().endsWith("*/") === true && isTsdoc(lines, index - 1);
    // The further overloads of a function share the comment of the first, and a type may share its value's.
    if (!documented && name !== documentedName) {
      complaints.push({
        path,
        line: index + 1,
        text: `"${name}" is exported without a TSDoc comment above it`,
      });
    }
    documentedName = name;
  }
  return complaints;
}

/** Whether the comment that ends on this line opened with two stars. */
function isTsdoc(lines: readonly string[], lastLine: number): boolean {
  for (let index = lastLine; index >= 0; index -= 1) {
    const line = lines[index] ?? "";
    if (line.includes("/*")) return line.includes("/**");
  }
  return false;
}

/** Complaints about the change log: what is not yet released needs a place, or nobody writes it down. */
export function checkChangelog(text: string): Complaint[] {
  if (/^## \[Unreleased\]\s*$/m.test(text)) return [];
  return [{ path: "CHANGELOG.md", line: 0, text: 'has no section "## [Unreleased]"' }];
}

/** Complaints about the whole repository. */
export function checkRepository(root: string): Complaint[] {
  const complaints = checkChangelog(readFileSync(join(root, "CHANGELOG.md"), "utf8"));
  for (const path of sourcesIn(root, "")) {
    complaints.push(...checkSource(path, readFileSync(join(root, path), "utf8")));
  }
  return complaints;
}

function sourcesIn(root: string, folder: string): string[] {
  const paths: string[] = [];
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      if (!skippedFolders.has(entry.name)) paths.push(...sourcesIn(root, path));
    } else if (checkedEndings.some((ending) => entry.name.endsWith(ending))) {
      paths.push(path);
    }
  }
  return paths;
}

function main(): void {
  const complaints = checkRepository(process.cwd());
  for (const { path, line, text } of complaints)
    console.error(`${line === 0 ? path : `${path}:${line}`}: ${text}`);
  if (complaints.length > 0) process.exitCode = 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) main();
