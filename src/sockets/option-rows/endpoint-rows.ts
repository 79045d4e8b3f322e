import {
  AF_INET6,
  SCTP_ADAPTATION_LAYER,
  SCTP_AUTOCLOSE,
  SCTP_GET_ASSOC_ID_LIST,
  SCTP_GET_ASSOC_NUMBER,
  SCTP_I_WANT_MAPPED_V4_ADDR,
  SCTP_INITMSG,
  SCTP_NODELAY,
  SCTP_RECVNXTINFO,
  SCTP_RECVRCVINFO,
  SCTP_REUSE_PORT,
  SOCK_SEQPACKET,
  SOCK_STREAM,
} from "../constants.js";
import type { OptionRow } from "../option-row.js";
import {
  SCTP_ASSOC_IDS_FIELDS,
  SCTP_INITMSG_FIELDS,
  SCTP_SETADAPTATION_FIELDS,
} from "../option-structures.js";
import { SWITCH, SCTP_LEVEL } from "./usual.js";

/** The options of level `IPPROTO_SCTP` that the socket as a whole has. */
export const ENDPOINT_ROWS: readonly OptionRow[] = [
  {
    ...SCTP_LEVEL,
    name: SCTP_INITMSG,
    text: "SCTP_INITMSG",
    value: { structure: SCTP_INITMSG_FIELDS },
    section: "RFC 6458 §8.1.3",
    documentation:
      "How later associations are set up: the streams to ask for and to allow, how often INIT is sent, and the " +
      "largest time-out between in milliseconds. 0 stands for the default.",
  },
  {
    ...SCTP_LEVEL,
    name: SCTP_NODELAY,
    text: "SCTP_NODELAY",
    value: { number: SWITCH },
    section: "RFC 6458 §8.1.5",
    documentation: "Turns Nagle's algorithm off: small messages leave at once. Off by default.",
  },
  {
    ...SCTP_LEVEL,
    name: SCTP_AUTOCLOSE,
    text: "SCTP_AUTOCLOSE",
    value: { number: { kind: "i32", minimum: 0 } },
    only: { type: SOCK_SEQPACKET, otherwise: "EOPNOTSUPP" },
    section: "RFC 6458 §8.1.8",
    documentation:
      "After how many seconds without user data in either direction an association is shut down gracefully. 0, the " +
      "default, is never. One-to-many sockets only.",
  },
  {
    ...SCTP_LEVEL,
    name: SCTP_ADAPTATION_LAYER,
    text: "SCTP_ADAPTATION_LAYER",
    value: { structure: SCTP_SETADAPTATION_FIELDS },
    section: "RFC 6458 §8.1.10",
    documentation: "The adaptation layer indication that later associations send to their peers.",
  },
  {
    ...SCTP_LEVEL,
    name: SCTP_I_WANT_MAPPED_V4_ADDR,
    text: "SCTP_I_WANT_MAPPED_V4_ADDR",
    value: { number: SWITCH },
    only: { family: AF_INET6, otherwise: "EINVAL" },
    section: "RFC 6458 §8.1.15",
    documentation:
      "Answers IPv4 addresses in IPv6 form (::ffff:192.0.2.1). Off by default. IPv6 sockets only.",
  },
  {
    ...SCTP_LEVEL,
    name: SCTP_RECVRCVINFO,
    text: "SCTP_RECVRCVINFO",
    value: { number: SWITCH },
    section: "RFC 6458 §8.1.29",
    documentation: "Delivers a sctp_rcvinfo with each message. Off by default.",
  },
  {
    ...SCTP_LEVEL,
    name: SCTP_RECVNXTINFO,
    text: "SCTP_RECVNXTINFO",
    value: { number: SWITCH },
    section: "RFC 6458 §8.1.30",
    documentation:
      "Delivers a sctp_nxtinfo about the next message with each one, when it is there already. Off by default.",
  },
  {
    ...SCTP_LEVEL,
    name: SCTP_REUSE_PORT,
    text: "SCTP_REUSE_PORT",
    value: { number: SWITCH },
    only: { type: SOCK_STREAM, otherwise: "EOPNOTSUPP" },
    section: "RFC 6458 §8.1.27",
    documentation:
      "Lets one-to-one sockets share a port, if each of them has set it before it was bound (EINVAL later). One of " +
      "them may listen. Off by default.",
  },
  {
    ...SCTP_LEVEL,
    access: "read only",
    name: SCTP_GET_ASSOC_NUMBER,
    text: "SCTP_GET_ASSOC_NUMBER",
    value: { number: { kind: "u32" } },
    only: { type: SOCK_SEQPACKET, otherwise: "EOPNOTSUPP" },
    section: "RFC 6458 §8.2.5",
    documentation: "How many associations the socket has. One-to-many sockets only.",
  },
  {
    ...SCTP_LEVEL,
    access: "read only",
    name: SCTP_GET_ASSOC_ID_LIST,
    text: "SCTP_GET_ASSOC_ID_LIST",
    value: { structure: SCTP_ASSOC_IDS_FIELDS },
    only: { type: SOCK_SEQPACKET, otherwise: "EOPNOTSUPP" },
    section: "RFC 6458 §8.2.6",
    documentation: "The ids of the socket's associations. One-to-many sockets only.",
  },
];
