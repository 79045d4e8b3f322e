import type { Statement } from "./statement.js";

/** RFC 3758 §3.5 to §4: sender, receiver and services. */
export const rfc3758ProcedureStatements: readonly Statement[] = [
  {
    id: "3.5-1",
    level: "SHOULD",
    statement: "A2: chunks with a TSN are given up as the policy says.",
    implemented: ["src/stack/tx/partial-reliability.ts#nextTsnToRetransmit"],
    tested: [
      "test/stack/tx/partial-reliability.test.ts: RFC 3758 §4.1 TR4: a message whose life is over is not sent again",
    ],
  },
  {
    id: "3.5-2",
    level: "MUST",
    statement: "A2: they count as acknowledged and are no longer outstanding.",
    implemented: ["src/stack/tx/retransmission-queue.ts#abandon"],
    tested: [
      "test/stack/tx/partial-reliability.test.ts: RFC 3758 §3.5 A2: what was given up is no longer outstanding, and its acknowledgement opens no window",
    ],
  },
  {
    id: "3.5-3",
    level: "MUST NOT",
    times: 2,
    statement: "A2: they add neither to partial_bytes_acked nor to cwnd.",
    implemented: ["src/stack/tx/retransmission-queue.ts#passAbandoned"],
    tested: [
      "test/stack/tx/partial-reliability.test.ts: RFC 3758 §3.5 A2: what was given up is no longer outstanding, and its acknowledgement opens no window",
    ],
  },
  {
    id: "3.5-4",
    level: "MUST",
    statement: "A3: with one chunk all others of its message are given up.",
    implemented: [
      "src/stack/tx/partial-reliability.ts#abandon",
      "src/stack/tx/retransmission-queue.ts#abandonRest",
    ],
    tested: [
      "test/stack/tx/partial-reliability.test.ts: RFC 3758 §3.5 A3: a message is given up whole",
      "test/stack/tx/partial-reliability.test.ts: RFC 3758 §3.5 A3: a message of which all that was sent has arrived can be given up, and is skipped",
    ],
  },
  {
    id: "3.5-5",
    level: "MUST",
    times: 2,
    statement: "A4: a SACK is processed as ever first, and what follows for FORWARD TSN then.",
    implemented: ["src/stack/tx/acknowledgement.ts#considerForwardTsn"],
    tested: [
      "test/stack/tx/partial-reliability.test.ts: RFC 3758 §3.5 C1, C2: the Advanced.Peer.Ack.Point passes what was given up, and nothing else",
      "test/stack/tx/partial-reliability.test.ts: RFC 3758 §3.5 C2, C3: a SACK that reaches beyond the point takes it along",
    ],
  },
  {
    id: "3.5-6",
    level: "MUST",
    statement: "C3: a FORWARD TSN is sent where the Advanced.Peer.Ack.Point lies beyond the SACK.",
    implemented: ["src/stack/tx/forward-tsn.ts#considerForwardTsn"],
    tested: [
      "test/stack/tx/partial-reliability.test.ts: RFC 3758 §3.5 C3, F2, F3: SACKs that do not know of a FORWARD TSN repeat it once in a round trip",
      "test/stack/tx/partial-reliability.test.ts: RFC 3758 §3.5 C1, C2: the Advanced.Peer.Ack.Point passes what was given up, and nothing else",
    ],
  },
  {
    id: "3.5-7",
    level: "MAY",
    statement: "C3: it may be delayed as F2 says.",
    leftOut: "It leaves with the next flush.",
  },
  {
    id: "3.5-8",
    level: "MUST",
    statement: "C3: it goes to a confirmed address.",
    implemented: ["src/stack/tx/forward-tsn.ts#forwardTsnDestination"],
    tested: [
      "test/stack/tx/partial-reliability.test.ts: RFC 3758 §3.5 C5, A5: a FORWARD TSN is covered by T3-rtx, and repeated until it is answered",
    ],
  },
  {
    id: "3.5-9",
    level: "MUST",
    times: 2,
    statement: "C4: which of the chunks are ordered is found out, and their streams and numbers are named.",
    implemented: ["src/stack/tx/forward-tsn.ts#forwardTsnFor"],
    tested: [
      "test/stack/tx/partial-reliability.test.ts: RFC 3758 §3.5 C4: a stream is named once, with its highest number, and unordered messages not at all",
    ],
  },
  {
    id: "3.5-10",
    level: "SHOULD",
    statement: "C4: each stream is named once, with its highest number.",
    implemented: ["src/stack/tx/forward-tsn.ts#forwardTsnFor"],
    tested: [
      "test/stack/tx/partial-reliability.test.ts: RFC 3758 §3.5 C4: a stream is named once, with its highest number, and unordered messages not at all",
    ],
  },
  {
    id: "3.5-11",
    level: "SHOULD",
    statement: "C4: what does not fit into one packet is left for later.",
    implemented: ["src/stack/tx/forward-tsn.ts#forwardTsnFor"],
    tested: [
      "test/stack/tx/partial-reliability.test.ts: RFC 3758 §3.5 C4: what one packet cannot hold is told after the peer's answer",
    ],
  },
  {
    id: "3.5-12",
    level: "MUST",
    statement: "C5: a T3-rtx runs while a FORWARD TSN waits for its answer.",
    implemented: ["src/stack/tx/forward-tsn.ts#forwardTsnSent"],
    tested: [
      "test/stack/tx/partial-reliability.test.ts: RFC 3758 §3.5 C5, A5: a FORWARD TSN is covered by T3-rtx, and repeated until it is answered",
    ],
  },
  {
    id: "3.5-13",
    level: "SHOULD",
    statement: "A5: when T3-rtx expires, FORWARD TSN is considered again.",
    implemented: ["src/stack/tx/forward-tsn.ts#repeatForwardTsn"],
    tested: [
      "test/stack/tx/partial-reliability.test.ts: RFC 3758 §3.5 C5, A5: a FORWARD TSN is covered by T3-rtx, and repeated until it is answered",
    ],
  },
  {
    id: "3.5-14",
    level: "MUST NOT",
    statement: "F1: a FORWARD TSN has no other purpose.",
    implemented: ["src/stack/tx/forward-tsn.ts#forwardTsnFor"],
    tested: [
      "test/stack/tx/partial-reliability.test.ts: RFC 3758 §3.5: an association that never gives anything up keeps nothing for it",
    ],
  },
  {
    id: "3.5-15",
    level: "SHOULD",
    statement: "F2: it is bundled with DATA.",
    implemented: ["src/stack/tx/data-transmission.ts#bundleChunks"],
    tested: [
      "test/stack/tx/partial-reliability.test.ts: RFC 3758 §3.5 F2: a FORWARD TSN goes in front of the DATA that may leave",
    ],
  },
  {
    id: "3.5-16",
    level: "MAY",
    statement: "F2: it may be delayed for that.",
    leftOut: "It leaves with the next flush, alone if nothing else may leave.",
  },
  {
    id: "3.5-17",
    level: "SHOULD NOT",
    statement: "F3: no such delay is longer than 200 ms.",
    leftOut: "There is none.",
  },
  {
    id: "3.5-18",
    level: "MUST NOT",
    times: 2,
    statement: "F3: none is longer than 500 ms, and none can be set to be.",
    leftOut: "There is none.",
  },
  {
    id: "3.5-19",
    level: "MAY",
    statement: "F3: the bound may be lower.",
    leftOut: "There is no delay.",
  },
  {
    id: "3.5-20",
    level: "MUST",
    statement: "F4: a SACK is out of date by the Cumulative TSN Ack of the one before.",
    implemented: ["src/stack/tx/retransmission-queue.ts#judge"],
    tested: [
      "test/stack/tx/partial-reliability.test.ts: RFC 3758 §3.5 C3, F2, F3: SACKs that do not know of a FORWARD TSN repeat it once in a round trip",
    ],
  },
  {
    id: "3.5-21",
    level: "MUST NOT",
    statement: "F4: it is not compared with the Advanced.Peer.Ack.Point.",
    implemented: ["src/stack/tx/retransmission-queue.ts#judge"],
    tested: [
      "test/stack/tx/partial-reliability.test.ts: RFC 3758 §3.5 C3, F2, F3: SACKs that do not know of a FORWARD TSN repeat it once in a round trip",
    ],
  },
  {
    id: "3.5-22",
    level: "MUST",
    statement: "F5: congestion control sees the loss of a chunk that was given up.",
    implemented: ["src/stack/tx/retransmission-queue.ts#indicateMiss"],
    tested: [
      "test/stack/tx/partial-reliability.test.ts: RFC 3758 §3.5 F5: a chunk given up on its way, and then found lost, makes the window smaller all the same",
      "test/stack/tx/partial-reliability.test.ts: RFC 7496 §3.1: with no retransmission allowed, a chunk found lost by SACKs is skipped, and cwnd is halved",
    ],
  },
  {
    id: "3.6-1",
    level: "MUST",
    statement: "TSNs are handled as ever.",
    implemented: ["src/stack/rx/data-tracker.ts#receive"],
    tested: [
      "test/stack/rx/forward-tsn.test.ts: RFC 3758 §3.6: what was skipped and arrives after all is a duplicate",
    ],
  },
  {
    id: "3.6-2",
    level: "MUST",
    times: 2,
    statement: "A FORWARD TSN moves the cumulative TSN point to its own, and then over what has arrived.",
    implemented: ["src/stack/rx/data-tracker.ts#skipTo"],
    tested: [
      "test/stack/rx/forward-tsn.test.ts: RFC 3758 §3.6: the example: the cumulative TSN point goes to 103 and further on to 105",
      "test/stack/rx/forward-tsn.test.ts: RFC 3758 §3.6: what is skipped counts as received, whatever had arrived around it",
    ],
  },
  {
    id: "3.6-3",
    level: "MUST",
    statement: "What is missing before it is no longer reported.",
    implemented: ["src/stack/rx/data-tracker.ts#skipTo"],
    tested: [
      "test/stack/rx/forward-tsn.test.ts: RFC 3758 §3.6: the example: the cumulative TSN point goes to 103 and further on to 105",
      "test/stack/rx/forward-tsn.test.ts: RFC 3758 §3.6: what is skipped counts as received, whatever had arrived around it",
    ],
  },
  {
    id: "3.6-4",
    level: "MUST",
    statement: "One at or behind the cumulative TSN point is out of date.",
    implemented: ["src/stack/rx/forward-tsn-reception.ts#handleForwardTsn"],
    tested: [
      "test/stack/rx/forward-tsn.test.ts: RFC 3758 §3.6: a FORWARD TSN that is out of date changes nothing, and is answered with a SACK at once",
    ],
  },
  {
    id: "3.6-5",
    level: "MUST NOT",
    statement: "It moves the point nowhere.",
    implemented: ["src/stack/rx/forward-tsn-reception.ts#handleForwardTsn"],
    tested: [
      "test/stack/rx/forward-tsn.test.ts: RFC 3758 §3.6: a FORWARD TSN that is out of date changes nothing, and is answered with a SACK at once",
    ],
    note: "Its list counts all the same: what was given up stays so, and Linux gives no TSN to a message's rest.",
  },
  {
    id: "3.6-6",
    level: "SHOULD",
    statement: "It is answered with a SACK.",
    implemented: ["src/stack/rx/forward-tsn-reception.ts#handleForwardTsn"],
    tested: [
      "test/stack/rx/forward-tsn.test.ts: RFC 3758 §3.6: a FORWARD TSN that is out of date changes nothing, and is answered with a SACK at once",
    ],
  },
  {
    id: "3.6-7",
    level: "MUST",
    statement: "For SACKs a FORWARD TSN is as good as a DATA chunk.",
    implemented: ["src/stack/rx/forward-tsn-reception.ts#handleForwardTsn"],
    tested: [
      "test/stack/rx/forward-tsn.test.ts: RFC 3758 §3.6: without a gap it is acknowledged as DATA is, every second packet or after SACK.Delay",
    ],
  },
  {
    id: "3.6-8",
    level: "MUST",
    statement: "The streams that it lists deliver what they have up to the number given.",
    implemented: ["src/stack/rx/ordered-data-streams.ts#skip"],
    tested: [
      "test/stack/rx/forward-tsn.test.ts: RFC 3758 §3.6: messages that have waited for one that was given up are delivered at once, in order",
      "test/stack/rx/forward-tsn.test.ts: RFC 3758 §3.6: other streams are not touched",
    ],
  },
  {
    id: "3.6-9",
    level: "SHOULD",
    statement: "That is done at once.",
    implemented: ["src/stack/rx/reassembly-queue.ts#skipMessages"],
    tested: [
      "test/stack/rx/forward-tsn.test.ts: RFC 3758 §3.6: messages that have waited for one that was given up are delivered at once, in order",
    ],
  },
  {
    id: "3.6-10",
    level: "MUST",
    times: 2,
    statement: "Messages that still lack a chunk before the new point are removed.",
    implemented: ["src/stack/rx/reassembly-queue.ts#dropUnfinishable"],
    tested: [
      "test/stack/rx/forward-tsn.test.ts: RFC 3758 §3.6: fragments of a message that lacks some that will not come are dropped, before and behind",
      "test/stack/rx/forward-tsn.test.ts: RFC 3758 §3.6: fragments of unordered messages are dropped as well",
    ],
  },
  {
    id: "3.6-11",
    level: "SHOULD",
    statement: "The upper layer learns that a partial delivery will not be completed.",
    implemented: ["src/stack/rx/reassembly-queue.ts#dropUnfinishable"],
    tested: [
      "test/stack/rx/forward-tsn.test.ts: RFC 3758 §3.6, RFC 6458 §6.1.7: a partial delivery that will not be completed is aborted, and others go on",
    ],
  },
  {
    id: "4.1-1",
    level: "MUST",
    statement: "Without the service a message that has been sent is reliable.",
    implemented: ["src/stack/tx/partial-reliability.ts#mayAbandon"],
    tested: [
      "test/stack/tx/partial-reliability.test.ts: RFC 3758 §3.3.2: to a peer that knows no FORWARD TSN, what has been sent is delivered reliably",
    ],
  },
  {
    id: "4.1-2",
    level: "MUST",
    statement: "TR2: within its life a message is as reliable as others.",
    implemented: ["src/stack/tx/message-reliability.ts#expiresAt"],
    tested: [
      "test/stack/tx/partial-reliability.test.ts: RFC 3758 §4.1 TR2: as long as its life lasts, a message is retransmitted like any other",
    ],
  },
  {
    id: "4.1-3",
    level: "MUST",
    statement: "TR3: the life of a message is looked at before it gets a TSN.",
    implemented: ["src/stack/tx/partial-reliability.ts#nextMessageToSend"],
    tested: [
      "test/stack/tx/partial-reliability.test.ts: RFC 3758 §4.1 TR3: a message whose life is over before it has a TSN is not sent",
    ],
  },
  {
    id: "4.1-4",
    level: "MUST NOT",
    statement: "TR3: one whose life is over gets none.",
    implemented: ["src/stack/tx/partial-reliability.ts#nextMessageToSend"],
    tested: [
      "test/stack/tx/partial-reliability.test.ts: RFC 3758 §4.1 TR3: a message whose life is over before it has a TSN is not sent",
    ],
  },
  {
    id: "4.1-5",
    level: "SHOULD",
    statement: "TR3: the upper layer is told.",
    implemented: ["src/stack/tx/partial-reliability.ts#abandon"],
    tested: [
      "test/stack/tx/partial-reliability.test.ts: RFC 3758 §4.1 TR3: a message whose life is over before it has a TSN is not sent",
      "test/contract/partial-reliability.ts: RFC 6458 §5.3.7, RFC 3758 §4.1: SCTP_PR_SCTP_TTL gives up what was not sent in time",
    ],
  },
  {
    id: "4.1-6",
    level: "MUST",
    times: 2,
    statement: "TR4: it is looked at before each transmission, and a message whose life is over is given up.",
    implemented: ["src/stack/tx/partial-reliability.ts#nextTsnToRetransmit"],
    tested: [
      "test/stack/tx/partial-reliability.test.ts: RFC 3758 §4.1 TR4: a message whose life is over is not sent again",
    ],
  },
  {
    id: "4.1-7",
    level: "SHOULD",
    statement: "TR4: TSNs are assigned late.",
    implemented: ["src/stack/tx/data-transmission.ts#writeNewChunks"],
    tested: [
      "test/stack/tx/partial-reliability.test.ts: RFC 3758 §4.1 TR3: a message whose life is over before it has a TSN is not sent",
    ],
  },
  {
    id: "4.1-8",
    level: "MAY",
    times: 3,
    statement: "TR5: it may be looked at at any time.",
    leftOut: "It is looked at when something could be sent: that needs no timer.",
  },
  {
    id: "4.1-9",
    level: "MUST NOT",
    statement: "TR6: the life of a message does not change.",
    implemented: ["src/stack/tx/message-reliability.ts#expiresAt"],
    tested: [
      "test/stack/tx/partial-reliability.test.ts: RFC 3758 §4.1 TR2: as long as its life lasts, a message is retransmitted like any other",
    ],
  },
  {
    id: "4.2-1",
    level: "OPTIONAL",
    times: 3,
    statement: "ASSOCIATE answers whether both sides know FORWARD TSN.",
    implemented: ["src/stack/association.ts#hasPartialReliability"],
    tested: [
      "test/contract/partial-reliability.ts: RFC 7496 §4.5: SCTP_PR_SUPPORTED tells what both sides have agreed on",
    ],
  },
  {
    id: "4.3-1",
    level: "OPTIONAL",
    statement: "Parameters of further services have defaults.",
    leftOut: "It is said to those who define services.",
  },
  {
    id: "4.3-2",
    level: "MUST",
    times: 3,
    statement: "G1: services say that what has a TSN and is given up is skipped by FORWARD TSN.",
    implemented: ["src/stack/tx/partial-reliability.ts#abandon"],
    tested: [
      "test/stack/tx/partial-reliability.test.ts: RFC 3758 §4.1 TR4: a message whose life is over is not sent again",
    ],
  },
];
