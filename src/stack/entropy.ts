/**
 * Where the stack's random numbers come from: tags, initial TSNs, keys, nonces, jitter (RFC 9260 §5.3.1,
 * §8.3). The stack itself has no randomness, so that a simulation can replay a run to the byte.
 */
export interface Entropy {
  /**
   * A number in the range 0 to 2^32 - 1, each with the same probability. Outside a simulation it cannot be
   * guessed.
   */
  randomUint32(): number;
  /** Fills all of `bytes`. */
  fillRandom(bytes: Uint8Array): void;
}

/**
 * How often a number is drawn anew that cannot be used. Each draw fails once in 4000 times at the very worst (a
 * million tags in use), so that an entropy that fails so often in a row is broken; whoever asks goes on without it.
 */
export const DRAWS_MAX = 16;

/**
 * A number that is not 0, as an Initiate Tag has to be (RFC 9260 §3.3.2, §5.3.1). It is 1 when the entropy gives
 * nothing but 0: then nothing is secret any more, but nothing stands still either.
 */
export function randomTag(entropy: Entropy): number {
  for (let draws = 0; draws < DRAWS_MAX; draws += 1) {
    const tag = entropy.randomUint32() >>> 0;
    if (tag !== 0) return tag;
  }
  return 1;
}

/** A fraction in the range 0 (included) to 1 (excluded), for jitter. */
export function randomFraction(entropy: Entropy): number {
  return entropy.randomUint32() / 2 ** 32;
}
