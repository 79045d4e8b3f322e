/**
 * The small vocabulary that option values and informations are described and checked with.
 *
 * @module
 */
import { types } from "node:util";
import { assert } from "../base/assert.js";
import { numericAddress, peerAddress } from "./addresses.js";
import { AF_INET6 } from "./constants.js";
import { outOfRange, wrongType, wrongValue } from "./errors.js";
import type { AddressFamily, SctpAddress, SctpAddressInput } from "./types.js";

/** The integers of so many bits that lists are made of. */
export type ItemKind = "u8" | "u16" | "i32";

/**
 * What a field holds: an integer of so many bits, 0 or 1, a transport address, a structure that can only be read, or
 * what stands at the end of a structure: a list of integers, or bytes. (Integers of 64 bits are counters, and exact up
 * to 2^53.)
 */
export type FieldKind = ItemKind | "u32" | "u64" | "bool" | "address" | "structure" | "list" | "bytes";

/** One field of a structure, or the whole of an option that is a number. */
export interface Field {
  readonly kind: FieldKind;
  /** The least value, when it is more than the kind's. */
  readonly minimum?: number;
  /** The greatest value, when it is less than the kind's. */
  readonly maximum?: number;
  /** The bits that may be set. */
  readonly mask?: number;
  /** Refuses to take 0 for a field that was left out. */
  readonly required?: true;
  /** An address: a wildcard may stand for all of the peer's, and is as good as none. */
  readonly wildcard?: true;
  /** An address of ours: it needs no port, because the socket has one. */
  readonly local?: true;
  /** The structure, where the field holds one. */
  readonly structure?: Structure;
  /** What a list is made of. */
  readonly items?: ItemKind;
  /**
   * The field that says how many items or bytes there are; callers may leave it out. Where there is none, the list goes
   * on to the end of the bytes.
   */
  readonly counter?: string;
  /** In bytes, the integer is in network order on every platform. */
  readonly networkOrder?: true;
  /** In bytes, the number is the same on every platform, although others of this name have platforms' own numbers. */
  readonly verbatim?: true;
}

/** A structure of RFC 6458 by its fields, in the RFC's order. */
export interface Structure {
  /** Its name in the RFC. */
  readonly name: string;
  readonly fields: Readonly<Record<string, Field>>;
}

/** What a field of a type is declared as. */
type FieldOf<Value> = Field & { readonly kind: KindOf<Exclude<Value, undefined>> };

type KindOf<Value> = Value extends number
  ? ItemKind | "u32" | "u64" | "bool"
  : Value extends SctpAddress
    ? "address"
    : Value extends Uint8Array
      ? "bytes"
      : Value extends readonly number[]
        ? "list"
        : "structure";

/** The fields of a structure of which the type is known: all of them, and as what they are. */
export interface StructureOf<Value> extends Structure {
  readonly fields: { readonly [Name in keyof Value]-?: FieldOf<Value[Name]> } & Structure["fields"];
}

/** The greatest value of each kind of integer. */
const GREATEST: Readonly<Record<ItemKind | "u32" | "u64", number>> = {
  u8: 0xff,
  u16: 0xffff,
  u32: 0xffffffff,
  u64: Number.MAX_SAFE_INTEGER,
  i32: 0x7fffffff,
};

/** A field that is an integer, or 0 or 1. */
type NumberKind = keyof typeof GREATEST | "bool";

function isNumberKind(kind: FieldKind): kind is NumberKind {
  return kind === "bool" || Object.hasOwn(GREATEST, kind);
}

/**
 * Checks an integer.
 *
 * @param argument - its name, for messages
 * @throws TypeError when it is no number, RangeError when it is no integer between the bounds
 */
export function checkedInteger(value: unknown, argument: string, minimum: number, maximum: number): number {
  if (typeof value !== "number") throw wrongType(argument, "a number", value);
  if (!Number.isInteger(value) || value < minimum || value > maximum) {
    throw outOfRange(argument, `an integer from ${minimum} to ${maximum}`, value);
  }
  // −0 would not survive the way to bytes and back.
  return value + 0;
}

/**
 * Checks the bits of a flags field.
 *
 * @throws RangeError when a bit is set that `mask` has not
 */
export function checkedFlags(value: unknown, argument: string, mask: number): number {
  const flags = checkedInteger(value, argument, 0, 0xffffffff);
  if ((flags & ~mask) !== 0) {
    const bad = ((flags & ~mask) >>> 0).toString(16);
    throw outOfRange(argument, "made of the flags that this call knows", `0x${bad} too much`);
  }
  return flags;
}

/**
 * Checks one field that holds a number; booleans and other numbers than 0 are 1 where the kind is `bool`.
 *
 * @param argument - its name, for messages
 */
export function checkedNumber(field: Field, value: unknown, argument: string): number {
  const { kind, mask } = field;
  if (kind === "bool") {
    if (typeof value === "boolean") return value ? 1 : 0;
    return checkedInteger(value, argument, -0x80000000, 0x7fffffff) === 0 ? 0 : 1;
  }
  if (!isNumberKind(kind)) throw wrongType(argument, `no ${kind}`, value);
  const lowest = kind === "i32" ? -0x80000000 : 0;
  const number = checkedInteger(value, argument, field.minimum ?? lowest, field.maximum ?? GREATEST[kind]);
  return mask === undefined ? number : checkedFlags(number, argument, mask);
}

