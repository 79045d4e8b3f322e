/**
 * Runs two processes against each other and reads what they print.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { freeUdpPorts } from "../test/support/free-udp-ports.js";
import { Program } from "../test/support/program.js";
import type { Subject } from "./subjects.js";

/** What the processes are asked to do. */
export interface Load {
  readonly lengthBytes: number;
  readonly seconds: number;
  /** A link between them that loses packets. */
  readonly link?: Link;
}

/** A link that loses packets. */
export interface Link {
  /** The relay's program. */
  readonly program: string;
  readonly lossPerMille: number;
  /** Each way. */
  readonly delayMs: number;
  /** The same seed loses the same packets, by their number. */
  readonly seed: number;
}

/** How long a run may take beyond its time: usrsctp's shutdown may wait for a time-out. */
const GRACE_MS = 20_000;

/** Whether each process gets a core of its own. */
export const isPinned: boolean =
  availableParallelism() >= 2 && spawnSync("taskset", ["--version"], { stdio: "ignore" }).status === 0;

type Role = "receive" | "send" | "echo" | "ping" | "accept" | "connect";
type Result = Readonly<Record<string, number>>;

/** The sender on the first core, the receiver and what is between them on the second. */
function start(
  words: readonly string[],
  core: number,
  environment: Readonly<Record<string, string>>,
): Program {
  const pin = isPinned ? ["taskset", "-c", String(core)] : [];
  const [program = "", ...programArguments] = [...pin, ...words];
  return new Program(program, programArguments, { env: environment });
}

function wordsOf({ command, tail }: Subject, role: Role, options: readonly (string | number)[]): string[] {
  return [...command, role, ...options.map(String), ...tail];
}

async function resultOf(program: Program, limitMs: number): Promise<Result> {
  const { status } = await program.waitForEnd(limitMs);
  const line = program.output.match(/^\{.*\}$/m)?.[0];
  if (status !== 0 || line === undefined) throw new Error(`${program.name}: ${program.tail()}`);
  return JSON.parse(line) as Result;
}

async function startLink(
  { program, lossPerMille, delayMs, seed }: Link,
  ports: readonly number[],
): Promise<Program> {
  const relay = start([program, ...[...ports, lossPerMille, delayMs, seed].map(String)], 1, {});
  await relay.waitForOutput(/^ready$/m);
  return relay;
}

/** Starts the listening role, waits for it, starts the other one; answers both results. */
async function runPair(
  subject: Subject,
  roles: readonly [Role, Role],
  numbers: readonly [number, number],
  options: { readonly limitMs: number; readonly link?: Link },
): Promise<[Result, Result]> {
  const [listenerPort = 0, connectorPort = 0, nearPort = 0, farPort = 0] = await freeUdpPorts(4);
  const { limitMs, link } = options;
  const programs: Program[] = [];
  const startPeer = (role: Role, core: number, local: number, remote: number): Program => {
    const peer = start(wordsOf(subject, role, [local, remote, ...numbers]), core, subject.environment);
    programs.push(peer);
    return peer;
  };
  try {
    if (link !== undefined) {
      programs.push(await startLink(link, [nearPort, connectorPort, farPort, listenerPort]));
    }
    const listener = startPeer(roles[0], 1, listenerPort, link === undefined ? connectorPort : farPort);
    await listener.waitForOutput(/^ready$/m);
    const connector = startPeer(roles[1], 0, connectorPort, link === undefined ? listenerPort : nearPort);
    return await Promise.all([resultOf(listener, limitMs), resultOf(connector, limitMs)]);
  } finally {
    for (const program of programs) program.kill();
    await Promise.all(programs.map((program) => program.ended));
  }
}

function field(result: Result, name: string): number {
  const value = result[name];
  if (value === undefined || !(value > 0)) throw new Error(`nothing arrived (${JSON.stringify(result)})`);
  return value;
}

/**
 * Sends one way for some seconds. Rates are as the receiver sees them, from its first to its last message; CPU time is
 * that of the whole process, for each message at its own end.
 *
 * @throws Error when a process fails or does not end
 */
export async function runOneWay(
  subject: Subject,
  { lengthBytes, seconds, link }: Load,
): Promise<Record<string, number>> {
  const limitMs = seconds * 1000 + GRACE_MS;
  const [receiver, sender] = await runPair(subject, ["receive", "send"], [lengthBytes, seconds], {
    limitMs,
    ...(link === undefined ? {} : { link }),
  });
  const time = field(receiver, "seconds");
  const senderSeconds = field(sender, "cpuSeconds") / field(sender, "bytes");
  const receiverSeconds = field(receiver, "cpuSeconds") / field(receiver, "bytes");
  return {
    "MB/s": field(receiver, "bytes") / time / 1e6,
    "messages/s": field(receiver, "messages") / time,
    "sender µs": (1e6 * field(sender, "cpuSeconds")) / field(sender, "messages"),
    "receiver µs": (1e6 * field(receiver, "cpuSeconds")) / field(receiver, "messages"),
    "MB per CPU second": 1e-6 / (senderSeconds + receiverSeconds),
  };
}

/** Sends and gets back one message at a time. @throws Error when a process fails or does not end */
export async function runRoundTrips(
  subject: Subject,
  { lengthBytes, seconds }: Load,
): Promise<Record<string, number>> {
  const limitMs = seconds * 1000 + GRACE_MS;
  const [, pinger] = await runPair(subject, ["echo", "ping"], [lengthBytes, seconds], { limitMs });
  return { "p50 µs": field(pinger, "p50Micros"), "p99 µs": field(pinger, "p99Micros") };
}

/** Sets up associations. @throws Error when a process fails or does not end */
export async function runSetUp(
  subject: Subject,
  associations: number,
  outstanding: number,
): Promise<Record<string, number>> {
  const [acceptor, connector] = await runPair(subject, ["accept", "connect"], [associations, outstanding], {
    limitMs: 4 * GRACE_MS,
  });
  const count = field(connector, "associations");
  return {
    "associations/s": count / field(connector, "seconds"),
    "connecting µs": (1e6 * field(connector, "cpuSeconds")) / count,
    "accepting µs": (1e6 * field(acceptor, "cpuSeconds")) / count,
  };
}
