import type { Statement } from "./statement.js";

/** RFC 9260 §9.2: shutdown. */
export const rfc9260ShutdownStatements: readonly Statement[] = [
  {
    id: "9.2-1",
    level: "rule",
    statement:
      "The user's SHUTDOWN leads to SHUTDOWN-PENDING, where nothing new is taken and lost data is still repeated, until all is acknowledged.",
    implemented: [
      "src/stack/termination/shutdown.ts#shutDown",
      "src/stack/termination/shutdown.ts#advanceShutdown",
    ],
    tested: [
      "test/stack/termination/shutdown.test.ts: in SHUTDOWN-PENDING no message is taken, and SHUTDOWN waits for the acknowledgement",
      "test/stack/termination/shutdown.test.ts: with data on both ways and loss everything arrives before the end, on both sides",
    ],
  },
  {
    id: "9.2-2",
    level: "rule",
    statement: "SHUTDOWN tells the last TSN in sequence that has come from the peer.",
    implemented: ["src/stack/termination/shutdown.ts#sendShutdown"],
    tested: [
      "test/stack/termination/shutdown.test.ts: in SHUTDOWN-SENT each packet with DATA is answered at once with SHUTDOWN",
    ],
  },
  {
    id: "9.2-3",
    level: "SHOULD",
    statement: "With SHUTDOWN the T2-shutdown timer starts, and the state is SHUTDOWN-SENT.",
    implemented: [
      "src/stack/termination/shutdown.ts#advanceShutdown",
      "src/stack/termination/shutdown.ts#sendShutdown",
    ],
    tested: [
      "test/stack/termination/shutdown.test.ts: SHUTDOWN, SHUTDOWN ACK and SHUTDOWN COMPLETE end an idle association",
      "test/stack/termination/shutdown.test.ts: T2-shutdown repeats SHUTDOWN Association.Max.Retrans times, then the peer is unreachable",
    ],
  },
  {
    id: "9.2-4",
    level: "MUST",
    statement: "When it expires, SHUTDOWN leaves again with the last TSN that has come by then.",
    implemented: [
      "src/stack/termination/shutdown.ts#handleT2Shutdown",
      "src/stack/termination/shutdown.ts#sendShutdown",
    ],
    tested: [
      "test/stack/termination/shutdown.test.ts: T2-shutdown repeats SHUTDOWN Association.Max.Retrans times, then the peer is unreachable",
      "test/stack/termination/shutdown.test.ts: in SHUTDOWN-SENT each packet with DATA is answered at once with SHUTDOWN",
    ],
  },
  {
    id: "9.2-5",
    level: "MUST",
    statement: "T2-shutdown takes the RTO of its path, which each expiry doubles.",
    implemented: [
      "src/stack/termination/shutdown.ts#handleT2Shutdown",
      "src/stack/paths/retransmission-timeout.ts#backOff",
    ],
    tested: [
      "test/stack/termination/shutdown.test.ts: T2-shutdown repeats SHUTDOWN Association.Max.Retrans times, then the peer is unreachable",
    ],
  },
  {
    id: "9.2-6",
    level: "MAY",
    statement: "A SACK in the same packet tells of gaps.",
    implemented: ["src/stack/bundling.ts#bundleSack"],
    tested: [
      "test/stack/termination/shutdown.test.ts: in SHUTDOWN-SENT each packet with DATA is answered at once with SHUTDOWN",
    ],
  },
  {
    id: "9.2-7",
    level: "SHOULD",
    statement: "SHUTDOWN is repeated Association.Max.Retrans times at the most.",
    implemented: ["src/stack/termination/shutdown.ts#handleT2Shutdown"],
    tested: [
      "test/stack/termination/shutdown.test.ts: T2-shutdown repeats SHUTDOWN Association.Max.Retrans times, then the peer is unreachable",
    ],
  },
  {
    id: "9.2-8",
    level: "SHOULD",
    times: 2,
    statement: "After that the association is forgotten, and the user told that the peer cannot be reached.",
    implemented: [
      "src/stack/termination/shutdown.ts#handleT2Shutdown",
      "src/stack/termination/abort.ts#endAssociation",
    ],
    tested: [
      "test/stack/termination/shutdown.test.ts: T2-shutdown repeats SHUTDOWN Association.Max.Retrans times, then the peer is unreachable",
    ],
  },
  {
    id: "9.2-9",
    level: "SHOULD",
    statement: "Any packet of the peer's begins that count, and the timer, anew.",
    implemented: ["src/stack/termination/shutdown.ts#packetReceivedInShutdownSent"],
    tested: [
      "test/stack/termination/shutdown.test.ts: any packet from the peer clears the count of T2-shutdown, and its timer begins anew",
    ],
  },
  {
    id: "9.2-10",
    level: "rule",
    statement:
      "Who receives SHUTDOWN takes no more messages, is in SHUTDOWN-RECEIVED, and looks at the Cumulative TSN Ack for what is still outstanding.",
    implemented: [
      "src/stack/termination/shutdown.ts#handleShutdown",
      "src/stack/packet-handling.ts#handleShutdownChunk",
    ],
    tested: [
      "test/stack/termination/shutdown.test.ts: SHUTDOWN acknowledges like a SACK; the state waits for what is still outstanding",
    ],
  },
  {
    id: "9.2-11",
    level: "MUST",
    times: 2,
    statement:
      "In SHUTDOWN-RECEIVED the user's shutdown changes nothing, and further SHUTDOWN chunks are processed.",
    implemented: [
      "src/stack/termination/shutdown.ts#shutDown",
      "src/stack/packet-handling.ts#handleShutdownChunk",
    ],
    tested: [
      "test/stack/termination/shutdown.test.ts: SHUTDOWN acknowledges like a SACK; the state waits for what is still outstanding",
    ],
  },
  {
    id: "9.2-12",
    level: "MUST",
    statement: "There what is outstanding is sent and repeated as ever until it is acknowledged.",
    implemented: [
      "src/stack/association-state.ts#maySendData",
      "src/stack/termination/shutdown.ts#advanceShutdown",
    ],
    tested: [
      "test/stack/termination/shutdown.test.ts: SHUTDOWN acknowledges like a SACK; the state waits for what is still outstanding",
      "test/stack/termination/shutdown.test.ts: with data on both ways and loss everything arrives before the end, on both sides",
    ],
  },
  {
    id: "9.2-13",
    level: "MUST NOT",
    statement: "There no new message of the user's is taken.",
    implemented: [
      "src/stack/association-state.ts#acceptsUserMessages",
      "src/stack/association.ts#acceptsMessages",
    ],
    tested: [
      "test/stack/termination/shutdown.test.ts: SHUTDOWN acknowledges like a SACK; the state waits for what is still outstanding",
      "test/contract/ending.ts: after the peer's SHUTDOWN a send is ESHUTDOWN, after the end EPIPE",
    ],
  },
  {
    id: "9.2-14",
    level: "MUST",
    statement:
      "In SHUTDOWN-SENT every packet with DATA is answered at once with SHUTDOWN, and T2-shutdown starts anew.",
    implemented: ["src/stack/termination/shutdown.ts#packetReceivedInShutdownSent"],
    tested: [
      "test/stack/termination/shutdown.test.ts: in SHUTDOWN-SENT each packet with DATA is answered at once with SHUTDOWN",
    ],
  },
  {
    id: "9.2-15",
    level: "MUST",
    statement: "Where SHUTDOWN cannot say all of it, because of gaps or duplicates, a SACK goes with it.",
    implemented: ["src/stack/rx/data-reception.ts#packetWithDataEnded", "src/stack/bundling.ts#bundleSack"],
    tested: [
      "test/stack/termination/shutdown.test.ts: in SHUTDOWN-SENT each packet with DATA is answered at once with SHUTDOWN",
    ],
  },
  {
    id: "9.2-16",
    level: "MAY",
    statement: "A T5-shutdown-guard timer bounds the whole shutdown.",
    implemented: ["src/stack/termination/shutdown.ts#advanceShutdown"],
    tested: [
      "test/stack/termination/shutdown.test.ts: T5-shutdown-guard aborts after five times RTO.Max, however the peer keeps us waiting",
    ],
  },
  {
    id: "9.2-17",
    level: "SHOULD",
    statement: "When it expires, the association is ended with ABORT.",
    implemented: ["src/stack/termination/shutdown.ts#handleT5ShutdownGuard"],
    tested: [
      "test/stack/termination/shutdown.test.ts: T5-shutdown-guard aborts after five times RTO.Max, however the peer keeps us waiting",
    ],
  },
  {
    id: "9.2-18",
    level: "SHOULD",
    statement: "It is set to the value recommended.",
    implemented: ["src/stack/termination/shutdown.ts#SHUTDOWN_GUARD_RTO_MAX"],
    tested: [
      "test/stack/termination/shutdown.test.ts: T5-shutdown-guard aborts after five times RTO.Max, however the peer keeps us waiting",
    ],
  },
  {
    id: "9.2-19",
    level: "RECOMMENDED",
    statement: "That value is five times RTO.Max.",
    implemented: ["src/stack/termination/shutdown.ts#SHUTDOWN_GUARD_RTO_MAX"],
    tested: [
      "test/stack/termination/shutdown.test.ts: T5-shutdown-guard aborts after five times RTO.Max, however the peer keeps us waiting",
    ],
  },
  {
    id: "9.2-20",
    level: "MUST",
    statement:
      "Who has received SHUTDOWN and has nothing outstanding answers SHUTDOWN ACK, starts T2-shutdown, and is in SHUTDOWN-ACK-SENT.",
    implemented: ["src/stack/termination/shutdown.ts#enterShutdownAckSent"],
    tested: [
      "test/stack/termination/shutdown.test.ts: SHUTDOWN acknowledges like a SACK; the state waits for what is still outstanding",
      "test/stack/termination/shutdown.test.ts: T2-shutdown repeats SHUTDOWN ACK as often, then the peer is unreachable",
    ],
  },
  {
    id: "9.2-21",
    level: "MUST",
    statement: "When T2-shutdown expires there, SHUTDOWN ACK leaves again.",
    implemented: ["src/stack/termination/shutdown.ts#handleT2Shutdown"],
    tested: [
      "test/stack/termination/shutdown.test.ts: T2-shutdown repeats SHUTDOWN ACK as often, then the peer is unreachable",
    ],
  },
  {
    id: "9.2-22",
    level: "SHOULD",
    statement: "SHUTDOWN ACK is repeated Association.Max.Retrans times at the most.",
    implemented: ["src/stack/termination/shutdown.ts#handleT2Shutdown"],
    tested: [
      "test/stack/termination/shutdown.test.ts: T2-shutdown repeats SHUTDOWN ACK as often, then the peer is unreachable",
    ],
  },
  {
    id: "9.2-23",
    level: "SHOULD",
    times: 2,
    statement: "After that the association is forgotten, and the user told that the peer cannot be reached.",
    implemented: [
      "src/stack/termination/shutdown.ts#handleT2Shutdown",
      "src/stack/termination/abort.ts#endAssociation",
    ],
    tested: [
      "test/stack/termination/shutdown.test.ts: T2-shutdown repeats SHUTDOWN ACK as often, then the peer is unreachable",
    ],
  },
  {
    id: "9.2-24",
    level: "MUST",
    statement:
      "The sender of SHUTDOWN answers SHUTDOWN ACK with SHUTDOWN COMPLETE, stops T2-shutdown, and forgets the association.",
    implemented: [
      "src/stack/termination/shutdown.ts#handleShutdownAck",
      "src/stack/termination/abort.ts#completeShutdown",
    ],
    tested: [
      "test/stack/termination/shutdown.test.ts: SHUTDOWN, SHUTDOWN ACK and SHUTDOWN COMPLETE end an idle association",
    ],
  },
  {
    id: "9.2-25",
    level: "SHOULD",
    statement: "SHUTDOWN COMPLETE in any other state than SHUTDOWN-ACK-SENT is discarded.",
    implemented: ["src/stack/termination/shutdown.ts#handleShutdownComplete"],
    tested: ["test/stack/termination/shutdown.test.ts: SHUTDOWN COMPLETE counts in SHUTDOWN-ACK-SENT only"],
  },
  {
    id: "9.2-26",
    level: "SHOULD",
    statement: "In SHUTDOWN-ACK-SENT it stops T2-shutdown and ends the association.",
    implemented: [
      "src/stack/termination/shutdown.ts#handleShutdownComplete",
      "src/stack/termination/abort.ts#completeShutdown",
    ],
    tested: [
      "test/stack/termination/shutdown.test.ts: SHUTDOWN, SHUTDOWN ACK and SHUTDOWN COMPLETE end an idle association",
    ],
  },
  {
    id: "9.2-27",
    level: "SHOULD",
    statement: "Before the shutdown begins, everything outstanding has been acknowledged.",
    implemented: ["src/stack/termination/shutdown.ts#hasNothingToDeliver"],
    tested: [
      "test/stack/termination/shutdown.test.ts: in SHUTDOWN-PENDING no message is taken, and SHUTDOWN waits for the acknowledgement",
    ],
  },
  {
    id: "9.2-28",
    level: "SHOULD",
    statement: "In the four states of a shutdown the user's new messages are refused.",
    implemented: [
      "src/stack/association-state.ts#acceptsUserMessages",
      "src/stack/association.ts#acceptsMessages",
    ],
    tested: [
      "test/stack/termination/shutdown.test.ts: in SHUTDOWN-PENDING no message is taken, and SHUTDOWN waits for the acknowledgement",
      "test/stack/termination/shutdown.test.ts: SHUTDOWN acknowledges like a SACK; the state waits for what is still outstanding",
      "test/stack/termination/shutdown.test.ts: the end is told once, and commands to what is no more do nothing",
    ],
  },
  {
    id: "9.2-29",
    level: "SHOULD",
    statement:
      "In SHUTDOWN-ACK-SENT an INIT between addresses of the association is discarded, and SHUTDOWN ACK leaves again.",
    implemented: ["src/stack/establishment/answer-init.ts#answerUnexpectedInit"],
    tested: [
      "test/stack/establishment/duplicate-chunks.test.ts: an INIT in SHUTDOWN-ACK-SENT is answered with SHUTDOWN ACK, and T2-shutdown goes on",
      "test/stack/establishment/duplicate-chunks.test.ts: such an INIT from an address that is not the peer's is not told the peer's tag",
    ],
    note: "Not to an address that nobody has shown to be the peer's: the answer would tell it the peer's tag.",
  },
  {
    id: "9.2-30",
    level: "rule",
    statement: "An INIT from the same addresses but another port is about another association.",
    implemented: ["src/stack/endpoint.ts#findAssociationOfAny"],
    tested: [
      "test/stack/validation/verification-tag.test.ts: packets find their association when a peer has several",
    ],
  },
  {
    id: "9.2-31",
    level: "SHOULD",
    statement:
      "In COOKIE-WAIT and COOKIE-ECHOED a SHUTDOWN ACK of an earlier association is answered with SHUTDOWN COMPLETE alone under the tag that it came with; T1 goes on.",
    implemented: [
      "src/stack/stack.ts#handleForeignTag",
      "src/stack/termination/shutdown.ts#handleShutdownAck",
    ],
    tested: [
      "test/stack/establishment/initiate.test.ts: a SHUTDOWN ACK of an earlier association is answered; T1-init goes on",
    ],
  },
  {
    id: "9.2-32",
    level: "SHOULD",
    statement: "In COOKIE-WAIT and COOKIE-ECHOED a SHUTDOWN is discarded silently.",
    implemented: ["src/stack/packet-handling.ts#handleShutdownChunk"],
    tested: [
      "test/stack/establishment/initiate.test.ts: a SHUTDOWN in COOKIE-WAIT and COOKIE-ECHOED is discarded",
    ],
  },
  {
    id: "9.2-33",
    level: "SHOULD",
    statement:
      "A SHUTDOWN in SHUTDOWN-SENT is answered at once with SHUTDOWN ACK, in SHUTDOWN-ACK-SENT, and T2-shutdown starts anew.",
    implemented: ["src/stack/termination/shutdown.ts#handleShutdown"],
    tested: [
      "test/stack/termination/shutdown.test.ts: when both sides shut down at once, each sees a shutdown and both end",
    ],
  },
  {
    id: "9.2-34",
    level: "MUST",
    statement:
      "A SHUTDOWN ACK in SHUTDOWN-ACK-SENT stops T2-shutdown, is answered with SHUTDOWN COMPLETE, and ends the association.",
    implemented: ["src/stack/termination/shutdown.ts#handleShutdownAck"],
    tested: [
      "test/stack/termination/shutdown.test.ts: SHUTDOWN ACK in SHUTDOWN-ACK-SENT is answered with SHUTDOWN COMPLETE under the peer's tag",
    ],
  },
];
