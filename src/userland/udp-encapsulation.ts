import type { RemoteInfo } from "node:dgram";
import { type IpAddress, internIpAddress, isWildcard } from "../base/ip-address.js";
import type { Millis } from "../base/millis.js";
import { outOfRange } from "../sockets/errors.js";
import { createPacketRecord, type PacketRecord, packetBytes } from "../wire/packet-record.js";
import type { AddressListener } from "./address-change.js";
import { type AddressMonitor, systemAddressMonitor } from "./address-monitor.js";
import type { Clock } from "./clock.js";
import { ExcludedAddresses } from "./excluded-addresses.js";
import { LocalAddresses } from "./local-addresses.js";
import type {
  LowerLayer,
  LowerLayerCapabilities,
  LowerLayerError,
  LowerLayerHandlers,
  PortRequest,
} from "./lower-layer.js";
import { SystemClock } from "./system-clock.js";
import { UdpPortSet } from "./udp-port-set.js";
import { routeSource, type UdpSocket, type UdpSocketHandlers } from "./udp-socket.js";

/** The UDP port that IANA registered for SCTP (RFC 6951 §5.1). */
export const SCTP_TUNNELING_PORT = 9899;

const UDP_HEADER_BYTES = 8;
/**
 * How long the port of endpoints that find others stays open after its last user, without keeping the process alive: a
 * peer whose SHUTDOWN ACK was not answered, because our SHUTDOWN COMPLETE was lost, repeats it after one second and
 * again after two more (RFC 9260 §9.2, §16), and the stack answers it although it remembers nothing (§8.4 5). The port
 * that others look for is free at once: somebody waits for its number, and gives the same answer.
 */
const LAST_ANSWERS_MS = 4_000;
/** How long the routing table's answer is believed. */
const ROUTE_LIFETIME_MS = 5_000;
/** How many destinations' routes are remembered; peers choose them, so it has a bound. */
const ROUTES_MAX = 256;

/** The settings of {@link UdpEncapsulation}; each has a default. */
export interface UdpEncapsulationOptions {
  /**
   * The UDP port of this host's end, 0 to 65,535; 0 lets the system choose. Default: what the environment variable
   * `SCTP_UDP_LOCAL_PORT` says, else 9899 for endpoints that others find, and one of the system's choice for those
   * that find others.
   */
  readonly localUdpPort?: number;
  /**
   * How large an IP packet may be, in bytes, 576 to 65,535 (default 1500). Node cannot find it out: neither ICMP nor
   * the don't-fragment bit is at hand (RFC 6951 §5.6).
   */
  readonly mtuBytes?: number;
  /**
   * Addresses of this host, or prefixes (`172.17.0.0/16`), that sockets bound to a wildcard do not tell their peers of,
   * where the provider advertises all: those of container bridges, for instance (default none).
   */
  readonly excludedAddresses?: readonly string[];
  /** The size of each socket's receive buffer that the system is asked for, in bytes (default 4 MiB). */
  readonly receiveBufferBytes?: number;
  /** The size of each socket's send buffer that the system is asked for, in bytes (default 4 MiB). */
  readonly sendBufferBytes?: number;
  /** The time (default: the event loop's). */
  readonly clock?: Clock;
  /** Who tells of changes of the host's addresses (default: the system; asked only while a socket wants to know). */
  readonly addressMonitor?: AddressMonitor;
}

/**
 * SCTP in UDP (RFC 6951) over `node:dgram`: works without privileges wherever Node does.
 *
 * It opens one socket for each local address that an endpoint is bound to, all of them on the same UDP port, so that an
 * answer leaves from the address and the port that were addressed.
 */
export class UdpEncapsulation implements LowerLayer {
  readonly capabilities: LowerLayerCapabilities = Object.freeze({
    name: "udp",
    // RFC 6951 §5.3: the checksum of SCTP is computed, whatever UDP does about its own.
    checksum: "stack",
    // RFC 6951 §5.6: the UDP header comes out of the path MTU.
    headerBytes: (destination: IpAddress) => (destination.family === 4 ? 20 : 40) + UDP_HEADER_BYTES,
  });
  private readonly clock: Clock;
  private readonly mtuBytes: number;
  private readonly listening: UdpPortSet;
  /** The same set as {@link UdpEncapsulation.listening} when the user has named a port: there is one then. */
  private readonly ephemeral: UdpPortSet;
  private readonly routes = new Map<string, { source: IpAddress | undefined; until: Millis }>();
  private readonly lookUpRoute = (destination: IpAddress): IpAddress | undefined =>
    this.sourceFor(destination);
  private readonly local: LocalAddresses;
  private readonly excluded: ExcludedAddresses;
  private readonly addressMonitor: AddressMonitor;
  private handlers: LowerLayerHandlers | undefined;
  private received: PacketRecord[] = [];
  private spareBatch: PacketRecord[] = [];
  private readonly spareRecords: PacketRecord[] = [];
  private refCount = 0;
  private blocked = false;
  private closed = false;

