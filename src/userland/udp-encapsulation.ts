import { type IpAddress, internIpAddress, isWildcard } from "../base/ip-address.js";
import type { Millis } from "../base/millis.js";
import { type Addon, AWAKE_MICROSECONDS_MAX } from "../native/addon.js";
import { outOfRange } from "../sockets/errors.js";
import type { PacketRecord } from "../wire/packet-record.js";
import type { AddressListener } from "./address-change.js";
import { type AddressMonitor, systemAddressMonitor } from "./address-monitor.js";
import { BusyPoll } from "./busy-poll.js";
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
import { routeSource } from "./udp/dgram-sockets.js";
import { openUdpIo, type UdpIo } from "./udp/udp-io.js";
import { UdpPortSet } from "./udp-port-set.js";
import type { UdpSocketHandlers, UdpSockets } from "./udp-socket.js";

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
  /**
   * The size of each socket's receive buffer that the system is asked for, in bytes (default 4 MiB). It may give less:
   * Linux no more than `net.core.rmem_max`, which is 208 KiB where nobody has changed it. No peer is offered a larger
   * window than that, because the system drops without a word what finds no room.
   */
  readonly receiveBufferBytes?: number;
  /** The size of each socket's send buffer that the system is asked for, in bytes (default 4 MiB). */
  readonly sendBufferBytes?: number;
  /**
   * How packets are sent and received (default: what the environment variable `SCTP_UDP_IO` says, else `auto`). `batch`
   * needs Linux and the native addon.
   */
  readonly io?: UdpIo;
  /**
   * Whether packets of one length to one destination leave this process in one piece, which the system or the network
   * card cuts; only with `batch`, and only where the system can (default: true, unless the environment variable
   * `SCTP_UDP_OFFLOAD` is `0`). A capture on this host shows such a piece as one datagram: switch it off to look at
   * packets. It is most of the speed.
   */
  readonly offload?: boolean;
  /**
   * For how long after packets have come the event loop looks for more instead of going to sleep, in microseconds, 0 to
   * 1,000,000 (default: what the environment variable `SCTP_UDP_BUSY_POLL` says, else 0). It halves round trips where
   * answers come within that time, and costs as much of a core; timers and other input have their turns as ever.
   */
  readonly busyPollMicroseconds?: number;
  /** The system calls of `batch` (default: the package's native addon). */
  readonly addon?: Addon;
  /** The time (default: the event loop's). */
  readonly clock?: Clock;
  /** Who tells of changes of the host's addresses (default: the system; asked only while a socket wants to know). */
  readonly addressMonitor?: AddressMonitor;
}

/**
 * SCTP in UDP (RFC 6951): works without privileges wherever Node does, and many times faster where the native addon is.
 *
 * It opens one socket for each local address that an endpoint is bound to, all of them on the same UDP port, so that an
 * answer leaves from the address and the port that were addressed.
 */
export class UdpEncapsulation implements LowerLayer {
  readonly capabilities: LowerLayerCapabilities;
  private readonly clock: Clock;
  private readonly mtuBytes: number;
  private readonly sockets: UdpSockets;
  private readonly listening: UdpPortSet;
  /** The same set as {@link UdpEncapsulation.listening} when the user has named a port: there is one then. */
  private readonly ephemeral: UdpPortSet;
  private readonly routes = new Map<string, { source: IpAddress | undefined; until: Millis }>();
  private readonly lookUpRoute = (destination: IpAddress): IpAddress | undefined =>
    this.sourceFor(destination);
  private readonly local: LocalAddresses;
  private readonly excluded: ExcludedAddresses;
  private readonly addressMonitor: AddressMonitor;
  private readonly busyPoll: BusyPoll;
  private handlers: LowerLayerHandlers | undefined;
  private refCount = 0;
  private blocked = false;
  private closed = false;

