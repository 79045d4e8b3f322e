import assert from "node:assert/strict";
import { test } from "node:test";
import {
  SCTP_ABORT,
  SCTP_DATA_UNSENT,
  SCTP_EOF,
  SCTP_EVENT,
  SCTP_FUTURE_ASSOC,
  SCTP_SEND_FAILED_EVENT,
  SCTP_SHUTDOWN_EVENT,
  IPPROTO_SCTP,
  SHUT_RD,
  SHUT_RDWR,
  SHUT_WR,
  SO_LINGER,
  SOL_SOCKET,
} from "../../src/sockets/constants.js";
import { bytesOf, drain, oneToMany, oneToOne, textOf, World } from "./world.js";

const SERVER = { address: "10.0.0.2", port: 5000 };

test("RFC 6458 §4: a one-to-one client and server exchange messages and end gracefully", async () => {
  const world = new World();
  const { client, server, listener } = await world.connectedPair();
  await client.send(bytesOf("hello"));
  const received = await world.until(server.sctp_recvv());
  assert.equal(textOf(received.data), "hello");
  assert.deepEqual(received.address, { ...client.getsockname(), address: "10.0.0.1" });
  await server.send(bytesOf("world"));
  assert.equal(textOf((await world.until(client.sctp_recvv())).data), "world");
  const closed = client.close();
  for (let count = 0; count < 3; count += 1) {
    const end = await world.until(server.sctp_recvv());
    assert.deepEqual([end.data.length, end.flags], [0, 0], "the end of the peer, each time");
  }
  await world.until(closed);
  await world.until(Promise.all([server.close(), listener.close()]));
  assert.equal(world.clock.hasRef, false);
});

test("RFC 6458 §4.1.9, §7.4: both names are known", async () => {
  const world = new World();
  const { client, server } = await world.connectedPair();
  assert.deepEqual(client.getpeername(), { ...SERVER, family: "IPv4" });
  assert.deepEqual(server.getsockname(), { ...SERVER, family: "IPv4" });
  assert.deepEqual(server.getpeername(), {
    address: "10.0.0.1",
    port: client.getsockname().port,
    family: "IPv4",
  });
  assert.deepEqual(client.sctp_getpaddrs(), [client.getpeername()]);
  assert.deepEqual(client.sctp_getladdrs(), [server.getpeername()]);
  const idle = oneToOne(world.provider("10.0.0.3"));
  assert.deepEqual(idle.getsockname(), { address: "0.0.0.0", port: 0, family: "IPv4" });
  assert.throws(() => idle.getpeername(), { code: "ENOTCONN" });
  assert.deepEqual(idle.sctp_getladdrs(), []);
  assert.deepEqual(idle.sctp_getpaddrs(), []);
});

test("RFC 6458 §4.1.5: the first message sets the association up without connect()", async () => {
  const world = new World();
  const listener = oneToOne(world.provider("10.0.0.2"));
  listener.bind(SERVER);
  listener.listen();
  const client = oneToOne(world.provider("10.0.0.1"));
  const sent = client.sctp_sendv(bytesOf("first"), { to: SERVER, info: { snd_sid: 1 } });
  assert.deepEqual(await world.until(sent), { bytes: 5, assoc_id: 3 });
  await client.sctp_sendv(bytesOf("second"));
  const { socket } = await world.until(listener.accept());
  assert.equal(textOf((await world.until(socket.sctp_recvv())).data), "first");
  assert.equal(textOf((await world.until(socket.sctp_recvv())).data), "second");
});

test("RFC 6458 §4.1.2: nobody listens, so connect() is refused and may be tried again", async () => {
  const world = new World();
  const listener = oneToOne(world.provider("10.0.0.2"));
  listener.bind(SERVER);
  const client = oneToOne(world.provider("10.0.0.1"));
  await assert.rejects(world.until(client.connect(SERVER)), {
    code: "ECONNREFUSED",
    syscall: "connect",
    address: "10.0.0.2",
    port: 5000,
  });
  assert.throws(() => client.nonblocking.sctp_recvv(), { code: "ENOTCONN" });
  assert.throws(() => client.nonblocking.send(bytesOf("x")), { code: "ENOTCONN" });
  listener.listen();
  await world.until(client.connect(SERVER));
});

test("RFC 9260 §5.1.6: a peer that never answers is ETIMEDOUT", async () => {
  const world = new World();
  world.provider("10.0.0.2");
  const client = oneToOne(world.provider("10.0.0.1"));
  world.network.partition("10.0.0.1", "10.0.0.2");
  await assert.rejects(world.until(client.connect(SERVER)), { code: "ETIMEDOUT" });
});

