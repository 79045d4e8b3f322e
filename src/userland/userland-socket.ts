import { type IpAddress, isWildcard } from "../base/ip-address.js";
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
import { SOCK_STREAM } from "../sockets/constants.js";
import { bind, bindx, listen } from "./binding.js";
import { wildcardAddresses } from "./bound-endpoint.js";
import { addressesOfAssociation } from "./changing-addresses.js";
import { closeSocket } from "./closing.js";
import { connect, connectResult } from "./connecting.js";
import { getOption, setOption } from "./options/option-functions.js";
import { receive, receiveMany } from "./receiving.js";
import { associationOf, send } from "./sending.js";
import { sendMany } from "./sending-many.js";
import { socketAddress } from "./socket-addresses.js";
import type { SocketAssociation } from "./socket-association.js";
import { SocketState } from "./socket-state.js";

/** One socket over our own stack: the calls of RFC 6458, each of which stands in a file of its own. */
export class UserlandSocket implements ProviderSocket {
  private readonly state: SocketState;

  /** Sockets come from the provider, from `accept` and from `peeloff`. */
  constructor(state: SocketState) {
    this.state = state;
  }

  get family(): AddressFamily {
    return this.state.family;
  }

  get type(): SocketType {
    return this.state.type;
  }

  setReadiness(readiness: Readiness): void {
    this.state.readiness = readiness;
    this.state.wakeReadable();
    this.state.wakeWritable();
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
    const { listening, isOneToOne } = this.state;
    // RFC 6458 §3.1.3: one-to-many sockets accept by themselves.
    if (!isOneToOne) throw systemError("EOPNOTSUPP", "accept");
    if (listening === undefined) {
      throw systemError("EINVAL", "accept", { message: "the socket does not listen" });
    }
    const child = listening.queue.shift();
    if (child === undefined) return WOULD_BLOCK;
    this.state.updateHold();
    child.setRef(true);
    const socket = new UserlandSocket(child);
    return { socket, address: socket.getpeername() };
  }

  connect(addresses: readonly SctpAddress[]): number {
    return connect(this.state, addresses);
  }

  connectResult(assocId: number): WouldBlock | undefined {
    return connectResult(this.state, assocId);
  }

  abortAssociation(assocId: number): void {
    const owner = this.state.associations.get(assocId);
    if (owner === undefined) return;
    // Nobody asks for the outcome any more.
    owner.isConnecting = false;
    owner.association.abort([{ kind: "User-Initiated Abort", reason: new Uint8Array(0) }]);
    this.state.context.driver.touch();
  }

  send(request: SendRequest): number | WouldBlock {
    return send(this.state, request, this.state.context.driver.now());
  }

  associationOf(request: SendRequest): number {
    return associationOf(this.state, request);
  }

  sendMany(requests: readonly SendRequest[]): number {
    return sendMany(this.state, requests, this.state.context.driver.now());
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
    if (single === undefined || !single.isAlive) throw systemError("ENOTCONN", "shutdown");
    if (how === SHUT_RD || how === SHUT_RDWR) {
      state.receiveIsShutDown = true;
      state.interleaving.discard();
      state.wakeReadable();
    }
    if (how === SHUT_WR || how === SHUT_RDWR) {
      state.sendIsShutDown = true;
      single.association.shutdown(state.context.driver.now());
      state.context.driver.touch();
      state.wakeWritable();
    }
  }

  close(): Promise<void> {
    return closeSocket(this.state);
  }

  getsockname(): SctpAddress {
    const { bound, family } = this.state;
    const [first] = bound?.addresses ?? wildcardAddresses(family);
    return this.toSocketAddress(first as IpAddress, bound?.port ?? 0);
  }

  getpeername(): SctpAddress {
    const { single } = this.state;
    if (single === undefined) throw systemError("ENOTCONN", "getpeername");
    const { primaryPath, peerPort } = single.association;
    return this.toSocketAddress(primaryPath.address, peerPort);
  }

  getladdrs(assocId: number): SctpAddress[] {
    const { bound, context } = this.state;
    if (bound === undefined) return [];
    const owner = this.findAssociation(assocId);
    const { port, addresses } = bound;
    let local = addresses;
    if (bound.isWildcard) {
      const all = context.driver.lowerLayer.localAddresses();
      local = all.filter(({ family }) => addresses.some((own) => own.family === family));
    }
    if (owner !== undefined) local = addressesOfAssociation(owner, local);
    return local.map((address) => this.toSocketAddress(address, port));
  }

  getpaddrs(assocId: number): SctpAddress[] {
    const owner = this.findAssociation(assocId);
    if (owner === undefined || !owner.isAlive) return [];
    const { paths, peerPort } = owner.association;
    return paths.map(({ address }) => this.toSocketAddress(address, peerPort));
  }

  peeloff(assocId: number): ProviderSocket {
    const { state } = this;
    if (state.isOneToOne) throw systemError("EOPNOTSUPP", "sctp_peeloff");
    const owner = state.associations.get(assocId);
    if (owner === undefined) {
      throw systemError("EINVAL", "sctp_peeloff", { message: `no association has the id ${assocId}` });
    }
    const peeled = new SocketState(state.context, state.family, SOCK_STREAM, state.settings.clone());
    peeled.bound = state.bound?.share();
    peeled.adopt(owner);
    state.removeAssociation(owner);
    state.interleaving.moveTo(peeled.interleaving, owner);
    // Calls of this socket that wait for the association would wait for ever: its news go to the other one.
    owner.isConnecting = false;
    state.wakeWritable();
    return new UserlandSocket(peeled);
  }

  getOption(level: number, name: number, argument: unknown): unknown {
    return getOption(this.state, level, name, argument);
  }

  setOption(level: number, name: number, value: unknown): void {
    setOption(this.state, level, name, value);
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

  /** On one-to-one sockets the id is ignored (RFC 6458 §7.2). */
  private findAssociation(assocId: number): SocketAssociation | undefined {
    const { state } = this;
    return state.isOneToOne ? state.single : state.associations.get(assocId);
  }

  private toSocketAddress(address: IpAddress, port: number): SctpAddress {
    // The wildcard of the other family is not an address in IPv6 form.
    return socketAddress(address, port, this.state.settings.wantsMappedIpv4 && !isWildcard(address));
  }
}
