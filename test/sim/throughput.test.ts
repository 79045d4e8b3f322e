import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { throughputTable } from "./throughput.js";

/** Where the table is checked in, seen from the compiled test. */
const SNAPSHOT = new URL("../../../docs/throughput.md", import.meta.url);

test("RFC 9260 §7: the throughput by loss, delay and buffer is what is written down (npm run throughput)", async () => {
  assert.equal(await throughputTable(), readFileSync(SNAPSHOT, "utf8"));
});