test("RFC 6458 §4.1.5: a socket is connected at most once", async () => {
  const world = new World();
  const { client, server, listener } = await world.connectedPair();
  await assert.rejects(client.connect(SERVER), { code: "EISCONN" });
  await assert.rejects(listener.connect(SERVER), { code: "EOPNOTSUPP" });
  const other = oneToOne(world.provider("10.0.0.3"));
  const connecting = other.connect(SERVER);
  await assert.rejects(other.connect(SERVER), { code: "EALREADY" });
  await world.until(connecting);
  const closed = server.close();
  await world.until(client.sctp_recvv());
  await world.until(closed);
  await assert.rejects(client.connect(SERVER), { code: "EISCONN" });
});

test("RFC 6458 §4.1.3: a full accept queue refuses with ABORT, and accept() makes room", async () => {
  const world = new World();
  const listener = oneToOne(world.provider("10.0.0.2"));
  listener.bind(SERVER);
  listener.listen(2);
  const clients = [1, 2, 3].map((number) => oneToOne(world.provider(`10.0.1.${number}`)));
  const outcomes = await world.until(Promise.allSettled(clients.map((client) => client.connect(SERVER))));
  assert.deepEqual(outcomes.map(({ status }) => status).sort(), ["fulfilled", "fulfilled", "rejected"]);
  const refused = outcomes.findIndex(({ status }) => status === "rejected");
  await world.until(listener.accept());
  await world.until(clients[refused]!.connect(SERVER));
  await world.until(Promise.all([listener.accept(), listener.accept()]));
  assert.throws(() => listener.nonblocking.accept(), { code: "EAGAIN" });
  listener.listen(0);
  const late = oneToOne(world.provider("10.0.1.4"));
  await assert.rejects(world.until(late.connect(SERVER)), { code: "ECONNREFUSED" });
});

test("RFC 6458 §4.1.4: what comes before accept() is kept, and so is an association that has ended", async () => {
  const world = new World();
  const listener = oneToOne(world.provider("10.0.0.2"));
  listener.bind(SERVER);
  listener.listen();
  const client = oneToOne(world.provider("10.0.0.1"));
  await world.until(client.connect(SERVER));
  await client.send(bytesOf("early"));
  await world.until(client.close());
  const { socket, address } = await world.until(listener.accept());
  assert.equal(address.address, "10.0.0.1");
  assert.equal(textOf((await world.until(socket.sctp_recvv())).data), "early");
  assert.equal((await world.until(socket.sctp_recvv())).data.length, 0);
  await world.clock.advanceBy(50);
  assert.throws(() => socket.nonblocking.send(bytesOf("late")), { code: "EPIPE" });
});

test("RFC 6458 §4.1.6: closing a listening socket aborts what was not accepted, and nothing else", async () => {
  const world = new World();
  const { client, server, listener } = await world.connectedPair();
  const waiting = oneToOne(world.provider("10.0.0.3"));
  await world.until(waiting.connect(SERVER));
  await world.until(listener.close());
  await assert.rejects(world.until(waiting.sctp_recvv()), { code: "ECONNRESET" });
  await client.send(bytesOf("still here"));
  assert.equal(textOf((await world.until(server.sctp_recvv())).data), "still here");
  const another = oneToOne(world.provider("10.0.0.4"));
  await assert.rejects(world.until(another.connect(SERVER)), { code: "ECONNREFUSED" });
});

test("RFC 6458 §8.1.4: SO_LINGER {1, 0} aborts; the peer gets its data, ECONNRESET once, then the end", async () => {
  const world = new World();
  const { client, server } = await world.connectedPair();
  await client.send(bytesOf("before"));
  await world.clock.advanceBy(50);
  client.setsockopt(SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: 0 });
  await world.until(client.close());
  await world.clock.advanceBy(50);
  assert.equal(textOf(server.nonblocking.sctp_recvv().data), "before");
  assert.throws(() => server.nonblocking.sctp_recvv(), { code: "ECONNRESET" });
  assert.equal(server.nonblocking.sctp_recvv().data.length, 0);
  assert.throws(() => server.nonblocking.send(bytesOf("x")), { code: "EPIPE" });
});

