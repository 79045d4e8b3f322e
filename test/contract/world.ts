/**
 * What the contract's cases run in: two hosts with a provider each. A provider joins the contract by a world of its
 * own; the cases know nothing else of it.
 *
 * @module
 */
import assert from "node:assert/strict";
import {
  AF_INET,
  AF_INET6,
  type AddressFamily,
  IPPROTO_SCTP,
  MSG_NOTIFICATION,
  type Provider,
  type ReceivedMessage,
  type SctpAddress,
  SctpSocket,
  type SendOptions,
  SCTP_EVENT,
  SCTP_FUTURE_ASSOC,
  type sctp_notification,
  SO_LINGER,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  type SocketType,
  SOL_SOCKET,
} from "../../src/index.js";

/** One host: its provider and its addresses. */
export interface Host {
  readonly provider: Provider;
  readonly address: string;
  /** `undefined` where the machine has no IPv6. */
  readonly address6: string | undefined;
}

/** How {@link World.listen} makes a listening socket. */
export interface ListenOptions {
  readonly type?: SocketType;
  readonly family?: AddressFamily;
  readonly backlog?: number;
  /** Sets options before the socket listens. */
  readonly prepare?: (socket: SctpSocket) => void;
}

/** How {@link World.connect} makes a pair of sockets. */
export interface PairOptions extends ListenOptions {
  /** Sets options of the client before it connects. */
  readonly prepareClient?: (socket: SctpSocket) => void;
}

/** A one-to-one pair, its listener, and where that listens. */
export interface Pair {
  readonly client: SctpSocket;
  readonly server: SctpSocket;
  readonly listener: SctpSocket;
  readonly to: SctpAddress;
}

/** Two one-to-many sockets with an association, and its ids on both sides. */
export interface ManyPair {
  readonly client: SctpSocket;
  readonly server: SctpSocket;
  readonly to: SctpAddress;
  readonly clientId: number;
  readonly serverId: number;
}

/** Hosts, and short ways to their sockets; {@link World.end} closes whatever a case has left open. */
export abstract class World {
  abstract readonly server: Host;
  abstract readonly client: Host;
  readonly #sockets = new Set<SctpSocket>();

  /** A further host that can reach {@link World.server}. */
  abstract anotherClient(): Host;

  /** Another IPv4 address of a host, which it has from now on at the latest. */
  abstract anotherAddress(host: Host): string;

  /** Waits until a promise has settled. */
  abstract until<T>(promise: Promise<T>): Promise<T>;

  /** Waits until everything that is under way has arrived and was answered. */
  abstract quiet(): Promise<void>;

  /** Lets so much time go by, in milliseconds. */
  abstract pass(durationMs: number): Promise<void>;

  protected abstract closeHosts(): Promise<void>;

  /** A socket that is closed at the end of the case. */
  socket(host: Host, type: SocketType, family: AddressFamily = AF_INET): SctpSocket {
    return this.keep(new SctpSocket(family, type, { provider: host.provider }));
  }

  /** A one-to-one socket of the client. */
  oneToOne(host: Host = this.client): SctpSocket {
    return this.socket(host, SOCK_STREAM);
  }

  /** A one-to-many socket of the client. */
  oneToMany(host: Host = this.client): SctpSocket {
    return this.socket(host, SOCK_SEQPACKET);
  }

  /** Closes a socket at the end of the case. */
  keep(socket: SctpSocket): SctpSocket {
    this.#sockets.add(socket);
    return socket;
  }

  /** A listening socket of the server, on a port that the system has chosen. */
  listen(options: ListenOptions = {}): { socket: SctpSocket; to: SctpAddress } {
    const { type = SOCK_STREAM, family = AF_INET, backlog, prepare } = options;
    const socket = this.socket(this.server, type, family);
    prepare?.(socket);
    const address = family === AF_INET6 ? (this.server.address6 ?? "::") : this.server.address;
    socket.bind({ address, port: 0 });
    socket.listen(backlog);
    return { socket, to: socket.getsockname() };
  }

  /** A connected one-to-one pair. */
  async connect(options: PairOptions = {}): Promise<Pair> {
    const { socket: listener, to } = this.listen(options);
    const client = this.socket(this.client, SOCK_STREAM, options.family);
    options.prepareClient?.(client);
    const accepting = listener.accept();
    await this.until(client.connect(to));
    const { socket } = await this.until(accepting);
    return { client, server: this.keep(socket), listener, to };
  }