  /**
   * @throws RangeError (`ERR_SCTP_OUT_OF_RANGE`) when a setting is out of its range, TypeError
   * (`ERR_SCTP_INVALID_ARG_VALUE`) when an excluded address is none, or `io` is none of its words; Error
   * (`ERR_SCTP_PROVIDER_UNAVAILABLE`) when `io` is `batch` and there is no addon, or the system is not Linux
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
    const busyPollMicroseconds =
      options.busyPollMicroseconds ??
      integerFromEnvironment("SCTP_UDP_BUSY_POLL", AWAKE_MICROSECONDS_MAX) ??
      0;
    checkRange("busyPollMicroseconds", busyPollMicroseconds, 0, AWAKE_MICROSECONDS_MAX);
    const handlers: UdpSocketHandlers = {
      onPackets: (batch) => {
        if (this.closed) return;
        this.handlers?.onPackets(batch);
        // It begins when what has come is dealt with; a listener may have closed everything.
        if (!this.closed) this.busyPoll.extend();
      },
      onSendError: (error, destination, port) => this.handleSendError(error, destination, port),
      onError: (error) => this.report("receive failed", undefined, 0, error),
      onWritable: () => this.handleWritable(),
    };
    const { io, offload, addon } = options;
    this.sockets = openUdpIo({
      ...(io === undefined ? {} : { io }),
      ...(offload === undefined ? {} : { offload }),
      ...(addon === undefined ? {} : { addon }),
      sizes,
      clock: this.clock,
      handlers,
    });
    this.busyPoll = new BusyPoll(this.clock, this.sockets, busyPollMicroseconds / 1000);
    this.capabilities = Object.freeze({
      name: "udp",
      // RFC 6951 §5.3: the checksum of SCTP is computed, whatever UDP does about its own.
      checksum: this.sockets.checksum,
      // RFC 6951 §5.6: the UDP header comes out of the path MTU.
      headerBytes: (destination: IpAddress) => (destination.family === 4 ? 20 : 40) + UDP_HEADER_BYTES,
    });
    const shared = { sockets: this.sockets, localAddresses: () => this.local.all() };
    this.listening = new UdpPortSet({ port: localUdpPort ?? SCTP_TUNNELING_PORT, ...shared });
    this.ephemeral = localUdpPort === undefined ? new UdpPortSet({ port: 0, ...shared }) : this.listening;
  }

  /** What the system has given, which may be less than was asked for. */
  get receiveBufferBytes(): number | undefined {
    return this.sockets.receiveBufferBytes;
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
    if (this.closed) return batch.length;
    let next = 0;
    while (next < batch.length) {
      const end = endOfRun(batch, next);
      const taken = this.sendRun(batch, next, end);
      next += taken;
      this.blocked = next < end;
      if (this.blocked) break;
    }
    return next;
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
    this.busyPoll.stop();
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
   * Sends packets, each as a datagram of its own, from the local encapsulation port to the one in its record (RFC 6951
   * §5.3). Answers how many were taken.
   */
  private sendRun(batch: readonly PacketRecord[], start: number, end: number): number {
    const { source, destination, sourceUdpPort, destinationUdpPort } = batch[start] as PacketRecord;
    if (destination === undefined) return end - start;
    const socket = this.setOf(sourceUdpPort)?.socketFor(source, destination, this.lookUpRoute);
    if (socket !== undefined && destinationUdpPort !== 0) return socket.send(batch, start, end);
    for (let index = start; index < end; index += 1) {
      this.clock.defer(() => this.report("send failed", destination, destinationUdpPort, undefined));
    }
    return end - start;
  }

  private handleWritable(): void {
    if (!this.blocked || this.closed) return;
    this.blocked = false;
    this.handlers?.onWritable();
  }

  private handleSendError(error: Error, destination: IpAddress | undefined, port: number): void {
    // The route may have gone with the error.
    if (destination !== undefined) this.routes.delete(destination.text);
    const isTooBig = "code" in error && error.code === "EMSGSIZE";
    this.report(isTooBig ? "packet too big" : "send failed", destination, port, error);
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
}

/** Where the packets end that leave from the same socket as that at `start`. */
function endOfRun(batch: readonly PacketRecord[], start: number): number {
  const { source, destination, sourceUdpPort, destinationUdpPort } = batch[start] as PacketRecord;
  let end = start + 1;
  while (end < batch.length) {
    const packet = batch[end] as PacketRecord;
    if (packet.source !== source || packet.sourceUdpPort !== sourceUdpPort) break;
    // Without a source it is the destination that decides on the socket.
    if (packet.destination !== destination && source === undefined) break;
    if ((packet.destinationUdpPort === 0) !== (destinationUdpPort === 0)) break;
    end += 1;
  }
  return end;
}

/**
 * Reads a UDP port from the environment.
 *
 * @throws RangeError (`ERR_SCTP_OUT_OF_RANGE`) when the variable is set and is not a port
 */
export function portFromEnvironment(name: string): number | undefined {
  return integerFromEnvironment(name, 65_535);
}

function integerFromEnvironment(name: string, maximum: number): number | undefined {
  const text = process.env[name];
  if (text === undefined || text === "") return undefined;
  const value = Number(text);
  checkRange(name, value, 0, maximum);
  return value;
}

function checkRange(name: string, value: number, minimum: number, maximum: number): void {
  if (Number.isInteger(value) && value >= minimum && value <= maximum) return;
  throw outOfRange(name, `an integer from ${minimum} to ${maximum}`, value);
}
