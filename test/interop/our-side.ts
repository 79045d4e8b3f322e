/**
 * Our side of a case: sockets of the public API, in the test's own process, at the case's UDP ports.
 *
 * @module
 */

import { strict as assert } from "node:assert";
import {
  AF_INET,
  AF_INET6,
  IPPROTO_SCTP,
  type AddressFamily,
  MSG_EOR,
  type ReceivedMessage,
  SCTP_ADAPTATION_INDICATION,
  SCTP_ASSOC_CHANGE,
  SCTP_AUTH_ACTIVE_KEY,
  SCTP_AUTH_CHUNK,
  SCTP_AUTH_KEY,
  SCTP_EVENT,
  SCTP_FUTURE_ASSOC,
  SCTP_RECVRCVINFO,
  SCTP_RECVV_RCVINFO,
  SCTP_REMOTE_ERROR,
  SCTP_SEND_FAILED_EVENT,
  SCTP_SHUTDOWN_EVENT,
  SctpSocket,
  SO_LINGER,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_SOCKET,
  type sctp_notification,
  type sctp_rcvinfo,
} from "../../src/index.js";
import { createUserlandProvider, UdpEncapsulation } from "../../src/userland/index.js";
import { LossyLowerLayer } from "../support/lossy-lower-layer.js";
import type { CaseContext } from "./interop-case.js";

/** Everything that the cases want to hear of. */
const EVENTS = [
  SCTP_ASSOC_CHANGE,
  SCTP_SHUTDOWN_EVENT,
  SCTP_REMOTE_ERROR,
  SCTP_SEND_FAILED_EVENT,
  SCTP_ADAPTATION_INDICATION,
];

/** A message as a test wants it: whole, with what it was received with. */
export interface WholeMessage {
  readonly data: Uint8Array;
  readonly info: sctp_rcvinfo;
  /** How many receive calls it took. */
  readonly parts: number;
}

/** A socket that has been told to report everything, and what it has reported. */
export class OurSocket {
  /** The socket. */
  readonly socket: SctpSocket;
  /** The notifications that have been received so far. */
  readonly notifications: sctp_notification[] = [];

  /** Takes a socket over. */
  constructor(socket: SctpSocket) {
    this.socket = socket;
  }

  /** The states of the association change notifications so far. */
  get associationStates(): number[] {
    return this.notifications.flatMap((event) =>
      event.sn_type === SCTP_ASSOC_CHANGE ? [event.sac_state] : [],
    );
  }

  /**
   * Receives the next message as a whole and keeps the notifications before it.
   *
   * @returns `undefined` at the peer's end (one-to-one), and when `until` says so of a notification
   */
  async receive(
    until: (event: sctp_notification) => boolean = () => false,
  ): Promise<WholeMessage | undefined> {
    const pieces: Uint8Array[] = [];
    for (;;) {
      const message: ReceivedMessage = await this.socket.sctp_recvv({ lengthBytes: 16_384 });
      if (message.notification !== undefined) {
        this.notifications.push(message.notification);
        if (until(message.notification)) return undefined;
        continue;
      }
      if (message.data.length === 0 && message.flags === 0) return undefined;
      assert.equal(message.infotype, SCTP_RECVV_RCVINFO);
      pieces.push(message.data);
      if ((message.flags & MSG_EOR) === 0) continue;
      return { data: Buffer.concat(pieces), info: message.info, parts: pieces.length };
    }
  }

  /**
   * Receives until an association change of this state came; answers it. Messages on the way are thrown away.
   */
  async receiveAssociationChange(
    state: number,
  ): Promise<sctp_notification & { sn_type: typeof SCTP_ASSOC_CHANGE }> {
    for (;;) {
      let found: (sctp_notification & { sn_type: typeof SCTP_ASSOC_CHANGE }) | undefined;
      const message = await this.receive((event) => {
        if (event.sn_type === SCTP_ASSOC_CHANGE && event.sac_state === state) found = event;
        return found !== undefined;
      });
      if (found !== undefined) return found;
      if (message === undefined) throw new Error(`the end came before association state ${state}`);
    }
  }
}

/** How to make {@link OurSocket}. */
export interface OurSocketOptions {
  /** `AF_INET` unless said otherwise. */
  readonly family?: AddressFamily;
  /** One-to-one (the default) or one-to-many. */
  readonly style?: "one-to-one" | "one-to-many";
  /** Sets options before it is bound. */
  readonly prepare?: (socket: SctpSocket) => void;
  /** Which part of its packets, and of those to it, is lost, 0 to 1; the same ones each time, by their number. */
  readonly loss?: number;
}

