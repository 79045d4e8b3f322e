import type { OptionProof } from "./row.js";

/**
 * What shows each option of RFC 6458 §8, and of RFC 6951, 7496 and 7829, beside its case in test/contract/option-cases,
 * which every one has. Everything else about it stands in the option table.
 */
export const optionProofs: readonly OptionProof[] = [
  {
    name: "SO_LINGER",
    tested: [
      "test/contract/ending.ts: RFC 6458 §8.1.4: SO_LINGER {1, 0} aborts",
      "test/contract/ending.ts: RFC 6458 §8.1.4: SO_LINGER {1, n} waits n seconds and then aborts",
    ],
  },
  {
    name: "SO_RCVBUF",
    kernel: { differs: "no more than net.core.rmem_max; by default half of it is the window" },
    tested: [
      "test/contract/options.ts: RFC 6458 §8: what is set is read again, in both styles",
      "test/contract/receiving.ts: RFC 9260 §6.9: a message larger than the window comes through",
    ],
  },
  {
    name: "SO_SNDBUF",
    kernel: {
      differs:
        "for the whole one-to-many socket unless net.sctp.sndbuf_policy=1; no more than net.core.wmem_max",
    },
    tested: [
      "test/contract/options.ts: RFC 6458 §8: what is set is read again, in both styles",
      "test/contract/sending.ts: RFC 6458 §8.1.7: a message larger than SO_SNDBUF is EMSGSIZE",
    ],
  },
  {
    name: "SO_TYPE",
    tested: ["test/contract/calling.ts: a socket tells what it is"],
  },
  {
    name: "SO_DOMAIN",
    tested: ["test/contract/calling.ts: a socket tells what it is"],
  },
  {
    name: "SO_PROTOCOL",
    tested: ["test/contract/calling.ts: a socket tells what it is"],
  },
  {
    name: "SO_ERROR",
    tested: [
      "test/sockets/connect.test.ts: POSIX: SO_ERROR tells how a connect has failed, once",
      "test/contract/options.ts: SO_ERROR",
    ],
  },
  {
    name: "SCTP_RTOINFO",
    kernel: { differs: "RTO.Initial is 3 s by default (net.sctp.rto_initial)" },
    tested: [
      "test/contract/options.ts: RFC 6458 §8: what is set is read again, in both styles",
      "test/contract/options.ts: RFC 6458 §8.1.1, §8.1.2: 0 leaves a value as it is, and nonsense is EINVAL",
    ],
  },
  {
    name: "SCTP_ASSOCINFO",
    tested: [
      "test/contract/options.ts: RFC 6458 §8: what is set is read again, in both styles",
      "test/contract/options.ts: RFC 6458 §8.1.1, §8.1.2: 0 leaves a value as it is, and nonsense is EINVAL",
    ],
  },
  {
    name: "SCTP_INITMSG",
    tested: [
      "test/contract/options.ts: RFC 6458 §8: what is set is read again, in both styles",
      "test/contract/establishing.ts: RFC 6458 §8.1.3: both sides' SCTP_INITMSG settle the streams",
    ],
  },
  {
    name: "SCTP_NODELAY",
    tested: ["test/contract/options.ts: RFC 6458 §8: what is set is read again, in both styles"],
  },
  {
    name: "SCTP_AUTOCLOSE",
    tested: [
      "test/contract/options.ts: RFC 6458 §8: what is set is read again, in both styles",
      "test/contract/ending.ts: RFC 6458 §8.1.8: SCTP_AUTOCLOSE ends an idle association",
      "test/contract/options.ts: RFC 6458 §8.1.8, §8.1.15: options that are not for every kind of socket",
    ],
  },
  {
    name: "SCTP_PRIMARY_ADDR",
    tested: [
      "test/contract/multihoming.ts: RFC 6458 §8.1.9: SCTP_PRIMARY_ADDR says where messages go",
      "test/contract/multihoming.ts: RFC 6458 §8.1.9: SCTP_PRIMARY_ADDR takes one address of the association's peer",
    ],
  },
  {
    name: "SCTP_ADAPTATION_LAYER",
    tested: [
      "test/contract/options.ts: RFC 6458 §8: what is set is read again, in both styles",
      "test/contract/events.ts: RFC 6458 §6.1.6, §8.1.10: the adaptation layer indications of both sides",
    ],
  },
  {
    name: "SCTP_DISABLE_FRAGMENTS",
    kernel: { differs: "a first message that is refused has begun its association" },
    tested: [
      "test/contract/delivery.ts: RFC 6458 §8.1.11: SCTP_DISABLE_FRAGMENTS refuses what would be fragmented",
      "test/userland/delivery-options.test.ts: RFC 6458 §8.1.11: a first message that would be fragmented begins no association",
      "test/kernel/inside/delivery.ts: Linux has begun an association when its first message would be fragmented",
    ],
  },
  {
    name: "SCTP_PEER_ADDR_PARAMS",
    tested: [
      "test/contract/path-parameters.ts: RFC 6458 §8.1.12: parameters of one path, of an association, and of those to come",
      "test/contract/path-parameters.ts: RFC 6458 §8.1.12: flags say what is set, and 0 leaves a number as it is",
    ],
  },
  {
    name: "SCTP_I_WANT_MAPPED_V4_ADDR",
    tested: [
      "test/contract/options.ts: RFC 6458 §8: what is set is read again, in both styles",
      "test/contract/addressing.ts: RFC 6458 §8.1.15: IPv4 addresses in IPv6 form only where that was asked for",
    ],
  },
  {
    name: "SCTP_MAXSEG",
    kernel: { differs: "less than what a packet of 512 bytes holds is EINVAL" },
    tested: [
      "test/contract/options.ts: RFC 6458 §8.1.16: SCTP_MAXSEG bounds a fragment, and messages stay whole",
    ],
  },
  {
    name: "SCTP_HMAC_IDENT",
    tested: [],
  },
  {
    name: "SCTP_AUTH_ACTIVE_KEY",
    tested: [
      "test/contract/authentication.ts: RFC 6458 §8.3.3, §8.1.18: messages arrive under a key that both sides have",
    ],
  },
  {
    name: "SCTP_DELAYED_SACK",
    kernel: { differs: "where acknowledgements are not delayed, the delay reads as 0" },
    tested: [
      "test/userland/delivery-options.test.ts: RFC 6458 §8.1.19: SCTP_DELAYED_SACK says after how many packets and what time is acknowledged",
      "test/kernel/inside/delivery.ts: Linux answers no delay where acknowledgements are not delayed",
    ],
  },
  {
    name: "SCTP_FRAGMENT_INTERLEAVE",
    kernel: { differs: "2 reads back as 1" },
    tested: [
      "test/contract/delivery.ts: RFC 6458 §8.1.20, §8.1.21: parts of a message make up the whole, up to MSG_EOR",
      "test/userland/partial-delivery.test.ts: RFC 6458 §8.1.20 level 0",
      "test/userland/partial-delivery.test.ts: RFC 6458 §8.1.20 level 1",
      "test/userland/partial-delivery.test.ts: RFC 6458 §8.1.20 level 2",
      "test/kernel/inside/provider.ts: SCTP_FRAGMENT_INTERLEAVE is 1 on one-to-many, 0 on one-to-one; Linux makes 1 of 2",
    ],
  },
  {
    name: "SCTP_PARTIAL_DELIVERY_POINT",
    kernel: { differs: "at most half of a receive buffer that was not set" },
    tested: [
      "test/contract/delivery.ts: RFC 6458 §8.1.20, §8.1.21: parts of a message make up the whole, up to MSG_EOR",
      "test/userland/partial-delivery.test.ts: RFC 6458 §8.1.21: what is not larger than the partial delivery point is delivered whole",
      "test/kernel/inside/delivery.ts: Linux bounds SCTP_PARTIAL_DELIVERY_POINT by half of a receive buffer that was not set",
    ],
  },
  {
    name: "SCTP_AUTO_ASCONF",
    tested: [
      "test/contract/address-reconfiguration.ts: RFC 6458 §8.1.23: SCTP_AUTO_ASCONF goes on with accepted and peeled-off sockets",
      "test/userland/address-reconfiguration.test.ts: RFC 6458 §8.1.23: associations follow their host's addresses, without a lost message",
    ],
  },
  {
    name: "SCTP_MAX_BURST",
    tested: [
      "test/userland/delivery-options.test.ts: RFC 6458 §8.1.24: SCTP_MAX_BURST bounds what leaves at once, and 0 takes the bound away",
    ],
  },
  {
    name: "SCTP_CONTEXT",
    tested: ["test/contract/delivery.ts: RFC 6458 §8.1.25: SCTP_CONTEXT comes with received messages"],
  },
  {
    name: "SCTP_EXPLICIT_EOR",
    kernel: { notOffered: "Linux has no explicit end of record" },
    tested: [
      "test/contract/delivery.ts: RFC 6458 §8.1.26: with SCTP_EXPLICIT_EOR several sends make one message",
      "test/contract/delivery.ts: RFC 6458 §8.1.26: nothing else is sent before a message has ended",
    ],
  },
  {
    name: "SCTP_REUSE_PORT",
    userland: {
      differs:
        "those that share a port have the same addresses, too: EADDRINUSE for others, and EOPNOTSUPP for sctp_bindx, " +
        "which only changes the addresses of a socket's own association",
    },
    kernel: { differs: "nobody gets an address that one of them listens at: EADDRINUSE" },
    tested: [
      "test/contract/delivery.ts: RFC 6458 §8.1.27: a socket comes to share a port although another one listens there",
      "test/kernel/inside/delivery.ts: RFC 6458 §8.1.27, §9.1: each of the sockets that share a port has addresses of its own",
      "test/contract/delivery.ts: RFC 6458 §8.1.27: sockets share a port where all of them want it, and one listens",
      "test/userland/binding.test.ts: RFC 6458 §8.1.27, §9.1: who shares a port changes its own association's addresses and nobody else's",
    ],
  },
  {
    name: "SCTP_EVENT",
    tested: [
      "test/contract/subscribing.ts: RFC 6458 §6.2.2, §7.2: FUTURE, CURRENT, ALL and one association",
      "test/contract/subscribing.ts: RFC 6458 §6.2.2: a subscription holds from then on, and its end as well",
    ],
  },
  {
    name: "SCTP_RECVRCVINFO",
    tested: [
      "test/contract/options.ts: RFC 6458 §8: what is set is read again, in both styles",
      "test/contract/receiving.ts: RFC 6458 §9.13: the shape of what is received",
    ],
  },
  {
    name: "SCTP_RECVNXTINFO",
    tested: [
      "test/contract/options.ts: RFC 6458 §8: what is set is read again, in both styles",
      "test/contract/receiving.ts: RFC 6458 §8.1.30: SCTP_RECVNXTINFO tells of the next message when it is there",
    ],
  },
  {
    name: "SCTP_DEFAULT_SNDINFO",
    kernel: { differs: "SCTP_SENDALL and SCTP_EOR are EINVAL, and SCTP_EOF does nothing" },
    tested: [
      "test/contract/options.ts: RFC 6458 §8: what is set is read again, in both styles",
      "test/contract/sending.ts: RFC 6458 §8.1.31: SCTP_DEFAULT_SNDINFO is for sends without their own",
      "test/contract/sending.ts: RFC 6458 §8.1.31: SCTP_SENDALL and SCTP_EOF among the defaults count as in a message",
      "test/contract/partial-reliability.ts: RFC 6458 §8.1.31, §8.1.32: SCTP_DEFAULT_SNDINFO and SCTP_DEFAULT_PRINFO leave each other alone",
    ],
  },
  {
    name: "SCTP_DEFAULT_PRINFO",
    tested: [
      "test/contract/partial-reliability.ts: RFC 6458 §8.1.32: SCTP_DEFAULT_PRINFO counts for messages without an sctp_prinfo",
      "test/contract/partial-reliability.ts: RFC 6458 §8.1.31, §8.1.32: SCTP_DEFAULT_SNDINFO and SCTP_DEFAULT_PRINFO leave each other alone",
    ],
  },
  {
    name: "SCTP_STATUS",
    kernel: { differs: "sstat_penddata counts only what came out of order" },
    tested: [
      "test/contract/options.ts: RFC 6458 §8.2.1: SCTP_STATUS of an association",
      "test/contract/options.ts: RFC 6458 §8.2.1: sstat_penddata counts what waits to be received",
      "test/contract/options.ts: RFC 6458 §8.2.1: SCTP_STATUS in the middle of a shutdown",
    ],
  },
  {
    name: "SCTP_GET_PEER_ADDR_INFO",
    kernel: { differs: "spinfo_srtt is in ticks of the kernel's clock" },
    tested: ["test/contract/options.ts: RFC 6458 §8.2.2: SCTP_GET_PEER_ADDR_INFO by id and by address"],
  },
  {
    name: "SCTP_PEER_AUTH_CHUNKS",
    tested: [
      "test/contract/authentication.ts: RFC 6458 §8.3.2, §8.2.3, §8.2.4: both sides know what is to be authenticated",
    ],
  },
  {
    name: "SCTP_LOCAL_AUTH_CHUNKS",
    tested: [
      "test/contract/authentication.ts: RFC 6458 §8.3.2, §8.2.3, §8.2.4: both sides know what is to be authenticated",
    ],
  },
  {
    name: "SCTP_GET_ASSOC_NUMBER",
    tested: [
      "test/contract/delivery.ts: RFC 6458 §8.2.5, §8.2.6: how many associations there are, and which",
    ],
  },
  {
    name: "SCTP_GET_ASSOC_ID_LIST",
    tested: [
      "test/contract/delivery.ts: RFC 6458 §8.2.5, §8.2.6: how many associations there are, and which",
    ],
  },
  {
    name: "SCTP_SET_PEER_PRIMARY_ADDR",
    tested: [
      "test/contract/address-reconfiguration.ts: RFC 6458 §6.1.2, §8.3.1: SCTP_ADDR_ADDED, SCTP_ADDR_CONFIRMED, SCTP_ADDR_MADE_PRIM, SCTP_ADDR_REMOVED",
      "test/userland/address-reconfiguration.test.ts: RFC 6458 §8.3.1: SCTP_SET_PEER_PRIMARY_ADDR takes an address of the association",
    ],
  },
  {
    name: "SCTP_AUTH_CHUNK",
    tested: [
      "test/contract/authentication.ts: RFC 6458 §8.3.2: SCTP_AUTH_CHUNK is about associations to come",
      "test/contract/authentication.ts: RFC 6458 §8.3.2, §8.2.3, §8.2.4: both sides know what is to be authenticated",
    ],
  },
  {
    name: "SCTP_AUTH_KEY",
    tested: [
      "test/contract/authentication.ts: RFC 6458 §8.3.3, §8.1.18: messages arrive under a key that both sides have",
      "test/contract/authentication.ts: RFC 6458 §8.3.3: a key is set on the association where there is one",
    ],
  },
  {
    name: "SCTP_AUTH_DEACTIVATE_KEY",
    tested: [
      "test/contract/authentication.ts: RFC 6458 §8.3.4, §6.1.8: a key that is deactivated serves no new message, and is free",
    ],
  },
  {
    name: "SCTP_AUTH_DELETE_KEY",
    kernel: { differs: "every key but the active one is deleted" },
    tested: ["test/contract/authentication.ts: RFC 6458 §8.3.5: only a key that was deactivated is deleted"],
  },
  {
    name: "SCTP_REMOTE_UDP_ENCAPS_PORT",
    tested: [
      "test/contract/delivery.ts: RFC 6951 §6.1: the UDP port of an address, and of those to come",
      "test/userland/delivery-options.test.ts: RFC 6951 §6.1: SCTP_REMOTE_UDP_ENCAPS_PORT says where peers are found",
    ],
  },
  {
    name: "SCTP_PR_SUPPORTED",
    tested: [
      "test/contract/partial-reliability.ts: RFC 7496 §4.5: SCTP_PR_SUPPORTED tells what both sides have agreed on",
    ],
  },
  {
    name: "SCTP_PR_STREAM_STATUS",
    tested: [
      "test/contract/partial-reliability.ts: RFC 6458 §5.3.7, RFC 3758 §4.1: SCTP_PR_SCTP_TTL gives up what was not sent in time",
    ],
  },
  {
    name: "SCTP_PR_ASSOC_STATUS",
    tested: [
      "test/contract/partial-reliability.ts: RFC 6458 §5.3.7, RFC 3758 §4.1: SCTP_PR_SCTP_TTL gives up what was not sent in time",
    ],
  },
  {
    name: "SCTP_PEER_ADDR_THLDS",
    tested: [
      "test/contract/path-parameters.ts: RFC 7829 §7.2: thresholds of one path, of an association, and of those to come",
      "test/contract/path-parameters.ts: RFC 7829 §7.2: what is wrong with thresholds",
    ],
  },
  {
    name: "SCTP_EXPOSE_POTENTIALLY_FAILED_STATE",
    tested: [
      "test/contract/path-parameters.ts: RFC 7829 §7.3: who wants to know of potentially failed paths",
    ],
  },
];
