import assert from "node:assert/strict";
import { test } from "node:test";
import {
  IPPROTO_SCTP,
  MSG_NOTIFICATION,
  SCTP_ALL_ASSOC,
  SCTP_DATA_LAST_FRAG,
  SCTP_DATA_SENT,
  SCTP_DELAYED_SACK,
  SCTP_DISABLE_FRAGMENTS,
  SCTP_EOR,
  SCTP_EVENT,
  SCTP_EXPLICIT_EOR,
  SCTP_GET_ASSOC_NUMBER,
  SCTP_MAX_BURST,
  SCTP_NODELAY,
  SCTP_REMOTE_UDP_ENCAPS_PORT,
  SCTP_SEND_FAILED_EVENT,
  SO_LINGER,
  SO_SNDBUF,
  SOL_SOCKET,
} from "../../src/sockets/constants.js";
import type { SctpSocket } from "../../src/sockets/sctp-socket.js";
import type { UserlandProvider } from "../../src/userland/userland-provider.js";
import { drain, oneToMany, oneToOne, World } from "./world.js";

const SERVER = { address: "10.0.0.2", port: 5000 };

/** Bytes that tell their places. */
function pattern(lengthBytes: number): Uint8Array {
  return Uint8Array.from({ length: lengthBytes }, (_, index) => (index * 31 + (index >> 8)) & 255);
}

/** A connected pair with the providers of both sides. */
async function pair(world: World): Promise<{
  readonly client: SctpSocket;
  readonly server: SctpSocket;
  readonly ofClient: UserlandProvider;
  readonly ofServer: UserlandProvider;
}> {
  const [ofClient, ofServer] = [world.provider("10.0.0.1"), world.provider(SERVER.address)];
  const listener = oneToOne(ofServer);
  listener.bind(SERVER);
  listener.listen();
  const client = oneToOne(ofClient);
  const accepted = listener.accept();
  await world.until(client.connect(SERVER));
  const { socket: server } = await world.until(accepted);
  return { client, server, ofClient, ofServer };
}

test("RFC 6458 §8.1.11: a first message that would be fragmented begins no association", async () => {
  const world = new World();
  const provider = world.provider("10.0.0.1");
  const many = oneToMany(provider);
  for (const socket of [many, oneToOne(provider)]) {
    socket.setsockopt(IPPROTO_SCTP, SCTP_DISABLE_FRAGMENTS, 1);
    assert.throws(() => socket.nonblocking.sctp_sendv(pattern(10_000), { to: SERVER }), { code: "EMSGSIZE" });
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await world.clock.advanceBy(1000);
  }
  assert.equal(provider.statistics.outPackets, 0, "no INIT has left");
  assert.deepEqual(drain(many), [], "and nobody is told of an association");
  assert.equal(many.getsockopt(IPPROTO_SCTP, SCTP_GET_ASSOC_NUMBER), 0);
});

test("RFC 6458 §8.1.24: SCTP_MAX_BURST bounds what leaves at once, and 0 takes the bound away", async () => {
  const sent: number[] = [];
  for (const assoc_value of [1, 2, 0]) {
    const world = new World();
    // oxlint-disable-next-line no-await-in-loop -- one world after the other
    const { client, ofClient } = await pair(world);
    client.setsockopt(IPPROTO_SCTP, SCTP_NODELAY, 1);
    client.setsockopt(IPPROTO_SCTP, SCTP_MAX_BURST, { assoc_id: SCTP_ALL_ASSOC, assoc_value });
    // oxlint-disable-next-line no-await-in-loop
    await world.clock.advanceBy(1000);
    const before = ofClient.statistics.outPackets;
    void client.send(pattern(20_000));
    // oxlint-disable-next-line no-await-in-loop
    await world.clock.advanceBy(1);
    sent.push(ofClient.statistics.outPackets - before);
  }
  // RFC 9260 §7.2.1: without the bound it is what the initial window of 4,404 bytes begins.
  assert.deepEqual(sent, [1, 2, 3]);
});

test("RFC 6458 §8.1.19: SCTP_DELAYED_SACK says after how many packets and what time is acknowledged", async () => {
  for (const [change, packets, waitMs] of [
    [{ sack_freq: 1 }, 1, 0],
    [{ sack_delay: 400 }, 1, 400],
    [{ sack_freq: 3, sack_delay: 500 }, 3, 0],
  ] as const) {
    const world = new World();
    // oxlint-disable-next-line no-await-in-loop -- one world after the other
    const { client, server, ofServer } = await pair(world);
    server.setsockopt(IPPROTO_SCTP, SCTP_DELAYED_SACK, change);
    // Whoever delays SACKs expects no less of the peer, and probes no sooner (RFC 8985 §7.2).
    client.setsockopt(IPPROTO_SCTP, SCTP_DELAYED_SACK, change);
    client.setsockopt(IPPROTO_SCTP, SCTP_NODELAY, 1);
    // The first packet is answered at once in any case (RFC 9260 §5.1).
    void client.send(pattern(10));
    // oxlint-disable-next-line no-await-in-loop
    await world.clock.advanceBy(1000);
    const before = ofServer.statistics.outPackets;
    for (let count = 0; count < packets; count += 1) {
      void client.send(pattern(10));
      // oxlint-disable-next-line no-await-in-loop -- each in a packet of its own
      await world.clock.advanceBy(1);
    }
    // oxlint-disable-next-line no-await-in-loop
    await world.clock.advanceBy(10 + waitMs - 2);
    assert.equal(ofServer.statistics.outPackets, before, `${JSON.stringify(change)}: not before`);
    // oxlint-disable-next-line no-await-in-loop
    await world.clock.advanceBy(3);
    assert.equal(ofServer.statistics.outPackets - before, 1, JSON.stringify(change));
  }
});

