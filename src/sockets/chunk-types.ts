/**
 * The types of chunks by their names (RFC 9260 §3.2, and the registry of IANA), for SCTP_AUTH_CHUNK and its like.
 *
 * @module
 */
import { wrongType, wrongValue } from "./errors.js";
import { checkedInteger } from "./structures.js";

/** In the words of the RFCs that define them. */
const CHUNK_TYPES = {
  DATA: 0,
  INIT: 1,
  "INIT ACK": 2,
  SACK: 3,
  HEARTBEAT: 4,
  "HEARTBEAT ACK": 5,
  ABORT: 6,
  SHUTDOWN: 7,
  "SHUTDOWN ACK": 8,
  ERROR: 9,
  "COOKIE ECHO": 10,
  "COOKIE ACK": 11,
  ECNE: 12,
  CWR: 13,
  "SHUTDOWN COMPLETE": 14,
  AUTH: 15,
  "I-DATA": 64,
  "ASCONF-ACK": 128,
  "RE-CONFIG": 130,
  PAD: 132,
  "FORWARD TSN": 192,
  ASCONF: 193,
  "I-FORWARD-TSN": 194,
} as const;

/** The name of a type of chunk. */
export type ChunkTypeName = keyof typeof CHUNK_TYPES;

/**
 * The number of a type of chunk, as `sauth_chunk` takes it.
 *
 * @param name - `"DATA"`, `"COOKIE ECHO"` …
 * @throws TypeError with an ERR_SCTP_ code when there is no such type
 */
export function chunkType(name: ChunkTypeName): number {
  if (typeof name !== "string") throw wrongType("name", "a string", name);
  if (Object.hasOwn(CHUNK_TYPES, name)) return CHUNK_TYPES[name];
  throw wrongValue("name", `one of ${Object.keys(CHUNK_TYPES).join(", ")}`, name);
}

/**
 * The name of a type of chunk, as it stands in `gauth_chunks`.
 *
 * @param type - 0 to 255
 * @returns `undefined` for a type that nothing is known of
 * @throws TypeError or RangeError with an ERR_SCTP_ code
 */
export function chunkTypeName(type: number): ChunkTypeName | undefined {
  checkedInteger(type, "type", 0, 0xff);
  for (const name of Object.keys(CHUNK_TYPES)) {
    if (isName(name) && CHUNK_TYPES[name] === type) return name;
  }
  return undefined;
}

function isName(name: string): name is ChunkTypeName {
  return Object.hasOwn(CHUNK_TYPES, name);
}
