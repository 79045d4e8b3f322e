import type { Statement } from "./statement.js";

/** RFC 9260 §9 and §9.1: the end of an association, and abort. */
export const rfc9260AbortStatements: readonly Statement[] = [
  {
    id: "9-1",
    level: "SHOULD",
    statement: "An endpoint that leaves the service ends its associations.",
    implemented: ["src/userland/closing.ts#closeSocket", "src/userland/closing.ts#endSocket"],
    tested: [
      "test/userland/one-to-many.test.ts: close() ends all associations gracefully",
      "test/userland/stack-driver.test.ts: closing a provider ends everything",
    ],
  },
  {
    id: "9-2",
    level: "rule",
    statement:
      "An abort discards what waits on either side; a shutdown delivers it; there is no half-open state: both sides take no more messages.",
    implemented: [
      "src/stack/termination/abort.ts#endAssociation",
      "src/stack/association-state.ts#acceptsUserMessages",
    ],
    tested: [
      "test/stack/termination/abort.test.ts: the peer's reason and what was lost are told",
      "test/stack/termination/shutdown.test.ts: with data on both ways and loss everything arrives before the end, on both sides",
    ],
  },
  {
    id: "9.1-1",
    level: "MUST",
    statement: "Whoever aborts an association tells the peer with an ABORT chunk.",
    implemented: ["src/stack/termination/abort.ts#abortAssociation"],
    tested: [
      "test/stack/termination/abort.test.ts: the user's ABORT carries the peer's tag and no DATA",
      "test/stack/establishment/initiate.test.ts: an attempt that the user aborts ends; the peer is told once its tag is known",
    ],
    note: "Before the peer's tag is known there is nobody to tell.",
  },
  {
    id: "9.1-2",
    level: "MUST",
    statement: "That packet carries the peer's Verification Tag.",
    implemented: ["src/stack/termination/abort.ts#sendLastChunk"],
    tested: ["test/stack/termination/abort.test.ts: the user's ABORT carries the peer's tag and no DATA"],
  },
  {
    id: "9.1-3",
    level: "MUST NOT",
    statement: "No DATA shares a packet with ABORT.",
    implemented: ["src/stack/termination/abort.ts#sendLastChunk", "src/wire/packet-builder.ts#writeChunk"],
    tested: [
      "test/stack/termination/abort.test.ts: the user's ABORT carries the peer's tag and no DATA",
      "test/wire/packet-builder.test.ts: ABORT is the last chunk of its packet and has no DATA beside it",
    ],
  },
  {
    id: "9.1-4",
    level: "SHOULD",
    statement: "An abort that the user asks for says so with the cause User-Initiated Abort.",
    implemented: ["src/userland/sending.ts#sendTo", "src/userland/closing.ts#abort"],
    tested: [
      "test/contract/ending.ts: SCTP_ABORT carries its data as the reason, in both styles",
      "test/userland/one-to-many.test.ts: SCTP_ABORT ends one association with the reason, and the others go on",
    ],
  },
  {
    id: "9.1-5",
    level: "MUST NOT",
    statement: "Nothing answers a packet that has an ABORT chunk, wherever it stands.",
    implemented: ["src/stack/stack.ts#holdsAbort", "src/stack/validation/out-of-the-blue.ts#judge"],
    tested: [
      "test/stack/validation/packets-with-abort.test.ts: with an ABORT behind it is not answered",
      "test/stack/validation/packets-with-abort.test.ts: SHUTDOWN ACK with an ABORT behind it ends the association, and nothing is sent",
    ],
  },
  {
    id: "9.1-6",
    level: "MUST",
    statement: "The receiver of ABORT checks the tag by the rules of §8.5.1.",
    implemented: ["src/stack/packet-handling.ts#isTagRight", "src/stack/stack.ts#handleForeignTag"],
    tested: [
      "test/stack/termination/abort.test.ts: RFC 9260 §8.5.1 B: ABORT under",
      "test/stack/termination/abort.test.ts: ABORT with the T bit behind another chunk does not pass for one with our tag",
    ],
  },
  {
    id: "9.1-7",
    level: "MUST",
    statement: "It forgets the association.",
    implemented: ["src/stack/termination/abort.ts#removeAssociation"],
    tested: [
      "test/stack/termination/abort.test.ts: ABORT ends the association at once; the peer's reason and what was lost are told",
    ],
  },
  {
    id: "9.1-8",
    level: "SHOULD",
    statement: "It tells its user of the end.",
    implemented: [
      "src/stack/termination/abort.ts#endAssociation",
      "src/userland/event-handling.ts#handleLoss",
    ],
    tested: [
      "test/stack/termination/abort.test.ts: ABORT ends the association at once; the peer's reason and what was lost are told",
      "test/contract/events.ts: COMM_LOST carries the peer's ABORT",
    ],
  },
  {
    id: "9.1-9",
    level: "SHOULD",
    statement: "The user can read the reason that came with a User-Initiated Abort.",
    implemented: [
      "src/stack/packet-handling.ts#handleControl",
      "src/userland/notifying.ts#notifyAssociationChange",
    ],
    tested: [
      "test/contract/ending.ts: SCTP_ABORT carries its data as the reason, in both styles",
      "test/contract/events.ts: COMM_LOST carries the peer's ABORT",
    ],
  },
];
