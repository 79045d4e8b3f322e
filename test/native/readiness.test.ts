import assert from "node:assert/strict";
import { test } from "node:test";
import { AWAKE_MICROSECONDS_MAX, loadAddon, READABLE, WRITABLE, type Addon } from "../../src/native/addon.js";
import { Watch, watchOf } from "../../src/native/watch.js";
import { runProgram } from "./environment.js";
import { describeAddon } from "./with-addon.js";

/** An addon that only notes how it is held, and tells of readiness when it is asked to. */
class NotedAddon {
  readonly holds: boolean[] = [];
  tell: (id: number, events: number) => void = () => {};

  onReady(callback: (id: number, events: number) => void): number {
    this.tell = callback;
    return 0;
  }

  hold(isHeld: boolean): number {
    this.holds.push(isHeld);
    return 0;
  }
}

function notedWatch(): { noted: NotedAddon; watch: Watch } {
  const noted = new NotedAddon();
  return { noted, watch: new Watch(noted as unknown as Addon) };
}

test("a watch tells each socket's owner of its own socket", () => {
  const { noted, watch } = notedWatch();
  const told: string[] = [];
  watch.watch(1, (events) => told.push(`one ${events}`));
  watch.watch(2, (events) => told.push(`two ${events}`));
  noted.tell(2, WRITABLE);
  noted.tell(1, READABLE);
  watch.watch(1, (events) => told.push(`another ${events}`));
  noted.tell(1, READABLE | WRITABLE);
  watch.unwatch(2);
  noted.tell(2, READABLE);
  noted.tell(3, READABLE);
  assert.deepEqual(told, ["two 2", "one 1", "another 3"]);
});

test("several holds on the event loop need as many releases", () => {
  const { noted, watch } = notedWatch();
  watch.hold();
  watch.hold();
  watch.release();
  assert.deepEqual(noted.holds, [true]);
  watch.release();
  assert.deepEqual(noted.holds, [true, false]);
  assert.throws(() => watch.release(), /released once/);
  watch.hold();
  assert.deepEqual(noted.holds, [true, false, true]);
});

test("there is one watch for one addon", () => {
  const addon = loadAddon();
  if ("reason" in addon) return;
  assert.equal(watchOf(addon), watchOf(addon));
});

