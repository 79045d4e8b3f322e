import assert from "node:assert/strict";
import { once } from "node:events";
import {
  IPPROTO_SCTP,
  MSG_DONTWAIT,
  SCTP_NODELAY,
  type SctpAddress,
  type SctpSocket,
  SO_LINGER,
  SO_RCVBUF,
  SO_SNDBUF,
  SOCK_SEQPACKET,
  SOL_SOCKET,
} from "../../src/index.js";
import {
  bytesOf,
  cancelled,
  codeOf,
  type Contract,
  fill,
  pattern,
  type Pair,
  stuff,
  type World,
} from "./world.js";

/** Four of them fill a buffer of 4096 bytes to the last one: there is no window left for a probe to be taken. */
const FULL = pattern(1024);

/** A pair between which little fits. */
function narrow(world: World): Promise<Pair> {
  return world.connect({
    prepare: (socket) => socket.setsockopt(SOL_SOCKET, SO_RCVBUF, 4096),
    prepareClient: (socket) => {
      socket.setsockopt(SOL_SOCKET, SO_SNDBUF, 4096);
      socket.setsockopt(IPPROTO_SCTP, SCTP_NODELAY, 1);
    },
  });
}

interface Stuck {
  readonly server: SctpSocket;
  readonly stuck: SctpAddress;
  readonly lively: SctpAddress;
  readonly stuckClient: SctpSocket;
  readonly livelyClient: SctpSocket;
}

/** A one-to-many server with two peers, of which one does not read. */
async function stuckPeer(world: World): Promise<Stuck> {
  const { socket: server, to } = world.listen({
    type: SOCK_SEQPACKET,
    prepare: (socket) => socket.setsockopt(SOL_SOCKET, SO_SNDBUF, 4096),
  });
  const clients = [world.oneToOne(), world.oneToOne(world.anotherClient())] as const;
  const names: SctpAddress[] = [];
  for (const client of clients) {
    client.setsockopt(SOL_SOCKET, SO_RCVBUF, 4096);
    // oxlint-disable-next-line no-await-in-loop -- the first is the one that will be stuck
    await world.until(client.connect(to));
    // oxlint-disable-next-line no-await-in-loop
    await world.until(client.send(bytesOf("hello")));
    // oxlint-disable-next-line no-await-in-loop
    names.push((await world.message(server)).address as SctpAddress);
  }
  const [stuck, lively] = names as [SctpAddress, SctpAddress];
  await stuff(world, server, FULL, { to: stuck });
  return { server, stuck, lively, stuckClient: clients[0], livelyClient: clients[1] };
}

