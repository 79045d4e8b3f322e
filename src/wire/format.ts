/** A tag or a type as Wireshark shows it: `0x` and `digits` lower-case hexadecimal digits. */
export function formatHex(value: number, digits: number): string {
  return `0x${value.toString(16).padStart(digits, "0")}`;
}

/** Bytes as hexadecimal digits, at most 16 of them and how many there are. */
export function formatBytes(bytes: Uint8Array): string {
  const shown = Array.from(bytes.subarray(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return bytes.length <= 16 ? `[${shown}]` : `[${shown}… ${bytes.length} bytes]`;
}
