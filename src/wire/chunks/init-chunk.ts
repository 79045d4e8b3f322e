import type { ChunkCodec } from "../chunk-codec.js";
import { isMalformed, type Malformed } from "../malformed.js";
import {
  byteLengthOfInitBody,
  formatInitBody,
  type InitBody,
  parseInitBody,
  writeInitBody,
} from "./init-body.js";

/** Initiation (RFC 9260 §3.3.2). */
export const CHUNK_INIT = 1;

/** Initiation (RFC 9260 §3.3.2): asks for an association. The diagram stands at {@link InitBody}. */
export interface InitChunk extends InitBody {
  readonly kind: "INIT";
}

/** Reads an INIT chunk. RFC 9260 §3.3.2: the flags are ignored. */
export function parseInitChunk(
  bytes: Uint8Array,
  offset: number,
  lengthBytes: number,
): InitChunk | Malformed {
  const body = parseInitBody(bytes, offset, lengthBytes);
  return isMalformed(body) ? body : { kind: "INIT", ...body };
}

/** The length of an INIT chunk without padding. */
export function byteLengthOfInitChunk(chunk: InitChunk): number {
  return byteLengthOfInitBody(chunk);
}

/** Writes an INIT chunk. */
export function writeInitChunk(chunk: InitChunk, bytes: Uint8Array, offset: number): void {
  writeInitBody(CHUNK_INIT, chunk, bytes, offset);
}

/** An INIT chunk in one line. */
export function formatInitChunk(chunk: InitChunk): string {
  return `INIT ${formatInitBody(chunk)}`;
}

/** The row of the INIT chunk in the registry. */
export const INIT_CODEC: ChunkCodec<InitChunk> = {
  kind: "INIT",
  type: CHUNK_INIT,
  parse: parseInitChunk,
  byteLength: byteLengthOfInitChunk,
  write: writeInitChunk,
  format: formatInitChunk,
};
