import type { Row } from "./row.js";

/** What RFC 6458 §3, §4, §6 and §7 demand of both styles besides their calls and structures. */
const behaviour: readonly Row[] = [
  {
    name: "Both families",
    section: "3.1.2",
    says: "An IPv4 socket takes IPv4 addresses only, an IPv6 socket both.",
    tested: [
      "test/contract/establishing.ts: RFC 6458 §3.1.2: an IPv6 socket talks to peers of both families",
    ],
  },
  {
    name: "Whoever does not listen refuses",
    section: "3.1.3, 4.1.3",
    says: "An INIT to a bound socket that does not listen is answered with ABORT.",
    tested: [
      "test/contract/establishing.ts: RFC 6458 §3.1.3, §4.1.3: without listen the peer is refused, and may try again",
    ],
  },
  {
    name: "Many associations on one socket",
    section: "3.1.1, 3.1.6",
    says: "Each has its id, and one connect after another is allowed.",
    tested: [
      "test/contract/establishing.ts: RFC 6458 §3: a one-to-many socket has many associations at once, each with its id",
      "test/contract/establishing.ts: RFC 6458 §3.1.6: a one-to-many socket connects to one peer after the other",
    ],
  },
  {
    name: "Partial reads",
    section: "3.1.4",
    says: "A buffer that is too short gets parts; MSG_EOR comes with the last, and nothing else in between.",
    tested: [
      "test/contract/receiving.ts: RFC 6458 §3.1.4: a buffer that is too short gets parts, and MSG_EOR with the last",
      "test/contract/receiving.ts: RFC 6458 §3.1.4: on one-to-many a message is read to its end before another comes",
    ],
  },
  {
    name: "Set up without data",
    section: "3.1.4",
    says:
      "A send without data to a peer without an association sets one up; with SCTP_EOF or SCTP_ABORT " +
      "it is EINVAL.",
    tested: [
      "test/contract/establishing.ts: RFC 6458 §3.1.4: a send without data sets an association up",
      "test/contract/establishing.ts: RFC 6458 §3.1.4, §7.5: what ends an association begins none",
    ],
  },
  {
    name: "After the peer's SHUTDOWN",
    section: "3.1.4",
    says: "Sending is ESHUTDOWN; what was sent before can still be read.",
    tested: [
      "test/contract/ending.ts: RFC 6458 §3.1.4: after the peer's SHUTDOWN a send is ESHUTDOWN, after the end EPIPE",
    ],
  },
  {
    name: "Without waiting",
    section: "3.2",
    says:
      "`socket.nonblocking` answers at once: EINPROGRESS from connect, EAGAIN from the others; the " +
      "outcome is SCTP_COMM_UP or SCTP_CANT_STR_ASSOC.",
    tested: [
      "test/sockets/connect.test.ts: RFC 6458 §3.2: without waiting, connect throws EINPROGRESS; asked again it tells the outcome",
      "test/contract/events.ts: RFC 6458 §6.1.1: CANT_STR_ASSOC, and on one-to-many the messages come back",
    ],
  },
  {
    name: "One stuck peer holds up no other",
    section: "3.3",
    says: "Send buffers are per association.",
    kernel: { differs: "SO_SNDBUF is shared by the socket, unless net.sctp.sndbuf_policy=1" },
    tested: [
      "test/contract/back-pressure.ts: RFC 6458 §3.3: a peer that does not read blocks no other, for any kind of send",
    ],
  },
  {
    name: "One association on a one-to-one socket",
    section: "4.1.1, 4.1.5",
    says: "It is connected once; its first message may do so too.",
    tested: [
      "test/contract/establishing.ts: RFC 6458 §4.1.5: a one-to-one socket is connected once",
      "test/contract/establishing.ts: RFC 6458 §4.1.5: a one-to-one socket is set up by its first message",
    ],
  },
  {
    name: "The end of the peer",
    section: "4.1.6, 4.1.7",
    says: "One-to-one: an empty message with flags 0, as in POSIX. There is no half-closed state.",
    tested: [
      "test/contract/receiving.ts: RFC 6458 §4.1.6, POSIX: the end of the peer is empty, with flags 0, again and again",
    ],
  },
  {
    name: "The preferred address",
    section: "4.1.8",
    says:
      "An address on a one-to-one socket is the preferred one; one that is not the peer's sends " +
      "nothing and is SCTP_SEND_FAILED_EVENT.",
    kernel: { differs: "a peeled-off socket takes no address: it sends to the primary one" },
    tested: [
      "test/contract/multihoming.ts: RFC 6458 §4.1.8: on one-to-one sockets an address is the preferred one",
      "test/contract/events.ts: RFC 6458 §4.1.8: a message to an address that is not the peer's fails",
      "test/contract/multihoming.ts: RFC 6458 §4.1.8, §9.2: a peeled-off socket prefers an address too",
    ],
  },
  {
    name: "Nothing comes unasked",
    section: "6.1, 6.2.2",
    says:
      "No notification without a subscription; with one it comes in the stream of messages, with " +
      "MSG_NOTIFICATION, and is read to its end.",
    tested: [
      "test/contract/events.ts: RFC 6458 §6.1: none comes that nobody has subscribed to",
      "test/contract/receiving.ts: RFC 6458 §6.1: a notification is read in parts too, and parsed from its bytes",
    ],
  },
  {
    name: "Messages have bytes",
    section: "7.1",
    says: "A message without data is refused.",
    tested: ["test/contract/sending.ts: RFC 6458 §7.1: a message has at least one byte"],
  },
  {
    name: "Ids in options",
    section: "7.2, 8",
    says:
      "SCTP_CURRENT_ASSOC and SCTP_ALL_ASSOC are EINVAL in getsockopt and sctp_opt_info; each option " +
      "says which it takes; one-to-one sockets ignore the id.",
    tested: [
      "test/contract/options.ts: RFC 6458 §7.2, §8: which ids an option takes",
      "test/contract/subscribing.ts: RFC 6458 §7.2: a one-to-one socket ignores the id",
      "test/sockets/options.test.ts: takes the ids that it may",
    ],
  },
  {
    name: "Inheritance",
    section: "7.2, 9.2",
    says: "Accepted sockets begin with the listener's options, peeled-off ones with their association's.",
    tested: [
      "test/contract/accepting.ts: RFC 6458 §7.2: an accepted socket begins with the listener's options",
      "test/contract/path-parameters.ts: RFC 6458 §7.2, §9.2: accepted and peeled-off sockets keep the parameters of paths",
    ],
  },
  {
    name: "Implicit set-up",
    section: "7.5",
    says: "The first message to an address sets the association up; `send` never does.",
    tested: [
      "test/contract/establishing.ts: RFC 6458 §7.5: the first message to an address sets an association up",
      "test/contract/establishing.ts: RFC 6458 §7.5: send cannot set an association up",
    ],
  },
  {
    name: "Reading and writing options",
    section: "8.2, 8.3",
    says: "Setting what is only read, and reading what is only set, is EOPNOTSUPP.",
    tested: ["test/contract/options.ts: RFC 6458 §8.2: setting what is only read is EOPNOTSUPP"],
  },
  {
    name: "A socket of its own",
    section: "9.2",
    says: "What was queued for an association moves with it, and neither socket's end touches the other.",
    tested: [
      "test/contract/peeling-off.ts: RFC 6458 §9.2: queued messages and notifications move, and the others stay",
      "test/contract/peeling-off.ts: RFC 6458 §9.2: closing the peeled-off socket leaves the old one",
    ],
  },
  {
    name: "The example of Appendix A",
    section: "A",
    says: "`npm run example -- one-to-one`",
    tested: [
      "test/examples/examples.test.ts: npm run demo: both programs of RFC 6458 Appendix A and B, every line, status 0",
      "test/kernel/inside/demo.ts: the demo prints the same over the kernel's SCTP as over userland",
    ],
  },
  {
    name: "The example of Appendix B",
    section: "B",
    says: "`npm run example -- one-to-many`",
    tested: [
      "test/examples/examples.test.ts: RFC 6458 §3: two clients in two processes at once, one one-to-many server",
      "test/kernel/inside/demo.ts: the demo prints the same over the kernel's SCTP as over userland",
    ],
  },
];

