/**
 * The cases in which our stack serves and usrsctp's programs are the clients.
 *
 * @module
 */

import { strict as assert } from "node:assert";
import {
  AF_INET,
  AF_INET6,
  SCTP_ABORT,
  SCTP_ASSOC_CHANGE,
  SCTP_COMM_LOST,
  SCTP_COMM_UP,
  SCTP_EOF,
  SCTP_RESTART,
  SCTP_SHUTDOWN_COMP,
  SCTP_SHUTDOWN_EVENT,
  type sctp_notification,
} from "../../src/index.js";
import { CHUNK_AUTH } from "../../src/wire/chunk.js";
import { freeUdpPorts } from "../support/free-udp-ports.js";
import type { Program } from "../support/program.js";
import type { CaseContext, InteropCase } from "./interop-case.js";
import {
  abortSocket,
  acceptOne,
  listenAt,
  type OurSocket,
  type OurSocketOptions,
  wantAuthentication,
  type WholeMessage,
} from "./our-side.js";
import { startClient, startTsctpClient, type TsctpLoad } from "./usrsctp.js";

const SCTP_PORT = 5001;

/** RFC 9260 §3.3.10.12: User-Initiated Abort. */
const CAUSE_USER_INITIATED_ABORT = 12;

const textOf = (message: WholeMessage | undefined): string =>
  Buffer.from(message?.data ?? []).toString("utf8");

async function endsWell(program: Program): Promise<void> {
  assert.deepEqual(await program.waitForEnd(), { status: 0, signal: null }, program.tail());
}

/** Sends every message back on the association that it came from, until `associations` of them have ended. */
async function echoUntilEnded(our: OurSocket, associations: number): Promise<void> {
  let ended = 0;
  const isLast = (event: sctp_notification): boolean => {
    if (event.sn_type === SCTP_ASSOC_CHANGE && event.sac_state === SCTP_SHUTDOWN_COMP) ended += 1;
    return ended === associations;
  };
  for (let message = await our.receive(isLast); message !== undefined; message = await our.receive(isLast)) {
    const { rcv_sid, rcv_assoc_id } = message.info;
    await our.socket.sctp_sendv(message.data, { info: { snd_sid: rcv_sid, snd_assoc_id: rcv_assoc_id } });
  }
}

async function lines(context: CaseContext, options: OurSocketOptions): Promise<void> {
  const our = await listenAt(context, SCTP_PORT, { style: "one-to-many", ...options });
  const echoing = echoUntilEnded(our, 1);
  const client = startClient(context, SCTP_PORT);
  await client.waitForOutput(/SCTP_COMM_UP, streams \(in\/out\) = \(\d+\/\d+\)/);
  for (const line of ["first line", "x", "the third line, a little longer, with äöü in it"]) {
    client.write(`${line}\n`);
    await client.waitForOutput(new RegExp(`^${line}$`, "m"));
  }
  client.endInput();
  await echoing;
  await client.waitForOutput(/SCTP_SHUTDOWN_COMP/);
  await endsWell(client);
  assert.deepEqual(our.associationStates, [SCTP_COMM_UP, SCTP_SHUTDOWN_COMP]);
  assert.ok(our.notifications.some((event) => event.sn_type === SCTP_SHUTDOWN_EVENT));
}

async function threeClients(context: CaseContext): Promise<void> {
  const our = await listenAt(context, SCTP_PORT, { style: "one-to-many" });
  const echoing = echoUntilEnded(our, 3);
  const clients = (await freeUdpPorts(3)).map((peerUdpPort) =>
    startClient({ ...context, peerUdpPort }, SCTP_PORT),
  );
  for (const [index, client] of clients.entries()) client.write(`I am number ${index}\n`);
  await Promise.all(
    clients.map((client, index) => client.waitForOutput(new RegExp(`^I am number ${index}$`, "m"))),
  );
  for (const client of clients) client.endInput();
  await echoing;
  await Promise.all(clients.map(endsWell));
}

async function endedByUs(context: CaseContext): Promise<void> {
  const listener = await listenAt(context, SCTP_PORT);
  const client = startClient(context, SCTP_PORT);
  const our = await acceptOne(context, listener);
  await our.socket.sctp_sendv(new TextEncoder().encode("goodbye\n"));
  await our.socket.close();
  await client.waitForOutput(/^goodbye$/m);
  await client.waitForOutput(/SCTP_SHUTDOWN_COMP/);
  client.endInput();
  await endsWell(client);
}

async function endedByUsWithEof(context: CaseContext): Promise<void> {
  const our = await listenAt(context, SCTP_PORT, { style: "one-to-many" });
  const client = startClient(context, SCTP_PORT);
  const up = await our.receiveAssociationChange(SCTP_COMM_UP);
  const info = { snd_assoc_id: up.sac_assoc_id, snd_flags: SCTP_EOF };
  await our.socket.sctp_sendv(new TextEncoder().encode("the last words\n"), { info });
  await our.receiveAssociationChange(SCTP_SHUTDOWN_COMP);
  await client.waitForOutput(/^the last words$/m);
  await client.waitForOutput(/SCTP_SHUTDOWN_COMP/);
  client.endInput();
  await endsWell(client);
}

async function abortedByUs(context: CaseContext): Promise<void> {
  const our = await listenAt(context, SCTP_PORT, { style: "one-to-many" });
  const client = startClient(context, SCTP_PORT);
  client.write("hello\n");
  const message = await our.receive();
  assert.equal(textOf(message), "hello\n");
  const reason = new TextEncoder().encode("go");
  const info = { snd_assoc_id: message?.info.rcv_assoc_id ?? 0, snd_flags: SCTP_ABORT };
  await our.socket.sctp_sendv(reason, { info });
  // The ABORT chunk with cause 12, User-Initiated Abort, and the reason.
  await client.waitForOutput(/SCTP_COMM_LOST.*ABORT = 0x06 0x00 0x00 0x0a 0x00 0x0c 0x00 0x06 0x67 0x6f/);
  // After an abort the program waits for ever; it is killed.
}

