import assert from "node:assert/strict";
import { test } from "node:test";
import {
  IPPROTO_SCTP,
  MSG_EOR,
  MSG_NOTIFICATION,
  SCTP_ABORT,
  SCTP_ADAPTATION_INDICATION,
  SCTP_ADAPTATION_LAYER,
  SCTP_ALL_ASSOC,
  SCTP_ASSOC_CHANGE,
  SCTP_AUTOCLOSE,
  SCTP_CANT_STR_ASSOC,
  SCTP_COMM_LOST,
  SCTP_COMM_UP,
  SCTP_CURRENT_ASSOC,
  SCTP_EOF,
  SCTP_EVENT,
  SCTP_FUTURE_ASSOC,
  SCTP_AUTH_KEY,
  SCTP_GET_ASSOC_NUMBER,
  SCTP_INITMSG,
  SCTP_RECVRCVINFO,
  SCTP_SEND_FAILED_EVENT,
  SCTP_SENDALL,
  SCTP_SENDER_DRY_EVENT,
  SCTP_SHUTDOWN_COMP,
  SCTP_SHUTDOWN_EVENT,
  SCTP_UNORDERED,
  SO_LINGER,
  SO_SNDBUF,
  SOL_SOCKET,
} from "../../src/sockets/constants.js";
import type { SctpSocket } from "../../src/sockets/sctp-socket.js";
import type { ReceivedMessage } from "../../src/sockets/types.js";
import { SeededEntropy } from "../../src/userland/seeded-entropy.js";
import { createUserlandProvider } from "../../src/userland/userland-provider.js";
import { bytesOf, drain, oneToMany, oneToOne, textOf, World } from "./world.js";

const SERVER = { address: "10.0.0.2", port: 5000 };

/** A server that listens on {@link SERVER}, subscribed to what a test is about. */
function listening(world: World, ...events: number[]): SctpSocket {
  const server = oneToMany(world.provider(SERVER.address));
  subscribe(server, ...events);
  server.bind(SERVER);
  server.listen();
  return server;
}

function subscribe(socket: SctpSocket, ...events: number[]): void {
  for (const se_type of events) {
    socket.setsockopt(IPPROTO_SCTP, SCTP_EVENT, { se_assoc_id: SCTP_ALL_ASSOC, se_type, se_on: 1 });
  }
}

/** What happened, in short: the states of associations and the texts of messages. */
function story(messages: readonly ReceivedMessage[]): string[] {
  return messages.map(({ notification, data }) => {
    if (notification === undefined) return textOf(data);
    if (notification.sn_type === SCTP_ASSOC_CHANGE) {
      return `${notification.sac_assoc_id}: ${STATES[notification.sac_state]} ${notification.sac_error}`;
    }
    return `0x${notification.sn_type.toString(16)}`;
  });
}

const STATES: readonly string[] = ["up", "lost", "restart", "shutdown", "cannot start"];

test("RFC 6458 §3: the first message sets the association up, and everything comes in its order", async () => {
  const world = new World();
  const server = listening(world, SCTP_ASSOC_CHANGE, SCTP_ADAPTATION_INDICATION, SCTP_SHUTDOWN_EVENT);
  const client = oneToMany(world.provider("10.0.0.1"));
  client.setsockopt(IPPROTO_SCTP, SCTP_ADAPTATION_LAYER, { ssb_adaptation_ind: 0x01020304 });
  client.setsockopt(IPPROTO_SCTP, SCTP_INITMSG, { sinit_num_ostreams: 2048 });
  const { assoc_id } = await client.sctp_sendv(bytesOf("one"), { to: SERVER });
  assert.equal(assoc_id, 3, "ids begin at 3");
  await client.sctp_sendv(bytesOf("two"), { info: { snd_assoc_id: assoc_id } });
  await client.sctp_sendv(new Uint8Array(0), { info: { snd_assoc_id: assoc_id, snd_flags: SCTP_EOF } });
  await world.clock.advanceBy(500);
  const messages = drain(server);
  assert.deepEqual(story(messages), ["3: up 0", "0x8007", "one", "two", "0x8005", "3: shutdown 0"]);
  const up = messages[0]?.notification;
  assert.ok(up?.sn_type === SCTP_ASSOC_CHANGE && up.sac_state === SCTP_COMM_UP);
  assert.deepEqual([up.sac_inbound_streams, up.sac_outbound_streams], [2048, 10]);
  assert.equal(messages[0]?.flags, MSG_NOTIFICATION | MSG_EOR);
  assert.equal(messages[0]?.address, undefined);
  const adaptation = messages[1]?.notification;
  assert.ok(adaptation?.sn_type === SCTP_ADAPTATION_INDICATION);
  assert.equal(adaptation.sai_adaptation_ind, 0x01020304);
  assert.equal(messages[2]?.address?.address, "10.0.0.1");
});

