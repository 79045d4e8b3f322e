import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { NEVER, type Millis } from "../../src/base/millis.js";
import { Timer, TimerTable } from "../../src/stack/timer-table.js";

/** What is done to one of a few timers; moments lie `afterMs` ahead, and only "pass" moves on. */
interface Step {
  readonly what: "set" | "set if stopped" | "stop" | "suspend" | "pass";
  readonly timer: number;
  readonly afterMs: number;
}

const TIMERS = 6;
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    what: fc.constantFrom<Step["what"]>("set", "set if stopped", "stop", "suspend", "pass"),
    timer: fc.nat(TIMERS - 1),
    afterMs: fc.nat(20),
  }),
  { maxLength: 80 },
);

/** Answers the deadline that the timer has then. */
function apply({ what, afterMs }: Step, table: TimerTable, timer: Timer, now: Millis): Millis {
  if (what === "set") table.set(timer, now + afterMs);
  else if (what === "set if stopped") table.setIfStopped(timer, now + afterMs);
  else if (what === "stop") table.stop(timer);
  else table.suspend(timer);
  return timer.deadline;
}

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
          deadlines[step.timer] = apply(step, table, timers[step.timer] as Timer, now);
        }
        assert.equal(table.nextDeadline(), Math.min(...deadlines));
      }
    }),
  );
});
