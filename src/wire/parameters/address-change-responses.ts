import { copyInto, copyOf, readUint32, writeUint32 } from "../bytes.js";
import { formatBytes, formatHex } from "../format.js";
import { INVALID_LENGTH } from "../malformed.js";
import { TLV_HEADER_BYTES, type TlvCodec, writeTlvHeader } from "../tlv.js";

/** Error Cause Indication (RFC 5061 §4.2.3). */
export const PARAMETER_ERROR_CAUSE_INDICATION = 0xc003;
/** Success Indication (RFC 5061 §4.2.5). */
export const PARAMETER_SUCCESS_INDICATION = 0xc005;

/** The length of a response without error causes. */
const FIXED_BYTES: number = TLV_HEADER_BYTES + 4;

/**
 * A request of an ASCONF chunk was refused (RFC 5061 §4.2.3).
 *
 * ```
 * +-------------------------------+-------------------------------+
 * |        Type = 0xC003          |            Length             |
 * +-------------------------------+-------------------------------+
 * |                ASCONF-Response Correlation ID                 |
 * +---------------------------------------------------------------+
 * /                        Error Cause(s)                         /
 * +---------------------------------------------------------------+
 * ```
 */
export interface ErrorCauseIndicationParameter {
  readonly kind: "Error Cause Indication";
  /** The 32 bits of the request. */
  readonly correlationId: number;
  /** Why: error causes with their codes and lengths; `errorCauseBytes` makes one, `parseErrorCauses` reads them. */
  readonly causes: Uint8Array;
}

/**
 * A request of an ASCONF chunk was fulfilled (RFC 5061 §4.2.5).
 *
 * ```
 * +-------------------------------+-------------------------------+
 * |        Type = 0xC005          |          Length = 8           |
 * +-------------------------------+-------------------------------+
 * |                ASCONF-Response Correlation ID                 |
 * +---------------------------------------------------------------+
 * ```
 */
export interface SuccessIndicationParameter {
  readonly kind: "Success Indication";
  /** The 32 bits of the request. */
  readonly correlationId: number;
}

/** The row of Error Cause Indication in the registry. */
export const ERROR_CAUSE_INDICATION_CODEC: TlvCodec<ErrorCauseIndicationParameter> = {
  kind: "Error Cause Indication",
  type: PARAMETER_ERROR_CAUSE_INDICATION,
  parse(bytes, offset, lengthBytes) {
    if (lengthBytes < FIXED_BYTES) return INVALID_LENGTH;
    const correlationId = readUint32(bytes, offset + TLV_HEADER_BYTES);
    const causes = copyOf(bytes, offset + FIXED_BYTES, lengthBytes - FIXED_BYTES);
    return { kind: "Error Cause Indication", correlationId, causes };
  },
  byteLength: ({ causes }) => FIXED_BYTES + causes.length,
  write({ correlationId, causes }, bytes, offset) {
    writeTlvHeader(bytes, offset, PARAMETER_ERROR_CAUSE_INDICATION, FIXED_BYTES + causes.length);
    writeUint32(bytes, offset + TLV_HEADER_BYTES, correlationId);
    copyInto(bytes, offset + FIXED_BYTES, causes, 0, causes.length);
  },
  format: ({ correlationId, causes }) =>
    `Error cause indication ${formatHex(correlationId, 8)} ${formatBytes(causes)}`,
};

/** The row of Success Indication in the registry. */
export const SUCCESS_INDICATION_CODEC: TlvCodec<SuccessIndicationParameter> = {
  kind: "Success Indication",
  type: PARAMETER_SUCCESS_INDICATION,
  parse(bytes, offset, lengthBytes) {
    if (lengthBytes !== FIXED_BYTES) return INVALID_LENGTH;
    return { kind: "Success Indication", correlationId: readUint32(bytes, offset + TLV_HEADER_BYTES) };
  },
  byteLength: () => FIXED_BYTES,
  write({ correlationId }, bytes, offset) {
    writeTlvHeader(bytes, offset, PARAMETER_SUCCESS_INDICATION, FIXED_BYTES);
    writeUint32(bytes, offset + TLV_HEADER_BYTES, correlationId);
  },
  format: ({ correlationId }) => `Success indication ${formatHex(correlationId, 8)}`,
};
