import { type IpAddress, isWildcard } from "../base/ip-address.js";
import { type Addon, loadAddon } from "../native/addon.js";
import { AncillaryData } from "../native/ancillary-data.js";
import { errnoCode } from "../native/errno.js";
import { watchOf } from "../native/watch.js";
import { argumentError, outOfRange, systemError, type SystemErrorCode } from "../sockets/errors.js";
import { IPV4_MTU_BYTES_ASSUMED, IPV6_MTU_BYTES_MIN } from "../stack/limits.js";
import { type PacketRecord, packetBytes } from "../wire/packet-record.js";
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
import { AddressCache } from "./ip/address-cache.js";
import { ErrorQueue } from "./raw/error-queue.js";
import { type IpVersions, readIpVersions } from "./ip/ip-version.js";
import { RawSocket, type RawSocketParts } from "./raw/raw-socket.js";
import { ReceiveBatch } from "./raw/receive-batch.js";
import { RouteTable } from "./raw/route-table.js";
import { SendBatch } from "./raw/send-batch.js";
import { SystemClock } from "./system-clock.js";

/** How much of a packet that the own host has refused is quoted: enough for the Initiate Tag of an INIT. */
const QUOTED_BYTES = 64;
/** What a packet to somewhere unreachable may be as large as. */
const MTU_BYTES_WITHOUT_ROUTE = 1500;
const BUFFER_BYTES_DEFAULT: number = 4 * 2 ** 20;

/** The settings of {@link RawIp}; each has a default. */
export interface RawIpOptions {
  /**
   * Whether packets to SCTP ports that no socket of this provider has are answered as RFC 9260 §8.4 wants, with ABORT
   * (default false).
   *
   * A raw socket sees all SCTP packets of the host, also those for the kernel's sockets and for other processes. An
   * ABORT out of turn ends one of their associations; one that is missing costs a peer some retransmissions. Set it
   * where this provider is the only SCTP on the host (or in its network namespace): peers then learn at once that
   * nobody listens.
   */
  readonly answersOutOfTheBlue?: boolean;
  /**
   * Addresses of this host, or prefixes (`172.17.0.0/16`), that sockets bound to a wildcard do not tell their peers
   * of: those of container bridges, for instance, which mean something else on each host (default none).
   */
  readonly excludedAddresses?: readonly string[];
  /**
   * How large an IP packet may be at the most, in bytes, 576 to 65,535 (default: what the way to its destination
   * says).
   */
  readonly mtuBytes?: number;
  /** The size of each socket's buffers that the system is asked for, in bytes (default 4 MiB). */
  readonly bufferBytes?: number;
  /** The time (default: the event loop's). */
  readonly clock?: Clock;
  /** Who tells of changes of the host's addresses (default: the system; asked only while a socket wants to know). */
  readonly addressMonitor?: AddressMonitor;
  /** The system calls (default: the package's native addon). */
  readonly addon?: Addon;
}

/**
 * SCTP directly over IP, as protocol 132: what kernels speak. It needs Linux, the native addon, and the capability
 * CAP_NET_RAW.
 *
 * One raw socket for each version of IP serves all endpoints. Packets leave with the don't-fragment bit, and ICMP is
 * handed to the stack.
 */
export class RawIp implements LowerLayer {
  readonly capabilities: LowerLayerCapabilities;
  private readonly addon: Addon;
  private readonly versions: IpVersions;
  private readonly clock: Clock;
  private readonly mtuBytesMax: number;
  private readonly local: LocalAddresses;
  private readonly excluded: ExcludedAddresses;
  private readonly addressMonitor: AddressMonitor;
  private readonly routes: RouteTable;
  private readonly parts: RawSocketParts;
  private sockets: { 4: RawSocket | undefined; 6: RawSocket | undefined } = { 4: undefined, 6: undefined };
  private handlers: LowerLayerHandlers | undefined;
  /** How many endpoints there are. */
  private users = 0;
  private refCount = 0;
  private holds = false;
  /** Whether the last `send` took fewer packets than it was offered. */
  private blocked = false;
  private closed = false;

