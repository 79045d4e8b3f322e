/**
 * The part of `npm run bench:kernel` that runs inside the kernel: pairs of processes, in turn, and the tables.
 *
 *   kernel-inside.js PROGRAM_OF_KERNEL_BENCH [--quick] [--runs R] [--markdown]
 *
 * @module
 */

import { writeFileSync } from "node:fs";
import { release } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { killAllPrograms, Program } from "../test/support/program.js";
import { formatNumber, formatSpread, formatTable, median, type Table } from "./table.js";

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
const DEFAULT_RUNS = 5;
const C_PROGRAM = "C program";
const OURS = "sctpkit";
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
    { name: OURS, sender: ours, receiver: ours },
    { name: "with promises", sender: promises, receiver: promises },
    { name: "sctpkit sends to C", sender: ours, receiver: plainC },
    { name: "C sends to sctpkit", sender: plainC, receiver: ours },
  ];
  if (process.env["SCTPKIT_BENCH_LKSCTP"] === undefined) return pairs;
  const lksctp = own("lksctp-peer.js");
  return [...pairs, { name: "lksctp", sender: lksctp, receiver: lksctp }];
}

/** Rates of each pair; the pairs in turn, so that what changes on the machine meets all of them. */
async function measure(pairs: readonly Pair[], load: Load, runs: number, share: number): Promise<number[][]> {
  const rates: number[][] = pairs.map(() => []);
  for (let run = 0; run < runs; run += 1) {
    for (const [index, pair] of pairs.entries()) {
      try {
        // oxlint-disable-next-line no-await-in-loop -- one at a time: there is one processor
        rates[index]?.push(await runPair(pair, load, share));
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        console.error(`bench: a run of ${pair.name} failed: ${reason}`);
      }
    }
  }
  return rates;
}

/** One row for each pair, the C program first. */
function tableOf(load: Load, pairs: readonly Pair[], rates: readonly (readonly number[])[]): Table {
  const medians = rates.map(median);
  const reference = medians[0] ?? Number.NaN;
  return {
    title: `${load.lengthBytes} B: median of ${rates[0]?.length ?? 0} runs (smallest–largest)`,
    columns: ["both ends, or as said", "messages/s", `: ${C_PROGRAM}`],
    rows: pairs.map(({ name }, index) => {
      const ratio = (medians[index] ?? Number.NaN) / reference;
      return [name, formatSpread(rates[index] ?? []), formatNumber(ratio)];
    }),
  };
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: {
      quick: { type: "boolean", default: false },
      runs: { type: "string" },
      markdown: { type: "boolean", default: false },
    },
    allowPositionals: true,
  });
  const [kernelBench = ""] = positionals;
  const runs = Number(values.runs ?? (values.quick ? 1 : DEFAULT_RUNS));
  if (!(runs >= 1)) throw new Error(`--runs takes a number above 0, not ${values.runs}`);
  for (const [name, bytes] of Object.entries(BUFFER_BYTES))
    writeFileSync(`/proc/sys/net/core/${name}`, `${bytes}`);
  console.log(`bench: Linux ${release()} (user-mode Linux, one processor), Node ${process.version}`);
  const pairs = listPairs(kernelBench);
  for (const load of LOADS) {
    // oxlint-disable-next-line no-await-in-loop -- one at a time: there is one processor
    const rates = await measure(pairs, load, runs, values.quick ? QUICK_SHARE : 1);
    console.log(`\n${formatTable(tableOf(load, pairs, rates), values.markdown)}`);
  }
}

process.on("exit", killAllPrograms);
try {
  await main();
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