test("RFC 6951 §6.1: SCTP_REMOTE_UDP_ENCAPS_PORT says where peers are found", async () => {
  const world = new World({ simulatesUdp: true });
  const server = oneToOne(world.provider(SERVER.address));
  server.bind(SERVER);
  server.listen();
  const provider = world.provider("10.0.0.1", { remoteUdpPort: 7777 });
  const lost = oneToOne(provider);
  assert.equal(lost.getsockopt(IPPROTO_SCTP, SCTP_REMOTE_UDP_ENCAPS_PORT).sue_port, 7777);
  await assert.rejects(world.until(lost.connect(SERVER), 600_000), "nobody is there");
  const socket = oneToOne(provider);
  socket.setsockopt(IPPROTO_SCTP, SCTP_REMOTE_UDP_ENCAPS_PORT, { sue_port: 9899 });
  await world.until(socket.connect(SERVER));
  const path = { sue_address: SERVER };
  assert.equal(socket.getsockopt(IPPROTO_SCTP, SCTP_REMOTE_UDP_ENCAPS_PORT, path).sue_port, 9899);
  const toNowhere = (): void =>
    socket.setsockopt(IPPROTO_SCTP, SCTP_REMOTE_UDP_ENCAPS_PORT, { ...path, sue_port: 0 });
  assert.throws(toNowhere, { code: "EINVAL" }, "without UDP there is no way");
  const plain = oneToOne(provider);
  plain.setsockopt(IPPROTO_SCTP, SCTP_REMOTE_UDP_ENCAPS_PORT, { sue_port: 0 });
  await assert.rejects(world.until(plain.connect(SERVER)), { code: "EADDRNOTAVAIL" });
});

/** Sends a record in pieces, each as soon as there is room. */
async function sendRecord(
  world: World,
  socket: SctpSocket,
  record: Uint8Array,
  pieceBytes: number,
): Promise<void> {
  for (let offset = 0; offset < record.length; offset += pieceBytes) {
    const piece = record.subarray(offset, offset + pieceBytes);
    const isLast = offset + pieceBytes >= record.length;
    // oxlint-disable-next-line no-await-in-loop -- in their order
    await world.until(socket.sctp_sendv(piece, { info: { snd_flags: isLast ? SCTP_EOR : 0 } }));
  }
}

for (const loss of [0, 0.1]) {
  test(`RFC 6458 §8.1.26: a message may be longer than SO_SNDBUF, with ${loss * 100} % loss`, async () => {
    const world = new World({ faults: { delayMs: 10, loss } });
    const { client, server } = await world.connectedPair();
    client.setsockopt(IPPROTO_SCTP, SCTP_EXPLICIT_EOR, 1);
    client.setsockopt(SOL_SOCKET, SO_SNDBUF, 1000);
    const record = pattern(60_000);
    const received = server.sctp_recvv();
    await sendRecord(world, client, record, 700);
    assert.deepEqual((await world.until(received)).data, record);
    await sendRecord(world, client, record.subarray(0, 2000), 1);
    assert.deepEqual((await world.until(server.sctp_recvv())).data, record.subarray(0, 2000));
  });
}

test("RFC 6458 §8.1.26, §6.1.11: of a message that does not end its tail comes back", async () => {
  const world = new World();
  const { client } = await world.connectedPair();
  client.setsockopt(IPPROTO_SCTP, SCTP_EXPLICIT_EOR, 1);
  client.setsockopt(IPPROTO_SCTP, SCTP_EVENT, { se_type: SCTP_SEND_FAILED_EVENT, se_on: 1 });
  const record = pattern(30_000);
  for (let offset = 0; offset < record.length; offset += 5000) {
    void client.send(record.subarray(offset, offset + 5000));
    // oxlint-disable-next-line no-await-in-loop -- each is acknowledged before the next
    await world.clock.advanceBy(1000);
  }
  client.shutdown(2);
  await world.clock.advanceBy(1000);
  const { notification } = await world.until(client.sctp_recvv());
  assert.ok(notification?.sn_type === SCTP_SEND_FAILED_EVENT);
  const { ssfe_flags, ssfe_info, ssfe_data } = notification;
  assert.deepEqual([ssfe_flags, ssfe_info.snd_flags], [SCTP_DATA_SENT, SCTP_DATA_LAST_FRAG]);
  assert.ok(ssfe_data.length < record.length, "what was acknowledged is not held");
  assert.deepEqual(ssfe_data, record.subarray(record.length - ssfe_data.length));
});

test("RFC 6458 §8.1.26: the rest of a message that has failed is not sent as another one", async () => {
  const world = new World();
  const { client, server, listener } = await world.connectedPair();
  void listener;
  client.setsockopt(IPPROTO_SCTP, SCTP_EXPLICIT_EOR, 1);
  await world.until(client.send(pattern(5000)));
  await world.clock.advanceBy(100);
  server.setsockopt(SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: 0 });
  void server.close();
  await world.clock.advanceBy(100);
  const rest = client.sctp_sendv(pattern(10), { info: { snd_flags: SCTP_EOR } });
  await assert.rejects(world.until(rest), { code: "ECONNRESET" });
  assert.deepEqual(
    drain(client).filter(({ flags }) => (flags & MSG_NOTIFICATION) === 0),
    [],
  );
});
