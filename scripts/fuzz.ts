/**
 * `npm run fuzz -- --minutes 15 --target packets`: makes cases and runs them (test/fuzz) until the time is over. A case
 * that fails is made small, kept in test/fuzz/corpus, and printed with the command that runs it again.
 *
 *   --minutes M       how long, for each target (default 1)
 *   --target NAME     packets, cookies, options or calls (default: all of them, one after the other)
 *   --seed S          decides all chances (default: the time, which is printed)
 *   --jobs J          how many at a time, each with a seed of its own (default 1)
 *   --replay FILE     runs one kept case, and nothing else
 *   --keep N          at the end, keeps N of the cases that have reached something new
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { corpusFiles, readCorpusFile, writeCorpusFile } from "../test/fuzz/corpus.js";
import type { TargetName } from "../test/fuzz/fuzz-target.js";
import { Fuzzer, minimise, runCase } from "../test/fuzz/fuzzer.js";
import { TARGETS } from "../test/fuzz/targets.js";

/** What a worker is told. */
interface Job {
  readonly target: TargetName;
  readonly seed: number;
  readonly durationMs: number;
  readonly keep: number;
  /** The case that is being run, so that one which never ends can be told: its length, then its JSON. */
  readonly current: SharedArrayBuffer;
  /** How many workers there are. */
  readonly jobs: number;
}

/** What a worker tells. */
type Report =
  | { readonly kind: "progress" | "end"; readonly executions: number; readonly features: number }
  | { readonly kind: "finding"; readonly input: unknown; readonly signature: string; readonly trace: string }
  | { readonly kind: "keep"; readonly input: unknown };

const CURRENT_BYTES = 4 * 1024 * 1024;
const PROGRESS_MS = 500;
/**
 * A worker that says nothing hangs in a case once it has computed for so long, or has been idle for so long. The time
 * for which a busy machine keeps it waiting does not count.
 */
const SILENCE_MS = 60_000;
/** Different findings after which a worker gives up: somebody has to mend something first. */
const FINDINGS_MAX = 10;

function traceOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function noteCurrent(buffer: SharedArrayBuffer, input: unknown): void {
  const json = Buffer.from(JSON.stringify(input));
  if (json.length + 4 > buffer.byteLength) return;
  new Uint8Array(buffer, 4).set(json);
  new Uint32Array(buffer, 0, 1)[0] = json.length;
}

function currentOf(buffer: SharedArrayBuffer): unknown {
  const length = new Uint32Array(buffer, 0, 1)[0] ?? 0;
  return JSON.parse(Buffer.from(new Uint8Array(buffer, 4, length)).toString());
}

async function work(job: Job): Promise<void> {
  const target = TARGETS[job.target];
  const pool = corpusFiles(job.target).map((path) => readCorpusFile(path).input);
  const fuzzer = new Fuzzer(target, job.seed, pool);
  const seen = new Set<string>();
  const tell = (report: Report): void => parentPort?.postMessage(report);
  const end = performance.now() + job.durationMs;
  let toldAt = 0;
  for (let now = performance.now(); now < end && seen.size < FINDINGS_MAX; now = performance.now()) {
    if (now - toldAt > PROGRESS_MS) {
      toldAt = now;
      tell({ kind: "progress", executions: fuzzer.executions, features: fuzzer.featureCount });
      // What is posted leaves when the event loop turns.
      await new Promise((resolve) => setImmediate(resolve));
    }
    const input = fuzzer.next();
    noteCurrent(job.current, input);
    const failure = await fuzzer.try(input);
    if (failure === undefined || seen.has(failure.signature)) continue;
    seen.add(failure.signature);
    const smallest = await minimise(target, failure);
    const trace = traceOf(smallest.error);
    tell({ kind: "finding", input: smallest.input, signature: failure.signature, trace });
  }
  const kept = job.keep === 0 ? [] : fuzzer.interesting.slice(-job.keep);
  for (const input of kept) tell({ kind: "keep", input });
  tell({ kind: "end", executions: fuzzer.executions, features: fuzzer.featureCount });
}

/** Keeps a finding and says how to see it again. */
function reportFinding(target: TargetName, input: unknown, about: string, trace: string): void {
  const path = writeCorpusFile({ target, about, input });
  console.log(`FINDING ${about}\n${trace.replaceAll(/^/gm, "  ")}`);
  console.log(`  again: npm run fuzz -- --replay ${path}`);
}

/** How long all workers together have computed, and how long this one has had nothing to do. */
function spentBy(worker: Worker): { readonly computedMs: number; readonly idleMs: number } {
  const { user, system } = process.cpuUsage();
  return { computedMs: (user + system) / 1000, idleMs: worker.performance.eventLoopUtilization().idle };
}

