/**
 * Whether the rows of docs/rfc6458.md are complete, true of what the package exports, and shown by tests that are run.
 *
 * @module
 */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseTest } from "../rfc-coverage/check.js";
import type { Page } from "./page.js";
import type { PublicSurface } from "./public-surface.js";
import type { Proof, Row, Standing, StructureRow } from "./row.js";
import { sections } from "./sections.js";
import type { TestRuns } from "./tests-run.js";

/** A part of a title that is shorter could stand anywhere. */
const minTitleLength = 8;

/** What the rows are held against. */
export interface Reality {
  readonly root: string;
  readonly surface: PublicSurface;
  readonly runs: TestRuns;
}

/** How many rows say that something is missing. */
export function missingIn(page: Page): string[] {
  return provenRows(page)
    .filter(({ userland, kernel }) => isMissing(userland) || isMissing(kernel))
    .map(({ name }) => name);
}

function isMissing(standing: Standing | undefined): boolean {
  return typeof standing === "object" && "missing" in standing;
}

function isThere(standing: Standing | undefined): boolean {
  if (standing === undefined || typeof standing === "string") return standing !== "not asked";
  return "differs" in standing;
}

/** Every row but those that only explain why something is left out. */
function provenRows(page: Page): readonly Row[] {
  return page.tables.flatMap(({ rows }) => rows);
}

/** Everything that is wrong, each in a sentence. */
export function problemsOf(page: Page, reality: Reality): string[] {
  return [
    ...problemsOfNames(page),
    ...problemsOfSections(page),
    ...provenRows(page).flatMap((row) => problemsOfProof(row, reality)),
    ...problemsOfFunctions(page, reality.surface),
    ...page.structures.flatMap((row) => problemsOfStructure(row, reality.surface)),
    ...problemsOfFactories(page, reality.surface),
    ...problemsOfConstants(page, reality),
    ...problemsOfLeftOut(page, reality.surface),
    ...page.optionsWithoutProof.map(
      (name) => `${name}: the option table has it, and no row says what shows it`,
    ),
  ];
}

function problemsOfNames({ tables }: Page): string[] {
  return tables.flatMap(({ title, rows }) => {
    const names = rows.map(({ name }) => name);
    return names
      .filter((name, index) => names.indexOf(name) !== index)
      .map((name) => `${name}: is twice in the table "${title}"`);
  });
}

/** Sections of the interface that have no sections of their own: each says something that has to have a place here. */
function sectionsThatSpeak(): string[] {
  return sections
    .map(({ number }) => number)
    .filter((number) => /^[3-9AB]/.test(number))
    .filter((number) => !sections.some((other) => other.number.startsWith(`${number}.`)));
}

function problemsOfSections(page: Page): string[] {
  const known = new Set(sections.map(({ number }) => number));
  const rows = [...provenRows(page), ...page.leftOut];
  const named = rows.flatMap(({ name, section }) =>
    section.split(", ").map((part) => ({ name, number: part, isOfRfc6458: /^[\dAB]/.test(part) })),
  );
  const spoken = new Set(named.map(({ number }) => number));
  return [
    ...named
      .filter(({ number, isOfRfc6458 }) => isOfRfc6458 && !known.has(number))
      .map(({ name, number }) => `${name}: RFC 6458 has no section ${number}`),
    ...sectionsThatSpeak()
      .filter((number) => !spoken.has(number))
      .map((number) => `RFC 6458 §${number} has no row`),
  ];
}

function problemsOfProof(row: Row & Proof, { root, runs }: Reality): string[] {
  const { name, userland, kernel, tested, says } = row;
  const problems = says.trim() === "" ? [`${name}: says nothing`] : [];
  const paths = tested.map((reference) => parseTest(reference).path);
  for (const reference of tested) {
    const { path, title } = parseTest(reference);
    const text = textOf(root, path);
    if (text === undefined) problems.push(`${name}: there is no file ${path}`);
    else if (title.length < minTitleLength) problems.push(`${name}: name a test of ${path}`);
    else if (!hasTitle(text, title)) problems.push(`${name}: no test "${title}" in ${path}`);
    else if (![runs.everywhere, runs.kernel, runs.interop].some((set) => set.has(path)))
      problems.push(`${name}: nobody runs ${path}`);
    else if ((kernel ?? "yes") === "yes" && runs.differing.some((other) => other.includes(title)))
      problems.push(`${name}: the kernel answers "${title}" otherwise, and the row says nothing of it`);
  }
  if (isThere(userland) && !paths.some((path) => runs.everywhere.has(path)))
    problems.push(`${name}: no test of npm test shows it`);
  if (
    isThere(kernel) &&
    !paths.some((path) => runs.kernel.has(path) || path.startsWith("test/kernel/codecs/"))
  )
    problems.push(`${name}: no test on a kernel shows it`);
  return problems;
}

