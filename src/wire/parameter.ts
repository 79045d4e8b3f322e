import type { UnknownTypeAction } from "./unknown-type-action.js";
import { padded, readUint16 } from "./bytes.js";
import { isMalformed, type Malformed } from "./malformed.js";
import {
  ADAPTATION_LAYER_INDICATION_CODEC,
  type AdaptationLayerIndicationParameter,
} from "./parameters/adaptation-layer-indication-parameter.js";
import {
  CHUNK_LIST_CODEC,
  type ChunkListParameter,
  RANDOM_CODEC,
  type RandomParameter,
  REQUESTED_HMAC_ALGORITHM_CODEC,
  type RequestedHmacAlgorithmParameter,
} from "./parameters/authentication-parameters.js";
import {
  ADD_IP_ADDRESS_CODEC,
  type AddIpAddressParameter,
  DELETE_IP_ADDRESS_CODEC,
  type DeleteIpAddressParameter,
  SET_PRIMARY_IP_ADDRESS_CODEC,
  type SetPrimaryIpAddressParameter,
} from "./parameters/address-change-parameters.js";
import {
  ERROR_CAUSE_INDICATION_CODEC,
  type ErrorCauseIndicationParameter,
  SUCCESS_INDICATION_CODEC,
  type SuccessIndicationParameter,
} from "./parameters/address-change-responses.js";
import {
  COOKIE_PRESERVATIVE_CODEC,
  type CookiePreservativeParameter,
  STATE_COOKIE_CODEC,
  type StateCookieParameter,
} from "./parameters/cookie-parameters.js";
import { ECN_CAPABLE_CODEC, type EcnCapableParameter } from "./parameters/ecn-capable-parameter.js";
import {
  FORWARD_TSN_SUPPORTED_CODEC,
  type ForwardTsnSupportedParameter,
  SUPPORTED_EXTENSIONS_CODEC,
  type SupportedExtensionsParameter,
} from "./parameters/extension-parameters.js";
import { HEARTBEAT_INFO_CODEC, type HeartbeatInfoParameter } from "./parameters/heartbeat-info-parameter.js";
import {
  HOST_NAME_ADDRESS_CODEC,
  type HostNameAddressParameter,
  IPV4_ADDRESS_CODEC,
  IPV6_ADDRESS_CODEC,
  type Ipv4AddressParameter,
  type Ipv6AddressParameter,
  SUPPORTED_ADDRESS_TYPES_CODEC,
  type SupportedAddressTypesParameter,
} from "./parameters/ip-address-parameters.js";
import {
  byteLengthOfUnknownParameter,
  formatUnknownParameter,
  parseUnknownParameter,
  type UnknownParameter,
  writeUnknownParameter,
} from "./parameters/unknown-parameter.js";
import {
  UNRECOGNIZED_PARAMETER_CODEC,
  type UnrecognizedParameterParameter,
} from "./parameters/unrecognized-parameter.js";
import { byteLengthOfList, type TlvCodec, tlvLength, writeList } from "./tlv.js";

export {
  type AdaptationLayerIndicationParameter,
  PARAMETER_ADAPTATION_LAYER_INDICATION,
} from "./parameters/adaptation-layer-indication-parameter.js";
export {
  type ChunkListParameter,
  PARAMETER_CHUNK_LIST,
  PARAMETER_RANDOM,
  PARAMETER_REQUESTED_HMAC_ALGORITHM,
  type RandomParameter,
  type RequestedHmacAlgorithmParameter,
} from "./parameters/authentication-parameters.js";
export {
  type AddIpAddressParameter,
  type DeleteIpAddressParameter,
  PARAMETER_ADD_IP_ADDRESS,
  PARAMETER_DELETE_IP_ADDRESS,
  PARAMETER_SET_PRIMARY_IP_ADDRESS,
  type SetPrimaryIpAddressParameter,
} from "./parameters/address-change-parameters.js";
export {
  type ErrorCauseIndicationParameter,
  PARAMETER_ERROR_CAUSE_INDICATION,
  PARAMETER_SUCCESS_INDICATION,
  type SuccessIndicationParameter,
} from "./parameters/address-change-responses.js";
export {
  type CookiePreservativeParameter,
  PARAMETER_COOKIE_PRESERVATIVE,
  PARAMETER_STATE_COOKIE,
  type StateCookieParameter,
} from "./parameters/cookie-parameters.js";
export { type EcnCapableParameter, PARAMETER_ECN_CAPABLE } from "./parameters/ecn-capable-parameter.js";
export {
  type ForwardTsnSupportedParameter,
  PARAMETER_FORWARD_TSN_SUPPORTED,
  PARAMETER_SUPPORTED_EXTENSIONS,
  type SupportedExtensionsParameter,
} from "./parameters/extension-parameters.js";
export {
  type HeartbeatInfoParameter,
  PARAMETER_HEARTBEAT_INFO,
} from "./parameters/heartbeat-info-parameter.js";
export {
  type HostNameAddressParameter,
  type Ipv4AddressParameter,
  type Ipv6AddressParameter,
  ipAddressParameter,
  PARAMETER_HOST_NAME_ADDRESS,
  PARAMETER_IPV4_ADDRESS,
  PARAMETER_IPV6_ADDRESS,
  PARAMETER_SUPPORTED_ADDRESS_TYPES,
  type SupportedAddressTypesParameter,
} from "./parameters/ip-address-parameters.js";
export type { UnknownParameter } from "./parameters/unknown-parameter.js";
export {
  PARAMETER_UNRECOGNIZED_PARAMETER,
  type UnrecognizedParameterParameter,
} from "./parameters/unrecognized-parameter.js";

