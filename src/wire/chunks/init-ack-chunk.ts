import type { ChunkCodec } from "../chunk-codec.js";
import { isMalformed, type Malformed } from "../malformed.js";
import {
  byteLengthOfInitBody,
  formatInitBody,
  type InitBody,
  parseInitBody,
  writeInitBody,
} from "./init-body.js";

/** Initiation Acknowledgement (RFC 9260 §3.3.3). */
export const CHUNK_INIT_ACK = 2;

/**
 * Initiation Acknowledgement (RFC 9260 §3.3.3): answers an INIT; its parameters hold the State Cookie. The
 * diagram stands at {@link InitBody}.
 */
export interface InitAckChunk extends InitBody {
  readonly kind: "INIT ACK";
}

/** Reads an INIT ACK chunk. RFC 9260 §3.3.3: the flags are ignored. */
export function parseInitAckChunk(
  bytes: Uint8Array,
  offset: number,
  lengthBytes: number,
): InitAckChunk | Malformed {
  const body = parseInitBody(bytes, offset, lengthBytes);
  return isMalformed(body) ? body : { kind: "INIT ACK", ...body };
}

/** The length of an INIT ACK chunk without padding. */
export function byteLengthOfInitAckChunk(chunk: InitAckChunk): number {
  return byteLengthOfInitBody(chunk);
}

/** Writes an INIT ACK chunk. */
export function writeInitAckChunk(chunk: InitAckChunk, bytes: Uint8Array, offset: number): void {
  writeInitBody(CHUNK_INIT_ACK, chunk, bytes, offset);
}

/** An INIT ACK chunk in one line. */
export function formatInitAckChunk(chunk: InitAckChunk): string {
  return `INIT ACK ${formatInitBody(chunk)}`;
}

/** The row of the INIT ACK chunk in the registry. */
export const INIT_ACK_CODEC: ChunkCodec<InitAckChunk> = {
  kind: "INIT ACK",
  type: CHUNK_INIT_ACK,
  parse: parseInitAckChunk,
  byteLength: byteLengthOfInitAckChunk,
  write: writeInitAckChunk,
  format: formatInitAckChunk,
};
