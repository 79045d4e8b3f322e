import type { Millis } from "../base/millis.js";

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
  /** Max.Burst: packets of new data at one opportunity (§6.1 D); 0 takes the limit away. */
  maxBurst: number;
  /** Valid.Cookie.Life (§5.1.3). */
  validCookieLifeMs: Millis;
  /** Association.Max.Retrans (§8.1). */
  associationMaxRetrans: number;
  /** Path.Max.Retrans (§8.2). */
  pathMaxRetrans: number;
  /** Max.Init.Retransmits (§5.1.6). */
  maxInitRetransmits: number;
  /** The largest RTO of INIT retransmissions (RFC 6458 §8.1.3, sinit_max_init_timeo); 0 takes RTO.Max. */
  maxInitTimeoutMs: Millis;
  /** HB.interval (§8.3). */
  heartbeatIntervalMs: Millis;
  /** Whether idle paths are probed at all (§8.3). */
  heartbeatEnabled: boolean;
  /** SACK.Delay (§6.2): at most 500. */
  sackDelayMs: Millis;
  /** How many packets with data one SACK answers (§6.2): at most 2. */
  sackFrequency: number;
  /** Outbound streams asked for (§5.1.1). */
  outboundStreams: number;
  /** Inbound streams accepted at most (§5.1.1). */
  maxInboundStreams: number;
  /** Bytes of received data that may wait for the application: the first a_rwnd (§6.2). */
  receiveBufferBytes: number;
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
}

/**
 * The values recommended in RFC 9260 §16, and the defaults of RFC 6458 for what the RFC leaves to its user.
 */
export const DEFAULT_ASSOCIATION_CONFIG: Readonly<AssociationConfig> = Object.freeze({
  rtoInitialMs: 1000,
  rtoMinMs: 1000,
  rtoMaxMs: 60_000,
  maxBurst: 4,
  validCookieLifeMs: 60_000,
  associationMaxRetrans: 10,
  pathMaxRetrans: 5,
  maxInitRetransmits: 8,
  maxInitTimeoutMs: 0,
  heartbeatIntervalMs: 30_000,
  heartbeatEnabled: true,
  sackDelayMs: 200,
  sackFrequency: 2,
  outboundStreams: 10,
  maxInboundStreams: 65_535,
  receiveBufferBytes: 1024 * 1024,
  adaptationIndication: undefined,
  noDelay: false,
  maxSegmentBytes: 0,
  autocloseMs: 0,
  remoteEncapsulationPort: 0,
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
  maxInitRetransmits: { min: 0, max: 0xffff },
  maxInitTimeoutMs: { min: 0, max: 0xffff },
  heartbeatIntervalMs: { min: 0, max: 0xffff_ffff },
  // RFC 9260 §6.2: the delay must not be configured to be more than 500 ms, and every second packet is answered.
  sackDelayMs: { min: 0, max: 500 },
  sackFrequency: { min: 1, max: 2 },
  outboundStreams: { min: 1, max: 0xffff },
  maxInboundStreams: { min: 1, max: 0xffff },
  // RFC 9260 §3.3.2: an initial a_rwnd below 1500 is refused by the peer.
  receiveBufferBytes: { min: 1500, max: 0x7fff_ffff },
  maxSegmentBytes: { min: 0, max: 0xffff },
  autocloseMs: { min: 0, max: Number.MAX_SAFE_INTEGER },
  remoteEncapsulationPort: { min: 0, max: 0xffff },
};

/**
 * Checks a change and puts it over a base.
 *
 * @returns the new, frozen parameters
 * @throws RangeError when a number is outside its range or the RTO's bounds cross each other
 */
export function configure(
  base: Readonly<AssociationConfig>,
  change: AssociationConfigChange,
): Readonly<AssociationConfig> {
  const config: AssociationConfig = { ...base, ...change };
  for (const [name, range] of Object.entries(RANGES)) {
    const value = config[name as keyof AssociationConfig];
    if (typeof value !== "number" || !Number.isFinite(value) || value < range.min || value > range.max) {
      throw new RangeError(
        `${name} must be a number from ${range.min} to ${range.max}, not ${String(value)}.`,
      );
    }
  }
  if (config.rtoMinMs > config.rtoMaxMs) throw new RangeError("rtoMinMs must not be larger than rtoMaxMs.");
  return Object.freeze(config);
}
