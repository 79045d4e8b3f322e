import { assert } from "../../base/assert.js";

/** What a packet with DATA calls for: a SACK at once, the timer of the delayed SACK, or nothing beyond what runs. */
export type SackDecision = "ack now" | "delay" | "nothing";

/**
 * Where the delayed acknowledgement stands.
 *
 * - `"initial"`: no DATA has arrived yet.
 * - `"idle"`: everything that arrived has been acknowledged.
 * - `"delayed"`: packets wait for a SACK, and the timer runs.
 * - `"immediate"`: a SACK is due.
 */
export type SackTimingState = "initial" | "idle" | "delayed" | "immediate";

/** What the decision depends on in one packet with DATA; the caller may reuse one object for all packets. */
export interface DataPacketTraits {
  /**
   * A TSN was missing before the packet or is missing after it (RFC 9260 §6.7, RFC 5681 §4.2), or a chunk was
   * a duplicate, or was dropped for want of room (RFC 9260 §6.2).
   */
  gapOrDuplicate: boolean;
  /** One of its DATA chunks had the I bit set (RFC 7053 §4). */
  immediate: boolean;
}

/**
 * Decides when DATA is acknowledged (RFC 9260 §6.2): the first packet at once (§5.1, §5.1.5 7). The
 * association owns the timer: it starts it when the answer is `"delay"`, and stops it when a SACK leaves.
 */
export class SackTiming {
  private currentState: SackTimingState = "initial";
  private unacknowledgedPackets = 0;
  private packetsPerSack: number;

  /** @param packetsPerSack - see {@link setPacketsPerSack}; RFC 9260 §6.2 wants 2 or less */
  constructor(packetsPerSack = 2) {
    assert(packetsPerSack >= 1, "A SACK answers at least one packet.");
    this.packetsPerSack = packetsPerSack;
  }

  /** Where the delayed acknowledgement stands. */
  get state(): SackTimingState {
    return this.currentState;
  }

  /** Whether DATA has arrived that no SACK has acknowledged: a packet that leaves anyway should carry one. */
  get isSackPending(): boolean {
    return this.currentState === "delayed" || this.currentState === "immediate";
  }

  /** Changes after how many packets a SACK is sent, from 1 (no delay) on (RFC 6458 §8.1.19, `sack_freq`). */
  setPacketsPerSack(packetsPerSack: number): void {
    assert(packetsPerSack >= 1, "A SACK answers at least one packet.");
    this.packetsPerSack = packetsPerSack;
  }

  /** Called once per packet that carried DATA, after its last chunk. */
  handlePacketWithData(packet: DataPacketTraits): SackDecision {
    const isFirst = this.currentState === "initial";
    this.unacknowledgedPackets += 1;
    // RFC 9260 §6.2: the I bit and duplicates want a SACK without delay; §6.7: so does a gap, after every
    // packet. RFC 9260 §6.2: at least every second packet (not chunk) is acknowledged. The first packet is
    // answered at once too, so that the sender's first measurement of the round trip is not the delay.
    const isDue =
      packet.gapOrDuplicate ||
      packet.immediate ||
      isFirst ||
      this.unacknowledgedPackets >= this.packetsPerSack;
    if (isDue || this.currentState === "immediate") {
      this.currentState = "immediate";
      return "ack now";
    }
    if (this.currentState === "delayed") return "nothing";
    this.currentState = "delayed";
    return "delay";
  }

  /** The timer of the delayed SACK expired: a SACK is due, unless one has left meanwhile. */
  handleDelayExpired(): SackDecision {
    if (this.currentState !== "delayed") return "nothing";
    this.currentState = "immediate";
    return "ack now";
  }

  /** A SACK is due although no packet calls for it: the window has opened (RFC 9260 §6.2). */
  requestSack(): void {
    if (this.currentState !== "initial") this.currentState = "immediate";
  }

  /** A SACK left, alone or bundled with something else: all that arrived has been acknowledged. */
  sackSent(): void {
    // A SACK before any DATA changes nothing: the first packet with DATA is still to come.
    if (this.currentState !== "initial") this.currentState = "idle";
    this.unacknowledgedPackets = 0;
  }
}
