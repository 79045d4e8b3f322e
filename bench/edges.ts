import type { ReceivedMessage, SctpSocket } from "../src/index.js";

/**
 * Calls `attempt` until it would wait, and then again at every edge, until it answers true: how
 * `socket.nonblocking` is used. That it would wait EAGAIN says, or the answer "wait", behind a short count.
 *
 * @throws what `attempt` throws, but for EAGAIN
 */
export function untilDone(
  socket: SctpSocket,
  event: "readable" | "writable",
  attempt: () => boolean | "wait",
): Promise<void> {
  return new Promise((resolve, reject) => {
    const step = (): void => {
      try {
        let answer = attempt();
        while (answer === false) answer = attempt();
        if (answer === "wait") return;
      } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "EAGAIN") return;
        reject(error);
        return;
      }
      socket.off(event, step);
      resolve();
    };
    socket.on(event, step);
    step();
  });
}

/**
 * Receives messages, `max` at a time, or as many as there are, until `handle` answers true. Fewer are followed by an
 * edge, so that nobody asks only to be answered EAGAIN.
 *
 * @param into - memory of the program's own for each of them
 * @throws what `handle` throws
 */
export function receiveUntilDone(
  socket: SctpSocket,
  max: number,
  handle: (messages: readonly ReceivedMessage[]) => boolean,
  into?: readonly Uint8Array[],
): Promise<void> {
  const messages: ReceivedMessage[] = [];
  return untilDone(socket, "readable", () => {
    messages.length = 0;
    socket.nonblocking.receiveMany(max, messages, into);
    return handle(messages) || (messages.length < max && "wait");
  });
}
