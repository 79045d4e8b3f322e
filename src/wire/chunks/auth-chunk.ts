import { copyInto, copyOf, readUint16, writeUint16, zeroFill } from "../bytes.js";
import { CHUNK_HEADER_BYTES, type ChunkCodec, writeChunkHeader } from "../chunk-codec.js";
import { formatBytes } from "../format.js";
import { INVALID_LENGTH, type Malformed } from "../malformed.js";

/** Authentication (RFC 4895 §5.1). */
export const CHUNK_AUTH = 15;

/** The length of an AUTH chunk without its HMAC: header, Shared Key Identifier and HMAC Identifier. */
export const AUTH_CHUNK_FIXED_BYTES: number = CHUNK_HEADER_BYTES + 4;

/**
 * Authentication (RFC 4895 §5.1): shows that whoever sent the chunks behind it in the packet knows the key.
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+---------------+-------------------------------+
 * | Type = 0x0F   |   Flags = 0   |            Length             |
 * +---------------+---------------+-------------------------------+
 * |     Shared Key Identifier     |        HMAC Identifier        |
 * +-------------------------------+-------------------------------+
 * /                             HMAC                              /
 * +---------------------------------------------------------------+
 * ```
 */
export interface AuthChunk {
  readonly kind: "AUTH";
  /** Shared Key Identifier: which of the endpoint pair shared keys was used, 0 to 65535. */
  readonly keyNumber: number;
  /** HMAC Identifier (RFC 4895 §3.3 Table 2). */
  readonly hmacIdentifier: number;
  readonly hmac: Uint8Array;
}

/** The Shared Key Identifier of the AUTH chunk at `offset`, which is at least {@link AUTH_CHUNK_FIXED_BYTES} long. */
export function authChunkKeyNumber(bytes: Uint8Array, offset: number): number {
  return readUint16(bytes, offset + CHUNK_HEADER_BYTES);
}

/** The HMAC Identifier of the AUTH chunk at `offset`, which is at least {@link AUTH_CHUNK_FIXED_BYTES} long. */
export function authChunkHmacIdentifier(bytes: Uint8Array, offset: number): number {
  return readUint16(bytes, offset + CHUNK_HEADER_BYTES + 2);
}

/** What an AUTH chunk says beside its HMAC. */
export interface AuthChunkFields {
  readonly keyNumber: number;
  readonly hmacIdentifier: number;
  /** How long the HMAC is: a multiple of 4 for every algorithm that there is. */
  readonly hmacBytes: number;
}

/** Writes an AUTH chunk whose HMAC is all zeros, as it is while that is computed (RFC 4895 §6.2 Figure 6). */
export function writeUnsignedAuthChunk(fields: AuthChunkFields, bytes: Uint8Array, offset: number): void {
  const lengthBytes = AUTH_CHUNK_FIXED_BYTES + fields.hmacBytes;
  writeChunkHeader(bytes, offset, CHUNK_AUTH, 0, lengthBytes);
  writeUint16(bytes, offset + CHUNK_HEADER_BYTES, fields.keyNumber);
  writeUint16(bytes, offset + CHUNK_HEADER_BYTES + 2, fields.hmacIdentifier);
  zeroFill(bytes, offset + AUTH_CHUNK_FIXED_BYTES, offset + lengthBytes);
}

/** Reads an AUTH chunk; the HMAC is copied. */
export function parseAuthChunk(
  bytes: Uint8Array,
  offset: number,
  lengthBytes: number,
): AuthChunk | Malformed {
  if (lengthBytes < AUTH_CHUNK_FIXED_BYTES) return INVALID_LENGTH;
  return {
    kind: "AUTH",
    keyNumber: authChunkKeyNumber(bytes, offset),
    hmacIdentifier: authChunkHmacIdentifier(bytes, offset),
    hmac: copyOf(bytes, offset + AUTH_CHUNK_FIXED_BYTES, lengthBytes - AUTH_CHUNK_FIXED_BYTES),
  };
}

/** The row of the AUTH chunk in the registry. */
export const AUTH_CODEC: ChunkCodec<AuthChunk> = {
  kind: "AUTH",
  type: CHUNK_AUTH,
  parse: parseAuthChunk,
  byteLength: (chunk) => AUTH_CHUNK_FIXED_BYTES + chunk.hmac.length,
  write(chunk, bytes, offset) {
    const { keyNumber, hmacIdentifier, hmac } = chunk;
    writeUnsignedAuthChunk({ keyNumber, hmacIdentifier, hmacBytes: hmac.length }, bytes, offset);
    copyInto(bytes, offset + AUTH_CHUNK_FIXED_BYTES, hmac, 0, hmac.length);
  },
  format: ({ keyNumber, hmacIdentifier, hmac }) =>
    `AUTH (key=${keyNumber}, HMAC identifier=${hmacIdentifier}, HMAC=${formatBytes(hmac)})`,
};
