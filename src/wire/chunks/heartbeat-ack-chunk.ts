import type { ChunkCodec } from "../chunk-codec.js";
import { formatBytes } from "../format.js";
import { isMalformed, type Malformed } from "../malformed.js";
import {
  byteLengthOfHeartbeatBody,
  type HeartbeatBody,
  parseHeartbeatBody,
  writeHeartbeatBody,
} from "./heartbeat-body.js";

/** Heartbeat Acknowledgement (RFC 9260 §3.3.6). */
export const CHUNK_HEARTBEAT_ACK = 5;

/**
 * Heartbeat Acknowledgement (RFC 9260 §3.3.6): gives back what a HEARTBEAT carried.
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+---------------+-------------------------------+
 * |   Type = 5    |  Chunk Flags  |            Length             |
 * +---------------+---------------+-------------------------------+
 * /          Heartbeat Information TLV (Variable-Length)          /
 * +---------------------------------------------------------------+
 * ```
 */
export interface HeartbeatAckChunk extends HeartbeatBody {
  readonly kind: "HEARTBEAT ACK";
}

/** Reads a HEARTBEAT ACK chunk; the information is copied. */
export function parseHeartbeatAckChunk(
  bytes: Uint8Array,
  offset: number,
  lengthBytes: number,
): HeartbeatAckChunk | Malformed {
  const body = parseHeartbeatBody(bytes, offset, lengthBytes);
  return isMalformed(body) ? body : { kind: "HEARTBEAT ACK", ...body };
}

/** The length of a HEARTBEAT ACK chunk without padding. */
export function byteLengthOfHeartbeatAckChunk(chunk: HeartbeatAckChunk): number {
  return byteLengthOfHeartbeatBody(chunk);
}

/** Writes a HEARTBEAT ACK chunk. */
export function writeHeartbeatAckChunk(chunk: HeartbeatAckChunk, bytes: Uint8Array, offset: number): void {
  writeHeartbeatBody(CHUNK_HEARTBEAT_ACK, chunk, bytes, offset);
}

/** A HEARTBEAT ACK chunk in one line. */
export function formatHeartbeatAckChunk(chunk: HeartbeatAckChunk): string {
  return `HEARTBEAT ACK (heartbeat information=${formatBytes(chunk.info)})`;
}

/** The row of the HEARTBEAT ACK chunk in the registry. */
export const HEARTBEAT_ACK_CODEC: ChunkCodec<HeartbeatAckChunk> = {
  kind: "HEARTBEAT ACK",
  type: CHUNK_HEARTBEAT_ACK,
  parse: parseHeartbeatAckChunk,
  byteLength: byteLengthOfHeartbeatAckChunk,
  write: writeHeartbeatAckChunk,
  format: formatHeartbeatAckChunk,
};
