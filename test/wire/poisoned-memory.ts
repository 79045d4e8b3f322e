import assert from "node:assert/strict";

/** How much memory lies around the bytes. */
const MARGIN_BYTES = 24;

/**
 * Runs a reader on the same bytes in the middle of two memories that are filled differently. A reader that
 * looked outside of its bytes would answer differently; one that wrote anything is found out as well.
 *
 * @returns what the reader answered
 */
export function readInPoison<T>(bytes: Uint8Array, read: (memory: Uint8Array, offset: number) => T): T {
  const answers = [0x00, 0xa5].map((poison) => {
    const memory = new Uint8Array(bytes.length + 2 * MARGIN_BYTES).fill(poison);
    memory.set(bytes, MARGIN_BYTES);
    const before = memory.slice();
    const answer = read(memory, MARGIN_BYTES);
    assert.deepEqual(memory, before, "a reader writes nothing");
    return answer;
  });
  assert.deepEqual(answers[0], answers[1], "a reader looks at nothing outside of its bytes");
  return answers[0] as T;
}

/**
 * Runs a writer of `lengthBytes` bytes in the middle of filled memory and asserts that it wrote all of them
 * and nothing else.
 *
 * @returns the bytes written
 */
export function writeInPoison(
  lengthBytes: number,
  write: (memory: Uint8Array, offset: number) => void,
): Uint8Array {
  const written = [0x00, 0xa5].map((poison) => {
    const memory = new Uint8Array(lengthBytes + 2 * MARGIN_BYTES).fill(poison);
    write(memory, MARGIN_BYTES);
    const outside = [...memory.subarray(0, MARGIN_BYTES), ...memory.subarray(MARGIN_BYTES + lengthBytes)];
    assert.ok(
      outside.every((byte) => byte === poison),
      "a writer writes nothing outside of its length",
    );
    return memory.slice(MARGIN_BYTES, MARGIN_BYTES + lengthBytes);
  });
  assert.deepEqual(written[0], written[1], "a writer leaves no byte as it was");
  return written[0] as Uint8Array;
}

/** The bytes that hexadecimal digits stand for; white space is for the reader. */
export function fromHex(text: string): Uint8Array {
  const digits = text.replace(/\s+/g, "");
  return Uint8Array.from({ length: digits.length / 2 }, (_, index) =>
    Number.parseInt(digits.slice(2 * index, 2 * index + 2), 16),
  );
}

/** Bytes as hexadecimal digits. */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
