/**
 * What carries sockets: the contract between {@link SctpSocket} and the kernel's or our own SCTP. No call of it ever
 * waits. It answers, or says {@link WOULD_BLOCK}, or throws what `errors.ts` builds. Everything that a provider is
 * given has been validated, and every field of a structure is there.
 *
 * @module
 */
import type {
  AddressFamily,
  ReceivedMessage,
  SctpAddress,
  SocketType,
  sctp_assoc_t,
  sctp_authinfo,
  sctp_initmsg,
  sctp_prinfo,
  sctp_sndinfo,
} from "./types.js";

/** The answer of a call that would have to wait. */
export const WOULD_BLOCK: unique symbol = Symbol("would block");
/** The type of {@link WOULD_BLOCK}. */
export type WouldBlock = typeof WOULD_BLOCK;

/**
 * How a provider tells that a socket may be worth another try. Called once after a batch of changes, never on the
 * provider's own call stack, so that a listener may call anything, `close()` included. A call without a change is
 * allowed; a change without a call is not.
 */
export interface Readiness {
  /** There may be something to receive, to accept, or an end or an error to learn of; or a connect has been decided. */
  onReadable(): void;
  /** There may be room to send. A connect that has been decided is announced here as well. */
  onWritable(): void;
}

/** One message to be sent, validated and complete. The provider is done with `data` when it has answered. */
export interface SendRequest {
  /** The bytes; several pieces make one message. */
  readonly data: Uint8Array | readonly Uint8Array[];
  /** The length of all pieces. */
  readonly lengthBytes: number;
  /** None; or one destination; or several addresses of a peer to set an association up with. */
  readonly to: readonly SctpAddress[];
  /** Every field is there; `undefined` when the call gave none, and the defaults of the socket count. */
  readonly sndinfo: sctp_sndinfo | undefined;
  /** How reliably it is sent, reliably included; `undefined` where the defaults of the socket count. */
  readonly prinfo?: sctp_prinfo | undefined;
  /** The key to authenticate the message with; `undefined` for the active one. */
  readonly authinfo?: sctp_authinfo | undefined;
  /** What the association is set up with when the message is its first; 0 is the default of the socket. */
  readonly initmsg?: sctp_initmsg | undefined;
  /** `MSG_*` flags, or-ed; `MSG_DONTWAIT` has been taken out. */
  readonly flags: number;
  /** The caller gives the bytes away: they may be kept without a copy. */
  readonly handOver: boolean;
}

/** What a receive call wants. */
export interface ReceiveRequest {
  /** The most bytes to answer; the rest of a longer message stays for the next call and `MSG_EOR` is missing. */
  readonly lengthBytes: number;
  /** Where the bytes are to be copied; `data` of the answer is then a view of it. */
  readonly into: Uint8Array | undefined;
  /** `MSG_PEEK` or 0. */
  readonly flags: number;
}

/** An association that a listening one-to-one socket has accepted. */
export interface AcceptedSocket {
  /** Its socket; its readiness has not been set yet. */
  readonly socket: ProviderSocket;
  /** The peer's primary address. */
  readonly address: SctpAddress;
}

/** What carries sockets. */
export interface Provider {
  /** Which provider it is. */
  readonly name: "kernel" | "userland";
  /** @throws a system error, for instance EAFNOSUPPORT */
  createSocket(family: AddressFamily, type: SocketType, readiness: Readiness): ProviderSocket;
}

