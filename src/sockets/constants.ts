/**
 * The constants of RFC 6458. They are the same on every platform and with every provider: Linux's numbers, and
 * numbers of our own where Linux has none (the comment says so). A provider over an operating system translates.
 *
 * @module
 */

// Address families and socket types.

/** IPv4 sockets. */
export const AF_INET: 2 = 2;
/** IPv6 sockets, which also carry IPv4. */
export const AF_INET6: 10 = 10;
/** The one-to-one style (RFC 6458 §4): at most one association on a socket. */
export const SOCK_STREAM: 1 = 1;
/** The one-to-many style (RFC 6458 §3): any number of associations on a socket. */
export const SOCK_SEQPACKET: 5 = 5;
/** The protocol number of SCTP, and the level of its socket options. */
export const IPPROTO_SCTP: 132 = 132;
/** The level of the options that every kind of socket has. */
export const SOL_SOCKET: 1 = 1;

// Options of level SOL_SOCKET.

/** Reads the style of the socket, `SOCK_STREAM` or `SOCK_SEQPACKET`. */
export const SO_TYPE: 3 = 3;
/** Reads the error that waits on the socket, and clears it. */
export const SO_ERROR: 4 = 4;
/** The size of the send buffer of an association, in bytes (RFC 6458 §8.1.7). */
export const SO_SNDBUF: 7 = 7;
/** The size of the receive buffer of an association, in bytes (RFC 6458 §8.1.6). */
export const SO_RCVBUF: 8 = 8;
/** What `close()` does with data that is still under way (RFC 6458 §8.1.4). */
export const SO_LINGER: 13 = 13;
/** Reads the protocol of the socket, `IPPROTO_SCTP`. */
export const SO_PROTOCOL: 38 = 38;
/** Reads the family of the socket, `AF_INET` or `AF_INET6`. */
export const SO_DOMAIN: 39 = 39;

// Flags of send and receive calls.

/** Receive: look at the next message and leave it where it is. */
export const MSG_PEEK: 0x2 = 0x2;
/** Send: do not use a gateway. */
export const MSG_DONTROUTE: 0x4 = 0x4;
/** Received: ancillary data did not fit. */
export const MSG_CTRUNC: 0x8 = 0x8;
/** Received: data was cut off. SCTP sockets never do it. */
export const MSG_TRUNC: 0x20 = 0x20;
/** This one call does not wait: it answers at once or fails with `EAGAIN`. */
export const MSG_DONTWAIT: 0x40 = 0x40;
/** Received: this is the end of the message (RFC 6458 §3.1.4). */
export const MSG_EOR: 0x80 = 0x80;
/** Receive: no effect, because a message is the unit. */
export const MSG_WAITALL: 0x100 = 0x100;
/** Send: no effect, because there is no signal. */
export const MSG_NOSIGNAL: 0x4000 = 0x4000;
/** Received: the data is a notification and not a message of the peer (RFC 6458 §3.1.4). */
export const MSG_NOTIFICATION: 0x8000 = 0x8000;

// How to shut down.

/** `shutdown()`: receive no more; nothing is sent to the peer (RFC 6458 §4.1.7). */
export const SHUT_RD: 0 = 0;
/** `shutdown()`: start SCTP's graceful shutdown (RFC 6458 §4.1.7). */
export const SHUT_WR: 1 = 1;
/** `shutdown()`: both of the above (RFC 6458 §4.1.7). */
export const SHUT_RDWR: 2 = 2;

// Association identifiers (RFC 6458 §7.2).

/** In place of an association id: the associations that come into being later. */
export const SCTP_FUTURE_ASSOC: 0 = 0;
/** In place of an association id: the associations that exist now. */
export const SCTP_CURRENT_ASSOC: 1 = 1;
/** In place of an association id: those that exist now and those to come. */
export const SCTP_ALL_ASSOC: 2 = 2;

// sctp_bindx() (RFC 6458 §9.1).

/** `sctp_bindx()`: add the addresses. */
export const SCTP_BINDX_ADD_ADDR: 1 = 1;
/** `sctp_bindx()`: remove the addresses. */
export const SCTP_BINDX_REM_ADDR: 2 = 2;

// Types of information beside a message (RFC 6458 §9.12, §9.13).

