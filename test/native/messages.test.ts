import assert from "node:assert/strict";
import { test } from "node:test";
import { BATCH_MAX, READABLE, Row, ROW_LENGTH } from "../../src/native/addon.js";
import { ADDRESS_BYTES, type Platform } from "./platform.js";
import { describeAddon } from "./with-addon.js";

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const bytes = (words: string): Uint8Array => new TextEncoder().encode(words);

/** Writes the rows of a batch: a number for each place. */
function rowsOf(rows: readonly (readonly number[])[]): Int32Array {
  const all = new Int32Array(rows.length * ROW_LENGTH);
  for (const [index, row] of rows.entries()) all.set(row, index * ROW_LENGTH);
  return all;
}

/** Two UDP sockets on one address. */
function pair(
  platform: Platform,
  address: string,
): { from: ReturnType<Platform["udp"]>; to: ReturnType<Platform["udp"]>; close: () => void } {
  const [from, to] = [platform.udp(address), platform.udp(address)];
  return {
    from,
    to,
    close: () => {
      platform.ok(platform.addon.close(from.id));
      platform.ok(platform.addon.close(to.id));
    },
  };
}

describeAddon("one message", (platform) => {
  const { addon } = platform;

  for (const address of ["127.0.0.1", "::1"]) {
    test(`goes in one piece or in several and comes with its source over ${address}`, async () => {
      const { from, to, close } = pair(platform, address);
      const pieces = [bytes("sev"), bytes(""), bytes("er"), bytes("al").subarray(0, 2)];
      assert.equal(addon.sendmsg(from.id, bytes("one"), to.name, undefined, 0), 3);
      assert.equal(addon.sendmsg(from.id, pieces, to.name, undefined, 0), 7);
      assert.equal(addon.sendmsg(from.id, [], to.name, undefined, 0), 0, "no piece: an empty message");
      const data = new Uint8Array(32);
      const source = new Uint8Array(ADDRESS_BYTES);
      const out = new Int32Array(3);
      for (const words of ["one", "several", ""]) {
        await platform.ready(to.id, READABLE);
        const length = addon.recvmsg(to.id, data, source, undefined, 0, out);
        assert.equal(text(data.subarray(0, length)), words);
        assert.deepEqual([...source.subarray(0, out[0])], [...from.name]);
        assert.deepEqual([...out.subarray(1)], [0, 0], "no ancillary data, no flag");
      }
      assert.equal(addon.recvmsg(to.id, data, source, undefined, 0, out), platform.failure("EAGAIN"));
      close();
    });
  }

  test("is cut, peeked at and measured as the flags say", async () => {
    const { from, to, close } = pair(platform, "127.0.0.1");
    platform.ok(addon.sendmsg(from.id, bytes("abcdef"), to.name, undefined, 0));
    await platform.ready(to.id, READABLE);
    const data = new Uint8Array(4);
    const out = new Int32Array(3);
    const [peek, truncated] = [platform.constant("MSG_PEEK"), platform.constant("MSG_TRUNC")];
    assert.equal(addon.recvmsg(to.id, data, undefined, undefined, peek | truncated, out), 6);
    assert.equal(addon.recvmsg(to.id, data, undefined, undefined, peek, out), 4);
    assert.equal(addon.recvmsg(to.id, data, undefined, undefined, 0, out), 4);
    assert.equal((out[2] ?? 0) & truncated, truncated);
    assert.equal(text(data), "abcd");
    close();
  });

  test("is taken from and put into the middle of a buffer, and nothing around it changes", async () => {
    const { from, to, close } = pair(platform, "127.0.0.1");
    const sent = Buffer.from("..middle..").subarray(2, 8);
    platform.ok(addon.sendmsg(from.id, sent, Buffer.concat([from.name, to.name]).subarray(16), undefined, 0));
    await platform.ready(to.id, READABLE);
    const room = Buffer.alloc(12, "#");
    const around = Buffer.alloc(ADDRESS_BYTES, 0xff);
    const out = new Int32Array(5);
    const length = addon.recvmsg(
      to.id,
      room.subarray(3, 11),
      around.subarray(1, 30),
      undefined,
      0,
      out.subarray(1),
    );
    assert.equal(length, 6);
    assert.equal(room.toString(), "###middle###");
    assert.deepEqual([...out], [0, from.name.length, 0, 0, 0]);
    assert.deepEqual([...around.subarray(1, 1 + from.name.length)], [...from.name]);
    assert.equal(around[0], 0xff);
    assert.equal(around[1 + from.name.length], 0xff);
    close();
  });

  test("needs no address on a connected socket", async () => {
    const { from, to, close } = pair(platform, "::1");
    platform.ok(addon.connect(from.id, to.name));
    assert.equal(addon.sendmsg(from.id, bytes("hi"), undefined, undefined, 0), 2);
    await platform.ready(to.id, READABLE);
    assert.equal(addon.recvmsg(to.id, new Uint8Array(8), undefined, undefined, 0, new Int32Array(3)), 2);
    close();
  });

  test("of 1,024 pieces is taken, of more is refused", () => {
    const { from, to, close } = pair(platform, "127.0.0.1");
    const pieces = Array.from({ length: 1025 }, () => bytes("x"));
    assert.equal(addon.sendmsg(from.id, pieces.slice(1), to.name, undefined, 0), 1024);
    assert.equal(platform.codeOf(addon.sendmsg(from.id, pieces, to.name, undefined, 0)), "EINVAL");
    close();
  });
});

