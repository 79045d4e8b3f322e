import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AF_INET6,
  IPPROTO_SCTP,
  MSG_EOR,
  MSG_NOTIFICATION,
  MSG_PEEK,
  SCTP_ABORT,
  SCTP_ALL_ASSOC,
  SCTP_ASSOC_CHANGE,
  SCTP_COMPLETE,
  SCTP_EVENT,
  SCTP_FRAGMENT_INTERLEAVE,
  SCTP_I_WANT_MAPPED_V4_ADDR,
  SCTP_NOTIFICATION,
  SCTP_PARTIAL_DELIVERY_EVENT,
  SCTP_RECVNXTINFO,
  SCTP_RECVRCVINFO,
  SCTP_RECVV_NOINFO,
  SCTP_RECVV_NXTINFO,
  SCTP_RECVV_RCVINFO,
  SCTP_RECVV_RN,
  SCTP_SENDER_DRY_EVENT,
  SCTP_STATUS,
  SCTP_UNORDERED,
  SO_RCVBUF,
  SOL_SOCKET,
} from "../../src/sockets/constants.js";
import { parse_notification } from "../../src/sockets/notifications.js";
import type { SctpSocket } from "../../src/sockets/sctp-socket.js";
import type { sctp_assoc_t } from "../../src/sockets/types.js";
import { bytesOf, drain, oneToMany, textOf, World } from "./world.js";

const SERVER = { address: "10.0.0.2", port: 5000 };

interface Scene {
  readonly world: World;
  readonly client: SctpSocket;
  readonly server: SctpSocket;
  readonly id: sctp_assoc_t;
  /** Sends from the client and waits until it has arrived. */
  readonly send: (data: Uint8Array, info?: object) => Promise<void>;
}

async function scene(prepare: (server: SctpSocket) => void = () => {}): Promise<Scene> {
  const world = new World();
  const server = oneToMany(world.provider(SERVER.address));
  prepare(server);
  server.bind(SERVER);
  server.listen();
  const client = oneToMany(world.provider("10.0.0.1"));
  const id = await world.until(client.sctp_connectx([SERVER]));
  const send = async (data: Uint8Array, info: object = {}): Promise<void> => {
    await client.sctp_sendv(data, { info: { snd_assoc_id: id, ...info } });
    await world.clock.advanceBy(500);
  };
  return { world, client, server, id, send };
}

test("RFC 6458 §3.1.4: a short read leaves the rest, and MSG_EOR comes with the end", async () => {
  const { server, send } = await scene();
  await send(bytesOf("abcdefgh"));
  await send(bytesOf("next"));
  const parts = [3, 3, 3].map((lengthBytes) => server.nonblocking.sctp_recvv({ lengthBytes }));
  assert.deepEqual(
    parts.map(({ data, flags }) => [textOf(data), flags]),
    [
      ["abc", 0],
      ["def", 0],
      ["gh", MSG_EOR],
    ],
  );
  assert.equal(textOf(server.nonblocking.sctp_recvv().data), "next");
});

test("RFC 6458 §9.13: MSG_PEEK looks and leaves everything where it is", async () => {
  const { server, send } = await scene();
  await send(bytesOf("look"));
  const peeked = server.nonblocking.sctp_recvv({ flags: MSG_PEEK });
  assert.equal(textOf(peeked.data), "look");
  assert.equal(peeked.flags, MSG_EOR);
  peeked.data.fill(0);
  const short = server.nonblocking.sctp_recvv({ flags: MSG_PEEK, lengthBytes: 2 });
  assert.deepEqual([textOf(short.data), short.flags], ["lo", 0]);
  assert.equal(textOf(server.nonblocking.sctp_recvv().data), "look");
});

test("a message can be received into memory of the caller's", async () => {
  const { server, send } = await scene();
  await send(bytesOf("abcdef"));
  const into = new Uint8Array(4);
  const first = server.nonblocking.sctp_recvv({ into });
  assert.equal(first.data.buffer, into.buffer);
  assert.deepEqual([textOf(first.data), first.flags], ["abcd", 0]);
  const second = server.nonblocking.sctp_recvv({ into });
  assert.deepEqual([textOf(second.data), second.data.length, second.flags], ["ef", 2, MSG_EOR]);
});