/** DATA, SACK, HEARTBEAT and its answer, SHUTDOWN and its answer, ERROR, COOKIE ECHO and COOKIE ACK, FORWARD TSN. */
const AUTHENTICATED_TYPES = [0, 3, 4, 5, 7, 8, 9, 10, 11, 192];

/** Has the peer authenticate nearly everything that it sends (RFC 4895). */
export function wantAuthentication(socket: SctpSocket): void {
  for (const sauth_chunk of AUTHENTICATED_TYPES)
    socket.setsockopt(IPPROTO_SCTP, SCTP_AUTH_CHUNK, { sauth_chunk });
}

/** Has the peer authenticate nearly everything that it sends, and both use a key that they share, of number 1. */
export function shareKey(socket: SctpSocket, key: string): void {
  wantAuthentication(socket);
  const sca_key = new TextEncoder().encode(key);
  socket.setsockopt(IPPROTO_SCTP, SCTP_AUTH_KEY, { sca_keynumber: 1, sca_key });
  socket.setsockopt(IPPROTO_SCTP, SCTP_AUTH_ACTIVE_KEY, { scact_keynumber: 1 });
}

/** A socket at the case's UDP port whose peer is at the case's peer port; aborted when the case has ended. */
export function createOurSocket(context: CaseContext, options: OurSocketOptions = {}): OurSocket {
  const udp = new UdpEncapsulation({ localUdpPort: context.ownUdpPort });
  const { loss } = options;
  const provider = createUserlandProvider({
    lowerLayer: loss === undefined ? udp : new LossyLowerLayer(udp, { out: loss, in: loss }, 1),
    remoteUdpPort: context.peerUdpPort,
  });
  const type = options.style === "one-to-many" ? SOCK_SEQPACKET : SOCK_STREAM;
  const socket = new SctpSocket(options.family ?? AF_INET, type, { provider });
  context.cleanUp(() => abortSocket(socket));
  for (const se_type of EVENTS) {
    socket.setsockopt(IPPROTO_SCTP, SCTP_EVENT, { se_assoc_id: SCTP_FUTURE_ASSOC, se_type, se_on: 1 });
  }
  socket.setsockopt(IPPROTO_SCTP, SCTP_RECVRCVINFO, 1);
  options.prepare?.(socket);
  return new OurSocket(socket);
}

/** A one-to-one socket that is connected to a server of usrsctp on this machine. */
export async function connectTo(
  context: CaseContext,
  sctpPort: number,
  options: OurSocketOptions = {},
): Promise<OurSocket> {
  const our = createOurSocket(context, options);
  const address = options.family === AF_INET6 ? "::1" : "127.0.0.1";
  await our.socket.connect({ address, port: sctpPort });
  return our;
}

/** A listening socket on the wildcard address. */
export async function listenAt(
  context: CaseContext,
  sctpPort: number,
  options: OurSocketOptions = {},
): Promise<OurSocket> {
  const our = createOurSocket(context, options);
  our.socket.bind({ address: options.family === AF_INET6 ? "::" : "0.0.0.0", port: sctpPort });
  our.socket.listen(8);
  return our;
}

/** Accepts one association of a listening one-to-one socket; it is aborted when the case has ended. */
export async function acceptOne(context: CaseContext, listener: OurSocket): Promise<OurSocket> {
  const { socket } = await listener.socket.accept();
  context.cleanUp(() => abortSocket(socket));
  return new OurSocket(socket);
}

/** Ends a socket with ABORT. Harmless on one that is closed already. */
export async function abortSocket(socket: SctpSocket): Promise<void> {
  try {
    socket.setsockopt(SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: 0 });
  } catch {
    // It is closed already.
  }
  await socket.close();
}

/** Bytes that differ from one message to the next, so that mixed-up pieces show. */
export function testBytes(lengthBytes: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(lengthBytes);
  for (let index = 0; index < lengthBytes; index += 1)
    bytes[index] = (index * 31 + (index >> 8) * 7 + seed * 13) & 0xff;
  return bytes;
}

/** Sizes from 1 byte to `maxBytes`, both included: the edges around one packet's worth, and powers of two. */
export function testSizes(maxBytes: number): number[] {
  const sizes = [
    1,
    2,
    3,
    4,
    5,
    7,
    1000,
    1436,
    1437,
    1438,
    1439,
    1440,
    1441,
    1442,
    1443,
    1444,
    1452,
    1453,
    2880,
    maxBytes - 1,
  ];
  for (let power = 8; power <= maxBytes; power *= 2) sizes.push(power, power - 1, power + 1);
  return [...sizes, maxBytes].filter((size) => size <= maxBytes);
}
