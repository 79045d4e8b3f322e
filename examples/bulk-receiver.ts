// Receives many messages with few calls: no promise and no event for each.
//
//   npm run example -- bulk-receiver [port]    and then bulk-sender in another window

import { AF_INET, type ReceivedMessage, SctpSocket, SOCK_STREAM } from "sctpkit";

const AT_ONCE = 256;
const port = Number(process.argv[2] ?? 5001);

const listening = new SctpSocket(AF_INET, SOCK_STREAM);
listening.bind({ address: "127.0.0.1", port });
listening.listen();
console.log("ready");
const { socket } = await listening.accept();

let count = 0;
let bytes = 0;
// One array for all calls.
const messages: ReceivedMessage[] = [];

/** Takes what is there, until there is no more; answers whether the peer has ended. */
function receiveAll(): boolean {
  do {
    messages.length = 0;
    try {
      socket.nonblocking.receiveMany(AT_ONCE, messages);
    } catch (error) {
      // Nothing is there, or nothing is there yet.
      if (error instanceof Error && "code" in error && error.code === "EAGAIN") return false;
      throw error;
    }
    for (const { data, flags } of messages) {
      if (data.length === 0 && flags === 0) return true;
      count += 1;
      bytes += data.length;
    }
    // Fewer than a call takes are all that there are: the socket tells by "readable" when another try is worth it.
  } while (messages.length === AT_ONCE);
  return false;
}

await new Promise<void>((resolve) => {
  const receive = (): void => {
    if (!receiveAll()) return;
    socket.off("readable", receive);
    resolve();
  };
  socket.on("readable", receive);
  receive();
});
console.log(`${count} messages, ${bytes} bytes`);
await Promise.all([socket.close(), listening.close()]);