/** Any parameter; `kind` is its name in the RFC's spelling. */
export type Parameter =
  | HeartbeatInfoParameter
  | Ipv4AddressParameter
  | Ipv6AddressParameter
  | StateCookieParameter
  | UnrecognizedParameterParameter
  | CookiePreservativeParameter
  | HostNameAddressParameter
  | SupportedAddressTypesParameter
  | EcnCapableParameter
  | AdaptationLayerIndicationParameter
  | AddIpAddressParameter
  | DeleteIpAddressParameter
  | SetPrimaryIpAddressParameter
  | ErrorCauseIndicationParameter
  | SuccessIndicationParameter
  | RandomParameter
  | ChunkListParameter
  | RequestedHmacAlgorithmParameter
  | SupportedExtensionsParameter
  | ForwardTsnSupportedParameter
  | UnknownParameter;

/** The registry. An extension's parameter is one file and one row here. */
const PARAMETER_CODECS: readonly TlvCodec<Parameter>[] = [
  HEARTBEAT_INFO_CODEC,
  IPV4_ADDRESS_CODEC,
  IPV6_ADDRESS_CODEC,
  STATE_COOKIE_CODEC,
  UNRECOGNIZED_PARAMETER_CODEC,
  COOKIE_PRESERVATIVE_CODEC,
  HOST_NAME_ADDRESS_CODEC,
  SUPPORTED_ADDRESS_TYPES_CODEC,
  ECN_CAPABLE_CODEC,
  ADAPTATION_LAYER_INDICATION_CODEC,
  ADD_IP_ADDRESS_CODEC,
  DELETE_IP_ADDRESS_CODEC,
  SET_PRIMARY_IP_ADDRESS_CODEC,
  ERROR_CAUSE_INDICATION_CODEC,
  SUCCESS_INDICATION_CODEC,
  SUPPORTED_EXTENSIONS_CODEC,
  FORWARD_TSN_SUPPORTED_CODEC,
  RANDOM_CODEC,
  CHUNK_LIST_CODEC,
  REQUESTED_HMAC_ALGORITHM_CODEC,
];

const CODEC_BY_TYPE: ReadonlyMap<number, TlvCodec<Parameter>> = new Map(
  PARAMETER_CODECS.map((codec) => [codec.type, codec]),
);

const CODEC_BY_KIND: ReadonlyMap<string, TlvCodec<Parameter>> = new Map(
  PARAMETER_CODECS.map((codec) => [codec.kind, codec]),
);

/**
 * What the two high bits of an unknown parameter type demand (RFC 9260 §3.2.1 Table 3). `stop` ends this
 * chunk's parameters, not the chunk.
 */
export function unknownParameterAction(type: number): UnknownTypeAction {
  return { stop: (type & 0x8000) === 0, report: (type & 0x4000) !== 0 };
}

/** The parameter type that a parameter has on the wire. */
export function parameterType(parameter: Parameter): number {
  return parameter.kind === "UNKNOWN" ? parameter.type : codecOf(parameter).type;
}

/** Reads one parameter of any type; `lengthBytes` is its length without padding, at least 4. */
export function parseParameter(
  bytes: Uint8Array,
  offset: number,
  lengthBytes: number,
): Parameter | Malformed {
  const codec = CODEC_BY_TYPE.get(readUint16(bytes, offset));
  if (codec === undefined) return parseUnknownParameter(bytes, offset, lengthBytes);
  return codec.parse(bytes, offset, lengthBytes);
}

/**
 * How many parameters of one chunk are looked at. An INIT of a host with a hundred addresses has some 110; each costs
 * an object of ours, and a packet of 64 KiB holds 16,000 of them.
 */