/** One socket of a provider. RFC 6458's semantics; the system errors are those of the C calls. */
export interface ProviderSocket {
  readonly family: AddressFamily;
  readonly type: SocketType;
  /** Whom to tell; for sockets that were accepted or peeled off. Calls once when there is something already. */
  setReadiness(readiness: Readiness): void;
  /** RFC 6458 §3.1.2, §4.1.2. */
  bind(address: SctpAddress): void;
  /** RFC 6458 §9.1; `flags` is `SCTP_BINDX_ADD_ADDR` or `SCTP_BINDX_REM_ADDR`. */
  bindx(addresses: readonly SctpAddress[], flags: number): void;
  /** RFC 6458 §3.1.3, §4.1.3. */
  listen(backlog: number): void;
  /** RFC 6458 §4.1.4; EOPNOTSUPP on one-to-many. */
  accept(): AcceptedSocket | WouldBlock;
  /** RFC 6458 §9.9: starts, and answers the association's id at once. Throws EISCONN, EALREADY, EINVAL … */
  connect(addresses: readonly SctpAddress[]): sctp_assoc_t;
  /** `WOULD_BLOCK` while in progress; `undefined` once up; throws ECONNREFUSED, ETIMEDOUT … once it has failed. */
  connectResult(assocId: sctp_assoc_t): WouldBlock | undefined;
  /** Ends an association with ABORT: its connect was aborted. Without effect when it is gone. */
  abortAssociation(assocId: sctp_assoc_t): void;
  /**
   * Takes the whole message or nothing; answers the association's id. Without data it ends an association (`SCTP_EOF`,
   * `SCTP_ABORT`) or sets one up (RFC 6458 §3.1.4); else EINVAL, because there is no DATA chunk without user data.
   */
  send(request: SendRequest): sctp_assoc_t | WouldBlock;
  /**
   * The association that {@link send} would put the message into, 0 for one that does not exist yet; it changes
   * nothing and never throws. On one-to-many sockets, promise sends that wait for one association then hold up no send
   * to another; a provider that has no such method has one queue for all.
   */
  associationOf?(request: SendRequest): sctp_assoc_t;
  /**
   * How many were taken, 0 when it would block. An error on the first throws; on a later one it ends the call. When not
   * all were taken, readiness to send is told, once there is room or at once.
   */
  sendMany(requests: readonly SendRequest[]): number;
  /** The next message. The end of the peer on one-to-one: empty data, flags 0, each time. */
  receive(request: ReceiveRequest): ReceivedMessage | WouldBlock;
  /**
   * Appends at most `max` messages to `target` and answers how many, 0 when it would block. When they are fewer,
   * readiness to receive is told: at once where an end or an error stands behind them, else with what comes.
   *
   * @param into - where the bytes of each are to be copied, `max` places: {@link ReceiveRequest.into} of one after the
   * other
   */
  receiveMany(max: number, target: ReceivedMessage[], into?: readonly Uint8Array[]): number;
  /** RFC 6458 §4.1.7; `how` is `SHUT_RD`, `SHUT_WR` or `SHUT_RDWR`. EOPNOTSUPP on one-to-many. */
  shutdown(how: number): void;
  /**
   * Ends the socket: SO_LINGER and the bound of the wait are the provider's. Nothing is called back from here on.
   *
   * @returns settles when every association of the socket has ended
   */
  close(): Promise<void>;
  /** RFC 6458 §7.4. */
  getsockname(): SctpAddress;
  /** RFC 6458 §4.1.9. */
  getpeername(): SctpAddress;
  /** RFC 6458 §9.5. */
  getladdrs(assocId: sctp_assoc_t): SctpAddress[];
  /** RFC 6458 §9.3. */
  getpaddrs(assocId: sctp_assoc_t): SctpAddress[];
  /** RFC 6458 §9.2: a one-to-one socket; its readiness has not been set yet. */
  peeloff(assocId: sctp_assoc_t): ProviderSocket;
  /** RFC 6458 §8: `argument` is what the option's row in the option table says, complete. */
  getOption(level: number, name: number, argument: unknown): unknown;
  /** RFC 6458 §8: `value` is what the option's row in the option table says, complete. */
  setOption(level: number, name: number, value: unknown): void;
  /**
   * An option that the option table does not know, in the operating system's bytes. A provider without an operating
   * system below it has neither this nor {@link ProviderSocket.setUnknownOption}: the answer is ENOPROTOOPT.
   *
   * @param argument - what the system is given; its length is the most that it answers
   */
  getUnknownOption?(level: number, name: number, argument: Uint8Array): Uint8Array;
  /** As {@link ProviderSocket.getUnknownOption}. */
  setUnknownOption?(level: number, name: number, value: Uint8Array): void;
  /** Holds the event loop while the socket is open; the default. */
  ref(): void;
  /** Lets the event loop end although the socket is open. */
  unref(): void;
  /** Whether the socket holds the event loop. */
  hasRef(): boolean;
}
