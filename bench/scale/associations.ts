/**
 * Many associations between one-to-many sockets, for the bench's figures of scale: every connecting socket has one with
 * every listening socket.
 *
 * @module
 */

import {
  AF_INET,
  IPPROTO_SCTP,
  SCTP_INITMSG,
  SCTP_NODELAY,
  SctpSocket,
  SOCK_SEQPACKET,
  type ReceivedMessage,
  type sctp_assoc_t,
} from "../../src/index.js";
import type { UserlandProvider } from "../../src/userland/index.js";

/** In each direction. */
const STREAMS = 10;
const FIRST_PORT = 5001;
/** An association is known by its ports: so many listening sockets spare as many connecting ones. */
const LISTENING_SOCKETS = 100;
/** A peer's address may have 16,384 associations (`ASSOCIATIONS_PER_PEER_MAX`). */
const ASSOCIATIONS_PER_ADDRESS = 10_000;
const BACKLOG = 1024;
const RECEIVE_AT_ONCE = 1024;
/** Fills more than half a packet, so that each message has a packet of its own. */
const MESSAGE_BYTES = 1000;

/** Calls that would wait answer `undefined`. */
function unlessWaiting<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EAGAIN") return undefined;
    throw error;
  }
}

/** RFC 6458 §9.9: the call tells the association's id although the handshake goes on. */
function beginAssociation(socket: SctpSocket, address: string, port: number): sctp_assoc_t {
  try {
    return socket.nonblocking.sctp_connectx([{ address, port }]);
  } catch (error) {
    if (error instanceof Error && "assoc_id" in error && typeof error.assoc_id === "number")
      return error.assoc_id;
    throw error;
  }
}

function openSocket(provider: UserlandProvider): SctpSocket {
  const socket = new SctpSocket(AF_INET, SOCK_SEQPACKET, { provider });
  socket.setsockopt(IPPROTO_SCTP, SCTP_INITMSG, {
    sinit_num_ostreams: STREAMS,
    sinit_max_instreams: STREAMS,
  });
  socket.setsockopt(IPPROTO_SCTP, SCTP_NODELAY, 1);
  return socket;
}

/** How many sockets so many associations need. */
export function listeningSocketsFor(associations: number): number {
  return Math.min(LISTENING_SOCKETS, associations);
}

/** How many addresses the connecting end needs for so many associations. */
export function addressesFor(associations: number): number {
  return Math.ceil(associations / ASSOCIATIONS_PER_ADDRESS);
}

/** The listening end: it reads whatever comes, and counts it. */
export class ListeningEnd {
  /** How many messages have been received. */
  received = 0;
  readonly #sockets: SctpSocket[] = [];
  readonly #messages: ReceivedMessage[] = [];

  constructor(provider: UserlandProvider, address: string, associations: number) {
    for (let index = 0; index < listeningSocketsFor(associations); index += 1) {
      const socket = openSocket(provider);
      socket.bind({ address, port: FIRST_PORT + index });
      socket.listen(BACKLOG);
      socket.on("readable", () => this.#read(socket));
      this.#sockets.push(socket);
    }
  }

  #read(socket: SctpSocket): void {
    do {
      this.#messages.length = 0;
      unlessWaiting(() => socket.nonblocking.receiveMany(RECEIVE_AT_ONCE, this.#messages));
      this.received += this.#messages.length;
    } while (this.#messages.length > 0);
  }
}

interface Outgoing {
  readonly socket: SctpSocket;
  readonly id: sctp_assoc_t;
}

/** The connecting end. */
export class ConnectingEnd {
  readonly #associations: Outgoing[] = [];
  readonly #wanted: number;
  readonly #data = new Uint8Array(MESSAGE_BYTES);
  readonly #peer: string;
  readonly #sockets: SctpSocket[] = [];
  #random = 1;

  /** @param placeFor - the provider and the address of the socket with that number, counted from 0 */
  constructor(
    associations: number,
    peer: string,
    placeFor: (addressNumber: number) => { readonly provider: UserlandProvider; readonly address: string },
  ) {
    this.#wanted = associations;
    this.#peer = peer;
    const perSocket = listeningSocketsFor(associations);
    for (let begun = 0; begun < associations; begun += perSocket) {
      const { provider, address } = placeFor(Math.floor(begun / ASSOCIATIONS_PER_ADDRESS));
      const socket = openSocket(provider);
      socket.bind({ address, port: 0 });
      this.#sockets.push(socket);
    }
  }

  /** How many have been begun. */
  get begun(): number {
    return this.#associations.length;
  }

  /** Begins so many further associations, or as many as are still wanted. */
  begin(count: number): void {
    const perSocket = listeningSocketsFor(this.#wanted);
    const end = Math.min(this.begun + count, this.#wanted);
    for (let index = this.begun; index < end; index += 1) {
      const socket = this.#sockets[Math.floor(index / perSocket)];
      if (socket === undefined) return;
      const id = beginAssociation(socket, this.#peer, FIRST_PORT + (index % perSocket));
      this.#associations.push({ socket, id });
    }
  }

  /**
   * Sends two messages on each of `count` associations: the second makes the peer acknowledge both at once, so that no
   * timer of a delayed SACK is part of it.
   *
   * @param among - chosen by chance from the first so many
   */
  sendPairs(count: number, among: number): void {
    const range = Math.min(among, this.#associations.length);
    for (let index = 0; index < count; index += 1) {
      const chosen = range <= count ? index % range : this.#chance(range);
      const association = this.#associations[chosen];
      if (association === undefined) return;
      const { socket, id } = association;
      const options = { info: { snd_assoc_id: id } };
      unlessWaiting(() => socket.nonblocking.sctp_sendv(this.#data, options));
      unlessWaiting(() => socket.nonblocking.sctp_sendv(this.#data, options));
    }
  }

  /** A linear congruential generator: which association is next must not be guessed by a cache. */
  #chance(range: number): number {
    this.#random = (Math.imul(this.#random, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#random / 2 ** 32) * range);
  }
}
