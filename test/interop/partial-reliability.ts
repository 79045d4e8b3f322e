/**
 * The cases in which messages need not all arrive (RFC 3758, RFC 7496) and a tenth of the packets is lost, on either
 * way: each side sends, each side begins the association, without and with authentication (RFC 4895).
 *
 * @module
 */

import { strict as assert } from "node:assert";
import {
  IPPROTO_SCTP,
  SCTP_COMM_UP,
  SCTP_NODELAY,
  SCTP_PR_SCTP_PRIO,
  SCTP_PR_SCTP_RTX,
  SCTP_PR_SCTP_TTL,
  SCTP_PR_SUPPORTED,
  SCTP_REMOTE_ERROR,
  SCTP_RTOINFO,
  SCTP_SEND_FAILED_EVENT,
  SCTP_SHUTDOWN_COMP,
  type SctpSocket,
  SHUT_WR,
  SO_SNDBUF,
  SOL_SOCKET,
  type sctp_prinfo,
} from "../../src/index.js";
import { CHUNK_AUTH, CHUNK_FORWARD_TSN } from "../../src/wire/chunk.js";
import type { Program } from "../support/program.js";
import type { CaseContext, InteropCase } from "./interop-case.js";
import { acceptOne, connectTo, listenAt, type OurSocket, shareKey, testBytes } from "./our-side.js";
import { startPeer } from "./usrsctp.js";

const SCTP_PORT = 5001;
const LOSS = 0.1;
const STREAMS = 10;
const MESSAGES = 200;
const MESSAGE_MAX_BYTES = 4000;
/** Small enough that messages of more importance find it full. */
const SEND_BUFFER_BYTES = 32_768;
const KEY = "what only the two of us know";

/** What ours are sent with in turn; every sixth one is reliable. */
const OUR_POLICIES: readonly (sctp_prinfo | undefined)[] = [
  { pr_policy: SCTP_PR_SCTP_RTX, pr_value: 0 },
  { pr_policy: SCTP_PR_SCTP_TTL, pr_value: 50 },
  { pr_policy: SCTP_PR_SCTP_PRIO, pr_value: 9 },
  { pr_policy: SCTP_PR_SCTP_RTX, pr_value: 1 },
  { pr_policy: SCTP_PR_SCTP_PRIO, pr_value: 3 },
  undefined,
];

/**
 * The same of usrsctp's, a case each. Not its third policy, for priorities: it gives something up for them only while
 * it takes a message in pieces (SCTP_EXPLICIT_EOR), and version 0.9.5 then crashes, against its own kind as well.
 */
const PEER_POLICIES: Readonly<Record<string, readonly string[]>> = {
  "a lifetime": ["ttl:1", "ttl:20", "ttl:100", "reliable"],
  "few retransmissions": ["rtx:0", "rtx:0", "rtx:1", "reliable"],
};

/** One case. */
interface Series {
  /** Which of the two begins the association. */
  readonly client: "ours" | "theirs";
  /** What usrsctp sends its messages with in turn; without, ours are sent. */
  readonly peerPolicies?: readonly string[];
  /** Whether both want DATA and FORWARD TSN authenticated with a key that they share. */
  readonly authenticated?: boolean;
}

/** What has become of the messages, by their numbers. */
interface Outcome {
  /** Those that have come, in their order. */
  readonly arrived: readonly number[];
  /** Those that the sender was told of. */
  readonly givenUp: ReadonlySet<number>;
}

function prepare(socket: SctpSocket, authenticated: boolean): void {
  socket.setsockopt(IPPROTO_SCTP, SCTP_RTOINFO, { srto_initial: 200, srto_min: 100, srto_max: 500 });
  socket.setsockopt(IPPROTO_SCTP, SCTP_NODELAY, 1);
  socket.setsockopt(SOL_SOCKET, SO_SNDBUF, SEND_BUFFER_BYTES);
  if (authenticated) shareKey(socket, KEY);
}

async function establish(
  context: CaseContext,
  program: string,
  { client, peerPolicies, authenticated = false }: Series,
): Promise<[our: OurSocket, peer: Program]> {
  const options = { loss: LOSS, prepare: (socket: SctpSocket) => prepare(socket, authenticated) };
  const task = {
    program,
    sctpPort: SCTP_PORT,
    key: authenticated ? KEY : undefined,
    sends: peerPolicies === undefined ? undefined : { messages: MESSAGES, policies: peerPolicies },
  };
  if (client === "ours") {
    const peer = await startPeer(context, { ...task, role: "server" });
    return [await connectTo(context, SCTP_PORT, options), peer];
  }
  const listener = await listenAt(context, SCTP_PORT, options);
  const peer = await startPeer(context, { ...task, role: "client" });
  return [await acceptOne(context, listener), peer];
}

/** Message N, as usrsctp-peer.c makes it. */
function messageOf(number: number): Uint8Array {
  return testBytes(1 + ((number * 331) % MESSAGE_MAX_BYTES), number);
}