  /** A connected one-to-many pair, which has exchanged one message each way. */
  async connectMany(options: PairOptions = {}): Promise<ManyPair> {
    const { socket: server, to } = this.listen({ ...options, type: SOCK_SEQPACKET });
    const client = this.socket(this.client, SOCK_SEQPACKET, options.family);
    options.prepareClient?.(client);
    const { assoc_id: clientId } = await this.until(client.sctp_sendv(bytesOf("first"), { to }));
    const { address } = await this.message(server);
    const answer = server.sctp_sendv(bytesOf("second"), { to: address as SctpAddress });
    const { assoc_id: serverId } = await this.until(answer);
    await this.message(client);
    return { client, server, to, clientId, serverId };
  }

  /** The next message, with the notifications before it left out. */
  async message(socket: SctpSocket): Promise<ReceivedMessage> {
    for (;;) {
      const message = await this.until(socket.sctp_recvv());
      if ((message.flags & MSG_NOTIFICATION) === 0) return message;
    }
  }

  /** The text of the next message. */
  async text(socket: SctpSocket): Promise<string> {
    return textOf((await this.message(socket)).data);
  }

  /** The next notification of a type, with messages and other notifications before it left out. */
  async event<Type extends sctp_notification["sn_type"]>(
    socket: SctpSocket,
    type: Type,
  ): Promise<Extract<sctp_notification, { sn_type: Type }>> {
    for (;;) {
      const { notification } = await this.until(socket.sctp_recvv());
      if (notification?.sn_type === type) {
        return notification as Extract<sctp_notification, { sn_type: Type }>;
      }
    }
  }

  /** Whether a promise has not settled when everything under way has arrived. */
  async isPending(promise: Promise<unknown>): Promise<boolean> {
    let settled = false;
    const mark = (): void => {
      settled = true;
    };
    promise.then(mark, mark);
    await this.quiet();
    return !settled;
  }

  /** Closes whatever is open. */
  async end(): Promise<void> {
    const closing: Promise<void>[] = [];
    for (const socket of this.#sockets) {
      try {
        socket.setsockopt(SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: 0 });
      } catch {
        // The case has closed it, or is waiting for that.
      }
      closing.push(socket.close());
    }
    await this.until(Promise.all(closing));
    await this.closeHosts();
  }
}

/** Declares a case of the contract. */
export type Contract = (name: string, run: (world: World) => Promise<void>) => void;

/** Subscribes to notifications of associations to come. */
export function subscribe(socket: SctpSocket, ...types: number[]): void {
  for (const se_type of types) {
    socket.setsockopt(IPPROTO_SCTP, SCTP_EVENT, { se_assoc_id: SCTP_FUTURE_ASSOC, se_type, se_on: 1 });
  }
}

/** Whatever is there to be received, without waiting; the end of the peer is left out. */
export function drain(socket: SctpSocket): ReceivedMessage[] {
  const messages: ReceivedMessage[] = [];
  for (;;) {
    try {
      const message = socket.nonblocking.sctp_recvv();
      if (message.flags === 0 && message.data.length === 0) return messages;
      messages.push(message);
    } catch (error) {
      assert.equal(codeOf(error), "EAGAIN");
      return messages;
    }
  }
}

/** Sends without waiting until there is no room, and answers how many messages were taken. */
export function fill(socket: SctpSocket, message: Uint8Array, options: SendOptions = {}): number {
  for (let count = 0; ; count += 1) {
    try {
      socket.nonblocking.sctp_sendv(message, options);
    } catch (error) {
      assert.equal(codeOf(error), "EAGAIN");
      return count;
    }
  }
}

/** As {@link fill}, and until the peer takes no more either. */
export async function stuff(
  world: World,
  socket: SctpSocket,
  message: Uint8Array,
  options: { to?: SctpAddress } = {},
): Promise<number> {
  let count = 0;
  for (let more = fill(socket, message, options); more > 0; more = fill(socket, message, options)) {
    count += more;
    // oxlint-disable-next-line no-await-in-loop -- what is under way makes room again when it has arrived
    await world.quiet();
  }
  return count;
}

/** Expects a call that waits to be cancelled by `close()`. */
export function cancelled(promise: Promise<unknown>, syscall: string): Promise<void> {
  return assert.rejects(promise, { code: "ECANCELED", syscall });
}

/** The code of an error. */
export function codeOf(error: unknown): unknown {
  return (error as { code?: unknown }).code;
}

/** The bytes of a text. */
export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The text of bytes. */
export function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** Bytes that tell their places, so that a mistake in the order shows. */
export function pattern(lengthBytes: number, seed = 0): Uint8Array {
  const bytes = new Uint8Array(lengthBytes);
  for (let index = 0; index < lengthBytes; index += 1)
    bytes[index] = (index * 31 + (index >> 8) + seed) & 255;
  return bytes;
}