describeAddon("readiness", (platform) => {
  const { addon } = platform;
  const watch = watchOf(addon);
  const out = new Int32Array(3);

  /** Tells of the socket until the collector has enough. */
  const collect = (
    id: number,
    events: number,
    isEnough: (told: readonly number[]) => boolean,
  ): Promise<number[]> =>
    new Promise((resolve) => {
      const told: number[] = [];
      watch.hold();
      watch.watch(id, (ready) => {
        told.push(ready);
        if (!isEnough(told)) return;
        watch.unwatch(id);
        watch.release();
        platform.ok(addon.poll(id, 0));
        resolve(told);
      });
      platform.ok(addon.poll(id, events));
    });

  test("is told for what was asked, each turn anew as long as it lasts", async () => {
    const { id, name } = platform.udp("127.0.0.1");
    assert.deepEqual(await collect(id, READABLE | WRITABLE, (told) => told.length === 3), [2, 2, 2]);
    platform.ok(addon.sendmsg(id, new Uint8Array(1), name, undefined, 0));
    assert.deepEqual(await collect(id, READABLE, (told) => told.length === 2), [1, 1]);
    assert.deepEqual(await collect(id, READABLE | WRITABLE, (told) => told.length === 2), [3, 3]);
    platform.ok(addon.recvmsg(id, new Uint8Array(1), undefined, undefined, 0, out));
    assert.deepEqual(await collect(id, READABLE | WRITABLE, (told) => told.length === 1), [2]);
    platform.ok(addon.close(id));
  });

  test("is no longer told once polling is stopped, and is again when it is resumed", async () => {
    const [stopped, other] = [platform.udp("127.0.0.1").id, platform.udp("127.0.0.1").id];
    const told: number[] = [];
    watch.watch(stopped, (events) => told.push(events));
    platform.ok(addon.poll(stopped, WRITABLE));
    platform.ok(addon.poll(stopped, WRITABLE));
    platform.ok(addon.poll(stopped, 0));
    platform.ok(addon.poll(stopped, 0));
    // The other's readiness shows that turns of the loop have gone by.
    await collect(other, WRITABLE, (rounds) => rounds.length === 3);
    assert.deepEqual(told, []);
    assert.deepEqual(await collect(stopped, WRITABLE, (rounds) => rounds.length === 1), [WRITABLE]);
    for (const id of [stopped, other]) platform.ok(addon.close(id));
  });

  test("of an error is told once, until it is asked for again", async () => {
    const [nobody, client] = [platform.udp("127.0.0.1"), platform.udp("127.0.0.1")];
    platform.ok(addon.close(nobody.id));
    platform.setOption(client.id, "IPPROTO_IP", "IP_RECVERR", 1);
    platform.ok(addon.sendmsg(client.id, new Uint8Array(1), nobody.name, undefined, 0));
    const told: number[] = [];
    watch.watch(client.id, (events) => told.push(events));
    platform.ok(addon.poll(client.id, READABLE));
    const other = platform.udp("127.0.0.1").id;
    // On a busy machine the refusal comes after the datagram has left. The turns that follow bring nothing more.
    const turns = async (times: number): Promise<void> => {
      while (told.length < times) await collect(other, WRITABLE, (rounds) => rounds.length === 1);
      await collect(other, WRITABLE, (rounds) => rounds.length === 3);
    };
    await turns(1);
    assert.deepEqual(told, [READABLE | WRITABLE]);
    platform.ok(addon.poll(client.id, READABLE));
    await turns(2);
    assert.deepEqual(told, [READABLE | WRITABLE, READABLE | WRITABLE], "the error is still there");
    watch.unwatch(client.id);
    for (const id of [client.id, other]) platform.ok(addon.close(id));
  });

  test("may close the socket it is about, and others that are ready too", async () => {
    const ids = Array.from({ length: 50 }, () => platform.udp("127.0.0.1").id);
    const told: number[] = [];
    await new Promise<void>((resolve) => {
      watch.hold();
      for (const id of ids) {
        watch.watch(id, () => {
          told.push(id);
          for (const each of ids) addon.close(each);
          watch.release();
          resolve();
        });
        platform.ok(addon.poll(id, WRITABLE));
      }
    });
    const after = platform.udp("127.0.0.1").id;
    await collect(after, WRITABLE, (rounds) => rounds.length === 3);
    assert.equal(told.length, 1, "none is told after it was closed");
    assert.ok(told.every((id) => addon.close(id) === platform.failure("EBADF")));
    for (const id of ids) watch.unwatch(id);
    platform.ok(addon.close(after));
  });

  test("belongs to the new socket when a descriptor is given again", async () => {
    const told: string[] = [];
    const old = platform.udp("127.0.0.1").id;
    watch.watch(old, () => told.push("old"));
    platform.ok(addon.poll(old, WRITABLE));
    platform.ok(addon.close(old));
    const next = platform.udp("127.0.0.1").id;
    assert.deepEqual(await collect(next, WRITABLE, (rounds) => rounds.length === 3), [2, 2, 2]);
    assert.deepEqual(told, []);
    watch.unwatch(old);
    platform.ok(addon.close(next));
  });

  test("is told as ever by an event loop that stays awake", async () => {
    const { id, name } = platform.udp("127.0.0.1");
    platform.ok(addon.stayAwake(AWAKE_MICROSECONDS_MAX));
    setTimeout(() => addon.sendmsg(id, new Uint8Array(1), name, undefined, 0), 1);
    assert.deepEqual(await collect(id, READABLE, (told) => told.length === 2), [1, 1]);
    assert.deepEqual(await collect(id, WRITABLE, (told) => told.length === 2), [2, 2]);
    platform.ok(addon.stayAwake(0));
    platform.ok(addon.close(id));
  });

  test("may not be waited for without sleep for longer than a second", () => {
    for (const microseconds of [-1, AWAKE_MICROSECONDS_MAX + 1, 0.5, 2 ** 31]) {
      assert.equal(platform.codeOf(addon.stayAwake(microseconds)), "EINVAL");
    }
  });

  test("asks for events that exist", () => {
    const { id } = platform.udp("127.0.0.1");
    for (const events of [4, 8, -1, 2 ** 31 - 1])
      assert.equal(platform.codeOf(addon.poll(id, events)), "EINVAL");
    platform.ok(addon.close(id));
  });
});

