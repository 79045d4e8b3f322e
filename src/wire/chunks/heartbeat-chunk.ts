import type { ChunkCodec } from "../chunk-codec.js";
import { formatBytes } from "../format.js";
import { isMalformed, type Malformed } from "../malformed.js";
import {
  byteLengthOfHeartbeatBody,
  type HeartbeatBody,
  parseHeartbeatBody,
  writeHeartbeatBody,
} from "./heartbeat-body.js";

/** Heartbeat Request (RFC 9260 §3.3.5). */
export const CHUNK_HEARTBEAT = 4;

/**
 * Heartbeat Request (RFC 9260 §3.3.5): probes one destination transport address.
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+---------------+-------------------------------+
 * |   Type = 4    |  Chunk Flags  |            Length             |
 * +---------------+---------------+-------------------------------+
 * /          Heartbeat Information TLV (Variable-Length)          /
 * +---------------------------------------------------------------+
 * ```
 */
export interface HeartbeatChunk extends HeartbeatBody {
  readonly kind: "HEARTBEAT";
}

/** Reads a HEARTBEAT chunk; the information is copied. */
export function parseHeartbeatChunk(
  bytes: Uint8Array,
  offset: number,
  lengthBytes: number,
): HeartbeatChunk | Malformed {
  const body = parseHeartbeatBody(bytes, offset, lengthBytes);
  return isMalformed(body) ? body : { kind: "HEARTBEAT", ...body };
}

/** The length of a HEARTBEAT chunk without padding. */
export function byteLengthOfHeartbeatChunk(chunk: HeartbeatChunk): number {
  return byteLengthOfHeartbeatBody(chunk);
}

/** Writes a HEARTBEAT chunk. */
export function writeHeartbeatChunk(chunk: HeartbeatChunk, bytes: Uint8Array, offset: number): void {
  writeHeartbeatBody(CHUNK_HEARTBEAT, chunk, bytes, offset);
}

/** A HEARTBEAT chunk in one line. */
export function formatHeartbeatChunk(chunk: HeartbeatChunk): string {
  return `HEARTBEAT (heartbeat information=${formatBytes(chunk.info)})`;
}

/** The row of the HEARTBEAT chunk in the registry. */
export const HEARTBEAT_CODEC: ChunkCodec<HeartbeatChunk> = {
  kind: "HEARTBEAT",
  type: CHUNK_HEARTBEAT,
  parse: parseHeartbeatChunk,
  byteLength: byteLengthOfHeartbeatChunk,
  write: writeHeartbeatChunk,
  format: formatHeartbeatChunk,
};
