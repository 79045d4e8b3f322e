import { NEVER, type Millis } from "../../base/millis.js";
import { tsnLess, type Tsn } from "../../base/serial-number.js";
import { createSackChunk, readSackChunk, SACK_CHUNK_FIXED_BYTES } from "../../wire/chunks/sack-chunk.js";
import type { Path } from "../paths/path.js";
import type { TransmissionControlBlock } from "../transmission-control-block.js";
import { applyAcknowledgement } from "./acknowledgement.js";

/** How many SACKs are handled as one at the most: what they allow need not wait for all of a large batch. */
const SACKS_DEFERRED_MAX = 16;

/**
 * SACKs of one batch that say no more than the last of them: they only move the Cumulative TSN Ack Point on, and even
 * if each were followed by all that Max.Burst allows, neither window would be full, so that cwnd does not grow either
 * (RFC 9260 §6.1, §7.2.1). They are handled as one, which costs what one costs, and comes to the same.
 *
 * Whoever handles anything else, or comes to the end of a batch, has to have them {@link DeferredSacks.handle}d before.
 */
export class DeferredSacks {
  private tcb: TransmissionControlBlock | undefined;
  private count = 0;
  /** What the last of them said. */
  private readonly last = createSackChunk();
  /** What the one under way says. */
  private readonly next = createSackChunk();

  /** Whether there are none to be handled. */
  get isEmpty(): boolean {
    return this.tcb === undefined;
  }

  /**
   * Takes a SACK that reports neither gaps nor duplicates, from the only path of its association.
   *
   * @param offset - where the chunk begins
   * @returns false when it is to be handled by itself
   */
  take(tcb: TransmissionControlBlock, path: Path, bytes: Uint8Array, offset: number): boolean {
    const count = tcb === this.tcb ? this.count : 0;
    if ((count === 0 && this.count > 0) || !isUsual(tcb, path)) return false;
    const { next, last } = this;
    if (!readSackChunk(bytes, offset, SACK_CHUNK_FIXED_BYTES, next)) return false;
    if (!leavesRoom(tcb, path, count + 1, next.aRwnd)) return false;
    const from: Tsn = count === 0 ? tcb.retransmission.cumulativeTsnAckPoint : last.cumulativeTsnAck;
    const { cumulativeTsnAck } = next;
    if (tsnLess(cumulativeTsnAck, from) || !tsnLess(cumulativeTsnAck, tcb.retransmission.outstanding.nextTsn))
      return false;
    tcb.services.statistics.inCtrlChunks += 1;
    last.cumulativeTsnAck = cumulativeTsnAck;
    last.aRwnd = next.aRwnd;
    this.tcb = tcb;
    this.count = count + 1;
    return true;
  }

  /**
   * Handles what was taken.
   *
   * @returns whose SACKs they were; `undefined` when there were none
   */
  handle(now: Millis): TransmissionControlBlock | undefined {
    const { tcb, count } = this;
    if (tcb === undefined) return undefined;
    this.tcb = undefined;
    this.count = 0;
    applyAcknowledgement(tcb, tcb.retransmission.handleSack(this.last, tcb.config, now), now);
    // RFC 9260 §6.1 D: each of them is an opportunity of its own.
    tcb.paths.primary.burstAllowance += (count - 1) * tcb.config.maxBurst;
    return tcb;
  }
}

/** Whether nothing is under way that each SACK has a say in. */
function isUsual(
  { retransmission, paths, partialReliability }: TransmissionControlBlock,
  path: Path,
): boolean {
  if (paths.all.length > 1 || path.singlePacketOnly || partialReliability !== undefined) return false;
  const { lossDetection } = path;
  if (lossDetection.probe !== undefined || lossDetection.earliestRepetitionAt < NEVER) return false;
  return retransmission.isCalm;
}

/** Whether neither window would be full, were each of so many SACKs followed by all that Max.Burst allows. */
function leavesRoom(
  { config }: TransmissionControlBlock,
  { flightBytes, maxPacketBytes, congestion }: Path,
  count: number,
  aRwnd: number,
): boolean {
  if (count > SACKS_DEFERRED_MAX || config.maxBurst <= 0) return false;
  return flightBytes + count * config.maxBurst * maxPacketBytes < Math.min(congestion.cwnd, aRwnd);
}
