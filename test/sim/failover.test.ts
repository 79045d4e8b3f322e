import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { measureFailover, TELECOM_PROFILE } from "./failover.js";

/** RFC 9260 alone: the threshold of RFC 7829 is where the path is given up anyway. */
const WITHOUT_POTENTIALLY_FAILED = {
  ...TELECOM_PROFILE,
  potentiallyFailedMaxRetrans: TELECOM_PROFILE.pathMaxRetrans,
};
const AT_FIRST_TIMEOUT = { ...TELECOM_PROFILE, potentiallyFailedMaxRetrans: 0 };

for (const sendingSide of ["client", "server"] as const) {
  describe(`the primary path dies and comes back while the ${sendingSide} sends, round trips of 20 ms`, () => {
    test("RFC 9260 §8.2, §6.4.1: messages are less than 1 s late, none is lost, the primary is used again", async (t) => {
      const report = await measureFailover(sendingSide, WITHOUT_POTENTIALLY_FAILED);
      t.diagnostic(JSON.stringify(report));
      assert.ok(report.longestDelayMs < 1000);
      assert.equal(report.primaryShareAtEnd, 1);
    });

    test("RFC 7829 §3.2: with the threshold 0 they are less than 300 ms late", async (t) => {
      const report = await measureFailover(sendingSide, AT_FIRST_TIMEOUT);
      t.diagnostic(JSON.stringify(report));
      assert.ok(report.longestDelayMs < 300);
      assert.equal(report.primaryShareAtEnd, 1);
    });
  });
}
