/**
 * Both sides are ours: what our own programs put on the wire between two processes is judged as well.
 *
 * @module
 */

import { strict as assert } from "node:assert";
import { fileURLToPath } from "node:url";
import { Program } from "../support/program.js";
import type { CaseContext, InteropCase } from "./interop-case.js";

const SCTP_PORT = "20000";

/** Runs two of our programs, a server and a client, against each other; answers them when the client has ended. */
async function runPair(
  context: CaseContext,
  server: readonly string[],
  client: readonly string[],
): Promise<[Program, Program]> {
  const environments = [
    { SCTP_UDP_LOCAL_PORT: String(context.ownUdpPort), SCTP_UDP_REMOTE_PORT: String(context.peerUdpPort) },
    { SCTP_UDP_LOCAL_PORT: String(context.peerUdpPort), SCTP_UDP_REMOTE_PORT: String(context.ownUdpPort) },
  ] as const;
  const programs = [server, client].map(([name, ...programArguments], index) => {
    const path = fileURLToPath(new URL(`../../${name}.js`, import.meta.url));
    const env = { SCTP_PROVIDER: "userland", ...environments[index] };
    const program = new Program(process.execPath, [path, ...programArguments], { env });
    context.cleanUp(async () => {
      program.kill();
      await program.ended;
    });
    return program;
  });
  const [serverProgram, clientProgram] = programs as [Program, Program];
  assert.deepEqual(await clientProgram.waitForEnd(), { status: 0, signal: null }, clientProgram.tail());
  return [serverProgram, clientProgram];
}

async function demo(context: CaseContext): Promise<void> {
  const [server] = await runPair(
    context,
    ["examples/one-to-many", SCTP_PORT, "1"],
    ["examples/one-to-one", SCTP_PORT],
  );
  assert.deepEqual(await server.waitForEnd(), { status: 0, signal: null }, server.tail());
  assert.equal([...server.output.matchAll(/^Message received from/gm)].length, 10);
}

async function echo(context: CaseContext): Promise<void> {
  const [, client] = await runPair(
    context,
    ["examples/echo-server", SCTP_PORT],
    ["examples/echo-client", SCTP_PORT],
  );
  assert.match(client.output, /^Received from 127\.0\.0\.1:20000:\n {2}Some data to be echoed$/m);
}

/** The exchange's two halves check every byte; this is a short one. */
async function exchange(context: CaseContext): Promise<string> {
  const messages = 400;
  const words = [`--messages=${messages}`, "--seed=1"];
  const [server] = await runPair(
    context,
    ["scripts/exchange", "server", ...words],
    ["scripts/exchange", "client", ...words],
  );
  assert.deepEqual(await server.waitForEnd(), { status: 0, signal: null }, server.tail());
  return `${messages} messages each way`;
}

/** The cases. */
export const ownPairs: readonly InteropCase[] = [
  { name: "our one-to-many server, our one-to-one client, two processes", judged: "all", run: demo },
  { name: "our echo server, our echo client, two processes", judged: "all", run: echo },
  { name: "our exchange, two processes, both directions at once", judged: "all", run: exchange },
];
