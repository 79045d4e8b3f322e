import type { Statement } from "./statement.js";

/** RFC 7496, whole. */
export const rfc7496Statements: readonly Statement[] = [
  {
    id: "3-1",
    level: "REQUIRED",
    statement: "RFC 3758 is there.",
    implemented: ["src/stack/tx/forward-tsn.ts#forwardTsnFor"],
    tested: [
      "test/stack/tx/partial-reliability.test.ts: RFC 3758 §4.1 TR4: a message whose life is over is not sent again",
    ],
  },
  {
    id: "3-2",
    level: "OPTIONAL",
    statement: "These policies are not needed for RFC 3758.",
    leftOut: "They are there.",
  },
  {
    id: "3.1-1",
    level: "MUST",
    statement: "A message is given up when a chunk of it would be sent again more often than allowed.",
    implemented: ["src/stack/tx/partial-reliability.ts#nextTsnToRetransmit"],
    tested: [
      "test/stack/tx/partial-reliability.test.ts: RFC 7496 §3.1: a chunk is sent again as often as allowed, fast and after time-outs, and not once more",
    ],
  },
  {
    id: "3.1-2",
    level: "MUST",
    statement: "All else that follows from a loss is done.",
    implemented: ["src/stack/tx/data-transmission.ts#handleT3"],
    tested: [
      "test/stack/tx/partial-reliability.test.ts: RFC 7496 §3.1: with no retransmission allowed, a chunk found lost by SACKs is skipped, and cwnd is halved",
      "test/stack/tx/partial-reliability.test.ts: RFC 7496 §3.1: thresholds hold as ever",
    ],
  },
  {
    id: "3.1-3",
    level: "MAY",
    statement: "None may be allowed.",
    implemented: ["src/stack/tx/partial-reliability.ts#nextTsnToRetransmit"],
    tested: [
      "test/stack/tx/partial-reliability.test.ts: RFC 7496 §3.1: with no retransmission allowed, a chunk found lost by SACKs is skipped, and cwnd is halved",
    ],
  },
  {
    id: "3.2-1",
    level: "MAY",
    statement: "Messages of lower priority make room in the send buffer for one of higher priority.",
    implemented: ["src/stack/tx/partial-reliability.ts#makeRoom"],
    tested: [
      "test/stack/tx/partial-reliability.test.ts: RFC 7496 §3.2: messages of lower priority make room, the lowest first, and of those the youngest",
      "test/contract/partial-reliability.ts: RFC 7496 §3.2: SCTP_PR_SCTP_PRIO makes room for more important messages",
    ],
  },
  {
    id: "4.2-1",
    level: "rule",
    statement: "sctp_prinfo takes SCTP_PR_SCTP_RTX and SCTP_PR_SCTP_PRIO.",
    implemented: ["src/userland/reliability.ts#reliabilityOf"],
    tested: [
      "test/contract/partial-reliability.ts: RFC 6458 §5.3.7: a message in time arrives, whatever its policy is",
    ],
  },
  {
    id: "4.3-1",
    level: "rule",
    statement:
      "SCTP_PR_STREAM_STATUS counts the messages of a stream that were given up, sent or unsent, once each.",
    implemented: [
      "src/userland/options/partial-reliability-options.ts#SCTP_PR_STREAM_STATUS",
      "src/stack/tx/abandoned-messages.ts#countOf",
    ],
    tested: [
      "test/stack/tx/partial-reliability.test.ts: RFC 7496 §4.3, §4.4: messages given up are counted by stream and policy, once each, sent or unsent",
      "test/contract/option-cases/partial-reliability.ts: RFC 7496 §4.3: SCTP_PR_STREAM_STATUS keeps to its rules",
    ],
  },
  {
    id: "4.4-1",
    level: "rule",
    statement: "SCTP_PR_ASSOC_STATUS counts those of an association.",
    implemented: ["src/userland/options/partial-reliability-options.ts#SCTP_PR_ASSOC_STATUS"],
    tested: [
      "test/stack/tx/partial-reliability.test.ts: RFC 7496 §4.3, §4.4: messages given up are counted by stream and policy, once each, sent or unsent",
      "test/contract/option-cases/partial-reliability.ts: RFC 7496 §4.4: SCTP_PR_ASSOC_STATUS keeps to its rules",
    ],
  },
  {
    id: "4.5-1",
    level: "rule",
    statement:
      "SCTP_PR_SUPPORTED switches partial reliability for associations to come, and tells of those that there are.",
    implemented: ["src/userland/options/partial-reliability-options.ts#SCTP_PR_SUPPORTED"],
    tested: [
      "test/contract/partial-reliability.ts: RFC 7496 §4.5: SCTP_PR_SUPPORTED tells what both sides have agreed on",
      "test/contract/option-cases/partial-reliability.ts: RFC 7496 §4.5: SCTP_PR_SUPPORTED keeps to its rules",
    ],
  },
];
