import { markAsUntransferable } from "node:worker_threads";

/**
 * Zeroed memory for small received messages, which share it. Whoever sends one of them to another thread sends a copy:
 * a transfer would take the memory of the others along.
 */
export function allocateMessageBlock(lengthBytes: number): Uint8Array {
  const bytes = new Uint8Array(lengthBytes);
  markAsUntransferable(bytes.buffer);
  return bytes;
}
