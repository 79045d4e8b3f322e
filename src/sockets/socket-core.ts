import type { Resolver } from "./addresses.js";
import { resolveDestinations } from "./addresses.js";
import { AF_INET, AF_INET6, MSG_EOR, MSG_NOTIFICATION, SOCK_SEQPACKET, SOCK_STREAM } from "./constants.js";
import { systemError, wrongValue, type SystemError } from "./errors.js";
import { notificationFromBytes } from "./notifications.js";
import {
  WOULD_BLOCK,
  type Provider,
  type ProviderSocket,
  type Readiness,
  type ReceiveRequest,
  type SendRequest,
  type WouldBlock,
} from "./provider.js";
import { SendLanes } from "./send-lanes.js";
import { lengthOfMessage, type SendResult } from "./send-receive.js";
import type {
  AddressFamily,
  ReceivedMessage,
  SctpAddress,
  SctpAddressInput,
  SocketType,
  sctp_assoc_t,
} from "./types.js";
import { WaitingCall, WaitingQueue } from "./waiting-queue.js";

/** How a promise call may wait. */
export interface WaitOptions {
  /** The call by its C name. */
  readonly syscall: string;
  /** Gives the call up. */
  readonly signal: AbortSignal | undefined;
  /** The call was told not to wait (`MSG_DONTWAIT`): EAGAIN instead. */
  readonly isNonblocking: boolean;
}

/** A connect that was started by a call that does not wait; `assoc_id` says which association it will be. */
export interface ConnectInProgressError extends SystemError {
  code: "EINPROGRESS";
  /** The association. */
  assoc_id: sctp_assoc_t;
}

/** RFC 6458 §6.1: a provider over an operating system knows notifications by their bytes only. */
function completeNotification(message: ReceivedMessage): void {
  const whole = MSG_NOTIFICATION | MSG_EOR;
  if ((message.flags & whole) !== whole || message.notification !== undefined) return;
  message.notification = notificationFromBytes(message.data);
}

/**
 * A socket without its face: who waits for it, in which order they are served, and how it ends. What stands in front of
 * it, {@link SctpSocket} and {@link NonblockingSocket}, checks arguments.
 */
export class SocketCore implements Readiness {
  readonly family: AddressFamily;
  readonly type: SocketType;
  readonly resolver: Resolver;
  readonly providerName: "kernel" | "userland";
  /** Promise calls that wait for a message or a connection. */
  readonly receivers: WaitingQueue = new WaitingQueue();
  readonly #senders = new SendLanes(() => this.#retrySenders());
  readonly #connects = new WaitingQueue();
  readonly #lookups = new WaitingQueue();
  readonly #announce: (event: "readable" | "writable") => void;
  readonly #socket: ProviderSocket;
  /** Look-ups follow each other, so that sends to named hosts keep their order. */
  #lastLookup: Promise<unknown> = Promise.resolve();
  /** One-to-one: a connect that answered EINPROGRESS and whose outcome nobody has asked for yet. */
  #startedConnect: sctp_assoc_t | undefined;
  #closing: Promise<void> | undefined;

  /** @param announce - emits the edge events */
  constructor(
    provider: Provider,
    family: AddressFamily,
    type: SocketType,
    resolver: Resolver,
    announce: (event: "readable" | "writable") => void,
  ) {
    if (family !== AF_INET && family !== AF_INET6) throw wrongValue("family", "AF_INET or AF_INET6", family);
    if (type !== SOCK_STREAM && type !== SOCK_SEQPACKET) {
      throw wrongValue("type", "SOCK_STREAM or SOCK_SEQPACKET", type);
    }
    this.family = family;
    this.type = type;
    this.resolver = resolver;
    this.providerName = provider.name;
    this.#announce = announce;
    this.#socket = provider.createSocket(family, type, this);
  }

  /** Whether `close()` has been called. */
  get isClosed(): boolean {
    return this.#closing !== undefined;
  }

