import assert from "node:assert/strict";
import { test } from "node:test";
import {
  MSG_DONTWAIT,
  MSG_EOR,
  MSG_NOTIFICATION,
  MSG_PEEK,
  SCTP_SHUTDOWN_EVENT,
} from "../../src/sockets/constants.js";
import { systemError } from "../../src/sockets/errors.js";
import { notificationToBytes } from "../../src/sockets/notifications.js";
import type { ReceivedMessage } from "../../src/sockets/types.js";
import { PEER, endOfPeer, message, textOf } from "./fake-provider.js";
import { openOneToMany, openOneToOne, settled, stateOf } from "./fake-sockets.js";

test("a message that is there is answered without waiting", async () => {
  const { socket, fake } = openOneToMany();
  fake.incoming.push(message("a"));
  const { data, address, flags, infotype, info } = await socket.sctp_recvv();
  assert.equal(textOf(data), "a");
  assert.deepEqual(address, PEER);
  assert.deepEqual([flags, infotype, info], [MSG_EOR, 0, undefined]);
});

test("promise receives are answered in the order in which they were made", async () => {
  const { socket, fake } = openOneToMany();
  const order: string[] = [];
  const calls = ["first", "second", "third"].map(async (name) => {
    const { data } = await socket.sctp_recvv();
    order.push(`${name}=${textOf(data)}`);
  });
  fake.deliver(message("a"), message("b"));
  await settled();
  assert.deepEqual(order, ["first=a", "second=b"]);
  fake.deliver(message("c"));
  await Promise.all(calls);
  assert.deepEqual(order, ["first=a", "second=b", "third=c"]);
});

test("a call that does not wait throws EAGAIN when there is nothing", () => {
  const { socket } = openOneToMany();
  assert.throws(() => socket.nonblocking.sctp_recvv(), { code: "EAGAIN", syscall: "recvmsg" });
  assert.throws(() => socket.nonblocking.receiveMany(10), { code: "EAGAIN" });
});

test("a call that does not wait never overtakes a promise call", async () => {
  const { socket, fake } = openOneToMany();
  const first = socket.sctp_recvv();
  // The message is there, but the provider has not told of it yet: it is the waiting call's.
  fake.incoming.push(message("a"));
  assert.throws(() => socket.nonblocking.sctp_recvv(), { code: "EAGAIN" });
  assert.throws(() => socket.nonblocking.receiveMany(1), { code: "EAGAIN" });
  fake.readiness.onReadable();
  assert.equal(textOf((await first).data), "a");
});

test("MSG_DONTWAIT makes a promise call reject with EAGAIN, also behind one that waits", async () => {
  const { socket, fake } = openOneToMany();
  await assert.rejects(socket.sctp_recvv({ flags: MSG_DONTWAIT }), { code: "EAGAIN" });
  const waiting = socket.sctp_recvv();
  await assert.rejects(socket.sctp_recvv({ flags: MSG_DONTWAIT }), { code: "EAGAIN" });
  fake.deliver(message("a"));
  assert.equal(textOf((await waiting).data), "a");
});

test("an aborted receive rejects with the signal's reason and consumes nothing", async () => {
  const { socket, fake } = openOneToMany();
  const controller = new AbortController();
  const aborted = socket.sctp_recvv({ signal: controller.signal });
  const other = socket.sctp_recvv();
  const reason = new Error("enough");
  controller.abort(reason);
  await assert.rejects(aborted, reason);
  fake.deliver(message("a"));
  assert.equal(textOf((await other).data), "a");
});

test("a signal that was aborted before the call leaves the message where it is", async () => {
  const { socket, fake } = openOneToMany();
  fake.incoming.push(message("a"));
  await assert.rejects(socket.sctp_recvv({ signal: AbortSignal.abort() }), { name: "AbortError" });
  assert.equal(textOf(socket.nonblocking.sctp_recvv().data), "a");
});

test("an abort after the answer changes nothing", async () => {
  const { socket, fake } = openOneToMany();
  const controller = new AbortController();
  const call = socket.sctp_recvv({ signal: controller.signal });
  fake.deliver(message("a"));
  controller.abort();
  assert.equal(textOf((await call).data), "a");
});

test("readable is an edge for those who do not wait, after promise calls have been served", async () => {
  const { socket, fake } = openOneToMany();
  let edges = 0;
  socket.on("readable", () => {
    edges += 1;
  });
  const first = socket.sctp_recvv();
  const second = socket.sctp_recvv();
  fake.deliver(message("a"));
  assert.equal(edges, 0, "a promise call still waits");
  fake.deliver(message("b"), message("c"));
  assert.equal(edges, 1);
  assert.equal(textOf(socket.nonblocking.sctp_recvv().data), "c");
  await Promise.all([first, second]);
});

