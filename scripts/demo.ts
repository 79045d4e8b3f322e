/**
 * `npm run demo`: the one-to-many server and the one-to-one client of RFC 6458's appendices, in two processes, talk
 * over our own SCTP stack in UDP or, with `SCTP_PROVIDER=kernel`, over the kernel's. Shows what both print, and ends
 * with status 0 only when every expected line came.
 *
 * @module
 */

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freeUdpPorts } from "../test/support/free-udp-ports.js";
import { killAllPrograms, Program } from "../test/support/program.js";

/** Far more than the demo takes, also on a slow machine. */
const LIMIT_MS = 60_000;

const MESSAGES = 10;

const SCTP_PORT = "9";

/** What the server prints, in this order and nothing else. */
const expectedLines: readonly RegExp[] = [
  /^Communication up \(streams \(in\/out\)=\(2048\/10\)\)\.$/,
  /^\^\^\^ Adaptation indication 01020304 received\.$/,
  ...Array.from({ length: MESSAGES }, (_, sid) => [
    new RegExp(`^Message received from ::ffff:127\\.0\\.0\\.1:\\d+: len=1000, sid=${sid}$`),
    /^, unordered, tsn=\d+, ppid=1234\.$/,
  ]).flat(),
  /^\^\^\^ Shutdown received\.$/,
  /^Communication completed\.$/,
];

/** Where the output first differs from what is expected, or `undefined`. */
function firstDifference(output: string): string | undefined {
  const lines = output.split("\n").slice(0, -1);
  for (const [index, expected] of expectedLines.entries()) {
    const line = lines[index];
    if (line === undefined) return `line ${index + 1} of the server did not come: ${expected.source}`;
    if (!expected.test(line)) return `line ${index + 1} of the server is not ${expected.source}: ${line}`;
  }
  const surplus = lines[expectedLines.length];
  return surplus === undefined ? undefined : `the server printed a line too many: ${surplus}`;
}

/** The folder of the compiled examples: ours, or one that is named and has a package of its own. */
const examples = process.argv[2] ?? fileURLToPath(new URL("../examples", import.meta.url));

const example = (name: string): string => join(examples, `${name}.js`);

/** The environments that both programs run in, and what to say of them. */
interface Carrier {
  readonly text: string;
  readonly ofTheServer: NodeJS.ProcessEnv;
  readonly ofTheClient: NodeJS.ProcessEnv;
}

async function carrier(): Promise<Carrier> {
  const none = { SCTP_UDP_LOCAL_PORT: undefined, SCTP_UDP_REMOTE_PORT: undefined };
  const provider = process.env["SCTP_PROVIDER"] ?? "userland";
  if (provider !== "userland") {
    const environment = { ...none, SCTP_PROVIDER: provider };
    return { text: `of provider ${provider}`, ofTheServer: environment, ofTheClient: environment };
  }
  const [udpPort] = await freeUdpPorts(1);
  return {
    text: `in UDP port ${udpPort}`,
    ofTheServer: { ...none, SCTP_PROVIDER: provider, SCTP_UDP_LOCAL_PORT: String(udpPort) },
    ofTheClient: { ...none, SCTP_PROVIDER: provider, SCTP_UDP_REMOTE_PORT: String(udpPort) },
  };
}

/**
 * Runs the client until somebody listens. In UDP it repeats its INIT until it is answered; the kernel answers at once
 * that nobody does.
 */
async function runClient(environment: NodeJS.ProcessEnv, deadline: number): Promise<Program> {
  const client = new Program(process.execPath, [example("one-to-one"), SCTP_PORT], { env: environment });
  const { status } = await client.waitForEnd(LIMIT_MS);
  const isTooEarly = status !== 0 && client.output.includes("ECONNREFUSED");
  return isTooEarly && performance.now() < deadline ? runClient(environment, deadline) : client;
}

/** Runs both programs; answers what went wrong, or `undefined`. */
async function demo(): Promise<string | undefined> {
  const { text, ofTheServer, ofTheClient } = await carrier();
  console.log(`demo: SCTP port ${SCTP_PORT} ${text}, two processes on this machine`);
  const server = new Program(process.execPath, [example("one-to-many"), SCTP_PORT, "1"], {
    env: ofTheServer,
    showAs: "server | ",
  });
  const client = await runClient(ofTheClient, performance.now() + LIMIT_MS);
  const { status: clientStatus } = await client.ended;
  console.log(`client | ended with status ${clientStatus}: sent ${MESSAGES} messages`);
  if (clientStatus !== 0) return `the client failed: ${client.tail()}`;
  const { status: serverStatus } = await server.waitForEnd(LIMIT_MS);
  console.log(`server | ended with status ${serverStatus}`);
  if (serverStatus !== 0) return `the server failed: ${server.tail()}`;
  return firstDifference(server.output);
}

process.on("exit", killAllPrograms);
const problem = await demo().catch((error: unknown) => String(error));
console.log(problem === undefined ? "demo: every line came" : `demo: FAILED: ${problem}`);
process.exit(problem === undefined ? 0 : 1);
