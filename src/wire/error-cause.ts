import { padded, readUint16 } from "./bytes.js";
import {
  OUT_OF_RESOURCE_CODEC,
  type OutOfResourceCause,
  PROTOCOL_VIOLATION_CODEC,
  type ProtocolViolationCause,
  USER_INITIATED_ABORT_CODEC,
  type UserInitiatedAbortCause,
} from "./error-causes/abort-causes.js";
import {
  RESTART_WITH_NEW_ADDRESSES_CODEC,
  type RestartWithNewAddressesCause,
  UNRESOLVABLE_ADDRESS_CODEC,
  type UnresolvableAddressCause,
} from "./error-causes/address-causes.js";
import {
  DELETE_LAST_IP_ADDRESS_CODEC,
  DELETE_SOURCE_IP_ADDRESS_CODEC,
  ILLEGAL_ASCONF_ACK_CODEC,
  type IllegalAsconfAckCause,
  NO_AUTHORIZATION_CODEC,
  type RequestRefusedCause,
  RESOURCE_SHORTAGE_CODEC,
} from "./error-causes/address-reconfiguration-causes.js";
import {
  COOKIE_RECEIVED_WHILE_SHUTTING_DOWN_CODEC,
  type CookieReceivedWhileShuttingDownCause,
  STALE_COOKIE_CODEC,
  type StaleCookieCause,
} from "./error-causes/cookie-causes.js";
import {
  INVALID_STREAM_IDENTIFIER_CODEC,
  type InvalidStreamIdentifierCause,
  NO_USER_DATA_CODEC,
  type NoUserDataCause,
} from "./error-causes/data-causes.js";
import {
  INVALID_MANDATORY_PARAMETER_CODEC,
  type InvalidMandatoryParameterCause,
  MISSING_MANDATORY_PARAMETER_CODEC,
  type MissingMandatoryParameterCause,
  UNRECOGNIZED_PARAMETERS_CODEC,
  type UnrecognizedParametersCause,
} from "./error-causes/parameter-causes.js";
import {
  byteLengthOfUnknownCause,
  formatUnknownCause,
  parseUnknownCause,
  type UnknownCause,
  writeUnknownCause,
} from "./error-causes/unknown-cause.js";
import {
  UNSUPPORTED_HMAC_IDENTIFIER_CODEC,
  type UnsupportedHmacIdentifierCause,
} from "./error-causes/unsupported-hmac-identifier-cause.js";
import {
  UNRECOGNIZED_CHUNK_TYPE_CODEC,
  type UnrecognizedChunkTypeCause,
} from "./error-causes/unrecognized-chunk-type-cause.js";
import { isMalformed, type Malformed } from "./malformed.js";
import { byteLengthOfList, type TlvCodec, tlvLength, writeList } from "./tlv.js";

export {
  CAUSE_OUT_OF_RESOURCE,
  CAUSE_PROTOCOL_VIOLATION,
  CAUSE_USER_INITIATED_ABORT,
  type OutOfResourceCause,
  type ProtocolViolationCause,
  type UserInitiatedAbortCause,
} from "./error-causes/abort-causes.js";
export {
  CAUSE_RESTART_WITH_NEW_ADDRESSES,
  CAUSE_UNRESOLVABLE_ADDRESS,
  type RestartWithNewAddressesCause,
  type UnresolvableAddressCause,
} from "./error-causes/address-causes.js";
export {
  CAUSE_DELETE_LAST_IP_ADDRESS,
  CAUSE_DELETE_SOURCE_IP_ADDRESS,
  CAUSE_ILLEGAL_ASCONF_ACK,
  CAUSE_NO_AUTHORIZATION,
  CAUSE_RESOURCE_SHORTAGE,
  type IllegalAsconfAckCause,
  type RequestRefusedCause,
} from "./error-causes/address-reconfiguration-causes.js";
export {
  CAUSE_COOKIE_RECEIVED_WHILE_SHUTTING_DOWN,
  CAUSE_STALE_COOKIE,
  type CookieReceivedWhileShuttingDownCause,
  type StaleCookieCause,
} from "./error-causes/cookie-causes.js";
export {
  CAUSE_INVALID_STREAM_IDENTIFIER,
  CAUSE_NO_USER_DATA,
  type InvalidStreamIdentifierCause,
  type NoUserDataCause,
} from "./error-causes/data-causes.js";
export {
  CAUSE_INVALID_MANDATORY_PARAMETER,
  CAUSE_MISSING_MANDATORY_PARAMETER,
  CAUSE_UNRECOGNIZED_PARAMETERS,
  type InvalidMandatoryParameterCause,
  type MissingMandatoryParameterCause,
  type UnrecognizedParametersCause,
} from "./error-causes/parameter-causes.js";
export type { UnknownCause } from "./error-causes/unknown-cause.js";
export {
  CAUSE_UNSUPPORTED_HMAC_IDENTIFIER,
  type UnsupportedHmacIdentifierCause,
} from "./error-causes/unsupported-hmac-identifier-cause.js";
export {
  CAUSE_UNRECOGNIZED_CHUNK_TYPE,
  type UnrecognizedChunkTypeCause,
} from "./error-causes/unrecognized-chunk-type-cause.js";

/** Any error cause; `kind` is its name in the RFC's spelling. */
export type ErrorCause =
  | InvalidStreamIdentifierCause
  | MissingMandatoryParameterCause
  | StaleCookieCause
  | OutOfResourceCause
  | UnresolvableAddressCause
  | UnrecognizedChunkTypeCause
  | InvalidMandatoryParameterCause
  | UnrecognizedParametersCause
  | NoUserDataCause
  | CookieReceivedWhileShuttingDownCause
  | RestartWithNewAddressesCause
  | UserInitiatedAbortCause
  | ProtocolViolationCause
  | RequestRefusedCause
  | IllegalAsconfAckCause
  | UnsupportedHmacIdentifierCause
  | UnknownCause;

