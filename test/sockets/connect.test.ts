import assert from "node:assert/strict";
import { test } from "node:test";
import { SCTP_BINDX_ADD_ADDR, SHUT_WR, SO_ERROR, SOL_SOCKET } from "../../src/sockets/constants.js";
import { systemError } from "../../src/sockets/errors.js";
import { PEER } from "./fake-provider.js";
import { openOneToMany, openOneToOne, settled, stateOf } from "./fake-sockets.js";

test("RFC 6458 §4.1.5: connect settles when the association is up", async () => {
  const { socket, fake } = openOneToOne();
  const connecting = socket.connect(PEER);
  assert.deepEqual(fake.callsOf("connect")[0]?.arguments, [[PEER]]);
  assert.equal(await stateOf(connecting), "pending");
  fake.decide(3, "up");
  assert.equal(await connecting, undefined);
});

test("RFC 6458 §9.9: sctp_connectx answers the association's id", async () => {
  const { socket, fake } = openOneToMany();
  const first = socket.sctp_connectx([PEER, { ...PEER, address: "192.0.2.2" }]);
  const second = socket.sctp_connectx([{ ...PEER, address: "192.0.2.3" }]);
  fake.decide(4, "up");
  assert.equal(await second, 4);
  assert.equal(await stateOf(first), "pending", "connects do not wait for each other");
  fake.decide(3, "up");
  assert.equal(await first, 3);
});

test("a connect that fails rejects with the provider's error", async () => {
  const { socket, fake } = openOneToOne();
  const connecting = socket.connect(PEER);
  const { address, port } = PEER;
  fake.decide(3, systemError("ECONNREFUSED", "connect", { address, port }));
  await assert.rejects(connecting, { message: "connect ECONNREFUSED 192.0.2.1:20000", address, port });
  fake.connectError = systemError("EISCONN", "connect");
  await assert.rejects(socket.connect(PEER), { code: "EISCONN" });
});

test("an aborted connect ends the association with ABORT", async () => {
  const { socket, fake } = openOneToOne();
  const controller = new AbortController();
  const connecting = socket.connect(PEER, { signal: controller.signal });
  controller.abort(new Error("enough"));
  await assert.rejects(connecting, { message: "enough" });
  assert.deepEqual(fake.callsOf("abortAssociation")[0]?.arguments, [3]);
  await assert.rejects(socket.connect(PEER, { signal: controller.signal }), { message: "enough" });
  assert.equal(fake.callsOf("connect").length, 1);
});

test("a connect that is aborted during the look-up starts nothing", async () => {
  let answer: (address: string) => void = () => undefined;
  const resolver = (): Promise<string> =>
    new Promise((resolve) => {
      answer = resolve;
    });
  const { socket, fake } = openOneToOne({ resolver });
  const controller = new AbortController();
  const connecting = socket.connect({ address: "one.example", port: 9 }, { signal: controller.signal });
  await settled();
  controller.abort();
  await assert.rejects(connecting, { name: "AbortError" });
  answer("192.0.2.1");
  await settled();
  assert.equal(fake.callsOf("connect").length, 0);
});

test("RFC 6458 §3.2: without waiting, connect throws EINPROGRESS; asked again it tells the outcome", () => {
  const { socket, fake } = openOneToOne();
  assert.throws(() => socket.nonblocking.connect(PEER), {
    code: "EINPROGRESS",
    syscall: "connect",
    assoc_id: 3,
  });
  assert.throws(() => socket.nonblocking.connect(PEER), { code: "EALREADY" });
  assert.equal(socket.getsockopt(SOL_SOCKET, SO_ERROR), 0);
  let edges = 0;
  socket.on("readable", () => {
    edges += 1;
  });
  fake.decide(3, "up");
  assert.equal(edges, 1);
  socket.nonblocking.connect(PEER);
  assert.equal(fake.callsOf("connect").length, 1);
});

test("POSIX: SO_ERROR tells how a connect has failed, once", () => {
  const { socket, fake } = openOneToOne();
  assert.throws(() => socket.nonblocking.sctp_connectx([PEER]), { code: "EINPROGRESS" });
  const refused = systemError("ECONNREFUSED", "connect");
  fake.decide(3, refused);
  assert.equal(socket.getsockopt(SOL_SOCKET, SO_ERROR), refused.errno);
  assert.equal(socket.getsockopt(SOL_SOCKET, SO_ERROR), 0);
});

test("RFC 6458 §3.1.6: a one-to-many socket starts many associations without waiting", () => {
  const { socket, fake } = openOneToMany();
  for (const assoc_id of [3, 4]) {
    assert.throws(() => socket.nonblocking.connect(PEER), { code: "EINPROGRESS", assoc_id });
  }
  assert.equal(fake.callsOf("connect").length, 2);
});

