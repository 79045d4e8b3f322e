/**
 * `npm run bench`: how fast our own stack is over UDP on the loopback interface, with usrsctp beside it in
 * the same run, and that no cost per message grows with the queue, the streams or the time.
 *
 *   --quick         few and short runs: to see that it works, not how fast it is
 *   --seconds T     how long each run takes (default 3)
 *   --runs R        how many runs of each kind, of which the median is printed (default 5)
 *   --growth        only the growth
 *   --no-peer       without usrsctp
 *   --markdown      prints Markdown tables
 *
 * It writes no files (but the compiled driver of usrsctp, in the system's temporary folder).
 *
 * @module
 */

import { cpus, release } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { killAllPrograms } from "../test/support/program.js";
import {
  isPinned,
  runOneWay,
  runRoundTrips,
  type OneWayRun,
  type RoundTripRun,
  type Subject,
} from "./measure.js";
import { formatNumber, formatSpread, formatTable, median, type Table } from "./table.js";
import { provideUsrsctp } from "./usrsctp.js";

const SIZES = [64, 1024, 16 * 1024, 64 * 1024];
const ROUND_TRIP_BYTES = 64;
const OURS = "sctpkit";
const YOUNG_GENERATION_MIB = 512;

interface Settings {
  readonly seconds: number;
  readonly runs: number;
}

/**
 * Runs everything `runs` times, the subjects in turn, so that what changes on the machine meets all of them.
 */
async function alternate<T>(
  subjects: readonly Subject[],
  runs: number,
  measure: (subject: Subject) => Promise<T>,
): Promise<T[][]> {
  const results: T[][] = subjects.map(() => []);
  for (let run = 0; run < runs; run += 1) {
    for (const [index, subject] of subjects.entries()) {
      try {
        results[index]?.push(await measure(subject));
      } catch (error) {
        console.error(
          `bench: a run of ${subject.name} failed: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
    }
  }
  return results;
}

/** Ours as a multiple of each peer's, by the medians; nothing when there is no peer. */
function ratios(values: readonly (readonly number[])[], subjects: readonly Subject[]): string[] {
  const ours = median(values[0] ?? []);
  return subjects.flatMap(({ isPeer }, index) =>
    isPeer ? [formatNumber(ours / median(values[index] ?? []))] : [],
  );
}

function ratioColumns(subjects: readonly Subject[]): string[] {
  return subjects.filter(({ isPeer }) => isPeer).map(({ name }) => `${OURS} : ${name}`);
}

async function oneWayTable(subjects: readonly Subject[], { seconds, runs }: Settings): Promise<Table> {
  const rows: string[][] = [];
  for (const lengthBytes of SIZES) {
    const results = await alternate(subjects, runs, (subject) =>
      runOneWay(subject, { lengthBytes, seconds }),
    );
    const rates = results.map((own) => own.map((run: OneWayRun) => run.megabytesPerSecond));
    const cells = results.map((own, index) => {
      const middle = (pick: (run: OneWayRun) => number): string => formatNumber(median(own.map(pick)));
      return [
        formatSpread(rates[index] ?? []),
        middle((run) => run.messagesPerSecond),
        `${middle((run) => run.senderMicros)} + ${middle((run) => run.receiverMicros)}`,
      ];
    });
    rows.push([`${lengthBytes} B`, ...cells.flat(), ...ratios(rates, subjects)]);
  }
  return {
    title: `One way: median of ${runs} runs of ${seconds} s (smallest–largest); CPU time of sender + receiver for each message`,
    columns: [
      "message",
      ...subjects.flatMap(({ name }) => [`${name} MB/s`, "messages/s", "CPU µs"]),
      ...ratioColumns(subjects),
    ],
    rows,
  };
}

async function roundTripTable(subjects: readonly Subject[], { seconds, runs }: Settings): Promise<Table> {
  const results = await alternate(subjects, runs, (subject) =>
    runRoundTrips(subject, { lengthBytes: ROUND_TRIP_BYTES, seconds }),
  );
  const row = (name: string, pick: (run: RoundTripRun) => number): string[] => {
    const values = results.map((own) => own.map(pick));
    return [name, ...values.map(formatSpread), ...ratios(values, subjects)];
  };
  return {
    title: `Round trip of ${ROUND_TRIP_BYTES} bytes in µs: median of ${runs} runs of ${seconds} s (smallest–largest)`,
    columns: ["", ...subjects.map(({ name }) => name), ...ratioColumns(subjects)],
    rows: [row("p50", (run) => run.p50Micros), row("p99", (run) => run.p99Micros)],
  };
}

function provideSubjects(withPeer: boolean): Subject[] {
  const program = fileURLToPath(new URL("./our-peer.js", import.meta.url));
  const subjects: Subject[] = [
    { name: OURS, command: [process.execPath, program], tail: [], isPeer: false },
    { name: "with promises", command: [process.execPath, program], tail: ["promises"], isPeer: false },
  ];
  const usrsctp = withPeer ? provideUsrsctp() : "not asked for";
  if (typeof usrsctp === "string") console.log(`bench: without usrsctp: ${usrsctp}`);
  else
    subjects.push({ name: `usrsctp ${usrsctp.version}`, command: [usrsctp.program], tail: [], isPeer: true });
  return subjects;
}

function describeMachine(): string {
  const [first] = cpus();
  return (
    `${cpus().length} cores (${first?.model.trim() ?? "unknown"}), ${process.platform} ${release()}, ` +
    `Node ${process.version}, ${isPinned ? "each process pinned to a core" : "processes not pinned"}`
  );
}

/**
 * The growth, measured in a thread whose young generation holds the longest queue. In the usual one, messages
 * that wait long enough to be copied to the old generation cost more than those that do not, and the table
 * would show the size of the young generation and not the work.
 */
function growthTable(isQuick: boolean): Promise<Table> {
  const worker = new Worker(new URL("./growth-worker.js", import.meta.url), {
    workerData: isQuick ? "quick" : "full",
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MIB, maxOldGenerationSizeMb: 4096 },
  });
  return new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}

function positive(text: string, name: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new Error(`--${name} takes a number above 0, not ${text}`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      quick: { type: "boolean", default: false },
      seconds: { type: "string" },
      runs: { type: "string" },
      growth: { type: "boolean", default: false },
      "no-peer": { type: "boolean", default: false },
      markdown: { type: "boolean", default: false },
    },
  });
  const settings: Settings = {
    seconds: positive(values.seconds ?? (values.quick ? "0.5" : "3"), "seconds"),
    runs: Math.ceil(positive(values.runs ?? (values.quick ? "1" : "5"), "runs")),
  };
  const print = (table: Table): void => console.log(`\n${formatTable(table, values.markdown)}`);
  console.log(`bench: ${describeMachine()}`);
  if (!values.growth) {
    const subjects = provideSubjects(!values["no-peer"]);
    print(await oneWayTable(subjects, settings));
    print(await roundTripTable(subjects, settings));
  }
  print(await growthTable(values.quick));
}

process.on("exit", killAllPrograms);
try {
  await main();
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
