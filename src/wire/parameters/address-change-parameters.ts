import type { IpAddress } from "../../base/ip-address.js";
import { readUint32, writeUint32 } from "../bytes.js";
import { INVALID_LENGTH, INVALID_TYPE, isMalformed, type Malformed } from "../malformed.js";
import { TLV_HEADER_BYTES, type TlvCodec, tlvLength, writeTlvHeader } from "../tlv.js";
import { byteLengthOfAddress, parseAddress, writeAddressParameter } from "./ip-address-parameters.js";

/** Add IP Address (RFC 5061 §4.2.1). */
export const PARAMETER_ADD_IP_ADDRESS = 0xc001;
/** Delete IP Address (RFC 5061 §4.2.2). */
export const PARAMETER_DELETE_IP_ADDRESS = 0xc002;
/** Set Primary IP Address (RFC 5061 §4.2.4). */
export const PARAMETER_SET_PRIMARY_IP_ADDRESS = 0xc004;

/** Where the address parameter stands: behind the header and the correlation id. */
const ADDRESS_OFFSET: number = TLV_HEADER_BYTES + 4;

/**
 * What a request of an ASCONF chunk consists of, whatever it asks for (RFC 5061 §4.2.1, §4.2.2, §4.2.4).
 *
 * ```
 * +-------------------------------+-------------------------------+
 * |     Type = 0xC001, 2 or 4     |            Length             |
 * +-------------------------------+-------------------------------+
 * |                 ASCONF-Request Correlation ID                 |
 * +---------------------------------------------------------------+
 * /                       Address Parameter                       /
 * +---------------------------------------------------------------+
 * ```
 */
interface AddressChange {
  /** 32 bits that the response repeats. */
  readonly correlationId: number;
  /** The address; a wildcard stands for where the packet comes from. */
  readonly address: IpAddress;
}

/** The sender wants an address of its own to be part of the association (RFC 5061 §4.2.1). */
export interface AddIpAddressParameter extends AddressChange {
  readonly kind: "Add IP Address";
}

/** The sender wants an address of its own to be no longer part of the association (RFC 5061 §4.2.2). */
export interface DeleteIpAddressParameter extends AddressChange {
  readonly kind: "Delete IP Address";
}

/** The sender asks to be sent to at this address of its own (RFC 5061 §4.2.4). */
export interface SetPrimaryIpAddressParameter extends AddressChange {
  readonly kind: "Set Primary IP Address";
}

function parseChange(bytes: Uint8Array, offset: number, lengthBytes: number): AddressChange | Malformed {
  if (lengthBytes < ADDRESS_OFFSET) return INVALID_LENGTH;
  const addressBytes = tlvLength(bytes, offset + ADDRESS_OFFSET, offset + lengthBytes);
  if (isMalformed(addressBytes)) return addressBytes;
  if (addressBytes !== lengthBytes - ADDRESS_OFFSET) return INVALID_LENGTH;
  const address = parseAddress(bytes, offset + ADDRESS_OFFSET, addressBytes);
  if (address === undefined) return INVALID_TYPE;
  if (isMalformed(address)) return address;
  return { correlationId: readUint32(bytes, offset + TLV_HEADER_BYTES), address };
}

/** The length of a request with an address. */
function byteLengthOfChange({ address }: AddressChange): number {
  return ADDRESS_OFFSET + byteLengthOfAddress(address);
}

function writeChange(type: number, change: AddressChange, bytes: Uint8Array, offset: number): void {
  writeTlvHeader(bytes, offset, type, byteLengthOfChange(change));
  writeUint32(bytes, offset + TLV_HEADER_BYTES, change.correlationId);
  writeAddressParameter(change.address, bytes, offset + ADDRESS_OFFSET);
}

/** The row of Add IP Address in the registry. */
export const ADD_IP_ADDRESS_CODEC: TlvCodec<AddIpAddressParameter> = {
  kind: "Add IP Address",
  type: PARAMETER_ADD_IP_ADDRESS,
  parse(bytes, offset, lengthBytes) {
    const change = parseChange(bytes, offset, lengthBytes);
    return isMalformed(change) ? change : { kind: "Add IP Address", ...change };
  },
  byteLength: byteLengthOfChange,
  write: (parameter, bytes, offset) => writeChange(PARAMETER_ADD_IP_ADDRESS, parameter, bytes, offset),
  format: ({ address }) => `Add IP address ${address.text}`,
};

/** The row of Delete IP Address in the registry. */
export const DELETE_IP_ADDRESS_CODEC: TlvCodec<DeleteIpAddressParameter> = {
  kind: "Delete IP Address",
  type: PARAMETER_DELETE_IP_ADDRESS,
  parse(bytes, offset, lengthBytes) {
    const change = parseChange(bytes, offset, lengthBytes);
    return isMalformed(change) ? change : { kind: "Delete IP Address", ...change };
  },
  byteLength: byteLengthOfChange,
  write: (parameter, bytes, offset) => writeChange(PARAMETER_DELETE_IP_ADDRESS, parameter, bytes, offset),
  format: ({ address }) => `Delete IP address ${address.text}`,
};

/** The row of Set Primary IP Address in the registry. */
export const SET_PRIMARY_IP_ADDRESS_CODEC: TlvCodec<SetPrimaryIpAddressParameter> = {
  kind: "Set Primary IP Address",
  type: PARAMETER_SET_PRIMARY_IP_ADDRESS,
  parse(bytes, offset, lengthBytes) {
    const change = parseChange(bytes, offset, lengthBytes);
    return isMalformed(change) ? change : { kind: "Set Primary IP Address", ...change };
  },
  byteLength: byteLengthOfChange,
  write: (parameter, bytes, offset) =>
    writeChange(PARAMETER_SET_PRIMARY_IP_ADDRESS, parameter, bytes, offset),
  format: ({ address }) => `Set primary IP address ${address.text}`,
};
