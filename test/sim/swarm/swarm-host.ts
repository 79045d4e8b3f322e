import type { IpAddress } from "../../../src/base/ip-address.js";
import {
  AF_INET,
  AF_INET6,
  IPPROTO_SCTP,
  SCTP_ASSOC_CHANGE,
  SCTP_BINDX_ADD_ADDR,
  SCTP_EVENT,
  SCTP_FRAGMENT_INTERLEAVE,
  SCTP_FUTURE_ASSOC,
  SCTP_PARTIAL_DELIVERY_EVENT,
  SCTP_RECVRCVINFO,
  SCTP_SEND_FAILED_EVENT,
  SCTP_SHUTDOWN_EVENT,
  SO_SNDBUF,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_SOCKET,
} from "../../../src/sockets/constants.js";
import type { AddressFamily, SctpAddress, SocketType } from "../../../src/sockets/types.js";
import type { Association } from "../../../src/stack/association.js";
import { configure, DEFAULT_ASSOCIATION_CONFIG } from "../../../src/stack/config.js";
import type { Endpoint } from "../../../src/stack/endpoint.js";
import type { Entropy } from "../../../src/stack/entropy.js";
import { AddressFollowing } from "../../../src/userland/address-following.js";
import { DriftingClock } from "../../../src/userland/drifting-clock.js";
import { handleStackEvent } from "../../../src/userland/event-handling.js";
import type { MemoryHost } from "../../../src/userland/memory-host.js";
import { NodeCrypto } from "../../../src/userland/node-crypto.js";
import { SeededEntropy } from "../../../src/userland/seeded-entropy.js";
import type { SocketContext } from "../../../src/userland/socket-context.js";
import { SocketSettings } from "../../../src/userland/socket-settings.js";
import { SocketState } from "../../../src/userland/socket-state.js";
import { StackDriver } from "../../../src/userland/stack-driver.js";
import { UserlandSocket } from "../../../src/userland/userland-socket.js";
import { followAddresses } from "./address-actions.js";
import type { HostPlan } from "./swarm-plan.js";
import { SwarmSocket } from "./swarm-socket.js";
import { WatchedCongestionControl } from "./watched-congestion-control.js";
import type { SwarmWorld } from "./swarm-world.js";

/** The port of every host's service. */
const SERVICE_PORT = 5000;
/** Where the ports of clients begin that bind one. */
const FIRST_CLIENT_PORT = 6000;
const CLIENT_PORTS = 8;
const BACKLOG = 4;

const NOTIFICATIONS = [
  SCTP_ASSOC_CHANGE,
  SCTP_SEND_FAILED_EVENT,
  SCTP_SHUTDOWN_EVENT,
  SCTP_PARTIAL_DELIVERY_EVENT,
];

/**
 * Numbers of which every second one is close below 2^32, so that TSNs wrap around. No two of those are the same for a
 * long time, whoever draws them, because tags come from here as well.
 */
class NearWrapEntropy implements Entropy {
  readonly #entropy: SeededEntropy;
  readonly #drawn: { count: number };

  constructor(entropy: SeededEntropy, drawn: { count: number }) {
    this.#entropy = entropy;
    this.#drawn = drawn;
  }

