import type { Millis } from "../base/millis.js";
import { HMAC_SHA1, type HmacIdentifier } from "./crypto.js";
import { canBeAuthenticated } from "./extensions/authentication/chunk-type-set.js";
import { HMAC_IDENTIFIERS, isKnownHmacIdentifier } from "./extensions/authentication/hmac-algorithm.js";
import { PATH_MTU_BYTES_MIN } from "./limits.js";

/**
 * The protocol parameters of an association (RFC 9260 §16) and what its user chooses. An endpoint holds the
 * values for its future associations; each association has a copy of its own, which may change while it
 * lives.
 */
export interface AssociationConfig {
  /** RTO.Initial (RFC 9260 §6.3.1 C1). */
  rtoInitialMs: Millis;
  /** RTO.Min (§6.3.1 C6). */
  rtoMinMs: Millis;
  /** RTO.Max (§6.3.1 C7). */
  rtoMaxMs: Millis;
  /** Whether losses are found by time as well, where miss indications (§7.2.4) cannot tell of them (RFC 8985). */
  timedLossDetection: boolean;
  /** Max.Burst: packets of new data at one opportunity (§6.1 D); 0 takes the limit away. */
  maxBurst: number;
  /** Valid.Cookie.Life (§5.1.3). */
  validCookieLifeMs: Millis;
  /** Association.Max.Retrans (§8.1). */
  associationMaxRetrans: number;
  /** Path.Max.Retrans (§8.2). */
  pathMaxRetrans: number;
  /**
   * PotentiallyFailed.Max.Retrans (RFC 7829 §3.2): after more errors in a row than this a path is only used while there
   * is no better one. At {@link pathMaxRetrans} or above no path is ever potentially failed.
   */
  potentiallyFailedMaxRetrans: number;
  /**
   * Primary.Switchover.Max.Retrans (RFC 7829 §5): after more errors in a row than this the path that carries the data
   * becomes the primary one for good. 65535 switches it off, and data returns to the primary path once that works.
   */
  primarySwitchoverMaxRetrans: number;
  /** Max.Init.Retransmits (§5.1.6). */
  maxInitRetransmits: number;
  /** The largest RTO of INIT retransmissions (RFC 6458 §8.1.3, sinit_max_init_timeo); 0 takes RTO.Max. */
  maxInitTimeoutMs: Millis;
  /** HB.interval (§8.3). */
  heartbeatIntervalMs: Millis;
  /** Whether idle paths are probed at all (§8.3). */
  heartbeatEnabled: boolean;
  /** Whether path MTUs follow what the network says (§7.3); else they stay as they are. */
  pathMtuDiscovery: boolean;
  /**
   * The largest IP packet while {@link pathMtuDiscovery} is off (RFC 6458 §8.1.12 spp_pathmtu), bytes; 0 leaves it to
   * the lower layer.
   */
  fixedPathMtuBytes: number;
  /** The DSCP of packets, 0 to 63 (RFC 6458 §8.1.12), or `undefined` for that of the lower layer. */
  dscp: number | undefined;
  /** The IPv6 flow label of packets (RFC 6458 §8.1.12), or `undefined` for that of the lower layer. */
  flowLabel: number | undefined;
  /** SACK.Delay (§6.2): at most 500. */
  sackDelayMs: Millis;
  /** How many packets with data one SACK answers (§6.2 recommends no more than 2; RFC 6458 §8.1.19). */
  sackFrequency: number;
  /** Outbound streams asked for (§5.1.1); never 0 (§3.3.2, §3.3.3). */
  outboundStreams: number;
  /** Inbound streams accepted at most (§5.1.1); never 0 (§3.3.2, §3.3.3). */
  maxInboundStreams: number;
  /** Bytes of received data that may wait for the application: the first a_rwnd (§6.2). */
  receiveBufferBytes: number;
  /**
   * Larger messages are handed out in parts as they arrive, others whole (RFC 6458 §8.1.21). 0 leaves it to the receive
   * buffer: only what would fill it up is handed out in parts.
   */
  partialDeliveryPointBytes: number;
  /** Whether messages of other streams are handed out between the parts of one (RFC 6458 §8.1.20, level 2). */
  interleavesStreams: boolean;
  /** The Adaptation Layer Indication sent to the peer (RFC 5061 §4.2.6), or `undefined` for none. */
  adaptationIndication: number | undefined;
  /** Turns Nagle's algorithm off (RFC 6458 §8.1.5). */
  noDelay: boolean;
  /** The largest payload of one DATA chunk (RFC 6458 §8.1.16); 0 leaves it to the path MTU. */
  maxSegmentBytes: number;
  /** Idle time after which the association is shut down (RFC 6458 §8.1.8); 0 for never. */
  autocloseMs: Millis;
  /**
   * The UDP port that a peer without a known one is sent to (RFC 6951 §5.1); 0 where the lower layer has no
   * ports.
   */
  remoteEncapsulationPort: number;
  /** Whether partial reliability is offered to the peer (RFC 3758 §3.3.1). */
  partialReliability: boolean;
  /** Whether authentication is offered to the peer (RFC 4895 §3). */
  authentication: boolean;
  /**
   * Chunk types that are taken from the peer only if they are authenticated (RFC 4895 §3.2, RFC 6458 §8.3.2), beside
   * those that address reconfiguration wants to be.
   */
  authenticatedChunkTypes: readonly number[];
  /** The HMAC algorithms that the peer is asked to use, the preferred one first, SHA-1 among them (RFC 4895 §6.1). */
  hmacIdentifiers: readonly HmacIdentifier[];
  /** Whether address reconfiguration is offered to the peer (RFC 5061 §4.2.7), which wants {@link authentication}. */
  addressReconfiguration: boolean;
}

