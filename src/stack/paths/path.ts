import { sameAddress, type IpAddress } from "../../base/ip-address.js";
import { NEVER, type Millis } from "../../base/millis.js";
import type { Tsn } from "../../base/serial-number.js";
import { COMMON_HEADER_BYTES } from "../../wire/common-header.js";
import type { AssociationConfig } from "../config.js";
import { PATH_MTU_BYTES_MIN } from "../limits.js";
import { Timer, type TimerOwner, type TimerTable } from "../timer-table.js";
import type { CongestionControl, CongestionControlFactory } from "./congestion-control.js";
import { LossDetection } from "./loss-detection.js";
import { pathConfigOf, type PathConfig } from "./path-config.js";
import { RetransmissionTimeout } from "./retransmission-timeout.js";

/**
 * Whether a destination may be used (RFC 9260 §5.4, §8.2; RFC 7829 §3): an unconfirmed one only carries probes, a
 * potentially failed one is avoided while there is an active one, and an inactive one while there is any other.
 */
export type PathState = "unconfirmed" | "active" | "potentially failed" | "inactive";

/** What is known of a destination when its path begins. */
export interface PathOptions {
  /** Its number among the paths of its association; none is used twice. */
  readonly number: number;
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
  /** Its number among the paths that its association has or had: what its HEARTBEATs are marked with (§5.4). */
  readonly number: number;
  readonly address: IpAddress;
  /** The parameters of this path; frozen, replaced as a whole. */
  config: Readonly<PathConfig>;
  /**
   * The UDP port of the peer on this path (RFC 6951 §5.1, §5.4); it follows the packets with the right verification
   * tag.
   */
  udpPort: number;
  private source: IpAddress | undefined;
  /** Our address that the peer's last packet from here came to, perhaps another: what only answers leaves from it. */
  replySource: IpAddress | undefined;
  state: PathState;
  /** The largest IP packet that passes as a whole, as far as is known, bytes. */
  wholeMtuBytes = 0;
  /** The largest IP packet that is laid out unless a chunk needs more, bytes; at least {@link PATH_MTU_BYTES_MIN}. */
  mtuBytes = 0;
  /** When the path MTU is to be found out anew, {@link NEVER} while nothing has reduced it (RFC 8201 §4). */
  mtuRisesAt: Millis = NEVER;
  /** The headers below SCTP: the IP header, and the UDP header where there is one (RFC 6951 §5.6). */
  readonly headerBytes: number;
  readonly rto: RetransmissionTimeout;
  congestion: CongestionControl;
  /** Bytes of DATA chunks, headers and padding included, that are outstanding here (§1.3 flightsize). */
  flightBytes = 0;
  /** Consecutive errors (§8.2); beyond Path.Max.Retrans they tell the better of two inactive paths (RFC 7829 §4.1). */
  errorCount = 0;
  /** When ICMP last counted as an error (§10 ICMP9); `undefined` while it never has. */
  unreachableCountedAt: Millis | undefined = undefined;
  /** The heartbeat timer of this path (§8.3). */
  readonly heartbeat: Timer;
  /** The nonce of the heartbeat that has not been answered, or `undefined` (§5.4). */
  heartbeatNonce: Uint8Array | undefined;
  /** Whether that heartbeat may still be answered in time: after one RTO it counts as lost (§8.3). */
  heartbeatAwaited = false;
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
  /** Whether something was acknowledged that has been sent here and nowhere else (RFC 7829 §3.2 10). */
  answered = false;
  windowFullyUsed = false;
  /** Whether the earliest outstanding chunk was acknowledged; `undefined` until something on the path was. */
  earliestAcked: boolean | undefined = undefined;
  hasEnteredRecovery = false;

  private readonly createCongestionControl: CongestionControlFactory;
  private readonly owner: TimerOwner;
  // Who has nothing to send needs neither of these.
  private t3Timer: Timer | undefined;
  private ownLossDetection: LossDetection | undefined;

  /** Begins a path with nothing sent and nothing measured. */
  constructor(options: PathOptions, config: Readonly<AssociationConfig>, now: Millis) {
    this.number = options.number;
    this.address = options.address;
    this.config = pathConfigOf(config);
    this.createCongestionControl = options.congestionControl;
    this.udpPort = options.udpPort;
    this.state = options.confirmed ? "active" : "unconfirmed";
    this.setMtuBytes(this.initialMtuBytes(options.mtuBytes));
    this.headerBytes = options.headerBytes;
    this.rto = new RetransmissionTimeout(config);
    this.congestion = this.createCongestionControl(this.pmdcs, options.address.family);
    this.owner = options.owner;
    this.heartbeat = new Timer("HB.interval", options.owner);
    this.lastMeasuringChunkAt = now;
  }

