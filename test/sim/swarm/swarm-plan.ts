/**
 * What one seed means: hosts, addresses, parameters, faults and what the applications do. Swarm style: each seed
 * switches some faults and actions off and weighs the rest, so that every seed is extreme in something.
 *
 * @module
 */

import type { AssociationConfigChange } from "../../../src/stack/config.js";
import type { LinkFaults } from "../../../src/userland/link-faults.js";
import { addressActions, type AddressActionName } from "./address-actions.js";
import { authenticatedTypes, forgingActions, type ForgingActionName } from "./forging.js";
import { Chances, type Weighted } from "./chances.js";
import { type ReliabilityPlan, reliabilityPlan } from "./reliability-plan.js";

/** What applications, hosts and the network may do in a run. */
export type ActionName =
  | AddressActionName
  | ForgingActionName
  | "abort"
  | "adjust"
  | "bulk"
  | "change faults"
  | "close socket"
  | "connect"
  | "crash"
  | "one-way partition"
  | "partition"
  | "pause reading"
  | "peel off"
  | "ping-pong"
  | "remove address"
  | "restart storm"
  | "send"
  | "send to all"
  | "set primary"
  | "shut down"
  | "simultaneous open"
  | "shrink MTU"
  | "unplug";

/** One host. */
export interface HostPlan {
  readonly index: number;
  readonly addresses: readonly string[];
  /** Whether its service is a one-to-many socket; else it accepts one-to-one sockets. */
  readonly isOneToMany: boolean;
  /** Whether it binds its addresses by name, or the wildcard. */
  readonly bindsByName: boolean;
  /** Whether its sockets follow its addresses, where they are bound to the wildcard (RFC 6458 §8.1.23). */
  readonly followsAddresses: boolean;
  /** What may come between the parts of a message (RFC 6458 §8.1.20); `undefined` leaves it at the default. */
  readonly interleaveLevel: 0 | 1 | 2 | undefined;
  /** Whether its clients bind a port, so that they come back with the same one. */
  readonly hasFixedPorts: boolean;
  readonly advertisesAll: boolean;
  /** How fast its clock runs. */
  readonly clockRate: number;
  /** Whether its TSNs begin close to their wrap. */
  readonly isNearWrap: boolean;
  readonly config: AssociationConfigChange;
  readonly sendBufferBytes: number;
  /** How many bytes a receive call asks for. */
  readonly readBytes: number;
  readonly closeLimitMs: number;
}

/** What one seed means. */
export interface SwarmPlan {
  readonly seed: number;
  readonly hosts: readonly HostPlan[];
  readonly simulatesUdp: boolean;
  readonly mtuBytes: number;
  /** What the network does to all packets while there are faults. */
  readonly faults: LinkFaults;
  /** How often a direction has faults of its own, 0 to 1. */
  readonly ownFaultsShare: number;
  /** How long there are faults and actions, in milliseconds. */
  readonly chaosMs: number;
  /** The mean time between two actions, in milliseconds. */
  readonly actionEveryMs: number;
  readonly actions: readonly Weighted<ActionName>[];
  /** What lengths messages have: a range for each kind. */
  readonly lengths: readonly Weighted<readonly [number, number]>[];
  readonly unorderedShare: number;
  readonly reliability: ReliabilityPlan;
  /** How many messages one run sends at most, and how many bytes. */
  readonly messagesMax: number;
  readonly bytesMax: number;
}

