/**
 * The addon's calls that need a kernel with SCTP: those of RFC 6458 §9, and messages with SCTP's own
 * ancillary data. Everything else is tested on any host, in test/native.
 *
 * @module
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { loadAddon, READABLE, Row, WRITABLE, type Addon } from "../../../src/native/addon.js";
import { ADDRESS_BYTES, descriptorFlags, O_CLOEXEC, Platform } from "../../native/platform.js";

/** Here it has to be there. */
function requireAddon(): Addon {
  const loaded = loadAddon();
  if ("reason" in loaded) throw new Error(loaded.reason);
  return loaded;
}

const addon = requireAddon();
const platform = new Platform(addon);
const constant = (name: string): number => platform.constant(name);
const loopbacks = ["127.0.0.1", "127.0.0.2", "127.0.0.3"];

/** A socket of SCTP. */
function open(type: "SOCK_SEQPACKET" | "SOCK_STREAM", family = "AF_INET"): number {
  return platform.ok(addon.socket(constant(family), constant(type), constant("IPPROTO_SCTP")));
}

/** A one-to-many socket that listens. */
function listen(address: string): { id: number; name: Uint8Array; port: number } {
  const id = open("SOCK_SEQPACKET", address.includes(":") ? "AF_INET6" : "AF_INET");
  platform.ok(addon.bind(id, platform.address(address, 0)));
  platform.ok(addon.listen(id, 8));
  const name = platform.name(id);
  return { id, name, port: Number(platform.addressText(name).replace(/.*:/, "")) };
}

/** Addresses that getladdrs or getpaddrs wrote. */
function unpack(packed: Uint8Array, count: number): string[] {
  const size = addon.structures["sockaddr_in"]?.sizeBytes ?? 0;
  return Array.from({ length: count }, (_, index) =>
    platform.addressText(packed.subarray(index * size, (index + 1) * size)),
  ).sort();
}

/** An association between two one-to-many sockets, as both name it; its first message has been received. */
async function associate(): Promise<{
  server: ReturnType<typeof listen>;
  client: number;
  atServer: number;
  atClient: number;
}> {
  const server = listen("127.0.0.1");
  platform.setOption(server.id, "IPPROTO_SCTP", "SCTP_RECVRCVINFO", 1);
  const client = open("SOCK_SEQPACKET");
  const association = new Int32Array(1);
  assert.equal(platform.codeOf(addon.connectx(client, server.name, 1, association)), "EINPROGRESS");
  await platform.ready(client, WRITABLE);
  platform.ok(addon.sendmsg(client, new Uint8Array(1), server.name, undefined, 0));
  await platform.ready(server.id, READABLE);
  const control = new Uint8Array(256);
  const out = new Int32Array(3);
  assert.equal(addon.recvmsg(server.id, new Uint8Array(8), undefined, control, 0, out), 1);
  const info = platform.controlData(control.subarray(0, out[1]), "IPPROTO_SCTP", "SCTP_RCVINFO");
  const atServer = platform.read(info, "sctp_rcvinfo", "rcv_assoc_id");
  return { server, client, atServer, atClient: association[0] ?? 0 };
}

test("bindx adds and removes addresses, at any place of a buffer; getladdrs lists them (RFC 6458 §9.1, §9.5)", () => {
  const id = open("SOCK_SEQPACKET");
  platform.ok(addon.bind(id, platform.address("127.0.0.1", 0)));
  const port = Number(platform.addressText(platform.name(id)).replace(/.*:/, ""));
  const more = loopbacks.slice(1).map((address) => platform.address(address, port));
  const packed = Buffer.concat([Buffer.alloc(3), ...more]).subarray(3);
  platform.ok(addon.bindx(id, packed, 2, constant("SCTP_BINDX_ADD_ADDR")));
  const room = new Uint8Array(1024).fill(0xee);
  const list = (): string[] =>
    unpack(room.subarray(1), platform.ok(addon.getladdrs(id, 0, room.subarray(1, 200))));
  assert.deepEqual(
    list(),
    loopbacks.map((address) => `${address}:${port}`),
  );
  platform.ok(addon.bindx(id, packed, 1, constant("SCTP_BINDX_REM_ADDR")));
  assert.deepEqual(list(), [`127.0.0.1:${port}`, `127.0.0.3:${port}`]);
  assert.equal(room[0], 0xee);
  assert.ok(
    room.subarray(200).every((byte) => byte === 0xee),
    "nothing beyond the room is written",
  );
  const foreign = platform.address("203.0.113.1", port);
  assert.equal(
    platform.codeOf(addon.bindx(id, foreign, 1, constant("SCTP_BINDX_ADD_ADDR"))),
    "EADDRNOTAVAIL",
  );
  platform.ok(addon.close(id));
});

