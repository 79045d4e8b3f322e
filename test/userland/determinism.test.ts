import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { SCTP_UNORDERED } from "../../src/sockets/constants.js";
import type { SctpSocket } from "../../src/sockets/sctp-socket.js";
import { oneToOne, World } from "./world.js";

const SERVER = { address: "10.0.0.2", port: 5000 };
const MESSAGES = 300;

async function echo(listener: SctpSocket): Promise<void> {
  const { socket } = await listener.accept();
  for await (const { data } of socket) await socket.send(data);
  await socket.close();
}

async function converse(client: SctpSocket): Promise<string[]> {
  await client.connect(SERVER);
  const sending = (async () => {
    for (let number = 0; number < MESSAGES; number += 1) {
      const data = new Uint8Array(1 + ((number * 7919) % 5000)).fill(number);
      const info = { snd_sid: number % 10, snd_flags: number % 3 === 0 ? SCTP_UNORDERED : 0 };
      await client.sctp_sendv(data, { info });
    }
  })();
  const heard: string[] = [];
  while (heard.length < MESSAGES) {
    const { data } = await client.sctp_recvv();
    assert.ok(data.every((byte) => byte === data[0]));
    heard.push(`${data.length} ${data[0]}`);
  }
  await sending;
  await client.close();
  return heard;
}

/** A whole application over a bad network; everything that was on the wire, with its times, as one number. */
async function run(seed: number): Promise<{ trace: string; heard: string[]; endedAt: number }> {
  const faults = {
    loss: 0.05,
    duplication: 0.02,
    reordering: 0.1,
    corruption: 0.01,
    delayMs: 20,
    jitterMs: 10,
  };
  const world = new World({ seed, faults });
  const hash = createHash("sha256");
  world.network.onPacket(({ at, source, bytes, fate }) => {
    hash.update(`${at} ${source.text} ${fate} `).update(bytes);
  });
  const listener = oneToOne(world.provider(SERVER.address));
  listener.bind(SERVER);
  listener.listen();
  const server = echo(listener);
  const heard = await world.until(converse(oneToOne(world.provider("10.0.0.1"))));
  await world.until(server);
  await world.until(listener.close());
  return { trace: hash.digest("hex"), heard, endedAt: world.clock.now() };
}

test("the same seed gives the same packets at the same times, application included", async () => {
  const first = await run(7);
  assert.equal(new Set(first.heard).size, MESSAGES);
  assert.deepEqual(await run(7), first);
  assert.notEqual((await run(8)).trace, first.trace);
});
