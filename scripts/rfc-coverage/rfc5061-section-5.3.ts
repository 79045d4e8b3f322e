import type { Statement } from "./statement.js";

/** RFC 5061, sections 5.3 to 6. */
export const rfc5061RuleStatements: readonly Statement[] = [
  {
    id: "5.3-1",
    level: "MUST",
    statement: "The rules F0 to F14 hold for requests to add and to delete.",
    implemented: [
      "src/stack/extensions/address-reconfiguration/outgoing-asconf.ts#beginAsconf",
      "src/stack/extensions/address-reconfiguration/own-addresses.ts#removeLocalAddress",
    ],
    tested: [
      "test/stack/extensions/address-reconfiguration/roaming.test.ts: addresses come, are preferred and go while both sides talk",
    ],
  },
  {
    id: "5.3-2",
    level: "MUST",
    statement: "F0: an answer to what was never sent ends the association.",
    implemented: ["src/stack/extensions/address-reconfiguration/outgoing-asconf.ts#handleAsconfAck"],
    tested: [
      "test/stack/extensions/address-reconfiguration/outgoing-asconf.test.ts: an answer to what was never sent ends the association",
    ],
  },
  {
    id: "5.3-3",
    level: "MUST NOT",
    statement: "F1: before its acknowledgement nothing but an ASCONF leaves from an added address.",
    implemented: [
      "src/stack/packet-handling.ts#pathOfPacket",
      "src/stack/extensions/address-reconfiguration/address-reconfiguration.ts#withholds",
    ],
    tested: [
      "test/stack/extensions/address-reconfiguration/outgoing-asconf.test.ts: packets leave from an added address only once it is acknowledged, wherever the peer sends",
    ],
  },
  {
    id: "5.3-4",
    level: "MUST",
    statement: "F1: the receiver verifies the path before it uses the address.",
    implemented: [
      "src/stack/extensions/address-reconfiguration/address-changes.ts#addAddress",
      "src/stack/paths/heartbeat.ts#startProbing",
    ],
    tested: [
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: an added address is probed, and carries nothing else until it is confirmed",
    ],
  },
  {
    id: "5.3-5",
    level: "MUST NOT",
    statement: "F1: until then nothing goes there but the ASCONF-ACK and HEARTBEATs.",
    implemented: ["src/stack/paths/path-set.ts#forData"],
    tested: [
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: an added address is probed, and carries nothing else until it is confirmed",
      "test/stack/attacks/changes-of-addresses.test.ts: a victim that is added and made primary gets small probes, and no data ever",
    ],
  },
  {
    id: "5.3-6",
    level: "MAY",
    statement: "F1: both go in one packet.",
    leftOut: "The ASCONF-ACK has a packet of its own.",
  },
  {
    id: "5.3-7",
    level: "MAY",
    statement: "F2: packets leave from the address once it is acknowledged.",
    implemented: ["src/stack/extensions/address-reconfiguration/outgoing-asconf.ts#addSource"],
    tested: [
      "test/stack/extensions/address-reconfiguration/outgoing-asconf.test.ts: packets leave from an added address only once it is acknowledged, wherever the peer sends",
    ],
  },
  {
    id: "5.3-8",
    level: "MUST",
    times: 2,
    statement: "F3a, F3b: a request that was not understood has failed.",
    implemented: ["src/stack/extensions/address-reconfiguration/outgoing-asconf.ts#fail"],
    tested: [
      "test/stack/extensions/address-reconfiguration/outgoing-asconf.test.ts: what a peer does not understand is not asked for again, and the rest is",
    ],
  },
  {
    id: "5.3-9",
    level: "MUST NOT",
    times: 2,
    statement:
      "F3a, F3b: nor is it made again: additions and deletions together, and changes of the primary address.",
    implemented: ["src/stack/extensions/address-reconfiguration/outgoing-asconf.ts#fail"],
    tested: [
      "test/stack/extensions/address-reconfiguration/outgoing-asconf.test.ts: what a peer does not understand is not asked for again, and the rest is",
    ],
  },
  {
    id: "5.3-10",
    level: "MUST",
    times: 2,
    statement:
      "F4: until the acknowledgement, what is sent to an address that is being deleted belongs to the association.",
    implemented: ["src/stack/stack.ts#isOfPeer"],
    tested: [
      "test/stack/extensions/address-reconfiguration/outgoing-asconf.test.ts: from a deleted address nothing leaves at once, and an ABORT to it is ignored",
    ],
  },
  {
    id: "5.3-11",
    level: "MUST NOT",
    statement: "F4: nothing leaves from it any more.",
    implemented: [
      "src/stack/extensions/address-reconfiguration/own-addresses.ts#withdrawDeleted",
      "src/stack/transmission-control-block.ts#changeSources",
    ],
    tested: [
      "test/stack/extensions/address-reconfiguration/outgoing-asconf.test.ts: from a deleted address nothing leaves at once, and an ABORT to it is ignored",
    ],
  },
  {
    id: "5.3-12",
    level: "MUST",
    statement: "F4: an ABORT to it is ignored.",
    implemented: ["src/stack/packet-handling.ts#handleAbort"],
    tested: [
      "test/stack/extensions/address-reconfiguration/outgoing-asconf.test.ts: from a deleted address nothing leaves at once, and an ABORT to it is ignored",
    ],
  },
  {
    id: "5.3-13",
    level: "MUST NOT",
    times: 3,
    statement:
      "F5: the last address is not deleted; nor all of several; nor the only one unless another was added before.",
    implemented: ["src/stack/extensions/address-reconfiguration/own-addresses.ts#withdrawDeleted"],
    tested: [
      "test/stack/extensions/address-reconfiguration/outgoing-asconf.test.ts: the last address is deleted once another has taken its place",
      "test/stack/extensions/address-reconfiguration/outgoing-asconf.test.ts: an address stays when the one that was to replace it is refused",
    ],
  },
  {
    id: "5.3-14",
    level: "MUST NOT",
    statement: "F6: an ASCONF does not leave from an address that it deletes.",
    implemented: [
      "src/stack/extensions/address-reconfiguration/outgoing-asconf.ts#sourceOfAsconf",
      "src/stack/transmission-control-block.ts#changeSources",
    ],
    tested: [
      "test/stack/extensions/address-reconfiguration/outgoing-asconf.test.ts: from a deleted address nothing leaves at once, and an ABORT to it is ignored",
    ],
  },
  {
    id: "5.3-15",
    level: "MUST",
    statement: "F7: a request to delete the last address is refused with the cause for that.",
    implemented: ["src/stack/extensions/address-reconfiguration/address-changes.ts#deleteAddress"],
    tested: [
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: neither the last address nor the packet's source is deleted",
    ],
  },
  {
    id: "5.3-16",
    level: "MUST NOT",
    statement: "F7: it is not done.",
    implemented: ["src/stack/extensions/address-reconfiguration/address-changes.ts#deleteAddress"],
    tested: [
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: neither the last address nor the packet's source is deleted",
    ],
  },
  {
    id: "5.3-17",
    level: "MUST",
    times: 2,
    statement:
      "F8: a request to delete the source of the packet is refused, with the cause for that unless it is the last one.",
    implemented: ["src/stack/extensions/address-reconfiguration/address-changes.ts#deleteAddress"],
    tested: [
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: neither the last address nor the packet's source is deleted",
    ],
  },
  {
    id: "5.3-18",
    level: "MUST",
    statement:
      "F9: without room for an address the request is refused with Operation Refused Due to Resource Shortage.",
    implemented: ["src/stack/extensions/address-reconfiguration/address-changes.ts#addAddress"],
    tested: [
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: beyond the bound of addresses, and behind that, nothing is added or deleted",
      "test/stack/attacks/changes-of-addresses.test.ts: of a flood of addresses an association holds as many as of a long INIT",
    ],
  },
  {
    id: "5.3-19",
    level: "rule",
    statement: "F10: an address that was refused is no part of the association.",
    implemented: ["src/stack/extensions/address-reconfiguration/outgoing-asconf.ts#fail"],
    tested: [
      "test/stack/extensions/address-reconfiguration/outgoing-asconf.test.ts: up to a failure silence is success, and behind it failure",
    ],
  },
  {
    id: "5.3-20",
    level: "MUST",
    statement: "F11: behind a refused addition all further additions and deletions of the chunk are refused.",
    implemented: ["src/stack/extensions/address-reconfiguration/address-changes.ts#applyRequests"],
    tested: [
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: beyond the bound of addresses, and behind that, nothing is added or deleted",
    ],
  },
  {
    id: "5.3-21",
    level: "MUST NOT",
    statement: "F11: no deletion is done behind a refused addition.",
    implemented: ["src/stack/extensions/address-reconfiguration/address-changes.ts#applyRequests"],
    tested: [
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: beyond the bound of addresses, and behind that, nothing is added or deleted",
    ],
  },
  {
    id: "5.3-22",
    level: "rule",
    statement: "F12: the new primary path is an implementation's choice.",
    implemented: ["src/stack/extensions/address-reconfiguration/address-changes.ts#deletePath"],
    tested: [
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: nothing goes to a deleted address any more, and what comes from it is out of the blue",
    ],
    note: "It is the active one that has least in common with the deleted one.",
  },
  {
    id: "5.3-23",
    level: "MUST",
    times: 2,
    statement:
      "F13: a deleted address is no longer part of the association, and packets from it are out of the blue.",
    implemented: ["src/stack/transmission-control-block.ts#removePath"],
    tested: [
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: nothing goes to a deleted address any more, and what comes from it is out of the blue",
    ],
  },
  {
    id: "5.3-24",
    level: "MUST NOT",
    statement: "F13: no packet goes there.",
    implemented: ["src/stack/transmission-control-block.ts#removePath"],
    tested: [
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: nothing goes to a deleted address any more, and what comes from it is out of the blue",
    ],
  },
  {
    id: "5.3-25",
    level: "MAY",
    statement: "Between request and answer DATA may come in another order.",
    implemented: ["src/stack/stack.ts#isOfPeer"],
    tested: [
      "test/stack/extensions/address-reconfiguration/roaming.test.ts: addresses come, are preferred and go while both sides talk",
    ],
  },
  {
    id: "5.3-26",
    level: "MUST",
    times: 2,
    statement: "F14: added addresses are unconfirmed, and are verified before they are used.",
    implemented: ["src/stack/extensions/address-reconfiguration/address-changes.ts#addAddress"],
    tested: [
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: an added address is probed, and carries nothing else until it is confirmed",
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: data waits for an address that replaces all, until the peer is given up",
    ],
  },
  {
    id: "5.3-27",
    level: "SHOULD",
    statement: "What is sent to an address that is being added belongs to the association already.",
    implemented: ["src/stack/stack.ts#isOfPeer"],
    tested: [
      "test/stack/extensions/address-reconfiguration/outgoing-asconf.test.ts: packets leave from an added address only once it is acknowledged, wherever the peer sends",
    ],
  },
  {
    id: "5.3-28",
    level: "MUST NOT",
    statement: "Data does not leave from there before the acknowledgement.",
    implemented: ["src/stack/packet-handling.ts#pathOfPacket"],
    tested: [
      "test/stack/extensions/address-reconfiguration/outgoing-asconf.test.ts: packets leave from an added address only once it is acknowledged, wherever the peer sends",
    ],
  },
  {
    id: "5.3-29",
    level: "MUST NOT",
    times: 2,
    statement: "What comes there before is neither out of the blue nor answered with ABORT.",
    implemented: ["src/stack/stack.ts#isOfPeer"],
    tested: [
      "test/stack/extensions/address-reconfiguration/outgoing-asconf.test.ts: packets leave from an added address only once it is acknowledged, wherever the peer sends",
    ],
  },
  {
    id: "5.3-30",
    level: "MAY",
    times: 2,
    statement: "It is dropped, or taken as part of the association.",
    implemented: ["src/stack/stack.ts#isOfPeer"],
    tested: [
      "test/stack/extensions/address-reconfiguration/outgoing-asconf.test.ts: packets leave from an added address only once it is acknowledged, wherever the peer sends",
    ],
    note: "It is taken.",
  },
  {
    id: "5.3-31",
    level: "MAY",
    times: 2,
    statement:
      "What comes late to a deleted address is out of the blue, or the address stays valid for a while.",
    implemented: ["src/stack/stack.ts#isOfPeer"],
    tested: [
      "test/stack/extensions/address-reconfiguration/outgoing-asconf.test.ts: from a deleted address nothing leaves at once, and an ABORT to it is ignored",
    ],
    note: "The tag leads to the association as long as the lower layer still receives there.",
  },
  {
    id: "5.3-32",
    level: "MUST NOT",
    statement: "It does not stay valid for longer than two RTOs.",
    leftOut:
      "Nothing is kept for it here: what the host still receives carries our tag and comes from the peer, and only the host knows which addresses it has.",
  },
  {
    id: "5.3.1-1",
    level: "MUST",
    statement: "An ABORT to an address that is being deleted is ignored.",
    implemented: ["src/stack/packet-handling.ts#handleAbort"],
    tested: [
      "test/stack/extensions/address-reconfiguration/outgoing-asconf.test.ts: from a deleted address nothing leaves at once, and an ABORT to it is ignored",
      "test/stack/extensions/address-reconfiguration/outgoing-asconf.test.ts: of the addresses that were deleted the last ones are remembered",
    ],
  },
  {
    id: "5.3.2-1",
    level: "MUST",
    statement: "Who changes its only address names an address that the peer knows in the Address Parameter.",
    implemented: [
      "src/stack/extensions/address-reconfiguration/outgoing-asconf.ts#askForAddresses",
      "src/stack/extensions/address-reconfiguration/outgoing-asconf.ts#sourceOfAsconf",
    ],
    tested: [
      "test/stack/extensions/address-reconfiguration/outgoing-asconf.test.ts: the last address is deleted once another has taken its place",
      "test/stack/extensions/address-reconfiguration/roaming.test.ts: a host changes its only address again and again, and loses no message",
    ],
    note: "It asks for the new address first, and then for the end of the old one.",
  },
  {
    id: "5.3.2-2",
    level: "MUST",
    statement: "The receiver looks for the source first.",
    implemented: ["src/stack/stack.ts#isOfPeer"],
    tested: [
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: an ASCONF from a new address is found by its address parameter, and answered there",
    ],
  },
  {
    id: "5.3.2-3",
    level: "MUST",
    statement: "It answers to the source, which is the new address.",
    implemented: ["src/stack/extensions/address-reconfiguration/incoming-asconf.ts#answerTo"],
    tested: [
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: an ASCONF from a new address is found by its address parameter, and answered there",
    ],
  },
  {
    id: "5.4-1",
    level: "MAY",
    statement: "A wish for the primary address goes along with additions and deletions.",
    implemented: ["src/stack/extensions/address-reconfiguration/outgoing-asconf.ts#askForAddresses"],
    tested: [
      "test/stack/extensions/address-reconfiguration/outgoing-asconf.test.ts: one ASCONF is outstanding; what comes meanwhile goes with the next, in order",
    ],
  },
  {
    id: "5.4-2",
    level: "MUST",
    statement: "It names an address that is part of the association by then.",
    implemented: [
      "src/stack/extensions/address-reconfiguration/own-addresses.ts#setPeerPrimaryAddress",
      "src/stack/extensions/address-reconfiguration/outgoing-asconf.ts#isPossible",
    ],
    tested: [
      "test/stack/extensions/address-reconfiguration/outgoing-asconf.test.ts: the peer is asked to send to an address that it knows, and of several wishes the last one counts",
    ],
  },
  {
    id: "5.4-3",
    level: "MAY",
    statement: "It stands in an INIT or INIT ACK.",
    leftOut:
      "None of ours has it, and in the peer's, which nobody has authenticated, it is ignored: the first address is the primary one, as RFC 9260 says.",
  },
  {
    id: "5.4-4",
    level: "SHOULD",
    statement: "The receiver grants it.",
    implemented: [
      "src/stack/extensions/address-reconfiguration/address-changes.ts#setPrimary",
      "src/stack/paths/path-failure.ts#pathAnswered",
    ],
    tested: [
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: the peer's wish for a primary address is granted, once that is confirmed",
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: of two wishes the later one counts, and a wish ends with its address",
    ],
  },
  {
    id: "5.4-5",
    level: "SHOULD NOT",
    statement: "An address that does not exist is not made primary.",
    implemented: ["src/stack/extensions/address-reconfiguration/address-changes.ts#setPrimary"],
    tested: [
      "test/stack/extensions/address-reconfiguration/incoming-asconf.test.ts: the peer's wish for a primary address is granted, once that is confirmed",
    ],
  },
  {
    id: "5.5-1",
    level: "MUST",
    times: 5,
    statement: "Who bundles further ASCONFs with a repeated one keeps to rules 1 to 4.",
    leftOut:
      "Each of ours waits for the answer to the one before. Peers that bundle are answered (§5.2 E1-ext).",
  },
  {
    id: "6-1",
    level: "MUST",
    statement: "Against whoever intercepts the handshake a key that was agreed on before is used.",
    implemented: ["src/stack/extensions/authentication/shared-keys.ts#SharedKeys"],
    tested: [
      "test/stack/attacks/changes-of-addresses.test.ts: neither the tag alone nor a wrong code gets an ASCONF from elsewhere into an association",
    ],
    note: "The application sets it (RFC 6458 §8.3.3).",
  },
  {
    id: "6-2",
    level: "SHOULD NOT",
    statement: "Who fears an attacker on the way uses no wildcards.",
    implemented: ["src/stack/extensions/address-reconfiguration/outgoing-asconf.ts#askForAddresses"],
    tested: [
      "test/stack/extensions/address-reconfiguration/outgoing-asconf.test.ts: an address is asked for at once, numbered from our Initial TSN, authenticated",
    ],
    note: "Only behind UDP, where RFC 6951 §5.7 wants them.",
  },
  {
    id: "6-3",
    level: "MUST",
    statement: "An INIT of who knows ASCONF and not AUTH is answered with ABORT.",
    implemented: ["src/stack/establishment/capabilities.ts#violationIn"],
    tested: [
      "test/stack/extensions/address-reconfiguration/agreeing.test.ts: an INIT of who knows ASCONF and cannot authenticate is answered with ABORT",
    ],
  },
  {
    id: "6-4",
    level: "MUST NOT",
    statement: "After an INIT ACK of that kind no COOKIE ECHO is sent.",
    implemented: ["src/stack/establishment/capabilities.ts#violationIn"],
    tested: [
      "test/stack/extensions/address-reconfiguration/agreeing.test.ts: after such an INIT ACK no COOKIE ECHO is sent",
    ],
  },
  {
    id: "6-5",
    level: "MUST",
    statement: "It is discarded, and the user is told that there is no association.",
    implemented: ["src/stack/establishment/initiate.ts#refuse"],
    tested: [
      "test/stack/extensions/address-reconfiguration/agreeing.test.ts: after such an INIT ACK no COOKIE ECHO is sent",
    ],
  },
  {
    id: "6-6",
    level: "SHOULD",
    times: 2,
    statement:
      "The adaptation layer indication is opaque to SCTP, and whoever defines a layer thinks of its weaknesses.",
    implemented: ["src/stack/establishment/capabilities.ts#readPeerParameters"],
    tested: [
      "test/stack/establishment/announced-values.test.ts: however often a cookie is stale, the INIT has one Cookie Preservative and no parameter twice",
    ],
  },
  {
    id: "6-7",
    level: "MAY",
    statement: "The first wish for a primary address waits until it can be authenticated.",
    implemented: ["src/stack/extensions/address-reconfiguration/outgoing-asconf.ts#beginAsconf"],
    tested: [
      "test/stack/extensions/address-reconfiguration/outgoing-asconf.test.ts: before the association is up nobody is asked",
    ],
  },
];
