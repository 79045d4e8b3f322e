import type { IpAddress } from "../../base/ip-address.js";
import { padded } from "../bytes.js";
import { formatBytes } from "../format.js";
import { INVALID_TYPE, isMalformed } from "../malformed.js";
import {
  byteLengthOfParameters,
  ipAddressParameter,
  type Parameter,
  parseParameter,
  writeParameters,
} from "../parameter.js";
import { TLV_HEADER_BYTES, type TlvCodec, tlvLength, writeTlvHeader } from "../tlv.js";
import { byteLengthOfOpaque, readOpaqueValue, writeOpaque } from "./opaque-cause.js";

/** Unresolvable Address (RFC 9260 §3.3.10.5). */
export const CAUSE_UNRESOLVABLE_ADDRESS = 5;
/** Restart of an Association with New Addresses (RFC 9260 §3.3.10.11). */
export const CAUSE_RESTART_WITH_NEW_ADDRESSES = 11;

/**
 * An address parameter that cannot be used (RFC 9260 §3.3.10.5).
 *
 * ```
 * +-------------------------------+-------------------------------+
 * |        Cause Code = 5         |         Cause Length          |
 * +-------------------------------+-------------------------------+
 * /                     Unresolvable Address                      /
 * +---------------------------------------------------------------+
 * ```
 */
export interface UnresolvableAddressCause {
  readonly kind: "Unresolvable Address";
  /** The whole parameter with its type and its length; `parameterBytes` makes it. */
  readonly address: Uint8Array;
}

/**
 * An INIT for an association that exists brings new addresses (RFC 9260 §3.3.10.11).
 *
 * ```
 * +-------------------------------+-------------------------------+
 * |        Cause Code = 11        |         Cause Length          |
 * +-------------------------------+-------------------------------+
 * /                       New Address TLVs                        /
 * +---------------------------------------------------------------+
 * ```
 */
export interface RestartWithNewAddressesCause {
  readonly kind: "Restart of an Association with New Addresses";
  /** Those addresses. */
  readonly addresses: readonly IpAddress[];
}

function addressParameters(addresses: readonly IpAddress[]): Parameter[] {
  return addresses.map(ipAddressParameter);
}

/** The row of Unresolvable Address in the registry. */
export const UNRESOLVABLE_ADDRESS_CODEC: TlvCodec<UnresolvableAddressCause> = {
  kind: "Unresolvable Address",
  type: CAUSE_UNRESOLVABLE_ADDRESS,
  parse: (bytes, offset, lengthBytes) => ({
    kind: "Unresolvable Address",
    address: readOpaqueValue(bytes, offset, lengthBytes),
  }),
  byteLength: (cause) => byteLengthOfOpaque(cause.address),
  write: (cause, bytes, offset) => writeOpaque(CAUSE_UNRESOLVABLE_ADDRESS, cause.address, bytes, offset),
  format: (cause) => `Unresolvable address ${formatBytes(cause.address)}`,
};

/** The row of Restart of an Association with New Addresses in the registry. */
export const RESTART_WITH_NEW_ADDRESSES_CODEC: TlvCodec<RestartWithNewAddressesCause> = {
  kind: "Restart of an Association with New Addresses",
  type: CAUSE_RESTART_WITH_NEW_ADDRESSES,
  parse(bytes, offset, lengthBytes) {
    const addresses: IpAddress[] = [];
    const end = offset + lengthBytes;
    let at = offset + TLV_HEADER_BYTES;
    while (at < end) {
      const itemLength = tlvLength(bytes, at, end);
      if (isMalformed(itemLength)) return itemLength;
      const parameter = parseParameter(bytes, at, itemLength);
      if (isMalformed(parameter)) return parameter;
      if (parameter.kind !== "IPv4 Address" && parameter.kind !== "IPv6 Address") return INVALID_TYPE;
      addresses.push(parameter.address);
      at += padded(itemLength);
    }
    return { kind: "Restart of an Association with New Addresses", addresses };
  },
  byteLength: (cause) => TLV_HEADER_BYTES + byteLengthOfParameters(addressParameters(cause.addresses)),
  write(cause, bytes, offset) {
    const parameters = addressParameters(cause.addresses);
    const lengthBytes = TLV_HEADER_BYTES + byteLengthOfParameters(parameters);
    writeTlvHeader(bytes, offset, CAUSE_RESTART_WITH_NEW_ADDRESSES, lengthBytes);
    writeParameters(parameters, bytes, offset + TLV_HEADER_BYTES);
  },
  format(cause) {
    const texts = cause.addresses.map((address) => address.text);
    return `Restart of an association with new addresses ${texts.join(" ")}`;
  },
};
