import { INVALID_LENGTH } from "../malformed.js";
import { TLV_HEADER_BYTES, type TlvCodec, writeTlvHeader } from "../tlv.js";

/** ECN Capable (RFC 9260 §3.3.2 Table 6, RFC 4960 Appendix A). */
export const PARAMETER_ECN_CAPABLE = 0x8000;

/**
 * The sender can do Explicit Congestion Notification (RFC 9260 §3.3.2 Table 6, RFC 4960 Appendix A). It has
 * no value.
 */
export interface EcnCapableParameter {
  readonly kind: "ECN Capable";
}

/** The row of ECN Capable in the registry. */
export const ECN_CAPABLE_CODEC: TlvCodec<EcnCapableParameter> = {
  kind: "ECN Capable",
  type: PARAMETER_ECN_CAPABLE,
  parse: (_bytes, _offset, lengthBytes) =>
    lengthBytes === TLV_HEADER_BYTES ? { kind: "ECN Capable" } : INVALID_LENGTH,
  byteLength: () => TLV_HEADER_BYTES,
  write: (_parameter, bytes, offset) =>
    writeTlvHeader(bytes, offset, PARAMETER_ECN_CAPABLE, TLV_HEADER_BYTES),
  format: () => "ECN",
};
