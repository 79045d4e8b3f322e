import type { Statement } from "./statement.js";

/** RFC 4895 §6 and §8. */
export const rfc4895ProcedureStatements: readonly Statement[] = [
  {
    id: "6.1-1",
    level: "MUST",
    statement: "Whoever authenticates sends one RANDOM in INIT or INIT ACK.",
    implemented: ["src/stack/extensions/authentication/authentication-offer.ts#offerParameters"],
    tested: [
      "test/stack/extensions/authentication/sending.test.ts: INIT and INIT ACK tell what they have to, by default too",
    ],
    note: "INIT ACK leaves it out where the INIT has none: then there is nothing to authenticate.",
  },
  {
    id: "6.1-2",
    level: "MUST",
    statement: "It has 32 bytes.",
    implemented: ["src/stack/extensions/authentication/authentication-offer.ts#createOffer"],
    tested: [
      "test/stack/extensions/authentication/sending.test.ts: INIT and INIT ACK tell what they have to, by default too",
    ],
  },
  {
    id: "6.1-3",
    level: "MUST",
    statement: "One of another length ends the association.",
    implemented: ["src/stack/establishment/capabilities.ts#violationIn"],
    tested: [
      "test/stack/extensions/authentication/receiving.test.ts: a RANDOM parameter that has not 32 bytes ends the attempt with a Protocol Violation",
    ],
  },
  {
    id: "6.1-4",
    level: "SHOULD",
    statement: "The ABORT names a Protocol Violation.",
    implemented: ["src/stack/establishment/capabilities.ts#violationIn"],
    tested: [
      "test/stack/extensions/authentication/receiving.test.ts: a RANDOM parameter that has not 32 bytes ends the attempt with a Protocol Violation",
    ],
  },
  {
    id: "6.1-5",
    level: "rule",
    statement: "In a collision the random number goes with the verification tag.",
    implemented: ["src/stack/establishment/answer-init.ts#authenticationFor"],
    tested: [
      "test/stack/extensions/authentication/receiving.test.ts: in a collision INIT and INIT ACK tell the same random number",
    ],
  },
  {
    id: "6.1-6",
    level: "MAY",
    statement: "An empty list of chunks is left out.",
    implemented: ["src/stack/extensions/authentication/authentication-offer.ts#createOffer"],
    tested: [
      "test/stack/extensions/authentication/key-vectors.test.ts: a parameter that was not sent is not in the key vector; an empty one is",
    ],
  },
  {
    id: "6.1-7",
    level: "MUST",
    statement: "INIT and INIT ACK have HMAC-ALGO.",
    implemented: ["src/stack/extensions/authentication/authentication-offer.ts#offerParameters"],
    tested: [
      "test/stack/extensions/authentication/sending.test.ts: INIT and INIT ACK tell what they have to, by default too",
    ],
  },
  {
    id: "6.1-8",
    level: "SHOULD",
    statement: "The first algorithm of the peer's list that is supported is used.",
    implemented: ["src/stack/extensions/authentication/authentication-offer.ts#chosenAlgorithm"],
    tested: [
      "test/stack/extensions/authentication/receiving.test.ts: we use the first algorithm that the peer lists and we have",
    ],
  },
  {
    id: "6.1-9",
    level: "MUST",
    statement: "SHA-1 is supported, and in the list.",
    implemented: ["src/stack/config.ts#contradictionIn"],
    tested: [
      "test/stack/extensions/authentication/sending.test.ts: INIT and INIT ACK tell what they have to, by default too",
      "test/stack/extensions/authentication/receiving.test.ts: both algorithms are taken, whichever the peer uses",
    ],
  },
  {
    id: "6.1-10",
    level: "MUST NOT",
    statement: "The list does not change while the endpoint lives.",
    implemented: ["src/stack/establishment/state-cookie.ts#ownAuthentication"],
    tested: [
      "test/stack/extensions/authentication/key-vectors.test.ts: what a State Cookie carries of an offer is all of it",
    ],
    note: "What SCTP_HMAC_IDENT sets is for associations to come (RFC 6458 §8.1.17); handshakes keep what they told.",
  },
  {
    id: "6.1-11",
    level: "MAY",
    statement: "Both sides have shared keys, by numbers.",
    implemented: ["src/stack/extensions/authentication/shared-keys.ts#SharedKeys"],
    tested: [
      "test/stack/extensions/authentication/sending.test.ts: messages with different keys are never in one packet, and each has its own",
    ],
  },
  {
    id: "6.1-12",
    level: "MUST",
    statement: "Padding is not a part of a key vector.",
    implemented: ["src/stack/extensions/authentication/authentication-offer.ts#keyVectorOf"],
    tested: [
      "test/stack/extensions/authentication/key-vectors.test.ts: a key vector is RANDOM, CHUNKS and HMAC-ALGO with their headers and without padding",
    ],
  },
  {
    id: "6.1-13",
    level: "rule",
    statement: "Parameters that were not sent are not either.",
    implemented: ["src/stack/extensions/authentication/authentication-offer.ts#keyVectorOf"],
    tested: [
      "test/stack/extensions/authentication/key-vectors.test.ts: a parameter that was not sent is not in the key vector; an empty one is",
    ],
  },
  {
    id: "6.1-14",
    level: "rule",
    statement:
      "The shared key comes first, then the key vector that is smaller as a number, or else shorter.",
    implemented: [
      "src/stack/extensions/authentication/authentication-offer.ts#associationSharedKey",
      "src/stack/extensions/authentication/authentication-offer.ts#compareKeyVectors",
    ],
    tested: [
      "test/stack/extensions/authentication/key-vectors.test.ts: key vectors are compared as numbers, and of equal ones the shorter comes first",
      "test/stack/extensions/authentication/key-vectors.test.ts: the shared key stands before both key vectors, and both sides come to the same",
    ],
  },
  {
    id: "6.2-1",
    level: "MUST",
    statement: "All chunks that the peer has asked for are authenticated.",
    implemented: ["src/stack/packet-output.ts#authenticate"],
    tested: [
      "test/stack/extensions/authentication/sending.test.ts: with every chunk type authenticated an association lives its whole life",
    ],
  },
  {
    id: "6.2-2",
    level: "MAY",
    statement: "Other chunks are authenticated or not.",
    leftOut: "Only what stands behind an AUTH chunk that another chunk needs.",
  },
  {
    id: "6.2-3",
    level: "MUST",
    statement: "Where there are shared keys, one of them is chosen.",
    implemented: ["src/stack/association.ts#send"],
    tested: [
      "test/stack/extensions/authentication/sending.test.ts: messages with different keys are never in one packet, and each has its own",
    ],
  },
  {
    id: "6.2-4",
    level: "MUST",
    statement: "What is authenticated stands behind an AUTH chunk.",
    implemented: ["src/stack/packet-output.ts#authenticate"],
    tested: [
      "test/stack/extensions/authentication/sending.test.ts: what the peer has asked for stands behind an AUTH chunk, and nothing else does",
    ],
  },
  {
    id: "6.2-5",
    level: "MUST",
    statement: "It is bundled with it.",
    implemented: ["src/stack/packet-output.ts#roomFor"],
    tested: [
      "test/stack/extensions/authentication/sending.test.ts: packets stay within the path MTU, and are full",
    ],
  },
  {
    id: "6.2-6",
    level: "MUST",
    statement: "Without a shared key the identifier is 0, and the key is empty.",
    implemented: ["src/stack/extensions/authentication/shared-keys.ts#SharedKeys"],
    tested: [
      "test/stack/extensions/authentication/receiving.test.ts: we use the first algorithm that the peer lists and we have",
    ],
  },
  {
    id: "6.2-7",
    level: "MUST",
    statement: "The HMAC is computed over the AUTH chunk with zeros in its place, and all chunks behind it.",
    implemented: [
      "src/stack/packet-output.ts#sign",
      "src/stack/extensions/authentication/authentication.ts#sign",
    ],
    tested: [
      "test/stack/extensions/authentication/receiving.test.ts: we use the first algorithm that the peer lists and we have",
      "test/wire/authentication.test.ts: while the HMAC is computed its place is all zeros",
    ],
  },
  {
    id: "6.2-8",
    level: "MUST",
    statement: "The padding of those chunks is a part of it.",
    implemented: [
      "src/stack/packet-output.ts#sign",
      "src/stack/extensions/authentication/authentication.ts#verify",
    ],
    tested: [
      "test/stack/extensions/authentication/receiving.test.ts: the padding of all chunks is a part of what is authenticated",
    ],
  },
  {
    id: "6.3-1",
    level: "MUST",
    statement: "A chunk of the list that does not stand behind an AUTH chunk is discarded silently.",
    implemented: ["src/stack/extensions/authentication/auth-handling.ts#isUnauthenticated"],
    tested: [
      "test/stack/extensions/authentication/receiving.test.ts: a chunk that has to be authenticated is dropped silently when it is not",
      "test/stack/extensions/authentication/receiving.test.ts: what has to be authenticated stays so where the peer cannot do it",
    ],
  },
  {
    id: "6.3-2",
    level: "MUST",
    statement: "The algorithm is the one that the AUTH chunk names.",
    implemented: ["src/stack/extensions/authentication/authentication.ts#verify"],
    tested: [
      "test/stack/extensions/authentication/receiving.test.ts: both algorithms are taken, whichever the peer uses",
    ],
  },
  {
    id: "6.3-3",
    level: "MUST",
    statement: "If it was not asked for, the AUTH chunk and all behind it are discarded.",
    implemented: ["src/stack/extensions/authentication/auth-handling.ts#handleAuth"],
    tested: [
      "test/stack/extensions/authentication/receiving.test.ts: an algorithm that we have not asked for is answered with ERROR, and the rest is dropped",
    ],
  },
  {
    id: "6.3-4",
    level: "SHOULD",
    statement: "An ERROR tells the peer.",
    implemented: [
      "src/stack/extensions/authentication/auth-handling.ts#handleAuth",
      "src/stack/extensions/authentication/auth-handling.ts#isCookieEchoAuthentic",
    ],
    tested: [
      "test/stack/extensions/authentication/receiving.test.ts: an algorithm that we have not asked for is answered with ERROR, and the rest is dropped",
      "test/stack/extensions/authentication/receiving.test.ts: a COOKIE ECHO with an algorithm that we have not asked for gets an ERROR",
    ],
  },
  {
    id: "6.3-5",
    level: "MUST",
    statement: "Without shared keys, what names another than 0 is discarded silently.",
    implemented: ["src/stack/extensions/authentication/authentication.ts#verify"],
    tested: [
      "test/stack/extensions/authentication/receiving.test.ts: a key that there is not, and a wrong HMAC, are dropped silently",
    ],
  },
  {
    id: "6.3-6",
    level: "MUST",
    statement: "The key is the one that is named.",
    implemented: ["src/stack/extensions/authentication/authentication.ts#verify"],
    tested: [
      "test/stack/extensions/authentication/sending.test.ts: messages with different keys are never in one packet, and each has its own",
    ],
  },
  {
    id: "6.3-7",
    level: "MUST",
    statement: "Where there is none such, what is authenticated is discarded silently.",
    implemented: ["src/stack/extensions/authentication/authentication.ts#verify"],
    tested: [
      "test/stack/extensions/authentication/receiving.test.ts: a key that there is not, and a wrong HMAC, are dropped silently",
    ],
  },
  {
    id: "6.3-8",
    level: "MUST",
    statement: "What stands behind a wrong HMAC is discarded silently.",
    implemented: ["src/stack/extensions/authentication/auth-handling.ts#handleAuth"],
    tested: [
      "test/stack/extensions/authentication/receiving.test.ts: a key that there is not, and a wrong HMAC, are dropped silently",
      "test/stack/extensions/authentication/sending.test.ts: keys that differ let nothing through",
    ],
  },
  {
    id: "6.3-9",
    level: "rule",
    statement: "Who takes authenticated ABORT chunks only does not end for malformed packets.",
    implemented: ["src/stack/termination/abort.ts#abortForViolation"],
    tested: [
      "test/stack/extensions/authentication/receiving.test.ts: where ABORT has to be authenticated, nothing that is not ends the association",
    ],
  },
  {
    id: "6.3-10",
    level: "MUST",
    statement: "Without an association, AUTH before COOKIE ECHO is checked by what the cookie holds.",
    implemented: ["src/stack/extensions/authentication/auth-handling.ts#isCookieEchoAuthentic"],
    tested: [
      "test/stack/extensions/authentication/receiving.test.ts: a COOKIE ECHO that has to be authenticated is, by what its cookie says",
    ],
  },
  {
    id: "6.3-11",
    level: "MUST",
    statement: "If it is right, the COOKIE ECHO and all behind it are processed.",
    implemented: ["src/stack/establishment/accept-cookie.ts#acceptCookie"],
    tested: [
      "test/stack/extensions/authentication/receiving.test.ts: a COOKIE ECHO that has to be authenticated is, by what its cookie says",
    ],
  },
  {
    id: "6.3-12",
    level: "MUST",
    statement: "With an association, it is checked by that.",
    implemented: ["src/stack/extensions/authentication/auth-handling.ts#isCookieEchoAuthentic"],
    tested: [
      "test/stack/extensions/authentication/receiving.test.ts: a restart takes the key of the association that stands, and then there is a new one",
      "test/stack/extensions/authentication/receiving.test.ts: a COOKIE ECHO that ends a collision is authenticated by its cookie, or by the association",
    ],
    note: "One that waits for its INIT ACK knows no random number of the peer's; the cookie does.",
  },
  {
    id: "6.3-13",
    level: "MUST",
    statement: "Without COOKIE ECHO, the chunks behind AUTH are used to find the association.",
    implemented: ["src/stack/extensions/authentication/auth-handling.ts#authBeforeCookieEcho"],
    tested: [
      "test/stack/extensions/authentication/receiving.test.ts: an AUTH chunk is left out of what is out of the blue",
    ],
    note: "Ports, addresses and the tag find it.",
  },
  {
    id: "6.3-14",
    level: "MUST",
    statement: "If there is none, the packet is out of the blue.",
    implemented: ["src/stack/validation/out-of-the-blue.ts#judge"],
    tested: [
      "test/stack/extensions/authentication/receiving.test.ts: an AUTH chunk is left out of what is out of the blue",
    ],
  },
  {
    id: "6.3-15",
    level: "MUST",
    statement: "It is then handled as if there were no AUTH chunk.",
    implemented: ["src/stack/validation/out-of-the-blue.ts#judge"],
    tested: [
      "test/stack/extensions/authentication/receiving.test.ts: an AUTH chunk is left out of what is out of the blue",
    ],
  },
  {
    id: "6.3-16",
    level: "MUST",
    statement: "If there is one, it checks the AUTH chunk.",
    implemented: ["src/stack/extensions/authentication/auth-handling.ts#handleAuth"],
    tested: [
      "test/stack/extensions/authentication/receiving.test.ts: chunks behind a right AUTH chunk are processed; those before it are not authenticated",
    ],
  },
  {
    id: "6.3-17",
    level: "rule",
    statement: "After a restart both sides use the new key.",
    implemented: ["src/stack/establishment/accept-cookie.ts#takeOver"],
    tested: [
      "test/stack/extensions/authentication/receiving.test.ts: a restart takes the key of the association that stands, and then there is a new one",
    ],
  },
  {
    id: "6.3-18",
    level: "MUST NOT",
    statement: "No cookie holds a shared key.",
    implemented: ["src/stack/establishment/state-cookie.ts#ownAuthentication"],
    tested: [
      "test/stack/establishment/announced-values.test.ts: what both say of authentication and the code",
    ],
  },
  {
    id: "7-1",
    level: "rule",
    statement: "COOKIE ECHO may be followed by AUTH and DATA.",
    implemented: ["src/stack/extensions/authentication/auth-handling.ts#handleAuth"],
    tested: [
      "test/stack/extensions/authentication/receiving.test.ts: COOKIE ECHO may stand before the AUTH chunk, which is for the DATA behind it",
    ],
  },
  {
    id: "8.4-1",
    level: "MUST",
    statement: "A new HMAC identifier gets a number of its own.",
    leftOut: "It is IANA's business.",
  },
  {
    id: "8.4-2",
    level: "MUST",
    statement: "Its specification is required.",
    leftOut: "It is IANA's business.",
  },
];
