import { closeSync, openSync, writeFileSync, writeSync } from "node:fs";
import type { ObservedPacket } from "../../src/userland/memory-network.js";
import { formatPacket } from "../../src/wire/format-packet.js";
import { pcapOf } from "../../test/interop/pcap.js";
import { simulateDay } from "../../test/sim/day.js";
import { simulate } from "../../test/sim/simulation.js";
import { runSwarm, SwarmError } from "../../test/sim/swarm/swarm.js";
import type { SwarmWatcher } from "../../test/sim/swarm/swarm-world.js";

/** What can be simulated. */
export const WORKLOADS = ["swarm", "exchange", "day"] as const;
/** One of {@link WORKLOADS}. */
export type Workload = (typeof WORKLOADS)[number];

/** How often each side of a day's association sends a message, in milliseconds of virtual time. */
const DAY_MESSAGE_EVERY_MS = 2000;

/** One seed to run. */
export interface Job {
  readonly workload: Workload;
  readonly seed: number;
  readonly messages: number;
  readonly traceFile: string | undefined;
  readonly pcapFile: string | undefined;
}

/** What has come of it. */
export interface Outcome {
  /** What the run was like. */
  readonly text: string;
  /** Why it failed. */
  readonly problem?: string;
}

/** Runs one seed. */
export async function runJob(job: Job): Promise<Outcome> {
  const packets: ObservedPacket[] = [];
  const file = job.traceFile === undefined ? undefined : openSync(job.traceFile, "w");
  const watcher: SwarmWatcher = {
    ...(file === undefined
      ? {}
      : { onEvent: (at, text) => writeSync(file, `${at.toFixed(3)} ms ${text}\n`) }),
    ...(file === undefined && job.pcapFile === undefined
      ? {}
      : {
          onPacket: (packet) => {
            if (job.pcapFile !== undefined) packets.push(packet);
            if (file !== undefined) writeSync(file, describePacket(packet));
          },
        }),
  };
  try {
    return { text: await run(job, watcher) };
  } catch (error) {
    return { text: "", problem: reasonOf(error) };
  } finally {
    if (file !== undefined) closeSync(file);
    if (job.pcapFile !== undefined) writeFileSync(job.pcapFile, pcapOf(packets));
  }
}

async function run({ workload, seed, messages }: Job, watcher: SwarmWatcher): Promise<string> {
  if (workload === "swarm") {
    const { associations, delivered, failed, lost, packets, virtualMs, digest } = runSwarm(seed, watcher);
    return (
      `${associations} sides of associations, ${delivered} messages delivered, ${failed} reported, ${lost} lost in ` +
      `crashes and closes, ${packets} packets, ${seconds(virtualMs)} of virtual time, digest ${digest}`
    );
  }
  const { onPacket } = watcher;
  if (workload === "day") {
    const day = simulateDay(seed, DAY_MESSAGE_EVERY_MS, onPacket);
    return (
      `the association has lived ${seconds(day.livedMs)}; ${day.messages} messages, each delivered once and in its ` +
      `turn; ${day.packets} packets, ${day.lostPackets} of them lost`
    );
  }
  const result = await simulate({ seed, messages, ...(onPacket === undefined ? {} : { onPacket }) });
  const { lengthBytes, partlyDelivered, packets, virtualMs, traceHash } = result;
  return (
    `${result.messages} messages (${partlyDelivered} in pieces), ${(lengthBytes / 1e6).toFixed(1)} MB, ` +
    `${packets} packets, ${seconds(virtualMs)} of virtual time, trace ${traceHash.slice(0, 16)}`
  );
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function describePacket({ at, source, destination, bytes, fate }: ObservedPacket): string {
  const heading = `${at.toFixed(3)} ms ${source.text} > ${destination.text} ${fate}, ${bytes.length} bytes`;
  return `${heading}\n${formatPacket(bytes).replaceAll(/^/gm, "  ")}\n`;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // The stack of what was wrong, below the line that says when.
  if (error instanceof SwarmError) return `${error.message}\n${stackOf(error.cause)}`;
  return error.cause === undefined ? stackOf(error) : `${error.message}: ${reasonOf(error.cause)}`;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
