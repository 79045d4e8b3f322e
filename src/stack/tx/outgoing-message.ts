import type { Ssn } from "../../base/serial-number.js";
import type { Path } from "../paths/path.js";

/** What the user chooses for a message (RFC 9260 §11.1.5). */
export interface MessageOptions {
  /** The stream it travels on. */
  readonly streamId: number;
  /** Payload Protocol Identifier: the number that stands on the wire. */
  readonly ppid: number;
  /** Delivered without regard to the order of its stream (§6.6). */
  readonly unordered: boolean;
  /** Asks the peer for an immediate SACK of its last chunk (§6.2, the I bit). */
  readonly sackImmediately: boolean;
  /** A value of the user's, handed back when the message fails. */
  readonly context: number;
  /** The path that carries it while that is active (RFC 6458 §5.3.4 SCTP_ADDR_OVER); default: the primary one. */
  readonly destination?: Path | undefined;
}

/** One user message from the moment it was accepted until all of it has been acknowledged. */
export class OutgoingMessage {
  /** The whole payload. It belongs to the association. */
  readonly data: Uint8Array;
  readonly streamId: number;
  readonly ppid: number;
  readonly unordered: boolean;
  readonly sackImmediately: boolean;
  readonly context: number;
  readonly destination: Path | undefined;
  /** Its Stream Sequence Number, once its first chunk has been laid out. */
  ssn: Ssn = 0 as Ssn;
  /** Bytes of the payload that have been laid out in chunks. */
  fragmentedBytes = 0;
  /** Bytes of the payload that have been acknowledged cumulatively. */
  ackedBytes = 0;

  /** Takes over `data`: nobody else may change it from now on. */
  constructor(data: Uint8Array, options: MessageOptions) {
    this.data = data;
    this.streamId = options.streamId;
    this.ppid = options.ppid;
    this.unordered = options.unordered;
    this.sackImmediately = options.sackImmediately;
    this.context = options.context;
    this.destination = options.destination;
  }
}