/** Titles are strings that may be broken over lines no more than the formatter breaks them. */
function hasTitle(text: string, title: string): boolean {
  return text.includes(title) || text.includes(title.replaceAll('"', '\\"'));
}

function problemsOfFunctions({ functions }: Page, surface: PublicSurface): string[] {
  const methods = new Set(surface.get("SctpSocket")?.members);
  return functions.flatMap(({ name, as, userland }) => {
    if (isMissing(userland) || as === "constructor") return [];
    if (as === "method") return methods.has(name) ? [] : [`${name}: is no method of SctpSocket`];
    return surface.get(name)?.isValue === true ? [] : [`${name}: is not exported`];
  });
}

function problemsOfStructure(row: StructureRow, surface: PublicSurface): string[] {
  const { name, fields, without = {}, userland } = row;
  if (isMissing(userland)) return [];
  const exported = surface.get(name);
  if (exported === undefined || !exported.isType) return [`${name}: is no type that the package exports`];
  const problems = exported.isValue ? [] : [`${name}: has no factory`];
  const members = new Set(exported.members);
  for (const field of fields) {
    const isThere = members.has(field);
    const isExplained = Object.hasOwn(without, field);
    if (!isThere && !isExplained) problems.push(`${name}: has no field ${field}`);
    if (isThere && isExplained)
      problems.push(`${name}: has the field ${field}, which is said to be left out`);
  }
  return problems;
}

/** Every factory that is exported is that of a structure with a row. */
function problemsOfFactories({ structures }: Page, surface: PublicSurface): string[] {
  const rows = new Set(structures.map(({ name }) => name));
  return [...surface.values()]
    .filter(({ name, isValue }) => isValue && name.startsWith("sctp_") && !rows.has(name))
    .map(({ name }) => `${name}: is exported and has no row`);
}

/** Every constant is exported with a number, is named by a test that is said to show it, and has a row. */
function problemsOfConstants(page: Page, { root, surface }: Reality): string[] {
  const problems: string[] = [];
  for (const { name, userland, kernel, tested } of page.constants) {
    const exported = surface.get(name);
    if (isMissing(userland) && isMissing(kernel)) {
      if (exported !== undefined) problems.push(`${name}: is exported, and said to be missing`);
      continue;
    }
    if (exported?.isValue !== true || exported.number === undefined) {
      problems.push(`${name}: is no constant that the package exports`);
      continue;
    }
    if (exported.documentation === "") problems.push(`${name}: has no comment`);
    const texts = tested.map((reference) => textOf(root, parseTest(reference).path) ?? "");
    if (!texts.some((text) => new RegExp(`\\b${name}\\b`).test(text)))
      problems.push(`${name}: none of its tests speaks of it`);
  }
  const rows = new Set(page.constants.map(({ name }) => name));
  for (const { name, number } of surface.values()) {
    if (number !== undefined && !rows.has(name)) problems.push(`${name}: is exported and has no row`);
  }
  return problems;
}

function problemsOfLeftOut({ leftOut }: Page, surface: PublicSurface): string[] {
  return leftOut.flatMap(({ name, because }) => {
    const problems = because.trim() === "" ? [`${name}: is left out without a reason`] : [];
    return surface.has(name) ? [...problems, `${name}: is left out, and exported`] : problems;
  });
}

const texts = new Map<string, string | undefined>();

function textOf(root: string, path: string): string | undefined {
  const file = join(root, path);
  if (!texts.has(file)) texts.set(file, existsSync(file) ? readFileSync(file, "utf8") : undefined);
  return texts.get(file);
}