/** Runs one worker to its end; answers how many cases it has run and what it has found. */
function runWorker(job: Job, known: Set<string>): Promise<{ executions: number; features: number }> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(fileURLToPath(import.meta.url), { workerData: job });
    const last = { executions: 0, features: 0 };
    let heard = spentBy(worker);
    let isFinished = false;
    const finish = (): void => {
      isFinished = true;
      clearInterval(watch);
      void worker.terminate();
      resolve(last);
    };
    const hangs = (about: string): void => {
      known.add("hang");
      reportFinding(job.target, currentOf(job.current), about, "");
      finish();
    };
    const watch = setInterval(() => {
      const spent = spentBy(worker);
      const isBusy = spent.computedMs - heard.computedMs >= SILENCE_MS * job.jobs;
      const isIdle = spent.idleMs - heard.idleMs >= SILENCE_MS;
      if (isBusy || isIdle) hangs(`nothing ends for ${SILENCE_MS / 1000} s`);
    }, 1000);
    worker.on("exit", () => {
      if (!isFinished) hangs("waits for what will never come");
    });
    worker.on("error", (error) => {
      isFinished = true;
      clearInterval(watch);
      reject(error);
    });
    worker.on("message", (report: Report) => {
      heard = spentBy(worker);
      if (report.kind === "keep") {
        writeCorpusFile({ target: job.target, about: "reaches something of its own", input: report.input });
      } else if (report.kind === "finding") {
        if (!known.has(report.signature))
          reportFinding(job.target, report.input, report.signature, report.trace);
        known.add(report.signature);
      } else {
        last.executions = report.executions;
        last.features = report.features;
        if (report.kind === "end") finish();
      }
    });
  });
}

interface Settings {
  readonly minutes: number;
  readonly seed: number;
  readonly jobs: number;
  readonly keep: number;
}

/** Fuzzes one target; answers how many findings there were. */
async function fuzz(target: TargetName, { minutes, seed, jobs, keep }: Settings): Promise<number> {
  const known = new Set<string>();
  const start = performance.now();
  const runs = Array.from({ length: jobs }, (_, index) => {
    const current = new SharedArrayBuffer(CURRENT_BYTES);
    const durationMs = minutes * 60_000;
    return runWorker({ target, seed: seed + index, jobs, durationMs, keep, current }, known);
  });
  const results = await Promise.all(runs);
  const executions = results.reduce((sum, result) => sum + result.executions, 0);
  const features = Math.max(...results.map((result) => result.features));
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  console.log(
    `fuzz: ${target}: ${executions} executions in ${seconds} s, ${features} different outcomes, ` +
      `seed ${seed}, ${known.size} findings`,
  );
  return known.size;
}

async function replay(path: string): Promise<number> {
  const { target, input } = readCorpusFile(path);
  try {
    await runCase(TARGETS[target], input, true);
    console.log(`fuzz: ${path}: passed`);
    return 0;
  } catch (error) {
    console.log(`fuzz: ${path}: FAILED\n${traceOf(error)}`);
    return 1;
  }
}

function numberOf(text: string, name: string, minimum: number): number {
  const value = Number(text);
  if (Number.isFinite(value) && value >= minimum) return value;
  throw new Error(`--${name} takes a number from ${minimum} on, not ${text}`);
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      minutes: { type: "string", default: "1" },
      target: { type: "string" },
      seed: { type: "string", default: String(Date.now() % 1_000_000) },
      jobs: { type: "string", default: "1" },
      replay: { type: "string" },
      keep: { type: "string", default: "0" },
    },
  });
  if (values.replay !== undefined) return replay(values.replay);
  const names = Object.keys(TARGETS) as TargetName[];
  const chosen = values.target === undefined ? names : names.filter((name) => name === values.target);
  if (chosen.length === 0) throw new Error(`--target takes one of ${names.join(", ")}`);
  const settings = {
    minutes: numberOf(values.minutes, "minutes", 0),
    seed: numberOf(values.seed, "seed", 0),
    jobs: numberOf(values.jobs, "jobs", 1),
    keep: numberOf(values.keep, "keep", 0),
  };
  let findings = 0;
  for (const target of chosen) findings += await fuzz(target, settings);
  return findings;
}

if (isMainThread) {
  const findings = await main().catch((error: unknown) => {
    console.error(`fuzz: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  });
  process.exitCode = findings === 0 ? 0 : 1;
} else {
  await work(workerData as Job);
}
