/**
 * The structures of RFC 6458 §5 and §8 under their names there. Every integer is in host order, ports and payload
 * protocol identifiers included: the number of a `*_ppid` is the one that stands on the wire.
 *
 * @module
 */
import type {
  AF_INET,
  AF_INET6,
  SCTP_RECVV_NOINFO,
  SCTP_RECVV_NXTINFO,
  SCTP_RECVV_RCVINFO,
  SCTP_RECVV_RN,
  SOCK_SEQPACKET,
  SOCK_STREAM,
} from "./constants.js";
import type { sctp_notification } from "./notification-types.js";

/** The family of a socket: `AF_INET` or `AF_INET6`. */
export type AddressFamily = typeof AF_INET | typeof AF_INET6;

/** The style of a socket: `SOCK_STREAM` is one-to-one (RFC 6458 §4), `SOCK_SEQPACKET` one-to-many (§3). */
export type SocketType = typeof SOCK_STREAM | typeof SOCK_SEQPACKET;

/** The identifier of an association, a signed 32-bit integer; ids of associations are 3 and more. */
export type sctp_assoc_t = number;

/** A transport address as methods answer it: numeric. */
export interface SctpAddress {
  /** Numeric; a link-local IPv6 address keeps its zone (`fe80::1%eth0`). */
  address: string;
  /** 0 to 65,535; 0 lets the system choose, where it may. */
  port: number;
  /** The family of `address`. */
  family: "IPv4" | "IPv6";
  /** The IPv6 flow label, 0 to 2^20 − 1. */
  flowlabel?: number;
}

/** A transport address as methods take it. `net.SocketAddress` is one, and so is every {@link SctpAddress}. */
export interface SctpAddressInput {
  /** Numeric, or a host name where a promise method is called. */
  readonly address: string;
  /** 0 to 65,535; 0 lets the system choose, where it may. */
  readonly port: number;
  /** The family that `address` must have, or that a host name is resolved to. */
  readonly family?: "IPv4" | "IPv6" | "ipv4" | "ipv6" | 4 | 6 | undefined;
  /** The IPv6 flow label, 0 to 2^20 − 1. */
  readonly flowlabel?: number | undefined;
}

/** Parameters of the set-up of associations (RFC 6458 §5.3.1). In `setsockopt`, 0 means the endpoint's default. */
export interface sctp_initmsg {
  /** Outbound streams to ask for, 0 to 65,535. */
  sinit_num_ostreams: number;
  /** The most inbound streams to allow, 0 to 65,535. */
  sinit_max_instreams: number;
  /** How often INIT is sent at most, 0 to 65,535. */
  sinit_max_attempts: number;
  /** The largest time-out between them in milliseconds, 0 to 65,535. */
  sinit_max_init_timeo: number;
}

/** What a message is sent with (RFC 6458 §5.3.4). */
export interface sctp_sndinfo {
  /** The stream, 0 to 65,535. */
  snd_sid: number;
  /**
   * `SCTP_UNORDERED`, `SCTP_ADDR_OVER`, `SCTP_ABORT`, `SCTP_EOF`, `SCTP_SENDALL`, `SCTP_SACK_IMMEDIATELY`, `SCTP_EOR`,
   * or-ed.
   */
  snd_flags: number;
  /** The payload protocol identifier as it stands on the wire, 32 bits. */
  snd_ppid: number;
  /** Comes back in a send-failed notification, 32 bits. */
  snd_context: number;
  /** The association; ignored on one-to-one sockets. */
  snd_assoc_id: sctp_assoc_t;
}

/** What a message was received with (RFC 6458 §5.3.5). */
export interface sctp_rcvinfo {
  /** The stream. */
  rcv_sid: number;
  /** The stream sequence number; without meaning for unordered messages. */
  rcv_ssn: number;
  /** `SCTP_UNORDERED` or 0. */
  rcv_flags: number;
  /** The payload protocol identifier as it stood on the wire. */
  rcv_ppid: number;
  /** The TSN of one of the message's DATA chunks. */
  rcv_tsn: number;
  /** The cumulative TSN of the association. */
  rcv_cumtsn: number;
  /** What `SCTP_CONTEXT` has set. */
  rcv_context: number;
  /** The association. */
  rcv_assoc_id: sctp_assoc_t;
}

