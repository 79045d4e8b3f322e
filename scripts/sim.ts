/**
 * `npm run sim -- --seeds 200`: runs many seeds of the simulation (test/sim/simulation.ts), on all cores, and prints
 * the hash of each seed's packets. A seed that fails is printed with the command that runs it again.
 *
 *   --seeds N       how many seeds (default 20)
 *   --seed S        the first of them (default 1)
 *   --messages M    messages in each direction (default 2000)
 *   --jobs J        how many at a time (default: one for each core)
 *   --trace FILE    writes every packet of the first seed to a file, decoded
 *
 * @module
 */

import { closeSync, openSync, writeSync } from "node:fs";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { fileURLToPath } from "node:url";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { simulate, SIMULATION_FAULTS, type SimulationResult } from "../test/sim/simulation.js";
import type { ObservedPacket } from "../src/userland/memory-network.js";
import { formatPacket } from "../src/wire/format-packet.js";

/** One seed to run, as a worker is told. */
interface Job {
  readonly seed: number;
  readonly messages: number;
  readonly traceFile: string | undefined;
}

/** What a worker answers. */
interface Outcome {
  readonly seed: number;
  readonly result?: SimulationResult;
  /** Why it failed. */
  readonly problem?: string;
}

const DEFAULT_SEEDS = 20;
const DEFAULT_MESSAGES = 2000;

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined
    ? (error.stack ?? error.message)
    : `${error.message}: ${reasonOf(error.cause)}`;
}

function packetWriter(file: number): (packet: ObservedPacket) => void {
  return ({ at, source, destination, bytes, fate }) => {
    const heading = `${at.toFixed(3)} ms ${source.text} > ${destination.text} ${fate}, ${bytes.length} bytes`;
    writeSync(file, `${heading}\n${formatPacket(bytes).replaceAll(/^/gm, "  ")}\n`);
  };
}

async function run({ seed, messages, traceFile }: Job): Promise<Outcome> {
  const file = traceFile === undefined ? undefined : openSync(traceFile, "w");
  try {
    const onPacket = file === undefined ? {} : { onPacket: packetWriter(file) };
    return { seed, result: await simulate({ seed, messages, ...onPacket }) };
  } catch (error) {
    return { seed, problem: reasonOf(error) };
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function describeResult(result: SimulationResult): string {
  const { messages, lengthBytes, partlyDelivered, packets, virtualMs, traceHash } = result;
  const megabytes = (lengthBytes / 1e6).toFixed(1);
  return (
    `${messages} messages (${partlyDelivered} in pieces), ${megabytes} MB, ${packets} packets, ` +
    `${(virtualMs / 1000).toFixed(1)} s of virtual time, trace ${traceHash.slice(0, 16)}`
  );
}

function report({ seed, result, problem }: Outcome, messages: number): void {
  if (result !== undefined) {
    console.log(`seed ${seed}: ${describeResult(result)}`);
    return;
  }
  console.log(`seed ${seed}: FAILED: ${problem}`);
  console.log(`  again: npm run sim -- --seeds 1 --seed ${seed} --messages ${messages} --trace packets.txt`);
}

/** Gives the jobs to workers, each of which takes the next one as soon as it is free; reports in the jobs' order. */
function runAll(jobs: readonly Job[], workers: number): Promise<Outcome[]> {
  const outcomes = new Map<number, Outcome>();
  let started = 0;
  let reported = 0;
  return new Promise((resolve, reject) => {
    const take = (worker: Worker): void => {
      const job = jobs[started];
      started += 1;
      if (job === undefined) void worker.terminate();
      else worker.postMessage(job);
    };
    for (let index = 0; index < Math.min(workers, jobs.length); index += 1) {
      const worker = new Worker(fileURLToPath(import.meta.url));
      worker.on("error", reject);
      worker.on("message", (outcome: Outcome) => {
        outcomes.set(outcome.seed, outcome);
        for (let job = jobs[reported]; job !== undefined; job = jobs[reported]) {
          const next = outcomes.get(job.seed);
          if (next === undefined) break;
          report(next, job.messages);
          reported += 1;
        }
        take(worker);
        if (reported === jobs.length) resolve([...outcomes.values()]);
      });
      take(worker);
    }
  });
}

function wholeNumber(text: string, name: string, minimum: number): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= minimum) return value;
  throw new Error(`--${name} takes a whole number from ${minimum} on, not ${text}`);
}

async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      seeds: { type: "string", default: String(DEFAULT_SEEDS) },
      seed: { type: "string", default: "1" },
      messages: { type: "string", default: String(DEFAULT_MESSAGES) },
      jobs: { type: "string", default: String(availableParallelism()) },
      trace: { type: "string" },
    },
  });
  const seeds = wholeNumber(values.seeds, "seeds", 1);
  const first = wholeNumber(values.seed, "seed", 0);
  const messages = wholeNumber(values.messages, "messages", 1);
  const workers = wholeNumber(values.jobs, "jobs", 1);
  const jobs = Array.from({ length: seeds }, (_, index) => ({
    seed: first + index,
    messages,
    traceFile: index === 0 ? values.trace : undefined,
  }));

  const { loss, duplication, reordering, corruption } = SIMULATION_FAULTS;
  const shares = [loss, duplication, reordering, corruption].map((share) => `${share * 100} %`);
  console.log(
    `sim: ${seeds} seeds, ${messages} messages in each direction; packets lost ${shares[0]}, ` +
      `duplicated ${shares[1]}, reordered ${shares[2]}, corrupted ${shares[3]}`,
  );
  const start = performance.now();
  const outcomes = await runAll(jobs, workers);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const failed = outcomes.filter(({ result }) => result === undefined).map(({ seed }) => seed);
  const summary = failed.length === 0 ? "all passed" : `FAILED: ${failed.sort((a, b) => a - b).join(", ")}`;
  console.log(`sim: ${seeds} seeds in ${seconds} s with ${workers} at a time: ${summary}`);
  return failed.length === 0;
}

if (isMainThread) {
  const passed = await main().catch((error: unknown) => {
    console.error(`sim: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  });
  process.exitCode = passed ? 0 : 1;
} else {
  parentPort?.on("message", (job: Job) => {
    void run(job).then((outcome) => parentPort?.postMessage(outcome));
  });
}
