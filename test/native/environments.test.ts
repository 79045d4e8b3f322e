import assert from "node:assert/strict";
import { readdirSync, readlinkSync } from "node:fs";
import { test } from "node:test";
import { AWAKE_MICROSECONDS_MAX } from "../../src/native/addon.js";
import { runProgram, startWorker } from "./environment.js";
import { describeAddon } from "./with-addon.js";

/**
 * What this process has open, in all its threads: sockets only, because threads come and go with pipes of
 * their own.
 */
function openSockets(): number {
  return openDescriptors().filter((target) => target.startsWith("socket:")).length;
}

function openDescriptors(): string[] {
  return readdirSync("/proc/self/fd").flatMap((descriptor) => {
    try {
      return [readlinkSync(`/proc/self/fd/${descriptor}`)];
    } catch {
      // The one that listed the folder is closed by now.
      return [];
    }
  });
}

/** Statements that leave a worker with sockets that are open, polled, ready, half closed, and a held, wakeful loop. */
const busyWorker = `
  addon.onReady(() => {});
  const ids = Array.from({ length: 100 }, () => udp());
  for (const id of ids.slice(0, 60)) addon.poll(id, 3);
  for (const id of ids.slice(50, 55)) addon.close(id);
  addon.hold(true);
  addon.stayAwake(${AWAKE_MICROSECONDS_MAX});
  parentPort.postMessage("open");`;

describeAddon("environments", (platform) => {
  const { addon } = platform;

  test("a worker that is terminated leaves no descriptor behind, twenty times over", async () => {
    // The first one opens what a process opens once.
    await (await startWorker(busyWorker)).worker.terminate();
    const before = openSockets();
    for (let round = 0; round < 20; round += 1) await (await startWorker(busyWorker)).worker.terminate();
    assert.equal(openSockets(), before);
  });

  test("several workers at once have ids of their own", async () => {
    const before = openSockets();
    const workers = await Promise.all(Array.from({ length: 4 }, () => startWorker(busyWorker)));
    assert.ok(openSockets() >= before + 4 * 95);
    const id = platform.open("127.0.0.1", "SOCK_DGRAM", "UDP");
    for (const { worker } of workers) await worker.terminate();
    platform.ok(addon.getsockname(id, new Uint8Array(128)));
    platform.ok(addon.close(id));
    assert.equal(openSockets(), before);
  });

  test("a worker that ends by itself closes its sockets", async () => {
    const before = openSockets();
    const { ended } = await startWorker(`udp(); udp(); addon.onReady(() => {}); addon.poll(udp(), 1);
      parentPort.postMessage("open");`);
    await ended;
    assert.equal(openSockets(), before);
  });

  test("a worker may be terminated inside a callback that never returns", async () => {
    const before = openSockets();
    const { worker } = await startWorker(`
      addon.onReady(() => { parentPort.postMessage("called"); for (;;); });
      addon.hold(true);
      addon.poll(udp(), 2);`);
    assert.equal(await worker.terminate(), 1);
    assert.equal(openSockets(), before);
  });

  test("a worker whose callback throws tells its parent", async () => {
    const { worker } = await startWorker(`
      addon.hold(true);
      parentPort.postMessage("open");
      parentPort.once("message", () => {
        addon.onReady(() => { throw new TypeError("from a callback"); });
        addon.poll(udp(), 2);
      });`);
    const thrown = new Promise<unknown>((resolve) => {
      worker.once("error", resolve);
    });
    worker.postMessage("go");
    const error = await thrown;
    assert.ok(error instanceof TypeError && error.message === "from a callback");
  });

  test("a process may end in any state", () => {
    const open = `
      addon.onReady(() => {});
      addon.hold(true);
      for (let count = 0; count < 50; count += 1) addon.poll(udp(), 3);`;
    assert.deepEqual(runProgram(`${open} process.exit(3);`), { status: 3, output: [] });
    assert.equal(runProgram(`${open} throw new Error("the program's own");`).status, 1);
    const withWorker = `
      const { Worker } = await import("node:worker_threads");
      new Worker(${JSON.stringify("for (;;);")}, { eval: true });
      ${open} setImmediate(() => process.exit(4));`;
    assert.deepEqual(runProgram(withWorker), { status: 4, output: [] });
  });
});

describeAddon("descriptors and memory", () => {
  test("100,000 sockets opened, polled and closed leave nothing behind", () => {
    const program = `
      const { readdirSync } = await import("node:fs");
      const { setImmediate: turn } = await import("node:timers/promises");
      addon.onReady(() => {});
      const round = async () => {
        for (let count = 0; count < 1000; count += 1) {
          const id = udp();
          if (addon.poll(id, 3) !== 0) throw new Error("poll");
          if (id < 0 || addon.close(id) !== 0) throw new Error("socket " + id);
        }
        // Handles of libuv are freed in the turn after they were closed.
        await turn();
      };
      const use = () => ({ descriptors: readdirSync("/proc/self/fd").length, bytes: process.memoryUsage.rss() });
      for (let count = 0; count < 20; count += 1) await round();
      // A handle lost with each socket would be 20 MB each time; the heap of JavaScript itself breathes by a megabyte
      // or two, and seldom by more.
      let grown = Infinity;
      for (let times = 0; times < 3 && grown > 8 * 2 ** 20; times += 1) {
        gc();
        const before = use();
        for (let count = 0; count < 100; count += 1) await round();
        gc();
        const after = use();
        if (after.descriptors !== before.descriptors) throw new Error("descriptors");
        grown = after.bytes - before.bytes;
      }
      console.log(grown);`;
    const { status, output } = runProgram(program, ["--expose-gc"]);
    assert.equal(status, 0, output.join("\n"));
    assert.ok(Number(output[0]) < 8 * 2 ** 20, `${output[0]} bytes more`);
  });
});
