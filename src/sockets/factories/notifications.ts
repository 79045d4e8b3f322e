/**
 * The notifications (RFC 6458 §6.1, RFC 6525 §6.1): factory and type share a name.
 *
 * @module
 */
import {
  ADAPTATION_EVENT,
  ASSOC_CHANGE,
  ASSOC_RESET_EVENT,
  AUTHKEY_EVENT,
  NOTIFICATIONS_STOPPED_EVENT,
  PADDR_CHANGE,
  PDAPI_EVENT,
  REMOTE_ERROR,
  SENDER_DRY_EVENT,
  SEND_FAILED_EVENT,
  SHUTDOWN_EVENT,
  STREAM_CHANGE_EVENT,
  STREAM_RESET_EVENT,
} from "../notification-structures.js";
import type * as types from "../notification-types.js";
import { type NotificationFactory, notificationFactory } from "../structure-factory.js";

/** RFC 6458 §6.1.1: `SCTP_ASSOC_CHANGE`. */
export const sctp_assoc_change: NotificationFactory<types.sctp_assoc_change> =
  notificationFactory(ASSOC_CHANGE);
/** What {@link sctp_assoc_change} makes. */
export type sctp_assoc_change = types.sctp_assoc_change;

/** RFC 6458 §6.1.2: `SCTP_PEER_ADDR_CHANGE`. */
export const sctp_paddr_change: NotificationFactory<types.sctp_paddr_change, "spc_aaddr"> =
  notificationFactory(PADDR_CHANGE);
/** What {@link sctp_paddr_change} makes. */
export type sctp_paddr_change = types.sctp_paddr_change;

/** RFC 6458 §6.1.3: `SCTP_REMOTE_ERROR`. */
export const sctp_remote_error: NotificationFactory<types.sctp_remote_error> =
  notificationFactory(REMOTE_ERROR);
/** What {@link sctp_remote_error} makes. */
export type sctp_remote_error = types.sctp_remote_error;

/** RFC 6458 §6.1.5: `SCTP_SHUTDOWN_EVENT`. */
export const sctp_shutdown_event: NotificationFactory<types.sctp_shutdown_event> =
  notificationFactory(SHUTDOWN_EVENT);
/** What {@link sctp_shutdown_event} makes. */
export type sctp_shutdown_event = types.sctp_shutdown_event;

/** RFC 6458 §6.1.6: `SCTP_ADAPTATION_INDICATION`. */
export const sctp_adaptation_event: NotificationFactory<types.sctp_adaptation_event> =
  notificationFactory(ADAPTATION_EVENT);
/** What {@link sctp_adaptation_event} makes. */
export type sctp_adaptation_event = types.sctp_adaptation_event;

/** RFC 6458 §6.1.7: `SCTP_PARTIAL_DELIVERY_EVENT`. */
export const sctp_pdapi_event: NotificationFactory<types.sctp_pdapi_event> = notificationFactory(PDAPI_EVENT);
/** What {@link sctp_pdapi_event} makes. */
export type sctp_pdapi_event = types.sctp_pdapi_event;

/** RFC 6458 §6.1.8: `SCTP_AUTHENTICATION_EVENT`. */
export const sctp_authkey_event: NotificationFactory<types.sctp_authkey_event> =
  notificationFactory(AUTHKEY_EVENT);
/** What {@link sctp_authkey_event} makes. */
export type sctp_authkey_event = types.sctp_authkey_event;

/** RFC 6458 §6.1.9: `SCTP_SENDER_DRY_EVENT`. */
export const sctp_sender_dry_event: NotificationFactory<types.sctp_sender_dry_event> =
  notificationFactory(SENDER_DRY_EVENT);
/** What {@link sctp_sender_dry_event} makes. */
export type sctp_sender_dry_event = types.sctp_sender_dry_event;

/** RFC 6458 §6.1.10: `SCTP_NOTIFICATIONS_STOPPED_EVENT`. */
export const sctp_notifications_stopped_event: NotificationFactory<types.sctp_notifications_stopped_event> =
  notificationFactory(NOTIFICATIONS_STOPPED_EVENT);
/** What {@link sctp_notifications_stopped_event} makes. */
export type sctp_notifications_stopped_event = types.sctp_notifications_stopped_event;

/** RFC 6458 §6.1.11: `SCTP_SEND_FAILED_EVENT`. */
export const sctp_send_failed_event: NotificationFactory<types.sctp_send_failed_event> =
  notificationFactory(SEND_FAILED_EVENT);
/** What {@link sctp_send_failed_event} makes. */
export type sctp_send_failed_event = types.sctp_send_failed_event;

/** RFC 6525 §6.1.1: `SCTP_STREAM_RESET_EVENT`. */
export const sctp_stream_reset_event: NotificationFactory<types.sctp_stream_reset_event> =
  notificationFactory(STREAM_RESET_EVENT);
/** What {@link sctp_stream_reset_event} makes. */
export type sctp_stream_reset_event = types.sctp_stream_reset_event;

/** RFC 6525 §6.1.2: `SCTP_ASSOC_RESET_EVENT`. */
export const sctp_assoc_reset_event: NotificationFactory<types.sctp_assoc_reset_event> =
  notificationFactory(ASSOC_RESET_EVENT);
/** What {@link sctp_assoc_reset_event} makes. */
export type sctp_assoc_reset_event = types.sctp_assoc_reset_event;

/** RFC 6525 §6.1.3: `SCTP_STREAM_CHANGE_EVENT`. */
export const sctp_stream_change_event: NotificationFactory<types.sctp_stream_change_event> =
  notificationFactory(STREAM_CHANGE_EVENT);
/** What {@link sctp_stream_change_event} makes. */
export type sctp_stream_change_event = types.sctp_stream_change_event;
