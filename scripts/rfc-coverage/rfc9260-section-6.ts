import type { Statement } from "./statement.js";

/** RFC 9260 §6: in which states data is sent and received. */
export const rfc9260Section6Statements: readonly Statement[] = [
  {
    id: "6-1",
    level: "MUST",
    statement: "DATA is sent in ESTABLISHED, SHUTDOWN-PENDING and SHUTDOWN-RECEIVED, and beside COOKIE ECHO.",
    implemented: [
      "src/stack/association-state.ts#maySendData",
      "src/stack/establishment/initiate.ts#transmitHandshake",
    ],
    tested: [
      "test/stack/establishment/initiate.test.ts: DATA may travel with COOKIE ECHO, in that packet only and within the path MTU",
      "test/stack/termination/shutdown.test.ts: with data on both ways and loss everything arrives before the end, on both sides",
    ],
  },
  {
    id: "6-2",
    level: "MUST",
    statement: "DATA is taken in ESTABLISHED, SHUTDOWN-PENDING and SHUTDOWN-SENT.",
    implemented: ["src/stack/association-state.ts#mayReceiveData", "src/stack/packet-handling.ts#handleData"],
    tested: ["test/rfc/other-chunks-in-states.test.ts: DATA, the next in sequence"],
  },
  {
    id: "6-3",
    level: "SHOULD",
    statement: "Without an association DATA is out of the blue.",
    implemented: ["src/stack/validation/out-of-the-blue.ts#judge"],
    tested: ["test/stack/validation/out-of-the-blue.test.ts: is answered with ABORT, its tag reflected"],
  },
  {
    id: "6-4",
    level: "SHOULD",
    statement: "In other states DATA is discarded.",
    implemented: ["src/stack/packet-handling.ts#handleData"],
    tested: ["test/rfc/other-chunks-in-states.test.ts: DATA, the next in sequence"],
  },
  {
    id: "6-5",
    level: "MUST",
    statement: "SACK is processed in ESTABLISHED, SHUTDOWN-PENDING and SHUTDOWN-RECEIVED.",
    implemented: ["src/stack/association-state.ts#mayReceiveSack", "src/stack/packet-handling.ts#handleSack"],
    tested: ["test/rfc/other-chunks-in-states.test.ts: SACK of all that was sent"],
  },
  {
    id: "6-6",
    level: "MAY",
    statement: "SACK is processed in COOKIE-ECHOED.",
    leftOut:
      "It is not: as long as the handshake can begin anew, it may end with a peer that has forgotten what it acknowledged. The COOKIE ECHO that is repeated takes the data along again.",
  },
  {
    id: "6-7",
    level: "SHOULD",
    statement: "Without an association SACK is out of the blue.",
    implemented: ["src/stack/validation/out-of-the-blue.ts#judge"],
    tested: ["test/rfc/other-chunks-in-states.test.ts: SACK of all that was sent"],
  },
  {
    id: "6-8",
    level: "SHOULD",
    statement: "In other states SACK is discarded.",
    implemented: ["src/stack/packet-handling.ts#handleSack"],
    tested: ["test/rfc/other-chunks-in-states.test.ts: SACK of all that was sent"],
  },
  {
    id: "6-9",
    level: "MUST",
    statement: "1: a large message becomes several DATA chunks.",
    implemented: ["src/stack/tx/data-transmission.ts#writeNewChunks"],
    tested: [
      "test/stack/tx/sending.test.ts: a large message is cut into chunks of AMDCS with consecutive TSNs, B first and E last",
    ],
  },
  {
    id: "6-10",
    level: "SHOULD",
    statement: "1: each is no larger than the AMDCS.",
    implemented: ["src/stack/tx/data-transmission.ts#maxPayloadBytes", "src/stack/paths/path-set.ts#amdcs"],
    tested: [
      "test/stack/tx/sending.test.ts: a large message is cut into chunks of AMDCS with consecutive TSNs, B first and E last",
    ],
  },
  {
    id: "6-11",
    level: "MAY",
    statement: "2: chunks share a packet within the PMTU.",
    implemented: ["src/stack/bundling.ts#openPacket"],
    tested: ["test/stack/tx/sending.test.ts: small messages are bundled up to the path MTU, TSNs ascending"],
  },
  {
    id: "6-12",
    level: "MUST",
    statement: "2: control chunks come before DATA.",
    implemented: ["src/stack/bundling.ts#openPacket", "src/wire/packet-builder.ts#writeChunk"],
    tested: [
      "test/wire/packet-builder.test.ts: control chunks come before DATA",
      "test/stack/tx/packets-within-the-path-mtu.test.ts: whatever is to be sent, no packet exceeds the path MTU",
    ],
  },
  {
    id: "6-13",
    level: "OPTIONAL",
    statement: "A sender may fragment and bundle.",
    implemented: ["src/stack/tx/data-transmission.ts#writeNewChunks", "src/stack/bundling.ts#bundleControl"],
    tested: ["test/stack/tx/sending.test.ts: small messages are bundled up to the path MTU, TSNs ascending"],
  },
  {
    id: "6-14",
    level: "MUST",
    times: 2,
    statement: "A receiver takes bundled and fragmented data.",
    implemented: [
      "src/stack/association.ts#handlePacket",
      "src/stack/rx/reassembly-queue.ts#ReassemblyQueue",
    ],
    tested: [
      "test/stack/rx/reassembly-queue.test.ts: fragments make a message whatever the order they come in",
      "test/wire/packet.test.ts: any other chunks may share a packet",
    ],
  },
];
