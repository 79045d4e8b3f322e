import type { Statement } from "./statement.js";

/** RFC 9260 §7: congestion control. */
export const rfc9260Section7Statements: readonly Statement[] = [
  {
    id: "7.1-1",
    level: "MAY",
    statement: "Another destination takes over when one becomes inactive.",
    implemented: ["src/stack/paths/path-set.ts#forData"],
    tested: [
      "test/stack/tx/several-paths.test.ts: when the primary path becomes inactive, new data goes to the other",
    ],
  },
  {
    id: "7.1-2",
    level: "MAY",
    statement: "A retransmission may go elsewhere than the original.",
    implemented: ["src/stack/paths/path-set.ts#forRetransmission"],
    tested: [
      "test/stack/tx/several-paths.test.ts: new data goes to the primary path, what timed out to another active one",
    ],
  },
  {
    id: "7.1-3",
    level: "SHOULD",
    statement: "What is known of an address that is not used decays, once per RTO.",
    implemented: ["src/stack/paths/path.ts#decayWindow", "src/stack/paths/congestion-control.ts#idle"],
    tested: [
      "test/stack/tx/sending.test.ts: the window decays once per RTO of pause, before it is used again",
    ],
  },
  {
    id: "7.1-4",
    level: "rule",
    statement: "Slow start is where each destination begins.",
    implemented: [
      "src/stack/paths/path.ts#Path",
      "src/stack/paths/congestion-control.ts#Rfc9260CongestionControl",
    ],
    tested: [
      "test/stack/paths/congestion-control.test.ts: the initial window is min(4 PMDCS, max(2 PMDCS, 4404 or 4344))",
    ],
  },
  {
    id: "7.2-1",
    level: "MUST",
    statement: "Slow start and congestion avoidance control what is sent.",
    implemented: [
      "src/stack/paths/congestion-control.ts#Rfc9260CongestionControl",
      "src/stack/tx/data-transmission.ts#windowAllows",
    ],
    tested: [
      "test/stack/paths/congestion-control.test.ts: slow start grows by the bytes acknowledged, by one PMDCS at most",
      "test/stack/data-transfer.test.ts: with a 5 % loss a transfer keeps its pace",
    ],
  },
  {
    id: "7.2-2",
    level: "MUST NOT",
    statement: "No sender is more aggressive than that.",
    implemented: [
      "src/stack/paths/congestion-control.ts#CongestionControl",
      "src/stack/tx/data-transmission.ts#windowAllows",
    ],
    tested: [
      "test/stack/tx/hostile-sacks.test.ts: optimistic acknowledgements open no window beyond one PMDCS for each SACK",
      "test/stack/tx/sending.test.ts: cwnd is exceeded by one packet only, and by less than a PMDCS",
    ],
    note: "Who replaces the algorithm answers for that.",
  },
  {
    id: "7.2-3",
    level: "MUST",
    statement: "Each destination has a cwnd, an ssthresh and a partial_bytes_acked of its own.",
    implemented: [
      "src/stack/paths/path.ts#congestion",
      "src/stack/paths/congestion-control.ts#partialBytesAcked",
    ],
    tested: ["test/stack/tx/several-paths.test.ts: the windows grow by what was acknowledged on each path"],
  },
  {
    id: "7.2-4",
    level: "SHOULD",
    statement: "They count DATA chunks with header and padding.",
    implemented: ["src/stack/tx/outstanding-data.ts#chunkBytesAt"],
    tested: ["test/stack/tx/sending.test.ts: cwnd is exceeded by one packet only, and by less than a PMDCS"],
  },
  {
    id: "7.2-5",
    level: "rule",
    statement: "The peer's window belongs to the association.",
    implemented: ["src/stack/tx/retransmission-queue.ts#peerRwnd"],
    tested: [
      "test/stack/tx/peer-window.test.ts: the peer's window after each step is what rules A to D compute",
    ],
  },
  {
    id: "7.2.1-1",
    level: "MUST",
    statement: "The first cwnd is min(4 PMDCS, max(2 PMDCS, 4404 bytes, or 4344 with IPv6)).",
    implemented: [
      "src/stack/paths/congestion-control.ts#INITIAL_WINDOW_IPV4",
      "src/stack/paths/congestion-control.ts#INITIAL_WINDOW_IPV6",
    ],
    tested: [
      "test/stack/paths/congestion-control.test.ts: the initial window is min(4 PMDCS, max(2 PMDCS, 4404 or 4344))",
    ],
  },
  {
    id: "7.2.1-2",
    level: "MUST",
    statement:
      "After a time-out cwnd is one PMDCS, and one packet is on its way until something is acknowledged.",
    implemented: [
      "src/stack/paths/congestion-control.ts#retransmissionTimedOut",
      "src/stack/paths/path.ts#singlePacketOnly",
    ],
    tested: [
      "test/stack/tx/retransmission-timer.test.ts: after a time-out one packet may be in flight until something is acknowledged",
    ],
  },
  {
    id: "7.2.1-3",
    level: "SHOULD",
    statement: "The first ssthresh is arbitrarily high.",
    implemented: ["src/stack/paths/congestion-control.ts#INITIAL_SSTHRESH"],
    tested: ["test/stack/paths/congestion-control.test.ts: the initial ssthresh is arbitrarily high"],
  },
  {
    id: "7.2.1-4",
    level: "SHOULD",
    statement: "A window that is not full takes a whole packet more (§6.1 B).",
    implemented: ["src/stack/tx/data-transmission.ts#windowAllows"],
    tested: ["test/stack/tx/sending.test.ts: cwnd is exceeded by one packet only, and by less than a PMDCS"],
  },
  {
    id: "7.2.1-5",
    level: "MUST",
    statement: "Up to ssthresh cwnd grows by slow start, when it is fully used and outside Fast Recovery.",
    implemented: ["src/stack/paths/congestion-control.ts#slowStart"],
    tested: [
      "test/stack/paths/congestion-control.test.ts: slow start grows by the bytes acknowledged, by one PMDCS at most",
    ],
  },
  {
    id: "7.2.1-6",
    level: "MUST NOT",
    statement: "Else it does not grow.",
    implemented: ["src/stack/paths/congestion-control.ts#slowStart"],
    tested: [
      "test/stack/paths/congestion-control.test.ts: slow start grows neither an unused window nor in Fast Recovery",
    ],
  },
  {
    id: "7.2.1-7",
    level: "MUST",
    statement: "It grows by what was acknowledged, and by L times the PMDCS at the most.",
    implemented: ["src/stack/paths/congestion-control.ts#slowStart"],
    tested: [
      "test/stack/paths/congestion-control.test.ts: slow start grows by the bytes acknowledged, by one PMDCS at most",
    ],
  },
  {
    id: "7.2.1-8",
    level: "SHOULD",
    statement: "L is 1.",
    implemented: ["src/stack/paths/congestion-control.ts#slowStart"],
    tested: [
      "test/stack/paths/congestion-control.test.ts: slow start grows by the bytes acknowledged, by one PMDCS at most",
    ],
  },
  {
    id: "7.2.1-9",
    level: "MAY",
    statement: "L may be more.",
    leftOut: "It is 1.",
  },
  {
    id: "7.2.1-10",
    level: "SHOULD",
    statement: "With several destinations each window grows by what was acknowledged there.",
    implemented: ["src/stack/tx/retransmission-queue.ts#growWindows"],
    tested: ["test/stack/tx/several-paths.test.ts: the windows grow by what was acknowledged on each path"],
  },
  {
    id: "7.2.1-11",
    level: "SHOULD",
    statement: "Where nothing is sent, cwnd becomes max(cwnd / 2, 4 PMDCS) once per RTO.",
    implemented: ["src/stack/paths/congestion-control.ts#idle", "src/stack/paths/path.ts#decayWindow"],
    tested: [
      "test/stack/paths/congestion-control.test.ts: an idle window halves once per RTO down to four PMDCS, and ssthresh remembers it",
      "test/stack/tx/sending.test.ts: the window decays once per RTO of pause, before it is used again",
    ],
  },
  {
    id: "7.2.1-12",
    level: "SHOULD",
    statement: "Before the first of these ssthresh becomes cwnd.",
    implemented: ["src/stack/paths/congestion-control.ts#idle"],
    tested: [
      "test/stack/paths/congestion-control.test.ts: an idle window halves once per RTO down to four PMDCS, and ssthresh remembers it",
    ],
  },
  {
    id: "7.2.2-1",
    level: "SHOULD",
    statement: "Above ssthresh a window that is fully used grows by one PMDCS per round trip.",
    implemented: ["src/stack/paths/congestion-control.ts#avoidCongestion"],
    tested: [
      "test/stack/paths/congestion-control.test.ts: beyond ssthresh a window's worth of acknowledged bytes earns one PMDCS",
    ],
  },
  {
    id: "7.2.2-2",
    level: "MAY",
    statement: "One PMDCS is what it may grow by.",
    implemented: ["src/stack/paths/congestion-control.ts#avoidCongestion"],
    tested: [
      "test/stack/paths/congestion-control.test.ts: beyond ssthresh a window's worth of acknowledged bytes earns one PMDCS",
    ],
  },
  {
    id: "7.2.2-3",
    level: "SHOULD",
    statement: "It does so once per round trip, when cwnd or more was outstanding.",
    implemented: ["src/stack/paths/congestion-control.ts#avoidCongestion"],
    tested: [
      "test/stack/paths/congestion-control.test.ts: beyond ssthresh a window's worth of acknowledged bytes earns one PMDCS",
    ],
  },
  {
    id: "7.2.2-4",
    level: "MUST NOT",
    statement: "It does not grow by more.",
    implemented: ["src/stack/paths/congestion-control.ts#avoidCongestion"],
    tested: [
      "test/stack/paths/congestion-control.test.ts: beyond ssthresh a window's worth of acknowledged bytes earns one PMDCS",
    ],
  },
  {
    id: "7.2.2-5",
    level: "rule",
    statement:
      "partial_bytes_acked counts what each SACK newly acknowledges; with a full window cwnd is taken from it and grows, without one it stops at cwnd; it is 0 when everything is acknowledged.",
    implemented: [
      "src/stack/paths/congestion-control.ts#avoidCongestion",
      "src/stack/paths/congestion-control.ts#acknowledged",
    ],
    tested: [
      "test/stack/paths/congestion-control.test.ts: without a full window partial_bytes_acked stops at cwnd, and cwnd stays",
      "test/stack/paths/congestion-control.test.ts: partial_bytes_acked is 0 again when everything is acknowledged",
    ],
    note: "Duplicate TSNs are not counted: nobody knows any more how large what they stand for was.",
  },
  {
    id: "7.2.2-6",
    level: "SHOULD",
    statement: "Idle windows decay as in slow start.",
    implemented: ["src/stack/paths/congestion-control.ts#idle"],
    tested: [
      "test/stack/paths/congestion-control.test.ts: an idle window halves once per RTO down to four PMDCS, and ssthresh remembers it",
    ],
  },
  {
    id: "7.2.3-1",
    level: "SHOULD",
    statement:
      "Loss seen from SACKs makes ssthresh max(cwnd / 2, 4 PMDCS), cwnd as much, and partial_bytes_acked 0.",
    implemented: ["src/stack/paths/congestion-control.ts#enterFastRecovery"],
    tested: [
      "test/stack/paths/congestion-control.test.ts: loss seen from SACKs halves the window, a time-out leaves one PMDCS",
      "test/stack/tx/fast-retransmit.test.ts: fast retransmit halves the window once, with a floor of four PMDCS",
    ],
  },
  {
    id: "7.2.3-2",
    level: "SHOULD",
    statement:
      "A time-out makes ssthresh as much, cwnd one PMDCS, partial_bytes_acked 0, and keeps one packet on its way.",
    implemented: [
      "src/stack/paths/congestion-control.ts#retransmissionTimedOut",
      "src/stack/tx/data-transmission.ts#handleT3",
    ],
    tested: [
      "test/stack/paths/congestion-control.test.ts: loss seen from SACKs halves the window, a time-out leaves one PMDCS",
      "test/stack/tx/retransmission-timer.test.ts: after a time-out one packet may be in flight until something is acknowledged",
    ],
  },
  {
    id: "7.2.4-1",
    level: "SHOULD",
    statement: "A hole in the TSNs has every packet with data answered by a SACK until it is filled.",
    implemented: ["src/stack/rx/sack-timing.ts#handlePacketWithData"],
    tested: ["test/stack/rx/sack-timing.test.ts: each packet that leaves a gap is acknowledged at once"],
  },
  {
    id: "7.2.4-2",
    level: "SHOULD",
    statement: "The third miss indication counts, and none before.",
    implemented: ["src/stack/tx/retransmission-queue.ts#indicateMiss"],
    tested: [
      "test/stack/tx/fast-retransmit.test.ts: two miss indications are not enough, the third retransmits at once",
    ],
  },
  {
    id: "7.2.4-3",
    level: "SHOULD",
    statement:
      "Only TSNs below the highest one newly acknowledged are missed; in Fast Recovery an advance of the ack point counts all that is reported missing.",
    implemented: ["src/stack/tx/retransmission-queue.ts#countMissing"],
    tested: [
      "test/stack/tx/fast-retransmit.test.ts: only what lies below the highest newly acknowledged TSN is missed",
      "test/stack/tx/fast-retransmit.test.ts: a SACK that acknowledges nothing new indicates no miss",
      "test/stack/tx/fast-retransmit.test.ts: in Fast Recovery an advance of the ack point counts all that is reported missing",
    ],
  },
  {
    id: "7.2.4-4",
    level: "rule",
    statement:
      "1 and 2: such chunks are marked; outside Fast Recovery the windows of their destinations shrink.",
    implemented: ["src/stack/tx/retransmission-queue.ts#indicateMiss"],
    tested: [
      "test/stack/tx/fast-retransmit.test.ts: fast retransmit halves the window once, with a floor of four PMDCS",
    ],
  },
  {
    id: "7.2.4-5",
    level: "rule",
    statement: "3: outside Fast Recovery one packet of the earliest marked chunks leaves.",
    implemented: ["src/stack/tx/data-transmission.ts#fastRetransmit"],
    tested: [
      "test/stack/tx/fast-retransmit.test.ts: one packet of the earliest chunks leaves although the window is full",
    ],
  },
  {
    id: "7.2.4-6",
    level: "SHOULD",
    statement: "3: whatever cwnd is.",
    implemented: ["src/stack/tx/data-transmission.ts#fastRetransmit"],
    tested: [
      "test/stack/tx/fast-retransmit.test.ts: one packet of the earliest chunks leaves although the window is full",
    ],
  },
  {
    id: "7.2.4-7",
    level: "SHOULD NOT",
    statement: "3: and without delay.",
    implemented: ["src/stack/tx/data-transmission.ts#transmitData"],
    tested: [
      "test/stack/tx/fast-retransmit.test.ts: two miss indications are not enough, the third retransmits at once",
    ],
  },
  {
    id: "7.2.4-8",
    level: "rule",
    statement:
      "4: T3-rtx starts anew only if the lowest outstanding TSN of the address was acknowledged or is sent again.",
    implemented: [
      "src/stack/tx/data-transmission.ts#retransmitPacketChunks",
      "src/stack/tx/retransmission-queue.ts#settleTimers",
    ],
    tested: [
      "test/stack/tx/fast-retransmit.test.ts: T3-rtx restarts when the first outstanding chunk is retransmitted, else it runs on",
    ],
  },
  {
    id: "7.2.4-9",
    level: "rule",
    statement: "5: a chunk is fast retransmitted once.",
    implemented: ["src/stack/tx/outstanding-data.ts#NO_FAST_RETRANSMIT"],
    tested: [
      "test/stack/tx/fast-retransmit.test.ts: what was fast retransmitted and is lost again waits for T3-rtx",
    ],
  },
  {
    id: "7.2.4-10",
    level: "rule",
    statement: "6: Fast Recovery lasts until all that was outstanding at its beginning is acknowledged.",
    implemented: ["src/stack/tx/retransmission-queue.ts#leaveFastRecovery"],
    tested: [
      "test/stack/tx/fast-retransmit.test.ts: Fast Recovery ends with the highest TSN that was outstanding when it began",
    ],
  },
  {
    id: "7.2.4-11",
    level: "SHOULD NOT",
    times: 2,
    statement:
      "6: meanwhile further loss seen from SACKs changes neither ssthresh nor cwnd of any destination.",
    implemented: ["src/stack/tx/retransmission-queue.ts#indicateMiss"],
    tested: [
      "test/stack/tx/fast-retransmit.test.ts: fast retransmit halves the window once, with a floor of four PMDCS",
    ],
  },
  {
    id: "7.2.4-12",
    level: "MUST",
    statement: "What the SACK newly acknowledges makes the window grow before it shrinks.",
    implemented: ["src/stack/tx/retransmission-queue.ts#handleSack"],
    tested: [
      "test/stack/tx/fast-retransmit.test.ts: what a SACK acknowledges makes the window grow before its loss halves it",
    ],
  },
  {
    id: "7.2.5-1",
    level: "MUST",
    statement: "Congestion control begins anew when the network is another one.",
    implemented: ["src/stack/paths/path.ts#resetCongestionControl"],
    tested: ["test/stack/paths/reinitialization.test.ts: congestion control begins anew"],
  },
  {
    id: "7.2.5.1-1",
    level: "MAY",
    statement: "The user can set the DSCP.",
    implemented: ["src/stack/config.ts#dscp", "src/stack/association.ts#configurePath"],
    tested: ["test/stack/paths/reinitialization.test.ts: congestion control begins anew with another DSCP"],
  },
  {
    id: "7.2.5.1-2",
    level: "MUST",
    statement: "Another DSCP has congestion control begin anew.",
    implemented: ["src/stack/association.ts#configurePath"],
    tested: ["test/stack/paths/reinitialization.test.ts: congestion control begins anew with another DSCP"],
  },
  {
    id: "7.2.5.2-1",
    level: "MAY",
    statement: "Changes of routes are known, such as another source address.",
    implemented: ["src/stack/paths/path.ts#localAddress"],
    tested: [
      "test/stack/paths/reinitialization.test.ts: congestion control begins anew from another address of ours",
    ],
  },
  {
    id: "7.2.5.2-2",
    level: "MUST",
    statement: "Then congestion control begins anew.",
    implemented: ["src/stack/paths/path.ts#localAddress", "src/stack/paths/path.ts#resetCongestionControl"],
    tested: [
      "test/stack/paths/reinitialization.test.ts: congestion control begins anew from another address of ours",
    ],
  },
  {
    id: "7.3-1",
    level: "SHOULD",
    times: 2,
    statement: "Path MTU discovery is applied, for each destination.",
    implemented: ["src/stack/paths/path-mtu-discovery.ts#handlePacketTooBig"],
    tested: [
      "test/stack/paths/path-mtu-discovery.test.ts: packets become as large as the message says, and never larger again",
      "test/stack/paths/path-mtu-discovery.test.ts: a transfer through several narrow places delivers every byte",
    ],
    note: "By ICMP, not by probing (RFC 8899): a lower layer that hears no ICMP has its path MTU as a setting.",
  },
  {
    id: "7.3-2",
    level: "MUST",
    statement: "1: each destination has a PMTU of its own.",
    implemented: ["src/stack/paths/path.ts#wholeMtuBytes"],
    tested: [
      "test/stack/paths/path-mtu-discovery.test.ts: each path has its own; chunks are cut for the smallest",
    ],
  },
  {
    id: "7.3-3",
    level: "SHOULD",
    statement: "2: the AMDCS is the smallest PMDCS of all destinations.",
    implemented: ["src/stack/paths/path-set.ts#amdcs"],
    tested: [
      "test/stack/paths/path-mtu-discovery.test.ts: each path has its own; chunks are cut for the smallest",
    ],
  },
  {
    id: "7.3-4",
    level: "SHOULD",
    statement: "2: fragments are cut for it.",
    implemented: ["src/stack/tx/data-transmission.ts#maxPayloadBytes"],
    tested: [
      "test/stack/paths/path-mtu-discovery.test.ts: each path has its own; chunks are cut for the smallest",
    ],
  },
];
