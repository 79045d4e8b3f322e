/**
 * Drives the npm package sctp for the bench: the same roles, arguments and results as the other peers.
 *
 *   node-sctp.js receive|send|echo|ping LOCAL_UDP_PORT REMOTE_UDP_PORT MESSAGE_BYTES SECONDS
 *
 * With its default of 16 KiB a message of that size never finds room and the sender waits for ever, hence the 1 MiB
 * that the others have too. A message of one byte says the end.
 *
 * @module
 */

import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import type { Duplex } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { loadPackage } from "../npm-packages.js";
import { Dispatch, printResult, readOrder, Receipt, RoundTrips } from "./peer-results.js";

/** What is used of the package. */
interface SctpPackage {
  readonly default: { connect(options: Readonly<Record<string, unknown>>): Duplex };
}

const BUFFER_BYTES = 2 ** 20;
/** It sends about one message in a millisecond: a mebibyte of small ones would be on its way for a long time after. */
const WRITE_BUFFER_BYTES = 16_384;
const STREAMS = 10;
/** `write` goes on for as long as there is room: the event loop has its turn now and then. */
const WRITES_PER_TURN = 512;
/** It loses one now and then. */
const FAREWELLS = 10;
const FAREWELL_MS = 300;

const order = readOrder();
const message = Buffer.alloc(order.messageBytes);
const farewell = Buffer.alloc(1);

async function receive(stream: Duplex): Promise<void> {
  const receipt = new Receipt();
  await new Promise<void>((resolve) => {
    stream.on("data", ({ length }: Buffer) => {
      if (length === 1) return resolve();
      receipt.add(length, true);
      receipt.mark();
    });
  });
  receipt.print();
}

async function send(stream: Duplex): Promise<void> {
  const dispatch = new Dispatch(order.seconds);
  await new Promise<void>((resolve) => {
    // It may wait for room for longer than the time is.
    const limit = setTimeout(resolve, order.seconds * 1000);
    const pump = (): void => {
      for (let count = 0; count < WRITES_PER_TURN; count += 1) {
        if (dispatch.isOver) {
          clearTimeout(limit);
          return resolve();
        }
        dispatch.messages += 1;
        if (!stream.write(message)) {
          stream.once("drain", pump);
          return;
        }
      }
      setImmediate(pump);
    };
    pump();
  });
  dispatch.print(order.messageBytes);
  await sayFarewell(stream);
}

async function sayFarewell(stream: Duplex): Promise<void> {
  for (let count = 0; count < FAREWELLS; count += 1) {
    stream.write(farewell);
    await delay(FAREWELL_MS);
  }
}

async function echo(stream: Duplex): Promise<void> {
  await new Promise<void>((resolve) => {
    stream.on("data", (data: Buffer) => {
      if (data.length === 1) resolve();
      else stream.write(data);
    });
  });
  printResult({});
}

async function ping(stream: Duplex): Promise<void> {
  const roundTrips = new RoundTrips(order.seconds);
  const start = (): void => {
    roundTrips.begin();
    stream.write(message);
  };
  await new Promise<void>((resolve) => {
    stream.on("data", () => {
      if (roundTrips.finish()) resolve();
      else start();
    });
    start();
  });
  roundTrips.print();
  await sayFarewell(stream);
}

async function openUdp(): Promise<Socket> {
  const socket = createSocket({
    type: "udp4",
    recvBufferSize: order.udpBufferBytes,
    sendBufferSize: order.udpBufferBytes,
  });
  socket.bind(order.localUdpPort, "127.0.0.1");
  await once(socket, "listening");
  return socket;
}

const isListening = order.role === "receive" || order.role === "echo";
const { default: sctp } = await loadPackage<SctpPackage>("sctp");
const stream = sctp.connect({
  passive: isListening,
  // Each end takes its UDP port as its SCTP port.
  localPort: order.localUdpPort,
  port: order.remoteUdpPort,
  udpTransport: await openUdp(),
  udpPeer: { address: "127.0.0.1", port: order.remoteUdpPort },
  MIS: STREAMS,
  OS: STREAMS,
  readableHighWaterMark: BUFFER_BYTES,
  writableHighWaterMark: Math.max(WRITE_BUFFER_BYTES, 2 * order.messageBytes),
});
if (isListening) {
  console.log("ready");
} else {
  await once(stream, "connect");
  console.log("ready");
}
if (order.role === "receive") await receive(stream);
else if (order.role === "send") await send(stream);
else if (order.role === "echo") await echo(stream);
else if (order.role === "ping") await ping(stream);
// It has sockets and timers that nobody else ends.
process.exit(0);
