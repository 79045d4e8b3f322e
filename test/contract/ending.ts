import assert from "node:assert/strict";
import {
  IPPROTO_SCTP,
  SCTP_ABORT,
  SCTP_ASSOC_CHANGE,
  SCTP_AUTOCLOSE,
  SCTP_COMM_LOST,
  SCTP_COMM_UP,
  SCTP_EOF,
  SCTP_EVENT,
  SCTP_SENDALL,
  SCTP_SHUTDOWN_COMP,
  SCTP_SHUTDOWN_EVENT,
  SHUT_RDWR,
  SHUT_WR,
  SO_LINGER,
  SO_RCVBUF,
  SOCK_SEQPACKET,
  SOL_SOCKET,
} from "../../src/index.js";
import { bytesOf, cancelled, type Contract, drain, pattern, subscribe, textOf } from "./world.js";

/** shutdown, close, SO_LINGER, SCTP_EOF and SCTP_ABORT. */
export function ending(contract: Contract): void {
  contract(
    "RFC 6458 §4.1.6: close delivers what was sent, and settles when the peer has it",
    async (world) => {
      const { client, server } = await world.connect();
      for (let seed = 0; seed < 20; seed += 1) client.nonblocking.send(pattern(5000, seed));
      const closed = client.close();
      for (let seed = 0; seed < 20; seed += 1) {
        // oxlint-disable-next-line no-await-in-loop -- in their order
        assert.deepEqual((await world.message(server)).data, pattern(5000, seed));
      }
      assert.equal((await world.until(server.recv())).length, 0);
      await world.until(closed);
    },
  );

  contract("DESIGN: what was not read at close() makes the end no abort", async (world) => {
    const { client, server } = await world.connect();
    await world.until(client.send(bytesOf("unread")));
    await world.until(client.send(bytesOf("unread as well")));
    await world.quiet();
    await world.until(server.close());
    assert.equal((await world.until(client.recv())).length, 0);
    const many = await world.connectMany({ prepareClient: (socket) => subscribe(socket, SCTP_ASSOC_CHANGE) });
    const { assoc_id } = await world.until(many.client.sctp_sendv(bytesOf("unread"), { to: many.to }));
    await world.quiet();
    await world.until(many.server.close());
    const end = await world.event(many.client, SCTP_ASSOC_CHANGE);
    assert.deepEqual([end.sac_state, end.sac_assoc_id], [SCTP_SHUTDOWN_COMP, assoc_id]);
  });

  contract("DESIGN: close settles what waits with ECANCELED, and nothing is emitted after", async (world) => {
    const { client, server } = await world.connect({
      prepare: (socket) => socket.setsockopt(SOL_SOCKET, SO_RCVBUF, 4096),
    });
    const waiting = [
      cancelled(server.recv(), "recv"),
      cancelled(server[Symbol.asyncIterator]().next(), "recvmsg"),
    ];
    let emitted = 0;
    const count = (): void => {
      emitted += 1;
    };
    server.on("readable", count).on("writable", count);
    client.nonblocking.send(bytesOf("nobody reads"));
    const closed = server.close();
    await Promise.all(waiting);
    await world.until(closed);
    await world.quiet();
    assert.equal(emitted, 0);
    const { socket: listener, to } = world.listen();
    const accepting = cancelled(listener.accept(), "accept");
    await world.until(listener.close());
    await accepting;
    const bound = world.oneToOne(world.server);
    bound.bind(to);
    const connector = world.oneToOne();
    const connecting = cancelled(connector.connect(to), "connect");
    await world.until(connector.close());
    await connecting;
  });

  contract("DESIGN: a send that waits is cancelled by close, and those accepted arrive", async (world) => {
    const { client, server } = await world.connect({
      prepare: (socket) => socket.setsockopt(SOL_SOCKET, SO_RCVBUF, 65_536),
    });
    const sends = Array.from({ length: 2000 }, (_, seed) => client.send(pattern(1400, seed)));
    const outcomes = Promise.allSettled(sends);
    await world.quiet();
    const closed = client.close();
    const settled = await world.until(outcomes);
    const accepted = settled.filter(({ status }) => status === "fulfilled").length;
    assert.ok(accepted > 0 && accepted < 2000);
    for (let seed = 0; seed < accepted; seed += 1) {
      // oxlint-disable-next-line no-await-in-loop -- in their order
      assert.deepEqual((await world.message(server)).data, pattern(1400, seed));
    }
    assert.equal((await world.until(server.recv())).length, 0);
    await world.until(closed);
  });

  contract("close answers the same promise each time, and so does await using", async (world) => {
    const socket = world.oneToOne();
    assert.equal(socket.close(), socket.close());
    assert.equal(socket[Symbol.asyncDispose](), socket.close());
    await world.until(socket.close());
    const { client, server } = await world.connect();
    const use = async (): Promise<void> => {
      await using disposed = client;
      await disposed.send(bytesOf("disposed"));
    };
    await world.until(use());
    assert.equal(await world.text(server), "disposed");
    assert.equal((await world.until(server.recv())).length, 0);
    assert.throws(() => client.getsockname(), { code: "EBADF" });
  });

  contract("RFC 6458 §8.1.4: SO_LINGER {1, 0} aborts", async (world) => {
    const { client, server } = await world.connect();
    client.setsockopt(SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: 0 });
    await world.until(client.close());
    await assert.rejects(world.until(server.recv()), { code: "ECONNRESET" });
  });

  contract("RFC 6458 §8.1.4: SO_LINGER {1, n} waits n seconds and then aborts", async (world) => {
    const { client, server } = await world.connect({
      prepare: (socket) => socket.setsockopt(SOL_SOCKET, SO_RCVBUF, 4096),
    });
    for (let seed = 0; seed < 20; seed += 1) client.nonblocking.send(pattern(1000, seed));
    client.setsockopt(SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: 1 });
    await world.until(client.close());
    await world.quiet();
    const end = await world.until(
      (async () => {
        for (;;) {
          try {
            // oxlint-disable-next-line no-await-in-loop -- until there is no more
            if ((await server.recv()).length === 0) return "end";
          } catch (error) {
            return (error as { code: string }).code;
          }
        }
      })(),
    );
    assert.equal(end, "ECONNRESET");
  });

  contract("RFC 6458 §8.1.4: SO_LINGER {1, n} does not wait longer than it takes", async (world) => {
    const { client, server } = await world.connect();
    client.setsockopt(SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: 60 });
    await world.until(client.send(bytesOf("x")));
    const closed = client.close();
    assert.equal(await world.text(server), "x");
    await world.until(closed);
    assert.equal((await world.until(server.recv())).length, 0);
  });

  contract("RFC 6458 §3.1.5: close ends every association of a one-to-many socket", async (world) => {
    const { socket: server, to } = world.listen({ type: 5 });
    const clients = [world.oneToOne(), world.oneToOne(world.anotherClient())];
    await world.until(Promise.all(clients.map((client) => client.connect(to))));
    await world.quiet();
    const closed = server.close();
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    for (const client of clients) assert.equal((await world.until(client.recv())).length, 0);
    await world.until(closed);
  });

  for (const how of [SHUT_WR, SHUT_RDWR]) {
    contract(`RFC 6458 §4.1.7: shutdown(${how}) is the full SCTP shutdown`, async (world) => {
      const { client, server } = await world.connect({
        prepare: (socket) => subscribe(socket, SCTP_SHUTDOWN_EVENT, SCTP_ASSOC_CHANGE),
      });
      await world.until(client.send(bytesOf("before")));
      client.shutdown(how);
      await assert.rejects(client.send(bytesOf("x")), { code: "EPIPE" });
      assert.equal(await world.text(server), "before");
      await world.event(server, SCTP_SHUTDOWN_EVENT);
      assert.equal((await world.event(server, SCTP_ASSOC_CHANGE)).sac_state, SCTP_SHUTDOWN_COMP);
      assert.equal((await world.until(server.recv())).length, 0);
      assert.throws(() => client.shutdown(how), { code: "ENOTCONN", syscall: "shutdown" });
    });
  }

  contract("RFC 6458 §4.1.7: shutdown without an association is ENOTCONN", async (world) => {
    assert.throws(() => world.oneToOne().shutdown(SHUT_WR), { code: "ENOTCONN" });
  });

  contract(
    "RFC 6458 §3.1.4: after the peer's SHUTDOWN a send is ESHUTDOWN, after the end EPIPE",
    async (world) => {
      const { client, server } = await world.connect({
        prepare: (socket) => socket.setsockopt(SOL_SOCKET, SO_RCVBUF, 4096),
        prepareClient: (socket) => socket.setsockopt(SOL_SOCKET, SO_RCVBUF, 4096),
      });
      // What the peer has not read keeps the association in the middle of its shutdown.
      for (let seed = 0; seed < 12; seed += 1) server.nonblocking.send(pattern(1000, seed));
      await world.quiet();
      client.shutdown(SHUT_WR);
      await world.quiet();
      await assert.rejects(server.send(bytesOf("x")), { code: "ESHUTDOWN", syscall: "sendmsg" });
      for (let seed = 0; seed < 12; seed += 1) {
        // oxlint-disable-next-line no-await-in-loop -- in their order
        assert.deepEqual((await world.message(client)).data, pattern(1000, seed), "still readable");
      }
      assert.equal((await world.until(server.recv())).length, 0);
      await world.quiet();
      await assert.rejects(server.send(bytesOf("x")), { code: "EPIPE" });
    },
  );

  for (const [name, flag, state] of [
    ["SCTP_EOF", SCTP_EOF, SCTP_SHUTDOWN_COMP],
    ["SCTP_ABORT", SCTP_ABORT, SCTP_COMM_LOST],
  ] as const) {
    contract(`RFC 6458 §5.3.4: SCTP_SENDALL with ${name} ends every association`, async (world) => {
      const { socket: server, to } = world.listen({ type: SOCK_SEQPACKET });
      const clients = [world.oneToOne(), world.oneToOne(world.anotherClient())];
      for (const client of clients) subscribe(client, SCTP_ASSOC_CHANGE);
      await world.until(Promise.all(clients.map((client) => client.connect(to))));
      await world.quiet();
      for (const client of clients) drain(client);
      const info = { snd_flags: SCTP_SENDALL | flag };
      await world.until(server.sctp_sendv(bytesOf("last words"), { info }));
      for (const client of clients) {
        if (flag === SCTP_EOF) {
          // oxlint-disable-next-line no-await-in-loop -- one after the other
          assert.equal(await world.text(client), "last words");
        }
        // oxlint-disable-next-line no-await-in-loop
        const { sac_state, sac_info } = await world.event(client, SCTP_ASSOC_CHANGE);
        assert.equal(sac_state, state);
        // RFC 9260 §3.3.10.12: the reason stands in the last cause of the ABORT chunk.
        if (flag === SCTP_ABORT) assert.equal(textOf(sac_info.subarray(8, 18)), "last words");
      }
      // There is nobody left to send to, and nothing against that.
      await world.quiet();
      await world.until(server.sctp_sendv(bytesOf("nobody"), { info: { snd_flags: SCTP_SENDALL } }));
    });
  }

  contract("RFC 6458 §5.3.4: SCTP_EOF ends one association gracefully, behind its data", async (world) => {
    const { client, server, clientId } = await world.connectMany({
      prepare: (socket) => subscribe(socket, SCTP_ASSOC_CHANGE),
    });
    client.setsockopt(IPPROTO_SCTP, SCTP_EVENT, {
      se_assoc_id: clientId,
      se_type: SCTP_ASSOC_CHANGE,
      se_on: 1,
    });
    client.nonblocking.sctp_sendv(bytesOf("data"), { info: { snd_assoc_id: clientId } });
    client.nonblocking.sctp_sendv(new Uint8Array(0), {
      info: { snd_assoc_id: clientId, snd_flags: SCTP_EOF },
    });
    assert.equal(await world.text(server), "data");
    assert.equal((await world.event(server, SCTP_ASSOC_CHANGE)).sac_state, SCTP_SHUTDOWN_COMP);
    const last = await world.event(client, SCTP_ASSOC_CHANGE);
    assert.deepEqual([last.sac_state, last.sac_assoc_id], [SCTP_SHUTDOWN_COMP, clientId]);
  });

  contract("RFC 6458 §5.3.4: SCTP_ABORT carries its data as the reason, in both styles", async (world) => {
    const { client, server, clientId } = await world.connectMany({
      prepare: (socket) => subscribe(socket, SCTP_ASSOC_CHANGE),
    });
    const info = { snd_assoc_id: clientId, snd_flags: SCTP_ABORT };
    await world.until(client.sctp_sendv(bytesOf("the reason"), { info }));
    const lost = await world.event(server, SCTP_ASSOC_CHANGE);
    assert.deepEqual([lost.sac_state, lost.sac_error], [SCTP_COMM_LOST, 12]);
    assert.ok(Buffer.from(lost.sac_info).includes("the reason"), "the ABORT chunk as it was received");
    const pair = await world.connect();
    await world.until(pair.client.sctp_sendv(bytesOf("why"), { info: { snd_flags: SCTP_ABORT } }));
    await assert.rejects(world.until(pair.server.recv()), { code: "ECONNRESET" });
    assert.deepEqual(drain(pair.client), [], "who aborts is not told that it was");
  });

  contract("RFC 6458 §8.1.8: SCTP_AUTOCLOSE ends an idle association", async (world) => {
    const { socket: server, to } = world.listen({
      type: SOCK_SEQPACKET,
      prepare: (socket) => {
        socket.setsockopt(IPPROTO_SCTP, SCTP_AUTOCLOSE, 1);
        subscribe(socket, SCTP_ASSOC_CHANGE);
      },
    });
    const client = world.oneToMany();
    subscribe(client, SCTP_ASSOC_CHANGE);
    // Nothing more is sent than this: on a machine that stands still the second may be over before one could.
    await world.until(client.sctp_sendv(bytesOf("the last"), { to }));
    for (const socket of [server, client]) {
      for (const state of [SCTP_COMM_UP, SCTP_SHUTDOWN_COMP]) {
        // oxlint-disable-next-line no-await-in-loop -- in their order
        assert.equal((await world.event(socket, SCTP_ASSOC_CHANGE)).sac_state, state);
      }
    }
  });
}
