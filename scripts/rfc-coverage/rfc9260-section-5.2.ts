import type { Statement } from "./statement.js";

/** RFC 9260 §5.2 to §5.4: duplicate chunks, tags and path verification. */
export const rfc9260DuplicateChunkStatements: readonly Statement[] = [
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
    implemented: ["src/stack/establishment/answer-init.ts#answerUnexpectedInit"],
    tested: [
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
      "test/stack/establishment/general-statements.test.ts: an INIT for an association that stands is answered with the parameters of that one",
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
  {
    id: "5.2.4-1",
    level: "rule",
    statement: "The authentication code and its key are checked as §5.1.5 says (1, 2).",
    implemented: ["src/stack/establishment/accept-cookie.ts#acceptCookie"],
    tested: [
      "test/stack/establishment/duplicate-chunks.test.ts: a forged cookie does not touch the association",
    ],
  },
  {
    id: "5.2.4-2",
    level: "SHOULD",
    statement:
      "A cookie that is too old, with other tags than those of the association, is discarded with its packet (3).",
    implemented: ["src/stack/establishment/accept-cookie.ts#acceptCookie"],
    tested: [
      "test/stack/establishment/duplicate-chunks.test.ts: a restart with a stale cookie is answered with Stale Cookie",
    ],
  },
  {
    id: "5.2.4-3",
    level: "MUST",
    statement: "It is answered with ERROR, Stale Cookie (3).",
    implemented: ["src/stack/establishment/accept-cookie.ts#acceptCookie"],
    tested: [
      "test/stack/establishment/duplicate-chunks.test.ts: a restart with a stale cookie is answered with Stale Cookie",
    ],
  },
  {
    id: "5.2.4-4",
    level: "rule",
    statement: "A cookie with both tags of the association is valid however old it is (3).",
    implemented: ["src/stack/establishment/accept-cookie.ts#acceptCookie"],
    tested: ["test/stack/establishment/duplicate-chunks.test.ts: a duplicate (D) is valid however old it is"],
  },
  {
    id: "5.2.4-5",
    level: "rule",
    statement: "Tags and Tie-Tags decide by Table 12 what is done (5).",
    implemented: ["src/stack/establishment/cookie-resolution.ts#resolveCookie"],
    tested: ["test/stack/establishment/cookie-resolution.test.ts: Table 12: ${row} is ${expected}"],
  },
  {
    id: "5.2.4-6",
    level: "SHOULD",
    statement: "Whatever stands in no row of the table is discarded silently.",
    implemented: [
      "src/stack/establishment/cookie-resolution.ts#resolveCookie",
      "src/stack/establishment/accept-cookie.ts#applyResolution",
    ],
    tested: [
      "test/stack/establishment/cookie-resolution.test.ts: Table 12: ${row} is ${expected}",
      "test/stack/establishment/duplicate-chunks.test.ts: a cookie of a restart is worthless after the next restart",
    ],
  },
  {
    id: "5.2.4-7",
    level: "rule",
    statement: "A: the association begins anew, as after an ABORT and a new COOKIE ECHO.",
    implemented: ["src/stack/establishment/accept-cookie.ts#restart"],
    tested: [
      "test/stack/establishment/duplicate-chunks.test.ts: the peer restarts in ${name}, and the association begins anew",
    ],
  },
  {
    id: "5.2.4-8",
    level: "MAY",
    statement: "DATA that was received may be kept.",
    implemented: ["src/stack/rx/reception.ts#inheritUnread"],
    tested: [
      "test/stack/establishment/duplicate-chunks.test.ts: what was not delivered fails before the restart is told; windows begin anew",
    ],
    note: "what was complete is the application's; fragments are dropped",
  },
  {
    id: "5.2.4-9",
    level: "SHOULD",
    statement: "The application is told of a restart and not of a loss.",
    implemented: ["src/stack/establishment/accept-cookie.ts#restart"],
    tested: [
      "test/stack/establishment/duplicate-chunks.test.ts: the peer restarts in ${name}, and the association begins anew",
    ],
  },
  {
    id: "5.2.4-10",
    level: "MUST",
    statement: "Congestion control begins with its initial values.",
    implemented: ["src/stack/establishment/accept-cookie.ts#restartPaths", "src/stack/paths/path.ts#reset"],
    tested: [
      "test/stack/establishment/duplicate-chunks.test.ts: what was not delivered fails before the restart is told; windows begin anew",
    ],
  },
  {
    id: "5.2.4-11",
    level: "MUST NOT",
    statement:
      "In SHUTDOWN-ACK-SENT no new association is set up: SHUTDOWN ACK is repeated beside an ERROR, Cookie Received While Shutting Down.",
    implemented: ["src/stack/establishment/accept-cookie.ts#mayRestart"],
    tested: [
      "test/stack/establishment/duplicate-chunks.test.ts: in SHUTDOWN-ACK-SENT a restart is put off with SHUTDOWN ACK and an ERROR",
    ],
  },
  {
    id: "5.2.4-12",
    level: "SHOULD",
    statement: "B: the association stays in or enters ESTABLISHED.",
    implemented: [
      "src/stack/establishment/accept-cookie.ts#endCollision",
      "src/stack/establishment/accept-cookie.ts#applyResolution",
    ],
    tested: [
      "test/stack/establishment/duplicate-chunks.test.ts: in COOKIE-WAIT the peer's cookie ends the collision",
      "test/stack/establishment/duplicate-chunks.test.ts: a peer that has restarted in the middle of the handshake is met again in ESTABLISHED",
    ],
  },
  {
    id: "5.2.4-13",
    level: "MUST",
    statement: "B: the peer's tag is that of the cookie, T1 timers stop, and COOKIE ACK answers.",
    implemented: [
      "src/stack/establishment/accept-cookie.ts#takeOver",
      "src/stack/establishment/initiate.ts#becomeEstablished",
      "src/stack/establishment/accept-cookie.ts#sendCookieAck",
    ],
    tested: [
      "test/stack/establishment/duplicate-chunks.test.ts: in COOKIE-ECHOED the peer's new tag, TSN and window hold; data goes out again",
    ],
  },
  {
    id: "5.2.4-14",
    level: "SHOULD",
    statement: "C: the cookie is discarded silently.",
    implemented: ["src/stack/establishment/accept-cookie.ts#applyResolution"],
    tested: [
      "test/stack/establishment/duplicate-chunks.test.ts: our cookie of an earlier attempt comes late, and is discarded",
    ],
  },
  {
    id: "5.2.4-15",
    level: "SHOULD NOT",
    statement: "C: the state does not change.",
    implemented: ["src/stack/establishment/accept-cookie.ts#applyResolution"],
    tested: [
      "test/stack/establishment/duplicate-chunks.test.ts: our cookie of an earlier attempt comes late, and is discarded",
    ],
  },
  {
    id: "5.2.4-16",
    level: "SHOULD",
    statement: "C: timers go on.",
    implemented: ["src/stack/establishment/accept-cookie.ts#applyResolution"],
    tested: [
      "test/stack/establishment/duplicate-chunks.test.ts: our cookie of an earlier attempt comes late, and is discarded",
    ],
  },
  {
    id: "5.2.4-17",
    level: "SHOULD",
    statement: "D: COOKIE-ECHOED becomes ESTABLISHED.",
    implemented: ["src/stack/establishment/accept-cookie.ts#applyResolution"],
    tested: [
      "test/stack/establishment/duplicate-chunks.test.ts: in COOKIE-ECHOED both tags match, and the association is up",
    ],
  },
  {
    id: "5.2.4-18",
    level: "SHOULD",
    statement: "D: T1-cookie stops, and COOKIE ACK answers.",
    implemented: [
      "src/stack/establishment/initiate.ts#becomeEstablished",
      "src/stack/establishment/accept-cookie.ts#sendCookieAck",
    ],
    tested: [
      "test/stack/establishment/duplicate-chunks.test.ts: in COOKIE-ECHOED both tags match, and the association is up",
      "test/stack/establishment/duplicate-chunks.test.ts: a COOKIE ECHO whose COOKIE ACK was lost is answered again in ${name}",
    ],
  },
  {
    id: "5.2.5-1",
    level: "SHOULD",
    statement: "A COOKIE ACK outside COOKIE-ECHOED is discarded silently.",
    implemented: ["src/stack/establishment/initiate.ts#handleCookieAck"],
    tested: ["test/stack/establishment/duplicate-chunks.test.ts: a COOKIE ACK in ${name} is discarded"],
  },
  {
    id: "5.2.6-1",
    level: "SHOULD",
    statement: "An ERROR, Stale Cookie, is the business of an association that is being set up.",
    implemented: ["src/stack/establishment/initiate.ts#handleStaleCookie"],
    tested: [
      "test/stack/establishment/initiate.test.ts: outside COOKIE-ECHOED a stale cookie is discarded silently",
    ],
  },
  {
    id: "5.2.6-2",
    level: "SHOULD",
    statement: "Outside COOKIE-ECHOED it is discarded silently.",
    implemented: [
      "src/stack/establishment/initiate.ts#handleStaleCookie",
      "src/stack/association.ts#handleError",
    ],
    tested: [
      "test/stack/establishment/initiate.test.ts: outside COOKIE-ECHOED a stale cookie is discarded silently",
    ],
  },
  {
    id: "5.2.6-3",
    level: "MAY",
    statement: "In COOKIE-ECHOED there are three ways to go on.",
    implemented: ["src/stack/establishment/initiate.ts#handleStaleCookie"],
    tested: [
      "test/stack/establishment/initiate.test.ts: a stale cookie leads to a new INIT that asks for a longer life",
      "test/stack/establishment/initiate.test.ts: a peer that finds every cookie stale counts as unreachable in the end",
    ],
    note: "the third: a new INIT with a Cookie Preservative, and after eight of them the second",
  },
  {
    id: "5.2.6-4",
    level: "SHOULD",
    statement: "The longer life that is asked for comes from the measured round trip.",
    implemented: ["src/stack/establishment/initiate.ts#handleStaleCookie"],
    tested: [
      "test/stack/establishment/initiate.test.ts: a stale cookie leads to a new INIT that asks for a longer life",
    ],
  },
  {
    id: "5.2.6-5",
    level: "SHOULD",
    statement: "No more than one second is added to it.",
    implemented: ["src/stack/establishment/initiate.ts#COOKIE_LIFE_MARGIN_MS"],
    tested: [
      "test/stack/establishment/initiate.test.ts: a stale cookie leads to a new INIT that asks for a longer life",
    ],
  },
  {
    id: "5.3.1-1",
    level: "SHOULD",
    statement: "Initiate Tags are chosen from 1 to 2^32 - 1, at random.",
    implemented: ["src/stack/validation/verification-tags.ts#draw"],
    tested: [
      "test/stack/establishment/answer-init.test.ts: each INIT ACK announces another tag and another Initial TSN",
      "test/stack/validation/verification-tag.test.ts: an entropy that answers nothing but ${constant} gives tags all the same, each of them once",
    ],
  },
  {
    id: "5.3.1-2",
    level: "MUST NOT",
    statement: "The tags of an association do not change while it lives.",
    implemented: ["src/stack/transmission-control-block.ts#localTag"],
    tested: [
      "test/stack/establishment/duplicate-chunks.test.ts: an INIT in ${name} is answered with a new tag; the association stays as it is",
    ],
    note: "a peer that has restarted (§5.2.4 A) makes a new association of it, under the same handle",
  },
  {
    id: "5.3.1-3",
    level: "MUST",
    statement: "An association with the same peer gets a new tag.",
    implemented: ["src/stack/validation/verification-tags.ts#isTaken"],
    tested: [
      "test/stack/stack.test.ts: tags of ended associations are not given out again, and packets under them are out of the blue",
      "test/stack/validation/verification-tag.test.ts: tags that were used up are remembered, as many as the limit says",
    ],
  },
  {
    id: "5.4-1",
    level: "rule",
    statement: "What the application has named is confirmed (1).",
    implemented: ["src/stack/endpoint.ts#associate"],
    tested: [
      "test/stack/establishment/initiate.test.ts: what the user named is confirmed, what the INIT ACK tells is not, its source included",
    ],
  },
  {
    id: "5.4-2",
    level: "rule",
    statement:
      "For who receives the COOKIE ECHO only the address that the INIT ACK went to is confirmed (2).",
    implemented: ["src/stack/establishment/accept-cookie.ts#addPaths"],
    tested: [
      "test/stack/paths/heartbeat.test.ts: an address that the peer listed is probed at once, and used once it has answered",
    ],
  },
  {
    id: "5.4-3",
    level: "rule",
    statement:
      "All others are not, and are probed by HEARTBEAT with a nonce of 64 bits and the path's number (3).",
    implemented: [
      "src/stack/paths/heartbeat.ts#sendHeartbeat",
      "src/stack/paths/heartbeat.ts#probeUnconfirmed",
    ],
    tested: [
      "test/stack/paths/heartbeat.test.ts: an address that the peer listed is probed at once, and used once it has answered",
    ],
  },
  {
    id: "5.4-4",
    level: "rule",
    statement:
      "The nonce has to be the one that was sent to that path; then the path is confirmed and carries data.",
    implemented: [
      "src/stack/paths/heartbeat.ts#handleHeartbeatAck",
      "src/stack/paths/path-failure.ts#pathAnswered",
    ],
    tested: [
      "test/stack/paths/heartbeat.test.ts: a HEARTBEAT ACK with another nonce, path or length proves nothing",
      "test/stack/paths/heartbeat.test.ts: an address that the peer listed is probed at once, and used once it has answered",
    ],
  },
  {
    id: "5.4-5",
    level: "MAY",
    statement:
      "In each RTO a probe may go to an unconfirmed path until it counts as inactive; then the rate is that of heartbeats.",
    implemented: ["src/stack/paths/heartbeat.ts#probeUnconfirmed"],
    tested: [
      "test/stack/paths/heartbeat.test.ts: probes that fail do not count against the association, and get rarer",
    ],
  },
  {
    id: "5.4-6",
    level: "rule",
    statement: "An unanswered probe counts against the path and not against the association.",
    implemented: ["src/stack/paths/heartbeat.ts#handleHeartbeatTimer"],
    tested: [
      "test/stack/paths/heartbeat.test.ts: probes that fail do not count against the association, and get rarer",
    ],
  },
  {
    id: "5.4-7",
    level: "SHOULD",
    statement: "No more than HB.Max.Burst packets with HEARTBEAT leave in an RTO.",
    implemented: [
      "src/stack/paths/heartbeat.ts#startHeartbeats",
      "src/stack/paths/heartbeat.ts#probeUnconfirmed",
    ],
    tested: [
      "test/stack/paths/heartbeat.test.ts: at each RTO one of the unconfirmed addresses is probed, not all of them",
    ],
  },
  {
    id: "5.4-8",
    level: "MAY",
    statement: "The application may be told that a path is confirmed.",
    implemented: ["src/stack/paths/path-failure.ts#enterState"],
    tested: [
      "test/stack/paths/heartbeat.test.ts: an address that the peer listed is probed at once, and used once it has answered",
    ],
  },
  {
    id: "5.4-9",
    level: "MUST NOT",
    statement: "Nothing is sent to an unconfirmed address but for the following.",
    implemented: [
      "src/stack/paths/path-set.ts#forReply",
      "src/stack/tx/data-transmission.ts#mayBeginNewPacket",
    ],
    tested: [
      "test/stack/paths/heartbeat.test.ts: what comes from an unconfirmed address is answered elsewhere, but for HEARTBEAT ACK",
      "test/stack/establishment/general-statements.test.ts: no data goes to an unconfirmed address, not even where it is made the primary one",
    ],
  },
  {
    id: "5.4-10",
    level: "MAY",
    statement: "A HEARTBEAT with a nonce may.",
    implemented: ["src/stack/paths/heartbeat.ts#probeUnconfirmed"],
    tested: [
      "test/stack/paths/heartbeat.test.ts: an address that the peer listed is probed at once, and used once it has answered",
    ],
  },
  {
    id: "5.4-11",
    level: "MAY",
    statement: "A HEARTBEAT ACK may.",
    implemented: ["src/stack/paths/heartbeat.ts#handleHeartbeat"],
    tested: [
      "test/stack/paths/heartbeat.test.ts: what comes from an unconfirmed address is answered elsewhere, but for HEARTBEAT ACK",
    ],
  },
  {
    id: "5.4-12",
    level: "MAY",
    statement: "A COOKIE ACK may.",
    implemented: ["src/stack/establishment/accept-cookie.ts#sendCookieAck"],
    tested: [
      "test/stack/establishment/state-cookie.test.ts: a COOKIE ACK to an address that is not confirmed has a HEARTBEAT beside it",
    ],
  },
  {
    id: "5.4-13",
    level: "MUST",
    statement: "The COOKIE ACK then has a HEARTBEAT with a nonce beside it.",
    implemented: ["src/stack/establishment/accept-cookie.ts#sendCookieAck"],
    tested: [
      "test/stack/establishment/state-cookie.test.ts: a COOKIE ACK to an address that is not confirmed has a HEARTBEAT beside it",
    ],
  },
  {
    id: "5.4-14",
    level: "MUST NOT",
    statement: "Who does not bundle sends none there.",
    leftOut: "We bundle.",
  },
  {
    id: "5.4-15",
    level: "MAY",
    statement: "A COOKIE ECHO may.",
    leftOut: "Not used: COOKIE ECHO goes to addresses that the application has named, which are confirmed.",
  },
  {
    id: "5.4-16",
    level: "MUST",
    statement: "The COOKIE ECHO then has a HEARTBEAT with a nonce beside it.",
    leftOut: "Not used: COOKIE ECHO goes to addresses that the application has named, which are confirmed.",
  },
  {
    id: "5.4-17",
    level: "MUST NOT",
    statement: "Its packet is no larger than the path MTU.",
    leftOut: "Not used: COOKIE ECHO goes to addresses that the application has named, which are confirmed.",
  },
  {
    id: "5.4-18",
    level: "MUST NOT",
    statement: "Otherwise it is not sent to an unconfirmed address.",
    implemented: ["src/stack/paths/path-set.ts#next", "src/stack/establishment/initiate.ts#handleInitAck"],
    tested: [
      "test/stack/establishment/initiate.test.ts: repeated INITs and COOKIE ECHOs go round the confirmed addresses",
      "test/stack/establishment/initiate.test.ts: what the user named is confirmed, what the INIT ACK tells is not, its source included",
    ],
  },
];