export const PARAMETERS_PER_CHUNK_MAX = 256;

/** What a walk over a list of parameters has found. */
export interface ParameterList {
  /**
   * The parameters up to the end, to the one that stopped the walk (it is the last here), or to the malformed
   * one.
   */
  readonly parameters: readonly Parameter[];
  /**
   * Whether an unrecognized parameter stopped the walk (RFC 9260 §3.2.1), or {@link PARAMETERS_PER_CHUNK_MAX} did:
   * what stands behind it was not looked at.
   */
  readonly stopped: boolean;
  /** Set when something is no whole parameter, or a known one does not have its form. */
  readonly malformed: Malformed | undefined;
}

/**
 * Reads the parameters that fill the `lengthBytes` bytes at `offset`, the rest of a chunk (RFC 9260 §3.2.1).
 * Of more than {@link PARAMETERS_PER_CHUNK_MAX} the first are read.
 */
export function parseParameters(bytes: Uint8Array, offset: number, lengthBytes: number): ParameterList {
  const parameters: Parameter[] = [];
  const end = offset + lengthBytes;
  let at = offset;
  while (at < end) {
    const itemLength = tlvLength(bytes, at, end);
    if (isMalformed(itemLength)) return { parameters, stopped: false, malformed: itemLength };
    const parameter = parseParameter(bytes, at, itemLength);
    if (isMalformed(parameter)) return { parameters, stopped: false, malformed: parameter };
    parameters.push(parameter);
    // RFC 9260 §3.2.1: what follows is not processed, so that not even its form matters.
    if (stopsProcessing(parameter)) return { parameters, stopped: true, malformed: undefined };
    // RFC 9260 §3.2: the padding of the last parameter may be missing from the chunk's length.
    at += padded(itemLength);
    if (parameters.length === PARAMETERS_PER_CHUNK_MAX) {
      return { parameters, stopped: at < end, malformed: undefined };
    }
  }
  return { parameters, stopped: false, malformed: undefined };
}

/**
 * The unrecognized parameters that want to be reported to the peer, up to one that stops the processing
 * (RFC 9260 §3.2.1, §3.2.2).
 */
export function collectUnrecognizedParameters(parameters: readonly Parameter[]): UnknownParameter[] {
  const reported: UnknownParameter[] = [];
  for (const parameter of parameters) {
    if (parameter.kind !== "UNKNOWN") continue;
    const action = unknownParameterAction(parameter.type);
    if (action.report) reported.push(parameter);
    if (action.stop) break;
  }
  return reported;
}

/** The length of a parameter without padding. */
export function byteLengthOfParameter(parameter: Parameter): number {
  if (parameter.kind === "UNKNOWN") return byteLengthOfUnknownParameter(parameter);
  return codecOf(parameter).byteLength(parameter);
}

/** Writes a parameter without padding and answers its length. */
export function writeParameter(parameter: Parameter, bytes: Uint8Array, offset: number): number {
  if (parameter.kind === "UNKNOWN") writeUnknownParameter(parameter, bytes, offset);
  else codecOf(parameter).write(parameter, bytes, offset);
  return byteLengthOfParameter(parameter);
}

/** The length of parameters in a row: the padding of all but the last counts (RFC 9260 §3.2). */
export function byteLengthOfParameters(parameters: readonly Parameter[]): number {
  return byteLengthOfList(parameters, byteLengthOfParameter);
}

/** Writes parameters in a row with the padding between them. */
export function writeParameters(parameters: readonly Parameter[], bytes: Uint8Array, offset: number): void {
  writeList(parameters, bytes, offset, writeParameter);
}

/** A parameter alone with its type and length, as reports of unrecognized parameters want it. */
export function parameterBytes(parameter: Parameter): Uint8Array {
  return parametersBytes([parameter]);
}

/** Parameters in a row, in bytes of their own. */
export function parametersBytes(parameters: readonly Parameter[]): Uint8Array {
  const bytes = new Uint8Array(byteLengthOfParameters(parameters));
  writeParameters(parameters, bytes, 0);
  return bytes;
}

/** A parameter in a few words. */
export function formatParameter(parameter: Parameter): string {
  return parameter.kind === "UNKNOWN"
    ? formatUnknownParameter(parameter)
    : codecOf(parameter).format(parameter);
}

function stopsProcessing(parameter: Parameter): boolean {
  return parameter.kind === "UNKNOWN" && unknownParameterAction(parameter.type).stop;
}

function codecOf(parameter: Parameter): TlvCodec<Parameter> {
  return CODEC_BY_KIND.get(parameter.kind) as TlvCodec<Parameter>;
}