/** Sending: no information. */
export const SCTP_SENDV_NOINFO: 0 = 0;
/** Sending: the information is a `sctp_sndinfo`. */
export const SCTP_SENDV_SNDINFO: 1 = 1;
/** Sending: the information is a `sctp_prinfo`. */
export const SCTP_SENDV_PRINFO: 2 = 2;
/** Sending: the information is a `sctp_authinfo`. */
export const SCTP_SENDV_AUTHINFO: 3 = 3;
/** Sending: the information is a `sctp_sendv_spa`. */
export const SCTP_SENDV_SPA: 4 = 4;
/** `sendv_flags`: `sendv_sndinfo` is given. */
export const SCTP_SEND_SNDINFO_VALID: 0x1 = 0x1;
/** `sendv_flags`: `sendv_prinfo` is given. */
export const SCTP_SEND_PRINFO_VALID: 0x2 = 0x2;
/** `sendv_flags`: `sendv_authinfo` is given. */
export const SCTP_SEND_AUTHINFO_VALID: 0x4 = 0x4;
/** Received: no information. */
export const SCTP_RECVV_NOINFO: 0 = 0;
/** Received: the information is a `sctp_rcvinfo`. */
export const SCTP_RECVV_RCVINFO: 1 = 1;
/** Received: the information is a `sctp_nxtinfo`. */
export const SCTP_RECVV_NXTINFO: 2 = 2;
/** Received: the information is a `sctp_recvv_rn`. */
export const SCTP_RECVV_RN: 3 = 3;

// Types of ancillary data (RFC 6458 §5.3).

/** `cmsg_type`: a `sctp_initmsg`, for the association that the message sets up (RFC 6458 §5.3.1). */
export const SCTP_INIT: 0 = 0;
/** `cmsg_type`: a `sctp_sndinfo` (RFC 6458 §5.3.4). */
export const SCTP_SNDINFO: 2 = 2;
/** `cmsg_type`: a `sctp_rcvinfo` (RFC 6458 §5.3.5). */
export const SCTP_RCVINFO: 3 = 3;
/** `cmsg_type`: a `sctp_nxtinfo` (RFC 6458 §5.3.6). */
export const SCTP_NXTINFO: 4 = 4;
/** `cmsg_type`: a `sctp_prinfo` (RFC 6458 §5.3.7). */
export const SCTP_PRINFO: 5 = 5;
/** `cmsg_type`: a `sctp_authinfo` (RFC 6458 §5.3.8). */
export const SCTP_AUTHINFO: 6 = 6;
/** `cmsg_type`: a further IPv4 address of the peer, for the association that the message sets up (RFC 6458 §5.3.9). */
export const SCTP_DSTADDRV4: 7 = 7;
/** `cmsg_type`: a further IPv6 address of the peer, for the association that the message sets up (RFC 6458 §5.3.10). */
export const SCTP_DSTADDRV6: 8 = 8;

// snd_flags, rcv_flags, nxt_flags (RFC 6458 §5.3.4 to §5.3.6).

/** The message is, or was, sent unordered. */
export const SCTP_UNORDERED: 0x1 = 0x1;
/** `snd_flags`, one-to-many: send to the address of the call and not to the primary address. */
export const SCTP_ADDR_OVER: 0x2 = 0x2;
/** `snd_flags`: abort the association; the data is the reason (error cause 12). */
export const SCTP_ABORT: 0x4 = 0x4;
/** `snd_flags`: ask the peer to acknowledge at once (RFC 7053 §7). */
export const SCTP_SACK_IMMEDIATELY: 0x8 = 0x8;
/** `snd_flags`, one-to-many: send to every established association of the socket. */
export const SCTP_SENDALL: 0x40 = 0x40;
/** `snd_flags`: shut the association down gracefully. */
export const SCTP_EOF: 0x200 = 0x200;
/**
 * `snd_flags`: the end of the record under explicit EOR marking (erratum 6111). The number is ours: Linux
 * has none.
 */
export const SCTP_EOR: 0x2000 = 0x2000;
/** `nxt_flags`: the whole next message is in the buffer. The number is ours: Linux has none. */
export const SCTP_COMPLETE: 0x4000 = 0x4000;
/** `nxt_flags`: the next message is a notification. */
export const SCTP_NOTIFICATION: 0x8000 = 0x8000;

