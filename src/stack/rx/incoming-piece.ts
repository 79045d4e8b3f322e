import type { Ssn, Tsn } from "../../base/serial-number.js";

/**
 * A message for the application, or a part of one when it is delivered partially (RFC 9260 §6.9). A whole
 * message has both `beginning` and `endOfRecord`.
 */
export interface IncomingPiece {
  /** The stream that the message came on. */
  readonly streamId: number;
  /** The message's Stream Sequence Number; without meaning when `unordered` (RFC 9260 §3.3.1). */
  readonly ssn: Ssn;
  /** The Payload Protocol Identifier, as the number that stands on the wire. */
  readonly ppid: number;
  /** The TSN of the first DATA chunk in this piece. */
  readonly tsn: Tsn;
  /**
   * The Cumulative TSN Ack at the time of delivery (RFC 6458 §5.3.5, `rcv_cumtsn`). The reassembly does not
   * know it and writes the piece's own TSN; who receives the piece may put the right one in.
   */
  cumulativeTsn: Tsn;
  /** Whether the message was sent for unordered delivery. */
  readonly unordered: boolean;
  /**
   * The payload. It belongs to whoever receives the piece; its memory is never more than twice its length.
   */
  readonly data: Uint8Array;
  /** Whether the message begins with this piece. */
  readonly beginning: boolean;
  /** Whether the message ends with this piece. */
  readonly endOfRecord: boolean;
}
