import assert from "node:assert/strict";
import { test } from "node:test";
import { NEVER } from "../../src/base/millis.js";
import { VirtualClock } from "../../src/userland/virtual-clock.js";

test("virtual clock: timers go off in the order of their deadlines, equal ones in the order of setting", async () => {
  const clock = new VirtualClock();
  const log: string[] = [];
  const set = (at: number, name: string): void => {
    clock.setTimer(at, () => log.push(`${name}@${clock.now()}`));
  };
  set(30, "c");
  set(10, "a");
  set(20, "b1");
  set(20, "b2");
  set(20, "b3");
  await clock.advanceBy(25);
  assert.deepEqual(log, ["a@10", "b1@20", "b2@20", "b3@20"]);
  assert.equal(clock.now(), 25);
  assert.equal(clock.nextDeadline, 30);
  await clock.advanceTo(30);
  assert.deepEqual(log.slice(4), ["c@30"]);
});

test("virtual clock: a long random sequence of timers is sorted", async () => {
  const clock = new VirtualClock();
  const seen: number[] = [];
  let value = 12345;
  for (let count = 0; count < 500; count += 1) {
    value = (value * 1103515245 + 12345) % 2 ** 31;
    const at = value % 200;
    clock.setTimer(at, () => {
      assert.equal(clock.now(), at);
      seen.push(at);
    });
  }
  await clock.run();
  assert.equal(seen.length, 500);
  assert.deepEqual(
    seen,
    seen.toSorted((left, right) => left - right),
  );
});

test("virtual clock: everything settles at one deadline before the next is reached", async () => {
  const clock = new VirtualClock();
  const log: string[] = [];
  clock.setTimer(10, () => {
    log.push("timer 10");
    clock.defer(() => {
      log.push(`deferred at ${clock.now()}`);
      void Promise.resolve()
        .then(() => Promise.resolve())
        .then(() => {
          log.push(`promise at ${clock.now()}`);
          clock.defer(() => log.push(`deferred by a promise at ${clock.now()}`));
        });
    });
  });
  clock.setTimer(11, () => log.push("timer 11"));
  await clock.advanceBy(100);
  assert.deepEqual(log, [
    "timer 10",
    "deferred at 10",
    "promise at 10",
    "deferred by a promise at 10",
    "timer 11",
  ]);
});

test("virtual clock: a timer in the past goes off at once, but never inside setTimer", async () => {
  const clock = new VirtualClock(100);
  let calls = 0;
  clock.setTimer(50, () => {
    calls += 1;
  });
  assert.equal(calls, 0);
  await clock.advanceBy(0);
  assert.equal(calls, 1);
  assert.equal(clock.now(), 100);
});

test("virtual clock: cancelled timers and those that never come stay silent", async () => {
  const clock = new VirtualClock();
  const cancelled = clock.setTimer(5, () => assert.fail("cancelled"));
  clock.setTimer(NEVER, () => assert.fail("never"));
  cancelled.cancel();
  assert.equal(clock.nextDeadline, NEVER);
  await clock.run();
  assert.equal(clock.now(), 0);
});

test("virtual clock: run() stops at its limit when timers go on for ever", async () => {
  const clock = new VirtualClock();
  let ticks = 0;
  const tick = (): void => {
    ticks += 1;
    clock.setTimer(clock.now() + 10, tick);
  };
  clock.setTimer(0, tick);
  await clock.run(1000);
  assert.equal(ticks, 101);
});

test("virtual clock: until() answers as the promise does, and no later than its moment", async () => {
  const clock = new VirtualClock();
  const sleep = (ms: number): Promise<number> =>
    new Promise((resolve) => {
      clock.setTimer(clock.now() + ms, () => resolve(clock.now()));
    });
  const program = async (): Promise<number> => (await sleep(40)) + (await sleep(2));
  assert.equal(await clock.until(program()), 82);
  assert.equal(clock.now(), 42);
  await assert.rejects(clock.until(Promise.reject(new Error("no"))), /^Error: no$/);
  await assert.rejects(clock.until(new Promise(() => {})), /has not settled in 0 ms/);
  await assert.rejects(clock.until(sleep(100), 10), /has not settled/);
});

test("virtual clock: ref and unref are counted", () => {
  const clock = new VirtualClock();
  clock.ref();
  clock.ref();
  clock.unref();
  assert.equal(clock.hasRef, true);
  clock.unref();
  assert.equal(clock.hasRef, false);
});

test("virtual clock: step() goes to a deadline and runs what is deferred there, and waits for no promise", () => {
  const clock = new VirtualClock();
  const log: string[] = [];
  clock.defer(() => log.push(`before@${clock.now()}`));
  clock.setTimer(10, () => {
    log.push(`first@${clock.now()}`);
    clock.defer(() => clock.defer(() => log.push(`deferred@${clock.now()}`)));
    void Promise.resolve().then(() => log.push("promise"));
  });
  clock.setTimer(20, () => log.push(`second@${clock.now()}`));
  const lengths = [15, 15, 15].map((limitAt) => [clock.step(limitAt), log.length]);
  assert.deepEqual(lengths, [
    [true, 1],
    [true, 3],
    [false, 3],
  ]);
  assert.equal(clock.now(), 10);
  assert.deepEqual([clock.step(), clock.step()], [true, false]);
  assert.deepEqual(log, ["before@0", "first@10", "deferred@10", "second@20"]);
});
