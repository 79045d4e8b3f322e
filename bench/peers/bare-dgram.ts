/**
 * Bare `node:dgram` for the bench: what Node's UDP carries without any protocol on top. The same roles, arguments and
 * results as the other peers.
 *
 *   bare-dgram.js receive|send|echo|ping LOCAL_UDP_PORT REMOTE_UDP_PORT BYTES SECONDS
 *
 * One way, packets have 1,500 bytes with all headers, whatever BYTES says; a round trip carries BYTES. Nothing is
 * acknowledged: the receiver counts what arrived. A packet of one byte says the end.
 *
 * @module
 */

import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { Dispatch, printResult, readOrder, Receipt, RoundTrips } from "./peer-results.js";

const PAYLOAD_BYTES = 1472;
/** How many sends are under way at once. */
const AT_ONCE = 64;
/** Packets may be lost, the ones that say the end too. */
const FAREWELLS = 20;

const order = readOrder();
const farewell = new Uint8Array(1);

async function open(): Promise<Socket> {
  const socket = createSocket({
    type: "udp4",
    recvBufferSize: order.udpBufferBytes,
    sendBufferSize: order.udpBufferBytes,
  });
  socket.bind(order.localUdpPort, "127.0.0.1");
  await once(socket, "listening");
  socket.connect(order.remoteUdpPort, "127.0.0.1");
  await once(socket, "connect");
  return socket;
}

async function sayFarewell(socket: Socket): Promise<void> {
  for (let count = 0; count < FAREWELLS; count += 1) {
    await delay(10);
    // Whoever has heard it is gone, which the system says as ECONNREFUSED.
    socket.send(farewell, () => {});
  }
}

async function receive(socket: Socket): Promise<void> {
  const receipt = new Receipt();
  let count = 0;
  await new Promise<void>((resolve) => {
    socket.on("message", ({ length }) => {
      if (length === 1) return resolve();
      receipt.add(length, true);
      count += 1;
      if (count % AT_ONCE === 0) receipt.mark();
    });
  });
  receipt.print();
}

async function send(socket: Socket): Promise<void> {
  const packet = new Uint8Array(PAYLOAD_BYTES);
  const dispatch = new Dispatch(order.seconds);
  await new Promise<void>((resolve) => {
    let underWay = 0;
    const sent = (error: Error | null): void => {
      underWay -= 1;
      if (error === null) dispatch.messages += 1;
      if (!dispatch.isOver) pump();
      else if (underWay === 0) resolve();
    };
    const pump = (): void => {
      for (; underWay < AT_ONCE; underWay += 1) socket.send(packet, sent);
    };
    pump();
  });
  dispatch.print(PAYLOAD_BYTES);
  await sayFarewell(socket);
}

async function echo(socket: Socket): Promise<void> {
  await new Promise<void>((resolve) => {
    socket.on("message", (data) => {
      if (data.length === 1) resolve();
      else socket.send(data);
    });
  });
  printResult({});
}

async function ping(socket: Socket): Promise<void> {
  const packet = new Uint8Array(order.messageBytes);
  const roundTrips = new RoundTrips(order.seconds);
  const start = (): void => {
    roundTrips.begin();
    socket.send(packet);
  };
  await new Promise<void>((resolve) => {
    socket.on("message", () => {
      if (roundTrips.finish()) resolve();
      else start();
    });
    start();
  });
  roundTrips.print();
  await sayFarewell(socket);
}

const socket = await open();
socket.on("error", (error) => {
  if (!("code" in error) || error.code !== "ECONNREFUSED") throw error;
});
console.log("ready");
if (order.role === "receive") await receive(socket);
else if (order.role === "send") await send(socket);
else if (order.role === "echo") await echo(socket);
else if (order.role === "ping") await ping(socket);
socket.close();
