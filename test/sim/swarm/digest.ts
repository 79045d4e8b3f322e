/** A hash of 64 bits over a sequence of numbers: whether two runs were the same. */
export class Digest {
  #low = 0x811c9dc5 | 0;
  #high = 0x9e3779b9 | 0;
  readonly #float = new Float64Array(1);
  readonly #halves = new Uint32Array(this.#float.buffer);

  /** Takes a whole number of 32 bits. */
  addUint32(value: number): void {
    this.#low = Math.imul(this.#low ^ value, 0x01000193);
    this.#high = Math.imul(this.#high ^ (value + (this.#low >>> 15)), 0x85ebca6b);
  }

  /** Takes any number, to the last bit. */
  addNumber(value: number): void {
    this.#float[0] = value;
    this.addUint32(this.#halves[0] ?? 0);
    this.addUint32(this.#halves[1] ?? 0);
  }

  /** The hash so far: 16 hexadecimal digits. */
  toString(): string {
    return [this.#high, this.#low].map((half) => (half >>> 0).toString(16).padStart(8, "0")).join("");
  }
}
