/**
 * Drives our own stack for the bench, in the way in which bench/peers/usrsctp-bench.c drives usrsctp: the
 * same roles, arguments and results.
 *
 *   our-peer.js receive|send|echo|ping LOCAL_UDP_PORT REMOTE_UDP_PORT MESSAGE_BYTES SECONDS [promises]
 *
 * `receive` and `echo` listen. Without "promises" it uses `socket.nonblocking` and its events.
 *
 * @module
 */

import {
  AF_INET,
  IPPROTO_SCTP,
  SCTP_NODELAY,
  SctpSocket,
  SOCK_STREAM,
  SO_LINGER,
  SOL_SOCKET,
  type ReceivedMessage,
} from "../src/index.js";
import { untilDone } from "./edges.js";

const ADDRESS = "127.0.0.1";
const SCTP_PORT = 5001;
const MSG_EOR = 0x80;
/** A call takes as many messages as make so many bytes, but not more than so many messages. */
const SEND_AT_ONCE_BYTES = 64 * 1024;
const SEND_AT_ONCE = 64;
const RECEIVE_AT_ONCE = 256;
const WARM_UP_ROUND_TRIPS = 500;
const LINGER_SECONDS = 60;

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Counts what is received, from the first message to the last. */
class Receipt {
  #messages = 0;
  #bytes = 0;
  #first = 0;
  #last = 0;
  #cpuAtFirst = 0;

  /** Answers true at the end of the peer. */
  take({ data, flags }: ReceivedMessage): boolean {
    if (data.length === 0 && flags === 0) return true;
    if (this.#bytes === 0) {
      this.#first = performance.now();
      this.#cpuAtFirst = cpuSeconds();
    }
    this.#bytes += data.length;
    if ((flags & MSG_EOR) !== 0) this.#messages += 1;
    return false;
  }

  /** The time is looked at once for each batch. */
  mark(): void {
    this.#last = performance.now();
  }

  print(): void {
    printResult({
      messages: this.#messages,
      bytes: this.#bytes,
      seconds: (this.#last - this.#first) / 1000,
      cpuSeconds: cpuSeconds() - this.#cpuAtFirst,
    });
  }
}

function printResult(result: Readonly<Record<string, number>>): void {
  console.log(JSON.stringify(result));
}

async function receive(socket: SctpSocket, usesPromises: boolean): Promise<void> {
  const receipt = new Receipt();
  if (usesPromises) {
    for await (const message of socket) {
      receipt.take(message);
      receipt.mark();
    }
  } else {
    const messages: ReceivedMessage[] = [];
    await untilDone(socket, "readable", () => {
      messages.length = 0;
      socket.nonblocking.receiveMany(RECEIVE_AT_ONCE, messages);
      const isOver = messages.some((message) => receipt.take(message));
      if (!isOver) receipt.mark();
      return isOver;
    });
  }
  receipt.print();
}

interface Load {
  readonly lengthBytes: number;
  readonly seconds: number;
  readonly usesPromises: boolean;
}

async function send(socket: SctpSocket, { lengthBytes, seconds, usesPromises }: Load): Promise<void> {
  const data = new Uint8Array(lengthBytes);
  const start = performance.now();
  const end = start + seconds * 1000;
  const cpuAtStart = cpuSeconds();
  let messages = 0;
  if (usesPromises) {
    for (; performance.now() < end; messages += 1) await socket.sctp_sendv(data);
  } else {
    const length = Math.min(SEND_AT_ONCE, Math.max(1, Math.floor(SEND_AT_ONCE_BYTES / lengthBytes)));
    const batch = Array.from({ length }, () => ({ data }));
    await untilDone(socket, "writable", () => {
      messages += socket.nonblocking.sendMany(batch);
      return performance.now() >= end;
    });
  }
  printResult({
    messages,
    bytes: messages * lengthBytes,
    seconds: (performance.now() - start) / 1000,
    cpuSeconds: cpuSeconds() - cpuAtStart,
  });
}

async function echo(socket: SctpSocket, usesPromises: boolean): Promise<void> {
  socket.setsockopt(IPPROTO_SCTP, SCTP_NODELAY, 1);
  if (usesPromises) {
    for await (const { data } of socket) await socket.sctp_sendv(data);
  } else {
    await untilDone(socket, "readable", () => {
      const { data, flags } = socket.nonblocking.sctp_recvv();
      if (data.length === 0 && flags === 0) return true;
      socket.nonblocking.sctp_sendv(data);
      return false;
    });
  }
  printResult({});
}

/** Records the times of round trips until the time is over. */
class RoundTrips {
  readonly #micros: number[] = [];
  readonly #seconds: number;
  #count = 0;
  #sent = 0;
  #end = Number.POSITIVE_INFINITY;

  constructor(seconds: number) {
    this.#seconds = seconds;
  }

  begin(): void {
    this.#sent = performance.now();
  }

  /** Answers true when it was the last. */
  finish(): boolean {
    const now = performance.now();
    this.#count += 1;
    if (this.#count > WARM_UP_ROUND_TRIPS) this.#micros.push((now - this.#sent) * 1000);
    if (this.#count === WARM_UP_ROUND_TRIPS) this.#end = now + this.#seconds * 1000;
    return now >= this.#end;
  }

  print(): void {
    const sorted = this.#micros.sort((left, right) => left - right);
    const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
    printResult({ roundTrips: sorted.length, p50Micros: at(0.5), p99Micros: at(0.99) });
  }
}

async function ping(socket: SctpSocket, { lengthBytes, seconds, usesPromises }: Load): Promise<void> {
  socket.setsockopt(IPPROTO_SCTP, SCTP_NODELAY, 1);
  const data = new Uint8Array(lengthBytes);
  const roundTrips = new RoundTrips(seconds);
  if (usesPromises) {
    do {
      roundTrips.begin();
      await socket.sctp_sendv(data);
      await socket.sctp_recvv();
    } while (!roundTrips.finish());
  } else {
    const start = (): void => {
      roundTrips.begin();
      socket.nonblocking.sctp_sendv(data);
    };
    start();
    await untilDone(socket, "readable", () => {
      socket.nonblocking.sctp_recvv();
      const isOver = roundTrips.finish();
      if (!isOver) start();
      return isOver;
    });
  }
  roundTrips.print();
}

async function open(isListening: boolean): Promise<SctpSocket> {
  const socket = new SctpSocket(AF_INET, SOCK_STREAM);
  socket.setsockopt(SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: LINGER_SECONDS });
  if (!isListening) {
    await socket.connect({ address: ADDRESS, port: SCTP_PORT });
    console.log("ready");
    return socket;
  }
  socket.bind({ address: ADDRESS, port: SCTP_PORT });
  socket.listen(1);
  console.log("ready");
  const { socket: accepted } = await socket.accept();
  await socket.close();
  return accepted;
}

const [role, localUdpPort, remoteUdpPort, lengthBytes, seconds, face] = process.argv.slice(2);
process.env["SCTP_PROVIDER"] = "userland";
process.env["SCTP_UDP_LOCAL_PORT"] = localUdpPort;
process.env["SCTP_UDP_REMOTE_PORT"] = remoteUdpPort;
const load: Load = {
  lengthBytes: Number(lengthBytes),
  seconds: Number(seconds),
  usesPromises: face === "promises",
};
const socket = await open(role === "receive" || role === "echo");
if (role === "receive") await receive(socket, load.usesPromises);
else if (role === "send") await send(socket, load);
else if (role === "echo") await echo(socket, load.usesPromises);
else if (role === "ping") await ping(socket, load);
await socket.close();