/** The value of PSMR at which the primary path is never switched over (RFC 7829 §7.2). */
export const PRIMARY_SWITCHOVER_OFF = 0xffff;

/**
 * The values recommended in RFC 9260 §16 and RFC 7829 §6, and the defaults of RFC 6458 for what the RFCs leave to their
 * user.
 */
export const DEFAULT_ASSOCIATION_CONFIG: Readonly<AssociationConfig> = Object.freeze({
  rtoInitialMs: 1000,
  rtoMinMs: 1000,
  rtoMaxMs: 60_000,
  timedLossDetection: true,
  maxBurst: 4,
  validCookieLifeMs: 60_000,
  associationMaxRetrans: 10,
  pathMaxRetrans: 5,
  potentiallyFailedMaxRetrans: 0,
  primarySwitchoverMaxRetrans: PRIMARY_SWITCHOVER_OFF,
  maxInitRetransmits: 8,
  maxInitTimeoutMs: 0,
  heartbeatIntervalMs: 30_000,
  heartbeatEnabled: true,
  pathMtuDiscovery: true,
  fixedPathMtuBytes: 0,
  dscp: undefined,
  flowLabel: undefined,
  sackDelayMs: 200,
  sackFrequency: 2,
  outboundStreams: 10,
  maxInboundStreams: 65_535,
  receiveBufferBytes: 1024 * 1024,
  partialDeliveryPointBytes: 0,
  interleavesStreams: false,
  adaptationIndication: undefined,
  noDelay: false,
  maxSegmentBytes: 0,
  autocloseMs: 0,
  remoteEncapsulationPort: 0,
  partialReliability: true,
  authentication: true,
  authenticatedChunkTypes: Object.freeze([]),
  hmacIdentifiers: HMAC_IDENTIFIERS,
  addressReconfiguration: true,
});

/** A change to some of the parameters; what is left out stays. */
export type AssociationConfigChange = Partial<AssociationConfig>;

interface Range {
  readonly min: number;
  readonly max: number;
}

const MINUTES_10 = 600_000;