test("RFC 6458 §4.1.6: a send after the peer's ABORT is told ECONNRESET first, and EPIPE from then on", async () => {
  const world = new World();
  const { client, server } = await world.connectedPair();
  await server.sctp_sendv(bytesOf("because"), { info: { snd_flags: SCTP_ABORT } });
  await world.clock.advanceBy(50);
  assert.throws(() => client.nonblocking.send(bytesOf("x")), { code: "ECONNRESET" });
  assert.throws(() => client.nonblocking.send(bytesOf("x")), { code: "EPIPE" });
  assert.equal(server.nonblocking.sctp_recvv().data.length, 0, "whoever aborts knows it");
});

test("RFC 6458 §5.3.4: SCTP_EOF ends the association gracefully, behind the data", async () => {
  const world = new World();
  const { client, server } = await world.connectedPair();
  await client.send(bytesOf("last words"));
  await client.sctp_sendv(new Uint8Array(0), { info: { snd_flags: SCTP_EOF } });
  assert.throws(() => client.nonblocking.send(bytesOf("x")), { code: "ESHUTDOWN" });
  assert.equal(textOf((await world.until(server.sctp_recvv())).data), "last words");
  assert.equal((await world.until(server.sctp_recvv())).data.length, 0);
  assert.equal((await world.until(client.sctp_recvv())).data.length, 0);
});

test("RFC 6458 §5.3.4: a message with SCTP_EOF is the last one", async () => {
  const world = new World();
  const { client, server } = await world.connectedPair();
  await client.sctp_sendv(bytesOf("last words"), { info: { snd_flags: SCTP_EOF } });
  assert.throws(() => client.nonblocking.send(bytesOf("x")), { code: "ESHUTDOWN" });
  assert.equal(textOf((await world.until(server.sctp_recvv())).data), "last words");
  assert.equal((await world.until(server.sctp_recvv())).data.length, 0);
});

test("RFC 6458 §4.1.7: SHUT_WR ends the association; what is there can still be read", async () => {
  const world = new World();
  const { client, server } = await world.connectedPair();
  await server.send(bytesOf("unread"));
  await world.clock.advanceBy(50);
  client.shutdown(SHUT_WR);
  assert.throws(() => client.nonblocking.send(bytesOf("x")), { code: "EPIPE" });
  assert.equal((await world.until(server.sctp_recvv())).data.length, 0);
  await world.clock.advanceBy(100);
  assert.equal(textOf(client.nonblocking.sctp_recvv().data), "unread");
  assert.equal(client.nonblocking.sctp_recvv().data.length, 0);
  assert.throws(() => client.shutdown(SHUT_WR), { code: "ENOTCONN" });
});

test("RFC 6458 §4.1.7: SHUT_RD only stops receiving, and the peer can go on", async () => {
  const world = new World();
  const { client, server } = await world.connectedPair();
  await server.send(bytesOf("unread"));
  await world.clock.advanceBy(50);
  client.shutdown(SHUT_RD);
  assert.equal(client.nonblocking.sctp_recvv().data.length, 0);
  for (let count = 0; count < 40; count += 1) await world.until(server.send(new Uint8Array(60_000)));
  await client.send(bytesOf("still sending"));
  assert.equal(textOf((await world.until(server.sctp_recvv())).data), "still sending");
  client.shutdown(SHUT_RDWR);
  assert.equal((await world.until(server.sctp_recvv())).data.length, 0);
});

test("RFC 6458 §3.1.4: after the peer's SHUTDOWN a send is ESHUTDOWN, and the event tells of it", async () => {
  const world = new World();
  const { client, server } = await world.connectedPair();
  server.setsockopt(IPPROTO_SCTP, SCTP_EVENT, { se_type: SCTP_SHUTDOWN_EVENT, se_on: 1 });
  // Data of its own under way keeps the server's side open.
  world.network.partition("10.0.0.2", "10.0.0.1");
  await server.send(bytesOf("stuck"));
  client.shutdown(SHUT_WR);
  await world.clock.advanceBy(50);
  assert.throws(() => server.nonblocking.send(bytesOf("x")), { code: "ESHUTDOWN" });
  const [event] = drain(server);
  assert.deepEqual(event?.notification, { sn_type: SCTP_SHUTDOWN_EVENT, sse_flags: 0, sse_assoc_id: 3 });
});