/** What is done all the time, and what only happens now and then. */
const USUAL_WEIGHTS: readonly Weighted<ActionName>[] = [
  { value: "abort", weight: 1 },
  { value: "adjust", weight: 2 },
  { value: "bulk", weight: 6 },
  { value: "change faults", weight: 2 },
  { value: "close socket", weight: 1 },
  { value: "connect", weight: 12 },
  { value: "crash", weight: 1 },
  { value: "one-way partition", weight: 2 },
  { value: "partition", weight: 2 },
  { value: "pause reading", weight: 3 },
  { value: "peel off", weight: 2 },
  { value: "ping-pong", weight: 5 },
  { value: "remove address", weight: 2 },
  { value: "restart storm", weight: 0.5 },
  { value: "send", weight: 40 },
  { value: "send to all", weight: 2 },
  { value: "set primary", weight: 2 },
  { value: "shut down", weight: 2 },
  { value: "simultaneous open", weight: 3 },
  { value: "shrink MTU", weight: 1 },
  { value: "unplug", weight: 2 },
];
/** Without these there is nothing to be seen. */
const NEVER_OFF: ReadonlySet<ActionName> = new Set(["connect", "send"]);

/** What a seed means. */
export function swarmPlan(seed: number): SwarmPlan {
  const chances = new Chances(seed ^ 0x5eed_0001);
  const families = chances.pick(["IPv4", "IPv6", "both"] as const);
  const hostCount = chances.pick([2, 2, 3, 4, 5]);
  const profile = timeOuts(chances);
  // Chances of their own leave all else of a seed as it is.
  const addressChances = new Chances(seed ^ 0x5eed_0003);
  const forgingChances = new Chances(seed ^ 0x5eed_0004);
  const reliabilityChances = new Chances(seed ^ 0x5eed_0005);
  const deliveryChances = new Chances(seed ^ 0x5eed_0007);
  const deliversInParts = deliveryChances.happens(0.5);
  const authenticatedChunkTypes = authenticatedTypes(forgingChances);
  const reliability = reliabilityPlan(reliabilityChances);
  const hosts = Array.from({ length: hostCount }, (_, index) => ({
    ...hostPlan(chances, index, families, {
      ...profile,
      authenticatedChunkTypes,
      partialReliability: reliabilityChances.happens(reliability.supportingShare),
      partialDeliveryPointBytes: deliversInParts ? deliveryChances.pick([0, 500, 5000]) : 0,
    }),
    followsAddresses: addressChances.happens(0.5),
    interleaveLevel: deliversInParts ? deliveryChances.pick([0, 1, 2, 2] as const) : undefined,
  }));
  const chaosMs = chances.logarithmic(1000, 60_000);
  return {
    seed,
    hosts,
    simulatesUdp: chances.happens(0.25),
    mtuBytes: chances.pick([1500, 1500, 9000, 1280, 600]),
    faults: linkFaults(chances),
    ownFaultsShare: chances.pick([0, 0, 0.2, 1]),
    chaosMs,
    actionEveryMs: chaosMs / chances.logarithmic(20, 120),
    actions: [
      ...USUAL_WEIGHTS.map(({ value, weight }) => {
        const isOn = NEVER_OFF.has(value) || chances.happens(0.5);
        return { value, weight: isOn ? weight * chances.logarithmic(1, 8) : 0 };
      }),
      ...addressActions(addressChances),
      ...forgingActions(forgingChances, authenticatedChunkTypes),
    ],
    lengths: [
      { value: [1, 8] as const, weight: chances.below(4) },
      { value: [1, 1500] as const, weight: 1 + chances.below(4) },
      { value: [1500, 30_000] as const, weight: chances.pick([0, 0.2, 1]) },
      { value: [30_000, 200_000] as const, weight: chances.pick([0, 0, 0.05, 0.2]) },
    ],
    unorderedShare: chances.pick([0, 0.1, 0.5]),
    reliability,
    messagesMax: 800,
    bytesMax: 600_000,
  };
}

/** A few sets of time-outs as they are used: those of the RFC, of telecom, and between. */
function timeOuts(chances: Chances): AssociationConfigChange {
  return chances.pick([
    { rtoInitialMs: 1000, rtoMinMs: 1000, rtoMaxMs: 60_000, sackDelayMs: 200 },
    { rtoInitialMs: 100, rtoMinMs: 100, rtoMaxMs: 400, sackDelayMs: 20 },
    { rtoInitialMs: 200, rtoMinMs: 100, rtoMaxMs: 5000, sackDelayMs: 50 },
    { rtoInitialMs: 3000, rtoMinMs: 1000, rtoMaxMs: 10_000, sackDelayMs: 500 },
  ]);
}

