import type { Statement } from "./statement.js";

/** RFC 4895 §3 to §5. */
export const rfc4895FormatStatements: readonly Statement[] = [
  {
    id: "3.1-1",
    level: "MUST",
    statement: "The type of RANDOM is 0x8002.",
    implemented: ["src/wire/parameters/authentication-parameters.ts#PARAMETER_RANDOM"],
    tested: [
      "test/wire/authentication.test.ts: the parameters of authentication stand on the wire as the figures show",
    ],
  },
  {
    id: "3.1-2",
    level: "MUST",
    statement: "Padding of a random number is zeros.",
    implemented: ["src/wire/tlv.ts#writeList"],
    tested: ["test/wire/codecs.test.ts: what is written of a parameter is read again"],
    note: "Ours have 32 bytes and need none.",
  },
  {
    id: "3.1-3",
    level: "MUST NOT",
    statement: "There are no more than three bytes of it.",
    implemented: ["src/wire/bytes.ts#padded"],
    tested: ["test/wire/codecs.test.ts: what is written of a parameter is read again"],
  },
  {
    id: "3.1-4",
    level: "MUST",
    statement: "The receiver ignores it.",
    implemented: ["src/wire/parameter.ts#parseParameters"],
    tested: ["test/wire/codecs.test.ts: what is written of a parameter is read again"],
  },
  {
    id: "3.1-5",
    level: "MUST",
    statement: "RANDOM stands once in INIT or INIT ACK of whoever authenticates, with 32 bytes.",
    implemented: [
      "src/stack/extensions/authentication/authentication-offer.ts#offerParameters",
      "src/stack/extensions/authentication/authentication-offer.ts#createOffer",
    ],
    tested: [
      "test/stack/extensions/authentication/sending.test.ts: INIT and INIT ACK tell what they have to, by default too",
    ],
  },
  {
    id: "3.2-1",
    level: "MUST",
    statement: "The type of CHUNKS is 0x8003.",
    implemented: ["src/wire/parameters/authentication-parameters.ts#PARAMETER_CHUNK_LIST"],
    tested: [
      "test/wire/authentication.test.ts: the parameters of authentication stand on the wire as the figures show",
    ],
  },
  {
    id: "3.2-2",
    level: "MUST",
    statement: "Padding of the list is zeros.",
    implemented: ["src/wire/tlv.ts#writeList"],
    tested: ["test/wire/codecs.test.ts: what is written of a parameter is read again"],
  },
  {
    id: "3.2-3",
    level: "MUST NOT",
    statement: "There are no more than three bytes of it.",
    implemented: ["src/wire/bytes.ts#padded"],
    tested: ["test/wire/codecs.test.ts: what is written of a parameter is read again"],
  },
  {
    id: "3.2-4",
    level: "MUST",
    statement: "The receiver ignores it.",
    implemented: ["src/wire/parameter.ts#parseParameters"],
    tested: [
      "test/stack/extensions/authentication/sending.test.ts: what the peer has asked for stands behind an AUTH chunk, and nothing else does",
    ],
  },
  {
    id: "3.2-5",
    level: "MUST",
    statement: "CHUNKS stands once in INIT or INIT ACK of whoever wants authenticated chunks.",
    implemented: ["src/stack/extensions/authentication/authentication-offer.ts#offerParameters"],
    tested: [
      "test/stack/extensions/authentication/sending.test.ts: INIT and INIT ACK tell what they have to, by default too",
    ],
  },
  {
    id: "3.2-6",
    level: "rule",
    statement: "It is 260 bytes long at most.",
    implemented: ["src/wire/parameters/authentication-parameters.ts#CHUNK_LIST_CODEC"],
    tested: ["test/wire/authentication.test.ts: a Chunk List is at most 260 bytes long, and may be empty"],
  },
  {
    id: "3.2-7",
    level: "MUST NOT",
    statement: "INIT, INIT ACK, SHUTDOWN COMPLETE and AUTH are not listed.",
    implemented: [
      "src/stack/extensions/authentication/chunk-type-set.ts#canBeAuthenticated",
      "src/sockets/option-rows/authentication-rows.ts#NEVER_AUTHENTICATED",
    ],
    tested: [
      "test/stack/extensions/authentication/key-vectors.test.ts: INIT, INIT ACK, SHUTDOWN COMPLETE and AUTH in a list are ignored",
    ],
  },
  {
    id: "3.2-8",
    level: "MUST",
    statement: "If they are, that is ignored.",
    implemented: ["src/stack/extensions/authentication/chunk-type-set.ts#canBeAuthenticated"],
    tested: [
      "test/stack/extensions/authentication/receiving.test.ts: what a peer lists of INIT, INIT ACK, SHUTDOWN COMPLETE and AUTH is ignored, and makes up the key",
    ],
  },
  {
    id: "3.3-1",
    level: "MUST",
    statement: "The peer uses one of the algorithms that are listed.",
    implemented: ["src/stack/extensions/authentication/authentication-offer.ts#chosenAlgorithm"],
    tested: [
      "test/stack/extensions/authentication/receiving.test.ts: we use the first algorithm that the peer lists and we have",
    ],
  },
  {
    id: "3.3-2",
    level: "MUST",
    statement: "The type of HMAC-ALGO is 0x8004.",
    implemented: ["src/wire/parameters/authentication-parameters.ts#PARAMETER_REQUESTED_HMAC_ALGORITHM"],
    tested: [
      "test/wire/authentication.test.ts: the parameters of authentication stand on the wire as the figures show",
    ],
  },
  {
    id: "3.3-3",
    level: "MUST",
    statement: "Padding of the list is zeros.",
    implemented: ["src/wire/tlv.ts#writeList"],
    tested: ["test/wire/codecs.test.ts: what is written of a parameter is read again"],
  },
  {
    id: "3.3-4",
    level: "MUST",
    statement: "There are none or two bytes of it.",
    implemented: ["src/wire/bytes.ts#padded"],
    tested: ["test/wire/codecs.test.ts: what is written of a parameter is read again"],
  },
  {
    id: "3.3-5",
    level: "MUST",
    statement: "The receiver ignores it.",
    implemented: ["src/wire/parameter.ts#parseParameters"],
    tested: [
      "test/stack/extensions/authentication/receiving.test.ts: we use the first algorithm that the peer lists and we have",
    ],
  },
  {
    id: "3.3-6",
    level: "MUST",
    statement: "HMAC-ALGO stands once in INIT or INIT ACK of whoever authenticates.",
    implemented: ["src/stack/extensions/authentication/authentication-offer.ts#offerParameters"],
    tested: [
      "test/stack/extensions/authentication/sending.test.ts: INIT and INIT ACK tell what they have to, by default too",
    ],
  },
  {
    id: "3.3-7",
    level: "MUST",
    statement: "The HMAC with SHA-1 is supported.",
    implemented: [
      "src/stack/extensions/authentication/hmac-algorithm.ts#HMAC_IDENTIFIERS",
      "src/userland/node-crypto.ts#NodeCrypto",
    ],
    tested: [
      "test/stack/extensions/authentication/receiving.test.ts: both algorithms are taken, whichever the peer uses",
      "test/userland/node-crypto.test.ts: HMAC-SHA-1 answers the value of RFC 2202",
    ],
  },
  {
    id: "4.1-1",
    level: "MUST",
    statement: "The code of the cause is 0x0105.",
    implemented: [
      "src/wire/error-causes/unsupported-hmac-identifier-cause.ts#CAUSE_UNSUPPORTED_HMAC_IDENTIFIER",
    ],
    tested: ["test/wire/authentication.test.ts: the cause names the HMAC Identifier and has a length of 6"],
  },
  {
    id: "4.1-2",
    level: "MUST",
    statement: "Its length is 6.",
    implemented: [
      "src/wire/error-causes/unsupported-hmac-identifier-cause.ts#UNSUPPORTED_HMAC_IDENTIFIER_CODEC",
    ],
    tested: ["test/wire/authentication.test.ts: the cause names the HMAC Identifier and has a length of 6"],
  },
  {
    id: "4.1-3",
    level: "MUST",
    statement: "It is padded with zeros.",
    implemented: ["src/wire/tlv.ts#writeList"],
    tested: ["test/wire/codecs.test.ts: what is written of an error cause is read again"],
  },
  {
    id: "4.1-4",
    level: "MUST",
    statement: "There are two bytes of padding.",
    implemented: ["src/wire/bytes.ts#padded"],
    tested: ["test/wire/codecs.test.ts: what is written of an error cause is read again"],
  },
  {
    id: "4.1-5",
    level: "MUST",
    statement: "The receiver ignores them.",
    implemented: ["src/wire/error-cause.ts#parseErrorCauses"],
    tested: ["test/wire/codecs.test.ts: what is written of an error cause is read again"],
  },
  {
    id: "5.1-1",
    level: "MUST",
    statement: "The type of AUTH is 0x0F.",
    implemented: ["src/wire/chunks/auth-chunk.ts#CHUNK_AUTH"],
    tested: [
      "test/wire/authentication.test.ts: an AUTH chunk is read and written, and its flags are ignored",
    ],
  },
  {
    id: "5.1-2",
    level: "SHOULD",
    statement: "Its flags are zero when it is sent.",
    implemented: ["src/wire/chunks/auth-chunk.ts#writeUnsignedAuthChunk"],
    tested: [
      "test/wire/authentication.test.ts: an AUTH chunk is read and written, and its flags are ignored",
    ],
  },
  {
    id: "5.1-3",
    level: "MUST",
    statement: "Its flags are ignored when it is received.",
    implemented: ["src/wire/chunks/auth-chunk.ts#parseAuthChunk"],
    tested: [
      "test/wire/authentication.test.ts: an AUTH chunk is read and written, and its flags are ignored",
    ],
  },
  {
    id: "5.1-4",
    level: "MUST",
    statement: "Its padding is zeros.",
    implemented: ["src/wire/packet-builder.ts#pad"],
    tested: [
      "test/wire/codecs.test.ts: a chunk is read the same whether or not its length counts the final padding",
    ],
    note: "The HMACs that there are need none.",
  },
  {
    id: "5.1-5",
    level: "MUST NOT",
    statement: "There are no more than three bytes of it.",
    implemented: ["src/wire/bytes.ts#padded"],
    tested: [
      "test/stack/extensions/authentication/sending.test.ts: packets stay within the path MTU, and are full",
    ],
    note: "The HMACs that there are need none.",
  },
  {
    id: "5.1-6",
    level: "MUST",
    statement: "The receiver ignores it.",
    implemented: ["src/wire/packet.ts#next"],
    tested: [
      "test/stack/extensions/authentication/receiving.test.ts: an AUTH chunk of another length than its HMAC's is dropped, and a second one too",
    ],
  },
  {
    id: "5.1-7",
    level: "MUST NOT",
    statement: "A packet has no more than one AUTH chunk.",
    implemented: [
      "src/wire/packet-builder.ts#writeAuthChunk",
      "src/stack/extensions/authentication/auth-handling.ts#handleAuth",
    ],
    tested: [
      "test/stack/extensions/authentication/sending.test.ts: with every chunk type authenticated an association lives its whole life",
      "test/stack/extensions/authentication/receiving.test.ts: an AUTH chunk of another length than its HMAC's is dropped, and a second one too",
    ],
  },
  {
    id: "5.1-8",
    level: "rule",
    statement: "What stands behind the AUTH chunk is authenticated, and what stands before it is not.",
    implemented: ["src/stack/extensions/authentication/auth-handling.ts#isUnauthenticated"],
    tested: [
      "test/stack/extensions/authentication/receiving.test.ts: chunks behind a right AUTH chunk are processed; those before it are not authenticated",
    ],
  },
];
