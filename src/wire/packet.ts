import { readUint16, padded } from "./bytes.js";
import { CHUNK_INIT, CHUNK_INIT_ACK, CHUNK_SHUTDOWN_COMPLETE, type Chunk, parseChunk } from "./chunk.js";
import { CHUNK_HEADER_BYTES } from "./chunk-codec.js";
import { COMMON_HEADER_BYTES, type CommonHeader, parseCommonHeader } from "./common-header.js";
import { INVALID_LENGTH, isMalformed, type Malformed } from "./malformed.js";

const NO_BYTES = new Uint8Array(0);

/**
 * Walks over the chunks of a packet in place. One cursor serves all packets; it allocates nothing.
 *
 * ```ts
 * cursor.reset(slab, offset, lengthBytes);
 * while (cursor.next()) handle(cursor.type, slab, cursor.offsetBytes, cursor.lengthBytes);
 * if (cursor.malformed) …
 * ```
 */
export class ChunkCursor {
  /** The type of the current chunk. */
  type = 0;
  /** The flags of the current chunk. */
  flags = 0;
  /** Where the current chunk begins, counted in the same bytes as the packet's offset. */
  offsetBytes = 0;
  /** The length of the current chunk: its header counts, its padding does not. At least 4. */
  lengthBytes = 0;
  /**
   * Set once the walk has met something that is no whole chunk: one that says to be shorter than its header
   * or that runs over the end of the packet, or a packet without a whole common header. RFC 9260 §6.10 has
   * partial chunks dropped.
   */
  malformed = false;

  private bytes: Uint8Array = NO_BYTES;
  private firstOffset = 0;
  private nextOffset = 0;
  private endOffset = 0;

  /**
   * Starts at a packet, which begins with its common header. The cursor stands in front of the first chunk.
   */
  reset(bytes: Uint8Array, offset: number, lengthBytes: number): void {
    this.bytes = bytes;
    this.firstOffset = offset + COMMON_HEADER_BYTES;
    this.nextOffset = this.firstOffset;
    this.endOffset = offset + lengthBytes;
    this.malformed = lengthBytes < COMMON_HEADER_BYTES;
  }

  /** Goes to the next chunk; false when there is none, or none that is whole. */
  next(): boolean {
    const { bytes, nextOffset: at, endOffset: end } = this;
    if (at >= end || this.malformed) return false;
    if (end - at < CHUNK_HEADER_BYTES) return this.stop();
    const lengthBytes = readUint16(bytes, at + 2);
    if (lengthBytes < CHUNK_HEADER_BYTES || lengthBytes > end - at) return this.stop();
    this.type = bytes[at] as number;
    this.flags = bytes[at + 1] as number;
    this.offsetBytes = at;
    this.lengthBytes = lengthBytes;
    // RFC 9260 §3.2: nothing is read from padding, and that of the last chunk may be missing.
    this.nextOffset = at + padded(lengthBytes);
    return true;
  }

  /** Whether the current chunk is the first one. */
  get isFirst(): boolean {
    return this.offsetBytes === this.firstOffset;
  }

  /** Whether nothing follows the current chunk. */
  get isLast(): boolean {
    return this.nextOffset >= this.endOffset;
  }

  /** Where the packet ends, counted as {@link offsetBytes} is. */
  get packetEndOffset(): number {
    return this.endOffset;
  }

  private stop(): boolean {
    this.malformed = true;
    return false;
  }
}

/** Whether a chunk of this type must have its packet to itself (RFC 9260 §6.10). */
export function mustBeAlone(type: number): boolean {
  return type === CHUNK_INIT || type === CHUNK_INIT_ACK || type === CHUNK_SHUTDOWN_COMPLETE;
}

/**
 * Whether the current chunk of a cursor shares its packet although it must not (RFC 9260 §3, §5.1, §6.10). Asking at
 * each chunk, or at those three types, finds every violation; it costs no second walk.
 */
export function bundlingViolation(cursor: ChunkCursor): boolean {
  return mustBeAlone(cursor.type) && !(cursor.isFirst && cursor.isLast);
}

/** A packet as objects. */
export interface Packet {
  readonly header: CommonHeader;
  readonly chunks: readonly Chunk[];
}

/** Reads a whole packet into objects: for tests and for people. One malformed chunk makes it malformed. */
export function parsePacket(bytes: Uint8Array): Packet | Malformed {
  const header = parseCommonHeader(bytes, 0, bytes.length);
  if (isMalformed(header)) return header;
  const chunks: Chunk[] = [];
  const cursor = new ChunkCursor();
  cursor.reset(bytes, 0, bytes.length);
  while (cursor.next()) {
    const chunk = parseChunk(bytes, cursor.offsetBytes, cursor.lengthBytes);
    if (isMalformed(chunk)) return chunk;
    chunks.push(chunk);
  }
  return cursor.malformed ? INVALID_LENGTH : { header, chunks };
}