  randomUint32(): number {
    const value = this.#entropy.randomUint32();
    if (value % 2 === 0) return value;
    this.#drawn.count += 1;
    return (0xffff_f000 | ((this.#drawn.count * 1597) & 0xfff)) >>> 0;
  }

  fillRandom(bytes: Uint8Array): void {
    this.#entropy.fillRandom(bytes);
  }
}

/** One host of a swarm with its applications; it can crash and come back as another incarnation. */
export class SwarmHost {
  readonly world: SwarmWorld;
  readonly plan: HostPlan;
  /** What carries its packets now. */
  lowerLayer: MemoryHost;
  /** How often it has crashed. */
  incarnation = 0;
  isUp = false;
  /** Addresses that have been taken from it. */
  readonly missingAddresses = new Set<string>();
  /** All open sockets, and those that are closing. */
  readonly sockets = new Set<SwarmSocket>();
  /** The socket that others find. */
  service: SwarmSocket | undefined;
  #context!: SocketContext;
  readonly #endpoints = new Set<Endpoint>();

  constructor(world: SwarmWorld, plan: HostPlan) {
    this.world = world;
    this.plan = plan;
    this.lowerLayer = world.network.host(...plan.addresses);
    this.#start();
  }

  /** Its stack. */
  get driver(): StackDriver {
    return this.#context.driver;
  }

  /** The family of its sockets. */
  get family(): AddressFamily {
    return this.plan.addresses.some((address) => address.includes(":")) ? AF_INET6 : AF_INET;
  }

  /** The addresses that others use to find its service. */
  get serviceAddresses(): SctpAddress[] {
    return this.plan.addresses.map((address) => socketAddress(address, SERVICE_PORT));
  }

  /** Everything that its stack keeps an association for. */
  *associations(): Generator<Association> {
    for (const endpoint of this.#endpoints) yield* endpoint.associations;
  }

  /** Loses everything at once, without a word to anybody. */
  crash(): void {
    this.world.log(`host ${this.plan.index} crashes`);
    this.isUp = false;
    this.world.ledger.crashed(this.plan.index);
    for (const socket of this.sockets) socket.isClosed = true;
    this.sockets.clear();
    this.#endpoints.clear();
    this.service = undefined;
    void this.driver.close();
  }

  /** Comes back, with the addresses that it has now. */
  restart(): void {
    const [address] = this.lowerLayer.addresses;
    if (this.isUp || address === undefined) return;
    this.world.log(`host ${this.plan.index} restarts`);
    this.incarnation += 1;
    this.lowerLayer = this.world.network.replaceHost(address.text);
    this.#start();
  }

  /** Opens the service, unless its port is still in use. */
  openService(): void {
    if (this.service !== undefined) return;
    const socket = this.createSocket(this.plan.isOneToMany ? SOCK_SEQPACKET : SOCK_STREAM);
    const wasBound = socket.attempt(() => {
      this.#bind(socket, SERVICE_PORT);
      socket.socket.listen(BACKLOG);
    });
    if (!wasBound) {
      socket.close();
      return;
    }
    this.watch(socket);
    socket.isListening = true;
    this.service = socket;
  }

  /** A new one-to-one socket, bound to a port where the host does so; `undefined` when there is no port. */
  createClient(): SwarmSocket | undefined {
    const socket = this.createSocket(SOCK_STREAM);
    if (!this.plan.hasFixedPorts) return socket;
    const port = FIRST_CLIENT_PORT + this.world.chances.below(CLIENT_PORTS);
    if (socket.attempt(() => this.#bind(socket, port))) return socket;
    socket.close();
    return undefined;
  }

  /** A new socket with everything subscribed that the ledger wants to know. */
  createSocket(type: SocketType): SwarmSocket {
    const state = new SocketState(this.#context, this.family, type, new SocketSettings(this.#context.config));
    const socket = new SwarmSocket(this, new UserlandSocket(state), state);
    for (const se_type of NOTIFICATIONS) {
      socket.socket.setOption(IPPROTO_SCTP, SCTP_EVENT, {
        se_assoc_id: SCTP_FUTURE_ASSOC,
        se_type,
        se_on: 1,
      });
    }
    socket.socket.setOption(IPPROTO_SCTP, SCTP_RECVRCVINFO, 1);
    socket.socket.setOption(SOL_SOCKET, SO_SNDBUF, this.plan.sendBufferBytes);
    const { interleaveLevel } = this.plan;
    if (interleaveLevel !== undefined)
      socket.socket.setOption(IPPROTO_SCTP, SCTP_FRAGMENT_INTERLEAVE, interleaveLevel);
    return socket;
  }

  /** Notes where associations of a socket are to be found. */
  watch({ state }: SwarmSocket): void {
    const endpoint = state?.bound?.endpoint;
    if (endpoint !== undefined) this.#endpoints.add(endpoint);
  }

  #bind(socket: SwarmSocket, port: number): void {
    const addresses: readonly IpAddress[] = this.plan.bindsByName ? this.lowerLayer.addresses : [];
    if (addresses.length === 0) {
      socket.socket.bind(socketAddress(this.family === AF_INET6 ? "::" : "0.0.0.0", port));
      if (this.plan.followsAddresses) followAddresses(socket);
      return;
    }
    const named = addresses.map(({ text }) => socketAddress(text, port));
    socket.socket.bindx(named, SCTP_BINDX_ADD_ADDR);
  }

  #start(): void {
    const { world, plan } = this;
    const { index } = plan;
    const seeded = new SeededEntropy(Math.imul(world.plan.seed, 0x9e37) + index * 97 + this.incarnation);
    const entropy = plan.isNearWrap ? new NearWrapEntropy(seeded, world.nearWrapNumbers) : seeded;
    const driver = new StackDriver({
      lowerLayer: this.lowerLayer,
      clock: new DriftingClock(world.clock, plan.clockRate, index * 1e6),
      entropy,
      crypto: new NodeCrypto(),
      congestionControl: (pmdcs, family) => new WatchedCongestionControl(pmdcs, family),
      handleEvent: (event) => {
        world.tell(index, event, driver.now());
        handleStackEvent(event);
      },
    });
    this.#context = {
      driver,
      entropy,
      config: configure(DEFAULT_ASSOCIATION_CONFIG, { ...plan.config, remoteEncapsulationPort: 9899 }),
      advertiseAll: plan.advertisesAll,
      closeLimitMs: plan.closeLimitMs,
      following: new AddressFollowing(driver),
      sharedEndpoints: new Set(),
      hasUsedUdpPortNumber: false,
    };
    this.isUp = true;
    this.openService();
  }
}

/** An address as the sockets' calls take it. */
export function socketAddress(address: string, port: number): SctpAddress {
  return { address, port, family: address.includes(":") ? "IPv6" : "IPv4" };
}