async function abortedByLinger(context: CaseContext): Promise<void> {
  const listener = await listenAt(context, SCTP_PORT);
  const client = startClient(context, SCTP_PORT);
  const our = await acceptOne(context, listener);
  await abortSocket(our.socket);
  await client.waitForOutput(/SCTP_COMM_LOST.*ABORT = 0x06/);
}

async function refused(context: CaseContext): Promise<void> {
  await listenAt(context, SCTP_PORT);
  const client = startClient(context, SCTP_PORT + 1);
  await client.waitForOutput(/usrsctp_connect: Connection refused/);
}

/** A peer that starts again from the same port: RFC 9260 §5.2, a restart. */
async function restarted(context: CaseContext): Promise<void> {
  const our = await listenAt(context, SCTP_PORT, { style: "one-to-many" });
  const first = startClient(context, SCTP_PORT, 4711);
  first.write("before\n");
  assert.equal(textOf(await our.receive()), "before\n");
  first.kill();
  await first.ended;
  const second = startClient(context, SCTP_PORT, 4711);
  await our.receiveAssociationChange(SCTP_RESTART);
  second.write("after\n");
  assert.equal(textOf(await our.receive()), "after\n");
  second.endInput();
  await our.receiveAssociationChange(SCTP_SHUTDOWN_COMP);
  await endsWell(second);
  assert.deepEqual(our.associationStates, [SCTP_COMM_UP, SCTP_RESTART, SCTP_SHUTDOWN_COMP]);
}

/** Takes what one tsctp sends, which is `b` over and over. */
async function receiveLoad(our: OurSocket, load: TsctpLoad): Promise<void> {
  let messages = 0;
  for (let message = await our.receive(); message !== undefined; message = await our.receive()) {
    assert.equal(message.data.length, load.lengthBytes);
    assert.ok(message.data.every((byte) => byte === 0x62));
    messages += 1;
  }
  assert.equal(messages, load.messages);
  assert.ok(our.notifications.some((event) => event.sn_type === SCTP_SHUTDOWN_EVENT));
}

async function tsctp(context: CaseContext, unordered: boolean): Promise<string> {
  const listener = await listenAt(context, SCTP_PORT);
  const lengths = [1, 100, 1440, 1441, 10_000, 65_536];
  for (const lengthBytes of lengths) {
    const load = { sctpPort: SCTP_PORT, messages: lengthBytes > 2000 ? 10 : 50, lengthBytes, unordered };
    const client = startTsctpClient(context, load);
    const our = await acceptOne(context, listener);
    await receiveLoad(our, load);
    await our.socket.close();
    await client.waitForOutput(
      new RegExp(`Sending of ${load.messages} messages of length ${lengthBytes} took`),
    );
    await endsWell(client);
  }
  return `${lengths.length} associations`;
}

/** usrsctp sends ABORT when its application closes a socket with data unread, and tsctp as a client never reads. */
async function abortedByPeer(context: CaseContext): Promise<void> {
  const listener = await listenAt(context, SCTP_PORT);
  const client = startTsctpClient(context, { sctpPort: SCTP_PORT, messages: 200, lengthBytes: 60_000 });
  const our = await acceptOne(context, listener);
  await our.socket.sctp_sendv(new TextEncoder().encode("nobody reads this"));
  const end = our.receiveAssociationChange(SCTP_COMM_LOST);
  assert.equal((await end).sac_error, CAUSE_USER_INITIATED_ABORT);
  await assert.rejects(our.socket.sctp_recvv(), { code: "ECONNRESET" });
  await client.ended;
}

const judged = "ours";

/** The cases. */
export const clientsOfUsrsctp: readonly InteropCase[] = [
  {
    name: "client, our one-to-many server: lines, graceful end by the peer",
    judged,
    run: (context) => lines(context, { family: AF_INET }),
  },
  {
    name: "client, our one-to-many IPv6 server: the same",
    judged,
    run: (context) => lines(context, { family: AF_INET6 }),
  },
  {
    name: "client, our one-to-many server: the same, and usrsctp authenticates (RFC 4895)",
    judged,
    chunkTypes: { theirs: [CHUNK_AUTH] },
    run: (context) => lines(context, { prepare: wantAuthentication }),
  },
  { name: "three clients at once, our one-to-many server", judged, run: threeClients },
  { name: "client, our one-to-one server: graceful end by us", judged, run: endedByUs },
  { name: "client, our one-to-many server: graceful end by us with SCTP_EOF", judged, run: endedByUsWithEof },
  { name: "client, our one-to-many server: abort by us with a reason", judged, run: abortedByUs },
  { name: "client, our one-to-one server: abort by SO_LINGER", judged, run: abortedByLinger },
  { name: "client, nobody listens at our port: refused", judged, run: refused },
  { name: "client starts again from the same port: restart", judged, run: restarted },
  {
    name: "tsctp as client, our server: ordered, 1 byte to 64 KiB",
    judged,
    run: (context) => tsctp(context, false),
  },
  {
    name: "tsctp as client, our server: unordered, 1 byte to 64 KiB",
    judged,
    run: (context) => tsctp(context, true),
  },
  { name: "tsctp as client, our server: abort by the peer", judged, run: abortedByPeer },
];
