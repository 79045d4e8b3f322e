/**
 * The growth, measured in a thread whose young generation holds the longest queue. In the usual one, messages that wait
 * long enough to be copied to the old generation cost more than those that do not, and the table would show the size of
 * the young generation and not the work.
 *
 * @module
 */

import { Worker } from "node:worker_threads";
import type { Sample } from "./results.js";

const YOUNG_GENERATION_MIB = 512;

/** Measures every kind of growth. */
export function measureGrowthInWorker(isQuick: boolean): Promise<Sample[]> {
  const worker = new Worker(new URL("./growth-worker.js", import.meta.url), {
    workerData: isQuick ? "quick" : "full",
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MIB, maxOldGenerationSizeMb: 4096 },
  });
  return new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}
