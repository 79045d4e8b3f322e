import type { Statement } from "./statement.js";

/** RFC 9260 §6.2.1: what a SACK says of the peer's window. */
export const rfc9260SackStatements: readonly Statement[] = [
  {
    id: "6.2.1-1",
    level: "SHOULD",
    statement: "The peer's window is what rules A to D compute.",
    implemented: ["src/stack/tx/retransmission-queue.ts#RetransmissionQueue"],
    tested: [
      "test/stack/tx/peer-window.test.ts: the peer's window after each step is what rules A to D compute",
    ],
  },
  {
    id: "6.2.1-2",
    level: "rule",
    statement: "A: it begins with the a_rwnd of INIT or INIT ACK.",
    implemented: ["src/stack/tx/retransmission-queue.ts#setInitialWindow"],
    tested: [
      "test/stack/tx/peer-window.test.ts: the peer's window after each step is what rules A to D compute",
    ],
  },
  {
    id: "6.2.1-3",
    level: "rule",
    statement: "B: what is sent, or sent again, is subtracted.",
    implemented: [
      "src/stack/tx/retransmission-queue.ts#sentFirst",
      "src/stack/tx/retransmission-queue.ts#sentAgain",
    ],
    tested: [
      "test/stack/tx/peer-window.test.ts: the peer's window after each step is what rules A to D compute",
    ],
  },
  {
    id: "6.2.1-4",
    level: "rule",
    statement: "C: what is marked for retransmission is added.",
    implemented: ["src/stack/tx/retransmission-queue.ts#markLost"],
    tested: [
      "test/stack/tx/peer-window.test.ts: the peer's window after each step is what rules A to D compute",
    ],
  },
  {
    id: "6.2.1-5",
    level: "rule",
    statement: "D i: a SACK below the Cumulative TSN Ack Point is dropped.",
    implemented: ["src/stack/tx/retransmission-queue.ts#judge"],
    tested: [
      "test/stack/tx/hostile-sacks.test.ts: a SACK below the Cumulative TSN Ack Point changes nothing",
    ],
  },
  {
    id: "6.2.1-6",
    level: "rule",
    statement: "D ii: the window is a_rwnd less what is still outstanding.",
    implemented: ["src/stack/tx/retransmission-queue.ts#handleSack"],
    tested: [
      "test/stack/tx/peer-window.test.ts: the peer's window after each step is what rules A to D compute",
    ],
  },
  {
    id: "6.2.1-7",
    level: "rule",
    statement: "D iii: what is no longer reported counts as missed once, and has T3-rtx run.",
    implemented: [
      "src/stack/tx/retransmission-queue.ts#takeBack",
      "src/stack/tx/retransmission-queue.ts#settleTimers",
    ],
    tested: [
      "test/stack/tx/fast-retransmit.test.ts: a chunk taken back counts one miss indication in that SACK, and T3-rtx runs",
    ],
  },
  {
    id: "6.2.1-8",
    level: "rule",
    statement: "D iv: at its exit point Fast Recovery ends.",
    implemented: ["src/stack/tx/retransmission-queue.ts#leaveFastRecovery"],
    tested: [
      "test/stack/tx/fast-retransmit.test.ts: Fast Recovery ends with the highest TSN that was outstanding when it began",
    ],
  },
];
