import { systemError } from "../../src/sockets/errors.js";
import { MSG_EOR, MSG_PEEK, SCTP_RECVV_NOINFO } from "../../src/sockets/constants.js";
import {
  WOULD_BLOCK,
  type AcceptedSocket,
  type Provider,
  type ProviderSocket,
  type Readiness,
  type ReceiveRequest,
  type SendRequest,
  type WouldBlock,
} from "../../src/sockets/provider.js";
import type {
  AddressFamily,
  ReceivedMessage,
  SctpAddress,
  SocketType,
  sctp_assoc_t,
} from "../../src/sockets/types.js";

/** The address that the fake's peers have. */
export const PEER: SctpAddress = { address: "192.0.2.1", port: 20000, family: "IPv4" };

/** A message as the fake receives it. */
export function message(text: string, flags: number = MSG_EOR): ReceivedMessage {
  return {
    data: new TextEncoder().encode(text),
    address: PEER,
    flags,
    infotype: SCTP_RECVV_NOINFO,
    info: undefined,
  };
}

/** The end of the peer on a one-to-one socket. */
export function endOfPeer(): ReceivedMessage {
  return message("", 0);
}

/** The text of bytes. */
export function textOf(data: Uint8Array): string {
  return new TextDecoder().decode(data);
}

/** What a fake socket was told, apart from messages. */
export interface RecordedCall {
  readonly call: string;
  readonly arguments: readonly unknown[];
}

/** A socket whose other side is the test. */
export class FakeSocket implements ProviderSocket {
  readonly family: AddressFamily;
  readonly type: SocketType;
  readiness: Readiness;
  /** What is there to receive: messages, and errors to throw. */
  readonly incoming: (ReceivedMessage | Error)[] = [];
  /** Associations to accept. */
  readonly accepts: (AcceptedSocket | Error)[] = [];
  /** The messages taken, as they were when they were taken. */
  readonly sent: { text: string; request: SendRequest }[] = [];
  /** Bytes that fit, by association; others have no bound. */
  readonly room: Map<sctp_assoc_t, number> = new Map<sctp_assoc_t, number>();
  /** Thrown by the next send calls. */
  readonly sendErrors: Error[] = [];
  /** What has become of connects: in progress while not here. */
  readonly outcomes: Map<sctp_assoc_t, "up" | Error> = new Map<sctp_assoc_t, "up" | Error>();
  readonly calls: RecordedCall[] = [];
  readonly options: Map<string, unknown> = new Map<string, unknown>();
  nextAssociation = 3;
  connectError: Error | undefined;
  /** Settles `close()`. */
  finishClose: () => void = () => undefined;
  /** Whether `close()` settles by itself. */
  closesAtOnce = true;
  isReferenced = true;
  /** A provider has these two when an operating system is below it. */
  getUnknownOption?: (level: number, name: number, argument: Uint8Array) => Uint8Array;
  setUnknownOption?: (level: number, name: number, value: Uint8Array) => void;

  constructor(family: AddressFamily, type: SocketType, readiness: Readiness) {
    this.family = family;
    this.type = type;
    this.readiness = readiness;
  }

  /** Lets messages arrive, as one batch. */
  deliver(...messages: (ReceivedMessage | Error)[]): void {
    this.incoming.push(...messages);
    this.readiness.onReadable();
  }

  /** Makes room in an association's send buffer. */
  makeRoom(bytes: number, assocId: sctp_assoc_t = 3): void {
    this.room.set(assocId, bytes);
    this.readiness.onWritable();
  }

  /** Decides a connect. */
  decide(assocId: sctp_assoc_t, outcome: "up" | Error): void {
    this.outcomes.set(assocId, outcome);
    this.readiness.onReadable();
    this.readiness.onWritable();
  }

  /** The calls of one name. */
  callsOf(call: string): RecordedCall[] {
    return this.calls.filter((recorded) => recorded.call === call);
  }

