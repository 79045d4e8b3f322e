import { CHECKSUM_OFFSET_BYTES, COMMON_HEADER_BYTES } from "./common-header.js";

/** 0x1EDC6F41 with its bits reversed (RFC 9260 Appendix A). */
const POLYNOMIAL_REVERSED = 0x82f63b78;

/** From this length on, reading words through a view is faster than reading bytes; the view costs 100 ns. */
const WORDS_MIN_BYTES = 256;

/** Takes the bytes in [start, end) into the remainder `initial` and answers the new remainder. */
type Update = (initial: number, bytes: Uint8Array, start: number, end: number) => number;

/** Table n says what each value of a byte contributes to the remainder when n bytes follow it. */
type Tables = readonly [T, T, T, T, T, T, T, T, T, T, T, T, T, T, T, T];
type T = Int32Array;

let update: Update | undefined;

function createTables(): Tables {
  const t0 = new Int32Array(256);
  for (let byte = 0; byte < 256; byte += 1) {
    let remainder = byte;
    for (let bit = 0; bit < 8; bit += 1) {
      remainder = (remainder & 1) === 0 ? remainder >>> 1 : (remainder >>> 1) ^ POLYNOMIAL_REVERSED;
    }
    t0[byte] = remainder;
  }
  const following = (table: T): T => table.map((value) => (value >>> 8) ^ (t0[value & 0xff] as number));
  const t1 = following(t0);
  const t2 = following(t1);
  const t3 = following(t2);
  const t4 = following(t3);
  const t5 = following(t4);
  const t6 = following(t5);
  const t7 = following(t6);
  const t8 = following(t7);
  const t9 = following(t8);
  const t10 = following(t9);
  const t11 = following(t10);
  const t12 = following(t11);
  const t13 = following(t12);
  const t14 = following(t13);
  return [t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, t11, t12, t13, t14, following(t14)];
}

/**
 * Makes the function for long runs of bytes: sixteen at a time, as four words, of which only the first waits
 * for the remainder. The tables are constants of the closure because V8 then builds their addresses and
 * lengths into the code; one large table, or tables in an array, were measured to take one and a half times
 * as long.
 */
function createUpdateByWords(tables: Tables): Update {
  const [t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, t11, t12, t13, t14, t15] = tables;
  return (initial, bytes, start, end) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let crc = initial;
    let at = start;
    for (const last = end - 16; at <= last; at += 16) {
      const a = crc ^ view.getInt32(at, true);
      const b = view.getInt32(at + 4, true);
      const c = view.getInt32(at + 8, true);
      const d = view.getInt32(at + 12, true);
      crc =
        (t15[a & 0xff] as number) ^
        (t14[(a >>> 8) & 0xff] as number) ^
        (t13[(a >>> 16) & 0xff] as number) ^
        (t12[a >>> 24] as number) ^
        (t11[b & 0xff] as number) ^
        (t10[(b >>> 8) & 0xff] as number) ^
        (t9[(b >>> 16) & 0xff] as number) ^
        (t8[b >>> 24] as number) ^
        (t7[c & 0xff] as number) ^
        (t6[(c >>> 8) & 0xff] as number) ^
        (t5[(c >>> 16) & 0xff] as number) ^
        (t4[c >>> 24] as number) ^
        (t3[d & 0xff] as number) ^
        (t2[(d >>> 8) & 0xff] as number) ^
        (t1[(d >>> 16) & 0xff] as number) ^
        (t0[d >>> 24] as number);
    }
    for (; at < end; at += 1) crc = (crc >>> 8) ^ (t0[((bytes[at] as number) ^ crc) & 0xff] as number);
    return crc;
  };
}

/** Makes the function for short runs of bytes: eight at a time, then one by one. */
function createUpdateByBytes(tables: Tables): Update {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = tables;
  return (initial, bytes, start, end) => {
    let crc = initial;
    let at = start;
    for (const last = end - 8; at <= last; at += 8) {
      crc =
        (t7[(bytes[at] as number) ^ (crc & 0xff)] as number) ^
        (t6[(bytes[at + 1] as number) ^ ((crc >>> 8) & 0xff)] as number) ^
        (t5[(bytes[at + 2] as number) ^ ((crc >>> 16) & 0xff)] as number) ^
        (t4[(bytes[at + 3] as number) ^ (crc >>> 24)] as number) ^
        (t3[bytes[at + 4] as number] as number) ^
        (t2[bytes[at + 5] as number] as number) ^
        (t1[bytes[at + 6] as number] as number) ^
        (t0[bytes[at + 7] as number] as number);
    }
    for (; at < end; at += 1) crc = (crc >>> 8) ^ (t0[((bytes[at] as number) ^ crc) & 0xff] as number);
    return crc;
  };
}

/** Makes everything at the first use: importing this file costs nothing. */
function createUpdate(): Update {
  const tables = createTables();
  const byWords = createUpdateByWords(tables);
  const byBytes = createUpdateByBytes(tables);
  return (initial, bytes, start, end) =>
    (end - start < WORDS_MIN_BYTES ? byBytes : byWords)(initial, bytes, start, end);
}

/** The CRC32c of some bytes as an unsigned 32-bit number, in the usual notation (`"123456789"` gives 0xE3069283). */
export function crc32c(bytes: Uint8Array, offset: number, lengthBytes: number): number {
  update ??= createUpdate();
  return ~update(-1, bytes, offset, offset + lengthBytes) >>> 0;
}

/** Stands for a checksum field of zero. */
const ZEROS = new Uint8Array(COMMON_HEADER_BYTES - CHECKSUM_OFFSET_BYTES);

/**
 * The CRC32c of a packet of at least a common header's length as if its checksum field were 0
 * (RFC 9260 §6.8). Nothing is written. It is the number that the four bytes of the field make when they are
 * read with the least significant byte first, because Appendix A maps the remainder to bytes that way.
 */
export function packetChecksum(bytes: Uint8Array, offset: number, lengthBytes: number): number {
  update ??= createUpdate();
  let crc = update(-1, bytes, offset, offset + CHECKSUM_OFFSET_BYTES);
  crc = update(crc, ZEROS, 0, ZEROS.length);
  return ~update(crc, bytes, offset + COMMON_HEADER_BYTES, offset + lengthBytes) >>> 0;
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
