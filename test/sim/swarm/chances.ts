import { SeededEntropy } from "../../../src/userland/seeded-entropy.js";

/** Something that may be chosen, and how often compared with the others. */
export interface Weighted<T> {
  readonly value: T;
  readonly weight: number;
}

/** The chances of a simulation: everything that is decided at random, by one seed. */
export class Chances {
  readonly #entropy: SeededEntropy;

  constructor(seed: number) {
    this.#entropy = new SeededEntropy(seed);
  }

  /** From 0 up to and without 1. */
  fraction(): number {
    return this.#entropy.randomFraction();
  }

  /** A whole number from 0 up to and without `count`. */
  below(count: number): number {
    return Math.floor(this.fraction() * count);
  }

  /** From `min` up to and without `max`. */
  between(min: number, max: number): number {
    return min + this.fraction() * (max - min);
  }

  /** A whole number from `min` to `max`, small ones as often as ten times as large ones. */
  logarithmic(min: number, max: number): number {
    return Math.min(max, Math.floor(min * ((max + 1) / min) ** this.fraction()));
  }

  /** True in a share of the cases. */
  happens(share: number): boolean {
    return this.fraction() < share;
  }

  /** One of the values. */
  pick<T>(values: readonly [T, ...T[]]): T {
    return values[this.below(values.length)] ?? values[0];
  }

  /** One of the values, or `undefined` where there are none. */
  pickAny<T>(values: readonly T[]): T | undefined {
    return values[this.below(values.length)];
  }

  /** One of the values by their weights, or `undefined` where all weigh nothing. */
  weigh<T>(choices: readonly Weighted<T>[]): T | undefined {
    let rest = this.fraction() * choices.reduce((sum, { weight }) => sum + weight, 0);
    return choices.find(({ weight }) => (rest -= weight) < 0)?.value;
  }
}
