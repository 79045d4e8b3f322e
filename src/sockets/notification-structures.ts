/**
 * The notifications of RFC 6458 §6.1 and RFC 6525 §6.1 by their fields, in the order of Linux's C structures. Type and
 * length stand in front of all of them, and the flags between the two, so that they are the first field here.
 *
 * @module
 */
import {
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
import { SCTP_SNDINFO_FIELDS } from "./information-structures.js";
import type {
  sctp_adaptation_event,
  sctp_assoc_change,
  sctp_assoc_reset_event,
  sctp_authkey_event,
  sctp_notification,
  sctp_notifications_stopped_event,
  sctp_paddr_change,
  sctp_pdapi_event,
  sctp_remote_error,
  sctp_send_failed_event,
  sctp_sender_dry_event,
  sctp_shutdown_event,
  sctp_stream_change_event,
  sctp_stream_reset_event,
} from "./notification-types.js";
import type { Structure, StructureOf } from "./structures.js";
import type { sctp_sndinfo } from "./types.js";

/** One notification: its type, and what C declares behind it. */
export interface NotificationDeclaration<Notification extends sctp_notification> {
  readonly type: Notification["sn_type"];
  /** Its name is that of the structure in C. */
  readonly structure: StructureOf<Omit<Notification, "sn_type">>;
}

/** RFC 6458 §6.1.11: the flags say which part of the message is given back, with numbers of their own. */
const FAILED_SNDINFO: StructureOf<sctp_sndinfo> = {
  ...SCTP_SNDINFO_FIELDS,
  fields: { ...SCTP_SNDINFO_FIELDS.fields, snd_flags: { kind: "u16", verbatim: true } },
};

/** `sctp_assoc_change`, RFC 6458 §6.1.1. */
export const ASSOC_CHANGE: NotificationDeclaration<sctp_assoc_change> = {
  type: SCTP_ASSOC_CHANGE,
  structure: {
    name: "sctp_assoc_change",
    fields: {
      sac_flags: { kind: "u16" },
      sac_state: { kind: "u16" },
      sac_error: { kind: "u16" },
      sac_outbound_streams: { kind: "u16" },
      sac_inbound_streams: { kind: "u16" },
      sac_assoc_id: { kind: "i32" },
      sac_info: { kind: "bytes" },
    },
  },
};

/** `sctp_paddr_change`, RFC 6458 §6.1.2. */
export const PADDR_CHANGE: NotificationDeclaration<sctp_paddr_change> = {
  type: SCTP_PEER_ADDR_CHANGE,
  structure: {
    name: "sctp_paddr_change",
    fields: {
      spc_flags: { kind: "u16" },
      spc_aaddr: { kind: "address", required: true },
      spc_state: { kind: "u32" },
      spc_error: { kind: "u32" },
      spc_assoc_id: { kind: "i32" },
    },
  },
};

/** `sctp_remote_error`, RFC 6458 §6.1.3: sre_error is in network order in the bytes. */
export const REMOTE_ERROR: NotificationDeclaration<sctp_remote_error> = {
  type: SCTP_REMOTE_ERROR,
  structure: {
    name: "sctp_remote_error",
    fields: {
      sre_flags: { kind: "u16" },
      sre_error: { kind: "u16", networkOrder: true },
      sre_assoc_id: { kind: "i32" },
      sre_data: { kind: "bytes" },
    },
  },
};

/** `sctp_shutdown_event`, RFC 6458 §6.1.5. */
export const SHUTDOWN_EVENT: NotificationDeclaration<sctp_shutdown_event> = {
  type: SCTP_SHUTDOWN_EVENT,
  structure: {
    name: "sctp_shutdown_event",
    fields: { sse_flags: { kind: "u16" }, sse_assoc_id: { kind: "i32" } },
  },
};

/** `sctp_adaptation_event`, RFC 6458 §6.1.6. */
export const ADAPTATION_EVENT: NotificationDeclaration<sctp_adaptation_event> = {
  type: SCTP_ADAPTATION_INDICATION,
  structure: {
    name: "sctp_adaptation_event",
    fields: {
      sai_flags: { kind: "u16" },
      sai_adaptation_ind: { kind: "u32" },
      sai_assoc_id: { kind: "i32" },
    },
  },
};

/** `sctp_pdapi_event`, RFC 6458 §6.1.7, in Linux's order of fields. */
export const PDAPI_EVENT: NotificationDeclaration<sctp_pdapi_event> = {
  type: SCTP_PARTIAL_DELIVERY_EVENT,
  structure: {
    name: "sctp_pdapi_event",
    fields: {
      pdapi_flags: { kind: "u16" },
      pdapi_indication: { kind: "u32" },
      pdapi_assoc_id: { kind: "i32" },
      pdapi_stream: { kind: "u32" },
      pdapi_seq: { kind: "u32" },
    },
  },
};

/** `sctp_authkey_event`, RFC 6458 §6.1.8. Linux has a second key number behind the first, which nothing uses. */
export const AUTHKEY_EVENT: NotificationDeclaration<sctp_authkey_event> = {
  type: SCTP_AUTHENTICATION_EVENT,
  structure: {
    name: "sctp_authkey_event",
    fields: {
      auth_flags: { kind: "u16" },
      auth_keynumber: { kind: "u16" },
      auth_indication: { kind: "u32" },
      auth_assoc_id: { kind: "i32" },
    },
  },
};

/** `sctp_sender_dry_event`, RFC 6458 §6.1.9. */
export const SENDER_DRY_EVENT: NotificationDeclaration<sctp_sender_dry_event> = {
  type: SCTP_SENDER_DRY_EVENT,
  structure: {
    name: "sctp_sender_dry_event",
    fields: { sender_dry_flags: { kind: "u16" }, sender_dry_assoc_id: { kind: "i32" } },
  },
};

/** RFC 6458 §6.1.10: nothing but what all of them begin with. */
export const NOTIFICATIONS_STOPPED_EVENT: NotificationDeclaration<sctp_notifications_stopped_event> = {
  type: SCTP_NOTIFICATIONS_STOPPED_EVENT,
  structure: { name: "sctp_tlv", fields: { sn_flags: { kind: "u16" } } },
};

/** `sctp_send_failed_event`, RFC 6458 §6.1.11. */
export const SEND_FAILED_EVENT: NotificationDeclaration<sctp_send_failed_event> = {
  type: SCTP_SEND_FAILED_EVENT,
  structure: {
    name: "sctp_send_failed_event",
    fields: {
      ssfe_flags: { kind: "u16" },
      ssfe_error: { kind: "u32" },
      ssfe_info: { kind: "structure", structure: FAILED_SNDINFO },
      ssfe_assoc_id: { kind: "i32" },
      ssfe_data: { kind: "bytes" },
    },
  },
};

/** `sctp_stream_reset_event`, RFC 6525 §6.1.1. */
export const STREAM_RESET_EVENT: NotificationDeclaration<sctp_stream_reset_event> = {
  type: SCTP_STREAM_RESET_EVENT,
  structure: {
    name: "sctp_stream_reset_event",
    fields: {
      strreset_flags: { kind: "u16" },
      strreset_assoc_id: { kind: "i32" },
      strreset_stream_list: { kind: "list", items: "u16" },
    },
  },
};

/** `sctp_assoc_reset_event`, RFC 6525 §6.1.2. */
export const ASSOC_RESET_EVENT: NotificationDeclaration<sctp_assoc_reset_event> = {
  type: SCTP_ASSOC_RESET_EVENT,
  structure: {
    name: "sctp_assoc_reset_event",
    fields: {
      assocreset_flags: { kind: "u16" },
      assocreset_assoc_id: { kind: "i32" },
      assocreset_local_tsn: { kind: "u32" },
      assocreset_remote_tsn: { kind: "u32" },
    },
  },
};

/** `sctp_stream_change_event`, RFC 6525 §6.1.3. */
export const STREAM_CHANGE_EVENT: NotificationDeclaration<sctp_stream_change_event> = {
  type: SCTP_STREAM_CHANGE_EVENT,
  structure: {
    name: "sctp_stream_change_event",
    fields: {
      strchange_flags: { kind: "u16" },
      strchange_assoc_id: { kind: "i32" },
      strchange_instrms: { kind: "u16" },
      strchange_outstrms: { kind: "u16" },
    },
  },
};

/** The declaration of whichever notification. */
type AnyDeclaration<Notification> = Notification extends sctp_notification
  ? NotificationDeclaration<Notification>
  : never;

/** All of them. */
export const NOTIFICATION_DECLARATIONS: readonly AnyDeclaration<sctp_notification>[] = [
  ASSOC_CHANGE,
  PADDR_CHANGE,
  REMOTE_ERROR,
  SHUTDOWN_EVENT,
  ADAPTATION_EVENT,
  PDAPI_EVENT,
  AUTHKEY_EVENT,
  SENDER_DRY_EVENT,
  NOTIFICATIONS_STOPPED_EVENT,
  SEND_FAILED_EVENT,
  STREAM_RESET_EVENT,
  ASSOC_RESET_EVENT,
  STREAM_CHANGE_EVENT,
];

/** The name of the first field of a notification, which holds its flags. */
export function flagsFieldOf({ fields }: Structure): string {
  return Object.keys(fields)[0] ?? "";
}
