import type { Statement } from "./statement.js";

/** RFC 9260 §5, §5.1 and §5.1.1: normal establishment. */
export const rfc9260EstablishmentStatements: readonly Statement[] = [
  {
    id: "5-1",
    level: "MUST",
    statement: "No data is sent before an association has been set up.",
    implemented: [
      "src/stack/association-state.ts#maySendData",
      "src/stack/establishment/initiate.ts#transmitHandshake",
    ],
    tested: [
      "test/stack/establishment/initiate.test.ts: DATA may travel with COOKIE ECHO, in that packet only and within the path MTU",
    ],
  },
  {
    id: "5.1-1",
    level: "rule",
    statement: "A: the TCB is created, INIT leaves, T1-init starts, and the state is COOKIE-WAIT.",
    implemented: ["src/stack/endpoint.ts#associate", "src/stack/establishment/initiate.ts#initiate"],
    tested: [
      "test/stack/establishment/initiate.test.ts: INIT leaves alone, under tag 0, with a tag of its own",
      "test/stack/establishment/initiate.test.ts: INIT is repeated unchanged, each time after twice as long",
    ],
  },
  {
    id: "5.1-2",
    level: "MUST",
    statement: "INIT tells our Verification Tag as its Initiate Tag.",
    implemented: ["src/stack/establishment/initiate.ts#initiate"],
    tested: [
      "test/stack/establishment/initiate.test.ts: INIT leaves alone, under tag 0, with a tag of its own",
    ],
  },
  {
    id: "5.1-3",
    level: "SHOULD",
    statement: "That tag is a random number from 1 to 2^32 - 1.",
    implemented: ["src/stack/validation/verification-tags.ts#draw"],
    tested: [
      "test/stack/establishment/initiate.test.ts: INIT leaves alone, under tag 0, with a tag of its own",
      "test/stack/validation/verification-tag.test.ts: an entropy that answers nothing but ${constant} gives tags all the same, each of them once",
    ],
  },
  {
    id: "5.1-4",
    level: "MUST",
    statement: "B: INIT ACK goes to the source of the INIT.",
    implemented: ["src/stack/answers.ts#answerTo", "src/stack/establishment/answer-init.ts#sendInitAck"],
    tested: [
      "test/stack/establishment/answer-init.test.ts: an INIT is answered with INIT ACK under its tag, and nothing is kept",
    ],
  },
  {
    id: "5.1-5",
    level: "MUST",
    statement: "INIT ACK carries the peer's tag as its Verification Tag and tells ours.",
    implemented: ["src/stack/establishment/answer-init.ts#sendInitAck"],
    tested: [
      "test/stack/establishment/answer-init.test.ts: an INIT is answered with INIT ACK under its tag, and nothing is kept",
    ],
  },
  {
    id: "5.1-6",
    level: "MUST",
    statement: "INIT ACK has a State Cookie.",
    implemented: [
      "src/stack/establishment/answer-init.ts#sendInitAck",
      "src/stack/establishment/state-cookie.ts#seal",
    ],
    tested: [
      "test/stack/establishment/answer-init.test.ts: an INIT is answered with INIT ACK under its tag, and nothing is kept",
    ],
  },
  {
    id: "5.1-7",
    level: "MUST NOT",
    statement: "Nothing is kept of an INIT that was answered.",
    implemented: ["src/stack/establishment/answer-init.ts#answerInit"],
    tested: [
      "test/stack/establishment/answer-init.test.ts: an INIT is answered with INIT ACK under its tag, and nothing is kept",
    ],
  },
  {
    id: "5.1-8",
    level: "rule",
    statement:
      "C: with INIT ACK T1-init stops, the cookie goes back in COOKIE ECHO, T1-cookie starts, and the state is COOKIE-ECHOED.",
    implemented: [
      "src/stack/establishment/initiate.ts#handleInitAck",
      "src/stack/establishment/initiate.ts#transmitHandshake",
    ],
    tested: [
      "test/stack/establishment/initiate.test.ts: INIT ACK is answered with COOKIE ECHO under the tag that it told",
    ],
  },
  {
    id: "5.1-9",
    level: "MAY",
    statement: "DATA may be bundled with COOKIE ECHO.",
    implemented: ["src/stack/establishment/initiate.ts#transmitHandshake"],
    tested: [
      "test/stack/establishment/initiate.test.ts: DATA may travel with COOKIE ECHO, in that packet only and within the path MTU",
    ],
  },
  {
    id: "5.1-10",
    level: "MUST",
    statement: "COOKIE ECHO is the first chunk of its packet.",
    implemented: ["src/wire/packet-builder.ts#progressAfter"],
    tested: [
      "test/wire/packet-builder.test.ts: COOKIE ECHO is the first chunk of its packet, and DATA may follow",
      "test/stack/establishment/state-cookie.test.ts: COOKIE ECHO behind another chunk is not processed",
    ],
  },
  {
    id: "5.1-11",
    level: "MUST NOT",
    statement:
      "No other packet is sent to the peer until COOKIE ACK has come, but for the HEARTBEAT ACK of §8.3.",
    implemented: ["src/stack/association.ts#drain", "src/stack/establishment/initiate.ts#transmitHandshake"],
    tested: [
      "test/stack/establishment/cookie-echo.test.ts: beside answers to HEARTBEAT nothing leaves between COOKIE ECHO and COOKIE ACK",
      "test/stack/establishment/initiate.test.ts: DATA may travel with COOKIE ECHO, in that packet only and within the path MTU",
      "test/stack/establishment/cookie-echo.test.ts: what COOKIE ECHO takes along keeps to the path MTU, and the rest follows",
    ],
  },
  {
    id: "5.1-12",
    level: "rule",
    statement: "D: with COOKIE ECHO the TCB is created, COOKIE ACK answers, and the state is ESTABLISHED.",
    implemented: [
      "src/stack/establishment/accept-cookie.ts#createAssociation",
      "src/stack/establishment/accept-cookie.ts#sendCookieAck",
    ],
    tested: [
      "test/stack/establishment/state-cookie.test.ts: a valid cookie creates the association, and COOKIE ACK answers",
    ],
  },
  {
    id: "5.1-13",
    level: "MAY",
    statement: "DATA and SACK may be bundled with COOKIE ACK.",
    implemented: ["src/stack/bundling.ts#openPacket"],
    tested: [
      "test/stack/establishment/cookie-ack-and-data.test.ts: data that waits for COOKIE ECHO goes behind COOKIE ACK on the way that this one takes",
      "test/stack/establishment/state-cookie.test.ts: DATA beside COOKIE ECHO is acknowledged at once, behind the COOKIE ACK",
    ],
  },
  {
    id: "5.1-14",
    level: "MUST",
    statement: "COOKIE ACK is the first chunk of its packet.",
    implemented: [
      "src/stack/establishment/accept-cookie.ts#sendCookieAck",
      "src/stack/control-queue.ts#addFirst",
    ],
    tested: [
      "test/stack/establishment/state-cookie.test.ts: DATA beside COOKIE ECHO is acknowledged at once, behind the COOKIE ACK",
      "test/stack/stack.test.ts: what many packets of one batch ask for is answered in one flush",
    ],
  },
  {
    id: "5.1-15",
    level: "rule",
    statement: "E: with COOKIE ACK T1-cookie stops, the state is ESTABLISHED, and the application is told.",
    implemented: [
      "src/stack/establishment/initiate.ts#handleCookieAck",
      "src/stack/establishment/initiate.ts#becomeEstablished",
    ],
    tested: ["test/stack/establishment/initiate.test.ts: COOKIE ACK establishes the association"],
  },
  {
    id: "5.1-16",
    level: "MUST NOT",
    statement: "INIT and INIT ACK are bundled with nothing.",
    implemented: ["src/wire/packet-builder.ts#progressAfter", "src/wire/packet.ts#bundlingViolation"],
    tested: [
      "test/wire/packet.test.ts: shares its packet with nothing",
      "test/stack/establishment/initiate.test.ts: an INIT ACK that shares its packet is discarded",
    ],
  },
  {
    id: "5.1-17",
    level: "MUST",
    statement: "They are the only chunks of their packets.",
    implemented: ["src/wire/packet-builder.ts#progressAfter", "src/wire/packet.ts#bundlingViolation"],
    tested: [
      "test/stack/establishment/answer-init.test.ts: an INIT that shares its packet is discarded, whatever it shares it with",
    ],
  },
  {
    id: "5.1-18",
    level: "MUST",
    statement: "INIT ACK goes to the address that the INIT came from.",
    implemented: ["src/stack/answers.ts#answerTo"],
    tested: [
      "test/stack/establishment/answer-init.test.ts: the INIT ACK goes to the UDP port that the INIT came from",
      "test/stack/establishment/answer-init.test.ts: an INIT is answered with INIT ACK under its tag, and nothing is kept",
    ],
  },
  {
    id: "5.1-19",
    level: "SHOULD",
    statement: "T1-init and T1-cookie follow the rules of retransmission timers.",
    implemented: [
      "src/stack/establishment/initiate.ts#handleT1",
      "src/stack/establishment/initiate.ts#initTimeoutMs",
    ],
    tested: [
      "test/stack/establishment/initiate.test.ts: INIT is repeated unchanged, each time after twice as long",
    ],
  },
  {
    id: "5.1-20",
    level: "SHOULD",
    statement: "Each of several addresses that the application names has T1 timers of its own.",
    leftOut:
      "One INIT or COOKIE ECHO is on its way at a time, to one address after the other, so that one timer serves all; each address has its own time-out.",
  },
  {
    id: "5.1-21",
    level: "SHOULD",
    statement: "INIT and COOKIE ECHO are repeated to all addresses of the peer, as DATA is.",
    implemented: ["src/stack/paths/path-set.ts#next"],
    tested: [
      "test/stack/establishment/initiate.test.ts: repeated INITs and COOKIE ECHOs go round the confirmed addresses",
    ],
  },
  {
    id: "5.1-22",
    level: "SHOULD",
    statement: "Whoever does not establish the association answers with ABORT.",
    implemented: [
      "src/stack/establishment/answer-init.ts#refuse",
      "src/stack/establishment/initiate.ts#refuse",
      "src/stack/establishment/accept-cookie.ts#createAssociation",
    ],
    tested: [
      "test/stack/establishment/answer-init.test.ts: an INIT with ${what} is refused with ABORT under its tag",
      "test/stack/establishment/initiate.test.ts: an INIT ACK ${what} ends the attempt with ABORT under its Initiate Tag",
      "test/stack/establishment/state-cookie.test.ts: an endpoint that has stopped listening since its INIT ACK answers with ABORT",
    ],
  },
  {
    id: "5.1-23",
    level: "SHOULD",
    statement: "The ABORT tells why.",
    implemented: [
      "src/stack/establishment/capabilities.ts#violationIn",
      "src/stack/establishment/initiate.ts#violationInInitAck",
    ],
    tested: [
      "test/stack/establishment/initiate.test.ts: a cookie behind a parameter that stops the processing is not there",
      "test/stack/establishment/answer-init.test.ts: an INIT whose parameters cannot be read is refused with ABORT, Protocol Violation",
    ],
  },
  {
    id: "5.1-24",
    level: "MUST",
    statement: "Its Verification Tag is the Initiate Tag of the INIT or INIT ACK.",
    implemented: [
      "src/stack/establishment/answer-init.ts#refuse",
      "src/stack/establishment/initiate.ts#refuse",
    ],
    tested: [
      "test/stack/establishment/answer-init.test.ts: an INIT with ${what} is refused with ABORT under its tag",
      "test/stack/establishment/initiate.test.ts: an INIT ACK ${what} ends the attempt with ABORT under its Initiate Tag",
    ],
  },
  {
    id: "5.1-25",
    level: "MUST",
    statement: "The first DATA of an association is acknowledged at once.",
    implemented: ["src/stack/rx/sack-timing.ts#handlePacketWithData"],
    tested: [
      "test/rfc/association-setup.test.ts: AS-NORM-06",
      "test/stack/rx/sack-timing.test.ts: the first packet with DATA is acknowledged at once",
      "test/stack/data-transfer.test.ts: the first packet is answered at once, then every second one",
    ],
  },
  {
    id: "5.1-26",
    level: "SHOULD",
    statement: "What follows is acknowledged by the rules of §6.2.",
    implemented: ["src/stack/rx/sack-timing.ts#handlePacketWithData"],
    tested: [
      "test/stack/rx/sack-timing.test.ts: every second packet is acknowledged at once, the one before it is delayed",
    ],
  },
  {
    id: "5.1-27",
    level: "MUST",
    statement: "The Cumulative TSN Ack Point begins one below the own Initial TSN.",
    implemented: ["src/stack/tx/retransmission-queue.ts#cumulativeTsnAckPoint"],
    tested: [
      "test/stack/establishment/announced-values.test.ts: the ack point begins one below our Initial TSN",
    ],
  },
  {
    id: "5.1.1-1",
    level: "MUST",
    statement: "INIT and INIT ACK tell the numbers of outbound and inbound streams.",
    implemented: [
      "src/stack/establishment/initiate.ts#initiate",
      "src/stack/establishment/answer-init.ts#sendInitAck",
    ],
    tested: [
      "test/stack/establishment/answer-init.test.ts: both directions have the smaller number of streams",
      "test/contract/establishing.ts: both sides' SCTP_INITMSG settle the streams",
    ],
  },
  {
    id: "5.1.1-2",
    level: "MUST",
    statement: "The peer's number of inbound streams is compared with our outbound streams.",
    implemented: [
      "src/stack/establishment/initiate.ts#learnPeer",
      "src/stack/establishment/answer-init.ts#stateCookieFor",
    ],
    tested: [
      "test/stack/establishment/answer-init.test.ts: both directions have the smaller number of streams",
      "test/stack/establishment/initiate.test.ts: fewer streams than asked for are used, and messages for the others are given back",
    ],
  },
  {
    id: "5.1.1-3",
    level: "MUST",
    statement: "If it is smaller, that many are used.",
    implemented: [
      "src/stack/establishment/initiate.ts#learnPeer",
      "src/stack/establishment/answer-init.ts#stateCookieFor",
    ],
    tested: [
      "test/stack/establishment/initiate.test.ts: fewer streams than asked for are used, and messages for the others are given back",
    ],
  },
  {
    id: "5.1.1-4",
    level: "MAY",
    statement: "The application may be told that there are fewer.",
    implemented: ["src/userland/notifying.ts#sac_outbound_streams"],
    tested: ["test/contract/establishing.ts: both sides' SCTP_INITMSG settle the streams"],
    note: "by SCTP_ASSOC_CHANGE and SCTP_STATUS",
  },
  {
    id: "5.1.1-5",
    level: "MUST",
    statement: "Streams from 0 up to that number less one may be sent on.",
    implemented: ["src/stack/association.ts#outboundStreams"],
    tested: ["test/contract/sending.ts: a stream that there is not is EINVAL"],
  },
];