test("close() settles every call that waits with ECANCELED and lets nothing through any more", async () => {
  const resolver = (): Promise<string> => new Promise(() => undefined);
  const { socket, fake } = openOneToOne({ resolver });
  fake.closesAtOnce = false;
  fake.room.set(3, 0);
  const data = new Uint8Array(1);
  const controller = new AbortController();
  const { signal } = controller;
  const waiting = [
    socket.sctp_recvv({ signal }),
    socket.recv(),
    socket.accept(),
    socket.sctp_sendv(data, { signal }),
    socket.send(data),
    socket.connect(PEER, { signal }),
    socket.sctp_sendv(data, { to: { address: "one.example", port: 9 } }),
    socket[Symbol.asyncIterator]().next(),
  ];
  let edges = 0;
  for (const event of ["readable", "writable"] as const) {
    socket.on(event, () => {
      edges += 1;
    });
  }
  const closed = socket.close();
  for (const call of waiting) await assert.rejects(call, { code: "ECANCELED" });
  assert.equal(await stateOf(closed), "pending");
  fake.readiness.onReadable();
  fake.readiness.onWritable();
  controller.abort();
  assert.equal(edges, 0);
  assert.equal(fake.callsOf("abortAssociation").length, 0);
  fake.finishClose();
  await closed;
  assert.equal(socket.close(), closed);
  assert.equal(fake.callsOf("close").length, 1);
});

test("close() may be called by a listener of an edge event", async () => {
  const { socket, fake } = openOneToOne();
  const closed = new Promise<void>((resolve, reject) => {
    socket.on("readable", () => {
      socket.close().then(resolve, reject);
    });
  });
  fake.readiness.onReadable();
  await closed;
});

test("await using closes the socket", async () => {
  const { socket, fake } = openOneToOne();
  {
    await using held = socket;
    assert.equal(held.provider, "userland");
  }
  assert.equal(fake.callsOf("close").length, 1);
});

test("after close() every call answers EBADF", async () => {
  const { socket } = openOneToOne();
  const { nonblocking } = socket;
  await socket.close();
  const data = new Uint8Array(1);
  const promises = [
    () => socket.sctp_recvv(),
    () => socket.sctp_sendv(data),
    () => socket.accept(),
    () => socket.connect(PEER),
    () => socket[Symbol.asyncIterator]().next(),
  ];
  for (const call of promises) await assert.rejects(call, { code: "EBADF" });
  const synchronous = [
    () => socket.bind(PEER),
    () => socket.sctp_bindx([PEER], SCTP_BINDX_ADD_ADDR),
    () => socket.listen(),
    () => socket.shutdown(SHUT_WR),
    () => socket.getsockname(),
    () => socket.getpeername(),
    () => socket.sctp_getladdrs(),
    () => socket.getsockopt(SOL_SOCKET, SO_ERROR),
    () => nonblocking.sctp_recvv(),
    () => nonblocking.sctp_sendv(data),
    () => nonblocking.connect(PEER),
    () => nonblocking.receiveMany(1),
  ];
  for (const call of synchronous) assert.throws(call, { code: "EBADF" });
  assert.equal(socket.hasRef(), false);
  assert.equal(socket.ref(), socket);
});

test("ref and unref are the provider's", () => {
  const { socket, fake } = openOneToOne();
  assert.equal(socket.hasRef(), true);
  assert.equal(socket.unref(), socket);
  assert.equal(fake.isReferenced, false);
  assert.equal(socket.hasRef(), false);
  assert.equal(socket.ref().hasRef(), true);
});

test("RFC 6458 §4.1.7: shutdown is for one-to-one sockets", () => {
  const { socket, fake } = openOneToOne();
  socket.shutdown(SHUT_WR);
  assert.deepEqual(fake.callsOf("shutdown")[0]?.arguments, [SHUT_WR]);
  assert.throws(() => socket.shutdown(3), { code: "ERR_SCTP_INVALID_ARG_VALUE" });
  assert.throws(() => openOneToMany().socket.shutdown(SHUT_WR), { code: "EOPNOTSUPP" });
});

test("RFC 6458 §9.3, §9.5: one-to-one sockets ignore the association's id", () => {
  const { socket, fake } = openOneToOne();
  socket.sctp_getladdrs(99);
  socket.sctp_getpaddrs(99);
  assert.deepEqual(fake.callsOf("getladdrs")[0]?.arguments, [0]);
  assert.deepEqual(fake.callsOf("getpaddrs")[0]?.arguments, [0]);
  const many = openOneToMany();
  many.socket.sctp_getpaddrs(7);
  assert.deepEqual(many.fake.callsOf("getpaddrs")[0]?.arguments, [7]);
});
