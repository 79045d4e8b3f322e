import type { Statement } from "./statement.js";

/** RFC 9260 §5.3 and §5.4: tags and the verification of paths. */
export const rfc9260TagAndPathStatements: readonly Statement[] = [
  {
    id: "5.3.1-1",
    level: "SHOULD",
    statement: "Initiate Tags are chosen from 1 to 2^32 - 1, at random.",
    implemented: ["src/stack/validation/verification-tags.ts#draw"],
    tested: [
      "test/stack/establishment/answer-init.test.ts: each INIT ACK announces another tag and another Initial TSN",
      "test/stack/validation/verification-tag.test.ts: an entropy that answers nothing but ${constant} gives tags all the same, each of them once",
    ],
  },
  {
    id: "5.3.1-2",
    level: "MUST NOT",
    statement: "The tags of an association do not change while it lives.",
    implemented: ["src/stack/transmission-control-block.ts#localTag"],
    tested: [
      "test/stack/establishment/duplicate-chunks.test.ts: an INIT in ${name} is answered with a new tag; the association stays as it is",
    ],
    note: "a peer that has restarted (§5.2.4 A) makes a new association of it, under the same handle",
  },
  {
    id: "5.3.1-3",
    level: "MUST",
    statement: "An association with the same peer gets a new tag.",
    implemented: ["src/stack/validation/verification-tags.ts#isTaken"],
    tested: [
      "test/rfc/association-setup.test.ts: AS-NORM-09",
      "test/stack/stack.test.ts: tags of ended associations are not given out again, and packets under them are out of the blue",
      "test/stack/validation/verification-tag.test.ts: tags that were used up are remembered, as many as the limit says",
    ],
  },
  {
    id: "5.4-1",
    level: "rule",
    statement: "What the application has named is confirmed (1).",
    implemented: ["src/stack/endpoint.ts#associate"],
    tested: [
      "test/stack/establishment/initiate.test.ts: what the user named is confirmed, what the INIT ACK tells is not, its source included",
    ],
  },
  {
    id: "5.4-2",
    level: "rule",
    statement:
      "For who receives the COOKIE ECHO only the address that the INIT ACK went to is confirmed (2).",
    implemented: ["src/stack/establishment/accept-cookie.ts#addPaths"],
    tested: [
      "test/stack/paths/heartbeat.test.ts: an address that the peer listed is probed at once, and used once it has answered",
    ],
  },
  {
    id: "5.4-3",
    level: "rule",
    statement:
      "All others are not, and are probed by HEARTBEAT with a nonce of 64 bits and the path's number (3).",
    implemented: [
      "src/stack/paths/heartbeat.ts#sendHeartbeat",
      "src/stack/paths/heartbeat.ts#probeUnconfirmed",
    ],
    tested: [
      "test/stack/paths/heartbeat.test.ts: an address that the peer listed is probed at once, and used once it has answered",
    ],
  },
  {
    id: "5.4-4",
    level: "rule",
    statement:
      "The nonce has to be the one that was sent to that path; then the path is confirmed and carries data.",
    implemented: [
      "src/stack/paths/heartbeat.ts#handleHeartbeatAck",
      "src/stack/paths/path-failure.ts#pathAnswered",
    ],
    tested: [
      "test/stack/paths/heartbeat.test.ts: a HEARTBEAT ACK with another nonce, path or length proves nothing",
      "test/stack/paths/heartbeat.test.ts: an address that the peer listed is probed at once, and used once it has answered",
    ],
  },
  {
    id: "5.4-5",
    level: "MAY",
    statement:
      "In each RTO a probe may go to an unconfirmed path until it counts as inactive; then the rate is that of heartbeats.",
    implemented: ["src/stack/paths/heartbeat.ts#probeUnconfirmed"],
    tested: [
      "test/stack/paths/heartbeat.test.ts: probes that fail do not count against the association, and get rarer",
    ],
  },
  {
    id: "5.4-6",
    level: "rule",
    statement: "An unanswered probe counts against the path and not against the association.",
    implemented: ["src/stack/paths/heartbeat.ts#handleHeartbeatTimer"],
    tested: [
      "test/stack/paths/heartbeat.test.ts: probes that fail do not count against the association, and get rarer",
    ],
  },
  {
    id: "5.4-7",
    level: "SHOULD",
    statement: "No more than HB.Max.Burst packets with HEARTBEAT leave in an RTO.",
    implemented: [
      "src/stack/paths/heartbeat.ts#startHeartbeats",
      "src/stack/paths/heartbeat.ts#probeUnconfirmed",
    ],
    tested: [
      "test/stack/paths/heartbeat.test.ts: at each RTO one of the unconfirmed addresses is probed, not all of them",
    ],
  },
  {
    id: "5.4-8",
    level: "MAY",
    statement: "The application may be told that a path is confirmed.",
    implemented: ["src/stack/paths/path-failure.ts#enterState"],
    tested: [
      "test/contract/events.ts: SCTP_PEER_ADDR_CHANGE when an address is confirmed",
      "test/stack/paths/heartbeat.test.ts: an address that the peer listed is probed at once, and used once it has answered",
    ],
  },
  {
    id: "5.4-9",
    level: "MUST NOT",
    statement: "Nothing is sent to an unconfirmed address but for the following.",
    implemented: [
      "src/stack/paths/path-set.ts#forReply",
      "src/stack/tx/data-transmission.ts#mayBeginNewPacket",
    ],
    tested: [
      "test/stack/paths/heartbeat.test.ts: what comes from an unconfirmed address is answered elsewhere, but for HEARTBEAT ACK",
      "test/stack/establishment/addresses.test.ts: no data goes to an unconfirmed address, not even where it is made the primary one",
    ],
  },
  {
    id: "5.4-10",
    level: "MAY",
    statement: "A HEARTBEAT with a nonce may.",
    implemented: ["src/stack/paths/heartbeat.ts#probeUnconfirmed"],
    tested: [
      "test/stack/paths/heartbeat.test.ts: an address that the peer listed is probed at once, and used once it has answered",
    ],
  },
  {
    id: "5.4-11",
    level: "MAY",
    statement: "A HEARTBEAT ACK may.",
    implemented: ["src/stack/paths/heartbeat.ts#handleHeartbeat"],
    tested: [
      "test/stack/paths/heartbeat.test.ts: what comes from an unconfirmed address is answered elsewhere, but for HEARTBEAT ACK",
    ],
  },
  {
    id: "5.4-12",
    level: "MAY",
    statement: "A COOKIE ACK may.",
    implemented: ["src/stack/establishment/accept-cookie.ts#sendCookieAck"],
    tested: [
      "test/stack/establishment/state-cookie.test.ts: a COOKIE ACK to an address that is not confirmed has a HEARTBEAT beside it",
    ],
  },
  {
    id: "5.4-13",
    level: "MUST",
    statement: "The COOKIE ACK then has a HEARTBEAT with a nonce beside it.",
    implemented: ["src/stack/establishment/accept-cookie.ts#sendCookieAck"],
    tested: [
      "test/stack/establishment/state-cookie.test.ts: a COOKIE ACK to an address that is not confirmed has a HEARTBEAT beside it",
    ],
  },
  {
    id: "5.4-14",
    level: "MUST NOT",
    statement: "Who does not bundle sends none there.",
    leftOut: "We bundle.",
  },
  {
    id: "5.4-15",
    level: "MAY",
    statement: "A COOKIE ECHO may.",
    leftOut: "Not used: COOKIE ECHO goes to addresses that the application has named, which are confirmed.",
  },
  {
    id: "5.4-16",
    level: "MUST",
    statement: "The COOKIE ECHO then has a HEARTBEAT with a nonce beside it.",
    leftOut: "Not used: COOKIE ECHO goes to addresses that the application has named, which are confirmed.",
  },
  {
    id: "5.4-17",
    level: "MUST NOT",
    statement: "Its packet is no larger than the path MTU.",
    leftOut: "Not used: COOKIE ECHO goes to addresses that the application has named, which are confirmed.",
  },
  {
    id: "5.4-18",
    level: "MUST NOT",
    statement: "Otherwise it is not sent to an unconfirmed address.",
    implemented: ["src/stack/paths/path-set.ts#next", "src/stack/establishment/initiate.ts#handleInitAck"],
    tested: [
      "test/stack/establishment/initiate.test.ts: repeated INITs and COOKIE ECHOs go round the confirmed addresses",
      "test/stack/establishment/initiate.test.ts: what the user named is confirmed, what the INIT ACK tells is not, its source included",
    ],
  },
];
