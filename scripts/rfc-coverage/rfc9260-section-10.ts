import type { Statement } from "./statement.js";

/** RFC 9260 §10: ICMP. */
export const rfc9260Section10Statements: readonly Statement[] = [
  {
    id: "10-1",
    level: "MUST",
    statement: "ICMP messages are handled by the rules that follow.",
    implemented: ["src/stack/validation/icmp-handling.ts#IcmpHandling", "src/stack/icmp-message.ts#icmpKind"],
    tested: [
      "test/stack/validation/icmp-handling.test.ts: ICMP of any contents neither throws nor ends what it does not quote",
      "test/userland/icmp.test.ts: a forged message does not end an association that is up; a true one does",
    ],
  },
  {
    id: "10-2",
    level: "MAY",
    statement: "ICMP1: ICMPv4 messages other than Destination Unreachable are ignored.",
    implemented: ["src/stack/icmp-message.ts#icmpKind"],
    tested: ["test/stack/validation/icmp-handling.test.ts: RFC 9260 §10 ICMP1, ICMP2, ICMP4"],
  },
  {
    id: "10-3",
    level: "MAY",
    statement:
      "ICMP2: ICMPv6 messages other than Destination Unreachable, Parameter Problem and Packet Too Big are ignored.",
    implemented: ["src/stack/icmp-message.ts#icmpKind"],
    tested: ["test/stack/validation/icmp-handling.test.ts: RFC 9260 §10 ICMP1, ICMP2, ICMP4"],
  },
  {
    id: "10-4",
    level: "SHOULD",
    statement: "ICMP3: Port Unreachable is ignored.",
    implemented: ["src/stack/validation/icmp-handling.ts#act"],
    tested: [
      "test/stack/validation/icmp-handling.test.ts: port unreachable is ignored where SCTP has no UDP ports",
    ],
    note: "With UDP encapsulation it is what protocol unreachable is without (RFC 6951 §5.5).",
  },
  {
    id: "10-5",
    level: "MAY",
    statement:
      "ICMP4: ICMPv6 Parameter Problem is ignored unless the next header is what was not recognized.",
    implemented: ["src/stack/icmp-message.ts#icmpKind"],
    tested: ["test/stack/validation/icmp-handling.test.ts: RFC 9260 §10 ICMP1, ICMP2, ICMP4"],
  },
  {
    id: "10-6",
    level: "MUST",
    statement: "ICMP5: the packet that the message quotes finds the association.",
    implemented: ["src/stack/validation/icmp-handling.ts#findAssociation"],
    tested: [
      "test/stack/validation/icmp-handling.test.ts: a message about no association of ours changes nothing",
    ],
  },
  {
    id: "10-7",
    level: "SHOULD",
    statement: "ICMP5: where there is none, the message is ignored.",
    implemented: ["src/stack/validation/icmp-handling.ts#handle"],
    tested: [
      "test/stack/validation/icmp-handling.test.ts: a message about no association of ours changes nothing",
    ],
  },
  {
    id: "10-8",
    level: "MUST",
    statement:
      "ICMP6: the quoted Verification Tag is the peer's, or the message is discarded; with a tag of 0 it has to quote our INIT with its Initiate Tag.",
    implemented: ["src/stack/validation/icmp-handling.ts#quotesTagOf"],
    tested: [
      "test/stack/validation/icmp-handling.test.ts: a message whose quoted tag is not the peer's is discarded",
      "test/stack/validation/icmp-handling.test.ts: with a tag of 0 it takes the INIT that we have sent",
      "test/userland/raw-ip-faults.test.ts: forged ICMP that makes call upon call fail with EMSGSIZE moves no path MTU",
    ],
  },
  {
    id: "10-9",
    level: "SHOULD",
    statement: "ICMP7: Packet Too Big and Fragmentation Needed lower the path MTU.",
    implemented: [
      "src/stack/validation/icmp-handling.ts#act",
      "src/stack/paths/path-mtu-discovery.ts#handlePacketTooBig",
    ],
    tested: [
      "test/stack/paths/path-mtu-discovery.test.ts: packets become as large as the message says, and never larger again",
      "test/userland/raw-ip.test.ts: fragmentation needed lowers the path MTU of the association that sent",
    ],
  },
  {
    id: "10-10",
    level: "MUST",
    statement:
      "ICMP8: Protocol Unreachable and an unrecognized next header count as ABORT with the T bit; about an INIT as ABORT in COOKIE-WAIT only.",
    implemented: ["src/stack/validation/icmp-handling.ts#act"],
    tested: [
      "test/stack/validation/icmp-handling.test.ts: about anything else it is an ABORT with the T bit",
      "test/stack/validation/icmp-handling.test.ts: about an INIT in COOKIE-WAIT it is an ABORT: the peer refuses",
      "test/stack/validation/icmp-handling.test.ts: about an INIT in any other state it is discarded",
    ],
  },
  {
    id: "10-11",
    level: "MAY",
    statement: "ICMP9: Destination Unreachable counts as an error of the path.",
    implemented: ["src/stack/paths/path-failure.ts#pathReportedUnreachable"],
    tested: [
      "test/stack/validation/icmp-handling.test.ts: counts against the path once per RTO and never against the association",
    ],
  },
  {
    id: "10-12",
    level: "MAY",
    statement: "The user is told of ICMP together with a change of the network's status.",
    leftOut:
      "The change is told when the path's counter exceeds its threshold, whatever has counted; RFC 6458 §6.1.2 has no field that would tell of ICMP.",
  },
  {
    id: "10-13",
    level: "MUST",
    statement:
      "Against RFC 1122, port unreachable does nothing, and protocol unreachable ends nothing that its quoted bytes do not prove to be ours.",
    implemented: [
      "src/stack/validation/icmp-handling.ts#act",
      "src/stack/validation/icmp-handling.ts#quotesTagOf",
    ],
    tested: [
      "test/userland/icmp.test.ts: a forged message does not end an association that is up; a true one does",
      "test/stack/validation/icmp-handling.test.ts: port unreachable is ignored where SCTP has no UDP ports",
    ],
  },
];