test("RFC 6458 §7.2: an association's id is not used again", async () => {
  const world = new World();
  const server = listening(world, SCTP_ASSOC_CHANGE);
  const client = oneToMany(world.provider("10.0.0.1"));
  const ids: number[] = [];
  for (let count = 0; count < 3; count += 1) {
    const { assoc_id } = await client.sctp_sendv(bytesOf("x"), { to: SERVER });
    ids.push(assoc_id);
    await client.sctp_sendv(new Uint8Array(0), { info: { snd_assoc_id: assoc_id, snd_flags: SCTP_EOF } });
    await world.clock.advanceBy(500);
  }
  assert.deepEqual(ids, [3, 4, 5]);
  assert.deepEqual(
    story(drain(server)).filter((line) => line.endsWith("up 0")),
    ["3: up 0", "4: up 0", "5: up 0"],
  );
});

test("RFC 6458 §3.1.4: a send without an association to name is an error", async () => {
  const world = new World();
  listening(world);
  const client = oneToMany(world.provider("10.0.0.1"));
  const put = (info: object, to?: typeof SERVER): unknown =>
    client.nonblocking.sctp_sendv(bytesOf("x"), { info, ...(to === undefined ? {} : { to }) });
  assert.throws(() => put({}), { code: "EDESTADDRREQ" });
  assert.throws(() => put({ snd_assoc_id: 99 }), { code: "EINVAL" });
  assert.throws(() => put({ snd_flags: SCTP_ABORT }, SERVER), { code: "EINVAL" });
  assert.throws(() => put({ snd_sid: 10 }, SERVER), { code: "EINVAL" });
  assert.throws(() => client.nonblocking.sctp_sendv(new Uint8Array(2 ** 20 + 1), { to: SERVER }), {
    code: "EMSGSIZE",
  });
  assert.deepEqual(client.sctp_getpaddrs(3), [], "none of them has begun an association");
});

test("RFC 6458 §3.1.4: a send without data sets an association up", async () => {
  const world = new World();
  const server = listening(world, SCTP_ASSOC_CHANGE);
  const client = oneToMany(world.provider("10.0.0.1"));
  const { assoc_id } = await client.sctp_sendv(new Uint8Array(0), { to: SERVER });
  await world.clock.advanceBy(100);
  assert.deepEqual(story(drain(server)), ["3: up 0"]);
  assert.throws(() => client.nonblocking.sctp_sendv(new Uint8Array(0), { to: SERVER }), { code: "EINVAL" });
  assert.equal(client.sctp_getpaddrs(assoc_id).length, 1);
});

test("RFC 6458 §5.3.4: SCTP_ABORT ends one association with the reason, and the others go on", async () => {
  const world = new World();
  const server = listening(world, SCTP_ASSOC_CHANGE);
  const clients = ["10.0.0.1", "10.0.0.3"].map((address) => oneToMany(world.provider(address)));
  for (const client of clients) await client.sctp_sendv(bytesOf("hello"), { to: SERVER });
  await world.clock.advanceBy(200);
  await clients[0]!.sctp_sendv(bytesOf("that is why"), { info: { snd_assoc_id: 3, snd_flags: SCTP_ABORT } });
  await clients[1]!.sctp_sendv(bytesOf("go on"), { info: { snd_assoc_id: 3 } });
  await world.clock.advanceBy(200);
  const messages = drain(server);
  assert.deepEqual(story(messages).slice(-2), ["3: lost 12", "go on"]);
  const lost = messages.at(-2)?.notification;
  assert.ok(lost?.sn_type === SCTP_ASSOC_CHANGE && lost.sac_state === SCTP_COMM_LOST);
  // RFC 6458 §6.1.1: the ABORT chunk as it came, with the cause of RFC 9260 §3.3.10.12.
  assert.equal(textOf(lost.sac_info.subarray(8)).slice(0, 11), "that is why");
});