/** The value of a field that has been checked. 0 in the place of an address is none. */
export type CheckedValue = number | SctpAddress | readonly number[] | Uint8Array | CheckedStructure;

/** A structure that has been checked: every field is there. */
export interface CheckedStructure {
  [field: string]: CheckedValue;
}

/**
 * Checks a structure and completes it: integers that were left out are 0, lists and bytes are empty.
 *
 * @param structure - what it must be
 * @param value - what the caller has given; `undefined` is as good as an empty object
 * @param argument - its name, for messages
 * @param family - the socket's, for fields that are addresses
 * @param wanted - the fields that count; the others may be given and are left out
 * @throws TypeError also for a field that the structure has not: a misspelt name must not be lost
 */
export function checkedStructure(
  structure: Structure,
  value: unknown,
  argument: string,
  family: AddressFamily,
  wanted: readonly string[] = Object.keys(structure.fields),
): CheckedStructure {
  if (value !== undefined && (typeof value !== "object" || value === null || Array.isArray(value))) {
    throw wrongType(argument, `an object with the fields of ${structure.name}`, value);
  }
  const given = (value ?? {}) as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(structure.fields, name)) {
      const known = Object.keys(structure.fields).join(", ");
      throw wrongValue(argument, `a ${structure.name}, whose fields are ${known}`, name);
    }
  }
  const checked: CheckedStructure = {};
  for (const name of wanted) {
    const field = structure.fields[name];
    assert(field !== undefined, "Only fields of the structure are wanted.");
    const fieldValue = given[name];
    const isLeftOut = fieldValue === undefined && field.required !== true && field.kind !== "structure";
    checked[name] = isLeftOut
      ? nothing(field)
      : checkedField(field, fieldValue, `${argument}.${name}`, family);
  }
  for (const name of wanted) checkCounter(structure, name, checked, argument);
  return checked;
}

/**
 * As {@link checkedStructure}, for a structure of which the type is known. An address that was left out, or that is a
 * wildcard, is `undefined` here.
 */
export function completeStructure<Value extends object>(
  structure: StructureOf<Value>,
  value: unknown,
  argument: string,
): Value {
  const checked: Record<string, unknown> = checkedStructure(structure, value, argument, AF_INET6);
  for (const [name, { kind }] of Object.entries<Field>(structure.fields)) {
    if (kind === "address" && checked[name] === 0) checked[name] = undefined;
  }
  // The declaration has every field of the type, as what it is: that is what its own type says.
  return checked as Value;
}

/** What stands for a field that was left out. */
function nothing({ kind }: Field): CheckedValue {
  if (kind === "list") return [];
  return kind === "bytes" ? new Uint8Array(0) : 0;
}

function checkedField(field: Field, value: unknown, argument: string, family: AddressFamily): CheckedValue {
  switch (field.kind) {
    case "address":
      return checkedAddress(field, value as SctpAddressInput, argument, family);
    case "bytes":
      if (!types.isUint8Array(value)) throw wrongType(argument, "a Uint8Array", value);
      return value;
    case "list":
      return checkedList(field, value, argument);
    case "structure":
      return field.structure === undefined ? 0 : checkedStructure(field.structure, value, argument, family);
    default:
      return checkedNumber(field, value, argument);
  }
}

/** A copy, because the list stays the caller's. What an array leaves out is no number either. */
function checkedList({ items = "u8" }: Field, value: unknown, argument: string): readonly number[] {
  if (!Array.isArray(value)) throw wrongType(argument, "an array of numbers", value);
  const item: Field = { kind: items };
  const list: number[] = [];
  for (const [index, number] of (value as readonly unknown[]).entries()) {
    list.push(checkedNumber(item, number, `${argument}[${index}]`));
  }
  return list;
}

/** What a list has is what counts; a number beside it that says otherwise is a mistake. */
function checkCounter(
  { fields }: Structure,
  name: string,
  checked: CheckedStructure,
  argument: string,
): void {
  const counter = fields[name]?.counter;
  const counterField = counter === undefined ? undefined : fields[counter];
  if (counter === undefined || counterField === undefined) return;
  const { length } = checked[name] as readonly number[] | Uint8Array;
  const said = checked[counter];
  if (said !== undefined && said !== 0 && said !== length) {
    throw outOfRange(`${argument}.${counter}`, `${length}, as many as ${name} has, or left out`, said);
  }
  checked[counter] = checkedNumber(counterField, length, `${argument}.${name}.length`);
}

/** An address of ours, or of a peer; 0 stands for all of a peer's. */
function checkedAddress(
  { wildcard, local }: Field,
  value: SctpAddressInput,
  argument: string,
  family: AddressFamily,
): SctpAddress | 0 {
  if (wildcard === true) return peerAddress(value, argument, family) ?? 0;
  return numericAddress(value, argument, family, local === true ? "local" : "destination");
}
