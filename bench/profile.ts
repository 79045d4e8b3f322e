/**
 * Where the time goes: self time by function of the sending and the receiving process, from V8's sampling profiler, as
 * text that can be compared with that of yesterday.
 *
 * @module
 */

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeMachine } from "./machine.js";
import { runOneWay } from "./measure.js";
import { OURS, provideSubjects, type Subject } from "./subjects.js";
import { LENGTHS, type Settings } from "./timed-sections.js";

/** What is used of a .cpuprofile file. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: {
      readonly functionName: string;
      readonly url: string;
      readonly lineNumber: number;
    };
  }[];
  readonly samples: readonly number[];
  /** Microseconds between a sample and the one before. */
  readonly timeDeltas: readonly number[];
}

const FUNCTIONS_SHOWN = 30;

/** A function's name and place; what is of Node or of V8 has no file of ours. */
function nameOf({ functionName, url, lineNumber }: CpuProfile["nodes"][number]["callFrame"]): string {
  const name = functionName === "" ? "(anonymous)" : functionName;
  const place = url.replace(/^.*\/dist\//, "");
  return place === "" ? name : `${name} ${place}:${lineNumber + 1}`;
}

/** The self time of each function, the largest first; time without work is told apart. */
function selfTimes({ nodes, samples, timeDeltas }: CpuProfile): string {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const times = new Map<string, number>();
  for (const [index, id] of samples.entries()) {
    const name = names.get(id) ?? "(unknown)";
    times.set(name, (times.get(name) ?? 0) + (timeDeltas[index] ?? 0));
  }
  const idle = times.get("(idle)") ?? 0;
  times.delete("(idle)");
  const busy = [...times.values()].reduce((sum, time) => sum + time, 0);
  const lines = [...times]
    .sort(([, left], [, right]) => right - left)
    .slice(0, FUNCTIONS_SHOWN)
    .map(([name, time]) => `${((100 * time) / busy).toFixed(1).padStart(5)} %  ${name}`);
  const share = ((100 * busy) / (busy + idle)).toFixed(0);
  return [`busy ${share} % of the time; of that:`, ...lines].join("\n");
}

/** The process's id, which is the fourth part of the name that Node gives a profile. */
function processOf(file: string): number {
  return Number(file.split(".")[3]);
}

/** Both profiles of one run; the receiver is started first, so that its id is the smaller one. */
async function profile(subject: Subject, lengthBytes: number, seconds: number): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "sctpkit-profile-"));
  const [node, ...rest] = subject.command;
  const command: [string, ...string[]] = [node, "--cpu-prof", `--cpu-prof-dir=${folder}`, ...rest];
  try {
    await runOneWay({ ...subject, command }, { lengthBytes, seconds });
    const [receiver = "none was written", sender = "none was written"] = readdirSync(folder)
      .sort((left, right) => processOf(left) - processOf(right))
      .map((file) => selfTimes(JSON.parse(readFileSync(join(folder, file), "utf8")) as CpuProfile));
    return `Sender, ${sender}\n\nReceiver, ${receiver}\n`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Profiles both ends at every length of messages and writes a file for each. */
export async function writeProfiles(folder: string, { seconds, isQuick }: Settings): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const [subject] = provideSubjects(false).filter(({ id }) => id === OURS);
  if (subject === undefined) return;
  for (const lengthBytes of isQuick ? [1024] : LENGTHS) {
    const head = `Self time by function, messages of ${lengthBytes} bytes one way (npm run bench -- --profile)\n`;
    const path = join(folder, `profile-${lengthBytes}.txt`);
    const text = await profile(subject, lengthBytes, seconds);
    writeFileSync(path, `${head}${describeMachine()}\n\n${text}`);
    console.log(`bench: written to ${path}`);
  }
}
