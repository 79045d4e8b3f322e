/**
 * The cases in which usrsctp serves and our stack is the client.
 *
 * @module
 */

import { strict as assert } from "node:assert";
import {
  AF_INET,
  AF_INET6,
  SCTP_ABORT,
  SCTP_COMM_LOST,
  SCTP_COMM_UP,
  SCTP_SHUTDOWN_COMP,
  SCTP_UNORDERED,
  SHUT_WR,
} from "../../src/index.js";
import { CHUNK_AUTH } from "../../src/wire/chunk.js";
import type { CaseContext, InteropCase } from "./interop-case.js";
import {
  abortSocket,
  connectTo,
  type OurSocket,
  type OurSocketOptions,
  testBytes,
  testSizes,
  wantAuthentication,
} from "./our-side.js";
import type { Program } from "../support/program.js";
import {
  printedNotificationLengths,
  type PrintedPart,
  printedParts,
  SERVER_SCTP_PORTS,
  startServer,
  startTsctpServer,
} from "./usrsctp.js";

const STREAMS = 10;
const ECHO_MAX_BYTES = 10_000;
const MESSAGE_MAX_BYTES = 65_536;
const TSCTP_SCTP_PORT = 5001;

/** sizeof(struct sctp_shutdown_event) and sizeof(struct sctp_assoc_change) as usrsctp prints them. */
const SHUTDOWN_EVENT_BYTES = 12;
const ASSOC_CHANGE_BYTES = 20;

/** RFC 9260 §3.3.10.12: User-Initiated Abort. */
const CAUSE_USER_INITIATED_ABORT = 12;

/**
 * What the n-th message of a case is sent with: every stream, every third one unordered, a number of its own.
 */
const infoOf = (index: number): { snd_sid: number; snd_flags: number; snd_ppid: number } => ({
  snd_sid: index % STREAMS,
  snd_flags: index % 3 === 2 ? SCTP_UNORDERED : 0,
  snd_ppid: 1000 + index,
});

/** Ends gracefully and sees both the notification and the end. */
async function endGracefully(our: OurSocket): Promise<void> {
  our.socket.shutdown(SHUT_WR);
  while ((await our.receive()) !== undefined);
  assert.deepEqual(our.associationStates, [SCTP_COMM_UP, SCTP_SHUTDOWN_COMP]);
  await our.socket.close();
}

/** The messages that a server has printed, put together from their parts. */
function printedMessages(server: Program): PrintedPart[] {
  const messages: PrintedPart[] = [];
  let lengthBytes = 0;
  for (const part of printedParts(server)) {
    lengthBytes += part.lengthBytes;
    if (!part.complete) continue;
    messages.push({ ...part, lengthBytes });
    lengthBytes = 0;
  }
  return messages;
}

async function echo(context: CaseContext, options: OurSocketOptions): Promise<string> {
  const server = await startServer(context, "echo_server");
  const our = await connectTo(context, SERVER_SCTP_PORTS.echo_server, options);
  const sizes = testSizes(ECHO_MAX_BYTES);
  const sending = (async (): Promise<void> => {
    for (const [index, size] of sizes.entries()) {
      await our.socket.sctp_sendv(testBytes(size, index), { info: infoOf(index) });
    }
  })();
  const nextOrdered = new Map<number, number>();
  const missing = new Set(sizes.keys());
  while (missing.size > 0) {
    const message = await our.receive();
    assert.ok(message !== undefined, `the end came with ${missing.size} messages missing`);
    const index = message.info.rcv_ppid - 1000;
    const sent = infoOf(index);
    assert.ok(missing.delete(index), `message ${index} came once`);
    assert.deepEqual(message.data, Buffer.from(testBytes(sizes[index] ?? 0, index)));
    assert.equal(message.info.rcv_sid, sent.snd_sid);
    assert.equal(message.info.rcv_flags & SCTP_UNORDERED, sent.snd_flags);
    if (sent.snd_flags !== 0) continue;
    assert.ok(index >= (nextOrdered.get(sent.snd_sid) ?? 0), `stream ${sent.snd_sid} in order`);
    nextOrdered.set(sent.snd_sid, index);
  }
  await sending;
  await endGracefully(our);
  await server.waitFor(
    "print the end",
    () => printedNotificationLengths(server).at(-1) === ASSOC_CHANGE_BYTES || undefined,
  );
  assert.equal(printedNotificationLengths(server).at(-2), SHUTDOWN_EVENT_BYTES);
  return `${sizes.length} messages there and back`;
}