test("RFC 6458 §5.3.5, §8.1.29: SCTP_RECVRCVINFO tells what a message came with", async () => {
  const { server, send, id } = await scene((socket) => socket.setsockopt(IPPROTO_SCTP, SCTP_RECVRCVINFO, 1));
  await send(bytesOf("one"), { snd_sid: 3, snd_ppid: 0xdeadbeef });
  await send(bytesOf("two"), { snd_sid: 3, snd_flags: SCTP_UNORDERED });
  await send(bytesOf("three"), { snd_sid: 3 });
  const [one, two, three] = drain(server);
  assert.ok(one?.infotype === SCTP_RECVV_RCVINFO);
  const { rcv_tsn, ...info } = one.info;
  assert.deepEqual(info, {
    rcv_sid: 3,
    rcv_ssn: 0,
    rcv_flags: 0,
    rcv_ppid: 0xdeadbeef,
    rcv_cumtsn: rcv_tsn,
    rcv_context: 0,
    rcv_assoc_id: id,
  });
  assert.ok(two?.infotype === SCTP_RECVV_RCVINFO && three?.infotype === SCTP_RECVV_RCVINFO);
  assert.deepEqual([two.info.rcv_flags, two.info.rcv_tsn], [SCTP_UNORDERED, (rcv_tsn + 1) >>> 0]);
  assert.equal(three.info.rcv_ssn, 1);
});

test("RFC 6458 §5.3.6, §8.1.30: SCTP_RECVNXTINFO tells of the next message, when one is read whole", async () => {
  const { server, send, id } = await scene((socket) => socket.setsockopt(IPPROTO_SCTP, SCTP_RECVNXTINFO, 1));
  await send(bytesOf("first"));
  await send(bytesOf("second!"), { snd_sid: 2, snd_ppid: 9, snd_flags: SCTP_UNORDERED });
  const short = server.nonblocking.sctp_recvv({ lengthBytes: 1 });
  assert.equal(short.infotype, SCTP_RECVV_NOINFO, "there is a part of this one before");
  const first = server.nonblocking.sctp_recvv();
  assert.ok(first.infotype === SCTP_RECVV_NXTINFO);
  assert.deepEqual(first.info, {
    nxt_sid: 2,
    nxt_flags: SCTP_UNORDERED | SCTP_COMPLETE,
    nxt_ppid: 9,
    nxt_length: 7,
    nxt_assoc_id: id,
  });
  assert.equal(server.nonblocking.sctp_recvv().infotype, SCTP_RECVV_NOINFO, "nothing is next");
  server.setsockopt(IPPROTO_SCTP, SCTP_RECVRCVINFO, 1);
  await send(bytesOf("a"));
  await send(bytesOf("b"));
  const [a, b] = drain(server);
  assert.ok(a?.infotype === SCTP_RECVV_RN);
  assert.equal(a.info.recvv_nxtinfo.nxt_length, 1);
  assert.equal(b?.infotype, SCTP_RECVV_RCVINFO);
});

test("RFC 6458 §6.1: a notification may be read in parts too, and its bytes are those of the structure", async () => {
  const { server } = await scene((socket) => {
    socket.setsockopt(IPPROTO_SCTP, SCTP_EVENT, { se_type: SCTP_ASSOC_CHANGE, se_on: 1 });
    socket.setsockopt(IPPROTO_SCTP, SCTP_RECVNXTINFO, 1);
  });
  const peeked = server.nonblocking.sctp_recvv({ flags: MSG_PEEK });
  const head = server.nonblocking.sctp_recvv({ lengthBytes: 8 });
  assert.deepEqual([head.flags, head.notification], [MSG_NOTIFICATION, undefined]);
  const tail = server.nonblocking.sctp_recvv();
  assert.deepEqual([tail.flags, tail.notification], [MSG_NOTIFICATION | MSG_EOR, undefined]);
  const whole = new Uint8Array([...head.data, ...tail.data]);
  assert.deepEqual(parse_notification(whole), peeked.notification);
});

