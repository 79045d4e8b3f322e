import type { Statement } from "./statement.js";

/** RFC 9260 §8.4 and §8.5: packets out of the blue, and Verification Tags. */
export const rfc9260ValidationStatements: readonly Statement[] = [
  {
    id: "8.4-1",
    level: "SHOULD",
    statement: "1: what comes from or goes to more than one host is discarded silently.",
    implemented: ["src/stack/validation/out-of-the-blue.ts#isBetweenHosts"],
    tested: [
      "test/stack/validation/out-of-the-blue.test.ts: what comes out of the blue from ${source} is discarded",
      "test/stack/validation/out-of-the-blue.test.ts: what comes out of the blue to a group is discarded",
      "test/stack/establishment/answer-init.test.ts: an INIT to a group is discarded",
    ],
  },
  {
    id: "8.4-2",
    level: "MUST",
    statement: "2: what has an ABORT chunk anywhere is discarded silently.",
    implemented: ["src/stack/validation/out-of-the-blue.ts#judge", "src/stack/stack.ts#handleCookieEcho"],
    tested: [
      "test/stack/validation/out-of-the-blue.test.ts: is discarded because of the ABORT",
      "test/stack/validation/packets-with-abort.test.ts: COOKIE ECHO out of the blue is discarded because of an ABORT behind it",
    ],
  },
  {
    id: "8.4-3",
    level: "SHOULD",
    statement: "3: an INIT under tag 0 is processed by §5.1.",
    implemented: ["src/stack/stack.ts#handleInit"],
    tested: [
      "test/stack/establishment/answer-init.test.ts: an INIT is answered with INIT ACK under its tag, and nothing is kept",
    ],
  },
  {
    id: "8.4-4",
    level: "MUST",
    statement: "3: an ABORT that answers an INIT carries its Initiate Tag, and no T bit.",
    implemented: [
      "src/stack/validation/out-of-the-blue.ts#refuseInit",
      "src/stack/establishment/answer-init.ts#refuse",
    ],
    tested: [
      "test/stack/validation/out-of-the-blue.test.ts: an INIT to a port without endpoint is refused under its tag, T bit not set",
      "test/stack/establishment/answer-init.test.ts: who does not listen answers an INIT with ABORT",
    ],
  },
  {
    id: "8.4-5",
    level: "MUST",
    statement: "4: a COOKIE ECHO that stands first is processed by §5.1.",
    implemented: [
      "src/stack/stack.ts#handleCookieEcho",
      "src/stack/establishment/accept-cookie.ts#acceptCookie",
    ],
    tested: [
      "test/stack/establishment/state-cookie.test.ts: a valid cookie creates the association, and COOKIE ACK answers",
      "test/stack/validation/out-of-the-blue.test.ts: a COOKIE ECHO in front is processed by §5.1.5: a forged one is discarded",
    ],
  },
  {
    id: "8.4-6",
    level: "SHOULD",
    statement: "5: SHUTDOWN ACK is answered with SHUTDOWN COMPLETE.",
    implemented: ["src/stack/validation/out-of-the-blue.ts#judge"],
    tested: [
      "test/stack/validation/out-of-the-blue.test.ts: is answered with SHUTDOWN COMPLETE, its tag reflected",
    ],
  },
  {
    id: "8.4-7",
    level: "MUST",
    statement: "5: that carries the tag of the packet, and the T bit.",
    implemented: ["src/stack/validation/out-of-the-blue.ts#handle"],
    tested: [
      "test/stack/validation/out-of-the-blue.test.ts: is answered with SHUTDOWN COMPLETE, its tag reflected",
    ],
  },
  {
    id: "8.4-8",
    level: "SHOULD",
    statement: "6: SHUTDOWN COMPLETE is discarded silently.",
    implemented: ["src/stack/validation/out-of-the-blue.ts#judge"],
    tested: ["test/stack/validation/out-of-the-blue.test.ts: SHUTDOWN COMPLETE is discarded"],
  },
  {
    id: "8.4-9",
    level: "SHOULD",
    statement: "7: ERROR with Stale Cookie and COOKIE ACK are discarded silently.",
    implemented: [
      "src/stack/validation/out-of-the-blue.ts#judge",
      "src/stack/validation/out-of-the-blue.ts#isStaleCookie",
    ],
    tested: ["test/stack/validation/out-of-the-blue.test.ts: RFC 9260 §8.4 7: ${names(chunks)} is discarded"],
  },
  {
    id: "8.4-10",
    level: "SHOULD",
    statement: "8: anything else is answered with ABORT.",
    implemented: ["src/stack/validation/out-of-the-blue.ts#handle"],
    tested: [
      "test/stack/validation/out-of-the-blue.test.ts: is answered with ABORT, its tag reflected",
      "test/stack/validation/out-of-the-blue.test.ts: a flood out of the blue gets a bounded number of answers per second",
    ],
    note: "So many times a second, and not where ports may be another stack's of the same host.",
  },
  {
    id: "8.4-11",
    level: "MUST",
    statement: "8: that ABORT carries the tag of the packet, and the T bit.",
    implemented: ["src/stack/validation/out-of-the-blue.ts#handle"],
    tested: ["test/stack/validation/out-of-the-blue.test.ts: is answered with ABORT, its tag reflected"],
  },
  {
    id: "8.4-12",
    level: "MUST",
    statement: "8: then the packet is discarded.",
    implemented: ["src/stack/validation/out-of-the-blue.ts#handle"],
    tested: [
      "test/stack/validation/verification-tag.test.ts: the right tag from an address or a port that is not the peer's is out of the blue",
    ],
  },
  {
    id: "8.4-13",
    level: "MUST NOT",
    statement: "8: nothing else follows from it.",
    implemented: ["src/stack/validation/out-of-the-blue.ts#handle"],
    tested: [
      "test/stack/validation/out-of-the-blue.test.ts: no answer to an answer: two stacks never keep each other busy",
      "test/contract/hostile-traffic.test.ts: a flood out of the blue is answered in measure",
    ],
  },
  {
    id: "8.5-1",
    level: "MUST",
    statement: "A packet carries the tag that the peer's INIT or INIT ACK told.",
    implemented: [
      "src/stack/bundling.ts#openPacket",
      "src/stack/establishment/initiate.ts#learnPeer",
      "src/stack/establishment/accept-cookie.ts#takeOver",
    ],
    tested: [
      "test/stack/establishment/initiate.test.ts: INIT ACK is answered with COOKIE ECHO under the tag that it told",
      "test/stack/validation/verification-tag.test.ts: packets find their association when a peer has several",
    ],
  },
  {
    id: "8.5-2",
    level: "MUST",
    statement: "A received packet carries ours.",
    implemented: [
      "src/stack/stack.ts#dispatch",
      "src/stack/validation/verification-tags.ts#VerificationTags",
    ],
    tested: [
      "test/stack/validation/verification-tag.test.ts: under a tag that is not ours is discarded silently",
    ],
  },
  {
    id: "8.5-3",
    level: "MUST",
    statement: "A packet under any other tag is discarded silently, but for the exceptions of §8.5.1.",
    implemented: ["src/stack/stack.ts#handleForeignTag"],
    tested: [
      "test/stack/validation/verification-tag.test.ts: under a tag that is not ours is discarded silently",
      "test/contract/hostile-traffic.test.ts: forged packets of an association move nothing",
    ],
  },
  {
    id: "8.5-4",
    level: "MUST NOT",
    statement: "Nothing else is done with it.",
    implemented: ["src/stack/stack.ts#handleForeignTag"],
    tested: [
      "test/stack/validation/verification-tag.test.ts: under a tag that is not ours is discarded silently",
    ],
  },
  {
    id: "8.5.1-1",
    level: "MUST",
    statement: "A: a packet with INIT carries tag 0.",
    implemented: ["src/stack/establishment/initiate.ts#transmitHandshake"],
    tested: [
      "test/stack/establishment/initiate.test.ts: INIT leaves alone, under tag 0, with a tag of its own",
    ],
  },
  {
    id: "8.5.1-2",
    level: "SHOULD",
    statement: "A: a packet under tag 0 has to consist of an INIT.",
    implemented: ["src/stack/stack.ts#dispatch", "src/wire/packet.ts#bundlingViolation"],
    tested: [
      "test/stack/establishment/answer-init.test.ts: an INIT that shares its packet is discarded, whatever it shares it with",
      "test/stack/establishment/answer-init.test.ts: a packet with tag 0 that is no INIT is discarded silently",
    ],
  },
  {
    id: "8.5.1-3",
    level: "MUST",
    statement: "A: else it is discarded silently.",
    implemented: ["src/stack/stack.ts#dispatch"],
    tested: [
      "test/stack/establishment/answer-init.test.ts: a packet with tag 0 that is no INIT is discarded silently",
    ],
  },
  {
    id: "8.5.1-4",
    level: "MUST",
    statement: "B: ABORT carries the peer's tag where that is known.",
    implemented: ["src/stack/termination/abort.ts#sendLastChunk"],
    tested: ["test/stack/termination/abort.test.ts: the user's ABORT carries the peer's tag and no DATA"],
  },
  {
    id: "8.5.1-5",
    level: "MUST",
    statement: "B: out of the blue ABORT keeps to §8.4.",
    implemented: ["src/stack/validation/out-of-the-blue.ts#handle"],
    tested: ["test/stack/validation/out-of-the-blue.test.ts: is answered with ABORT, its tag reflected"],
  },
  {
    id: "8.5.1-6",
    level: "MUST",
    statement: "B: ABORT is accepted under our tag without the T bit, or under the peer's with it.",
    implemented: ["src/stack/packet-handling.ts#isTagRight", "src/stack/stack.ts#handleForeignTag"],
    tested: ["test/stack/termination/abort.test.ts: RFC 9260 §8.5.1 B: ABORT under"],
  },
  {
    id: "8.5.1-7",
    level: "MUST",
    statement: "B: under any other tag it is discarded silently.",
    implemented: ["src/stack/packet-handling.ts#isTagRight", "src/stack/stack.ts#handleForeignTag"],
    tested: [
      "test/stack/termination/abort.test.ts: RFC 9260 §8.5.1 B: ABORT under",
      "test/stack/termination/abort.test.ts: ABORT with the T bit behind another chunk does not pass for one with our tag",
    ],
  },
  {
    id: "8.5.1-8",
    level: "MUST",
    statement: "C: SHUTDOWN COMPLETE from who has a TCB carries the peer's tag.",
    implemented: ["src/stack/termination/shutdown.ts#handleShutdownAck"],
    tested: [
      "test/stack/termination/shutdown.test.ts: SHUTDOWN ACK in SHUTDOWN-ACK-SENT is answered with SHUTDOWN COMPLETE under the peer's tag",
    ],
  },
  {
    id: "8.5.1-9",
    level: "MUST NOT",
    statement: "C: it has no T bit then.",
    implemented: ["src/stack/termination/shutdown.ts#handleShutdownAck"],
    tested: [
      "test/stack/termination/shutdown.test.ts: SHUTDOWN ACK in SHUTDOWN-ACK-SENT is answered with SHUTDOWN COMPLETE under the peer's tag",
    ],
  },
  {
    id: "8.5.1-10",
    level: "SHOULD",
    statement: "C: without a TCB it carries the tag of the SHUTDOWN ACK.",
    implemented: ["src/stack/validation/out-of-the-blue.ts#handle"],
    tested: [
      "test/stack/validation/out-of-the-blue.test.ts: is answered with SHUTDOWN COMPLETE, its tag reflected",
    ],
  },
  {
    id: "8.5.1-11",
    level: "MUST",
    statement: "C: it has the T bit then.",
    implemented: ["src/stack/validation/out-of-the-blue.ts#handle"],
    tested: [
      "test/stack/validation/out-of-the-blue.test.ts: is answered with SHUTDOWN COMPLETE, its tag reflected",
    ],
  },
  {
    id: "8.5.1-12",
    level: "MUST",
    statement:
      "C: SHUTDOWN COMPLETE is accepted under our tag without the T bit, or under the peer's with it; else it is discarded silently.",
    implemented: ["src/stack/packet-handling.ts#isTagRight", "src/stack/stack.ts#handleForeignTag"],
    tested: ["test/stack/termination/shutdown.test.ts: RFC 9260 §8.5.1 C: SHUTDOWN COMPLETE under"],
  },
  {
    id: "8.5.1-13",
    level: "MUST",
    statement: "C: outside SHUTDOWN-ACK-SENT it is ignored.",
    implemented: ["src/stack/termination/shutdown.ts#handleShutdownComplete"],
    tested: ["test/stack/termination/shutdown.test.ts: SHUTDOWN COMPLETE counts in SHUTDOWN-ACK-SENT only"],
  },
  {
    id: "8.5.1-14",
    level: "MUST",
    statement: "D: COOKIE ECHO carries the Initiate Tag of the INIT ACK.",
    implemented: ["src/stack/establishment/initiate.ts#transmitHandshake"],
    tested: [
      "test/stack/establishment/initiate.test.ts: INIT ACK is answered with COOKIE ECHO under the tag that it told",
    ],
  },
  {
    id: "8.5.1-15",
    level: "rule",
    statement: "D: a received COOKIE ECHO is judged by §5, whatever its tag.",
    implemented: ["src/stack/establishment/accept-cookie.ts#matchesPacket"],
    tested: [
      "test/stack/establishment/state-cookie.test.ts: a cookie in a packet with other ports or another tag is discarded",
    ],
  },
  {
    id: "8.5.1-16",
    level: "SHOULD",
    statement: "E: in COOKIE-WAIT and COOKIE-ECHOED a SHUTDOWN ACK is out of the blue.",
    implemented: [
      "src/stack/stack.ts#handleForeignTag",
      "src/stack/termination/shutdown.ts#handleShutdownAck",
    ],
    tested: [
      "test/stack/establishment/initiate.test.ts: a SHUTDOWN ACK of an earlier association is answered; T1-init goes on",
    ],
  },
];