/** The errors that RFC 6458 names. */
const errors: readonly Row[] = [
  {
    name: "EOPNOTSUPP",
    section: "3.1.3, 8, 9.1",
    says:
      "accept on one-to-many; setting what is only read, reading what is only set; sctp_bindx on " +
      "associations that cannot change addresses.",
    tested: [
      "test/contract/calling.ts: RFC 6458 §7.1: send, recv and shutdown are not for one-to-many sockets",
      "test/contract/options.ts: RFC 6458 §8.2: setting what is only read is EOPNOTSUPP",
    ],
  },
  {
    name: "EINVAL",
    section: "3.1.4, 7.2, 9.1",
    says:
      "SCTP_EOF or SCTP_ABORT without an association; SCTP_CURRENT_ASSOC and SCTP_ALL_ASSOC in " +
      "getsockopt; what does not go together in sctp_bindx.",
    tested: [
      "test/contract/establishing.ts: RFC 6458 §3.1.4, §7.5: what ends an association begins none",
      "test/contract/addressing.ts: RFC 6458 §9.1: sctp_bindx refuses what does not go together",
    ],
  },
  {
    name: "ESHUTDOWN",
    section: "3.1.4",
    says: "Sending after the peer's SHUTDOWN.",
    tested: [
      "test/contract/ending.ts: RFC 6458 §3.1.4: after the peer's SHUTDOWN a send is ESHUTDOWN, after the end EPIPE",
    ],
  },
  {
    name: "EAGAIN",
    section: "3.2",
    says:
      "A call of `socket.nonblocking`, or one with MSG_DONTWAIT, that would have to wait; " +
      "EWOULDBLOCK is the same number.",
    tested: [
      "test/sockets/receive.test.ts: a call that does not wait throws EAGAIN when there is nothing",
      "test/contract/sending.ts: MSG_DONTWAIT",
    ],
  },
  {
    name: "ENOBUFS",
    section: "8.2.3, 8.2.4",
    says: "A list that does not fit: never, for lists are arrays of their own length.",
    tested: [
      "test/contract/authentication.ts: RFC 6458 §8.3.2, §8.2.3, §8.2.4: both sides know what is to be authenticated",
    ],
  },
];

