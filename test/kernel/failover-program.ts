/**
 * Runs on a host: one end of an association over two paths, which gives a message every few milliseconds or takes them
 * and notes how long each was on its way. Both hosts of a run are in one kernel, so that they have one monotonic clock.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import {
  AF_INET,
  IPPROTO_SCTP,
  SCTP_BINDX_ADD_ADDR,
  SCTP_GET_PEER_ADDR_INFO,
  SCTP_NODELAY,
  SCTP_UNCONFIRMED,
  type SctpAddress,
  SctpSocket,
  SOCK_STREAM,
} from "../../src/index.js";
import { createUserlandProvider, RawIp } from "../../src/userland/index.js";
import type { AssociationConfigChange } from "../../src/stack/config.js";
import { FAILOVER_MESSAGE_BYTES } from "../sim/failover.js";
import { serve } from "./remote.js";

/** What an end is. */
interface EndOptions {
  /** Our own stack with these parameters, or the kernel, which its sysctls tell them. */
  readonly config: AssociationConfigChange | undefined;
  readonly addresses: readonly string[];
  readonly port: number;
}

/** From when to when, in milliseconds of the kernel's clock. */
export type Span = readonly [fromMs: number, toMs: number];

const LOOK_INTERVAL_MS = 20;

/** The kernel's timers go off every 10 ms, so that a timer of that length is not late before twice as much is over. */
const TICK_MS = 10;

let socket: SctpSocket | undefined;
let listener: SctpSocket | undefined;

function theSocket(): SctpSocket {
  if (socket === undefined) throw new Error("there is no association");
  return socket;
}

function stateOf(spinfo_address: SctpAddress): number {
  return theSocket().getsockopt(IPPROTO_SCTP, SCTP_GET_PEER_ADDR_INFO, { spinfo_address }).spinfo_state;
}

function nowMs(): number {
  return Number(process.hrtime.bigint() / 1000n) / 1000;
}

/** Answers when each message was handed over, and when it was received. */
async function receiveAll(): Promise<Span[]> {
  const spans: Span[] = [];
  for await (const { data } of theSocket()) {
    const view = new DataView(data.buffer, data.byteOffset);
    if (view.getUint32(0) !== spans.length) {
      throw new Error(`message ${view.getUint32(0)} came in the place of ${spans.length}`);
    }
    spans.push([view.getFloat64(4), nowMs()]);
  }
  await theSocket().close();
  return spans;
}

let isSending = false;

/** When this program had to wait for the machine: messages are late by as much, and no stack can help it. */
const stalls: Span[] = [];

function noteStalls(): void {
  let due = nowMs() + TICK_MS;
  const look = (): void => {
    const now = nowMs();
    if (now > due + TICK_MS) stalls.push([due, now]);
    due = now + TICK_MS;
  };
  setInterval(look, TICK_MS).unref();
}

/** Sends until it is told to stop. @returns how many messages */
async function sendEvery(everyMs: number): Promise<number> {
  const start = nowMs();
  let messages = 0;
  for (isSending = true; isSending; messages += 1) {
    const data = new Uint8Array(FAILOVER_MESSAGE_BYTES);
    const view = new DataView(data.buffer);
    view.setUint32(0, messages);
    view.setFloat64(4, nowMs());
    // oxlint-disable-next-line no-await-in-loop -- in their order
    await theSocket().sctp_sendv(data, { info: { snd_sid: 0 } });
    // oxlint-disable-next-line no-await-in-loop -- a message every few milliseconds, however long the last one took
    await delay(Math.max(0, start + (messages + 1) * everyMs - nowMs()));
  }
  await theSocket().close();
  return messages;
}

const functions = {
  open: ({ config, addresses, port }: EndOptions): void => {
    const provider =
      config === undefined ? "kernel" : createUserlandProvider({ lowerLayer: new RawIp(), config });
    socket = new SctpSocket(AF_INET, SOCK_STREAM, { provider });
    socket.setsockopt(IPPROTO_SCTP, SCTP_NODELAY, 1);
    socket.sctp_bindx(
      addresses.map((address) => ({ address, port })),
      SCTP_BINDX_ADD_ADDR,
    );
  },
  listen: (): void => {
    listener = theSocket();
    listener.listen(1);
  },
  accept: async (): Promise<void> => {
    ({ socket } = (await listener?.accept()) ?? {});
    noteStalls();
  },
  connect: async (to: { address: string; port: number }): Promise<void> => {
    await theSocket().connect(to);
    noteStalls();
  },
  /** Settles when every path may carry data (RFC 9260 §5.4). */
  confirmed: async (): Promise<void> => {
    for (const path of theSocket().sctp_getpaddrs()) {
      // oxlint-disable-next-line no-await-in-loop -- no event tells of those that were confirmed before
      while (stateOf(path) === SCTP_UNCONFIRMED) await delay(LOOK_INTERVAL_MS);
    }
  },
  stalls: (): Span[] => stalls,
  sendEvery,
  stopSending: (): void => {
    isSending = false;
  },
  /** The bytes that have left over each of these links of the host. */
  sentBytes: (links: readonly string[]): number[] =>
    links.map((link) => Number(readFileSync(`/sys/class/net/${link}/statistics/tx_bytes`, "utf8"))),
  receiveAll,
  /** Ends what is left; our own stack has answered a repeated SHUTDOWN ACK as long as its listener was there. */
  end: async (): Promise<void> => {
    await listener?.close();
  },
};

/** What the program offers. */
export type FailoverFunctions = typeof functions;

serve(functions);
