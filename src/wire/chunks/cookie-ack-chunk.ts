import { CHUNK_HEADER_BYTES, type ChunkCodec, writeChunkHeader } from "../chunk-codec.js";
import { INVALID_LENGTH, type Malformed } from "../malformed.js";

/** Cookie Acknowledgement (RFC 9260 §3.3.12). */
export const CHUNK_COOKIE_ACK = 11;

/**
 * Cookie Acknowledgement (RFC 9260 §3.3.12): answers a COOKIE ECHO.
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+---------------+-------------------------------+
 * |   Type = 11   |  Chunk Flags  |          Length = 4           |
 * +---------------+---------------+-------------------------------+
 * ```
 */
export interface CookieAckChunk {
  readonly kind: "COOKIE ACK";
}

const CHUNK_COOKIE_ACK_VALUE: CookieAckChunk = Object.freeze({ kind: "COOKIE ACK" });

/** Reads a COOKIE ACK chunk. */
export function parseCookieAckChunk(
  _bytes: Uint8Array,
  _offset: number,
  lengthBytes: number,
): CookieAckChunk | Malformed {
  return lengthBytes === CHUNK_HEADER_BYTES ? CHUNK_COOKIE_ACK_VALUE : INVALID_LENGTH;
}

/** The length of a COOKIE ACK chunk. */
export function byteLengthOfCookieAckChunk(_chunk: CookieAckChunk): number {
  return CHUNK_HEADER_BYTES;
}

/** Writes a COOKIE ACK chunk. */
export function writeCookieAckChunk(_chunk: CookieAckChunk, bytes: Uint8Array, offset: number): void {
  writeChunkHeader(bytes, offset, CHUNK_COOKIE_ACK, 0, CHUNK_HEADER_BYTES);
}

/** A COOKIE ACK chunk in one line. */
export function formatCookieAckChunk(_chunk: CookieAckChunk): string {
  return "COOKIE ACK";
}

/** The row of the COOKIE ACK chunk in the registry. */
export const COOKIE_ACK_CODEC: ChunkCodec<CookieAckChunk> = {
  kind: "COOKIE ACK",
  type: CHUNK_COOKIE_ACK,
  parse: parseCookieAckChunk,
  byteLength: byteLengthOfCookieAckChunk,
  write: writeCookieAckChunk,
  format: formatCookieAckChunk,
};
