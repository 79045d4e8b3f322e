import nodeAssert from "node:assert/strict";
import { test } from "node:test";
import { AssertionError, assert, unreachable } from "../../src/base/assert.js";
import { NEVER } from "../../src/base/millis.js";

test("what must hold and does costs nothing; what does not is an AssertionError with the rule as its message", () => {
  assert(true, "This holds.");
  nodeAssert.throws(
    () => assert(false, "This holds."),
    (error) =>
      error instanceof AssertionError && error.name === "AssertionError" && error.message === "This holds.",
  );
});

test("a case that does not exist names itself", () => {
  nodeAssert.throws(() => unreachable("COOKIE" as never), /COOKIE/);
});

test("the time that never comes is later than every other", () => {
  nodeAssert.ok(NEVER > Number.MAX_VALUE);
});
