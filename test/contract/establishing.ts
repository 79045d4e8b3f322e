import assert from "node:assert/strict";
import { once } from "node:events";
import {
  AF_INET6,
  IPPROTO_SCTP,
  SCTP_ABORT,
  SCTP_ASSOC_CHANGE,
  SCTP_COMM_UP,
  SCTP_EOF,
  SCTP_INITMSG,
  type sctp_rcvinfo,
  SCTP_RECVRCVINFO,
  SCTP_STATUS,
  SO_ERROR,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_SOCKET,
} from "../../src/index.js";
import { bytesOf, codeOf, type Contract, drain, subscribe, textOf } from "./world.js";

/** How associations are set up: by connect and implicitly, in both styles. */
export function establishing(contract: Contract): void {
  contract(
    "RFC 6458 §4.1.4, §4.1.5: connect and accept; both sides know each other's names",
    async (world) => {
      const { client, server, listener, to } = await world.connect();
      assert.equal(client.sctp_type, "one-to-one");
      assert.equal(server.sctp_type, "one-to-one");
      assert.equal(server.provider, listener.provider);
      assert.deepEqual(client.getpeername(), to);
      assert.deepEqual(server.getsockname(), to);
      assert.deepEqual(server.getpeername(), {
        address: world.client.address,
        port: client.getsockname().port,
        family: "IPv4",
      });
    },
  );

  contract("RFC 6458 §4.1.4: accept answers the peer's address with the socket", async (world) => {
    const { socket: listener, to } = world.listen();
    const client = world.oneToOne();
    await world.until(client.connect(to));
    const { socket, address } = await world.until(listener.accept());
    assert.deepEqual(address, world.keep(socket).getpeername());
  });

  contract("RFC 6458 §7.5: the first message to an address sets an association up", async (world) => {
    const { socket: server, to } = world.listen({
      type: SOCK_SEQPACKET,
      prepare: (socket) => subscribe(socket, SCTP_ASSOC_CHANGE),
    });
    const client = world.oneToMany();
    subscribe(client, SCTP_ASSOC_CHANGE);
    const { bytes, assoc_id } = await world.until(client.sctp_sendv(bytesOf("hello"), { to }));
    assert.equal(bytes, 5);
    assert.ok(assoc_id >= 3, "0, 1 and 2 stand for sets of associations");
    assert.equal((await world.event(client, SCTP_ASSOC_CHANGE)).sac_assoc_id, assoc_id);
    const up = await world.until(server.sctp_recvv());
    assert.equal(up.notification?.sn_type, SCTP_ASSOC_CHANGE, "COMM_UP comes before all data");
    assert.equal(await world.text(server), "hello");
  });

  contract("RFC 6458 §7.5: sendto sets an association up too, and answers a length", async (world) => {
    const { socket: server, to } = world.listen({ type: SOCK_SEQPACKET });
    assert.equal(await world.until(world.oneToMany().sendto(bytesOf("hello"), to)), 5);
    assert.equal(await world.text(server), "hello");
    const other = world.oneToMany(world.anotherClient());
    assert.equal(other.nonblocking.sendto(bytesOf("at once"), to), 7);
    assert.equal(await world.text(server), "at once");
  });

  contract("RFC 6458 §4.1.5: a one-to-one socket is set up by its first message", async (world) => {
    const { socket: listener, to } = world.listen();
    const client = world.oneToOne();
    await world.until(client.sctp_sendv(bytesOf("one"), { to, info: { snd_sid: 3 } }));
    await world.until(client.send(bytesOf("two")));
    const server = world.keep((await world.until(listener.accept())).socket);
    const texts = [await world.text(server), await world.text(server)];
    // Two streams have no order between them.
    assert.deepEqual(texts.sort(), ["one", "two"]);
    const second = world.oneToOne(world.anotherClient());
    await world.until(second.sendto(bytesOf("three"), to));
    assert.equal(await world.text(world.keep((await world.until(listener.accept())).socket)), "three");
  });

  contract("RFC 6458 §7.5: send cannot set an association up", async (world) => {
    await assert.rejects(world.oneToOne().send(bytesOf("x")), { code: "ENOTCONN" });
    assert.throws(() => world.oneToOne().nonblocking.send(bytesOf("x")), { code: "ENOTCONN" });
  });

  contract("a send during establishment joins that association, in both styles", async (world) => {
    const { socket: server, to } = world.listen({
      type: SOCK_SEQPACKET,
      prepare: (socket) => subscribe(socket, SCTP_ASSOC_CHANGE),
    });
    const client = world.oneToMany();
    const sends = ["a", "b", "c"].map((text) => client.sctp_sendv(bytesOf(text), { to }));
    const ids = (await world.until(Promise.all(sends))).map(({ assoc_id }) => assoc_id);
    assert.equal(new Set(ids).size, 1);
    assert.deepEqual(
      [await world.text(server), await world.text(server), await world.text(server)],
      ["a", "b", "c"],
    );
    const one = world.oneToOne(world.anotherClient());
    const connecting = one.connect(to);
    await world.until(one.send(bytesOf("d")));
    await world.until(connecting);
    const messages = [await world.until(server.sctp_recvv()), await world.until(server.sctp_recvv())];
    assert.equal(messages[0]?.notification?.sn_type, SCTP_ASSOC_CHANGE);
    assert.equal(textOf(messages[1]?.data ?? new Uint8Array()), "d");
    assert.deepEqual(drain(server), []);
  });

  contract("RFC 6458 §9.12: a send during connect names the association by its id", async (world) => {
    const { socket: server, to } = world.listen({ type: SOCK_SEQPACKET });
    const client = world.oneToMany();
    let id = 0;
    try {
      client.nonblocking.connect(to);
    } catch (error) {
      assert.equal(codeOf(error), "EINPROGRESS");
      id = (error as { assoc_id: number }).assoc_id;
    }
    const sent = await world.until(client.sctp_sendv(bytesOf("joins"), { info: { snd_assoc_id: id } }));
    assert.equal(sent.assoc_id, id);
    assert.equal(await world.text(server), "joins");
  });

  contract("O_NONBLOCK: connect says EINPROGRESS, then EALREADY, then is writable", async (world) => {
    const { to } = world.listen();
    const client = world.oneToOne();
    const writable = once(client, "writable");
    assert.throws(() => client.nonblocking.connect(to), { code: "EINPROGRESS", syscall: "connect" });
    assert.throws(() => client.nonblocking.connect(to), { code: "EALREADY" });
    assert.equal(client.getsockopt(SOL_SOCKET, SO_ERROR), 0);
    await world.until(writable);
    await world.quiet();
    assert.equal(client.getsockopt(SOL_SOCKET, SO_ERROR), 0);
    assert.throws(() => client.nonblocking.connect(to), { code: "EISCONN" });
    assert.equal(client.nonblocking.send(bytesOf("x")), 1);
  });

  contract("O_NONBLOCK: SO_ERROR tells how a connect has failed, once", async (world) => {
    const { socket, to } = world.listen();
    await world.until(socket.close());
    const unheard = world.oneToOne(world.server);
    unheard.bind(to);
    const client = world.oneToOne();
    assert.throws(() => client.nonblocking.connect(to), { code: "EINPROGRESS" });
    await world.until(once(client, "writable"));
    await world.quiet();
    assert.ok(client.getsockopt(SOL_SOCKET, SO_ERROR) < 0);
    assert.equal(client.getsockopt(SOL_SOCKET, SO_ERROR), 0);
  });

  contract(
    "RFC 6458 §3.1.3, §4.1.3: without listen the peer is refused, and may try again",
    async (world) => {
      const bound = world.oneToOne(world.server);
      bound.bind({ address: world.server.address, port: 0 });
      const to = bound.getsockname();
      const client = world.oneToOne();
      const refusal = {
        code: "ECONNREFUSED",
        syscall: "connect",
        address: to.address,
        port: to.port,
        message: `connect ECONNREFUSED ${to.address}:${to.port}`,
      };
      await assert.rejects(world.until(client.connect(to)), refusal);
      assert.ok((await world.until(client.connect(to).catch((error) => error.errno))) < 0);
      bound.listen();
      await world.until(client.connect(bound.getsockname()));
    },
  );

  contract("RFC 6458 §3.1.3, §4.1.3: listen(0) ends it, and another listen begins it anew", async (world) => {
    for (const type of [SOCK_STREAM, SOCK_SEQPACKET] as const) {
      const { socket, to } = world.listen({ type });
      socket.listen(0);
      const client = world.oneToOne();
      // oxlint-disable-next-line no-await-in-loop -- one style after the other
      await assert.rejects(world.until(client.connect(to)), { code: "ECONNREFUSED" });
      socket.listen(1);
      // oxlint-disable-next-line no-await-in-loop
      await world.until(client.connect(to));
    }
  });

  contract("RFC 6458 §3.1.3, §4.1.4: what does not listen cannot accept", async (world) => {
    const many = world.oneToMany();
    many.listen();
    await assert.rejects(many.accept(), { code: "EOPNOTSUPP", syscall: "accept" });
    assert.throws(() => many.nonblocking.accept(), { code: "EOPNOTSUPP" });
    assert.throws(() => many.connections(), { code: "EOPNOTSUPP" });
    await assert.rejects(world.oneToOne().accept(), { code: "EINVAL" });
    assert.throws(() => world.oneToOne().nonblocking.accept(), { code: "EINVAL" });
    const { client } = await world.connect();
    assert.throws(() => client.listen(), { code: "EINVAL", syscall: "listen" });
  });

  contract("RFC 6458 §4.1.5: a one-to-one socket is connected once", async (world) => {
    const { client, listener, to } = await world.connect();
    await assert.rejects(client.connect(to), { code: "EISCONN" });
    assert.throws(() => client.nonblocking.connect(to), { code: "EISCONN" });
    await assert.rejects(listener.connect(to), { code: "EOPNOTSUPP" });
    const other = world.oneToOne(world.anotherClient());
    const connecting = other.connect(to);
    await assert.rejects(other.connect(to), { code: "EALREADY" });
    await world.until(connecting);
  });

  contract("RFC 6458 §3.1.6: a one-to-many socket connects to one peer after the other", async (world) => {
    const first = world.listen({ type: SOCK_SEQPACKET });
    const second = world.listen({ type: SOCK_SEQPACKET });
    const client = world.oneToMany();
    await world.until(client.connect(first.to));
    const id = await world.until(client.sctp_connectx([second.to]));
    assert.deepEqual(client.sctp_getpaddrs(id), [second.to]);
    await assert.rejects(client.connect(first.to), { code: "EISCONN" });
    await world.until(client.sctp_sendv(bytesOf("second"), { info: { snd_assoc_id: id } }));
    assert.equal(await world.text(second.socket), "second");
    assert.deepEqual(drain(first.socket), [], "connect sends no data");
  });

  contract("RFC 6458 §9.9: sctp_connectx takes one port and at least one address", async (world) => {
    const { to } = world.listen();
    const client = world.oneToOne();
    const twoPorts = client.sctp_connectx([to, { ...to, port: to.port ^ 1 }]);
    await assert.rejects(twoPorts, { code: "EINVAL", syscall: "connect" });
    await assert.rejects(client.sctp_connectx([]), { code: "ERR_SCTP_INVALID_ARG_VALUE" });
    assert.ok((await world.until(client.sctp_connectx([to]))) >= 3);
  });

  contract("RFC 6458 §9.12: a list of addresses sets up, and goes without an id", async (world) => {
    const { socket: server, to } = world.listen({ type: SOCK_SEQPACKET });
    const client = world.oneToMany();
    const { assoc_id } = await world.until(client.sctp_sendv(bytesOf("list"), { to: [to] }));
    assert.deepEqual(client.sctp_getpaddrs(assoc_id), [to]);
    assert.equal(await world.text(server), "list");
    const withId = client.sctp_sendv(bytesOf("x"), { to: [to, to], info: { snd_assoc_id: assoc_id } });
    await assert.rejects(withId, { code: "EINVAL" });
  });

  contract("RFC 6458 §3.1.4: a send without data sets an association up", async (world) => {
    const { socket: server, to } = world.listen({
      type: SOCK_SEQPACKET,
      prepare: (socket) => subscribe(socket, SCTP_ASSOC_CHANGE),
    });
    const client = world.oneToMany();
    const { bytes, assoc_id } = await world.until(client.sctp_sendv(new Uint8Array(0), { to }));
    assert.equal(bytes, 0);
    assert.equal((await world.event(server, SCTP_ASSOC_CHANGE)).sac_state, SCTP_COMM_UP);
    const again = client.sctp_sendv(new Uint8Array(0), { info: { snd_assoc_id: assoc_id } });
    await assert.rejects(again, { code: "EINVAL" }, "there is one, and a message has a byte");
  });

  contract("RFC 6458 §3.1.4, §7.5: what ends an association begins none", async (world) => {
    const { to } = world.listen({ type: SOCK_SEQPACKET });
    const client = world.oneToMany();
    for (const snd_flags of [SCTP_EOF, SCTP_ABORT]) {
      assert.throws(() => client.nonblocking.sctp_sendv(new Uint8Array(0), { to, info: { snd_flags } }), {
        code: "EINVAL",
      });
    }
    const nobody = { code: "EDESTADDRREQ", message: /name an address or an association/ };
    await assert.rejects(client.sctp_sendv(bytesOf("x")), nobody);
    await assert.rejects(client.sctp_sendv(bytesOf("x"), { info: { snd_assoc_id: 99 } }), {
      code: "EINVAL",
      message: /no association has the id 99/,
    });
  });

  contract("RFC 6458 §8.1.3: both sides' SCTP_INITMSG settle the streams", async (world) => {
    const { client, server } = await world.connect({
      prepare: (socket) => {
        socket.setsockopt(IPPROTO_SCTP, SCTP_INITMSG, { sinit_num_ostreams: 7, sinit_max_instreams: 5 });
      },
      prepareClient: (socket) => {
        socket.setsockopt(IPPROTO_SCTP, SCTP_INITMSG, { sinit_num_ostreams: 9, sinit_max_instreams: 3 });
      },
    });
    const ofClient = client.getsockopt(IPPROTO_SCTP, SCTP_STATUS);
    const ofServer = server.getsockopt(IPPROTO_SCTP, SCTP_STATUS);
    assert.deepEqual([ofClient.sstat_outstrms, ofClient.sstat_instrms], [5, 3]);
    assert.deepEqual([ofServer.sstat_outstrms, ofServer.sstat_instrms], [3, 5]);
  });

  contract(
    "RFC 6458 §3: a one-to-many socket has many associations at once, each with its id",
    async (world) => {
      const { socket: server, to } = world.listen({
        type: SOCK_SEQPACKET,
        prepare: (socket) => socket.setsockopt(IPPROTO_SCTP, SCTP_RECVRCVINFO, 1),
      });
      const clients = Array.from({ length: 30 }, () => world.oneToOne());
      await world.until(Promise.all(clients.map((client) => client.connect(to))));
      const ids = new Map<string, number>();
      for (const [index, client] of clients.entries()) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        await world.until(client.send(bytesOf(`from ${index}`)));
        // oxlint-disable-next-line no-await-in-loop
        const { data, info } = await world.message(server);
        ids.set(textOf(data), (info as sctp_rcvinfo).rcv_assoc_id);
      }
      assert.equal(new Set(ids.values()).size, 30);
      for (const [index, client] of clients.entries()) {
        const snd_assoc_id = ids.get(`from ${index}`) as number;
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        await world.until(server.sctp_sendv(bytesOf(`to ${index}`), { info: { snd_assoc_id } }));
        // oxlint-disable-next-line no-await-in-loop
        assert.equal(await world.text(client), `to ${index}`);
      }
    },
  );

  contract("two sockets of one provider talk to each other", async (world) => {
    const { socket: server, to } = world.listen({ type: SOCK_SEQPACKET });
    const client = world.oneToOne(world.server);
    await world.until(client.connect(to));
    await world.until(client.send(bytesOf("home")));
    const { data, address } = await world.message(server);
    assert.equal(textOf(data), "home");
    await world.until(server.sctp_sendv(bytesOf("back"), { to: address! }));
    assert.equal(await world.text(client), "back");
  });

  contract("RFC 6458 §3.1.2: an IPv6 socket talks to peers of both families", async (world) => {
    const wildcard = world.socket(world.server, SOCK_SEQPACKET, AF_INET6);
    wildcard.bind({ address: "::", port: 0 });
    wildcard.listen();
    const { port } = wildcard.getsockname();
    const old = world.oneToOne();
    await world.until(old.connect({ address: world.server.address, port }));
    await world.until(old.send(bytesOf("IPv4")));
    assert.equal(await world.text(wildcard), "IPv4");
    if (world.server.address6 === undefined) return;
    const young = world.socket(world.anotherClient(), SOCK_STREAM, AF_INET6);
    await world.until(young.connect({ address: world.server.address6, port }));
    await world.until(young.send(bytesOf("IPv6")));
    const { data, address } = await world.message(wildcard);
    assert.equal(textOf(data), "IPv6");
    assert.equal(address?.family, "IPv6");
  });
}
