import type { Statement } from "./statement.js";

/** RFC 9260 §4. */
export const rfc9260Section4Statements: readonly Statement[] = [
  {
    id: "4-1",
    level: "rule",
    statement: "The states and their transitions are those of Figure 3.",
    implemented: ["src/stack/association-state.ts#AssociationState"],
    tested: [
      "test/stack/stack.test.ts: establishment, ends and trouble are counted",
      "test/stack/termination/shutdown.test.ts: when both sides shut down at once, each sees a shutdown and both end",
    ],
  },
  {
    id: "4-2",
    level: "MUST",
    statement: "A COOKIE ECHO whose cookie fails its check is discarded silently (1).",
    implemented: ["src/stack/establishment/accept-cookie.ts#acceptCookie"],
    tested: [
      "test/stack/establishment/state-cookie.test.ts: a cookie of which any byte was changed is discarded with its whole packet",
    ],
  },
  {
    id: "4-3",
    level: "MUST",
    statement: "A COOKIE ECHO whose cookie is too old is answered with ERROR (1).",
    implemented: ["src/stack/establishment/accept-cookie.ts#acceptCookie"],
    tested: [
      "test/stack/establishment/state-cookie.test.ts: a cookie that is too old is answered with Stale Cookie and how old it is",
    ],
  },
  {
    id: "4-4",
    level: "MUST",
    statement: "When T1-init expires, INIT is repeated and the timer started again (2).",
    implemented: ["src/stack/establishment/initiate.ts#handleT1"],
    tested: [
      "test/stack/establishment/initiate.test.ts: INIT is repeated unchanged, each time after twice as long",
    ],
  },
  {
    id: "4-5",
    level: "MUST",
    statement: "That happens Max.Init.Retransmits times (2).",
    implemented: ["src/stack/establishment/initiate.ts#handleT1"],
    tested: [
      "test/stack/establishment/initiate.test.ts: INIT is repeated unchanged, each time after twice as long",
    ],
  },
  {
    id: "4-6",
    level: "MUST",
    statement: "Then the attempt ends, and the application is told (2).",
    implemented: [
      "src/stack/establishment/initiate.ts#handleT1",
      "src/stack/termination/abort.ts#endAssociation",
    ],
    tested: [
      "test/stack/establishment/initiate.test.ts: INIT is repeated unchanged, each time after twice as long",
    ],
  },
  {
    id: "4-7",
    level: "MUST",
    statement: "When T1-cookie expires, COOKIE ECHO is repeated and the timer started again (3).",
    implemented: ["src/stack/establishment/initiate.ts#handleT1"],
    tested: [
      "test/stack/establishment/initiate.test.ts: COOKIE ECHO is repeated with its DATA, Max.Init.Retransmits times",
    ],
  },
  {
    id: "4-8",
    level: "MUST",
    statement: "That happens Max.Init.Retransmits times (3).",
    implemented: ["src/stack/establishment/initiate.ts#handleT1"],
    tested: [
      "test/stack/establishment/initiate.test.ts: COOKIE ECHO is repeated with its DATA, Max.Init.Retransmits times",
    ],
  },
  {
    id: "4-9",
    level: "MUST",
    statement: "Then the attempt ends, and the application is told (3).",
    implemented: [
      "src/stack/establishment/initiate.ts#handleT1",
      "src/stack/termination/abort.ts#endAssociation",
    ],
    tested: [
      "test/stack/establishment/initiate.test.ts: COOKIE ECHO is repeated with its DATA, Max.Init.Retransmits times",
    ],
  },
  {
    id: "4-10",
    level: "MUST",
    statement: "In SHUTDOWN-SENT DATA is acknowledged without delay (4).",
    implemented: ["src/stack/termination/shutdown.ts#packetReceivedInShutdownSent"],
    tested: [
      "test/stack/termination/shutdown.test.ts: in SHUTDOWN-SENT each packet with DATA is answered at once with SHUTDOWN",
    ],
  },
  {
    id: "4-11",
    level: "MUST NOT",
    statement: "In SHUTDOWN-RECEIVED no new message is taken from the application (5).",
    implemented: ["src/stack/association-state.ts#acceptsUserMessages"],
    tested: [
      "test/stack/termination/shutdown.test.ts: SHUTDOWN acknowledges like a SACK; the state waits for what is still outstanding",
      "test/contract/ending.ts: after the peer's SHUTDOWN a send is ESHUTDOWN, after the end EPIPE",
    ],
  },
  {
    id: "4-12",
    level: "MUST",
    statement:
      "In SHUTDOWN-RECEIVED data goes on until everything is acknowledged, and then the state is left (6).",
    implemented: [
      "src/stack/association-state.ts#maySendData",
      "src/stack/termination/shutdown.ts#advanceShutdown",
    ],
    tested: [
      "test/stack/termination/shutdown.test.ts: SHUTDOWN acknowledges like a SACK; the state waits for what is still outstanding",
      "test/stack/termination/shutdown.test.ts: with data on both ways and loss everything arrives before the end, on both sides",
    ],
  },
  {
    id: "4-13",
    level: "MUST NOT",
    statement: "In SHUTDOWN-ACK-SENT no new message is taken from the application (7).",
    implemented: ["src/stack/association-state.ts#acceptsUserMessages"],
    tested: ["test/contract/ending.ts: after the peer's SHUTDOWN a send is ESHUTDOWN, after the end EPIPE"],
  },
];