async function sendAll({ socket }: OurSocket): Promise<void> {
  for (let number = 0; number < MESSAGES; number += 1) {
    const sendv_prinfo = OUR_POLICIES[number % OUR_POLICIES.length];
    const sendv_sndinfo = { snd_sid: number % STREAMS, snd_ppid: number };
    const info = sendv_prinfo === undefined ? { sendv_sndinfo } : { sendv_sndinfo, sendv_prinfo };
    await socket.sctp_sendv(messageOf(number), { info });
  }
  socket.shutdown(SHUT_WR);
}

/** Receives until the association has ended. @returns the numbers of the messages in their order */
async function receiveToTheEnd(our: OurSocket): Promise<number[]> {
  const numbers: number[] = [];
  for (let message = await our.receive(); message !== undefined; message = await our.receive()) {
    const number = message.info.rcv_ppid;
    assert.deepEqual(message.data, Buffer.from(messageOf(number)), `the bytes of message ${number}`);
    assert.equal(message.info.rcv_sid, number % STREAMS);
    numbers.push(number);
  }
  assert.deepEqual(our.associationStates, [SCTP_COMM_UP, SCTP_SHUTDOWN_COMP]);
  assert.ok(our.notifications.every((event) => event.sn_type !== SCTP_REMOTE_ERROR));
  return numbers;
}

function printedNumbers(peer: Program, what: "received" | "given up"): number[] {
  return [...peer.output.matchAll(new RegExp(`^${what} (\\d+)$`, "gm"))].map((match) => Number(match[1]));
}

/** Waits until usrsctp has ended the association as well; then it may go. */
async function letGo(peer: Program): Promise<void> {
  await peer.waitForOutput(/^ended$/m);
  peer.endInput();
  assert.deepEqual(await peer.waitForEnd(), { status: 0, signal: null }, peer.tail());
}

async function exchange(context: CaseContext, program: string, series: Series): Promise<Outcome> {
  const [our, peer] = await establish(context, program, series);
  assert.equal(our.socket.getsockopt(IPPROTO_SCTP, SCTP_PR_SUPPORTED).assoc_value, 1);
  if (series.peerPolicies !== undefined) {
    const arrived = await receiveToTheEnd(our);
    await letGo(peer);
    return { arrived, givenUp: new Set(printedNumbers(peer, "given up")) };
  }
  await sendAll(our);
  assert.deepEqual(await receiveToTheEnd(our), []);
  await letGo(peer);
  const givenUp = our.notifications.flatMap((event) =>
    event.sn_type === SCTP_SEND_FAILED_EVENT ? [event.ssfe_info.snd_ppid] : [],
  );
  return { arrived: printedNumbers(peer, "received"), givenUp: new Set(givenUp) };
}

async function run(context: CaseContext, program: string, series: Series): Promise<string> {
  const { arrived, givenUp } = await exchange(context, program, series);
  const { peerPolicies } = series;
  const isReliable = (number: number): boolean =>
    peerPolicies === undefined
      ? OUR_POLICIES[number % OUR_POLICIES.length] === undefined
      : peerPolicies[number % peerPolicies.length] === "reliable";
  assert.equal(new Set(arrived).size, arrived.length, "none comes twice");
  for (let sid = 0; sid < STREAMS; sid += 1) {
    const ofStream = arrived.filter((number) => number % STREAMS === sid);
    const sorted = ofStream.toSorted((one, other) => one - other);
    assert.deepEqual(ofStream, sorted, `stream ${sid} in order`);
  }
  const missing = Array.from({ length: MESSAGES }, (_, number) => number).filter(
    (number) => !arrived.includes(number),
  );
  assert.deepEqual(missing.filter(isReliable), [], "what is reliable arrives");
  assert.deepEqual(
    missing.filter((number) => !givenUp.has(number)),
    [],
    "what has not arrived was given up",
  );
  assert.ok(givenUp.size > 0, "something was given up");
  return `${arrived.length} of ${MESSAGES} messages arrived, ${givenUp.size} were given up`;
}

function caseOf(program: string, sentWith: string, series: Series): InteropCase {
  const { authenticated, client, peerPolicies } = series;
  const sender = peerPolicies === undefined ? "we send" : "usrsctp sends";
  const chunks = [CHUNK_FORWARD_TSN, ...(authenticated === true ? [CHUNK_AUTH] : [])];
  return {
    name:
      `a tenth of the packets lost, ${sender} with ${sentWith}, our ${client === "ours" ? "client" : "server"} ` +
      (authenticated === true ? "and a shared key (RFC 3758, RFC 4895)" : "(RFC 3758)"),
    judged: "ours",
    chunkTypes: peerPolicies === undefined ? { ours: chunks } : { theirs: chunks },
    run: (context) => run(context, program, series),
  };
}

/** The cases. @param program - usrsctp-peer.c, compiled */
export function partialReliability(program: string): readonly InteropCase[] {
  return (["ours", "theirs"] as const).flatMap((client) => [
    ...Object.entries(PEER_POLICIES).map(([name, peerPolicies]) =>
      caseOf(program, name, { client, peerPolicies }),
    ),
    caseOf(program, "each policy", { client }),
    caseOf(program, "each policy", { client, authenticated: true }),
    caseOf(program, "both policies", {
      client,
      authenticated: true,
      peerPolicies: ["ttl:1", "rtx:0", "rtx:1", "reliable"],
    }),
  ]);
}
