import { assert } from "../../base/assert.js";
import { type IpAddress, ipAddressFromBytes } from "../../base/ip-address.js";
import { copyInto, copyOf, readUint16, writeUint16 } from "../bytes.js";
import { formatBytes } from "../format.js";
import { INVALID_LENGTH, type Malformed } from "../malformed.js";
import { TLV_HEADER_BYTES, type TlvCodec, writeTlvHeader } from "../tlv.js";

/** IPv4 Address (RFC 9260 §3.3.2.1.1). */
export const PARAMETER_IPV4_ADDRESS = 5;
/** IPv6 Address (RFC 9260 §3.3.2.1.2). */
export const PARAMETER_IPV6_ADDRESS = 6;
/** Host Name Address (RFC 9260 §3.3.2.1.4), deprecated. */
export const PARAMETER_HOST_NAME_ADDRESS = 11;
/** Supported Address Types (RFC 9260 §3.3.2.1.5). */
export const PARAMETER_SUPPORTED_ADDRESS_TYPES = 12;

const IPV4_LENGTH_BYTES: number = TLV_HEADER_BYTES + 4;
const IPV6_LENGTH_BYTES: number = TLV_HEADER_BYTES + 16;

/**
 * An IPv4 address of the sender (RFC 9260 §3.3.2.1.1).
 *
 * ```
 * +-------------------------------+-------------------------------+
 * |           Type = 5            |          Length = 8           |
 * +-------------------------------+-------------------------------+
 * |                         IPv4 Address                          |
 * +---------------------------------------------------------------+
 * ```
 */
export interface Ipv4AddressParameter {
  readonly kind: "IPv4 Address";
  /** An address of family 4. */
  readonly address: IpAddress;
}

/**
 * An IPv6 address of the sender (RFC 9260 §3.3.2.1.2). That it is not an IPv4-mapped one is the stack's
 * business.
 *
 * ```
 * +-------------------------------+-------------------------------+
 * |           Type = 6            |          Length = 20          |
 * +-------------------------------+-------------------------------+
 * /                         IPv6 Address                          /
 * +---------------------------------------------------------------+
 * ```
 */
export interface Ipv6AddressParameter {
  readonly kind: "IPv6 Address";
  /** An address of family 6, without a zone: the wire has no place for one. */
  readonly address: IpAddress;
}

/**
 * A host name of the sender (RFC 9260 §3.3.2.1.4): read in order to refuse it, never sent.
 *
 * ```
 * +-------------------------------+-------------------------------+
 * |           Type = 11           |            Length             |
 * +-------------------------------+-------------------------------+
 * /                           Host Name                           /
 * +---------------------------------------------------------------+
 * ```
 */
export interface HostNameAddressParameter {
  readonly kind: "Host Name Address";
  /** The bytes of the name, terminating zeros included: nobody here looks into them. */
  readonly hostName: Uint8Array;
}

/**
 * The types of addresses that the sender can use (RFC 9260 §3.3.2.1.5).
 *
 * ```
 * +-------------------------------+-------------------------------+
 * |           Type = 12           |            Length             |
 * +-------------------------------+-------------------------------+
 * |        Address Type #1        |        Address Type #2        |
 * +-------------------------------+-------------------------------+
 * /                            ......                             /
 * +---------------------------------------------------------------+
 * ```
 */
export interface SupportedAddressTypesParameter {
  readonly kind: "Supported Address Types";
  /** Parameter types of addresses: 5 is IPv4, 6 is IPv6. */
  readonly addressTypes: readonly number[];
}

/** The parameter that stands for an address. */
export function ipAddressParameter(address: IpAddress): Ipv4AddressParameter | Ipv6AddressParameter {
  return address.family === 4 ? { kind: "IPv4 Address", address } : { kind: "IPv6 Address", address };
}

function writeAddress(type: number, address: IpAddress, bytes: Uint8Array, offset: number): void {
  const length = address.bytes.length;
  assert(
    length === (type === PARAMETER_IPV4_ADDRESS ? 4 : 16),
    "An address stands in the parameter of its family.",
  );
  writeTlvHeader(bytes, offset, type, TLV_HEADER_BYTES + length);
  copyInto(bytes, offset + TLV_HEADER_BYTES, address.bytes, 0, length);
}

/** Reads the address parameter at `offset`; `undefined` for a parameter of another type, a host name among them. */
export function parseAddress(
  bytes: Uint8Array,
  offset: number,
  lengthBytes: number,
): IpAddress | Malformed | undefined {
  const codec = ADDRESS_CODECS[readUint16(bytes, offset)];
  const parameter = codec?.parse(bytes, offset, lengthBytes);
  return parameter !== undefined && "address" in parameter ? parameter.address : parameter;
}

/** The length of the parameter that stands for an address. */
export function byteLengthOfAddress({ family }: IpAddress): number {
  return family === 4 ? IPV4_LENGTH_BYTES : IPV6_LENGTH_BYTES;
}

