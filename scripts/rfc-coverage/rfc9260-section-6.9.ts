import type { Statement } from "./statement.js";

/** RFC 9260 §6.9 and §6.10: fragmentation and bundling. */
export const rfc9260FragmentationStatements: readonly Statement[] = [
  {
    id: "6.9-1",
    level: "MAY",
    statement: "Messages are fragmented when they are sent.",
    implemented: ["src/stack/tx/data-transmission.ts#writeNewChunks"],
    tested: [
      "test/stack/tx/sending.test.ts: a large message is cut into chunks of AMDCS with consecutive TSNs, B first and E last",
    ],
  },
  {
    id: "6.9-2",
    level: "MUST",
    statement: "Fragments are put together when they are received.",
    implemented: ["src/stack/rx/reassembly-queue.ts#insertFragment"],
    tested: [
      "test/stack/rx/reassembly-queue.test.ts: fragments make a message whatever the order they come in",
    ],
  },
  {
    id: "6.9-3",
    level: "MUST",
    statement: "A message that makes a packet exceed the PMTU is fragmented.",
    implemented: ["src/stack/tx/data-transmission.ts#maxPayloadBytes"],
    tested: ["test/stack/data-transfer.test.ts: bytes of buffer take any message, MTU ${mtuBytes}"],
  },
  {
    id: "6.9-4",
    level: "MUST",
    statement: "Who does not support fragmentation refuses a message that needs it.",
    leftOut: "Fragmentation is supported.",
  },
  {
    id: "6.9-5",
    level: "MUST NOT",
    statement: "Who does not support fragmentation does not try to send such a message.",
    leftOut: "Fragmentation is supported.",
  },
  {
    id: "6.9-6",
    level: "MAY",
    statement: "The user can turn fragmentation off.",
    leftOut:
      "SCTP_DISABLE_FRAGMENTS is not offered: messages of any size go through, and SCTP_MAXSEG bounds a chunk.",
  },
  {
    id: "6.9-7",
    level: "MUST",
    statement: "Turned off, fragmentation is as if it were not supported.",
    leftOut: "It cannot be turned off.",
  },
  {
    id: "6.9-8",
    level: "SHOULD",
    statement: "With several destinations a DATA chunk is no larger than the AMDCS.",
    implemented: ["src/stack/paths/path-set.ts#amdcs", "src/stack/tx/data-transmission.ts#maxPayloadBytes"],
    tested: [
      "test/stack/paths/path-mtu-discovery.test.ts: each path has its own; chunks are cut for the smallest",
    ],
  },
  {
    id: "6.9-9",
    level: "rule",
    statement: "A message that was fragmented is not fragmented anew.",
    implemented: ["src/stack/tx/outstanding-data.ts#OutstandingData"],
    tested: [
      "test/stack/paths/path-mtu-discovery.test.ts: what was cut larger is sent again at once, whole and with leave to be fragmented",
    ],
  },
  {
    id: "6.9-10",
    level: "MUST",
    statement: "Where the PMTU has fallen since, IP fragments the packet.",
    implemented: [
      "src/stack/packet-output.ts#finish",
      "src/stack/paths/path.ts#wholePacketBytes",
      "src/userland/raw/send-batch.ts#SendBatch",
    ],
    tested: [
      "test/stack/paths/path-mtu-discovery.test.ts: what was cut larger is sent again at once, whole and with leave to be fragmented",
      "test/userland/raw-ip-faults.test.ts: what may be fragmented, and nothing else, leaves without the don't-fragment bit",
    ],
  },
  {
    id: "6.9-11",
    level: "MUST",
    statement: "The common header and the DATA chunk headers count when a message is cut.",
    implemented: ["src/stack/paths/path.ts#pmdcs", "src/stack/tx/data-transmission.ts#maxPayloadBytes"],
    tested: [
      "test/stack/tx/sending.test.ts: a large message is cut into chunks of AMDCS with consecutive TSNs, B first and E last",
    ],
  },
  {
    id: "6.9-12",
    level: "MUST",
    statement: "So does a SACK that travels along: what finds no room beside it waits for the next packet.",
    implemented: ["src/stack/bundling.ts#openPacket", "src/stack/tx/data-transmission.ts#writeNewChunks"],
    tested: [
      "test/stack/tx/sending.test.ts: a SACK that is owed travels in front of DATA",
      "test/stack/tx/packets-within-the-path-mtu.test.ts: a chunk that finds no room beside a SACK leaves in the next packet",
    ],
  },
  {
    id: "6.9-13",
    level: "MUST",
    statement: "1: the message becomes a series of DATA chunks.",
    implemented: ["src/stack/tx/data-transmission.ts#writeNewChunks"],
    tested: [
      "test/stack/tx/sending.test.ts: a large message is cut into chunks of AMDCS with consecutive TSNs, B first and E last",
    ],
  },
  {
    id: "6.9-14",
    level: "SHOULD",
    statement: "They are no larger than the AMDCS.",
    implemented: ["src/stack/tx/data-transmission.ts#maxPayloadBytes"],
    tested: [
      "test/stack/tx/sending.test.ts: a large message is cut into chunks of AMDCS with consecutive TSNs, B first and E last",
    ],
  },
  {
    id: "6.9-15",
    level: "MUST",
    statement: "2: they have consecutive TSNs, and the same Stream Sequence Number.",
    implemented: [
      "src/stack/tx/retransmission-queue.ts#sentFirst",
      "src/stack/tx/stream-scheduler.ts#StreamScheduler",
    ],
    tested: [
      "test/stack/tx/sending.test.ts: a large message is cut into chunks of AMDCS with consecutive TSNs, B first and E last",
    ],
  },
  {
    id: "6.9-16",
    level: "MUST",
    statement: "All chunks of an unordered message have the U bit.",
    implemented: ["src/stack/tx/data-transmission.ts#flagsOfNext"],
    tested: [
      "test/stack/tx/sending.test.ts: each stream counts its ordered messages from 0; unordered ones do not count",
    ],
  },
  {
    id: "6.9-17",
    level: "MUST",
    statement: "3: the first has the B bit, the last the E bit, those between have neither.",
    implemented: ["src/stack/tx/data-transmission.ts#flagsOfNext"],
    tested: [
      "test/stack/tx/sending.test.ts: a large message is cut into chunks of AMDCS with consecutive TSNs, B first and E last",
    ],
  },
  {
    id: "6.9-18",
    level: "MUST",
    statement: "The receiver tells fragments by these bits, and queues them.",
    implemented: ["src/stack/rx/reassembly-queue.ts#insert", "src/stack/rx/fragment-runs.ts#FragmentRuns"],
    tested: [
      "test/stack/rx/reassembly-queue.test.ts: fragments make a message whatever the order they come in",
      "test/stack/rx/reassembly-model.test.ts: whatever the network does, exactly what can be delivered is delivered, at once",
    ],
  },
  {
    id: "6.9-19",
    level: "SHOULD",
    statement: "A message for which the buffer has no room is handed to the user in parts.",
    implemented: [
      "src/stack/rx/reception.ts#deliverPartially",
      "src/stack/rx/reassembly-queue.ts#startPartialDelivery",
    ],
    tested: [
      "test/stack/data-transfer.test.ts: a message of 4 MiB passes a receive buffer of 64 KiB, in parts and unchanged",
      "test/userland/receiving.test.ts: a message larger than the receive buffer comes in parts",
    ],
  },
  {
    id: "6.10-1",
    level: "MUST",
    statement: "A packet is no larger than the PMTU.",
    implemented: ["src/stack/bundling.ts#openPacket", "src/stack/paths/path.ts#maxPacketBytes"],
    tested: [
      "test/stack/tx/sending.test.ts: small messages are bundled up to the path MTU, TSNs ascending",
      "test/stack/tx/packets-within-the-path-mtu.test.ts: whatever is to be sent, no packet exceeds the path MTU",
    ],
    note: "IP fragments what nothing else can: an INIT, a cookie, a chunk that was cut before the PMTU fell.",
  },
  {
    id: "6.10-2",
    level: "SHOULD",
    statement: "With several destinations packets are no larger than the PMTU of the primary path.",
    implemented: ["src/stack/paths/path-set.ts#packetBytesFor", "src/stack/bundling.ts#openPacket"],
    tested: [
      "test/stack/tx/packets-within-the-path-mtu.test.ts: packets to another path are no larger than what the primary path carries",
      "test/stack/rx/where-sacks-go.test.ts: a SACK of many gaps fits what the primary path carries, whichever way it takes",
    ],
  },
  {
    id: "6.10-3",
    level: "MUST",
    statement: "Control chunks stand before DATA.",
    implemented: ["src/stack/bundling.ts#openPacket", "src/wire/packet-builder.ts#writeChunk"],
    tested: [
      "test/wire/packet-builder.test.ts: control chunks come before DATA",
      "test/stack/tx/sending.test.ts: a SACK that is owed travels in front of DATA",
    ],
  },
  {
    id: "6.10-4",
    level: "MUST",
    statement: "DATA chunks of one packet stand in the order of their TSNs.",
    implemented: [
      "src/stack/tx/data-transmission.ts#retransmitPacketChunks",
      "src/stack/tx/data-transmission.ts#writeNewChunks",
    ],
    tested: [
      "test/stack/tx/sending.test.ts: small messages are bundled up to the path MTU, TSNs ascending",
      "test/stack/tx/packets-within-the-path-mtu.test.ts: whatever is to be sent, no packet exceeds the path MTU",
    ],
  },
  {
    id: "6.10-5",
    level: "MUST NOT",
    statement: "No chunk is placed in a packet in part.",
    implemented: ["src/wire/packet-builder.ts#fits"],
    tested: [
      "test/wire/packet-builder.test.ts: a packet never grows beyond the limit it was begun with",
      "test/stack/tx/packets-within-the-path-mtu.test.ts: whatever is to be sent, no packet exceeds the path MTU",
    ],
  },
  {
    id: "6.10-6",
    level: "MUST",
    statement: "Chunks are processed in the order of the packet.",
    implemented: ["src/stack/association.ts#handlePacket", "src/wire/packet.ts#ChunkCursor"],
    tested: [
      "test/stack/termination/abort.test.ts: what stands before an ABORT is handled, what stands behind it is not",
      "test/wire/packet.test.ts: a cursor walks over chunks and skips the padding that lengths do not count",
    ],
  },
  {
    id: "6.10-7",
    level: "MUST",
    statement: "A partial chunk is dropped.",
    implemented: ["src/wire/packet.ts#ChunkCursor"],
    tested: [
      "test/stack/validation/verification-tag.test.ts: chunks before a partial one are handled, the partial one is dropped",
      "test/wire/packet.test.ts: a partial chunk ends the walk; the whole ones before it were seen",
    ],
  },
  {
    id: "6.10-8",
    level: "MUST NOT",
    statement: "INIT, INIT ACK and SHUTDOWN COMPLETE share a packet with no other chunk.",
    implemented: ["src/wire/packet-builder.ts#writeChunk", "src/wire/packet.ts#bundlingViolation"],
    tested: [
      "test/wire/packet-builder.test.ts: INIT, INIT ACK and SHUTDOWN COMPLETE are alone, or it is our own error",
      "test/wire/packet.test.ts: shares its packet with nothing",
    ],
  },
];
