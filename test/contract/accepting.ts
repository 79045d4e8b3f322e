import assert from "node:assert/strict";
import { once } from "node:events";
import {
  AF_INET6,
  IPPROTO_SCTP,
  SCTP_ASSOC_CHANGE,
  SCTP_DEFAULT_SNDINFO,
  SCTP_EVENT,
  SCTP_I_WANT_MAPPED_V4_ADDR,
  SCTP_MAXSEG,
  SCTP_NODELAY,
  SCTP_RECVNXTINFO,
  SCTP_RECVRCVINFO,
  SCTP_RECVV_RCVINFO,
  SCTP_RTOINFO,
  SO_LINGER,
  SO_RCVBUF,
  SO_SNDBUF,
  SOL_SOCKET,
} from "../../src/index.js";
import { bytesOf, type Contract, pattern, subscribe } from "./world.js";

/** The accept queue, and what an accepted socket begins with. */
export function accepting(contract: Contract): void {
  contract("RFC 6458 §4.1.3: a full accept queue refuses, and accept makes room", async (world) => {
    const { socket: listener, to } = world.listen({ backlog: 2 });
    const clients = [world.oneToOne(), world.oneToOne(), world.oneToOne()] as const;
    await world.until(clients[0].connect(to));
    await world.until(clients[1].connect(to));
    await assert.rejects(world.until(clients[2].connect(to)), { code: "ECONNREFUSED" });
    world.keep((await world.until(listener.accept())).socket);
    await world.until(clients[2].connect(to));
  });

  contract("data that comes before accept is held, up to the receive window", async (world) => {
    const { socket: listener, to } = world.listen({
      prepare: (socket) => socket.setsockopt(SOL_SOCKET, SO_RCVBUF, 8192),
    });
    const client = world.oneToOne();
    client.setsockopt(SOL_SOCKET, SO_SNDBUF, 8192);
    await world.until(client.connect(to));
    const sends = Array.from({ length: 40 }, (_, seed) => client.send(pattern(1000, seed)));
    assert.ok(await world.isPending(sends.at(-1)!), "nobody reads, so that not all is taken");
    const server = world.keep((await world.until(listener.accept())).socket);
    for (let seed = 0; seed < 40; seed += 1) {
      // oxlint-disable-next-line no-await-in-loop -- in their order
      assert.deepEqual((await world.message(server)).data, pattern(1000, seed));
    }
    await world.until(Promise.all(sends));
  });

  contract(
    "an association that ended before accept is returned, with its data and its end",
    async (world) => {
      const { socket: listener, to } = world.listen();
      const client = world.oneToOne();
      await world.until(client.connect(to));
      await world.until(client.send(bytesOf("last words")));
      await world.until(client.close());
      const { socket, address } = await world.until(listener.accept());
      assert.deepEqual(address, world.keep(socket).getpeername());
      assert.equal(await world.text(socket), "last words");
      const end = await world.until(socket.sctp_recvv());
      assert.deepEqual([end.data.length, end.flags], [0, 0]);
    },
  );

  contract(
    "an association that was aborted before accept is returned, with its data and ECONNRESET",
    async (world) => {
      const { socket: listener, to } = world.listen();
      const client = world.oneToOne();
      await world.until(client.connect(to));
      await world.until(client.send(bytesOf("last words")));
      await world.quiet();
      client.setsockopt(SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: 0 });
      await world.until(client.close());
      await world.quiet();
      const server = world.keep((await world.until(listener.accept())).socket);
      assert.equal(await world.text(server), "last words");
      await assert.rejects(server.sctp_recvv(), { code: "ECONNRESET" });
      assert.equal((await world.until(server.sctp_recvv())).data.length, 0);
    },
  );

  contract("closing the listener aborts what was not accepted, and leaves what was", async (world) => {
    const { client: accepted, server, listener, to } = await world.connect();
    const waiting = world.oneToOne();
    await world.until(waiting.connect(to));
    await world.quiet();
    await world.until(listener.close());
    await assert.rejects(world.until(waiting.recv()), { code: "ECONNRESET" });
    await world.until(accepted.send(bytesOf("still here")));
    assert.equal(await world.text(server), "still here");
    const late = world.oneToOne();
    await assert.rejects(world.until(late.connect(to)), { code: "ECONNREFUSED" });
  });

  contract("RFC 6458 §7.2: an accepted socket begins with the listener's options", async (world) => {
    const { client, server } = await world.connect({
      family: AF_INET6,
      prepare: (socket) => {
        socket.setsockopt(SOL_SOCKET, SO_SNDBUF, 12_345);
        socket.setsockopt(SOL_SOCKET, SO_RCVBUF, 54_321);
        socket.setsockopt(SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: 2 });
        socket.setsockopt(IPPROTO_SCTP, SCTP_NODELAY, 1);
        socket.setsockopt(IPPROTO_SCTP, SCTP_RECVRCVINFO, 1);
        socket.setsockopt(IPPROTO_SCTP, SCTP_RECVNXTINFO, 1);
        socket.setsockopt(IPPROTO_SCTP, SCTP_I_WANT_MAPPED_V4_ADDR, 1);
        socket.setsockopt(IPPROTO_SCTP, SCTP_RTOINFO, { srto_initial: 400, srto_max: 900, srto_min: 300 });
        socket.setsockopt(IPPROTO_SCTP, SCTP_MAXSEG, { assoc_value: 600 });
        socket.setsockopt(IPPROTO_SCTP, SCTP_DEFAULT_SNDINFO, { snd_ppid: 77 });
        subscribe(socket, SCTP_ASSOC_CHANGE);
      },
    });
    assert.equal(server.getsockopt(SOL_SOCKET, SO_SNDBUF), 12_345);
    assert.equal(server.getsockopt(SOL_SOCKET, SO_RCVBUF), 54_321);
    assert.deepEqual(server.getsockopt(SOL_SOCKET, SO_LINGER), { l_onoff: 1, l_linger: 2 });
    assert.equal(server.getsockopt(IPPROTO_SCTP, SCTP_NODELAY), 1);
    assert.equal(server.getsockopt(IPPROTO_SCTP, SCTP_RECVRCVINFO), 1);
    assert.equal(server.getsockopt(IPPROTO_SCTP, SCTP_RECVNXTINFO), 1);
    assert.equal(server.getsockopt(IPPROTO_SCTP, SCTP_I_WANT_MAPPED_V4_ADDR), 1);
    const { srto_initial, srto_max, srto_min } = server.getsockopt(IPPROTO_SCTP, SCTP_RTOINFO);
    assert.deepEqual([srto_initial, srto_max, srto_min], [400, 900, 300]);
    assert.equal(server.getsockopt(IPPROTO_SCTP, SCTP_MAXSEG).assoc_value, 600);
    assert.equal(server.getsockopt(IPPROTO_SCTP, SCTP_DEFAULT_SNDINFO).snd_ppid, 77);
    assert.equal(server.getsockopt(IPPROTO_SCTP, SCTP_EVENT, { se_type: SCTP_ASSOC_CHANGE }).se_on, 1);
    await world.until(client.send(bytesOf("x")));
    assert.equal((await world.message(server)).infotype, SCTP_RECVV_RCVINFO);
  });

  contract("an accepted socket's options are its own from then on", async (world) => {
    const { server, listener } = await world.connect();
    listener.setsockopt(SOL_SOCKET, SO_SNDBUF, 5000);
    server.setsockopt(SOL_SOCKET, SO_SNDBUF, 6000);
    assert.equal(listener.getsockopt(SOL_SOCKET, SO_SNDBUF), 5000);
    assert.equal(server.getsockopt(SOL_SOCKET, SO_SNDBUF), 6000);
  });

  contract("accept without waiting: EAGAIN, a readable edge, and then a socket", async (world) => {
    const { socket: listener, to } = world.listen();
    assert.throws(() => listener.nonblocking.accept(), { code: "EAGAIN", syscall: "accept" });
    const readable = once(listener, "readable");
    await world.until(Promise.all([readable, world.oneToOne().connect(to)]));
    world.keep(listener.nonblocking.accept().socket);
    assert.throws(() => listener.nonblocking.accept(), { code: "EAGAIN" });
  });

  contract("connections() yields what is accepted, and leaving it closes nothing", async (world) => {
    const { socket: listener, to } = world.listen();
    const clients = [world.oneToOne(), world.oneToOne(), world.oneToOne()];
    await world.until(Promise.all(clients.map((client) => client.connect(to))));
    const takeTwo = async (): Promise<void> => {
      let count = 0;
      for await (const { socket, address } of listener.connections()) {
        assert.deepEqual(address, world.keep(socket).getpeername());
        count += 1;
        if (count === 2) break;
      }
    };
    await world.until(takeTwo());
    world.keep((await world.until(listener.accept())).socket);
    await world.until(world.oneToOne().connect(to));
  });
}
