/**
 * `npm run bench`: how fast our own stack is, with the stacks of others and what the system carries without any beside
 * it in the same run. It writes the measured parts of docs/performance.md, with charts.
 *
 *   npm run bench -- [one-way] [round-trips] [loss] [set-up] [scale] [growth] [kernel]
 *
 *   --quick         few and short runs, all within a minute or two, written to the system's temporary folder: to see
 *                   that it works, not how fast it is
 *   --seconds T     how long each run takes (default 3)
 *   --runs R        how many runs of each kind, of which the median counts (default 5)
 *   --associations N  how many associations the scale goes up to (default 100,000)
 *   --no-peers      without the stacks of others
 *   --out FOLDER    writes performance.md and performance/ there
 *   --write         measures nothing, and writes the page anew from what was measured before
 *   --profile       measures nothing, and writes where the time goes to docs/performance/profile-*.txt
 *
 * Without names it does everything. What it cannot install is said in one line and left out.
 *
 * @module
 */

import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { killAllKernels } from "../test/kernel/uml/run-in-kernel.js";
import { killAllPrograms } from "../test/support/program.js";
import { acceptanceTable } from "./acceptance.js";
import { writeDocument } from "./document.js";
import { measureGrowthInWorker } from "./growth-section.js";
import { type KernelMeasurement, measureKernel } from "./kernel-section.js";
import { describeLoad, describeMachine } from "./machine.js";
import { installPackages } from "./npm-packages.js";
import { writeProfiles } from "./profile.js";
import { readResults, type Sample, SECTIONS, type SectionName, writeResults } from "./results.js";
import { measureScale } from "./scale/scale.js";
import { provideSubjects, type Subject } from "./subjects.js";
import { formatTable } from "./table.js";
import {
  measureLoss,
  measureOneWay,
  measureRoundTrips,
  measureSetUp,
  type Settings,
} from "./timed-sections.js";

const docs = fileURLToPath(new URL("../../docs/", import.meta.url));

/** What a section measures, and where, if that is not this machine itself. */
type Measure = (
  subjects: readonly Subject[],
  settings: Settings,
) => Promise<readonly Sample[] | KernelMeasurement>;

/** Without a kernel the other sections are measured all the same. */
async function measureInKernel({ runs, isQuick }: Settings): Promise<readonly Sample[] | KernelMeasurement> {
  try {
    return await measureKernel(runs, isQuick);
  } catch (error) {
    console.log(
      `bench: nothing of the kernel provider: ${error instanceof Error ? error.message : String(error)}`,
    );
    return [];
  }
}

/** The subjects' names that a section's tables have; its own samples name the rest. */
function namesOf(subjects: readonly Subject[]): Record<string, string> {
  return Object.fromEntries(subjects.map(({ id, name }) => [id, name]));
}

function positive(text: string, name: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new Error(`--${name} takes a number above 0, not ${text}`);
}

function sectionsOf(names: readonly string[]): readonly SectionName[] {
  const wrong = names.find((name) => !SECTIONS.some((section) => section === name));
  if (wrong !== undefined) throw new Error(`there is no ${wrong}; there are ${SECTIONS.join(", ")}`);
  return names.length === 0 ? SECTIONS : SECTIONS.filter((section) => names.includes(section));
}

interface Order {
  readonly sections: readonly SectionName[];
  readonly settings: Settings;
  readonly associations: number;
  readonly withPeers: boolean;
  readonly folder: string;
}

/** Measures the sections in turn; each is kept as soon as it is done. */
async function measure({ sections, settings, associations, withPeers, folder }: Order): Promise<void> {
  const timed: readonly SectionName[] = ["one-way", "round-trips", "loss", "set-up"];
  const subjects = sections.some((name) => timed.includes(name)) ? provideSubjects(withPeers) : [];
  const measures: Readonly<Record<SectionName, Measure>> = {
    "one-way": measureOneWay,
    "round-trips": measureRoundTrips,
    loss: measureLoss,
    "set-up": measureSetUp,
    scale: () => measureScale(associations, settings),
    growth: () => measureGrowthInWorker(settings.isQuick),
    kernel: () => measureInKernel(settings),
  };
  const file = join(folder, "performance", "results.json");
  for (const name of sections) {
    const before = describeLoad();
    const measured = await measures[name](subjects, settings);
    const { samples, place } = "samples" in measured ? measured : { samples: measured, place: "" };
    const where = place === "" ? describeMachine() : `${describeMachine()}; in it ${place}`;
    const section = {
      measured: new Date().toISOString(),
      machine: `${where}, ${before} before and ${describeLoad().replace("load average ", "")} after`,
      settings: `${settings.runs} runs${timed.includes(name) ? ` of ${settings.seconds} s, in turn` : ""}`,
      names: namesOf(subjects),
      samples,
    };
    writeResults(file, { ...readResults(file), [name]: section });
  }
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: "boolean", default: false },
      seconds: { type: "string" },
      runs: { type: "string" },
      associations: { type: "string" },
      "no-peers": { type: "boolean", default: false },
      out: { type: "string" },
      write: { type: "boolean", default: false },
      profile: { type: "boolean", default: false },
    },
  });
  const isQuick = values.quick;
  const folder = values.out ?? (isQuick ? mkdtempSync(join(tmpdir(), "sctpkit-bench-")) : docs);
  const settings: Settings = {
    seconds: positive(values.seconds ?? (isQuick ? "0.3" : "3"), "seconds"),
    runs: Math.ceil(positive(values.runs ?? (isQuick ? "1" : "5"), "runs")),
    isQuick,
  };
  console.log(`bench: ${describeMachine()}; ${describeLoad()}`);
  if (values.profile) {
    await writeProfiles(join(folder, "performance"), settings);
    return;
  }
  if (!values.write) {
    const associations = positive(values.associations ?? (isQuick ? "1000" : "100000"), "associations");
    const sections = sectionsOf(positionals);
    await measure({ sections, settings, associations, withPeers: !values["no-peers"], folder });
  }
  const results = readResults(join(folder, "performance", "results.json"));
  const problem = installPackages();
  if (problem !== undefined) console.log(`bench: without charts: ${problem}`);
  await writeDocument(folder, join(docs, "performance.md"), results, problem === undefined);
  console.log(formatTable(acceptanceTable(results), false));
  console.log(`bench: written to ${join(folder, "performance.md")}`);
}

process.on("exit", killAllPrograms);
process.on("exit", killAllKernels);
// What has been compiled is removed when the process exits, which a signal by itself does not make it do.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => process.exit(1));
try {
  await main();
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
