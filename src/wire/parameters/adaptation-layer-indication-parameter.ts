import { readUint32, writeUint32 } from "../bytes.js";
import { formatHex } from "../format.js";
import { INVALID_LENGTH } from "../malformed.js";
import { TLV_HEADER_BYTES, type TlvCodec, writeTlvHeader } from "../tlv.js";

/** Adaptation Layer Indication (RFC 5061 §4.2.6). */
export const PARAMETER_ADAPTATION_LAYER_INDICATION = 0xc006;

const LENGTH_BYTES: number = TLV_HEADER_BYTES + 4;

/**
 * What the sender's upper layer wants to tell the other's at the beginning (RFC 5061 §4.2.6).
 *
 * ```
 * +-------------------------------+-------------------------------+
 * |        Type = 0xC006          |          Length = 8           |
 * +-------------------------------+-------------------------------+
 * |                     Adaptation Code point                     |
 * +---------------------------------------------------------------+
 * ```
 */
export interface AdaptationLayerIndicationParameter {
  readonly kind: "Adaptation Layer Indication";
  /** 32 bits; SCTP does not look at them. */
  readonly adaptationCodePoint: number;
}

/** The row of Adaptation Layer Indication in the registry. */
export const ADAPTATION_LAYER_INDICATION_CODEC: TlvCodec<AdaptationLayerIndicationParameter> = {
  kind: "Adaptation Layer Indication",
  type: PARAMETER_ADAPTATION_LAYER_INDICATION,
  parse(bytes, offset, lengthBytes) {
    if (lengthBytes !== LENGTH_BYTES) return INVALID_LENGTH;
    const adaptationCodePoint = readUint32(bytes, offset + TLV_HEADER_BYTES);
    return { kind: "Adaptation Layer Indication", adaptationCodePoint };
  },
  byteLength: () => LENGTH_BYTES,
  write(parameter, bytes, offset) {
    writeTlvHeader(bytes, offset, PARAMETER_ADAPTATION_LAYER_INDICATION, LENGTH_BYTES);
    writeUint32(bytes, offset + TLV_HEADER_BYTES, parameter.adaptationCodePoint);
  },
  format: (parameter) => `Adaptation layer indication ${formatHex(parameter.adaptationCodePoint, 8)}`,
};
