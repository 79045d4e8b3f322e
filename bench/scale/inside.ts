/**
 * What the inside of one association takes: streams that have been used, messages that wait to be sent and to be
 * received. Both ends in this process, over the memory network in virtual time:
 *
 *   node --expose-gc inside.js full|quick
 *
 * @module
 */

import {
  AF_INET,
  IPPROTO_SCTP,
  SCTP_INITMSG,
  SctpSocket,
  SO_RCVBUF,
  SO_SNDBUF,
  SOCK_STREAM,
  SOL_SOCKET,
  type ReceivedMessage,
} from "../../src/index.js";
import {
  createUserlandProvider,
  MemoryNetwork,
  SeededEntropy,
  VirtualClock,
} from "../../src/userland/index.js";
import { cpuMicros, print, usageAfterCollection } from "./usage.js";

const SERVER = { address: "10.0.0.2", port: 5001 };
const BUFFER_BYTES = 256 * 2 ** 20;
const MESSAGE_BYTES = 64;
const SETTLE_MS = 2000;
const isQuick = process.argv[2] === "quick";
const STREAMS = isQuick ? 5000 : 65_535;
/** Small messages for as long as the window is open (`RX_UNREAD_PIECES_MAX`). */
const MESSAGES = isQuick ? 2000 : 16_000;

const clock = new VirtualClock();
const network = new MemoryNetwork({ clock });
const data = new Uint8Array(MESSAGE_BYTES);
const received: ReceivedMessage[] = [];

function socketOn(address: string, seed: number): SctpSocket {
  const provider = createUserlandProvider({
    lowerLayer: network.host(address),
    clock,
    entropy: new SeededEntropy(seed),
  });
  const socket = new SctpSocket(AF_INET, SOCK_STREAM, { provider });
  socket.setsockopt(IPPROTO_SCTP, SCTP_INITMSG, {
    sinit_num_ostreams: STREAMS,
    sinit_max_instreams: STREAMS,
  });
  socket.setsockopt(SOL_SOCKET, SO_SNDBUF, BUFFER_BYTES);
  socket.setsockopt(SOL_SOCKET, SO_RCVBUF, BUFFER_BYTES);
  return socket;
}

/** The first that are there, up to so many; they are dropped. */
function receiveAll(socket: SctpSocket): number {
  let count = 0;
  try {
    for (;;) {
      received.length = 0;
      socket.nonblocking.receiveMany(1024, received);
      count += received.length;
    }
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) throw error;
  }
  received.length = 0;
  return count;
}

const sender = socketOn("10.0.0.1", 1);
const listener = socketOn(SERVER.address, 2);
listener.bind(SERVER);
listener.listen();
const accepting = listener.accept();
await clock.until(sender.connect(SERVER));
const { socket: receiver } = await clock.until(accepting);

/** Sends a message on each of the streams from `first` on, and has them received. */
async function useStreams(first: number, count: number): Promise<void> {
  for (let done = 0; done < count; ) {
    const batch = Math.min(4000, count - done);
    for (let index = 0; index < batch; index += 1) {
      sender.nonblocking.sctp_sendv(data, { info: { snd_sid: first + done + index } });
    }
    for (let left = batch; left > 0; left -= receiveAll(receiver)) await clock.advanceBy(SETTLE_MS);
    done += batch;
  }
}

async function main(): Promise<void> {
  // The code is compiled and the queues have grown before anything is compared.
  for (let round = 0; round < 3; round += 1) await useStreams(0, 100);
  const few = await usageAfterCollection();
  const start = cpuMicros();
  await useStreams(100, STREAMS - 100);
  const streamMicros = (cpuMicros() - start) / (STREAMS - 100);
  const many = await usageAfterCollection();
  const again = cpuMicros();
  await useStreams(100, STREAMS - 100);
  const usedStreamMicros = (cpuMicros() - again) / (STREAMS - 100);
  const empty = await usageAfterCollection();
  for (let index = 0; index < MESSAGES; index += 1) sender.nonblocking.sctp_sendv(data);
  const queued = await usageAfterCollection();
  await clock.advanceBy(SETTLE_MS);
  const arrived = await usageAfterCollection();
  const count = receiveAll(receiver);
  if (count !== MESSAGES) throw new Error(`${count} of ${MESSAGES} messages arrived`);
  print({
    "bytes of a stream, both ends": (many.liveBytes - few.liveBytes) / (STREAMS - 100),
    "CPU µs of a message on a new stream": streamMicros,
    "on a used one": usedStreamMicros,
    "bytes of a 64 B message to be sent": (queued.liveBytes - empty.liveBytes) / MESSAGES,
    "to be received": (arrived.liveBytes - empty.liveBytes) / MESSAGES,
  });
}

await main();
process.exit(0);
