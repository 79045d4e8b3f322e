import type { Row, Standing } from "./row.js";

const NOTIFICATION =
  "test/sockets/notifications.test.ts: RFC 6458 §6.1: every notification survives the way to bytes and back";
const NOTIFICATION_BYTES =
  "test/kernel/codecs/notification-codec.test.ts: Linux has the bytes that receive calls answer everywhere";

/** RFC 6525 is not RFC 6458: the kernel's events are told, our own stack has none of them yet. */
export const NO_RESETS: Standing = { missing: "RFC 6525, stream reconfiguration, is to come" };

/** RFC 6458 §6.1: the types of notifications. Their structures and values have tables of their own. */
export const notifications: readonly Row[] = [
  {
    name: "SCTP_ASSOC_CHANGE",
    section: "6.1.1",
    says: "`sctp_assoc_change`: an association has come up, ended or restarted, or could not be set up.",
    tested: [
      "test/contract/events.ts: RFC 6458 §6.1.1: SCTP_ASSOC_CHANGE from COMM_UP to SHUTDOWN_COMP",
      "test/contract/events.ts: RFC 6458 §6.1.1: CANT_STR_ASSOC, and on one-to-many the messages come back",
      "test/contract/events.ts: RFC 6458 §6.1.1: COMM_LOST carries the peer's ABORT",
      "test/contract/events.ts: RFC 6458 §6.1.1: sac_info tells of the features that both sides have",
    ],
  },
  {
    name: "SCTP_PEER_ADDR_CHANGE",
    section: "6.1.2",
    says: "`sctp_paddr_change`: an address of the peer has changed its state.",
    tested: [
      "test/contract/events.ts: RFC 6458 §6.1.2: SCTP_PEER_ADDR_CHANGE when an address is confirmed",
      "test/contract/paths.test.ts: RFC 6458 §6.1.2: an address is confirmed, becomes unreachable, and comes back",
    ],
  },
  {
    name: "SCTP_REMOTE_ERROR",
    section: "6.1.3",
    says: "`sctp_remote_error`: the peer has sent an ERROR chunk, which is with it.",
    tested: [
      "test/contract/seams.test.ts: RFC 6458 §6.1.3: SCTP_REMOTE_ERROR with the ERROR chunk that somebody injects",
      "test/kernel/inside/events.ts: RFC 6458 §6.1.3: SCTP_REMOTE_ERROR of the kernel has the ERROR chunk of the peer",
      "test/kernel/codecs/notification-codec.test.ts: Linux has the bytes that receive calls answer everywhere",
    ],
  },
  {
    name: "SCTP_SHUTDOWN_EVENT",
    section: "6.1.5",
    says: "`sctp_shutdown_event`: the peer takes no more data.",
    tested: ["test/contract/events.ts: RFC 6458 §6.1.5: SCTP_SHUTDOWN_EVENT when the peer takes no more"],
  },
  {
    name: "SCTP_ADAPTATION_INDICATION",
    section: "6.1.6",
    says: "`sctp_adaptation_event`: the peer's adaptation layer indication.",
    tested: [
      "test/contract/events.ts: RFC 6458 §6.1.6, §8.1.10: the adaptation layer indications of both sides",
    ],
  },
  {
    name: "SCTP_PARTIAL_DELIVERY_EVENT",
    section: "6.1.7",
    says: "`sctp_pdapi_event`: the rest of a message that was delivered in part will not come.",
    tested: [
      "test/userland/receiving.test.ts: RFC 6458 §6.1.7, §8.1.20: notifications wait for the last part, and an abort ends the parts",
      NOTIFICATION_BYTES,
    ],
  },
  {
    name: "SCTP_AUTHENTICATION_EVENT",
    section: "6.1.8",
    says: "`sctp_authkey_event`: a new key is used, one is free, or the peer knows no authentication.",
    tested: [
      "test/contract/authentication.ts: RFC 6458 §8.3.4, §6.1.8: a key that is deactivated serves no new message, and is free",
    ],
  },
  {
    name: "SCTP_SENDER_DRY_EVENT",
    section: "6.1.9",
    says:
      "`sctp_sender_dry_event`: everything sent is acknowledged; told at once where it is so on " +
      "subscribing.",
    tested: [
      "test/contract/events.ts: RFC 6458 §6.1.9: SCTP_SENDER_DRY_EVENT when everything is acknowledged",
      "test/contract/subscribing.ts: RFC 6458 §6.1.9: dry associations tell at once, each for itself, and only on subscribing",
    ],
  },
  {
    name: "SCTP_NOTIFICATIONS_STOPPED_EVENT",
    section: "6.1.10",
    says:
      "`sctp_notifications_stopped_event`: notifications were dropped for want of room, and end " +
      "until they are subscribed to again.",
    kernel: { notOffered: "Linux drops what has no room and says nothing" },
    tested: [
      "test/userland/notifications.test.ts: RFC 6458 §6.1.10: after a storm nothing comes until it is subscribed to anew",
    ],
  },
  {
    name: "SCTP_SEND_FAILED_EVENT",
    section: "6.1.11",
    says: "`sctp_send_failed_event`: a message could not be delivered, and is with it.",
    kernel: { differs: "a message that was fragmented comes back in as many events" },
    tested: [
      "test/contract/events.ts: RFC 6458 §6.1.11: one event for each message that was lost, sent or not",
      "test/kernel/inside/provider.ts: Linux gives a message that was fragmented back in as many events",
    ],
  },
  {
    name: "SCTP_STREAM_RESET_EVENT",
    section: "RFC 6525 §6.1",
    says: "`sctp_stream_reset_event`: streams have been reset, or not.",
    userland: NO_RESETS,
    tested: [NOTIFICATION, NOTIFICATION_BYTES],
  },
  {
    name: "SCTP_ASSOC_RESET_EVENT",
    section: "RFC 6525 §6.1",
    says: "`sctp_assoc_reset_event`: the association has been reset, or not.",
    userland: NO_RESETS,
    tested: [NOTIFICATION, NOTIFICATION_BYTES],
  },
  {
    name: "SCTP_STREAM_CHANGE_EVENT",
    section: "RFC 6525 §6.1",
    says: "`sctp_stream_change_event`: there are more streams now, or not.",
    userland: NO_RESETS,
    tested: [NOTIFICATION, NOTIFICATION_BYTES],
  },
];