/** What is known of the message after the one received (RFC 6458 §5.3.6). */
export interface sctp_nxtinfo {
  /** The stream. */
  nxt_sid: number;
  /** `SCTP_UNORDERED`, `SCTP_COMPLETE`, `SCTP_NOTIFICATION`, or-ed. */
  nxt_flags: number;
  /** The payload protocol identifier as it stood on the wire. */
  nxt_ppid: number;
  /** Bytes that are in the buffer; the size of the message only with `SCTP_COMPLETE`. */
  nxt_length: number;
  /** The association. */
  nxt_assoc_id: sctp_assoc_t;
}

/** Both of a message's informations (RFC 6458 §9.13). */
export interface sctp_recvv_rn {
  /** About the message received. */
  recvv_rcvinfo: sctp_rcvinfo;
  /** About the message after it. */
  recvv_nxtinfo: sctp_nxtinfo;
}

/** How reliably a message is sent (RFC 6458 §5.3.7). */
export interface sctp_prinfo {
  /** `SCTP_PR_SCTP_NONE`, `SCTP_PR_SCTP_TTL`, `SCTP_PR_SCTP_RTX` or `SCTP_PR_SCTP_PRIO` (RFC 7496 §4.2). */
  pr_policy: number;
  /** A lifetime in milliseconds, a number of retransmissions, or a priority of which 0 is the highest; 32 bits. */
  pr_value: number;
}

/** Which key authenticates a message (RFC 6458 §5.3.8). */
export interface sctp_authinfo {
  /** The identifier of the shared key, 0 to 65,535. */
  auth_keynumber: number;
}

/** Several attributes of a message to be sent (RFC 6458 §9.12). */
export interface sctp_sendv_spa {
  /** Which fields count: `SCTP_SEND_SNDINFO_VALID` and its like, or-ed. By default the fields that are given. */
  sendv_flags?: number;
  /** As in {@link sctp_sndinfo}. */
  sendv_sndinfo?: Partial<sctp_sndinfo>;
  /** As in {@link sctp_prinfo}. */
  sendv_prinfo?: Partial<sctp_prinfo>;
  /** As in {@link sctp_authinfo}. */
  sendv_authinfo?: Partial<sctp_authinfo>;
}

/** What a send call takes as information; its fields tell which structure it is. Fields left out are 0. */
export type SendInfo = Partial<sctp_sndinfo> | Partial<sctp_prinfo> | Partial<sctp_authinfo> | sctp_sendv_spa;

/** Bounds of the retransmission time-out, in milliseconds (RFC 6458 §8.1.1). In `setsockopt`, 0 changes nothing. */
export interface sctp_rtoinfo {
  /** The association, or `SCTP_FUTURE_ASSOC`. */
  srto_assoc_id: sctp_assoc_t;
  /** RTO.Initial. */
  srto_initial: number;
  /** RTO.Max. */
  srto_max: number;
  /** RTO.Min. */
  srto_min: number;
}

/** Parameters of an association (RFC 6458 §8.1.2). */
export interface sctp_assocparams {
  /** The association, or `SCTP_FUTURE_ASSOC`. */
  sasoc_assoc_id: sctp_assoc_t;
  /** Association.Max.Retrans; in `setsockopt`, 0 changes nothing. */
  sasoc_asocmaxrxt: number;
  /** The number of addresses of the peer; only read. */
  sasoc_number_peer_destinations: number;
  /** What the peer's receive window has left, in bytes; only read. */
  sasoc_peer_rwnd: number;
  /** The last receive window advertised, in bytes; only read. */
  sasoc_local_rwnd: number;
  /** The life of a state cookie, in milliseconds; in `setsockopt`, 0 changes nothing. */
  sasoc_cookie_life: number;
}