  #record(call: string, ...rest: unknown[]): void {
    this.calls.push({ call, arguments: rest });
  }

  setReadiness(readiness: Readiness): void {
    this.readiness = readiness;
  }
  bind(address: SctpAddress): void {
    this.#record("bind", address);
  }
  bindx(addresses: readonly SctpAddress[], flags: number): void {
    this.#record("bindx", addresses, flags);
  }
  listen(backlog: number): void {
    this.#record("listen", backlog);
  }
  accept(): AcceptedSocket | WouldBlock {
    const accepted = this.accepts.shift();
    if (accepted instanceof Error) throw accepted;
    return accepted ?? WOULD_BLOCK;
  }
  connect(addresses: readonly SctpAddress[]): sctp_assoc_t {
    if (this.connectError !== undefined) throw this.connectError;
    this.#record("connect", addresses);
    const assocId = this.nextAssociation;
    this.nextAssociation += 1;
    return assocId;
  }
  connectResult(assocId: sctp_assoc_t): WouldBlock | undefined {
    const outcome = this.outcomes.get(assocId);
    if (outcome instanceof Error) throw outcome;
    return outcome === "up" ? undefined : WOULD_BLOCK;
  }
  abortAssociation(assocId: sctp_assoc_t): void {
    this.#record("abortAssociation", assocId);
  }
  associationOf(request: SendRequest): sctp_assoc_t {
    return request.sndinfo?.snd_assoc_id || 3;
  }
  send(request: SendRequest): sctp_assoc_t | WouldBlock {
    const error = this.sendErrors.shift();
    if (error !== undefined) throw error;
    const assocId = this.associationOf(request);
    const room = this.room.get(assocId) ?? Number.POSITIVE_INFINITY;
    if (request.lengthBytes > room) return WOULD_BLOCK;
    this.room.set(assocId, room - request.lengthBytes);
    const pieces = request.data instanceof Uint8Array ? [request.data] : request.data;
    this.sent.push({ text: pieces.map(textOf).join(""), request });
    return assocId;
  }
  sendMany(requests: readonly SendRequest[]): number {
    for (const [index, request] of requests.entries()) {
      try {
        if (this.send(request) === WOULD_BLOCK) return index;
      } catch (error) {
        if (index === 0) throw error;
        this.sendErrors.unshift(error as Error);
        return index;
      }
    }
    return requests.length;
  }
  receive(request: ReceiveRequest): ReceivedMessage | WouldBlock {
    const next = this.incoming[0];
    if (next === undefined) return WOULD_BLOCK;
    if (next instanceof Error) {
      this.incoming.shift();
      throw next;
    }
    const isEnd = next.data.length === 0 && next.flags === 0;
    const data = next.data.subarray(0, request.lengthBytes);
    const rest = next.data.subarray(data.length);
    const flags = rest.length === 0 ? next.flags : next.flags & ~MSG_EOR;
    if ((request.flags & MSG_PEEK) === 0 && !isEnd) {
      if (rest.length === 0) this.incoming.shift();
      else this.incoming[0] = { ...next, data: rest };
    }
    if (request.into === undefined) return { ...next, data, flags };
    request.into.set(data);
    return { ...next, data: request.into.subarray(0, data.length), flags };
  }
  receiveMany(max: number, target: ReceivedMessage[], places?: readonly Uint8Array[]): number {
    let count = 0;
    while (count < max) {
      const into = places?.[count];
      const next = this.receive({ lengthBytes: into?.length ?? 0x7fffffff, into, flags: 0 });
      if (next === WOULD_BLOCK) break;
      target.push(next);
      count += 1;
    }
    return count;
  }
  shutdown(how: number): void {
    this.#record("shutdown", how);
  }
  close(): Promise<void> {
    this.#record("close");
    return new Promise((resolve) => {
      this.finishClose = resolve;
      if (this.closesAtOnce) resolve();
    });
  }
  getsockname(): SctpAddress {
    return { address: "127.0.0.1", port: 9, family: "IPv4" };
  }
  getpeername(): SctpAddress {
    return PEER;
  }
  getladdrs(assocId: sctp_assoc_t): SctpAddress[] {
    this.#record("getladdrs", assocId);
    return [this.getsockname()];
  }
  getpaddrs(assocId: sctp_assoc_t): SctpAddress[] {
    this.#record("getpaddrs", assocId);
    return [PEER];
  }
  peeloff(assocId: sctp_assoc_t): ProviderSocket {
    if (assocId !== 3) throw systemError("EINVAL", "sctp_peeloff");
    const peeled = new FakeSocket(this.family, 1, this.readiness);
    peeled.incoming.push(...this.incoming.splice(0));
    return peeled;
  }
  getOption(level: number, name: number, argument: unknown): unknown {
    this.#record("getOption", level, name, argument);
    return this.options.get(`${level}:${name}`);
  }
  setOption(level: number, name: number, value: unknown): void {
    this.#record("setOption", level, name, value);
    this.options.set(`${level}:${name}`, value);
  }
  ref(): void {
    this.isReferenced = true;
  }
  unref(): void {
    this.isReferenced = false;
  }
  hasRef(): boolean {
    return this.isReferenced;
  }
}

/** Makes {@link FakeSocket}s and remembers them. */
export class FakeProvider implements Provider {
  readonly name = "userland";
  readonly sockets: FakeSocket[] = [];

  createSocket(family: AddressFamily, type: SocketType, readiness: Readiness): FakeSocket {
    const socket = new FakeSocket(family, type, readiness);
    this.sockets.push(socket);
    return socket;
  }
}
