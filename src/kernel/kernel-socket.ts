import { SHUT_RD, SHUT_RDWR, SHUT_WR } from "../sockets/constants.js";
import { systemError } from "../sockets/errors.js";
import {
  type AcceptedSocket,
  type ProviderSocket,
  type Readiness,
  type ReceiveRequest,
  type SendRequest,
  WOULD_BLOCK,
  type WouldBlock,
} from "../sockets/provider.js";
import type { AddressFamily, ReceivedMessage, SctpAddress, SocketType } from "../sockets/types.js";
import { READABLE, WRITABLE } from "../native/addon.js";
import { accept } from "./accepting.js";
import { discard } from "./being-readable.js";
import { bind, bindx, listen } from "./binding.js";
import { closeSocket } from "./closing.js";
import { abortAssociation, connect, connectResult } from "./connecting.js";
import { endGracefully, statusOf } from "./ending.js";
import type { KernelSocketState } from "./kernel-socket-state.js";
import { localAddresses, peerAddresses, socketName } from "./local-addresses.js";
import { peeloff } from "./peeling-off.js";
import { receive, receiveMany } from "./receiving.js";
import { associationOf, send } from "./sending.js";
import { sendMany } from "./sending-many.js";
import { getOption, getUnknownOption, setOption, setUnknownOption } from "./socket-options.js";

/** One socket over the operating system's SCTP: the calls of RFC 6458, each of which stands in a file of its own. */
export class KernelSocket implements ProviderSocket {
  private readonly state: KernelSocketState;

  /** Sockets come from the provider, from `accept` and from `peeloff`. */
  constructor(state: KernelSocketState) {
    this.state = state;
  }

  get family(): AddressFamily {
    return this.state.family;
  }

  get type(): SocketType {
    return this.state.type;
  }

  setReadiness(readiness: Readiness): void {
    this.state.setReadiness(readiness);
  }

  bind(address: SctpAddress): void {
    bind(this.state, address);
  }

  bindx(addresses: readonly SctpAddress[], flags: number): void {
    bindx(this.state, addresses, flags);
  }

  listen(backlog: number): void {
    listen(this.state, backlog);
  }

  accept(): AcceptedSocket | WouldBlock {
    const accepted = accept(this.state);
    if (accepted === WOULD_BLOCK) return WOULD_BLOCK;
    return { socket: new KernelSocket(accepted.state), address: accepted.address };
  }

  connect(addresses: readonly SctpAddress[]): number {
    return connect(this.state, addresses);
  }

  connectResult(assocId: number): WouldBlock | undefined {
    return connectResult(this.state, assocId);
  }

  abortAssociation(assocId: number): void {
    abortAssociation(this.state, assocId);
  }

  send(request: SendRequest): number | WouldBlock {
    return send(this.state, request);
  }

  associationOf(request: SendRequest): number {
    return associationOf(this.state, request);
  }

  sendMany(requests: readonly SendRequest[]): number {
    return sendMany(this.state, requests);
  }

  receive(request: ReceiveRequest): ReceivedMessage | WouldBlock {
    return receive(this.state, request);
  }

  receiveMany(max: number, target: ReceivedMessage[], into?: readonly Uint8Array[]): number {
    return receiveMany(this.state, max, target, into);
  }

  shutdown(how: number): void {
    const { state } = this;
    if (!state.isOneToOne) throw systemError("EOPNOTSUPP", "shutdown");
    const { single } = state;
    // It may have ended without anybody having read of it.
    const hasEnded = single?.phase === "up" && statusOf(state, single.id) === undefined;
    if (single === undefined || single.phase === "ended" || hasEnded) {
      throw systemError("ENOTCONN", "shutdown");
    }
    if (how === SHUT_RD || how === SHUT_RDWR) {
      // Not the kernel's: behind it, Linux would say nothing of the association's end.
      state.receiveIsShutDown = true;
      discard(state);
      state.wake(READABLE);
    }
    if (how === SHUT_WR || how === SHUT_RDWR) {
      state.sendIsShutDown = true;
      endGracefully(state, single.id);
      state.wake(WRITABLE);
    }
  }

  close(): Promise<void> {
    return closeSocket(this.state);
  }

  getsockname(): SctpAddress {
    return socketName(this.state);
  }

  getpeername(): SctpAddress {
    const { peer, isOneToOne } = this.state;
    if (!isOneToOne || peer === undefined) throw systemError("ENOTCONN", "getpeername");
    return peer;
  }

  getladdrs(assocId: number): SctpAddress[] {
    return localAddresses(this.state, assocId);
  }

  getpaddrs(assocId: number): SctpAddress[] {
    return peerAddresses(this.state, assocId);
  }

  peeloff(assocId: number): ProviderSocket {
    return new KernelSocket(peeloff(this.state, assocId));
  }

  getOption(level: number, name: number, argument: unknown): unknown {
    return getOption(this.state, level, name, argument);
  }

  setOption(level: number, name: number, value: unknown): void {
    setOption(this.state, level, name, value);
  }

  getUnknownOption(level: number, name: number, argument: Uint8Array): Uint8Array {
    return getUnknownOption(this.state, level, name, argument);
  }

  setUnknownOption(level: number, name: number, value: Uint8Array): void {
    setUnknownOption(this.state, level, name, value);
  }

  ref(): void {
    this.state.setRef(true);
  }

  unref(): void {
    this.state.setRef(false);
  }

  hasRef(): boolean {
    return this.state.hasRef;
  }
}
