/**
 * Drives our own stack for the bench, in the way in which bench/peers/usrsctp-bench.c drives usrsctp: the
 * same roles, arguments and results.
 *
 *   our-peer.js receive|send|echo|ping LOCAL_UDP_PORT REMOTE_UDP_PORT MESSAGE_BYTES SECONDS [promises]
 *   our-peer.js accept|connect LOCAL_UDP_PORT REMOTE_UDP_PORT ASSOCIATIONS OUTSTANDING
 *
 * `receive`, `echo` and `accept` listen. Without "promises" it uses `socket.nonblocking` and its events. The
 * environment variable SCTP_UDP_IO chooses between the addon and `node:dgram`.
 *
 * @module
 */

import {
  AF_INET,
  IPPROTO_SCTP,
  SCTP_NODELAY,
  SctpSocket,
  SOCK_STREAM,
  SO_LINGER,
  SOL_SOCKET,
  type ReceivedMessage,
} from "../src/index.js";
import { createUserlandProvider, UdpEncapsulation } from "../src/userland/index.js";
import { receiveUntilDone, untilDone } from "./edges.js";
import { cpuSeconds, Dispatch, printResult, readOrder, Receipt, RoundTrips } from "./peers/peer-results.js";

const SERVER = { address: "127.0.0.1", port: 5001 };
const MSG_EOR = 0x80;
/** A call takes as many messages as make so many bytes, but not more than so many messages. */
const SEND_AT_ONCE_BYTES = 256 * 1024;
const SEND_AT_ONCE = 64;
const RECEIVE_AT_ONCE = 256;
/** Messages from so many bytes on are received into memory of the program's own, so many at once. */
const INTO_OWN_MEMORY_BYTES = 4096;
const INTO_OWN_MEMORY = 4;
/** As many as are ever there where one is sent at a time, and one more: the call then tells that there are no more. */
const FEW = 2;
const BACKLOG = 1024;
const LINGER_SECONDS = 60;

/** Answers true at the end of the peer. */
function count(receipt: Receipt, { data, flags }: ReceivedMessage): boolean {
  if (data.length === 0 && flags === 0) return true;
  receipt.add(data.length, (flags & MSG_EOR) !== 0);
  return false;
}

async function receive(socket: SctpSocket): Promise<void> {
  const receipt = new Receipt();
  if (usesPromises) {
    for await (const message of socket) {
      count(receipt, message);
      receipt.mark();
    }
  } else {
    // As programs in C do: the same memory again and again.
    const places = Array.from({ length: INTO_OWN_MEMORY }, () => new Uint8Array(order.messageBytes));
    const into = order.messageBytes < INTO_OWN_MEMORY_BYTES ? undefined : places;
    const handle = (messages: readonly ReceivedMessage[]): boolean => {
      const isOver = messages.some((message) => count(receipt, message));
      if (!isOver) receipt.mark();
      return isOver;
    };
    await receiveUntilDone(socket, into?.length ?? RECEIVE_AT_ONCE, handle, into);
  }
  receipt.print();
}

async function send(socket: SctpSocket): Promise<void> {
  const data = new Uint8Array(order.messageBytes);
  const dispatch = new Dispatch(order.seconds);
  if (usesPromises) {
    for (; !dispatch.isOver; dispatch.messages += 1) await socket.sctp_sendv(data);
  } else {
    const length = Math.min(SEND_AT_ONCE, Math.max(1, Math.floor(SEND_AT_ONCE_BYTES / data.length)));
    const batch = Array.from({ length }, () => ({ data }));
    await untilDone(socket, "writable", () => {
      const taken = socket.nonblocking.sendMany(batch);
      dispatch.messages += taken;
      if (dispatch.isOver) return true;
      return taken < batch.length && "wait";
    });
  }
  dispatch.print(data.length);
}

