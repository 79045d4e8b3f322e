import type { Statement } from "./statement.js";

/** RFC 9260 §11: the interface with the upper layer, which is informational there; ours is that of RFC 6458. */
export const rfc9260Section11Statements: readonly Statement[] = [
  {
    id: "11.1.1-1",
    level: "rule",
    statement:
      "INITIALIZE: a port and the addresses to bind, all of the host's where none is named; packets leave from these only.",
    implemented: [
      "src/stack/stack.ts#createEndpoint",
      "src/userland/binding.ts#bind",
      "src/sockets/sctp-socket.ts#sctp_bindx",
    ],
    tested: [
      "test/contract/addressing.ts: bind takes a port once, and close gives it back",
      "test/userland/binding.test.ts: sctp_bindx adds and removes addresses",
      "test/userland/binding.test.ts: which addresses a peer is told of",
    ],
  },
  {
    id: "11.1.2-1",
    level: "rule",
    statement:
      "ASSOCIATE: one or more addresses of the peer and a number of streams give an association, its addresses and its streams.",
    implemented: [
      "src/stack/endpoint.ts#associate",
      "src/userland/connecting.ts#connect",
      "src/sockets/sctp-socket.ts#sctp_connectx",
    ],
    tested: [
      "test/contract/establishing.ts: connect and accept; both sides know each other's names",
      "test/contract/establishing.ts: both sides' SCTP_INITMSG settle the streams",
      "test/contract/addressing.ts: the addresses of an association, on both sides",
    ],
  },
  {
    id: "11.1.2-2",
    level: "rule",
    statement: "ASSOCIATE: who cannot be reached, or refuses, is an error.",
    implemented: ["src/userland/event-handling.ts#handleRefusal"],
    tested: [
      "test/contract/establishing.ts: without listen the peer is refused, and may try again",
      "test/userland/one-to-one.test.ts: a peer that never answers is ETIMEDOUT",
    ],
  },
  {
    id: "11.1.3-1",
    level: "rule",
    statement: "SHUTDOWN: what is queued is delivered, and the association ends.",
    implemented: ["src/stack/association.ts#shutdown", "src/sockets/sctp-socket.ts#shutdown"],
    tested: [
      "test/contract/ending.ts: close delivers what was sent, and settles when the peer has it",
      "test/contract/ending.ts: SCTP_EOF ends one association gracefully, behind its data",
    ],
  },
  {
    id: "11.1.4-1",
    level: "rule",
    statement: "ABORT: what is queued is discarded, and the peer is told, with the user's reason.",
    implemented: ["src/stack/association.ts#abort", "src/userland/sending.ts#sendTo"],
    tested: ["test/contract/ending.ts: SCTP_ABORT carries its data as the reason, in both styles"],
  },
  {
    id: "11.1.5-1",
    level: "rule",
    statement:
      "SEND: a message, its stream (0 where none is named), its context, its payload protocol identifier.",
    implemented: [
      "src/stack/association.ts#send",
      "src/stack/tx/outgoing-message.ts#MessageOptions",
      "src/sockets/sctp-socket.ts#sctp_sendv",
    ],
    tested: [
      "test/contract/sending.ts: sctp_sndinfo becomes sctp_rcvinfo, in host order",
      "test/contract/events.ts: one event for each message that was lost, sent or not",
    ],
    note: "The payload protocol identifier is in host order here: the number that stands on the wire.",
  },
  {
    id: "11.1.5-2",
    level: "rule",
    statement: "SEND: a life time, after which the message is not sent.",
    implemented: ["src/stack/tx/partial-reliability.ts#nextMessageToSend"],
    tested: [
      "test/stack/tx/partial-reliability.test.ts: a message whose life is over before it has a TSN is not sent, and leaves no gap",
    ],
    note: "As RFC 3758 §4.1 has it: its life may end after it was sent, too.",
  },
  {
    id: "11.1.5-3",
    level: "rule",
    statement: "SEND: a destination address, instead of the primary path.",
    implemented: ["src/stack/paths/path-set.ts#forData", "src/stack/tx/outgoing-message.ts#MessageOptions"],
    tested: [
      "test/contract/multihoming.ts: SCTP_ADDR_OVER sends to the address of the call",
      "test/stack/tx/failover.test.ts: its messages go there, and all others to the primary path, each in packets of its own",
    ],
  },
  {
    id: "11.1.5-4",
    level: "rule",
    statement: "SEND: unordered, without delay for bundling, and with a SACK at once.",
    implemented: [
      "src/stack/tx/outgoing-message.ts#MessageOptions",
      "src/stack/tx/data-transmission.ts#nagleHolds",
    ],
    tested: [
      "test/contract/sending.ts: sctp_sndinfo becomes sctp_rcvinfo, in host order",
      "test/stack/tx/sending.test.ts: Nagle holds a packet that is not full while data is on its way, and noDelay does not",
      "test/stack/tx/sending.test.ts: the I bit is set on the end of a message that asks for it, and before a shutdown",
    ],
    note: "Without delay is a setting of the association (SCTP_NODELAY), not of a message.",
  },
  {
    id: "11.1.6-1",
    level: "rule",
    statement: "SETPRIMARY: an address of the peer becomes the primary path; another address is an error.",
    implemented: ["src/stack/association.ts#setPrimaryPath", "src/stack/paths/path-failure.ts#makePrimary"],
    tested: [
      "test/contract/multihoming.ts: SCTP_PRIMARY_ADDR says where messages go",
      "test/contract/multihoming.ts: SCTP_PRIMARY_ADDR takes one address of the association's peer",
    ],
  },
  {
    id: "11.1.6-2",
    level: "rule",
    statement: "SETPRIMARY: a source address for all packets.",
    leftOut: "Optional there; the source follows from the route and from what the peer knows.",
  },
  {
    id: "11.1.7-1",
    level: "rule",
    statement:
      "RECEIVE: the next message or a part of it, with its association, address, stream, number, payload protocol identifier, and whether it is complete.",
    implemented: ["src/userland/receiving.ts#receive", "src/sockets/sctp-socket.ts#sctp_recvv"],
    tested: [
      "test/contract/receiving.ts: the shape of what is received",
      "test/contract/receiving.ts: a buffer that is too short gets parts, and MSG_EOR with the last",
    ],
  },
  {
    id: "11.1.7-2",
    level: "rule",
    statement: "RECEIVE: from one stream only.",
    leftOut:
      "Optional there, and not in RFC 6458: messages come in the order in which they were received, and tell their stream.",
  },
  {
    id: "11.1.8-1",
    level: "rule",
    statement:
      "STATUS: the state, the peer's addresses and theirs, windows, chunks under way in both directions, the primary path, SRTT and RTO.",
    implemented: ["src/userland/options/status-options.ts#STATUS_OPTIONS"],
    tested: [
      "test/contract/options.ts: SCTP_STATUS of an association",
      "test/contract/options.ts: SCTP_GET_PEER_ADDR_INFO by id and by address",
      "test/contract/options.ts: sstat_penddata counts what waits to be received",
    ],
  },
  {
    id: "11.1.9-1",
    level: "rule",
    statement: "CHANGE HEARTBEAT: on or off, and its interval, for an address or all of them.",
    implemented: [
      "src/stack/association.ts#configurePath",
      "src/userland/options/path-options.ts#setPathParameters",
    ],
    tested: [
      "test/contract/path-parameters.ts: parameters of one path, of an association, and of those to come",
      "test/stack/paths/heartbeat.test.ts: heartbeats are switched off and on, their interval changes, one is asked for",
    ],
  },
  {
    id: "11.1.10-1",
    level: "rule",
    statement: "REQUESTHEARTBEAT: one HEARTBEAT to an address at once.",
    implemented: [
      "src/stack/association.ts#requestHeartbeat",
      "src/userland/options/path-options.ts#setPathParameters",
    ],
    tested: [
      "test/stack/paths/heartbeat.test.ts: heartbeats are switched off and on, their interval changes, one is asked for",
    ],
  },
  {
    id: "11.1.11-1",
    level: "rule",
    statement: "GETSRTTREPORT: the SRTT of an address, in milliseconds.",
    implemented: ["src/userland/options/status-options.ts#STATUS_OPTIONS"],
    tested: ["test/contract/options.ts: SCTP_GET_PEER_ADDR_INFO by id and by address"],
  },
  {
    id: "11.1.12-1",
    level: "rule",
    statement: "SETFAILURETHRESHOLD: Path.Max.Retrans of an address.",
    implemented: ["src/userland/options/path-options.ts#PATH_OPTIONS"],
    tested: [
      "test/contract/path-parameters.ts: thresholds of one path, of an association, and of those to come",
    ],
  },
  {
    id: "11.1.13-1",
    level: "rule",
    statement: "SETPROTOCOLPARAMETERS: the parameters of §16 and others, such as the DSCP.",
    implemented: [
      "src/userland/options/association-options.ts#ASSOCIATION_OPTIONS",
      "src/userland/options/path-options.ts#PATH_OPTIONS",
      "src/stack/config.ts#configure",
    ],
    tested: [
      "test/contract/options.ts: what is set is read again, in both styles",
      "test/userland/options.test.ts: RTO bounds of one association, of later ones, and in order",
    ],
  },
  {
    id: "11.1.14-1",
    level: "rule",
    statement: "RECEIVE_UNSENT: a message that was never sent is given back.",
    implemented: [
      "src/stack/termination/abort.ts#failMessages",
      "src/userland/notifying.ts#notifySendFailed",
    ],
    tested: ["test/contract/events.ts: one event for each message that was lost, sent or not"],
    note: "The notification carries the whole message, so that there is no id to retrieve it by.",
  },
  {
    id: "11.1.15-1",
    level: "rule",
    statement: "RECEIVE_UNACKED: a message that was sent and not acknowledged is given back.",
    implemented: [
      "src/stack/termination/abort.ts#failMessages",
      "src/userland/notifying.ts#notifySendFailed",
    ],
    tested: ["test/contract/events.ts: one event for each message that was lost, sent or not"],
    note: "The notification carries the whole message, so that there is no id to retrieve it by.",
  },
  {
    id: "11.1.16-1",
    level: "rule",
    statement: "DESTROY: an instance is ended with all that belongs to it.",
    implemented: ["src/userland/userland-provider.ts#close", "src/stack/endpoint.ts#close"],
    tested: ["test/userland/stack-driver.test.ts: closing a provider ends everything"],
  },
  {
    id: "11.2.1-1",
    level: "rule",
    statement: "DATA ARRIVE: a message can be read.",
    implemented: ["src/stack/events.ts#StackEvent", "src/userland/event-handling.ts#handleData"],
    tested: ["test/contract/receiving.ts: a readable listener may call anything, close() included"],
  },
  {
    id: "11.2.2-1",
    level: "rule",
    statement: "SEND FAILURE: which message, why, and whether a part of it was sent; with its context.",
    implemented: ["src/stack/events.ts#StackEvent", "src/userland/notifying.ts#notifySendFailed"],
    tested: ["test/contract/events.ts: one event for each message that was lost, sent or not"],
  },
  {
    id: "11.2.3-1",
    level: "rule",
    statement: "NETWORK STATUS CHANGE: an address becomes inactive or active.",
    implemented: [
      "src/stack/paths/path-failure.ts#tellChange",
      "src/userland/notifying.ts#notifyPeerAddressChange",
    ],
    tested: ["test/contract/paths.test.ts: an address is confirmed, becomes unreachable, and comes back"],
  },
  {
    id: "11.2.4-1",
    level: "rule",
    statement:
      "COMMUNICATION UP: the association is ready, with its streams in both directions; the addresses can be asked for.",
    implemented: [
      "src/stack/establishment/initiate.ts#becomeEstablished",
      "src/userland/notifying.ts#notifyAssociationChange",
    ],
    tested: [
      "test/contract/events.ts: SCTP_ASSOC_CHANGE from COMM_UP to SHUTDOWN_COMP",
      "test/contract/addressing.ts: the addresses of an association, on both sides",
    ],
  },
  {
    id: "11.2.5-1",
    level: "rule",
    statement: "COMMUNICATION LOST: the peer is gone or has aborted, with its reason.",
    implemented: [
      "src/stack/termination/abort.ts#endAssociation",
      "src/userland/event-handling.ts#handleLoss",
    ],
    tested: [
      "test/contract/events.ts: COMM_LOST carries the peer's ABORT",
      "test/contract/paths.test.ts: SCTP_COMM_LOST when no address answers any more",
    ],
  },
  {
    id: "11.2.6-1",
    level: "rule",
    statement: "COMMUNICATION ERROR: the peer's ERROR chunk.",
    implemented: [
      "src/stack/validation/error-chunks.ts#handleError",
      "src/userland/notifying.ts#notifyRemoteError",
    ],
    tested: ["test/contract/seams.test.ts: SCTP_REMOTE_ERROR with the ERROR chunk that somebody injects"],
  },
  {
    id: "11.2.7-1",
    level: "rule",
    statement: "RESTART: the peer has begun anew.",
    implemented: [
      "src/stack/establishment/accept-cookie.ts#restart",
      "src/userland/event-handling.ts#handleRestart",
    ],
    tested: [
      "test/userland/one-to-many.test.ts: the peer restarts: its socket keeps the association and is told so",
    ],
  },
  {
    id: "11.2.8-1",
    level: "rule",
    statement: "SHUTDOWN COMPLETE: the association has ended gracefully.",
    implemented: [
      "src/stack/termination/abort.ts#completeShutdown",
      "src/userland/notifying.ts#notifyAssociationChange",
    ],
    tested: ["test/contract/events.ts: SCTP_ASSOC_CHANGE from COMM_UP to SHUTDOWN_COMP"],
  },
];