describeAddon("readiness in a program of its own", () => {
  test("a polled socket does not hold the event loop, a hold does, until it is given up", () => {
    const program = `
      addon.onReady((id) => { console.log("ready"); addon.poll(id, 0); addon.hold(false); });
      addon.poll(udp(), 2);
      addon.hold(true);
      process.on("exit", () => console.log("ended"));`;
    assert.deepEqual(runProgram(program), { status: 0, output: ["ready", "ended"] });
    const unheld = program.replace("addon.hold(true);", "");
    assert.deepEqual(runProgram(unheld), { status: 0, output: ["ended"] });
  });

  test("nobody to tell: polling is refused", () => {
    const program = `console.log(addon.poll(udp(), 2) === -addon.errnos.EINVAL)`;
    assert.deepEqual(runProgram(program), { status: 0, output: ["true"] });
  });

  test("what a callback throws is an uncaught exception, and the next event is told all the same", () => {
    const program = `
      let count = 0;
      addon.onReady((id) => {
        count += 1;
        if (count < 3) throw new Error("number " + count);
        addon.hold(false);
        addon.poll(id, 0);
      });
      process.on("uncaughtException", (error) => console.log("uncaught", error.message));
      addon.hold(true);
      addon.poll(udp(), 2);`;
    const expected = { status: 0, output: ["uncaught number 1", "uncaught number 2"] };
    assert.deepEqual(runProgram(program), expected);
  });

  test("nobody catches it: the process ends with its message", () => {
    const program = `
      addon.onReady(() => { throw new Error("nobody catches me"); });
      addon.hold(true);
      addon.poll(udp(), 2);`;
    const { status, output } = runProgram(program);
    assert.equal(status, 1);
    assert.ok(
      output.some((line) => line.includes("Error: nobody catches me")),
      output.join("\n"),
    );
  });

  test("promises and ticks of a callback run before the next callback", () => {
    const program = `
      const ids = [udp(), udp()];
      let open = ids.length;
      addon.onReady((id) => {
        console.log("told");
        addon.close(id);
        open -= 1;
        if (open === 0) addon.hold(false);
        process.nextTick(() => console.log("tick"));
        Promise.resolve().then(() => console.log("promise"));
      });
      addon.hold(true);
      for (const id of ids) addon.poll(id, 2);`;
    const { status, output } = runProgram(program);
    assert.equal(status, 0);
    assert.deepEqual(output, ["told", "tick", "promise", "told", "tick", "promise"]);
  });

  test("process.exit inside a callback ends the process", () => {
    const program = `
      addon.onReady(() => process.exit(7));
      addon.hold(true);
      for (let count = 0; count < 10; count += 1) addon.poll(udp(), 2);`;
    assert.deepEqual(runProgram(program), { status: 7, output: [] });
  });
});

describeAddon("an event loop that stays awake", () => {
  /** How long a program's event loop sleeps, in milliseconds, while it waits 100 ms for a timer, and what it waits. */
  function sleepOf(statements: string): { readonly sleptMs: number; readonly waitedMs: number } {
    const { status, output } = runProgram(`
      const { nodeTiming } = performance;
      setTimeout(() => {
        const before = [nodeTiming.idleTime, performance.now()];
        ${statements}
        setTimeout(() => {
          console.log(nodeTiming.idleTime - before[0], performance.now() - before[1]);
        }, 100);
      }, 1);`);
    assert.equal(status, 0, output.join("\n"));
    const [sleptMs = Number.NaN, waitedMs = Number.NaN] = output.join().split(" ").map(Number);
    return { sleptMs, waitedMs };
  }

  test("does not sleep until the time is up, and timers come when they are due", () => {
    const { sleptMs, waitedMs } = sleepOf("addon.stayAwake(1_000_000);");
    assert.ok(sleptMs < 50, `it has slept for ${sleptMs} ms`);
    assert.ok(waitedMs < 500, `the timer came after ${waitedMs} ms`);
  });

  test("sleeps again when the time is up", () => {
    const { sleptMs, waitedMs } = sleepOf("addon.stayAwake(20_000);");
    assert.ok(sleptMs > 30, `it has slept for ${sleptMs} ms`);
    assert.ok(waitedMs - sleptMs > 19, `it has been awake for ${waitedMs - sleptMs} ms`);
  });

  test("of several times that were asked for the longest counts, and none ends it", () => {
    const longest = sleepOf("addon.stayAwake(1_000_000); addon.stayAwake(1);");
    assert.ok(longest.sleptMs < 50, `it has slept for ${longest.sleptMs} ms`);
    const none = sleepOf("addon.stayAwake(1_000_000); addon.stayAwake(0);");
    assert.ok(none.sleptMs > 50, `it has slept for ${none.sleptMs} ms`);
  });

  test("is not held by that", () => {
    const program = `
      const start = performance.now();
      addon.stayAwake(1_000_000);
      process.on("exit", () => console.log(performance.now() - start < 500));`;
    assert.deepEqual(runProgram(program), { status: 0, output: ["true"] });
  });

  test("has deferred callbacks, and what other threads have done, as early as ever", () => {
    const program = `
      const { randomBytes } = await import("node:crypto");
      const start = performance.now();
      addon.hold(true);
      addon.stayAwake(1_000_000);
      setImmediate(() => setImmediate(() => randomBytes(8, () => {
        console.log(performance.now() - start < 500);
        addon.hold(false);
      })));`;
    assert.deepEqual(runProgram(program), { status: 0, output: ["true"] });
  });
});