  /**
   * @throws RangeError (`ERR_SCTP_OUT_OF_RANGE`) when a setting is out of its range, TypeError
   * (`ERR_SCTP_INVALID_ARG_VALUE`) when an excluded address is none
   */
  constructor(options: UdpEncapsulationOptions = {}) {
    const localUdpPort = options.localUdpPort ?? portFromEnvironment("SCTP_UDP_LOCAL_PORT");
    if (localUdpPort !== undefined) checkRange("localUdpPort", localUdpPort, 0, 65_535);
    this.mtuBytes = options.mtuBytes ?? 1500;
    // Every IPv4 host takes 576 bytes (RFC 791), and no IP packet has more than 65,535.
    checkRange("mtuBytes", this.mtuBytes, 576, 65_535);
    this.clock = options.clock ?? new SystemClock();
    this.local = new LocalAddresses(this.clock);
    this.addressMonitor = options.addressMonitor ?? systemAddressMonitor(this.clock);
    this.excluded = new ExcludedAddresses(options.excludedAddresses ?? []);
    const sizes = {
      receiveBufferBytes: options.receiveBufferBytes ?? 4 * 2 ** 20,
      sendBufferBytes: options.sendBufferBytes ?? 4 * 2 ** 20,
    };
    checkRange("receiveBufferBytes", sizes.receiveBufferBytes, 1, 2 ** 31 - 1);
    checkRange("sendBufferBytes", sizes.sendBufferBytes, 1, 2 ** 31 - 1);
    const handlers: UdpSocketHandlers = {
      onDatagram: (socket, bytes, source) => this.handleDatagram(socket, bytes, source),
      onSendError: (error) => this.handleSendError(error),
      onError: (error) => this.report("receive failed", undefined, 0, error),
      onWritable: () => this.handleWritable(),
    };
    this.listening = new UdpPortSet({ port: localUdpPort ?? SCTP_TUNNELING_PORT, sizes, handlers });
    this.ephemeral =
      localUdpPort === undefined ? new UdpPortSet({ port: 0, sizes, handlers }) : this.listening;
  }

  start(handlers: LowerLayerHandlers): void {
    this.handlers = handlers;
  }

  acquirePort(request: PortRequest): number {
    const set = request.kind === "listening" ? this.listening : this.ephemeral;
    this.openFor(set, request.addresses);
    if (this.refCount > 0) set.ref();
    set.users += 1;
    return set.udpPort;
  }

  releasePort(port: number): void {
    const set = this.setOf(port);
    if (set === undefined || set.users === 0) return;
    set.users -= 1;
    if (set.users > 0) return;
    if (set === this.listening) {
      void set.close();
      return;
    }
    const until = this.clock.now() + LAST_ANSWERS_MS;
    set.closesAt = until;
    this.clock.setTimer(until, () => {
      // Somebody may have used it since, and stopped again.
      if (set.users === 0 && set.closesAt === until) void set.close();
    });
  }

  send(batch: readonly PacketRecord[]): number {
    for (let index = 0; index < batch.length; index += 1) {
      if (!this.sendOne(batch[index] as PacketRecord)) return index;
    }
    return batch.length;
  }

  localAddresses(): readonly IpAddress[] {
    return this.excluded.without(this.local.all());
  }

  watchAddresses(onChange: AddressListener): () => void {
    const tell = this.excluded.filter(onChange);
    return this.addressMonitor.watch((change) => {
      this.local.forget();
      this.routes.clear();
      if (!this.closed) tell(change);
    });
  }

  sourceFor(destination: IpAddress): IpAddress | undefined {
    const now = this.clock.now();
    const known = this.routes.get(destination.text);
    if (known !== undefined && now < known.until) return known.source;
    const text = routeSource(destination);
    const address = text === undefined ? undefined : internIpAddress(text);
    const source = address === undefined || isWildcard(address) ? undefined : address;
    if (this.routes.size >= ROUTES_MAX) this.routes.clear();
    this.routes.set(destination.text, { source, until: now + ROUTE_LIFETIME_MS });
    return source;
  }

  mtu(): number {
    return this.mtuBytes;
  }

  ref(): void {
    this.refCount += 1;
    if (this.refCount > 1) return;
    this.listening.ref();
    this.ephemeral.ref();
  }

