import type { Statement } from "./statement.js";

/** RFC 9260 §3.3.4 to §3.3.13: the other chunks. */
export const rfc9260OtherChunkStatements: readonly Statement[] = [
  {
    id: "3.3.4-1",
    level: "MUST",
    statement:
      "A SACK has Cumulative TSN Ack, a_rwnd, and the numbers of Gap Ack Blocks and of Duplicate TSNs.",
    implemented: [
      "src/wire/chunks/sack-chunk.ts#writeSackChunk",
      "src/wire/chunks/sack-chunk.ts#parseSackChunk",
    ],
    tested: [
      "test/wire/malformed.test.ts: SACK without all of its fixed part",
      "test/wire/real-packets.test.ts: is read as tshark reads it",
    ],
  },
  {
    id: "3.3.4-2",
    level: "SHOULD",
    statement: "Gap Ack Blocks are isolated: what lies before and behind each has not been received.",
    implemented: ["src/stack/rx/data-tracker.ts#DataTracker"],
    tested: [
      "test/stack/rx/data-tracker.test.ts: Gap Ack Blocks that come to touch become one, and the first joins what is in sequence",
    ],
  },
  {
    id: "3.3.4-3",
    level: "MUST",
    statement: "The TSNs of the example make the SACK of the example.",
    implemented: ["src/stack/rx/data-reception.ts#takeSack", "src/stack/rx/data-tracker.ts#DataTracker"],
    tested: [
      "test/stack/rx/data-tracker.test.ts: the example's TSNs make the example's Gap Ack Blocks",
      "test/wire/malformed.test.ts: the example of a SACK",
    ],
  },
  {
    id: "3.3.4-4",
    level: "rule",
    statement: "Before any DATA the Cumulative TSN Ack is the peer's Initial TSN less one.",
    implemented: ["src/stack/transmission-control-block.ts#startReception"],
    tested: [
      "test/stack/rx/data-tracker.test.ts: before any DATA the Cumulative TSN Ack is the peer's Initial TSN minus one",
    ],
  },
  {
    id: "3.3.4-5",
    level: "rule",
    statement: "A duplicate is listed as often as it has come since the last SACK.",
    implemented: ["src/stack/rx/data-tracker.ts#DataTracker"],
    tested: [
      "test/stack/rx/data-tracker.test.ts: each arrival of a duplicate is listed once, and the list begins anew after a SACK",
    ],
    note: "up to 32 of them: the list is advice to the sender",
  },
  {
    id: "3.3.5-1",
    level: "SHOULD",
    statement: "HEARTBEAT probes whether a destination of the association is reachable.",
    implemented: [
      "src/stack/paths/heartbeat.ts#startHeartbeats",
      "src/stack/paths/heartbeat.ts#sendHeartbeat",
    ],
    tested: [
      "test/stack/paths/heartbeat.test.ts: an idle path is probed after HB.interval and one RTO, give or take half of it",
    ],
  },
  {
    id: "3.3.5-2",
    level: "SHOULD",
    statement: "Its information tells the time at which it was sent and the destination.",
    implemented: ["src/stack/paths/heartbeat.ts#sendHeartbeat"],
    tested: [
      "test/stack/paths/heartbeat.test.ts: a HEARTBEAT ACK measures the round trip by our own clock",
      "test/stack/paths/heartbeat.test.ts: a HEARTBEAT ACK with another nonce, path or length proves nothing",
    ],
  },
  {
    id: "3.3.5-3",
    level: "MUST",
    statement: "Where it verifies a path, it has a random nonce of at least 64 bits.",
    implemented: ["src/stack/paths/heartbeat.ts#sendHeartbeat"],
    tested: [
      "test/stack/paths/heartbeat.test.ts: a HEARTBEAT ACK with another nonce, path or length proves nothing",
    ],
  },
  {
    id: "3.3.6-1",
    level: "MUST",
    statement: "A HEARTBEAT is answered with HEARTBEAT ACK, to the address that it came from.",
    implemented: ["src/stack/paths/heartbeat.ts#handleHeartbeat"],
    tested: [
      "test/stack/paths/heartbeat.test.ts: HEARTBEAT is answered to where it came from, with everything that it carried",
    ],
  },
  {
    id: "3.3.6-2",
    level: "MUST",
    statement: "The answer holds the information of the HEARTBEAT, unchanged.",
    implemented: [
      "src/stack/paths/heartbeat.ts#handleHeartbeat",
      "src/wire/chunks/heartbeat-body.ts#HeartbeatBody",
    ],
    tested: [
      "test/stack/paths/heartbeat.test.ts: HEARTBEAT is answered to where it came from, with everything that it carried",
    ],
  },
  {
    id: "3.3.7-1",
    level: "MAY",
    statement: "An ABORT may tell its reasons by error causes.",
    implemented: [
      "src/stack/termination/abort.ts#abortAssociation",
      "src/wire/chunks/abort-chunk.ts#writeAbortChunk",
    ],
    tested: [
      "test/contract/ending.ts: SCTP_ABORT carries its data as the reason, in both styles",
      "test/stack/termination/abort.test.ts: ABORT ends the association at once; the peer's reason and what was lost are told",
    ],
  },
  {
    id: "3.3.7-2",
    level: "MUST NOT",
    statement: "No DATA stands beside an ABORT.",
    implemented: ["src/wire/packet-builder.ts#progressAfter", "src/stack/termination/abort.ts#sendLastChunk"],
    tested: [
      "test/stack/termination/abort.test.ts: the user's ABORT carries the peer's tag and no DATA",
      "test/wire/packet-builder.test.ts: ABORT is the last chunk of its packet and has no DATA beside it",
    ],
  },
  {
    id: "3.3.7-3",
    level: "MAY",
    statement: "Other control chunks may stand beside an ABORT.",
    implemented: ["src/stack/association.ts#handlePacket"],
    tested: [
      "test/stack/termination/abort.test.ts: what stands before an ABORT is handled, what stands behind it is not",
    ],
    note: "ours travels alone",
  },
  {
    id: "3.3.7-4",
    level: "MUST",
    statement: "They stand before the ABORT; the receiver ignores what stands behind it.",
    implemented: ["src/wire/packet-builder.ts#progressAfter", "src/stack/packet-handling.ts#handleControl"],
    tested: [
      "test/stack/termination/abort.test.ts: what stands before an ABORT is handled, what stands behind it is not",
      "test/wire/packet-builder.test.ts: ABORT is the last chunk of its packet and has no DATA beside it",
    ],
  },
  {
    id: "3.3.7-5",
    level: "MUST",
    statement: "An ABORT with a format error, or without a TCB, is discarded silently.",
    implemented: [
      "src/stack/packet-handling.ts#handleControl",
      "src/stack/validation/out-of-the-blue.ts#judge",
    ],
    tested: [
      "test/stack/termination/abort.test.ts: an ABORT with a format error is discarded, and with it what stands behind it",
      "test/stack/validation/out-of-the-blue.test.ts: is discarded because of the ABORT",
    ],
  },
  {
    id: "3.3.7-6",
    level: "MUST NOT",
    statement: "An ABORT is never answered with an ABORT.",
    implemented: [
      "src/stack/validation/out-of-the-blue.ts#judge",
      "src/stack/packet-handling.ts#handleControl",
    ],
    tested: [
      "test/stack/validation/out-of-the-blue.test.ts: is discarded because of the ABORT",
      "test/stack/validation/out-of-the-blue.test.ts: no answer to an answer: two stacks never keep each other busy",
    ],
  },
  {
    id: "3.3.7-7",
    level: "MUST",
    statement: "The T bit says that the tag is the one of the packet that is answered.",
    implemented: [
      "src/stack/validation/out-of-the-blue.ts#handle",
      "src/stack/establishment/initiate.ts#refuse",
    ],
    tested: [
      "test/stack/validation/out-of-the-blue.test.ts: is answered with ABORT, its tag reflected",
      "test/stack/establishment/initiate.test.ts: an INIT ACK with an Initiate Tag of 0 ends the attempt with a reflected ABORT",
    ],
  },
  {
    id: "3.3.8-1",
    level: "MUST",
    statement: "A graceful end begins with SHUTDOWN.",
    implemented: ["src/stack/termination/shutdown.ts#advanceShutdown"],
    tested: [
      "test/stack/termination/shutdown.test.ts: SHUTDOWN, SHUTDOWN ACK and SHUTDOWN COMPLETE end an idle association",
    ],
  },
  {
    id: "3.3.8-2",
    level: "MUST NOT",
    statement: "That a SHUTDOWN has no Gap Ack Blocks takes nothing back that was reported before.",
    implemented: ["src/stack/tx/retransmission-queue.ts#handleCumulativeTsnAck"],
    tested: [
      "test/rfc/retransmission.test.ts: A-RECV-04",
      "test/stack/termination/shutdown-and-gaps.test.ts: a SHUTDOWN takes back no Gap Ack Block",
    ],
  },
  {
    id: "3.3.8-3",
    level: "MAY",
    statement: "A SACK beside the SHUTDOWN may report gaps.",
    implemented: ["src/stack/termination/shutdown.ts#sendShutdown", "src/stack/bundling.ts#bundleSack"],
    tested: [
      "test/stack/termination/shutdown.test.ts: in SHUTDOWN-SENT each packet with DATA is answered at once with SHUTDOWN",
    ],
  },
  {
    id: "3.3.9-1",
    level: "MUST",
    statement: "SHUTDOWN is acknowledged with SHUTDOWN ACK.",
    implemented: ["src/stack/termination/shutdown.ts#enterShutdownAckSent"],
    tested: [
      "test/stack/termination/shutdown.test.ts: SHUTDOWN, SHUTDOWN ACK and SHUTDOWN COMPLETE end an idle association",
    ],
  },
  {
    id: "3.3.10-1",
    level: "MAY",
    statement: "A cause may stand in an ABORT where the error is fatal.",
    implemented: [
      "src/stack/packet-handling.ts#handleData",
      "src/stack/termination/abort.ts#abortAssociation",
    ],
    tested: [
      "test/stack/termination/abort.test.ts: DATA without user data ends the association with No User Data",
    ],
  },
  {
    id: "3.3.10-2",
    level: "rule",
    statement: "An ERROR is not the end: its causes are told to the application.",
    implemented: ["src/stack/validation/error-chunks.ts#handleError"],
    tested: ["test/stack/establishment/initiate.test.ts: causes beside a stale cookie are told to the user"],
  },
  {
    id: "3.3.10.1-1",
    level: "rule",
    statement: "DATA for a stream that there is not is reported with Invalid Stream Identifier.",
    implemented: [
      "src/stack/rx/data-reception.ts#reportInvalidStream",
      "src/wire/error-causes/data-causes.ts#INVALID_STREAM_IDENTIFIER_CODEC",
    ],
    tested: ["test/stack/rx/invalid-stream.test.ts: DATA for a stream that there is not"],
  },
  {
    id: "3.3.10.2-1",
    level: "rule",
    statement: "An INIT ACK without its cookie is refused with Missing Mandatory Parameter.",
    implemented: [
      "src/stack/establishment/initiate.ts#violationInInitAck",
      "src/wire/error-causes/parameter-causes.ts#MISSING_MANDATORY_PARAMETER_CODEC",
    ],
    tested: [
      "test/stack/establishment/initiate.test.ts: a cookie behind a parameter that stops the processing is not there",
    ],
  },
  {
    id: "3.3.10.3-1",
    level: "MAY",
    statement: "Stale Cookie may tell by how many microseconds, rounded up, the cookie is too old.",
    implemented: ["src/stack/establishment/accept-cookie.ts#acceptCookie"],
    tested: [
      "test/stack/establishment/state-cookie.test.ts: a cookie that is too old is answered with Stale Cookie and how old it is",
      "test/stack/establishment/announced-values.test.ts: the measure of staleness is rounded up to whole microseconds",
    ],
  },
  {
    id: "3.3.10.3-2",
    level: "SHOULD",
    statement: "Whoever does not tell says 0.",
    leftOut: "We always tell.",
  },
  {
    id: "3.3.10.4-1",
    level: "rule",
    statement: "Whoever has no room for an association aborts it with Out of Resource.",
    implemented: [
      "src/stack/establishment/accept-cookie.ts#reasonToRefuse",
      "src/wire/error-causes/abort-causes.ts#OUT_OF_RESOURCE_CODEC",
    ],
    tested: ["test/stack/limits.test.ts: one more is refused with Out of Resource"],
  },
  {
    id: "3.3.10.5-1",
    level: "rule",
    statement: "An address that cannot be used comes back whole in Unresolvable Address.",
    implemented: [
      "src/stack/establishment/capabilities.ts#violationIn",
      "src/wire/error-causes/address-causes.ts#UNRESOLVABLE_ADDRESS_CODEC",
    ],
    tested: [
      "test/stack/establishment/answer-init.test.ts: the cause is a whole TLV even when its host name was cut",
    ],
  },
  {
    id: "3.3.10.6-1",
    level: "rule",
    statement: "A chunk whose type asks to be reported comes back in Unrecognized Chunk Type.",
    implemented: [
      "src/stack/validation/error-chunks.ts#handleUnknownChunk",
      "src/wire/error-causes/unrecognized-chunk-type-cause.ts#UNRECOGNIZED_CHUNK_TYPE_CODEC",
    ],
    tested: [
      "test/stack/validation/verification-tag.test.ts: what unknown chunk types want is done, and reported",
    ],
  },
  {
    id: "3.3.10.7-1",
    level: "rule",
    statement: "A mandatory field with an impossible value is refused with Invalid Mandatory Parameter.",
    implemented: [
      "src/stack/establishment/capabilities.ts#violationIn",
      "src/wire/error-causes/parameter-causes.ts#INVALID_MANDATORY_PARAMETER_CODEC",
    ],
    tested: [
      "test/stack/establishment/answer-init.test.ts: an INIT with ${what} is refused with ABORT under its tag",
    ],
  },
  {
    id: "3.3.10.8-1",
    level: "rule",
    statement: "Unknown parameters of an INIT ACK come back in Unrecognized Parameters.",
    implemented: [
      "src/stack/establishment/initiate.ts#handleInitAck",
      "src/wire/error-causes/parameter-causes.ts#UNRECOGNIZED_PARAMETERS_CODEC",
    ],
    tested: [
      "test/stack/establishment/initiate.test.ts: unknown parameters of an INIT ACK are reported beside the COOKIE ECHO",
    ],
  },
  {
    id: "3.3.10.9-1",
    level: "rule",
    statement: "DATA without user data is reported with No User Data and its TSN.",
    implemented: [
      "src/stack/packet-handling.ts#handleData",
      "src/wire/error-causes/data-causes.ts#NO_USER_DATA_CODEC",
    ],
    tested: [
      "test/stack/termination/abort.test.ts: DATA without user data ends the association with No User Data",
    ],
  },
  {
    id: "3.3.10.10-1",
    level: "rule",
    statement: "A COOKIE ECHO in SHUTDOWN-ACK-SENT is reported with Cookie Received While Shutting Down.",
    implemented: [
      "src/stack/establishment/accept-cookie.ts#mayRestart",
      "src/wire/error-causes/cookie-causes.ts#COOKIE_RECEIVED_WHILE_SHUTTING_DOWN_CODEC",
    ],
    tested: [
      "test/stack/establishment/duplicate-chunks.test.ts: in SHUTDOWN-ACK-SENT a restart is put off with SHUTDOWN ACK and an ERROR",
    ],
  },
  {
    id: "3.3.10.11-1",
    level: "rule",
    statement: "An INIT that adds addresses to an association is refused with a cause that lists them.",
    implemented: [
      "src/stack/establishment/answer-init.ts#answerUnexpectedInit",
      "src/wire/error-causes/address-causes.ts#RESTART_WITH_NEW_ADDRESSES_CODEC",
    ],
    tested: ["test/stack/establishment/duplicate-chunks.test.ts: that adds addresses is refused with those"],
  },
  {
    id: "3.3.10.12-1",
    level: "MAY",
    statement: "The application's ABORT may carry User-Initiated Abort.",
    implemented: [
      "src/userland/sending.ts#sendTo",
      "src/wire/error-causes/abort-causes.ts#USER_INITIATED_ABORT_CODEC",
    ],
    tested: ["test/contract/ending.ts: SCTP_ABORT carries its data as the reason, in both styles"],
  },
  {
    id: "3.3.10.12-2",
    level: "MAY",
    statement: "The reason may be given to the application of the peer.",
    implemented: ["src/stack/events.ts#LossReason"],
    tested: [
      "test/stack/termination/abort.test.ts: ABORT ends the association at once; the peer's reason and what was lost are told",
    ],
  },
  {
    id: "3.3.10.13-1",
    level: "MAY",
    statement: "Other violations may be answered with ABORT and Protocol Violation.",
    implemented: [
      "src/stack/tx/acknowledgement.ts#applyAcknowledgement",
      "src/stack/packet-handling.ts#handleData",
      "src/stack/establishment/initiate.ts#handleUnreadableInitAck",
    ],
    tested: [
      "test/stack/establishment/initiate.test.ts: an INIT ACK that cannot be read ends the attempt with ABORT, Protocol Violation",
      "test/stack/termination/shutdown.test.ts: a SHUTDOWN that acknowledges what was never sent is a protocol violation",
    ],
  },
  {
    id: "3.3.10.13-2",
    level: "MAY",
    statement: "It may say more about the violation.",
    leftOut: "Not used: who sends what breaks the protocol learns no more than that.",
  },
  {
    id: "3.3.11-1",
    level: "MUST",
    statement: "COOKIE ECHO is sent before any DATA.",
    implemented: [
      "src/stack/establishment/initiate.ts#transmitHandshake",
      "src/wire/packet-builder.ts#progressAfter",
    ],
    tested: [
      "test/stack/establishment/initiate.test.ts: DATA may travel with COOKIE ECHO, in that packet only and within the path MTU",
    ],
  },
  {
    id: "3.3.11-2",
    level: "MAY",
    statement: "DATA may share its packet.",
    implemented: ["src/stack/establishment/initiate.ts#transmitHandshake"],
    tested: [
      "test/stack/establishment/initiate.test.ts: DATA may travel with COOKIE ECHO, in that packet only and within the path MTU",
    ],
  },
  {
    id: "3.3.11-3",
    level: "MUST",
    statement: "It carries the cookie of the INIT ACK exactly as it came.",
    implemented: [
      "src/stack/establishment/initiate.ts#transmitHandshake",
      "src/wire/chunks/cookie-echo-chunk.ts#writeCookieEchoChunk",
    ],
    tested: [
      "test/stack/establishment/initiate.test.ts: INIT ACK is answered with COOKIE ECHO under the tag that it told",
    ],
  },
  {
    id: "3.3.11-4",
    level: "SHOULD",
    statement: "The cookie is as small as it can be.",
    implemented: ["src/stack/establishment/state-cookie.ts#FIELD"],
    tested: [
      "test/stack/establishment/announced-values.test.ts: a cookie takes 66 bytes, its addresses, what both say of authentication and the code",
    ],
  },
  {
    id: "3.3.12-1",
    level: "MUST",
    statement: "COOKIE ACK is sent before any DATA or SACK.",
    implemented: ["src/stack/establishment/accept-cookie.ts#sendCookieAck"],
    tested: [
      "test/stack/establishment/state-cookie.test.ts: DATA beside COOKIE ECHO is acknowledged at once, behind the COOKIE ACK",
    ],
  },
  {
    id: "3.3.12-2",
    level: "MAY",
    statement: "DATA and SACK may share its packet.",
    implemented: ["src/stack/bundling.ts#openPacket"],
    tested: [
      "test/stack/establishment/state-cookie.test.ts: DATA beside COOKIE ECHO is acknowledged at once, behind the COOKIE ACK",
    ],
  },
  {
    id: "3.3.13-1",
    level: "MUST",
    statement: "SHUTDOWN ACK is acknowledged with SHUTDOWN COMPLETE.",
    implemented: ["src/stack/termination/shutdown.ts#handleShutdownAck"],
    tested: [
      "test/stack/termination/shutdown.test.ts: SHUTDOWN, SHUTDOWN ACK and SHUTDOWN COMPLETE end an idle association",
    ],
  },
  {
    id: "3.3.13-2",
    level: "MUST",
    statement: "Where its tag is that of the packet that is answered, the T bit is set.",
    implemented: ["src/stack/validation/out-of-the-blue.ts#handle"],
    tested: [
      "test/stack/validation/out-of-the-blue.test.ts: is answered with SHUTDOWN COMPLETE, its tag reflected",
    ],
  },
];