describeAddon("several messages in one crossing", (platform) => {
  const { addon } = platform;

  for (const address of ["127.0.0.1", "::1"]) {
    test(`go and come with their addresses over ${address}`, async () => {
      const { from, to, close } = pair(platform, address);
      const slab = new Uint8Array(4096);
      const count = 20;
      slab.set(to.name, 4000);
      const sent = Array.from({ length: count }, (_, index) => {
        slab.set(bytes(`message ${index}`.padEnd(9 + index, "!")), index * 100);
        return [index * 100, 9 + index, 4000, to.name.length, 0, 0, 0];
      });
      assert.equal(addon.sendmmsg(from.id, slab, rowsOf(sent), count, 0), count);
      slab.fill(0);
      const room = Array.from({ length: 32 }, (_, index) => [
        index * 100,
        64,
        index * 100 + 64,
        28,
        0,
        0,
        -1,
      ]);
      const rows = rowsOf(room);
      let received = 0;
      while (received < count) {
        await platform.ready(to.id, READABLE);
        const got = platform.ok(
          addon.recvmmsg(to.id, slab, rows.subarray(received * ROW_LENGTH), 32 - received, 0),
        );
        received += got;
      }
      for (let index = 0; index < count; index += 1) {
        const row = rows.subarray(index * ROW_LENGTH, (index + 1) * ROW_LENGTH);
        const dataOffset = row[Row.dataOffset] ?? Number.NaN;
        const addressOffset = row[Row.addressOffset] ?? Number.NaN;
        const data = slab.subarray(dataOffset, dataOffset + (row[Row.dataBytes] ?? 0));
        assert.equal(text(data), `message ${index}`.padEnd(9 + index, "!"));
        const source = slab.subarray(addressOffset, addressOffset + (row[Row.addressBytes] ?? 0));
        assert.deepEqual([...source], [...from.name]);
        assert.deepEqual([row[Row.controlBytes], row[Row.flags]], [0, 0]);
      }
      assert.equal(rows[count * ROW_LENGTH + Row.flags], -1, "a row that received nothing stays as it was");
      assert.equal(platform.codeOf(addon.recvmmsg(to.id, slab, rows, 32, 0)), "EAGAIN");
      close();
    });
  }

  test("end at the first that fails, which is told next time", () => {
    const { from, to, close } = pair(platform, "127.0.0.1");
    const slab = new Uint8Array(100_000);
    slab.set(to.name, 0);
    const good = [16, 10, 0, to.name.length, 0, 0, 0];
    const tooLong = [16, 70_000, 0, to.name.length, 0, 0, 0];
    assert.equal(addon.sendmmsg(from.id, slab, rowsOf([good, good, tooLong, good]), 4, 0), 2);
    assert.equal(platform.codeOf(addon.sendmmsg(from.id, slab, rowsOf([tooLong, good]), 2, 0)), "EMSGSIZE");
    close();
  });

  test("are up to 1,024, and none is a number too", () => {
    const { from, to, close } = pair(platform, "127.0.0.1");
    platform.setOption(to.id, "SOL_SOCKET", "SO_RCVBUF", 1 << 20);
    const slab = new Uint8Array(64);
    slab.set(to.name, 0);
    const row = [32, 0, 0, to.name.length, 0, 0, 0];
    const rows = rowsOf(Array.from({ length: BATCH_MAX + 1 }, () => row));
    assert.equal(addon.sendmmsg(from.id, slab, rows, BATCH_MAX, 0), BATCH_MAX);
    assert.equal(platform.codeOf(addon.sendmmsg(from.id, slab, rows, BATCH_MAX + 1, 0)), "EINVAL");
    assert.equal(addon.sendmmsg(from.id, slab, rows, 0, 0), 0);
    const answer = platform.codeOf(addon.recvmmsg(to.id, slab, rows, 0, 0));
    assert.ok(answer === 0 || answer === "EAGAIN", String(answer));
    close();
  });

  test("are refused as a whole when any region is outside the slab, and nothing is sent", () => {
    const { from, to, close } = pair(platform, "127.0.0.1");
    const slab = new Uint8Array(128);
    slab.set(to.name, 0);
    const good = [16, 4, 0, to.name.length, 0, 0, 0];
    const max = 2 ** 31 - 1;
    const outside = [
      [125, 4, 0, 16, 0, 0, 0],
      [-1, 4, 0, 16, 0, 0, 0],
      [16, -1, 0, 16, 0, 0, 0],
      [129, 0, 0, 16, 0, 0, 0],
      [16, 4, 120, 16, 0, 0, 0],
      [16, 4, -16, 16, 0, 0, 0],
      [16, 4, 0, -16, 0, 0, 0],
      [16, 4, 0, 16, 128, 1, 0],
      [16, 4, 0, 16, 0, -1, 0],
      [max, max, 0, 16, 0, 0, 0],
      [16, 4, max, max, 0, 0, 0],
      [1, max, 0, 16, 0, 0, 0],
      [-(2 ** 31), 2 ** 31 - 1, 0, 16, 0, 0, 0],
    ];
    for (const bad of outside) {
      const rows = rowsOf([good, bad]);
      assert.equal(platform.codeOf(addon.sendmmsg(from.id, slab, rows, 2, 0)), "EINVAL", String(bad));
      assert.equal(platform.codeOf(addon.recvmmsg(to.id, slab, rows, 2, 0)), "EINVAL", String(bad));
    }
    const rows = rowsOf([good]);
    assert.equal(platform.codeOf(addon.sendmmsg(from.id, slab, rows, 2, 0)), "EINVAL", "a row is missing");
    assert.equal(platform.codeOf(addon.sendmmsg(from.id, slab, rows.subarray(1), 1, 0)), "EINVAL");
    assert.equal(platform.codeOf(addon.sendmmsg(from.id, slab, rows, -1, 0)), "EINVAL");
    assert.equal(platform.codeOf(addon.recvmmsg(to.id, slab, rows, 1, 0)), "EAGAIN", "nothing has come");
    close();
  });

  test("may have their rows inside their slab: the rows win", async () => {
    const { from, to, close } = pair(platform, "127.0.0.1");
    platform.ok(addon.sendmsg(from.id, new Uint8Array(256).fill(0xff), to.name, undefined, 0));
    await platform.ready(to.id, READABLE);
    const slab = new Uint8Array(256);
    const rows = new Int32Array(slab.buffer, 0, ROW_LENGTH);
    rows.set([0, 256, 0, 0, 0, 0, 0]);
    assert.equal(addon.recvmmsg(to.id, slab, rows, 1, 0), 1);
    assert.equal(rows[Row.dataBytes], 256);
    assert.equal(rows[Row.dataOffset], -1, "which the data has overwritten");
    close();
  });
});