function hostPlan(
  chances: Chances,
  index: number,
  families: "IPv4" | "IPv6" | "both",
  profile: AssociationConfigChange,
): Omit<HostPlan, "followsAddresses" | "interleaveLevel"> {
  const addresses: string[] = [];
  const host = index + 1;
  const addressCount = chances.pick([1, 2, 2, 3]);
  for (let network = 0; network < addressCount; network += 1) {
    if (families !== "IPv6") addresses.push(`10.0.${network}.${host}`);
    if (families !== "IPv4") addresses.push(`fd00:${network + 1}::${host}`);
  }
  return {
    index,
    addresses,
    isOneToMany: chances.happens(0.6),
    bindsByName: chances.happens(0.5),
    hasFixedPorts: chances.happens(0.5),
    // A host that has several addresses and tells of none is several hosts to its peers.
    advertisesAll: chances.happens(0.5) || addresses.length > 1,
    clockRate: chances.pick([1, 1, 0.999, 1.001, 0.95, 1.05]),
    isNearWrap: chances.happens(0.3),
    config: { ...profile, ...parameters(chances) },
    sendBufferBytes: chances.pick([1_048_576, 262_144, 65_536, 8192]),
    readBytes: chances.pick([Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 4096, 100]),
    closeLimitMs: chances.pick([10_000, 10_000, 500]),
  };
}

function parameters(chances: Chances): AssociationConfigChange {
  const potentiallyFailedMaxRetrans = chances.pick([0, 0, 1, 0xffff]);
  return {
    associationMaxRetrans: chances.pick([10, 10, 4, 20]),
    pathMaxRetrans: chances.pick([5, 5, 2, 0]),
    potentiallyFailedMaxRetrans,
    primarySwitchoverMaxRetrans: Math.max(potentiallyFailedMaxRetrans, chances.pick([0xffff, 0xffff, 0, 2])),
    maxInitRetransmits: chances.pick([8, 8, 3]),
    validCookieLifeMs: chances.pick([60_000, 60_000, 1000, 200]),
    heartbeatEnabled: chances.happens(0.8),
    heartbeatIntervalMs: chances.pick([30_000, 1000, 5000, 100]),
    maxBurst: chances.pick([4, 4, 4, 1, 16, 0]),
    sackFrequency: chances.pick([2, 2, 2, 1]),
    outboundStreams: chances.pick([10, 10, 1, 300]),
    maxInboundStreams: chances.pick([65_535, 65_535, 3]),
    receiveBufferBytes: chances.pick([1_048_576, 262_144, 65_536, 8192, 1500]),
    noDelay: chances.happens(0.4),
    maxSegmentBytes: chances.pick([0, 0, 0, 0, 500, 40]),
    autocloseMs: chances.pick([0, 0, 0, 0, 0, 1000, 10_000]),
  };
}

/** What a network may do to packets; every fault is off in half of the cases. */
export function linkFaults(chances: Chances): LinkFaults {
  const share = (most: number): number => (chances.happens(0.5) ? chances.fraction() ** 2 * most : 0);
  // Never 0: between two steps nothing may be on its way.
  const delayMs = chances.pick([0.1, 1, 10, 50, 200]);
  return {
    loss: share(0.3),
    duplication: share(0.2),
    reordering: share(0.4),
    reorderingDelayMs: chances.pick([20, 100, 1000, 10_000]),
    corruption: share(0.1),
    delayMs,
    jitterMs: chances.happens(0.5) ? delayMs * chances.fraction() : 0,
    rateBytesPerSecond: chances.pick([0, 0, 0, 12_500, 125_000, 1_250_000]),
    queueLimitBytes: chances.pick([Number.POSITIVE_INFINITY, 100_000, 15_000, 3000]),
  };
}