test("RFC 6458 §3.1.4: a small buffer gets a part without MSG_EOR, and the next call the rest", async () => {
  const { socket, fake } = openOneToMany();
  fake.incoming.push(message("abcde"));
  const into = new Uint8Array(3);
  const first = await socket.sctp_recvv({ into });
  assert.equal(textOf(first.data), "abc");
  assert.equal(first.data.buffer, into.buffer);
  assert.equal(first.flags, 0);
  const second = await socket.sctp_recvv({ lengthBytes: 10 });
  assert.equal(textOf(second.data), "de");
  assert.equal(second.flags, MSG_EOR);
});

test("RFC 6458 §9.13: MSG_PEEK leaves the message where it is", async () => {
  const { socket, fake } = openOneToMany();
  fake.incoming.push(message("a"));
  assert.equal(textOf((await socket.sctp_recvv({ flags: MSG_PEEK })).data), "a");
  assert.equal(textOf((await socket.sctp_recvv()).data), "a");
});

test("an error of the provider is thrown once, at the next call", async () => {
  const { socket, fake } = openOneToOne();
  const waiting = socket.sctp_recvv();
  fake.deliver(systemError("ECONNRESET", "recvmsg"), endOfPeer());
  await assert.rejects(waiting, { code: "ECONNRESET" });
  assert.deepEqual(await socket.recv(), new Uint8Array());
});

test("receiveMany appends what is there, up to its bound", () => {
  const { socket, fake } = openOneToMany();
  fake.incoming.push(message("a"), message("b"), message("c"));
  const target: ReceivedMessage[] = [];
  assert.equal(socket.nonblocking.receiveMany(2, target), target);
  assert.deepEqual(
    target.map(({ data }) => textOf(data)),
    ["a", "b"],
  );
  assert.equal(socket.nonblocking.receiveMany(2, target).length, 3);
});

test("receiveMany puts messages into memory of the caller, and asks once for what it is", () => {
  const { socket, fake } = openOneToMany();
  fake.incoming.push(message("abcdef"), message("g"), message("h"));
  const places = [new Uint8Array(4), new Uint8Array(4), new Uint8Array(4)];
  const texts = (max: number, into: readonly Uint8Array[]) =>
    socket.nonblocking.receiveMany(max, [], into).map(({ data, flags }) => [textOf(data), flags]);
  assert.deepEqual(texts(2, places), [
    ["abcd", 0],
    ["ef", MSG_EOR],
  ]);
  assert.deepEqual(texts(9, places.slice(0, 1)), [["g", MSG_EOR]], "no more than there are places");
  assert.deepEqual(places.map(textOf), ["gbcd", "ef\0\0", "\0\0\0\0"]);
  // Nothing is taken where one of the places is wrong; what is behind the bound of the call is not looked at.
  const wrong = [places[0], new Uint8Array(0)] as Uint8Array[];
  assert.throws(() => texts(9, wrong), {
    code: "ERR_SCTP_INVALID_ARG_VALUE",
    message: /^into\[1\] must be at least one byte long/,
  });
  assert.throws(() => texts(9, ["x" as unknown as Uint8Array]), { code: "ERR_SCTP_INVALID_ARG_TYPE" });
  assert.throws(() => texts(9, places[0] as unknown as Uint8Array[]), { code: "ERR_SCTP_INVALID_ARG_TYPE" });
  assert.throws(() => texts(9, []), { code: "ERR_SCTP_INVALID_ARG_VALUE" });
  assert.deepEqual(texts(1, wrong), [["h", MSG_EOR]]);
});

test("RFC 6458 §6.1: a notification that has come as bytes is parsed when it is whole", async () => {
  const { socket, fake } = openOneToMany();
  const notification = { sn_type: SCTP_SHUTDOWN_EVENT, sse_flags: 0, sse_assoc_id: 7 } as const;
  const data = notificationToBytes(notification);
  fake.incoming.push({ ...message(""), data, flags: MSG_NOTIFICATION | MSG_EOR });
  fake.incoming.push({ ...message(""), data: data.slice(0, 9), flags: MSG_NOTIFICATION });
  assert.deepEqual((await socket.sctp_recvv()).notification, notification);
  assert.equal((await socket.sctp_recvv()).notification, undefined);
  fake.incoming.push({ ...message(""), data, flags: MSG_NOTIFICATION | MSG_EOR });
  assert.deepEqual(socket.nonblocking.receiveMany(1)[0]?.notification, notification);
});

test("RFC 6458 §7.1: recv is not for one-to-many sockets, recvfrom is", async () => {
  const { socket, fake } = openOneToMany();
  await assert.rejects(socket.recv(), { code: "EOPNOTSUPP", syscall: "recv" });
  assert.throws(() => socket.nonblocking.recv(), { code: "EOPNOTSUPP" });
  fake.incoming.push(message("a"));
  assert.deepEqual(await socket.recvfrom(), { data: message("a").data, address: PEER });
});

test("an iteration of a one-to-one socket ends at the peer's shutdown", async () => {
  const { socket, fake } = openOneToOne();
  fake.incoming.push(message("a"), message("b"), endOfPeer());
  const seen: string[] = [];
  for await (const { data } of socket) seen.push(textOf(data));
  assert.deepEqual(seen, ["a", "b"]);
  assert.equal(fake.callsOf("close").length, 0);
});

