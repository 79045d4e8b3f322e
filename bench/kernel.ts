/**
 * `npm run bench:kernel`: what the kernel provider costs beside a plain C program; prints the tables, and writes
 * nothing. `npm run bench -- kernel` writes them into the page.
 *
 *   --quick         one short run of each kind: to see that it works, not how fast it is
 *   --runs R        how many runs of each kind, of which the median is printed (default 5)
 *   --markdown      prints Markdown tables
 *
 * @module
 */

import { parseArgs } from "node:util";
import { killAllKernels } from "../test/kernel/uml/run-in-kernel.js";
import { measureKernel } from "./kernel-section.js";
import { formatTable } from "./table.js";
import { kernelTables } from "./tables.js";

const DEFAULT_RUNS = 5;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      quick: { type: "boolean", default: false },
      runs: { type: "string" },
      markdown: { type: "boolean", default: false },
    },
  });
  const runs = Number(values.runs ?? (values.quick ? 1 : DEFAULT_RUNS));
  if (!(runs >= 1)) throw new Error(`--runs takes a number above 0, not ${values.runs}`);
  const { samples, place } = await measureKernel(runs, values.quick);
  const section = { measured: "", machine: place, settings: "", names: {}, samples };
  for (const table of kernelTables(section)) console.log(`\n${formatTable(table, values.markdown)}`);
}

process.on("exit", killAllKernels);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(1));

try {
  await main();
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
