import type { Statement } from "./statement.js";

/** RFC 9260 §5.2.1 to §5.2.3: unexpected INIT and INIT ACK. */
export const rfc9260UnexpectedInitStatements: readonly Statement[] = [
  {
    id: "5.2.1-1",
    level: "MUST",
    statement:
      "In COOKIE-WAIT an INIT is answered with INIT ACK that says what our INIT says, its tag included.",
    implemented: ["src/stack/establishment/answer-init.ts#identityOf"],
    tested: [
      "test/stack/establishment/duplicate-chunks.test.ts: an INIT in COOKIE-WAIT is answered with the parameters of our own INIT",
    ],
  },
  {
    id: "5.2.1-2",
    level: "MUST",
    statement: "Where that INIT ACK goes has three rules.",
    implemented: ["src/stack/establishment/answer-init.ts#namedByUser"],
    tested: [
      "test/stack/establishment/duplicate-chunks.test.ts: the INIT ACK in COOKIE-WAIT goes only where the user has said that the peer is",
    ],
  },
  {
    id: "5.2.1-3",
    level: "MUST",
    statement: "It goes to an address that the application has named only (1).",
    implemented: ["src/stack/establishment/answer-init.ts#namedByUser"],
    tested: [
      "test/stack/establishment/duplicate-chunks.test.ts: the INIT ACK in COOKIE-WAIT goes only where the user has said that the peer is",
    ],
  },
  {
    id: "5.2.1-4",
    level: "MUST",
    statement: "It goes to an address that the INIT reports only (2).",
    implemented: ["src/stack/establishment/answer-init.ts#namedByUser"],
    tested: [
      "test/stack/establishment/duplicate-chunks.test.ts: the INIT ACK in COOKIE-WAIT goes only where the user has said that the peer is",
    ],
  },
  {
    id: "5.2.1-5",
    level: "SHOULD",
    statement: "It goes to the source of the INIT if it can (3).",
    implemented: ["src/stack/establishment/answer-init.ts#namedByUser"],
    tested: [
      "test/stack/establishment/duplicate-chunks.test.ts: the INIT ACK in COOKIE-WAIT goes only where the user has said that the peer is",
    ],
  },
  {
    id: "5.2.1-6",
    level: "MUST",
    statement:
      "In COOKIE-ECHOED an INIT that adds no address is answered with INIT ACK that says what our INIT says.",
    implemented: ["src/stack/establishment/answer-init.ts#identityOf"],
    tested: [
      "test/stack/establishment/duplicate-chunks.test.ts: an INIT in COOKIE-ECHOED is answered with our tag, and with Tie-Tags in the cookie",
    ],
  },
  {
    id: "5.2.1-7",
    level: "MUST",
    statement: "An INIT that adds addresses is discarded whole.",
    implemented: ["src/stack/establishment/answer-init.ts#answerUnexpectedInit"],
    tested: ["test/stack/establishment/duplicate-chunks.test.ts: that adds addresses is refused with those"],
  },
  {
    id: "5.2.1-8",
    level: "SHOULD NOT",
    statement: "It does not change the association.",
    implemented: ["src/stack/establishment/answer-init.ts#answerUnexpectedInit"],
    tested: ["test/stack/establishment/duplicate-chunks.test.ts: that adds addresses is refused with those"],
  },
  {
    id: "5.2.1-9",
    level: "SHOULD",
    statement: "It is answered with ABORT.",
    implemented: ["src/stack/establishment/answer-init.ts#refuse"],
    tested: ["test/stack/establishment/duplicate-chunks.test.ts: that adds addresses is refused with those"],
  },
  {
    id: "5.2.1-10",
    level: "MAY",
    statement: "The ABORT may carry Restart of an Association with New Addresses.",
    implemented: ["src/stack/establishment/answer-init.ts#answerUnexpectedInit"],
    tested: ["test/stack/establishment/duplicate-chunks.test.ts: that adds addresses is refused with those"],
  },
  {
    id: "5.2.1-11",
    level: "SHOULD",
    statement: "The cause lists the new addresses.",
    implemented: ["src/stack/establishment/answer-init.ts#answerUnexpectedInit"],
    tested: ["test/stack/establishment/duplicate-chunks.test.ts: that adds addresses is refused with those"],
  },
  {
    id: "5.2.1-12",
    level: "MUST",
    statement: "INIT ACK has a cookie, made of our parameters and of those of the INIT.",
    implemented: ["src/stack/establishment/answer-init.ts#stateCookieFor"],
    tested: [
      "test/stack/establishment/duplicate-chunks.test.ts: in COOKIE-WAIT the peer's cookie ends the collision",
      "test/stack/establishment/collision.test.ts: both INITs cross, every order of arrival",
    ],
  },
  {
    id: "5.2.1-13",
    level: "MUST NOT",
    statement: "The state does not change.",
    implemented: ["src/stack/establishment/answer-init.ts#answerUnexpectedInit"],
    tested: [
      "test/stack/establishment/duplicate-chunks.test.ts: an INIT in COOKIE-WAIT is answered with the parameters of our own INIT",
    ],
  },
  {
    id: "5.2.1-14",
    level: "MUST",
    statement: "T1-init goes on.",
    implemented: ["src/stack/establishment/answer-init.ts#answerUnexpectedInit"],
    tested: [
      "test/stack/establishment/duplicate-chunks.test.ts: an INIT in COOKIE-WAIT is answered with the parameters of our own INIT",
    ],
  },
  {
    id: "5.2.1-15",
    level: "MUST NOT",
    statement: "The TCB stays.",
    implemented: ["src/stack/establishment/answer-init.ts#answerUnexpectedInit"],
    tested: [
      "test/stack/establishment/collision.test.ts: the other side begins at any moment of the handshake: one association",
    ],
  },
  {
    id: "5.2.1-16",
    level: "MUST",
    statement: "In COOKIE-ECHOED the TCB and the cookie get Tie-Tags.",
    implemented: ["src/stack/establishment/answer-init.ts#populateTieTags"],
    tested: [
      "test/stack/establishment/duplicate-chunks.test.ts: an INIT in COOKIE-ECHOED is answered with our tag, and with Tie-Tags in the cookie",
    ],
  },
  {
    id: "5.2.2-1",
    level: "MUST",
    statement: "In the other states an INIT is answered with INIT ACK and a cookie.",
    implemented: [
      "src/stack/establishment/answer-init.ts#answerUnexpectedInit",
      "src/stack/stack.ts#endpointOfHandshake",
    ],
    tested: [
      "test/stack/establishment/restart-addresses.test.ts: a restarted peer is met at an address that only the association has",
      "test/stack/establishment/duplicate-chunks.test.ts: an INIT in ${name} is answered with a new tag; the association stays as it is",
    ],
  },
  {
    id: "5.2.2-2",
    level: "MUST",
    statement: "Before that it is checked whether it adds addresses.",
    implemented: ["src/stack/establishment/answer-init.ts#answerUnexpectedInit"],
    tested: [
      "test/stack/establishment/duplicate-chunks.test.ts: that adds addresses is refused with those",
      "test/stack/establishment/duplicate-chunks.test.ts: addresses that were passed over when the association began are not new",
      "test/stack/establishment/restart-addresses.test.ts: a restart with an address that the peer has added since",
      "test/stack/establishment/restart-addresses.test.ts: a restart with an address that the peer has deleted since",
      "test/stack/establishment/restart-addresses.test.ts: an address that none of ours reaches is the peer's all the same",
    ],
  },
  {
    id: "5.2.2-3",
    level: "MUST",
    statement: "An INIT that does is answered with ABORT under its Initiate Tag.",
    implemented: ["src/stack/establishment/answer-init.ts#refuse"],
    tested: ["test/stack/establishment/duplicate-chunks.test.ts: that adds addresses is refused with those"],
  },
  {
    id: "5.2.2-4",
    level: "MAY",
    statement: "The ABORT may carry Restart of an Association with New Addresses.",
    implemented: ["src/stack/establishment/answer-init.ts#answerUnexpectedInit"],
    tested: ["test/stack/establishment/duplicate-chunks.test.ts: that adds addresses is refused with those"],
  },
  {
    id: "5.2.2-5",
    level: "SHOULD",
    statement: "The cause lists the new addresses.",
    implemented: ["src/stack/establishment/answer-init.ts#answerUnexpectedInit"],
    tested: ["test/stack/establishment/duplicate-chunks.test.ts: that adds addresses is refused with those"],
  },
  {
    id: "5.2.2-6",
    level: "MUST",
    statement: "The Tie-Tags stand in the cookie and in the TCB.",
    implemented: [
      "src/stack/establishment/answer-init.ts#populateTieTags",
      "src/stack/establishment/answer-init.ts#stateCookieFor",
    ],
    tested: [
      "test/stack/establishment/duplicate-chunks.test.ts: the peer restarts in ${name}, and the association begins anew",
    ],
  },
  {
    id: "5.2.2-7",
    level: "MUST",
    statement: "INIT ACK leaves under the Initiate Tag of the INIT.",
    implemented: ["src/stack/establishment/answer-init.ts#sendInitAck"],
    tested: [
      "test/stack/establishment/duplicate-chunks.test.ts: an INIT in ${name} is answered with a new tag; the association stays as it is",
    ],
  },
  {
    id: "5.2.2-8",
    level: "MUST",
    statement: "INIT ACK tells a new random tag.",
    implemented: ["src/stack/establishment/answer-init.ts#identityOf"],
    tested: [
      "test/stack/establishment/duplicate-chunks.test.ts: an INIT in ${name} is answered with a new tag; the association stays as it is",
    ],
  },
  {
    id: "5.2.2-9",
    level: "SHOULD",
    statement: "Its other parameters are those of the association.",
    implemented: ["src/stack/establishment/answer-init.ts#identityOf"],
    tested: [
      "test/userland/restart.test.ts: a peer that restarts is told of the addresses that its association has for itself",
      "test/stack/establishment/announced-values.test.ts: an INIT for an association that stands is answered with the parameters of that one",
    ],
  },
  {
    id: "5.2.2-10",
    level: "MUST",
    statement: "Nothing further is done.",
    implemented: ["src/stack/establishment/answer-init.ts#answerUnexpectedInit"],
    tested: [
      "test/stack/establishment/duplicate-chunks.test.ts: an INIT in ${name} is answered with a new tag; the association stays as it is",
    ],
  },
  {
    id: "5.2.2-11",
    level: "MUST NOT",
    statement: "The association, its state and its TCB do not change.",
    implemented: ["src/stack/establishment/answer-init.ts#answerUnexpectedInit"],
    tested: [
      "test/stack/establishment/duplicate-chunks.test.ts: an INIT in ${name} is answered with a new tag; the association stays as it is",
    ],
  },
  {
    id: "5.2.2-12",
    level: "MUST",
    statement: "Without an association the Tie-Tags of a cookie are 0.",
    implemented: ["src/stack/establishment/answer-init.ts#freshIdentity"],
    tested: [
      "test/stack/establishment/cookie-resolution.test.ts: Tie-Tags of 0 match nothing, not even those of an association without any",
      "test/stack/establishment/duplicate-chunks.test.ts: our cookie of an earlier attempt comes late, and is discarded",
    ],
  },
  {
    id: "5.2.3-1",
    level: "SHOULD",
    statement: "An INIT ACK outside COOKIE-WAIT is discarded.",
    implemented: ["src/stack/establishment/initiate.ts#handleInitAck"],
    tested: ["test/stack/establishment/duplicate-chunks.test.ts: an INIT ACK in ${name} is discarded"],
  },
];
