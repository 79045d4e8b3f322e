import assert from "node:assert/strict";
import { test } from "node:test";
import { SO_SNDBUF, SOL_SOCKET } from "../../src/sockets/constants.js";
import { SOCKET_SEND_BUFFER_BYTES_MAX } from "../../src/stack/limits.js";
import { oneToMany, World } from "./world.js";

test("SOCKET_SEND_BUFFER_BYTES_MAX: whoever holds nothing still takes one message when the others hold that much", async () => {
  const world = new World();
  const sender = oneToMany(world.provider("10.0.0.1"));
  sender.setsockopt(SOL_SOCKET, SO_SNDBUF, 2 * SOCKET_SEND_BUFFER_BYTES_MAX);
  const ids: number[] = [];
  // Neither of them reads.
  for (const address of ["10.0.0.2", "10.0.0.3"]) {
    const peer = oneToMany(world.provider(address));
    peer.bind({ address, port: 5000 });
    peer.listen();
    ids.push(await world.until(sender.sctp_connectx([{ address, port: 5000 }])));
  }
  const [full, empty] = ids;
  const isTaken = async (lengthBytes: number, id: number | undefined): Promise<boolean> => {
    await world.clock.advanceBy(100);
    try {
      sender.nonblocking.sctp_sendv(new Uint8Array(lengthBytes), { info: { snd_assoc_id: id ?? 0 } });
      return true;
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, "EAGAIN");
      return false;
    }
  };
  // A message counts until it has been acknowledged as a whole, and no peer's window holds one of these.
  const quarter = SOCKET_SEND_BUFFER_BYTES_MAX / 4;
  for (let index = 0; index < 4; index += 1) assert.equal(await isTaken(quarter, full), true);
  assert.equal(await isTaken(quarter, full), false);
  assert.equal(await isTaken(1000 * 1000, empty), true);
  await world.clock.advanceBy(1000);
});
