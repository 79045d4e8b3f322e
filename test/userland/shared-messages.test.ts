/** Small messages share memory, and nobody finds out but by looking at it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { MessageChannel } from "node:worker_threads";
import type { ReceivedMessage } from "../../src/sockets/types.js";
import { bytesOf, oneToMany, textOf, World } from "./world.js";

test("a small message that is sent to another thread with its memory leaves the others theirs", async () => {
  const world = new World();
  const { client, server } = await world.connectedPair();
  for (const text of ["one", "two", "three"]) client.nonblocking.sctp_sendv(bytesOf(text));
  await world.clock.advanceBy(100);
  const [first, ...others] = server.nonblocking.receiveMany(10);
  assert.ok(first !== undefined);
  assert.equal(first.data.buffer, others[0]?.data.buffer, "they came in one packet");
  const { port1, port2 } = new MessageChannel();
  try {
    port1.postMessage(first.data, [first.data.buffer as ArrayBuffer]);
  } catch (error) {
    // Later versions of Node refuse where this one copies.
    assert.equal((error as Error).name, "DataCloneError");
  }
  port1.close();
  port2.close();
  assert.deepEqual(
    [first, ...others].map(({ data }) => textOf(data)),
    ["one", "two", "three"],
  );
});

test("receiveMany gives every association of a socket its window back, and shows each peer's address", async () => {
  const world = new World();
  const server = oneToMany(world.provider("10.0.0.9"));
  server.bind({ address: "10.0.0.9", port: 5000 });
  server.listen();
  const payload = new Uint8Array(1_000);
  // Three times what a window holds.
  const count = 3_200;
  const clients = ["10.0.0.1", "10.0.0.2"].map((address) => oneToMany(world.provider(address)));
  const sent = clients.map((client) => {
    const send = async (): Promise<void> => {
      for (let number = 0; number < count; number += 1)
        await client.sctp_sendv(payload, { to: { address: "10.0.0.9", port: 5000 } });
    };
    return send();
  });
  const received: ReceivedMessage[] = [];
  server.on("readable", () => {
    try {
      for (;;) server.nonblocking.receiveMany(64, received);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    }
  });
  await world.until(Promise.all(sent), 600_000);
  await world.clock.advanceBy(2_000);
  for (const address of ["10.0.0.1", "10.0.0.2"]) {
    const own = received.filter((message) => message.address?.address === address);
    assert.equal(own.length, count);
    assert.ok(own.every(({ data }) => data.length === payload.length));
  }
});