/** The registry (RFC 9260 §3.3.10 Table 11). An extension's cause is one file and one row here. */
const CAUSE_CODECS: readonly TlvCodec<ErrorCause>[] = [
  INVALID_STREAM_IDENTIFIER_CODEC,
  MISSING_MANDATORY_PARAMETER_CODEC,
  STALE_COOKIE_CODEC,
  OUT_OF_RESOURCE_CODEC,
  UNRESOLVABLE_ADDRESS_CODEC,
  UNRECOGNIZED_CHUNK_TYPE_CODEC,
  INVALID_MANDATORY_PARAMETER_CODEC,
  UNRECOGNIZED_PARAMETERS_CODEC,
  NO_USER_DATA_CODEC,
  COOKIE_RECEIVED_WHILE_SHUTTING_DOWN_CODEC,
  RESTART_WITH_NEW_ADDRESSES_CODEC,
  USER_INITIATED_ABORT_CODEC,
  PROTOCOL_VIOLATION_CODEC,
  DELETE_LAST_IP_ADDRESS_CODEC,
  RESOURCE_SHORTAGE_CODEC,
  DELETE_SOURCE_IP_ADDRESS_CODEC,
  ILLEGAL_ASCONF_ACK_CODEC,
  NO_AUTHORIZATION_CODEC,
  UNSUPPORTED_HMAC_IDENTIFIER_CODEC,
];

const CODEC_BY_CODE: ReadonlyMap<number, TlvCodec<ErrorCause>> = new Map(
  CAUSE_CODECS.map((codec) => [codec.type, codec]),
);

const CODEC_BY_KIND: ReadonlyMap<string, TlvCodec<ErrorCause>> = new Map(
  CAUSE_CODECS.map((codec) => [codec.kind, codec]),
);

/**
 * The cause code that a cause has on the wire. It is also right for a known cause that did not have its form.
 */
export function errorCauseCode(cause: ErrorCause): number {
  return cause.kind === "UNKNOWN" ? cause.code : codecOf(cause).type;
}

/**
 * Reads one cause; `lengthBytes` is its length without padding, at least 4. There is always an answer: a
 * known cause that does not have the form of its code is kept as an unknown one, because what a peer says
 * about its reasons (some add text) must not be lost over how it says it.
 */
export function parseErrorCause(bytes: Uint8Array, offset: number, lengthBytes: number): ErrorCause {
  const cause = CODEC_BY_CODE.get(readUint16(bytes, offset))?.parse(bytes, offset, lengthBytes);
  return cause === undefined || isMalformed(cause) ? parseUnknownCause(bytes, offset, lengthBytes) : cause;
}

/**
 * How many causes of one ABORT or ERROR chunk are looked at. One is the rule; a peer may report some unrecognized
 * parameters with a cause each. Each costs an object of ours, and a packet of 64 KiB holds 16,000 of them.
 */
export const ERROR_CAUSES_PER_CHUNK_MAX = 64;

/**
 * Reads the causes that fill the `lengthBytes` bytes at `offset`, the rest of an ABORT or ERROR chunk: the first
 * {@link ERROR_CAUSES_PER_CHUNK_MAX} of them.
 */
export function parseErrorCauses(
  bytes: Uint8Array,
  offset: number,
  lengthBytes: number,
): readonly ErrorCause[] | Malformed {
  const causes: ErrorCause[] = [];
  const end = offset + lengthBytes;
  let at = offset;
  while (at < end && causes.length < ERROR_CAUSES_PER_CHUNK_MAX) {
    const itemLength = tlvLength(bytes, at, end);
    if (isMalformed(itemLength)) return itemLength;
    causes.push(parseErrorCause(bytes, at, itemLength));
    at += padded(itemLength);
  }
  return causes;
}

/** The length of a cause without padding. */
export function byteLengthOfErrorCause(cause: ErrorCause): number {
  return cause.kind === "UNKNOWN" ? byteLengthOfUnknownCause(cause) : codecOf(cause).byteLength(cause);
}

/** Writes a cause without padding and answers its length. */
export function writeErrorCause(cause: ErrorCause, bytes: Uint8Array, offset: number): number {
  if (cause.kind === "UNKNOWN") writeUnknownCause(cause, bytes, offset);
  else codecOf(cause).write(cause, bytes, offset);
  return byteLengthOfErrorCause(cause);
}

/** The length of causes in a row: the padding of all but the last counts. */
export function byteLengthOfErrorCauses(causes: readonly ErrorCause[]): number {
  return byteLengthOfList(causes, byteLengthOfErrorCause);
}

/** Writes causes in a row with the padding between them. */
export function writeErrorCauses(causes: readonly ErrorCause[], bytes: Uint8Array, offset: number): void {
  writeList(causes, bytes, offset, writeErrorCause);
}

/** A cause alone with its code and length, as RFC 6458's notifications hand it to the application. */
export function errorCauseBytes(cause: ErrorCause): Uint8Array {
  const bytes = new Uint8Array(byteLengthOfErrorCause(cause));
  writeErrorCause(cause, bytes, 0);
  return bytes;
}

/** A cause in a few words. */
export function formatErrorCause(cause: ErrorCause): string {
  return cause.kind === "UNKNOWN" ? formatUnknownCause(cause) : codecOf(cause).format(cause);
}

function codecOf(cause: ErrorCause): TlvCodec<ErrorCause> {
  return CODEC_BY_KIND.get(cause.kind) as TlvCodec<ErrorCause>;
}
