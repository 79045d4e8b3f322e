import type { Statement } from "./statement.js";

/** RFC 9260 §5.2.4 to §5.2.6: COOKIE ECHO, COOKIE ACK and stale cookies. */
export const rfc9260DuplicateCookieStatements: readonly Statement[] = [
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
      "test/stack/establishment/restart-with-unread-data.test.ts: what came before a restart stays the application's, and takes its room in the window",
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
      "src/stack/validation/error-chunks.ts#handleError",
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
];
