import { CHECKSUM_OFFSET_BYTES, COMMON_HEADER_BYTES } from "./common-header.js";

/** 0x1EDC6F41 with its bits reversed (RFC 9260 Appendix A). */
const POLYNOMIAL_REVERSED = 0x82f63b78;

/**
 * Sixteen tables of 256 entries, one behind the other: entry `256 * n + b` is what byte `b` contributes when
 * `n` bytes follow it. They are made at the first use, so that importing this file costs nothing.
 */
let tables: Int32Array | undefined;

function createTables(): Int32Array {
  const created = new Int32Array(16 * 256);
  for (let byte = 0; byte < 256; byte += 1) {
    let remainder = byte;
    for (let bit = 0; bit < 8; bit += 1) {
      remainder = (remainder & 1) === 0 ? remainder >>> 1 : (remainder >>> 1) ^ POLYNOMIAL_REVERSED;
    }
    created[byte] = remainder;
  }
  for (let index = 256; index < created.length; index += 1) {
    const previous = created[index - 256] as number;
    created[index] = (previous >>> 8) ^ (created[previous & 0xff] as number);
  }
  return created;
}

/** Takes the bytes in [start, end) into the remainder: sixteen at a time, then one by one. */
function update(t: Int32Array, initial: number, bytes: Uint8Array, start: number, end: number): number {
  let crc = initial;
  let at = start;
  for (const last = end - 16; at <= last; at += 16) {
    // Only the first four lookups wait for the remainder; the processor does the other twelve meanwhile.
    crc =
      (t[3840 + ((bytes[at] as number) ^ (crc & 0xff))] as number) ^
      (t[3584 + ((bytes[at + 1] as number) ^ ((crc >>> 8) & 0xff))] as number) ^
      (t[3328 + ((bytes[at + 2] as number) ^ ((crc >>> 16) & 0xff))] as number) ^
      (t[3072 + ((bytes[at + 3] as number) ^ (crc >>> 24))] as number) ^
      (t[2816 + (bytes[at + 4] as number)] as number) ^
      (t[2560 + (bytes[at + 5] as number)] as number) ^
      (t[2304 + (bytes[at + 6] as number)] as number) ^
      (t[2048 + (bytes[at + 7] as number)] as number) ^
      (t[1792 + (bytes[at + 8] as number)] as number) ^
      (t[1536 + (bytes[at + 9] as number)] as number) ^
      (t[1280 + (bytes[at + 10] as number)] as number) ^
      (t[1024 + (bytes[at + 11] as number)] as number) ^
      (t[768 + (bytes[at + 12] as number)] as number) ^
      (t[512 + (bytes[at + 13] as number)] as number) ^
      (t[256 + (bytes[at + 14] as number)] as number) ^
      (t[bytes[at + 15] as number] as number);
  }
  for (; at < end; at += 1) {
    crc = (crc >>> 8) ^ (t[((bytes[at] as number) ^ crc) & 0xff] as number);
  }
  return crc;
}

/**
 * The CRC32c of some bytes as an unsigned 32-bit number, in the usual notation (`"123456789"` gives
 * 0xE3069283).
 */
export function crc32c(bytes: Uint8Array, offset: number, lengthBytes: number): number {
  tables ??= createTables();
  return ~update(tables, -1, bytes, offset, offset + lengthBytes) >>> 0;
}

/**
 * The CRC32c of a packet of at least a common header's length as if its checksum field were 0 (RFC 9260
 * §6.8). Nothing is written. It is the number that the four bytes of the field make when they are read with
 * the least significant byte first, because Appendix A maps the remainder to bytes that way.
 */
export function packetChecksum(bytes: Uint8Array, offset: number, lengthBytes: number): number {
  tables ??= createTables();
  const t = tables;
  let crc = update(t, -1, bytes, offset, offset + CHECKSUM_OFFSET_BYTES);
  // Four zero bytes stand for the checksum field.
  crc =
    (t[768 + (crc & 0xff)] as number) ^
    (t[512 + ((crc >>> 8) & 0xff)] as number) ^
    (t[256 + ((crc >>> 16) & 0xff)] as number) ^
    (t[crc >>> 24] as number);
  return ~update(t, crc, bytes, offset + COMMON_HEADER_BYTES, offset + lengthBytes) >>> 0;
}

/** Computes the checksum of a packet and writes it into its common header. */
export function writePacketChecksum(bytes: Uint8Array, offset: number, lengthBytes: number): void {
  const checksum = packetChecksum(bytes, offset, lengthBytes);
  const at = offset + CHECKSUM_OFFSET_BYTES;
  bytes[at] = checksum;
  bytes[at + 1] = checksum >>> 8;
  bytes[at + 2] = checksum >>> 16;
  bytes[at + 3] = checksum >>> 24;
}

/**
 * Whether the checksum in the common header of a packet is right. A packet without a whole common header has
 * none.
 */
export function hasValidChecksum(bytes: Uint8Array, offset: number, lengthBytes: number): boolean {
  if (lengthBytes < COMMON_HEADER_BYTES) return false;
  const at = offset + CHECKSUM_OFFSET_BYTES;
  const field =
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24);
  return field >>> 0 === packetChecksum(bytes, offset, lengthBytes);
}
