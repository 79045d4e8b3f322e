/**
 * Drives werift-sctp for the bench: the same roles, arguments and results as the other peers.
 *
 *   werift.js receive|send|echo|ping LOCAL_UDP_PORT REMOTE_UDP_PORT MESSAGE_BYTES SECONDS
 *
 * It is driven as is best for it: one send at a time, each awaited. More at once made it slower. A message of one byte
 * says the end.
 *
 * @module
 */

import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { setImmediate as nextTurn, setTimeout as delay } from "node:timers/promises";
import { loadPackage } from "../npm-packages.js";
import { Dispatch, printResult, readOrder, Receipt, RoundTrips } from "./peer-results.js";

/** What is used of the package. */
interface WeriftEvent<Values extends readonly unknown[]> {
  subscribe(listener: (...values: Values) => void): unknown;
  asPromise(): Promise<unknown>;
}
interface WeriftAssociation {
  readonly stateChanged: { readonly connected: WeriftEvent<readonly []> };
  readonly onReceive: WeriftEvent<readonly [streamId: number, ppid: number, data: Buffer]>;
  readonly outboundQueue: readonly unknown[];
  readonly flightSize: number;
  start(port: number): Promise<void>;
  send(streamId: number, ppid: number, data: Buffer): Promise<void>;
}
interface Werift {
  readonly SCTP: {
    client(transport: unknown): WeriftAssociation;
    server(transport: unknown): WeriftAssociation;
  };
  createUdpTransport(socket: Socket, peer: { readonly address: string; readonly port: number }): unknown;
}

const STREAM = 0;
const PPID_BINARY = 53;
const SCTP_PORT = 5000;
/** Its promises settle without the event loop: it needs a turn now and then to see what has come. */
const SENDS_PER_TURN = 64;
const DRAIN_LIMIT_MS = 10_000;

const order = readOrder();
const message = Buffer.alloc(order.messageBytes);
const farewell = Buffer.alloc(1);

async function receive(association: WeriftAssociation): Promise<void> {
  const receipt = new Receipt();
  await new Promise<void>((resolve) => {
    association.onReceive.subscribe((_stream, _ppid, { length }) => {
      if (length === 1) return resolve();
      receipt.add(length, true);
      receipt.mark();
    });
  });
  receipt.print();
}

async function drain(association: WeriftAssociation): Promise<void> {
  const end = performance.now() + DRAIN_LIMIT_MS;
  while ((association.outboundQueue.length > 0 || association.flightSize > 0) && performance.now() < end) {
    await delay(20);
  }
  await delay(100);
}

async function send(association: WeriftAssociation): Promise<void> {
  const dispatch = new Dispatch(order.seconds);
  while (!dispatch.isOver) {
    await association.send(STREAM, PPID_BINARY, message);
    dispatch.messages += 1;
    if (dispatch.messages % SENDS_PER_TURN === 0) await nextTurn();
  }
  dispatch.print(order.messageBytes);
  await association.send(STREAM, PPID_BINARY, farewell);
  await drain(association);
}

async function echo(association: WeriftAssociation): Promise<void> {
  await new Promise<void>((resolve) => {
    association.onReceive.subscribe((_stream, _ppid, data) => {
      if (data.length === 1) resolve();
      else void association.send(STREAM, PPID_BINARY, data);
    });
  });
  printResult({});
}

async function ping(association: WeriftAssociation): Promise<void> {
  const roundTrips = new RoundTrips(order.seconds);
  const start = (): void => {
    roundTrips.begin();
    void association.send(STREAM, PPID_BINARY, message);
  };
  await new Promise<void>((resolve) => {
    association.onReceive.subscribe(() => {
      if (roundTrips.finish()) resolve();
      else start();
    });
    start();
  });
  roundTrips.print();
  await association.send(STREAM, PPID_BINARY, farewell);
  await drain(association);
}

async function open(isListening: boolean): Promise<WeriftAssociation> {
  const werift = await loadPackage<Werift>("werift-sctp");
  const socket = createSocket({
    type: "udp4",
    recvBufferSize: order.udpBufferBytes,
    sendBufferSize: order.udpBufferBytes,
  });
  socket.bind(order.localUdpPort, "127.0.0.1");
  await once(socket, "listening");
  const transport = werift.createUdpTransport(socket, { address: "127.0.0.1", port: order.remoteUdpPort });
  const association = isListening ? werift.SCTP.server(transport) : werift.SCTP.client(transport);
  const connected = association.stateChanged.connected.asPromise();
  if (isListening) {
    await association.start(SCTP_PORT);
    console.log("ready");
    return association;
  }
  await association.start(SCTP_PORT);
  await connected;
  console.log("ready");
  return association;
}

const association = await open(order.role === "receive" || order.role === "echo");
if (order.role === "receive") await receive(association);
else if (order.role === "send") await send(association);
else if (order.role === "echo") await echo(association);
else if (order.role === "ping") await ping(association);
// It has sockets and timers that nobody else ends.
process.exit(0);
