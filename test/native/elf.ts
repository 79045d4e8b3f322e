/**
 * As much of ELF as it takes to look into an addon that was built for another platform.
 *
 * @module
 */

import assert from "node:assert/strict";

/** 64 bits, least significant byte first: all platforms of the addon have it. */
const MAGIC = "7f454c460201";
const SECTION_TYPE_DYNAMIC_SYMBOLS = 11;
const SYMBOL_BYTES = 24;
/** Of a symbol: it is wanted, and somebody else has it. */
const SECTION_UNDEFINED = 0;
const SYMBOL_NAME_BYTES_MAX = 256;

interface Section {
  readonly type: number;
  readonly address: number;
  readonly fileOffset: number;
  readonly sizeBytes: number;
  /** The index of the section that holds its names. */
  readonly link: number;
}

interface Symbol {
  readonly name: string;
  /** The index of its section. */
  readonly section: number;
  readonly address: number;
  readonly sizeBytes: number;
}

/** A text that ends with NUL. */
export function textAt(file: Buffer, offset: number, maximumBytes: number): string {
  const end = file.indexOf(0, offset);
  assert.ok(end >= offset && end - offset < maximumBytes, "A name ends within its room.");
  return file.toString("latin1", offset, end);
}

const integer = (file: Buffer, offset: number): number => Number(file.readBigUInt64LE(offset));

function sectionsOf(file: Buffer): Section[] {
  assert.equal(file.toString("hex", 0, 6), MAGIC, "The object is ELF of 64 bits, little-endian.");
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

function dynamicSymbolsOf(file: Buffer, sections: readonly Section[]): Symbol[] {
  const table = sections.find(({ type }) => type === SECTION_TYPE_DYNAMIC_SYMBOLS);
  const names = sections[table?.link ?? -1];
  assert.ok(table !== undefined && names !== undefined, "The object has dynamic symbols.");
  return Array.from({ length: table.sizeBytes / SYMBOL_BYTES }, (_, index) => {
    const offset = table.fileOffset + index * SYMBOL_BYTES;
    return {
      name: textAt(file, names.fileOffset + file.readUInt32LE(offset), SYMBOL_NAME_BYTES_MAX),
      section: file.readUInt16LE(offset + 6),
      address: integer(file, offset + 8),
      sizeBytes: integer(file, offset + 16),
    };
  });
}

/** The bytes of an object that the file exports. */
export function exportedBytes(file: Buffer, name: string): Buffer {
  const sections = sectionsOf(file);
  const symbol = dynamicSymbolsOf(file, sections).find((candidate) => candidate.name === name);
  const section = sections[symbol?.section ?? SECTION_UNDEFINED];
  assert.ok(symbol !== undefined && section !== undefined, `The object exports ${name}.`);
  const begin = section.fileOffset + symbol.address - section.address;
  return file.subarray(begin, begin + symbol.sizeBytes);
}

/** What the file wants of others, sorted. */
export function importedNames(file: Buffer): string[] {
  return dynamicSymbolsOf(file, sectionsOf(file))
    .filter(({ name, section }) => name !== "" && section === SECTION_UNDEFINED)
    .map(({ name }) => name)
    .sort();
}
