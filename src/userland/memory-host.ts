import { closestAddress, type IpAddress, isWildcard, sameAddress } from "../base/ip-address.js";
import { systemError, wrongValue } from "../sockets/errors.js";
import { type PacketRecord, packetBytes } from "../wire/packet-record.js";
import type { AddressChange, AddressListener } from "./address-change.js";
import type { Clock } from "./clock.js";
import type {
  LowerLayer,
  LowerLayerCapabilities,
  LowerLayerError,
  LowerLayerHandlers,
  PortRequest,
} from "./lower-layer.js";

/** The listening UDP port of hosts that simulate UDP: the one that IANA registered for SCTP (RFC 6951 §5.1). */
const LISTENING_UDP_PORT = 9899;
/** Where the ephemeral UDP ports of simulated hosts begin. */
const FIRST_EPHEMERAL_UDP_PORT = 49152;
const UDP_HEADER_BYTES = 8;
/** How much of a packet is quoted by whoever refuses it: enough for the Initiate Tag of an INIT. */
const QUOTED_BYTES = 64;

/** What a host needs of its network. */
export interface HostNetwork {
  /**
   * Gives an address to a host.
   *
   * @throws TypeError when it is not an address, or a host has it
   */
  claim(address: string, host: MemoryHost): IpAddress;
  /** Takes an address from its host. */
  disclaim(address: IpAddress): void;
  readonly clock: Clock;
  readonly mtuBytes: number;
  readonly simulatesUdp: boolean;
  readonly checksum: "stack" | "none";
  /** Takes one packet of a host; the bytes are copied. */
  transmit(packet: PacketRecord, source: IpAddress, destination: IpAddress): void;
}

/** One host of a {@link MemoryNetwork}: a lower layer of its own, with one or more addresses. */
export class MemoryHost implements LowerLayer {
  readonly capabilities: LowerLayerCapabilities;
  private readonly network: HostNetwork;
  private current: readonly IpAddress[];
  private handlers: LowerLayerHandlers | undefined;
  private readonly addressListeners = new Set<AddressListener>();
  private closed = false;
  /** How many endpoints use each UDP port. */
  private readonly udpPorts = new Map<number, number>();
  private ephemeralUdpPort = 0;

  /** Hosts come from {@link MemoryNetwork.host}. */
  constructor(network: HostNetwork, addresses: readonly IpAddress[]) {
    this.network = network;
    this.current = addresses;
    this.capabilities = Object.freeze({
      name: "memory",
      checksum: network.checksum,
      signalsPathMtu: true,
      headerBytes: (destination: IpAddress) => headerBytes(destination, network.simulatesUdp),
    });
  }

  /** The addresses, in the order in which they were given; the first of a family is the default source. */
  get addresses(): readonly IpAddress[] {
    return this.current;
  }

  /**
   * Gives the host another address, behind those that it has. Whoever follows its addresses is told at the end of the
   * turn ({@link LowerLayer.watchAddresses}).
   *
   * @param address - numeric, and no host's
   * @throws TypeError when it is not an address, or a host has it
   */
  addAddress(address: string): void {
    const added = this.network.claim(address, this);
    this.current = [...this.current, added];
    this.tellOfChange({ added: [added], removed: [] });
  }

  /**
   * Takes an address from the host, as when an interface disappears: what is on its way there gets lost, and what is
   * to leave from there is refused (`send failed`). {@link MemoryHost.addAddress} brings it back.
   *
   * @throws TypeError when the host does not have it
   */
  removeAddress(address: string): void {
    const removed = this.current.find(({ text }) => text === address);
    if (removed === undefined) throw wrongValue("address", "one of the host's", address);
    this.current = this.current.filter((own) => own !== removed);
    this.network.disclaim(removed);
    this.tellOfChange({ added: [], removed: [removed] });
  }

  start(handlers: LowerLayerHandlers): void {
    this.handlers = handlers;
  }

  acquirePort(request: PortRequest): number {
    for (const address of request.addresses) {
      if (!isWildcard(address) && !this.hasAddress(address)) {
        throw systemError("EADDRNOTAVAIL", "bind", { address: address.text });
      }
    }
    if (!this.network.simulatesUdp) return 0;
    const port = request.kind === "listening" ? LISTENING_UDP_PORT : this.findEphemeralPort();
    this.udpPorts.set(port, (this.udpPorts.get(port) ?? 0) + 1);
    return port;
  }

