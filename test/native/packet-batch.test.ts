import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { BATCH_MAX, READABLE } from "../../src/native/addon.js";
import { AncillaryData } from "../../src/native/ancillary-data.js";
import {
  BATCH_CHECKSUMS,
  BATCH_CHECKSUMS_BY_TABLE,
  BATCH_IP_HEADERS,
  BATCH_SEGMENTS,
  CHECKSUM_WRONG,
  CUT_SHORT,
  RECEIVE_ADDRESS_BYTES,
  RECEIVE_ROW_LENGTH,
  RECEIVE_SEGMENTS_MAX,
  SEND_ROW_LENGTH,
  SendRow,
} from "../../src/native/packet-batch.js";
import type { Platform } from "./platform.js";
import { describeAddon } from "./with-addon.js";

const SLOT_BYTES = 65_536;
const CHECKSUM_OFFSET = 8;

/** CRC32c bit by bit, as RFC 9260 Appendix A defines it. */
function crc32c(bytes: Uint8Array): number {
  let remainder = 0xffff_ffff;
  for (const byte of bytes) {
    remainder ^= byte;
    for (let bit = 0; bit < 8; bit += 1) {
      remainder = (remainder >>> 1) ^ (0x82f63b78 & -(remainder & 1));
    }
  }
  return ~remainder >>> 0;
}

/** The checksum field of a packet, and what ought to stand in it. */
function checksums(packet: Uint8Array): { field: number; right: number } {
  const field = new DataView(packet.buffer, packet.byteOffset).getUint32(CHECKSUM_OFFSET, true);
  const cleared = packet.slice();
  cleared.fill(0, CHECKSUM_OFFSET, CHECKSUM_OFFSET + 4);
  return { field, right: crc32c(cleared) };
}

function randomBytes(lengthBytes: number, seed: number): Uint8Array {
  let state = seed >>> 0;
  return Uint8Array.from({ length: lengthBytes }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  });
}

interface Received {
  readonly bytes: Uint8Array;
  readonly message: number;
  readonly flags: number;
  readonly from: string;
}

/** A UDP socket that takes batches, and the memory for it. */
class Receiver {
  readonly socket: ReturnType<Platform["udp"]>;
  private readonly platform: Platform;
  private readonly slab: Uint8Array;
  private readonly rows: Int32Array;
  private readonly addresses: Uint8Array;
  private readonly messages: number;

  constructor(platform: Platform, options: { address?: string; gro?: boolean; messages?: number } = {}) {
    this.platform = platform;
    this.socket = platform.udp(options.address ?? "127.0.0.1");
    this.messages = options.messages ?? 8;
    this.slab = new Uint8Array(this.messages * SLOT_BYTES);
    this.rows = new Int32Array(this.messages * RECEIVE_SEGMENTS_MAX * RECEIVE_ROW_LENGTH);
    this.addresses = new Uint8Array(this.messages * RECEIVE_ADDRESS_BYTES);
    // Linux gives no more by default. It counts what it spends, which is twice as much, and what has no room is lost.
    platform.setOption(this.socket.id, "SOL_SOCKET", "SO_RCVBUF", 212_992);
    if (options.gro === true) platform.setOption(this.socket.id, "IPPROTO_UDP", "UDP_GRO", 1);
  }

  /** One batch, or the code of an error. */
  receiveBatch(flags: number): Received[] | string | number {
    const { platform, slab, rows, addresses, messages } = this;
    const count = platform.addon.receiveBatch(this.socket.id, slab, rows, addresses, messages, flags);
    if (count < 0) return platform.codeOf(count);
    return Array.from({ length: count }, (_, index) => {
      const row = rows.subarray(index * RECEIVE_ROW_LENGTH);
      const [offset = 0, lengthBytes = 0, message = 0, rowFlags = 0] = row;
      const address = addresses.subarray(message * RECEIVE_ADDRESS_BYTES);
      const bytes = slab.slice(offset, offset + lengthBytes);
      return { bytes, message, flags: rowFlags, from: platform.addressText(address) };
    });
  }