test("leaving an iteration closes nothing and loses nothing", async () => {
  const { socket, fake } = openOneToMany();
  fake.incoming.push(message("a"), message("b"));
  for await (const { data } of socket) {
    assert.equal(textOf(data), "a");
    break;
  }
  assert.equal(fake.callsOf("close").length, 0);
  for await (const { data } of socket) {
    assert.equal(textOf(data), "b");
    break;
  }
});

test("ending an iterator that waits answers it and takes no message", async () => {
  const { socket, fake } = openOneToMany();
  const iterator = socket[Symbol.asyncIterator]();
  const waiting = [iterator.next(), iterator.next()];
  await iterator.return();
  assert.deepEqual(await Promise.all(waiting), [
    { done: true, value: undefined },
    { done: true, value: undefined },
  ]);
  fake.deliver(message("a"));
  assert.equal(textOf(socket.nonblocking.sctp_recvv().data), "a");
});

test("an iterator's calls stand in the same queue as all others", async () => {
  const { socket, fake } = openOneToMany();
  const iterator = socket[Symbol.asyncIterator]();
  const first = socket.sctp_recvv();
  const second = iterator.next();
  fake.deliver(message("a"));
  assert.equal(textOf((await first).data), "a");
  assert.equal(await stateOf(second), "pending");
  fake.deliver(message("b"));
  const { value } = await second;
  assert.equal(value === undefined ? "" : textOf(value.data), "b");
});

test("RFC 6458 §3.1.3: accept and connections() are for one-to-one sockets", async () => {
  const { socket } = openOneToMany();
  await assert.rejects(socket.accept(), { code: "EOPNOTSUPP", syscall: "accept" });
  assert.throws(() => socket.nonblocking.accept(), { code: "EOPNOTSUPP" });
  assert.throws(() => socket.connections(), { code: "EOPNOTSUPP" });
});

test("RFC 6458 §4.1.4: accept waits for an association and answers a socket of its own", async () => {
  const { socket, fake, provider } = openOneToOne();
  assert.throws(() => socket.nonblocking.accept(), { code: "EAGAIN" });
  const waiting = socket.accept();
  const inner = provider.createSocket(2, 1, fake.readiness);
  fake.accepts.push({ socket: inner, address: PEER });
  fake.readiness.onReadable();
  const accepted = await waiting;
  assert.deepEqual(accepted.address, PEER);
  assert.equal(accepted.socket.provider, "userland");
  assert.equal(accepted.socket.sctp_type, "one-to-one");
  const received = accepted.socket.sctp_recvv();
  inner.deliver(message("a"));
  assert.equal(textOf((await received).data), "a");
});

test("connections() yields what is accepted", async () => {
  const { socket, fake, provider } = openOneToOne();
  for (let count = 0; count < 2; count += 1) {
    fake.accepts.push({ socket: provider.createSocket(2, 1, fake.readiness), address: PEER });
  }
  let seen = 0;
  for await (const { address } of socket.connections()) {
    assert.deepEqual(address, PEER);
    seen += 1;
    if (seen === 2) break;
  }
  assert.equal(fake.callsOf("close").length, 0);
});

test("RFC 6458 §9.2: a peeled off association has a one-to-one socket of its own", async () => {
  const { socket, fake } = openOneToMany();
  fake.incoming.push(message("a"));
  const peeled = socket.sctp_peeloff(3);
  assert.equal(peeled.sctp_type, "one-to-one");
  assert.equal(textOf((await peeled.sctp_recvv()).data), "a");
  assert.throws(() => peeled.sctp_peeloff(3), { code: "EINVAL" });
  assert.throws(() => socket.sctp_peeloff(4), { code: "EINVAL" });
});

test("what a receive call was given is checked", async () => {
  const { socket } = openOneToMany();
  for (const lengthBytes of [0, -1, 1.5, 2 ** 31]) {
    await assert.rejects(socket.sctp_recvv({ lengthBytes }), {
      name: "RangeError",
      code: "ERR_SCTP_OUT_OF_RANGE",
    });
  }
  await assert.rejects(socket.sctp_recvv({ lengthBytes: 5, into: new Uint8Array(4) }), {
    message: "lengthBytes must be an integer from 1 to 4, and is 5",
  });
  await assert.rejects(socket.sctp_recvv({ into: "x" as unknown as Uint8Array }), {
    name: "TypeError",
    code: "ERR_SCTP_INVALID_ARG_TYPE",
  });
  await assert.rejects(socket.sctp_recvv({ flags: 1 }), { code: "ERR_SCTP_OUT_OF_RANGE" });
  await assert.rejects(socket.sctp_recvv({ signal: {} as AbortSignal }), {
    code: "ERR_SCTP_INVALID_ARG_TYPE",
  });
  assert.throws(() => socket.nonblocking.receiveMany(0), { code: "ERR_SCTP_OUT_OF_RANGE" });
});
