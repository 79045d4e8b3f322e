import assert from "node:assert/strict";
import { SCTP_SHUTDOWN_EVENT, SHUT_WR, SO_LINGER, SOL_SOCKET } from "../../src/index.js";
import { bytesOf, type Contract, subscribe, textOf } from "./world.js";

/** Async iteration over messages. */
export function iterating(contract: Contract): void {
  contract("DESIGN: an iteration yields messages and ends at the peer's shutdown", async (world) => {
    const { client, server } = await world.connect();
    for (const text of ["a", "b", "c"]) client.nonblocking.send(bytesOf(text));
    client.shutdown(SHUT_WR);
    const seen = await world.until(
      (async () => {
        const texts: string[] = [];
        for await (const { data } of server) texts.push(textOf(data));
        return texts;
      })(),
    );
    assert.deepEqual(seen, ["a", "b", "c"]);
    assert.equal((await world.until(server.recv())).length, 0, "the end stays");
  });

  contract("DESIGN: breaking out closes nothing, and another loop goes on", async (world) => {
    const { client, server } = await world.connect();
    for (const text of ["a", "b", "c"]) client.nonblocking.send(bytesOf(text));
    const takeOne = async (): Promise<string> => {
      for await (const { data } of server) return textOf(data);
      return "";
    };
    assert.deepEqual([await world.until(takeOne()), await world.until(takeOne())], ["a", "b"]);
    assert.equal(await world.text(server), "c");
    await world.until(server.send(bytesOf("open")));
    assert.equal(await world.text(client), "open");
  });

  contract("DESIGN: an iterator that is ended while it waits takes no message", async (world) => {
    const { client, server } = await world.connect();
    const iterator = server[Symbol.asyncIterator]();
    const waiting = [iterator.next(), iterator.next()];
    await world.until(iterator.return());
    assert.deepEqual(await world.until(Promise.all(waiting)), [
      { done: true, value: undefined },
      { done: true, value: undefined },
    ]);
    await world.until(client.send(bytesOf("kept")));
    assert.equal(await world.text(server), "kept");
  });

  contract("an abort ends an iteration with ECONNRESET", async (world) => {
    const { client, server } = await world.connect();
    client.setsockopt(SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: 0 });
    await world.until(client.close());
    const loop = (async () => {
      for await (const message of server) assert.fail(String(message.flags));
    })();
    await assert.rejects(world.until(loop), { code: "ECONNRESET" });
  });

  contract(
    "a one-to-many iteration yields notifications, and does not end with an association",
    async (world) => {
      const { client, server } = await world.connectMany({
        prepare: (socket) => subscribe(socket, SCTP_SHUTDOWN_EVENT),
      });
      await world.until(client.close());
      const seen: (number | string)[] = [];
      const other = world.oneToMany(world.anotherClient());
      await world.until(other.sendto(bytesOf("another"), server.getsockname()));
      const loop = async (): Promise<void> => {
        for await (const { notification, data } of server) {
          seen.push(notification?.sn_type ?? textOf(data));
          if (seen.length === 2) break;
        }
      };
      await world.until(loop());
      assert.deepEqual(seen, [SCTP_SHUTDOWN_EVENT, "another"]);
    },
  );
}