  /** As many packets as are waited for. */
  async receive(count: number, flags: number): Promise<Received[]> {
    const all: Received[] = [];
    while (all.length < count) {
      await this.platform.ready(this.socket.id, READABLE);
      const batch = this.receiveBatch(flags);
      if (typeof batch !== "object") assert.fail(`receiveBatch answered ${batch}`);
      all.push(...batch);
    }
    assert.equal(all.length, count);
    return all;
  }

  close(): void {
    this.platform.ok(this.platform.addon.close(this.socket.id));
  }
}

/** Packets that lie in one slab, with gaps between them or not, and the rows of a batch that tell of them. */
function layOut(packets: readonly Uint8Array[], gapBytes: number): { slab: Uint8Array; rows: Int32Array } {
  const slab = new Uint8Array(packets.reduce((sum, { length }) => sum + length + gapBytes, gapBytes));
  const rows = new Int32Array(packets.length * SEND_ROW_LENGTH);
  let offset = gapBytes;
  for (const [index, packet] of packets.entries()) {
    slab.set(packet, offset);
    rows.set([offset, packet.length, 0, 0], index * SEND_ROW_LENGTH);
    offset += packet.length + gapBytes;
  }
  return { slab, rows };
}

describeAddon("packets in batches", (platform) => {
  const { addon } = platform;
  const hasSegments = addon.constants["UDP_SEGMENT"] !== undefined;
  const segments = hasSegments ? BATCH_SEGMENTS : 0;

  for (const [name, flag] of [
    ["the processor's instruction", 0],
    ["tables", BATCH_CHECKSUMS_BY_TABLE],
  ] as const) {
    test(`RFC 9260 §6.8: checksums by ${name} are CRC32c, for packets of any length at any place`, async () => {
      const to = new Receiver(platform);
      const from = platform.udp("127.0.0.1");
      const short = Array.from({ length: 700 }, (_, index) => 12 + index);
      const lengths = [...short, 1452, 1453, 3071, 3072, 3073, 9000, 9215, 9216, 9217, 20_011, 65_507];
      for (let start = 0; start < lengths.length; start += 100) {
        const packets = lengths.slice(start, start + 100).map((length) => randomBytes(length, length));
        const { slab, rows } = layOut(packets, 1);
        const count = packets.length;
        const flags = BATCH_CHECKSUMS | flag;
        assert.equal(addon.sendBatch(from.id, slab, rows, count, to.socket.name, flags), count);
        for (const { bytes, flags: rowFlags } of await to.receive(count, flags)) {
          const { field, right } = checksums(bytes);
          assert.equal(field, right, `${bytes.length} bytes`);
          assert.equal(rowFlags, 0);
        }
      }
      platform.ok(addon.close(from.id));
      to.close();
    });

    test(`RFC 9260 §6.8: one wrong bit anywhere is marked by ${name}`, async () => {
      const to = new Receiver(platform);
      const from = platform.udp("127.0.0.1");
      const packet = randomBytes(119, 1);
      const right = checksums(packet).right;
      new DataView(packet.buffer).setUint32(CHECKSUM_OFFSET, right, true);
      const damaged = Array.from({ length: 119 }, (_, at) => {
        const copy = packet.slice();
        copy[at] = (copy[at] ?? 0) ^ (1 << (at & 7));
        return copy;
      });
      const { slab, rows } = layOut([packet, ...damaged, packet], 0);
      for (const flags of [segments, 0]) {
        assert.equal(addon.sendBatch(from.id, slab, rows, 121, to.socket.name, flags), 121);
        const came = await to.receive(121, BATCH_CHECKSUMS | flag);
        const wrong = came.map((each) => each.flags === CHECKSUM_WRONG);
        assert.deepEqual(wrong, [false, ...damaged.map(() => true), false]);
        assert.deepEqual(came[5]?.bytes, damaged[4], "it is handed over all the same");
      }
      platform.ok(addon.close(from.id));
      to.close();
    });
  }

  test("checksums are neither filled in nor looked at when nobody asks, nor in what is too short for one", async () => {
    const to = new Receiver(platform);
    const from = platform.udp("127.0.0.1");
    const packets = [randomBytes(40, 1), randomBytes(11, 2), randomBytes(0, 3), randomBytes(1, 4)];
    const { slab, rows } = layOut(packets, 3);
    assert.equal(addon.sendBatch(from.id, slab, rows, 4, to.socket.name, segments), 4);
    const came = await to.receive(4, 0);
    assert.deepEqual(
      came.map(({ bytes }) => bytes),
      packets,
    );
    assert.deepEqual(
      came.map(({ flags }) => flags),
      [0, 0, 0, 0],
    );
    const rest = rows.subarray(SEND_ROW_LENGTH);
    const flags = BATCH_CHECKSUMS | segments;
    assert.equal(addon.sendBatch(from.id, slab, rest, 3, to.socket.name, flags), 3);
    const short = await to.receive(3, BATCH_CHECKSUMS);
    assert.deepEqual(
      short.map(({ bytes }) => bytes),
      packets.slice(1),
    );
    assert.deepEqual(
      short.map((each) => each.flags),
      [0, 0, 0],
    );
    platform.ok(addon.close(from.id));
    to.close();
  });

  for (const gro of hasSegments ? [true, false] : [false]) {
    test(`arrive one by one and in order, ${gro ? "in one piece from the system" : "cut by the system"}`, async () => {
      const to = new Receiver(platform, { gro });
      const from = platform.udp("127.0.0.1");
      const lengths = fc.oneof(fc.constant(1452), fc.constant(1452), fc.integer({ min: 1, max: 2000 }));
      const sizes = fc.array(lengths, { minLength: 1, maxLength: 80 });
      const property = fc.asyncProperty(sizes, fc.constantFrom(0, 4), async (all, gapBytes) => {
        const packets = all.map((length, index) => randomBytes(length, index));
        const { slab, rows } = layOut(packets, gapBytes);
        assert.equal(
          addon.sendBatch(from.id, slab, rows, packets.length, to.socket.name, segments),
          packets.length,
        );
        const came = await to.receive(packets.length, 0);
        assert.deepEqual(
          came.map(({ bytes }) => bytes),
          packets,
        );
        assert.ok(came.every((packet) => packet.from === `127.0.0.1:${from.port}` && packet.flags === 0));
      });
      await fc.assert(property, { numRuns: 60 });
      platform.ok(addon.close(from.id));
      to.close();
    });
  }

  test("of equal length travel together, up to 64 and 65,000 bytes, the last one shorter", async () => {
    if (!hasSegments) return;
    const to = new Receiver(platform, { gro: true, messages: 32 });
    const from = platform.udp("127.0.0.1");
    const messagesOf = async (lengths: readonly number[], gapBytes = 0): Promise<number[]> => {
      const { slab, rows } = layOut(
        lengths.map((length) => randomBytes(length, length)),
        gapBytes,
      );
      const count = lengths.length;
      assert.equal(addon.sendBatch(from.id, slab, rows, count, to.socket.name, segments), count);
      const packetsOf: number[] = [];
      for (const { message } of await to.receive(count, 0))
        packetsOf[message] = (packetsOf[message] ?? 0) + 1;
      return packetsOf;
    };
    const repeated = (count: number, length: number): number[] => new Array<number>(count).fill(length);
    assert.deepEqual(await messagesOf(repeated(10, 1452)), [10]);
    assert.deepEqual(await messagesOf(repeated(10, 1452), 8), [10], "they need not stand side by side");
    assert.deepEqual(await messagesOf([1452, 1452, 100, 1452]), [3, 1], "a shorter one is the last");
    assert.deepEqual(await messagesOf([100, 1452, 1452]), [1, 2], "a longer one begins anew");
    assert.deepEqual(await messagesOf(repeated(130, 28)), [64, 64, 2]);
    assert.deepEqual(await messagesOf(repeated(50, 1452)), [44, 6]);
    assert.deepEqual(await messagesOf([32_500, 32_500, 1]), [2, 1]);
    platform.ok(addon.close(from.id));
    to.close();
  });

  for (const address of ["127.0.0.1", "::1"]) {
    test(`go to several destinations and come from several sources over ${address}`, async () => {
      const receivers = [
        new Receiver(platform, { address }),
        new Receiver(platform, { address, gro: hasSegments }),
      ];
      const senders = [platform.udp(address), platform.udp(address)];
      const nameBytes = senders[0]?.name.length ?? 0;
      const addresses = new Uint8Array(2 * nameBytes + 3);
      for (const [index, { socket }] of receivers.entries())
        addresses.set(socket.name, 3 + index * nameBytes);
      const packets = Array.from({ length: 60 }, (_, index) => randomBytes(200, index));
      const { slab, rows } = layOut(packets, 0);
      const goesTo = (index: number): number => (index % 7 < 3 ? 0 : 1);
      for (let index = 0; index < 60; index += 1) {
        rows[index * SEND_ROW_LENGTH + SendRow.addressOffset] = 3 + goesTo(index) * nameBytes;
      }
      for (const { id } of senders)
        assert.equal(addon.sendBatch(id, slab, rows, 60, addresses, segments), 60);
      for (const [place, receiver] of receivers.entries()) {
        const expected = packets.filter((_, index) => goesTo(index) === place);
        const came = await receiver.receive(2 * expected.length, 0);
        for (const { port } of senders) {
          const fromHere = came.filter(({ from }) => from.endsWith(`:${port}`));
          assert.deepEqual(
            fromHere.map(({ bytes }) => bytes),
            expected,
          );
        }
        receiver.close();
      }
      for (const { id } of senders) platform.ok(addon.close(id));
    });
  }

  test("a packet that cannot be sent ends the batch before it, and is told when it is the first", async () => {
    const to = new Receiver(platform);
    const from = platform.udp("127.0.0.1");
    const { slab, rows } = layOut(
      [10, 10, 65_508, 10].map((length) => randomBytes(length, 7)),
      0,
    );
    assert.equal(addon.sendBatch(from.id, slab, rows, 4, to.socket.name, segments), 2);
    const rest = rows.subarray(2 * SEND_ROW_LENGTH);
    assert.equal(
      platform.codeOf(addon.sendBatch(from.id, slab, rest, 2, to.socket.name, segments)),
      "EMSGSIZE",
    );
    assert.equal((await to.receive(2, 0)).length, 2);
    assert.equal(to.receiveBatch(0), "EAGAIN");
    platform.ok(addon.close(from.id));
    to.close();
  });

  test("what has no room is marked as cut short, or left out", async () => {
    const to = platform.udp("127.0.0.1");
    const from = platform.udp("127.0.0.1");
    if (hasSegments) platform.setOption(to.id, "IPPROTO_UDP", "UDP_GRO", 1);
    const { slab, rows } = layOut([randomBytes(100, 1), randomBytes(50, 2)], 0);
    const addresses = new Uint8Array(2 * RECEIVE_ADDRESS_BYTES);
    const out = new Int32Array(2 * RECEIVE_ROW_LENGTH);
    assert.equal(addon.sendBatch(from.id, slab, rows, 2, to.name, 0), 2);
    await platform.ready(to.id, READABLE);
    assert.equal(addon.receiveBatch(to.id, new Uint8Array(160), out, addresses, 2, BATCH_CHECKSUMS), 2);
    assert.deepEqual([...out], [0, 80, 0, CUT_SHORT, 80, 50, 1, CHECKSUM_WRONG]);
    if (hasSegments) {
      const many = layOut(
        Array.from({ length: 5 }, () => randomBytes(10, 1)),
        0,
      );
      assert.equal(addon.sendBatch(from.id, many.slab, many.rows, 5, to.name, BATCH_SEGMENTS), 5);
      await platform.ready(to.id, READABLE);
      assert.equal(addon.receiveBatch(to.id, new Uint8Array(160), out, addresses, 2, 0), 2);
      assert.deepEqual([...out], [0, 10, 0, 0, 10, 10, 0, 0]);
    }
    for (const { id } of [from, to]) platform.ok(addon.close(id));
  });

  test("rows that point outside, too many packets, and families that have no ports are EINVAL", () => {
    const { id, name } = platform.udp("127.0.0.1");
    const slab = new Uint8Array(100);
    const send = (row: readonly number[], count = 1, addresses = name): string | number =>
      platform.codeOf(addon.sendBatch(id, slab, Int32Array.from(row), count, addresses, BATCH_CHECKSUMS));
    assert.equal(send([0, 100, 0, 0]), 1);
    assert.equal(send([], 0), 0);
    for (const row of [
      [-1, 10, 0, 0],
      [0, -1, 0, 0],
      [0, 101, 0, 0],
      [100, 1, 0, 0],
      [2 ** 31 - 1, 2 ** 31 - 1, 0, 0],
      [0, 9, 0, -1],
      [0, 9, 0, 1],
      [0, 9, 0, 2 ** 31 - 1],
    ]) {
      assert.equal(send(row), "EINVAL");
    }
    for (const offset of [-1, 1, name.length, 2 ** 31 - 1]) assert.equal(send([0, 9, offset, 0]), "EINVAL");
    for (const count of [-1, 2, BATCH_MAX + 1]) assert.equal(send([0, 9, 0, 0], count), "EINVAL");
    assert.equal(send([0, 9, 0, 0], 1, new Uint8Array(28)), "EINVAL");
    assert.equal(send([0, 9, 0, 0], 1, platform.address("::1", 9).subarray(0, 27)), "EINVAL");
    const [rows, addresses] = [new Int32Array(8), new Uint8Array(64)];
    const receive = (messages: number): string | number =>
      platform.codeOf(addon.receiveBatch(id, slab, rows, addresses, messages, 0));
    for (const messages of [0, -1, 3, BATCH_MAX + 1]) assert.equal(receive(messages), "EINVAL");
    assert.equal(platform.codeOf(addon.receiveBatch(id, slab, rows, addresses.subarray(1), 2, 0)), "EINVAL");
    assert.equal(receive(1), 1);
    platform.ok(addon.close(id));
  });

  test("rows that lie in the slab, where checksums are written, do no harm", () => {
    const { id, name } = platform.udp("127.0.0.1");
    const addresses = new Uint8Array(name.length + 64);
    addresses.set(name);
    const property = fc.property(fc.int32Array({ minLength: 40, maxLength: 40 }), (numbers) => {
      const rows = Int32Array.from(numbers, (number) => number % 130);
      const slab = new Uint8Array(rows.buffer);
      const answer = addon.sendBatch(id, slab, rows, 10, addresses, BATCH_CHECKSUMS | segments);
      assert.ok(answer <= 10);
      const out = new Int32Array(slab.buffer);
      addon.receiveBatch(id, slab, out, new Uint8Array(64), 2, BATCH_CHECKSUMS);
    });
    fc.assert(property, { numRuns: 2_000 });
    platform.ok(addon.close(id));
  });

  test("ancillary data leaves with its packet, which then travels alone, and comes with its message", async () => {
    const ancillary = new AncillaryData(addon);
    const { fields = {}, sizeBytes = 0 } = addon.structures["in_pktinfo"] ?? {};
    const [level, type] = [platform.constant("IPPROTO_IP"), platform.constant("IP_PKTINFO")];
    const kind = { level, type, sizeBytes };
    const to = platform.udp("127.0.0.1");
    const from = platform.udp("0.0.0.0");
    platform.setOption(to.id, "IPPROTO_IP", "IP_PKTINFO", 1);
    const addresses = new Uint8Array(to.name.length + ancillary.spaceBytes(sizeBytes));
    addresses.set(to.name);
    const view = new DataView(addresses.buffer);
    const source = ancillary.begin(view, to.name.length, kind) + (fields["ipi_spec_dst"]?.offsetBytes ?? 0);
    addresses.set([127, 0, 0, 9], source);
    const { slab, rows } = layOut(
      Array.from({ length: 5 }, (_, index) => randomBytes(20, index)),
      0,
    );
    for (const index of [1, 2])
      rows[index * SEND_ROW_LENGTH + SendRow.controlBytes] = addresses.length - to.name.length;
    assert.equal(addon.sendBatch(from.id, slab, rows, 5, addresses, segments), 5);
    const partBytes = RECEIVE_ADDRESS_BYTES + 64;
    const parts = new Uint8Array(5 * partBytes).fill(0xff);
    const out = new Int32Array(5 * RECEIVE_ROW_LENGTH);
    await platform.ready(to.id, READABLE);
    assert.equal(addon.receiveBatch(to.id, new Uint8Array(500), out, parts, 5, 0), 5);
    for (let index = 0; index < 5; index += 1) {
      const part = parts.subarray(index * partBytes, (index + 1) * partBytes);
      const from9 = index === 1 || index === 2;
      assert.ok(platform.addressText(part).startsWith(from9 ? "127.0.0.9:" : "127.0.0.1:"));
      const partView = new DataView(part.buffer, part.byteOffset, part.length);
      const info = ancillary.find(partView, RECEIVE_ADDRESS_BYTES, part.length, kind);
      assert.ok(info > 0);
      const destination = info + (fields["ipi_addr"]?.offsetBytes ?? 0);
      assert.deepEqual([...part.subarray(destination, destination + 4)], [127, 0, 0, 1]);
      const end = RECEIVE_ADDRESS_BYTES + ancillary.spaceBytes(sizeBytes);
      assert.ok(
        part.subarray(end).every((byte) => byte === 0),
        "zeros follow",
      );
    }
    for (const { id } of [from, to]) platform.ok(addon.close(id));
  });

  test("IPv4 headers, options included, are skipped; what is shorter than its header is marked", async () => {
    const to = platform.udp("127.0.0.1");
    const from = platform.udp("127.0.0.1");
    /** What a raw socket would hand out: a header that says how long it is, and a packet whose checksum is right. */
    const withHeader = (headerBytes: number, lengthBytes: number): Uint8Array => {
      const bytes = randomBytes(lengthBytes, headerBytes);
      bytes[0] = 0x40 | (headerBytes / 4);
      const packet = bytes.subarray(headerBytes);
      if (packet.length < 12) return bytes;
      const { right } = checksums(packet);
      new DataView(packet.buffer, packet.byteOffset).setUint32(CHECKSUM_OFFSET, right, true);
      return bytes;
    };
    const wrong = withHeader(20, 90);
    wrong[89] = ~(wrong[89] ?? 0);
    const messages = [
      withHeader(20, 52),
      withHeader(60, 100),
      wrong,
      withHeader(60, 59),
      withHeader(60, 60),
      withHeader(16, 60),
      new Uint8Array(0),
    ];
    for (const message of messages) {
      assert.equal(addon.sendmsg(from.id, message, to.name, undefined, 0), message.length);
    }
    await platform.ready(to.id, READABLE);
    const slab = new Uint8Array(700);
    const out = new Int32Array(7 * RECEIVE_ROW_LENGTH);
    const addresses = new Uint8Array(7 * RECEIVE_ADDRESS_BYTES);
    const flags = BATCH_CHECKSUMS | BATCH_IP_HEADERS;
    assert.equal(addon.receiveBatch(to.id, slab, out, addresses, 7, flags), 7);
    const rows = Array.from({ length: 7 }, (_, index) => [...out.subarray(index * 4, index * 4 + 4)]);
    assert.deepEqual(rows, [
      [20, 32, 0, 0],
      [160, 40, 1, 0],
      [220, 70, 2, CHECKSUM_WRONG],
      [300, 59, 3, CUT_SHORT],
      [460, 0, 4, 0],
      [500, 60, 5, CUT_SHORT],
      [600, 0, 6, CUT_SHORT],
    ]);
    for (const { id } of [from, to]) platform.ok(addon.close(id));
  });

  test("receiving writes only into the parts that are given", async () => {
    const { id, name } = platform.udp("127.0.0.1");
    for (const length of [200, 30, 0, 77]) {
      for (let index = 0; index < 3; index += 1) {
        platform.ok(addon.sendmsg(id, new Uint8Array(length).fill(0x55), name, undefined, 0));
      }
      const memory = new Uint8Array(512).fill(0xaa);
      await platform.ready(id, READABLE);
      const rows = new Int32Array(memory.buffer, 256, 12);
      const [slab, addresses] = [memory.subarray(16, 16 + 111), memory.subarray(130, 130 + 96)];
      assert.equal(addon.receiveBatch(id, slab, rows, addresses, 3, BATCH_CHECKSUMS), 3);
      const allowed = (at: number): boolean =>
        (at >= 16 && at < 127) || (at >= 130 && at < 226) || (at >= 256 && at < 304);
      for (const [at, byte] of memory.entries()) assert.ok(byte === 0xaa || allowed(at), `byte ${at}`);
    }
    platform.ok(addon.close(id));
  });
});
