import type { IpAddress } from "../../base/ip-address.js";
import type { ErrorCause } from "../../wire/error-cause.js";
import {
  byteLengthOfParameter,
  ipAddressParameter,
  parameterBytes,
  unknownParameterAction,
  type Parameter,
  type UnknownParameter,
} from "../../wire/parameter.js";
import type { AssociationConfig } from "../config.js";
import type { Entropy } from "../entropy.js";
import {
  createOffer,
  offerParameters,
  readOffer,
  type AuthenticationOffer,
  type ReadOffer,
} from "../extensions/authentication/authentication-offer.js";
import { REPORTED_CAUSE_BYTES_MAX, REPORTED_CAUSES_MAX } from "../limits.js";
import {
  authenticatedChunkTypes,
  extensionParameters,
  extensionsAmong,
  listsAsconf,
  ownExtensions,
  type Extensions,
} from "./extensions.js";

/** The least a_rwnd that an INIT or INIT ACK may tell, bytes (RFC 9260 §3.3.2). */
export const A_RWND_BYTES_MIN = 1500;

/** What the optional parameters of an INIT or INIT ACK say (RFC 9260 §3.3.2, §3.3.3). */
export interface PeerParameters {
  /** The addresses listed; `destinationsOf` tells which of them are used. */
  readonly addresses: readonly IpAddress[];
  /** The State Cookie of an INIT ACK. */
  readonly cookie: Uint8Array | undefined;
  /** By how much the peer wants its cookie to live longer (§3.3.2.1.3). */
  readonly cookieLifeIncrementMs: number;
  readonly adaptationIndication: number | undefined;
  /** The address that the peer would have as our primary one (RFC 5061 §4.2.4), as it is written. */
  readonly preferredAddress: IpAddress | undefined;
  /** The extensions that the peer offers. */
  readonly extensions: Extensions;
  /** What the peer says of authentication. */
  readonly authentication: ReadOffer;
  /** Whether the peer knows ASCONF chunks and does not say how it authenticates them (RFC 5061 §6). */
  readonly lacksAuthentication: boolean;
  /** A host name instead of an address: the association is refused (§5.1.2 B). */
  readonly hostName: Extract<Parameter, { kind: "Host Name Address" }> | undefined;
  /** The unknown parameters that are to be reported (§3.2.1), as many as we report. */
  readonly unrecognized: readonly UnknownParameter[];
}

/**
 * Reads the optional parameters of an INIT or INIT ACK. Supported Address Types changes nothing: a family that the
 * chunk uses is supported, whatever it says (RFC 9260 §3.3.2.1.5, §5.1.2).
 */
export function readPeerParameters(parameters: readonly Parameter[]): PeerParameters {
  const addresses: IpAddress[] = [];
  const unrecognized: UnknownParameter[] = [];
  let cookie: Uint8Array | undefined;
  let cookieLifeIncrementMs = 0;
  let adaptationIndication: number | undefined;
  let preferredAddress: IpAddress | undefined;
  let hostName: PeerParameters["hostName"];
  let reportedBytes = 0;
  for (const parameter of parameters) {
    switch (parameter.kind) {
      case "IPv4 Address":
      case "IPv6 Address":
        addresses.push(parameter.address);
        break;
      case "State Cookie":
        cookie ??= parameter.cookie;
        break;
      case "Cookie Preservative":
        cookieLifeIncrementMs = parameter.suggestedIncrementMs;
        break;
      case "Adaptation Layer Indication":
        adaptationIndication ??= parameter.adaptationCodePoint;
        break;
      case "Set Primary IP Address":
        preferredAddress ??= parameter.address;
        break;
      case "Host Name Address":
        hostName ??= parameter;
        break;
      case "UNKNOWN":
        if (!unknownParameterAction(parameter.type).report) break;
        reportedBytes += byteLengthOfParameter(parameter);
        if (reportedBytes > REPORTED_CAUSE_BYTES_MAX || unrecognized.length >= REPORTED_CAUSES_MAX) break;
        unrecognized.push(parameter);
        break;
      default:
        break;
    }
  }
  const authentication = readOffer(parameters);
  const extensions = extensionsAmong(parameters, authentication.offer);
  const lacksAuthentication = authentication.offer === undefined && listsAsconf(parameters);
  return {
    addresses,
    cookie,
    cookieLifeIncrementMs,
    adaptationIndication,
    preferredAddress,
    extensions,
    authentication,
    lacksAuthentication,
    hostName,
    unrecognized,
  };
}

