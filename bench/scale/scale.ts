/**
 * Memory and scale: what an idle association, a stream and a queued message take, what heartbeats and packets cost with
 * few and with many associations.
 *
 * @module
 */

import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freeUdpPorts } from "../../test/support/free-udp-ports.js";
import { Program } from "../../test/support/program.js";
import { isPinned } from "../measure.js";
import { type Sample, Samples } from "../results.js";
import type { Settings } from "../timed-sections.js";

const MEMORY = "memory network";
const UDP = "UDP";
const SIZES = [10, 1000, 10_000, 100_000];
const TIME_LIMIT_MS = 15 * 60_000;
const HEARTBEAT_SECONDS = 30;
const PACKET_ROUNDS = 2000;
const QUICK_PACKET_ROUNDS = 100;
/** Two messages on each of ten associations. */
const MESSAGES_PER_ROUND = 20;

type Figures = Readonly<Record<string, number>>;

function pathOf(name: string): string {
  return fileURLToPath(new URL(`./${name}.js`, import.meta.url));
}

function start(words: readonly (string | number)[], core: number): Program {
  const node = [process.execPath, "--expose-gc", ...words.map(String)];
  const [program = "", ...programArguments] = isPinned ? ["taskset", "-c", String(core), ...node] : node;
  return new Program(program, programArguments);
}

async function run(name: string, ...words: readonly (string | number)[]): Promise<Figures> {
  const program = start([pathOf(name), ...words], 1);
  try {
    const { status } = await program.waitForEnd(TIME_LIMIT_MS);
    const line = program.output.match(/^\{.*\}$/m)?.[0];
    if (status !== 0 || line === undefined) throw new Error(`${program.name}: ${program.tail()}`);
    return JSON.parse(line) as Figures;
  } finally {
    program.kill();
    await program.ended;
  }
}

/** A process that obeys orders, one at a time. */
class End {
  readonly program: Program;
  #answers = 0;

  constructor(program: Program) {
    this.program = program;
  }

  async order(text: string): Promise<Figures> {
    this.program.write(`${text}\n`);
    const wanted = (this.#answers += 1);
    const line = await this.program.waitFor(
      text,
      () => this.program.output.match(/^\{.*\}$/gm)?.[wanted - 1],
      TIME_LIMIT_MS,
    );
    return JSON.parse(line) as Figures;
  }
}

function difference(before: Figures, after: Figures, name: string): number {
  return (after[name] ?? Number.NaN) - (before[name] ?? Number.NaN);
}

/** Both ends at once. */
function askBoth(ends: readonly [End, End], text: string): Promise<[Figures, Figures]> {
  return Promise.all([ends[0].order(text), ends[1].order(text)]);
}

/** How many messages the listening end has got meanwhile. */
function received([before]: readonly [Figures, Figures], [after]: readonly [Figures, Figures]): number {
  return difference(before, after, "received");
}

/** The CPU time that both ends spend on a data packet, without what they spend on heartbeats meanwhile. */
async function packetMicros(
  ends: readonly [End, End],
  { rounds, among }: { readonly rounds: number; readonly among: number },
  idleMicrosPerMs: number,
): Promise<number> {
  const before = await askBoth(ends, "cpu");
  const start = performance.now();
  await ends[1].order(`send ${rounds} ${among}`);
  let after = await askBoth(ends, "cpu");
  // On a busy machine the last ones take a while.
  for (let wait = 0; wait < 50 && received(before, after) < rounds * MESSAGES_PER_ROUND; wait += 1) {
    await delay(100);
    after = await askBoth(ends, "cpu");
  }
  const elapsedMs = performance.now() - start;
  const micros = difference(before[0], after[0], "cpuMicros") + difference(before[1], after[1], "cpuMicros");
  const messages = received(before, after);
  if (messages < rounds * MESSAGES_PER_ROUND * 0.5) throw new Error(`only ${messages} messages arrived`);
  return (micros - idleMicrosPerMs * elapsedMs) / messages;
}

/** One end per process, over UDP on the loopback interface. */
async function measureUdp(associations: number, isQuick: boolean): Promise<Figures> {
  const [listenPort = 0, connectPort = 0] = await freeUdpPorts(2);
  const ends: readonly [End, End] = [
    new End(start([pathOf("udp"), "listen", associations, listenPort, connectPort], 1)),
    new End(start([pathOf("udp"), "connect", associations, connectPort, listenPort], 0)),
  ];
  try {
    await Promise.all(ends.map(({ program }) => program.waitForOutput(/^ready$/m)));
    const seconds = isQuick ? 1 : HEARTBEAT_SECONDS;
    const empty = await askBoth(ends, "memory");
    const connected = await ends[1].order(`connect ${seconds}`);
    if (connected["associations"] !== associations)
      throw new Error(`${connected["associations"]} associations`);
    const idle = await askBoth(ends, "memory");
    const perEnd = (name: string): number =>
      (difference(empty[0], idle[0], name) + difference(empty[1], idle[1], name)) / 2 / associations;
    // The heartbeats begin one interval after an association is there.
    await delay(isQuick ? 0 : 2000);
    const before = await askBoth(ends, "cpu");
    const beforeMs = performance.now();
    await delay(seconds * 1000);
    const after = await askBoth(ends, "cpu");
    const elapsedMs = performance.now() - beforeMs;
    const micros =
      difference(before[0], after[0], "cpuMicros") + difference(before[1], after[1], "cpuMicros");
    // The first round is for the compiler.
    const rounds = isQuick ? QUICK_PACKET_ROUNDS : PACKET_ROUNDS;
    const few = { rounds, among: 10 };
    await packetMicros(ends, few, micros / elapsedMs);
    return {
      bytes: perEnd("residentBytes"),
      "live bytes": perEnd("liveBytes"),
      "set-up CPU µs": perEnd("cpuMicros"),
      "heartbeat CPU %": (100 * micros) / 2 / (elapsedMs * 1000),
      "packet µs": await packetMicros(ends, few, micros / elapsedMs),
      "packet µs, all": await packetMicros(ends, { rounds, among: associations }, micros / elapsedMs),
    };
  } finally {
    for (const { program } of ends) program.kill();
    await Promise.all(ends.map(({ program }) => program.ended));
  }
}

async function attempt(what: string, measure: () => Promise<Figures>): Promise<Figures> {
  try {
    const figures = await measure();
    console.log(`bench: ${what}: done`);
    return figures;
  } catch (error) {
    console.error(`bench: ${what} failed: ${error instanceof Error ? error.message : String(error)}`);
    return {};
  }
}

/** Everything about memory and scale, with up to so many associations. */
export async function measureScale(associations: number, { isQuick, runs }: Settings): Promise<Sample[]> {
  const samples = new Samples();
  const thoroughness = isQuick ? "quick" : "full";
  for (const size of SIZES.filter((size) => size <= associations)) {
    const situation = size.toLocaleString("en-US");
    // The large ones take minutes, and their figures are means over very many.
    for (let repeat = 0; repeat < (size <= 1000 ? Math.min(runs, 3) : 1); repeat += 1) {
      samples.add(
        MEMORY,
        situation,
        await attempt(`${MEMORY}, ${situation}`, () => run("memory", size, thoroughness)),
      );
      samples.add(UDP, situation, await attempt(`${UDP}, ${situation}`, () => measureUdp(size, isQuick)));
    }
  }
  const inside = await attempt("one association", () => run("inside", thoroughness));
  samples.add("one association", "65,535 streams, 16,000 messages", inside);
  return samples.list();
}
