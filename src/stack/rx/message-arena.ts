import { copyInto } from "../../wire/bytes.js";
import { MESSAGE_BLOCK_BYTES, SHARED_MESSAGE_BYTES_MAX, UNREAD_BLOCKS_MAX } from "../limits.js";
import { copyPayload } from "./growing-buffer.js";

/** Makes zeroed memory that messages share; userland makes such that cannot be transferred to another thread. */
export type AllocateBlock = (lengthBytes: number) => Uint8Array;

/** Memory that several messages share, and how many of them wait to be read. */
export class MessageBlock {
  readonly bytes: Uint8Array;
  /** The memory of `bytes`: asking them for it costs as much as the message that is made of it. */
  readonly memory: ArrayBufferLike;
  /** How many of its messages have not been read. */
  unreadMessages = 0;
  private readonly arena: MessageArena;

  constructor(bytes: Uint8Array, arena: MessageArena) {
    this.bytes = bytes;
    this.memory = bytes.buffer;
    this.arena = arena;
  }

  /** The application has taken a message, which keeps the block for as long as it is kept itself. */
  messageRead(): void {
    this.unreadMessages -= 1;
    if (this.unreadMessages === 0) this.arena.unreadBlocks -= 1;
  }
}

/**
 * Memory for small messages, which cost more to allocate than to copy: they share blocks of
 * {@link MESSAGE_BLOCK_BYTES}. With the first small message of a packet all that stands behind it is copied, in one go,
 * and the others find their bytes there. A block is only ever written where nothing has been handed out, and goes with
 * the last of its messages.
 *
 * A message keeps a whole block, which a_rwnd does not say (RFC 9260 §6.2). For one that the application has taken that
 * is the application's business. What waits to be read keeps {@link UNREAD_BLOCKS_MAX} blocks of a stack at most: then
 * each further message has its own memory, so that no peer makes us hold blocks for single bytes.
 */
export class MessageArena {
  /** Blocks of which messages wait to be read. Only blocks write it. */
  unreadBlocks = 0;
  private readonly allocate: AllocateBlock;
  private current: MessageBlock | undefined = undefined;
  private usedBytes = 0;
  private lastBlock: MessageBlock | undefined = undefined;
  /** The packet under way. */
  private packet: Uint8Array | undefined = undefined;
  private packetEnd = 0;
  /** What of the packet has been copied to the current block: from here to the packet's end. */
  private copiedFrom = 0;
  /** How much further the copy lies in the block than in the packet's memory. */
  private shift = 0;

  constructor(allocate: AllocateBlock = (lengthBytes) => new Uint8Array(lengthBytes)) {
    this.allocate = allocate;
  }

  /** A packet is looked at: what is copied next lies in it, before `endOffset`. */
  beginPacket(bytes: Uint8Array, endOffset: number): void {
    this.packet = bytes;
    this.packetEnd = endOffset;
    this.copiedFrom = endOffset;
  }

  /**
   * A copy of a message's payload, which is valid for good. {@link MessageArena.block} says where it has come to.
   */
  copy(bytes: Uint8Array, offset: number, lengthBytes: number): Uint8Array {
    const block = this.place(bytes, offset, lengthBytes);
    this.lastBlock = block;
    if (block === undefined) return copyPayload(bytes, offset, lengthBytes);
    if (block.unreadMessages === 0) this.unreadBlocks += 1;
    block.unreadMessages += 1;
    return new Uint8Array(block.memory, offset + this.shift, lengthBytes);
  }

  /** The block of what was copied last; `undefined` when that has memory of its own. */
  get block(): MessageBlock | undefined {
    return this.lastBlock;
  }

  /** Has the bytes lie in a block, `shift` bytes further on; `undefined` when they are to have their own memory. */
  private place(bytes: Uint8Array, offset: number, lengthBytes: number): MessageBlock | undefined {
    if (lengthBytes >= SHARED_MESSAGE_BYTES_MAX) return undefined;
    const isOfPacket = bytes === this.packet && offset < this.packetEnd;
    if (isOfPacket && offset >= this.copiedFrom) return this.current;
    const restBytes = isOfPacket ? this.packetEnd - offset : lengthBytes;
    // In a packet of unusual size the rest may be anything.
    const copiesRest = isOfPacket && restBytes < SHARED_MESSAGE_BYTES_MAX;
    const copiedBytes = copiesRest ? restBytes : lengthBytes;
    const block = this.blockWithRoom(copiedBytes);
    if (block === undefined) return undefined;
    copyInto(block.bytes, this.usedBytes, bytes, offset, copiedBytes);
    this.shift = this.usedBytes - offset;
    this.usedBytes += copiedBytes;
    this.copiedFrom = copiesRest ? offset : this.packetEnd;
    return block;
  }

  private blockWithRoom(lengthBytes: number): MessageBlock | undefined {
    if (this.current !== undefined && this.usedBytes + lengthBytes <= MESSAGE_BLOCK_BYTES)
      return this.current;
    if (this.unreadBlocks >= UNREAD_BLOCKS_MAX) return undefined;
    this.current = new MessageBlock(this.allocate(MESSAGE_BLOCK_BYTES), this);
    this.usedBytes = 0;
    return this.current;
  }
}