  /** T3-rtx of this path (§6.3.2). */
  get t3(): Timer {
    return (this.t3Timer ??= new Timer("T3-rtx", this.owner));
  }

  /** What tells by time that something was lost here. */
  get lossDetection(): LossDetection {
    return (this.ownLossDetection ??= new LossDetection(this.owner, this.rto));
  }

  /** No acknowledgement is waited for here that could be overdue. */
  stopLossDetection(timers: TimerTable): void {
    const timer = this.ownLossDetection?.timer;
    if (timer?.isRunning === true) timers.stop(timer);
  }

  /** Stops all timers of this path. */
  stopTimers(timers: TimerTable): void {
    timers.stop(this.heartbeat);
    if (this.t3Timer !== undefined) timers.stop(this.t3Timer);
    this.stopLossDetection(timers);
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
    // RFC 6458 §8.1.12 SPP_PMTUD_DISABLE: whoever does without discovery leaves large packets to IP.
    return this.config.pathMtuDiscovery ? this.wholeMtuBytes - this.headerBytes : 0;
  }

  /** Path Maximum DATA Chunk Size (RFC 9260 §1.3): the largest DATA chunk, its header included. */
  get pmdcs(): number {
    return this.maxPacketBytes - COMMON_HEADER_BYTES;
  }

  /** Our address that packets leave from, or `undefined` while the lower layer chooses it. */
  get localAddress(): IpAddress | undefined {
    return this.source;
  }

  set localAddress(address: IpAddress | undefined) {
    const before = this.source;
    this.source = address;
    this.replySource = address;
    const isOther = before !== undefined && address !== undefined && !sameAddress(before, address);
    // RFC 9260 §7.2.5.2: from another address of ours it is another way, of which nothing is known.
    if (isOther) this.resetCongestionControl();
  }

  /** A packet of new chunks leaves here, the first of which has this TSN. */
  measuringChunkSent(tsn: Tsn, now: Millis): void {
    this.lastMeasuringChunkAt = now;
    // RFC 9260 §6.3.1 C4: one measurement each round trip.
    if (this.measuredTsn !== undefined) return;
    this.measuredTsn = tsn;
    this.measuredSince = now;
  }

  /** Sets the path MTU, bytes (RFC 9260 §7.3). */
  setMtu(mtuBytes: number): void {
    this.setMtuBytes(mtuBytes);
    this.congestion.setPmdcs(this.pmdcs);
  }

  /**
   * Sets the path MTU to what the user has fixed (RFC 6458 §8.1.12), or else to what the lower layer says.
   *
   * @param mtuBytes - the largest IP packet by the lower layer's word
   */
  initializeMtu(mtuBytes: number): void {
    this.setMtu(this.initialMtuBytes(mtuBytes));
    this.mtuRisesAt = NEVER;
  }

  /** Starts congestion control with its initial values, because the network is an unknown one (§7.2.5). */
  resetCongestionControl(): void {
    this.congestion = this.createCongestionControl(this.pmdcs, this.address.family);
    this.windowUsedAt = NEVER;
    this.ownLossDetection?.forgetRoundTrips();
  }

  private initialMtuBytes(mtuBytes: number): number {
    const { pathMtuDiscovery, fixedPathMtuBytes } = this.config;
    return pathMtuDiscovery || fixedPathMtuBytes === 0 ? mtuBytes : fixedPathMtuBytes;
  }

  private setMtuBytes(mtuBytes: number): void {
    this.wholeMtuBytes = mtuBytes;
    this.mtuBytes = Math.max(mtuBytes, PATH_MTU_BYTES_MIN);
  }

  /**
   * Starts congestion control, round-trip measurement and counters anew, as a restart of the peer wants
   * (§5.2.4 A).
   */
  reset(config: Readonly<AssociationConfig>): void {
    this.resetCongestionControl();
    this.rto.restart(config);
    this.ownLossDetection?.reset();
    this.flightBytes = 0;
    this.errorCount = 0;
    this.measuredTsn = undefined;
    this.heartbeatNonce = undefined;
    this.heartbeatAwaited = false;
    this.singlePacketOnly = false;
    this.burstAllowance = 0;
  }

  /** Lets the window decay by the time in which nothing was sent here, once per RTO (§7.1, §7.2.1, §7.2.2). */
  decayWindow(now: Millis): void {
    const periods = Math.floor((now - this.windowUsedAt) / Math.max(this.rto.timeoutMs, 1));
    if (periods < 1) return;
    this.congestion.idle(periods);
    this.windowUsedAt = now;
  }
}