// Partial reliability (RFC 6458 §5.3.7).

/** `pr_policy`: the message is sent reliably. */
export const SCTP_PR_SCTP_NONE: 0 = 0;
/** `pr_policy`: the message is given up after `pr_value` milliseconds. */
export const SCTP_PR_SCTP_TTL: 0x10 = 0x10;
/** `pr_policy`: the message is given up after `pr_value` retransmissions (RFC 7496 §3.1). */
export const SCTP_PR_SCTP_RTX: 0x20 = 0x20;
/** `pr_policy`: the message gives way to ones with a smaller `pr_value`, 0 being the most urgent (RFC 7496 §3.2). */
export const SCTP_PR_SCTP_PRIO: 0x30 = 0x30;
/** `sprstat_policy`: all policies together (RFC 7496 §4.3). */
export const SCTP_PR_SCTP_ALL: 0x80 = 0x80;

// Options of level IPPROTO_SCTP (RFC 6458 §8).

/** Bounds of the retransmission time-out (RFC 6458 §8.1.1). */
export const SCTP_RTOINFO: 0 = 0;
/** Parameters of an association (RFC 6458 §8.1.2). */
export const SCTP_ASSOCINFO: 1 = 1;
/** Parameters of the set-up of associations (RFC 6458 §8.1.3). */
export const SCTP_INITMSG: 2 = 2;
/** Turns Nagle's algorithm off (RFC 6458 §8.1.5). */
export const SCTP_NODELAY: 3 = 3;
/** Ends idle associations of one-to-many sockets (RFC 6458 §8.1.8). */
export const SCTP_AUTOCLOSE: 4 = 4;
/** Asks the peer to use a local address as its primary (RFC 6458 §8.3.1). */
export const SCTP_SET_PEER_PRIMARY_ADDR: 5 = 5;
/** The address of the peer that messages are sent to (RFC 6458 §8.1.9). */
export const SCTP_PRIMARY_ADDR: 6 = 6;
/** The adaptation layer indication sent to peers (RFC 6458 §8.1.10). */
export const SCTP_ADAPTATION_LAYER: 7 = 7;
/** Refuses messages larger than the path MTU (RFC 6458 §8.1.11). */
export const SCTP_DISABLE_FRAGMENTS: 8 = 8;
/** Parameters of the paths to the peer (RFC 6458 §8.1.12). */
export const SCTP_PEER_ADDR_PARAMS: 9 = 9;
/** Shows IPv4 addresses in IPv6 form (RFC 6458 §8.1.15). */
export const SCTP_I_WANT_MAPPED_V4_ADDR: 12 = 12;
/** The largest fragment of a message (RFC 6458 §8.1.16). */
export const SCTP_MAXSEG: 13 = 13;
/** The state of an association (RFC 6458 §8.2.1). */
export const SCTP_STATUS: 14 = 14;
/** The state of one path to the peer (RFC 6458 §8.2.2). */
export const SCTP_GET_PEER_ADDR_INFO: 15 = 15;
/** Delay and frequency of acknowledgements (RFC 6458 §8.1.19). */
export const SCTP_DELAYED_SACK: 16 = 16;
/** The context given with received messages (RFC 6458 §8.1.25). */
export const SCTP_CONTEXT: 17 = 17;
/** What may come between the parts of a message (RFC 6458 §8.1.20). */
export const SCTP_FRAGMENT_INTERLEAVE: 18 = 18;
/** From which size on messages may be delivered in parts (RFC 6458 §8.1.21). */
export const SCTP_PARTIAL_DELIVERY_POINT: 19 = 19;
/** The bound on bursts of packets (RFC 6458 §8.1.24). */
export const SCTP_MAX_BURST: 20 = 20;
/** Adds a chunk type to be authenticated (RFC 6458 §8.3.2). */
export const SCTP_AUTH_CHUNK: 21 = 21;
/** The HMAC algorithms for authentication (RFC 6458 §8.1.17). */
export const SCTP_HMAC_IDENT: 22 = 22;
/** Sets a shared key (RFC 6458 §8.3.3). */
export const SCTP_AUTH_KEY: 23 = 23;
/** The shared key in use (RFC 6458 §8.1.18). */
export const SCTP_AUTH_ACTIVE_KEY: 24 = 24;
/** Deletes a shared key (RFC 6458 §8.3.5). */
export const SCTP_AUTH_DELETE_KEY: 25 = 25;
/** The chunk types that the peer wants authenticated (RFC 6458 §8.2.3). */
export const SCTP_PEER_AUTH_CHUNKS: 26 = 26;
/** The chunk types that we want authenticated (RFC 6458 §8.2.4). */
export const SCTP_LOCAL_AUTH_CHUNKS: 27 = 27;
/** The number of associations of the socket (RFC 6458 §8.2.5). */
export const SCTP_GET_ASSOC_NUMBER: 28 = 28;
/** The ids of the associations of the socket (RFC 6458 §8.2.6). */
export const SCTP_GET_ASSOC_ID_LIST: 29 = 29;
/** Follows changes of the host's addresses (RFC 6458 §8.1.23). */
export const SCTP_AUTO_ASCONF: 30 = 30;
/** From how many errors on a path is potentially failed, unreachable, and no longer the primary one (RFC 7829 §7.2). */
export const SCTP_PEER_ADDR_THLDS: 31 = 31;
/** Delivers a `sctp_rcvinfo` with each message (RFC 6458 §8.1.29). */
export const SCTP_RECVRCVINFO: 32 = 32;
/** Delivers a `sctp_nxtinfo` about the next message (RFC 6458 §8.1.30). */
export const SCTP_RECVNXTINFO: 33 = 33;
/** What a send call without `sctp_sndinfo` uses (RFC 6458 §8.1.31). */
export const SCTP_DEFAULT_SNDINFO: 34 = 34;
/** Deactivates a shared key (RFC 6458 §8.3.4). */
export const SCTP_AUTH_DEACTIVATE_KEY: 35 = 35;
/** Lets several one-to-one sockets share a port (RFC 6458 §8.1.27). */
export const SCTP_REUSE_PORT: 36 = 36;
/** Whether partial reliability is offered, or has been agreed upon (RFC 7496 §4.5). */
export const SCTP_PR_SUPPORTED: 113 = 113;
/** What a send call without `sctp_prinfo` uses (RFC 6458 §8.1.32). */
export const SCTP_DEFAULT_PRINFO: 114 = 114;
/** How many messages of an association have been given up (RFC 7496 §4.4). */
export const SCTP_PR_ASSOC_STATUS: 115 = 115;
/** How many messages of a stream have been given up (RFC 7496 §4.3). */
export const SCTP_PR_STREAM_STATUS: 116 = 116;
/** Subscribes to a notification (RFC 6458 §6.2.2). */
export const SCTP_EVENT: 127 = 127;
/** Whether applications are told that a path is potentially failed (RFC 7829 §7.3). */
export const SCTP_EXPOSE_POTENTIALLY_FAILED_STATE: 131 = 131;
/** The UDP port at which a peer is found (RFC 6951 §6.1). */
export const SCTP_REMOTE_UDP_ENCAPS_PORT: 132 = 132;
/** The application marks the ends of its messages itself (RFC 6458 §8.1.26). The number is ours: Linux has none. */
export const SCTP_EXPLICIT_EOR: 0x1001b = 0x1001b;

