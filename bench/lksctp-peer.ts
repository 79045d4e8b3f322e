/**
 * Drives the package lksctp for the bench, in the way in which bench/peers/kernel-bench.c drives the kernel: the same
 * roles, arguments, options (it always asks for RCVINFO) and results.
 *
 *   lksctp-peer.js receive|send PORT MESSAGE_BYTES MESSAGES WARM_UP_MESSAGES
 *
 * It is no part of this project: SCTPKIT_BENCH_LKSCTP names the folder in which it is built.
 *
 * @module
 */

import { once } from "node:events";
import { createRequire } from "node:module";
import type { Duplex } from "node:stream";
import { resolve } from "node:path";
import { MessageCount } from "./message-count.js";

interface Server {
  on(event: "connection", listener: (socket: Duplex) => void): void;
  listen(options: { host: string; port: number }, callback: () => void): void;
  close(): void;
}

interface Lksctp {
  createServer(options: { noDelay: boolean }): Server;
  connect(options: { host: string; port: number; noDelay: boolean }): Duplex;
}

const ADDRESS = "127.0.0.1";
const MSG_EOR = 0x80;

async function receive(lksctp: Lksctp, port: number, count: MessageCount): Promise<void> {
  const server = lksctp.createServer({ noDelay: true });
  const connected = new Promise<Duplex>((accept) => {
    server.on("connection", accept);
  });
  server.listen({ host: ADDRESS, port }, () => console.log("ready"));
  const socket = await connected;
  server.close();
  // A chunk of this stream is a message: it throws when one comes in parts.
  socket.on("data", (data: Uint8Array) => count.add(data.length, MSG_EOR));
  await once(socket, "end");
  count.print();
}

async function send(lksctp: Lksctp, port: number, data: Uint8Array, messages: number): Promise<void> {
  const socket = lksctp.connect({ host: ADDRESS, port, noDelay: true });
  socket.resume();
  await once(socket, "connect");
  for (let sent = 0; sent < messages; sent += 1) if (!socket.write(data)) await once(socket, "drain");
  socket.end();
  await once(socket, "close");
}

const [role, port, lengthBytes, messages, warmUp] = process.argv.slice(2);
const folder = resolve(process.env["SCTPKIT_BENCH_LKSCTP"] ?? "");
const lksctp = createRequire(import.meta.url)(folder) as Lksctp;
if (role === "receive")
  await receive(lksctp, Number(port), new MessageCount(Number(messages), Number(warmUp)));
else await send(lksctp, Number(port), new Uint8Array(Number(lengthBytes)), Number(messages) + Number(warmUp));
