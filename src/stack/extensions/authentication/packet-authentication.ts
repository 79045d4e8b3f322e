import type { HmacIdentifier } from "../../crypto.js";

/** What has to be authenticated of the packets to one peer, and how (RFC 4895 §6.2). */
export interface PacketAuthentication {
  /** The algorithm that the peer has asked for; `undefined` where nothing is to be authenticated. */
  readonly algorithm: HmacIdentifier | undefined;
  /** The key that control chunks are authenticated with; a user's message may have another. */
  readonly activeKeyNumber: number;
  /** Whether the peer takes a chunk of that type only if it is authenticated. */
  requires(chunkType: number): boolean;
  /** The bytes of the AUTH chunk that a packet with chunks of a type needs; 0 where they are not authenticated. */
  overheadBytes(chunkType: number): number;
  /**
   * The HMAC of what stands in `bytes` from `start`, an AUTH chunk whose HMAC is all zeros, up to `end`, the end of
   * the packet.
   */
  sign(keyNumber: number, bytes: Uint8Array, start: number, end: number): Uint8Array;
}