  /**
   * Opens nothing yet.
   *
   * @throws Error (`ERR_SCTP_PROVIDER_UNAVAILABLE`) without the native addon, or on a system that is not Linux;
   * RangeError (`ERR_SCTP_OUT_OF_RANGE`) and TypeError (`ERR_SCTP_INVALID_ARG_VALUE`) when a setting is wrong
   */
  constructor(options: RawIpOptions = {}) {
    const { mtuBytes = 65_535, bufferBytes = BUFFER_BYTES_DEFAULT } = options;
    checkRange("mtuBytes", mtuBytes, 576, 65_535);
    checkRange("bufferBytes", bufferBytes, 1, 2 ** 30);
    this.excluded = new ExcludedAddresses(options.excludedAddresses ?? []);
    const { addon, versions } = findAddon(options.addon);
    this.addon = addon;
    this.versions = versions;
    this.mtuBytesMax = mtuBytes;
    this.clock = options.clock ?? new SystemClock();
    this.local = new LocalAddresses(this.clock);
    this.addressMonitor = options.addressMonitor ?? systemAddressMonitor(this.clock);
    const cache = new AddressCache();
    const ancillary = new AncillaryData(addon);
    this.routes = new RouteTable(addon, versions, cache, this.clock);
    this.parts = {
      addon,
      receiveBatch: new ReceiveBatch(addon, ancillary, cache),
      sendBatch: new SendBatch(addon, ancillary),
      errorQueue: new ErrorQueue(addon, ancillary, cache),
      bufferBytes,
      handlers: {
        onPackets: (batch) => this.handlers?.onPackets(batch),
        onError: (error) => this.handlers?.onError(error),
        onWritable: () => this.handleWritable(),
        onRefused: (packet, errno) => this.handleRefused(packet, errno),
      },
    };
    this.capabilities = Object.freeze({
      name: "raw-ip",
      checksum: "offloaded",
      headerBytes: (destination: IpAddress) => versions[destination.family].headerBytes,
      signalsPathMtu: true,
      sharesPorts: !(options.answersOutOfTheBlue ?? false),
    });
  }

  start(handlers: LowerLayerHandlers): void {
    this.handlers = handlers;
  }

  acquirePort(request: PortRequest): number {
    for (const address of request.addresses) this.checkIsLocal(address);
    this.openSockets(request.addresses);
    this.users += 1;
    this.updateHold();
    return 0;
  }

  releasePort(): void {
    if (this.users === 0) return;
    this.users -= 1;
    if (this.users === 0) this.closeSockets();
  }

