import { EventEmitter } from "node:events";
import { bindxAddresses, numericAddress, resolveWithDns, type Resolver } from "./addresses.js";
import {
  IPPROTO_SCTP,
  SHUT_RD,
  SHUT_RDWR,
  SHUT_WR,
  SO_DOMAIN,
  SO_ERROR,
  SO_TYPE,
  SOCK_STREAM,
} from "./constants.js";
import { argumentError, show, systemError, wrongType, wrongValue } from "./errors.js";
import { NonblockingSocket, refuseEmpty, refuseOneToMany } from "./nonblocking-socket.js";
import type {
  OptionArgument,
  OptionInput,
  OptionLevel,
  OptionValue,
  ReadableOption,
  SettableOption,
} from "./option-types.js";
import { optionChange, optionQuery, unknownOption } from "./options.js";
import { connectTo, receiveInTurn, sendInTurn } from "./promise-calls.js";
import { WOULD_BLOCK, type Provider, type ProviderSocket, type WouldBlock } from "./provider.js";
import {
  checkOptions,
  checkSignal,
  receivedMsghdr,
  receiveRequest,
  sendmsgCall,
  type MessageData,
  type OutgoingMsghdr,
  type ReceivedMsghdr,
  type ReceiveOptions,
  type SendmsgOptions,
  type SendOptions,
  type SendResult,
} from "./send-receive.js";
import { SocketCore } from "./socket-core.js";
import { SocketIterator } from "./socket-iterator.js";
import { checkedInteger } from "./structures.js";
import type {
  AddressFamily,
  ReceivedMessage,
  SctpAddress,
  SctpAddressInput,
  SocketType,
  sctp_assoc_t,
} from "./types.js";

/** Which provider is to be chosen: the kernel's SCTP, our own, or whichever is there. */
export type ProviderChoice = "auto" | "userland" | "kernel";

/** What a socket may be made with. */
export interface SctpSocketOptions {
  /** What carries the socket; by default `SCTP_PROVIDER` of the environment decides, else `"auto"`. */
  readonly provider?: Provider | ProviderChoice | undefined;
  /** How promise calls look up host names; by default as `dns.lookup` does. */
  readonly resolver?: Resolver | undefined;
}

/** What may be awaited with a signal. */
export interface WaitingOptions {
  /** Gives the call up: its promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** What `accept` answers. */
export interface AcceptedConnection {
  /** The new one-to-one socket. */
  socket: SctpSocket;
  /** The peer's primary address. */
  address: SctpAddress;
}

/** The events of a socket: edges, for those who use `socket.nonblocking`. There is no `error` event. */
export interface SctpSocketEvents {
  /** A receiving call may answer something else than EAGAIN. */
  readable: [];
  /** A sending call may answer something else than EAGAIN. */
  writable: [];
}

/** The length of the accept queue where `listen` is told none: Linux's `SOMAXCONN` of old. */
const DEFAULT_BACKLOG = 128;

/** In place of an association's id: no association in particular. */
const NO_ASSOCIATION: sctp_assoc_t = 0;

function sameMessage(message: ReceivedMessage): ReceivedMessage {
  return message;
}

/** RFC 6458 §4.1.6 and POSIX: the end of the peer is an empty message; notifications and messages have bytes. */
function isEndOfPeer(message: ReceivedMessage): boolean {
  return message.data.length === 0 && message.flags === 0;
}

/** Rejects where a method answers promises: what a caller did wrong is not thrown past `catch()`. */
function rejected<T>(error: unknown): Promise<T> {
  return Promise.reject(error);
}

/**
 * An SCTP socket with the calls of RFC 6458. Calls that may wait answer promises and take an `AbortSignal`;
 * {@link nonblocking} has the same calls without waiting. Promise calls of one direction are served in the order in
 * which they were made (of sends, in the order for each association).
 */
export class SctpSocket extends EventEmitter<SctpSocketEvents> implements AsyncIterable<ReceivedMessage> {
  readonly #core: SocketCore;
  #nonblocking: NonblockingSocket<SctpSocket> | undefined;

