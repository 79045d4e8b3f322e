import { RX_TOTAL_BYTES_SCARCE } from "../limits.js";
import { type AllocateBlock, MessageArena } from "./message-arena.js";
import type { PayloadMemory } from "./reassembly-queue.js";
import { SpareMessageMemory } from "./spare-message-memory.js";

/**
 * The memory of received payload of all associations of a stack: where that of small messages lies, and how many bytes
 * there are. RFC 9260 §6.2 leaves it to the receiver how large the window is that it tells of; where memory is scarce,
 * it is small.
 */
export class ReceiveMemory implements PayloadMemory {
  /**
   * How many bytes may wait below the stack to be handled, before some are dropped without a word: no peer is offered a
   * larger window.
   */
  readonly windowBytesMax: () => number;
  /** Where small messages lie. */
  readonly arena: MessageArena;
  /** Where large ones are put together. */
  readonly spares: SpareMessageMemory = new SpareMessageMemory();
  private held = 0;

  /**
   * @param windowBytesMax - asked each time, because it is known only when something has been opened
   * @param allocate - makes the memory that small messages share; by default plain memory
   */
  constructor(windowBytesMax: () => number, allocate?: AllocateBlock) {
    this.windowBytesMax = windowBytesMax;
    this.arena = new MessageArena(allocate);
  }

  /** Bytes that are being put together or wait for their applications. */
  get heldBytes(): number {
    return this.held;
  }

  /** How many bytes more may be held before that is so much that each association has to do with little. */
  get untilScarceBytes(): number {
    return RX_TOTAL_BYTES_SCARCE - this.held;
  }

  /** Whether so much is held that each association has to do with little. */
  get isScarce(): boolean {
    return this.held >= RX_TOTAL_BYTES_SCARCE;
  }

  /** Notes that an association holds so many bytes more, or less. */
  note(changeBytes: number): void {
    this.held += changeBytes;
  }
}
