import { formatBytes } from "../format.js";
import type { TlvCodec } from "../tlv.js";
import { byteLengthOfOpaque, readOpaqueValue, writeOpaque } from "./opaque-cause.js";

/** Unrecognized Chunk Type (RFC 9260 §3.3.10.6). */
export const CAUSE_UNRECOGNIZED_CHUNK_TYPE = 6;

/**
 * A chunk was not recognized and wants to be reported (RFC 9260 §3.3.10.6).
 *
 * ```
 * +-------------------------------+-------------------------------+
 * |        Cause Code = 6         |         Cause Length          |
 * +-------------------------------+-------------------------------+
 * /                      Unrecognized Chunk                       /
 * +---------------------------------------------------------------+
 * ```
 */
export interface UnrecognizedChunkTypeCause {
  readonly kind: "Unrecognized Chunk Type";
  /** The whole chunk with its type, flags and length. */
  readonly chunk: Uint8Array;
}

/** The row of Unrecognized Chunk Type in the registry. */
export const UNRECOGNIZED_CHUNK_TYPE_CODEC: TlvCodec<UnrecognizedChunkTypeCause> = {
  kind: "Unrecognized Chunk Type",
  type: CAUSE_UNRECOGNIZED_CHUNK_TYPE,
  parse: (bytes, offset, lengthBytes) => ({
    kind: "Unrecognized Chunk Type",
    chunk: readOpaqueValue(bytes, offset, lengthBytes),
  }),
  byteLength: (cause) => byteLengthOfOpaque(cause.chunk),
  write: (cause, bytes, offset) => writeOpaque(CAUSE_UNRECOGNIZED_CHUNK_TYPE, cause.chunk, bytes, offset),
  format: (cause) => `Unrecognized chunk type ${formatBytes(cause.chunk)}`,
};