async function discard(context: CaseContext): Promise<string> {
  const server = await startServer(context, "discard_server");
  const our = await connectTo(context, SERVER_SCTP_PORTS.discard_server);
  const sizes = testSizes(MESSAGE_MAX_BYTES);
  for (const [index, size] of sizes.entries()) {
    await our.socket.sctp_sendv(testBytes(size, index), { info: infoOf(index) });
  }
  await endGracefully(our);
  await server.waitFor(
    "print every message",
    () => printedMessages(server).length === sizes.length || undefined,
  );
  const printed = printedMessages(server).sort((one, other) => one.ppid - other.ppid);
  assert.deepEqual(
    printed.map(({ lengthBytes, sid, ppid }) => ({ lengthBytes, sid, ppid })),
    sizes.map((lengthBytes, index) => ({
      lengthBytes,
      sid: infoOf(index).snd_sid,
      ppid: infoOf(index).snd_ppid,
    })),
  );
  await server.waitFor(
    "print the end",
    () => printedNotificationLengths(server).at(-1) === ASSOC_CHANGE_BYTES || undefined,
  );
  return `${sizes.length} messages, 1 byte to 64 KiB`;
}

async function abortWithReason(context: CaseContext): Promise<void> {
  const server = await startServer(context, "discard_server");
  const our = await connectTo(context, SERVER_SCTP_PORTS.discard_server);
  const reason = new TextEncoder().encode("enough");
  await our.socket.sctp_sendv(reason, { info: { snd_flags: SCTP_ABORT } });
  // SCTP_COMM_LOST carries the ABORT chunk: header, cause header, reason.
  const expected = ASSOC_CHANGE_BYTES + 4 + 4 + reason.length;
  await server.waitFor(
    "print the abort",
    () => printedNotificationLengths(server).includes(expected) || undefined,
  );
}

async function abortByLinger(context: CaseContext): Promise<void> {
  const server = await startServer(context, "echo_server");
  const our = await connectTo(context, SERVER_SCTP_PORTS.echo_server);
  await our.socket.sctp_sendv(testBytes(100, 1), { info: infoOf(0) });
  await our.receive();
  await abortSocket(our.socket);
  await server.waitFor(
    "print the abort",
    () => (printedNotificationLengths(server).at(-1) ?? 0) > ASSOC_CHANGE_BYTES || undefined,
  );
  assert.ok(!printedNotificationLengths(server).includes(SHUTDOWN_EVENT_BYTES), "no shutdown went before it");
}

/** What chargen_server_upcall sends again and again. */
const CHARGEN_TEXT = Array.from({ length: 94 }, (_, index) => String.fromCharCode(32 + index)).join("");

/** chargen_server_upcall looks at what it may send whenever something arrives: the first message sets it going. */
async function connectToChargen(context: CaseContext): Promise<OurSocket> {
  const our = await connectTo(context, SERVER_SCTP_PORTS.chargen_server_upcall);
  await our.socket.sctp_sendv(testBytes(1, 0));
  return our;
}

async function receiveCharacters(our: OurSocket): Promise<void> {
  const message = await our.receive();
  assert.equal(Buffer.from(message?.data ?? []).toString("latin1"), CHARGEN_TEXT);
}

async function chargen(context: CaseContext): Promise<string> {
  const server = await startServer(context, "chargen_server_upcall");
  const our = await connectToChargen(context);
  // It sends the next one when the one before has been acknowledged, and a lone one is acknowledged after 200 ms.
  let messages = 0;
  for (; messages < 20; messages += 1) await receiveCharacters(our);
  our.socket.shutdown(SHUT_WR);
  for (let message = await our.receive(); message !== undefined; message = await our.receive()) {
    assert.equal(Buffer.from(message.data).toString("latin1"), CHARGEN_TEXT);
    messages += 1;
  }
  assert.deepEqual(our.associationStates, [SCTP_COMM_UP, SCTP_SHUTDOWN_COMP]);
  await server.waitForOutput(/client socket .* closed/);
  return `${messages} messages`;
}