test("too little room for addresses is told, and what there was is enough with the header", async () => {
  const { server, client, atClient } = await associate();
  const size = addon.structures["sockaddr_in"]?.sizeBytes ?? 0;
  for (const lengthBytes of [0, 7, 8, 8 + size - 1]) {
    for (const list of ["getladdrs", "getpaddrs"] as const) {
      const answer = platform.codeOf(addon[list](client, atClient, new Uint8Array(lengthBytes)));
      assert.match(String(answer), /^(ENOMEM|ENOBUFS|EINVAL)$/, `${list} with ${lengthBytes} bytes`);
    }
  }
  const room = new Uint8Array(8 + size);
  assert.equal(addon.getpaddrs(client, atClient, room), 1);
  assert.deepEqual(unpack(room, 1), [platform.addressText(server.name)]);
  assert.equal(platform.codeOf(addon.getpaddrs(client, atClient + 7, room)), "EINVAL");
  for (const id of [client, server.id]) platform.ok(addon.close(id));
});

test("connectx tells the association's id before it is up, and takes several addresses (RFC 6458 §9.9)", async () => {
  const server = open("SOCK_SEQPACKET");
  platform.ok(addon.bind(server, platform.address("127.0.0.1", 0)));
  const port = Number(platform.addressText(platform.name(server)).replace(/.*:/, ""));
  const all = loopbacks.map((address) => platform.address(address, port));
  platform.ok(addon.bindx(server, Buffer.concat(all.slice(1)), 2, constant("SCTP_BINDX_ADD_ADDR")));
  platform.ok(addon.listen(server, 8));
  const client = open("SOCK_SEQPACKET");
  const association = Int32Array.of(-1);
  const answer = addon.connectx(client, Buffer.concat([Buffer.alloc(1), ...all]).subarray(1), 3, association);
  assert.equal(platform.codeOf(answer), "EINPROGRESS");
  assert.ok((association[0] ?? 0) > 0, `the association is ${association[0]}`);
  await platform.ready(client, WRITABLE);
  const room = new Uint8Array(1024);
  const count = platform.ok(addon.getpaddrs(client, association[0] ?? 0, room));
  assert.deepEqual(
    unpack(room, count),
    loopbacks.map((address) => `${address}:${port}`),
  );
  for (const id of [client, server]) platform.ok(addon.close(id));
});

test("peeloff makes a socket that does not wait and is not inherited (RFC 6458 §9.2)", async () => {
  const { server, client, atServer } = await associate();
  assert.equal(platform.codeOf(addon.peeloff(server.id, atServer + 9)), "EINVAL");
  const before = descriptorFlags();
  const peeled = platform.ok(addon.peeloff(server.id, atServer));
  const opened = [...descriptorFlags()].filter(([descriptor]) => !before.has(descriptor));
  assert.equal((opened[0]?.[1] ?? 0) & O_CLOEXEC, O_CLOEXEC);
  assert.notEqual(peeled, server.id);
  const [data, out] = [new Uint8Array(16), new Int32Array(3)];
  assert.equal(platform.codeOf(addon.recvmsg(peeled, data, undefined, undefined, 0, out)), "EAGAIN");
  platform.ok(addon.sendmsg(client, new TextEncoder().encode("to the peeled"), server.name, undefined, 0));
  await platform.ready(peeled, READABLE);
  const length = platform.ok(addon.recvmsg(peeled, data, undefined, undefined, 0, out));
  assert.equal(new TextDecoder().decode(data.subarray(0, length)), "to the peeled");
  assert.equal(platform.codeOf(addon.recvmsg(server.id, data, undefined, undefined, 0, out)), "EAGAIN");
  for (const id of [peeled, client, server.id]) platform.ok(addon.close(id));
});

