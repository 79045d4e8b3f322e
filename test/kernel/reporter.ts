/**
 * One plain line for each test as it ends, and one with the counts: what the programs inside the kernel print.
 *
 * @module
 */

import { inspect } from "node:util";
import type { TestEvent } from "node:test/reporters";

/** Node's own counts, which come as diagnostics of the whole run. */
const SUMMARY = /^(?:tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) [\d.]+$/;

/** What comes of the tests of one program, or of several. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** The last line of a report. */
export function countsLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** The counts in a report, or `undefined` when it was cut off. */
export function countsIn(report: string): Counts | undefined {
  const [, passed, failed, skipped] =
    [...report.matchAll(/^(\d+) passed, (\d+) failed, (\d+) skipped$/gm)].at(-1) ?? [];
  if (passed === undefined) return undefined;
  return { passed: Number(passed), failed: Number(failed), skipped: Number(skipped) };
}

/** What went wrong, indented below the test's line. */
function reasonOf(error: Error & { cause?: unknown }): string {
  // node:test wraps what the test threw.
  const text = inspect(error.cause ?? error, { depth: 3, colors: false });
  return text.replaceAll(/^/gm, "       ");
}

/** Whether a suite failed because of tests in it, and not because of its own `before` or `after`. */
function isOfItsTests(error: Error & { failureType?: unknown }): boolean {
  return error.failureType === "subtestsFailed";
}

// oxlint-disable-next-line import/no-default-export -- `node --test-reporter=FILE` takes what a file exports by default
export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  // The names of the suites around the test that is being reported.
  const names: string[] = [];
  for await (const { type, data } of events) {
    if (type === "test:start") {
      names.length = data.nesting;
      names.push(data.name);
    } else if (type === "test:diagnostic") {
      if (!SUMMARY.test(data.message)) yield `       ${data.message}\n`;
    } else if (type === "test:pass" || type === "test:fail") {
      const name = [...names.slice(0, data.nesting), data.name].join(" › ");
      const seconds = (data.details.duration_ms / 1000).toFixed(1);
      const isSuite = data.details.type === "suite";
      if (type === "test:fail") {
        // Its tests have been reported, one by one.
        if (isSuite && isOfItsTests(data.details.error)) continue;
        counts.failed += 1;
        yield `FAIL ${name} (${seconds} s)\n${reasonOf(data.details.error)}\n`;
      } else if (data.skip !== undefined && data.skip !== false) {
        counts.skipped += 1;
        yield `skip ${name}: ${data.skip === true ? "no reason given" : data.skip}\n`;
      } else if (!isSuite) {
        counts.passed += 1;
        yield `ok   ${name} (${seconds} s)\n`;
      }
    }
  }
  yield `${countsLine(counts)}\n`;
}
