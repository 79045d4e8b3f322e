/**
 * Calls for UDP and raw sockets that carry many packets at once; part of {@link Addon}, and its rules hold here too.
 */
export interface PacketBatchCalls {
  /**
   * Sends packets, in their order, with one `sendmmsg(2)`.
   *
   * @param slab - holds the packets. Their checksum fields are written when {@link BATCH_CHECKSUMS} is set.
   * @param rows - {@link SEND_ROW_LENGTH} integers a packet, see {@link SendRow}
   * @param count - how many packets, at most {@link BATCH_MAX}
   * @param addresses - where packets go: `sockaddr_in` or `sockaddr_in6`, at the offsets that the rows name, and behind
   * them ancillary data where the rows say so. Packets of one destination name the same offset.
   * @param flags - {@link BATCH_CHECKSUMS}, {@link BATCH_SEGMENTS}, {@link BATCH_CHECKSUMS_BY_TABLE}
   * @returns how many were taken. An error counts only when it met the first of them, or the run that it begins: send
   * the rest again to learn it.
   */
  sendBatch(
    id: number,
    slab: Uint8Array,
    rows: Int32Array,
    count: number,
    addresses: Uint8Array,
    flags: number,
  ): number;

  /**
   * Receives packets with one `recvmmsg(2)`. What the system has put together (`UDP_GRO`) is told packet by packet.
   *
   * @param slab - takes the bytes of the messages, each in its own part of equal length. With `UDP_GRO` that has to be
   * 65,536 bytes, or packets are cut off.
   * @param rows - takes {@link RECEIVE_ROW_LENGTH} integers a packet, see {@link ReceiveRow}. Room for
   * {@link RECEIVE_SEGMENTS_MAX} packets a message is always enough; what there is no room for is lost.
   * @param addresses - takes the sender's address of each message, each in its own part of equal length, at least
   * {@link RECEIVE_ADDRESS_BYTES}. What a part has beyond that takes the message's ancillary data, and zeros behind it.
   * @param messages - how many messages to take, at most {@link BATCH_MAX}
   * @param flags - {@link BATCH_CHECKSUMS} to have checksums verified, {@link BATCH_CHECKSUMS_BY_TABLE},
   * {@link BATCH_IP_HEADERS}
   * @returns how many packets came, 1 or more
   */
  receiveBatch(
    id: number,
    slab: Uint8Array,
    rows: Int32Array,
    addresses: Uint8Array,
    messages: number,
    flags: number,
  ): number;
}

/** How many integers describe one packet of {@link PacketBatchCalls.sendBatch}. */
export const SEND_ROW_LENGTH = 4;

/**
 * What the integers of a row say; offsets count bytes from the start of the slab and of the addresses. A packet with
 * ancillary data leaves by itself.
 */
export const SendRow = {
  dataOffset: 0,
  dataBytes: 1,
  addressOffset: 2,
  /** How many bytes of ancillary data follow the address. */
  controlBytes: 3,
} as const;

/** How many integers describe one packet of {@link PacketBatchCalls.receiveBatch}. */
export const RECEIVE_ROW_LENGTH = 4;

/**
 * What the integers of a row say: where the packet is, which message it came in (by its place among the addresses),
 * and bits: {@link CHECKSUM_WRONG}, {@link CUT_SHORT}.
 */
export const ReceiveRow = {
  dataOffset: 0,
  dataBytes: 1,
  message: 2,
  flags: 3,
} as const;

/** How much room the address of a received message has, bytes. */
export const RECEIVE_ADDRESS_BYTES = 32;

/** The most packets that Linux puts into one message (`UDP_MAX_SEGMENTS`: 64, and 128 since version 6.9). */
export const RECEIVE_SEGMENTS_MAX = 128;

/** The CRC32c of SCTP packets (RFC 9260 §6.8) is filled in or verified; packets without a whole header have none. */
export const BATCH_CHECKSUMS = 1;

/**
 * Packets of equal length (the last may be shorter) that follow one another to one destination leave in one piece, and
 * the system or the network card cuts it (`UDP_SEGMENT`). The system must know how: one that does not sends the whole.
 */
export const BATCH_SEGMENTS = 2;

/** Checksums come from a table even where the processor has an instruction for them: so that tests can compare. */
export const BATCH_CHECKSUMS_BY_TABLE = 4;

/**
 * Messages begin with an IPv4 header, as raw sockets hand them out. The rows tell of what follows it; a message that is
 * shorter than its header says is {@link CUT_SHORT}.
 */
export const BATCH_IP_HEADERS = 8;

/** In a received row: the checksum is not that of the packet. */
export const CHECKSUM_WRONG = 1;

/** In a received row: a part of the message was lost, for want of room, or its IP header is not whole. */
export const CUT_SHORT = 2;
