/**
 * What a process uses.
 *
 * @module
 */

import { setImmediate as nextTurn } from "node:timers/promises";

/** Memory in bytes, CPU time in microseconds. */
export interface Usage {
  /** What the system has given the process. */
  readonly residentBytes: number;
  /** What is reachable: objects and buffers. */
  readonly liveBytes: number;
  readonly cpuMicros: number;
}

/** After garbage collection; the process needs `--expose-gc`. */
export async function usageAfterCollection(): Promise<Usage> {
  for (let round = 0; round < 3; round += 1) {
    globalThis.gc?.();
    await nextTurn();
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { residentBytes: rss, liveBytes: heapUsed + external, cpuMicros: cpuMicros() };
}

/** CPU time of this process so far. */
export function cpuMicros(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** One line of JSON, which the bench reads. */
export function print(figures: Readonly<Record<string, number>>): void {
  console.log(JSON.stringify(figures));
}
