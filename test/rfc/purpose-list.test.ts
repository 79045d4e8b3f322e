import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { allPurposes, LIST_PATH, listOf } from "./purpose-list.js";

const purposes = await allPurposes();
const written = readFileSync(LIST_PATH, "utf8");

test("every purpose has an id of its own, made of a group, a subject and a number", () => {
  const ids = purposes.map(({ id }) => id);
  for (const id of ids) assert.match(id, /^(?:A|AS|AT|CC|D|DM|E|FH|I|IC|M|MIS)-[A-Z0-9]+-\d\d$/);
  assert.deepEqual(
    ids.filter((id, index) => ids.indexOf(id) !== index),
    [],
  );
});

test("the list in test/rfc/README.md has the purposes that are tested, and no others", () => {
  const listed = [...written.matchAll(/^\| ([A-Z]+-[A-Z0-9]+-\d\d) \|/gm)].map((match) => match[1] ?? "");
  const tested = new Set(purposes.map(({ id }) => id));
  assert.deepEqual(
    listed.filter((id) => !tested.has(id)),
    [],
    "listed and not tested",
  );
  assert.deepEqual(
    [...tested].filter((id) => !listed.includes(id)),
    [],
    "tested and not listed",
  );
});

test("the list in test/rfc/README.md says what the tests say", () => {
  assert.ok(written === listOf(purposes), "npx tsc -b test/rfc && node dist/test/rfc/write-list.js");
});
