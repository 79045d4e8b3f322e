import { BATCH_MAX, Row, ROW_LENGTH } from "../native/addon.js";
import type { AncillaryDataCodec } from "./ancillary-data-codec.js";
import { viewOf } from "./struct-layout.js";

/** Longer messages than this are received in several parts, which are put together. */
const RECEIVE_BYTES = 256 * 1024;

/** How many messages one system call receives or sends at most, and how long they may be without being cut. */
const ROWS = Math.min(64, BATCH_MAX);
const ROW_BYTES = 16 * 1024;

/** The memory that system calls on one message work in. What came in is copied out before the next call. */
export class MessageSlab {
  /** The bytes of a message. */
  readonly data: Uint8Array = new Uint8Array(RECEIVE_BYTES);
  /** The address of its peer. */
  readonly address: Uint8Array;
  readonly addressView: DataView;
  /** Its ancillary data. */
  readonly control: Uint8Array;
  readonly controlView: DataView;
  /** What came with it: the length of the address, that of the ancillary data, and the flags. */
  readonly out: Int32Array = new Int32Array(3);
  /** Ancillary data of a message to be sent. */
  readonly outgoing: Uint8Array;
  readonly outgoingView: DataView;

  constructor(addressBytes: number, codec: AncillaryDataCodec) {
    this.address = new Uint8Array(addressBytes);
    this.addressView = viewOf(this.address);
    this.control = new Uint8Array(codec.incomingBytes);
    this.controlView = viewOf(this.control);
    this.outgoing = new Uint8Array(codec.outgoingBytes);
    this.outgoingView = viewOf(this.outgoing);
  }

  /** The flags that the last message came with. */
  get flags(): number {
    return this.out[2] as number;
  }
}

/**
 * The memory that system calls on several messages work in: a row for each, with room for its data, address and
 * ancillary data.
 */
export class BatchSlab {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** What the addon is told of each row, and answers: see {@link Row}. */
  readonly rows: Int32Array = new Int32Array(ROWS * ROW_LENGTH);
  /** How many messages there is room for. */
  readonly rowCount: number = ROWS;
  /** How long a message may be. */
  readonly rowBytes: number = ROW_BYTES;
  private readonly addressBytes: number;
  private readonly controlBytes: number;

  constructor(addressBytes: number, codec: AncillaryDataCodec) {
    this.addressBytes = addressBytes;
    this.controlBytes = Math.max(codec.incomingBytes, codec.outgoingBytes);
    const strideBytes = ROW_BYTES + addressBytes + this.controlBytes;
    this.bytes = new Uint8Array(ROWS * strideBytes);
    this.view = viewOf(this.bytes);
    for (let row = 0; row < ROWS; row += 1) {
      const start = row * strideBytes;
      this.rows[row * ROW_LENGTH + Row.dataOffset] = start;
      this.rows[row * ROW_LENGTH + Row.addressOffset] = start + ROW_BYTES;
      this.rows[row * ROW_LENGTH + Row.controlOffset] = start + ROW_BYTES + addressBytes;
    }
  }

  /** What a row says; `field` is one of {@link Row}. */
  get(row: number, field: number): number {
    return this.rows[row * ROW_LENGTH + field] as number;
  }

  /** Copies a message, or its pieces, into a row. */
  writeData(row: number, data: Uint8Array | readonly Uint8Array[]): void {
    let offset = this.get(row, Row.dataOffset);
    if (data instanceof Uint8Array) {
      this.bytes.set(data, offset);
      return;
    }
    for (const piece of data) {
      this.bytes.set(piece, offset);
      offset += piece.length;
    }
  }

  /** Where the data of a row begins. */
  dataOffset(row: number): number {
    return this.get(row, Row.dataOffset);
  }

  /** Where the address of a row begins. */
  addressOffset(row: number): number {
    return this.get(row, Row.addressOffset);
  }

  /** Where the ancillary data of a row begins. */
  controlOffset(row: number): number {
    return this.get(row, Row.controlOffset);
  }

  /** Says the lengths of a row. */
  setLengths(row: number, dataBytes: number, addressBytes: number, controlBytes: number): void {
    const start = row * ROW_LENGTH;
    this.rows[start + Row.dataBytes] = dataBytes;
    this.rows[start + Row.addressBytes] = addressBytes;
    this.rows[start + Row.controlBytes] = controlBytes;
  }

  /** Makes room in some rows for whatever comes. */
  prepareToReceive(count: number): void {
    for (let row = 0; row < count; row += 1) {
      this.setLengths(row, ROW_BYTES, this.addressBytes, this.controlBytes);
    }
  }
}
