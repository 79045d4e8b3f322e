import { SeededEntropy } from "../../src/userland/seeded-entropy.js";

/** Numbers at which programs go wrong. */
const BOUNDARIES_32: readonly number[] = [
  0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 20, 31, 127, 128, 255, 256, 0x7fff, 0x8000, 0xfffe, 0xffff, 0x1_0000,
  0x7fff_fffe, 0x7fff_ffff, 0x8000_0000, 0x8000_0001, 0xffff_fffe, 0xffff_ffff,
];

/** The chances of one fuzzing run: a seed decides all of them. */
export class Dice {
  private readonly entropy: SeededEntropy;

  constructor(seed: number) {
    this.entropy = new SeededEntropy(seed);
  }

  /** Any number of 32 bits. */
  uint32(): number {
    return this.entropy.randomUint32();
  }

  /** An integer from 0 up to and without `limit`. */
  below(limit: number): number {
    return Math.floor((this.entropy.randomUint32() / 2 ** 32) * limit);
  }

  /** An integer from `minimum` to `maximum`, both included. */
  between(minimum: number, maximum: number): number {
    return minimum + this.below(maximum - minimum + 1);
  }

  /** Whether something happens that happens `share` of the time. */
  chance(share: number): boolean {
    return this.entropy.randomUint32() < share * 2 ** 32;
  }

  /** One of several. */
  one<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined && items.length === 0) throw new Error("There is nothing to choose from.");
    return item as T;
  }

  /** A number of so many bits: often a boundary, sometimes anything. */
  number(bits: 8 | 16 | 32): number {
    const mask = bits === 32 ? 0xffff_ffff : 2 ** bits - 1;
    const value = this.chance(0.6) ? this.one(BOUNDARIES_32) : this.uint32();
    return (value & mask) >>> 0;
  }

  /** A small number mostly, a large one rarely. */
  size(usual: number, rare: number): number {
    return this.chance(0.9) ? this.below(usual + 1) : this.below(rare + 1);
  }

  /** Bytes without any order. */
  bytes(lengthBytes: number): Uint8Array {
    const bytes = new Uint8Array(lengthBytes);
    this.entropy.fillRandom(bytes);
    return bytes;
  }

  /** A list of up to `most` things. */
  list<T>(most: number, make: () => T): T[] {
    return Array.from({ length: this.below(most + 1) }, make);
  }
}
