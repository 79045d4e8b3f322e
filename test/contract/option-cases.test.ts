import assert from "node:assert/strict";
import { test } from "node:test";
import { OPTION_TABLE } from "../../src/sockets/option-table.js";
import { OPTION_CASES } from "./option-cases/all.js";

function keyOf({ level, name }: { readonly level: number; readonly name: number }): string {
  return `${level}:${name}`;
}

test("every row of the option table has one case of the contract, which names it", () => {
  const cases = new Map(OPTION_CASES.map((option) => [keyOf(option), option]));
  assert.equal(cases.size, OPTION_CASES.length, "none has two");
  const missing = OPTION_TABLE.filter((row) => !cases.has(keyOf(row))).map(({ text }) => text);
  assert.deepEqual(missing, [], "test/contract/option-cases/ has an object for each");
  const rows = new Map(OPTION_TABLE.map((row) => [keyOf(row), row]));
  for (const option of OPTION_CASES) {
    const row = rows.get(keyOf(option));
    assert.ok(row !== undefined, `${option.title}: there is such an option`);
    assert.equal(option.title, `${row.section}: ${row.text} keeps to its rules`);
  }
});
