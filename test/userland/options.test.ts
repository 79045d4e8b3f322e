import assert from "node:assert/strict";
import { test } from "node:test";
import {
  IPPROTO_SCTP,
  SCTP_ACTIVE,
  SCTP_ADAPTATION_LAYER,
  SCTP_ALL_ASSOC,
  SCTP_ASSOCINFO,
  SCTP_AUTOCLOSE,
  SCTP_COOKIE_WAIT,
  SCTP_CURRENT_ASSOC,
  SCTP_DEFAULT_SNDINFO,
  SCTP_ESTABLISHED,
  SCTP_FUTURE_ASSOC,
  SCTP_GET_PEER_ADDR_INFO,
  SCTP_INITMSG,
  SCTP_MAXSEG,
  SCTP_NODELAY,
  SCTP_RECVRCVINFO,
  SCTP_RECVV_RCVINFO,
  SCTP_RTOINFO,
  SCTP_STATUS,
  SCTP_UNORDERED,
  SO_LINGER,
  SO_RCVBUF,
  SO_SNDBUF,
  SOL_SOCKET,
} from "../../src/sockets/constants.js";
import { OPTION_TABLE } from "../../src/sockets/option-table.js";
import type { ProviderSocket } from "../../src/sockets/provider.js";
import { bytesOf, drain, oneToMany, oneToOne, World } from "./world.js";

const SERVER = { address: "10.0.0.2", port: 5000 };

test("every option of the table is there, with its default (RFC 6458 §8.1)", () => {
  const socket = oneToMany(new World().provider("10.0.0.1"));
  assert.equal(socket.getsockopt(SOL_SOCKET, SO_SNDBUF), 1_048_576);
  assert.equal(socket.getsockopt(SOL_SOCKET, SO_RCVBUF), 1_048_576);
  assert.deepEqual(socket.getsockopt(SOL_SOCKET, SO_LINGER), { l_onoff: 0, l_linger: 0 });
  assert.equal(socket.getsockopt(IPPROTO_SCTP, SCTP_NODELAY), 0);
  assert.equal(socket.getsockopt(IPPROTO_SCTP, SCTP_AUTOCLOSE), 0);
  assert.deepEqual(socket.getsockopt(IPPROTO_SCTP, SCTP_ADAPTATION_LAYER), { ssb_adaptation_ind: 0 });
  assert.deepEqual(socket.getsockopt(IPPROTO_SCTP, SCTP_INITMSG), {
    sinit_num_ostreams: 10,
    sinit_max_instreams: 65_535,
    sinit_max_attempts: 8,
    sinit_max_init_timeo: 60_000,
  });
  assert.deepEqual(socket.getsockopt(IPPROTO_SCTP, SCTP_RTOINFO), {
    srto_assoc_id: 0,
    srto_initial: 1000,
    srto_max: 60_000,
    srto_min: 1000,
  });
  assert.deepEqual(socket.getsockopt(IPPROTO_SCTP, SCTP_ASSOCINFO), {
    sasoc_assoc_id: 0,
    sasoc_asocmaxrxt: 10,
    sasoc_number_peer_destinations: 0,
    sasoc_peer_rwnd: 0,
    sasoc_local_rwnd: 1_048_576,
    sasoc_cookie_life: 60_000,
  });
});

test("an option that is in the table is also in the provider, in both directions", () => {
  const readiness = { onReadable: () => {}, onWritable: () => {} };
  const provider = new World().provider("10.0.0.1");
  const socket: ProviderSocket = provider.createSocket(10, 5, readiness);
  const codeOf = (call: () => unknown): unknown => {
    try {
      call();
    } catch (error) {
      return (error as NodeJS.ErrnoException).code;
    }
    return undefined;
  };
  for (const { level, name, text, access, answeredBy } of OPTION_TABLE) {
    if (answeredBy === "sockets") continue;
    const fields = { se_type: 0x8001, spinfo_address: { address: "10.0.0.9", port: 1, family: "IPv4" } };
    if (access !== "write only") {
      assert.notEqual(
        codeOf(() => socket.getOption(level, name, fields)),
        "ENOPROTOOPT",
        text,
      );
    }
    if (access === "read only") {
      assert.equal(
        codeOf(() => socket.setOption(level, name, fields)),
        "ENOPROTOOPT",
        text,
      );
    }
  }
  assert.equal(
    codeOf(() => socket.getOption(IPPROTO_SCTP, 9999, undefined)),
    "ENOPROTOOPT",
  );
  assert.equal(
    codeOf(() => socket.setOption(IPPROTO_SCTP, 9999, 1)),
    "ENOPROTOOPT",
  );
});

