import type { ConstantGroup, Standing } from "./row.js";

/** That the number which the kernel has is ours. */
const NUMBERS =
  "test/kernel/codecs/platform-numbers.test.ts: on Linux every constant of ours that the system has is the system's";

const NO_INFOTYPE: Standing = { differs: "never given: the fields of the information tell its type" };

const CHUNK_BITS: Standing = {
  differs:
    "of a message that was fragmented each DATA chunk comes apart: 2 is its beginning, and 0 its middle",
};

const PRIORITY: Standing = {
  differs: "no SCTP_SEND_FAILED_EVENT for messages that make room, and their chunks are counted, not they",
};

const NEVER_TOLD: Standing = { differs: "never told: without an association SCTP_STATUS is EINVAL" };

/** The constants of RFC 6458 but for options, notifications and ancillary data, which have tables of their own. */
export const constantGroups: readonly ConstantGroup[] = [
  {
    title: "Families, styles, levels",
    section: "3.1.1, 4.1.1",
    constants: [
      "AF_INET",
      "AF_INET6",
      "SOCK_STREAM",
      "SOCK_SEQPACKET",
      "IPPROTO_SCTP",
      { name: "SOL_SOCKET", section: "7.2" },
    ],
    tested: [
      "test/contract/calling.ts: a socket tells what it is",
      "test/contract/establishing.ts: RFC 6458 §3.1.2: an IPv6 socket talks to peers of both families",
    ],
  },
  {
    title: "Ways to shut down",
    section: "4.1.7",
    constants: ["SHUT_RD", "SHUT_WR", "SHUT_RDWR"],
    tested: [
      "test/contract/receiving.ts: RFC 6458 §4.1.7: SHUT_RD ends receiving and sends nothing",
      "test/contract/ending.ts: RFC 6458 §4.1.7: shutdown without an association is ENOTCONN",
    ],
  },
  {
    title: "In place of an association's id",
    section: "7.2",
    constants: ["SCTP_FUTURE_ASSOC", "SCTP_CURRENT_ASSOC", "SCTP_ALL_ASSOC"],
    tested: ["test/contract/subscribing.ts: RFC 6458 §6.2.2, §7.2: FUTURE, CURRENT, ALL and one association"],
  },
  {
    title: "Flags of calls and messages",
    section: "3.1.4, 5.1",
    constants: [
      "MSG_NOTIFICATION",
      "MSG_EOR",
      { name: "MSG_PEEK", section: "9.13" },
      "MSG_DONTWAIT",
      "MSG_DONTROUTE",
      "MSG_WAITALL",
      "MSG_NOSIGNAL",
      "MSG_CTRUNC",
      "MSG_TRUNC",
    ],
    tested: [
      "test/contract/flags.ts: RFC 6458 §3.1.4: the flags of what is received tell parts and notifications, and no loss",
      "test/contract/flags.ts: RFC 6458 §5.1, POSIX: flags of calls that change nothing of a message",
      "test/contract/receiving.ts: RFC 6458 §9.13: MSG_PEEK takes nothing, and shows what the next call gets",
    ],
  },
  {
    title: "`snd_flags`, `rcv_flags`, `nxt_flags`",
    section: "5.3.4, 5.3.5, 5.3.6",
    constants: [
      {
        name: "SCTP_UNORDERED",
        tested: [
          "test/contract/sending.ts: RFC 6458 §5.3.4, §5.3.5: sctp_sndinfo becomes sctp_rcvinfo, in host order",
        ],
      },
      {
        name: "SCTP_ADDR_OVER",
        tested: [
          "test/contract/multihoming.ts: RFC 6458 §5.3.4: SCTP_ADDR_OVER sends to the address of the call",
        ],
      },
      {
        name: "SCTP_ABORT",
        kernel: { differs: "on one-to-one the reason is not carried" },
        tested: [
          "test/contract/ending.ts: RFC 6458 §5.3.4: SCTP_ABORT carries its data as the reason, in both styles",
          "test/kernel/inside/provider.ts: SCTP_ABORT on one-to-one ends with ABORT, but Linux carries no reason there",
        ],
      },
      {
        name: "SCTP_EOF",
        tested: [
          "test/contract/ending.ts: RFC 6458 §5.3.4: SCTP_EOF ends one association gracefully, behind its data",
          "test/contract/sending.ts: RFC 6458 §5.3.4: SCTP_EOF goes alone or with the last message",
        ],
      },
      {
        name: "SCTP_SENDALL",
        tested: [
          "test/contract/sending.ts: RFC 6458 §5.3.4: SCTP_SENDALL reaches every association of a one-to-many socket",
        ],
      },
      {
        name: "SCTP_SACK_IMMEDIATELY",
        section: "RFC 7053 §7",
        tested: [
          "test/contract/sending.ts: RFC 6458 §5.3.4, §5.3.5: sctp_sndinfo becomes sctp_rcvinfo, in host order",
        ],
      },
      {
        name: "SCTP_EOR",
        section: "8.1.26",
        kernel: { notOffered: "Linux has no explicit end of record" },
        tested: [
          "test/contract/delivery.ts: RFC 6458 §8.1.26: with SCTP_EXPLICIT_EOR several sends make one message",
        ],
      },
      {
        name: "SCTP_COMPLETE",
        section: "5.3.6",
        tested: [
          "test/contract/receiving.ts: RFC 6458 §8.1.30: SCTP_RECVNXTINFO tells of the next message when it is there",
        ],
      },
      {
        name: "SCTP_NOTIFICATION",
        section: "5.3.6",
        tested: [
          "test/contract/flags.ts: RFC 6458 §5.3.6: SCTP_NOTIFICATION when the next message is a notification",
        ],
      },
    ],
    tested: [],
  },
  {
    title: "`pr_policy`",
    section: "5.3.7",
    constants: [
      "SCTP_PR_SCTP_NONE",
      "SCTP_PR_SCTP_TTL",
      { name: "SCTP_PR_SCTP_RTX", section: "RFC 7496 §4.1" },
      {
        name: "SCTP_PR_SCTP_PRIO",
        section: "RFC 7496 §4.2",
        kernel: PRIORITY,
        tested: [
          "test/contract/partial-reliability.ts: RFC 7496 §3.2: SCTP_PR_SCTP_PRIO makes room for more important messages",
        ],
      },
      { name: "SCTP_PR_SCTP_ALL", section: "RFC 7496 §4.3" },
    ],
    tested: [
      "test/contract/partial-reliability.ts: RFC 6458 §5.3.7, RFC 3758 §4.1: SCTP_PR_SCTP_TTL gives up what was not sent in time",
      "test/contract/partial-reliability.ts: RFC 6458 §5.3.7: a message in time arrives, whatever its policy is",
    ],
  },
  {
    title: "`infotype` and `sendv_flags` of sctp_sendv",
    section: "9.12",
    constants: [
      { name: "SCTP_SENDV_NOINFO", userland: NO_INFOTYPE, kernel: NO_INFOTYPE },
      { name: "SCTP_SENDV_SNDINFO", userland: NO_INFOTYPE, kernel: NO_INFOTYPE },
      { name: "SCTP_SENDV_PRINFO", userland: NO_INFOTYPE, kernel: NO_INFOTYPE },
      { name: "SCTP_SENDV_AUTHINFO", userland: NO_INFOTYPE, kernel: NO_INFOTYPE },
      { name: "SCTP_SENDV_SPA", userland: NO_INFOTYPE, kernel: NO_INFOTYPE },
      "SCTP_SEND_SNDINFO_VALID",
      "SCTP_SEND_PRINFO_VALID",
      "SCTP_SEND_AUTHINFO_VALID",
    ],
    tested: [
      "test/sockets/infotypes.test.ts: RFC 6458 §9.12: the fields of the information tell its type",
      "test/contract/sending.ts: RFC 6458 §9.12: sctp_sendv_spa carries a sctp_sndinfo",
    ],
  },
  {
    title: "`infotype` of sctp_recvv",
    section: "9.13",
    constants: ["SCTP_RECVV_NOINFO", "SCTP_RECVV_RCVINFO", "SCTP_RECVV_NXTINFO", "SCTP_RECVV_RN"],
    tested: [
      "test/contract/receiving.ts: RFC 6458 §9.13: both informations are SCTP_RECVV_RN, the last message has RCVINFO",
    ],
  },
  {
    title: "Flags of sctp_bindx",
    section: "9.1",
    constants: ["SCTP_BINDX_ADD_ADDR", "SCTP_BINDX_REM_ADDR"],
    tested: ["test/contract/addressing.ts: RFC 6458 §9.1: sctp_bindx adds an address and removes it again"],
  },
  {
    title: "`spp_flags`",
    section: "8.1.12",
    constants: [
      "SPP_HB_ENABLE",
      "SPP_HB_DISABLE",
      "SPP_HB_DEMAND",
      "SPP_HB_TIME_IS_ZERO",
      "SPP_PMTUD_ENABLE",
      "SPP_PMTUD_DISABLE",
      "SPP_IPV6_FLOWLABEL",
      "SPP_DSCP",
    ],
    tested: [
      "test/contract/path-parameters.ts: RFC 6458 §8.1.12: flags say what is set, and 0 leaves a number as it is",
      "test/contract/path-parameters.ts: RFC 6458 §8.1.12: what excludes each other, and what is of nobody, is EINVAL",
      "test/contract/path-parameters.ts: RFC 6458 §8.1.12: DSCP and flow label are kept, in their bits",
    ],
  },
  {
    title: "HMAC algorithms",
    section: "8.1.17",
    constants: ["SCTP_AUTH_HMAC_ID_SHA1", "SCTP_AUTH_HMAC_ID_SHA256"],
    tested: [
      "test/contract/option-cases/authentication.ts: RFC 6458 §8.1.17: SCTP_HMAC_IDENT keeps to its rules",
    ],
  },
  {
    title: "`sac_state`",
    section: "6.1.1",
    constants: [
      {
        name: "SCTP_COMM_UP",
        tested: ["test/contract/events.ts: RFC 6458 §6.1.1: SCTP_ASSOC_CHANGE from COMM_UP to SHUTDOWN_COMP"],
      },
      {
        name: "SCTP_COMM_LOST",
        tested: ["test/contract/events.ts: RFC 6458 §6.1.1: COMM_LOST carries the peer's ABORT"],
      },
      {
        name: "SCTP_RESTART",
        tested: [
          "test/contract/paths.test.ts: RFC 6458 §6.1.2: SCTP_ADDR_REMOVED when the peer comes back with fewer addresses",
          "test/kernel/inside/restart.ts: userland is killed and comes back: the kernel tells of a restart",
        ],
      },
      {
        name: "SCTP_SHUTDOWN_COMP",
        tested: ["test/contract/events.ts: RFC 6458 §6.1.1: SCTP_ASSOC_CHANGE from COMM_UP to SHUTDOWN_COMP"],
      },
      {
        name: "SCTP_CANT_STR_ASSOC",
        tested: [
          "test/contract/events.ts: RFC 6458 §6.1.1: CANT_STR_ASSOC, and on one-to-many the messages come back",
        ],
      },
    ],
    tested: [],
  },
  {
    title: "`sac_info` of SCTP_COMM_UP and SCTP_RESTART",
    section: "6.1.1",
    constants: [
      "SCTP_ASSOC_SUPPORTS_PR",
      "SCTP_ASSOC_SUPPORTS_AUTH",
      "SCTP_ASSOC_SUPPORTS_ASCONF",
      {
        name: "SCTP_ASSOC_SUPPORTS_MULTIBUF",
        kernel: { differs: "not told: SO_SNDBUF is shared by the associations of a socket" },
      },
    ],
    tested: [
      "test/contract/events.ts: RFC 6458 §6.1.1: sac_info tells of the features that both sides have",
      "test/userland/notifications.test.ts: RFC 6458 §6.1.1: sac_info has the features that both sides want, and a one-to-many socket's buffers",
      "test/kernel/inside/events.ts: RFC 6458 §6.1.1: features of an association",
    ],
  },
  {
    title: "`spc_state`",
    section: "6.1.2",
    constants: [
      {
        name: "SCTP_ADDR_AVAILABLE",
        tested: [
          "test/contract/paths.test.ts: RFC 6458 §6.1.2: an address is confirmed, becomes unreachable, and comes back",
          "test/kernel/inside/paths.ts: SCTP_PEER_ADDR_CHANGE tells what becomes of an address",
        ],
      },
      {
        name: "SCTP_ADDR_UNREACHABLE",
        tested: [
          "test/contract/paths.test.ts: RFC 6458 §6.1.2: an address is confirmed, becomes unreachable, and comes back",
          "test/kernel/inside/paths.ts: SCTP_PEER_ADDR_CHANGE tells what becomes of an address",
        ],
      },
      {
        name: "SCTP_ADDR_REMOVED",
        tested: [
          "test/contract/paths.test.ts: RFC 6458 §6.1.2: SCTP_ADDR_REMOVED when the peer comes back with fewer addresses",
          "test/contract/address-reconfiguration.ts: SCTP_ADDR_ADDED, SCTP_ADDR_CONFIRMED, SCTP_ADDR_MADE_PRIM, SCTP_ADDR_REMOVED",
        ],
      },
      {
        name: "SCTP_ADDR_ADDED",
        tested: [
          "test/contract/address-reconfiguration.ts: SCTP_ADDR_ADDED, SCTP_ADDR_CONFIRMED, SCTP_ADDR_MADE_PRIM, SCTP_ADDR_REMOVED",
        ],
      },
      {
        name: "SCTP_ADDR_MADE_PRIM",
        tested: ["test/contract/multihoming.ts: RFC 6458 §8.1.9: SCTP_PRIMARY_ADDR says where messages go"],
      },
      {
        name: "SCTP_ADDR_CONFIRMED",
        tested: [
          "test/contract/events.ts: RFC 6458 §6.1.2: SCTP_PEER_ADDR_CHANGE when an address is confirmed",
        ],
      },
      {
        name: "SCTP_ADDR_POTENTIALLY_FAILED",
        section: "RFC 7829 §7.1",
        tested: [
          "test/userland/potentially-failed.test.ts: potentially failed paths are shown to who asked for it, and to nobody else",
          "test/kernel/inside/paths.ts: SCTP_PEER_ADDR_CHANGE tells what becomes of an address",
        ],
      },
    ],
    tested: [],
  },
  {
    title: "`ssfe_flags`, and `snd_flags` of `ssfe_info`",
    section: "6.1.11",
    constants: [
      "SCTP_DATA_UNSENT",
      "SCTP_DATA_SENT",
      { name: "SCTP_DATA_NOT_FRAG", kernel: CHUNK_BITS },
      { name: "SCTP_DATA_LAST_FRAG", kernel: CHUNK_BITS },
    ],
    tested: [
      "test/contract/events.ts: RFC 6458 §6.1.11: one event for each message that was lost, sent or not",
      "test/userland/notification-values.test.ts: RFC 6458 §6.1.11: SCTP_DATA_NOT_FRAG with a message that comes back whole",
      "test/userland/delivery-options.test.ts: RFC 6458 §8.1.26, §6.1.11: of a message that does not end its tail comes back",
      "test/kernel/codecs/notification-codec.test.ts: RFC 6458 §6.1.11: of the flags of a DATA chunk those stay that say how much of the message it is",
      "test/kernel/inside/provider.ts: Linux gives a message that was fragmented back in as many events",
    ],
  },
  {
    title: "`pdapi_indication`",
    section: "6.1.7",
    constants: ["SCTP_PARTIAL_DELIVERY_ABORTED"],
    tested: [
      "test/userland/receiving.test.ts: RFC 6458 §6.1.7, §8.1.20: notifications wait for the last part, and an abort ends the parts",
      "test/kernel/codecs/notification-codec.test.ts: Linux has the bytes that receive calls answer everywhere",
    ],
  },
  {
    title: "`auth_indication`",
    section: "6.1.8",
    constants: ["SCTP_AUTH_NEW_KEY", "SCTP_AUTH_NO_AUTH", "SCTP_AUTH_FREE_KEY"],
    tested: [
      "test/userland/notification-values.test.ts: RFC 6458 §6.1.8: SCTP_AUTH_NO_AUTH on both sides when one of them cannot authenticate",

      "test/contract/authentication.ts: RFC 6458 §8.3.4, §6.1.8: a key that is deactivated serves no new message, and is free",
    ],
  },
  {
    title: "`sstat_state`",
    section: "8.2.1",
    constants: [
      { name: "SCTP_CLOSED", userland: NEVER_TOLD, kernel: NEVER_TOLD },
      { name: "SCTP_LISTEN", userland: NEVER_TOLD, kernel: NEVER_TOLD },
      "SCTP_COOKIE_WAIT",
      "SCTP_COOKIE_ECHOED",
      "SCTP_ESTABLISHED",
      "SCTP_SHUTDOWN_PENDING",
      "SCTP_SHUTDOWN_SENT",
      "SCTP_SHUTDOWN_RECEIVED",
      "SCTP_SHUTDOWN_ACK_SENT",
      { name: "SCTP_EMPTY", section: "Linux", userland: NEVER_TOLD },
    ],
    tested: [
      "test/userland/association-states.test.ts: RFC 6458 §8.2.1, RFC 9260 §4: the states that an association goes through",
      "test/contract/options.ts: RFC 6458 §8.2.1: SCTP_STATUS in the middle of a shutdown",
      NUMBERS,
    ],
  },
  {
    title: "`spinfo_state`",
    section: "8.2.2",
    constants: [
      {
        name: "SCTP_ACTIVE",
        tested: ["test/contract/options.ts: RFC 6458 §8.2.2: SCTP_GET_PEER_ADDR_INFO by id and by address"],
      },
      {
        name: "SCTP_INACTIVE",
        tested: [
          "test/contract/paths.test.ts: RFC 6458 §6.1.2: an address is confirmed, becomes unreachable, and comes back",
          "test/kernel/inside/paths.ts: SCTP_PEER_ADDR_CHANGE tells what becomes of an address",
        ],
      },
      {
        name: "SCTP_UNCONFIRMED",
        tested: [
          "test/userland/association-states.test.ts: a further address of the peer is unconfirmed until it has answered",
          NUMBERS,
        ],
      },
      {
        name: "SCTP_POTENTIALLY_FAILED",
        section: "RFC 7829 §7.1",
        tested: [
          "test/userland/potentially-failed.test.ts: potentially failed paths are shown to who asked for it, and to nobody else",
          "test/kernel/inside/paths.ts: SCTP_PEER_ADDR_CHANGE tells what becomes of an address",
        ],
      },
    ],
    tested: [],
  },
];