test("RFC 6458 §5.3.6: the next one may be a notification", async () => {
  const { world, server, client, send } = await scene((socket) => {
    socket.setsockopt(IPPROTO_SCTP, SCTP_RECVNXTINFO, 1);
  });
  server.setsockopt(IPPROTO_SCTP, SCTP_EVENT, {
    se_assoc_id: SCTP_ALL_ASSOC,
    se_type: SCTP_ASSOC_CHANGE,
    se_on: 1,
  });
  await send(bytesOf("data"));
  await world.until(client.close());
  await world.clock.advanceBy(100);
  const data = server.nonblocking.sctp_recvv();
  assert.ok(data.infotype === SCTP_RECVV_NXTINFO);
  assert.deepEqual([data.info.nxt_flags, data.info.nxt_length], [SCTP_NOTIFICATION | SCTP_COMPLETE, 20]);
});

test("RFC 9260 §6.2: the window opens only when the application has got the message", async () => {
  const { world, client, server, id } = await scene((socket) =>
    socket.setsockopt(SOL_SOCKET, SO_RCVBUF, 20_000),
  );
  const message = new Uint8Array(1000);
  for (let count = 0; count < 40; count += 1) {
    await client.sctp_sendv(message, { info: { snd_assoc_id: id } });
  }
  await world.clock.advanceBy(10_000);
  const window = (): number =>
    client.getsockopt(IPPROTO_SCTP, SCTP_STATUS, { sstat_assoc_id: id }).sstat_rwnd;
  assert.ok(window() < 1000, "twenty messages fill the window");
  const pending = server.getsockopt(IPPROTO_SCTP, SCTP_STATUS, { sstat_assoc_id: 3 }).sstat_penddata;
  assert.ok(pending >= 19 && pending <= 21);
  for (let count = 0; count < pending; count += 1) server.nonblocking.sctp_recvv();
  await world.clock.advanceBy(10_000);
  let more = 0;
  for (; drain(server).length > 0; more += 1) await world.clock.advanceBy(10_000);
  assert.ok(more > 0);
  assert.ok(window() > 15_000);
});

test("RFC 6458 §3.1.4, RFC 9260 §6.9: a message larger than the receive buffer comes in parts", async () => {
  const { world, client, server, id } = await scene((socket) =>
    socket.setsockopt(SOL_SOCKET, SO_RCVBUF, 50_000),
  );
  server.setsockopt(IPPROTO_SCTP, SCTP_RECVRCVINFO, 1);
  const sent = Uint8Array.from({ length: 400_000 }, (_, index) => index % 251);
  await client.sctp_sendv(sent, { info: { snd_assoc_id: id, snd_sid: 4 } });
  await client.sctp_sendv(bytesOf("after"), { info: { snd_assoc_id: id, snd_sid: 5 } });
  const parts: Uint8Array[] = [];
  for (let isEnd = false; !isEnd; ) {
    const part = await world.until(server.sctp_recvv());
    assert.ok(part.infotype === SCTP_RECVV_RCVINFO);
    assert.equal(part.info.rcv_sid, 4, "nothing comes between the parts");
    parts.push(part.data);
    isEnd = (part.flags & MSG_EOR) !== 0;
  }
  assert.ok(parts.length > 1);
  assert.deepEqual(Buffer.concat(parts), Buffer.from(sent));
  assert.equal(textOf((await world.until(server.sctp_recvv())).data), "after");
});

