import assert from "node:assert/strict";
import { constants, readdirSync } from "node:fs";
import { test } from "node:test";
import { READABLE, WRITABLE } from "../../src/native/addon.js";
import { ADDRESS_BYTES, descriptorFlags, O_CLOEXEC } from "./platform.js";
import { describeAddon } from "./with-addon.js";

const loopbacks = ["127.0.0.1", "::1"];

function openDescriptors(): number {
  return readdirSync("/proc/self/fd").length;
}

describeAddon("the addon's sockets", (platform) => {
  const { addon } = platform;

  for (const loopback of loopbacks) {
    test(`connect, listen, accept, both names and shutdown over ${loopback}`, async () => {
      const listener = platform.open(loopback, "SOCK_STREAM", "TCP");
      platform.ok(addon.bind(listener, platform.address(loopback, 0)));
      platform.ok(addon.listen(listener, 4));
      const room = new Uint8Array(ADDRESS_BYTES);
      assert.equal(addon.accept(listener, room), platform.failure("EAGAIN"), "no call waits");

      const client = platform.open(loopback, "SOCK_STREAM", "TCP");
      const listening = platform.name(listener);
      assert.equal(platform.codeOf(addon.connect(client, listening)), "EINPROGRESS");
      await platform.ready(client, WRITABLE);
      assert.equal(platform.option(client, "SOL_SOCKET", "SO_ERROR"), 0);

      await platform.ready(listener, READABLE);
      const server = platform.ok(addon.accept(listener, room));
      assert.equal(platform.addressText(room), platform.addressText(platform.name(client)));
      const length = platform.ok(addon.getpeername(client, room));
      assert.equal(platform.addressText(room.subarray(0, length)), platform.addressText(listening));

      const data = new Uint8Array(4);
      const out = new Int32Array(3);
      assert.equal(
        addon.recvmsg(server, data, undefined, undefined, 0, out),
        platform.failure("EAGAIN"),
        "what was accepted does not wait either",
      );
      platform.ok(addon.shutdown(client, platform.constant("SHUT_WR")));
      await platform.ready(server, READABLE);
      assert.equal(addon.recvmsg(server, data, undefined, undefined, 0, out), 0, "the end of the peer");
      for (const id of [client, server, listener]) platform.ok(addon.close(id));
    });
  }

  test("what is opened or accepted does not wait, and is not inherited by a program that is started", async () => {
    const before = descriptorFlags();
    const listener = platform.open("127.0.0.1", "SOCK_STREAM", "TCP");
    platform.ok(addon.listen(listener, 1));
    const port = Number(platform.addressText(platform.name(listener)).replace(/.*:/, ""));
    const client = platform.open("127.0.0.1", "SOCK_STREAM", "TCP");
    addon.connect(client, platform.address("127.0.0.1", port));
    await platform.ready(listener, READABLE);
    const server = platform.ok(addon.accept(listener, new Uint8Array(ADDRESS_BYTES)));
    const opened = [...descriptorFlags()].filter(([descriptor]) => !before.has(descriptor));
    const wanted = O_CLOEXEC | constants.O_NONBLOCK;
    assert.equal(opened.length, 3);
    for (const [descriptor, flags] of opened) assert.equal(flags & wanted, wanted, descriptor);
    for (const id of [client, server, listener]) platform.ok(addon.close(id));
  });

  test("a refused connection is told by SO_ERROR", async () => {
    const probe = platform.open("127.0.0.1", "SOCK_STREAM", "TCP");
    platform.ok(addon.bind(probe, platform.address("127.0.0.1", 0)));
    const nobody = platform.name(probe);
    const client = platform.open("127.0.0.1", "SOCK_STREAM", "TCP");
    if (addon.connect(client, nobody) === platform.failure("EINPROGRESS")) {
      await platform.ready(client, WRITABLE);
      assert.equal(platform.option(client, "SOL_SOCKET", "SO_ERROR"), -platform.failure("ECONNREFUSED"));
    }
    platform.ok(addon.close(client));
    platform.ok(addon.close(probe));
  });

  test("accept takes no room that could cut the address short", () => {
    const id = platform.open("127.0.0.1", "SOCK_STREAM", "TCP");
    platform.ok(addon.listen(id, 1));
    const answer = addon.accept(id, new Uint8Array(ADDRESS_BYTES - 1));
    assert.equal(platform.codeOf(answer), "EINVAL");
    platform.ok(addon.close(id));
  });

  test("options go in and come out with their length", () => {
    const { id } = platform.udp("127.0.0.1");
    const [socketLevel, receiveBuffer] = [platform.constant("SOL_SOCKET"), platform.constant("SO_RCVBUF")];
    platform.ok(addon.setsockopt(id, socketLevel, receiveBuffer, platform.integer(32_768)));
    const room = new Uint8Array(16);
    assert.equal(addon.getsockopt(id, socketLevel, receiveBuffer, room), 4, "an int comes out of 16 bytes");
    assert.ok(platform.integerOf(room) >= 32_768);
    assert.deepEqual([...room.subarray(4)], Array<number>(12).fill(0), "and nothing beyond it is written");
    const linger = platform.constant("SO_LINGER");
    const size = addon.structures["linger"]?.sizeBytes ?? 0;
    platform.ok(addon.setsockopt(id, socketLevel, linger, new Uint8Array(size)));
    assert.equal(addon.getsockopt(id, socketLevel, linger, room), size);
    assert.equal(platform.codeOf(addon.getsockopt(id, socketLevel, 9999, room)), "ENOPROTOOPT");
    platform.ok(addon.close(id));
  });

  test("a packet filter, whose length counts no bytes, is not read into a buffer", () => {
    const filter = addon.constants["SO_GET_FILTER"] ?? 26;
    const { id } = platform.udp("127.0.0.1");
    const answer = addon.getsockopt(id, platform.constant("SOL_SOCKET"), filter, new Uint8Array(8));
    assert.ok(process.platform !== "linux" || answer === platform.failure("EOPNOTSUPP"));
    platform.ok(addon.close(id));
  });

  test("errors of the system are answered as negative numbers", () => {
    const { id, name } = platform.udp("127.0.0.1");
    const other = platform.open("127.0.0.1", "SOCK_DGRAM", "UDP");
    assert.equal(platform.codeOf(addon.bind(other, name)), "EADDRINUSE");
    assert.equal(platform.codeOf(addon.bind(other, platform.address("203.0.113.1", 0))), "EADDRNOTAVAIL");
    assert.equal(platform.codeOf(addon.bind(other, new Uint8Array(2))), "EINVAL");
    assert.equal(platform.codeOf(addon.getpeername(other, new Uint8Array(ADDRESS_BYTES))), "ENOTCONN");
    assert.equal(platform.codeOf(addon.listen(other, 1)), "EOPNOTSUPP");
    assert.equal(platform.codeOf(addon.socket(9999, 1, 0)), "EAFNOSUPPORT");
    for (const open of [id, other]) platform.ok(addon.close(open));
  });

  test("an id that was closed, is made up or is a descriptor names no socket", () => {
    const { id } = platform.udp("127.0.0.1");
    const { id: other } = platform.udp("127.0.0.1");
    platform.ok(addon.close(id));
    const stale = [id, other + 1, other ^ (1 << 20), other ^ (1 << 30), 0, 1, 2, 20, -1, 2 ** 31 - 1];
    const room = new Uint8Array(ADDRESS_BYTES);
    for (const forged of stale) {
      assert.equal(platform.codeOf(addon.getsockname(forged, room)), "EBADF", String(forged));
      assert.equal(platform.codeOf(addon.poll(forged, 0)), "EBADF", String(forged));
      assert.equal(platform.codeOf(addon.close(forged)), "EBADF", String(forged));
    }
    platform.ok(addon.getsockname(other, room));
    platform.ok(addon.close(other));
  });

  test("the id of a closed socket does not name those that follow it", () => {
    const seen = new Set<number>();
    for (let count = 0; count < 10_000; count += 1) {
      const id = platform.open("127.0.0.1", "SOCK_DGRAM", "UDP");
      assert.ok(!seen.has(id), `${id} was given again after ${count} sockets`);
      assert.ok(id > 0 && id < 2 ** 31);
      seen.add(id);
      platform.ok(addon.close(id));
    }
  });

  test("hundreds of sockets are open at once, and close in any order", () => {
    const before = openDescriptors();
    const ids = Array.from({ length: 300 }, () => platform.open("127.0.0.1", "SOCK_DGRAM", "UDP"));
    assert.equal(new Set(ids).size, 300);
    assert.equal(openDescriptors(), before + 300);
    for (const id of ids.filter((_, index) => index % 2 === 0)) platform.ok(addon.close(id));
    for (const id of ids.filter((_, index) => index % 2 === 1)) platform.ok(addon.close(id));
    for (const id of ids) assert.equal(platform.codeOf(addon.close(id)), "EBADF");
    assert.equal(openDescriptors(), before);
  });
});