test("RFC 6458 §3.1.6, §9.9: connect() may be called for one peer after the other", async () => {
  const world = new World();
  listening(world);
  const other = oneToMany(world.provider("10.0.0.3"));
  other.bind({ address: "10.0.0.3", port: 6000 });
  other.listen();
  const client = oneToMany(world.provider("10.0.0.1"));
  assert.equal(await world.until(client.sctp_connectx([SERVER])), 3);
  assert.equal(await world.until(client.sctp_connectx([{ address: "10.0.0.3", port: 6000 }])), 4);
  await assert.rejects(client.sctp_connectx([SERVER]), { code: "EISCONN" });
  await assert.rejects(world.until(client.sctp_connectx([{ address: "10.0.0.3", port: 6001 }])), {
    code: "ECONNREFUSED",
  });
  const connecting = client.sctp_connectx([{ address: "10.0.0.9", port: 1 }]);
  await assert.rejects(client.sctp_connectx([{ address: "10.0.0.9", port: 1 }]), { code: "EALREADY" });
  await assert.rejects(world.until(connecting), { code: "ETIMEDOUT" });
});

test("RFC 6458 §6.1.1, §6.1.11: what cannot be delivered comes back, one event for each message", async () => {
  const world = new World();
  world.provider(SERVER.address);
  const client = oneToMany(world.provider("10.0.0.1"));
  subscribe(client, SCTP_ASSOC_CHANGE, SCTP_SEND_FAILED_EVENT);
  for (const text of ["one", "two"]) {
    const info = { snd_sid: 1, snd_ppid: 99, snd_context: 7, snd_flags: SCTP_UNORDERED };
    await client.sctp_sendv(bytesOf(text), { to: SERVER, info });
  }
  await world.clock.advanceBy(100);
  const messages = drain(client);
  assert.deepEqual(story(messages), ["3: cannot start 0", "0x800d", "0x800d"]);
  const failed = messages[1]?.notification;
  assert.ok(failed?.sn_type === SCTP_SEND_FAILED_EVENT);
  assert.equal(textOf(failed.ssfe_data), "one");
  const { snd_sid, snd_ppid, snd_context, snd_assoc_id } = failed.ssfe_info;
  assert.deepEqual([snd_sid, snd_ppid, snd_context, snd_assoc_id], [1, 99, 7, 3]);
  const refused = messages[0]?.notification;
  assert.ok(refused?.sn_type === SCTP_ASSOC_CHANGE && refused.sac_state === SCTP_CANT_STR_ASSOC);
});

test("RFC 6458 §3.1.3: a one-to-many socket accepts by itself, and only while it listens", async () => {
  const world = new World();
  const server = listening(world, SCTP_ASSOC_CHANGE);
  assert.throws(() => server.nonblocking.accept(), { code: "EOPNOTSUPP" });
  const clients = ["10.0.0.1", "10.0.0.3"].map((address) => oneToOne(world.provider(address)));
  await world.until(clients[0]!.connect(SERVER));
  server.listen(0);
  await assert.rejects(world.until(clients[1]!.connect(SERVER)), { code: "ECONNREFUSED" });
  await clients[0]!.send(bytesOf("goes on"));
  await world.clock.advanceBy(100);
  assert.deepEqual(story(drain(server)), ["3: up 0", "goes on"]);
});

test("RFC 6458 §8.1.8: SCTP_AUTOCLOSE ends an idle association, and data puts it off", async () => {
  const world = new World();
  const server = listening(world, SCTP_ASSOC_CHANGE);
  server.setsockopt(IPPROTO_SCTP, SCTP_AUTOCLOSE, 5);
  const client = oneToMany(world.provider("10.0.0.1"));
  subscribe(client, SCTP_SHUTDOWN_EVENT);
  await client.sctp_sendv(bytesOf("a"), { to: SERVER });
  await world.clock.advanceBy(4000);
  await client.sctp_sendv(bytesOf("b"), { to: SERVER });
  await world.clock.advanceBy(4900);
  assert.deepEqual(story(drain(server)), ["3: up 0", "a", "b"]);
  await world.clock.advanceBy(500);
  assert.deepEqual(story(drain(server)), ["3: shutdown 0"]);
  assert.deepEqual(story(drain(client)), ["0x8005"]);
});

