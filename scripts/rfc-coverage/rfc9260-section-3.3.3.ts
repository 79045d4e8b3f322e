import type { Statement } from "./statement.js";

/** RFC 9260 §3.3.3: INIT ACK. */
export const rfc9260InitAckStatements: readonly Statement[] = [
  {
    id: "3.3.3-1",
    level: "MUST NOT",
    statement: "An INIT ACK has no Host Name Address.",
    implemented: ["src/stack/establishment/capabilities.ts#ownParameters"],
    tested: [
      "test/stack/establishment/answer-init.test.ts: the source and the addresses listed become the destinations",
    ],
  },
  {
    id: "3.3.3-2",
    level: "MUST",
    statement: "An INIT ACK with one is answered with ABORT.",
    implemented: [
      "src/stack/establishment/initiate.ts#handleInitAck",
      "src/stack/establishment/capabilities.ts#violationIn",
    ],
    tested: ["test/stack/establishment/initiate.test.ts: an INIT ACK with a host name ends the attempt"],
  },
  {
    id: "3.3.3-3",
    level: "MAY",
    statement: "That ABORT may carry Unresolvable Address.",
    implemented: ["src/stack/establishment/capabilities.ts#violationIn"],
    tested: ["test/stack/establishment/initiate.test.ts: an INIT ACK with a host name ends the attempt"],
  },
  {
    id: "3.3.3-4",
    level: "SHOULD",
    statement: "The flags of an INIT ACK are sent as 0 and ignored when received.",
    implemented: ["src/wire/chunks/init-body.ts#writeInitBody"],
    tested: [
      "test/rfc/association-setup.test.ts: AS-FLAGS-02",
      "test/wire/codecs.test.ts: accepted bytes without reserved bits are written again as they were, up to the final padding",
    ],
  },
  {
    id: "3.3.3-5",
    level: "MUST",
    statement:
      "The Initiate Tag of an INIT ACK is the Verification Tag of everything that is sent to its sender.",
    implemented: ["src/stack/establishment/initiate.ts#learnPeer", "src/stack/bundling.ts#openPacket"],
    tested: [
      "test/stack/establishment/initiate.test.ts: INIT ACK is answered with COOKIE ECHO under the tag that it told",
    ],
  },
  {
    id: "3.3.3-6",
    level: "MUST NOT",
    statement: "The Initiate Tag of an INIT ACK is never 0.",
    implemented: ["src/stack/validation/verification-tags.ts#draw"],
    tested: [
      "test/stack/validation/verification-tag.test.ts: an entropy that answers nothing but ${constant} gives tags all the same, each of them once",
    ],
  },
  {
    id: "3.3.3-7",
    level: "MUST",
    statement: "In COOKIE-WAIT an INIT ACK with an Initiate Tag of 0 destroys the TCB.",
    implemented: [
      "src/stack/establishment/initiate.ts#handleInitAck",
      "src/stack/establishment/initiate.ts#refuse",
    ],
    tested: [
      "test/stack/establishment/initiate.test.ts: an INIT ACK with an Initiate Tag of 0 ends the attempt with a reflected ABORT",
    ],
  },
  {
    id: "3.3.3-8",
    level: "SHOULD",
    statement: "It is answered with ABORT, the T bit set.",
    implemented: ["src/stack/establishment/initiate.ts#refuse"],
    tested: [
      "test/stack/establishment/initiate.test.ts: an INIT ACK with an Initiate Tag of 0 ends the attempt with a reflected ABORT",
    ],
  },
  {
    id: "3.3.3-9",
    level: "SHOULD",
    statement: "In other states it is discarded silently.",
    implemented: ["src/stack/establishment/initiate.ts#handleInitAck"],
    tested: ["test/stack/establishment/duplicate-chunks.test.ts: an INIT ACK in ${name} is discarded"],
  },
  {
    id: "3.3.3-10",
    level: "MUST NOT",
    statement: "The a_rwnd of an INIT ACK is at least 1500.",
    implemented: [
      "src/stack/config.ts#receiveBufferBytes",
      "src/stack/establishment/answer-init.ts#sendInitAck",
    ],
    tested: ["test/userland/options.test.ts: a receive buffer below the least window is that window"],
  },
  {
    id: "3.3.3-11",
    level: "MUST",
    statement: "An INIT ACK with an a_rwnd below 1500 is discarded.",
    implemented: ["src/stack/establishment/initiate.ts#handleInitAck"],
    tested: [
      "test/stack/establishment/initiate.test.ts: an INIT ACK with an a_rwnd below 1500 is refused with ABORT, and T1-init runs on",
    ],
  },
  {
    id: "3.3.3-12",
    level: "SHOULD",
    statement: "It is answered with ABORT under its Initiate Tag.",
    implemented: ["src/stack/establishment/initiate.ts#handleInitAck"],
    tested: [
      "test/stack/establishment/initiate.test.ts: an INIT ACK with an a_rwnd below 1500 is refused with ABORT, and T1-init runs on",
    ],
  },
  {
    id: "3.3.3-13",
    level: "MUST NOT",
    statement: "It changes the state of no association.",
    implemented: ["src/stack/establishment/initiate.ts#handleInitAck"],
    tested: [
      "test/stack/establishment/initiate.test.ts: an INIT ACK with an a_rwnd below 1500 is refused with ABORT, and T1-init runs on",
    ],
  },
  {
    id: "3.3.3-14",
    level: "SHOULD NOT",
    statement: "The buffer behind the announced window is not reduced while the association lives.",
    implemented: ["src/stack/rx/reception.ts#bufferBytes"],
    tested: [
      "test/stack/data-transfer.test.ts: a_rwnd shrinks by what is not read and opens again in steps worth a SACK",
    ],
    note: "only the application reduces it, by setting SO_RCVBUF",
  },
  {
    id: "3.3.3-15",
    level: "MAY",
    statement: "The a_rwnd of SACKs may change.",
    implemented: ["src/stack/rx/reception.ts#takeAdvertisedWindow"],
    tested: [
      "test/stack/data-transfer.test.ts: a_rwnd shrinks by what is not read and opens again in steps worth a SACK",
    ],
  },
  {
    id: "3.3.3-16",
    level: "MUST NOT",
    statement: "An INIT ACK does not ask for 0 outbound streams.",
    implemented: [
      "src/stack/establishment/answer-init.ts#sendInitAck",
      "src/stack/config.ts#outboundStreams",
    ],
    tested: [
      "test/stack/stack.test.ts: parameters outside their ranges are refused by name",
      "test/stack/establishment/answer-init.test.ts: the INIT ACK asks for no more streams than the INIT allows",
    ],
  },
  {
    id: "3.3.3-17",
    level: "MUST NOT",
    statement: "An INIT ACK asks for no more outbound streams than the INIT allows.",
    implemented: ["src/stack/establishment/answer-init.ts#sendInitAck"],
    tested: [
      "test/stack/establishment/answer-init.test.ts: the INIT ACK asks for no more streams than the INIT allows",
    ],
  },
  {
    id: "3.3.3-18",
    level: "MUST",
    statement: "In COOKIE-WAIT an INIT ACK with 0 outbound streams destroys the TCB.",
    implemented: [
      "src/stack/establishment/initiate.ts#refuse",
      "src/stack/establishment/capabilities.ts#violationIn",
    ],
    tested: [
      "test/stack/establishment/initiate.test.ts: an INIT ACK ${what} ends the attempt with ABORT under its Initiate Tag",
    ],
  },
  {
    id: "3.3.3-19",
    level: "SHOULD",
    statement: "It is answered with ABORT.",
    implemented: ["src/stack/establishment/initiate.ts#refuse"],
    tested: [
      "test/stack/establishment/initiate.test.ts: an INIT ACK ${what} ends the attempt with ABORT under its Initiate Tag",
    ],
  },
  {
    id: "3.3.3-20",
    level: "SHOULD",
    statement: "In other states it is discarded silently.",
    implemented: ["src/stack/establishment/initiate.ts#handleInitAck"],
    tested: ["test/stack/establishment/duplicate-chunks.test.ts: an INIT ACK in ${name} is discarded"],
  },
  {
    id: "3.3.3-21",
    level: "MUST NOT",
    statement: "An INIT ACK does not allow 0 inbound streams.",
    implemented: ["src/stack/config.ts#maxInboundStreams"],
    tested: ["test/stack/stack.test.ts: parameters outside their ranges are refused by name"],
  },
  {
    id: "3.3.3-22",
    level: "MUST",
    statement: "In COOKIE-WAIT an INIT ACK with 0 inbound streams destroys the TCB.",
    implemented: [
      "src/stack/establishment/initiate.ts#refuse",
      "src/stack/establishment/capabilities.ts#violationIn",
    ],
    tested: [
      "test/stack/establishment/initiate.test.ts: an INIT ACK ${what} ends the attempt with ABORT under its Initiate Tag",
    ],
  },
  {
    id: "3.3.3-23",
    level: "SHOULD",
    statement: "It is answered with ABORT.",
    implemented: ["src/stack/establishment/initiate.ts#refuse"],
    tested: [
      "test/stack/establishment/initiate.test.ts: an INIT ACK ${what} ends the attempt with ABORT under its Initiate Tag",
    ],
  },
  {
    id: "3.3.3-24",
    level: "SHOULD",
    statement: "In other states it is discarded silently.",
    implemented: ["src/stack/establishment/initiate.ts#handleInitAck"],
    tested: ["test/stack/establishment/duplicate-chunks.test.ts: an INIT ACK in ${name} is discarded"],
  },
  {
    id: "3.3.3-25",
    level: "SHOULD",
    statement: "The Initial TSN is a random number.",
    implemented: ["src/stack/establishment/answer-init.ts#freshIdentity"],
    tested: [
      "test/stack/establishment/answer-init.test.ts: each INIT ACK announces another tag and another Initial TSN",
    ],
  },
  {
    id: "3.3.3-26",
    level: "MUST",
    statement: "An INIT ACK may be large, its cookie and its addresses included.",
    implemented: [
      "src/stack/establishment/initiate.ts#violationInInitAck",
      "src/stack/limits.ts#STATE_COOKIE_BYTES_MAX",
    ],
    tested: [
      "test/rfc/association-setup.test.ts: AS-INITACK-10",
      "test/stack/establishment/initiate.test.ts: a cookie that leaves no room in the path MTU travels alone",
      "test/stack/validation/icmp-handling.test.ts: an INIT ACK, of whose fate nobody would hear, may be fragmented unless it is small",
    ],
  },
  {
    id: "3.3.3-27",
    level: "SHOULD",
    statement: "An INIT ACK with all mandatory parameters is processed and answered with COOKIE ECHO.",
    implemented: ["src/stack/establishment/initiate.ts#handleInitAck"],
    tested: [
      "test/stack/establishment/initiate.test.ts: INIT ACK is answered with COOKIE ECHO under the tag that it told",
    ],
  },
  {
    id: "3.3.3-28",
    level: "MAY",
    statement: "An ERROR about it may be bundled with the COOKIE ECHO.",
    implemented: ["src/stack/establishment/initiate.ts#handleInitAck"],
    tested: [
      "test/stack/establishment/initiate.test.ts: unknown parameters of an INIT ACK are reported beside the COOKIE ECHO",
    ],
  },
  {
    id: "3.3.3-29",
    level: "MAY",
    statement: "A restrictive implementation may answer it with ABORT.",
    leftOut: "Not used: an INIT ACK that can be used is used.",
  },
  {
    id: "3.3.3-30",
    level: "MAY",
    statement: "With address parameters in the INIT ACK, its source and those may be used as destinations.",
    implemented: [
      "src/stack/establishment/initiate.ts#learnAddresses",
      "src/stack/establishment/destinations.ts#destinationsOf",
    ],
    tested: [
      "test/stack/establishment/initiate.test.ts: what the user named is confirmed, what the INIT ACK tells is not, its source included",
    ],
  },
  {
    id: "3.3.3-31",
    level: "MUST",
    statement: "Without address parameters in the INIT ACK, its source is the only destination.",
    implemented: [
      "src/stack/establishment/initiate.ts#learnAddresses",
      "src/stack/establishment/initiate.ts#dropUnlisted",
    ],
    tested: [
      "test/stack/establishment/addresses.test.ts: the peer has the source of its INIT ACK and what it lists, whatever the user has named",
    ],
    note: "if that is none of those that the application has named, these stay too: nothing else is confirmed",
  },
  {
    id: "3.3.3.1-1",
    level: "MUST NOT",
    statement: "An INIT ACK has no Host Name Address.",
    implemented: ["src/stack/establishment/capabilities.ts#ownParameters"],
    tested: [
      "test/stack/establishment/answer-init.test.ts: the source and the addresses listed become the destinations",
    ],
  },
  {
    id: "3.3.3.1-2",
    level: "MUST",
    statement: "Parameters stand behind the fixed fields.",
    implemented: ["src/wire/chunks/init-body.ts#writeInitBody"],
    tested: ["test/wire/real-packets.test.ts: is written again byte for byte"],
  },
  {
    id: "3.3.3.1.1-1",
    level: "MUST",
    statement:
      "The cookie holds all that is needed to create the association, and a message authentication code.",
    implemented: [
      "src/stack/establishment/state-cookie.ts#StateCookie",
      "src/stack/establishment/state-cookie.ts#seal",
    ],
    tested: [
      "test/stack/establishment/state-cookie.test.ts: a valid cookie creates the association, and COOKIE ACK answers",
      "test/stack/establishment/answer-init.test.ts: an INIT is answered with INIT ACK under its tag, and nothing is kept",
    ],
  },
  {
    id: "3.3.3.1.2-1",
    level: "SHOULD",
    statement: "A parameter whose type asks to be reported comes back whole in an Unrecognized Parameter.",
    implemented: [
      "src/stack/establishment/answer-init.ts#sendInitAck",
      "src/stack/establishment/capabilities.ts#readPeerParameters",
    ],
    tested: [
      "test/stack/establishment/answer-init.test.ts: unknown parameters of an INIT are reported in the INIT ACK as their high bits want",
    ],
  },
];
