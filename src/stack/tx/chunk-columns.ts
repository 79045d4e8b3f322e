import type { Path } from "../paths/path.js";
import type { OutgoingMessage } from "./outgoing-message.js";

/** How many chunks there is room for when an association begins to send. */
const INITIAL_CAPACITY = 64;
/** Larger ones are not kept for others: the garbage collector takes them. */
const KEPT_CAPACITY_MAX = 4096;
/** How many are kept for the next association that sends: enough for those that take turns. */
const KEPT_MAX = 64;

/**
 * What is known of chunks that have been sent (RFC 9260 §6.2.1), one array for each property, so that a chunk costs no
 * object. They take 4 KiB and more, so that an association borrows them while something of it is outstanding, and has
 * none else.
 */
export class ChunkColumns {
  /** How many chunks there is room for: a power of two, or 0. */
  readonly capacity: number;
  readonly state: Uint8Array;
  readonly flags: Uint8Array;
  readonly missIndications: Uint8Array;
  readonly history: Uint8Array;
  readonly retransmissions: Uint32Array;
  readonly sentAt: Float64Array;
  readonly payloadOffset: Uint32Array;
  readonly payloadBytes: Uint32Array;
  readonly messages: (OutgoingMessage | undefined)[];
  readonly paths: (Path | undefined)[];

  constructor(capacity: number) {
    this.capacity = capacity;
    this.state = new Uint8Array(capacity);
    this.flags = new Uint8Array(capacity);
    this.missIndications = new Uint8Array(capacity);
    this.history = new Uint8Array(capacity);
    this.retransmissions = new Uint32Array(capacity);
    this.sentAt = new Float64Array(capacity);
    this.payloadOffset = new Uint32Array(capacity);
    this.payloadBytes = new Uint32Array(capacity);
    this.messages = new Array<OutgoingMessage | undefined>(capacity);
    this.paths = new Array<Path | undefined>(capacity);
  }

  /** Takes over chunk by chunk what stands in other, smaller columns. */
  takeOver(smaller: ChunkColumns, from: number, to: number): void {
    this.state[to] = smaller.state[from] ?? 0;
    this.flags[to] = smaller.flags[from] ?? 0;
    this.missIndications[to] = smaller.missIndications[from] ?? 0;
    this.history[to] = smaller.history[from] ?? 0;
    this.retransmissions[to] = smaller.retransmissions[from] ?? 0;
    this.sentAt[to] = smaller.sentAt[from] ?? 0;
    this.payloadOffset[to] = smaller.payloadOffset[from] ?? 0;
    this.payloadBytes[to] = smaller.payloadBytes[from] ?? 0;
    this.messages[to] = smaller.messages[from];
    this.paths[to] = smaller.paths[from];
  }
}

/** The columns of whoever has nothing outstanding. */
export const NO_COLUMNS: ChunkColumns = new ChunkColumns(0);

/** Columns without messages or paths that wait for the next to borrow them; whose they were makes no difference. */
const kept: ChunkColumns[] = [];

/** Columns for a sender that has nothing outstanding yet. What stands in them means nothing. */
export function borrowColumns(): ChunkColumns {
  return kept.pop() ?? new ChunkColumns(INITIAL_CAPACITY);
}

/** Takes columns back in which no message and no path stands any more. */
export function giveBackColumns(columns: ChunkColumns): void {
  if (columns.capacity <= KEPT_CAPACITY_MAX && kept.length < KEPT_MAX) kept.push(columns);
}