  /**
   * RFC 6458 §3.1.1, §4.1.1: makes a socket.
   *
   * @param family - `AF_INET` for IPv4 only, `AF_INET6` for both
   * @param type - `SOCK_STREAM` for one association (one-to-one), `SOCK_SEQPACKET` for many (one-to-many)
   * @throws TypeError when an argument is wrong; `ERR_SCTP_PROVIDER_UNAVAILABLE`; system errors of the provider
   */
  constructor(family: AddressFamily, type: SocketType, options?: SctpSocketOptions) {
    super();
    checkOptions(options);
    const { provider, resolver } = options ?? {};
    if (resolver !== undefined && typeof resolver !== "function") {
      throw wrongType("options.resolver", "a function", resolver);
    }
    const carrier =
      typeof provider === "object" && provider !== null ? provider : new.target.chooseProvider(provider);
    if (typeof carrier.createSocket !== "function") {
      throw wrongType("options.provider", "a provider, which has createSocket()", carrier);
    }
    this.#core = new SocketCore(carrier, family, type, resolver ?? resolveWithDns, (event) =>
      this.emit(event),
    );
  }

  /**
   * Finds the provider for sockets that are given none. This class knows no provider; the package's entry exports a
   * class that does.
   *
   * @throws `ERR_SCTP_PROVIDER_UNAVAILABLE`
   */
  static chooseProvider(choice: ProviderChoice | undefined): Provider {
    throw argumentError(
      "ERR_SCTP_PROVIDER_UNAVAILABLE",
      `options.provider must be a provider here, and is ${show(choice)}`,
    );
  }

  /** Makes the sockets that `accept` and `sctp_peeloff` answer. */
  protected createSocket(family: AddressFamily, type: SocketType, options: SctpSocketOptions): SctpSocket {
    return new SctpSocket(family, type, options);
  }