test("RFC 6458 §6.1.7, §8.1.20: notifications wait for the last part, and an abort ends the parts", async () => {
  const { world, client, server, id } = await scene((socket) => {
    socket.setsockopt(SOL_SOCKET, SO_RCVBUF, 50_000);
    // On this level nothing comes between the parts, notifications included.
    socket.setsockopt(IPPROTO_SCTP, SCTP_FRAGMENT_INTERLEAVE, 0);
    for (const se_type of [SCTP_SENDER_DRY_EVENT, SCTP_PARTIAL_DELIVERY_EVENT, SCTP_ASSOC_CHANGE]) {
      socket.setsockopt(IPPROTO_SCTP, SCTP_EVENT, { se_type, se_on: 1 });
    }
  });
  drain(server);
  await client.sctp_sendv(new Uint8Array(400_000), { info: { snd_assoc_id: id, snd_sid: 4 } });
  await world.clock.advanceBy(3000);
  assert.equal(server.nonblocking.sctp_recvv().flags, 0, "the first part");
  await server.sctp_sendv(bytesOf("makes the sender dry"), { info: { snd_assoc_id: 3 } });
  await world.clock.advanceBy(1000);
  const parts = drain(server);
  assert.ok(parts.every(({ notification, flags }) => notification === undefined && flags === 0));
  client.nonblocking.sctp_sendv(new Uint8Array(0), { info: { snd_assoc_id: id, snd_flags: SCTP_ABORT } });
  await world.clock.advanceBy(1000);
  const rest = drain(server).filter(({ notification }) => notification !== undefined);
  assert.deepEqual(
    rest.map(({ notification }) => notification?.sn_type),
    [SCTP_PARTIAL_DELIVERY_EVENT, SCTP_SENDER_DRY_EVENT, SCTP_ASSOC_CHANGE],
  );
  const aborted = rest[0]?.notification;
  assert.ok(aborted?.sn_type === SCTP_PARTIAL_DELIVERY_EVENT);
  assert.deepEqual([aborted.pdapi_stream, aborted.pdapi_seq, aborted.pdapi_assoc_id], [4, 0, 3]);
});

test("RFC 6458 §8.1.15: an IPv6 socket shows IPv4 addresses in IPv6 form only when asked", async () => {
  const world = new World();
  const provider = world.provider(["10.0.0.2", "fd00::2"]);
  const server = oneToMany(provider, AF_INET6);
  server.bind({ address: "::", port: 5000 });
  server.listen();
  const client = oneToMany(world.provider(["10.0.0.1", "fd00::1"]), AF_INET6);
  const over4 = await world.until(client.sctp_connectx([SERVER]));
  const over6 = await world.until(client.sctp_connectx([{ address: "fd00::2", port: 5000 }]).catch(() => 0));
  await client.sctp_sendv(bytesOf("x"), { info: { snd_assoc_id: over4 } });
  await world.clock.advanceBy(100);
  assert.equal(server.nonblocking.sctp_recvv({ flags: MSG_PEEK }).address?.address, "10.0.0.1");
  server.setsockopt(IPPROTO_SCTP, SCTP_I_WANT_MAPPED_V4_ADDR, 1);
  assert.deepEqual(server.nonblocking.sctp_recvv().address, {
    address: "::ffff:10.0.0.1",
    port: client.getsockname().port,
    family: "IPv6",
  });
  assert.ok(server.sctp_getpaddrs(3).every(({ family }) => family === "IPv6"));
  assert.equal(over6, 0, "both addresses are one peer's");
});

test("the bytes of a message are the application's once it has sent them", async () => {
  const { world, client, server, id } = await scene();
  const data = bytesOf("original");
  const buffer = Buffer.from("a Buffer");
  const pieces = [bytesOf("two "), Buffer.from("pieces")];
  client.nonblocking.sctp_sendv(data, { info: { snd_assoc_id: id } });
  client.nonblocking.sctp_sendv(buffer, { info: { snd_assoc_id: id } });
  client.nonblocking.sctp_sendv(pieces, { info: { snd_assoc_id: id } });
  for (const bytes of [data, buffer, ...pieces]) bytes.fill(0);
  await world.clock.advanceBy(500);
  assert.deepEqual(
    drain(server).map(({ data: received }) => textOf(received)),
    ["original", "a Buffer", "two pieces"],
  );
});
