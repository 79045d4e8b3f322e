import type { Millis } from "../../base/millis.js";
import { SPARE_SEND_BLOCKS_MAX } from "../limits.js";
import { type MessageOptions, OutgoingMessage } from "./outgoing-message.js";

/** The length of a block; longer messages have memory of their own. */
export const SEND_BLOCK_BYTES: number = 64 * 1024;
/**
 * An association takes a block once what it holds would fill so much of one: an association with a few bytes on their
 * way, of which there may be many, does not hold a whole block for them.
 */
const WORTH_A_BLOCK_BYTES: number = SEND_BLOCK_BYTES / 4;

/** How many objects a block keeps for the messages that lie in it: as many as there are of 64 bytes. */
const MESSAGES_KEPT_MAX: number = SEND_BLOCK_BYTES / 64;

/**
 * Memory in which the payloads of messages of one association lie one behind the other, and the objects that have stood
 * for them: a message lives as long as a round trip, which is long enough to be dear to the garbage collector.
 */
export class SendBlock {
  readonly bytes: Uint8Array = new Uint8Array(SEND_BLOCK_BYTES);
  /** The same memory in words of 32 bits, with which payloads begin. */
  readonly words: Int32Array = new Int32Array(this.bytes.buffer);
  /** Where the next payload goes. Only {@link SendMemory} writes this and what follows. */
  usedBytes = 0;
  /** How many messages lie in it that have not been given back. */
  messages = 0;
  /** Objects that have stood for messages here, or do. */
  readonly kept: OutgoingMessage[] = [];
  /** How many of these stand for messages since the block came into use. */
  keptInUse = 0;
}

/**
 * Blocks that nobody uses at the moment, of all associations of a stack. Fresh memory is dear: its pages have to be
 * found and filled with zeros.
 */
export class SpareSendBlocks {
  private readonly blocks: SendBlock[] = [];

  /** How many there are. */
  get count(): number {
    return this.blocks.length;
  }

  /** Takes a block, which is made when there is none. */
  take(): SendBlock {
    return this.blocks.pop() ?? new SendBlock();
  }

  /** Keeps a block for the next who needs one, unless there are enough. */
  keep(block: SendBlock): void {
    if (this.blocks.length < SPARE_SEND_BLOCKS_MAX) this.blocks.push(block);
  }
}

/**
 * Where the payloads of one association's messages lie until they have been acknowledged (RFC 9260 §6.7). Messages
 * leave in the order in which they came, or nearly so, so that the blocks are filled at one end and come free at the
 * other; an association whose messages have all been acknowledged holds none.
 */
export class SendMemory {
  private readonly spare: SpareSendBlocks;
  /** The block that is being filled. */
  private current: SendBlock | undefined;

  constructor(spare: SpareSendBlocks) {
    this.spare = spare;
  }

  /** Whether there is a block with room in it. */
  get holdsBlock(): boolean {
    return this.current !== undefined;
  }

  /**
   * The block that a payload is to have a {@link place} in; `undefined` for one that gets memory of its own.
   *
   * @param heldBytes - what the association holds already
   */
  blockFor(lengthBytes: number, heldBytes: number): SendBlock | undefined {
    const { current } = this;
    if (current !== undefined && current.usedBytes + lengthBytes <= SEND_BLOCK_BYTES) return current;
    if (lengthBytes > SEND_BLOCK_BYTES || heldBytes + lengthBytes < WORTH_A_BLOCK_BYTES) return undefined;
    this.current = this.spare.take();
    return this.current;
  }

  /** A message whose payload, still to be copied, lies in the block. */
  place(block: SendBlock, lengthBytes: number, options: MessageOptions, now: Millis): OutgoingMessage {
    const start = block.usedBytes;
    // Each begins with a word of its own: short ones are copied in words.
    block.usedBytes = (start + lengthBytes + 3) & ~3;
    block.messages += 1;
    const { kept, keptInUse } = block;
    // What need not arrive is known to others, who may keep it for longer.
    const mayKeep = options.partialReliability === undefined;
    if (mayKeep && keptInUse < kept.length) {
      const message = kept[keptInUse] as OutgoingMessage;
      block.keptInUse += 1;
      message.standForAnother(start, lengthBytes, options);
      message.block = block;
      return message;
    }
    const message = new OutgoingMessage(block.bytes, start, lengthBytes, options, now);
    message.block = block;
    if (mayKeep && keptInUse === kept.length && keptInUse < MESSAGES_KEPT_MAX) {
      kept.push(message);
      block.keptInUse += 1;
    }
    return message;
  }

  /** A message has been acknowledged: nobody reads its payload any more. */
  giveBack(message: OutgoingMessage): void {
    const { block } = message;
    if (block === undefined) return;
    message.block = undefined;
    block.messages -= 1;
    if (block.messages > 0) return;
    block.usedBytes = 0;
    block.keptInUse = 0;
    if (block === this.current) this.current = undefined;
    this.spare.keep(block);
  }

  /** A message has failed, and is told of with its payload: it gets memory of its own. */
  detach(message: OutgoingMessage): void {
    const { block } = message;
    if (block === undefined) return;
    // The object is the message's own now, too, and which of them it is nobody knows.
    block.kept.length = 0;
    message.data = message.payload();
    message.startOffset = 0;
    this.giveBack(message);
  }

  /** All messages have failed: their blocks are theirs, for as long as somebody wants to know what they held. */
  abandon(): void {
    this.current = undefined;
  }
}
