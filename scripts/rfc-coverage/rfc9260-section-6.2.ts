import type { Statement } from "./statement.js";

/** RFC 9260 §6.2: acknowledgements and the receive window. */
export const rfc9260AcknowledgementStatements: readonly Statement[] = [
  {
    id: "6.2-1",
    level: "MUST",
    statement: "Every valid DATA chunk inside the window is acknowledged.",
    implemented: [
      "src/stack/rx/data-reception.ts#handleDataChunk",
      "src/stack/rx/data-reception.ts#packetWithDataEnded",
    ],
    tested: [
      "test/stack/rx/data-tracker.test.ts: any order of TSNs gives the acknowledgement that a set of all TSNs gives",
      "test/stack/data-transfer.test.ts: whatever a network does, all is delivered once, in order, in bounded time",
    ],
  },
  {
    id: "6.2-2",
    level: "MUST",
    statement: "With a window of 0 new DATA above the highest TSN is dropped.",
    implemented: ["src/stack/rx/data-reception.ts#makeRoom"],
    tested: [
      "test/stack/rx/receive-window.test.ts: with a window of 0 DATA above the highest TSN is dropped and not acknowledged, at once",
    ],
  },
  {
    id: "6.2-3",
    level: "SHOULD",
    statement:
      "With a window of 0 new DATA below the highest TSN is taken, and the highest that is held dropped for it.",
    implemented: ["src/stack/rx/data-reception.ts#makeRoom", "src/stack/rx/reassembly-queue.ts#dropHighest"],
    tested: [
      "test/stack/rx/receive-window.test.ts: with a window of 0 DATA below the highest TSN is taken, and the highest that is held is dropped",
      "test/stack/data-transfer.test.ts: when a hole is filled into a full buffer, what lies highest goes and comes again",
    ],
  },
  {
    id: "6.2-4",
    level: "MUST",
    statement: "What is dropped is answered at once with a SACK of what was taken.",
    implemented: [
      "src/stack/rx/data-reception.ts#handleDataChunk",
      "src/stack/rx/sack-timing.ts#handlePacketWithData",
    ],
    tested: [
      "test/stack/rx/receive-window.test.ts: with a window of 0 DATA above the highest TSN is dropped and not acknowledged, at once",
    ],
  },
  {
    id: "6.2-5",
    level: "MUST NOT",
    statement: "What was dropped is not in that SACK.",
    implemented: ["src/stack/rx/data-tracker.ts#forget", "src/stack/rx/data-reception.ts#handleDataChunk"],
    tested: [
      "test/stack/rx/receive-window.test.ts: with a window of 0 DATA above the highest TSN is dropped and not acknowledged, at once",
      "test/stack/rx/receive-window.test.ts: with a window of 0 DATA below the highest TSN is taken, and the highest that is held is dropped",
    ],
  },
  {
    id: "6.2-6",
    level: "MUST",
    statement: "The receiver avoids the silly window syndrome.",
    implemented: ["src/stack/rx/reception.ts#takeAdvertisedWindow"],
    tested: [
      "test/stack/data-transfer.test.ts: a_rwnd shrinks by what is not read and opens again in steps worth a SACK",
    ],
  },
  {
    id: "6.2-7",
    level: "SHOULD",
    statement: "Delayed acknowledgement follows RFC 5681.",
    implemented: ["src/stack/rx/sack-timing.ts#SackTiming"],
    tested: [
      "test/stack/rx/sack-timing.test.ts: every second packet is acknowledged at once, the one before it is delayed",
      "test/stack/data-transfer.test.ts: the first packet is answered at once, then every second one",
    ],
  },
  {
    id: "6.2-8",
    level: "SHOULD",
    times: 2,
    statement: "Every second packet is acknowledged, and everything within 200 ms.",
    implemented: [
      "src/stack/rx/sack-timing.ts#handlePacketWithData",
      "src/stack/rx/data-reception.ts#packetWithDataEnded",
    ],
    tested: [
      "test/stack/data-transfer.test.ts: the first packet is answered at once, then every second one",
      "test/stack/rx/receive-window.test.ts: a SACK leaves within SACK.Delay, whether or not the packet before was acknowledged",
    ],
  },
  {
    id: "6.2-9",
    level: "MUST NOT",
    statement: "SACKs are not sent more eagerly than that.",
    implemented: ["src/stack/rx/sack-timing.ts#SackTiming"],
    tested: [
      "test/stack/rx/sack-timing.test.ts: every second packet is acknowledged at once, the one before it is delayed",
    ],
    note: "The first packet is answered at once, so that the delay is not the first round trip measured.",
  },
  {
    id: "6.2-10",
    level: "MUST NOT",
    statement: "There is no more than one SACK for a packet, but for updates of the window.",
    implemented: ["src/stack/rx/data-reception.ts#packetWithDataEnded"],
    tested: ["test/stack/rx/receive-window.test.ts: one packet gets one SACK, whatever stands in it"],
  },
  {
    id: "6.2-11",
    level: "SHOULD",
    statement: "When the window opens, a SACK says so, although nothing arrives.",
    implemented: ["src/stack/association.ts#releaseReceived", "src/stack/rx/reception.ts#windowUpdateDue"],
    tested: [
      "test/stack/data-transfer.test.ts: a_rwnd shrinks by what is not read and opens again in steps worth a SACK",
    ],
  },
  {
    id: "6.2-12",
    level: "MUST",
    statement: "Such SACKs are few: one for a quarter of the buffer.",
    implemented: ["src/stack/rx/reception.ts#WINDOW_UPDATE_FRACTION"],
    tested: [
      "test/stack/data-transfer.test.ts: a_rwnd shrinks by what is not read and opens again in steps worth a SACK",
    ],
  },
  {
    id: "6.2-13",
    level: "MAY",
    statement: "The delay can be configured.",
    implemented: ["src/stack/config.ts#AssociationConfig"],
    tested: ["test/stack/data-transfer.test.ts: a single packet is acknowledged after SACK.Delay"],
  },
  {
    id: "6.2-14",
    level: "MUST NOT",
    statement: "SACK.Delay cannot be configured to be more than 500 ms.",
    implemented: ["src/stack/config.ts#RANGES"],
    tested: [
      "test/stack/config.test.ts: SACK.Delay is 500 ms at the most, and no more than two packets wait for a SACK",
    ],
  },
  {
    id: "6.2-15",
    level: "MAY",
    statement: "It may be less.",
    implemented: ["src/stack/config.ts#RANGES"],
    tested: [
      "test/stack/config.test.ts: SACK.Delay is 500 ms at the most, and no more than two packets wait for a SACK",
    ],
  },
  {
    id: "6.2-16",
    level: "MUST NOT",
    statement: "It is not more.",
    implemented: ["src/stack/config.ts#RANGES"],
    tested: [
      "test/stack/config.test.ts: SACK.Delay is 500 ms at the most, and no more than two packets wait for a SACK",
    ],
  },
  {
    id: "6.2-17",
    level: "MUST",
    statement: "Acknowledgements are SACKs.",
    implemented: ["src/stack/rx/data-reception.ts#takeSack"],
    tested: ["test/stack/data-transfer.test.ts: the first packet is answered at once, then every second one"],
  },
  {
    id: "6.2-18",
    level: "MAY",
    statement: "In a shutdown SHUTDOWN acknowledges too.",
    implemented: ["src/stack/termination/shutdown.ts#sendShutdown"],
    tested: [
      "test/stack/termination/shutdown.test.ts: in SHUTDOWN-SENT each packet with DATA is answered at once with SHUTDOWN",
    ],
  },
  {
    id: "6.2-19",
    level: "MUST",
    statement: "The Cumulative TSN Ack is the last TSN in sequence.",
    implemented: ["src/stack/rx/data-tracker.ts#cumulativeTsnAck"],
    tested: [
      "test/stack/rx/data-tracker.test.ts: TSNs in sequence move the Cumulative TSN Ack, over the wrap too",
    ],
  },
  {
    id: "6.2-20",
    level: "MUST",
    statement: "As many Gap Ack Blocks are reported as fit into the PMTU.",
    implemented: ["src/stack/rx/data-reception.ts#takeSack", "src/stack/rx/data-tracker.ts#gapAckBlocks"],
    tested: [
      "test/stack/rx/where-sacks-go.test.ts: more gaps than a packet reports make one SACK, of the lowest, that fills the packet",
    ],
  },
  {
    id: "6.2-21",
    level: "SHOULD",
    statement: "What came out of order is acknowledged by SACK, and not by SHUTDOWN.",
    implemented: ["src/stack/rx/data-reception.ts#packetWithDataEnded", "src/stack/bundling.ts#bundleSack"],
    tested: [
      "test/stack/termination/shutdown.test.ts: in SHUTDOWN-SENT each packet with DATA is answered at once with SHUTDOWN",
    ],
  },
  {
    id: "6.2-22",
    level: "SHOULD NOT",
    statement: "A packet with the I bit is not made to wait for its SACK.",
    implemented: ["src/stack/rx/sack-timing.ts#handlePacketWithData"],
    tested: ["test/stack/rx/sack-timing.test.ts: a packet with the I bit is acknowledged at once"],
  },
  {
    id: "6.2-23",
    level: "SHOULD",
    statement: "It is answered at once.",
    implemented: ["src/stack/rx/sack-timing.ts#handlePacketWithData"],
    tested: ["test/stack/data-transfer.test.ts: the I bit is answered without delay"],
  },
  {
    id: "6.2-24",
    level: "MUST",
    statement: "A packet of nothing but duplicates is answered at once.",
    implemented: ["src/stack/rx/sack-timing.ts#handlePacketWithData"],
    tested: ["test/stack/data-transfer.test.ts: duplicates are answered at once and listed"],
  },
  {
    id: "6.2-25",
    level: "MAY",
    statement: "So may a packet that has duplicates among new chunks.",
    implemented: ["src/stack/rx/sack-timing.ts#handlePacketWithData"],
    tested: ["test/stack/rx/receive-window.test.ts: one packet gets one SACK, whatever stands in it"],
  },
  {
    id: "6.2-26",
    level: "SHOULD",
    statement: "Duplicates are listed in the SACK.",
    implemented: ["src/stack/rx/data-tracker.ts#takeDuplicates"],
    tested: [
      "test/stack/data-transfer.test.ts: duplicates are answered at once and listed",
      "test/stack/rx/data-tracker.test.ts: each arrival of a duplicate is listed once, and the list begins anew after a SACK",
    ],
  },
  {
    id: "6.2-27",
    level: "MAY",
    statement: "The sender may learn from the list that SACKs were lost.",
    leftOut: "The list is read and not used; what follows from it is for future study, as the text says.",
  },
  {
    id: "6.2-28",
    level: "SHOULD",
    statement: "The sender is told in time of how much can be received.",
    implemented: ["src/stack/association.ts#releaseReceived"],
    tested: [
      "test/stack/tx/zero-window.test.ts: when the reader comes back after an hour, the transfer goes on within a second",
    ],
  },
  {
    id: "6.2-29",
    level: "rule",
    statement:
      "A to C: a_rwnd begins with the receive buffer, falls with what arrives, and rises with what the application reads.",
    implemented: ["src/stack/rx/reception.ts#Reception"],
    tested: [
      "test/stack/rx/receive-window.test.ts: a_rwnd begins with the buffer, falls with what arrives, and rises with what is read only",
    ],
  },
  {
    id: "6.2-30",
    level: "SHOULD NOT",
    times: 2,
    statement: "C: what is held, such as fragments that wait for others, does not make a_rwnd rise.",
    implemented: ["src/stack/rx/reception.ts#freeBytes"],
    tested: [
      "test/stack/rx/receive-window.test.ts: a_rwnd begins with the buffer, falls with what arrives, and rises with what is read only",
    ],
  },
  {
    id: "6.2-31",
    level: "SHOULD",
    statement: "D: a SACK tells the a_rwnd of its moment.",
    implemented: ["src/stack/rx/data-reception.ts#takeSack"],
    tested: [
      "test/stack/rx/receive-window.test.ts: a_rwnd begins with the buffer, falls with what arrives, and rises with what is read only",
    ],
  },
  {
    id: "6.2-32",
    level: "SHOULD",
    statement: "D: what is acknowledged cumulatively does not come again, and is not dropped.",
    implemented: ["src/stack/rx/reassembly-queue.ts#collectDroppable"],
    tested: [
      "test/stack/rx/reassembly-queue.test.ts: to make room, what is held with the highest TSNs is dropped, and comes again",
      "test/stack/rx/partial-delivery.test.ts: what is under partial delivery, or waits for its end, is not dropped to make room",
    ],
  },
  {
    id: "6.2-33",
    level: "MAY",
    times: 2,
    statement: "What is held beyond a gap may be dropped, although Gap Ack Blocks have reported it.",
    implemented: ["src/stack/rx/reassembly-queue.ts#dropHighest"],
    tested: [
      "test/stack/rx/reassembly-queue.test.ts: to make room, what is held with the highest TSNs is dropped, and comes again",
    ],
  },
  {
    id: "6.2-34",
    level: "MUST NOT",
    statement: "What was dropped is in no Gap Ack Block until it comes again.",
    implemented: ["src/stack/rx/data-tracker.ts#forget"],
    tested: [
      "test/stack/rx/data-tracker.test.ts: a TSN that was taken back is no longer reported, and is new when it comes again",
    ],
  },
  {
    id: "6.2-35",
    level: "SHOULD",
    statement: "a_rwnd takes into account what was dropped.",
    implemented: ["src/stack/rx/reception.ts#freeBytes"],
    tested: [
      "test/stack/rx/receive-window.test.ts: with a window of 0 DATA below the highest TSN is taken, and the highest that is held is dropped",
    ],
  },
  {
    id: "6.2-36",
    level: "SHOULD NOT",
    statement: "What was reported is not dropped without need.",
    implemented: ["src/stack/rx/data-reception.ts#makeRoom"],
    tested: [
      "test/stack/rx/reassembly-queue.test.ts: making room drops a part of what could be dropped, so that it is not called for every chunk",
    ],
  },
  {
    id: "6.2-37",
    level: "SHOULD",
    statement:
      "Dropping costs the sender retransmissions, and is done only when a chunk that fills a gap finds no room.",
    implemented: ["src/stack/rx/data-reception.ts#makeRoom"],
    tested: [
      "test/stack/data-transfer.test.ts: when a hole is filled into a full buffer, what lies highest goes and comes again",
    ],
  },
  {
    id: "6.2-38",
    level: "SHOULD",
    statement: "DATA without user data is answered with ABORT, No User Data.",
    implemented: [
      "src/stack/packet-handling.ts#handleData",
      "src/stack/rx/data-reception.ts#handleDataChunk",
    ],
    tested: [
      "test/stack/termination/abort.test.ts: DATA without user data ends the association with No User Data",
    ],
  },
  {
    id: "6.2-39",
    level: "SHOULD NOT",
    statement: "None is sent.",
    implemented: ["src/stack/tx/send-queue.ts#add"],
    tested: ["test/contract/sending.ts: a message has at least one byte"],
  },
];
