/**
 * The part of {@link measureKernel} that runs inside the kernel: pairs of processes, in turn. What it has measured is
 * the last line that it prints, as JSON.
 *
 *   kernel-inside.js PROGRAM_OF_KERNEL_BENCH [--quick] [--runs R]
 *
 * @module
 */

import { writeFileSync } from "node:fs";
import { release } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { killAllPrograms, Program } from "../test/support/program.js";
import { C_PROGRAM, LKSCTP, OURS_IN_KERNEL } from "./kernel-subjects.js";
import { Samples } from "./results.js";

/** One kind of message: its length, and how many make a run of about a second. */
interface Load {
  readonly lengthBytes: number;
  readonly messages: number;
}

const LOADS: readonly Load[] = [
  { lengthBytes: 64, messages: 20_000 },
  { lengthBytes: 1024, messages: 15_000 },
  { lengthBytes: 16 * 1024, messages: 9_000 },
];
/** So many messages, as a share of those that are timed, come before: Node compiles what it runs often. */
const WARM_UP_SHARE = 0.5;
const QUICK_SHARE = 0.1;
const TIME_LIMIT_MS = 60_000;
const FIRST_PORT = 5001;

/**
 * The same for every program, and by the kernel's defaults, because lksctp has no option for them. The window of the
 * receiver is larger than what the sender may have under way, with all that the kernel adds to small messages: where
 * it is not, Linux drops what arrives, and the table would show its time-outs.
 */
const BUFFER_BYTES = { wmem_default: 2 ** 20, rmem_default: 2 ** 25 };

/**
 * For every program: memory that was freed stays with the C library. Under user-mode Linux a page that is touched for
 * the first time costs 0.1 ms, some twenty times as much as outside, and the table would show how often the heap of a
 * process shrinks and grows.
 */
const MALLOC_SETTINGS = { MALLOC_TRIM_THRESHOLD_: `${2 ** 29}` };

/** A sender and a receiver. */
interface Pair {
  readonly name: string;
  readonly sender: readonly string[];
  readonly receiver: readonly string[];
}

function start(command: readonly string[], role: string, numbers: readonly number[]): Program {
  const [program = "", ...rest] = command;
  // Behind the numbers comes what chooses the way of calling.
  const [file, ...tail] = rest;
  const words = [...(file === undefined ? [] : [file]), role, ...numbers.map(String), ...tail];
  return new Program(program, words, { env: MALLOC_SETTINGS });
}

/** How thoroughly is measured. */
interface Order {
  readonly runs: number;
  /** The share of the messages of a whole run. */
  readonly share: number;
}

let nextPort = FIRST_PORT;

/**
 * @returns messages/s, from the last of the warm-up to the last of all, as the receiver sees it
 * @throws Error when a process fails, or what was received is not what was sent
 */
async function runPair({ sender, receiver }: Pair, load: Load, share: number): Promise<number> {
  const messages = Math.ceil(load.messages * share);
  const warmUp = Math.ceil(messages * WARM_UP_SHARE);
  const numbers = [nextPort, load.lengthBytes, messages, warmUp];
  nextPort += 1;
  const programs = [start(receiver, "receive", numbers)];
  try {
    await programs[0]?.waitForOutput(/^ready$/m, TIME_LIMIT_MS);
    programs.push(start(sender, "send", numbers));
    for (const program of programs) {
      const { status } = await program.waitForEnd(TIME_LIMIT_MS);
      if (status !== 0) throw new Error(`${program.name}: ${program.tail()}`);
    }
    const line = programs[0]?.output.match(/^\{.*\}$/m)?.[0] ?? "{}";
    const result = JSON.parse(line) as Record<string, number>;
    const { bytes, seconds = Number.NaN } = result;
    const sent = (messages + warmUp) * load.lengthBytes;
    if (bytes !== sent) throw new Error(`${bytes} bytes were received, and ${sent} were sent`);
    return messages / seconds;
  } finally {
    for (const program of programs) program.kill();
    await Promise.all(programs.map((program) => program.ended));
  }
}

function listPairs(kernelBench: string): Pair[] {
  const own = (file: string): string[] => [
    process.execPath,
    fileURLToPath(new URL(`./${file}`, import.meta.url)),
  ];
  const plainC = [kernelBench];
  const ours = own("kernel-peer.js");
  const promises = [...ours, "promises"];
  const pairs: Pair[] = [
    { name: C_PROGRAM, sender: plainC, receiver: plainC },
    { name: OURS_IN_KERNEL, sender: ours, receiver: ours },
    { name: "with promises", sender: promises, receiver: promises },
    { name: "sctpkit sends to C", sender: ours, receiver: plainC },
    { name: "C sends to sctpkit", sender: plainC, receiver: ours },
  ];
  if (process.env["SCTPKIT_BENCH_LKSCTP"] === undefined) return pairs;
  const lksctp = own("lksctp-peer.js");
  return [...pairs, { name: LKSCTP, sender: lksctp, receiver: lksctp }];
}

/** Measures every pair, the pairs in turn, so that what changes on the machine meets all of them. */
async function measure(samples: Samples, pairs: readonly Pair[], load: Load, order: Order): Promise<void> {
  for (let run = 0; run < order.runs; run += 1) {
    for (const pair of pairs) {
      try {
        // oxlint-disable-next-line no-await-in-loop -- one at a time: there is one processor
        const rate = await runPair(pair, load, order.share);
        samples.add(pair.name, `${load.lengthBytes} B`, { "messages/s": rate });
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        console.error(`bench: a run of ${pair.name} failed: ${reason}`);
      }
    }
  }
  console.log(`bench: kernel, ${load.lengthBytes} B: done`);
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { quick: { type: "boolean", default: false }, runs: { type: "string", default: "1" } },
    allowPositionals: true,
  });
  const [kernelBench = ""] = positionals;
  for (const [name, bytes] of Object.entries(BUFFER_BYTES))
    writeFileSync(`/proc/sys/net/core/${name}`, `${bytes}`);
  const samples = new Samples();
  const pairs = listPairs(kernelBench);
  const order = { runs: Number(values.runs), share: values.quick ? QUICK_SHARE : 1 };
  for (const load of LOADS) {
    // oxlint-disable-next-line no-await-in-loop -- one at a time: there is one processor
    await measure(samples, pairs, load, order);
  }
  const place = `user-mode Linux ${release()}, one processor, Node ${process.version}`;
  console.log(JSON.stringify({ samples: samples.list(), place }));
}

process.on("exit", killAllPrograms);
try {
  await main();
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
