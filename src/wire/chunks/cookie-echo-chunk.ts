import { copyInto, copyOf } from "../bytes.js";
import { CHUNK_HEADER_BYTES, type ChunkCodec, writeChunkHeader } from "../chunk-codec.js";
import type { Malformed } from "../malformed.js";

/** Cookie Echo (RFC 9260 §3.3.11). */
export const CHUNK_COOKIE_ECHO = 10;

/**
 * Cookie Echo (RFC 9260 §3.3.11): gives the State Cookie back to the endpoint that made it. The cookie is the
 * value of the State Cookie parameter, without that parameter's header.
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+---------------+-------------------------------+
 * |   Type = 10   |  Chunk Flags  |            Length             |
 * +---------------+---------------+-------------------------------+
 * /                            Cookie                             /
 * +---------------------------------------------------------------+
 * ```
 */
export interface CookieEchoChunk {
  readonly kind: "COOKIE ECHO";
  /** The State Cookie, byte for byte. */
  readonly cookie: Uint8Array;
}

/** Reads a COOKIE ECHO chunk; the cookie is copied. */
export function parseCookieEchoChunk(
  bytes: Uint8Array,
  offset: number,
  lengthBytes: number,
): CookieEchoChunk | Malformed {
  const cookie = copyOf(bytes, offset + CHUNK_HEADER_BYTES, lengthBytes - CHUNK_HEADER_BYTES);
  return { kind: "COOKIE ECHO", cookie };
}

/** The length of a COOKIE ECHO chunk without padding. */
export function byteLengthOfCookieEchoChunk(chunk: CookieEchoChunk): number {
  return CHUNK_HEADER_BYTES + chunk.cookie.length;
}

/** Writes a COOKIE ECHO chunk. */
export function writeCookieEchoChunk(chunk: CookieEchoChunk, bytes: Uint8Array, offset: number): void {
  writeChunkHeader(bytes, offset, CHUNK_COOKIE_ECHO, 0, byteLengthOfCookieEchoChunk(chunk));
  copyInto(bytes, offset + CHUNK_HEADER_BYTES, chunk.cookie, 0, chunk.cookie.length);
}

/** A COOKIE ECHO chunk in one line. */
export function formatCookieEchoChunk(chunk: CookieEchoChunk): string {
  return `COOKIE ECHO (cookie length=${chunk.cookie.length})`;
}

/** The row of the COOKIE ECHO chunk in the registry. */
export const COOKIE_ECHO_CODEC: ChunkCodec<CookieEchoChunk> = {
  kind: "COOKIE ECHO",
  type: CHUNK_COOKIE_ECHO,
  parse: parseCookieEchoChunk,
  byteLength: byteLengthOfCookieEchoChunk,
  write: writeCookieEchoChunk,
  format: formatCookieEchoChunk,
};
