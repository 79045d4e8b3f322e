import type { OptionRow } from "../../../src/sockets/option-row.js";
import { OPTION_TABLE } from "../../../src/sockets/option-table.js";
import type { Field } from "../../../src/sockets/structures.js";
import type { Dice } from "../dice.js";
import { withoutRuns, type FuzzTarget } from "../fuzz-target.js";
import type { Junk } from "./junk.js";
import { SOCKET_STATES, type OptionCall, type OptionCase } from "./option-case.js";
import { runOptions } from "./run-options.js";

const CALLS_MAX = 30;

const SIMPLE_JUNK: readonly Junk[] = [
  null,
  true,
  "",
  "1",
  "SCTP_RTOINFO",
  0.5,
  -1,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  [],
  [1, 2],
  { $: "undefined" },
  { $: "NaN" },
  { $: "Infinity" },
  { $: "-0" },
  { $: "bigint" },
  { $: "symbol" },
  { $: "function" },
  { $: "date" },
  { $: "bytes", length: 16 },
  { $: "object", fields: {} },
  { $: "object", fields: {}, proto: "null" },
];

const ADDRESSES: readonly Junk[] = [
  { $: "peer" },
  { $: "peer" },
  { $: "peer" },
  { $: "object", fields: { address: "10.0.1.2", port: 5000 } },
  { $: "object", fields: { address: "10.0.0.99", port: 5000 } },
  { $: "object", fields: { address: "0.0.0.0", port: 0 } },
  { $: "object", fields: { address: "::", port: 0 } },
  { $: "object", fields: { address: "::1", port: 1 } },
  { $: "object", fields: { address: "::ffff:10.0.0.2", port: 5000 } },
  { $: "object", fields: { address: "fe80::1%eth0", port: 5000 } },
  { $: "object", fields: { address: "example.net", port: 5000 } },
  { $: "object", fields: { address: "10.0.0.2", port: 70_000 } },
  { $: "object", fields: { address: "10.0.0.2", port: 5000, family: "IPv6" } },
];

function integer(dice: Dice, { kind, minimum, maximum, mask }: Field): number {
  if (mask !== undefined && dice.chance(0.8)) return (dice.uint32() & dice.uint32() & mask) >>> 0;
  if (dice.chance(0.5)) return (minimum ?? 0) + dice.below(1500);
  if (dice.chance(0.2)) return dice.one([minimum ?? 0, maximum ?? 0xffff]);
  const bits = kind === "u8" ? 8 : kind === "u16" ? 16 : 32;
  const value = dice.number(bits);
  return kind === "i32" ? value | 0 : value;
}

function fieldValue(dice: Dice, field: Field, name: string, row: OptionRow): Junk {
  if (dice.chance(0.04)) return dice.one(SIMPLE_JUNK);
  if (dice.chance(0.01)) return { $: "throwing" };
  if (dice.chance(0.01)) return { $: "closing" };
  if (dice.chance(0.02))
    return { $: "changing", values: [integer(dice, field), integer(dice, field), dice.one(SIMPLE_JUNK)] };
  if (name === row.association?.field)
    return dice.one<Junk>([{ $: "association" }, { $: "association" }, 0, 0, 0, 1, 2, 99, -1]);
  if (field.kind === "address") return dice.one(ADDRESSES);
  if (field.kind === "bool") return dice.one<Junk>([0, 1, true, false, -1, 7]);
  if (name.endsWith("_type") && field.kind === "u16") return 0x8000 + dice.below(16);
  return integer(dice, field);
}

function structureValue(dice: Dice, row: OptionRow, wanted: readonly string[]): Junk {
  if (!("structure" in row.value)) return dice.chance(0.9) ? { $: "undefined" } : dice.one(SIMPLE_JUNK);
  const fields: Record<string, Junk> = {};
  for (const name of wanted) {
    const field = row.value.structure.fields[name];
    if (field === undefined || dice.chance(field.required === true ? 0.05 : 0.3)) continue;
    fields[name] = fieldValue(dice, field, name, row);
  }
  if (dice.chance(0.03)) fields["sctp_misspelt"] = 1;
  return { $: "object", fields, ...(dice.chance(0.02) ? { proto: "null" as const } : {}) };
}

function randomValue(dice: Dice, row: OptionRow): Junk {
  if (dice.chance(0.08)) return dice.one(SIMPLE_JUNK);
  if (!("structure" in row.value)) return fieldValue(dice, row.value.number, "", row);
  return structureValue(dice, row, Object.keys(row.value.structure.fields));
}

function randomCall(dice: Dice): OptionCall {
  const row = dice.one(OPTION_TABLE);
  const level: Junk = dice.chance(0.97) ? row.level : dice.one([...SIMPLE_JUNK, 0, 6, 1, 132]);
  const name: Junk = dice.chance(0.97) ? row.name : dice.one([...SIMPLE_JUNK, dice.number(8)]);
  if (dice.chance(0.6)) return { do: "set", level, name, value: randomValue(dice, row) };
  const isUsual = row.argument.length > 0 && dice.chance(0.9);
  const argument = isUsual
    ? structureValue(dice, row, row.argument)
    : dice.chance(0.7)
      ? ({ $: "undefined" } as const)
      : dice.one(SIMPLE_JUNK);
  if (dice.chance(0.7)) return { do: "get", level, name, argument };
  const id: Junk = dice.chance(0.8)
    ? dice.one<Junk>([{ $: "association" }, 0, 1, 2, 99])
    : dice.one(SIMPLE_JUNK);
  return { do: "opt_info", id, name, argument };
}

function create(dice: Dice): OptionCase {
  return {
    style: dice.one(["one-to-one", "one-to-many"]),
    family: dice.one([4, 6]),
    state: dice.one(SOCKET_STATES),
    calls: Array.from({ length: dice.between(1, CALLS_MAX) }, () => randomCall(dice)),
  };
}

function mutate(dice: Dice, original: OptionCase, other: OptionCase): OptionCase {
  const calls = [...original.calls];
  for (let count = 1 + dice.below(6); count > 0; count -= 1) {
    const at = dice.below(calls.length + 1);
    calls.splice(at, dice.below(2), randomCall(dice));
  }
  return { ...other, calls: calls.slice(0, CALLS_MAX) };
}

function* shrink(input: OptionCase): Iterable<OptionCase> {
  for (const calls of withoutRuns(input.calls)) yield { ...input, calls };
  for (const [index, call] of input.calls.entries()) {
    const value = call.do === "set" ? call.value : call.argument;
    if (typeof value !== "object" || value === null || !("$" in value) || value.$ !== "object") continue;
    for (const names of withoutRuns(Object.keys(value.fields))) {
      const fields = Object.fromEntries(
        Object.entries(value.fields).filter(([name]) => names.includes(name)),
      );
      const smaller: Junk = { ...value, fields };
      const change = call.do === "set" ? { ...call, value: smaller } : { ...call, argument: smaller };
      yield { ...input, calls: input.calls.with(index, change) };
    }
  }
}

/** Options of sockets in every state, set to whatever there is: each call does what it says or changes nothing. */
export const OPTIONS_TARGET: FuzzTarget<OptionCase> = {
  name: "options",
  create,
  mutate,
  run: runOptions,
  shrink,
};
