import type { Statement } from "./statement.js";

/** RFC 9260 §3.3.1 to §3.3.2.1.5: DATA and INIT. */
export const rfc9260DataAndInitStatements: readonly Statement[] = [
  {
    id: "3.3.1-1",
    level: "MUST",
    statement: "DATA has the form of its figure.",
    implemented: [
      "src/wire/chunks/data-chunk.ts#writeDataChunkHeader",
      "src/wire/chunks/data-chunk.ts#parseDataChunk",
    ],
    tested: [
      "test/wire/real-packets.test.ts: is read as tshark reads it",
      "test/wire/real-packets.test.ts: is written again byte for byte",
    ],
  },
  {
    id: "3.3.1-2",
    level: "MAY",
    statement: "The sender may ask for an immediate SACK by the I bit.",
    implemented: [
      "src/stack/tx/data-transmission.ts#waitsForSack",
      "src/stack/tx/outgoing-message.ts#sackImmediately",
    ],
    tested: [
      "test/stack/tx/sending.test.ts: the I bit is set on the end of a message that asks for it, and before a shutdown",
    ],
  },
  {
    id: "3.3.1-3",
    level: "MUST",
    statement: "The Stream Sequence Number of an unordered chunk is ignored.",
    implemented: ["src/stack/rx/reassembly-queue.ts#insert"],
    tested: [
      "test/stack/rx/reassembly-queue.test.ts: the Stream Sequence Number of unordered chunks is ignored",
      "test/rfc/data-reception.test.ts: D-ORDER-04",
    ],
  },
  {
    id: "3.3.1-4",
    level: "MUST",
    statement: "Unordered messages are delivered as soon as they are complete, without reordering.",
    implemented: ["src/stack/rx/reassembly-queue.ts#insert"],
    tested: [
      "test/stack/rx/reassembly-queue.test.ts: messages of a stream are held until it is their turn, others are not held up",
    ],
  },
  {
    id: "3.3.1-5",
    level: "MUST",
    statement: "All fragments of an unordered message have the U bit.",
    implemented: ["src/stack/tx/data-transmission.ts#fillHeader"],
    tested: ["test/rfc/data-transmission.test.ts: D-SEND-02"],
  },
  {
    id: "3.3.1-6",
    level: "MUST",
    statement: "A DATA chunk carries at least one byte of user data.",
    implemented: [
      "src/stack/tx/data-transmission.ts#writeNewChunks",
      "src/userland/sending.ts#EINVAL",
      "src/stack/packet-handling.ts#handleData",
    ],
    tested: [
      "test/contract/sending.ts: a message has at least one byte",
      "test/stack/termination/abort.test.ts: DATA without user data ends the association with No User Data",
    ],
  },
  {
    id: "3.3.1-7",
    level: "MUST",
    statement: "All fragments of an ordered message have its Stream Sequence Number.",
    implemented: ["src/stack/tx/data-transmission.ts#fillHeader"],
    tested: [
      "test/stack/tx/sending.test.ts: a large message is cut into chunks of AMDCS with consecutive TSNs, B first and E last",
    ],
  },
  {
    id: "3.3.1-8",
    level: "MUST",
    statement: "The payload protocol identifier stands in every fragment.",
    implemented: ["src/stack/tx/data-transmission.ts#fillHeader"],
    tested: [
      "test/stack/tx/sending.test.ts: a large message is cut into chunks of AMDCS with consecutive TSNs, B first and E last",
    ],
  },
  {
    id: "3.3.1-9",
    level: "MUST",
    statement: "User data is padded with zeros to a multiple of 4 bytes.",
    implemented: ["src/wire/packet-builder.ts#writeDataChunk", "src/wire/packet-builder.ts#pad"],
    tested: ["test/wire/packet-builder.test.ts: padding is zero although the slab was used before"],
  },
  {
    id: "3.3.1-10",
    level: "MUST NOT",
    statement: "The length of the chunk does not count the padding.",
    implemented: ["src/wire/chunks/data-chunk.ts#writeDataChunkHeader"],
    tested: ["test/wire/packet-builder.test.ts: user data of any length and from any place is copied"],
  },
  {
    id: "3.3.1-11",
    level: "MUST",
    statement: "No more than 3 bytes are padded.",
    implemented: ["src/wire/bytes.ts#padded"],
    tested: ["test/wire/packet-builder.test.ts: user data of any length and from any place is copied"],
  },
  {
    id: "3.3.1-12",
    level: "MUST",
    statement: "A message that is not fragmented has both the B and the E bit.",
    implemented: ["src/stack/tx/data-transmission.ts#writeNewChunks"],
    tested: [
      "test/stack/tx/sending.test.ts: small messages are bundled up to the path MTU, TSNs ascending",
      "test/rfc/data-transmission.test.ts: D-SEND-03",
      "test/stack/rx/reassembly-queue.test.ts: an unfragmented message is delivered at once, with what its chunk says",
    ],
  },
  {
    id: "3.3.1-13",
    level: "MUST",
    statement: "The fragments of a message have strictly sequential TSNs.",
    implemented: [
      "src/stack/tx/data-transmission.ts#writeNewChunks",
      "src/stack/rx/fragment-runs.ts#FragmentRuns",
    ],
    tested: [
      "test/stack/tx/sending.test.ts: a large message is cut into chunks of AMDCS with consecutive TSNs, B first and E last",
      "test/stack/rx/reassembly-queue.test.ts: chunks that cannot be neighbours in one message are a protocol violation",
      "test/rfc/data-reception.test.ts: I-FRAG-0",
    ],
  },
  {
    id: "3.3.1-14",
    level: "SHOULD",
    statement: "The TSNs of all chunks that are sent are strictly sequential.",
    implemented: [
      "src/stack/tx/retransmission-queue.ts#sentFirst",
      "src/stack/tx/outstanding-data.ts#nextTsn",
    ],
    tested: ["test/stack/tx/sending.test.ts: small messages are bundled up to the path MTU, TSNs ascending"],
  },
  {
    id: "3.3.2-1",
    level: "MUST",
    statement: "Each parameter stands in an INIT once, unless the text says otherwise.",
    implemented: [
      "src/stack/establishment/capabilities.ts#ownParameters",
      "src/stack/establishment/initiate.ts#handleStaleCookie",
    ],
    tested: [
      "test/stack/establishment/announced-values.test.ts: however often a cookie is stale, the INIT has one Cookie Preservative and no parameter twice",
    ],
  },
  {
    id: "3.3.2-2",
    level: "MUST NOT",
    statement: "An INIT has no Host Name Address.",
    implemented: ["src/stack/establishment/capabilities.ts#ownParameters"],
    tested: [
      "test/stack/establishment/initiate.test.ts: INIT lists the addresses that the endpoint advertises, however small the path MTU is",
    ],
  },
  {
    id: "3.3.2-3",
    level: "MUST",
    statement: "An INIT with a Host Name Address is answered with ABORT.",
    implemented: ["src/stack/establishment/capabilities.ts#violationIn"],
    tested: [
      "test/stack/establishment/answer-init.test.ts: an INIT with a host name is refused with Unresolvable Address",
    ],
  },
  {
    id: "3.3.2-4",
    level: "MAY",
    statement: "That ABORT may carry Unresolvable Address.",
    implemented: ["src/stack/establishment/capabilities.ts#violationIn"],
    tested: [
      "test/stack/establishment/answer-init.test.ts: an INIT with a host name is refused with Unresolvable Address",
    ],
  },
  {
    id: "3.3.2-5",
    level: "SHOULD",
    statement: "An INIT with all mandatory parameters is processed and answered with INIT ACK.",
    implemented: ["src/stack/establishment/answer-init.ts#answerInit"],
    tested: [
      "test/stack/establishment/answer-init.test.ts: an INIT is answered with INIT ACK under its tag, and nothing is kept",
    ],
  },
  {
    id: "3.3.2-6",
    level: "MAY",
    statement: "An ERROR about the INIT may be bundled with the COOKIE ACK later.",
    leftOut:
      "Not used: what is to be reported of an INIT is in the INIT ACK (§3.2.2), and nothing else is kept of it until the cookie comes back.",
  },
  {
    id: "3.3.2-7",
    level: "MAY",
    statement: "A restrictive implementation may answer an INIT with ABORT.",
    implemented: ["src/stack/establishment/answer-init.ts#answerInit"],
    tested: ["test/stack/establishment/answer-init.test.ts: who does not listen answers an INIT with ABORT"],
    note: "only where nobody listens, or the accept queue is full",
  },
  {
    id: "3.3.2-8",
    level: "SHOULD",
    statement: "The flags of an INIT are sent as 0 and ignored when received.",
    implemented: [
      "src/wire/chunks/init-body.ts#writeInitBody",
      "src/wire/chunks/init-chunk.ts#parseInitChunk",
    ],
    tested: [
      "test/wire/malformed.test.ts: zeros in INIT are the stack's question",
      "test/rfc/association-setup.test.ts: AS-FLAGS-01",
      "test/wire/codecs.test.ts: accepted bytes without reserved bits are written again as they were, up to the final padding",
    ],
  },
  {
    id: "3.3.2-9",
    level: "MUST",
    statement:
      "The Initiate Tag of an INIT is the Verification Tag of everything that is sent to its sender.",
    implemented: [
      "src/stack/establishment/answer-init.ts#sendInitAck",
      "src/stack/establishment/accept-cookie.ts#takeOver",
    ],
    tested: [
      "test/stack/establishment/answer-init.test.ts: an INIT is answered with INIT ACK under its tag, and nothing is kept",
      "test/stack/establishment/state-cookie.test.ts: a valid cookie creates the association, and COOKIE ACK answers",
    ],
  },
  {
    id: "3.3.2-10",
    level: "MUST",
    statement: "An INIT with an Initiate Tag of 0 is discarded silently.",
    implemented: [
      "src/stack/establishment/answer-init.ts#answerInit",
      "src/stack/validation/out-of-the-blue.ts#refuseInit",
    ],
    tested: ["test/stack/establishment/answer-init.test.ts: an INIT with an Initiate Tag of 0 is discarded"],
  },
  {
    id: "3.3.2-11",
    level: "MUST NOT",
    statement: "The a_rwnd of an INIT is at least 1500.",
    implemented: ["src/stack/config.ts#receiveBufferBytes", "src/stack/establishment/initiate.ts#initiate"],
    tested: ["test/userland/options.test.ts: a receive buffer below the least window is that window"],
  },
  {
    id: "3.3.2-12",
    level: "MUST",
    statement: "An INIT with an a_rwnd below 1500 is discarded.",
    implemented: ["src/stack/establishment/capabilities.ts#violationIn"],
    tested: [
      "test/stack/establishment/answer-init.test.ts: an INIT with ${what} is refused with ABORT under its tag",
    ],
  },
  {
    id: "3.3.2-13",
    level: "SHOULD",
    statement: "It is answered with ABORT under its Initiate Tag.",
    implemented: ["src/stack/establishment/answer-init.ts#refuse"],
    tested: [
      "test/stack/establishment/answer-init.test.ts: an INIT with ${what} is refused with ABORT under its tag",
    ],
  },
  {
    id: "3.3.2-14",
    level: "MUST NOT",
    statement: "It does not change an association that exists.",
    implemented: ["src/stack/establishment/answer-init.ts#answerInit"],
    tested: [
      "test/stack/establishment/answer-init.test.ts: such an INIT does not touch the association that stands",
    ],
  },
  {
    id: "3.3.2-15",
    level: "SHOULD NOT",
    statement: "The buffer behind the announced window is not reduced while the association lives.",
    implemented: ["src/stack/rx/reception.ts#bufferBytes"],
    tested: [
      "test/stack/data-transfer.test.ts: a_rwnd shrinks by what is not read and opens again in steps worth a SACK",
    ],
    note: "only the application reduces it, by setting SO_RCVBUF",
  },
  {
    id: "3.3.2-16",
    level: "MAY",
    statement: "The a_rwnd of SACKs may change.",
    implemented: ["src/stack/rx/reception.ts#takeAdvertisedWindow"],
    tested: [
      "test/stack/data-transfer.test.ts: a_rwnd shrinks by what is not read and opens again in steps worth a SACK",
    ],
  },
  {
    id: "3.3.2-17",
    level: "MUST NOT",
    statement: "An INIT does not ask for 0 outbound streams.",
    implemented: ["src/stack/config.ts#outboundStreams"],
    tested: ["test/stack/stack.test.ts: parameters outside their ranges are refused by name"],
  },
  {
    id: "3.3.2-18",
    level: "MUST",
    statement: "An INIT with 0 outbound streams is discarded.",
    implemented: ["src/stack/establishment/capabilities.ts#violationIn"],
    tested: [
      "test/stack/establishment/answer-init.test.ts: an INIT with ${what} is refused with ABORT under its tag",
    ],
  },
  {
    id: "3.3.2-19",
    level: "SHOULD",
    statement: "It is answered with ABORT under its Initiate Tag.",
    implemented: ["src/stack/establishment/answer-init.ts#refuse"],
    tested: [
      "test/stack/establishment/answer-init.test.ts: an INIT with ${what} is refused with ABORT under its tag",
    ],
  },
  {
    id: "3.3.2-20",
    level: "MUST NOT",
    statement: "It does not change an association that exists.",
    implemented: ["src/stack/establishment/answer-init.ts#answerInit"],
    tested: [
      "test/stack/establishment/answer-init.test.ts: such an INIT does not touch the association that stands",
    ],
  },
  {
    id: "3.3.2-21",
    level: "MUST NOT",
    statement: "An INIT does not allow 0 inbound streams.",
    implemented: ["src/stack/config.ts#maxInboundStreams"],
    tested: ["test/stack/stack.test.ts: parameters outside their ranges are refused by name"],
  },
  {
    id: "3.3.2-22",
    level: "MUST",
    statement: "An INIT with 0 inbound streams is discarded.",
    implemented: ["src/stack/establishment/capabilities.ts#violationIn"],
    tested: [
      "test/stack/establishment/answer-init.test.ts: an INIT with ${what} is refused with ABORT under its tag",
    ],
  },
  {
    id: "3.3.2-23",
    level: "SHOULD",
    statement: "It is answered with ABORT under its Initiate Tag.",
    implemented: ["src/stack/establishment/answer-init.ts#refuse"],
    tested: [
      "test/stack/establishment/answer-init.test.ts: an INIT with ${what} is refused with ABORT under its tag",
    ],
  },
  {
    id: "3.3.2-24",
    level: "MUST NOT",
    statement: "It does not change an association that exists.",
    implemented: ["src/stack/establishment/answer-init.ts#answerInit"],
    tested: [
      "test/stack/establishment/answer-init.test.ts: such an INIT does not touch the association that stands",
    ],
  },
  {
    id: "3.3.2-25",
    level: "SHOULD",
    statement: "The Initial TSN is a random number.",
    implemented: ["src/stack/endpoint.ts#associate", "src/stack/establishment/answer-init.ts#freshIdentity"],
    tested: [
      "test/stack/establishment/answer-init.test.ts: each INIT ACK announces another tag and another Initial TSN",
      "test/stack/stack.test.ts: the same seed gives the same packets at the same times, byte for byte; another seed gives others",
    ],
  },
  {
    id: "3.3.2.1-1",
    level: "MUST",
    statement: "Parameters stand behind the fixed fields.",
    implemented: ["src/wire/chunks/init-body.ts#writeInitBody"],
    tested: ["test/wire/real-packets.test.ts: is written again byte for byte"],
  },
  {
    id: "3.3.2.1.2-1",
    level: "MUST NOT",
    statement: "An IPv4 address is not sent in IPv6 form.",
    implemented: [
      "src/wire/parameters/ip-address-parameters.ts#ipAddressParameter",
      "src/sockets/addresses.ts#normalise",
    ],
    tested: [
      "test/sockets/addresses.test.ts: addresses become canonical, and zones are kept",
      "test/userland/binding.test.ts: advertised addresses: scopes, families and loopback",
    ],
  },
  {
    id: "3.3.2.1.2-2",
    level: "SHOULD",
    statement: "It is sent as an IPv4 Address parameter.",
    implemented: [
      "src/wire/parameters/ip-address-parameters.ts#ipAddressParameter",
      "src/stack/establishment/destinations.ts#isDestination",
    ],
    tested: [
      "test/sockets/addresses.test.ts: addresses become canonical, and zones are kept",
      "test/stack/establishment/answer-init.test.ts: no group, wildcard, loopback or link-local address of elsewhere becomes a destination",
    ],
  },
  {
    id: "3.3.2.1.2-3",
    level: "MUST",
    statement: "Without address parameters in the INIT, its source is the only destination.",
    implemented: ["src/stack/establishment/destinations.ts#destinationsOf"],
    tested: [
      "test/stack/establishment/answer-init.test.ts: an INIT is answered with INIT ACK under its tag, and nothing is kept",
      "test/stack/establishment/addresses.test.ts: without address parameters the source of an INIT and of an INIT ACK is the only destination",
    ],
  },
  {
    id: "3.3.2.1.3-1",
    level: "MAY",
    statement: "Whoever tries again after a stale cookie may suggest a longer life for the next.",
    implemented: ["src/stack/establishment/initiate.ts#handleStaleCookie"],
    tested: [
      "test/stack/establishment/initiate.test.ts: a stale cookie leads to a new INIT that asks for a longer life",
    ],
  },
  {
    id: "3.3.2.1.3-2",
    level: "MAY",
    statement: "The receiver may ignore the suggestion.",
    implemented: [
      "src/stack/establishment/answer-init.ts#stateCookieFor",
      "src/stack/limits.ts#COOKIE_PRESERVATIVE_MS_MAX",
    ],
    tested: [
      "test/stack/establishment/answer-init.test.ts: a Cookie Preservative prolongs the life of the cookie, within bounds",
    ],
    note: "it is followed up to one minute",
  },
  {
    id: "3.3.2.1.4-1",
    level: "MUST NOT",
    statement: "Neither INIT nor INIT ACK has a Host Name Address.",
    implemented: ["src/stack/establishment/capabilities.ts#ownParameters"],
    tested: [
      "test/stack/establishment/initiate.test.ts: INIT lists the addresses that the endpoint advertises, however small the path MTU is",
      "test/stack/establishment/answer-init.test.ts: the source and the addresses listed become the destinations",
    ],
  },
  {
    id: "3.3.2.1.4-2",
    level: "MUST",
    statement: "An INIT or INIT ACK with one is answered with ABORT.",
    implemented: ["src/stack/establishment/capabilities.ts#violationIn"],
    tested: [
      "test/stack/establishment/answer-init.test.ts: an INIT with a host name is refused with Unresolvable Address",
      "test/stack/establishment/initiate.test.ts: an INIT ACK with a host name ends the attempt",
    ],
  },
  {
    id: "3.3.2.1.4-3",
    level: "MAY",
    statement: "That ABORT may carry Unresolvable Address.",
    implemented: ["src/stack/establishment/capabilities.ts#violationIn"],
    tested: ["test/stack/establishment/initiate.test.ts: an INIT ACK with a host name ends the attempt"],
  },
  {
    id: "3.3.2.1.4-4",
    level: "MUST",
    statement: "The terminating zero of a host name counts in its length.",
    leftOut: "We never send a host name; one that is received is not looked into.",
  },
  {
    id: "3.3.2.1.5-1",
    level: "MUST NOT",
    statement: "The type of Host Name Address is not listed among the supported address types.",
    leftOut: "We do not send Supported Address Types: its absence says that any type will do.",
  },
  {
    id: "3.3.2.1.5-2",
    level: "MUST",
    statement: "The type of Host Name Address is ignored where a peer lists it.",
    implemented: ["src/stack/establishment/capabilities.ts#readPeerParameters"],
    tested: [
      "test/stack/establishment/addresses.test.ts: Supported Address Types changes nothing, whatever it lists",
    ],
  },
];
