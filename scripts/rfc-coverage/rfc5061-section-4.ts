import type { Statement } from "./statement.js";

/** RFC 5061, sections 3 and 4. */
export const rfc5061ChunkStatements: readonly Statement[] = [
  {
    id: "3-1",
    level: "MUST",
    times: 2,
    statement: "Sequence Numbers are counted modulo 2^32: 0 comes after 2^32 - 1.",
    implemented: [
      "src/stack/extensions/address-reconfiguration/outgoing-asconf.ts#asconfOf",
      "src/base/serial-number.ts#tsnAdd",
    ],
    tested: [
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: Sequence Numbers wrap around",
    ],
  },
  {
    id: "3-2",
    level: "SHOULD",
    times: 2,
    statement:
      "Sequence Numbers are compared as RFC 1982 says, with 32 bits; Stream Sequence Numbers with 16.",
    implemented: [
      "src/stack/extensions/address-reconfiguration/incoming-asconf.ts#handleAsconf",
      "src/base/serial-number.ts#ssnLess",
    ],
    tested: [
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: an ASCONF that is ahead of the next one is discarded",
      "test/base/serial-number.test.ts: SSNs wrap after 65535 and compare in 16 bits",
    ],
  },
  {
    id: "4.1.1-1",
    level: "MUST",
    statement: "An ASCONF is acknowledged.",
    implemented: ["src/stack/extensions/address-reconfiguration/incoming-asconf.ts#handleAsconf"],
    tested: [
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: an ASCONF is answered to where it came from, in authenticated form",
    ],
  },
  {
    id: "4.1.1-2",
    level: "MUST",
    statement: "It is sent in authenticated form.",
    implemented: [
      "src/stack/packet-output.ts#writeChunk",
      "src/stack/extensions/address-reconfiguration/beginning.ts#beginAddressReconfiguration",
    ],
    tested: [
      "test/stack/extensions/address-reconfiguration/outgoing-asconf.test.ts: an address is asked for at once, numbered from our Initial TSN, authenticated",
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: where nothing was agreed an ASCONF is an unknown chunk",
    ],
    note: "There are no changes of addresses with a peer that does not list both chunks in CHUNKS.",
  },
  {
    id: "4.1.1-3",
    level: "MUST",
    statement: "Without authentication it is discarded silently.",
    implemented: ["src/stack/packet-handling.ts#handlePacket"],
    tested: [
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: without authentication an ASCONF is discarded, and with it the rest of the packet",
    ],
  },
  {
    id: "4.1.1-4",
    level: "MUST",
    statement: "Its Address Parameter is an address that the peer holds to be part of the association.",
    implemented: ["src/stack/extensions/address-reconfiguration/outgoing-asconf.ts#askForAddresses"],
    tested: [
      "test/stack/extensions/address-reconfiguration/outgoing-asconf.test.ts: the last address is deleted once another has taken its place",
    ],
  },
  {
    id: "4.1.1-5",
    level: "MAY",
    statement: "With 0.0.0.0 or ::0 there the receiver finds the association by other means.",
    implemented: ["src/stack/extensions/address-reconfiguration/asconf-lookup.ts#isFoundByAsconf"],
    tested: [
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: an ASCONF from a new address is found by its address parameter, and answered there",
    ],
    note: "By the verification tag.",
  },
  {
    id: "4.1.1-6",
    level: "MUST",
    statement: "The Address Parameter is in every ASCONF.",
    implemented: ["src/wire/chunks/asconf-chunk.ts#lookupAddress"],
    tested: [
      "test/wire/address-reconfiguration.test.ts: the address parameter has to be there, and is no host name",
    ],
  },
  {
    id: "4.1.1-7",
    level: "MUST NOT",
    statement: "No host name is sent.",
    implemented: ["src/wire/parameters/ip-address-parameters.ts#writeAddressParameter"],
    tested: [
      "test/wire/address-reconfiguration.test.ts: the address parameter has to be there, and is no host name",
    ],
  },
  {
    id: "4.1.1-8",
    level: "MUST",
    statement: "A host name is ignored.",
    implemented: ["src/wire/chunks/asconf-chunk.ts#lookupAddress"],
    tested: [
      "test/wire/address-reconfiguration.test.ts: the address parameter has to be there, and is no host name",
      "test/wire/address-reconfiguration.test.ts: a request with no address, with a host name or with bytes behind the address is malformed",
    ],
    note: "The whole chunk is.",
  },
  {
    id: "4.1.1-9",
    level: "MUST",
    statement: "Who does not know the chunk skips and reports it.",
    implemented: ["src/stack/packet-handling.ts#isOfOtherExtension"],
    tested: [
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: where nothing was agreed an ASCONF is an unknown chunk",
    ],
    note: "RFC 4895 §6.3 goes first: where our CHUNKS has listed it, one without authentication is discarded silently.",
  },
  {
    id: "4.1.1-10",
    level: "MUST",
    statement: "Whose ASCONF is reported as unknown sends no further one.",
    implemented: ["src/stack/extensions/address-reconfiguration/outgoing-asconf.ts#asconfNotUnderstood"],
    tested: [
      "test/stack/extensions/address-reconfiguration/outgoing-asconf.test.ts: a peer that does not know ASCONF gets no further one, and the user is told",
    ],
  },
  {
    id: "4.1.2-1",
    level: "MUST",
    times: 2,
    statement: "An ASCONF-ACK is sent in authenticated form, and discarded silently without it.",
    implemented: ["src/stack/packet-output.ts#writeChunk", "src/stack/packet-handling.ts#handlePacket"],
    tested: [
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: an ASCONF is answered to where it came from, in authenticated form",
      "test/stack/extensions/address-reconfiguration/outgoing-asconf.test.ts: an ASCONF-ACK without authentication is discarded",
    ],
  },
  {
    id: "4.1.2-2",
    level: "MAY",
    statement: "Complete success is told by an ASCONF-ACK without responses.",
    implemented: ["src/stack/extensions/address-reconfiguration/address-changes.ts#applyRequests"],
    tested: [
      "test/wire/address-reconfiguration.test.ts: an ASCONF-ACK that reports nothing has 8 bytes",
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: an ASCONF is answered to where it came from, in authenticated form",
    ],
  },
  {
    id: "4.2-1",
    level: "MAY",
    statement: "A parameter where it is not allowed is answered with ABORT.",
    leftOut: "It is ignored, as the section recommends.",
  },
  {
    id: "4.2-2",
    level: "MUST",
    statement: "Else it is ignored.",
    implemented: [
      "src/stack/extensions/address-reconfiguration/address-changes.ts#applyRequests",
      "src/stack/establishment/capabilities.ts#readPeerParameters",
    ],
    tested: [
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: parameters that have no place in an ASCONF are ignored",
      "test/stack/extensions/address-reconfiguration/agreeing.test.ts: parameters of ASCONF chunks in an INIT or INIT ACK are ignored, and not reported",
    ],
  },
  {
    id: "4.2-3",
    level: "SHOULD",
    statement: "A robust implementation ignores it and goes on with the association.",
    implemented: ["src/stack/extensions/address-reconfiguration/address-changes.ts#applyRequests"],
    tested: [
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: parameters that have no place in an ASCONF are ignored",
    ],
  },
  {
    id: "4.2.1-1",
    level: "MUST NOT",
    statement: "The receiver does not change the correlation id.",
    implemented: ["src/stack/extensions/address-reconfiguration/address-changes.ts#refusalOf"],
    tested: [
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: beyond the bound of addresses, and behind that, nothing is added or deleted",
    ],
  },
  {
    id: "4.2.1-2",
    level: "MUST NOT",
    statement: "The address is no broadcast and no multicast address.",
    implemented: ["src/stack/establishment/destinations.ts#destinationFrom"],
    tested: [
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: what cannot be one host's address, as seen from here, is not added",
    ],
    note: "Our own are those of sockets that are bound.",
  },
  {
    id: "4.2.1-3",
    level: "MUST",
    statement: "A wildcard adds the source of the packet.",
    implemented: ["src/stack/extensions/address-reconfiguration/address-changes.ts#addAddress"],
    tested: [
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: a wildcard stands for where the packet comes from, whatever its family",
    ],
  },
  {
    id: "4.2.2-1",
    level: "MUST NOT",
    statement: "The receiver does not change the correlation id.",
    implemented: ["src/stack/extensions/address-reconfiguration/address-changes.ts#refusalOf"],
    tested: [
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: beyond the bound of addresses, and behind that, nothing is added or deleted",
    ],
  },
  {
    id: "4.2.2-2",
    level: "MUST NOT",
    statement: "The address is no broadcast and no multicast address.",
    implemented: ["src/stack/extensions/address-reconfiguration/address-changes.ts#deleteAddress"],
    tested: [
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: neither the last address nor the packet's source is deleted",
    ],
    note: "What is no path of the association cannot be deleted.",
  },
  {
    id: "4.2.2-3",
    level: "MUST",
    statement: "A wildcard deletes all addresses but the source of the packet.",
    implemented: ["src/stack/extensions/address-reconfiguration/address-changes.ts#deleteAddress"],
    tested: [
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: a wildcard deletes all addresses but the one that the packet comes from",
    ],
  },
  {
    id: "4.2.3-1",
    level: "MUST NOT",
    statement: "The receiver does not change the correlation id.",
    implemented: ["src/stack/extensions/address-reconfiguration/address-changes.ts#refusalOf"],
    tested: [
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: unknown parameters are reported as their types want",
    ],
  },
  {
    id: "4.2.4-1",
    level: "MUST NOT",
    statement: "The receiver does not change the correlation id.",
    implemented: ["src/stack/extensions/address-reconfiguration/address-changes.ts#successOf"],
    tested: [
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: requests are fulfilled in their order",
    ],
  },
  {
    id: "4.2.4-2",
    level: "MAY",
    times: 2,
    statement: "The receiver makes the address its primary one; a wildcard is the source of the packet.",
    implemented: ["src/stack/extensions/address-reconfiguration/address-changes.ts#setPrimary"],
    tested: [
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: the peer's wish for a primary address is granted, once that is confirmed",
    ],
  },
  {
    id: "4.2.4-3",
    level: "rule",
    statement: "In an INIT or INIT ACK it tells of an initial preference.",
    implemented: [
      "src/stack/extensions/address-reconfiguration/preferred-primary.ts#preferInitially",
      "src/stack/establishment/state-cookie.ts#placeOf",
    ],
    tested: [
      "test/stack/extensions/address-reconfiguration/agreeing.test.ts: an INIT may prefer an address, which is heeded once it is confirmed",
      "test/stack/extensions/address-reconfiguration/agreeing.test.ts: an INIT ACK may prefer an address",
    ],
    note: "It is heeded where ASCONF chunks are. Ours have none: RFC 6458 has no call for it.",
  },
  {
    id: "4.2.5-1",
    level: "MAY",
    times: 2,
    statement: "Success is told by silence, or explicitly.",
    implemented: [
      "src/stack/extensions/address-reconfiguration/address-changes.ts#applyRequests",
      "src/stack/extensions/address-reconfiguration/outgoing-asconf.ts#applyResponses",
    ],
    tested: [
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: requests are fulfilled in their order",
      "test/stack/extensions/address-reconfiguration/outgoing-asconf.test.ts: up to a failure silence is success, and behind it failure",
    ],
    note: "Behind a refusal explicitly, else by silence.",
  },
  {
    id: "4.2.6-1",
    level: "MUST",
    statement: "Each adaptation layer has a code point of its own.",
    leftOut: "That is for the documents of those layers.",
  },
  {
    id: "4.2.6-2",
    level: "SHOULD NOT",
    statement: "SCTP does not look into the indication.",
    implemented: ["src/stack/establishment/capabilities.ts#readPeerParameters"],
    tested: [
      "test/userland/one-to-many.test.ts: RFC 6458 §3: the first message sets the association up, and everything comes in its order",
    ],
    note: "It is passed on as a number.",
  },
  {
    id: "4.2.6-3",
    level: "SHOULD",
    statement: "It is passed to the upper layer.",
    implemented: ["src/stack/establishment/initiate.ts#becomeEstablished"],
    tested: [
      "test/userland/one-to-many.test.ts: RFC 6458 §3: the first message sets the association up, and everything comes in its order",
    ],
  },
  {
    id: "4.2.6-4",
    level: "MUST NOT",
    statement: "It is sent in INIT and INIT ACK only.",
    implemented: ["src/stack/establishment/capabilities.ts#ownParameters"],
    tested: [
      "test/stack/establishment/announced-values.test.ts: however often a cookie is stale, the INIT has one Cookie Preservative and no parameter twice",
    ],
  },
  {
    id: "4.2.6-5",
    level: "MUST",
    statement: "In any other chunk it is ignored.",
    implemented: ["src/stack/extensions/address-reconfiguration/address-changes.ts#applyRequests"],
    tested: [
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: parameters that have no place in an ASCONF are ignored",
    ],
  },
  {
    id: "4.2.7-1",
    level: "MUST",
    statement: "Who lists a chunk type can send and receive it.",
    implemented: ["src/stack/establishment/extensions.ts#ownExtensions"],
    tested: [
      "test/stack/extensions/address-reconfiguration/agreeing.test.ts: INIT and INIT ACK list ASCONF, ASCONF-ACK and AUTH",
    ],
  },
  {
    id: "4.2.7-2",
    level: "MUST",
    statement: "Who has this extension lists ASCONF, ASCONF-ACK and AUTH in INIT and INIT ACK.",
    implemented: ["src/stack/establishment/extensions.ts#extensionParameters"],
    tested: [
      "test/stack/extensions/address-reconfiguration/agreeing.test.ts: INIT and INIT ACK list ASCONF, ASCONF-ACK and AUTH",
    ],
  },
  {
    id: "4.2.7-3",
    level: "MUST NOT",
    times: 3,
    statement:
      "The length does not count padding; there is one such parameter in a chunk, and only in INIT and INIT ACK.",
    implemented: [
      "src/wire/parameters/extension-parameters.ts#SUPPORTED_EXTENSIONS_CODEC",
      "src/stack/establishment/extensions.ts#extensionParameters",
    ],
    tested: [
      "test/stack/extensions/address-reconfiguration/agreeing.test.ts: INIT and INIT ACK list ASCONF, ASCONF-ACK and AUTH",
    ],
  },
];
