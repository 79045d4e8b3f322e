import { assert } from "../base/assert.js";
import { OPTION_TABLE } from "../sockets/option-table.js";
import type { CheckedStructure, Field, Structure } from "../sockets/structures.js";
import type { SctpAddress } from "../sockets/types.js";
import type { NumberGroup, PlatformNumbers } from "./platform-numbers.js";
import type { SockaddrCodec } from "./sockaddr-codec.js";
import {
  type IntegerField,
  type IntegerKind,
  type PlatformTable,
  structOf,
  viewOf,
} from "./struct-layout.js";

/** Fields whose numbers have names of their own on each platform. */
const VALUE_GROUPS: Readonly<Record<string, NumberGroup>> = {
  se_type: "events",
  sstat_state: "associationStates",
  spinfo_state: "pathStates",
};

/** Fields of bits that have names of their own on each platform. */
const FLAG_GROUPS: Readonly<Record<string, NumberGroup>> = {
  snd_flags: "sendFlags",
  spp_flags: "pathFlags",
};

/** RFC 6458 §5.3.4: what is not swapped in C, so that its bytes are those on the wire. */
const NETWORK_ORDER: ReadonlySet<string> = new Set(["snd_ppid", "sue_port"]);

/** Reads and writes one field; `base` is where its structure begins. */
interface FieldCodec {
  readonly name: string;
  read(view: DataView, base: number): unknown;
  /** Answers whether the platform has a number for the value. */
  write(view: DataView, base: number, value: unknown): boolean;
}

/** What the codecs of structures are made of. */
export interface CodecContext {
  readonly table: PlatformTable;
  readonly numbers: PlatformNumbers;
  readonly sockaddrs: SockaddrCodec;
}

/**
 * A structure of RFC 6458, in the platform's bytes: each field where, and as long as, the platform's headers say. It is
 * made when the provider is, and so fails then when the platform lacks a field.
 */
export class StructureCodec {
  readonly sizeBytes: number;
  private readonly fields: readonly FieldCodec[];

  /** @param platformName - its name on the platform, where that is not the RFC's */
  constructor(structure: Structure, context: CodecContext, platformName: string = structure.name) {
    const struct = structOf(context.table, platformName);
    this.sizeBytes = struct.sizeBytes;
    this.fields = Object.entries(structure.fields).map(([name, field]) => {
      const { kind } = field;
      if (kind === "address") {
        return addressCodec(name, struct.bytes(name, context.sockaddrs.storageBytes), context.sockaddrs);
      }
      if (kind === "structure") return nestedCodec(name, struct.place(name).offsetBytes, field, context);
      return integerCodec(name, struct.integer(name, integerKindOf(name, field)), field, context.numbers);
    });
  }

  /**
   * The bytes of a structure; fields that the value has not are 0.
   *
   * @returns `undefined` when a value is one that the platform has not
   */
  encode(value: CheckedStructure): Uint8Array | undefined {
    const bytes = new Uint8Array(this.sizeBytes);
    return this.write(value, viewOf(bytes), 0) ? bytes : undefined;
  }

  /** Writes a structure into bytes that are 0, and answers whether the platform has all of its values. */
  write(value: object, view: DataView, offset: number): boolean {
    const values = value as Readonly<Record<string, unknown>>;
    return this.fields.every((field) => {
      const fieldValue = values[field.name];
      return fieldValue === undefined || field.write(view, offset, fieldValue);
    });
  }

  /** The structure in bytes. */
  decode(bytes: Uint8Array): Record<string, unknown> {
    return this.read(viewOf(bytes), 0);
  }

  /** The structure that begins at an offset. */
  read(view: DataView, offset: number): Record<string, unknown> {
    const value: Record<string, unknown> = {};
    for (const field of this.fields) value[field.name] = field.read(view, offset);
    return value;
  }
}

function integerKindOf(name: string, { kind }: Field): IntegerKind {
  if (NETWORK_ORDER.has(name)) return "network order";
  return kind === "i32" ? "signed" : "unsigned";
}

function integerCodec(
  name: string,
  integer: IntegerField,
  field: Field,
  numbers: PlatformNumbers,
): FieldCodec {
  const values = VALUE_GROUPS[name];
  const flags = FLAG_GROUPS[name];
  const fromPlatform = (number: number): number => {
    if (field.kind === "bool") return number === 0 ? 0 : 1;
    if (values !== undefined) return numbers.fromPlatform(values, number);
    return flags === undefined ? number : numbers.flagsFromPlatform(flags, number);
  };
  const toPlatform = (value: number): number | undefined => {
    if (values !== undefined) return numbers.toPlatform(values, value);
    return flags === undefined ? value : numbers.flagsToPlatform(flags, value);
  };
  return {
    name,
    read: (view, base) => fromPlatform(integer.read(view, base)),
    write: (view, base, value) => {
      const number = toPlatform(value as number);
      if (number !== undefined) integer.write(view, base, number);
      return number !== undefined;
    },
  };
}

function addressCodec(name: string, offset: number, sockaddrs: SockaddrCodec): FieldCodec {
  return {
    name,
    read: (view, base) => sockaddrs.read(view, base + offset),
    write: (view, base, value) => {
      // Where an address is left out the number 0 stands: no address, of no family.
      if (value !== 0) sockaddrs.write(value as SctpAddress, view, base + offset);
      return true;
    },
  };
}

function nestedCodec(name: string, offset: number, field: Field, context: CodecContext): FieldCodec {
  const codec = new StructureCodec(structureNamed(field.structure), context);
  return {
    name,
    read: (view, base) => codec.read(view, base + offset),
    write: (view, base, value) => codec.write(value as object, view, base + offset),
  };
}

/** A structure inside another one is the value of an option of its own. */
function structureNamed(name: string | undefined): Structure {
  for (const { value } of OPTION_TABLE) {
    if ("structure" in value && value.structure.name === name) return value.structure;
  }
  assert(false, `The option table has the structure ${name}.`);
}
