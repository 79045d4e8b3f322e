/**
 * Two processes with many associations between them, in both directions; one of them is killed and started again, and
 * again. What the survivor is told is counted, and so is what is left in the end.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { freeUdpPorts } from "../support/free-udp-ports.js";
import { Program } from "../support/program.js";

/** How much chaos. */
export interface ChaosOptions {
  /** Half of them begin at the survivor, half at the other process. */
  readonly associations: number;
  readonly kills: number;
  /** Is told what happens. */
  readonly log: (line: string) => void;
}

/** What the survivor was told after one kill. */
export interface LossReport {
  /** Messages that it had handed over after the kill: one for each association. */
  readonly marked: number;
  /** How many of these came back as SEND_FAILED. */
  readonly failed: number;
  /** Associations whose end it was told of (COMM_LOST). */
  readonly lost: number;
  /** Associations whose peer began anew under them (RESTART). */
  readonly restarted: number;
}

/** What a process still has when it has closed everything. */
export interface Remains {
  /** File descriptors beyond those that it had at first; 0 where the system does not tell. */
  readonly descriptors: number;
  /** Timers of the stack that were set and neither went off nor were taken back. */
  readonly timers: number;
  /** What keeps the event loop going, by name. */
  readonly resources: readonly string[];
}

/** Everything that was seen. */
export interface ChaosReport {
  readonly losses: readonly LossReport[];
  readonly survivor: Remains;
  readonly victim: Remains;
}

/** Far more than a slow machine takes to bring a thousand associations up. */
const UP_LIMIT_MS = 120_000;
const END_LIMIT_MS = 120_000;

/** Runs it. @throws Error when a process fails, or does not get as far as it should in time */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { associations, kills, log } = options;
  const [survivorPort = 0, victimPort = 0] = await freeUdpPorts(2);
  const self = fileURLToPath(new URL("chaos-peer.js", import.meta.url));
  const start = (role: string, own: number, other: number): Program =>
    new Program(process.execPath, [self, role, String(own), String(other), String(associations / 2)]);
  const survivor = start("survivor", survivorPort, victimPort);
  let victim = start("victim", victimPort, survivorPort);
  const losses: LossReport[] = [];
  try {
    await survivor.waitForOutput(/^up 0$/m, UP_LIMIT_MS);
    for (let round = 1; round <= kills; round += 1) {
      victim.kill();
      await victim.ended;
      survivor.write(`mark ${round}\n`);
      await survivor.waitForOutput(new RegExp(`^marked ${round}$`, "m"), UP_LIMIT_MS);
      victim = start("victim", victimPort, survivorPort);
      const began = performance.now();
      const line = await survivor.waitForOutput(new RegExp(`^up ${round} (.*)$`, "m"), UP_LIMIT_MS);
      const loss = JSON.parse(line[1] as string) as LossReport;
      losses.push(loss);
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      log(
        `kill ${round}: ${loss.lost} COMM_LOST and ${loss.restarted} RESTART for ${associations} associations, ` +
          `${loss.failed} SEND_FAILED for ${loss.marked} messages; all up again after ${seconds} s`,
      );
    }
    return { losses, survivor: await endOf(survivor), victim: await endOf(victim) };
  } finally {
    for (const program of [survivor, victim]) program.kill();
    await Promise.all([survivor.ended, victim.ended]);
  }
}

/** Has a process close everything, and waits until it has ended by itself. */
async function endOf(program: Program): Promise<Remains> {
  program.write("end\n");
  program.endInput();
  const line = await program.waitForOutput(/^remains (.*)$/m, END_LIMIT_MS);
  const { status } = await program.waitForEnd(END_LIMIT_MS);
  if (status !== 0) throw new Error(`${program.name} ended with status ${status}: ${program.tail()}`);
  return JSON.parse(line[1] as string) as Remains;
}

/** What is not as it should be; empty when all is. */
export function complaintsAbout(report: ChaosReport, { associations }: ChaosOptions): string[] {
  const complaints: string[] = [];
  for (const [index, { marked, failed, lost, restarted }] of report.losses.entries()) {
    if (marked !== associations) complaints.push(`kill ${index + 1}: ${marked} associations were up`);
    if (failed !== marked) complaints.push(`kill ${index + 1}: ${failed} of ${marked} messages came back`);
    if (lost + restarted !== marked) {
      complaints.push(`kill ${index + 1}: ${lost} COMM_LOST and ${restarted} RESTART are not ${marked}`);
    }
  }
  for (const [name, { descriptors, timers, resources }] of Object.entries({
    survivor: report.survivor,
    victim: report.victim,
  })) {
    if (descriptors !== 0) complaints.push(`the ${name} has ${descriptors} descriptors left`);
    if (timers !== 0) complaints.push(`the ${name} has ${timers} timers left`);
    if (resources.length > 0) complaints.push(`the ${name} is kept alive by ${resources.join(", ")}`);
  }
  return complaints;
}
