import type { Statement } from "./statement.js";

/** RFC 9260 §8.1 to §8.3: failures of peers and paths, heartbeats. */
export const rfc9260FaultStatements: readonly Statement[] = [
  {
    id: "8.1-1",
    level: "SHOULD",
    statement:
      "Consecutive retransmissions to a peer are counted, on all paths together, and unanswered HEARTBEATs on the path that carries the data.",
    implemented: [
      "src/stack/paths/path-failure.ts#pathFailedToAnswer",
      "src/stack/tx/data-transmission.ts#handleT3",
    ],
    tested: [
      "test/stack/tx/retransmission-timer.test.ts: too many expiries in a row end the association and report what was not delivered",
      "test/stack/paths/heartbeat.test.ts: unanswered heartbeats on the path in use end the association after Association.Max.Retrans",
    ],
  },
  {
    id: "8.1-2",
    level: "SHOULD NOT",
    statement: "Unanswered HEARTBEATs on other paths do not count.",
    implemented: ["src/stack/paths/heartbeat.ts#handleLostHeartbeat"],
    tested: [
      "test/stack/paths/heartbeat.test.ts: probes that fail do not count against the association, and get rarer",
      "test/stack/paths/errors-of-several-paths.test.ts: unanswered HEARTBEATs on a path that carries no data do not count against the association",
    ],
  },
  {
    id: "8.1-3",
    level: "SHOULD",
    statement: "Beyond Association.Max.Retrans the peer counts as unreachable.",
    implemented: ["src/stack/paths/path-failure.ts#pathFailedToAnswer"],
    tested: [
      "test/stack/tx/retransmission-timer.test.ts: too many expiries in a row end the association and report what was not delivered",
    ],
  },
  {
    id: "8.1-4",
    level: "SHALL",
    statement: "Then nothing more is sent to it, and the association is CLOSED.",
    implemented: ["src/stack/termination/abort.ts#endAssociation"],
    tested: [
      "test/stack/tx/retransmission-timer.test.ts: too many expiries in a row end the association and report what was not delivered",
    ],
  },
  {
    id: "8.1-5",
    level: "SHOULD",
    statement: "The user is told, and gets back what was not delivered.",
    implemented: [
      "src/stack/termination/abort.ts#endAssociation",
      "src/stack/termination/abort.ts#failMessages",
    ],
    tested: [
      "test/stack/tx/retransmission-timer.test.ts: too many expiries in a row end the association and report what was not delivered",
      "test/contract/paths.test.ts: SCTP_COMM_LOST when no address answers any more",
    ],
  },
  {
    id: "8.1-6",
    level: "MUST",
    statement: "An acknowledgement of DATA begins the count anew.",
    implemented: ["src/stack/tx/acknowledgement.ts#applyAcknowledgement"],
    tested: ["test/stack/tx/retransmission-timer.test.ts: an acknowledgement resets the count of errors"],
  },
  {
    id: "8.1-7",
    level: "SHOULD",
    statement: "So does HEARTBEAT ACK.",
    implemented: ["src/stack/paths/heartbeat.ts#handleHeartbeatAck"],
    tested: ["test/stack/paths/heartbeat.test.ts: each HEARTBEAT ACK clears the count of the association"],
  },
  {
    id: "8.1-8",
    level: "MAY",
    statement: "But not where data is outstanding.",
    implemented: ["src/stack/paths/heartbeat.ts#handleHeartbeatAck"],
    tested: [
      "test/stack/paths/errors-of-several-paths.test.ts: a HEARTBEAT ACK does not clear the count of the association while data is outstanding there",
    ],
  },
  {
    id: "8.2-1",
    level: "SHOULD",
    statement: "Each destination has an error counter.",
    implemented: ["src/stack/paths/path.ts#errorCount"],
    tested: ["test/stack/paths/errors-of-several-paths.test.ts: each destination counts its own errors"],
  },
  {
    id: "8.2-2",
    level: "rule",
    statement: "It counts expiries of T3-rtx and unanswered HEARTBEATs.",
    implemented: ["src/stack/paths/path-failure.ts#countError"],
    tested: ["test/stack/paths/errors-of-several-paths.test.ts: each destination counts its own errors"],
  },
  {
    id: "8.2-3",
    level: "SHOULD",
    times: 2,
    statement: "Beyond Path.Max.Retrans the destination is inactive, and the user is told.",
    implemented: ["src/stack/paths/path-failure.ts#judgePath"],
    tested: [
      "test/stack/paths/heartbeat.test.ts: a path is inactive after Path.Max.Retrans lost heartbeats, and active again after one",
      "test/contract/paths.test.ts: an address is confirmed, becomes unreachable, and comes back",
    ],
  },
  {
    id: "8.2-4",
    level: "SHOULD",
    times: 2,
    statement:
      "An acknowledgement of DATA, or a HEARTBEAT ACK, clears the counter of its destination; the user is told when that becomes active again.",
    implemented: [
      "src/stack/paths/path-failure.ts#pathAnswered",
      "src/stack/tx/acknowledgement.ts#applyAcknowledgement",
    ],
    tested: [
      "test/stack/paths/heartbeat.test.ts: a path is inactive after Path.Max.Retrans lost heartbeats, and active again after one",
      "test/contract/paths.test.ts: an address is confirmed, becomes unreachable, and comes back",
    ],
  },
  {
    id: "8.2-5",
    level: "MAY",
    statement: "An acknowledgement of what was sent again elsewhere need not clear it.",
    implemented: [
      "src/stack/tx/outstanding-data.ts#SENT_TO_SEVERAL",
      "src/stack/tx/retransmission-queue.ts#ackNewly",
    ],
    tested: [
      "test/stack/paths/errors-of-several-paths.test.ts: what was sent to two destinations clears the counter of neither",
    ],
  },
  {
    id: "8.2-6",
    level: "MAY",
    statement: "While the primary path is inactive new data goes to another active one.",
    implemented: ["src/stack/paths/path-set.ts#forData"],
    tested: [
      "test/stack/tx/several-paths.test.ts: when the primary path becomes inactive, new data goes to the other",
    ],
  },
  {
    id: "8.2-7",
    level: "SHOULD",
    statement: "Of several it is one.",
    implemented: ["src/stack/paths/path-set.ts#forData"],
    tested: [
      "test/stack/paths/errors-of-several-paths.test.ts: while the primary path is inactive one of the others carries all new data",
    ],
  },
  {
    id: "8.3-1",
    level: "SHOULD",
    statement: "Idle destinations are monitored by HEARTBEATs.",
    implemented: [
      "src/stack/paths/heartbeat.ts#startHeartbeats",
      "src/stack/paths/heartbeat.ts#handleHeartbeatTimer",
    ],
    tested: [
      "test/stack/paths/heartbeat.test.ts: an idle path is probed after HB.interval and one RTO, give or take half of it",
    ],
  },
  {
    id: "8.3-2",
    level: "MAY",
    statement: "They begin in ESTABLISHED, and end with SHUTDOWN or SHUTDOWN ACK.",
    implemented: [
      "src/stack/establishment/initiate.ts#becomeEstablished",
      "src/stack/termination/shutdown.ts#stopHeartbeats",
    ],
    tested: [
      "test/stack/termination/shutdown.test.ts: no HEARTBEAT leaves once SHUTDOWN has, even when an old one is answered",
    ],
  },
  {
    id: "8.3-3",
    level: "MUST",
    statement:
      "HEARTBEAT is answered from COOKIE-ECHOED or ESTABLISHED on, until SHUTDOWN-SENT or SHUTDOWN-ACK-SENT.",
    implemented: ["src/stack/paths/heartbeat.ts#handleHeartbeat"],
    tested: [
      "test/stack/establishment/cookie-echo.test.ts: a HEARTBEAT in COOKIE-ECHOED is answered at once, to where it came from",
      "test/stack/termination/shutdown.test.ts: HEARTBEAT is answered until SHUTDOWN-SENT or SHUTDOWN-ACK-SENT is reached",
      'test/rfc/other-chunks-in-states.test.ts: inEachState("HEARTBEAT"',
    ],
    note: "In COOKIE-ECHOED §5.1 C allows no other packet; but who asks has accepted the cookie.",
  },
  {
    id: "8.3-4",
    level: "rule",
    statement:
      "Idle is where nothing that measures the round trip was sent within the heartbeat period, active or not.",
    implemented: ["src/stack/paths/heartbeat.ts#isIdle"],
    tested: ["test/stack/paths/heartbeat.test.ts: a path that carries data is not idle"],
  },
  {
    id: "8.3-5",
    level: "rule",
    statement:
      "A to D: the user switches heartbeats off and on for a destination, changes HB.interval, and asks for one.",
    implemented: [
      "src/stack/association.ts#configurePath",
      "src/stack/paths/heartbeat.ts#rescheduleHeartbeat",
      "src/stack/association.ts#requestHeartbeat",
    ],
    tested: [
      "test/stack/paths/heartbeat.test.ts: heartbeats are switched off and on, their interval changes, one is asked for",
    ],
  },
  {
    id: "8.3-6",
    level: "SHOULD",
    statement: "A HEARTBEAT that is not acknowledged within one RTO is an error of its destination.",
    implemented: ["src/stack/paths/heartbeat.ts#handleLostHeartbeat"],
    tested: [
      "test/stack/paths/heartbeat.test.ts: a path is inactive after Path.Max.Retrans lost heartbeats, and active again after one",
    ],
  },
  {
    id: "8.3-7",
    level: "SHOULD",
    times: 2,
    statement: "Beyond Path.Max.Retrans the destination is inactive, and the user is told.",
    implemented: ["src/stack/paths/path-failure.ts#judgePath"],
    tested: [
      "test/stack/paths/heartbeat.test.ts: a path is inactive after Path.Max.Retrans lost heartbeats, and active again after one",
    ],
  },
  {
    id: "8.3-8",
    level: "SHOULD",
    statement: "Then HEARTBEATs go on.",
    implemented: ["src/stack/paths/heartbeat.ts#handleHeartbeatTimer"],
    tested: [
      "test/stack/paths/heartbeat.test.ts: a path is inactive after Path.Max.Retrans lost heartbeats, and active again after one",
    ],
  },
  {
    id: "8.3-9",
    level: "SHOULD",
    statement: "Then the counter stops.",
    leftOut:
      "RFC 7829 §4.1 needs it to find the best of several inactive destinations; it stops at a multiple of Path.Max.Retrans.",
  },
  {
    id: "8.3-10",
    level: "SHOULD",
    statement: "HEARTBEAT carries when it was sent, and which destination it went to.",
    implemented: ["src/stack/paths/heartbeat.ts#sendHeartbeat"],
    tested: [
      "test/stack/paths/heartbeat.test.ts: a HEARTBEAT ACK with another nonce, path or length proves nothing",
    ],
    note: "The destination is its number among the association's paths.",
  },
  {
    id: "8.3-11",
    level: "SHOULD",
    statement:
      "Where HEARTBEATs count as errors when they are sent, their acknowledgement clears the counter.",
    leftOut: "About another way to count; here they count when they have not been answered.",
  },
  {
    id: "8.3-12",
    level: "SHOULD",
    statement: "HEARTBEAT is answered at once, with everything that it carried.",
    implemented: ["src/stack/paths/heartbeat.ts#handleHeartbeat"],
    tested: [
      "test/stack/paths/heartbeat.test.ts: HEARTBEAT is answered to where it came from, with everything that it carried",
    ],
  },
  {
    id: "8.3-13",
    level: "SHOULD",
    statement: "HEARTBEAT ACK clears the error counter of its destination, which becomes active.",
    implemented: [
      "src/stack/paths/heartbeat.ts#handleHeartbeatAck",
      "src/stack/paths/path-failure.ts#pathAnswered",
    ],
    tested: [
      "test/stack/paths/heartbeat.test.ts: a path is inactive after Path.Max.Retrans lost heartbeats, and active again after one",
    ],
  },
  {
    id: "8.3-14",
    level: "SHOULD",
    statement: "The user is told when it does.",
    implemented: ["src/stack/paths/path-failure.ts#pathAnswered"],
    tested: [
      "test/stack/paths/heartbeat.test.ts: a path is inactive after Path.Max.Retrans lost heartbeats, and active again after one",
    ],
  },
  {
    id: "8.3-15",
    level: "SHOULD",
    statement: "HEARTBEAT ACK clears the overall error count.",
    implemented: ["src/stack/paths/heartbeat.ts#handleHeartbeatAck"],
    tested: ["test/stack/paths/heartbeat.test.ts: each HEARTBEAT ACK clears the count of the association"],
  },
  {
    id: "8.3-16",
    level: "SHOULD",
    statement: "HEARTBEAT ACK measures the round trip.",
    implemented: ["src/stack/paths/heartbeat.ts#handleHeartbeatAck"],
    tested: ["test/stack/paths/heartbeat.test.ts: a HEARTBEAT ACK measures the round trip by our own clock"],
  },
  {
    id: "8.3-17",
    level: "RECOMMENDED",
    statement:
      "A HEARTBEAT leaves once per RTO and HB.interval, give or take half of the RTO, which backs off when it is not answered.",
    implemented: ["src/stack/paths/heartbeat.ts#scheduleHeartbeat"],
    tested: [
      "test/stack/paths/heartbeat.test.ts: an idle path is probed after HB.interval and one RTO, give or take half of it",
      "test/stack/paths/heartbeat.test.ts: an unanswered heartbeat doubles the RTO",
    ],
  },
  {
    id: "8.3-18",
    level: "SHOULD",
    statement: "One HEARTBEAT leaves when a heartbeat timer expires.",
    implemented: ["src/stack/paths/heartbeat.ts#handleHeartbeatTimer"],
    tested: [
      "test/stack/paths/heartbeat.test.ts: at each RTO one of the unconfirmed addresses is probed, not all of them",
    ],
    note: "Each destination has a timer of its own, and their jitter spreads them.",
  },
  {
    id: "8.3-19",
    level: "SHOULD",
    statement:
      "Whoever tunes HB.interval has to see that a lost ABORT is found out by the next HEARTBEAT or DATA.",
    leftOut: "Advice to whoever configures it; the default is the recommended 30 s.",
  },
];
