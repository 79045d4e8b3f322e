/**
 * The notifications of RFC 6458 §6.1 and RFC 6525 §6.1 as a union that `sn_type` tells apart. Each has the fields of
 * its C structure, but for two: the type stands in `sn_type`, as in the C union's header, and the length is that of the
 * message's bytes.
 *
 * @module
 */
import type {
  SCTP_ADAPTATION_INDICATION,
  SCTP_ASSOC_CHANGE,
  SCTP_ASSOC_RESET_EVENT,
  SCTP_AUTHENTICATION_EVENT,
  SCTP_NOTIFICATIONS_STOPPED_EVENT,
  SCTP_PARTIAL_DELIVERY_EVENT,
  SCTP_PEER_ADDR_CHANGE,
  SCTP_REMOTE_ERROR,
  SCTP_SEND_FAILED_EVENT,
  SCTP_SENDER_DRY_EVENT,
  SCTP_SHUTDOWN_EVENT,
  SCTP_STREAM_CHANGE_EVENT,
  SCTP_STREAM_RESET_EVENT,
} from "./constants.js";
import type { SctpAddress, sctp_assoc_t, sctp_sndinfo } from "./types.js";

/** An association has come up, ended or restarted (RFC 6458 §6.1.1). */
export interface sctp_assoc_change {
  sn_type: typeof SCTP_ASSOC_CHANGE;
  /** Unused, 0. */
  sac_flags: number;
  /** `SCTP_COMM_UP`, `SCTP_COMM_LOST`, `SCTP_RESTART`, `SCTP_SHUTDOWN_COMP` or `SCTP_CANT_STR_ASSOC`. */
  sac_state: number;
  /** The cause code of RFC 9260 §3.3.10 that ended the association, or 0. */
  sac_error: number;
  /** Streams in the direction to the peer. */
  sac_outbound_streams: number;
  /** Streams in the direction from the peer. */
  sac_inbound_streams: number;
  /** The association. */
  sac_assoc_id: sctp_assoc_t;
  /** The ABORT chunk that ended the association; or `SCTP_ASSOC_SUPPORTS_PR` and its like; or empty. */
  sac_info: Uint8Array;
}

/** An address of the peer has changed its state (RFC 6458 §6.1.2). */
export interface sctp_paddr_change {
  sn_type: typeof SCTP_PEER_ADDR_CHANGE;
  /** Unused, 0. */
  spc_flags: number;
  /** The address. */
  spc_aaddr: SctpAddress;
  /** `SCTP_ADDR_AVAILABLE`, `SCTP_ADDR_UNREACHABLE`, `SCTP_ADDR_CONFIRMED` and their like. */
  spc_state: number;
  /** The cause code of RFC 9260 §3.3.10, or 0. */
  spc_error: number;
  /** The association. */
  spc_assoc_id: sctp_assoc_t;
}

/** The peer has sent an ERROR chunk (RFC 6458 §6.1.3). */
export interface sctp_remote_error {
  sn_type: typeof SCTP_REMOTE_ERROR;
  /** Unused, 0. */
  sre_flags: number;
  /** The cause code of RFC 9260 §3.3.10, in host order. */
  sre_error: number;
  /** The association. */
  sre_assoc_id: sctp_assoc_t;
  /** The ERROR chunk. */
  sre_data: Uint8Array;
}

/** The peer has begun a graceful shutdown (RFC 6458 §6.1.5). */
export interface sctp_shutdown_event {
  sn_type: typeof SCTP_SHUTDOWN_EVENT;
  /** Unused, 0. */
  sse_flags: number;
  /** The association. */
  sse_assoc_id: sctp_assoc_t;
}

/** The peer has sent its adaptation layer indication (RFC 6458 §6.1.6). */
export interface sctp_adaptation_event {
  sn_type: typeof SCTP_ADAPTATION_INDICATION;
  /** Unused, 0. */
  sai_flags: number;
  /** What the peer has sent, 32 bits. */
  sai_adaptation_ind: number;
  /** The association. */
  sai_assoc_id: sctp_assoc_t;
}

