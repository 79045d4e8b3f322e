import type { Statement } from "./statement.js";

/** RFC 9260 §12 to §16: security, network management, the TCB, IANA, parameters. */
export const rfc9260Section12Statements: readonly Statement[] = [
  {
    id: "12.2.2-1",
    level: "MAY",
    statement: "SCTP-AUTH protects where the threat asks for more integrity.",
    implemented: ["src/stack/extensions/authentication/auth-handling.ts#handleAuth"],
    tested: [
      "test/stack/attacks/forged-authentication.test.ts: without the key nothing gets into an association",
    ],
  },
  {
    id: "12.2.3-1",
    level: "MAY",
    times: 2,
    statement: "User data may be encrypted by the application, with DTLS (RFC 6083).",
    leftOut: "That is the application's business, as the text says.",
  },
  {
    id: "12.2.3-2",
    level: "MAY",
    statement: "An application may ask for ESP by an interface of the implementation's.",
    leftOut: "IPsec is the operating system's; packets over raw IP use its policies.",
  },
  {
    id: "12.2.3-3",
    level: "SHOULD",
    statement: "Where addresses and ports are to be masked, ESP is used.",
    leftOut: "Advice to operators; IPsec is the operating system's.",
  },
  {
    id: "12.2.3-4",
    level: "MUST",
    statement: "ESP for confidentiality uses a transform that protects integrity.",
    leftOut: "Advice to operators; IPsec is the operating system's.",
  },
  {
    id: "12.2.3-5",
    level: "SHOULD",
    statement: "IKEv2 manages the keys of ESP.",
    leftOut: "Advice to operators; IPsec is the operating system's.",
  },
  {
    id: "12.2.4.1-1",
    level: "rule",
    statement:
      "Resources are committed after the request has been shown to be legitimate: an INIT leaves nothing behind.",
    implemented: [
      "src/stack/establishment/answer-init.ts#answerInit",
      "src/stack/establishment/state-cookie.ts#StateCookieJar",
    ],
    tested: ["test/contract/hostile-traffic.test.ts: a flood of INITs leaves nothing behind"],
  },
  {
    id: "12.2.4.1-2",
    level: "rule",
    statement: "Unexpected packets to more than one host are not answered.",
    implemented: ["src/stack/validation/out-of-the-blue.ts#isBetweenHosts"],
    tested: [
      "test/stack/validation/out-of-the-blue.test.ts: what comes out of the blue to a group is discarded",
    ],
  },
  {
    id: "12.2.4.1-3",
    level: "MUST",
    statement: "An INIT or INIT ACK with a host name is answered with ABORT.",
    implemented: ["src/stack/establishment/capabilities.ts#violationIn"],
    tested: [
      "test/stack/establishment/answer-init.test.ts: an INIT with a host name is refused with Unresolvable Address",
      "test/stack/establishment/initiate.test.ts: an INIT ACK with a host name ends the attempt",
    ],
  },
  {
    id: "12.2.4.1-4",
    level: "MAY",
    statement: "That ABORT has the cause Unresolvable Address.",
    implemented: ["src/stack/establishment/capabilities.ts#violationIn"],
    tested: [
      "test/stack/establishment/answer-init.test.ts: an INIT with a host name is refused with Unresolvable Address",
    ],
  },
  {
    id: "12.2.4.2-1",
    level: "rule",
    statement: "The cookie goes to where the INIT came from, so that a masquerade never sees it.",
    implemented: ["src/stack/answers.ts#answerTo"],
    tested: [
      "test/stack/establishment/duplicate-chunks.test.ts: the INIT ACK in COOKIE-WAIT goes only where the user has said that the peer is",
      "test/stack/establishment/answer-init.test.ts: an INIT is answered with INIT ACK under its tag, and nothing is kept",
    ],
  },
  {
    id: "12.2.4.2-2",
    level: "rule",
    statement: "Extraneous packets do not get into an association: the Verification Tag keeps them out.",
    implemented: ["src/stack/stack.ts#handleForeignTag"],
    tested: [
      "test/stack/validation/verification-tag.test.ts: under a tag that is not ours is discarded silently",
    ],
  },
  {
    id: "12.2.4.3-1",
    level: "rule",
    statement: "There are limits to the associations with one peer.",
    implemented: [
      "src/stack/limits.ts#ASSOCIATIONS_PER_PEER_MAX",
      "src/stack/establishment/accept-cookie.ts#reasonToRefuse",
    ],
    tested: ["test/stack/limits.test.ts: ASSOCIATIONS_PER_PEER_MAX"],
  },
  {
    id: "12.3-1",
    level: "MUST NOT",
    statement: "INIT shares its packet with no other chunk.",
    implemented: ["src/wire/packet-builder.ts#writeChunk"],
    tested: [
      "test/wire/packet-builder.test.ts: INIT, INIT ACK and SHUTDOWN COMPLETE are alone, or it is our own error",
    ],
  },
  {
    id: "12.3-2",
    level: "MUST",
    statement: "A packet with INIT carries tag 0.",
    implemented: ["src/stack/establishment/initiate.ts#transmitHandshake"],
    tested: [
      "test/stack/establishment/initiate.test.ts: INIT leaves alone, under tag 0, with a tag of its own",
    ],
  },
  {
    id: "12.3-3",
    level: "MUST",
    statement: "An INIT in company or under another tag is discarded silently, and what follows it.",
    implemented: [
      "src/stack/stack.ts#handleInit",
      "src/stack/validation/out-of-the-blue.ts#judge",
      "src/stack/association.ts#handlePacket",
    ],
    tested: [
      "test/stack/establishment/answer-init.test.ts: an INIT that shares its packet is discarded, whatever it shares it with",
      "test/stack/validation/packets-with-abort.test.ts: under a tag that is not 0 is discarded silently",
      "test/stack/validation/verification-tag.test.ts: INIT in the middle ends the packet, and harms nobody",
    ],
  },
  {
    id: "12.4-1",
    level: "MUST",
    statement: "ICMP is handled as §10 says.",
    implemented: ["src/stack/validation/icmp-handling.ts#IcmpHandling"],
    tested: ["test/userland/icmp.test.ts: a host without SCTP refuses a connect, at once"],
  },
  {
    id: "12.4-2",
    level: "MUST NOT",
    statement:
      "One packet is answered by no more than one packet with anything but DATA; SACK does not count.",
    implemented: ["src/stack/control-queue.ts#packetArrived", "src/stack/control-queue.ts#answer"],
    tested: [
      "test/stack/answers-to-one-packet.test.ts: in one packet are answered by one packet",
      "test/stack/answers-to-one-packet.test.ts: COOKIE ECHO from an address to be probed, and HEARTBEATs, are answered by one packet",
      "test/stack/answers-to-one-packet.test.ts: what comes from an address that nobody has confirmed is answered by one packet",
    ],
    note: "Two answer a restart in SHUTDOWN-ACK-SENT: §5.2.4 A wants two chunks, under two tags.",
  },
  {
    id: "12.4-3",
    level: "MAY",
    statement: "What fits into one packet is bundled.",
    implemented: ["src/stack/bundling.ts#bundleControl"],
    tested: ["test/stack/answers-to-one-packet.test.ts: in one packet are answered by one packet"],
  },
  {
    id: "12.4-4",
    level: "MUST NOT",
    statement: "Who cannot bundle sends one chunk only.",
    leftOut: "Bundling is supported.",
  },
  {
    id: "12.4-5",
    level: "MUST",
    statement: "Who cannot bundle discards the other answers.",
    leftOut: "Bundling is supported; what does not fit into the one packet is discarded, and counted.",
  },
  {
    id: "12.4-6",
    level: "MUST",
    statement: "A SACK that acknowledges a TSN that was not sent ends the association with ABORT.",
    implemented: [
      "src/stack/tx/retransmission-queue.ts#judge",
      "src/stack/tx/gap-acked-ranges.ts#acknowledgesUnsent",
    ],
    tested: [
      "test/stack/tx/hostile-sacks.test.ts: a SACK of what was never sent ends the association with Protocol Violation",
      "test/stack/tx/hostile-sacks.test.ts: a Gap Ack Block of what was never sent ends the association with Protocol Violation",
    ],
  },
  {
    id: "12.4-7",
    level: "MAY",
    statement: "Reports of unrecognized parameters that would make INIT ACK large are left out.",
    implemented: [
      "src/stack/establishment/capabilities.ts#readPeerParameters",
      "src/stack/limits.ts#REPORTED_CAUSE_BYTES_MAX",
    ],
    tested: [
      "test/stack/establishment/answer-init.test.ts: a large parameter that is to be skipped silently costs the next one no report",
    ],
  },
  {
    id: "12.4-8",
    level: "SHOULD",
    statement: "INIT ACK is as small as possible.",
    implemented: [
      "src/stack/establishment/state-cookie.ts#write",
      "src/stack/establishment/answer-init.ts#sendInitAck",
    ],
    tested: [
      "test/stack/establishment/size-of-init-ack.test.ts: an INIT ACK is small, whatever the INIT says",
    ],
  },
  {
    id: "13-1",
    level: "rule",
    statement: "What the MIB of RFC 3873 counts is counted.",
    implemented: ["src/stack/statistics.ts#createStatistics"],
    tested: ["test/stack/stack.test.ts: establishment, ends and trouble are counted"],
    note: "The counters are there; serving them over SNMP is an agent's business.",
  },
  {
    id: "14.1-1",
    level: "rule",
    statement:
      "A stack knows its endpoints and their associations, the key of its cookies, and for each endpoint its addresses and its port.",
    implemented: [
      "src/stack/stack.ts#Stack",
      "src/stack/endpoint.ts#Endpoint",
      "src/stack/establishment/state-cookie.ts#StateCookieJar",
    ],
    tested: [
      "test/stack/stack.test.ts: endpoints with the same port on different addresses do not disturb each other",
    ],
  },
  {
    id: "14.1-2",
    level: "SHOULD",
    statement: "The key is a random number of cryptographic quality and sufficient length.",
    implemented: [
      "src/stack/establishment/state-cookie.ts#KEY_BYTES",
      "src/userland/node-crypto.ts#NodeEntropy",
    ],
    tested: [
      "test/userland/node-crypto.test.ts: numbers use all 32 bits and do not repeat over the block's edge",
      "test/stack/establishment/state-cookie.test.ts: the secret changes hourly, and the one before serves the cookies on their way",
    ],
  },
  {
    id: "14.2-1",
    level: "SHOULD",
    statement: "What is CLOSED has no TCB.",
    implemented: ["src/stack/termination/abort.ts#removeAssociation"],
    tested: [
      "test/stack/termination/shutdown.test.ts: the end is told once, and commands to what is no more do nothing",
      "test/stack/stack.test.ts: what an association has been through leaves no timer behind",
    ],
    note: "The object stays for whoever still holds it, and does nothing.",
  },
  {
    id: "14.2-2",
    level: "rule",
    statement:
      "Kept of an association: both tags, its state, the peer's addresses and the primary path, its error count and threshold, the peer's window, TSNs in both directions, what has arrived beyond gaps, when a SACK is due, streams in both directions, what is put together, its addresses, and the AMDCS.",
    implemented: [
      "src/stack/transmission-control-block.ts#TransmissionControlBlock",
      "src/stack/rx/reception.ts#Reception",
      "src/stack/rx/sack-timing.ts#SackTiming",
    ],
    tested: [
      "test/stack/association.test.ts: four packets set an association up, and both sides hear of it",
      "test/stack/tx/hostile-sacks.test.ts: no sequence of SACKs breaks a counter or leaves data without a timer",
    ],
  },
  {
    id: "14.3-1",
    level: "rule",
    statement:
      "Kept of a destination: errors and threshold, cwnd, ssthresh, partial_bytes_acked, RTO, SRTT, RTTVAR, state, PMTU, PMDCS, timer, what measures the round trip, and when it was last used.",
    implemented: [
      "src/stack/paths/path.ts#Path",
      "src/stack/paths/retransmission-timeout.ts#RetransmissionTimeout",
      "src/stack/paths/congestion-control.ts#CongestionControl",
    ],
    tested: [
      "test/userland/options.test.ts: the state of an association and of its path",
      "test/stack/paths/heartbeat.test.ts: a path that carries data is not idle",
    ],
  },
  {
    id: "14.4-1",
    level: "rule",
    statement: "DATA waits in a queue in each direction.",
    implemented: ["src/stack/tx/send-queue.ts#SendQueue", "src/stack/rx/reassembly-queue.ts#ReassemblyQueue"],
    tested: ["test/stack/association.test.ts: messages of all sizes arrive whole and in order"],
  },
  {
    id: "15.1-1",
    level: "MUST",
    times: 2,
    statement: "A new chunk type is documented with what IANA wants to know, in the form of §3.2.",
    leftOut: "About documents that register chunk types; none is registered here.",
  },
  {
    id: "15.2-1",
    level: "MUST",
    times: 4,
    statement: "New chunk flags are documented with what IANA wants to know, and are single bits.",
    leftOut: "About documents that register chunk flags; none is registered here.",
  },
  {
    id: "15.3-1",
    level: "MUST",
    times: 3,
    statement:
      "A new parameter is documented with what IANA wants to know, as a TLV, with a type of its own.",
    leftOut: "About documents that register parameters; none is registered here.",
  },
  {
    id: "15.4-1",
    level: "MUST",
    times: 2,
    statement: "A new error cause is documented with what IANA wants to know, in the form of §3.3.10.",
    leftOut: "About documents that register error causes; none is registered here.",
  },
  {
    id: "15.5-1",
    level: "SHOULD",
    statement: "Who uses SCTP registers a Payload Protocol Identifier with IANA.",
    leftOut: "The application's business; the number is passed on as it is given.",
  },
  {
    id: "16-1",
    level: "RECOMMENDED",
    statement: "The parameters begin with the values that are recommended.",
    implemented: [
      "src/stack/config.ts#DEFAULT_ASSOCIATION_CONFIG",
      "src/stack/paths/retransmission-timeout.ts#RTO_ALPHA",
      "src/stack/paths/heartbeat.ts#probeUnconfirmed",
    ],
    tested: [
      "test/stack/config.test.ts: the parameters begin with the values that are recommended",
      "test/stack/paths/retransmission-timeout.test.ts: the variation is updated with the old SRTT, alpha is 1/8 and beta 1/4",
      "test/stack/paths/heartbeat.test.ts: at each RTO one of the unconfirmed addresses is probed, not all of them",
    ],
  },
  {
    id: "16-2",
    level: "SHOULD",
    statement: "RTO.Min is the value recommended.",
    implemented: ["src/stack/config.ts#DEFAULT_ASSOCIATION_CONFIG"],
    tested: ["test/stack/config.test.ts: the parameters begin with the values that are recommended"],
  },
];