/** What happens where there is no room. */
export function backPressure(contract: Contract): void {
  contract("a promise waits for room, and everything arrives in the order of the calls", async (world) => {
    const { client, server } = await narrow(world);
    const settled: number[] = [];
    const sends = Array.from({ length: 30 }, (_, seed) =>
      client.send(pattern(1000, seed)).then(() => settled.push(seed)),
    );
    assert.ok(await world.isPending(Promise.all(sends)));
    assert.ok(settled.length > 0 && settled.length < 30);
    for (let seed = 0; seed < 30; seed += 1) {
      // oxlint-disable-next-line no-await-in-loop -- in their order
      assert.deepEqual((await world.message(server)).data, pattern(1000, seed));
    }
    await world.until(Promise.all(sends));
    assert.deepEqual(
      settled,
      [...settled].sort((left, right) => left - right),
    );
  });

  contract("without waiting it is EAGAIN, and a writable edge tells when to go on", async (world) => {
    const { client, server } = await narrow(world);
    let sent = 0;
    const messages = 40;
    const finished = new Promise<void>((resolve) => {
      const go = (): void => {
        while (sent < messages) {
          try {
            client.nonblocking.send(pattern(1000, sent));
          } catch (error) {
            assert.equal((error as { code?: string }).code, "EAGAIN");
            return;
          }
          sent += 1;
        }
        resolve();
      };
      client.on("writable", go);
      go();
    });
    assert.ok(sent < messages);
    for (let seed = 0; seed < messages; seed += 1) {
      // oxlint-disable-next-line no-await-in-loop -- in their order
      assert.deepEqual((await world.message(server)).data, pattern(1000, seed));
    }
    await world.until(finished);
  });

  contract("a writable edge follows when sendMany has not taken all", async (world) => {
    const { client, server } = await narrow(world);
    const messages = Array.from({ length: 40 }, (_, seed) => ({ data: pattern(1000, seed) }));
    let sent = 0;
    const finished = new Promise<void>((resolve) => {
      const go = (): void => {
        try {
          sent += client.nonblocking.sendMany(messages.slice(sent));
        } catch (error) {
          // An edge may come for nothing.
          assert.equal(codeOf(error), "EAGAIN");
        }
        if (sent === messages.length) resolve();
      };
      go();
      client.on("writable", go);
    });
    assert.ok(sent > 0 && sent < messages.length);
    for (const { data } of messages) {
      // oxlint-disable-next-line no-await-in-loop -- in their order
      assert.deepEqual((await world.message(server)).data, data);
    }
    await world.until(finished);
  });

  contract(
    "while a promise waits to send, what does not wait is EAGAIN and never overtakes",
    async (world) => {
      const { client, server } = await narrow(world);
      const filled = await stuff(world, client, FULL);
      const waiting = client.send(pattern(1024, 1));
      assert.throws(() => client.nonblocking.send(bytesOf("x")), { code: "EAGAIN", syscall: "sendmsg" });
      assert.throws(() => client.nonblocking.sendMany([{ data: bytesOf("x") }]), { code: "EAGAIN" });
      await assert.rejects(client.send(bytesOf("x"), { flags: MSG_DONTWAIT }), { code: "EAGAIN" });
      const second = client.send(bytesOf("second"));
      for (let count = 0; count < filled; count += 1) {
        // oxlint-disable-next-line no-await-in-loop -- in their order
        assert.deepEqual((await world.message(server)).data, FULL);
      }
      assert.deepEqual((await world.message(server)).data, pattern(1024, 1));
      assert.equal(await world.text(server), "second");
      await world.until(Promise.all([waiting, second]));
    },
  );

  contract("a message that could never fit is EMSGSIZE also behind one that waits", async (world) => {
    const { client, server } = await narrow(world);
    const filled = await stuff(world, client, FULL);
    const waiting = client.send(pattern(1024, 1));
    const tooLarge = assert.rejects(client.send(pattern(4097)), { code: "EMSGSIZE" });
    const last = client.send(bytesOf("last"));
    for (let count = 0; count <= filled; count += 1) {
      // oxlint-disable-next-line no-await-in-loop -- in their order
      await world.message(server);
    }
    assert.equal(await world.text(server), "last");
    await world.until(Promise.all([waiting, tooLarge, last]));
  });

  contract(
    "RFC 6458 §3.3: a peer that does not read blocks no other, for any kind of send",
    async (world) => {
      const { server, stuck, lively, livelyClient } = await stuckPeer(world);
      server.nonblocking.sctp_sendv(bytesOf("at once"), { to: lively });
      assert.equal(await world.text(livelyClient), "at once");
      const waiting = cancelled(server.sctp_sendv(FULL, { to: stuck }), "sendmsg");
      await world.until(server.sctp_sendv(bytesOf("promised"), { to: lively }));
      assert.equal(await world.text(livelyClient), "promised");
      server.nonblocking.sctp_sendv(bytesOf("beside it"), { to: lively });
      assert.equal(await world.text(livelyClient), "beside it");
      const both = [
        { data: bytesOf("many"), to: lively },
        { data: FULL, to: stuck },
        { data: bytesOf("behind"), to: lively },
      ];
      assert.equal(server.nonblocking.sendMany(both), 1);
      assert.equal(await world.text(livelyClient), "many");
      assert.throws(() => server.nonblocking.sctp_sendv(bytesOf("x"), { to: stuck }), { code: "EAGAIN" });
      assert.ok(await world.isPending(waiting));
      server.setsockopt(SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: 0 });
      await world.until(server.close());
      await waiting;
    },
  );

  contract(
    "RFC 6458 §3.3: a lively peer's writable edge comes although another is waited for",
    async (world) => {
      const { server, stuck, lively, livelyClient, stuckClient } = await stuckPeer(world);
      const waiting = server.sctp_sendv(pattern(1024, 1), { to: stuck });
      const filled = fill(server, pattern(1000), { to: lively });
      assert.ok(filled > 0);
      const writable = once(server, "writable");
      for (let count = 0; count < filled; count += 1) {
        // oxlint-disable-next-line no-await-in-loop -- in their order
        await world.message(livelyClient);
      }
      await world.until(writable);
      await world.quiet();
      server.nonblocking.sctp_sendv(bytesOf("there is room"), { to: lively });
      assert.equal(await world.text(livelyClient), "there is room");
      for (let first = 0; first !== 1; ) {
        // oxlint-disable-next-line no-await-in-loop -- until the one that has waited
        first = (await world.message(stuckClient)).data[0] as number;
      }
      await world.until(waiting);
    },
  );
}
