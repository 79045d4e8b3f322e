import { Row } from "../native/addon.js";
import { MSG_NOTIFICATION } from "../sockets/constants.js";
import type { SctpAddress, sctp_rcvinfo } from "../sockets/types.js";
import type { KernelContext } from "./kernel-context.js";
import type { BatchSlab } from "./message-slab.js";
import { copyInto } from "./receive-queue.js";

/** What the kernel has delivered at once: a message, a notification, or a part of one. */
export interface Piece {
  readonly data: Uint8Array;
  /** `MSG_EOR`, `MSG_NOTIFICATION`, or-ed. */
  readonly flags: number;
  readonly address: SctpAddress | undefined;
  readonly rcvinfo: sctp_rcvinfo | undefined;
}

/**
 * Takes pieces from the kernel, one with each system call or, where several are wanted, as many as are there. It works
 * in memory that all sockets share: who has begun to take the pieces of a call takes all of them.
 */
export class PieceReader {
  private readonly context: KernelContext;
  private readonly batch: BatchSlab;
  private wanted = 1;
  private row = 0;
  private rowCount = 0;
  private isShort = false;

  constructor(context: KernelContext, batch: BatchSlab) {
    this.context = context;
    this.batch = batch;
  }

  /** Says how many pieces the next call of {@link PieceReader.next} may take from the kernel. */
  expect(count: number): void {
    this.wanted = Math.min(count, this.batch.rowCount);
  }

  /** Whether pieces that were taken from the kernel already wait. */
  get hasMore(): boolean {
    return this.row < this.rowCount;
  }

  /** Whether the last call for several pieces got fewer: there are no more, or an error that the next call learns. */
  get hasReadAll(): boolean {
    return this.isShort;
  }

  /**
   * The next piece.
   *
   * @param id - the addon's id of the descriptor
   * @param lengthBytes - how long it may be
   * @param into - where the data of a message is to be put, if not into memory of its own
   * @returns the system's answer when there is none: 0 at the end of the peer, a negative error, usually EAGAIN
   */
  next(id: number, lengthBytes?: number, into?: Uint8Array): Piece | number {
    if (this.hasMore) return this.nextOfBatch();
    if (this.wanted > 1) return this.readBatch(id);
    this.isShort = false;
    const { addon, slab, numbers, ancillaryData, sockaddrs } = this.context;
    const room = lengthBytes === undefined ? slab.data : slab.data.subarray(0, lengthBytes);
    const received = addon.recvmsg(id, room, slab.address, slab.control, 0, slab.out);
    if (received <= 0) return received;
    const flags = numbers.flagsFromPlatform("messageFlags", slab.flags);
    // A notification may be the provider's business alone.
    const isForCaller = into !== undefined && (flags & MSG_NOTIFICATION) === 0;
    return {
      data: isForCaller ? copyInto(into, slab.data.subarray(0, received)) : slab.data.slice(0, received),
      flags,
      address: (slab.out[0] as number) > 0 ? sockaddrs.read(slab.addressView, 0) : undefined,
      rcvinfo: ancillaryData.read(slab.controlView, 0, slab.out[1] as number),
    };
  }

  private readBatch(id: number): Piece | number {
    const { batch, wanted } = this;
    this.wanted = 1;
    batch.prepareToReceive(wanted);
    const count = this.context.addon.recvmmsg(id, batch.bytes, batch.rows, wanted, 0);
    if (count < 0 && this.context.codeOf(count) !== "EAGAIN") {
      // Linux tells of an error before the messages that it stands behind, and tells once; SCTP_ASSOC_CHANGE has its
      // place among them.
      const piece = this.next(id);
      return typeof piece === "number" ? count : piece;
    }
    this.isShort = count < wanted;
    if (count <= 0) return count;
    this.row = 0;
    this.rowCount = count;
    return this.nextOfBatch();
  }

  private nextOfBatch(): Piece | number {
    const { batch, row } = this;
    const { numbers, ancillaryData, sockaddrs } = this.context;
    const lengthBytes = batch.get(row, Row.dataBytes);
    if (lengthBytes === 0) {
      // The end of the peer, which the kernel repeats as often as it is asked.
      this.row = this.rowCount;
      return 0;
    }
    this.row += 1;
    const start = batch.dataOffset(row);
    const hasAddress = batch.get(row, Row.addressBytes) > 0;
    return {
      data: batch.bytes.slice(start, start + lengthBytes),
      flags: numbers.flagsFromPlatform("messageFlags", batch.get(row, Row.flags)),
      address: hasAddress ? sockaddrs.read(batch.view, batch.addressOffset(row)) : undefined,
      rcvinfo: ancillaryData.read(batch.view, batch.controlOffset(row), batch.get(row, Row.controlBytes)),
    };
  }
}
