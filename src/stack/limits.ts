/**
 * Every bound on what a peer can make this stack hold or do, each with its reason. A limit that is reached
 * costs the peer a dropped chunk or its association, never this host its memory.
 *
 * What has no number here needs none:
 *
 * - Half-open associations: an INIT leaves nothing behind; its State Cookie holds what has to be known (RFC 9260
 *   §5.1.3).
 * - Fragments of one message: neighbours are one buffer, which is handed on in parts before it fills the window (§6.9);
 *   those that are no neighbours are pieces, and count as such.
 * - Bytes and messages of one stream: a stream can have what its association may hold, and no stream has more.
 * - ICMP: a path's MTU only falls, down to a bound, an unreachable path counts once in a round trip, and an association
 *   ends but once. A number per second would let the peer of one association use up what the others need.
 */

/**
 * How far ahead of the Cumulative TSN Ack a DATA chunk may be. A Gap Ack Block counts in 16 bits
 * (RFC 9260 §3.3.4), so that nothing beyond 65,535 could be acknowledged. Half of it keeps the Stream
 * Sequence Numbers that are on the way in one stream less than 2^15 apart too, so that their order stays
 * defined (RFC 9260 §1.6).
 */
export const RX_TSN_DISTANCE_MAX = 32_767;

/**
 * How many separate ranges of TSNs may lie above the Cumulative TSN Ack. A packet of 1500 bytes carries some
 * 360 Gap Ack Blocks; a window of 1 MiB in which every second packet was lost makes as many. Thrice that
 * leaves room for the bursts.
 */
export const RX_GAP_RANGES_MAX = 1024;

/**
 * How many duplicate TSNs are remembered for the next SACK: the list is advice for the sender, so that few
 * suffice.
 */
export const RX_DUPLICATE_TSNS_MAX = 32;

/**
 * How many pieces (messages that wait for their turn, and buffers of fragments) the reassembly holds before
 * it says that it is full: a window of 1 MiB of 64-byte messages behind one lost packet. Each piece costs
 * some 200 bytes beside its payload, which a_rwnd does not count.
 */
export const RX_PIECES_FULL = 16_384;

/**
 * How many pieces the reassembly holds at the very most. Above {@link RX_PIECES_FULL} only chunks that fill a
 * gap are taken, and a peer that follows RFC 9260 completes messages with them: it never comes near.
 */
export const RX_PIECES_MAX: number = 2 * RX_PIECES_FULL;

/**
 * How many messages, or parts of them, may wait for the application in one association before its window
 * closes: a window of 1 MiB of 64-byte messages. Each costs some 300 bytes beside its payload, which a_rwnd
 * does not count.
 */
export const RX_UNREAD_PIECES_MAX = 16_384;

/**
 * How many messages are known to have been given up while others before them are awaited (RFC 3758 §3.5 A3): more than
 * a window holds of those that a FORWARD TSN has not told of. Beyond it the stream waits for that chunk.
 */
export const RX_GIVEN_UP_MAX = 1024;

/**
 * How many times the receive buffer's size the reassembly holds at the very most, bytes. A full buffer still takes the
 * next chunk in sequence, because everything else may wait for it; a peer that follows RFC 9260 runs over by the
 * chunks that were on their way.
 */
export const RX_OVERCOMMIT_FACTOR = 2;

/**
 * How many bytes of received payload all associations of a stack hold before each has to do with
 * {@link RX_SCARCE_BUFFER_BYTES}: 512 full windows of the default size. Peers that fill their windows and let nothing
 * be delivered, or whose applications do not read, slow the others down then, and do not use the host's memory up.
 */
export const RX_TOTAL_BYTES_SCARCE: number = 512 * 1_048_576;

/** The receive buffer of an association while memory is scarce, bytes: more than the largest chunk. */
export const RX_SCARCE_BUFFER_BYTES = 65_536;

/**
 * How much memory may be set aside for fragments that are only expected (a message's size is guessed from its
 * predecessor's), in bytes per association: the default receive window, so that such memory at most doubles
 * it.
 */
export const RX_EXPECTED_BYTES_MAX = 1_048_576;

/**
 * The size of the blocks that small received messages share, bytes: a message that an application keeps keeps so much
 * memory. Large enough that allocating them costs little for each message.
 */
export const MESSAGE_BLOCK_BYTES = 16_384;

/** From this size on a received message has memory of its own, bytes. */
export const SHARED_MESSAGE_BYTES_MAX = 4_096;

/**
 * How many blocks of {@link MESSAGE_BLOCK_BYTES} messages that nobody has read keep, in all associations of a stack:
 * 16 MiB. A single byte may keep a block, where those around it have been read.
 */
