/**
 * `npm run allocations` counts what a message allocates; with `--update` the numbers become those that `npm test`
 * compares with.
 *
 * @module
 */

import {
  complaintsAbout,
  countAllocations,
  expectedAllocations,
  writeExpectedAllocations,
} from "./allocations.js";

const counted = countAllocations();
const expected = expectedAllocations();
for (const [name, { heap, buffers }] of Object.entries(counted)) {
  const before = expected?.[name];
  const was = before === undefined ? "" : ` (expected: ${before.heap} + ${before.buffers})`;
  console.log(`${name}: ${heap} bytes of objects + ${buffers} of buffers a message${was}`);
}
if (process.argv.includes("--update")) writeExpectedAllocations(counted);
else if (expected !== undefined && complaintsAbout(counted, expected).length > 0) process.exitCode = 1;