test("RFC 6458 §3.3: a peer that does not read blocks no other, and holds its own sender back", async () => {
  const world = new World();
  const provider = world.provider("10.0.0.1");
  const sender = oneToMany(provider);
  sender.setsockopt(SOL_SOCKET, SO_SNDBUF, 64 * 1024);
  const stuck = oneToOne(world.provider("10.0.0.2"));
  stuck.bind(SERVER);
  stuck.listen();
  const eager = oneToMany(world.provider("10.0.0.3"));
  eager.bind({ address: "10.0.0.3", port: 5000 });
  eager.listen();
  const slow = await world.until(sender.sctp_connectx([SERVER]));
  const fast = await world.until(sender.sctp_connectx([{ address: "10.0.0.3", port: 5000 }]));
  const message = new Uint8Array(8192);
  let toSlow = 0;
  for (let round = 0; round < 400; round += 1) {
    try {
      sender.nonblocking.sctp_sendv(message, { info: { snd_assoc_id: slow } });
      toSlow += message.length;
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, "EAGAIN");
      await world.clock.advanceBy(100);
    }
  }
  // The receiver's window of 1 MiB is full, and so is the send buffer.
  assert.ok(
    toSlow >= 1024 * 1024 && toSlow <= 1024 * 1024 + 80 * 1024,
    `${toSlow} bytes to the one who does not read`,
  );
  const waiting = sender.sctp_sendv(message, { info: { snd_assoc_id: slow } });
  let arrived = 0;
  for (let round = 0; round < 50; round += 1) {
    await world.until(sender.sctp_sendv(message, { info: { snd_assoc_id: fast } }));
    await world.clock.advanceBy(50);
    arrived += drain(eager).length;
  }
  assert.equal(arrived, 50);
  const { socket } = await world.until(stuck.accept());
  drain(socket);
  await world.until(waiting);
});

test("RFC 6458 §5.3.4: SCTP_SENDALL sends to every association", async () => {
  const world = new World();
  const server = listening(world);
  const clients = ["10.0.0.1", "10.0.0.3", "10.0.0.4"].map((address) => oneToOne(world.provider(address)));
  await world.until(Promise.all(clients.map((client) => client.connect(SERVER))));
  await server.sctp_sendv(bytesOf("to all"), { info: { snd_flags: SCTP_SENDALL } });
  for (const client of clients) {
    assert.equal(textOf((await world.until(client.sctp_recvv())).data), "to all");
  }
});

test("RFC 6458 §5.3.4, §5.3.8: SCTP_SENDALL sends to none where one association has not got the key", async () => {
  const world = new World();
  const server = listening(world);
  const clients = ["10.0.0.1", "10.0.0.3"].map((address) => oneToOne(world.provider(address)));
  for (const client of clients) await world.until(client.connect(SERVER));
  const sca_key = bytesOf("secret");
  server.setsockopt(IPPROTO_SCTP, SCTP_AUTH_KEY, { sca_assoc_id: 3, sca_keynumber: 5, sca_key });
  const info = { sendv_sndinfo: { snd_flags: SCTP_SENDALL }, sendv_authinfo: { auth_keynumber: 5 } };
  const send = (): unknown => server.nonblocking.sctp_sendv(bytesOf("to all"), { info });
  assert.throws(send, { code: "EINVAL" });
  await world.clock.advanceBy(100);
  for (const client of clients) assert.deepEqual(drain(client), []);
  server.setsockopt(IPPROTO_SCTP, SCTP_AUTH_KEY, { sca_assoc_id: 4, sca_keynumber: 5, sca_key });
  send();
  for (const client of clients) {
    assert.equal(textOf((await world.until(client.sctp_recvv())).data), "to all");
  }
});

test("RFC 6458 §7.5: a first message that is refused begins no association", async () => {
  const world = new World();
  let packets = 0;
  world.network.onPacket(() => (packets += 1));
  const client = oneToMany(world.provider("10.0.0.1"));
  const unknownKey = { to: SERVER, info: { auth_keynumber: 9 } };
  assert.throws(() => client.nonblocking.sctp_sendv(bytesOf("x"), unknownKey), { code: "EINVAL" });
  assert.equal(client.getsockopt(IPPROTO_SCTP, SCTP_GET_ASSOC_NUMBER), 0);
  await world.clock.advanceBy(10_000);
  assert.equal(packets, 0);
});

