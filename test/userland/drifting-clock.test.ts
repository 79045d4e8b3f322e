import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { NEVER } from "../../src/base/millis.js";
import { DriftingClock } from "../../src/userland/drifting-clock.js";
import { VirtualClock } from "../../src/userland/virtual-clock.js";

test("drifting clock: time passes at its rate, from its offset on", async () => {
  const clock = new VirtualClock();
  const slow = new DriftingClock(clock, 0.5, 1000);
  const went: number[] = [];
  slow.setTimer(1100, () => went.push(clock.now()));
  slow.setTimer(NEVER, () => went.push(NEVER));
  slow.setTimer(1050, () => went.push(-1)).cancel();
  assert.equal(slow.now(), 1000);
  await clock.run();
  assert.deepEqual(went, [200]);
  assert.equal(slow.now(), 1100);
  slow.ref();
  assert.equal(clock.hasRef, true);
  slow.unref();
  assert.equal(clock.hasRef, false);
  assert.throws(() => new DriftingClock(clock, 0), { code: "ERR_SCTP_OUT_OF_RANGE" });
});

test("drifting clock: however it is rounded, a timer never goes off before its time, and time never decreases", () => {
  const rates = fc.double({ min: 0.9, max: 1.1, noNaN: true });
  const offsets = fc.double({ min: -1e9, max: 1e9, noNaN: true });
  const deadlines = fc.array(fc.double({ min: 0, max: 1e7, noNaN: true }), { maxLength: 50 });
  fc.assert(
    fc.property(rates, offsets, deadlines, (rate, offsetMs, delays) => {
      const clock = new VirtualClock();
      const drifting = new DriftingClock(clock, rate, offsetMs);
      let last = drifting.now();
      let count = 0;
      for (const delay of delays) {
        const at = offsetMs + delay;
        drifting.setTimer(at, () => {
          assert.ok(drifting.now() >= at);
          assert.ok(drifting.now() >= last);
          last = drifting.now();
          count += 1;
        });
      }
      while (clock.step()) assert.ok(drifting.now() >= last);
      assert.equal(count, delays.length);
    }),
  );
});
