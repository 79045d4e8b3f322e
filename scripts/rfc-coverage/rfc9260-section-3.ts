import type { Statement } from "./statement.js";

/** RFC 9260 §3 to §3.2.2: packets, chunks and parameters. */
export const rfc9260Section3Statements: readonly Statement[] = [
  {
    id: "3-1",
    level: "MUST NOT",
    statement: "INIT, INIT ACK and SHUTDOWN COMPLETE share their packet with no other chunk.",
    implemented: ["src/wire/packet-builder.ts#progressAfter", "src/wire/packet.ts#bundlingViolation"],
    tested: [
      "test/wire/packet-builder.test.ts: INIT, INIT ACK and SHUTDOWN COMPLETE are alone, or it is our own error",
      "test/stack/establishment/answer-init.test.ts: an INIT that shares its packet is discarded, whatever it shares it with",
    ],
  },
  {
    id: "3-2",
    level: "MAY",
    statement: "All other chunks may be bundled into packets that fit the path MTU.",
    implemented: ["src/stack/bundling.ts#openPacket", "src/stack/tx/data-transmission.ts#writeNewChunks"],
    tested: ["test/stack/tx/sending.test.ts: small messages are bundled up to the path MTU, TSNs ascending"],
  },
  {
    id: "3-3",
    level: "MUST",
    statement: "Integers travel in network byte order.",
    implemented: ["src/wire/bytes.ts#readUint32", "src/wire/bytes.ts#writeUint32"],
    tested: [
      "test/wire/real-packets.test.ts: is read as tshark reads it",
      "test/wire/packet.test.ts: the common header is read and written",
    ],
  },
  {
    id: "3.1-1",
    level: "MUST NOT",
    statement: "The source port is never 0.",
    implemented: [
      "src/stack/endpoint.ts#EndpointOptions",
      "src/stack/stack.ts#dispatch",
      "src/userland/bound-endpoint.ts#chooseEphemeralPort",
    ],
    tested: [
      "test/stack/establishment/initiate.test.ts: what is no packet, has a wrong checksum or a port 0 is discarded",
      "test/userland/binding.test.ts: ephemeral ports are dynamic ones, and differ between sockets and hosts",
    ],
  },
  {
    id: "3.1-2",
    level: "MUST NOT",
    statement: "The destination port is never 0.",
    implemented: ["src/sockets/addresses.ts#checkShape", "src/stack/stack.ts#dispatch"],
    tested: [
      "test/sockets/addresses.test.ts: ports and flow labels have ranges",
      "test/stack/establishment/initiate.test.ts: what is no packet, has a wrong checksum or a port 0 is discarded",
    ],
  },
  {
    id: "3.1-3",
    level: "MUST",
    statement: "A packet carries as its Verification Tag the Initiate Tag that the peer has told.",
    implemented: [
      "src/stack/bundling.ts#openPacket",
      "src/stack/establishment/initiate.ts#transmitHandshake",
    ],
    tested: [
      "test/stack/establishment/initiate.test.ts: INIT ACK is answered with COOKIE ECHO under the tag that it told",
      "test/stack/establishment/state-cookie.test.ts: a valid cookie creates the association, and COOKIE ACK answers",
    ],
  },
  {
    id: "3.1-4",
    level: "MUST",
    statement: "A packet with an INIT has the Verification Tag 0.",
    implemented: ["src/stack/establishment/initiate.ts#transmitHandshake"],
    tested: [
      "test/stack/establishment/initiate.test.ts: INIT leaves alone, under tag 0, with a tag of its own",
    ],
  },
  {
    id: "3.1-5",
    level: "MUST",
    statement: "A SHUTDOWN COMPLETE with the T bit carries the tag of the SHUTDOWN ACK that it answers.",
    implemented: ["src/stack/validation/out-of-the-blue.ts#handle"],
    tested: [
      "test/stack/validation/out-of-the-blue.test.ts: is answered with SHUTDOWN COMPLETE, its tag reflected",
    ],
  },
  {
    id: "3.1-6",
    level: "MAY",
    statement: "An ABORT may carry the tag of the packet that has caused it.",
    implemented: ["src/stack/validation/out-of-the-blue.ts#handle"],
    tested: ["test/stack/validation/out-of-the-blue.test.ts: is answered with ABORT, its tag reflected"],
  },
  {
    id: "3.2-1",
    level: "rule",
    statement:
      "The two high bits of an unknown chunk type say whether to go on with the packet and whether to report the chunk (Table 2).",
    implemented: [
      "src/wire/chunk.ts#unknownChunkAction",
      "src/stack/validation/error-chunks.ts#handleUnknownChunk",
    ],
    tested: [
      "test/wire/unknown-types.test.ts: the two high bits of an unknown chunk type say what to do",
      "test/stack/validation/verification-tag.test.ts: what unknown chunk types want is done, and reported",
    ],
  },
  {
    id: "3.2-2",
    level: "rule",
    statement: "Flags without a meaning are sent as 0 and ignored when received.",
    implemented: ["src/wire/chunk-codec.ts#writeChunkHeader"],
    tested: [
      "test/wire/codecs.test.ts: accepted bytes without reserved bits are written again as they were, up to the final padding",
      "test/wire/malformed.test.ts: reserved flags of DATA are ignored",
    ],
  },
  {
    id: "3.2-3",
    level: "rule",
    statement:
      "The length of a chunk counts the padding of all its parameters but the last, and a chunk is taken whether or not it counts the last padding too.",
    implemented: ["src/wire/parameter.ts#byteLengthOfParameters", "src/wire/packet.ts#ChunkCursor"],
    tested: [
      "test/wire/codecs.test.ts: a chunk is read the same whether or not its length counts the final padding",
    ],
  },
  {
    id: "3.2-4",
    level: "MUST",
    statement: "Chunks take a multiple of 4 bytes in the packet.",
    implemented: ["src/wire/packet-builder.ts#pad"],
    tested: [
      "test/wire/packet-builder.test.ts: chunks written into one packet are read from it, with zeros for padding",
    ],
  },
  {
    id: "3.2-5",
    level: "MUST",
    statement: "A chunk is padded with zeros, which its length does not count.",
    implemented: ["src/wire/packet-builder.ts#pad"],
    tested: ["test/wire/packet-builder.test.ts: padding is zero although the slab was used before"],
  },
  {
    id: "3.2-6",
    level: "MUST NOT",
    statement: "No more than 3 bytes are padded.",
    implemented: ["src/wire/bytes.ts#padded", "src/wire/packet-builder.ts#pad"],
    tested: [
      "test/wire/packet-builder.test.ts: chunks written into one packet are read from it, with zeros for padding",
    ],
  },
  {
    id: "3.2-7",
    level: "MUST",
    statement: "Padding is ignored when received.",
    implemented: ["src/wire/packet.ts#ChunkCursor"],
    tested: [
      "test/wire/packet.test.ts: a cursor walks over chunks and skips the padding that lengths do not count",
      "test/wire/malformed.test.ts: padding inside a list is skipped unread, and may be missing at its end",
    ],
  },
  {
    id: "3.2.1-1",
    level: "MUST",
    statement: "Parameters take a multiple of 4 bytes in the chunk.",
    implemented: ["src/wire/tlv.ts#writeList"],
    tested: [
      "test/wire/codecs.test.ts: what is written of a parameter is read again",
      "test/wire/real-packets.test.ts: is written again byte for byte",
    ],
  },
  {
    id: "3.2.1-2",
    level: "MUST NOT",
    statement: "No more than 3 bytes are padded behind a parameter.",
    implemented: ["src/wire/tlv.ts#writeList"],
    tested: ["test/wire/real-packets.test.ts: is written again byte for byte"],
  },
  {
    id: "3.2.1-3",
    level: "MUST",
    statement: "The padding of parameters is ignored when received.",
    implemented: ["src/wire/parameter.ts#parseParameters"],
    tested: [
      "test/wire/malformed.test.ts: padding inside a list is skipped unread, and may be missing at its end",
    ],
  },
  {
    id: "3.2.1-4",
    level: "rule",
    statement:
      "The two high bits of an unknown parameter type say whether to go on with the chunk's parameters and whether to report it (Table 3); what was processed before stands.",
    implemented: ["src/wire/parameter.ts#unknownParameterAction", "src/wire/parameter.ts#parseParameters"],
    tested: [
      "test/wire/unknown-types.test.ts: the two high bits of an unknown parameter type say what to do",
      "test/stack/establishment/answer-init.test.ts: a parameter with the high bits 00 stops the processing and is not reported",
      "test/stack/establishment/initiate.test.ts: a cookie behind a parameter that stops the processing is not there",
    ],
  },
  {
    id: "3.2.1-5",
    level: "MUST",
    statement: "A parameter type means the same in every chunk.",
    implemented: ["src/wire/parameter.ts#PARAMETER_CODECS"],
    tested: ["test/wire/codecs.test.ts: what is written of a parameter is read again"],
  },
  {
    id: "3.2.1-6",
    level: "MUST NOT",
    statement: "The number of a parameter type is not used for anything else in another chunk.",
    implemented: ["src/wire/parameter.ts#CODEC_BY_TYPE"],
    tested: [
      "test/wire/unknown-types.test.ts: unknown parameters with the bit 01 or 11 are reported, up to one that stops",
    ],
    note: "there is one registry for all chunks",
  },
  {
    id: "3.2.2-1",
    level: "MUST",
    statement:
      "Unknown parameters of an INIT that are to be reported come back as Unrecognized Parameter in the INIT ACK.",
    implemented: ["src/stack/establishment/answer-init.ts#sendInitAck"],
    tested: [
      "test/stack/establishment/answer-init.test.ts: unknown parameters of an INIT are reported in the INIT ACK as their high bits want",
    ],
  },
  {
    id: "3.2.2-2",
    level: "SHOULD",
    statement:
      "Those of any other chunk are reported in an ERROR bundled with the answer, those of an INIT ACK with the COOKIE ECHO.",
    implemented: ["src/stack/establishment/initiate.ts#handleInitAck"],
    tested: [
      "test/stack/establishment/initiate.test.ts: unknown parameters of an INIT ACK are reported beside the COOKIE ECHO",
    ],
    note: "INIT and INIT ACK are the only chunks whose parameters the peer chooses",
  },
  {
    id: "3.2.2-3",
    level: "MAY",
    statement:
      "What finds no room beside the COOKIE ECHO may follow, but not before the COOKIE ACK has come.",
    implemented: [
      "src/stack/establishment/initiate.ts#transmitHandshake",
      "src/stack/bundling.ts#bundleControl",
    ],
    tested: [
      "test/stack/establishment/initiate.test.ts: a cookie that leaves no room in the path MTU travels alone",
    ],
  },
  {
    id: "3.2.2-4",
    level: "MUST",
    statement: "COOKIE ECHO is the first chunk of its packet.",
    implemented: [
      "src/wire/packet-builder.ts#progressAfter",
      "src/stack/establishment/initiate.ts#transmitHandshake",
    ],
    tested: [
      "test/wire/packet-builder.test.ts: COOKIE ECHO is the first chunk of its packet, and DATA may follow",
    ],
  },
];
