/**
 * Whether the rows of docs/rfc-coverage.md are complete, in order, and speak of files, names and tests that
 * exist.
 *
 * @module
 */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { CoveredDocument, ImplementedStatement, Statement, TextSection } from "./statement.js";

/** A part of a title that is shorter could stand anywhere. */
const minTitleLength = 8;

/** The section that a row belongs to: "5.1" for "5.1-3". */
export function sectionOf({ id }: Statement): string {
  return id.slice(0, id.lastIndexOf("-"));
}

/** Whether a row says where, and not why not. */
export function isImplemented(statement: Statement): statement is ImplementedStatement {
  return "implemented" in statement;
}

/** How many key words of the text a row stands for. */
export function keywordCount({ level, times }: Statement): number {
  return times ?? (level === "rule" ? 0 : 1);
}

/** A reference to code: file and name. */
export function parseCode(reference: string): { path: string; symbol: string } {
  const [path = "", symbol = ""] = reference.split("#");
  return { path, symbol };
}

/** A reference to a test: file and title, or part of it. */
export function parseTest(reference: string): { path: string; title: string } {
  const end = reference.indexOf(": ");
  return end < 0
    ? { path: reference, title: "" }
    : { path: reference.slice(0, end), title: reference.slice(end + 2) };
}

/**
 * Everything that is wrong with the rows of one document, each in a sentence.
 * @param root the repository, in which references are looked up
 */
export function problemsOf(document: CoveredDocument, root: string): string[] {
  const { name, sections, statements } = document;
  return [
    ...problemsOfOrder(sections, statements),
    ...sections.flatMap((section) => problemsOfCount(section, statements)),
    ...statements.flatMap((statement) => problemsOfStatement(statement, root)),
  ].map((problem) => `${name} §${problem}`);
}

function problemsOfOrder(sections: readonly TextSection[], statements: readonly Statement[]): string[] {
  const places = new Map(sections.map(({ number }, index) => [number, index]));
  const problems: string[] = [];
  let place = -1;
  let last = 0;
  for (const statement of statements) {
    const { id } = statement;
    const section = places.get(sectionOf(statement));
    const index = Number(id.slice(id.lastIndexOf("-") + 1));
    if (section === undefined) {
      problems.push(`${id}: there is no such section`);
      continue;
    }
    if (section !== place) last = 0;
    if (section < place)
      problems.push(`${id}: its section comes earlier in the text than that of the row before`);
    else if (index !== last + 1) problems.push(`${id}: number ${last + 1} of its section was to come here`);
    place = section;
    last = index;
  }
  return problems;
}

/** Every key word of the text has a row, and no row has a key word that the text lacks. */
function problemsOfCount({ number, keywords }: TextSection, statements: readonly Statement[]): string[] {
  const counts = new Map<string, number>();
  for (const statement of statements) {
    if (sectionOf(statement) !== number || statement.level === "rule") continue;
    counts.set(statement.level, (counts.get(statement.level) ?? 0) + keywordCount(statement));
  }
  const expected = new Map<string, number>(Object.entries(keywords));
  return [...new Set([...expected.keys(), ...counts.keys()])]
    .filter((level) => (expected.get(level) ?? 0) !== (counts.get(level) ?? 0))
    .map(
      (level) =>
        `${number}: the text has ${expected.get(level) ?? 0} ${level}, the rows have ${counts.get(level) ?? 0}`,
    );
}

function problemsOfStatement(statement: Statement, root: string): string[] {
  const { id } = statement;
  const problems = statement.statement.trim() === "" ? [`${id}: says nothing`] : [];
  if (!isImplemented(statement)) {
    return statement.leftOut.trim() === "" ? [...problems, `${id}: is left out without a reason`] : problems;
  }
  if (statement.implemented.length === 0) problems.push(`${id}: does not say where it is implemented`);
  if (statement.tested.length === 0) problems.push(`${id}: does not say where it is tested`);
  for (const reference of statement.implemented) {
    const { path, symbol } = parseCode(reference);
    const text = textOf(root, path);
    if (text === undefined) problems.push(`${id}: there is no file ${path}`);
    else if (!hasWord(text, symbol)) problems.push(`${id}: there is no "${symbol}" in ${path}`);
  }
  for (const reference of statement.tested) {
    const { path, title } = parseTest(reference);
    const text = textOf(root, path);
    if (text === undefined) problems.push(`${id}: there is no file ${path}`);
    else if (title.length < minTitleLength) problems.push(`${id}: name a test of ${path}`);
    else if (!text.includes(title)) problems.push(`${id}: no test "${title}" in ${path}`);
  }
  return problems;
}

const texts = new Map<string, string | undefined>();

function textOf(root: string, path: string): string | undefined {
  const file = join(root, path);
  if (!texts.has(file)) texts.set(file, existsSync(file) ? readFileSync(file, "utf8") : undefined);
  return texts.get(file);
}

function hasWord(text: string, word: string): boolean {
  return /^\w+$/.test(word) && new RegExp(`\\b${word}\\b`).test(text);
}
