import { copyInto, copyOf } from "../bytes.js";
import { formatBytes } from "../format.js";
import { TLV_HEADER_BYTES, type TlvCodec, writeTlvHeader } from "../tlv.js";

/** Unrecognized Parameter (RFC 9260 §3.3.3.1.2). */
export const PARAMETER_UNRECOGNIZED_PARAMETER = 8;

/**
 * A parameter of the INIT that was not recognized and wants to be reported (RFC 9260 §3.3.3.1.2).
 *
 * ```
 * +-------------------------------+-------------------------------+
 * |           Type = 8            |            Length             |
 * +-------------------------------+-------------------------------+
 * /                    Unrecognized Parameter                     /
 * +---------------------------------------------------------------+
 * ```
 */
export interface UnrecognizedParameterParameter {
  readonly kind: "Unrecognized Parameter";
  /** The whole parameter with its type and its length; `parameterBytes` makes it. */
  readonly parameter: Uint8Array;
}

/** The row of Unrecognized Parameter in the registry. */
export const UNRECOGNIZED_PARAMETER_CODEC: TlvCodec<UnrecognizedParameterParameter> = {
  kind: "Unrecognized Parameter",
  type: PARAMETER_UNRECOGNIZED_PARAMETER,
  parse(bytes, offset, lengthBytes) {
    const parameter = copyOf(bytes, offset + TLV_HEADER_BYTES, lengthBytes - TLV_HEADER_BYTES);
    return { kind: "Unrecognized Parameter", parameter };
  },
  byteLength: (unrecognized) => TLV_HEADER_BYTES + unrecognized.parameter.length,
  write(unrecognized, bytes, offset) {
    const { parameter } = unrecognized;
    writeTlvHeader(bytes, offset, PARAMETER_UNRECOGNIZED_PARAMETER, TLV_HEADER_BYTES + parameter.length);
    copyInto(bytes, offset + TLV_HEADER_BYTES, parameter, 0, parameter.length);
  },
  format: (unrecognized) => `Unrecognized parameter ${formatBytes(unrecognized.parameter)}`,
};
