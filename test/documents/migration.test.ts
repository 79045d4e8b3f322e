import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import * as sctpkit from "../../src/index.js";
import { freeUdpPorts } from "../support/free-udp-ports.js";
import { killAllPrograms, Program } from "../support/program.js";

// dist/test/documents/migration.test.js
const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
const text = readFileSync(join(root, "docs/migration.md"), "utf8");
/** Who waits longer waits for ever: a client that is there first sends its INIT again after 1, 2, 4 … seconds. */
const LIMIT_MS = 60_000;

after(killAllPrograms);

test("docs/migration.md: every name in the column of sctpkit is an export or a method", () => {
  const names = new Set([
    ...Object.keys(sctpkit),
    ...Object.getOwnPropertyNames(sctpkit.SctpSocket.prototype),
  ]);
  for (let part: unknown = Object.getPrototypeOf(sctpkit.SctpSocket.prototype); part !== null; ) {
    for (const name of Object.getOwnPropertyNames(part)) names.add(name);
    part = Object.getPrototypeOf(part);
  }
  const rows = text.split("\n").filter((line) => line.startsWith("| `") && line.split(" | ").length === 3);
  assert.ok(rows.length > 30, `${rows.length} rows`);
  for (const row of rows) {
    const here = row.split(" | ")[2] ?? "";
    for (const [name] of here.matchAll(/\b(?:SCTP|MSG|SO|SOCK|AF|SHUT)_\w+\b/g))
      assert.ok(names.has(name), name);
    for (const [, name = ""] of here.matchAll(/(?:`|\bs\.)(\w+)\(/g)) assert.ok(names.has(name), name);
  }
});

test("docs/migration.md: its program runs as it stands there", async () => {
  const code = /```ts\n(.*?)```/s.exec(text)?.[1];
  assert.ok(code !== undefined, "there is a program");
  const [udpPort] = await freeUdpPorts(1);
  const env = {
    SCTP_PROVIDER: "userland",
    SCTP_UDP_LOCAL_PORT: String(udpPort),
    SCTP_UDP_REMOTE_PORT: String(udpPort),
  };
  const program = new Program(process.execPath, ["--input-type=module", "--eval", code], { env });
  assert.deepEqual(await program.waitForEnd(LIMIT_MS), { status: 0, signal: null }, program.output);
  assert.match(program.output, /^association \d+ is up\n$/);
});