/** The addresses among the parameters of an INIT or INIT ACK. */
export function listedAddresses(parameters: readonly Parameter[]): readonly IpAddress[] {
  const addresses: IpAddress[] = [];
  for (const parameter of parameters) {
    if (parameter.kind === "IPv4 Address" || parameter.kind === "IPv6 Address")
      addresses.push(parameter.address);
  }
  return addresses;
}

/**
 * The optional parameters that our INIT and INIT ACK have in common: addresses, adaptation layer indication and what
 * extensions we have. Host names are not for us to send (RFC 9260 §3.3.2.1.4, §3.3.3.1).
 */
export function ownParameters(
  config: Readonly<AssociationConfig>,
  addresses: readonly IpAddress[],
  authentication: AuthenticationOffer | undefined,
): Parameter[] {
  const parameters: Parameter[] = [];
  for (const address of addresses) parameters.push(ipAddressParameter(address));
  if (config.adaptationIndication !== undefined) {
    parameters.push({
      kind: "Adaptation Layer Indication",
      adaptationCodePoint: config.adaptationIndication,
    });
  }
  for (const parameter of extensionParameters(ownExtensions(config))) parameters.push(parameter);
  if (authentication !== undefined)
    for (const parameter of offerParameters(authentication)) parameters.push(parameter);
  return parameters;
}

/** What our next INIT or INIT ACK says of authentication (RFC 4895 §6.1); `undefined` while that is switched off. */
export function ownAuthentication(
  config: Readonly<AssociationConfig>,
  entropy: Entropy,
): AuthenticationOffer | undefined {
  if (!config.authentication) return undefined;
  const { hmacIdentifiers } = config;
  return createOffer({ chunkTypes: authenticatedChunkTypes(config), hmacIdentifiers }, entropy);
}

/**
 * What makes an INIT or INIT ACK unacceptable (RFC 9260 §3.3.2, §3.3.3), as the cause to abort with.
 *
 * @param own - the extensions that this side has
 */
export function violationIn(
  body: { readonly aRwnd: number; readonly outboundStreams: number; readonly inboundStreams: number },
  peer: PeerParameters,
  own: Extensions,
): ErrorCause | undefined {
  // RFC 9260 §5.1.2 B, §3.3.2.1.4, §3.3.10.5, §12.2.4.1.
  if (peer.hostName !== undefined) {
    const hostName = peer.hostName.hostName.subarray(0, REPORTED_CAUSE_BYTES_MAX);
    return { kind: "Unresolvable Address", address: parameterBytes({ kind: "Host Name Address", hostName }) };
  }
  // RFC 4895 §6.1; RFC 5061 §6: whoever changes addresses and knows ASCONF refuses who would do so without AUTH.
  if (peer.authentication.randomIsWrong || (own.addressReconfiguration && peer.lacksAuthentication))
    return { kind: "Protocol Violation", information: new Uint8Array(0) };
  // RFC 9260 §3.3.2, §3.3.10.7: a_rwnd below 1500, no outbound or no inbound streams.
  const invalid = body.aRwnd < A_RWND_BYTES_MIN || body.outboundStreams === 0 || body.inboundStreams === 0;
  return invalid ? { kind: "Invalid Mandatory Parameter" } : undefined;
}
