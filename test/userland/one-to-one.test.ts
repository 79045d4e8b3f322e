import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesOf, textOf, World } from "./world.js";

test("RFC 6458 §4: a one-to-one client and server exchange messages and end gracefully", async () => {
  const world = new World();
  const { client, server, listener } = await world.connectedPair();
  await client.send(bytesOf("hello"));
  const received = await world.until(server.sctp_recvv());
  assert.equal(textOf(received.data), "hello");
  await server.send(bytesOf("world"));
  assert.equal(textOf((await world.until(client.sctp_recvv())).data), "world");
  const closed = client.close();
  const end = await world.until(server.sctp_recvv());
  assert.deepEqual([end.data.length, end.flags], [0, 0]);
  await world.until(closed);
  await world.until(Promise.all([server.close(), listener.close()]));
  assert.equal(world.clock.hasRef, false);
});
