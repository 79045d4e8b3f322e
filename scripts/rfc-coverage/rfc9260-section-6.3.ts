import type { Statement } from "./statement.js";

/** RFC 9260 §6.3 and §6.4: the retransmission timer, and peers with several addresses. */
export const rfc9260TimerStatements: readonly Statement[] = [
  {
    id: "6.3.1-1",
    level: "rule",
    statement: "C1: before any measurement the RTO is RTO.Initial.",
    implemented: ["src/stack/paths/retransmission-timeout.ts#RetransmissionTimeout"],
    tested: [
      "test/stack/paths/retransmission-timeout.test.ts: before any measurement the time-out is RTO.Initial",
    ],
  },
  {
    id: "6.3.1-2",
    level: "rule",
    statement: "C2: the first measurement R gives SRTT = R, RTTVAR = R/2, RTO = SRTT + 4 RTTVAR.",
    implemented: ["src/stack/paths/retransmission-timeout.ts#measured"],
    tested: [
      "test/stack/paths/retransmission-timeout.test.ts: the first measurement R gives SRTT = R, RTTVAR = R/2, RTO = SRTT + 4 RTTVAR",
    ],
  },
  {
    id: "6.3.1-3",
    level: "rule",
    statement: "C3: later ones change RTTVAR by a quarter, with the old SRTT, and SRTT by an eighth.",
    implemented: ["src/stack/paths/retransmission-timeout.ts#measured"],
    tested: [
      "test/stack/paths/retransmission-timeout.test.ts: the variation is updated with the old SRTT, alpha is 1/8 and beta 1/4",
    ],
  },
  {
    id: "6.3.1-4",
    level: "MUST",
    statement: "C4: while data is on its way there is a measurement each round trip.",
    implemented: [
      "src/stack/tx/retransmission-queue.ts#sentFirst",
      "src/stack/tx/retransmission-queue.ts#ackNewly",
    ],
    tested: ["test/stack/tx/retransmission-timer.test.ts: there is one measurement each round trip"],
  },
  {
    id: "6.3.1-5",
    level: "SHOULD",
    statement: "C4: and no more than one for each destination.",
    implemented: ["src/stack/paths/path.ts#measuredTsn"],
    tested: ["test/stack/tx/retransmission-timer.test.ts: there is one measurement each round trip"],
  },
  {
    id: "6.3.1-6",
    level: "SHOULD",
    statement: "C4: with more measurements alpha and beta would have to be adjusted.",
    leftOut: "There is one in each round trip.",
  },
  {
    id: "6.3.1-7",
    level: "MUST NOT",
    statement: "C5: a chunk that was sent again measures nothing.",
    implemented: ["src/stack/tx/retransmission-queue.ts#sentAgain"],
    tested: [
      "test/stack/tx/retransmission-timer.test.ts: no measurement with a chunk below or at which something was sent again",
    ],
  },
  {
    id: "6.3.1-8",
    level: "SHOULD",
    statement: "C5: nor one above it that had been sent before.",
    implemented: ["src/stack/tx/retransmission-queue.ts#sentAgain"],
    tested: [
      "test/stack/tx/retransmission-timer.test.ts: no measurement with a chunk below or at which something was sent again",
    ],
  },
  {
    id: "6.3.1-9",
    level: "rule",
    statement: "C6: the RTO is no less than RTO.Min.",
    implemented: ["src/stack/paths/retransmission-timeout.ts#bounded"],
    tested: [
      "test/stack/paths/retransmission-timeout.test.ts: the time-out stays between RTO.Min and RTO.Max",
    ],
  },
  {
    id: "6.3.1-10",
    level: "MAY",
    statement: "C7: and no more than RTO.Max.",
    implemented: ["src/stack/paths/retransmission-timeout.ts#bounded"],
    tested: [
      "test/stack/paths/retransmission-timeout.test.ts: the time-out stays between RTO.Min and RTO.Max",
    ],
  },
  {
    id: "6.3.1-11",
    level: "rule",
    statement: "G1: an RTTVAR of 0 becomes the granularity of the clock.",
    implemented: ["src/stack/paths/retransmission-timeout.ts#CLOCK_GRANULARITY_MS"],
    tested: [
      "test/stack/paths/retransmission-timeout.test.ts: a variation of 0 becomes the granularity of the clock",
    ],
  },
  {
    id: "6.3.2-1",
    level: "rule",
    statement:
      "R1: DATA to an address starts its T3-rtx if that does not run, with its RTO as it is after all doubling.",
    implemented: [
      "src/stack/tx/data-transmission.ts#writeNewChunks",
      "src/stack/tx/data-transmission.ts#retransmitPacketChunks",
    ],
    tested: [
      "test/stack/tx/retransmission-timer.test.ts: the first chunk starts T3-rtx, further ones do not restart it",
    ],
  },
  {
    id: "6.3.2-2",
    level: "rule",
    statement: "R2: when all data to an address is acknowledged, its T3-rtx stops.",
    implemented: [
      "src/stack/tx/retransmission-queue.ts#settleTimers",
      "src/stack/tx/retransmission-queue.ts#stopTimersWithoutData",
    ],
    tested: [
      "test/stack/tx/retransmission-timer.test.ts: T3-rtx stops when everything is acknowledged",
      "test/stack/tx/timers-of-several-paths.test.ts: T3-rtx of a path stops when all that was outstanding there is sent another way",
    ],
  },
  {
    id: "6.3.2-3",
    level: "rule",
    statement: "R3: when its earliest outstanding TSN is acknowledged, it starts anew.",
    implemented: [
      "src/stack/tx/retransmission-queue.ts#settleTimers",
      "src/stack/tx/retransmission-queue.ts#isEarliestOn",
    ],
    tested: [
      "test/stack/tx/retransmission-timer.test.ts: T3-rtx restarts when the earliest outstanding TSN is acknowledged, and only then",
    ],
  },
  {
    id: "6.3.2-4",
    level: "rule",
    statement: "R4: when a TSN is no longer reported, it starts if it does not run.",
    implemented: ["src/stack/tx/retransmission-queue.ts#settleTimers"],
    tested: [
      "test/stack/tx/fast-retransmit.test.ts: all in flight was reported and is taken back: T3-rtx starts again",
    ],
  },
  {
    id: "6.3.3-1",
    level: "rule",
    statement: "E1: when T3-rtx expires, ssthresh and cwnd of its address shrink as §7.2.3 says.",
    implemented: [
      "src/stack/tx/data-transmission.ts#handleT3",
      "src/stack/paths/congestion-control.ts#retransmissionTimedOut",
    ],
    tested: [
      "test/stack/tx/retransmission-timer.test.ts: on expiry cwnd is one PMDCS, the RTO doubles, one packet leaves",
    ],
  },
  {
    id: "6.3.3-2",
    level: "rule",
    statement: "E2: its RTO doubles.",
    implemented: ["src/stack/paths/retransmission-timeout.ts#backOff"],
    tested: [
      "test/stack/paths/retransmission-timeout.test.ts: an expiry doubles the time-out; a measurement computes it anew",
    ],
  },
  {
    id: "6.3.3-3",
    level: "MAY",
    statement: "E2: up to RTO.Max.",
    implemented: ["src/stack/paths/retransmission-timeout.ts#backOff"],
    tested: [
      "test/stack/tx/retransmission-timer.test.ts: the RTO doubles up to RTO.Max and collapses with a measurement",
    ],
  },
  {
    id: "6.3.3-4",
    level: "rule",
    statement: "E3: as many of its earliest outstanding chunks as fit leave in one packet.",
    implemented: ["src/stack/tx/data-transmission.ts#retransmitPacketChunks"],
    tested: [
      "test/stack/tx/retransmission-timer.test.ts: as many small chunks as fit are retransmitted in one packet",
    ],
  },
  {
    id: "6.3.3-5",
    level: "SHOULD",
    statement: "E4: T3-rtx of the address that they go to starts with the RTO of that address.",
    implemented: ["src/stack/tx/data-transmission.ts#retransmitPacketChunks"],
    tested: [
      "test/stack/tx/several-paths.test.ts: new data goes to the primary path, what timed out to another active one",
      "test/stack/tx/timers-of-several-paths.test.ts: what is sent another way is covered by the RTO of that way",
    ],
  },
  {
    id: "6.3.3-6",
    level: "SHOULD",
    statement: "What does not fit is marked, and leaves as soon as cwnd allows.",
    implemented: [
      "src/stack/tx/retransmission-queue.ts#markAllOn",
      "src/stack/tx/data-transmission.ts#transmitData",
    ],
    tested: [
      "test/stack/tx/retransmission-timer.test.ts: on expiry cwnd is one PMDCS, the RTO doubles, one packet leaves",
      "test/stack/tx/retransmission-timer.test.ts: after a time-out one packet may be in flight until something is acknowledged",
    ],
  },
  {
    id: "6.3.3-7",
    level: "rule",
    statement: "A measurement computes the RTO anew, and so takes the doubling back.",
    implemented: ["src/stack/paths/retransmission-timeout.ts#measured"],
    tested: [
      "test/stack/tx/retransmission-timer.test.ts: the RTO doubles up to RTO.Max and collapses with a measurement",
    ],
  },
  {
    id: "6.3.3-8",
    level: "rule",
    statement:
      "F1: timers that run are left alone when data takes another way, whose own timer starts with it.",
    implemented: ["src/stack/tx/data-transmission.ts#writeNewChunks"],
    tested: ["test/stack/tx/several-paths.test.ts: changing the path leaves the timers that run alone"],
  },
  {
    id: "6.4-1",
    level: "SHOULD",
    statement: "Data goes to the primary path, unless the user names another address.",
    implemented: ["src/stack/paths/path-set.ts#forData", "src/stack/tx/data-transmission.ts#sendNewPackets"],
    tested: [
      "test/stack/tx/several-paths.test.ts: new data goes to the primary path, what timed out to another active one",
      "test/stack/tx/failover.test.ts: its messages go there, and all others to the primary path, each in packets of its own",
    ],
  },
  {
    id: "6.4-2",
    level: "SHOULD",
    statement: "Replies go to where what they answer came from.",
    implemented: ["src/stack/paths/path-set.ts#forReply", "src/stack/answers.ts#answerTo"],
    tested: [
      "test/stack/paths/answers-and-their-source.test.ts: SACK and HEARTBEAT ACK leave from the address that was addressed",
      "test/stack/paths/heartbeat.test.ts: HEARTBEAT is answered to where it came from, with everything that it carried",
      "test/stack/termination/shutdown.test.ts: SHUTDOWN ACK and SHUTDOWN COMPLETE go to where what they answer came from",
      "test/stack/establishment/state-cookie.test.ts: a COOKIE ACK to an address that is not confirmed has a HEARTBEAT beside it",
    ],
  },
  {
    id: "6.4-3",
    level: "SHOULD NOT",
    statement: "While DATA comes from one address, SACKs do not go to others.",
    implemented: ["src/stack/bundling.ts#sackPath"],
    tested: [
      "test/stack/rx/where-sacks-go.test.ts: SACK goes to where the last DATA came from, and does not vary while that does not",
    ],
  },
  {
    id: "6.4-4",
    level: "MAY",
    statement: "A SACK for DATA from several addresses goes to one of these.",
    implemented: ["src/stack/bundling.ts#sackPath"],
    tested: [
      "test/stack/rx/where-sacks-go.test.ts: a delayed SACK goes to where the last DATA that it acknowledges came from",
    ],
  },
  {
    id: "6.4-5",
    level: "MAY",
    statement: "A SACK for duplicates may go to another address than they came from.",
    implemented: ["src/stack/paths/path-set.ts#besides", "src/stack/rx/data-reception.ts#varyReturnPath"],
    tested: [
      "test/stack/rx/sack-destination.test.ts: the SACK for a duplicate goes another way, because the first may be broken, in turns",
    ],
  },
  {
    id: "6.4-6",
    level: "SHOULD",
    statement: "What timed out goes to another active address.",
    implemented: [
      "src/stack/tx/data-transmission.ts#pathOfMarked",
      "src/stack/paths/path-set.ts#forRetransmission",
    ],
    tested: [
      "test/stack/tx/several-paths.test.ts: new data goes to the primary path, what timed out to another active one",
    ],
  },
  {
    id: "6.4-7",
    level: "SHOULD",
    statement: "Fast retransmissions go to the address of the original.",
    implemented: ["src/stack/tx/data-transmission.ts#pathOfMarked"],
    tested: [
      "test/stack/tx/several-paths.test.ts: all fast retransmissions stay on their path, those too that wait for the window",
    ],
  },
  {
    id: "6.4-8",
    level: "MAY",
    statement: "After the primary path was changed they may go to the new one.",
    leftOut: "They stay on the path whose window they belong to, as long as that is active.",
  },
  {
    id: "6.4-9",
    level: "rule",
    statement: "A chunk that takes another way is outstanding there, and no more on the old one.",
    implemented: [
      "src/stack/tx/retransmission-queue.ts#sentAgain",
      "src/stack/tx/retransmission-queue.ts#markLost",
    ],
    tested: [
      "test/stack/tx/hostile-sacks.test.ts: no sequence of SACKs breaks a counter or leaves data without a timer",
      "test/stack/tx/several-paths.test.ts: new data goes to the primary path, what timed out to another active one",
    ],
  },
  {
    id: "6.4.1-1",
    level: "SHOULD",
    statement:
      "What is meant for an address that is inactive, be it the primary path or named by the user, goes to an active one.",
    implemented: ["src/stack/paths/path-set.ts#forData"],
    tested: [
      "test/stack/paths/heartbeat.test.ts: while the primary path is inactive another active one carries the data",
      "test/stack/tx/several-paths.test.ts: when the primary path becomes inactive, new data goes to the other",
      "test/stack/tx/failover.test.ts: RFC 9260 §6.4.1: an inactive destination is left for an active one",
    ],
  },
  {
    id: "6.4.1-2",
    level: "SHOULD",
    statement: "What timed out takes the way that has least in common with the one before.",
    implemented: ["src/stack/paths/path-set.ts#mostDivergentActive", "src/stack/paths/path-set.ts#diverges"],
    tested: [
      "test/stack/tx/failover.test.ts: §6.4.1: what timed out takes the path that leaves from another address of ours",
    ],
  },
];