// shmac_idents (RFC 6458 §8.1.17).

/** `shmac_idents`: HMAC with SHA-1, which every list has (RFC 6458 §8.1.17, RFC 4895 §3.3). */
export const SCTP_AUTH_HMAC_ID_SHA1: 1 = 1;
/** `shmac_idents`: HMAC with SHA-256 (RFC 6458 §8.1.17, RFC 4895 §3.3). */
export const SCTP_AUTH_HMAC_ID_SHA256: 3 = 3;

// spp_flags (RFC 6458 §8.1.12).

/** `spp_flags`: heartbeats are sent. */
export const SPP_HB_ENABLE: 0x1 = 0x1;
/** `spp_flags`: no heartbeats are sent. */
export const SPP_HB_DISABLE: 0x2 = 0x2;
/** `spp_flags`: send a heartbeat now; not together with a wildcard address. */
export const SPP_HB_DEMAND: 0x4 = 0x4;
/** `spp_flags`: the path MTU is found out. */
export const SPP_PMTUD_ENABLE: 0x8 = 0x8;
/** `spp_flags`: the path MTU stays as it is, or becomes what `spp_pathmtu` says. */
export const SPP_PMTUD_DISABLE: 0x10 = 0x10;
/** `spp_flags`: with `SPP_HB_ENABLE`, the heartbeat interval is 0, which `spp_hbinterval` cannot say. */
export const SPP_HB_TIME_IS_ZERO: 0x80 = 0x80;
/** `spp_flags`: `spp_ipv6_flowlabel` counts. */
export const SPP_IPV6_FLOWLABEL: 0x100 = 0x100;
/** `spp_flags`: `spp_dscp` counts. */
export const SPP_DSCP: 0x200 = 0x200;

