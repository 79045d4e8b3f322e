import type { Statement } from "./statement.js";

/** RFC 7829, whole. */
export const rfc7829Statements: readonly Statement[] = [
  {
    id: "3.2-1",
    level: "RECOMMENDED",
    statement: "1: PotentiallyFailed.Max.Retrans (PFMR) is 0.",
    implemented: ["src/stack/config.ts#potentiallyFailedMaxRetrans"],
    tested: [
      "test/contract/path-parameters.ts: RFC 6458 §8.1.12, RFC 7829 §7: the defaults of paths",
      "test/stack/paths/potentially-failed.test.ts: 3 i and ii: after one time-out new data and what timed out go to an active path",
    ],
  },
  {
    id: "3.2-2",
    level: "rule",
    statement: "1: with PFMR at PMR or above a destination becomes inactive first.",
    implemented: ["src/stack/paths/path-failure.ts#judgePath"],
    tested: [
      "test/stack/paths/potentially-failed.test.ts: 1: with PFMR at PMR or above a path becomes inactive, and is never potentially failed",
    ],
  },
  {
    id: "3.2-3",
    level: "MUST",
    statement: "2: more errors than PFMR make a destination potentially failed.",
    implemented: ["src/stack/paths/path-failure.ts#judgePath"],
    tested: [
      "test/stack/paths/potentially-failed.test.ts: 2: the first error beyond PFMR makes a path potentially failed, not before",
    ],
  },
  {
    id: "3.2-4",
    level: "SHOULD NOT",
    statement: "3: no data goes to a potentially failed destination while another is active.",
    implemented: ["src/stack/paths/path-set.ts#forData", "src/stack/paths/path-set.ts#forRetransmission"],
    tested: [
      "test/stack/paths/potentially-failed.test.ts: 3 i and ii: after one time-out new data and what timed out go to an active path",
      "test/sim/failover.test.ts: with the threshold 0 they are less than 300 ms late",
    ],
  },
  {
    id: "3.2-5",
    level: "SHOULD",
    statement: "3 i: new data goes to an active one instead.",
    implemented: ["src/stack/paths/path-set.ts#forData"],
    tested: [
      "test/stack/paths/potentially-failed.test.ts: 3 i and ii: after one time-out new data and what timed out go to an active path",
    ],
  },
  {
    id: "3.2-6",
    level: "SHOULD",
    statement: "3 ii: so does what timed out.",
    implemented: ["src/stack/paths/path-set.ts#forRetransmission"],
    tested: [
      "test/stack/paths/potentially-failed.test.ts: 3 i and ii: after one time-out new data and what timed out go to an active path",
    ],
  },
  {
    id: "3.2-7",
    level: "SHOULD",
    statement: "3 iii: so does what the user has addressed to it.",
    implemented: ["src/stack/paths/path-set.ts#forData"],
    tested: [
      "test/stack/paths/potentially-failed.test.ts: 3 iii: data for a potentially failed destination that the user has named goes to an active one",
    ],
  },
  {
    id: "3.2-8",
    level: "rule",
    statement: "3: of several active ones it is the one that has least in common with what has failed.",
    implemented: ["src/stack/paths/path-set.ts#mostDivergentActive", "src/stack/paths/path-set.ts#diverges"],
    tested: [
      "test/stack/tx/failover.test.ts: §6.4.1: what timed out takes the path that leaves from another address of ours",
    ],
  },
  {
    id: "3.2-9",
    level: "MUST NOT",
    times: 2,
    statement: "3: the choice changes neither the state nor the error counter of any destination.",
    implemented: ["src/stack/paths/path-set.ts#forData"],
    tested: [
      "test/stack/paths/potentially-failed.test.ts: 4: with all paths potentially failed the one with the fewest errors carries the data",
      "test/stack/paths/potentially-failed.test.ts: 3 i and ii: after one time-out new data and what timed out go to an active path",
    ],
  },
  {
    id: "3.2-10",
    level: "MUST",
    statement: "4: where none is active, a potentially failed one is chosen.",
    implemented: ["src/stack/paths/path-set.ts#leastFailed"],
    tested: [
      "test/stack/paths/potentially-failed.test.ts: 4: with all paths potentially failed the one with the fewest errors carries the data",
    ],
  },
  {
    id: "3.2-11",
    level: "SHOULD",
    statement: "4: data is sent, and sent again, to that.",
    implemented: [
      "src/stack/paths/path-set.ts#leastFailed",
      "src/stack/tx/data-transmission.ts#transmitData",
    ],
    tested: [
      "test/stack/paths/potentially-failed.test.ts: 4: with all paths potentially failed the one with the fewest errors carries the data",
    ],
  },
  {
    id: "3.2-12",
    level: "SHOULD",
    statement: "4 i: it is the one with the fewest errors.",
    implemented: ["src/stack/paths/path-set.ts#isBetter"],
    tested: [
      "test/stack/paths/potentially-failed.test.ts: 4: with all paths potentially failed the one with the fewest errors carries the data",
    ],
  },
  {
    id: "3.2-13",
    level: "MUST NOT",
    statement: "4: the choice changes neither states nor error counters.",
    implemented: ["src/stack/paths/path-set.ts#leastFailed"],
    tested: [
      "test/stack/paths/potentially-failed.test.ts: 4: with all paths potentially failed the one with the fewest errors carries the data",
    ],
  },
  {
    id: "3.2-14",
    level: "MUST",
    statement:
      "5: for a potentially failed destination HB.interval does not count: its HEARTBEATs come once per RTO.",
    implemented: ["src/stack/paths/heartbeat.ts#probePotentiallyFailed"],
    tested: [
      "test/stack/paths/potentially-failed.test.ts: 5 and 6: heartbeats begin at once and come once per RTO, which backs off, whatever HB.interval is",
    ],
  },
  {
    id: "3.2-15",
    level: "SHOULD",
    statement: "5: HEARTBEATs are sent to it.",
    implemented: [
      "src/stack/paths/path-failure.ts#judgePath",
      "src/stack/paths/heartbeat.ts#probePotentiallyFailed",
    ],
    tested: [
      "test/stack/paths/potentially-failed.test.ts: 5 and 6: heartbeats begin at once and come once per RTO, which backs off, whatever HB.interval is",
    ],
  },
  {
    id: "3.2-16",
    level: "MUST",
    statement: "5: only where heartbeats are enabled.",
    implemented: [
      "src/stack/paths/path-failure.ts#judgePath",
      "src/stack/paths/heartbeat.ts#probePotentiallyFailed",
    ],
    tested: [
      "test/stack/paths/potentially-failed.test.ts: 5: where heartbeats are switched off none is sent, and an acknowledgement brings the path back",
    ],
  },
  {
    id: "3.2-17",
    level: "MUST NOT",
    statement: "5: else none is sent.",
    implemented: ["src/stack/paths/heartbeat.ts#probePotentiallyFailed"],
    tested: [
      "test/stack/paths/potentially-failed.test.ts: 5: where heartbeats are switched off none is sent, and an acknowledgement brings the path back",
    ],
  },
  {
    id: "3.2-18",
    level: "rule",
    statement: "6: an unanswered HEARTBEAT counts, backs the RTO off, and is followed by the next at once.",
    implemented: [
      "src/stack/paths/heartbeat.ts#handleLostHeartbeat",
      "src/stack/paths/heartbeat.ts#handleHeartbeatTimer",
    ],
    tested: [
      "test/stack/paths/potentially-failed.test.ts: 5 and 6: heartbeats begin at once and come once per RTO, which backs off, whatever HB.interval is",
    ],
  },
  {
    id: "3.2-19",
    level: "MAY",
    statement: "6: HEARTBEAT may be left out where data tells as much.",
    implemented: ["src/stack/paths/heartbeat.ts#probePotentiallyFailed"],
    tested: [
      "test/stack/paths/potentially-failed.test.ts: a single path becomes potentially failed too, but SACK and T3-rtx tell what a heartbeat would",
    ],
  },
  {
    id: "3.2-20",
    level: "MAY",
    statement: "6: its loss may be ignored while data is outstanding there.",
    implemented: ["src/stack/paths/heartbeat.ts#handleLostHeartbeat"],
    tested: [
      "test/stack/paths/potentially-failed.test.ts: 6: while data is on its way to a potentially failed path a lost heartbeat does not count beside T3-rtx",
    ],
  },
  {
    id: "3.2-21",
    level: "SHOULD",
    statement: "7: HEARTBEAT ACK clears the error counter, and the destination is active again.",
    implemented: [
      "src/stack/paths/heartbeat.ts#handleHeartbeatAck",
      "src/stack/paths/path-failure.ts#pathAnswered",
    ],
    tested: [
      "test/stack/paths/potentially-failed.test.ts: 7: a HEARTBEAT ACK clears the counter, makes the path active, and data returns to the primary path",
    ],
  },
  {
    id: "3.2-22",
    level: "MAY",
    statement: "7: while data is outstanding there, it need not clear the counter.",
    leftOut:
      "It does: the data decides for the association, whose counter HEARTBEAT ACK leaves alone then, so that a peer which nothing but heartbeats reach is given up all the same.",
  },
  {
    id: "3.2-23",
    level: "MUST",
    statement: "7: data that returns to it keeps to the congestion control of RFC 9260 §7.2.",
    implemented: ["src/stack/tx/data-transmission.ts#windowAllows", "src/stack/paths/path.ts#decayWindow"],
    tested: [
      "test/stack/paths/potentially-failed.test.ts: 7: a HEARTBEAT ACK clears the counter, makes the path active, and data returns to the primary path",
      "test/stack/tx/failover.test.ts: §6.3.3 E1, §7.2.3: T3-rtx of one path leaves windows, time-outs and timers of the others alone",
    ],
  },
  {
    id: "3.2-24",
    level: "SHOULD",
    statement:
      "8: PMR - PFMR further errors make it inactive; the user is told, and HEARTBEATs return to HB.interval.",
    implemented: [
      "src/stack/paths/path-failure.ts#judgePath",
      "src/stack/paths/heartbeat.ts#handleHeartbeatTimer",
    ],
    tested: [
      "test/stack/paths/potentially-failed.test.ts: 8: PMR - PFMR further errors make the path inactive; its heartbeats return to HB.interval",
    ],
  },
  {
    id: "3.2-25",
    level: "SHOULD NOT",
    times: 2,
    statement:
      "9: the acknowledgement of a chunk that was sent to several destinations neither clears an error counter nor makes one of them active.",
    implemented: [
      "src/stack/tx/outstanding-data.ts#SENT_TO_SEVERAL",
      "src/stack/tx/acknowledgement.ts#applyAcknowledgement",
    ],
    tested: [
      "test/stack/paths/potentially-failed.test.ts: 9: the acknowledgement of a chunk that was sent to two destinations brings none of them back",
      "test/stack/paths/errors-of-several-paths.test.ts: what was sent to two destinations clears the counter of neither",
    ],
  },
  {
    id: "3.2-26",
    level: "MAY",
    statement: "9: other information may tell which of them the chunk has reached.",
    leftOut: "There is none: a SACK does not say which copy it acknowledges.",
  },
  {
    id: "3.2-27",
    level: "MUST",
    times: 2,
    statement:
      "10: the acknowledgement of a chunk that was sent to one destination only clears its error counter, and makes it active.",
    implemented: [
      "src/stack/tx/acknowledgement.ts#applyAcknowledgement",
      "src/stack/paths/path-failure.ts#pathAnswered",
    ],
    tested: [
      "test/stack/paths/potentially-failed.test.ts: 10: after a spurious time-out an acknowledgement that comes before the retransmission clears the state",
      "test/stack/paths/potentially-failed.test.ts: 5: where heartbeats are switched off none is sent, and an acknowledgement brings the path back",
    ],
  },
  {
    id: "3.2-28",
    level: "SHOULD",
    statement: "12: the user can see the state, and hear of its changes; and can do without.",
    implemented: [
      "src/userland/notifying.ts#notifyPeerAddressChange",
      "src/userland/options/status-options.ts#STATUS_OPTIONS",
      "src/userland/options/path-options.ts#PATH_OPTIONS",
    ],
    tested: [
      "test/contract/path-parameters.ts: who wants to know of potentially failed paths",
      "test/userland/potentially-failed.test.ts: potentially failed paths are shown to who asked for it, and to nobody else",
    ],
  },
  {
    id: "4-1",
    level: "SHOULD",
    statement: "With all destinations inactive §4.1 holds.",
    implemented: ["src/stack/paths/path-set.ts#leastFailed"],
    tested: [
      "test/stack/paths/potentially-failed.test.ts: 1 to 3: with all paths inactive the one with the fewest errors carries the data, and stays inactive",
    ],
  },
  {
    id: "4-2",
    level: "MAY",
    statement: "Another way may be chosen that tolerates as many faults.",
    leftOut: "§4.1 is followed.",
  },
  {
    id: "4-3",
    level: "MUST NOT",
    statement: "That does not depend on the value of PFMR.",
    implemented: ["src/stack/paths/path-set.ts#leastFailed"],
    tested: ["test/stack/paths/dormant-state.test.ts: the dormant state is the same whatever PFMR is"],
  },
  {
    id: "4.1-1",
    level: "MUST",
    statement: "1: with all destinations inactive one is chosen, and data sent to it.",
    implemented: ["src/stack/paths/path-set.ts#leastFailed"],
    tested: [
      "test/stack/paths/potentially-failed.test.ts: 1 to 3: with all paths inactive the one with the fewest errors carries the data, and stays inactive",
    ],
  },
  {
    id: "4.1-2",
    level: "MUST NOT",
    times: 2,
    statement: "2: the choice changes neither its state nor its error counter.",
    implemented: ["src/stack/paths/path-set.ts#leastFailed"],
    tested: [
      "test/stack/paths/potentially-failed.test.ts: 1 to 3: with all paths inactive the one with the fewest errors carries the data, and stays inactive",
    ],
  },
  {
    id: "4.1-3",
    level: "SHOULD",
    statement: "3: it is the one with the fewest errors.",
    implemented: ["src/stack/paths/path-set.ts#isBetter", "src/stack/paths/path-failure.ts#errorsCounted"],
    tested: [
      "test/stack/paths/potentially-failed.test.ts: 1 to 3: with all paths inactive the one with the fewest errors carries the data, and stays inactive",
    ],
  },
  {
    id: "4.1-4",
    level: "SHOULD",
    statement: "3: among equals it is the one that has least in common with where the last failure was.",
    implemented: ["src/stack/paths/path-set.ts#noteFailure", "src/stack/paths/path-set.ts#isBetter"],
    tested: [
      "test/stack/paths/dormant-state.test.ts: among equals the one that leaves from another address of ours",
    ],
  },
  {
    id: "4.1-5",
    level: "MAY",
    statement: "3: a sender may have other strategies.",
    leftOut: "The one described is followed.",
  },
  {
    id: "4.1-6",
    level: "rule",
    statement: "3: error counters rise beyond PMR + 1, up to a limit of an order of magnitude.",
    implemented: ["src/stack/paths/path-failure.ts#errorsCounted"],
    tested: [
      "test/stack/paths/potentially-failed.test.ts: 1 to 3: with all paths inactive the one with the fewest errors carries the data, and stays inactive",
    ],
  },
  {
    id: "5-1",
    level: "MUST",
    statement: "1: Primary.Switchover.Max.Retrans (PSMR) is no less than PFMR.",
    implemented: ["src/stack/config.ts#configure"],
    tested: ["test/stack/paths/potentially-failed.test.ts: 1: a PSMR below PFMR is refused"],
  },
  {
    id: "5-2",
    level: "MUST",
    statement: "1: without potentially failed destinations it is no less than PMR.",
    implemented: ["src/stack/config.ts#configure"],
    tested: [
      "test/stack/paths/dormant-state.test.ts: without potentially failed paths a PSMR below PMR is refused",
    ],
    note: "They are done without by a PFMR of PMR or more, so that this follows from the rule before.",
  },
  {
    id: "5-3",
    level: "MUST",
    statement: "1: any other value is refused.",
    implemented: ["src/stack/config.ts#configure"],
    tested: [
      "test/stack/paths/potentially-failed.test.ts: 1: a PSMR below PFMR is refused",
      "test/contract/path-parameters.ts: what is wrong with thresholds",
    ],
  },
  {
    id: "5-4",
    level: "MUST",
    statement: "2: more errors of the primary path than PSMR make another one primary.",
    implemented: ["src/stack/paths/path-failure.ts#switchPrimaryOver"],
    tested: [
      "test/stack/paths/potentially-failed.test.ts: 2 and 3: beyond PSMR errors the path that carries the data becomes the primary one, and stays that",
    ],
  },
  {
    id: "5-5",
    level: "MUST",
    statement: "3: it is the one that would carry data at that time.",
    implemented: ["src/stack/paths/path-failure.ts#switchPrimaryOver"],
    tested: [
      "test/stack/paths/potentially-failed.test.ts: 2 and 3: beyond PSMR errors the path that carries the data becomes the primary one, and stays that",
      "test/stack/paths/potentially-failed.test.ts: 3: who has no better path keeps the primary one until there is one",
    ],
  },
  {
    id: "5-6",
    level: "MUST",
    statement: "4: PSMR = PFMR is possible.",
    implemented: ["src/stack/config.ts#configure"],
    tested: [
      "test/stack/paths/potentially-failed.test.ts: 2 and 3: beyond PSMR errors the path that carries the data becomes the primary one, and stays that",
    ],
  },
  {
    id: "5-7",
    level: "MAY",
    statement: "4: so is PSMR > PFMR.",
    implemented: ["src/stack/config.ts#configure"],
    tested: [
      "test/stack/paths/potentially-failed.test.ts: 4: with PSMR above PFMR data fails over first, and the primary path follows",
    ],
  },
  {
    id: "5-8",
    level: "MUST",
    statement: "5: without potentially failed destinations PSMR = PMR is possible.",
    implemented: ["src/stack/config.ts#configure"],
    tested: [
      "test/stack/paths/dormant-state.test.ts: without potentially failed paths a PSMR of PMR switches over when the path becomes inactive",
    ],
  },
  {
    id: "5-9",
    level: "MAY",
    statement: "5: so is PSMR > PMR.",
    implemented: ["src/stack/paths/path-failure.ts#errorsCounted"],
    tested: ["test/stack/paths/potentially-failed.test.ts: 2: with PSMR above PMR it counts beyond PMR"],
  },
  {
    id: "5-10",
    level: "MUST",
    statement: "6: the switchover can be switched off; then data returns to the primary path.",
    implemented: [
      "src/stack/config.ts#PRIMARY_SWITCHOVER_OFF",
      "src/stack/paths/path-failure.ts#switchPrimaryOver",
    ],
    tested: [
      "test/stack/paths/potentially-failed.test.ts: 6: switched off, as by default, data returns to the primary path",
    ],
  },
  {
    id: "5-11",
    level: "MAY",
    times: 2,
    statement: "The switchover may be offered, and switched on when applications ask for it.",
    implemented: ["src/userland/options/path-options.ts#PATH_OPTIONS"],
    tested: [
      "test/contract/path-parameters.ts: thresholds of one path, of an association, and of those to come",
    ],
  },
  {
    id: "6-1",
    level: "RECOMMENDED",
    statement: "PFMR is 0.",
    implemented: ["src/stack/config.ts#DEFAULT_ASSOCIATION_CONFIG"],
    tested: ["test/contract/path-parameters.ts: RFC 6458 §8.1.12, RFC 7829 §7: the defaults of paths"],
  },
  {
    id: "7.1-1",
    level: "rule",
    statement:
      "SCTP_PEER_ADDR_CHANGE tells of SCTP_ADDR_POTENTIALLY_FAILED, SCTP_GET_PEER_ADDR_INFO of SCTP_POTENTIALLY_FAILED.",
    implemented: [
      "src/userland/notifying.ts#notifyPeerAddressChange",
      "src/userland/options/status-options.ts#STATUS_OPTIONS",
    ],
    tested: [
      "test/userland/potentially-failed.test.ts: potentially failed paths are shown to who asked for it, and to nobody else",
    ],
  },
  {
    id: "7.2-1",
    level: "rule",
    statement:
      "SCTP_PEER_ADDR_THLDS reads and sets the three thresholds, of one path, of an association, and of those to come.",
    implemented: ["src/userland/options/path-options.ts#PATH_OPTIONS"],
    tested: [
      "test/contract/path-parameters.ts: thresholds of one path, of an association, and of those to come",
      "test/contract/path-parameters.ts: what is wrong with thresholds",
    ],
  },
  {
    id: "7.3-1",
    level: "rule",
    statement: "SCTP_EXPOSE_POTENTIALLY_FAILED_STATE says whether the application hears of that state.",
    implemented: ["src/userland/options/path-options.ts#PATH_OPTIONS"],
    tested: ["test/contract/path-parameters.ts: who wants to know of potentially failed paths"],
  },
  {
    id: "8-1",
    level: "rule",
    statement: "Notifications of states that change often are bounded.",
    implemented: ["src/userland/notifying.ts#stopNotifications"],
    tested: ["test/userland/stack-driver.test.ts: a storm of notifications ends with the one that says so"],
  },
  {
    id: "A.1-1",
    level: "SHOULD",
    statement: "Who lowers Path.Max.Retrans instead lowers Association.Max.Retrans too.",
    leftOut:
      "About an alternative that the text advises against; with potentially failed paths Path.Max.Retrans can stay as it is.",
  },
];
