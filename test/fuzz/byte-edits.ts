import type { Dice } from "./dice.js";

/** A change to bytes, as plain data: `at` counts modulo the length, so that an edit always means something. */
export type ByteEdit =
  | { readonly edit: "set"; readonly at: number; readonly hex: string }
  | { readonly edit: "flip"; readonly at: number; readonly bit: number }
  | { readonly edit: "cut"; readonly at: number; readonly lengthBytes: number }
  | { readonly edit: "insert"; readonly at: number; readonly hex: string }
  | { readonly edit: "repeat"; readonly at: number; readonly lengthBytes: number; readonly times: number };

/** No result of edits is longer: what is longer than an IP packet is never received. */
const RESULT_BYTES_MAX = 65_000;

/** The bytes of hexadecimal digits. */
export function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, "hex"));
}

/** Hexadecimal digits of bytes. */
export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("hex");
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts)).subarray(0, RESULT_BYTES_MAX);
}

function applyOne(bytes: Uint8Array, change: ByteEdit): Uint8Array {
  const at = bytes.length === 0 ? 0 : change.at % bytes.length;
  switch (change.edit) {
    case "set": {
      const copy = bytes.slice();
      copy.set(fromHex(change.hex).subarray(0, copy.length - at), at);
      return copy;
    }
    case "flip": {
      const copy = bytes.slice();
      if (copy.length > 0) copy[at] = (copy[at] ?? 0) ^ (1 << (change.bit & 7));
      return copy;
    }
    case "cut":
      return concat(bytes.subarray(0, at), bytes.subarray(at + change.lengthBytes));
    case "insert":
      return concat(bytes.subarray(0, at), fromHex(change.hex), bytes.subarray(at));
    case "repeat": {
      const run = bytes.subarray(at, at + change.lengthBytes);
      const repeated = Array.from({ length: change.times }, () => run);
      return concat(bytes.subarray(0, at), ...repeated, bytes.subarray(at + change.lengthBytes));
    }
  }
}

/** Bytes after some edits; the original is left alone. */
export function applyEdits(bytes: Uint8Array, edits: readonly ByteEdit[]): Uint8Array {
  return edits.reduce(applyOne, bytes);
}

function boundaryHex(dice: Dice): string {
  const bits = dice.one([8, 16, 32] as const);
  return dice
    .number(bits)
    .toString(16)
    .padStart(bits / 4, "0");
}

/** One edit by chance. Fields of SCTP lie on even offsets, mostly on multiples of 4: those are favoured. */
export function randomEdit(dice: Dice): ByteEdit {
  const at = dice.chance(0.7) ? 2 * dice.below(40) : dice.below(2000);
  switch (dice.below(6)) {
    case 0:
      return { edit: "flip", at, bit: dice.below(8) };
    case 1:
      return { edit: "cut", at, lengthBytes: dice.size(8, 1500) };
    case 2:
      return { edit: "insert", at, hex: toHex(dice.bytes(dice.size(12, 300))) };
    case 3:
      return { edit: "repeat", at, lengthBytes: dice.size(24, 200), times: dice.size(4, 40) };
    default:
      return { edit: "set", at, hex: boundaryHex(dice) };
  }
}
