import type { ChunkCodec } from "./chunk-codec.js";
import { ABORT_CODEC, type AbortChunk } from "./chunks/abort-chunk.js";
import { AUTH_CODEC, type AuthChunk } from "./chunks/auth-chunk.js";
import { ASCONF_ACK_CODEC, type AsconfAckChunk } from "./chunks/asconf-ack-chunk.js";
import { ASCONF_CODEC, type AsconfChunk } from "./chunks/asconf-chunk.js";
import { COOKIE_ACK_CODEC, type CookieAckChunk } from "./chunks/cookie-ack-chunk.js";
import { COOKIE_ECHO_CODEC, type CookieEchoChunk } from "./chunks/cookie-echo-chunk.js";
import { CWR_CODEC, type CwrChunk } from "./chunks/cwr-chunk.js";
import { DATA_CODEC, type DataChunk } from "./chunks/data-chunk.js";
import { ECNE_CODEC, type EcneChunk } from "./chunks/ecne-chunk.js";
import { ERROR_CODEC, type ErrorChunk } from "./chunks/error-chunk.js";
import { FORWARD_TSN_CODEC, type ForwardTsnChunk } from "./chunks/forward-tsn-chunk.js";
import { HEARTBEAT_ACK_CODEC, type HeartbeatAckChunk } from "./chunks/heartbeat-ack-chunk.js";
import { HEARTBEAT_CODEC, type HeartbeatChunk } from "./chunks/heartbeat-chunk.js";
import { INIT_ACK_CODEC, type InitAckChunk } from "./chunks/init-ack-chunk.js";
import { INIT_CODEC, type InitChunk } from "./chunks/init-chunk.js";
import { SACK_CODEC, type SackChunk } from "./chunks/sack-chunk.js";
import { SHUTDOWN_ACK_CODEC, type ShutdownAckChunk } from "./chunks/shutdown-ack-chunk.js";
import { SHUTDOWN_CODEC, type ShutdownChunk } from "./chunks/shutdown-chunk.js";
import { SHUTDOWN_COMPLETE_CODEC, type ShutdownCompleteChunk } from "./chunks/shutdown-complete-chunk.js";
import {
  byteLengthOfUnknownChunk,
  formatUnknownChunk,
  parseUnknownChunk,
  type UnknownChunk,
  writeUnknownChunk,
} from "./chunks/unknown-chunk.js";
import type { Malformed } from "./malformed.js";
import type { UnknownTypeAction } from "./unknown-type-action.js";

export { type AbortChunk, CHUNK_ABORT } from "./chunks/abort-chunk.js";
export { type AuthChunk, CHUNK_AUTH } from "./chunks/auth-chunk.js";
export { type AsconfAckChunk, CHUNK_ASCONF_ACK } from "./chunks/asconf-ack-chunk.js";
export { type AsconfChunk, CHUNK_ASCONF } from "./chunks/asconf-chunk.js";
export { CHUNK_COOKIE_ACK, type CookieAckChunk } from "./chunks/cookie-ack-chunk.js";
export { CHUNK_COOKIE_ECHO, type CookieEchoChunk } from "./chunks/cookie-echo-chunk.js";
export { CHUNK_CWR, type CwrChunk } from "./chunks/cwr-chunk.js";
export { CHUNK_DATA, type DataChunk } from "./chunks/data-chunk.js";
export { CHUNK_ECNE, type EcneChunk } from "./chunks/ecne-chunk.js";
export { CHUNK_ERROR, type ErrorChunk } from "./chunks/error-chunk.js";
export { CHUNK_FORWARD_TSN, type ForwardTsnChunk } from "./chunks/forward-tsn-chunk.js";
export { CHUNK_HEARTBEAT_ACK, type HeartbeatAckChunk } from "./chunks/heartbeat-ack-chunk.js";
export { CHUNK_HEARTBEAT, type HeartbeatChunk } from "./chunks/heartbeat-chunk.js";
export { CHUNK_INIT_ACK, type InitAckChunk } from "./chunks/init-ack-chunk.js";
export { CHUNK_INIT, type InitChunk } from "./chunks/init-chunk.js";
export { CHUNK_SACK, type SackChunk } from "./chunks/sack-chunk.js";
export { CHUNK_SHUTDOWN_ACK, type ShutdownAckChunk } from "./chunks/shutdown-ack-chunk.js";
export { CHUNK_SHUTDOWN, type ShutdownChunk } from "./chunks/shutdown-chunk.js";
export { CHUNK_SHUTDOWN_COMPLETE, type ShutdownCompleteChunk } from "./chunks/shutdown-complete-chunk.js";
export type { UnknownChunk } from "./chunks/unknown-chunk.js";

