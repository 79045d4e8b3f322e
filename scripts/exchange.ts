/**
 * `npm run exchange`: two processes exchange messages over our own SCTP stack in UDP on the loopback interface, both
 * directions at once. What they send is test/sim/workload.ts's; every byte is compared, the order within each stream is
 * checked, and nothing may be lost or come twice. Status 0 only then.
 *
 *   --messages N    in each direction (default 100000)
 *   --seed S        what they are (default 1)
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import {
  AF_INET,
  IPPROTO_SCTP,
  SCTP_INITMSG,
  SCTP_RECVRCVINFO,
  SctpSocket,
  SO_LINGER,
  SOCK_STREAM,
  SOL_SOCKET,
} from "../src/index.js";
import { Workload, WorkloadCheck, WORKLOAD_STREAMS } from "../test/sim/workload.js";
import { freeUdpPorts } from "../test/support/free-udp-ports.js";
import { killAllPrograms, Program } from "../test/support/program.js";

const DEFAULT_MESSAGES = 100_000;
const ADDRESS = "127.0.0.1";
const SCTP_PORT = 5001;
/** Far more than the exchange takes on a slow machine, for each 100,000 messages. */
const LIMIT_MS = 15 * 60_000;
const LINGER_SECONDS = 60;
/** How many progress lines each process prints. */
const PROGRESS_LINES = 4;

/** What a process prints at its end. */
interface Result {
  readonly messages: number;
  readonly lengthBytes: number;
  readonly partlyDelivered: number;
  readonly milliseconds: number;
}

function createSocket(): SctpSocket {
  const socket = new SctpSocket(AF_INET, SOCK_STREAM);
  socket.setsockopt(IPPROTO_SCTP, SCTP_INITMSG, { sinit_num_ostreams: WORKLOAD_STREAMS });
  socket.setsockopt(IPPROTO_SCTP, SCTP_RECVRCVINFO, 1);
  socket.setsockopt(SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: LINGER_SECONDS });
  return socket;
}

async function acceptOne(): Promise<SctpSocket> {
  const listener = createSocket();
  listener.bind({ address: ADDRESS, port: SCTP_PORT });
  listener.listen(1);
  console.log("listening");
  const { socket } = await listener.accept();
  await listener.close();
  return socket;
}

async function connect(): Promise<SctpSocket> {
  const socket = createSocket();
  await socket.connect({ address: ADDRESS, port: SCTP_PORT });
  return socket;
}

async function sendAll(socket: SctpSocket, workload: Workload): Promise<void> {
  for (let index = 0; index < workload.messages; index += 1) {
    await socket.sctp_sendv(workload.contentOf(index), { info: workload.infoOf(index) });
  }
}

async function receiveAll(socket: SctpSocket, check: WorkloadCheck, messages: number): Promise<void> {
  const step = Math.ceil(messages / PROGRESS_LINES);
  let next = step;
  for await (const message of socket) {
    check.take(message);
    if (check.messages >= next) {
      console.log(`received ${check.messages} messages`);
      next += step;
    }
    if (check.isComplete) return;
  }
  throw new Error(`the peer ended after ${check.messages} of ${messages} messages`);
}

/** One of the two processes. */
async function takePart(role: "server" | "client", messages: number, seed: number): Promise<void> {
  const workloads = [new Workload(2 * seed, messages), new Workload(2 * seed + 1, messages)] as const;
  const [outgoing, incoming] = role === "client" ? workloads : [workloads[1], workloads[0]];
  const check = new WorkloadCheck(incoming);
  const socket = role === "server" ? await acceptOne() : await connect();
  const start = performance.now();
  await Promise.all([sendAll(socket, outgoing), receiveAll(socket, check, messages)]);
  const milliseconds = performance.now() - start;
  await socket.close();
  const { partlyDelivered } = check;
  const result: Result = {
    messages: check.messages,
    lengthBytes: incoming.lengthBytes,
    partlyDelivered,
    milliseconds,
  };
  console.log(JSON.stringify(result));
}

async function resultOf(program: Program, limitMs: number): Promise<Result> {
  const { status } = await program.waitForEnd(limitMs);
  const line = program.output.match(/^\{.*\}$/m)?.[0];
  if (status !== 0 || line === undefined) {
    throw new Error(`${program.name} ended with status ${status}:\n${program.output}`);
  }
  return JSON.parse(line) as Result;
}

/** Starts both processes and prints what has become of them. */
async function exchange(messages: number, seed: number): Promise<void> {
  const [udpPort] = await freeUdpPorts(1);
  const self = fileURLToPath(import.meta.url);
  const start = (role: string, variable: string): Program =>
    new Program(process.execPath, [self, role, `--messages=${messages}`, `--seed=${seed}`], {
      env: {
        SCTP_PROVIDER: "userland",
        SCTP_UDP_LOCAL_PORT: undefined,
        SCTP_UDP_REMOTE_PORT: undefined,
        [variable]: String(udpPort),
      },
      showAs: `${role} | `,
    });
  const limitMs = LIMIT_MS * Math.ceil(messages / DEFAULT_MESSAGES);
  console.log(
    `exchange: ${messages} messages in each direction, seed ${seed}, ${WORKLOAD_STREAMS} streams, UDP port ${udpPort}`,
  );
  const server = start("server", "SCTP_UDP_LOCAL_PORT");
  await server.waitForOutput(/^listening$/m);
  const client = start("client", "SCTP_UDP_REMOTE_PORT");
  const results = await Promise.all([resultOf(server, limitMs), resultOf(client, limitMs)]);

  let total = 0;
  for (const [index, { messages, lengthBytes, partlyDelivered }] of results.entries()) {
    total += lengthBytes;
    const name = ["server", "client"][index];
    console.log(
      `exchange: ${name} received ${messages} messages, ${lengthBytes} bytes; ${partlyDelivered} in pieces`,
    );
  }
  const seconds = Math.max(...results.map(({ milliseconds }) => milliseconds)) / 1000;
  const rate = (total / 1e6 / seconds).toFixed(1);
  console.log(
    `exchange: every byte right, every stream in order, nothing lost or twice: ` +
      `${2 * messages} messages in ${seconds.toFixed(1)} s, ${rate} MB/s in both directions together`,
  );
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: {
      messages: { type: "string", default: String(DEFAULT_MESSAGES) },
      seed: { type: "string", default: "1" },
    },
    allowPositionals: true,
  });
  const messages = Number(values.messages);
  const seed = Number(values.seed);
  if (!Number.isSafeInteger(messages) || messages < 1)
    throw new Error("--messages takes a whole number from 1 on");
  if (!Number.isSafeInteger(seed)) throw new Error("--seed takes a whole number");
  const [role] = positionals;
  if (role === "server" || role === "client") await takePart(role, messages, seed);
  else await exchange(messages, seed);
}

process.on("exit", killAllPrograms);
try {
  await main();
} catch (error) {
  console.error(
    `exchange: FAILED: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  );
  process.exit(1);
}
