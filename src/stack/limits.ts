/**
 * Every bound on what a peer can make this stack hold or do, each with its reason. A limit that is reached costs the
 * peer a dropped chunk or its association, never this host its memory.
 */

/**
 * How far ahead of the Cumulative TSN Ack a DATA chunk may be. A Gap Ack Block counts in 16 bits (RFC 9260 §3.3.4), so
 * that nothing beyond 65,535 could be acknowledged. Half of it keeps the Stream Sequence Numbers that are on the way in
 * one stream less than 2^15 apart too, so that their order stays defined (RFC 9260 §1.6).
 */
export const RX_TSN_DISTANCE_MAX = 32_767;

/**
 * How many separate ranges of TSNs may lie above the Cumulative TSN Ack. A packet of 1500 bytes carries some 360 Gap Ack
 * Blocks; a window of 1 MiB in which every second packet was lost makes as many. Thrice that leaves room for the bursts.
 */
export const RX_GAP_RANGES_MAX = 1024;

/** How many duplicate TSNs are remembered for the next SACK: the list is advice for the sender, so that few suffice. */
export const RX_DUPLICATE_TSNS_MAX = 32;

/**
 * How many pieces (messages that wait for their turn, and buffers of fragments) the reassembly holds before it says that
 * it is full: a window of 1 MiB of 64-byte messages behind one lost packet. Each piece costs some 200 bytes beside its
 * payload, which a_rwnd does not count.
 */
export const RX_PIECES_FULL = 16_384;

/**
 * How many pieces the reassembly holds at the very most. Above {@link RX_PIECES_FULL} only chunks that fill a gap are
 * taken, and a peer that follows RFC 9260 completes messages with them: it never comes near.
 */
export const RX_PIECES_MAX: number = 2 * RX_PIECES_FULL;

/**
 * How much memory may be set aside for fragments that are only expected (a message's size is guessed from its
 * predecessor's), in bytes per association: the default receive window, so that such memory at most doubles it.
 */
export const RX_EXPECTED_BYTES_MAX = 1_048_576;
