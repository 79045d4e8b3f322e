/**
 * Puts the page together: rows, completed by what the option table and the comments of the constants say.
 *
 * @module
 */

import type { OptionRow } from "../../src/sockets/option-row.js";
import { OPTION_TABLE } from "../../src/sockets/option-table.js";
import { ancillaryData } from "./ancillary-data.js";
import { constantGroups } from "./constants.js";
import { functions } from "./functions.js";
import { leftOut } from "./left-out.js";
import { notifications } from "./notifications.js";
import { optionCases } from "./option-cases.js";
import { optionProofs } from "./options.js";
import type { PublicSurface } from "./public-surface.js";
import type { ConstantGroup, FunctionRow, LeftOutRow, OptionProof, Row, StructureRow } from "./row.js";
import { rules } from "./rules.js";
import { structures } from "./structures.js";

/** One table of the page. */
export interface Table {
  readonly title: string;
  /** What the column that tells about a row is called. */
  readonly heading: string;
  readonly rows: readonly Row[];
}

/** All rows, by what they are and by where they stand. */
export interface Page {
  readonly functions: readonly FunctionRow[];
  readonly structures: readonly StructureRow[];
  /** Every constant: options and notifications too. */
  readonly constants: readonly Row[];
  readonly leftOut: readonly LeftOutRow[];
  /** Options that the option table has and no row speaks of. */
  readonly optionsWithoutProof: readonly string[];
  readonly tables: readonly Table[];
}

function idsOf({ association }: OptionRow): string {
  if (association === undefined) return "";
  const ids = {
    association: "the id of an association",
    future: "the id of an association or SCTP_FUTURE_ASSOC",
    all: "the id of an association, SCTP_FUTURE_ASSOC, SCTP_CURRENT_ASSOC or SCTP_ALL_ASSOC",
    "association or address": "the id of an association, or 0 for the one that the address finds",
  };
  return ` \`${association.field}\`: ${ids[association.rule]}.`;
}

function valueOf({ value, level }: OptionRow): string {
  const level_ = level === 1 ? ", level SOL_SOCKET" : "";
  if ("structure" in value) return `\`${value.structure.name}\`${level_}`;
  return `${value.number.kind === "bool" ? "0 or 1" : "number"}${level_}`;
}

function optionSays(row: OptionRow): string {
  return `${valueOf(row)}, ${row.access}. ${row.documentation}${idsOf(row)}`;
}

/** "8.1.1" for "RFC 6458 §8.1.1"; other documents keep their names. */
function sectionOf({ section }: OptionRow): string {
  return section.replace(/^RFC 6458 §/, "");
}

function optionRow(proof: OptionProof, surface: PublicSurface, ownCase: string | undefined): Row {
  const row = OPTION_TABLE.find(({ text }) => text === proof.name);
  const tested = ownCase === undefined ? proof.tested : [ownCase, ...proof.tested];
  if (row !== undefined) return { ...proof, tested, section: sectionOf(row), says: optionSays(row) };
  const exported = surface.get(proof.name);
  return {
    ...proof,
    section: proof.section ?? "8",
    says: exported?.documentation ?? "Not in the option table.",
  };
}

function constantRows(group: ConstantGroup, surface: PublicSurface): Row[] {
  return group.constants.map((constant) => {
    const own = typeof constant === "string" ? { name: constant } : constant;
    const exported = surface.get(own.name);
    const value = exported?.number === undefined ? "" : `${exported.number}. `;
    const says = `${value}${exported?.documentation.replaceAll(/\s+/g, " ") ?? "Not there."}`;
    const { userland, kernel, tested, section } = group;
    return { userland, kernel, tested, section, ...own, says };
  });
}

/**
 * @param surface what the package exports
 * @param root the repository, in which the options' cases are
 */
export function buildPage(surface: PublicSurface, root: string): Page {
  const cases = optionCases(root);
  const options = optionProofs.map((proof) => optionRow(proof, surface, cases.get(proof.name)));
  const groups = constantGroups.map((group) => ({ title: group.title, rows: constantRows(group, surface) }));
  const proofs = new Set(optionProofs.map(({ name }) => name));
  return {
    functions,
    structures,
    leftOut,
    constants: [...options, ...notifications, ...ancillaryData, ...groups.flatMap(({ rows }) => rows)],
    optionsWithoutProof: OPTION_TABLE.map(({ text }) => text).filter((name) => !proofs.has(name)),
    tables: [
      { title: "Functions", heading: "here", rows: functions },
      { title: "Structures", heading: "what, and its fields", rows: structures.map(withFields) },
      { title: "Ancillary data", heading: "here", rows: ancillaryData },
      { title: "Notifications", heading: "when", rows: notifications },
      { title: "Socket options", heading: "what", rows: options },
      { title: "Rules", heading: "what is demanded", rows: rules },
      ...groups.map((group) => ({ ...group, heading: "value and meaning" })),
    ],
  };
}

function withFields(row: StructureRow): Row {
  const { fields, without = {}, says } = row;
  const there = fields.filter((field) => !Object.hasOwn(without, field)).map((field) => `\`${field}\``);
  const reasons = Object.entries(without).map(([field, reason]) => ` Without \`${field}\`: ${reason}.`);
  return { ...row, says: `${says} ${there.join(", ")}.${reasons.join("")}` };
}
