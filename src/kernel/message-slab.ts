import type { AncillaryDataCodec } from "./ancillary-data-codec.js";
import { viewOf } from "./struct-layout.js";

/** Longer messages than this are received in several parts, which are put together. */
const RECEIVE_BYTES = 256 * 1024;

/** The memory that system calls on messages work in. What came in is copied out before the next call. */
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
