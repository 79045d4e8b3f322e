import type { Statement } from "./statement.js";

/** RFC 3758 up to §3.4: what goes over the wire, and how it is agreed upon. */
export const rfc3758FormatStatements: readonly Statement[] = [
  {
    id: "2-1",
    level: "MUST",
    statement: "The key word is used as RFC 2119 defines it.",
    leftOut: "It says how the key words are to be read.",
  },
  {
    id: "2-2",
    level: "MUST NOT",
    statement: "The key word is used as RFC 2119 defines it.",
    leftOut: "It says how the key words are to be read.",
  },
  {
    id: "2-3",
    level: "REQUIRED",
    statement: "The key word is used as RFC 2119 defines it.",
    leftOut: "It says how the key words are to be read.",
  },
  {
    id: "2-4",
    level: "SHALL",
    statement: "The key word is used as RFC 2119 defines it.",
    leftOut: "It says how the key words are to be read.",
  },
  {
    id: "2-5",
    level: "SHALL NOT",
    statement: "The key word is used as RFC 2119 defines it.",
    leftOut: "It says how the key words are to be read.",
  },
  {
    id: "2-6",
    level: "SHOULD",
    statement: "The key word is used as RFC 2119 defines it.",
    leftOut: "It says how the key words are to be read.",
  },
  {
    id: "2-7",
    level: "SHOULD NOT",
    statement: "The key word is used as RFC 2119 defines it.",
    leftOut: "It says how the key words are to be read.",
  },
  {
    id: "2-8",
    level: "RECOMMENDED",
    statement: "The key word is used as RFC 2119 defines it.",
    leftOut: "It says how the key words are to be read.",
  },
  {
    id: "2-9",
    level: "NOT RECOMMENDED",
    statement: "The key word is used as RFC 2119 defines it.",
    leftOut: "It says how the key words are to be read.",
  },
  {
    id: "2-10",
    level: "MAY",
    statement: "The key word is used as RFC 2119 defines it.",
    leftOut: "It says how the key words are to be read.",
  },
  {
    id: "2-11",
    level: "OPTIONAL",
    statement: "The key word is used as RFC 2119 defines it.",
    leftOut: "It says how the key words are to be read.",
  },
  {
    id: "3.1-1",
    level: "OPTIONAL",
    times: 3,
    statement: "INIT and INIT ACK may carry Forward-TSN-Supported.",
    implemented: ["src/stack/establishment/extensions.ts#extensionParameters"],
    tested: [
      "test/contract/partial-reliability.ts: RFC 7496 §4.5: SCTP_PR_SUPPORTED tells what both sides have agreed on",
    ],
  },
  {
    id: "3.1-2",
    level: "MAY",
    statement: "An endpoint tells its peer so that it can handle FORWARD TSN.",
    implemented: ["src/stack/establishment/extensions.ts#extensionParameters"],
    tested: [
      "test/contract/partial-reliability.ts: RFC 7496 §4.5: SCTP_PR_SUPPORTED tells what both sides have agreed on",
    ],
  },
  {
    id: "3.1-3",
    level: "SHOULD NOT",
    statement: "3.2: a FORWARD TSN is about chunks that are not to be sent any more.",
    implemented: ["src/stack/tx/forward-tsn.ts#advancePeerAckPoint"],
    tested: [
      "test/stack/tx/partial-reliability.test.ts: RFC 3758 §3.5 C1, C2: the Advanced.Peer.Ack.Point passes what was given up, and nothing else",
    ],
  },
  {
    id: "3.1-4",
    level: "MUST",
    times: 1,
    statement: "3.2: what is missing up to the New Cumulative TSN counts as received and is no gap any more.",
    implemented: ["src/stack/rx/data-tracker.ts#skipTo"],
    tested: [
      "test/stack/rx/forward-tsn.test.ts: RFC 3758 §3.6: what is skipped counts as received, whatever had arrived around it",
      "test/stack/rx/forward-tsn.test.ts: RFC 3758 §3.6: the example: the cumulative TSN point goes to 103 and further on to 105",
    ],
  },
  {
    id: "3.1-5",
    level: "MUST NOT",
    statement: "3.2: unordered chunks are not named in the list of streams.",
    implemented: ["src/stack/tx/forward-tsn.ts#forwardTsnFor"],
    tested: [
      "test/stack/tx/partial-reliability.test.ts: RFC 3758 §3.5 C4: a stream is named once, with its highest number, and unordered messages not at all",
    ],
  },
  {
    id: "3.1-6",
    level: "MUST",
    statement: "3.2: ordered chunks are.",
    implemented: ["src/stack/tx/forward-tsn.ts#forwardTsnFor"],
    tested: [
      "test/stack/tx/partial-reliability.test.ts: RFC 3758 §3.5 C4: a stream is named once, with its highest number, and unordered messages not at all",
    ],
  },
  {
    id: "3.3.1-1",
    level: "MAY",
    statement: "INIT carries the parameter where the endpoint supports FORWARD TSN.",
    implemented: ["src/stack/establishment/extensions.ts#extensionParameters"],
    tested: [
      "test/contract/partial-reliability.ts: RFC 7496 §4.5: SCTP_PR_SUPPORTED tells what both sides have agreed on",
    ],
  },
  {
    id: "3.3.1-2",
    level: "MUST",
    statement: "Who has left it out handles no FORWARD TSN and answers one with ERROR.",
    implemented: [
      "src/stack/validation/error-chunks.ts#handleUnknownChunk",
      "src/stack/establishment/extensions.ts#commonExtensions",
    ],
    tested: [
      "test/stack/rx/forward-tsn.test.ts: where it was not agreed upon, it is an unknown chunk that wants to be reported",
      "test/stack/tx/partial-reliability.test.ts: RFC 3758 §3.3.1: who does not offer it gives nothing up that has been sent",
    ],
  },
  {
    id: "3.3.2-1",
    level: "MUST",
    times: 2,
    statement: "Who does not know the parameter of an INIT, or of an INIT ACK, treats it as unknown.",
    leftOut: "This stack knows it.",
  },
  {
    id: "3.3.2-2",
    level: "MAY",
    statement: "INIT ACK carries the parameter where the INIT did.",
    implemented: ["src/stack/establishment/extensions.ts#extensionParameters"],
    tested: [
      "test/contract/partial-reliability.ts: RFC 7496 §4.5: SCTP_PR_SUPPORTED tells what both sides have agreed on",
    ],
  },
  {
    id: "3.3.2-3",
    level: "MUST",
    statement: "Who has left it out of the INIT ACK handles no FORWARD TSN and answers one with ERROR.",
    implemented: ["src/stack/validation/error-chunks.ts#handleUnknownChunk"],
    tested: [
      "test/stack/rx/forward-tsn.test.ts: where it was not agreed upon, it is an unknown chunk that wants to be reported",
    ],
  },
  {
    id: "3.3.2-4",
    level: "MAY",
    statement: "INIT ACK carries the parameter where the INIT did not.",
    implemented: ["src/stack/establishment/extensions.ts#extensionParameters"],
    tested: [
      "test/contract/partial-reliability.ts: RFC 7496 §4.5: SCTP_PR_SUPPORTED tells what both sides have agreed on",
    ],
  },
  {
    id: "3.3.2-5",
    level: "SHOULD",
    statement: "That the peer does not support FORWARD TSN is recorded.",
    implemented: ["src/stack/establishment/extensions.ts#commonExtensions"],
    tested: [
      "test/stack/tx/partial-reliability.test.ts: RFC 3758 §3.3.2: to a peer that knows no FORWARD TSN, what has been sent is delivered reliably",
    ],
  },
  {
    id: "3.3.2-6",
    level: "MUST NOT",
    statement: "Such a peer gets no FORWARD TSN.",
    implemented: ["src/stack/tx/partial-reliability.ts#mayAbandon"],
    tested: [
      "test/stack/tx/partial-reliability.test.ts: RFC 3758 §3.3.2: to a peer that knows no FORWARD TSN, what has been sent is delivered reliably",
    ],
  },
  {
    id: "3.3.2-7",
    level: "SHOULD",
    statement: "The upper layer can learn of it.",
    implemented: ["src/stack/association.ts#hasPartialReliability"],
    tested: [
      "test/contract/partial-reliability.ts: RFC 7496 §4.5: SCTP_PR_SUPPORTED tells what both sides have agreed on",
    ],
  },
  {
    id: "3.3.3-1",
    level: "SHOULD",
    statement: "The upper layer learns that the peer does not know the parameter.",
    implemented: ["src/stack/association.ts#hasPartialReliability"],
    tested: [
      "test/contract/partial-reliability.ts: RFC 7496 §4.5: SCTP_PR_SUPPORTED tells what both sides have agreed on",
    ],
    note: 'A peer that reports the parameter has not offered it itself; the report is an event "remote error" too.',
  },
  {
    id: "3.3.3-2",
    level: "MUST",
    statement: "2: an association that goes on counts as one without partial reliability.",
    implemented: ["src/stack/establishment/extensions.ts#commonExtensions"],
    tested: [
      "test/stack/tx/partial-reliability.test.ts: RFC 3758 §3.3.2: to a peer that knows no FORWARD TSN, what has been sent is delivered reliably",
    ],
  },
  {
    id: "3.3.3-3",
    level: "SHOULD",
    statement: "2: that the peer does not support FORWARD TSN is noted.",
    implemented: ["src/stack/establishment/extensions.ts#commonExtensions"],
    tested: [
      "test/stack/tx/partial-reliability.test.ts: RFC 3758 §3.3.2: to a peer that knows no FORWARD TSN, what has been sent is delivered reliably",
    ],
  },
  {
    id: "3.3.3-4",
    level: "MUST NOT",
    statement: "2: it gets none.",
    implemented: ["src/stack/tx/partial-reliability.ts#mayAbandon"],
    tested: [
      "test/stack/tx/partial-reliability.test.ts: RFC 3758 §3.3.2: to a peer that knows no FORWARD TSN, what has been sent is delivered reliably",
    ],
  },
  {
    id: "3.4-1",
    level: "MAY",
    statement: "A sender may find that a chunk is not to be sent any more.",
    implemented: [
      "src/stack/tx/partial-reliability.ts#nextMessageToSend",
      "src/stack/tx/partial-reliability.ts#nextTsnToRetransmit",
    ],
    tested: [
      "test/stack/tx/partial-reliability.test.ts: RFC 3758 §4.1 TR4: a message whose life is over is not sent again",
    ],
  },
  {
    id: "3.4-2",
    level: "SHOULD NOT",
    statement: "Such a chunk is not sent again.",
    implemented: ["src/stack/tx/partial-reliability.ts#nextTsnToRetransmit"],
    tested: [
      "test/stack/tx/partial-reliability.test.ts: RFC 3758 §4.1 TR4: a message whose life is over is not sent again",
    ],
  },
];
