import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { SystemClock } from "../../src/userland/system-clock.js";

test("system clock: a timer never goes off before its time, and not inside setTimer", async () => {
  const clock = new SystemClock();
  clock.ref();
  const at = clock.now() + 3.5;
  const wentOffAt = await new Promise<number>((resolve) => {
    let inside = true;
    clock.setTimer(at, () => {
      assert.equal(inside, false);
      resolve(clock.now());
    });
    inside = false;
  });
  clock.unref();
  assert.ok(wentOffAt >= at);
});

test("system clock: a cancelled timer stays silent, deferred callbacks keep their order", async () => {
  const clock = new SystemClock();
  clock.ref();
  const log: string[] = [];
  clock.setTimer(clock.now(), () => log.push("cancelled")).cancel();
  await new Promise<void>((resolve) => {
    clock.defer(() => log.push("first"));
    clock.defer(() => log.push("second"));
    // Set from a deferred callback, the timer cannot go off before those in front of it.
    clock.defer(() => clock.setTimer(clock.now() + 5, resolve));
    log.push("now");
  });
  clock.unref();
  assert.deepEqual(log, ["now", "first", "second"]);
});

test("system clock: only ref() keeps the process alive", () => {
  const module = new URL("../../src/userland/system-clock.js", import.meta.url).href;
  const program = (lines: string): string[] => [
    "--input-type=module",
    "--eval",
    `import { SystemClock } from ${JSON.stringify(module)}; const clock = new SystemClock(); ${lines}`,
  ];
  const idle = spawnSync(process.execPath, program("clock.setTimer(clock.now() + 600_000, () => {});"), {
    encoding: "utf8",
    timeout: 60_000,
  });
  assert.equal(idle.status, 0);
  const alive = spawnSync(
    process.execPath,
    program(
      'clock.ref(); clock.setTimer(clock.now() + 20, () => { console.log("went off"); clock.unref(); });',
    ),
    { encoding: "utf8", timeout: 60_000 },
  );
  assert.equal(alive.status, 0);
  assert.equal(alive.stdout, "went off\n");
});
