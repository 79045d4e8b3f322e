import { writeUint16, writeUint32 } from "../../../src/wire/bytes.js";
import { chunkBytes } from "../../../src/wire/chunk.js";
import { applyEdits, fromHex, type ByteEdit } from "../byte-edits.js";

/**
 * A field whose value depends on the association that the chunk meets: a case stays meaningful when the stack
 * draws other tags and TSNs than it did when the case was made.
 */
export type LiveField =
  /** The TSN that we sent first. */
  | "first TSN"
  /** The TSN that we sent last. */
  | "last TSN"
  /** The TSN that we expect next from the peer. */
  | "expected TSN"
  | "our tag"
  | "peer's tag";

/** Where a live field stands in a chunk, and how far from it the value is; `stride` is added with each repetition. */
export interface Put {
  readonly at: number;
  readonly field: LiveField;
  readonly delta: number;
  readonly stride?: number;
}

/** A chunk of a case. */
export interface ChunkSpec {
  /** The bytes as hexadecimal digits, or a chunk that answers what the stack has sent last. */
  readonly base: string | { readonly answer: "COOKIE ECHO" | "HEARTBEAT ACK" };
  readonly put?: readonly Put[];
  readonly edits?: readonly ByteEdit[];
  /** Whether the length field is put right after the edits. */
  readonly fixLength?: boolean;
}

/** What live fields and answers are taken from. */
export interface LiveValues {
  readonly fields: Readonly<Record<LiveField, number>>;
  /** The State Cookie that was received last. */
  readonly cookie: Uint8Array;
  /** The information of the last HEARTBEAT received. */
  readonly heartbeatInfo: Uint8Array;
}

function baseBytes({ base }: ChunkSpec, live: LiveValues): Uint8Array {
  if (typeof base === "string") return fromHex(base);
  return base.answer === "COOKIE ECHO"
    ? chunkBytes({ kind: "COOKIE ECHO", cookie: live.cookie })
    : chunkBytes({ kind: "HEARTBEAT ACK", info: live.heartbeatInfo });
}

/** The bytes of a chunk, without padding. */
export function renderChunk(spec: ChunkSpec, live: LiveValues, repetition: number): Uint8Array {
  const bytes = baseBytes(spec, live);
  for (const { at, field, delta, stride = 0 } of spec.put ?? []) {
    if (at + 4 > bytes.length) continue;
    writeUint32(bytes, at, (live.fields[field] + delta + stride * repetition) >>> 0);
  }
  const edited = applyEdits(bytes, spec.edits ?? []);
  if (spec.fixLength === true && edited.length >= 4) writeUint16(edited, 2, edited.length);
  return edited;
}