/** The cause codes in sac_error, sre_error, spc_error and ssfe_error: RFC 9260 §3.3.10, RFC 5061 §4.3, RFC 4895 §4. */
const causes: readonly Row[] = [
  {
    name: "Causes in host order",
    section: "6.1.1, 6.1.3, 6.1.11",
    says:
      "sac_error, sre_error and ssfe_error are the cause code as RFC 9260 §3.3.10 numbers it, 1 to " +
      "13, 0xA0 to 0xA4 or 0x105; there is no `htons`.",
    tested: [
      "test/contract/events.ts: RFC 6458 §6.1.1: COMM_LOST carries the peer's ABORT",
      "test/kernel/codecs/notification-codec.test.ts: Linux: an ABORT's cause and chunk are what RFC 6458 §6.1.1 says",
    ],
  },
];

/** What the errata of RFC 6458 change, besides names, which are among what is left out. */
const errata: readonly Row[] = [
  {
    name: "Erratum 6111",
    section: "5.3.4, 8.1.31",
    says: "Verified: SCTP_EOR is a flag of snd_flags.",
    kernel: { notOffered: "Linux has no explicit end of record" },
    tested: [
      "test/contract/delivery.ts: RFC 6458 §8.1.26: with SCTP_EXPLICIT_EOR several sends make one message",
    ],
  },
  {
    name: "Erratum 6113",
    section: "6.1.1",
    says: "Held: sac_info of SCTP_CANT_STR_ASSOC has the ABORT chunk too.",
    kernel: { differs: "empty" },
    tested: [
      "test/userland/notifications.test.ts: RFC 6458 §6.1.1: CANT_STR_ASSOC has the ABORT chunk of the peer that refuses",
      "test/contract/events.ts: RFC 6458 §6.1.1: CANT_STR_ASSOC, and on one-to-many the messages come back",
    ],
  },
  {
    name: "Erratum 6114",
    section: "9.5",
    says: "Held: the id 0 of sctp_getladdrs is SCTP_FUTURE_ASSOC, what the socket is bound to.",
    tested: [
      "test/contract/addressing.ts: RFC 6458 §9.3, §9.5: the addresses of an association, on both sides",
    ],
  },
  {
    name: "Erratum 6116",
    section: "6.1.2",
    says: "Held: SCTP_ADDR_CONFIRMED tells of an address that was verified.",
    tested: ["test/contract/events.ts: RFC 6458 §6.1.2: SCTP_PEER_ADDR_CHANGE when an address is confirmed"],
  },
];

/** Everything that the interface demands beyond names. */
export const rules: readonly Row[] = [...behaviour, ...errors, ...causes, ...errata];
