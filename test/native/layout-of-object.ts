/**
 * Reads the layout table out of a built addon without running it: for platforms that are not ours.
 *
 * @module
 */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { Addon, StructureLayout } from "../../src/native/addon.js";

/** What the addon exports of its layout table. */
export type Layout = Pick<Addon, "structures" | "constants" | "errnos">;

/** Of the table, as native/layout_table.h declares its records. */
const STRUCTURE_NAME_BYTES = 32;
const FIELD_NAME_BYTES = 32;
const FIELD_RECORD_BYTES = STRUCTURE_NAME_BYTES + FIELD_NAME_BYTES + 4 + 4;
const NUMBER_NAME_BYTES = 40;
const NUMBER_RECORD_BYTES = NUMBER_NAME_BYTES + 8;

/** Of ELF, 64 bits, least significant byte first: all our platforms have it. */
const ELF_MAGIC = "7f454c460201";
const SECTION_TYPE_DYNAMIC_SYMBOLS = 11;
const SYMBOL_BYTES = 24;

interface Section {
  readonly type: number;
  readonly address: number;
  readonly fileOffset: number;
  readonly sizeBytes: number;
  /** The index of the section that holds its names. */
  readonly link: number;
}

function text(file: Buffer, offset: number, maximumBytes: number): string {
  const end = file.indexOf(0, offset);
  assert.ok(end >= offset && end - offset < maximumBytes, "A name ends within its room.");
  return file.toString("latin1", offset, end);
}

const integer = (file: Buffer, offset: number): number => Number(file.readBigUInt64LE(offset));

function sectionsOf(file: Buffer): Section[] {
  assert.equal(file.toString("hex", 0, 6), ELF_MAGIC, "The object is ELF of 64 bits, little-endian.");
  const tableOffset = integer(file, 40);
  const entryBytes = file.readUInt16LE(58);
  return Array.from({ length: file.readUInt16LE(60) }, (_, index) => {
    const offset = tableOffset + index * entryBytes;
    return {
      type: file.readUInt32LE(offset + 4),
      address: integer(file, offset + 16),
      fileOffset: integer(file, offset + 24),
      sizeBytes: integer(file, offset + 32),
      link: file.readUInt32LE(offset + 40),
    };
  });
}

/** The bytes of an exported object. */
function exportedBytes(file: Buffer, name: string): Buffer {
  const sections = sectionsOf(file);
  const symbols = sections.find(({ type }) => type === SECTION_TYPE_DYNAMIC_SYMBOLS);
  const names = sections[symbols?.link ?? -1];
  assert.ok(symbols !== undefined && names !== undefined, "The object exports something.");
  for (let offset = 0; offset < symbols.sizeBytes; offset += SYMBOL_BYTES) {
    const symbol = symbols.fileOffset + offset;
    if (text(file, names.fileOffset + file.readUInt32LE(symbol), 256) !== name) continue;
    const section = sections[file.readUInt16LE(symbol + 6)];
    assert.ok(section !== undefined, `${name} is defined in the object.`);
    const begin = section.fileOffset + integer(file, symbol + 8) - section.address;
    return file.subarray(begin, begin + integer(file, symbol + 16));
  }
  throw new Error(`The object does not export ${name}.`);
}

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
    const field = text(record, STRUCTURE_NAME_BYTES, FIELD_NAME_BYTES);
    const offsetBytes = record.readUInt32LE(STRUCTURE_NAME_BYTES + FIELD_NAME_BYTES);
    const sizeBytes = record.readUInt32LE(STRUCTURE_NAME_BYTES + FIELD_NAME_BYTES + 4);
    if (field === "") {
      fields = {};
      structures[text(record, 0, STRUCTURE_NAME_BYTES)] = { sizeBytes, fields };
    } else {
      fields[field] = { offsetBytes, sizeBytes };
    }
  }
  return structures;
}

function numbersOf(file: Buffer, name: string): Record<string, number> {
  return Object.fromEntries(
    recordsOf(file, name, NUMBER_RECORD_BYTES).map((record) => [
      text(record, 0, NUMBER_NAME_BYTES),
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