// Notifications (RFC 6458 §6.1).

/** An association has come up, ended or restarted (RFC 6458 §6.1.1). */
export const SCTP_ASSOC_CHANGE: 0x8001 = 0x8001;
/** An address of the peer has changed its state (RFC 6458 §6.1.2). */
export const SCTP_PEER_ADDR_CHANGE: 0x8002 = 0x8002;
/** The peer has sent an ERROR chunk (RFC 6458 §6.1.3). */
export const SCTP_REMOTE_ERROR: 0x8004 = 0x8004;
/** The peer has begun a graceful shutdown (RFC 6458 §6.1.5). */
export const SCTP_SHUTDOWN_EVENT: 0x8005 = 0x8005;
/** The rest of a partially delivered message will not come (RFC 6458 §6.1.7). */
export const SCTP_PARTIAL_DELIVERY_EVENT: 0x8006 = 0x8006;
/** The peer has sent its adaptation layer indication (RFC 6458 §6.1.6). */
export const SCTP_ADAPTATION_INDICATION: 0x8007 = 0x8007;
/** Something about authentication keys (RFC 6458 §6.1.8). */
export const SCTP_AUTHENTICATION_EVENT: 0x8008 = 0x8008;
/** Everything sent has been acknowledged (RFC 6458 §6.1.9). */
export const SCTP_SENDER_DRY_EVENT: 0x8009 = 0x8009;
/** Streams were reset, or were not (RFC 6525 §6.1.1). Nothing in this version provokes it. */
export const SCTP_STREAM_RESET_EVENT: 0x800a = 0x800a;
/** The TSNs and all streams were reset, or were not (RFC 6525 §6.1.2). Nothing in this version provokes it. */
export const SCTP_ASSOC_RESET_EVENT: 0x800b = 0x800b;
/** Streams were added, or were not (RFC 6525 §6.1.3). Nothing in this version provokes it. */
export const SCTP_STREAM_CHANGE_EVENT: 0x800c = 0x800c;
/** A message could not be delivered (RFC 6458 §6.1.11). */
export const SCTP_SEND_FAILED_EVENT: 0x800d = 0x800d;
/** Notifications were dropped for want of room (RFC 6458 §6.1.10). The number is ours: Linux has none. */
export const SCTP_NOTIFICATIONS_STOPPED_EVENT: 0x8080 = 0x8080;

// sac_state (RFC 6458 §6.1.1).

/** `sac_state`: the association is up. */
export const SCTP_COMM_UP: 0 = 0;
/** `sac_state`: the association has failed. */
export const SCTP_COMM_LOST: 1 = 1;
/** `sac_state`: the peer has restarted the association. */
export const SCTP_RESTART: 2 = 2;
/** `sac_state`: the association has ended gracefully. */
export const SCTP_SHUTDOWN_COMP: 3 = 3;
/** `sac_state`: the association could not be set up (erratum 6112). */
export const SCTP_CANT_STR_ASSOC: 4 = 4;

// sac_info of SCTP_COMM_UP and SCTP_RESTART (RFC 6458 §6.1.1).

/** `sac_info`: both sides know partial reliability. The number is ours: Linux never reports it. */
export const SCTP_ASSOC_SUPPORTS_PR: 1 = 1;
/** `sac_info`: both sides know authentication. The number is ours: Linux never reports it. */
export const SCTP_ASSOC_SUPPORTS_AUTH: 2 = 2;
/** `sac_info`: both sides can change addresses. The number is ours: Linux never reports it. */
export const SCTP_ASSOC_SUPPORTS_ASCONF: 3 = 3;
/** `sac_info`: send buffers are per stream. The number is ours: Linux never reports it. */
export const SCTP_ASSOC_SUPPORTS_MULTIBUF: 4 = 4;

