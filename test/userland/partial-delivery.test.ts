import assert from "node:assert/strict";
import { test } from "node:test";
import {
  IPPROTO_SCTP,
  MSG_EOR,
  MSG_NOTIFICATION,
  SCTP_EVENT,
  SCTP_FRAGMENT_INTERLEAVE,
  SCTP_FUTURE_ASSOC,
  SCTP_PARTIAL_DELIVERY_EVENT,
  SCTP_PARTIAL_DELIVERY_POINT,
  SCTP_RECVRCVINFO,
  SCTP_SHUTDOWN_EVENT,
  SCTP_STATUS,
  SCTP_UNORDERED,
  SO_LINGER,
  SOL_SOCKET,
} from "../../src/sockets/constants.js";
import type { SctpSocket } from "../../src/sockets/sctp-socket.js";
import type { ReceivedMessage, sctp_rcvinfo } from "../../src/sockets/types.js";
import type { UserlandProvider } from "../../src/userland/userland-provider.js";
import { drain, oneToMany, World } from "./world.js";

const SERVER = { address: "10.0.0.2", port: 5000 };
/** Many round trips of a slow start long, so that a part of it can be waited for. */
const LONG = new Uint8Array(100_000).fill(1);
const SHORT = new Uint8Array(1000).fill(2);

interface Scene {
  readonly world: World;
  readonly server: SctpSocket;
  readonly a: SctpSocket;
  readonly b: SctpSocket;
  readonly providerOfB: UserlandProvider;
}

/** A one-to-many server with two peers, which delivers messages of more than 10,000 bytes in parts. */
async function scene(level: number, ...events: number[]): Promise<Scene> {
  const world = new World();
  const server = oneToMany(world.provider(SERVER.address));
  server.setsockopt(IPPROTO_SCTP, SCTP_RECVRCVINFO, 1);
  server.setsockopt(IPPROTO_SCTP, SCTP_FRAGMENT_INTERLEAVE, level);
  server.setsockopt(IPPROTO_SCTP, SCTP_PARTIAL_DELIVERY_POINT, 10_000);
  for (const se_type of events)
    server.setsockopt(IPPROTO_SCTP, SCTP_EVENT, { se_assoc_id: SCTP_FUTURE_ASSOC, se_type, se_on: 1 });
  server.bind(SERVER);
  server.listen();
  const providerOfB = world.provider("10.0.0.3");
  const [a, b] = [oneToMany(world.provider("10.0.0.1")), oneToMany(providerOfB)];
  for (const client of [a, b]) {
    // oxlint-disable-next-line no-await-in-loop -- one association after the other
    await world.until(client.sctp_connectx([SERVER]));
  }
  drain(server);
  return { world, server, a, b, providerOfB };
}

/** Sends the long message of a, and goes on until a part of it has been received. */
async function beginLong({ world, server, a }: Scene): Promise<number> {
  void a.sctp_sendv(LONG, { to: SERVER, info: { snd_sid: 1 } });
  const { data, flags } = await world.until(server.sctp_recvv());
  assert.ok(data.length > 10_000 && data.length < LONG.length, "RFC 6458 §8.1.21: beyond the point");
  assert.equal(flags & MSG_EOR, 0);
  return data.length;
}

/** What was received, in a letter each: parts of the long message, its end, other messages, notifications. */
function shapeOf(messages: readonly ReceivedMessage[]): string {
  const letters = messages.map(({ data, flags }) => {
    if ((flags & MSG_NOTIFICATION) !== 0) return "n";
    if (data[0] === 2) return "s";
    return (flags & MSG_EOR) === 0 ? "l" : "L";
  });
  return letters.join("").replaceAll(/l+/g, "l");
}

test("RFC 6458 §8.1.21: what is not larger than the partial delivery point is delivered whole", async () => {
  const { world, server, a } = await scene(1);
  const message = new Uint8Array(10_000).fill(1);
  void a.sctp_sendv(message, { to: SERVER });
  const { data, flags } = await world.until(server.sctp_recvv());
  assert.deepEqual([data.length, flags], [10_000, MSG_EOR]);
});

