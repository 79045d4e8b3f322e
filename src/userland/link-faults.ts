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
});

/**
 * Fills in what is missing.
 *
 * @throws RangeError when a share is not in 0 to 1 or a time is negative
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
  return complete;
}
