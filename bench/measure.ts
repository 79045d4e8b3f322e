/**
 * Runs two processes against each other and reads what they print.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { freeUdpPorts } from "../test/support/free-udp-ports.js";
import { Program } from "../test/support/program.js";

/** Something to be measured: how one of its processes is started. */
export interface Subject {
  readonly name: string;
  /** The program and the arguments that stand before role, ports, bytes and seconds. */
  readonly command: readonly [string, ...string[]];
  /** The arguments that stand behind them. */
  readonly tail: readonly string[];
  /** Whether it is a stack of others, that ours is compared with. */
  readonly isPeer: boolean;
}

/** One run in one direction; rates as the receiver sees them, from its first to its last message. */
export interface OneWayRun {
  readonly megabytesPerSecond: number;
  readonly messagesPerSecond: number;
  /** CPU time of the whole process for each message. */
  readonly senderMicros: number;
  readonly receiverMicros: number;
}

/** One run of round trips. */
export interface RoundTripRun {
  readonly p50Micros: number;
  readonly p99Micros: number;
}

/** What the processes are asked to do. */
export interface Load {
  readonly lengthBytes: number;
  readonly seconds: number;
}

/** How long a run may take beyond its time: usrsctp's shutdown may wait for a time-out. */
const GRACE_MS = 20_000;

/** Whether each process gets a core of its own. */
export const isPinned: boolean =
  availableParallelism() >= 2 && spawnSync("taskset", ["--version"], { stdio: "ignore" }).status === 0;

type Role = "receive" | "send" | "echo" | "ping";

function start(subject: Subject, role: Role, core: number, options: readonly (string | number)[]): Program {
  const pin = isPinned ? ["taskset", "-c", String(core)] : [];
  const words = [...pin, ...subject.command, role, ...options.map(String), ...subject.tail];
  const [program = "", ...programArguments] = words;
  return new Program(program, programArguments);
}

async function resultOf(program: Program, limitMs: number): Promise<Record<string, number>> {
  const { status } = await program.waitForEnd(limitMs);
  const line = program.output.match(/^\{.*\}$/m)?.[0];
  if (status !== 0 || line === undefined) throw new Error(`${program.name}: ${program.tail()}`);
  return JSON.parse(line) as Record<string, number>;
}

/** Starts the listening role, waits for it, starts the other one; answers both results. */
async function runPair(
  subject: Subject,
  roles: readonly [Role, Role],
  load: Load,
): Promise<[Record<string, number>, Record<string, number>]> {
  const [listenerPort = 0, connectorPort = 0] = await freeUdpPorts(2);
  const { lengthBytes, seconds } = load;
  const limitMs = seconds * 1000 + GRACE_MS;
  const listener = start(subject, roles[0], 1, [listenerPort, connectorPort, lengthBytes, seconds]);
  const programs = [listener];
  try {
    await listener.waitForOutput(/^ready$/m);
    const connector = start(subject, roles[1], 0, [connectorPort, listenerPort, lengthBytes, seconds]);
    programs.push(connector);
    return await Promise.all([resultOf(listener, limitMs), resultOf(connector, limitMs)]);
  } finally {
    for (const program of programs) program.kill();
    await Promise.all(programs.map((program) => program.ended));
  }
}

/** Sends one way for some seconds. @throws Error when a process fails or does not end */
export async function runOneWay(subject: Subject, load: Load): Promise<OneWayRun> {
  const [receiver, sender] = await runPair(subject, ["receive", "send"], load);
  const field = (record: Record<string, number>, name: string): number => record[name] ?? Number.NaN;
  const seconds = field(receiver, "seconds");
  return {
    megabytesPerSecond: field(receiver, "bytes") / seconds / 1e6,
    messagesPerSecond: field(receiver, "messages") / seconds,
    senderMicros: (1e6 * field(sender, "cpuSeconds")) / field(sender, "messages"),
    receiverMicros: (1e6 * field(receiver, "cpuSeconds")) / field(receiver, "messages"),
  };
}

/** Sends and gets back one message at a time. @throws Error when a process fails or does not end */
export async function runRoundTrips(subject: Subject, load: Load): Promise<RoundTripRun> {
  const [, { p50Micros = Number.NaN, p99Micros = Number.NaN }] = await runPair(
    subject,
    ["echo", "ping"],
    load,
  );
  return { p50Micros, p99Micros };
}