export const UNREAD_BLOCKS_MAX = 1_024;

/**
 * How many bytes of memory of large messages are kept for the next ones, in a stack: what a receive buffer of the
 * default size holds.
 */
export const SPARE_MESSAGE_BYTES_MAX = 1_048_576;

/**
 * How many chunks may be outstanding in one association. It keeps the TSNs and SSNs in the send window far
 * below the bounds of RFC 9260 §6.1 (2^31 - 1 and 2^16 - 1), and is what a peer with this stack's own bound
 * takes.
 */
export const OUTSTANDING_CHUNKS_MAX: number = RX_TSN_DISTANCE_MAX;

/**
 * How many blocks of send memory, 64 KiB each, are kept for the next message when no association uses them: what two
 * send buffers of the default size hold. More are only made while more is on its way.
 */
export const SPARE_SEND_BLOCKS_MAX = 32;

/**
 * How many messages may wait in the send buffer of one association, however small they are: each costs some
 * 150 bytes beside its payload, which SO_SNDBUF does not count.
 */
export const SEND_QUEUE_MESSAGES_MAX = 65_536;

/**
 * Destination addresses of one peer; further ones in its INIT or INIT ACK are ignored. Linux and FreeBSD
 * peers have fewer.
 */
export const PATHS_PER_ASSOCIATION_MAX = 32;

/**
 * How far the error counter of an inactive path rises, as a multiple of what has made it inactive: errors in a row tell
 * the better of two paths that fail, and an order of magnitude is what RFC 7829 §4.1 holds to be enough.
 */
export const PATH_ERRORS_FACTOR = 10;

/**
 * Associations of one stack; a COOKIE ECHO beyond it is answered with ABORT, Out of Resource. Each costs some 10 KiB.
 * Authentication and changes of addresses take another 2 KiB where both sides have them: two random numbers and lists,
 * the key vectors made of them and one key; 5 KiB at the most, with a peer that lists all types of chunks.
 */
export const ASSOCIATIONS_MAX = 1_000_000;

/**
 * Associations of one endpoint; a COOKIE ECHO beyond it is answered with ABORT, Out of Resource. Half of what the
 * stack holds, so that a flooded port leaves room for the others.
 */
export const ASSOCIATIONS_PER_ENDPOINT_MAX = 500_000;

/**
 * Associations with one endpoint that one address has begun; a COOKIE ECHO beyond it is answered with ABORT, Out of
 * Resource (RFC 9260 §12.2.4.3). Many clients may share the address of a NAT (RFC 6951 §5.7), and one hostile host must
 * not take all of the endpoint's room.
 */
export const ASSOCIATIONS_PER_PEER_MAX = 16_384;

/**
 * Verification tags that are remembered, so that no State Cookie is used twice within its life, and no INIT by two of
 * them: ours of associations that have ended, and as many of peers whose associations have come up. A minute's worth of
 * a host with 270 associations a second, and some 500 KiB for either.
 */
export const SPENT_TAGS_MAX = 16_384;

/**
 * Control chunks that wait to be sent in one association. Heartbeats to be answered are what a peer can pile
 * up; beyond half of this its chunks are dropped, as if a packet had been lost.
 */
export const CONTROL_CHUNKS_QUEUED_MAX = 128;

/**
 * Chunks that only answer a peer's (HEARTBEAT ACK, ERROR, a repeated COOKIE ACK or SHUTDOWN ACK) per second and
 * association: a peer with {@link PATHS_PER_ASSOCIATION_MAX} paths that probes each of them eight times a second.
 * Beyond it nothing is answered, as if the chunk had been lost. What answers one packet fills at most one packet
 * (RFC 5062 §8.3, §10.3).
 */
export const CONTROL_ANSWERS_PER_SECOND = 256;

/**
 * Chunks of one packet that are handled; what stands behind them is dropped. RFC 9260 sets no bound. The largest IP
 * packet holds 3275 of the shortest DATA chunks, and nothing shorter is sent in numbers.
 */
export const CHUNKS_PER_PACKET_MAX = 4096;

/** The bounds of what stands in one chunk belong to the reading of it. */
export { PARAMETERS_PER_CHUNK_MAX } from "../wire/parameter.js";
export { ERROR_CAUSES_PER_CHUNK_MAX } from "../wire/error-cause.js";

/**
 * How much of an ABORT or ERROR chunk is kept for the application, bytes: it may leave many unread, and the reasons of
 * honest peers are shorter.
 */
export const TOLD_CHUNK_BYTES_MAX = 4096;

/**
 * Error causes that one packet of ours reports; more unrecognized parameters or chunks than this are dropped
 * silently.
 */
export const REPORTED_CAUSES_MAX = 16;