test("RFC 6458 §8.1.1: RTO bounds of one association, of later ones, and in order", async () => {
  const world = new World();
  const server = oneToMany(world.provider("10.0.0.2"));
  server.bind(SERVER);
  server.listen();
  const client = oneToMany(world.provider("10.0.0.1"));
  const id = await world.until(client.sctp_connectx([SERVER]));
  const read = (srto_assoc_id: number): object =>
    client.getsockopt(IPPROTO_SCTP, SCTP_RTOINFO, { srto_assoc_id });
  client.setsockopt(IPPROTO_SCTP, SCTP_RTOINFO, { srto_assoc_id: id, srto_max: 9000, srto_min: 50 });
  assert.deepEqual(read(id), { srto_assoc_id: id, srto_initial: 1000, srto_max: 9000, srto_min: 50 });
  assert.deepEqual(read(0), { srto_assoc_id: 0, srto_initial: 1000, srto_max: 60_000, srto_min: 1000 });
  assert.throws(() => client.setsockopt(IPPROTO_SCTP, SCTP_RTOINFO, { srto_min: 61_000 }), {
    code: "EINVAL",
  });
  assert.throws(() => read(77), { code: "EINVAL" });
  assert.throws(() => client.setsockopt(IPPROTO_SCTP, SCTP_RTOINFO, { srto_assoc_id: SCTP_ALL_ASSOC }), {
    code: "EINVAL",
  });
});

test("RFC 6458 §8.1.3: SCTP_INITMSG asks for streams; 0 leaves a value as it is", async () => {
  const world = new World();
  const listener = oneToOne(world.provider("10.0.0.2"));
  listener.setsockopt(IPPROTO_SCTP, SCTP_INITMSG, { sinit_max_instreams: 20 });
  listener.bind(SERVER);
  listener.listen();
  const client = oneToOne(world.provider("10.0.0.1"));
  client.setsockopt(IPPROTO_SCTP, SCTP_INITMSG, { sinit_num_ostreams: 50 });
  client.setsockopt(IPPROTO_SCTP, SCTP_INITMSG, { sinit_max_attempts: 2 });
  await world.until(client.connect(SERVER));
  const status = client.getsockopt(IPPROTO_SCTP, SCTP_STATUS);
  assert.deepEqual([status.sstat_outstrms, status.sstat_instrms], [20, 10]);
  assert.throws(() => client.nonblocking.sctp_sendv(bytesOf("x"), { info: { snd_sid: 20 } }), {
    code: "EINVAL",
  });
  assert.equal(client.getsockopt(IPPROTO_SCTP, SCTP_INITMSG).sinit_num_ostreams, 50);
  const start = world.clock.now();
  const lonely = oneToOne(world.provider("10.0.0.3"));
  lonely.setsockopt(IPPROTO_SCTP, SCTP_INITMSG, { sinit_max_attempts: 2, sinit_max_init_timeo: 1500 });
  await assert.rejects(world.until(lonely.connect({ address: "10.0.0.99", port: 1 })), { code: "ETIMEDOUT" });
  assert.equal(world.clock.now() - start, 1000 + 1500 + 1500);
});

test("RFC 6458 §8.2.1, §8.2.2: the state of an association and of its path", async () => {
  const world = new World();
  const server = oneToMany(world.provider("10.0.0.2"));
  server.bind(SERVER);
  server.listen();
  const client = oneToMany(world.provider("10.0.0.1"));
  const connecting = client.sctp_connectx([SERVER]);
  const read = (sstat_assoc_id: number): ReturnType<typeof readStatus> => readStatus(sstat_assoc_id);
  const readStatus = (sstat_assoc_id: number) =>
    client.getsockopt(IPPROTO_SCTP, SCTP_STATUS, { sstat_assoc_id });
  assert.equal(read(3).sstat_state, SCTP_COOKIE_WAIT);
  const id = await world.until(connecting);
  await client.sctp_sendv(new Uint8Array(100), { info: { snd_assoc_id: id } });
  await world.clock.advanceBy(1);
  const status = read(id);
  assert.equal(status.sstat_state, SCTP_ESTABLISHED);
  assert.equal(status.sstat_unackdata, 1);
  assert.equal(status.sstat_rwnd, 1_048_576 - 100);
  // RFC 9260 §6.9: an IP packet of 1500 bytes less 20, 12 and 16 bytes of headers.
  assert.equal(status.sstat_fragmentation_point, 1452);
  const path = client.getsockopt(IPPROTO_SCTP, SCTP_GET_PEER_ADDR_INFO, { spinfo_address: SERVER });
  assert.deepEqual(path, status.sstat_primary, "the address finds the association");
  assert.deepEqual(path.spinfo_address, { ...SERVER, family: "IPv4" });
  assert.deepEqual([path.spinfo_state, path.spinfo_mtu, path.spinfo_srtt], [SCTP_ACTIVE, 1468, 20]);
  assert.throws(
    () =>
      client.getsockopt(IPPROTO_SCTP, SCTP_GET_PEER_ADDR_INFO, { spinfo_address: { ...SERVER, port: 1 } }),
    { code: "EINVAL" },
  );
  assert.throws(() => read(99), { code: "EINVAL" });
  assert.deepEqual(client.sctp_opt_info(id, SCTP_STATUS, {}), read(id));
  const idle = oneToOne(world.provider("10.0.0.3"));
  assert.throws(() => idle.getsockopt(IPPROTO_SCTP, SCTP_STATUS), { code: "EINVAL" });
});

