import { CHUNK_AUTH, CHUNK_INIT, CHUNK_INIT_ACK, CHUNK_SHUTDOWN_COMPLETE } from "../../../wire/chunk.js";

/** Whether a chunk type may be asked for in authenticated form at all (RFC 4895 §3.2). */
export function canBeAuthenticated(chunkType: number): boolean {
  return (
    chunkType !== CHUNK_INIT &&
    chunkType !== CHUNK_INIT_ACK &&
    chunkType !== CHUNK_SHUTDOWN_COMPLETE &&
    chunkType !== CHUNK_AUTH
  );
}

/** A set of chunk types, asked at every chunk of every packet: one bit for each. */
export class ChunkTypeSet {
  /** The set without members. */
  static readonly NONE: ChunkTypeSet = new ChunkTypeSet([]);
  private readonly bits = new Uint32Array(8);

  /** @param chunkTypes - 0 to 255 each; those that cannot be authenticated are ignored (RFC 4895 §3.2) */
  constructor(chunkTypes: Iterable<number>) {
    for (const type of chunkTypes) {
      if (canBeAuthenticated(type)) this.bits[type >>> 5] = (this.bits[type >>> 5] ?? 0) | (1 << (type & 31));
    }
  }

  /** Whether a type is a member. */
  has(chunkType: number): boolean {
    return (((this.bits[chunkType >>> 5] ?? 0) >>> (chunkType & 31)) & 1) !== 0;
  }
}
