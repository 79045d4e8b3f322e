import { readUint16, readUint32, writeUint16, writeUint32 } from "../bytes.js";
import { formatBytes } from "../format.js";
import { INVALID_LENGTH } from "../malformed.js";
import { TLV_HEADER_BYTES, type TlvCodec, writeTlvHeader } from "../tlv.js";
import { byteLengthOfOpaque, readOpaqueValue, writeOpaque } from "./opaque-cause.js";

/** Missing Mandatory Parameter (RFC 9260 §3.3.10.2). */
export const CAUSE_MISSING_MANDATORY_PARAMETER = 2;
/** Invalid Mandatory Parameter (RFC 9260 §3.3.10.7). */
export const CAUSE_INVALID_MANDATORY_PARAMETER = 7;
/** Unrecognized Parameters (RFC 9260 §3.3.10.8). */
export const CAUSE_UNRECOGNIZED_PARAMETERS = 8;

const MISSING_FIXED_BYTES: number = TLV_HEADER_BYTES + 4;

/**
 * An INIT or INIT ACK lacks parameters that it must have (RFC 9260 §3.3.10.2).
 *
 * ```
 * +-------------------------------+-------------------------------+
 * |        Cause Code = 2         |   Cause Length = 8 + N * 2    |
 * +-------------------------------+-------------------------------+
 * |                 Number of missing params = N                  |
 * +-------------------------------+-------------------------------+
 * |     Missing Param Type #1     |     Missing Param Type #2     |
 * +-------------------------------+-------------------------------+
 * /                              ...                              /
 * +---------------------------------------------------------------+
 * ```
 */
export interface MissingMandatoryParameterCause {
  readonly kind: "Missing Mandatory Parameter";
  /** The types of those parameters. */
  readonly parameterTypes: readonly number[];
}

/** A mandatory parameter of an INIT or INIT ACK has a value that it must not have (RFC 9260 §3.3.10.7). */
export interface InvalidMandatoryParameterCause {
  readonly kind: "Invalid Mandatory Parameter";
}

/**
 * Parameters of a chunk other than INIT were not recognized and want to be reported (RFC 9260 §3.3.10.8).
 *
 * ```
 * +-------------------------------+-------------------------------+
 * |        Cause Code = 8         |         Cause Length          |
 * +-------------------------------+-------------------------------+
 * /                    Unrecognized Parameters                    /
 * +---------------------------------------------------------------+
 * ```
 */
export interface UnrecognizedParametersCause {
  readonly kind: "Unrecognized Parameters";
  /** Those parameters with their types and lengths; `parametersBytes` makes them. */
  readonly parameters: Uint8Array;
}

/** The row of Missing Mandatory Parameter in the registry. */
export const MISSING_MANDATORY_PARAMETER_CODEC: TlvCodec<MissingMandatoryParameterCause> = {
  kind: "Missing Mandatory Parameter",
  type: CAUSE_MISSING_MANDATORY_PARAMETER,
  parse(bytes, offset, lengthBytes) {
    if (lengthBytes < MISSING_FIXED_BYTES) return INVALID_LENGTH;
    const count = readUint32(bytes, offset + TLV_HEADER_BYTES);
    if (lengthBytes !== MISSING_FIXED_BYTES + 2 * count) return INVALID_LENGTH;
    const parameterTypes: number[] = [];
    for (let index = 0; index < count; index += 1) {
      parameterTypes.push(readUint16(bytes, offset + MISSING_FIXED_BYTES + 2 * index));
    }
    return { kind: "Missing Mandatory Parameter", parameterTypes };
  },
  byteLength: (cause) => MISSING_FIXED_BYTES + 2 * cause.parameterTypes.length,
  write(cause, bytes, offset) {
    const { parameterTypes } = cause;
    const lengthBytes = MISSING_FIXED_BYTES + 2 * parameterTypes.length;
    writeTlvHeader(bytes, offset, CAUSE_MISSING_MANDATORY_PARAMETER, lengthBytes);
    writeUint32(bytes, offset + TLV_HEADER_BYTES, parameterTypes.length);
    for (const [index, type] of parameterTypes.entries()) {
      writeUint16(bytes, offset + MISSING_FIXED_BYTES + 2 * index, type);
    }
  },
  format: (cause) => `Missing mandatory parameter ${cause.parameterTypes.join(" ")}`,
};

/** The row of Invalid Mandatory Parameter in the registry. */
export const INVALID_MANDATORY_PARAMETER_CODEC: TlvCodec<InvalidMandatoryParameterCause> = {
  kind: "Invalid Mandatory Parameter",
  type: CAUSE_INVALID_MANDATORY_PARAMETER,
  parse: (_bytes, _offset, lengthBytes) =>
    lengthBytes === TLV_HEADER_BYTES ? { kind: "Invalid Mandatory Parameter" } : INVALID_LENGTH,
  byteLength: () => TLV_HEADER_BYTES,
  write: (_cause, bytes, offset) =>
    writeTlvHeader(bytes, offset, CAUSE_INVALID_MANDATORY_PARAMETER, TLV_HEADER_BYTES),
  format: () => "Invalid mandatory parameter",
};

/** The row of Unrecognized Parameters in the registry. */
export const UNRECOGNIZED_PARAMETERS_CODEC: TlvCodec<UnrecognizedParametersCause> = {
  kind: "Unrecognized Parameters",
  type: CAUSE_UNRECOGNIZED_PARAMETERS,
  parse: (bytes, offset, lengthBytes) => ({
    kind: "Unrecognized Parameters",
    parameters: readOpaqueValue(bytes, offset, lengthBytes),
  }),
  byteLength: (cause) => byteLengthOfOpaque(cause.parameters),
  write: (cause, bytes, offset) =>
    writeOpaque(CAUSE_UNRECOGNIZED_PARAMETERS, cause.parameters, bytes, offset),
  format: (cause) => `Unrecognized parameters ${formatBytes(cause.parameters)}`,
};