  unref(): void {
    if (this.refCount === 0) return;
    this.refCount -= 1;
    if (this.refCount > 0) return;
    this.listening.unref();
    this.ephemeral.unref();
  }

  async close(): Promise<void> {
    this.closed = true;
    await Promise.all([this.listening.close(), this.ephemeral.close()]);
  }

  /** A set that nobody uses any more must not stand in the way of one with other addresses. */
  private openFor(set: UdpPortSet, addresses: readonly IpAddress[]): void {
    try {
      set.open(addresses);
    } catch (error) {
      if (set.users > 0 || set.isEmpty) throw error;
      void set.close();
      set.open(addresses);
    }
  }

  private setOf(port: number): UdpPortSet | undefined {
    if (this.listening.udpPort === port && !this.listening.isEmpty) return this.listening;
    return this.ephemeral.udpPort === port && !this.ephemeral.isEmpty ? this.ephemeral : undefined;
  }

  /**
   * Sends a packet as a datagram of its own, from the local encapsulation port to the one in its record (RFC 6951
   * §5.3). Answers false when the packet was not taken.
   */
  private sendOne(packet: PacketRecord): boolean {
    const { source, destination, sourceUdpPort, destinationUdpPort } = packet;
    if (this.closed || destination === undefined) return true;
    const socket = this.setOf(sourceUdpPort)?.socketFor(source, destination, this.lookUpRoute);
    if (socket === undefined || destinationUdpPort === 0) {
      this.clock.defer(() => this.report("send failed", destination, destinationUdpPort, undefined));
      return true;
    }
    if (socket.isBlocked) {
      this.blocked = true;
      return false;
    }
    socket.send(packetBytes(packet), destination, destinationUdpPort);
    return true;
  }

  private handleWritable(): void {
    if (!this.blocked || this.closed) return;
    this.blocked = false;
    this.handlers?.onWritable();
  }

  private handleSendError(error: Error): void {
    const { code, address, port } = error as { code?: unknown; address?: unknown; port?: unknown };
    const destination = typeof address === "string" ? internIpAddress(address) : undefined;
    // The route may have gone with the error.
    if (destination !== undefined) this.routes.delete(destination.text);
    const kind = code === "EMSGSIZE" ? "packet too big" : "send failed";
    this.report(kind, destination, typeof port === "number" ? port : 0, error);
  }

  private report(
    kind: LowerLayerError["kind"],
    destination: IpAddress | undefined,
    destinationUdpPort: number,
    cause: Error | undefined,
  ): void {
    if (this.closed) return;
    const unknown = { source: undefined, mtuBytes: 0, quotedBytes: undefined };
    this.handlers?.onError({ kind, destination, destinationUdpPort, cause, ...unknown });
  }

  private handleDatagram(socket: UdpSocket, bytes: Buffer, sender: RemoteInfo): void {
    const source = internIpAddress(sender.address);
    if (source === undefined || sender.port === 0) return;
    const packet = this.spareRecords.pop() ?? createPacketRecord();
    // No Buffer goes up: its slice() shares memory where a Uint8Array's copies, and its views cost three times as much.
    packet.slab = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    packet.offsetBytes = 0;
    packet.lengthBytes = bytes.length;
    packet.source = source;
    packet.sourceUdpPort = sender.port;
    packet.destination = socket.address;
    packet.destinationUdpPort = socket.port;
    // Node reads several datagrams in a row; they leave as one batch at the end of the same turn.
    if (this.received.length === 0) this.clock.defer(() => this.deliver());
    this.received.push(packet);
  }

  private deliver(): void {
    const batch = this.received;
    this.received = this.spareBatch;
    if (!this.closed) this.handlers?.onPackets(batch);
    for (const packet of batch) {
      packet.slab = NO_BYTES;
      this.spareRecords.push(packet);
    }
    batch.length = 0;
    this.spareBatch = batch;
  }
}

const NO_BYTES = new Uint8Array(0);

/**
 * Reads a UDP port from the environment.
 *
 * @throws RangeError (`ERR_SCTP_OUT_OF_RANGE`) when the variable is set and is not a port
 */
export function portFromEnvironment(name: string): number | undefined {
  const text = process.env[name];
  if (text === undefined || text === "") return undefined;
  const port = Number(text);
  checkRange(name, port, 0, 65_535);
  return port;
}

function checkRange(name: string, value: number, minimum: number, maximum: number): void {
  if (Number.isInteger(value) && value >= minimum && value <= maximum) return;
  throw outOfRange(name, `an integer from ${minimum} to ${maximum}`, value);
}
