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

/** Nearly all associations have one of a few sets; peers choose them, so that the table has a bound. */
const KNOWN_SETS_MAX = 64;

/** A set of chunk types, asked at every chunk of every packet: one bit for each. */
export class ChunkTypeSet {
  /** The set without members. */
  static readonly NONE: ChunkTypeSet = new ChunkTypeSet([]);
  private static readonly known = new Map<string, ChunkTypeSet>();
  private readonly bits = new Uint32Array(8);

  /** @param chunkTypes - 0 to 255 each; those that cannot be authenticated are ignored (RFC 4895 §3.2) */
  constructor(chunkTypes: Iterable<number>) {
    for (const type of chunkTypes) {
      if (canBeAuthenticated(type)) this.bits[type >>> 5] = (this.bits[type >>> 5] ?? 0) | (1 << (type & 31));
    }
  }

  /** The set of some types, which all shares that have asked for the same list. */
  static of(chunkTypes: readonly number[]): ChunkTypeSet {
    if (chunkTypes.length === 0) return ChunkTypeSet.NONE;
    const name = String.fromCharCode(...chunkTypes);
    const known = ChunkTypeSet.known.get(name);
    if (known !== undefined) return known;
    if (ChunkTypeSet.known.size >= KNOWN_SETS_MAX) ChunkTypeSet.known.clear();
    const set = new ChunkTypeSet(chunkTypes);
    ChunkTypeSet.known.set(name, set);
    return set;
  }

  /** Whether a type is a member. */
  has(chunkType: number): boolean {
    return (((this.bits[chunkType >>> 5] ?? 0) >>> (chunkType & 31)) & 1) !== 0;
  }
}
