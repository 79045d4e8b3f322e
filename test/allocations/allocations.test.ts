import assert from "node:assert/strict";
import { test } from "node:test";
import { complaintsAbout, countAllocations, expectedAllocations } from "./allocations.js";

test("a message allocates no more than it did (npm run allocations -- --update, when it has a reason to)", (t) => {
  const expected = expectedAllocations();
  if (expected === undefined) {
    t.skip(`nobody has counted with Node ${process.version} yet`);
    return;
  }
  assert.deepEqual(complaintsAbout(countAllocations(), expected), []);
});

test("a rise by more than 5 % is named, objects and buffers apart", () => {
  const expected = { "64 B": { heap: 100, buffers: 200 } };
  assert.deepEqual(complaintsAbout({ "64 B": { heap: 105, buffers: 210 } }, expected), []);
  assert.deepEqual(complaintsAbout({ "64 B": { heap: 106, buffers: 100 } }, expected), [
    "64 B, objects: 106 bytes a message, not 100",
  ]);
  assert.deepEqual(complaintsAbout({ "64 B": { heap: 10, buffers: 211 } }, expected), [
    "64 B, buffers: 211 bytes a message, not 200",
  ]);
  assert.deepEqual(complaintsAbout({}, expected), ["64 B: not counted"]);
});