  send(batch: readonly PacketRecord[]): number {
    if (this.closed) return batch.length;
    let next = 0;
    while (next < batch.length) {
      const { destination, mayFragment } = batch[next] as PacketRecord;
      const socket = destination === undefined ? undefined : this.sockets[destination.family];
      if (destination === undefined || socket === undefined) {
        this.reportLater("send failed", batch[next] as PacketRecord, undefined, 0);
        next += 1;
        continue;
      }
      const end = endOfRun(batch, next, destination.family, mayFragment);
      next += socket.isBlocked ? 0 : socket.send(batch, next, end, mayFragment);
      this.blocked = socket.isBlocked && next < end;
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
    return this.routes.find(destination).source;
  }

  mtu(destination: IpAddress): number {
    return Math.min(this.routes.find(destination).mtuBytes ?? MTU_BYTES_WITHOUT_ROUTE, this.mtuBytesMax);
  }

  ref(): void {
    this.refCount += 1;
    this.updateHold();
  }

  unref(): void {
    if (this.refCount === 0) return;
    this.refCount -= 1;
    this.updateHold();
  }

  close(): Promise<void> {
    this.closed = true;
    this.users = 0;
    this.closeSockets();
    return Promise.resolve();
  }

  private openSockets(addresses: readonly IpAddress[]): void {
    let failure = 0;
    for (const { family } of addresses) {
      if (this.sockets[family] !== undefined) continue;
      const opened = RawSocket.open(this.versions[family], this.parts);
      if (typeof opened !== "number") this.sockets[family] = opened;
      // A host without IPv6 still has a wildcard: it stands for the addresses of the other family alone.
      else if (opened !== this.errno("EAFNOSUPPORT") || addresses.length === 1) failure = opened;
    }
    const hasNone = this.sockets[4] === undefined && this.sockets[6] === undefined;
    if (failure === 0 && !hasNone) return;
    if (this.users === 0) this.closeSockets();
    throw this.openError(failure === 0 ? this.errno("EAFNOSUPPORT") : failure);
  }

  private closeSockets(): void {
    this.sockets[4]?.close();
    this.sockets[6]?.close();
    this.sockets = { 4: undefined, 6: undefined };
    this.blocked = false;
    this.updateHold();
  }

  private openError(errno: number): Error {
    const code = errnoCode(this.addon, errno);
    const isRefused = code === "EPERM" || code === "EACCES";
    const message =
      "SCTP over IP needs a raw socket, and that the capability CAP_NET_RAW (or root); " +
      "SCTP over UDP needs neither (UdpEncapsulation)";
    return systemError(code as SystemErrorCode, "socket", isRefused ? { message } : {});
  }

  /** The system itself knows best: 127.0.0.2 is an address of this host, and no interface lists it. */
  private checkIsLocal(address: IpAddress): void {
    if (isWildcard(address)) return;
    const answer = this.routes.tryToBind(address);
    if (answer >= 0) return;
    throw systemError(errnoCode(this.addon, answer) as SystemErrorCode, "bind", { address: address.text });
  }

  private updateHold(): void {
    const holds = this.refCount > 0 && this.users > 0;
    if (holds === this.holds) return;
    this.holds = holds;
    const watch = watchOf(this.addon);
    if (holds) watch.hold();
    else watch.release();
  }

  private handleWritable(): void {
    if (!this.blocked || this.closed) return;
    this.blocked = false;
    this.handlers?.onWritable();
  }

  /** A packet that the system has not taken: it is lost, and perhaps it was too large for its interface. */
  private handleRefused(packet: PacketRecord, errno: number): void {
    const { destination } = packet;
    const code = errnoCode(this.addon, errno);
    const cause = systemError(code as SystemErrorCode, "sendmsg", { address: destination?.text });
    if (destination !== undefined) this.routes.forget(destination);
    if (code !== "EMSGSIZE" || destination === undefined || packet.mayFragment) {
      this.reportLater("send failed", packet, cause, 0);
      return;
    }
    const { headerBytes, family } = this.versions[destination.family];
    const routeMtu = this.mtu(destination);
    const isTooBig = routeMtu < packet.lengthBytes + headerBytes;
    const least = family === 4 ? IPV4_MTU_BYTES_ASSUMED : IPV6_MTU_BYTES_MIN;
    this.reportLater("packet too big", packet, cause, isTooBig ? routeMtu : least);
  }

  /** A handler is never called from inside send(). */
  private reportLater(
    kind: LowerLayerError["kind"],
    packet: PacketRecord,
    cause: Error | undefined,
    mtuBytes: number,
  ): void {
    const { source, destination, destinationUdpPort } = packet;
    const quotedBytes = packetBytes(packet).slice(0, QUOTED_BYTES);
    this.clock.defer(() => {
      if (this.closed) return;
      this.handlers?.onError({ kind, source, destination, destinationUdpPort, cause, mtuBytes, quotedBytes });
    });
  }

  private errno(code: string): number {
    return -(this.addon.errnos[code] ?? 0);
  }
}

/**
 * Where the packets end that can be sent with those at `start`: of one family, and all of them or none fragmentable.
 */
function endOfRun(
  batch: readonly PacketRecord[],
  start: number,
  family: 4 | 6,
  mayFragment: boolean,
): number {
  let end = start + 1;
  while (end < batch.length) {
    const packet = batch[end] as PacketRecord;
    if (packet.destination?.family !== family || packet.mayFragment !== mayFragment) break;
    end += 1;
  }
  return end;
}

function findAddon(given: Addon | undefined): { addon: Addon; versions: IpVersions } {
  const addon = given ?? loadAddon();
  if ("reason" in addon) {
    throw argumentError("ERR_SCTP_PROVIDER_UNAVAILABLE", `SCTP over IP is not available: ${addon.reason}`);
  }
  const versions = readIpVersions(addon);
  if (!("missing" in versions)) return { addon, versions };
  throw argumentError(
    "ERR_SCTP_PROVIDER_UNAVAILABLE",
    `SCTP over IP is available on Linux only: this system has no ${versions.missing}`,
  );
}

function checkRange(name: string, value: number, minimum: number, maximum: number): void {
  if (Number.isInteger(value) && value >= minimum && value <= maximum) return;
  throw outOfRange(name, `an integer from ${minimum} to ${maximum}`, value);
}
