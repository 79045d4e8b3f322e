import { CHUNK_ASCONF, CHUNK_ASCONF_ACK, CHUNK_AUTH, CHUNK_FORWARD_TSN } from "../../wire/chunk.js";
import type { Parameter } from "../../wire/parameter.js";
import type { AssociationConfig } from "../config.js";
import { readOffer, type AuthenticationOffer } from "../extensions/authentication/authentication-offer.js";

const NO_TYPES: Uint8Array = new Uint8Array(0);

/** The extensions of RFC 9260 that both sides have to want. */
export interface Extensions {
  /** FORWARD TSN may be sent and is understood (RFC 3758). */
  readonly partialReliability: boolean;
  /** Chunks may be authenticated (RFC 4895). */
  readonly authentication: boolean;
  /** Addresses may change while the association lives (RFC 5061); never without authentication (§4.2.7). */
  readonly addressReconfiguration: boolean;
}

/** What a side has that tells of none. */
export const NO_EXTENSIONS: Extensions = Object.freeze({
  partialReliability: false,
  authentication: false,
  addressReconfiguration: false,
});

/** What our INIT or INIT ACK offers. */
export function ownExtensions(config: Readonly<AssociationConfig>): Extensions {
  const { partialReliability, authentication } = config;
  // RFC 5061 §4.2.7: who lists ASCONF lists AUTH, because an ASCONF that is not authenticated is discarded.
  const addressReconfiguration = authentication && config.addressReconfiguration;
  return combination(partialReliability, authentication, addressReconfiguration);
}

/** For each set of parameters, because many associations have the same one. */
const knownChunkTypes = new WeakMap<Readonly<AssociationConfig>, readonly number[]>();

/** The chunk types that we take only if they are authenticated (RFC 4895 §3.2, RFC 5061 §4.1). */
export function authenticatedChunkTypes(config: Readonly<AssociationConfig>): readonly number[] {
  let chunkTypes = knownChunkTypes.get(config);
  if (chunkTypes === undefined) {
    chunkTypes = Object.freeze(chunkTypesOf(config));
    knownChunkTypes.set(config, chunkTypes);
  }
  return chunkTypes;
}

function chunkTypesOf(config: Readonly<AssociationConfig>): readonly number[] {
  if (!config.authentication) return [];
  const changing = ownExtensions(config).addressReconfiguration ? [CHUNK_ASCONF, CHUNK_ASCONF_ACK] : [];
  return [...new Set([...changing, ...config.authenticatedChunkTypes])];
}

/** The parameters that tell the peer of our extensions (RFC 5061 §4.2.7, RFC 3758 §3.1). */
export function extensionParameters(own: Extensions): readonly Parameter[] {
  return PARAMETERS[flagsOfExtensions(own)] ?? [];
}

function parametersOf(own: Extensions): readonly Parameter[] {
  const chunkTypes = [
    ...(own.partialReliability ? [CHUNK_FORWARD_TSN] : []),
    ...(own.authentication ? [CHUNK_AUTH] : []),
    ...(own.addressReconfiguration ? [CHUNK_ASCONF, CHUNK_ASCONF_ACK] : []),
  ];
  if (chunkTypes.length === 0) return [];
  const parameters: Parameter[] = [{ kind: "Supported Extensions", chunkTypes: Uint8Array.from(chunkTypes) }];
  // RFC 3758 §3.1: peers older than RFC 5061 know this parameter only.
  if (own.partialReliability) parameters.push({ kind: "Forward-TSN-Supported" });
  return parameters;
}

/** What the parameters of the peer's INIT or INIT ACK offer. */
export function offeredExtensions(parameters: readonly Parameter[]): Extensions {
  return extensionsAmong(parameters, readOffer(parameters).offer);
}

/**
 * As {@link offeredExtensions}, where the offer of authentication has been read. For partial reliability either
 * parameter will do; for authentication those of RFC 4895 §3 tell, because only they are of use.
 */
export function extensionsAmong(
  parameters: readonly Parameter[],
  offer: AuthenticationOffer | undefined,
): Extensions {
  let forwardTsnSupported = false;
  let chunkTypes: Uint8Array = NO_TYPES;
  for (const parameter of parameters) {
    if (parameter.kind === "Forward-TSN-Supported") forwardTsnSupported = true;
    // RFC 5061 §4.2.7: there is at most one.
    else if (parameter.kind === "Supported Extensions" && chunkTypes === NO_TYPES)
      chunkTypes = parameter.chunkTypes;
  }
  return combination(
    forwardTsnSupported || chunkTypes.includes(CHUNK_FORWARD_TSN),
    offer !== undefined,
    offer !== undefined && chunkTypes.includes(CHUNK_ASCONF) && chunkTypes.includes(CHUNK_ASCONF_ACK),
  );
}

/** Whether an INIT or INIT ACK says that its sender knows ASCONF chunks (RFC 5061 §4.2.7). */
export function listsAsconf(parameters: readonly Parameter[]): boolean {
  const list = parameters.find((parameter) => parameter.kind === "Supported Extensions");
  return list?.chunkTypes.includes(CHUNK_ASCONF) ?? false;
}

/** What both sides have. */
export function commonExtensions(one: Extensions, other: Extensions): Extensions {
  return extensionsOfFlags(flagsOfExtensions(one) & flagsOfExtensions(other));
}

/** Extensions in the byte that a State Cookie has for them. */
export function flagsOfExtensions(extensions: Extensions): number {
  return (
    (extensions.partialReliability ? 1 : 0) |
    (extensions.authentication ? 2 : 0) |
    (extensions.addressReconfiguration ? 4 : 0)
  );
}

const COMBINATIONS: readonly Extensions[] = Array.from({ length: 8 }, (_, flags) =>
  Object.freeze({
    partialReliability: (flags & 1) !== 0,
    authentication: (flags & 2) !== 0,
    addressReconfiguration: (flags & 4) !== 0,
  }),
);

const PARAMETERS: readonly (readonly Parameter[])[] = COMBINATIONS.map((own) =>
  Object.freeze(parametersOf(own)),
);

function combination(
  partialReliability: boolean,
  authentication: boolean,
  addressReconfiguration: boolean,
): Extensions {
  return extensionsOfFlags(
    (partialReliability ? 1 : 0) | (authentication ? 2 : 0) | (addressReconfiguration ? 4 : 0),
  );
}

/** The converse of {@link flagsOfExtensions}; associations with the same extensions share one object. */
export function extensionsOfFlags(flags: number): Extensions {
  return COMBINATIONS[flags & 7] ?? NO_EXTENSIONS;
}