async function chargenAborted(context: CaseContext): Promise<void> {
  const server = await startServer(context, "chargen_server_upcall");
  const our = await connectToChargen(context);
  for (let messages = 0; messages < 5; messages += 1) await receiveCharacters(our);
  await abortSocket(our.socket);
  await server.waitForOutput(/client socket .* closed/);
}

/** usrsctp sends ABORT when its application closes a socket with data unread: chargen reads a message at a time. */
async function abortedByPeer(context: CaseContext): Promise<void> {
  const server = await startServer(context, "chargen_server_upcall");
  const our = await connectToChargen(context);
  await receiveCharacters(our);
  // Fewer than fill its receive buffer, or it would take them one by one, and read them all before the end.
  for (let index = 0; index < 200; index += 1) await our.socket.sctp_sendv(testBytes(10, index));
  our.socket.shutdown(SHUT_WR);
  assert.equal((await our.receiveAssociationChange(SCTP_COMM_LOST)).sac_error, CAUSE_USER_INITIATED_ABORT);
  await assert.rejects(our.socket.sctp_recvv(), { code: "ECONNRESET" });
  assert.equal(await our.receive(), undefined, "and then the end");
  await server.waitForOutput(/client socket .* closed/);
}

/**
 * One association for each size: tsctp prints the first message's length, the messages and all their bytes.
 */
async function tsctp(context: CaseContext): Promise<string> {
  const server = await startTsctpServer(context, TSCTP_SCTP_PORT);
  const loads = [1, 2, 100, 1440, 1441, 10_000, 65_535, 65_536].map((size) => ({
    size,
    messages: size > 2000 ? 20 : 100,
  }));
  for (const { size, messages } of loads) {
    const our = await connectTo(context, TSCTP_SCTP_PORT);
    for (let index = 0; index < messages; index += 1) {
      await our.socket.sctp_sendv(testBytes(size, index), { info: infoOf(index) });
    }
    await endGracefully(our);
    await server.waitForOutput(
      new RegExp(`\\b${size}, ${messages}, \\d+, ${size * messages}, [\\d.]+, \\S+, 0\\n`),
    );
  }
  return `${loads.length} associations`;
}

/** The cases. */
export const serversOfUsrsctp: readonly InteropCase[] = [
  {
    name: "echo_server, our client: 1 to 10,000 bytes, graceful end by us",
    judged: "ours",
    run: (context) => echo(context, { family: AF_INET }),
  },
  {
    name: "echo_server, our client over IPv6: the same",
    judged: "ours",
    run: (context) => echo(context, { family: AF_INET6 }),
  },
  {
    name: "echo_server, our client: the same, and usrsctp authenticates (RFC 4895)",
    judged: "ours",
    chunkTypes: { theirs: [CHUNK_AUTH] },
    run: (context) => echo(context, { prepare: wantAuthentication }),
  },
  { name: "echo_server, our client: abort by SO_LINGER", judged: "ours", run: abortByLinger },
  { name: "discard_server, our client: 1 byte to 64 KiB, graceful end by us", judged: "ours", run: discard },
  { name: "discard_server, our client: abort with a reason", judged: "ours", run: abortWithReason },
  {
    name: "chargen_server_upcall, our client: what it chooses, graceful end by us",
    judged: "ours",
    run: chargen,
  },
  { name: "chargen_server_upcall, our client: abort by us", judged: "ours", run: chargenAborted },
  { name: "chargen_server_upcall, our client: abort by the peer", judged: "ours", run: abortedByPeer },
  {
    name: "tsctp as server, our client: 1 byte to 64 KiB, graceful ends by us",
    judged: "ours",
    run: tsctp,
  },
];
