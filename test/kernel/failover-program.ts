/**
 * Runs on a host: one end of an association over two paths, which gives a message every few milliseconds or takes them
 * and notes how long each was on its way. Both hosts of a run are in one kernel, so that they have one monotonic clock.
 *
 * @module
 */

import { setTimeout as delay } from "node:timers/promises";
import {
  AF_INET,
  IPPROTO_SCTP,
  SCTP_BINDX_ADD_ADDR,
  SCTP_NODELAY,
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

let socket: SctpSocket | undefined;
let listener: SctpSocket | undefined;

function theSocket(): SctpSocket {
  if (socket === undefined) throw new Error("there is no association");
  return socket;
}

function nowMs(): number {
  return Number(process.hrtime.bigint() / 1000n) / 1000;
}

async function receiveAll(): Promise<number[]> {
  const delaysMs: number[] = [];
  for await (const { data } of theSocket()) {
    const view = new DataView(data.buffer, data.byteOffset);
    if (view.getUint32(0) !== delaysMs.length) {
      throw new Error(`message ${view.getUint32(0)} came in the place of ${delaysMs.length}`);
    }
    delaysMs.push(nowMs() - view.getFloat64(4));
  }
  await theSocket().close();
  return delaysMs;
}

async function sendFor({ durationMs, everyMs }: { durationMs: number; everyMs: number }): Promise<number> {
  const start = nowMs();
  let sent = 0;
  while (nowMs() < start + durationMs) {
    const data = new Uint8Array(FAILOVER_MESSAGE_BYTES);
    const view = new DataView(data.buffer);
    view.setUint32(0, sent);
    view.setFloat64(4, nowMs());
    // oxlint-disable-next-line no-await-in-loop -- in their order
    await theSocket().sctp_sendv(data, { info: { snd_sid: 0 } });
    sent += 1;
    // oxlint-disable-next-line no-await-in-loop -- a message every few milliseconds, however long the last one took
    await delay(Math.max(0, start + sent * everyMs - nowMs()));
  }
  await theSocket().close();
  return sent;
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
  },
  connect: ({ address, port }: { address: string; port: number }): Promise<void> =>
    theSocket().connect({ address, port }),
  sendFor,
  receiveAll,
  /** Ends what is left; our own stack has answered a repeated SHUTDOWN ACK as long as its listener was there. */
  end: async (): Promise<void> => {
    await listener?.close();
  },
};

/** What the program offers. */
export type FailoverFunctions = typeof functions;

serve(functions);
