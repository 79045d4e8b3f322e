import type { FunctionRow } from "./row.js";

/** POSIX's calls as RFC 6458 §3, §4 and §7 have them, and the new functions of §8 and §9. */
export const functions: readonly FunctionRow[] = [
  {
    name: "socket",
    as: "constructor",
    section: "3.1.1, 4.1.1",
    says:
      "`new SctpSocket(AF_INET or AF_INET6, SOCK_STREAM or SOCK_SEQPACKET)`; the protocol is " +
      "IPPROTO_SCTP.",
    tested: [
      "test/contract/calling.ts: a socket tells what it is",
      "test/contract/calling.ts: what is no socket cannot be made",
    ],
  },
  {
    name: "bind",
    as: "method",
    section: "3.1.2, 4.1.2",
    says: "`socket.bind(address)`",
    tested: [
      "test/contract/addressing.ts: RFC 6458 §3.1.2, §4.1.2: bind takes a port once, and close gives it back",
      "test/contract/addressing.ts: RFC 6458 §3.1.2: bind takes only an address of this host and of the socket's family",
    ],
  },
  {
    name: "listen",
    as: "method",
    section: "3.1.3, 4.1.3",
    says: "`socket.listen(backlog?)`; 0 ends it.",
    kernel: { differs: "a backlog of 1 lets two wait" },
    tested: [
      "test/contract/establishing.ts: RFC 6458 §3.1.3, §4.1.3: without listen the peer is refused, and may try again",
      "test/contract/establishing.ts: RFC 6458 §3.1.3, §4.1.3: listen(0) ends it, and another listen begins it anew",
      "test/contract/accepting.ts: RFC 6458 §4.1.3: a full accept queue refuses, and accept makes room",
      "test/kernel/inside/provider.ts: Linux holds two associations with a backlog of 1",
    ],
  },
  {
    name: "accept",
    as: "method",
    section: "4.1.4",
    says: "`await socket.accept()` answers `{ socket, address }`; `connections()` iterates over them.",
    tested: [
      "test/contract/establishing.ts: RFC 6458 §4.1.4: accept answers the peer's address with the socket",
      "test/contract/establishing.ts: RFC 6458 §3.1.3, §4.1.4: what does not listen cannot accept",
    ],
  },
  {
    name: "connect",
    as: "method",
    section: "3.1.6, 4.1.5",
    says: "`await socket.connect(address)`",
    tested: [
      "test/contract/establishing.ts: RFC 6458 §4.1.4, §4.1.5: connect and accept; both sides know each other's names",
      "test/contract/establishing.ts: RFC 6458 §3.1.6: a one-to-many socket connects to one peer after the other",
      "test/contract/establishing.ts: RFC 6458 §4.1.5: a one-to-one socket is connected once",
    ],
  },
  {
    name: "close",
    as: "method",
    section: "3.1.5, 4.1.6",
    says: "`await socket.close()`: its promise settles when every association has ended.",
    tested: [
      "test/contract/ending.ts: RFC 6458 §4.1.6: close delivers what was sent, and settles when the peer has it",
      "test/contract/ending.ts: RFC 6458 §3.1.5: close ends every association of a one-to-many socket",
    ],
  },
  {
    name: "shutdown",
    as: "method",
    section: "4.1.7",
    says: "`socket.shutdown(SHUT_RD, SHUT_WR or SHUT_RDWR)`",
    tested: [
      "test/contract/ending.ts: RFC 6458 §4.1.7: shutdown without an association is ENOTCONN",
      "test/contract/receiving.ts: RFC 6458 §4.1.7: SHUT_RD ends receiving and sends nothing",
    ],
  },
  {
    name: "sendmsg",
    as: "method",
    section: "3.1.4, 4.1.8, 5.1",
    says: "`await socket.sendmsg({ msg_name, msg_iov, msg_control })`; ancillary data are objects.",
    tested: [
      "test/contract/ancillary-data.ts: RFC 6458 §5.3: SCTP_SNDINFO becomes SCTP_RCVINFO, gathered pieces one message",
      "test/contract/ancillary-data.ts: RFC 6458 §3.1.4: sendmsg without data sets an association up, and SCTP_EOF ends it",
      "test/contract/ancillary-data.ts: RFC 6458 §3.1.4, §9.12: what does not go together is EINVAL in sendmsg too",
    ],
  },
  {
    name: "recvmsg",
    as: "method",
    section: "3.1.4, 4.1.8, 5.1",
    says: "`await socket.recvmsg()` answers name, data, ancillary data and flags.",
    tested: [
      "test/contract/ancillary-data.ts: RFC 6458 §5.3: SCTP_SNDINFO becomes SCTP_RCVINFO, gathered pieces one message",
      "test/contract/ancillary-data.ts: RFC 6458 §5.1: recvmsg tells a notification by MSG_NOTIFICATION, without a name",
    ],
  },
  {
    name: "send",
    as: "method",
    section: "7.1",
    says: "`await socket.send(data)`: stream 0, or what SCTP_DEFAULT_SNDINFO says; one-to-one only.",
    tested: [
      "test/contract/calling.ts: RFC 6458 §7.1: send, recv and shutdown are not for one-to-many sockets",
      "test/contract/establishing.ts: RFC 6458 §7.5: send cannot set an association up",
    ],
  },
  {
    name: "sendto",
    as: "method",
    section: "7.1",
    says: "`await socket.sendto(data, address)`",
    tested: [
      "test/contract/establishing.ts: RFC 6458 §7.5: sendto sets an association up too, and answers a length",
    ],
  },
  {
    name: "recv",
    as: "method",
    section: "7.1",
    says: "`await socket.recv()`; one-to-one only.",
    tested: [
      "test/contract/calling.ts: RFC 6458 §7.1: send, recv and shutdown are not for one-to-many sockets",
      "test/sockets/receive.test.ts: RFC 6458 §7.1: recv is not for one-to-many sockets, recvfrom is",
    ],
  },
  {
    name: "recvfrom",
    as: "method",
    section: "7.1",
    says: "`await socket.recvfrom()` answers `{ data, address }`.",
    tested: [
      "test/sockets/receive.test.ts: RFC 6458 §7.1: recv is not for one-to-many sockets, recvfrom is",
      "test/contract/calling.ts: a closed socket answers EBADF to everything but close",
    ],
  },
  {
    name: "setsockopt",
    as: "method",
    section: "7.2, 8",
    says: "`socket.setsockopt(level, name, value)`: a number or an object, checked by the option's row.",
    tested: [
      "test/contract/options.ts: RFC 6458 §8: what is set is read again, in both styles",
      "test/sockets/options.test.ts: a pair that does not exist, or not yet, answers ENOPROTOOPT",
    ],
  },
  {
    name: "getsockopt",
    as: "method",
    section: "7.2, 8",
    says: "`socket.getsockopt(level, name, argument?)`: the argument names association, address or event.",
    tested: [
      "test/contract/options.ts: RFC 6458 §8: what is set is read again, in both styles",
      "test/contract/subscribing.ts: RFC 6458 §7.2: reading takes no set of associations, and no id that there is not",
    ],
  },
  {
    name: "getsockname",
    as: "method",
    section: "7.4",
    says: "`socket.getsockname()`",
    tested: [
      "test/contract/addressing.ts: RFC 6458 §7.4: an unbound socket has the wildcard address and no port",
    ],
  },
  {
    name: "getpeername",
    as: "method",
    section: "4.1.9",
    says: "`socket.getpeername()`",
    tested: [
      "test/contract/establishing.ts: RFC 6458 §4.1.4, §4.1.5: connect and accept; both sides know each other's names",
    ],
  },
  {
    name: "sctp_opt_info",
    as: "method",
    section: "8",
    says:
      "`socket.sctp_opt_info(assoc_id, name, argument?)`; `assoc_id` takes precedence over the one " +
      "inside.",
    tested: [
      "test/contract/options.ts: RFC 6458 §8: sctp_opt_info is getsockopt with an id of its own",
      "test/sockets/options.test.ts: RFC 6458 §8: the id of sctp_opt_info takes precedence over the one in the structure",
    ],
  },
  {
    name: "sctp_bindx",
    as: "method",
    section: "9.1",
    says: "`socket.sctp_bindx(addresses, SCTP_BINDX_ADD_ADDR or SCTP_BINDX_REM_ADDR)`",
    tested: [
      "test/contract/addressing.ts: RFC 6458 §9.1: sctp_bindx refuses what does not go together",
      "test/contract/addressing.ts: RFC 6458 §9.1: sctp_bindx adds an address and removes it again",
      "test/contract/address-reconfiguration.ts: RFC 6458 §9.1, §9.5: sctp_bindx moves a live association to another address",
      "test/userland/address-reconfiguration.test.ts: RFC 6458 §9.1: who is accepted with an older INIT ACK comes to have the addresses of now",
    ],
  },
  {
    name: "sctp_peeloff",
    as: "method",
    section: "9.2",
    says: "`socket.sctp_peeloff(assoc_id)` answers a one-to-one socket.",
    tested: [
      "test/contract/peeling-off.ts: RFC 6458 §9.2: queued messages and notifications move, and the others stay",
      "test/contract/peeling-off.ts: RFC 6458 §9.2: the peeled-off socket is independent of the old one",
    ],
  },
  {
    name: "sctp_getpaddrs",
    as: "method",
    section: "9.3",
    says: "`socket.sctp_getpaddrs(assoc_id?)` answers an array.",
    tested: [
      "test/contract/addressing.ts: RFC 6458 §9.3, §9.5: the addresses of an association, on both sides",
      "test/contract/multihoming.ts: RFC 6458 §9.3, §9.5, §9.9: an association by several addresses",
    ],
  },
  {
    name: "sctp_getladdrs",
    as: "method",
    section: "9.5",
    says: "`socket.sctp_getladdrs(assoc_id?)` answers an array; 0 asks for what the socket is bound to.",
    tested: [
      "test/contract/addressing.ts: RFC 6458 §9.3, §9.5: the addresses of an association, on both sides",
      "test/contract/multihoming.ts: RFC 6458 §9.3, §9.5, §9.9: an association by several addresses",
    ],
  },
  {
    name: "sctp_connectx",
    as: "method",
    section: "9.9",
    says: "`await socket.sctp_connectx(addresses)` answers the association's id.",
    tested: [
      "test/contract/establishing.ts: RFC 6458 §9.9: sctp_connectx takes one port and at least one address",
      "test/contract/multihoming.ts: RFC 6458 §9.3, §9.5, §9.9: an association by several addresses",
    ],
  },
  {
    name: "sctp_sendv",
    as: "method",
    section: "9.12",
    says: "`await socket.sctp_sendv(data or pieces, { to, info, flags })` answers `{ bytes, assoc_id }`.",
    tested: [
      "test/contract/establishing.ts: RFC 6458 §9.12: a list of addresses sets up, and goes without an id",
      "test/contract/establishing.ts: RFC 6458 §9.12: a send during connect names the association by its id",
      "test/contract/sending.ts: RFC 6458 §9.12: sctp_sendv_spa carries a sctp_sndinfo",
      "test/sockets/send.test.ts: RFC 6458 §9.12: several pieces make one message",
    ],
  },
  {
    name: "sctp_recvv",
    as: "method",
    section: "9.13",
    says:
      "`await socket.sctp_recvv({ lengthBytes, into, flags })` answers `{ data, address, flags, " +
      "infotype, info }`.",
    tested: [
      "test/contract/receiving.ts: RFC 6458 §9.13: the shape of what is received",
      "test/contract/receiving.ts: RFC 6458 §9.13: MSG_PEEK takes nothing, and shows what the next call gets",
    ],
  },
  {
    name: "parse_notification",
    as: "export",
    section: "6.1",
    says: "Reads the bytes of a notification, in place of a cast to `union sctp_notification`.",
    tested: [
      "test/sockets/notifications.test.ts: RFC 6458 §6.1: every notification survives the way to bytes and back",
      "test/contract/receiving.ts: RFC 6458 §6.1: a notification is read in parts too, and parsed from its bytes",
    ],
  },
  {
    name: "toBytes",
    as: "export",
    section: "not in RFC 6458",
    kernel: "not asked",
    says: "A structure's bytes on the platform, where the addon is; in place of a cast.",
    tested: ["test/kernel/codecs/platform-bytes.test.ts: have the layout of the platform's headers"],
  },
  {
    name: "fromBytes",
    as: "export",
    section: "not in RFC 6458",
    kernel: "not asked",
    says: "The structure that such bytes are.",
    tested: ["test/kernel/codecs/platform-bytes.test.ts: come back as they were"],
  },
  {
    name: "addressToSockaddr",
    as: "export",
    section: "not in RFC 6458",
    kernel: "not asked",
    says: "An address as `struct sockaddr_in` or `sockaddr_in6`.",
    tested: ["test/kernel/codecs/platform-bytes.test.ts: an address becomes a sockaddr and comes back"],
  },
  {
    name: "sockaddrToAddress",
    as: "export",
    section: "not in RFC 6458",
    kernel: "not asked",
    says: "And back.",
    tested: ["test/kernel/codecs/platform-bytes.test.ts: an address becomes a sockaddr and comes back"],
  },
  {
    name: "chunkType",
    as: "export",
    section: "not in RFC 6458",
    kernel: "not asked",
    says: "The number of a chunk type, for `sauth_chunk`.",
    tested: [
      "test/sockets/chunk-types.test.ts: RFC 9260 §3.2: types of chunks have names, and names have types",
    ],
  },
  {
    name: "chunkTypeName",
    as: "export",
    section: "not in RFC 6458",
    kernel: "not asked",
    says: "And its name, for `gauth_chunks`.",
    tested: [
      "test/sockets/chunk-types.test.ts: RFC 9260 §3.2: types of chunks have names, and names have types",
    ],
  },
];
