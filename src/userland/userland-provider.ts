import { SOCK_SEQPACKET } from "../sockets/constants.js";
import { outOfRange } from "../sockets/errors.js";
import type { Provider, ProviderSocket, Readiness } from "../sockets/provider.js";
import type { AddressFamily, SocketType } from "../sockets/types.js";
import {
  type AssociationConfig,
  type AssociationConfigChange,
  configure,
  DEFAULT_ASSOCIATION_CONFIG,
} from "../stack/config.js";
import type { Crypto } from "../stack/crypto.js";
import type { Entropy } from "../stack/entropy.js";
import type { CongestionControlFactory } from "../stack/paths/congestion-control.js";
import type { StackStatistics } from "../stack/statistics.js";
import { AddressFollowing } from "./address-following.js";
import type { BoundEndpoint } from "./bound-endpoint.js";
import type { Clock } from "./clock.js";
import { handleStackEvent } from "./event-handling.js";
import type { LowerLayer } from "./lower-layer.js";
import { NodeCrypto, NodeEntropy } from "./node-crypto.js";
import type { SocketContext } from "./socket-context.js";
import { SocketSettings } from "./socket-settings.js";
import { SocketState } from "./socket-state.js";
import { type LowerLayerErrorCounts, StackDriver } from "./stack-driver.js";
import { SystemClock } from "./system-clock.js";
import { portFromEnvironment, SCTP_TUNNELING_PORT, UdpEncapsulation } from "./udp-encapsulation.js";
import { UserlandSocket } from "./userland-socket.js";

/** How long `close()` waits at most for associations to end, when nobody says otherwise. */
const CLOSE_LIMIT_MS = 10_000;

/** What a userland provider is made of: everything that it touches of the world. Each part has a default. */
export interface UserlandProviderOptions {
  /** What carries the packets (default: a new {@link UdpEncapsulation}). */
  readonly lowerLayer?: LowerLayer;
  /** The time (default: the event loop's). */
  readonly clock?: Clock;
  /** The randomness (default: the operating system's). */
  readonly entropy?: Entropy;
  /** The keyed hash that signs State Cookies (default: HMAC-SHA-256 of node:crypto). */
  readonly crypto?: Crypto;
  /** Makes the congestion control of each path (default: that of RFC 9260 §7.2). */
  readonly congestionControl?: CongestionControlFactory;
  /** Protocol parameters that new sockets begin with; what is left out has its default. */
  readonly config?: AssociationConfigChange;
  /**
   * The UDP port at which peers are found, 1 to 65,535. Default: what the environment variable `SCTP_UDP_REMOTE_PORT`
   * says, else 9899. Without effect over lower layers without UDP.
   */
  readonly remoteUdpPort?: number;
  /**
   * Which addresses a socket bound to a wildcard tells its peers of: `"all"` also over UDP, where by default it is none
   * but the one that packets come from (RFC 6951 §5.7).
   */
  readonly advertise?: "default" | "all";
  /** How long `close()` waits for a graceful end, in milliseconds, before it aborts (default 10,000). */
  readonly closeLimitMs?: number;
}

/** A provider over our own stack; see {@link createUserlandProvider}. */
export interface UserlandProvider extends Provider {
  readonly name: "userland";
  /** What carries the packets. */
  readonly lowerLayer: LowerLayer;
  /** Counters of the stack, which go on counting. */
  readonly statistics: Readonly<StackStatistics>;
  /** What the lower layer has reported. */
  readonly lowerLayerErrors: Readonly<LowerLayerErrorCounts>;
  /** Ends everything at once, without a word to peers, and closes the lower layer. Its sockets are dead afterwards. */
  close(): Promise<void>;
}

/**
 * Makes a provider of SCTP sockets over our own stack. Nothing is opened and nothing holds the event loop until a
 * socket needs it.
 *
 * ```ts
 * const clock = new VirtualClock();
 * const network = new MemoryNetwork({ clock });
 * const provider = createUserlandProvider({ clock, lowerLayer: network.host("10.0.0.1") });
 * const socket = new SctpSocket(AF_INET, SOCK_SEQPACKET, { provider });
 * ```
 *
 * @throws RangeError (`ERR_SCTP_OUT_OF_RANGE`) when a setting is out of its range
 */
export function createUserlandProvider(options: UserlandProviderOptions = {}): UserlandProvider {
  const clock = options.clock ?? new SystemClock();
  const lowerLayer = options.lowerLayer ?? new UdpEncapsulation({ clock });
  const entropy = options.entropy ?? new NodeEntropy();
  const crypto = options.crypto ?? new NodeCrypto();
  const { congestionControl } = options;
  const driver = new StackDriver({
    lowerLayer,
    clock,
    entropy,
    crypto,
    congestionControl,
    handleEvent: handleStackEvent,
  });
  const context: SocketContext = {
    driver,
    entropy,
    following: new AddressFollowing(driver),
    config: initialConfig(options),
    advertiseAll: options.advertise === "all",
    closeLimitMs: closeLimitOf(options),
    sharedEndpoints: new Set<BoundEndpoint>(),
    hasUsedUdpPortNumber: false,
  };
  return {
    name: "userland",
    lowerLayer,
    statistics: driver.stack.statistics,
    lowerLayerErrors: driver.lowerLayerErrors,
    createSocket: (family, type, readiness) => createSocket(context, family, type, readiness),
    close: () => driver.close(),
  };
}

function createSocket(
  context: SocketContext,
  family: AddressFamily,
  type: SocketType,
  readiness: Readiness,
): ProviderSocket {
  const settings = new SocketSettings(context.config);
  // RFC 6458 §8.1.20: so that no peer of a one-to-many socket can block the others.
  settings.interleaveLevel = type === SOCK_SEQPACKET ? 1 : 0;
  const state = new SocketState(context, family, type, settings);
  state.readiness = readiness;
  return new UserlandSocket(state);
}

function initialConfig(options: UserlandProviderOptions): Readonly<AssociationConfig> {
  const change = { ...options.config, remoteEncapsulationPort: remoteUdpPortOf(options) };
  try {
    return configure(DEFAULT_ASSOCIATION_CONFIG, change);
  } catch (error) {
    if (error instanceof RangeError) throw outOfRange("config", error.message, options.config);
    throw error;
  }
}

function remoteUdpPortOf({ remoteUdpPort }: UserlandProviderOptions): number {
  const port = remoteUdpPort ?? portFromEnvironment("SCTP_UDP_REMOTE_PORT") ?? SCTP_TUNNELING_PORT;
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw outOfRange("remoteUdpPort", "an integer from 1 to 65535", port);
}

function closeLimitOf({ closeLimitMs = CLOSE_LIMIT_MS }: UserlandProviderOptions): number {
  if (Number.isFinite(closeLimitMs) && closeLimitMs >= 0) return closeLimitMs;
  throw outOfRange("closeLimitMs", "a time of at least 0 ms", closeLimitMs);
}
