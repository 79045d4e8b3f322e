import { SO_DOMAIN, SO_ERROR, SO_LINGER, SO_PROTOCOL, SO_RCVBUF, SO_SNDBUF, SO_TYPE } from "../constants.js";
import type { OptionRow } from "../option-row.js";
import { LINGER } from "../option-structures.js";
import { SOCKET_LEVEL, ANSWERED_HERE } from "./usual.js";

/** The options of level `SOL_SOCKET`. */
export const SOCKET_ROWS: readonly OptionRow[] = [
  {
    ...SOCKET_LEVEL,
    ...ANSWERED_HERE,
    name: SO_TYPE,
    text: "SO_TYPE",
    value: { number: { kind: "i32" } },
    section: "POSIX",
    documentation: "The style of the socket: SOCK_STREAM is one-to-one, SOCK_SEQPACKET one-to-many.",
  },
  {
    ...SOCKET_LEVEL,
    ...ANSWERED_HERE,
    name: SO_ERROR,
    text: "SO_ERROR",
    value: { number: { kind: "i32" } },
    section: "POSIX",
    documentation:
      "What has become of a connect that answered EINPROGRESS: 0, or the negative errno of its failure, which is " +
      "cleared by reading it. 0 as well while it is in progress.",
  },
  {
    ...SOCKET_LEVEL,
    name: SO_SNDBUF,
    text: "SO_SNDBUF",
    value: { number: { kind: "i32", minimum: 1 } },
    section: "RFC 6458 §8.1.7",
    documentation:
      "The bytes that an association holds before a send call has to wait, for each association of the socket. It " +
      "also bounds the size of one message: a larger one is refused with EMSGSIZE.",
  },
  {
    ...SOCKET_LEVEL,
    name: SO_RCVBUF,
    text: "SO_RCVBUF",
    value: { number: { kind: "i32", minimum: 1 } },
    section: "RFC 6458 §8.1.6",
    documentation: "The receive window in bytes, for each association of the socket.",
  },
  {
    ...SOCKET_LEVEL,
    name: SO_LINGER,
    text: "SO_LINGER",
    value: { structure: LINGER },
    section: "RFC 6458 §8.1.4",
    documentation:
      "What close() does. l_onoff 0, the default: it ends every association gracefully and waits for that, within " +
      "the provider's limit. l_onoff 1: it waits l_linger seconds at most, and with 0 it aborts instead.",
  },
  {
    ...SOCKET_LEVEL,
    ...ANSWERED_HERE,
    name: SO_PROTOCOL,
    text: "SO_PROTOCOL",
    value: { number: { kind: "i32" } },
    section: "Linux",
    documentation: "The protocol of the socket, IPPROTO_SCTP.",
  },
  {
    ...SOCKET_LEVEL,
    ...ANSWERED_HERE,
    name: SO_DOMAIN,
    text: "SO_DOMAIN",
    value: { number: { kind: "i32" } },
    section: "Linux",
    documentation: "The family of the socket: AF_INET or AF_INET6.",
  },
];
