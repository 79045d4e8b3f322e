import type { Statement } from "./statement.js";

/** RFC 5061, sections 5.1 and 5.2. */
export const rfc5061ProcedureStatements: readonly Statement[] = [
  {
    id: "5.1-1",
    level: "MUST",
    statement: "What is to change is asked for as A1 to A9 say.",
    implemented: ["src/stack/extensions/address-reconfiguration/outgoing-asconf.ts#beginAsconf"],
    tested: [
      "test/stack/extensions/address-reconfiguration/outgoing-asconf.test.ts: an address is asked for at once, numbered from our Initial TSN, authenticated",
    ],
  },
  {
    id: "5.1-2",
    level: "MUST",
    statement: "A1: the chunk has all that is to be sent, with correlation ids that differ.",
    implemented: [
      "src/stack/extensions/address-reconfiguration/outgoing-asconf.ts#askForAddresses",
      "src/stack/extensions/address-reconfiguration/outgoing-asconf.ts#asconfOf",
    ],
    tested: [
      "test/stack/extensions/address-reconfiguration/outgoing-asconf.test.ts: one ASCONF is outstanding; what comes meanwhile goes with the next, in order",
      "test/stack/extensions/address-reconfiguration/outgoing-asconf.test.ts: up to a failure silence is success, and behind it failure",
    ],
    note: "What does not fit goes with the next one.",
  },
  {
    id: "5.1-3",
    level: "MUST",
    times: 4,
    statement: "A2: Sequence Numbers begin at our Initial TSN, and each chunk has the next one.",
    implemented: [
      "src/stack/extensions/address-reconfiguration/address-reconfiguration.ts#AddressReconfiguration",
      "src/stack/extensions/address-reconfiguration/outgoing-asconf.ts#asconfOf",
    ],
    tested: [
      "test/stack/extensions/address-reconfiguration/outgoing-asconf.test.ts: one ASCONF is outstanding; what comes meanwhile goes with the next, in order",
      "test/stack/extensions/address-reconfiguration/outgoing-asconf.test.ts: a restart of the peer's forgets all that was asked for",
    ],
  },
  {
    id: "5.1-4",
    level: "MUST",
    statement: "A4: the T-4 RTO timer runs with the RTO of the destination.",
    implemented: ["src/stack/extensions/address-reconfiguration/asconf-transmission.ts#transmitAsconf"],
    tested: [
      "test/stack/extensions/address-reconfiguration/outgoing-asconf.test.ts: unanswered, the same ASCONF goes another way after an RTO, which doubles",
    ],
  },
  {
    id: "5.1-5",
    level: "MUST",
    statement: "A5: the answer stops the timer and clears the error counters.",
    implemented: ["src/stack/extensions/address-reconfiguration/outgoing-asconf.ts#handleAsconfAck"],
    tested: [
      "test/stack/extensions/address-reconfiguration/outgoing-asconf.test.ts: an answer to what went one way clears the errors of that way",
      "test/stack/extensions/address-reconfiguration/outgoing-asconf.test.ts: unanswered, the same ASCONF goes another way after an RTO, which doubles",
    ],
    note: "That of the destination only if it is known to have worked (RFC 9260 §8.2).",
  },
  {
    id: "5.1-6",
    level: "MUST",
    statement: "A6: all responses are processed, by their correlation ids.",
    implemented: ["src/stack/extensions/address-reconfiguration/outgoing-asconf.ts#applyResponses"],
    tested: [
      "test/stack/extensions/address-reconfiguration/outgoing-asconf.test.ts: up to a failure silence is success, and behind it failure",
    ],
  },
  {
    id: "5.1-7",
    level: "MUST NOT",
    statement: "A9: a peer that does not recognize the chunk type gets no further one.",
    implemented: [
      "src/stack/extensions/address-reconfiguration/outgoing-asconf.ts#asconfNotUnderstood",
      "src/stack/validation/error-chunks.ts#isAboutAsconf",
    ],
    tested: [
      "test/stack/extensions/address-reconfiguration/outgoing-asconf.test.ts: a peer that does not know ASCONF gets no further one, and the user is told",
    ],
  },
  {
    id: "5.1-8",
    level: "MUST",
    statement: "A9: its report stops the timer.",
    implemented: ["src/stack/extensions/address-reconfiguration/outgoing-asconf.ts#asconfNotUnderstood"],
    tested: [
      "test/stack/extensions/address-reconfiguration/outgoing-asconf.test.ts: a peer that does not know ASCONF gets no further one, and the user is told",
    ],
  },
  {
    id: "5.1-9",
    level: "MUST",
    statement:
      "When the timer expires, B1 to B5 are done: errors are counted, the RTO doubles, the chunk goes again, another way if there is one.",
    implemented: ["src/stack/extensions/address-reconfiguration/outgoing-asconf.ts#handleT4"],
    tested: [
      "test/stack/extensions/address-reconfiguration/outgoing-asconf.test.ts: unanswered, the same ASCONF goes another way after an RTO, which doubles",
      "test/stack/extensions/address-reconfiguration/outgoing-asconf.test.ts: a peer that never answers is given up after Association.Max.Retrans",
    ],
  },
  {
    id: "5.1-10",
    level: "MUST NOT",
    statement: "B4: nothing is added to it.",
    implemented: ["src/stack/extensions/address-reconfiguration/outgoing-asconf.ts#handleT4"],
    tested: [
      "test/stack/extensions/address-reconfiguration/outgoing-asconf.test.ts: unanswered, the same ASCONF goes another way after an RTO, which doubles",
    ],
  },
  {
    id: "5.1-11",
    level: "MUST",
    statement: "B4: it is the same chunk with the same Sequence Number.",
    implemented: ["src/stack/extensions/address-reconfiguration/outgoing-asconf.ts#handleT4"],
    tested: [
      "test/stack/extensions/address-reconfiguration/outgoing-asconf.test.ts: unanswered, the same ASCONF goes another way after an RTO, which doubles",
    ],
  },
  {
    id: "5.1-12",
    level: "MAY",
    statement: "B4: another ASCONF goes along with it.",
    leftOut: "Each ASCONF waits for the answer to the one before.",
  },
  {
    id: "5.1.1-1",
    level: "MUST NOT",
    statement: "ASCONF chunks cause no congestion.",
    implemented: [
      "src/stack/extensions/address-reconfiguration/outgoing-asconf.ts#beginAsconf",
      "src/stack/extensions/address-reconfiguration/outgoing-asconf.ts#handleT4",
    ],
    tested: [
      "test/stack/extensions/address-reconfiguration/outgoing-asconf.test.ts: one ASCONF is outstanding; what comes meanwhile goes with the next, in order",
    ],
  },
  {
    id: "5.1.1-2",
    level: "MAY",
    statement: "C1: one packet with ASCONF chunks of each side is on its way.",
    implemented: ["src/stack/extensions/address-reconfiguration/outgoing-asconf.ts#beginAsconf"],
    tested: [
      "test/stack/extensions/address-reconfiguration/roaming.test.ts: both sides may change their addresses at the same time",
    ],
  },
  {
    id: "5.1.1-3",
    level: "MUST",
    statement: "C1: the next one waits for its answer.",
    implemented: ["src/stack/extensions/address-reconfiguration/outgoing-asconf.ts#beginAsconf"],
    tested: [
      "test/stack/extensions/address-reconfiguration/outgoing-asconf.test.ts: one ASCONF is outstanding; what comes meanwhile goes with the next, in order",
    ],
  },
  {
    id: "5.1.1-4",
    level: "MUST",
    times: 2,
    statement:
      "C2, C3: several ASCONF or ASCONF-ACK chunks in a packet stand in the order of their Sequence Numbers.",
    implemented: ["src/stack/extensions/address-reconfiguration/incoming-asconf.ts#answer"],
    tested: [
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: ASCONFs in one packet are answered in one, those that came before too",
    ],
    note: "Our packets have one ASCONF.",
  },
  {
    id: "5.1.1-5",
    level: "MUST NOT",
    statement:
      "C4: neither is sent in other states than ESTABLISHED, SHUTDOWN-PENDING, SHUTDOWN-RECEIVED and SHUTDOWN-SENT.",
    implemented: ["src/stack/association-state.ts#maySendAsconf"],
    tested: [
      "test/stack/extensions/address-reconfiguration/agreeing.test.ts: an ASCONF that overtakes the COOKIE ACK is discarded, and not reported as unknown",
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: neither chunk is handled or sent once the shutdown waits for its last answer",
      "test/stack/extensions/address-reconfiguration/outgoing-asconf.test.ts: before the association is up nobody is asked",
    ],
  },
  {
    id: "5.1.1-6",
    level: "SHOULD",
    statement: "C5: neither is larger than the path MTU.",
    implemented: [
      "src/stack/limits.ts#ASCONF_REQUESTS_PER_CHUNK_MAX",
      "src/stack/extensions/address-reconfiguration/address-changes.ts#applyRequests",
    ],
    tested: [
      "test/stack/extensions/address-reconfiguration/outgoing-asconf.test.ts: more requests than one chunk takes go one chunk after the other, up to a bound",
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: an answer keeps to the path MTU; what is not said is not done",
    ],
  },
  {
    id: "5.1.1-7",
    level: "MUST NOT",
    statement: "Who is told that the chunk type is not understood sends no further one.",
    implemented: ["src/stack/extensions/address-reconfiguration/outgoing-asconf.ts#asconfNotUnderstood"],
    tested: [
      "test/stack/extensions/address-reconfiguration/outgoing-asconf.test.ts: a peer that does not know ASCONF gets no further one, and the user is told",
    ],
  },
  {
    id: "5.2-1",
    level: "SHOULD",
    statement:
      "The association is found by the source, else by the Address Parameter of any ASCONF of the packet; else the packet is out of the blue (D1 to D4).",
    implemented: [
      "src/stack/stack.ts#isOfPeer",
      "src/stack/extensions/address-reconfiguration/asconf-lookup.ts#isFoundByAsconf",
    ],
    tested: [
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: an ASCONF from a new address is found by its address parameter, and answered there",
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: of several ASCONF chunks from a new address any one names the association",
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: with an address parameter that is none of the peer's it is out of the blue",
    ],
    note: "The tag leads to it; source or parameter have to be the peer's.",
  },
  {
    id: "5.2-2",
    level: "MUST",
    statement: "D5: an AUTH chunk stands before it.",
    implemented: ["src/stack/extensions/authentication/auth-handling.ts#isUnauthenticated"],
    tested: [
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: without authentication an ASCONF is discarded, and with it the rest of the packet",
    ],
  },
  {
    id: "5.2-3",
    level: "MUST",
    statement: "D5: else it is discarded silently, with the rest of the packet.",
    implemented: ["src/stack/packet-handling.ts#handlePacket"],
    tested: [
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: without authentication an ASCONF is discarded, and with it the rest of the packet",
      "test/stack/attacks/changes-of-addresses.test.ts: neither the tag alone nor a wrong code gets an ASCONF from elsewhere into an association",
    ],
  },
  {
    id: "5.2-4",
    level: "MAY",
    statement: "E1: the next ASCONF, if it is the first of its packet, lets older answers be forgotten.",
    implemented: ["src/stack/extensions/address-reconfiguration/incoming-asconf.ts#handleAsconf"],
    tested: [
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: with the next ASCONF the answer to the one before is forgotten",
    ],
  },
  {
    id: "5.2-5",
    level: "rule",
    statement: "E2, E3: an older ASCONF is answered from what was kept, and not done again.",
    implemented: [
      "src/stack/extensions/address-reconfiguration/incoming-asconf.ts#handleAsconf",
      "src/stack/extensions/address-reconfiguration/address-reconfiguration.ts#findCached",
    ],
    tested: [
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: an ASCONF that comes again is answered as before, and not fulfilled again",
      "test/stack/attacks/changes-of-addresses.test.ts: who repeats an overheard ASCONF changes nothing, from wherever it comes",
    ],
  },
  {
    id: "5.2-6",
    level: "MUST",
    times: 4,
    statement: "V1: the parameters are processed in their order.",
    implemented: ["src/stack/extensions/address-reconfiguration/address-changes.ts#applyRequests"],
    tested: [
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: requests are fulfilled in their order",
    ],
  },
  {
    id: "5.2-7",
    level: "rule",
    statement: "V2: unknown parameters are reported as their types say.",
    implemented: ["src/stack/extensions/address-reconfiguration/address-changes.ts#notRecognized"],
    tested: [
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: unknown parameters are reported as their types want",
    ],
  },
  {
    id: "5.2-8",
    level: "MUST",
    statement: "V3: each response has the correlation id of its request.",
    implemented: [
      "src/stack/extensions/address-reconfiguration/address-changes.ts#refusalOf",
      "src/stack/extensions/address-reconfiguration/address-changes.ts#successOf",
    ],
    tested: [
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: unknown parameters are reported as their types want",
    ],
  },
  {
    id: "5.2-9",
    level: "MUST",
    statement: "V4: the answer waits until the whole packet is processed.",
    implemented: ["src/stack/extensions/address-reconfiguration/incoming-asconf.ts#answer"],
    tested: [
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: ASCONFs in one packet are answered in one, those that came before too",
    ],
  },
  {
    id: "5.2-10",
    level: "MAY",
    statement: "E5: what is neither old nor next is discarded, and may be logged.",
    implemented: ["src/stack/extensions/address-reconfiguration/incoming-asconf.ts#handleAsconf"],
    tested: [
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: an ASCONF that is ahead of the next one is discarded",
    ],
    note: "It is not logged.",
  },
  {
    id: "5.2-11",
    level: "MUST",
    statement: "E6: the answer goes to the source of the packet.",
    implemented: ["src/stack/extensions/address-reconfiguration/incoming-asconf.ts#answerTo"],
    tested: [
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: an ASCONF is answered to where it came from, in authenticated form",
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: the answer goes to the packet's source even if that has not become the peer's",
    ],
  },
  {
    id: "5.2-12",
    level: "MUST",
    times: 2,
    statement:
      "E7: no answer is added that would exceed the path MTU, and all ASCONFs are processed and their answers kept.",
    implemented: [
      "src/stack/extensions/address-reconfiguration/asconf-transmission.ts#layOut",
      "src/stack/extensions/address-reconfiguration/address-reconfiguration.ts#cache",
    ],
    tested: [
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: an answer keeps to the path MTU; what is not said is not done",
    ],
  },
];
