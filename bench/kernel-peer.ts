/**
 * Drives sctpkit's kernel provider for the bench, in the way in which bench/peers/kernel-bench.c drives the kernel:
 * the same roles, arguments, options and results.
 *
 *   kernel-peer.js receive|send PORT MESSAGE_BYTES MESSAGES WARM_UP_MESSAGES [promises]
 *
 * Without "promises" it uses `socket.nonblocking` and its events, several messages a call.
 *
 * @module
 */

import {
  AF_INET,
  IPPROTO_SCTP,
  SCTP_NODELAY,
  SCTP_RECVRCVINFO,
  SctpSocket,
  SOCK_STREAM,
} from "../src/index.js";
import { receiveUntilDone, untilDone } from "./edges.js";
import { MessageCount } from "./message-count.js";

const ADDRESS = "127.0.0.1";
/** A call takes as many messages as make so many bytes, but not more than so many messages. */
const SEND_AT_ONCE_BYTES = 256 * 1024;
const SEND_AT_ONCE = 64;
const RECEIVE_AT_ONCE = 256;

async function receive(socket: SctpSocket, count: MessageCount, usesPromises: boolean): Promise<void> {
  if (usesPromises) {
    for await (const { data, flags } of socket) count.add(data.length, flags);
    return;
  }
  await receiveUntilDone(socket, RECEIVE_AT_ONCE, (messages) => {
    for (const { data, flags } of messages) {
      if (data.length === 0 && flags === 0) return true;
      count.add(data.length, flags);
    }
    return false;
  });
}

interface Load {
  readonly lengthBytes: number;
  readonly messages: number;
  readonly usesPromises: boolean;
}

async function send(socket: SctpSocket, { lengthBytes, messages, usesPromises }: Load): Promise<void> {
  const data = new Uint8Array(lengthBytes);
  if (usesPromises) {
    for (let sent = 0; sent < messages; sent += 1) await socket.sctp_sendv(data);
    return;
  }
  const atOnce = Math.min(SEND_AT_ONCE, Math.max(1, Math.floor(SEND_AT_ONCE_BYTES / lengthBytes)));
  const batch = Array.from({ length: atOnce }, () => ({ data }));
  let left = messages;
  await untilDone(socket, "writable", () => {
    const rest = left < atOnce ? batch.slice(0, left) : batch;
    const taken = socket.nonblocking.sendMany(rest);
    left -= taken;
    return taken < rest.length ? "wait" : left === 0;
  });
}

function openSocket(): SctpSocket {
  const socket = new SctpSocket(AF_INET, SOCK_STREAM, { provider: "kernel" });
  socket.setsockopt(IPPROTO_SCTP, SCTP_NODELAY, 1);
  socket.setsockopt(IPPROTO_SCTP, SCTP_RECVRCVINFO, 1);
  return socket;
}

async function acceptOne(port: number): Promise<SctpSocket> {
  const listening = openSocket();
  listening.bind({ address: ADDRESS, port });
  listening.listen(1);
  console.log("ready");
  const { socket } = await listening.accept();
  await listening.close();
  return socket;
}

const [role, port, lengthBytes, messages, warmUp, face] = process.argv.slice(2);
const usesPromises = face === "promises";
if (role === "receive") {
  const count = new MessageCount(Number(messages), Number(warmUp));
  const socket = await acceptOne(Number(port));
  await receive(socket, count, usesPromises);
  await socket.close();
  count.print();
} else {
  const load: Load = {
    lengthBytes: Number(lengthBytes),
    messages: Number(messages) + Number(warmUp),
    usesPromises,
  };
  const socket = openSocket();
  await socket.connect({ address: ADDRESS, port: Number(port) });
  await send(socket, load);
  await socket.close();
}
