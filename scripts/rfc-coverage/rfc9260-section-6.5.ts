import type { Statement } from "./statement.js";

/** RFC 9260 §6.5 to §6.8: streams, order, gaps, checksum. */
export const rfc9260DeliveryStatements: readonly Statement[] = [
  {
    id: "6.5-1",
    level: "MUST",
    statement: "A DATA chunk names a stream that there is.",
    implemented: [
      "src/userland/sending.ts#checkMessage",
      "src/stack/establishment/initiate.ts#failMessagesBeyondStreams",
    ],
    tested: [
      "test/contract/sending.ts: a stream that there is not is EINVAL",
      "test/stack/establishment/initiate.test.ts: fewer streams than asked for are used, and messages for the others are given back",
    ],
  },
  {
    id: "6.5-2",
    level: "SHOULD",
    statement:
      "A DATA chunk on another stream is acknowledged, reported at once with Invalid Stream Identifier, and discarded.",
    implemented: [
      "src/stack/rx/data-reception.ts#reportInvalidStream",
      "src/stack/rx/data-reception.ts#handleDataChunk",
    ],
    tested: [
      "test/stack/rx/invalid-stream.test.ts: DATA for a stream that there is not is reported and acknowledged, and goes nowhere",
    ],
  },
  {
    id: "6.5-3",
    level: "MAY",
    statement: "ERROR and SACK share a packet.",
    implemented: ["src/stack/bundling.ts#openPacket"],
    tested: [
      "test/stack/rx/invalid-stream.test.ts: DATA for a stream that there is not is reported and acknowledged, and goes nowhere",
    ],
  },
  {
    id: "6.5-4",
    level: "MUST",
    statement: "The Stream Sequence Numbers that we send begin with 0.",
    implemented: ["src/stack/tx/send-queue.ts#takeSsn", "src/stack/tx/send-queue.ts#resetStreams"],
    tested: [
      "test/stack/tx/sending.test.ts: each stream counts its ordered messages from 0; unordered ones do not count",
    ],
  },
  {
    id: "6.5-5",
    level: "MUST",
    statement: "Each ordered message of a stream has the next number.",
    implemented: ["src/stack/tx/send-queue.ts#takeSsn"],
    tested: [
      "test/stack/tx/sending.test.ts: each stream counts its ordered messages from 0; unordered ones do not count",
    ],
  },
  {
    id: "6.5-6",
    level: "MUST",
    statement: "The number behind 65535 is 0.",
    implemented: ["src/stack/tx/send-queue.ts#takeSsn", "src/stack/rx/ordered-data-streams.ts#advance"],
    tested: [
      "test/stack/data-transfer.test.ts: TSNs and SSNs wrap in the middle of a transfer",
      "test/stack/rx/reassembly-queue.test.ts: after number 65535 a stream goes on with 0, in order and across a gap",
    ],
  },
  {
    id: "6.5-7",
    level: "MUST NOT",
    statement: "An unordered message uses no number.",
    implemented: ["src/stack/tx/data-transmission.ts#writeNewChunks"],
    tested: [
      "test/stack/tx/sending.test.ts: each stream counts its ordered messages from 0; unordered ones do not count",
    ],
  },
  {
    id: "6.6-1",
    level: "MUST",
    statement: "Ordered messages are delivered in the order of their stream.",
    implemented: [
      "src/stack/rx/ordered-data-streams.ts#OrderedDataStreams",
      "src/stack/rx/reassembly-queue.ts#complete",
    ],
    tested: [
      "test/stack/rx/reassembly-queue.test.ts: messages of a stream are held until it is their turn, others are not held up",
      "test/stack/rx/reassembly-model.test.ts: whatever the network does, exactly what can be delivered is delivered, at once",
    ],
  },
  {
    id: "6.6-2",
    level: "MUST",
    statement: "A message that is not next in its stream is held.",
    implemented: ["src/stack/rx/ordered-data-streams.ts#hold"],
    tested: [
      "test/stack/rx/reassembly-queue.test.ts: messages of a stream are held until it is their turn, others are not held up",
    ],
  },
  {
    id: "6.6-3",
    level: "rule",
    statement: "An unordered message is delivered as soon as it is whole.",
    implemented: ["src/stack/rx/reassembly-queue.ts#complete"],
    tested: [
      "test/stack/rx/reassembly-model.test.ts: whatever the network does, exactly what can be delivered is delivered, at once",
    ],
  },
  {
    id: "6.6-4",
    level: "MAY",
    statement: "An unordered message may be put in front of what waits to be sent.",
    leftOut:
      "Messages leave in the order in which they were given: who sends unordered messages all the time would starve the streams.",
  },
  {
    id: "6.6-5",
    level: "MUST",
    statement: "The Stream Sequence Number of an unordered chunk is ignored.",
    implemented: ["src/stack/rx/reassembly-queue.ts#complete", "src/stack/rx/fragment-runs.ts#admitFragment"],
    tested: [
      "test/stack/rx/reassembly-queue.test.ts: the Stream Sequence Number of unordered chunks is ignored",
    ],
  },
  {
    id: "6.7-1",
    level: "SHOULD",
    statement: "A gap in the TSNs is answered with a SACK at once, with Gap Ack Blocks.",
    implemented: [
      "src/stack/rx/sack-timing.ts#handlePacketWithData",
      "src/stack/rx/data-tracker.ts#gapAckBlocks",
    ],
    tested: [
      "test/stack/data-transfer.test.ts: each packet behind a gap is answered at once with its Gap Ack Blocks",
    ],
  },
  {
    id: "6.7-2",
    level: "rule",
    statement: "As long as the gap is there, each packet is answered so.",
    implemented: ["src/stack/rx/sack-timing.ts#handlePacketWithData"],
    tested: ["test/stack/rx/sack-timing.test.ts: each packet that leaves a gap is acknowledged at once"],
  },
  {
    id: "6.7-3",
    level: "SHOULD",
    statement: "SACK goes to where the last DATA came from.",
    implemented: ["src/stack/bundling.ts#sackPath"],
    tested: ["test/stack/rx/where-sacks-go.test.ts: SACK goes to where the last DATA came from"],
  },
  {
    id: "6.7-4",
    level: "MUST",
    statement: "What is acknowledged cumulatively is removed from the transmit queue.",
    implemented: ["src/stack/tx/retransmission-queue.ts#ackCumulatively"],
    tested: [
      "test/stack/tx/retransmission-timer.test.ts: T3-rtx stops when everything is acknowledged",
      "test/stack/tx/hostile-sacks.test.ts: no sequence of SACKs breaks a counter or leaves data without a timer",
    ],
  },
  {
    id: "6.7-5",
    level: "MUST",
    statement: "What lies below the highest acknowledged TSN and in no Gap Ack Block is missing.",
    implemented: ["src/stack/tx/retransmission-queue.ts#countMissing"],
    tested: [
      "test/stack/tx/fast-retransmit.test.ts: only what lies below the highest newly acknowledged TSN is missed",
    ],
  },
  {
    id: "6.7-6",
    level: "MUST",
    statement: "How often a chunk was reported missing is counted.",
    implemented: ["src/stack/tx/retransmission-queue.ts#indicateMiss"],
    tested: [
      "test/stack/tx/fast-retransmit.test.ts: two miss indications are not enough, the third retransmits at once",
    ],
  },
  {
    id: "6.7-7",
    level: "MUST",
    statement: "Where not all Gap Ack Blocks fit, there is one SACK all the same.",
    implemented: ["src/stack/rx/data-reception.ts#takeSack"],
    tested: [
      "test/stack/rx/where-sacks-go.test.ts: more gaps than a packet reports make one SACK, of the lowest, that fills the packet",
    ],
  },
  {
    id: "6.7-8",
    level: "MUST",
    statement: "It reports the lowest, as many as fit, and leaves the others unacknowledged.",
    implemented: ["src/stack/rx/data-tracker.ts#gapAckBlocks", "src/stack/rx/data-reception.ts#takeSack"],
    tested: [
      "test/stack/rx/data-tracker.test.ts: when not all Gap Ack Blocks fit, the lowest are reported",
      "test/stack/rx/where-sacks-go.test.ts: more gaps than a packet reports make one SACK, of the lowest, that fills the packet",
    ],
  },
  {
    id: "6.8-1",
    level: "MUST",
    statement: "A packet carries its CRC32c.",
    implemented: ["src/wire/packet-builder.ts#finish", "src/wire/crc32c.ts#writePacketChecksum"],
    tested: ["test/wire/real-packets.test.ts: is written again byte for byte"],
    note: "Over a lower layer that protects packets itself the field is 0 (RFC 9653), where it says so.",
  },
  {
    id: "6.8-2",
    level: "MUST",
    statement:
      "The tag is filled in and the field is 0 before the checksum of the whole packet is computed, which then goes into the field.",
    implemented: ["src/wire/packet-builder.ts#finish", "src/wire/crc32c.ts#writePacketChecksum"],
    tested: [
      "test/wire/crc32c.test.ts: a packet's checksum counts its own field as zero, and nothing is written",
      "test/wire/crc32c.test.ts: a written checksum is valid, and any flipped bit makes it invalid",
    ],
  },
  {
    id: "6.8-3",
    level: "MUST",
    statement: "A received packet's checksum is verified before anything else.",
    implemented: [
      "src/stack/stack.ts#handlePacket",
      "src/wire/crc32c.ts#hasValidChecksum",
      "src/userland/udp/receive-slab.ts#hasWrongChecksum",
    ],
    tested: [
      "test/stack/establishment/initiate.test.ts: what is no packet, has a wrong checksum or a port 0 is discarded",
    ],
  },
  {
    id: "6.8-4",
    level: "MUST",
    statement: "A packet with a wrong one is invalid, and discarded silently.",
    implemented: ["src/stack/stack.ts#handlePacket"],
    tested: [
      "test/stack/establishment/initiate.test.ts: what is no packet, has a wrong checksum or a port 0 is discarded",
      "test/contract/hostile-traffic.test.ts: random bytes and truncated packets are dropped, and the server goes on",
      "test/userland/udp-batches.test.ts: the stack drops such a packet without a word, and counts it",
    ],
  },
  {
    id: "6.8-5",
    level: "SHOULD",
    statement: "Hardware that verifies checksums lets software do it instead.",
    leftOut:
      "Not for hardware: a lower layer may verify them, and marks wrong ones (`PacketRecord.hasWrongChecksum`).",
  },
];