/** Bytes of error causes that one chunk of ours carries, so that its packet stays small (RFC 9260 §12.4). */
export const REPORTED_CAUSE_BYTES_MAX = 512;

/**
 * ABORT, ERROR and SHUTDOWN COMPLETE chunks per second that answer packets which belong to no association: those out
 * of the blue (RFC 9260 §8.4), INITs that are refused and cookies that are too old. Enough for a host that restarts,
 * too few for a flood. INIT ACK has no such bound: with one, a flood of INITs would keep the honest ones out.
 */
export const OUT_OF_THE_BLUE_ANSWERS_PER_SECOND = 500;

/**
 * Answers to INIT chunks and stale cookies that wait for the next drain; the peer's T1-init timer repeats
 * what is dropped.
 */
export const ENDPOINT_ANSWERS_QUEUED_MAX = 1024;

/**
 * The longest State Cookie that we take from a peer's INIT ACK: it has to fit into one packet with the COOKIE
 * ECHO.
 */
export const STATE_COOKIE_BYTES_MAX = 65_000;

/**
 * HMAC algorithms that a peer may ask for; one with more is taken to have no authentication. RFC 4895 §3.3 knows two,
 * and the State Cookie has to hold the list.
 */
export const PEER_HMAC_IDENTIFIERS_MAX = 16;

/**
 * How far a peer can prolong the life of its State Cookie with a Cookie Preservative (RFC 9260 §3.3.2.1.3).
 */
export const COOKIE_PRESERVATIVE_MS_MAX = 60_000;

/** How often a stale cookie makes us begin anew (RFC 9260 §5.2.6) before the peer counts as unreachable. */
export const STALE_COOKIE_RESTARTS_MAX = 8;

/**
 * SACKs that wait for the next flush: as many as a batch of packets makes. While nothing can leave, the
 * newest is enough.
 */
export const SACKS_QUEUED_MAX = 128;

/**
 * Bytes in the send buffers of all associations of one one-to-many socket. Beyond it an association that
 * holds nothing still takes one message, so that peers which do not read cannot keep the others from being
 * sent to.
 */
export const SOCKET_SEND_BUFFER_BYTES_MAX: number = 256 * 1_048_576;

/** Notifications that wait on one socket; what comes then is dropped, and the last one says so (RFC 6458 §6.1.10). */
export const NOTIFICATIONS_QUEUED_MAX = 16_384;

/**
 * How small packets become at the least, whatever the lower layer or an ICMP message says of a path: less would leave
 * no room for a handshake, and make a small message a large number of packets. What is carried less is fragmented by
 * IP.
 */
export const PATH_MTU_BYTES_MIN = 512;

/** Every IPv4 path carries so much (RFC 791); an ICMP message that says less is taken to say this (RFC 1191 §3). */
export const IPV4_MTU_BYTES_MIN = 68;

/**
 * What a router's "fragmentation needed" means that does not say how much passes (RFC 1191 §5): every host takes it.
 */
export const IPV4_MTU_BYTES_ASSUMED = 576;

/** Every IPv6 link carries so much (RFC 8200 §5); an ICMPv6 message that says less is discarded (RFC 8201 §4). */
export const IPV6_MTU_BYTES_MIN = 1280;

/**
 * Streams that one FORWARD TSN names (RFC 3758 §3.5 C4): more than a packet of 1500 bytes holds, and not as many as one
 * of 64 KiB would. What is to be skipped beyond it has its turn after the peer's answer.
 */
export const FORWARD_TSN_STREAMS_MAX = 1024;

/**
 * Changes of our own addresses that wait to be asked for in one association: as many as a host with
 * {@link PATHS_PER_ASSOCIATION_MAX} addresses needs to replace all of them.
 */
export const ASCONF_REQUESTS_QUEUED_MAX: number = 2 * PATHS_PER_ASSOCIATION_MAX;

/**
 * Requests in one ASCONF chunk of ours: with 28 bytes each (an IPv6 address), an AUTH chunk and all headers it fits
 * into the smallest path MTU, {@link PATH_MTU_BYTES_MIN} (RFC 5061 §5.1.1 C5).
 */
export const ASCONF_REQUESTS_PER_CHUNK_MAX = 12;

/**
 * ASCONF-ACK chunks that are kept in one association, in case they are lost (RFC 5061 §5.2). A peer has one packet with
 * ASCONF chunks on its way, and bundles further ones only when it repeats that (§5.1.1 C1, §5.5).
 */
export const ASCONF_ACKS_CACHED_MAX = 8;

/** Addresses of ours that are remembered as deleted in one association, for packets to them that come late. */
export const WITHDRAWN_ADDRESSES_MAX: number = PATHS_PER_ASSOCIATION_MAX;