/** What each number may be. The table is the rule: a value outside it is refused with the name of the parameter. */
const RANGES: Readonly<Partial<Record<keyof AssociationConfig, Range>>> = {
  rtoInitialMs: { min: 1, max: MINUTES_10 },
  rtoMinMs: { min: 1, max: MINUTES_10 },
  rtoMaxMs: { min: 1, max: MINUTES_10 },
  maxBurst: { min: 0, max: 0xffff_ffff },
  validCookieLifeMs: { min: 1, max: 0xffff_ffff },
  associationMaxRetrans: { min: 0, max: 0xffff },
  pathMaxRetrans: { min: 0, max: 0xffff },
  potentiallyFailedMaxRetrans: { min: 0, max: 0xffff },
  primarySwitchoverMaxRetrans: { min: 0, max: PRIMARY_SWITCHOVER_OFF },
  maxInitRetransmits: { min: 0, max: 0xffff },
  maxInitTimeoutMs: { min: 0, max: 0xffff },
  heartbeatIntervalMs: { min: 0, max: 0xffff_ffff },
  fixedPathMtuBytes: { min: 0, max: 0xffff },
  dscp: { min: 0, max: 63 },
  flowLabel: { min: 0, max: 0xf_ffff },
  // RFC 9260 §6.2: the delay must not be configured to be more than 500 ms, which bounds any frequency.
  sackDelayMs: { min: 0, max: 500 },
  sackFrequency: { min: 1, max: 0xffff_ffff },
  outboundStreams: { min: 1, max: 0xffff },
  maxInboundStreams: { min: 1, max: 0xffff },
  // RFC 9260 §3.3.2: an initial a_rwnd below 1500 is refused by the peer.
  receiveBufferBytes: { min: 1500, max: 0x7fff_ffff },
  partialDeliveryPointBytes: { min: 0, max: 0x7fff_ffff },
  maxSegmentBytes: { min: 0, max: 0xffff },
  autocloseMs: { min: 0, max: Number.MAX_SAFE_INTEGER },
  remoteEncapsulationPort: { min: 0, max: 0xffff },
};

/** Which of these may be `undefined`. */
const OPTIONAL: ReadonlySet<string> = new Set<keyof AssociationConfig>(["dscp", "flowLabel"]);

/**
 * Checks a change and puts it over a base.
 *
 * @returns the new, frozen parameters
 * @throws RangeError when a number is outside its range or two of them contradict each other
 */
export function configure(
  base: Readonly<AssociationConfig>,
  change: AssociationConfigChange,
): Readonly<AssociationConfig> {
  const config: AssociationConfig = { ...base, ...change };
  for (const [name, range] of Object.entries(RANGES)) {
    const value = config[name as keyof AssociationConfig];
    // What has no default may be left to the lower layer, or out.
    if (value === undefined && OPTIONAL.has(name)) continue;
    if (typeof value !== "number" || !Number.isFinite(value) || value < range.min || value > range.max) {
      throw new RangeError(
        `${name} must be a number from ${range.min} to ${range.max}, not ${String(value)}.`,
      );
    }
  }
  const contradiction = contradictionIn(config);
  if (contradiction !== undefined) throw new RangeError(contradiction);
  return Object.freeze({
    ...config,
    authenticatedChunkTypes: Object.freeze([...config.authenticatedChunkTypes]),
    hmacIdentifiers: Object.freeze([...config.hmacIdentifiers]),
  });
}

/** What is wrong with numbers that are in their ranges. */
function contradictionIn(config: AssociationConfig): string | undefined {
  if (config.rtoMinMs > config.rtoMaxMs) return "rtoMinMs must not be larger than rtoMaxMs.";
  // RFC 7829 §5 1: PSMR must not be less than PFMR.
  if (config.primarySwitchoverMaxRetrans < config.potentiallyFailedMaxRetrans)
    return "primarySwitchoverMaxRetrans must not be less than potentiallyFailedMaxRetrans.";
  if (config.fixedPathMtuBytes > 0 && config.fixedPathMtuBytes < PATH_MTU_BYTES_MIN)
    return `fixedPathMtuBytes must be 0 or at least ${PATH_MTU_BYTES_MIN}.`;
  // RFC 4895 §3.2: INIT, INIT ACK, SHUTDOWN COMPLETE and AUTH are never authenticated.
  if (!config.authenticatedChunkTypes.every((type) => isUint8(type) && canBeAuthenticated(type)))
    return "authenticatedChunkTypes must be types of chunks that can be authenticated.";
  // RFC 4895 §6.1: SHA-1 is one of them.
  const { hmacIdentifiers } = config;
  if (!hmacIdentifiers.every(isKnownHmacIdentifier) || !hmacIdentifiers.includes(HMAC_SHA1))
    return "hmacIdentifiers must be known ones, and that of SHA-1 among them.";
  return undefined;
}

function isUint8(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 0xff;
}
