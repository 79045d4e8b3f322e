import type { Statement } from "./statement.js";

/** RFC 9260 §5.1.2 to §5.1.6: addresses and the State Cookie. */
export const rfc9260AddressAndCookieStatements: readonly Statement[] = [
  {
    id: "5.1.2-1",
    level: "MUST",
    statement: "A: without address parameters the source address and port are the only destination.",
    implemented: [
      "src/stack/establishment/destinations.ts#destinationsOf",
      "src/stack/establishment/initiate.ts#learnAddresses",
      "src/stack/establishment/initiate.ts#dropUnlisted",
    ],
    tested: [
      "test/stack/establishment/addresses.test.ts: without address parameters the source of an INIT and of an INIT ACK is the only destination",
      "test/stack/establishment/addresses.test.ts: the peer has the source of its INIT ACK and what it lists, whatever the user has named",
      "test/stack/establishment/addresses.test.ts: after a collision the peer has the addresses of its INIT and no others",
    ],
    note: "if that is none of those that the application has named, these stay too: nothing else is confirmed",
  },
  {
    id: "5.1.2-2",
    level: "MUST",
    statement: "B: a Host Name Address is answered with ABORT at once.",
    implemented: ["src/stack/establishment/capabilities.ts#violationIn"],
    tested: [
      "test/stack/establishment/answer-init.test.ts: an INIT with a host name is refused with Unresolvable Address",
      "test/stack/establishment/initiate.test.ts: an INIT ACK with a host name ends the attempt",
    ],
  },
  {
    id: "5.1.2-3",
    level: "MAY",
    statement: "That ABORT may carry Unresolvable Address.",
    implemented: ["src/stack/establishment/capabilities.ts#violationIn"],
    tested: [
      "test/stack/establishment/answer-init.test.ts: an INIT with a host name is refused with Unresolvable Address",
    ],
  },
  {
    id: "5.1.2-4",
    level: "SHOULD",
    statement: "It goes to where the packet came from.",
    implemented: ["src/stack/answers.ts#answerTo"],
    tested: [
      "test/stack/establishment/addresses.test.ts: the ABORT that answers a host name goes to where the packet came from",
    ],
  },
  {
    id: "5.1.2-5",
    level: "MUST",
    statement: "C: the addresses listed and the source become the destinations.",
    implemented: [
      "src/stack/establishment/destinations.ts#destinationsOf",
      "src/stack/establishment/accept-cookie.ts#addPaths",
      "src/stack/establishment/initiate.ts#learnAddresses",
    ],
    tested: [
      "test/stack/establishment/answer-init.test.ts: the source and the addresses listed become the destinations",
      "test/stack/establishment/initiate.test.ts: what the user named is confirmed, what the INIT ACK tells is not, its source included",
    ],
  },
  {
    id: "5.1.2-6",
    level: "SHOULD",
    statement: "Nothing else is used as a destination.",
    implemented: [
      "src/stack/establishment/initiate.ts#dropUnlisted",
      "src/stack/transmission-control-block.ts#addPath",
    ],
    tested: [
      "test/stack/establishment/addresses.test.ts: the peer has the source of its INIT ACK and what it lists, whatever the user has named",
      "test/stack/validation/verification-tag.test.ts: the right tag from an address or a port that is not the peer's is out of the blue",
    ],
  },
  {
    id: "5.1.2-7",
    level: "MUST",
    statement: "D: an INIT or INIT ACK belongs to the association that any of its addresses identifies.",
    implemented: [
      "src/stack/endpoint.ts#findAssociationOfAny",
      "src/stack/establishment/answer-init.ts#answerInit",
      "src/stack/establishment/initiate.ts#belongsToAnother",
    ],
    tested: [
      "test/stack/establishment/duplicate-chunks.test.ts: an INIT from elsewhere that lists an address of the peer is refused, and changes nothing",
      "test/stack/establishment/addresses.test.ts: an INIT ACK that lists an address of another association's peer is left to that one",
    ],
  },
  {
    id: "5.1.2-8",
    level: "rule",
    statement: "One of the destinations becomes the primary path.",
    implemented: ["src/stack/paths/path-set.ts#add"],
    tested: [
      "test/stack/establishment/answer-init.test.ts: the source and the addresses listed become the destinations",
    ],
  },
  {
    id: "5.1.2-9",
    level: "MUST",
    statement: "INIT ACK goes to the source of the INIT.",
    implemented: ["src/stack/answers.ts#answerTo"],
    tested: [
      "test/stack/establishment/answer-init.test.ts: an INIT is answered with INIT ACK under its tag, and nothing is kept",
    ],
  },
  {
    id: "5.1.2-10",
    level: "MAY",
    statement: "INIT may say which types of addresses its sender can use.",
    leftOut:
      "Not used: whoever does not say can use all, and addresses of a family that we lack are passed over.",
  },
  {
    id: "5.1.2-11",
    level: "MUST",
    statement: "An endpoint with one family uses all addresses of that family.",
    implemented: ["src/stack/establishment/destinations.ts#destinationsOf", "src/stack/endpoint.ts#canReach"],
    tested: [
      "test/rfc/association-setup.test.ts: AS-ADDR-04",
      "test/stack/establishment/answer-init.test.ts: addresses of a family that the endpoint does not have are ignored",
    ],
  },
  {
    id: "5.1.2-12",
    level: "MAY",
    statement: "It may ignore the others.",
    implemented: ["src/stack/establishment/destinations.ts#destinationsOf"],
    tested: [
      "test/stack/establishment/answer-init.test.ts: addresses of a family that the endpoint does not have are ignored",
    ],
  },
  {
    id: "5.1.2-13",
    level: "SHOULD NOT",
    statement: "It reports no error about them.",
    implemented: ["src/stack/establishment/destinations.ts#destinationsOf"],
    tested: [
      "test/stack/establishment/answer-init.test.ts: addresses of a family that the endpoint does not have are ignored",
    ],
  },
  {
    id: "5.1.2-14",
    level: "SHOULD",
    statement:
      "A family that an INIT uses counts as supported although its Supported Address Types do not list it.",
    implemented: ["src/stack/establishment/capabilities.ts#readPeerParameters"],
    tested: [
      "test/rfc/association-setup.test.ts: AS-PARAM-12",
      "test/stack/establishment/addresses.test.ts: Supported Address Types changes nothing, whatever it lists",
    ],
  },
  {
    id: "5.1.2-15",
    level: "SHOULD NOT",
    statement: "That is reported as no error.",
    implemented: ["src/stack/establishment/capabilities.ts#readPeerParameters"],
    tested: [
      "test/stack/establishment/addresses.test.ts: Supported Address Types changes nothing, whatever it lists",
    ],
  },
  {
    id: "5.1.3-1",
    level: "MUST",
    statement: "The cookie has a message authentication code.",
    implemented: ["src/stack/establishment/state-cookie.ts#seal"],
    tested: [
      "test/stack/establishment/state-cookie.test.ts: a cookie of which any byte was changed is discarded with its whole packet",
    ],
  },
  {
    id: "5.1.3-2",
    level: "SHOULD",
    statement:
      "It tells when it was made, how long it is valid, the ports, the tags and whatever else the association needs.",
    implemented: ["src/stack/establishment/state-cookie.ts#StateCookie"],
    tested: [
      "test/stack/establishment/state-cookie.test.ts: a valid cookie creates the association, and COOKIE ACK answers",
      "test/stack/establishment/state-cookie.test.ts: a cookie as old as its lifespan is still valid",
    ],
  },
  {
    id: "5.1.3-3",
    level: "SHOULD",
    statement: "The authentication code has acceptable security properties.",
    implemented: ["src/stack/establishment/state-cookie.ts#seal"],
    tested: [
      "test/stack/establishment/state-cookie.test.ts: a cookie of which any byte was changed is discarded with its whole packet",
    ],
    note: "HMAC-SHA-256, whole, compared in constant time",
  },
  {
    id: "5.1.3-4",
    level: "SHOULD",
    statement: "The secret is random.",
    implemented: ["src/stack/establishment/state-cookie.ts#StateCookieJar"],
    tested: [
      "test/stack/establishment/announced-values.test.ts: the secret is random: what another stack has sealed does not open",
    ],
  },
  {
    id: "5.1.3-5",
    level: "SHOULD",
    statement: "The secret changes about once an hour.",
    implemented: ["src/stack/establishment/state-cookie.ts#rotate"],
    tested: [
      "test/stack/establishment/state-cookie.test.ts: the secret changes hourly, and the one before serves the cookies on their way",
    ],
  },
  {
    id: "5.1.3-6",
    level: "MAY",
    statement: "The time in the cookie may tell which secret it was made with.",
    implemented: ["src/stack/establishment/state-cookie.ts#keyNumber"],
    tested: [
      "test/stack/establishment/state-cookie.test.ts: the secret changes hourly, and the one before serves the cookies on their way",
    ],
    note: "a number in the cookie tells it instead",
  },
  {
    id: "5.1.3-7",
    level: "MUST NOT",
    statement: "A cookie that is not encrypted holds nothing that is not meant to be seen.",
    implemented: ["src/stack/establishment/answer-init.ts#populateTieTags"],
    tested: [
      "test/stack/establishment/state-cookie.test.ts: the cookie does not give away the tags of the association that stands",
    ],
  },
  {
    id: "5.1.3-8",
    level: "SHOULD",
    statement: "The cookie is as small as it can be.",
    implemented: ["src/stack/establishment/state-cookie.ts#FIELD"],
    tested: [
      "test/stack/establishment/announced-values.test.ts: a cookie takes 66 bytes, its addresses, what both say of authentication and the code",
    ],
  },
  {
    id: "5.1.4-1",
    level: "MUST",
    statement: "An INIT ACK with a cookie is answered with COOKIE ECHO at once.",
    implemented: ["src/stack/establishment/initiate.ts#handleInitAck"],
    tested: [
      "test/stack/establishment/initiate.test.ts: INIT ACK is answered with COOKIE ECHO under the tag that it told",
    ],
  },
  {
    id: "5.1.4-2",
    level: "MAY",
    statement: "Pending DATA may follow in that packet.",
    implemented: ["src/stack/establishment/initiate.ts#transmitHandshake"],
    tested: [
      "test/stack/establishment/initiate.test.ts: DATA may travel with COOKIE ECHO, in that packet only and within the path MTU",
    ],
  },
  {
    id: "5.1.4-3",
    level: "MUST",
    statement: "T1-cookie starts with it.",
    implemented: ["src/stack/establishment/initiate.ts#transmitHandshake"],
    tested: [
      "test/stack/establishment/initiate.test.ts: COOKIE ECHO is repeated with its DATA, Max.Init.Retransmits times",
    ],
  },
  {
    id: "5.1.4-4",
    level: "MUST",
    statement:
      "When it expires, COOKIE ECHO is repeated and the timer started again, up to Max.Init.Retransmits times.",
    implemented: ["src/stack/establishment/initiate.ts#handleT1"],
    tested: [
      "test/stack/establishment/initiate.test.ts: COOKIE ECHO is repeated with its DATA, Max.Init.Retransmits times",
    ],
  },
  {
    id: "5.1.5-1",
    level: "MAY",
    statement: "The time in the cookie may tell which secret it was made with (1).",
    implemented: ["src/stack/establishment/state-cookie.ts#open"],
    tested: [
      "test/stack/establishment/state-cookie.test.ts: the secret changes hourly, and the one before serves the cookies on their way",
    ],
    note: "a number in the cookie tells it instead",
  },
  {
    id: "5.1.5-2",
    level: "MUST",
    statement: "A cookie whose secret is gone is discarded silently with its packet (1).",
    implemented: [
      "src/stack/establishment/state-cookie.ts#open",
      "src/stack/establishment/accept-cookie.ts#acceptCookie",
    ],
    tested: [
      "test/stack/establishment/state-cookie.test.ts: a cookie whose secret is gone is discarded silently",
    ],
  },
  {
    id: "5.1.5-3",
    level: "MUST",
    statement: "A cookie whose authentication code is wrong is discarded silently with its packet (2).",
    implemented: [
      "src/stack/establishment/state-cookie.ts#open",
      "src/stack/establishment/accept-cookie.ts#acceptCookie",
    ],
    tested: [
      "test/stack/establishment/state-cookie.test.ts: a cookie of which any byte was changed is discarded with its whole packet",
    ],
  },
  {
    id: "5.1.5-4",
    level: "MUST",
    statement: "A cookie for other ports or another tag than those of its packet is discarded silently (3).",
    implemented: ["src/stack/establishment/accept-cookie.ts#matchesPacket"],
    tested: [
      "test/stack/establishment/state-cookie.test.ts: a cookie in a packet with other ports or another tag is discarded",
    ],
  },
  {
    id: "5.1.5-5",
    level: "SHOULD",
    statement: "A cookie that is too old is discarded with its packet (4).",
    implemented: ["src/stack/establishment/accept-cookie.ts#acceptCookie"],
    tested: [
      "test/stack/establishment/state-cookie.test.ts: a cookie that is too old is answered with Stale Cookie and how old it is",
    ],
  },
  {
    id: "5.1.5-6",
    level: "MUST",
    statement: "It is answered with ERROR, Stale Cookie (4).",
    implemented: ["src/stack/establishment/accept-cookie.ts#acceptCookie"],
    tested: [
      "test/stack/establishment/state-cookie.test.ts: a cookie that is too old is answered with Stale Cookie and how old it is",
    ],
  },
  {
    id: "5.1.5-7",
    level: "rule",
    statement: "A valid cookie creates the association in ESTABLISHED (5).",
    implemented: ["src/stack/establishment/accept-cookie.ts#createAssociation"],
    tested: [
      "test/stack/establishment/state-cookie.test.ts: a valid cookie creates the association, and COOKIE ACK answers",
    ],
  },
  {
    id: "5.1.5-8",
    level: "MAY",
    statement: "COOKIE ACK may be bundled with DATA or SACK (6).",
    implemented: ["src/stack/bundling.ts#openPacket"],
    tested: [
      "test/stack/establishment/state-cookie.test.ts: DATA beside COOKIE ECHO is acknowledged at once, behind the COOKIE ACK",
    ],
  },
  {
    id: "5.1.5-9",
    level: "MUST",
    statement: "COOKIE ACK is the first chunk of its packet (6).",
    implemented: ["src/stack/control-queue.ts#addFirst"],
    tested: [
      "test/stack/establishment/state-cookie.test.ts: DATA beside COOKIE ECHO is acknowledged at once, behind the COOKIE ACK",
    ],
  },
  {
    id: "5.1.5-10",
    level: "SHOULD",
    statement: "DATA beside COOKIE ECHO is acknowledged at once, what follows by the rules of §6.2 (7).",
    implemented: ["src/stack/stack.ts#handleCookieEcho", "src/stack/rx/sack-timing.ts#handlePacketWithData"],
    tested: [
      "test/stack/establishment/state-cookie.test.ts: DATA beside COOKIE ECHO is acknowledged at once, behind the COOKIE ACK",
    ],
  },
  {
    id: "5.1.5-11",
    level: "MUST",
    statement: "A SACK stands behind the COOKIE ACK in its packet (7).",
    implemented: ["src/stack/bundling.ts#openPacket"],
    tested: [
      "test/stack/establishment/state-cookie.test.ts: DATA beside COOKIE ECHO is acknowledged at once, behind the COOKIE ACK",
    ],
  },
  {
    id: "5.1.5-12",
    level: "SHOULD",
    statement: "Where an association exists already, §5.2 says what is done.",
    implemented: ["src/stack/establishment/accept-cookie.ts#applyResolution"],
    tested: [
      "test/stack/establishment/duplicate-chunks.test.ts: a forged cookie does not touch the association",
    ],
  },
  {
    id: "5.1.6-1",
    level: "rule",
    statement: "INIT and COOKIE ECHO are repeated as they were, Max.Init.Retransmits times.",
    implemented: ["src/stack/establishment/initiate.ts#handleT1"],
    tested: [
      "test/stack/establishment/initiate.test.ts: INIT is repeated unchanged, each time after twice as long",
    ],
  },
  {
    id: "5.1.6-2",
    level: "MUST",
    statement: "The time-out of a repeated INIT follows §6.3.",
    implemented: [
      "src/stack/establishment/initiate.ts#handleT1",
      "src/stack/paths/retransmission-timeout.ts#backOff",
    ],
    tested: [
      "test/stack/establishment/initiate.test.ts: INIT is repeated unchanged, each time after twice as long",
    ],
  },
];
