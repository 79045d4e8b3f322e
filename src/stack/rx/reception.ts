import { RingQueue } from "../../base/ring-queue.js";
import type { Tsn } from "../../base/serial-number.js";
import type { SackChunk } from "../../wire/chunks/sack-chunk.js";
import type { AssociationConfig } from "../config.js";
import { RX_OVERCOMMIT_FACTOR, RX_SCARCE_BUFFER_BYTES, RX_UNREAD_PIECES_MAX } from "../limits.js";
import type { Path } from "../paths/path.js";
import { DataTracker } from "./data-tracker.js";
import type { FragmentRun } from "./fragment-run.js";
import { ReassemblyQueue, type ReassemblyQueueUser } from "./reassembly-queue.js";
import type { ReceiveMemory } from "./receive-memory.js";
import { SackTiming } from "./sack-timing.js";

/** RFC 9260 §6.2: a window update is worth a SACK of its own when a quarter of the buffer has come free. */
const WINDOW_UPDATE_FRACTION = 4;

/**
 * The receiving half of an association: what has arrived, what is being put together, what the application
 * has not read yet, and the window that follows from all of it (RFC 9260 §6.2).
 */
export class Reception {
  tracker: DataTracker;
  readonly reassembly: ReassemblyQueue;
  readonly sackTiming: SackTiming;
  /**
   * SACKs that are due, each saying what had arrived when it fell due. A batch of packets makes one for every
   * second of them, although all leave together: a sender gets a burst per SACK (RFC 9260 §6.1 D, §6.2).
   */
  readonly sacksDue: RingQueue<SackChunk> = new RingQueue<SackChunk>();
  /** Bytes handed out that the application has not read. */
  unreadBytes = 0;
  /** Messages, or parts of them, that they belong to. */
  private unreadPieces = 0;
  /** Whether so many pieces wait that the window is closed, however small they are. */
  private isClosedByPieces = false;
  /** Where the last DATA came from: SACKs go there (§6.4). */
  path: Path | undefined;
  /** Whether that is another path, because the way back may be broken. */
  isReturnVaried = false;
  /** The size of the receive buffer, bytes; only the user makes it smaller (RFC 9260 §3.3.2, §3.3.3). */
  bufferBytes: number;
  /** Messages beyond that size are handed out in parts, and others whole (RFC 6458 §8.1.21); 0 for neither. */
  private pointBytes = 0;
  /** What is left of the window that the peer was last told of. */
  private grantedBytes: number;
  /** The largest packet that the peer is expected to send, bytes. */
  private packetBytes = 0;
  private readonly memory: ReceiveMemory;
  /** What the memory of all associations knows of this one. */
  private chargedBytes = 0;
  private isOver = false;

  constructor(
    peerInitialTsn: Tsn,
    config: Readonly<AssociationConfig>,
    user: ReassemblyQueueUser,
    memory: ReceiveMemory,
  ) {
    this.memory = memory;
    this.tracker = new DataTracker(peerInitialTsn);
    this.reassembly = new ReassemblyQueue(user, memory);
    this.sackTiming = new SackTiming(config.sackFrequency);
    this.bufferBytes = config.receiveBufferBytes;
    this.grantedBytes = this.windowBytesMax;
    this.configure(config);
  }

  /** The peer's Initial TSN has become known, and no DATA has been taken yet (RFC 9260 §5.1, §6). */
  expect(peerInitialTsn: Tsn, config: Readonly<AssociationConfig>): void {
    this.tracker = new DataTracker(peerInitialTsn);
    this.configure(config);
    this.grantedBytes = this.windowBytesMax;
  }

  /** Follows what the user has changed. */
  configure(config: Readonly<AssociationConfig>): void {
    this.sackTiming.setPacketsPerSack(config.sackFrequency);
    this.bufferBytes = config.receiveBufferBytes;
    // A message that the buffer cannot hold is never whole there.
    this.pointBytes = Math.min(config.partialDeliveryPointBytes, config.receiveBufferBytes);
    this.reassembly.setInterleavesStreams(config.interleavesStreams);
  }

  /**
   * Hands out what has arrived of the message that is next, when it is larger than the partial delivery point (RFC 6458
   * §8.1.21); without one, when it would fill the buffer before it is complete (RFC 9260 §6.9), so that no size of
   * message stalls the association.
   */
  deliverPartially(): void {
    const { reassembly, pointBytes, tracker } = this;
    if (reassembly.isPartiallyDelivering) return;
    // What is not complete has at least one byte more to come, so that the point itself is passed already.
    const isDue =
      pointBytes > 0
        ? reassembly.partiallyDeliverableBytes(tracker.cumulativeTsnAck) >= pointBytes
        : this.isCrowded;
    if (isDue) reassembly.startPartialDelivery(tracker.cumulativeTsnAck);
  }

  /**
   * How many bytes of a message may come before there is anything to be decided but when they are acknowledged: they
   * have room, nothing of the message is handed out before its end, and memory does not become scarce.
   */
  undecidedBytes(message: FragmentRun): number {
    const { reassembly, memory, pointBytes, bufferBytes } = this;
    if (reassembly.isFull) return 0;
    const untilPartialBytes =
      pointBytes > 0
        ? pointBytes - message.lengthBytes
        : Math.min(bufferBytes / 2, bufferBytes - this.usableBytes) - reassembly.queuedBytes;
    return Math.min(this.freeBytes, untilPartialBytes, memory.untilScarceBytes);
  }

