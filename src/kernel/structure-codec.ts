import { assert } from "../base/assert.js";
import type { Field, ItemKind, Structure } from "../sockets/structures.js";
import type { SctpAddress } from "../sockets/types.js";
import type { NumberGroup, PlatformNumbers } from "./platform-numbers.js";
import type { SockaddrCodec } from "./sockaddr-codec.js";
import {
  IntegerField,
  type IntegerKind,
  type PlatformTable,
  type Struct,
  structOf,
  viewOf,
} from "./struct-layout.js";

/** Fields whose numbers have names of their own on each platform. */
const VALUE_GROUPS: Readonly<Record<string, NumberGroup>> = {
  se_type: "events",
  sstat_state: "associationStates",
  spinfo_state: "pathStates",
  sac_state: "associationChanges",
  spc_state: "addressChanges",
  ssfe_flags: "failedSends",
  pdapi_indication: "partialDeliveries",
  auth_indication: "keyChanges",
  pr_policy: "reliabilityPolicies",
  sprstat_policy: "reliabilityPolicies",
};

/** Fields of bits that have names of their own on each platform. */
const FLAG_GROUPS: Readonly<Record<string, NumberGroup>> = {
  snd_flags: "sendFlags",
  spp_flags: "pathFlags",
};

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
  private readonly tail: TailCodec | undefined;

  /** @param platformName - its name on the platform, where that is not the RFC's */
  constructor(structure: Structure, context: CodecContext, platformName: string = structure.name) {
    const struct = structOf(context.table, platformName);
    this.sizeBytes = struct.sizeBytes;
    this.tail = tailOf(structure, struct);
    const fields = Object.entries(structure.fields).filter(([name]) => name !== this.tail?.name);
    this.fields = fields.map(([name, field]) => {
      const { kind } = field;
      if (kind === "address") {
        return addressCodec(name, struct.bytes(name, context.sockaddrs.storageBytes), context.sockaddrs);
      }
      if (kind === "structure") return nestedCodec(name, struct.place(name).offsetBytes, field, context);
      return integerCodec(name, struct.integer(name, integerKindOf(field)), field, context.numbers);
    });
  }

  /**
   * The bytes of a structure; fields that the value has not are 0.
   *
   * @param roomForItems - how many items the list at its end has room for, when that is more than it has
   * @returns `undefined` when a value is one that the platform has not
   */
  encode(value: object, roomForItems = 0): Uint8Array | undefined {
    const { tail } = this;
    const values: Readonly<Record<string, unknown>> = { ...value };
    if (tail === undefined) {
      const bytes = new Uint8Array(this.sizeBytes);
      return this.write(value, viewOf(bytes), 0) ? bytes : undefined;
    }
    const items = (values[tail.name] ?? []) as ArrayLike<number>;
    const end = tail.offsetBytes + Math.max(items.length, roomForItems) * tail.itemBytes;
    const bytes = new Uint8Array(Math.max(this.sizeBytes, end));
    const view = viewOf(bytes);
    if (!this.write(value, view, 0)) return undefined;
    tail.write(view, items);
    return bytes;
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
    const view = viewOf(bytes);
    const value = this.read(view, 0);
    if (this.tail !== undefined) value[this.tail.name] = this.tail.read(view);
    return value;
  }

  /** The structure that begins at an offset. */
  read(view: DataView, offset: number): Record<string, unknown> {
    const value: Record<string, unknown> = {};
    for (const field of this.fields) value[field.name] = field.read(view, offset);
    return value;
  }
}

/** What stands behind the fields of a structure: a list of integers, or bytes. */
interface TailCodec {
  readonly name: string;
  readonly offsetBytes: number;
  readonly itemBytes: number;
  read(view: DataView): number[] | Uint8Array;
  write(view: DataView, items: ArrayLike<number>): void;
}

/** How many bytes an item of a list has; it is C's type of that size everywhere. */
const ITEM_BYTES: Readonly<Record<ItemKind, number>> = { u8: 1, u16: 2, i32: 4 };

function tailOf({ fields }: Structure, struct: Struct): TailCodec | undefined {
  for (const [name, { kind, items = "u8", counter }] of Object.entries(fields)) {
    if (kind !== "list" && kind !== "bytes") continue;
    const { offsetBytes } = struct.place(name);
    const count = counter === undefined ? undefined : struct.integer(counter, "unsigned");
    const itemBytes = ITEM_BYTES[items];
    const layout = { offsetBytes: 0, sizeBytes: itemBytes };
    const item = new IntegerField(layout, items === "i32" ? "signed" : "unsigned", name);
    const placeOf = (index: number): number => offsetBytes + index * itemBytes;
    return {
      name,
      offsetBytes,
      itemBytes,
      read: (view) => {
        // What the system says is believed as far as there are bytes.
        const room = Math.floor((view.byteLength - offsetBytes) / itemBytes);
        const length = count === undefined ? room : Math.min(count.read(view, 0), room);
        const list = Array.from({ length }, (_, index) => item.read(view, placeOf(index)));
        return kind === "bytes" ? new Uint8Array(list) : list;
      },
      write: (view, list) => {
        for (let index = 0; index < list.length; index += 1) {
          item.write(view, placeOf(index), list[index] as number);
        }
      },
    };
  }
  return undefined;
}

function integerKindOf({ kind, networkOrder }: Field): IntegerKind {
  if (networkOrder === true) return "network order";
  return kind === "i32" ? "signed" : "unsigned";
}

function integerCodec(
  name: string,
  integer: IntegerField,
  field: Field,
  numbers: PlatformNumbers,
): FieldCodec {
  const values = field.verbatim === true ? undefined : VALUE_GROUPS[name];
  const flags = field.verbatim === true ? undefined : FLAG_GROUPS[name];
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
  assert(field.structure !== undefined, `The structure of ${name} is declared.`);
  const codec = new StructureCodec(field.structure, context);
  return {
    name,
    read: (view, base) => codec.read(view, base + offset),
    write: (view, base, value) => codec.write(value as object, view, base + offset),
  };
}