test("RFC 6458 §9.2: sctp_peeloff takes the association along with all that is queued", async () => {
  const world = new World();
  const server = listening(world, SCTP_ASSOC_CHANGE);
  server.setsockopt(IPPROTO_SCTP, SCTP_RECVRCVINFO, 1);
  const clients = ["10.0.0.1", "10.0.0.3"].map((address) => oneToOne(world.provider(address)));
  for (const client of clients) await world.until(client.connect(SERVER));
  await clients[0]!.send(bytesOf("queued"));
  await clients[1]!.send(bytesOf("other"));
  await world.clock.advanceBy(100);
  const peeled = server.sctp_peeloff(3);
  assert.deepEqual(story(drain(peeled)), ["3: up 0", "queued"]);
  assert.deepEqual(story(drain(server)), ["4: up 0", "other"]);
  assert.throws(() => server.sctp_peeloff(3), { code: "EINVAL" });
  await peeled.send(bytesOf("answer"));
  assert.equal(textOf((await world.until(clients[0]!.sctp_recvv())).data), "answer");
  await world.until(server.close());
  assert.equal((await world.until(clients[1]!.sctp_recvv())).data.length, 0);
  await clients[0]!.send(bytesOf("still there"));
  await world.clock.advanceBy(100);
  assert.deepEqual(story(drain(peeled)), ["still there"]);
  const closed = clients[0]!.close();
  assert.equal((await world.until(peeled.sctp_recvv())).notification?.sn_type, SCTP_ASSOC_CHANGE);
  assert.equal((await world.until(peeled.sctp_recvv())).data.length, 0);
  await world.until(Promise.all([closed, peeled.close()]));
});

test("RFC 6458 §3.1.5: close() ends all associations gracefully", async () => {
  const world = new World();
  const server = listening(world);
  const clients = ["10.0.0.1", "10.0.0.3"].map((address) => oneToOne(world.provider(address)));
  for (const client of clients) await world.until(client.connect(SERVER));
  await server.sctp_sendv(bytesOf("last"), { info: { snd_flags: SCTP_SENDALL } });
  await world.until(server.close());
  for (const client of clients) {
    assert.equal(textOf((await world.until(client.sctp_recvv())).data), "last");
    assert.equal((await world.until(client.sctp_recvv())).data.length, 0);
  }
  // The port is free again.
  const clients2 = oneToOne(world.provider("10.0.0.5"));
  await assert.rejects(world.until(clients2.connect(SERVER)), { code: "ECONNREFUSED" });
});

test("RFC 6458 §6.1.9: who subscribes to SCTP_SENDER_DRY_EVENT when all is acknowledged is told at once", async () => {
  const world = new World();
  const server = listening(world);
  const client = oneToMany(world.provider("10.0.0.1"));
  const id = await world.until(client.sctp_connectx([SERVER]));
  const event = { se_assoc_id: id, se_type: SCTP_SENDER_DRY_EVENT, se_on: 1 };
  client.setsockopt(IPPROTO_SCTP, SCTP_EVENT, event);
  assert.equal(drain(client)[0]?.notification?.sn_type, SCTP_SENDER_DRY_EVENT);
  await client.sctp_sendv(bytesOf("x"), { to: SERVER });
  assert.deepEqual(drain(client), []);
  await world.clock.advanceBy(500);
  assert.deepEqual(
    drain(client).map(({ notification }) => notification),
    [{ sn_type: SCTP_SENDER_DRY_EVENT, sender_dry_flags: 0, sender_dry_assoc_id: id }],
  );
  assert.equal(drain(server).length, 1);
});