  releasePort(port: number): void {
    const count = this.udpPorts.get(port) ?? 0;
    if (count > 1) this.udpPorts.set(port, count - 1);
    else this.udpPorts.delete(port);
  }

  send(batch: readonly PacketRecord[]): number {
    if (this.closed) return batch.length;
    for (const packet of batch) this.sendOne(packet);
    return batch.length;
  }

  localAddresses(): readonly IpAddress[] {
    return this.addresses;
  }

  watchAddresses(onChange: AddressListener): () => void {
    // Each watching is one of its own, whoever watches.
    const listener: AddressListener = (change) => onChange(change);
    this.addressListeners.add(listener);
    return () => this.addressListeners.delete(listener);
  }

  sourceFor(destination: IpAddress): IpAddress | undefined {
    return closestAddress(this.addresses, destination);
  }

  mtu(): number {
    return this.network.mtuBytes;
  }

  ref(): void {
    this.network.clock.ref();
  }

  unref(): void {
    this.network.clock.unref();
  }

  close(): Promise<void> {
    this.closed = true;
    this.udpPorts.clear();
    return Promise.resolve();
  }

  /** Whether the host takes packets for this UDP port now. */
  listensOn(udpPort: number): boolean {
    if (this.closed || this.handlers === undefined) return false;
    return this.network.simulatesUdp ? this.udpPorts.has(udpPort) : true;
  }

  /** The network, or the host itself, says what has become of a packet. */
  deliverError(error: LowerLayerError): void {
    if (!this.closed) this.handlers?.onError(error);
  }

  /** The network hands over what has arrived. */
  deliver(batch: readonly PacketRecord[]): void {
    if (!this.closed) this.handlers?.onPackets(batch);
  }

  private sendOne(packet: PacketRecord): void {
    const { destination } = packet;
    const { mtuBytes, simulatesUdp } = this.network;
    const source = packet.source ?? (destination === undefined ? undefined : this.sourceFor(destination));
    if (destination === undefined || source === undefined || !this.hasAddress(source)) {
      this.report("send failed", packet);
    } else if (!packet.mayFragment && ipPacketBytes(packet, destination, simulatesUdp) > mtuBytes) {
      this.report("packet too big", packet);
    } else {
      this.network.transmit(packet, source, destination);
    }
  }

  private report(kind: LowerLayerError["kind"], packet: PacketRecord): void {
    const { source, destination, destinationUdpPort } = packet;
    const mtuBytes = kind === "packet too big" ? this.network.mtuBytes : 0;
    const quotedBytes = packetBytes(packet).slice(0, QUOTED_BYTES);
    // A handler is never called from inside send().
    this.network.clock.defer(() => {
      this.deliverError({
        kind,
        source,
        destination,
        destinationUdpPort,
        cause: undefined,
        mtuBytes,
        quotedBytes,
      });
    });
  }

  private tellOfChange(change: AddressChange): void {
    if (this.addressListeners.size === 0) return;
    this.network.clock.defer(() => {
      if (!this.closed) for (const listener of this.addressListeners) listener(change);
    });
  }

  private hasAddress(address: IpAddress): boolean {
    return this.addresses.some((own) => sameAddress(own, address));
  }

  /** The one ephemeral port is shared while it is open; afterwards the next one gets another number, as hosts do. */
  private findEphemeralPort(): number {
    if (!this.udpPorts.has(this.ephemeralUdpPort)) {
      const next = Math.max(this.ephemeralUdpPort + 1, FIRST_EPHEMERAL_UDP_PORT);
      this.ephemeralUdpPort = next > 0xffff ? FIRST_EPHEMERAL_UDP_PORT : next;
    }
    return this.ephemeralUdpPort;
  }
}

/** How large an IP packet with a packet to `destination` is, bytes. */
export function ipPacketBytes(packet: PacketRecord, destination: IpAddress, simulatesUdp: boolean): number {
  return packet.lengthBytes + headerBytes(destination, simulatesUdp);
}

function headerBytes(destination: IpAddress, simulatesUdp: boolean): number {
  return (destination.family === 4 ? 20 : 40) + (simulatesUdp ? UDP_HEADER_BYTES : 0);
}
