import type { Statement } from "./statement.js";

/** RFC 9260 §1. */
export const rfc9260Section1Statements: readonly Statement[] = [
  {
    id: "1.3-1",
    level: "MAY",
    statement: "A primary path may name our source address besides the peer's destination address.",
    implemented: [
      "src/stack/transmission-control-block.ts#learnSources",
      "src/stack/paths/path.ts#localAddress",
    ],
    tested: [
      "test/stack/establishment/known-sources.test.ts: of several addresses that the peer knows, each path leaves from the one of its route",
    ],
  },
  {
    id: "1.3-2",
    level: "MUST NOT",
    statement: "Between two endpoints there is never more than one association at a time.",
    implemented: [
      "src/stack/endpoint.ts#associate",
      "src/stack/endpoint.ts#findAssociationOfAny",
      "src/stack/establishment/answer-init.ts#answerInit",
      "src/stack/establishment/initiate.ts#belongsToAnother",
    ],
    tested: [
      "test/stack/establishment/initiate.test.ts: to begin an association with a peer that has one answers that one",
      "test/stack/establishment/state-cookie.test.ts: a cookie does nothing once an address that it names belongs to another association",
      "test/stack/establishment/addresses.test.ts: an INIT ACK that lists an address of another association's peer is left to that one",
    ],
  },
  {
    id: "1.3-3",
    level: "MUST",
    statement: "All transport addresses of an endpoint have the same port.",
    implemented: ["src/stack/endpoint.ts#Endpoint", "src/sockets/addresses.ts#bindxAddresses"],
    tested: [
      "test/sockets/addresses.test.ts: sctp_bindx refuses flags, ports and wildcards that do not go together",
      "test/contract/addressing.ts: sctp_bindx refuses what does not go together",
    ],
  },
  {
    id: "1.3-4",
    level: "MUST NOT",
    statement: "A transport address belongs to one endpoint only.",
    implemented: ["src/stack/stack.ts#isPortFree"],
    tested: [
      "test/userland/binding.test.ts: a port is taken once for each address",
      "test/stack/stack.test.ts: endpoints with the same port on different addresses do not disturb each other",
    ],
  },
  {
    id: "1.6-1",
    level: "MUST",
    statement: "Arithmetic on TSNs is modulo 2^32.",
    implemented: ["src/base/serial-number.ts#tsnAdd"],
    tested: ["test/base/serial-number.test.ts: adding goes as far as it says, across the wrap too"],
  },
  {
    id: "1.6-2",
    level: "SHOULD",
    statement: "TSNs are compared by serial number arithmetic with 32 bits.",
    implemented: ["src/base/serial-number.ts#tsnLess"],
    tested: [
      "test/base/serial-number.test.ts: of two different TSNs less than 2^31 apart exactly one is less",
    ],
  },
  {
    id: "1.6-3",
    level: "SHOULD NOT",
    statement: "No TSN is sent that lies 2^31 or more above the beginning of the send window.",
    implemented: [
      "src/stack/limits.ts#OUTSTANDING_CHUNKS_MAX",
      "src/stack/tx/data-transmission.ts#mayBeginNewPacket",
    ],
    tested: ["test/stack/data-transfer.test.ts: TSNs and SSNs wrap in the middle of a transfer"],
    note: "the number of outstanding chunks is bounded to 32,767, far below",
  },
  {
    id: "1.6-4",
    level: "MUST",
    statement: "The TSN that follows 2^32 - 1 is 0.",
    implemented: ["src/base/serial-number.ts#tsnAdd"],
    tested: [
      "test/base/serial-number.test.ts: the TSN behind 4294967295 is 0",
      "test/stack/data-transfer.test.ts: TSNs and SSNs wrap in the middle of a transfer",
    ],
  },
  {
    id: "1.6-5",
    level: "SHOULD",
    statement: "Stream Sequence Numbers are handled by serial number arithmetic with 16 bits.",
    implemented: ["src/base/serial-number.ts#ssnLess"],
    tested: [
      "test/base/serial-number.test.ts: SSNs wrap after 65535 and compare in 16 bits",
      "test/stack/rx/reassembly-queue.test.ts: after number 65535 a stream goes on with 0, in order and across a gap",
    ],
  },
];
