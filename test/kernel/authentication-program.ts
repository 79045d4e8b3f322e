/**
 * Runs on a host: one side of an association that authenticates, over our own stack or the kernel's.
 *
 * @module
 */

import {
  AF_INET,
  IPPROTO_SCTP,
  SCTP_AUTH_ACTIVE_KEY,
  SCTP_AUTH_CHUNK,
  SCTP_AUTH_KEY,
  SCTP_AUTHENTICATION_EVENT,
  SCTP_EVENT,
  SCTP_FUTURE_ASSOC,
  SCTP_HMAC_IDENT,
  SCTP_LOCAL_AUTH_CHUNKS,
  SCTP_PEER_AUTH_CHUNKS,
  SCTP_RTOINFO,
  SctpSocket,
  SO_LINGER,
  SOCK_STREAM,
  SOL_SOCKET,
} from "../../src/index.js";
import { createUserlandProvider, RawIp } from "../../src/userland/index.js";
import { serve } from "./remote.js";

/** How a side authenticates. */
export interface AuthenticatingSide {
  readonly carrier: "userland" | "kernel";
  readonly address: string;
  readonly port: number;
  /** The types of chunks that it takes only if they are authenticated. */
  readonly chunkTypes: readonly number[];
  /** The algorithms that the peer is asked to use. */
  readonly hmacIdentifiers: readonly number[];
  /** Its keys, by their numbers; the first is the active one. */
  readonly keys: readonly (readonly [keyNumber: number, secret: string])[];
}

/** What a side has received. */
export interface Received {
  readonly texts: readonly string[];
  /** What was told of keys: the indications and the keys' numbers. */
  readonly events: readonly (readonly [indication: number, keyNumber: number])[];
}

let own: SctpSocket | undefined;
let socket: SctpSocket | undefined;
const texts: string[] = [];
const events: (readonly [number, number])[] = [];

function current(): SctpSocket {
  const one = socket ?? own;
  if (one === undefined) throw new Error("there is no socket");
  return one;
}

/** Takes everything in until the end of the peer. */
async function receiveAll(from: SctpSocket): Promise<void> {
  try {
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- in their order
      const { notification, data, flags } = await from.sctp_recvv();
      if (notification?.sn_type === SCTP_AUTHENTICATION_EVENT)
        events.push([notification.auth_indication, notification.auth_keynumber]);
      else if (notification === undefined && data.length > 0) texts.push(Buffer.from(data).toString());
      else if (notification === undefined && flags === 0) return;
    }
  } catch {
    // The association has ended, which the test asks for elsewhere.
  }
}

const functions = {
  open: ({ carrier, address, port, chunkTypes, hmacIdentifiers, keys }: AuthenticatingSide): void => {
    const provider = carrier === "kernel" ? "kernel" : createUserlandProvider({ lowerLayer: new RawIp() });
    own = new SctpSocket(AF_INET, SOCK_STREAM, { provider });
    const timeouts = { srto_initial: 200, srto_min: 100, srto_max: 2000 };
    own.setsockopt(IPPROTO_SCTP, SCTP_RTOINFO, { srto_assoc_id: SCTP_FUTURE_ASSOC, ...timeouts });
    const event = { se_assoc_id: SCTP_FUTURE_ASSOC, se_type: SCTP_AUTHENTICATION_EVENT, se_on: 1 };
    own.setsockopt(IPPROTO_SCTP, SCTP_EVENT, event);
    if (hmacIdentifiers.length > 0)
      own.setsockopt(IPPROTO_SCTP, SCTP_HMAC_IDENT, { shmac_idents: [...hmacIdentifiers] });
    for (const sauth_chunk of chunkTypes) own.setsockopt(IPPROTO_SCTP, SCTP_AUTH_CHUNK, { sauth_chunk });
    for (const [sca_keynumber, secret] of keys)
      own.setsockopt(IPPROTO_SCTP, SCTP_AUTH_KEY, { sca_keynumber, sca_key: Buffer.from(secret) });
    const [first] = keys;
    if (first !== undefined)
      own.setsockopt(IPPROTO_SCTP, SCTP_AUTH_ACTIVE_KEY, { scact_keynumber: first[0] });
    own.bind({ address, port });
  },
  listen: (): void => own?.listen(1),
  accept: async (): Promise<void> => {
    const accepted = await own?.accept();
    socket = accepted?.socket;
    void receiveAll(current());
  },
  connect: async ({ address, port }: { address: string; port: number }): Promise<void> => {
    await current().connect({ address, port });
    void receiveAll(current());
  },
  chunkLists: (): { own: number[]; peer: number[] } => ({
    own: current().getsockopt(IPPROTO_SCTP, SCTP_LOCAL_AUTH_CHUNKS).gauth_chunks,
    peer: current().getsockopt(IPPROTO_SCTP, SCTP_PEER_AUTH_CHUNKS).gauth_chunks,
  }),
  send: async ({ texts: list, keyNumber }: { texts: string[]; keyNumber?: number }): Promise<void> => {
    const info = keyNumber === undefined ? {} : { info: { auth_keynumber: keyNumber } };
    for (const text of list) {
      // oxlint-disable-next-line no-await-in-loop -- in their order
      await current().sctp_sendv(Buffer.from(text), info);
    }
  },
  received: (): Received => ({ texts: [...texts], events: [...events] }),
  abort: async (): Promise<void> => {
    for (const one of [socket, own]) {
      one?.setsockopt(SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: 0 });
      // oxlint-disable-next-line no-await-in-loop -- the association's before the listener
      await one?.close();
    }
  },
  close: async (): Promise<void> => {
    await socket?.close();
    await own?.close();
  },
};

/** What the program offers. */
export type AuthenticationFunctions = typeof functions;

serve(functions);
