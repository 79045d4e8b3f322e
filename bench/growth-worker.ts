/**
 * Measures the growth in a thread of its own, which main.ts starts with a large young generation.
 *
 * @module
 */

import { parentPort, workerData } from "node:worker_threads";
import { measureGrowth } from "./growth.js";

parentPort?.postMessage(await measureGrowth(workerData === "quick"));
