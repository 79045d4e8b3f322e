/**
 * What stays behind of sockets that were opened and closed: no descriptor and no memory.
 *
 * @module
 */

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test, type TestContext } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { AF_INET, SctpSocket, SOCK_SEQPACKET, SOCK_STREAM } from "../../../src/index.js";
import { loadAddon } from "../../../src/native/addon.js";

const TYPES = [SOCK_STREAM, SOCK_SEQPACKET] as const;

/** What the allocator and the engine may keep for themselves; a leak of 32 bytes for each socket is more. */
const SLACK_BYTES = 3_000_000;

/** How often is measured at most: a leak is there each time, what the engine sets aside for itself is not. */
const ROUNDS = 3;

/** What a test looks at: C allocates in the process, and TypeScript in the engine's heap, which grows as it likes. */
const MEASURES = {
  process: () => process.memoryUsage().rss,
  heap: () => process.memoryUsage().heapUsed + process.memoryUsage().external,
};

interface Course {
  /** How many sockets it takes to have every pool filled. */
  readonly warmUp: number;
  readonly count: number;
  readonly measure: keyof typeof MEASURES;
}

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Opens and closes so many sockets, one after the other. */
async function openAndClose(
  context: TestContext,
  { warmUp, count, measure }: Course,
  one: (index: number) => void | Promise<void>,
): Promise<void> {
  const run = async (times: number): Promise<void> => {
    for (let index = 0; index < times; index += 1) {
      const done = one(index);
      // oxlint-disable-next-line no-await-in-loop -- a socket is closed before the next is opened
      if (done !== undefined) await done;
    }
  };
  const descriptors = (): number => readdirSync("/proc/self/fd").length;
  const grownBytes = async (): Promise<number> => {
    collectGarbage();
    const [descriptorsBefore, bytesBefore] = [descriptors(), MEASURES[measure]()];
    await run(count);
    collectGarbage();
    const grown = MEASURES[measure]() - bytesBefore;
    context.diagnostic(`${count} sockets: the ${measure} has grown by ${(grown / 1e6).toFixed(2)} MB`);
    assert.equal(descriptors(), descriptorsBefore);
    return grown;
  };
  await run(warmUp);
  let least = await grownBytes();
  for (let round = 1; round < ROUNDS && least >= SLACK_BYTES; round += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    least = Math.min(least, await grownBytes());
  }
  assert.ok(least < SLACK_BYTES, `the ${measure} has grown by ${least} bytes each time`);
}

test("100,000 SCTP sockets of the addon leave no descriptor and no memory", (context) => {
  const addon = loadAddon();
  assert.ok("socket" in addon);
  const { AF_INET: family = -1, IPPROTO_SCTP: protocol = -1 } = addon.constants;
  return openAndClose(context, { warmUp: 20_000, count: 100_000, measure: "process" }, (index) => {
    const id = addon.socket(
      family,
      addon.constants[index % 2 === 0 ? "SOCK_STREAM" : "SOCK_SEQPACKET"] ?? -1,
      protocol,
    );
    assert.ok(id > 0);
    assert.equal(addon.close(id), 0);
  });
});

test("10,000 bound sockets of the kernel provider leave no descriptor and no memory", (context) =>
  openAndClose(context, { warmUp: 2_000, count: 10_000, measure: "heap" }, (index) => {
    const socket = new SctpSocket(AF_INET, TYPES[index % 2] ?? SOCK_STREAM, { provider: "kernel" });
    socket.bind({ address: "127.0.0.1", port: 0 });
    return socket.close();
  }));
