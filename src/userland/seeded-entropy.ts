import type { Entropy } from "../stack/entropy.js";

/**
 * Numbers that look random and are the same for the same seed: for simulations and tests, never for a network. It is
 * the generator sfc32, with the seed as its counter's start.
 */
export class SeededEntropy implements Entropy {
  private a: number;
  private b: number;
  private c: number;
  private counter: number;

  /** @param seed - any integer; it counts modulo 2^32 */
  constructor(seed: number) {
    this.a = 0x9e3779b9;
    this.b = 0x243f6a88;
    this.c = 0xb7e15162;
    this.counter = seed | 0;
    // The first numbers of neighbouring seeds resemble each other.
    for (let round = 0; round < 16; round += 1) this.randomUint32();
  }

  randomUint32(): number {
    const sum = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  fillRandom(bytes: Uint8Array): void {
    for (let index = 0; index < bytes.length; index += 1) bytes[index] = this.randomUint32() >>> 24;
  }

  /** A number from 0 up to and without 1. */
  randomFraction(): number {
    return this.randomUint32() / 2 ** 32;
  }
}
