/**
 * What a bulk transfer reaches over a link of a given rate, by loss, delay and receive buffer, in virtual time: the
 * same figures on every machine, so that a change of what RFC 9260 §7 has the stack do shows as a difference.
 *
 * @module
 */

import { AF_INET, IPPROTO_SCTP, SCTP_INITMSG, SOCK_STREAM } from "../../src/sockets/constants.js";
import { SctpSocket } from "../../src/sockets/sctp-socket.js";
import type { ReceivedMessage } from "../../src/sockets/types.js";
import { MemoryNetwork } from "../../src/userland/memory-network.js";
import { SeededEntropy } from "../../src/userland/seeded-entropy.js";
import { createUserlandProvider } from "../../src/userland/userland-provider.js";
import { VirtualClock } from "../../src/userland/virtual-clock.js";

/** The shares of packets that get lost. */
const LOSSES = [0, 0.001, 0.01, 0.05];
/** One way, in milliseconds. */
const DELAYS_MS = [1, 10, 50];
const RECEIVE_BUFFERS_BYTES = [64 * 1024, 256 * 1024, 1024 * 1024];
/** 20 Mbit/s. */
const RATE_BYTES_PER_SECOND = 2_500_000;
/** What the router in front of the link holds: 20 ms. */
const QUEUE_LIMIT_BYTES = 50_000;
const MESSAGE_BYTES = 16 * 1024;
/** How long each transfer lasts, in virtual time. */
const DURATION_MS = 5_000;
const RECEIVE_AT_ONCE = 64;
const [CLIENT, SERVER, PORT] = ["10.0.0.1", "10.0.0.2", 5001];

interface Cell {
  readonly loss: number;
  readonly delayMs: number;
  readonly receiveBufferBytes: number;
}

function guard(calls: () => void): void {
  try {
    calls();
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) throw error;
  }
}

/** Sends whenever there is room. */
function keepSending(socket: SctpSocket): void {
  const message = new Uint8Array(MESSAGE_BYTES);
  const send = (): void => {
    guard(() => {
      for (;;) socket.nonblocking.sctp_sendv(message, { info: { snd_sid: 0 } });
    });
  };
  socket.on("writable", send);
  send();
}

/** Reads whatever comes. @returns how many bytes have come so far */
function keepReceiving(socket: SctpSocket): () => number {
  let lengthBytes = 0;
  const received: ReceivedMessage[] = [];
  const receive = (): void => {
    guard(() => {
      for (;;) {
        received.length = 0;
        socket.nonblocking.receiveMany(RECEIVE_AT_ONCE, received);
        for (const { data } of received) lengthBytes += data.length;
      }
    });
  };
  socket.on("readable", receive);
  receive();
  return () => lengthBytes;
}

/** Runs one cell. @returns what has arrived, bytes per second */
async function measure({ loss, delayMs, receiveBufferBytes }: Cell): Promise<number> {
  const clock = new VirtualClock();
  const faults = {
    loss,
    delayMs,
    rateBytesPerSecond: RATE_BYTES_PER_SECOND,
    queueLimitBytes: QUEUE_LIMIT_BYTES,
  };
  const network = new MemoryNetwork({ clock, seed: 1, faults, checksum: "none" });
  const [client, listener] = [CLIENT, SERVER].map((address, index) => {
    const provider = createUserlandProvider({
      lowerLayer: network.host(address),
      clock,
      entropy: new SeededEntropy(index + 1),
      config: { receiveBufferBytes },
      closeLimitMs: 0,
    });
    const socket = new SctpSocket(AF_INET, SOCK_STREAM, { provider });
    socket.setsockopt(IPPROTO_SCTP, SCTP_INITMSG, { sinit_num_ostreams: 1 });
    return socket;
  }) as [SctpSocket, SctpSocket];
  listener.bind({ address: SERVER, port: PORT });
  listener.listen();
  const accepting = listener.accept();
  await clock.until(client.connect({ address: SERVER, port: PORT }));
  const server = (await clock.until(accepting)).socket;
  const receivedBytes = keepReceiving(server);
  keepSending(client);
  await clock.advanceBy(DURATION_MS);
  const arrivedBytes = receivedBytes();
  await clock.until(Promise.all([client.close(), server.close(), listener.close()]));
  return (arrivedBytes * 1000) / DURATION_MS;
}

/** The table, as it is checked in. */
export async function throughputTable(): Promise<string> {
  const lines = [
    "# Throughput in the simulation",
    "",
    `Mbit/s of user data over a link of ${(RATE_BYTES_PER_SECOND * 8) / 1e6} Mbit/s with ${QUEUE_LIMIT_BYTES / 1000} kB of queue, ` +
      `one association, messages of ${MESSAGE_BYTES / 1024} KiB, ${DURATION_MS / 1000} s of virtual time.`,
    "Written by `npm run throughput`; `npm test` compares. Delays are one way.",
    "",
    `| loss | delay | ${RECEIVE_BUFFERS_BYTES.map((bytes) => `buffer ${bytes / 1024} KiB`).join(" | ")} |`,
    `| ---: | ---: | ${RECEIVE_BUFFERS_BYTES.map(() => "---:").join(" | ")} |`,
  ];
  for (const loss of LOSSES) {
    for (const delayMs of DELAYS_MS) {
      const figures: string[] = [];
      for (const receiveBufferBytes of RECEIVE_BUFFERS_BYTES) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other, so that memory stays small
        const bytesPerSecond = await measure({ loss, delayMs, receiveBufferBytes });
        figures.push(((bytesPerSecond * 8) / 1e6).toFixed(2));
      }
      lines.push(`| ${loss * 100} % | ${delayMs} ms | ${figures.join(" | ")} |`);
    }
  }
  return `${lines.join("\n")}\n`;
}
