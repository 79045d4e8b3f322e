import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { NEVER, type Millis } from "../../src/base/millis.js";
import { Timer, TimerTable } from "../../src/stack/timer-table.js";

/** What is done to one of a few timers, in whole milliseconds from a moment on that only moves forward. */
type Step =
  | { readonly what: "set" | "set if stopped"; readonly timer: number; readonly afterMs: number }
  | { readonly what: "stop" | "suspend"; readonly timer: number }
  | { readonly what: "pass"; readonly afterMs: number };

const TIMERS = 6;
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({
      what: fc.constantFrom<"set" | "set if stopped">("set", "set if stopped"),
      timer: fc.nat(TIMERS - 1),
      afterMs: fc.nat(20),
    }),
    fc.record({
      what: fc.constantFrom<"stop" | "suspend">("stop", "suspend"),
      timer: fc.nat(TIMERS - 1),
    }),
    fc.record({ what: fc.constant<"pass">("pass"), afterMs: fc.nat(10) }),
  ),
  { maxLength: 80 },
);

test("timer table: whatever is started, moved, stopped and suspended, what is due expires, and nothing else", () => {
  fc.assert(
    fc.property(steps, (done) => {
      const table = new TimerTable();
      const owner = { handleTimer: () => undefined };
      const timers = Array.from({ length: TIMERS }, () => new Timer("HB.interval", owner));
      const deadlines = timers.map(() => NEVER);
      let now: Millis = 0;
      for (const step of done) {
        if (step.what === "pass") {
          now += step.afterMs;
          const due = deadlines.filter((deadline) => deadline <= now).sort((left, right) => left - right);
          for (const deadline of due) {
            const expired = table.takeExpired(now);
            const index = expired === undefined ? -1 : timers.indexOf(expired);
            assert.equal(deadlines[index], deadline);
            deadlines[index] = NEVER;
          }
          assert.equal(table.takeExpired(now), undefined);
        } else {
          const timer = timers[step.timer] as Timer;
          if (step.what === "stop" || step.what === "suspend") {
            table[step.what](timer);
            deadlines[step.timer] = NEVER;
          } else if (step.what === "set" || deadlines[step.timer] === NEVER) {
            table.set(timer, now + step.afterMs);
            deadlines[step.timer] = now + step.afterMs;
          } else {
            table.setIfStopped(timer, now + step.afterMs);
          }
        }
        assert.equal(table.nextDeadline(), Math.min(...deadlines));
      }
    }),
  );
});
