// Sends many messages with few calls: no promise for each, and a wait only where there is no room.
//
//   npm run example -- bulk-sender [port] [messages]    while bulk-receiver runs in another window

import { once } from "node:events";
import { AF_INET, type OutgoingMessage, SctpSocket, SOCK_STREAM } from "sctpkit";

const AT_ONCE = 64;
const MESSAGE_BYTES = 100;
const port = Number(process.argv[2] ?? 5001);
const wanted = Number(process.argv[3] ?? 100_000);

const socket = new SctpSocket(AF_INET, SOCK_STREAM);
await socket.connect({ address: "127.0.0.1", port });

/** Gives messages to the socket until it takes no more; answers how many it has taken. */
function sendSome(messages: readonly OutgoingMessage[]): number {
  try {
    return socket.nonblocking.sendMany(messages);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EAGAIN") return 0;
    throw error;
  }
}

// What has been taken was copied, so that the same bytes can be used again.
const data = new Uint8Array(MESSAGE_BYTES).fill("A".charCodeAt(0));
const batch: OutgoingMessage[] = Array.from({ length: AT_ONCE }, () => ({ data }));
for (let sent = 0; sent < wanted; ) {
  const messages = batch.slice(0, wanted - sent);
  const taken = sendSome(messages);
  sent += taken;
  // One promise for as many messages as there was room for: what a peer acknowledges makes room for more.
  if (taken < messages.length) await once(socket, "writable");
}
await socket.close();
