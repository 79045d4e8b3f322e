import type { Statement } from "./statement.js";

/** RFC 6951, whole. */
export const rfc6951Statements: readonly Statement[] = [
  {
    id: "3.2-1",
    level: "MUST NOT",
    statement: "Behind NATs INIT and INIT ACK of an association with one address each list none.",
    implemented: ["src/userland/socket-addresses.ts#advertisedAddresses"],
    tested: ["test/userland/binding.test.ts: which addresses a peer is told of"],
  },
  {
    id: "3.2-2",
    level: "MUST",
    statement:
      "Further addresses are added by the extension of RFC 5061, with wildcard addresses and RFC 4895 only.",
    implemented: ["src/stack/extensions/address-reconfiguration/outgoing-asconf.ts#askForWildcard"],
    tested: [
      "test/stack/extensions/address-reconfiguration/outgoing-asconf.test.ts: behind UDP each request is a wildcard",
      "test/userland/address-reconfiguration.test.ts: sctp_bindx over UDP speaks of wildcards alone",
    ],
  },
  {
    id: "3.2-3",
    level: "MUST",
    statement: "An association with several addresses follows §5.7.",
    implemented: ["src/userland/socket-addresses.ts#advertisedAddresses"],
    tested: ["test/userland/binding.test.ts: which addresses a peer is told of"],
  },
  {
    id: "5.1-1",
    level: "MUST",
    statement: "The peer's UDP port is kept for each destination address of each association.",
    implemented: ["src/stack/paths/path.ts#udpPort"],
    tested: ["test/stack/paths/heartbeat.test.ts: each path learns the UDP port of its own address"],
  },
  {
    id: "5.1-2",
    level: "rule",
    statement: "The ports of both ends can be set; 9899 is the default of those that others find.",
    implemented: [
      "src/userland/udp-encapsulation.ts#SCTP_TUNNELING_PORT",
      "src/userland/udp-encapsulation.ts#UdpEncapsulationOptions",
    ],
    tested: [
      "test/userland/udp-encapsulation.test.ts: settings are checked, and the environment is one of them",
      "test/userland/binding.test.ts: a socket that listens is found at the listening UDP port, whatever its SCTP port",
    ],
  },
  {
    id: "5.3-1",
    level: "MUST",
    statement: "The UDP source port is the local encapsulation port.",
    implemented: ["src/stack/packet-output.ts#finish", "src/userland/udp-encapsulation.ts#sendRun"],
    tested: [
      "test/userland/udp-encapsulation.test.ts: a packet leaves from the local encapsulation port and arrives as it was sent",
      "test/userland/encapsulated-packets.test.ts: what arrives at a UDP socket is SCTP as it stands in the RFC",
    ],
  },
  {
    id: "5.3-2",
    level: "MUST",
    statement: "The UDP destination port is that kept for the association and the destination address.",
    implemented: ["src/stack/packet-output.ts#finish"],
    tested: [
      "test/stack/paths/heartbeat.test.ts: each path learns the UDP port of its own address",
      "test/userland/binding.test.ts: the peer's UDP port is learnt from packets with the right tag, and from no other",
    ],
  },
  {
    id: "5.3-3",
    level: "MUST",
    statement: "The UDP packet is as long as the SCTP packet and the UDP header together.",
    implemented: ["src/userland/udp-encapsulation.ts#sendRun"],
    tested: [
      "test/userland/encapsulated-packets.test.ts: what arrives at a UDP socket is SCTP as it stands in the RFC",
    ],
  },
  {
    id: "5.3-4",
    level: "MUST",
    statement: "The SCTP checksum is computed.",
    implemented: ["src/userland/udp-encapsulation.ts#capabilities", "src/wire/packet-builder.ts#finish"],
    tested: [
      "test/userland/encapsulated-packets.test.ts: what arrives at a UDP socket is SCTP as it stands in the RFC",
    ],
  },
  {
    id: "5.3-5",
    level: "SHOULD",
    statement: "The UDP checksum is computed.",
    leftOut: "The operating system's UDP sockets compute it, and we do not ask them not to.",
  },
  {
    id: "5.4-1",
    level: "MUST",
    statement:
      "Once the Verification Tag was found right, the UDP source port becomes the port of the address that the packet came from.",
    implemented: [
      "src/stack/packet-handling.ts#pathOfPacket",
      "src/stack/establishment/accept-cookie.ts#learnPort",
    ],
    tested: [
      "test/userland/binding.test.ts: the peer's UDP port is learnt from packets with the right tag, and from no other",
      "test/stack/establishment/state-cookie.test.ts: an INIT moves no path; a COOKIE ECHO that is accepted does",
    ],
  },
  {
    id: "5.4-2",
    level: "MUST",
    statement: "After a packet without UDP, packets to where it came from leave without UDP.",
    implemented: ["src/stack/packet-handling.ts#pathOfPacket"],
    tested: [
      "test/stack/paths/encapsulation.test.ts: a packet that came without UDP is answered without UDP, on its path only",
    ],
  },
  {
    id: "5.5-1",
    level: "MUST",
    statement: "ICMP that belongs to no association, or whose tag cannot be verified, is discarded silently.",
    implemented: ["src/stack/validation/icmp-handling.ts#IcmpHandling"],
    tested: [
      "test/stack/validation/icmp-handling.test.ts: a message about no association of ours changes nothing",
      "test/stack/validation/icmp-handling.test.ts: a message whose quoted tag is not the peer's is discarded",
    ],
  },
  {
    id: "5.5-2",
    level: "MUST NOT",
    statement: "Nothing relies on ICMP.",
    implemented: [
      "src/stack/validation/icmp-handling.ts#IcmpHandling",
      "src/stack/establishment/initiate.ts#handleT1",
      "src/stack/paths/heartbeat.ts#handleHeartbeatTimer",
    ],
    tested: [
      "test/stack/establishment/initiate.test.ts: INIT is repeated unchanged, each time after twice as long",
      "test/stack/paths/heartbeat.test.ts: a path is inactive after Path.Max.Retrans lost heartbeats, and active again after one",
    ],
  },
  {
    id: "5.5-3",
    level: "SHOULD",
    statement: "Where ICMP is processed, port unreachable means what follows.",
    implemented: ["src/stack/validation/icmp-handling.ts#IcmpHandling"],
    tested: [
      "test/stack/validation/icmp-handling.test.ts: port unreachable is protocol unreachable with encapsulation, at the port of the peer",
    ],
  },
  {
    id: "5.5-4",
    level: "SHOULD",
    statement: "Port unreachable of ICMP counts as protocol unreachable.",
    implemented: ["src/stack/validation/icmp-handling.ts#IcmpHandling"],
    tested: [
      "test/stack/validation/icmp-handling.test.ts: port unreachable is protocol unreachable with encapsulation, at the port of the peer",
    ],
  },
  {
    id: "5.5-5",
    level: "SHOULD",
    statement: "Port unreachable of ICMPv6 counts as unrecognized next header.",
    implemented: ["src/stack/validation/icmp-handling.ts#IcmpHandling"],
    tested: [
      "test/stack/validation/icmp-handling.test.ts: port unreachable is protocol unreachable with encapsulation, at the port of the peer",
    ],
  },
  {
    id: "5.6-1",
    level: "MUST",
    statement: "Where packets are encapsulated, the path MTU is smaller by the UDP header.",
    implemented: ["src/userland/udp-encapsulation.ts#capabilities", "src/stack/paths/path.ts#headerBytes"],
    tested: ["test/userland/encapsulated-packets.test.ts: the UDP header counts against the path MTU"],
  },
  {
    id: "5.6-2",
    level: "SHOULD",
    statement: "Where encapsulation stops, it is larger by that.",
    leftOut:
      "A lower layer encapsulates all packets or none, so that no path starts or stops; its size of headers holds for its life.",
  },
  {
    id: "5.6-3",
    level: "MUST",
    statement: "Path MTU discovery does not count on ICMP.",
    implemented: ["src/userland/udp-encapsulation.ts#mtuBytes"],
    tested: [
      "test/userland/udp-encapsulation.test.ts: settings are checked, and the environment is one of them",
    ],
    note: "over UDP the path MTU is a setting, because neither ICMP nor the don't-fragment bit is at hand",
  },
  {
    id: "5.7-1",
    level: "MUST NOT",
    statement: "Addresses that a NAT may translate stand in no packet.",
    implemented: ["src/userland/socket-addresses.ts#advertisedAddresses"],
    tested: [
      "test/userland/binding.test.ts: which addresses a peer is told of",
      "test/userland/encapsulated-packets.test.ts: what arrives at a UDP socket is SCTP as it stands in the RFC",
    ],
  },
  {
    id: "5.7-2",
    level: "MUST",
    statement: "Addresses are changed by RFC 5061 with wildcard addresses only.",
    implemented: ["src/stack/extensions/address-reconfiguration/outgoing-asconf.ts#askForWildcard"],
    tested: [
      "test/stack/extensions/address-reconfiguration/outgoing-asconf.test.ts: behind UDP each request is a wildcard",
      "test/userland/address-reconfiguration.test.ts: over UDP a host's addresses are followed by wildcards alone",
      "test/userland/address-reconfiguration.test.ts: over UDP a host that has lost its only address goes on with the next one",
      "test/userland/address-reconfiguration.test.ts: over UDP an address of a family that no peer has is refused",
    ],
  },
  {
    id: "5.7-3",
    level: "MAY",
    statement: "An ABORT with the T bit may be taken as a sign that the peer sees other addresses of ours.",
    leftOut:
      "Not used: such an ABORT may be anybody's who has seen a packet, and ends the association like any other.",
  },
  {
    id: "5.8-1",
    level: "MUST NOT",
    statement: "The ECN bits are not changed on the way through.",
    leftOut:
      "UDP sockets neither show nor set them: packets leave without ECN, and whatever the network marks is not looked at.",
  },
  {
    id: "6.1-1",
    level: "rule",
    statement:
      "The application can set and read the UDP port of a remote address by a socket option (informational).",
    implemented: ["src/userland/options/encapsulation-options.ts#ENCAPSULATION_OPTIONS"],
    tested: [
      "test/contract/delivery.ts: the UDP port of an address, and of those to come",
      "test/userland/delivery-options.test.ts: SCTP_REMOTE_UDP_ENCAPS_PORT says where peers are found",
    ],
  },
];