// spc_state (RFC 6458 §6.1.2).

/** `spc_state`: the address is reachable again. */
export const SCTP_ADDR_AVAILABLE: 0 = 0;
/** `spc_state`: the address cannot be reached any more. */
export const SCTP_ADDR_UNREACHABLE: 1 = 1;
/** `spc_state`: the address is no longer part of the association. */
export const SCTP_ADDR_REMOVED: 2 = 2;
/** `spc_state`: the address is now part of the association. */
export const SCTP_ADDR_ADDED: 3 = 3;
/** `spc_state`: the address is now the primary address. */
export const SCTP_ADDR_MADE_PRIM: 4 = 4;
/** `spc_state`: the address has been verified (erratum 6116). */
export const SCTP_ADDR_CONFIRMED: 5 = 5;
/** `spc_state`: the address may have failed (RFC 7829 §7.1). */
export const SCTP_ADDR_POTENTIALLY_FAILED: 6 = 6;

// Others.

/** `ssfe_flags`: the message was never put on the wire (RFC 6458 §6.1.11). */
export const SCTP_DATA_UNSENT: 0 = 0;
/** `ssfe_flags`: the message was sent but not acknowledged (RFC 6458 §6.1.11). */
export const SCTP_DATA_SENT: 1 = 1;
/** `snd_flags` in `ssfe_info`: only the tail of the message is given back (RFC 6458 §6.1.11). */
export const SCTP_DATA_LAST_FRAG: 1 = 1;
/** `snd_flags` in `ssfe_info`: the whole message is given back (RFC 6458 §6.1.11). */
export const SCTP_DATA_NOT_FRAG: 3 = 3;
/** `pdapi_indication`: the rest will not come (RFC 6458 §6.1.7). */
export const SCTP_PARTIAL_DELIVERY_ABORTED: 0 = 0;
/** `auth_indication`: the peer uses a new key (RFC 6458 §6.1.8). */
export const SCTP_AUTH_NEW_KEY: 0 = 0;
/** `auth_indication`: the key is not in use any more (RFC 6458 §6.1.8). */
export const SCTP_AUTH_FREE_KEY: 1 = 1;
/** `auth_indication`: the peer does not know authentication (RFC 6458 §6.1.8). */
export const SCTP_AUTH_NO_AUTH: 2 = 2;

// sstat_state (RFC 6458 §8.2.1).

/** `sstat_state`: there is nothing yet. RFC 6458 does not know this state, Linux has it. */
export const SCTP_EMPTY: 0 = 0;
/** `sstat_state`: CLOSED. */
export const SCTP_CLOSED: 1 = 1;
/** `sstat_state`: COOKIE-WAIT. */
export const SCTP_COOKIE_WAIT: 2 = 2;
/** `sstat_state`: COOKIE-ECHOED. */
export const SCTP_COOKIE_ECHOED: 3 = 3;
/** `sstat_state`: ESTABLISHED. */
export const SCTP_ESTABLISHED: 4 = 4;
/** `sstat_state`: SHUTDOWN-PENDING. */
export const SCTP_SHUTDOWN_PENDING: 5 = 5;
/** `sstat_state`: SHUTDOWN-SENT. */
export const SCTP_SHUTDOWN_SENT: 6 = 6;
/** `sstat_state`: SHUTDOWN-RECEIVED. */
export const SCTP_SHUTDOWN_RECEIVED: 7 = 7;
/** `sstat_state`: SHUTDOWN-ACK-SENT. */
export const SCTP_SHUTDOWN_ACK_SENT: 8 = 8;
/** `sstat_state`: the socket listens. The number is ours: Linux has none. */
export const SCTP_LISTEN: 10 = 10;

// spinfo_state (RFC 6458 §8.2.2).

/** `spinfo_state`: the address is not reachable. */
export const SCTP_INACTIVE: 0 = 0;
/** `spinfo_state`: the address may have failed (RFC 7829 §7.1). */
export const SCTP_POTENTIALLY_FAILED: 1 = 1;
/** `spinfo_state`: the address is in use, or can be. */
export const SCTP_ACTIVE: 2 = 2;
/** `spinfo_state`: the address has not been verified yet. */
export const SCTP_UNCONFIRMED: 3 = 3;
