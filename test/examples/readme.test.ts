import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { freeUdpPorts } from "../support/free-udp-ports.js";
import { killAllPrograms, Program } from "../support/program.js";

/** Who waits longer waits for ever: a client that is there first sends its INIT again after 1, 2, 4 … seconds. */
const LIMIT_MS = 60_000;

after(killAllPrograms);

test("the README's first example runs as it stands there, and prints what its last lines say", async () => {
  const readme = readFileSync(fileURLToPath(new URL("../../../README.md", import.meta.url)), "utf8");
  const code = /```ts\n(.*?)```/s.exec(readme)?.[1];
  assert.ok(code !== undefined, "there is an example");
  const [udpPort] = await freeUdpPorts(1);
  const env = {
    SCTP_PROVIDER: "userland",
    SCTP_UDP_LOCAL_PORT: String(udpPort),
    SCTP_UDP_REMOTE_PORT: String(udpPort),
  };
  const program = new Program(process.execPath, ["--input-type=module", "--eval", code], { env });
  assert.deepEqual(await program.waitForEnd(LIMIT_MS), { status: 0, signal: null }, program.output);
  assert.match(program.output, /^127\.0\.0\.1:\d+ says hello\n$/);
});
