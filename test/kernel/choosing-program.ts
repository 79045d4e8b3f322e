/**
 * Prints which provider a socket gets, and whether anything was said about it.
 *
 * @module
 */

import { AF_INET, type ProviderChoice, SctpSocket, SOCK_STREAM } from "../../src/index.js";

process.on("warning", (warning) => {
  console.log(`warning: ${(warning as NodeJS.ErrnoException).code}`);
});

async function tryChoice(provider: ProviderChoice): Promise<void> {
  try {
    const socket = new SctpSocket(AF_INET, SOCK_STREAM, { provider });
    console.log(`${provider}: ${socket.provider}`);
    await socket.close();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    console.log(`${provider}: ${code}, ${/modprobe sctp/.exec(message)?.[0] ?? message}`);
  }
}

await tryChoice("auto");
await tryChoice("kernel");
