// `npm run test:native-asan` runs this program under a leak detector: the addon in the main thread and in
// workers, with sockets that are polled, closed and left open, and every call once. Whatever the addon
// allocates and does not free is found when the process ends.

import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { isMainThread, Worker } from "node:worker_threads";
import { loadAddon, READABLE, type Addon } from "../../src/native/addon.js";
import { watchOf } from "../../src/native/watch.js";
import { ADDRESS_BYTES, Platform } from "./platform.js";

const SOCKETS = 500;
const WORKERS = 4;

async function useSockets(addon: Addon): Promise<void> {
  const platform = new Platform(addon);
  watchOf(addon).hold();
  const open = Array.from({ length: SOCKETS }, () => platform.udp("127.0.0.1"));
  for (const [index, { id }] of open.entries()) {
    platform.ok(addon.poll(id, index % 4));
    if (index % 3 === 0) platform.ok(addon.close(id));
  }
  await turn();
  const [first, second] = [platform.udp("127.0.0.1"), platform.udp("127.0.0.1")];
  const data = new Uint8Array(64);
  platform.ok(addon.sendmsg(first.id, [data, data], second.name, undefined, 0));
  await platform.ready(second.id, READABLE);
  platform.ok(addon.recvmsg(second.id, data, new Uint8Array(ADDRESS_BYTES), undefined, 0, new Int32Array(3)));
  assert.ok(addon.recvmmsg(second.id, data, new Int32Array(7), 1, 0) < 0);
  assert.ok(addon.sendBatch(first.id, data, Int32Array.of(0, 64, 0, 0), 1, second.name, 7) > 0);
  assert.ok(addon.receiveBatch(second.id, data, new Int32Array(4), new Uint8Array(32), 1, 5) > 0);
  assert.ok(addon.accept(first.id, new Uint8Array(ADDRESS_BYTES)) < 0);
  assert.ok(addon.peeloff(first.id, 1) < 0);
  assert.ok(addon.getladdrs(first.id, 0, data) < 0);
  platform.ok(addon.stayAwake(1000));
  addon.onReady(() => {});
  watchOf(addon).release();
}

async function runWorker(): Promise<void> {
  const worker = new Worker(new URL(import.meta.url));
  await new Promise<void>((resolve, reject) => {
    worker.once("error", reject);
    worker.once("exit", () => resolve());
  });
}

const addon = loadAddon();
assert.ok(!("reason" in addon), "there is an addon");
await useSockets(addon);
if (isMainThread) await Promise.all(Array.from({ length: WORKERS }, runWorker));