  /**
   * The provider's socket.
   *
   * @param syscall - the call that needs it, by its C name
   * @throws EBADF after `close()`
   */
  open(syscall: string): ProviderSocket {
    if (this.#closing !== undefined) throw systemError("EBADF", syscall, { message: "the socket is closed" });
    return this.#socket;
  }

  /** From the provider: there may be something to receive. */
  onReadable(): void {
    if (this.isClosed) return;
    this.#connects.tryAll();
    this.receivers.drain();
    if (this.receivers.isEmpty) this.#announce("readable");
  }

  /** From the provider: there may be room to send. */
  onWritable(): void {
    if (this.isClosed) return;
    this.#connects.tryAll();
    this.#senders.drain();
    if (this.#mayAnnounceWritable) this.#announce("writable");
  }

  /** On one-to-many sockets those who wait for one association hold up nobody who sends to another. */
  get #mayAnnounceWritable(): boolean {
    return !this.isClosed && (this.type === SOCK_SEQPACKET || this.#senders.isEmpty);
  }

  /** Those behind a send that was given up may fit where it did not. */
  #retrySenders(): void {
    if (this.isClosed) return;
    this.#senders.drain();
    if (!this.#mayAnnounceWritable) return;
    // Whoever has been answered EAGAIN because of that send waits for an edge; it never comes inside abort().
    queueMicrotask(() => {
      if (this.#mayAnnounceWritable) this.#announce("writable");
    });
  }

  /** Something has changed that the provider need not tell of: `shutdown()`. */
  retryAll(): void {
    this.receivers.drain();
    this.#senders.drain();
  }

  /** One message, or `WOULD_BLOCK`; the order is the caller's business. */
  takeMessage(request: ReceiveRequest): ReceivedMessage | WouldBlock {
    const message = this.#socket.receive(request);
    if (message !== WOULD_BLOCK) completeNotification(message);
    return message;
  }

  /** Up to `max` messages appended to `target`; the order is the caller's business. */
  takeMessages(max: number, target: ReceivedMessage[], into: readonly Uint8Array[] | undefined): number {
    const start = target.length;
    const count = this.#socket.receiveMany(max, target, into);
    for (let index = start; index < target.length; index += 1) {
      completeNotification(target[index] as ReceivedMessage);
    }
    return count;
  }

  /** Gives a message to the provider; the order is the caller's business. */
  readonly putMessage = (request: SendRequest): SendResult | WouldBlock => {
    const assocId = this.#socket.send(request);
    return assocId === WOULD_BLOCK ? WOULD_BLOCK : { bytes: request.lengthBytes, assoc_id: assocId };
  };

  /** As {@link putMessage}, for calls that answer a length. */
  readonly putBytes = (request: SendRequest): number | WouldBlock =>
    this.#socket.send(request) === WOULD_BLOCK ? WOULD_BLOCK : request.lengthBytes;

  /** A call that receives and may wait: it is answered at once when nobody waits before it, else in its turn. */
  input<T>(attempt: () => T | WouldBlock, options: WaitOptions): Promise<T> {
    const { syscall, signal, isNonblocking } = options;
    if (this.receivers.isEmpty) {
      const value = attempt();
      if (value !== WOULD_BLOCK) return Promise.resolve(value);
    }
    if (isNonblocking) throw systemError("EAGAIN", syscall);
    return new WaitingCall({ attempt, queue: this.receivers, syscall, signal }).promise;
  }

  /** A call that receives and does not wait. @throws EAGAIN, also while promise calls wait: nobody overtakes them */
  inputNow<T>(attempt: () => T | WouldBlock, syscall: string): T {
    const value = this.receivers.isEmpty ? attempt() : WOULD_BLOCK;
    if (value === WOULD_BLOCK) throw systemError("EAGAIN", syscall);
    return value;
  }

  /**
   * A call that sends and may wait: it is answered at once when nobody waits before it, else in its turn.
   *
   * @param options - `undefined` where nobody gives it up, and it waits as long as it takes
   */
  output<T>(
    request: SendRequest,
    put: (request: SendRequest) => T | WouldBlock,
    options: WaitOptions | undefined,
  ): Promise<T> {
    if (!this.#isHeldUp(request)) {
      const value = put(request);
      if (value !== WOULD_BLOCK) return Promise.resolve(value);
    }
    return this.#waitToSend(request, put, options);
  }

  #waitToSend<T>(
    request: SendRequest,
    put: (request: SendRequest) => T | WouldBlock,
    options: WaitOptions | undefined,
  ): Promise<T> {
    if (options?.isNonblocking === true) throw systemError("EAGAIN", "sendmsg");
    const attempt = (): T | WouldBlock => {
      // The caller's bytes are kept where they are.
      if (lengthOfMessage(request.data) !== request.lengthBytes) {
        throw wrongValue("data", "left alone while the send call waits", request.data);
      }
      return put(request);
    };
    const queue = this.#senders.lane(this.#laneOf(request));
    return new WaitingCall({ attempt, queue, syscall: "sendmsg", signal: options?.signal }).promise;
  }

  /** A call that sends and does not wait. @throws EAGAIN, also while promise calls wait: nobody overtakes them */
  outputNow<T>(request: SendRequest, put: (request: SendRequest) => T | WouldBlock): T {
    const value = this.#isHeldUp(request) ? WOULD_BLOCK : put(request);
    if (value === WOULD_BLOCK) throw systemError("EAGAIN", "sendmsg");
    return value;
  }

  /** As {@link outputNow}, for several messages; answers how many were taken, which ends before one that would wait. */
  outputMany(requests: readonly SendRequest[]): number {
    const heldUp = this.#senders.isEmpty ? -1 : requests.findIndex((request) => this.#isHeldUp(request));
    const count = this.#socket.sendMany(heldUp === -1 ? requests : requests.slice(0, heldUp));
    if (count === 0) throw systemError("EAGAIN", "sendmmsg");
    return count;
  }

  /** Whether promise calls wait for the association that a message would go to. */
  #isHeldUp(request: SendRequest): boolean {
    return !this.#senders.isEmpty && this.#senders.isBusy(this.#laneOf(request));
  }

  /** RFC 6458 §3.3: on one-to-many sockets an association that is stuck holds up no other. */
  #laneOf(request: SendRequest): sctp_assoc_t {
    return this.type === SOCK_STREAM ? 0 : (this.#socket.associationOf?.(request) ?? 0);
  }

  /** Starts an association and waits until it is up; an abort ends it. */
  connect(addresses: readonly SctpAddress[], signal: AbortSignal | undefined): Promise<sctp_assoc_t> {
    const socket = this.open("connect");
    const assocId = socket.connect(addresses);
    const attempt = (): sctp_assoc_t | WouldBlock =>
      socket.connectResult(assocId) === WOULD_BLOCK ? WOULD_BLOCK : assocId;
    const value = attempt();
    if (value !== WOULD_BLOCK) return Promise.resolve(value);
    const onAborted = (): void => socket.abortAssociation(assocId);
    return new WaitingCall({ attempt, queue: this.#connects, syscall: "connect", signal, onAborted }).promise;
  }

  /**
   * Starts an association. Called again on a one-to-one socket, it answers what has become of it.
   *
   * @throws EINPROGRESS with the association's id; EALREADY while it is in progress; how it has failed
   */
  connectNow(addresses: readonly SctpAddress[]): sctp_assoc_t {
    const socket = this.open("connect");
    const started = this.#startedConnect;
    if (started !== undefined) {
      if (!this.#learnOutcome(started)) throw systemError("EALREADY", "connect");
      return started;
    }
    const assocId = socket.connect(addresses);
    if (socket.connectResult(assocId) !== WOULD_BLOCK) return assocId;
    if (this.type === SOCK_STREAM) this.#startedConnect = assocId;
    throw Object.assign(systemError("EINPROGRESS", "connect"), { assoc_id: assocId });
  }

  /** What SO_ERROR answers: the negative errno of a connect that has failed since it answered EINPROGRESS, or 0. */
  takeError(): number {
    const started = this.#startedConnect;
    if (started === undefined) return 0;
    try {
      this.#learnOutcome(started);
      return 0;
    } catch (error) {
      if (error instanceof Error && "errno" in error) return (error as SystemError).errno;
      throw error;
    }
  }

  /** Whether a connect is decided; it throws how it failed. Once decided it is forgotten. */
  #learnOutcome(assocId: sctp_assoc_t): boolean {
    this.#startedConnect = undefined;
    if (this.#socket.connectResult(assocId) !== WOULD_BLOCK) return true;
    this.#startedConnect = assocId;
    return false;
  }

  /** Looks up host names, as long as nobody aborts it and the socket is open. */
  lookUp(
    inputs: readonly SctpAddressInput[],
    argument: string,
    syscall: string,
    signal: AbortSignal | undefined,
  ): Promise<SctpAddress[]> {
    const addresses = this.#lastLookup.then(() =>
      resolveDestinations(inputs, argument, this.family, this.resolver),
    );
    this.#lastLookup = addresses.catch(() => undefined);
    const call = new WaitingCall<SctpAddress[]>({
      attempt: () => WOULD_BLOCK,
      queue: this.#lookups,
      syscall,
      signal,
    });
    addresses.then(
      (found) => call.resolve(found),
      (error: unknown) => call.fail(error),
    );
    return call.promise;
  }

  /**
   * Ends the socket: nothing is delivered from now on, and whoever waits is told ECANCELED.
   *
   * @returns settles when the provider says that every association has ended; the same promise each time
   */
  close(): Promise<void> {
    if (this.#closing !== undefined) return this.#closing;
    let settle!: (outcome: Promise<void>) => void;
    this.#closing = new Promise((resolve) => {
      settle = resolve;
    });
    for (const queue of [this.#lookups, this.#connects, this.receivers, this.#senders]) queue.cancelAll();
    try {
      settle(this.#socket.close());
    } catch (error) {
      settle(Promise.reject(error));
    }
    return this.#closing;
  }
}