test("RFC 6458 §4.1.8: a message to an address that is not the peer's fails, and an event gives it back", async () => {
  const world = new World();
  const { client, server } = await world.connectedPair();
  client.setsockopt(IPPROTO_SCTP, SCTP_EVENT, {
    se_assoc_id: SCTP_FUTURE_ASSOC,
    se_type: SCTP_SEND_FAILED_EVENT,
    se_on: 1,
  });
  await client.sctp_sendv(bytesOf("lost"), {
    to: { address: "10.0.0.9", port: 5000 },
    info: { snd_ppid: 7 },
  });
  const { notification } = await world.until(client.sctp_recvv());
  assert.ok(notification?.sn_type === SCTP_SEND_FAILED_EVENT);
  assert.equal(notification.ssfe_flags, SCTP_DATA_UNSENT);
  assert.equal(textOf(notification.ssfe_data), "lost");
  assert.equal(notification.ssfe_info.snd_ppid, 7);
  await client.sctp_sendv(bytesOf("found"), { to: SERVER });
  assert.equal(textOf((await world.until(server.sctp_recvv())).data), "found");
});

test("RFC 6458 §4.1.6: close() is bounded: with a peer that is gone it aborts after 10 s", async () => {
  const world = new World();
  const { client, server, listener } = await world.connectedPair();
  world.network.partition("10.0.0.2", "10.0.0.1");
  await client.send(bytesOf("unacknowledged"));
  const start = world.clock.now();
  await world.until(client.close());
  assert.equal(world.clock.now() - start, 10_000);
  await assert.rejects(
    world.until(
      (async () => {
        while ((await server.sctp_recvv()).data.length > 0);
      })(),
    ),
    { code: "ECONNRESET" },
  );
  await world.until(Promise.all([server.close(), listener.close()]));
  assert.equal(world.clock.hasRef, false);
});

test("RFC 6458 §8.1.4: SO_LINGER {1, n} bounds the wait at n seconds", async () => {
  const world = new World();
  const { client } = await world.connectedPair();
  world.network.partition("10.0.0.1", "10.0.0.2");
  await client.send(bytesOf("unacknowledged"));
  client.setsockopt(SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: 3 });
  const start = world.clock.now();
  await world.until(client.close());
  assert.equal(world.clock.now() - start, 3000);
});

test("RFC 6458 §4.1.6: close() during the set-up sends what was given first", async () => {
  const world = new World();
  const listener = oneToOne(world.provider("10.0.0.2"));
  listener.bind(SERVER);
  listener.listen();
  const client = oneToOne(world.provider("10.0.0.1"));
  await client.sctp_sendv(bytesOf("in a hurry"), { to: SERVER });
  await world.until(client.close());
  const { socket } = await world.until(listener.accept());
  assert.equal(textOf((await world.until(socket.sctp_recvv())).data), "in a hurry");
  assert.equal((await world.until(socket.sctp_recvv())).data.length, 0);
});

test("an aborted connect() sends ABORT, and the socket may connect anew", async () => {
  const world = new World({ faults: { delayMs: 100 } });
  const server = oneToMany(world.provider("10.0.0.2"));
  server.bind(SERVER);
  server.listen();
  const client = oneToOne(world.provider("10.0.0.1"));
  const controller = new AbortController();
  const connecting = client.connect(SERVER, { signal: controller.signal });
  await world.clock.advanceBy(250);
  controller.abort(new Error("enough"));
  await assert.rejects(connecting, /^Error: enough$/);
  await world.clock.advanceBy(1000);
  await world.until(client.connect(SERVER));
  assert.equal(server.sctp_getpaddrs(4).length, 1, "the second association of the server");
  assert.equal(server.sctp_getpaddrs(3).length, 0, "the first has been aborted");
});

test("RFC 6458 §4.1.5: an implicit set-up that fails is told by the next call, once", async () => {
  const world = new World();
  world.provider("10.0.0.2");
  const client = oneToOne(world.provider("10.0.0.1"));
  await client.sctp_sendv(bytesOf("anybody?"), { to: SERVER });
  await assert.rejects(world.until(client.sctp_recvv()), { code: "ECONNREFUSED" });
  assert.throws(() => client.nonblocking.sctp_recvv(), { code: "ENOTCONN" });
});

test("a connection to a socket of the same provider works", async () => {
  const world = new World();
  const provider = world.provider("10.0.0.2");
  const listener = oneToOne(provider);
  listener.bind(SERVER);
  listener.listen();
  const client = oneToOne(provider);
  await world.until(client.connect(SERVER));
  const { socket } = await world.until(listener.accept());
  await client.send(bytesOf("myself"));
  assert.equal(textOf((await world.until(socket.sctp_recvv())).data), "myself");
});
