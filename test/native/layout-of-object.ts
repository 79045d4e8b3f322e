/**
 * Reads the layout table out of a built addon without running it: for platforms that are not ours.
 *
 * @module
 */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { Addon, StructureLayout } from "../../src/native/addon.js";
import { exportedBytes, textAt } from "./elf.js";

/** What the addon exports of its layout table. */
export type Layout = Pick<Addon, "structures" | "constants" | "errnos">;

/** Of the table, as native/layout_table.h declares its records. */
const STRUCTURE_NAME_BYTES = 32;
const FIELD_NAME_BYTES = 32;
const FIELD_RECORD_BYTES = STRUCTURE_NAME_BYTES + FIELD_NAME_BYTES + 4 + 4;
const NUMBER_NAME_BYTES = 40;
const NUMBER_RECORD_BYTES = NUMBER_NAME_BYTES + 8;

/** Every record but the last, which is empty. */
function recordsOf(file: Buffer, name: string, recordBytes: number): Buffer[] {
  const bytes = exportedBytes(file, name);
  assert.equal(bytes.length % recordBytes, 0, `${name} consists of whole records.`);
  const records = Array.from({ length: bytes.length / recordBytes }, (_, index) =>
    bytes.subarray(index * recordBytes, (index + 1) * recordBytes),
  );
  assert.equal(records.pop()?.[0], 0, `${name} ends with an empty record.`);
  return records;
}

function structuresOf(file: Buffer): Layout["structures"] {
  const structures: Record<string, StructureLayout> = {};
  let fields: Record<string, StructureLayout["fields"][string]> = {};
  for (const record of recordsOf(file, "sctpkit_layout_structures", FIELD_RECORD_BYTES)) {
    const field = textAt(record, STRUCTURE_NAME_BYTES, FIELD_NAME_BYTES);
    const offsetBytes = record.readUInt32LE(STRUCTURE_NAME_BYTES + FIELD_NAME_BYTES);
    const sizeBytes = record.readUInt32LE(STRUCTURE_NAME_BYTES + FIELD_NAME_BYTES + 4);
    if (field === "") {
      fields = {};
      structures[textAt(record, 0, STRUCTURE_NAME_BYTES)] = { sizeBytes, fields };
    } else {
      fields[field] = { offsetBytes, sizeBytes };
    }
  }
  return structures;
}

function numbersOf(file: Buffer, name: string): Record<string, number> {
  return Object.fromEntries(
    recordsOf(file, name, NUMBER_RECORD_BYTES).map((record) => [
      textAt(record, 0, NUMBER_NAME_BYTES),
      Number(record.readBigInt64LE(NUMBER_NAME_BYTES)),
    ]),
  );
}

/**
 * The layout table of an addon that was built for any platform.
 *
 * @param path - of its file
 * @throws when the file is no addon of ours
 */
export function layoutOfObject(path: string): Layout {
  const file = readFileSync(path);
  return {
    structures: structuresOf(file),
    constants: numbersOf(file, "sctpkit_layout_constants"),
    errnos: numbersOf(file, "sctpkit_layout_errnos"),
  };
}

/** A layout table as the text of a fixture: one line for a structure, so that a change is one line too. */
export function layoutFixtureText(layout: Layout): string {
  const lines = (entries: Readonly<Record<string, unknown>>): string =>
    Object.entries(entries)
      .map(([name, value]) => `    ${JSON.stringify(name)}: ${JSON.stringify(value)}`)
      .join(",\n");
  const sections = Object.entries(layout).map(
    ([name, entries]) => `  ${JSON.stringify(name)}: {\n${lines(entries)}\n  }`,
  );
  return `{\n${sections.join(",\n")}\n}\n`;
}