  #adopt(socket: ProviderSocket): SctpSocket {
    const { providerName, resolver } = this.#core;
    const provider: Provider = {
      name: providerName,
      createSocket: (_family, _type, readiness) => {
        socket.setReadiness(readiness);
        return socket;
      },
    };
    return this.createSocket(socket.family, socket.type, { provider, resolver });
  }

  /** The name of the provider that carries the socket. */
  get provider(): "kernel" | "userland" {
    return this.#core.providerName;
  }

  /** The style of the socket. */
  get sctp_type(): "one-to-one" | "one-to-many" {
    return this.#core.type === SOCK_STREAM ? "one-to-one" : "one-to-many";
  }

  /** The same calls without waiting. */
  get nonblocking(): NonblockingSocket<SctpSocket> {
    this.#nonblocking ??= new NonblockingSocket(this.#core, (socket) => this.#adopt(socket));
    return this.#nonblocking;
  }

  /**
   * RFC 6458 §3.1.2, §4.1.2: takes a local address and port; a wildcard address stands for all of the host's.
   *
   * @param address - numeric; port 0 lets the system choose
   * @throws EADDRINUSE, EADDRNOTAVAIL; EINVAL when the socket is bound already
   */
  bind(address: SctpAddressInput): void {
    const local = numericAddress(address, "address", this.#core.family, "local");
    this.#core.open("bind").bind(local);
  }

  /**
   * RFC 6458 §9.1: adds or removes local addresses, all or none of them. Peers that know RFC 5061 are told.
   *
   * @param addresses - numeric, with the socket's port or 0; before it has one, all with the same
   * @param flags - `SCTP_BINDX_ADD_ADDR` or `SCTP_BINDX_REM_ADDR`
   * @throws EINVAL when flags, ports or addresses do not go together; EADDRINUSE, EADDRNOTAVAIL; EOPNOTSUPP when there
   * are associations and none of them can change its addresses
   */
  sctp_bindx(addresses: readonly SctpAddressInput[], flags: number): void {
    const local = bindxAddresses(addresses, flags, this.#core.family);
    this.#core.open("sctp_bindx").bindx(local, flags);
  }

  /**
   * RFC 6458 §3.1.3, §4.1.3: accepts associations, or, with 0, no more.
   *
   * @param backlog - one-to-one: how many may wait for `accept`; 0 to 2^31 − 1
   */
  listen(backlog: number = DEFAULT_BACKLOG): void {
    checkedInteger(backlog, "backlog", 0, 0x7fffffff);
    this.#core.open("listen").listen(backlog);
  }

  /**
   * RFC 6458 §4.1.4: waits for the next association of a listening one-to-one socket.
   *
   * @throws EOPNOTSUPP on one-to-many sockets, which accept by themselves (§3.1.3); EINVAL when it does not listen
   */
  accept(options?: WaitingOptions): Promise<AcceptedConnection> {
    try {
      refuseOneToMany(this.#core, "accept");
      this.#core.open("accept");
      checkOptions(options);
      const signal = options?.signal;
      checkSignal(signal);
      const wait = { syscall: "accept", signal, isNonblocking: false };
      return this.#core.input(() => this.#takeConnection(), wait);
    } catch (error) {
      return rejected(error);
    }
  }

  #takeConnection(): AcceptedConnection | WouldBlock {
    const accepted = this.#core.open("accept").accept();
    if (accepted === WOULD_BLOCK) return WOULD_BLOCK;
    return { socket: this.#adopt(accepted.socket), address: accepted.address };
  }

  /**
   * RFC 6458 §3.1.6, §4.1.5: sets an association up and waits until it is. An abort ends it again.
   *
   * @param to - a host name is looked up
   * @throws ECONNREFUSED, ETIMEDOUT, EISCONN, EALREADY …
   */
  async connect(to: SctpAddressInput, options?: WaitingOptions): Promise<void> {
    await connectTo(this.#core, [to], options);
  }

  /**
   * RFC 6458 §9.9: as {@link connect}, with several addresses of one peer.
   *
   * @returns the id of the association
   */
  sctp_connectx(to: readonly SctpAddressInput[], options?: WaitingOptions): Promise<sctp_assoc_t> {
    return connectTo(this.#core, to, options);
  }

  /**
   * RFC 6458 §9.12: sends one message, and waits while there is no room for it. The bytes are copied when it is taken,
   * so that they may be used again once the promise has settled, but not before.
   *
   * @param data - the bytes; several pieces make one message
   * @param options - where to and how; without an association, one is set up
   * @throws EPIPE, ESHUTDOWN, EMSGSIZE, ECONNRESET …
   */
  sctp_sendv(data: MessageData, options?: SendOptions): Promise<SendResult> {
    return sendInTurn(this.#core, data, options, this.#core.putMessage);
  }

  /**
   * RFC 6458 §3.1.4, §4.1.8: as {@link sctp_sendv}, with what goes with the message as ancillary data: also parameters
   * (`SCTP_INIT`) and further addresses (`SCTP_DSTADDRV4`, `SCTP_DSTADDRV6`) for the association that it sets up.
   *
   * @returns the length of the message
   */
  sendmsg(message: OutgoingMsghdr, options?: SendmsgOptions): Promise<number> {
    try {
      const call = sendmsgCall(message, options);
      return sendInTurn(this.#core, message.msg_iov, call, this.#core.putBytes);
    } catch (error) {
      return rejected(error);
    }
  }

  /**
   * RFC 6458 §7.1: sends one message on stream 0, or as `SCTP_DEFAULT_SNDINFO` says; one-to-one sockets only.
   *
   * @returns its length
   */
  send(data: MessageData, options?: Pick<SendOptions, "flags" | "handOver" | "signal">): Promise<number> {
    try {
      refuseOneToMany(this.#core, "send");
      refuseEmpty(data, "send");
      return sendInTurn(this.#core, data, options, this.#core.putBytes);
    } catch (error) {
      return rejected(error);
    }
  }

  /**
   * RFC 6458 §7.1: as {@link send}, to an address; on a one-to-many socket it may set an association up (§7.5).
   *
   * @returns the length of the message
   */
  sendto(
    data: MessageData,
    to: SctpAddressInput,
    options?: Pick<SendOptions, "flags" | "handOver" | "signal">,
  ): Promise<number> {
    try {
      refuseEmpty(data, "sendto");
      checkOptions(options);
      return sendInTurn(this.#core, data, { ...options, to }, this.#core.putBytes);
    } catch (error) {
      return rejected(error);
    }
  }

  /**
   * RFC 6458 §9.13: waits for the next message or notification. On a one-to-one socket the end of the peer is an empty
   * message with flags 0.
   *
   * @throws ECONNRESET once when the peer has aborted; ENOTCONN
   */
  sctp_recvv(options?: ReceiveOptions): Promise<ReceivedMessage> {
    return receiveInTurn(this.#core, options, "recvmsg", sameMessage);
  }

  /** RFC 6458 §3.1.4, §4.1.8: as {@link sctp_recvv}, with the informations as ancillary data. */
  recvmsg(options?: ReceiveOptions): Promise<ReceivedMsghdr> {
    return receiveInTurn(this.#core, options, "recvmsg", receivedMsghdr);
  }

  /**
   * RFC 6458 §7.1: waits for bytes of the next message or notification; one-to-one sockets only.
   *
   * @returns the bytes; none at the end of the peer
   */
  recv(options?: ReceiveOptions): Promise<Uint8Array> {
    try {
      refuseOneToMany(this.#core, "recv");
      return receiveInTurn(this.#core, options, "recv", (message) => message.data);
    } catch (error) {
      return rejected(error);
    }
  }

  /** RFC 6458 §7.1: as {@link recv}, with the address of the sender, on both styles. */
  recvfrom(options?: ReceiveOptions): Promise<{ data: Uint8Array; address: SctpAddress | undefined }> {
    return receiveInTurn(this.#core, options, "recvfrom", ({ data, address }) => ({ data, address }));
  }

  /**
   * The messages and notifications one by one. It ends at the peer's shutdown, which only one-to-one sockets have;
   * leaving the loop does not close the socket, and another loop goes on with the next message.
   */
  [Symbol.asyncIterator](): SocketIterator<ReceivedMessage> {
    const take = (): ReceivedMessage | WouldBlock => this.#core.takeMessage(receiveRequest(undefined));
    const isEnd = this.#core.type === SOCK_STREAM ? isEndOfPeer : (): boolean => false;
    return new SocketIterator(this.#core, { take, isEnd, syscall: "recvmsg" });
  }

  /** The associations that a listening one-to-one socket accepts, one by one; leaving the loop does not close it. */
  connections(): SocketIterator<AcceptedConnection> {
    refuseOneToMany(this.#core, "accept");
    return new SocketIterator(this.#core, {
      take: () => this.#takeConnection(),
      isEnd: () => false,
      syscall: "accept",
    });
  }

  /**
   * RFC 6458 §4.1.7: one-to-one sockets only. Whatever is there already can still be received after `SHUT_WR`.
   *
   * @param how - `SHUT_RD` stops receiving; `SHUT_WR` and `SHUT_RDWR` shut the association down gracefully, because
   * SCTP knows no half-closed state
   * @throws EOPNOTSUPP on one-to-many sockets: `SCTP_EOF` ends an association there; ENOTCONN
   */
  shutdown(how: number): void {
    if (how !== SHUT_RD && how !== SHUT_WR && how !== SHUT_RDWR) {
      throw wrongValue("how", "SHUT_RD, SHUT_WR or SHUT_RDWR", how);
    }
    refuseOneToMany(this.#core, "shutdown");
    this.#core.open("shutdown").shutdown(how);
    this.#core.retryAll();
  }

  /**
   * RFC 6458 §3.1.5, §4.1.6: ends the socket. Nothing is delivered any more, and calls that wait reject with ECANCELED.
   * Its associations are shut down gracefully, or as `SO_LINGER` says.
   *
   * @returns settles when they have ended, at the latest after the provider's limit; the same promise each time
   */
  close(): Promise<void> {
    return this.#core.close();
  }

  /** As {@link close}, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#core.close();
  }

  /** RFC 6458 §7.4: one of the addresses that the socket is bound to. */
  getsockname(): SctpAddress {
    return this.#core.open("getsockname").getsockname();
  }

  /** RFC 6458 §4.1.9: the primary address of the peer. @throws ENOTCONN */
  getpeername(): SctpAddress {
    return this.#core.open("getpeername").getpeername();
  }

  /**
   * RFC 6458 §9.5: the local addresses.
   *
   * @param assoc_id - the association, or 0 for what the socket is bound to; ignored on one-to-one sockets
   * @returns none when the socket is not bound
   */
  sctp_getladdrs(assoc_id: sctp_assoc_t = NO_ASSOCIATION): SctpAddress[] {
    return this.#core.open("getsockopt").getladdrs(this.#associationId(assoc_id));
  }

  /**
   * RFC 6458 §9.3: the addresses of the peer.
   *
   * @param assoc_id - the association; ignored on one-to-one sockets
   * @returns none when there is no association
   */
  sctp_getpaddrs(assoc_id: sctp_assoc_t = NO_ASSOCIATION): SctpAddress[] {
    return this.#core.open("getsockopt").getpaddrs(this.#associationId(assoc_id));
  }

  #associationId(assocId: sctp_assoc_t): sctp_assoc_t {
    checkedInteger(assocId, "assoc_id", -0x80000000, 0x7fffffff);
    return this.#core.type === SOCK_STREAM ? NO_ASSOCIATION : assocId;
  }

  /**
   * RFC 6458 §9.2: moves an association of a one-to-many socket, with its messages and notifications, to a one-to-one
   * socket of its own.
   *
   * @throws EINVAL when there is no such association, or the socket is one-to-one
   */
  sctp_peeloff(assoc_id: sctp_assoc_t): SctpSocket {
    checkedInteger(assoc_id, "assoc_id", -0x80000000, 0x7fffffff);
    if (this.#core.type === SOCK_STREAM) {
      throw systemError("EINVAL", "sctp_peeloff", { message: "a one-to-one socket has nothing to peel off" });
    }
    return this.#adopt(this.#core.open("sctp_peeloff").peeloff(assoc_id));
  }

  /**
   * RFC 6458 §7.2, §8: reads an option. The kernel provider also passes on options that the option table does not know:
   * `argument` is then the bytes that the system is given, at least as many as it answers, and the answer is bytes.
   *
   * @param argument - which association, address or event is meant, where the option needs to know; integers that the
   * structure has and the argument has not are 0
   * @throws ENOPROTOOPT when there is no such option; EOPNOTSUPP when it is write-only; EINVAL when there is no such
   * association
   */
  getsockopt<Level extends OptionLevel, Name extends ReadableOption<Level>>(
    level: Level,
    name: Name,
    argument?: OptionArgument<Level, Name>,
  ): OptionValue<Level, Name>;
  getsockopt(level: number, name: number, argument: Uint8Array): Uint8Array;
  getsockopt(level: number, name: number, argument?: unknown): unknown {
    const socket = this.#core.open("getsockopt");
    const passesOn = socket.getUnknownOption !== undefined;
    const unknown = unknownOption(passesOn, [level, name], argument, "argument");
    if (unknown !== undefined) return socket.getUnknownOption?.(unknown.level, unknown.name, unknown.bytes);
    return this.#readOption(level, name, argument, undefined);
  }

  /**
   * RFC 6458 §7.2, §8: sets an option. The kernel provider also passes on options that the option table does not know:
   * `value` is then the bytes that the system is given.
   *
   * @param value - a number, or a structure, whose integers are 0 where they are left out
   * @throws ENOPROTOOPT when there is no such option; EOPNOTSUPP when it is read-only; EINVAL when there is no such
   * association; TypeError or RangeError when the value is wrong
   */
  setsockopt<Level extends OptionLevel, Name extends SettableOption<Level>>(
    level: Level,
    name: Name,
    value: OptionInput<Level, Name>,
  ): void;
  setsockopt(level: number, name: number, value: Uint8Array): void;
  setsockopt(level: number, name: number, value: unknown): void {
    const socket = this.#core.open("setsockopt");
    const passesOn = socket.setUnknownOption !== undefined;
    const unknown = unknownOption(passesOn, [level, name], value, "value");
    if (unknown !== undefined) return socket.setUnknownOption?.(unknown.level, unknown.name, unknown.bytes);
    const change = optionChange(this.#core, level, name, value);
    socket.setOption(change.row.level, change.row.name, change.value);
  }

  /**
   * RFC 6458 §8: reads an option of an association.
   *
   * @param assoc_id - takes the place of the id in `argument`; ignored on one-to-one sockets
   */
  sctp_opt_info<Name extends ReadableOption<typeof IPPROTO_SCTP>>(
    assoc_id: sctp_assoc_t,
    name: Name,
    argument?: OptionArgument<typeof IPPROTO_SCTP, Name>,
  ): OptionValue<typeof IPPROTO_SCTP, Name> {
    checkedInteger(assoc_id, "assoc_id", -0x80000000, 0x7fffffff);
    const value = this.#readOption(IPPROTO_SCTP, name, argument, assoc_id);
    return value as OptionValue<typeof IPPROTO_SCTP, Name>;
  }

  #readOption(level: unknown, name: unknown, argument: unknown, assocId: sctp_assoc_t | undefined): unknown {
    const socket = this.#core.open("getsockopt");
    const query = optionQuery(this.#core, level, name, argument, assocId);
    if (query.row.answeredBy === "provider")
      return socket.getOption(query.row.level, query.row.name, query.argument);
    switch (query.row.name) {
      case SO_TYPE:
        return this.#core.type;
      case SO_DOMAIN:
        return this.#core.family;
      case SO_ERROR:
        return this.#core.takeError();
      default:
        return IPPROTO_SCTP;
    }
  }

  /** Holds the event loop while the socket is open, as sockets do by default. */
  ref(): this {
    if (!this.#core.isClosed) this.#core.open("ref").ref();
    return this;
  }

  /** Lets the process end although the socket is open. */
  unref(): this {
    if (!this.#core.isClosed) this.#core.open("unref").unref();
    return this;
  }

  /** Whether the socket holds the event loop. */
  hasRef(): boolean {
    return !this.#core.isClosed && this.#core.open("hasRef").hasRef();
  }
}
