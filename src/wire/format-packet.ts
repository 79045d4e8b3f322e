import { chunkKind, formatChunk, parseChunk } from "./chunk.js";
import { formatHex } from "./format.js";
import { COMMON_HEADER_BYTES, type CommonHeader } from "./common-header.js";
import { isMalformed } from "./malformed.js";
import { ChunkCursor } from "./packet.js";

/** The common header in one line. */
export function formatCommonHeader(header: CommonHeader): string {
  const tag = formatHex(header.verificationTag, 8);
  return `${header.sourcePort} → ${header.destinationPort}, verification tag=${tag}`;
}

/**
 * The chunks of a packet, one line each, in Wireshark's words. It takes any bytes: what is malformed is
 * called so.
 */
export function formatPacket(bytes: Uint8Array): string {
  if (bytes.length < COMMON_HEADER_BYTES) return `Malformed packet (${bytes.length} bytes)`;
  const lines: string[] = [];
  const cursor = new ChunkCursor();
  cursor.reset(bytes, 0, bytes.length);
  while (cursor.next()) {
    const chunk = parseChunk(bytes, cursor.offsetBytes, cursor.lengthBytes);
    lines.push(
      isMalformed(chunk) ? `Malformed ${chunkKind(cursor.type)} (${chunk.reason})` : formatChunk(chunk),
    );
  }
  if (cursor.malformed) lines.push("Partial chunk");
  return lines.join("\n");
}
