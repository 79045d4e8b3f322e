import type { IpAddress } from "../../base/ip-address.js";
import { NEVER, type Millis } from "../../base/millis.js";
import type { Tsn } from "../../base/serial-number.js";
import { COMMON_HEADER_BYTES } from "../../wire/common-header.js";
import type { AssociationConfig } from "../config.js";
import { PATH_MTU_BYTES_MIN } from "../limits.js";
import { Timer, type TimerOwner } from "../timer-table.js";
import type { CongestionControl, CongestionControlFactory } from "./congestion-control.js";
import { pathConfigOf, type PathConfig } from "./path-config.js";
import { RetransmissionTimeout } from "./retransmission-timeout.js";

/**
 * Whether a destination may be used (RFC 9260 §5.4, §8.2; RFC 7829 §3): an unconfirmed one only carries probes, a
 * potentially failed one is avoided while there is an active one, and an inactive one while there is any other.
 */
export type PathState = "unconfirmed" | "active" | "potentially failed" | "inactive";

/** What is known of a destination when its path begins. */
export interface PathOptions {
  /** The destination address. */
  readonly address: IpAddress;
  /** The UDP port that the peer is reached at (RFC 6951 §5.4), or 0. */
  readonly udpPort: number;
  /** The largest IP packet that the path is known to carry, bytes. */
  readonly mtuBytes: number;
  /** Bytes of the IP header and, with encapsulation, of the UDP header. */
  readonly headerBytes: number;
  /** Whether the address is known to be the peer's (§5.4). */
  readonly confirmed: boolean;
  /** Who hears of the path's timers. */
  readonly owner: PathTimerOwner;
  /** Makes the path's congestion control. */
  readonly congestionControl: CongestionControlFactory;
}

/** Who hears of a path's timers: the association. */
export type PathTimerOwner = TimerOwner;

/** One destination transport address of the peer with all that is kept for it (RFC 9260 §14.3). */
export class Path {
  readonly address: IpAddress;
  /** The parameters of this path; frozen, replaced as a whole. */
  config: Readonly<PathConfig>;
  /**
   * The UDP port of the peer on this path (RFC 6951 §5.1, §5.4); it follows the packets with the right verification
   * tag.
   */
  udpPort: number;
  /** Our address that the peer has used on this path, or `undefined` while the lower layer chooses it. */
  localAddress: IpAddress | undefined;
  state: PathState;
  /** The largest IP packet that passes as a whole, as far as is known, bytes. */
  wholeMtuBytes = 0;
  /** The largest IP packet that is laid out unless a chunk needs more, bytes; at least {@link PATH_MTU_BYTES_MIN}. */
  mtuBytes = 0;
  /** The headers below SCTP: the IP header, and the UDP header where there is one (RFC 6951 §5.6). */
  readonly headerBytes: number;
  readonly rto: RetransmissionTimeout;
  congestion: CongestionControl;
  /** Bytes of DATA chunks, headers and padding included, that are outstanding here (§1.3 flightsize). */
  flightBytes = 0;
  /** Consecutive errors (§8.2). */
  errorCount = 0;
  /** When ICMP last counted as an error (§10 ICMP9). */
  unreachableCountedAt: Millis = Number.NEGATIVE_INFINITY;
  /** T3-rtx of this path (§6.3.2). */
  readonly t3: Timer;
  /** The heartbeat timer of this path (§8.3). */
  readonly heartbeat: Timer;
  /** The nonce of the heartbeat that has not been answered, or `undefined` (§5.4). */
  heartbeatNonce: Uint8Array | undefined;
  /** When that heartbeat was sent. */
  heartbeatSentAt: Millis = 0;
  /** When data was last sent here, or the window was adjusted because none had been; {@link NEVER} before that. */
  windowUsedAt: Millis = NEVER;
  /** When a chunk that measures the round trip was last sent here (§8.3 "idle"). */
  lastMeasuringChunkAt: Millis;
  /** The chunk whose acknowledgement will measure the round trip (§6.3.1 C4), if any. */
  measuredTsn: Tsn | undefined;
  /** When that chunk was sent. */
  measuredSince: Millis = 0;
  /** After a time-out one packet may be in flight until something is acknowledged (§7.2.3). */
  singlePacketOnly = false;
  /** Packets of new data that may leave at this opportunity (§6.1 D). */
  burstAllowance = 0;

  // What the SACK under way has said of this path. Only the retransmission queue uses these.
  newlyAckedBytes = 0;
  windowFullyUsed = false;
  /** Whether the earliest outstanding chunk was acknowledged; `undefined` until something on the path was. */
  earliestAcked: boolean | undefined = undefined;
  fastRetransmitDue = false;

  private readonly createCongestionControl: CongestionControlFactory;

  /** Begins a path with nothing sent and nothing measured. */
  constructor(options: PathOptions, config: Readonly<AssociationConfig>, now: Millis) {
    this.address = options.address;
    this.config = pathConfigOf(config);
    this.createCongestionControl = options.congestionControl;
    this.udpPort = options.udpPort;
    this.localAddress = undefined;
    this.state = options.confirmed ? "active" : "unconfirmed";
    this.setMtu(options.mtuBytes);
    this.headerBytes = options.headerBytes;
    this.rto = new RetransmissionTimeout(config);
    this.congestion = this.createCongestionControl(this.pmdcs, options.address.family);
    this.t3 = new Timer("T3-rtx", options.owner);
    this.heartbeat = new Timer("HB.interval", options.owner);
    this.lastMeasuringChunkAt = now;
  }

  /** The largest SCTP packet that fits, common header included, in whole 32-bit words. */
  get maxPacketBytes(): number {
    return (this.mtuBytes - this.headerBytes) & ~3;
  }

  /**
   * The largest SCTP packet that passes as a whole; IP has to fragment a larger one (RFC 9260 §6.9). It is less than
   * {@link maxPacketBytes} where the way carries less than what is laid out at least.
   */
  get wholePacketBytes(): number {
    return this.wholeMtuBytes - this.headerBytes;
  }

  /** Path Maximum DATA Chunk Size (RFC 9260 §1.3): the largest DATA chunk, its header included. */
  get pmdcs(): number {
    return this.maxPacketBytes - COMMON_HEADER_BYTES;
  }

  /** Sets the path MTU, bytes (RFC 9260 §7.3); whoever calls it tells the congestion control. */
  setMtu(mtuBytes: number): void {
    this.wholeMtuBytes = mtuBytes;
    this.mtuBytes = Math.max(mtuBytes, PATH_MTU_BYTES_MIN);
  }

  /**
   * Starts congestion control, round-trip measurement and counters anew, as a restart of the peer wants
   * (§5.2.4 A).
   */
  reset(config: Readonly<AssociationConfig>): void {
    this.congestion = this.createCongestionControl(this.pmdcs, this.address.family);
    this.rto.smoothedRoundTripMs = undefined;
    this.rto.timeoutMs = config.rtoInitialMs;
    this.flightBytes = 0;
    this.errorCount = 0;
    this.measuredTsn = undefined;
    this.heartbeatNonce = undefined;
    this.singlePacketOnly = false;
    this.burstAllowance = 0;
    this.windowUsedAt = NEVER;
  }

  /** Lets the window decay by the time in which nothing was sent here, once per RTO (§7.2.1, §7.2.2). */
  decayWindow(now: Millis): void {
    const periods = Math.floor((now - this.windowUsedAt) / Math.max(this.rto.timeoutMs, 1));
    if (periods < 1) return;
    this.congestion.idle(periods);
    this.windowUsedAt = now;
  }
}
