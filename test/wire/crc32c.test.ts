import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { crc32c, hasValidChecksum, packetChecksum, writePacketChecksum } from "../../src/wire/crc32c.js";
import { fromHex, readInPoison } from "./poisoned-memory.js";

/** The definition, bit by bit. */
function slowCrc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}

test("RFC 9260 Appendix A: CRC32c of 123456789", () => {
  assert.equal(crc32c(new TextEncoder().encode("123456789"), 0, 9), 0xe3069283);
});

// RFC 3720 prints the four bytes as they lie in the packet: least significant first.
const VECTORS_OF_RFC_3720: readonly (readonly [name: string, bytes: Uint8Array, crc: number])[] = [
  ["32 bytes of zeros", new Uint8Array(32), 0x8a9136aa],
  ["32 bytes of ones", new Uint8Array(32).fill(0xff), 0x62a8ab43],
  ["32 bytes counting up", Uint8Array.from({ length: 32 }, (_, index) => index), 0x46dd794e],
  ["32 bytes counting down", Uint8Array.from({ length: 32 }, (_, index) => 31 - index), 0x113fdb5c],
  [
    "an iSCSI SCSI Read (10) command",
    fromHex(`01c00000 00000000 00000000 00000000 14000000 00000400
             00000014 00000018 28000000 00000000 02000000 00000000`),
    0xd9963a56,
  ],
];

for (const [name, bytes, crc] of VECTORS_OF_RFC_3720) {
  test(`RFC 3720 §B.4: CRC32c of ${name}`, () => {
    assert.equal(crc32c(bytes, 0, bytes.length), crc);
  });
}

test("CRC32c of every length and at every alignment is that of the definition", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 700, size: "max" }), fc.nat({ max: 9 }), (bytes, shift) => {
      const memory = new Uint8Array(bytes.length + 20);
      const view = memory.subarray(shift % 3);
      view.set(bytes, shift);
      assert.equal(crc32c(view, shift, bytes.length), slowCrc32c(bytes));
    }),
    { numRuns: 300 },
  );
});

test("CRC32c around the length where words take over from bytes", () => {
  const bytes = Uint8Array.from({ length: 300 }, (_, index) => (index * 7919) >> 3);
  for (let length = 240; length <= 300; length += 1) {
    assert.equal(crc32c(bytes, 0, length), slowCrc32c(bytes.subarray(0, length)), `${length} bytes`);
  }
});

test("RFC 9260 §6.8: a packet's checksum counts its own field as zero, and nothing is written", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 12, maxLength: 400 }), (bytes) => {
      const zeroed = bytes.slice();
      zeroed.fill(0, 8, 12);
      const checksum = readInPoison(bytes, (memory, offset) => packetChecksum(memory, offset, bytes.length));
      assert.equal(checksum, slowCrc32c(zeroed));
    }),
  );
});

test("RFC 9260 §6.8: a written checksum is valid, and any flipped bit makes it invalid", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 12, maxLength: 300 }), fc.nat(), (bytes, bit) => {
      const packet = bytes.slice();
      writePacketChecksum(packet, 0, packet.length);
      assert.ok(hasValidChecksum(packet, 0, packet.length));
      const at = (bit >> 3) % packet.length;
      packet[at] = (packet[at] ?? 0) ^ (1 << (bit & 7));
      assert.ok(!hasValidChecksum(packet, 0, packet.length));
    }),
  );
});

test("RFC 9260 §3.1: bytes shorter than a common header have no valid checksum", () => {
  for (let length = 0; length < 12; length += 1) assert.ok(!hasValidChecksum(new Uint8Array(12), 0, length));
});