test("RFC 6458 §8.1.31: the defaults of sends, for one association and for later ones", async () => {
  const world = new World();
  const server = oneToMany(world.provider("10.0.0.2"));
  server.setsockopt(IPPROTO_SCTP, SCTP_RECVRCVINFO, 1);
  server.bind(SERVER);
  server.listen();
  const client = oneToMany(world.provider("10.0.0.1"));
  client.setsockopt(IPPROTO_SCTP, SCTP_DEFAULT_SNDINFO, {
    snd_assoc_id: SCTP_FUTURE_ASSOC,
    snd_sid: 4,
    snd_ppid: 44,
    snd_flags: SCTP_UNORDERED,
  });
  await client.sctp_sendv(bytesOf("defaults"), { to: SERVER });
  await client.sctp_sendv(bytesOf("its own"), { to: SERVER, info: { snd_sid: 1 } });
  client.setsockopt(IPPROTO_SCTP, SCTP_DEFAULT_SNDINFO, { snd_assoc_id: SCTP_CURRENT_ASSOC, snd_sid: 5 });
  await client.sctp_sendv(bytesOf("new defaults"), { to: SERVER });
  await world.clock.advanceBy(500);
  const seen = drain(server).map((message) => {
    assert.ok(message.infotype === SCTP_RECVV_RCVINFO);
    return [message.info.rcv_sid, message.info.rcv_ppid, message.info.rcv_flags];
  });
  assert.deepEqual(seen, [
    [4, 44, SCTP_UNORDERED],
    [1, 0, 0],
    [5, 0, 0],
  ]);
  const read = (snd_assoc_id: number): number =>
    client.getsockopt(IPPROTO_SCTP, SCTP_DEFAULT_SNDINFO, { snd_assoc_id }).snd_sid;
  assert.deepEqual([read(SCTP_FUTURE_ASSOC), read(3)], [4, 5]);
});

test("RFC 6458 §8.1.16: SCTP_MAXSEG bounds what one DATA chunk carries", async () => {
  const world = new World();
  const { client, server } = await world.connectedPair();
  client.setsockopt(IPPROTO_SCTP, SCTP_MAXSEG, { assoc_value: 100 });
  const sizes: number[] = [];
  world.network.onPacket(({ bytes, source }) => {
    if (source.text === "10.0.0.1" && bytes[12] === 0) sizes.push(bytes.length);
  });
  await client.send(new Uint8Array(1000));
  await world.until(server.sctp_recvv());
  assert.ok(sizes.length > 0);
  assert.equal(client.getsockopt(IPPROTO_SCTP, SCTP_STATUS).sstat_fragmentation_point, 100);
});

test("RFC 6458 §8.1.6, §4.1.4: an accepted socket begins with what the listening one has set", async () => {
  const world = new World();
  const listener = oneToOne(world.provider("10.0.0.2"));
  listener.setsockopt(SOL_SOCKET, SO_RCVBUF, 30_000);
  listener.setsockopt(SOL_SOCKET, SO_SNDBUF, 10_000);
  listener.setsockopt(IPPROTO_SCTP, SCTP_RECVRCVINFO, 1);
  listener.bind(SERVER);
  listener.listen();
  // Also what is set afterwards counts for whoever comes then.
  listener.setsockopt(IPPROTO_SCTP, SCTP_ADAPTATION_LAYER, { ssb_adaptation_ind: 5 });
  const client = oneToOne(world.provider("10.0.0.1"));
  await world.until(client.connect(SERVER));
  const { socket } = await world.until(listener.accept());
  assert.equal(socket.getsockopt(SOL_SOCKET, SO_RCVBUF), 30_000);
  assert.equal(socket.getsockopt(SOL_SOCKET, SO_SNDBUF), 10_000);
  assert.equal(socket.getsockopt(IPPROTO_SCTP, SCTP_RECVRCVINFO), 1);
  assert.equal(client.getsockopt(IPPROTO_SCTP, SCTP_STATUS).sstat_rwnd, 30_000);
  // The two are separate from here on.
  socket.setsockopt(SOL_SOCKET, SO_SNDBUF, 5000);
  assert.equal(listener.getsockopt(SOL_SOCKET, SO_SNDBUF), 10_000);
  assert.throws(() => socket.nonblocking.send(new Uint8Array(5001)), { code: "EMSGSIZE" });
});

test("a receive buffer below the least window is that window (RFC 9260 §3.3.2)", () => {
  const socket = oneToOne(new World().provider("10.0.0.1"));
  socket.setsockopt(SOL_SOCKET, SO_RCVBUF, 1);
  assert.equal(socket.getsockopt(SOL_SOCKET, SO_RCVBUF), 1500);
});