  /** Bytes of the buffer that are free, whatever the peer has been told. */
  get freeBytes(): number {
    if (this.isClosedByPieces) return 0;
    const { bufferBytes } = this;
    const allowedBytes = this.memory.isScarce ? Math.min(bufferBytes, RX_SCARCE_BUFFER_BYTES) : bufferBytes;
    return Math.max(0, allowedBytes - this.heldBytes);
  }

  /** Whether a chunk finds room; the last may run over the end of the window. */
  get hasRoom(): boolean {
    return this.freeBytes > 0 && !this.reassembly.isFull;
  }

  /** The largest window that the peer is offered: what a flight of that size waits in must hold it, too. */
  get windowBytesMax(): number {
    return Math.min(this.bufferBytes, this.memory.windowBytesMax());
  }

  private get offeredBytes(): number {
    return Math.min(this.freeBytes, this.memory.windowBytesMax());
  }

  /** Has the memory of all associations know how much this one holds; due whenever that may have changed. */
  charge(): void {
    this.memory.note(this.heldBytes - this.chargedBytes);
    this.chargedBytes = this.heldBytes;
  }

  /** The association is over: what was being put together is dropped, what is unread is held until it has been read. */
  end(): void {
    this.isOver = true;
    this.charge();
  }

  private get heldBytes(): number {
    return (this.isOver ? 0 : this.reassembly.queuedBytes) + this.unreadBytes;
  }

  /**
   * Whether the next chunk in sequence is taken although no byte is free. It is, as long as what fills the buffer
   * waits for just this chunk; but not while it waits for the application, or when a peer has gone so far that
   * nothing of what it has sent can be what it seems.
   */
  get takesNextInSequence(): boolean {
    if (this.isClosedByPieces || this.unreadBytes >= this.bufferBytes) return false;
    return this.reassembly.queuedBytes < RX_OVERCOMMIT_FACTOR * this.bufferBytes;
  }

  /** Notes that a piece of that size was handed out to be read. */
  handedOut(lengthBytes: number): void {
    this.unreadBytes += lengthBytes;
    this.unreadPieces += 1;
    if (this.unreadPieces >= RX_UNREAD_PIECES_MAX) this.isClosedByPieces = true;
  }

  /** Notes that the application has read so many bytes, and with them so many pieces to their ends. */
  released(lengthBytes: number, pieces: number): void {
    this.unreadBytes = Math.max(0, this.unreadBytes - lengthBytes);
    this.unreadPieces = Math.max(0, this.unreadPieces - pieces);
    // The window opens again when there is room for many, not for one after the other.
    if (this.unreadPieces <= RX_UNREAD_PIECES_MAX / 2) this.isClosedByPieces = false;
  }

  /** Takes over what the application has not read of an association that begins anew (RFC 9260 §5.2.4 A). */
  inheritUnread(from: Reception): void {
    this.unreadBytes = from.unreadBytes;
    this.unreadPieces = from.unreadPieces;
    this.isClosedByPieces = from.isClosedByPieces;
    from.unreadBytes = 0;
    from.end();
    this.charge();
  }

  /** Notes that payload of that size was taken. */
  accepted(lengthBytes: number): void {
    this.grantedBytes = Math.max(0, this.grantedBytes - lengthBytes);
  }

  /**
   * The a_rwnd for a SACK that leaves now. Against the silly window syndrome the window only grows by whole
   * packets, or by a quarter of a small buffer (RFC 9260 §6.2, RFC 1122 §4.2.3.3).
   */
  takeAdvertisedWindow(packetBytes: number): number {
    this.packetBytes = packetBytes;
    const free = this.offeredBytes;
    if (free < this.grantedBytes) this.grantedBytes = free;
    else if (free > this.grantedBytes && this.growsBy(free - this.grantedBytes)) this.grantedBytes = free;
    return this.grantedBytes;
  }

  private growsBy(bytes: number): boolean {
    return (
      bytes >= Math.min(this.packetBytes, this.windowBytesMax / WINDOW_UPDATE_FRACTION) || this.becomesUsable
    );
  }

  /**
   * Whether so much has come free that the peer should be told without waiting for its data (RFC 9260 §6.2).
   */
  get windowUpdateDue(): boolean {
    if (this.offeredBytes - this.grantedBytes >= this.windowBytesMax / WINDOW_UPDATE_FRACTION) return true;
    // Nothing is left to be read, so that no later moment would tell the peer, which may wait for just this.
    return this.unreadBytes === 0 && this.becomesUsable;
  }

  /** Hands out what has arrived of the message that is next, because there is no room for more of it. */
  deliverForWantOfRoom(): void {
    // What the point holds back has room in the buffer, but not where the memory of all associations is scarce.
    if (this.pointBytes > 0 && !this.memory.isScarce) this.deliverPartially();
    else this.reassembly.startPartialDelivery(this.tracker.cumulativeTsnAck);
  }

  /**
   * Whether what is being put together leaves no room for a packet, even when all that was handed out has
   * been read (RFC 9260 §6.9).
   */
  private get isCrowded(): boolean {
    const held = this.reassembly.queuedBytes;
    return held >= this.bufferBytes / 2 || this.bufferBytes - held < this.usableBytes;
  }

  /** Whether the peer, which believes that no packet fits, could send one. */
  private get becomesUsable(): boolean {
    return this.grantedBytes < this.usableBytes && this.offeredBytes >= this.usableBytes;
  }

  /** A window that a sender can use: one packet, or half of a buffer that holds less than two. */
  private get usableBytes(): number {
    return Math.min(this.packetBytes, this.windowBytesMax / 2);
  }
}
