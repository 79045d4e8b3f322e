import { outOfRange } from "../sockets/errors.js";

/** What an in-process network does to the packets of one direction. Everything is 0 unless said. */
export interface LinkFaults {
  /** The share of packets that get lost, 0 to 1. */
  readonly loss?: number;
  /** The share of packets that arrive twice, 0 to 1. */
  readonly duplication?: number;
  /** The share of packets that are held back, so that later ones overtake them, 0 to 1. */
  readonly reordering?: number;
  /** For how long at most a packet is held back for reordering, in milliseconds (default 50). */
  readonly reorderingDelayMs?: number;
  /** The share of packets of which one to three bits are flipped, 0 to 1. */
  readonly corruption?: number;
  /** How long every packet is under way, in milliseconds. */
  readonly delayMs?: number;
  /** By how much that time varies, in milliseconds: from 0 to this. It reorders nothing. */
  readonly jitterMs?: number;
  /**
   * How many bytes of IP packets the narrowest place of the direction carries in a second; 0: any number. Packets wait
   * there for their turn, before their time under way begins.
   */
  readonly rateBytesPerSecond?: number;
  /**
   * How many bytes may wait at that place (default: any number). A packet that finds no room is dropped; one that finds
   * nobody waiting always passes.
   */
  readonly queueLimitBytes?: number;
}

/** {@link LinkFaults} with everything filled in. */
export type CompleteLinkFaults = Required<LinkFaults>;

const NO_FAULTS: CompleteLinkFaults = Object.freeze({
  loss: 0,
  duplication: 0,
  reordering: 0,
  reorderingDelayMs: 50,
  corruption: 0,
  delayMs: 0,
  jitterMs: 0,
  rateBytesPerSecond: 0,
  queueLimitBytes: Number.POSITIVE_INFINITY,
});

/**
 * Fills in what is missing.
 *
 * @throws RangeError when a share is not in 0 to 1, or a time, a rate or a limit is negative
 */
export function completeLinkFaults(faults: LinkFaults | undefined): CompleteLinkFaults {
  const complete = { ...NO_FAULTS, ...faults };
  for (const name of ["loss", "duplication", "reordering", "corruption"] as const) {
    const share = complete[name];
    if (!(share >= 0 && share <= 1)) throw outOfRange(name, "a share from 0 to 1", share);
  }
  for (const name of ["reorderingDelayMs", "delayMs", "jitterMs"] as const) {
    const ms = complete[name];
    if (!(ms >= 0 && Number.isFinite(ms))) throw outOfRange(name, "a time of at least 0 ms", ms);
  }
  const { rateBytesPerSecond, queueLimitBytes } = complete;
  if (!(rateBytesPerSecond >= 0 && Number.isFinite(rateBytesPerSecond))) {
    throw outOfRange("rateBytesPerSecond", "a rate of at least 0 bytes per second", rateBytesPerSecond);
  }
  if (!(queueLimitBytes >= 0)) throw outOfRange("queueLimitBytes", "at least 0 bytes", queueLimitBytes);
  return complete;
}
