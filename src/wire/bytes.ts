/**
 * Integers in network byte order (RFC 9260 §3), read and written byte by byte: no view object is needed, and V8 turns
 * it into plain loads and stores.
 */

/** The 16-bit unsigned integer at `offset`. The caller has made sure that it lies inside `bytes`. */
export function readUint16(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] as number) << 8) | (bytes[offset + 1] as number);
}

/** The 32-bit unsigned integer at `offset`. The caller has made sure that it lies inside `bytes`. */
export function readUint32(bytes: Uint8Array, offset: number): number {
  return (
    (((bytes[offset] as number) << 24) |
      ((bytes[offset + 1] as number) << 16) |
      ((bytes[offset + 2] as number) << 8) |
      (bytes[offset + 3] as number)) >>>
    0
  );
}

/** Writes the low 16 bits of `value` at `offset`. */
export function writeUint16(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >>> 8;
  bytes[offset + 1] = value;
}

/** Writes the low 32 bits of `value` at `offset`. */
export function writeUint32(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >>> 24;
  bytes[offset + 1] = value >>> 16;
  bytes[offset + 2] = value >>> 8;
  bytes[offset + 3] = value;
}

/**
 * The smallest multiple of 4 that is not smaller than `lengthBytes` (RFC 9260 §3.2, §3.3.1: chunks and
 * parameters end on one, so that no more than 3 bytes are padded).
 */
export function padded(lengthBytes: number): number {
  return (lengthBytes + 3) & ~3;
}

/** Up to this many bytes a loop beats `set` of a view of the source, which costs 60 ns: measured in Node 20. */
const COPY_LOOP_MAX_BYTES = 24;

/** Copies `lengthBytes` bytes from one place into another. The two do not overlap. */
export function copyInto(
  target: Uint8Array,
  targetOffset: number,
  source: Uint8Array,
  sourceOffset: number,
  lengthBytes: number,
): void {
  // A whole array needs no view, and message after message of one piece is just that.
  if (sourceOffset === 0 && lengthBytes === source.length) target.set(source, targetOffset);
  else if (lengthBytes <= COPY_LOOP_MAX_BYTES) {
    for (let index = 0; index < lengthBytes; index += 1) {
      target[targetOffset + index] = source[sourceOffset + index] as number;
    }
  } else target.set(source.subarray(sourceOffset, sourceOffset + lengthBytes), targetOffset);
}

/**
 * Up to this many bytes {@link copyWords} beats `set` of a view of the source, which is an object of its own: measured
 * in Node 20.
 */
export const COPY_WORDS_MAX_BYTES = 96;

/** Copies `count` words of 32 bits from one place into another, as they lie there. The two do not overlap. */
export function copyWords(
  target: Int32Array,
  targetIndex: number,
  source: Int32Array,
  sourceIndex: number,
  count: number,
): void {
  for (let index = 0; index < count; index += 1)
    target[targetIndex + index] = source[sourceIndex + index] as number;
}

/** A copy that owns its memory. (`slice` would be a view where the bytes happen to be a Node `Buffer`.) */
export function copyOf(bytes: Uint8Array, offset: number, lengthBytes: number): Uint8Array {
  const copy = new Uint8Array(lengthBytes);
  copyInto(copy, 0, bytes, offset, lengthBytes);
  return copy;
}

/** Writes zeros, as padding must be (RFC 9260 §3.2). */
export function zeroFill(bytes: Uint8Array, start: number, end: number): void {
  for (let index = start; index < end; index += 1) bytes[index] = 0;
}
