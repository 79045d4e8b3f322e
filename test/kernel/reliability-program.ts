/**
 * Runs on a host: one end of an association whose messages need not arrive, but for some. The sender notes which it was
 * told of, the receiver which have come.
 *
 * @module
 */

import { setTimeout as delay } from "node:timers/promises";
import {
  AF_INET,
  IPPROTO_SCTP,
  SCTP_EVENT,
  SCTP_NODELAY,
  SCTP_PR_ASSOC_STATUS,
  SCTP_PR_SCTP_ALL,
  SCTP_PR_SUPPORTED,
  SCTP_RTOINFO,
  SCTP_SEND_FAILED_EVENT,
  SCTP_SENDER_DRY_EVENT,
  SctpSocket,
  type sctp_prinfo,
  SO_SNDBUF,
  SOCK_STREAM,
  SOL_SOCKET,
} from "../../src/index.js";
import { createUserlandProvider, RawIp } from "../../src/userland/index.js";
import { serve } from "./remote.js";

/** What an end is. */
interface EndOptions {
  readonly carrier: "userland" | "kernel";
  readonly address: string;
  readonly port: number;
}

/** What is sent. */
export interface Series {
  readonly count: number;
  /** How reliably; every {@link RELIABLE_EVERY}th is sent reliably. */
  readonly pr_policy: number;
  /** The values that they take in turn. */
  readonly pr_values: readonly number[];
  /** How many leave before a pause of a few milliseconds. */
  readonly burst: number;
}

/** What the sender knows of its messages, by their numbers. */
export interface SentSeries {
  readonly taken: readonly number[];
  readonly failed: readonly number[];
  /** What SCTP_PR_ASSOC_STATUS says: given up unsent, and sent. */
  readonly abandoned: readonly [unsent: number, sent: number];
  readonly isSupported: boolean;
}

/** Every so many messages one is reliable; the last ones are too. */
export const RELIABLE_EVERY = 10;
export const STREAMS = 4;
const PAUSE_MS = 5;
const SEND_BUFFER_BYTES = 32_768;

let socket: SctpSocket | undefined;
let listener: SctpSocket | undefined;

function theSocket(): SctpSocket {
  if (socket === undefined) throw new Error("there is no association");
  return socket;
}

/** Whether a message is sent reliably. */
export function isReliable(number: number, count: number): boolean {
  return number % RELIABLE_EVERY === 0 || number >= count - STREAMS;
}

/** A message that is its number, again and again: a fragment of it says so too. */
function messageOf(number: number): Uint8Array {
  const data = new Uint8Array(4 * (50 + ((number * 97) % 900)));
  const view = new DataView(data.buffer);
  for (let offset = 0; offset < data.length; offset += 4) view.setUint32(offset, number);
  return data;
}

function numberIn(data: Uint8Array): number {
  return new DataView(data.buffer, data.byteOffset).getUint32(0);
}

/** Sends one message. @returns whether it was taken; a message that finds no room is left out, unless it is reliable */
async function sendOne(number: number, { count, pr_policy, pr_values }: Series): Promise<boolean> {
  const sendv_sndinfo = { snd_sid: number % STREAMS };
  const sendv_prinfo: sctp_prinfo = { pr_policy, pr_value: pr_values[number % pr_values.length] ?? 0 };
  if (isReliable(number, count)) {
    await theSocket().sctp_sendv(messageOf(number), { info: { sendv_sndinfo } });
    return true;
  }
  try {
    theSocket().nonblocking.sctp_sendv(messageOf(number), { info: { sendv_sndinfo, sendv_prinfo } });
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code === "EAGAIN") return false;
    throw error;
  }
}

/** Notes what has failed until nothing is on its way any more. */
async function collectFailures(failed: Set<number>, isOver: () => boolean): Promise<void> {
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- in their order
    const { notification } = await theSocket().sctp_recvv();
    if (notification?.sn_type === SCTP_SEND_FAILED_EVENT) failed.add(numberIn(notification.ssfe_data));
    if (notification?.sn_type === SCTP_SENDER_DRY_EVENT && isOver()) return;
  }
}

async function send(series: Series): Promise<SentSeries> {
  const taken: number[] = [];
  const failed = new Set<number>();
  let isOver = false;
  const collecting = collectFailures(failed, () => isOver);
  for (let number = 0; number < series.count; number += 1) {
    isOver = number === series.count - 1;
    // oxlint-disable-next-line no-await-in-loop -- in their order
    if (await sendOne(number, series)) taken.push(number);
    // oxlint-disable-next-line no-await-in-loop
    if (number % series.burst === 0) await delay(PAUSE_MS);
  }
  await collecting;
  const status = theSocket().getsockopt(IPPROTO_SCTP, SCTP_PR_ASSOC_STATUS, {
    sprstat_policy: SCTP_PR_SCTP_ALL,
  });
  const isSupported = theSocket().getsockopt(IPPROTO_SCTP, SCTP_PR_SUPPORTED).assoc_value === 1;
  await theSocket().close();
  const abandoned = [status.sprstat_abandoned_unsent, status.sprstat_abandoned_sent] as const;
  return { taken, failed: [...failed], abandoned, isSupported };
}

const functions = {
  open: ({ carrier, address, port }: EndOptions): void => {
    const provider = carrier === "kernel" ? "kernel" : createUserlandProvider({ lowerLayer: new RawIp() });
    socket = new SctpSocket(AF_INET, SOCK_STREAM, { provider });
    socket.setsockopt(IPPROTO_SCTP, SCTP_RTOINFO, { srto_initial: 200, srto_min: 100, srto_max: 2000 });
    socket.setsockopt(IPPROTO_SCTP, SCTP_NODELAY, 1);
    socket.setsockopt(SOL_SOCKET, SO_SNDBUF, SEND_BUFFER_BYTES);
    for (const se_type of [SCTP_SEND_FAILED_EVENT, SCTP_SENDER_DRY_EVENT])
      socket.setsockopt(IPPROTO_SCTP, SCTP_EVENT, { se_type, se_on: 1 });
    socket.bind({ address, port });
  },
  listen: (): void => {
    listener = theSocket();
    listener.listen(1);
  },
  accept: async (): Promise<void> => {
    ({ socket } = (await listener?.accept()) ?? {});
  },
  connect: async (to: { address: string; port: number }): Promise<void> => {
    await theSocket().connect(to);
  },
  send,
  /** Receives to the end. @returns the numbers of the messages in the order in which they have come */
  receiveAll: async (): Promise<number[]> => {
    const numbers: number[] = [];
    for await (const { data, notification } of theSocket()) {
      if (notification !== undefined) continue;
      const number = numberIn(data);
      if (Buffer.compare(data, messageOf(number)) !== 0) throw new Error(`message ${number} has other bytes`);
      numbers.push(number);
    }
    await theSocket().close();
    return numbers;
  },
  /** Ends what is left. */
  end: async (): Promise<void> => {
    await listener?.close();
  },
};

/** What the program offers. */
export type ReliabilityFunctions = typeof functions;

if (process.send !== undefined) serve(functions);