/** The adaptation layer indication (RFC 6458 §8.1.10). */
export interface sctp_setadaptation {
  /** Sent with INIT and INIT ACK, 32 bits. */
  ssb_adaptation_ind: number;
}

/** A number for an association (RFC 6458 §8.1.16). */
export interface sctp_assoc_value {
  /** The association. */
  assoc_id: sctp_assoc_t;
  /** The number, 32 bits. */
  assoc_value: number;
}

/** When acknowledgements are sent (RFC 6458 §8.1.19). In `setsockopt`, 0 changes nothing. */
export interface sctp_sack_info {
  /** The association. */
  sack_assoc_id: sctp_assoc_t;
  /** How long one may be delayed, in milliseconds, 1 to 500. */
  sack_delay: number;
  /** After how many packets one is sent at once; 1 delays none. */
  sack_freq: number;
}

/** The ids of a socket's associations (RFC 6458 §8.2.6). */
export interface sctp_assoc_ids {
  /** How many there are. */
  gaids_number_of_ids: number;
  /** The ids. */
  gaids_assoc_id: sctp_assoc_t[];
}

/** A subscription to a notification (RFC 6458 §6.2.2). */
export interface sctp_event {
  /** The association, or `SCTP_FUTURE_ASSOC`, `SCTP_CURRENT_ASSOC` or `SCTP_ALL_ASSOC`. */
  se_assoc_id: sctp_assoc_t;
  /** The notification, for instance `SCTP_ASSOC_CHANGE`. */
  se_type: number;
  /** 1 when the notification is wanted, else 0. */
  se_on: number;
}

/** The primary address of a peer (RFC 6458 §8.1.9). */
export interface sctp_setprim {
  /** The association. */
  ssp_assoc_id: sctp_assoc_t;
  /** One of the peer's addresses. */
  ssp_addr: SctpAddress;
}

/** Parameters of the paths to a peer (RFC 6458 §8.1.12). In `setsockopt`, 0 leaves a number as it is. */
export interface sctp_paddrparams {
  /** The association, or `SCTP_FUTURE_ASSOC`. */
  spp_assoc_id: sctp_assoc_t;
  /** One of the peer's addresses; a wildcard address or `undefined` stands for all, those to come included. */
  spp_address: SctpAddress | undefined;
  /** HB.interval in milliseconds; counts together with `SPP_HB_ENABLE`. */
  spp_hbinterval: number;
  /** Path.Max.Retrans. */
  spp_pathmaxrxt: number;
  /** The bytes that a packet has for chunks; counts together with `SPP_PMTUD_DISABLE`. */
  spp_pathmtu: number;
  /** `SPP_HB_ENABLE`, `SPP_PMTUD_ENABLE` and their like, or-ed. */
  spp_flags: number;
  /** The IPv6 flow label, 0 to 2^20 − 1; counts together with `SPP_IPV6_FLOWLABEL`. */
  spp_ipv6_flowlabel: number;
  /** The DSCP in its 6 upper bits, 0 to 255; counts together with `SPP_DSCP`. */
  spp_dscp: number;
}

/** From how many errors in a row on a path changes its state (RFC 7829 §7.2). */
export interface sctp_paddrthlds {
  /** The association, or `SCTP_FUTURE_ASSOC`. */
  spt_assoc_id: sctp_assoc_t;
  /** One of the peer's addresses; a wildcard address or `undefined` stands for all, those to come included. */
  spt_address: SctpAddress | undefined;
  /** More errors make it unreachable; in `setsockopt`, 0 changes nothing. */
  spt_pathmaxrxt: number;
  /** More errors make it potentially failed. */
  spt_pathpfthld: number;
  /** After more errors it is no longer the primary one; 65,535 switches that off. Not less than `spt_pathpfthld`. */
  spt_pathcpthld: number;
}

