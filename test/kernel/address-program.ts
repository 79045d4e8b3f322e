/**
 * Runs on a host: one end of an association whose addresses change while both ends send.
 *
 * @module
 */

import { setTimeout as delay } from "node:timers/promises";
import {
  AF_INET,
  IPPROTO_SCTP,
  SCTP_ADDR_ADDED,
  SCTP_ADDR_CONFIRMED,
  SCTP_ADDR_MADE_PRIM,
  SCTP_ADDR_REMOVED,
  SCTP_AUTO_ASCONF,
  SCTP_BINDX_ADD_ADDR,
  SCTP_BINDX_REM_ADDR,
  SCTP_EVENT,
  SCTP_NODELAY,
  SCTP_PEER_ADDR_CHANGE,
  SCTP_SET_PEER_PRIMARY_ADDR,
  SctpSocket,
  SOCK_STREAM,
} from "../../src/index.js";
import { createKernelProvider } from "../../src/kernel/kernel-provider.js";
import { createUserlandProvider, RawIp } from "../../src/userland/index.js";
import { serve } from "./remote.js";

/** What an end is. */
export interface AddressEndOptions {
  readonly provider: "userland" | "kernel";
  /** What it is bound to; none for the wildcard, whose associations follow the host's addresses. */
  readonly addresses: readonly string[];
  readonly port: number;
}

const MESSAGE_BYTES = 100;
const MESSAGE_EVERY_MS = 3;
/** Counted in looks, so that a machine which stands still does not use it up. */
const CHANGE_LIMIT_MS = 30_000;
const LOOK_INTERVAL_MS = 20;
/** An end that a busy machine delays is no abort: the usual limit is 10 s. */
const CLOSE_LIMIT_MS = 60_000;

const CHANGES: Readonly<Record<number, string>> = {
  [SCTP_ADDR_ADDED]: "added",
  [SCTP_ADDR_CONFIRMED]: "confirmed",
  [SCTP_ADDR_MADE_PRIM]: "made primary",
  [SCTP_ADDR_REMOVED]: "removed",
};

let socket: SctpSocket | undefined;
let listener: SctpSocket | undefined;
/** What this end was told of its peer's addresses. */
const told: string[] = [];
let isSending = false;
let received = 0;
let sending: Promise<void> = Promise.resolve();
let loops: Promise<unknown> = Promise.resolve();

function theSocket(): SctpSocket {
  if (socket === undefined) throw new Error("there is no association");
  return socket;
}

async function until(what: string, isDone: () => boolean): Promise<void> {
  for (let waited = 0; !isDone(); waited += LOOK_INTERVAL_MS) {
    if (waited > CHANGE_LIMIT_MS)
      throw new Error(`${what} did not come; told: ${told.join()}, received: ${received}`);
    // oxlint-disable-next-line no-await-in-loop -- one look after the other
    await delay(LOOK_INTERVAL_MS);
  }
}

/** Takes what comes, messages in their order, to the peer's end. */
async function receiveAll(): Promise<void> {
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- in their order
    const { data, notification, flags } = await theSocket().sctp_recvv();
    if (notification?.sn_type === SCTP_PEER_ADDR_CHANGE) {
      told.push(
        `${CHANGES[notification.spc_state] ?? notification.spc_state} ${notification.spc_aaddr.address}`,
      );
    } else if (data.length === 0 && flags === 0) {
      return;
    } else if (notification === undefined) {
      const number = new DataView(data.buffer, data.byteOffset).getUint32(0);
      if (number !== received) throw new Error(`message ${number} came in the place of ${received}`);
      received += 1;
    }
  }
}

let sent = 0;

async function sendAll(): Promise<void> {
  for (isSending = true; isSending; sent += 1) {
    const data = new Uint8Array(MESSAGE_BYTES);
    new DataView(data.buffer).setUint32(0, sent);
    // oxlint-disable-next-line no-await-in-loop -- in their order
    await theSocket().send(data);
    // oxlint-disable-next-line no-await-in-loop
    await delay(MESSAGE_EVERY_MS);
  }
}

function begin(): void {
  sending = sendAll();
  loops = Promise.all([receiveAll(), sending]);
  // Whoever ends the run is told; until then it is no unhandled rejection.
  loops.catch(() => undefined);
}

const functions = {
  open: ({ provider, addresses, port }: AddressEndOptions): void => {
    const config = { rtoInitialMs: 200, rtoMinMs: 100 };
    const closeLimitMs = CLOSE_LIMIT_MS;
    const chosen =
      provider === "kernel"
        ? createKernelProvider({ closeLimitMs })
        : createUserlandProvider({ lowerLayer: new RawIp(), config, closeLimitMs });
    socket = new SctpSocket(AF_INET, SOCK_STREAM, { provider: chosen });
    socket.setsockopt(IPPROTO_SCTP, SCTP_NODELAY, 1);
    socket.setsockopt(IPPROTO_SCTP, SCTP_EVENT, { se_type: SCTP_PEER_ADDR_CHANGE, se_on: 1 });
    if (addresses.length > 0) {
      socket.sctp_bindx(
        addresses.map((address) => ({ address, port })),
        SCTP_BINDX_ADD_ADDR,
      );
    } else {
      socket.bind({ address: "0.0.0.0", port });
      socket.setsockopt(IPPROTO_SCTP, SCTP_AUTO_ASCONF, 1);
    }
  },
  listen: (): void => {
    listener = theSocket();
    listener.listen(1);
  },
  accept: async (): Promise<void> => {
    ({ socket } = (await listener?.accept()) ?? {});
    begin();
  },
  connect: async (to: { address: string; port: number }): Promise<void> => {
    await theSocket().connect(to);
    begin();
  },
  add: (address: string): void => theSocket().sctp_bindx([{ address, port: 0 }], SCTP_BINDX_ADD_ADDR),
  remove: (address: string): void => theSocket().sctp_bindx([{ address, port: 0 }], SCTP_BINDX_REM_ADDR),
  askForPrimary: (address: string): void =>
    theSocket().setsockopt(IPPROTO_SCTP, SCTP_SET_PEER_PRIMARY_ADDR, { sspp_addr: { address, port: 0 } }),
  /** Waits until this end has been told of something. */
  toldOf: (change: string): Promise<void> => until(change, () => told.includes(change)),
  /** Waits until so many messages more have come. */
  further: (count: number): Promise<void> => {
    const wanted = received + count;
    return until(`message ${wanted}`, () => received >= wanted);
  },
  ownAddresses: (): string[] =>
    theSocket()
      .sctp_getladdrs()
      .map(({ address }) => address),
  peerAddresses: (): string[] =>
    theSocket()
      .sctp_getpaddrs()
      .map(({ address }) => address),
  /** Settles when the last message is sent, and counted. */
  stopSending: async (): Promise<void> => {
    isSending = false;
    await sending;
  },
  sentCount: (): number => sent,
  /** Waits until all messages of the peer have come. */
  receivedAll: async (count: number): Promise<void> => {
    await until(`message ${count}`, () => received >= count);
    if (received > count) throw new Error(`${received} messages came of ${count}`);
  },
  shutDown: async (): Promise<void> => {
    await theSocket().close();
  },
  /** The peer has ended the association. */
  end: async (): Promise<void> => {
    await loops;
    await theSocket().close();
    await listener?.close();
  },
  closeListener: async (): Promise<void> => {
    await listener?.close();
  },
};

/** What the program offers. */
export type AddressFunctions = typeof functions;

serve(functions);