test("RFC 6458 §8.1.20 level 0: nothing of the socket comes between the parts of a message", async () => {
  const all = await scene(0, SCTP_SHUTDOWN_EVENT);
  const { world, server, a, b } = all;
  await beginLong(all);
  void a.sctp_sendv(SHORT, { to: SERVER, info: { snd_sid: 2, snd_flags: SCTP_UNORDERED } });
  void b.sctp_sendv(SHORT, { to: SERVER });
  await world.clock.advanceBy(20);
  const { sstat_penddata } = server.sctp_opt_info(4, SCTP_STATUS);
  assert.equal(sstat_penddata, 1, "what waits counts as what is to be received");
  void b.close();
  await world.clock.advanceBy(30);
  assert.equal(shapeOf(drain(server)), "l", "the message of another association and its end wait");
  await world.clock.advanceBy(2000);
  assert.equal(shapeOf(drain(server)), "lLsns", "in their order, once the message has ended");
});

test("RFC 6458 §8.1.20 level 1: messages of other associations and notifications come between", async () => {
  const all = await scene(1, SCTP_SHUTDOWN_EVENT);
  const { world, server, a, b } = all;
  await beginLong(all);
  void a.sctp_sendv(SHORT, { to: SERVER, info: { snd_sid: 2, snd_flags: SCTP_UNORDERED } });
  void b.sctp_sendv(SHORT, { to: SERVER });
  void b.close();
  await world.clock.advanceBy(60);
  assert.match(shapeOf(drain(server)), /^l?sl?nl?$/);
  await world.clock.advanceBy(2000);
  assert.match(shapeOf(drain(server)), /^l?Ls$/, "but not those of the same association");
});

test("RFC 6458 §8.1.20 level 2: messages of other streams come between, of the same stream none", async () => {
  const all = await scene(2);
  const { world, server, a } = all;
  await beginLong(all);
  void a.sctp_sendv(SHORT, { to: SERVER, info: { snd_sid: 1 } });
  void a.sctp_sendv(SHORT, { to: SERVER, info: { snd_sid: 2 } });
  await world.clock.advanceBy(2000);
  const messages = drain(server);
  const streams = messages
    .filter(({ data }) => data[0] === 2)
    .map(({ info }) => (info as sctp_rcvinfo).rcv_sid);
  assert.deepEqual(
    streams.toSorted((left, right) => left - right),
    [1, 2],
  );
  assert.ok(shapeOf(messages).startsWith("lL"));
});

test("RFC 6458 §8.1.20: a lower level lets come what has waited", async () => {
  const all = await scene(0);
  const { world, server, b } = all;
  await beginLong(all);
  void b.sctp_sendv(SHORT, { to: SERVER });
  await world.clock.advanceBy(50);
  assert.equal(shapeOf(drain(server)), "l");
  server.setsockopt(IPPROTO_SCTP, SCTP_FRAGMENT_INTERLEAVE, 1);
  assert.equal(shapeOf(drain(server)), "s");
});

for (const subscribes of [true, false]) {
  const title = subscribes ? "who has subscribed" : "who has not subscribed";
  test(`RFC 6458 §6.1.7: a message that will not end lets others come, for ${title}`, async () => {
    const all = await scene(0, ...(subscribes ? [SCTP_PARTIAL_DELIVERY_EVENT] : []));
    const { world, server, a, b } = all;
    await beginLong(all);
    void b.sctp_sendv(SHORT, { to: SERVER });
    await world.clock.advanceBy(30);
    a.setsockopt(SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: 0 });
    void a.close();
    await world.clock.advanceBy(100);
    assert.equal(shapeOf(drain(server)), subscribes ? "lns" : "ls");
  });
}

test("RFC 6458 §9.2: a peeled-off socket goes on with the message, and the others are free", async () => {
  const all = await scene(0);
  const { world, server, b } = all;
  await beginLong(all);
  void b.sctp_sendv(SHORT, { to: SERVER });
  await world.clock.advanceBy(30);
  const peeled = server.sctp_peeloff(3);
  assert.equal(shapeOf(drain(server)), "s");
  await world.clock.advanceBy(2000);
  assert.equal(shapeOf(drain(peeled)), "lL");
});
