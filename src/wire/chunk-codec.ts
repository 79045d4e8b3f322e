import { assert } from "../base/assert.js";
import { writeUint16 } from "./bytes.js";
import type { Malformed } from "./malformed.js";

/** The length of the type, flags and length fields of a chunk (RFC 9260 §3.2). */
export const CHUNK_HEADER_BYTES = 4;

/** How one kind of chunk is read, written and shown: what each file of chunks/ exports. */
export interface ChunkCodec<C extends { readonly kind: string }> {
  /** The kind, in the RFC's spelling. */
  readonly kind: C["kind"];
  /** The chunk type, 0 to 255. */
  readonly type: number;
  /**
   * Reads a chunk whose length is `lengthBytes`, header included, padding not; it is at least the header's.
   */
  parse(bytes: Uint8Array, offset: number, lengthBytes: number): C | Malformed;
  /** The length that the length field will say, without padding. */
  byteLength(chunk: C): number;
  /** Writes `byteLength(chunk)` bytes. */
  write(chunk: C, bytes: Uint8Array, offset: number): void;
  /** One line for people, in Wireshark's words. */
  format(chunk: C): string;
}

/** Writes the type, the flags and the length of a chunk. */
export function writeChunkHeader(
  bytes: Uint8Array,
  offset: number,
  type: number,
  flags: number,
  lengthBytes: number,
): void {
  assert(lengthBytes <= 0xffff, "The length of a chunk fits 16 bits.");
  bytes[offset] = type;
  bytes[offset + 1] = flags;
  writeUint16(bytes, offset + 2, lengthBytes);
}
