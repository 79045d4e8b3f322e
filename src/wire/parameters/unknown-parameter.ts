import { copyInto, copyOf, readUint16 } from "../bytes.js";
import { formatBytes, formatHex } from "../format.js";
import { TLV_HEADER_BYTES, writeTlvHeader } from "../tlv.js";

/** A parameter of a type that this stack does not know, kept as it is so that it can be reported: RFC 9260 §3.2.2. */
export interface UnknownParameter {
  readonly kind: "UNKNOWN";
  /** The parameter type, 0 to 65535. */
  readonly type: number;
  /** The parameter value. */
  readonly value: Uint8Array;
}

/** Takes any parameter as one of unknown type; the value is copied. */
export function parseUnknownParameter(
  bytes: Uint8Array,
  offset: number,
  lengthBytes: number,
): UnknownParameter {
  return {
    kind: "UNKNOWN",
    type: readUint16(bytes, offset),
    value: copyOf(bytes, offset + TLV_HEADER_BYTES, lengthBytes - TLV_HEADER_BYTES),
  };
}

/** The length of the parameter without padding. */
export function byteLengthOfUnknownParameter(parameter: UnknownParameter): number {
  return TLV_HEADER_BYTES + parameter.value.length;
}

/** Writes the parameter. */
export function writeUnknownParameter(parameter: UnknownParameter, bytes: Uint8Array, offset: number): void {
  const { type, value } = parameter;
  writeTlvHeader(bytes, offset, type, TLV_HEADER_BYTES + value.length);
  copyInto(bytes, offset + TLV_HEADER_BYTES, value, 0, value.length);
}

/** The parameter in a few words. */
export function formatUnknownParameter(parameter: UnknownParameter): string {
  return `Unknown parameter ${formatHex(parameter.type, 4)} ${formatBytes(parameter.value)}`;
}
