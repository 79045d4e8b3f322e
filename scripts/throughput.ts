/**
 * `npm run throughput`: writes docs/throughput.md, what the stack reaches in the simulation by loss, delay and receive
 * buffer. The figures are the same on every machine; `npm test` compares them, so that a change of congestion control,
 * of loss recovery or of acknowledgement shows as a difference of that file.
 *
 * @module
 */

import { writeFileSync } from "node:fs";
import { throughputTable } from "../test/sim/throughput.js";

/** Seen from the compiled script. */
const FILE = new URL("../../docs/throughput.md", import.meta.url);

const table = await throughputTable();
writeFileSync(FILE, table);
console.log(table);
