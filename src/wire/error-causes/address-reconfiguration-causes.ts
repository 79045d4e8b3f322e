import { formatBytes } from "../format.js";
import { INVALID_LENGTH } from "../malformed.js";
import { TLV_HEADER_BYTES, type TlvCodec, writeTlvHeader } from "../tlv.js";
import { byteLengthOfOpaque, readOpaqueValue, writeOpaque } from "./opaque-cause.js";

/** Request to Delete Last Remaining IP Address (RFC 5061 §4.3.1). */
export const CAUSE_DELETE_LAST_IP_ADDRESS = 0xa0;
/** Operation Refused Due to Resource Shortage (RFC 5061 §4.3.2). */
export const CAUSE_RESOURCE_SHORTAGE = 0xa1;
/** Request to Delete Source IP Address (RFC 5061 §4.3.3). */
export const CAUSE_DELETE_SOURCE_IP_ADDRESS = 0xa2;
/** Association Aborted Due to Illegal ASCONF-ACK (RFC 5061 §4.3.4). */
export const CAUSE_ILLEGAL_ASCONF_ACK = 0xa3;
/** Request Refused - No Authorization (RFC 5061 §4.3.5). */
export const CAUSE_NO_AUTHORIZATION = 0xa4;

/**
 * What the causes have in common that refuse one request of an ASCONF chunk (RFC 5061 §4.3).
 *
 * ```
 * +-------------------------------+-------------------------------+
 * | Cause Code = 0xA0, 1, 2 or 4  |         Cause Length          |
 * +-------------------------------+-------------------------------+
 * /                    TLV-Copied-From-ASCONF                     /
 * +---------------------------------------------------------------+
 * ```
 */
interface RefusedRequest {
  /** The request: the whole parameter with its type and its length; `parameterBytes` makes it. */
  readonly parameter: Uint8Array;
}

/** The peer has no other address than the one that it wants to delete (RFC 5061 §4.3.1). */
export interface DeleteLastIpAddressCause extends RefusedRequest {
  readonly kind: "Request to Delete Last Remaining IP Address";
}

/** There is no room for what the peer wants (RFC 5061 §4.3.2). */
export interface ResourceShortageCause extends RefusedRequest {
  readonly kind: "Operation Refused Due to Resource Shortage";
}

/** The peer wants to delete the address that its packet comes from (RFC 5061 §4.3.3). */
export interface DeleteSourceIpAddressCause extends RefusedRequest {
  readonly kind: "Request to Delete Source IP Address";
}

/** The peer acknowledges an ASCONF that it has not been sent (RFC 5061 §4.3.4). */
export interface IllegalAsconfAckCause {
  readonly kind: "Association Aborted Due to Illegal ASCONF-ACK";
}

/** A rule of this host's own forbids what the peer wants (RFC 5061 §4.3.5). */
export interface NoAuthorizationCause extends RefusedRequest {
  readonly kind: "Request Refused - No Authorization";
}

/** A cause that refuses a request. */
export type RequestRefusedCause =
  | DeleteLastIpAddressCause
  | ResourceShortageCause
  | DeleteSourceIpAddressCause
  | NoAuthorizationCause;

function refusalCodec<C extends RequestRefusedCause>(
  kind: C["kind"],
  type: number,
  create: (parameter: Uint8Array) => C,
): TlvCodec<C> {
  return {
    kind,
    type,
    parse: (bytes, offset, lengthBytes) => create(readOpaqueValue(bytes, offset, lengthBytes)),
    byteLength: ({ parameter }) => byteLengthOfOpaque(parameter),
    write: ({ parameter }, bytes, offset) => writeOpaque(type, parameter, bytes, offset),
    format: ({ parameter }) => `${kind} ${formatBytes(parameter)}`,
  };
}

/** The row of Request to Delete Last Remaining IP Address in the registry. */
export const DELETE_LAST_IP_ADDRESS_CODEC: TlvCodec<DeleteLastIpAddressCause> = refusalCodec(
  "Request to Delete Last Remaining IP Address",
  CAUSE_DELETE_LAST_IP_ADDRESS,
  (parameter) => ({ kind: "Request to Delete Last Remaining IP Address", parameter }),
);

/** The row of Operation Refused Due to Resource Shortage in the registry. */
export const RESOURCE_SHORTAGE_CODEC: TlvCodec<ResourceShortageCause> = refusalCodec(
  "Operation Refused Due to Resource Shortage",
  CAUSE_RESOURCE_SHORTAGE,
  (parameter) => ({ kind: "Operation Refused Due to Resource Shortage", parameter }),
);

/** The row of Request to Delete Source IP Address in the registry. */
export const DELETE_SOURCE_IP_ADDRESS_CODEC: TlvCodec<DeleteSourceIpAddressCause> = refusalCodec(
  "Request to Delete Source IP Address",
  CAUSE_DELETE_SOURCE_IP_ADDRESS,
  (parameter) => ({ kind: "Request to Delete Source IP Address", parameter }),
);

/** The row of Association Aborted Due to Illegal ASCONF-ACK in the registry. */
export const ILLEGAL_ASCONF_ACK_CODEC: TlvCodec<IllegalAsconfAckCause> = {
  kind: "Association Aborted Due to Illegal ASCONF-ACK",
  type: CAUSE_ILLEGAL_ASCONF_ACK,
  parse: (_bytes, _offset, lengthBytes) =>
    lengthBytes === TLV_HEADER_BYTES
      ? { kind: "Association Aborted Due to Illegal ASCONF-ACK" }
      : INVALID_LENGTH,
  byteLength: () => TLV_HEADER_BYTES,
  write: (_cause, bytes, offset) => writeTlvHeader(bytes, offset, CAUSE_ILLEGAL_ASCONF_ACK, TLV_HEADER_BYTES),
  format: () => "Association aborted due to illegal ASCONF-ACK",
};

/** The row of Request Refused - No Authorization in the registry. */
export const NO_AUTHORIZATION_CODEC: TlvCodec<NoAuthorizationCause> = refusalCodec(
  "Request Refused - No Authorization",
  CAUSE_NO_AUTHORIZATION,
  (parameter) => ({ kind: "Request Refused - No Authorization", parameter }),
);