async function echo(socket: SctpSocket): Promise<void> {
  socket.setsockopt(IPPROTO_SCTP, SCTP_NODELAY, 1);
  if (usesPromises) {
    for await (const { data } of socket) await socket.sctp_sendv(data);
  } else {
    await receiveUntilDone(socket, FEW, (messages) => {
      for (const { data, flags } of messages) {
        if (data.length === 0 && flags === 0) return true;
        socket.nonblocking.sctp_sendv(data);
      }
      return false;
    });
  }
  printResult({});
}

async function ping(socket: SctpSocket): Promise<void> {
  socket.setsockopt(IPPROTO_SCTP, SCTP_NODELAY, 1);
  const data = new Uint8Array(order.messageBytes);
  const roundTrips = new RoundTrips(order.seconds);
  if (usesPromises) {
    do {
      roundTrips.begin();
      await socket.sctp_sendv(data);
      await socket.sctp_recvv();
    } while (!roundTrips.finish());
  } else {
    const start = (): void => {
      roundTrips.begin();
      socket.nonblocking.sctp_sendv(data);
    };
    start();
    await receiveUntilDone(socket, FEW, () => {
      const isOver = roundTrips.finish();
      if (!isOver) start();
      return isOver;
    });
  }
  roundTrips.print();
}

function openSocket(): SctpSocket {
  const socket = new SctpSocket(AF_INET, SOCK_STREAM, { provider });
  socket.setsockopt(SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: LINGER_SECONDS });
  return socket;
}

function listen(backlog: number): SctpSocket {
  const socket = openSocket();
  socket.bind(SERVER);
  socket.listen(backlog);
  console.log("ready");
  return socket;
}

async function acceptOne(): Promise<SctpSocket> {
  const listening = listen(1);
  const { socket } = await listening.accept();
  await listening.close();
  return socket;
}

async function connectOne(): Promise<SctpSocket> {
  const socket = openSocket();
  await socket.connect(SERVER);
  console.log("ready");
  return socket;
}

/** The sockets stay open: what is measured is how long they take to be there. */
async function acceptMany(count: number): Promise<never> {
  const listening = listen(BACKLOG);
  const { socket: first } = await listening.accept();
  const accepted = [first];
  const start = performance.now();
  const cpuAtStart = cpuSeconds();
  while (accepted.length < count) accepted.push((await listening.accept()).socket);
  printSetUp(count, start, cpuAtStart);
  process.exit(0);
}

async function connectMany(count: number, outstanding: number): Promise<never> {
  console.log("ready");
  const start = performance.now();
  const cpuAtStart = cpuSeconds();
  const connected: SctpSocket[] = [];
  const connectInTurn = async (): Promise<void> => {
    while (connected.length < count) {
      const socket = openSocket();
      connected.push(socket);
      await socket.connect(SERVER);
    }
  };
  await Promise.all(Array.from({ length: outstanding }, connectInTurn));
  printSetUp(count, start, cpuAtStart);
  process.exit(0);
}

function printSetUp(associations: number, start: number, cpuAtStart: number): void {
  const seconds = (performance.now() - start) / 1000;
  printResult({ associations, seconds, cpuSeconds: cpuSeconds() - cpuAtStart });
}

const order = readOrder();
const usesPromises = order.tail.includes("promises");
const provider = createUserlandProvider({
  lowerLayer: new UdpEncapsulation({
    localUdpPort: order.localUdpPort,
    receiveBufferBytes: order.udpBufferBytes,
    sendBufferBytes: order.udpBufferBytes,
  }),
  remoteUdpPort: order.remoteUdpPort,
});
if (order.role === "accept") await acceptMany(order.messageBytes);
if (order.role === "connect") await connectMany(order.messageBytes, order.seconds);
const isListening = order.role === "receive" || order.role === "echo";
const socket = isListening ? await acceptOne() : await connectOne();
if (order.role === "receive") await receive(socket);
else if (order.role === "send") await send(socket);
else if (order.role === "echo") await echo(socket);
else if (order.role === "ping") await ping(socket);
await socket.close();