/** Any chunk; `kind` is its name in the RFC's spelling. */
export type Chunk =
  | DataChunk
  | InitChunk
  | InitAckChunk
  | SackChunk
  | HeartbeatChunk
  | HeartbeatAckChunk
  | AbortChunk
  | ShutdownChunk
  | ShutdownAckChunk
  | ErrorChunk
  | CookieEchoChunk
  | CookieAckChunk
  | EcneChunk
  | CwrChunk
  | ShutdownCompleteChunk
  | AsconfChunk
  | AsconfAckChunk
  | AuthChunk
  | ForwardTsnChunk
  | UnknownChunk;

/** The registry (RFC 9260 §3.2 Table 1). An extension's chunk is one file and one row here. */
const CHUNK_CODECS: readonly ChunkCodec<Chunk>[] = [
  DATA_CODEC,
  INIT_CODEC,
  INIT_ACK_CODEC,
  SACK_CODEC,
  HEARTBEAT_CODEC,
  HEARTBEAT_ACK_CODEC,
  ABORT_CODEC,
  SHUTDOWN_CODEC,
  SHUTDOWN_ACK_CODEC,
  ERROR_CODEC,
  COOKIE_ECHO_CODEC,
  COOKIE_ACK_CODEC,
  ECNE_CODEC,
  CWR_CODEC,
  SHUTDOWN_COMPLETE_CODEC,
  ASCONF_CODEC,
  ASCONF_ACK_CODEC,
  AUTH_CODEC,
  FORWARD_TSN_CODEC,
];

const CODEC_BY_TYPE: ReadonlyMap<number, ChunkCodec<Chunk>> = new Map(
  CHUNK_CODECS.map((codec) => [codec.type, codec]),
);

const CODEC_BY_KIND: ReadonlyMap<string, ChunkCodec<Chunk>> = new Map(
  CHUNK_CODECS.map((codec) => [codec.kind, codec]),
);

/** Whether the registry knows a chunk type. */
export function isKnownChunkType(type: number): boolean {
  return CODEC_BY_TYPE.has(type);
}

/**
 * What the two high bits of an unknown chunk type demand (RFC 9260 §3.2 Table 2). `stop` ends the whole
 * packet; what is reported goes into an Unrecognized Chunk Type cause.
 */
export function unknownChunkAction(type: number): UnknownTypeAction {
  return { stop: (type & 0x80) === 0, report: (type & 0x40) !== 0 };
}

/**
 * Reads one chunk of any type.
 *
 * @param lengthBytes - the chunk length without padding, at least 4, as the cursor of packet.ts has checked
 * it
 */
export function parseChunk(bytes: Uint8Array, offset: number, lengthBytes: number): Chunk | Malformed {
  const codec = CODEC_BY_TYPE.get(bytes[offset] as number);
  if (codec === undefined) return parseUnknownChunk(bytes, offset, lengthBytes);
  return codec.parse(bytes, offset, lengthBytes);
}

/** The length of a chunk without padding. */
export function byteLengthOfChunk(chunk: Chunk): number {
  if (chunk.kind === "UNKNOWN") return byteLengthOfUnknownChunk(chunk);
  return codecOf(chunk).byteLength(chunk);
}

/**
 * Writes `byteLengthOfChunk(chunk)` bytes at `offset`; padding is the business of who lays out the packet.
 */
export function writeChunk(chunk: Chunk, bytes: Uint8Array, offset: number): void {
  if (chunk.kind === "UNKNOWN") writeUnknownChunk(chunk, bytes, offset);
  else codecOf(chunk).write(chunk, bytes, offset);
}

/** The chunk alone, in bytes of its own, without padding. */
export function chunkBytes(chunk: Chunk): Uint8Array {
  const bytes = new Uint8Array(byteLengthOfChunk(chunk));
  writeChunk(chunk, bytes, 0);
  return bytes;
}

/** A chunk in one line, in Wireshark's words. */
export function formatChunk(chunk: Chunk): string {
  return chunk.kind === "UNKNOWN" ? formatUnknownChunk(chunk) : codecOf(chunk).format(chunk);
}

/** The chunk type that a chunk has on the wire. */
export function chunkType(chunk: Chunk): number {
  return chunk.kind === "UNKNOWN" ? chunk.type : codecOf(chunk).type;
}

/** The name of a chunk type in the RFC's spelling, or `UNKNOWN`. */
export function chunkKind(type: number): Chunk["kind"] {
  return CODEC_BY_TYPE.get(type)?.kind ?? "UNKNOWN";
}

function codecOf(chunk: Chunk): ChunkCodec<Chunk> {
  return CODEC_BY_KIND.get(chunk.kind) as ChunkCodec<Chunk>;
}