/** The rest of a partially delivered message will not come (RFC 6458 §6.1.7). */
export interface sctp_pdapi_event {
  sn_type: typeof SCTP_PARTIAL_DELIVERY_EVENT;
  /** Unused, 0. */
  pdapi_flags: number;
  /** `SCTP_PARTIAL_DELIVERY_ABORTED`. */
  pdapi_indication: number;
  /** The stream of the message. */
  pdapi_stream: number;
  /** The stream sequence number of the message. */
  pdapi_seq: number;
  /** The association. */
  pdapi_assoc_id: sctp_assoc_t;
}

/** Something about authentication keys (RFC 6458 §6.1.8). */
export interface sctp_authkey_event {
  sn_type: typeof SCTP_AUTHENTICATION_EVENT;
  /** Unused, 0. */
  auth_flags: number;
  /** The key. */
  auth_keynumber: number;
  /** `SCTP_AUTH_NEW_KEY`, `SCTP_AUTH_NO_AUTH` or `SCTP_AUTH_FREE_KEY`. */
  auth_indication: number;
  /** The association. */
  auth_assoc_id: sctp_assoc_t;
}

/** Everything sent has been acknowledged (RFC 6458 §6.1.9). */
export interface sctp_sender_dry_event {
  sn_type: typeof SCTP_SENDER_DRY_EVENT;
  /** Unused, 0. */
  sender_dry_flags: number;
  /** The association. */
  sender_dry_assoc_id: sctp_assoc_t;
}

/** Notifications were dropped for want of room; they must be subscribed to anew (RFC 6458 §6.1.10). */
export interface sctp_notifications_stopped_event {
  sn_type: typeof SCTP_NOTIFICATIONS_STOPPED_EVENT;
  /** Unused, 0. */
  sn_flags: number;
}

/** A message could not be delivered (RFC 6458 §6.1.11). */
export interface sctp_send_failed_event {
  sn_type: typeof SCTP_SEND_FAILED_EVENT;
  /** `SCTP_DATA_UNSENT` or `SCTP_DATA_SENT`. */
  ssfe_flags: number;
  /** The cause code of RFC 9260 §3.3.10, or 0. */
  ssfe_error: number;
  /** What the message was sent with; `snd_flags` tells `SCTP_DATA_NOT_FRAG` from `SCTP_DATA_LAST_FRAG`. */
  ssfe_info: sctp_sndinfo;
  /** The association. */
  ssfe_assoc_id: sctp_assoc_t;
  /** The message, or its tail. */
  ssfe_data: Uint8Array;
}

/** Streams were reset, or were not (RFC 6525 §6.1.1). */
export interface sctp_stream_reset_event {
  sn_type: typeof SCTP_STREAM_RESET_EVENT;
  /** Which direction, and whether it was denied or has failed. */
  strreset_flags: number;
  /** The association. */
  strreset_assoc_id: sctp_assoc_t;
  /** The streams; none stands for all. */
  strreset_stream_list: number[];
}

/** The TSNs and all streams were reset, or were not (RFC 6525 §6.1.2). */
export interface sctp_assoc_reset_event {
  sn_type: typeof SCTP_ASSOC_RESET_EVENT;
  /** Whether it was denied or has failed. */
  assocreset_flags: number;
  /** The association. */
  assocreset_assoc_id: sctp_assoc_t;
  /** The next TSN of our side. */
  assocreset_local_tsn: number;
  /** The next TSN of the peer. */
  assocreset_remote_tsn: number;
}

/** Streams were added, or were not (RFC 6525 §6.1.3). */
export interface sctp_stream_change_event {
  sn_type: typeof SCTP_STREAM_CHANGE_EVENT;
  /** Whether it was denied or has failed. */
  strchange_flags: number;
  /** The association. */
  strchange_assoc_id: sctp_assoc_t;
  /** Inbound streams, as many as there are now. */
  strchange_instrms: number;
  /** Outbound streams, as many as there are now. */
  strchange_outstrms: number;
}

/** A notification; `sn_type` tells which (RFC 6458 §6.1, RFC 6525 §6.1). */
export type sctp_notification =
  | sctp_assoc_change
  | sctp_paddr_change
  | sctp_remote_error
  | sctp_shutdown_event
  | sctp_adaptation_event
  | sctp_pdapi_event
  | sctp_authkey_event
  | sctp_sender_dry_event
  | sctp_notifications_stopped_event
  | sctp_send_failed_event
  | sctp_stream_reset_event
  | sctp_assoc_reset_event
  | sctp_stream_change_event;
