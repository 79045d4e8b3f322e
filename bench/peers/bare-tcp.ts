/**
 * TCP in Node for the bench, for scale: the same roles, arguments and results as the other peers.
 *
 *   bare-tcp.js receive|send|echo|ping LOCAL_PORT REMOTE_PORT BYTES SECONDS
 *
 * TCP has no messages: so many bytes are written at a time, and count as one. It is not cut into packets of 1,500 bytes
 * either, for the loopback interface takes 64 KiB.
 *
 * @module
 */

import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { Dispatch, printResult, readOrder, Receipt, RoundTrips } from "./peer-results.js";

const order = readOrder();

async function receive(socket: Socket): Promise<void> {
  const receipt = new Receipt();
  socket.on("data", ({ length }) => {
    receipt.add(length, false);
    receipt.mark();
  });
  await once(socket, "end");
  receipt.print(order.messageBytes);
}

async function send(socket: Socket): Promise<void> {
  const data = new Uint8Array(order.messageBytes);
  const dispatch = new Dispatch(order.seconds);
  while (!dispatch.isOver) {
    dispatch.messages += 1;
    if (!socket.write(data)) await once(socket, "drain");
  }
  dispatch.print(order.messageBytes);
}

async function echo(socket: Socket): Promise<void> {
  socket.on("data", (data) => socket.write(data));
  await once(socket, "end");
  printResult({});
}

async function ping(socket: Socket): Promise<void> {
  const data = new Uint8Array(order.messageBytes);
  const roundTrips = new RoundTrips(order.seconds);
  const start = (): void => {
    roundTrips.begin();
    socket.write(data);
  };
  await new Promise<void>((resolve) => {
    socket.on("data", () => {
      if (roundTrips.finish()) resolve();
      else start();
    });
    start();
  });
  roundTrips.print();
}

async function open(isListening: boolean): Promise<Socket> {
  if (!isListening) {
    const socket = connect({ port: order.remoteUdpPort, host: "127.0.0.1", noDelay: true });
    await once(socket, "connect");
    console.log("ready");
    return socket;
  }
  const server = createServer({ noDelay: true });
  server.listen(order.localUdpPort, "127.0.0.1");
  await once(server, "listening");
  console.log("ready");
  const [socket] = (await once(server, "connection")) as [Socket];
  server.close();
  return socket;
}

const socket = await open(order.role === "receive" || order.role === "echo");
if (order.role === "receive") await receive(socket);
else if (order.role === "send") await send(socket);
else if (order.role === "echo") await echo(socket);
else if (order.role === "ping") await ping(socket);
socket.end();
