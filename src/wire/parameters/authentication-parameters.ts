import { copyInto, copyOf, readUint16, writeUint16 } from "../bytes.js";
import { formatBytes } from "../format.js";
import { INVALID_LENGTH } from "../malformed.js";
import { TLV_HEADER_BYTES, type TlvCodec, writeTlvHeader } from "../tlv.js";

/** Random (RFC 4895 §3.1). */
export const PARAMETER_RANDOM = 0x8002;
/** Chunk List (RFC 4895 §3.2). */
export const PARAMETER_CHUNK_LIST = 0x8003;
/** Requested HMAC Algorithm (RFC 4895 §3.3). */
export const PARAMETER_REQUESTED_HMAC_ALGORITHM = 0x8004;

/** RFC 4895 §3.2: a Chunk List is no longer than this. */
const CHUNK_LIST_BYTES_MAX = 260;

/**
 * A random number that becomes a part of every key of the association (RFC 4895 §3.1). That it has 32 bytes is
 * the stack's business (§6.1).
 *
 * ```
 * +-------------------------------+-------------------------------+
 * |        Type = 0x8002          |            Length             |
 * +-------------------------------+-------------------------------+
 * /                         Random Number                         /
 * +---------------------------------------------------------------+
 * ```
 */
export interface RandomParameter {
  readonly kind: "Random";
  readonly random: Uint8Array;
}

/**
 * The types of chunks that the sender takes only if they are authenticated (RFC 4895 §3.2).
 *
 * ```
 * +-------------------------------+-------------------------------+
 * |        Type = 0x8003          |            Length             |
 * +---------------+---------------+---------------+---------------+
 * | Chunk Type 1  | Chunk Type 2  | Chunk Type 3  | Chunk Type 4  |
 * +---------------+---------------+---------------+---------------+
 * /                              ...                              /
 * +---------------------------------------------------------------+
 * ```
 */
export interface ChunkListParameter {
  readonly kind: "Chunk List";
  /** Chunk types, 0 to 255 each, at most 256 of them. */
  readonly chunkTypes: readonly number[];
}

/**
 * The HMAC algorithms that the sender takes, the one that it likes best first (RFC 4895 §3.3).
 *
 * ```
 * +-------------------------------+-------------------------------+
 * |        Type = 0x8004          |            Length             |
 * +-------------------------------+-------------------------------+
 * |      HMAC Identifier 1        |      HMAC Identifier 2        |
 * +-------------------------------+-------------------------------+
 * /                              ...                              /
 * +---------------------------------------------------------------+
 * ```
 */
export interface RequestedHmacAlgorithmParameter {
  readonly kind: "Requested HMAC Algorithm";
  /** HMAC Identifiers (RFC 4895 §3.3 Table 2), 16 bits each. */
  readonly hmacIdentifiers: readonly number[];
}

/** The row of Random in the registry. */
export const RANDOM_CODEC: TlvCodec<RandomParameter> = {
  kind: "Random",
  type: PARAMETER_RANDOM,
  parse(bytes, offset, lengthBytes) {
    return {
      kind: "Random",
      random: copyOf(bytes, offset + TLV_HEADER_BYTES, lengthBytes - TLV_HEADER_BYTES),
    };
  },
  byteLength: ({ random }) => TLV_HEADER_BYTES + random.length,
  write({ random }, bytes, offset) {
    writeTlvHeader(bytes, offset, PARAMETER_RANDOM, TLV_HEADER_BYTES + random.length);
    copyInto(bytes, offset + TLV_HEADER_BYTES, random, 0, random.length);
  },
  format: ({ random }) => `Random ${formatBytes(random)}`,
};

/** The row of Chunk List in the registry. */
export const CHUNK_LIST_CODEC: TlvCodec<ChunkListParameter> = {
  kind: "Chunk List",
  type: PARAMETER_CHUNK_LIST,
  parse(bytes, offset, lengthBytes) {
    if (lengthBytes > CHUNK_LIST_BYTES_MAX) return INVALID_LENGTH;
    return {
      kind: "Chunk List",
      chunkTypes: [...bytes.subarray(offset + TLV_HEADER_BYTES, offset + lengthBytes)],
    };
  },
  byteLength: ({ chunkTypes }) => TLV_HEADER_BYTES + chunkTypes.length,
  write({ chunkTypes }, bytes, offset) {
    writeTlvHeader(bytes, offset, PARAMETER_CHUNK_LIST, TLV_HEADER_BYTES + chunkTypes.length);
    for (const [index, type] of chunkTypes.entries()) bytes[offset + TLV_HEADER_BYTES + index] = type;
  },
  format: ({ chunkTypes }) => `Authenticated chunk list ${chunkTypes.join(" ")}`,
};

/** The row of Requested HMAC Algorithm in the registry. */
export const REQUESTED_HMAC_ALGORITHM_CODEC: TlvCodec<RequestedHmacAlgorithmParameter> = {
  kind: "Requested HMAC Algorithm",
  type: PARAMETER_REQUESTED_HMAC_ALGORITHM,
  parse(bytes, offset, lengthBytes) {
    if (lengthBytes % 2 !== 0) return INVALID_LENGTH;
    const hmacIdentifiers: number[] = [];
    const end = offset + lengthBytes;
    for (let at = offset + TLV_HEADER_BYTES; at < end; at += 2) hmacIdentifiers.push(readUint16(bytes, at));
    return { kind: "Requested HMAC Algorithm", hmacIdentifiers };
  },
  byteLength: ({ hmacIdentifiers }) => TLV_HEADER_BYTES + 2 * hmacIdentifiers.length,
  write({ hmacIdentifiers }, bytes, offset) {
    const lengthBytes = TLV_HEADER_BYTES + 2 * hmacIdentifiers.length;
    writeTlvHeader(bytes, offset, PARAMETER_REQUESTED_HMAC_ALGORITHM, lengthBytes);
    for (const [index, identifier] of hmacIdentifiers.entries())
      writeUint16(bytes, offset + TLV_HEADER_BYTES + 2 * index, identifier);
  },
  format: ({ hmacIdentifiers }) => `Requested HMAC algorithm ${hmacIdentifiers.join(" ")}`,
};
