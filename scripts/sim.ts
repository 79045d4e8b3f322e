/**
 * Deterministic simulation of hosts and networks that go wrong: `npm run sim -- --seeds 20000` runs as many seeds, each
 * of which is a whole world of its own (test/sim/swarm), on all cores. A seed that fails is printed with the command
 * that runs it again.
 *
 *   --seeds N       how many seeds (default 200; with --seed, one)
 *   --minutes N     goes on with further seeds for so long instead
 *   --seed S        the first seed (default 1; with --minutes, one at random)
 *   --jobs J        how many at a time (default: one for each core)
 *   --trace FILE    writes what happens in the first seed to a file, packets decoded
 *   --pcap FILE     writes the packets of the first seed to a file that Wireshark reads
 *   --workload W    `swarm` (default); `exchange`: two hosts and a bad network; `day`: 24 hours of one association
 *   --messages M    messages in each direction of an exchange (default 2000)
 *
 * @module
 */

import { execFileSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { fileURLToPath } from "node:url";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { replayCommand } from "../test/sim/swarm/swarm.js";
import { type Job, type Outcome, runJob, type Workload, WORKLOADS } from "./sim/job.js";

const DEFAULT_SEEDS = 200;
const DEFAULT_MESSAGES = 2000;
/** From so many seeds on only every so manieth is told of. */
const VERBOSE_SEEDS_MAX = 20;
const PROGRESS_EVERY_MS = 10_000;
const RANDOM_SEEDS = 2 ** 31;

/** What is to be run. */
interface Settings {
  readonly workload: Workload;
  readonly first: number;
  /** Infinite while the time decides. */
  readonly seeds: number;
  readonly endsAt: number;
  readonly messages: number;
  readonly jobs: number;
  readonly traceFile: string | undefined;
  readonly pcapFile: string | undefined;
}

/** What has been run. */
interface Totals {
  passed: number;
  readonly failed: number[];
}

function wholeNumber(text: string, name: string, minimum: number): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= minimum) return value;
  throw new Error(`--${name} takes a whole number from ${minimum} on, not ${text}`);
}

function readSettings(): Settings {
  const { values } = parseArgs({
    options: {
      seeds: { type: "string" },
      minutes: { type: "string" },
      seed: { type: "string" },
      jobs: { type: "string", default: String(availableParallelism()) },
      trace: { type: "string" },
      pcap: { type: "string" },
      workload: { type: "string", default: "swarm" },
      messages: { type: "string", default: String(DEFAULT_MESSAGES) },
    },
  });
  const workload = WORKLOADS.find((name) => name === values.workload);
  if (workload === undefined) throw new Error(`--workload takes ${WORKLOADS.join(", ")}`);
  const minutes = values.minutes === undefined ? undefined : Number(values.minutes);
  if (minutes !== undefined && !(minutes > 0)) throw new Error("--minutes takes a number above 0");
  const isOne = values.seed !== undefined || workload === "day";
  const seeds = values.seeds ?? String(isOne ? 1 : DEFAULT_SEEDS);
  const first = values.seed ?? String(minutes === undefined ? 1 : randomInt(RANDOM_SEEDS));
  return {
    workload,
    first: wholeNumber(first, "seed", 0),
    seeds: minutes === undefined ? wholeNumber(seeds, "seeds", 1) : Number.POSITIVE_INFINITY,
    endsAt: minutes === undefined ? Number.POSITIVE_INFINITY : performance.now() + minutes * 60_000,
    messages: wholeNumber(values.messages, "messages", 1),
    jobs: wholeNumber(values.jobs, "jobs", 1),
    traceFile: values.trace,
    pcapFile: values.pcap,
  };
}

function* jobsOf({
  workload,
  first,
  seeds,
  endsAt,
  messages,
  traceFile,
  pcapFile,
}: Settings): Generator<Job> {
  for (let index = 0; index < seeds && performance.now() < endsAt; index += 1) {
    const files = index === 0 ? { traceFile, pcapFile } : { traceFile: undefined, pcapFile: undefined };
    yield { workload, seed: first + index, messages, ...files };
  }
}

/** The command that runs a job again. */
function commandFor({ workload, seed, messages }: Job): string {
  if (workload === "swarm") return replayCommand(seed);
  const size = workload === "exchange" ? ` --messages ${messages}` : "";
  return `npm run sim -- --workload ${workload} --seed ${seed}${size} --trace trace.txt`;
}

/** The commit, for whoever runs a seed elsewhere: the same seed is another run with other code. */
function commit(): string {
  try {
    return execFileSync("git", ["describe", "--always", "--dirty"], {
      encoding: "utf8",
      stdio: "pipe",
    }).trim();
  } catch {
    return "unknown";
  }
}

/** Gives jobs to workers, each of which takes the next one as soon as it is free. */
function runAll(settings: Settings, report: (job: Job, outcome: Outcome) => void): Promise<void> {
  const jobs = jobsOf(settings);
  const workers = Math.min(settings.jobs, settings.seeds);
  let busy = workers;
  return new Promise((resolve, reject) => {
    const start = (): void => {
      const worker = new Worker(fileURLToPath(import.meta.url));
      const take = (): void => {
        const { value: job, done } = jobs.next();
        if (done === true) {
          busy -= 1;
          void worker.terminate();
          if (busy === 0) resolve();
          return;
        }
        worker.once("message", (outcome: Outcome) => {
          report(job, outcome);
          take();
        });
        worker.postMessage(job);
      };
      worker.on("error", reject);
      take();
    };
    for (let index = 0; index < workers; index += 1) start();
  });
}

async function main(): Promise<boolean> {
  const settings = readSettings();
  const { workload, first, seeds, jobs } = settings;
  const isVerbose = seeds <= VERBOSE_SEEDS_MAX;
  const many = Number.isFinite(seeds) ? `${seeds} seeds` : "seeds";
  console.log(`sim: ${workload}, ${many} from ${first} on, ${jobs} at a time, commit ${commit()}`);
  const start = performance.now();
  const totals: Totals = { passed: 0, failed: [] };
  let toldAt = start;
  await runAll(settings, (job, { text, problem }) => {
    if (problem === undefined) totals.passed += 1;
    else totals.failed.push(job.seed);
    if (problem !== undefined) {
      console.log(`seed ${job.seed}: FAILED: ${problem}\n  again: ${commandFor(job)}`);
    } else if (isVerbose) {
      console.log(`seed ${job.seed}: ${text}`);
    } else if (performance.now() - toldAt > PROGRESS_EVERY_MS) {
      toldAt = performance.now();
      console.log(`sim: ${totals.passed} seeds have passed, ${totals.failed.length} have failed`);
    }
  });
  const { passed, failed } = totals;
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const list = failed.length === 0 ? "" : `: ${failed.toSorted((left, right) => left - right).join(", ")}`;
  console.log(`sim: ${passed + failed.length} seeds in ${seconds} s, ${failed.length} failures${list}`);
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
    void runJob(job).then((outcome) => parentPort?.postMessage(outcome));
  });
}