test("one-to-one: accept does not wait, and an abort is ECONNRESET", async () => {
  const listener = open("SOCK_STREAM");
  platform.ok(addon.bind(listener, platform.address("127.0.0.1", 0)));
  platform.ok(addon.listen(listener, 4));
  const client = open("SOCK_STREAM");
  assert.equal(platform.codeOf(addon.connect(client, platform.name(listener))), "EINPROGRESS");
  await platform.ready(listener, READABLE);
  const peer = new Uint8Array(ADDRESS_BYTES);
  const server = platform.ok(addon.accept(listener, peer));
  assert.equal(platform.addressText(peer), platform.addressText(platform.name(client)));
  assert.equal(platform.codeOf(addon.accept(listener, peer)), "EAGAIN");
  const linger = new Uint8Array(addon.structures["linger"]?.sizeBytes ?? 0);
  platform.write(linger, "linger", "l_onoff", 1);
  platform.ok(addon.setsockopt(client, constant("SOL_SOCKET"), constant("SO_LINGER"), linger));
  platform.ok(addon.close(client));
  await platform.ready(server, READABLE);
  const answer = addon.recvmsg(server, new Uint8Array(8), undefined, undefined, 0, new Int32Array(3));
  assert.equal(platform.codeOf(answer), "ECONNRESET");
  for (const id of [server, listener]) platform.ok(addon.close(id));
});

test("a batch of messages has its SNDINFO and RCVINFO each (RFC 6458 §5.3.4, §5.3.5)", async () => {
  const { server, client } = await associate();
  const count = 10;
  const slab = new Uint8Array(8192);
  const rows = new Int32Array(7 * count);
  slab.set(server.name, 0);
  for (let index = 0; index < count; index += 1) {
    const info = new Uint8Array(addon.structures["sctp_sndinfo"]?.sizeBytes ?? 0);
    platform.write(info, "sctp_sndinfo", "snd_sid", index % 5);
    platform.write(info, "sctp_sndinfo", "snd_ppid", 1000 + index);
    const control = platform.control([
      { level: constant("IPPROTO_SCTP"), type: constant("SCTP_SNDINFO"), data: info },
    ]);
    slab.set(control, 512 + index * 128);
    slab.fill(index, 4096 + index * 100, 4096 + index * 100 + 50 + index);
    rows.set(
      [4096 + index * 100, 50 + index, 0, server.name.length, 512 + index * 128, control.length, 0],
      index * 7,
    );
  }
  assert.equal(addon.sendmmsg(client, slab, rows, count, 0), count);
  slab.fill(0xdd);
  let received = 0;
  while (received < count) {
    await platform.ready(server.id, READABLE);
    for (let index = received; index < count; index += 1) {
      rows.set([4096 + index * 100, 100, index * 32, 32, 512 + index * 128, 128, 0], index * 7);
    }
    received += platform.ok(
      addon.recvmmsg(server.id, slab, rows.subarray(received * 7), count - received, 0),
    );
  }
  for (let index = 0; index < count; index += 1) {
    const row = rows.subarray(index * 7, index * 7 + 7);
    assert.equal(row[Row.dataBytes], 50 + index);
    assert.equal((row[Row.flags] ?? 0) & constant("MSG_EOR"), constant("MSG_EOR"));
    assert.equal(slab[row[Row.dataOffset] ?? 0], index);
    const controlOffset = row[Row.controlOffset] ?? 0;
    const control = slab.subarray(controlOffset, controlOffset + (row[Row.controlBytes] ?? 0));
    const info = platform.controlData(control, "IPPROTO_SCTP", "SCTP_RCVINFO");
    assert.equal(platform.read(info, "sctp_rcvinfo", "rcv_sid"), index % 5);
    assert.equal(platform.read(info, "sctp_rcvinfo", "rcv_ppid"), 1000 + index);
  }
  for (const id of [client, server.id]) platform.ok(addon.close(id));
});

test("an option's structure goes in and comes out: SCTP_STATUS names the association's state", async () => {
  const { server, client, atClient } = await associate();
  const status = new Uint8Array(addon.structures["sctp_status"]?.sizeBytes ?? 0);
  platform.write(status, "sctp_status", "sstat_assoc_id", atClient);
  const [level, name] = [constant("IPPROTO_SCTP"), constant("SCTP_STATUS")];
  assert.equal(addon.getsockopt(client, level, name, status), status.length);
  assert.equal(platform.read(status, "sctp_status", "sstat_state"), constant("SCTP_ESTABLISHED"));
  for (const id of [client, server.id]) platform.ok(addon.close(id));
});