/** The state of one path to the peer (RFC 6458 §8.2.2). */
export interface sctp_paddrinfo {
  /** The association. */
  spinfo_assoc_id: sctp_assoc_t;
  /** The address of the peer. */
  spinfo_address: SctpAddress;
  /** `SCTP_ACTIVE`, `SCTP_INACTIVE`, `SCTP_UNCONFIRMED` or `SCTP_POTENTIALLY_FAILED`. */
  spinfo_state: number;
  /** The congestion window in bytes. */
  spinfo_cwnd: number;
  /** The smoothed round-trip time in milliseconds. */
  spinfo_srtt: number;
  /** The retransmission time-out in milliseconds. */
  spinfo_rto: number;
  /** The path MTU as RFC 6458 has it: the bytes that a packet has for chunks. */
  spinfo_mtu: number;
}

/** The state of an association (RFC 6458 §8.2.1). */
export interface sctp_status {
  /** The association. */
  sstat_assoc_id: sctp_assoc_t;
  /** `SCTP_ESTABLISHED` and its like. */
  sstat_state: number;
  /** What the peer's receive window has left, in bytes. */
  sstat_rwnd: number;
  /** DATA chunks that are sent and not acknowledged. */
  sstat_unackdata: number;
  /** DATA chunks that wait to be received. */
  sstat_penddata: number;
  /** Inbound streams. */
  sstat_instrms: number;
  /** Outbound streams. */
  sstat_outstrms: number;
  /** The size from which on messages are fragmented, in bytes. */
  sstat_fragmentation_point: number;
  /** The primary path. */
  sstat_primary: sctp_paddrinfo;
}

/** What `SO_LINGER` takes (RFC 6458 §8.1.4). */
export interface linger {
  /** 0: `close()` ends gracefully and waits for the default time. Otherwise `l_linger` counts. */
  l_onoff: number;
  /** Seconds that `close()` waits at most; 0 aborts. */
  l_linger: number;
}

/** What every received message has. */
interface ReceivedMessageBase {
  /**
   * The bytes: a whole message, or a part of one when `MSG_EOR` is missing from `flags`. They are the caller's and stay
   * what they are. Over our own stack a message of less than 4 KiB may be a view of memory that it shares with others:
   * whoever keeps it keeps 16 KiB, and `data.buffer` is not its own. `data.slice()` makes a copy that keeps nothing
   * else; a shared memory is not transferred to another thread, but copied. The memory of a larger one may be longer
   * than its message, and what lies behind the message there means nothing.
   */
  data: Uint8Array;
  /** Where the message came from, in an object that may be shared and frozen; a notification has none. */
  address: SctpAddress | undefined;
  /** `MSG_EOR`, `MSG_NOTIFICATION`, or-ed. */
  flags: number;
  /** The notification, parsed, when `flags` has `MSG_NOTIFICATION` and `data` is the whole of it. */
  notification?: sctp_notification | undefined;
}

/** A message without information. */
export interface ReceivedMessageWithoutInfo extends ReceivedMessageBase {
  infotype: typeof SCTP_RECVV_NOINFO;
  info: undefined;
}

/** A message with what it was received with. */
export interface ReceivedMessageWithRcvinfo extends ReceivedMessageBase {
  infotype: typeof SCTP_RECVV_RCVINFO;
  info: sctp_rcvinfo;
}

/** A message with what is known of the next one. */
export interface ReceivedMessageWithNxtinfo extends ReceivedMessageBase {
  infotype: typeof SCTP_RECVV_NXTINFO;
  info: sctp_nxtinfo;
}

/** A message with both informations. */
export interface ReceivedMessageWithBoth extends ReceivedMessageBase {
  infotype: typeof SCTP_RECVV_RN;
  info: sctp_recvv_rn;
}

/**
 * A message or a notification (RFC 6458 §9.13); `infotype` tells the type of `info`. The end of the peer on a
 * one-to-one socket is a message with empty data and flags 0.
 */
export type ReceivedMessage =
  | ReceivedMessageWithoutInfo
  | ReceivedMessageWithRcvinfo
  | ReceivedMessageWithNxtinfo
  | ReceivedMessageWithBoth;