test("RFC 6458 §7.2: subscriptions of now, of later and of both", async () => {
  const world = new World();
  const server = oneToMany(world.provider(SERVER.address));
  server.bind(SERVER);
  server.listen();
  const clients = ["10.0.0.1", "10.0.0.3"].map((address) => oneToOne(world.provider(address)));
  const set = (se_assoc_id: number, se_on: number): void =>
    server.setsockopt(IPPROTO_SCTP, SCTP_EVENT, { se_assoc_id, se_type: SCTP_SHUTDOWN_EVENT, se_on });
  const isOn = (se_assoc_id: number): number =>
    server.getsockopt(IPPROTO_SCTP, SCTP_EVENT, { se_assoc_id, se_type: SCTP_SHUTDOWN_EVENT }).se_on;
  await world.until(clients[0]!.connect(SERVER));
  set(SCTP_FUTURE_ASSOC, 1);
  await world.until(clients[1]!.connect(SERVER));
  assert.deepEqual([isOn(SCTP_FUTURE_ASSOC), isOn(3), isOn(4)], [1, 0, 1]);
  set(SCTP_CURRENT_ASSOC, 0);
  assert.deepEqual([isOn(SCTP_FUTURE_ASSOC), isOn(3), isOn(4)], [1, 0, 0]);
  set(SCTP_ALL_ASSOC, 1);
  set(SCTP_FUTURE_ASSOC, 0);
  assert.deepEqual([isOn(SCTP_FUTURE_ASSOC), isOn(3), isOn(4)], [0, 1, 1]);
  assert.throws(() => isOn(99), { code: "EINVAL" });
});

test("RFC 6458 §8.1.4: SO_LINGER {1, 0} aborts all associations of a one-to-many socket", async () => {
  const world = new World();
  const server = listening(world);
  const clients = ["10.0.0.1", "10.0.0.3"].map((address) => oneToOne(world.provider(address)));
  for (const client of clients) await world.until(client.connect(SERVER));
  server.setsockopt(SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: 0 });
  await world.until(server.close());
  for (const client of clients)
    await assert.rejects(world.until(client.sctp_recvv()), { code: "ECONNRESET" });
});

test("the peer restarts: its socket keeps the association and is told so (RFC 6458 §6.1.1)", async () => {
  const world = new World();
  const server = listening(world, SCTP_ASSOC_CHANGE);
  const provider = world.provider("10.0.0.1");
  const first = oneToMany(provider);
  first.bind({ address: "10.0.0.1", port: 7000 });
  await world.until(first.sctp_connectx([SERVER]));
  // The process dies without a word, and another one takes its place on the same host.
  await provider.close();
  const again = createUserlandProvider({
    clock: world.clock,
    lowerLayer: world.network.replaceHost("10.0.0.1"),
    entropy: new SeededEntropy(99),
  });
  const second = oneToMany(again);
  second.bind({ address: "10.0.0.1", port: 7000 });
  await world.until(second.sctp_connectx([SERVER]));
  await second.sctp_sendv(bytesOf("again"), { to: SERVER });
  await world.clock.advanceBy(200);
  assert.deepEqual(story(drain(server)), ["3: up 0", "3: restart 0", "again"]);
});

test("RFC 6458 §9.2: a send that waits for room is not forgotten when its association is peeled off", async () => {
  const world = new World();
  listening(world);
  const client = oneToMany(world.provider("10.0.0.1"));
  const id = await world.until(client.sctp_connectx([SERVER]));
  const info = { snd_assoc_id: id };
  for (let count = 0; count < 2; count += 1) {
    await client.sctp_sendv(new Uint8Array(900_000), { info });
    await world.clock.advanceBy(2000);
  }
  const waiting = client.sctp_sendv(new Uint8Array(900_000), { info });
  const refused = assert.rejects(world.until(waiting, 100), { code: "EINVAL" });
  client.sctp_peeloff(id);
  await refused;
});

test("shutdown complete is the last of an association, and the socket is not ended by it", async () => {
  const world = new World();
  const server = listening(world, SCTP_ASSOC_CHANGE);
  const client = oneToMany(world.provider("10.0.0.1"));
  await world.until(client.sctp_connectx([SERVER]));
  await client.sctp_sendv(new Uint8Array(0), { info: { snd_assoc_id: 3, snd_flags: SCTP_EOF } });
  await world.clock.advanceBy(200);
  const last = drain(server).at(-1)?.notification;
  assert.ok(last?.sn_type === SCTP_ASSOC_CHANGE && last.sac_state === SCTP_SHUTDOWN_COMP);
  assert.throws(() => server.nonblocking.sctp_recvv(), { code: "EAGAIN" });
});
