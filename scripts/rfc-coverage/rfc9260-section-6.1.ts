import type { Statement } from "./statement.js";

/** RFC 9260 §6.1: when data is sent. */
export const rfc9260TransmissionStatements: readonly Statement[] = [
  {
    id: "6.1-1",
    level: "MAY",
    statement: "There may be a retransmission timer for each chunk.",
    leftOut: "There is one for each destination, as the text has it.",
  },
  {
    id: "6.1-2",
    level: "MUST",
    statement: "The rules A to E hold for what is sent.",
    implemented: ["src/stack/tx/data-transmission.ts#transmitData"],
    tested: [
      "test/stack/data-transfer.test.ts: whatever a network does, all is delivered once, in order, in bounded time",
    ],
  },
  {
    id: "6.1-3",
    level: "MUST NOT",
    statement:
      "A: nothing new is sent when the peer's window does not take the next chunk, but for window probes.",
    implemented: [
      "src/stack/tx/data-transmission.ts#peerHasRoom",
      "src/stack/tx/data-transmission.ts#writeNewChunks",
    ],
    tested: [
      "test/stack/tx/zero-window.test.ts: nothing new is sent into a closed window; the first probe leaves after one RTO",
      "test/stack/tx/zero-window.test.ts: a window smaller than the next chunk counts as closed",
    ],
  },
  {
    id: "6.1-4",
    level: "MUST",
    statement: "A probe leaves only when cwnd allows it.",
    implemented: ["src/stack/tx/data-transmission.ts#mayBeginNewPacket"],
    tested: [
      "test/stack/tx/zero-window.test.ts: nothing new is sent into a closed window; the first probe leaves after one RTO",
    ],
    note: "As it leaves only when nothing is on its way, cwnd always does.",
  },
  {
    id: "6.1-5",
    level: "SHOULD",
    statement: "A probe leaves only when everything is acknowledged and nothing on its way.",
    implemented: ["src/stack/tx/data-transmission.ts#peerHasRoom"],
    tested: ["test/stack/tx/zero-window.test.ts: a window smaller than the next chunk counts as closed"],
  },
  {
    id: "6.1-6",
    level: "MUST",
    statement: "The window is probed.",
    implemented: ["src/stack/tx/data-transmission.ts#peerHasRoom"],
    tested: [
      "test/stack/tx/zero-window.test.ts: a lost window update stalls the sender for no longer than the probe takes",
    ],
  },
  {
    id: "6.1-7",
    level: "SHOULD NOT",
    statement:
      "While SACKs come, probes that are not acknowledged count neither against the path nor against the association.",
    implemented: ["src/stack/tx/data-transmission.ts#handleT3"],
    tested: [
      "test/stack/tx/zero-window.test.ts: and SACKs that keep coming probes count against nobody",
      "test/stack/tx/zero-window.test.ts: probes that nobody answers end the association",
    ],
  },
  {
    id: "6.1-8",
    level: "SHOULD",
    statement: "The first probe leaves one RTO after the window was found closed.",
    implemented: ["src/stack/tx/data-transmission.ts#peerHasRoom"],
    tested: [
      "test/stack/tx/zero-window.test.ts: nothing new is sent into a closed window; the first probe leaves after one RTO",
    ],
  },
  {
    id: "6.1-9",
    level: "SHOULD",
    statement: "The interval of the probes grows exponentially.",
    implemented: [
      "src/stack/tx/data-transmission.ts#handleT3",
      "src/stack/paths/retransmission-timeout.ts#backOff",
    ],
    tested: ["test/stack/tx/zero-window.test.ts: the interval of the probes doubles up to RTO.Max"],
  },
  {
    id: "6.1-10",
    level: "SHOULD",
    statement: "Meanwhile cwnd is adjusted as §7.2.1 says of idle paths.",
    implemented: ["src/stack/paths/path.ts#decayWindow"],
    tested: [
      "test/stack/tx/sending.test.ts: what an idle window loses depends on the pause only, not on how often it was looked at",
    ],
  },
  {
    id: "6.1-11",
    level: "MUST",
    statement: "The sender avoids the silly window syndrome.",
    implemented: [
      "src/stack/tx/data-transmission.ts#nagleHolds",
      "src/stack/tx/data-transmission.ts#maxPayloadBytes",
    ],
    tested: [
      "test/stack/tx/sending.test.ts: Nagle holds a packet that is not full while data is on its way, and noDelay does not",
      "test/stack/tx/sending.test.ts: chunks are no larger than half of the peer's first window, so that two always fit",
    ],
  },
  {
    id: "6.1-12",
    level: "MUST NOT",
    statement: "B: nothing new is sent to an address with cwnd + PMDCS - 1 bytes outstanding, or more.",
    implemented: ["src/stack/tx/data-transmission.ts#windowAllows"],
    tested: ["test/stack/tx/sending.test.ts: cwnd is exceeded by one packet only, and by less than a PMDCS"],
  },
  {
    id: "6.1-13",
    level: "SHOULD",
    statement: "B: below cwnd a whole packet is sent even if it exceeds cwnd.",
    implemented: ["src/stack/tx/data-transmission.ts#windowAllows"],
    tested: ["test/stack/tx/sending.test.ts: cwnd is exceeded by one packet only, and by less than a PMDCS"],
  },
  {
    id: "6.1-14",
    level: "MUST",
    statement: "B: one packet only exceeds it.",
    implemented: ["src/stack/tx/data-transmission.ts#windowAllows"],
    tested: ["test/stack/tx/sending.test.ts: cwnd is exceeded by one packet only, and by less than a PMDCS"],
  },
  {
    id: "6.1-15",
    level: "MUST",
    statement: "C: what is marked for retransmission leaves before anything new, as far as cwnd allows.",
    implemented: ["src/stack/tx/data-transmission.ts#transmitData"],
    tested: [
      "test/stack/tx/retransmission-timer.test.ts: what is marked leaves before anything new, and as cwnd allows",
    ],
  },
  {
    id: "6.1-16",
    level: "SHOULD",
    statement: "D: Max.Burst limits how many packets leave at one opportunity.",
    implemented: [
      "src/stack/tx/data-transmission.ts#grantBurst",
      "src/stack/tx/data-transmission.ts#openBurst",
      "src/stack/tx/data-transmission.ts#endBurst",
    ],
    tested: [
      "test/stack/tx/sending.test.ts: a user's send and a SACK each allow Max.Burst packets, what else arrives none",
      "test/stack/tx/batch-of-packets.test.ts: after a batch the window is that of the same packets handled one by one",
    ],
  },
  {
    id: "6.1-17",
    level: "MAY",
    statement: "D: cwnd may be lowered for the moment.",
    leftOut: "The packets are counted instead.",
  },
  {
    id: "6.1-18",
    level: "MAY",
    statement: "D: the packets may be counted.",
    implemented: ["src/stack/paths/path.ts#burstAllowance"],
    tested: [
      "test/stack/tx/sending.test.ts: a user's send and a SACK each allow Max.Burst packets, what else arrives none",
    ],
  },
  {
    id: "6.1-19",
    level: "SHOULD NOT",
    statement: "D: cwnd is not changed for it.",
    implemented: ["src/stack/tx/data-transmission.ts#mayBeginNewPacket"],
    tested: [
      "test/stack/tx/batch-of-packets.test.ts: after a batch the window is that of the same packets handled one by one",
    ],
  },
  {
    id: "6.1-20",
    level: "rule",
    statement: "E: then new chunks leave as far as A and B allow.",
    implemented: ["src/stack/tx/data-transmission.ts#sendNewPackets"],
    tested: ["test/stack/tx/sending.test.ts: cwnd is exceeded by one packet only, and by less than a PMDCS"],
  },
  {
    id: "6.1-21",
    level: "MAY",
    statement: "Several DATA chunks share a packet.",
    implemented: ["src/stack/tx/data-transmission.ts#writeNewChunks"],
    tested: ["test/stack/tx/sending.test.ts: small messages are bundled up to the path MTU, TSNs ascending"],
  },
  {
    id: "6.1-22",
    level: "MAY",
    statement: "New chunks may share a packet with retransmitted ones.",
    leftOut:
      "Retransmissions have packets of their own, so that what leaves despite cwnd takes nothing new along; COOKIE ECHO alone takes both.",
  },
  {
    id: "6.1-23",
    level: "rule",
    statement: "A user who asks for no delay ends only what waits for more.",
    implemented: ["src/stack/tx/data-transmission.ts#nagleHolds"],
    tested: [
      "test/stack/tx/sending.test.ts: Nagle holds a packet that is not full while data is on its way, and noDelay does not",
    ],
  },
  {
    id: "6.1-24",
    level: "SHOULD",
    statement:
      "What is not yet acknowledged is, by a SACK in front of the DATA that leaves, if both fit the PMTU.",
    implemented: ["src/stack/bundling.ts#bundleSack"],
    tested: ["test/stack/tx/sending.test.ts: a SACK that is owed travels in front of DATA"],
  },
  {
    id: "6.1-25",
    level: "MAY",
    statement: "With full windows messages are still taken from the user.",
    implemented: ["src/stack/association.ts#send", "src/userland/sending.ts#sendTo"],
    tested: [
      "test/contract/back-pressure.ts: a promise waits for room, and everything arrives in the order of the calls",
    ],
  },
  {
    id: "6.1-26",
    level: "MUST",
    statement: "But nothing leaves until something is acknowledged and A and B allow it again.",
    implemented: ["src/stack/tx/data-transmission.ts#mayBeginNewPacket"],
    tested: [
      "test/stack/tx/sending.test.ts: cwnd is exceeded by one packet only, and by less than a PMDCS",
      "test/stack/tx/zero-window.test.ts: a window that opens before the probe is due is used at once and whole",
    ],
  },
  {
    id: "6.1-27",
    level: "MUST",
    statement: "Whatever is sent to an address starts its T3-rtx if that does not run.",
    implemented: [
      "src/stack/tx/data-transmission.ts#writeNewChunks",
      "src/stack/tx/data-transmission.ts#retransmitPacketChunks",
    ],
    tested: [
      "test/stack/tx/retransmission-timer.test.ts: the first chunk starts T3-rtx, further ones do not restart it",
    ],
  },
  {
    id: "6.1-28",
    level: "MUST",
    statement: "The retransmission of its earliest outstanding chunk restarts it.",
    implemented: ["src/stack/tx/data-transmission.ts#retransmitPacketChunks"],
    tested: [
      "test/stack/tx/fast-retransmit.test.ts: T3-rtx restarts when the first outstanding chunk is retransmitted, else it runs on",
    ],
  },
  {
    id: "6.1-29",
    level: "MUST NOT",
    statement: "Nothing else restarts it.",
    implemented: ["src/stack/tx/data-transmission.ts#retransmitPacketChunks"],
    tested: [
      "test/stack/tx/retransmission-timer.test.ts: the first chunk starts T3-rtx, further ones do not restart it",
      "test/stack/tx/fast-retransmit.test.ts: T3-rtx restarts when the first outstanding chunk is retransmitted, else it runs on",
    ],
  },
  {
    id: "6.1-30",
    level: "SHOULD",
    statement: "It is set by §6.3.2 and §6.3.3.",
    implemented: ["src/stack/tx/data-transmission.ts#handleT3"],
    tested: [
      "test/stack/tx/retransmission-timer.test.ts: on expiry cwnd is one PMDCS, the RTO doubles, one packet leaves",
    ],
  },
  {
    id: "6.1-31",
    level: "MUST NOT",
    statement: "No TSN is more than 2^31 - 1 above the first of the window.",
    implemented: ["src/stack/tx/outstanding-data.ts#isFull", "src/stack/limits.ts#OUTSTANDING_CHUNKS_MAX"],
    tested: ["test/stack/limits.test.ts: OUTSTANDING_CHUNKS_MAX"],
  },
  {
    id: "6.1-32",
    level: "MUST NOT",
    statement: "No stream has more than 2^16 - 1 ordered messages in the window.",
    implemented: ["src/stack/tx/outstanding-data.ts#isFull", "src/stack/limits.ts#OUTSTANDING_CHUNKS_MAX"],
    tested: ["test/stack/limits.test.ts: OUTSTANDING_CHUNKS_MAX"],
    note: "The window holds 32,767 chunks in all streams together.",
  },
  {
    id: "6.1-33",
    level: "MAY",
    statement:
      "The I bit asks for a SACK without delay where that helps: when the user asks, before a shutdown, when a window is full.",
    implemented: [
      "src/stack/tx/data-transmission.ts#flagsOfNext",
      "src/stack/tx/data-transmission.ts#waitsForSack",
    ],
    tested: [
      "test/stack/tx/sending.test.ts: the I bit is set on the end of a message that asks for it, and before a shutdown",
      "test/stack/tx/sending.test.ts: the I bit asks for the SACK that a window of one packet waits for",
      "test/stack/tx/sending.test.ts: the I bit asks for the SACK when the peer's window is full",
    ],
  },
];