/** Writes the parameter that stands for an address. */
export function writeAddressParameter(address: IpAddress, bytes: Uint8Array, offset: number): void {
  const type = address.family === 4 ? PARAMETER_IPV4_ADDRESS : PARAMETER_IPV6_ADDRESS;
  writeAddress(type, address, bytes, offset);
}

/** The row of IPv4 Address in the registry. */
export const IPV4_ADDRESS_CODEC: TlvCodec<Ipv4AddressParameter> = {
  kind: "IPv4 Address",
  type: PARAMETER_IPV4_ADDRESS,
  parse(bytes, offset, lengthBytes) {
    if (lengthBytes !== IPV4_LENGTH_BYTES) return INVALID_LENGTH;
    return { kind: "IPv4 Address", address: ipAddressFromBytes(copyOf(bytes, offset + TLV_HEADER_BYTES, 4)) };
  },
  byteLength: () => IPV4_LENGTH_BYTES,
  write: (parameter, bytes, offset) => writeAddress(PARAMETER_IPV4_ADDRESS, parameter.address, bytes, offset),
  format: (parameter) => `IPv4 address ${parameter.address.text}`,
};

/** The row of IPv6 Address in the registry. */
export const IPV6_ADDRESS_CODEC: TlvCodec<Ipv6AddressParameter> = {
  kind: "IPv6 Address",
  type: PARAMETER_IPV6_ADDRESS,
  parse(bytes, offset, lengthBytes) {
    if (lengthBytes !== IPV6_LENGTH_BYTES) return INVALID_LENGTH;
    return {
      kind: "IPv6 Address",
      address: ipAddressFromBytes(copyOf(bytes, offset + TLV_HEADER_BYTES, 16)),
    };
  },
  byteLength: () => IPV6_LENGTH_BYTES,
  write: (parameter, bytes, offset) => writeAddress(PARAMETER_IPV6_ADDRESS, parameter.address, bytes, offset),
  format: (parameter) => `IPv6 address ${parameter.address.text}`,
};

const ADDRESS_CODECS: Readonly<
  Record<number, TlvCodec<Ipv4AddressParameter> | TlvCodec<Ipv6AddressParameter> | undefined>
> = { [PARAMETER_IPV4_ADDRESS]: IPV4_ADDRESS_CODEC, [PARAMETER_IPV6_ADDRESS]: IPV6_ADDRESS_CODEC };

/** The row of Host Name Address in the registry. */
export const HOST_NAME_ADDRESS_CODEC: TlvCodec<HostNameAddressParameter> = {
  kind: "Host Name Address",
  type: PARAMETER_HOST_NAME_ADDRESS,
  parse(bytes, offset, lengthBytes) {
    const hostName = copyOf(bytes, offset + TLV_HEADER_BYTES, lengthBytes - TLV_HEADER_BYTES);
    return { kind: "Host Name Address", hostName };
  },
  byteLength: (parameter) => TLV_HEADER_BYTES + parameter.hostName.length,
  write(parameter, bytes, offset) {
    const { hostName } = parameter;
    writeTlvHeader(bytes, offset, PARAMETER_HOST_NAME_ADDRESS, TLV_HEADER_BYTES + hostName.length);
    copyInto(bytes, offset + TLV_HEADER_BYTES, hostName, 0, hostName.length);
  },
  format: (parameter) => `Host name address ${formatBytes(parameter.hostName)}`,
};

/** The row of Supported Address Types in the registry. */
export const SUPPORTED_ADDRESS_TYPES_CODEC: TlvCodec<SupportedAddressTypesParameter> = {
  kind: "Supported Address Types",
  type: PARAMETER_SUPPORTED_ADDRESS_TYPES,
  parse(bytes, offset, lengthBytes) {
    if (lengthBytes % 2 !== 0) return INVALID_LENGTH;
    const addressTypes: number[] = [];
    const end = offset + lengthBytes;
    for (let at = offset + TLV_HEADER_BYTES; at < end; at += 2) addressTypes.push(readUint16(bytes, at));
    return { kind: "Supported Address Types", addressTypes };
  },
  byteLength: (parameter) => TLV_HEADER_BYTES + 2 * parameter.addressTypes.length,
  write(parameter, bytes, offset) {
    const { addressTypes } = parameter;
    writeTlvHeader(
      bytes,
      offset,
      PARAMETER_SUPPORTED_ADDRESS_TYPES,
      TLV_HEADER_BYTES + 2 * addressTypes.length,
    );
    let at = offset + TLV_HEADER_BYTES;
    for (const type of addressTypes) {
      writeUint16(bytes, at, type);
      at += 2;
    }
  },
  format: (parameter) => `Supported address types ${parameter.addressTypes.join(" ")}`,
};
