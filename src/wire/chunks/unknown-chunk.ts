import { copyInto, copyOf } from "../bytes.js";
import { CHUNK_HEADER_BYTES, writeChunkHeader } from "../chunk-codec.js";
import { formatBytes } from "../format.js";

/**
 * A chunk of a type that this stack does not know, kept as it is so that it can be reported (RFC 9260 §3.2).
 */
export interface UnknownChunk {
  readonly kind: "UNKNOWN";
  /** The chunk type, 0 to 255. */
  readonly type: number;
  /** The chunk flags, 0 to 255. */
  readonly flags: number;
  /** The chunk value. */
  readonly value: Uint8Array;
}

/** Takes any chunk as one of unknown type; the value is copied. */
export function parseUnknownChunk(bytes: Uint8Array, offset: number, lengthBytes: number): UnknownChunk {
  return {
    kind: "UNKNOWN",
    type: bytes[offset] as number,
    flags: bytes[offset + 1] as number,
    value: copyOf(bytes, offset + CHUNK_HEADER_BYTES, lengthBytes - CHUNK_HEADER_BYTES),
  };
}

/** The length of the chunk without padding. */
export function byteLengthOfUnknownChunk(chunk: UnknownChunk): number {
  return CHUNK_HEADER_BYTES + chunk.value.length;
}

/** Writes the chunk. */
export function writeUnknownChunk(chunk: UnknownChunk, bytes: Uint8Array, offset: number): void {
  writeChunkHeader(bytes, offset, chunk.type, chunk.flags, byteLengthOfUnknownChunk(chunk));
  copyInto(bytes, offset + CHUNK_HEADER_BYTES, chunk.value, 0, chunk.value.length);
}

/** The chunk in one line. */
export function formatUnknownChunk(chunk: UnknownChunk): string {
  return `UNKNOWN (type=${chunk.type}, flags=${chunk.flags}, value=${formatBytes(chunk.value)})`;
}
