import { copyOf } from "../bytes.js";
import { formatHex } from "../format.js";
import { INVALID_LENGTH } from "../malformed.js";
import { TLV_HEADER_BYTES, type TlvCodec, writeTlvHeader } from "../tlv.js";

/** Supported Extensions (RFC 5061 §4.2.7). */
export const PARAMETER_SUPPORTED_EXTENSIONS = 0x8008;

/** Forward-TSN-Supported (RFC 3758 §3.1). */
export const PARAMETER_FORWARD_TSN_SUPPORTED = 0xc000;

/**
 * The types of chunks beyond those of RFC 9260 that the sender knows (RFC 5061 §4.2.7).
 *
 * ```
 * +-------------------------------+-------------------------------+
 * |        Type = 0x8008          |            Length             |
 * +---------------+---------------+---------------+---------------+
 * | Chunk Type 1  | Chunk Type 2  |            ......             /
 * +---------------+---------------+---------------+---------------+
 * ```
 */
export interface SupportedExtensionsParameter {
  readonly kind: "Supported Extensions";
  /** Chunk types, one byte each. */
  readonly chunkTypes: Uint8Array;
}

/** The row of Supported Extensions in the registry. */
export const SUPPORTED_EXTENSIONS_CODEC: TlvCodec<SupportedExtensionsParameter> = {
  kind: "Supported Extensions",
  type: PARAMETER_SUPPORTED_EXTENSIONS,
  parse(bytes, offset, lengthBytes) {
    const chunkTypes = copyOf(bytes, offset + TLV_HEADER_BYTES, lengthBytes - TLV_HEADER_BYTES);
    return { kind: "Supported Extensions", chunkTypes };
  },
  byteLength: ({ chunkTypes }) => TLV_HEADER_BYTES + chunkTypes.length,
  write({ chunkTypes }, bytes, offset) {
    writeTlvHeader(bytes, offset, PARAMETER_SUPPORTED_EXTENSIONS, TLV_HEADER_BYTES + chunkTypes.length);
    bytes.set(chunkTypes, offset + TLV_HEADER_BYTES);
  },
  format: ({ chunkTypes }) =>
    `Supported extensions ${Array.from(chunkTypes, (type) => formatHex(type, 2)).join(" ")}`,
};

/** The sender knows the FORWARD TSN chunk (RFC 3758 §3.1). It has no value. */
export interface ForwardTsnSupportedParameter {
  readonly kind: "Forward-TSN-Supported";
}

/** The row of Forward-TSN-Supported in the registry. */
export const FORWARD_TSN_SUPPORTED_CODEC: TlvCodec<ForwardTsnSupportedParameter> = {
  kind: "Forward-TSN-Supported",
  type: PARAMETER_FORWARD_TSN_SUPPORTED,
  parse: (_bytes, _offset, lengthBytes) =>
    lengthBytes === TLV_HEADER_BYTES ? { kind: "Forward-TSN-Supported" } : INVALID_LENGTH,
  byteLength: () => TLV_HEADER_BYTES,
  write: (_parameter, bytes, offset) =>
    writeTlvHeader(bytes, offset, PARAMETER_FORWARD_TSN_SUPPORTED, TLV_HEADER_BYTES),
  format: () => "Forward TSN supported",
};
