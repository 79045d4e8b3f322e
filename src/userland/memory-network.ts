import { assert } from "../base/assert.js";
import { type IpAddress, parseIpAddress } from "../base/ip-address.js";
import type { Millis } from "../base/millis.js";
import { wrongValue } from "../sockets/errors.js";
import type { IcmpKind } from "../stack/icmp-message.js";
import { createPacketRecord, type PacketRecord, packetBytes } from "../wire/packet-record.js";
import type { Clock, TimerHandle } from "./clock.js";
import { SystemClock } from "./system-clock.js";
import { type CompleteLinkFaults, completeLinkFaults, type LinkFaults } from "./link-faults.js";
import { type HostNetwork, ipPacketBytes, MemoryHost } from "./memory-host.js";
import { MemoryLink } from "./memory-link.js";
import { SeededEntropy } from "./seeded-entropy.js";

/** How many packets a host gets in one batch at most. */
const BATCH_PACKETS_MAX = 64;

/** What an in-process network is made of; see {@link MemoryNetwork}. */
export interface MemoryNetworkOptions {
  /** The time in which packets travel (default: the event loop's). */
  readonly clock?: Clock;
  /** The seed of all chances; any integer (default 1). */
  readonly seed?: number;
  /** What happens to packets, unless {@link MemoryNetwork.setFaults} says otherwise for a direction. */
  readonly faults?: LinkFaults;
  /** How large an IP packet may be, in bytes (default 1500). */
  readonly mtuBytes?: number;
  /** Whether the hosts encapsulate in UDP (RFC 6951): their packets then have UDP ports (default false). */
  readonly simulatesUdp?: boolean;
  /** Who computes the checksum (default `stack`; with `none`, corruption goes unnoticed). */
  readonly checksum?: "stack" | "none";
}

/** What became of a packet that a host sent or a test injected. */
export type PacketFate =
  | "delivered"
  | "lost"
  | "dropped"
  | "partitioned"
  | "unreachable"
  | "too big"
  | "queue full";

/** A packet as an observer sees it, at the moment at which it was sent. */
export interface ObservedPacket {
  /** When it was sent. */
  readonly at: Millis;
  readonly source: IpAddress;
  readonly sourceUdpPort: number;
  readonly destination: IpAddress;
  readonly destinationUdpPort: number;
  /** The SCTP packet as it was sent; the observer may keep it. */
  readonly bytes: Uint8Array;
  /** What the network has decided about it. `delivered` only says that the network lets it pass. */
  readonly fate: PacketFate;
}

/** A packet that {@link MemoryNetwork.inject} puts on the way; addresses as text. */
export interface InjectedPacket {
  readonly source: string;
  readonly sourceUdpPort?: number;
  readonly destination: string;
  readonly destinationUdpPort?: number;
  readonly bytes: Uint8Array;
}

/** An ICMP message that {@link MemoryNetwork.injectError} delivers; addresses as text. */
export interface InjectedError {
  readonly kind: IcmpKind;
  /** Where the quoted packet had left from: the host that is told. */
  readonly source: string;
  /** Where the quoted packet was to go. */
  readonly destination: string;
  readonly destinationUdpPort?: number;
  /** With `packet too big`: the largest IP packet that passes, bytes (default 0: the message does not say). */
  readonly mtuBytes?: number;
  /** The beginning of the SCTP packet. */
  readonly bytes: Uint8Array;
}

/** A packet with memory of its own, of which both ends are known. */
interface FlyingPacket extends PacketRecord {
  source: IpAddress;
  destination: IpAddress;
}

interface Flight {
  readonly arrivesAt: Millis;
  readonly order: number;
  readonly packet: FlyingPacket;
}

/**
 * An IP network inside this process: any number of hosts, in real or virtual time, with loss, duplication,
 * reordering, corruption, delay, narrow links and partitions as a seed decides. The same seed and the same packets
 * at the same times give the same fates.
 *
 * ```ts
 * const clock = new VirtualClock();
 * const network = new MemoryNetwork({ clock, seed: 7, faults: { loss: 0.05, delayMs: 20 } });
 * const provider = createUserlandProvider({ clock, lowerLayer: network.host("10.0.0.1") });
 * ```
 */
export class MemoryNetwork {
  private readonly clock: Clock;
  private readonly entropy: SeededEntropy;
  private readonly hostNetwork: HostNetwork;
  private readonly hosts = new Map<string, MemoryHost>();
  private readonly links = new Map<string, MemoryLink>();
  /** The addresses whose cable is out. */
  private readonly unplugged = new Set<string>();
  private readonly observers = new Set<(packet: ObservedPacket) => void>();
  private readonly filters = new Set<(packet: ObservedPacket) => boolean>();
  private faults: CompleteLinkFaults;
  private readonly flights: Flight[] = [];
  private flightCount = 0;
  private timer: TimerHandle | undefined;
  private timerAt: Millis = Number.POSITIVE_INFINITY;
  private deferred = false;

  constructor(options: MemoryNetworkOptions = {}) {
    this.clock = options.clock ?? new SystemClock();
    this.entropy = new SeededEntropy(options.seed ?? 1);
    this.faults = completeLinkFaults(options.faults);
    this.hostNetwork = {
      clock: this.clock,
      mtuBytes: options.mtuBytes ?? 1500,
      simulatesUdp: options.simulatesUdp ?? false,
      checksum: options.checksum ?? "stack",
      claim: (address, host) => this.claim(address, host),
      disclaim: (address) => this.hosts.delete(address.text),
      transmit: (packet, source, destination) => this.transmit(packet, source, destination),
    };
  }

  /**
   * Adds a host.
   *
   * @param addresses - its numeric addresses, IPv4 or IPv6; the first of a family is where its packets leave from
   * @throws TypeError when one is not an address, or another host has it
   */
  host(...addresses: string[]): MemoryHost {
    const parsed = addresses.map(toAddress);
    const taken = parsed.find((address) => this.hosts.has(address.text));
    if (taken !== undefined) throw wrongValue("addresses", "free, and another host has one", taken.text);
    const host = new MemoryHost(this.hostNetwork, parsed);
    for (const address of parsed) this.hosts.set(address.text, host);
    return host;
  }

  /**
   * Puts a new host in the place of one, with the addresses that it has: the other has crashed or was closed, and
   * nothing of it is left but what its peers remember. A provider over the new host may use the same SCTP ports, and is
   * to its peers one that has restarted. To let time pass in between, close the other one first.
   *
   * @param address - one of its addresses
   * @throws TypeError when no host has it
   */
  replaceHost(address: string): MemoryHost {
    const old = this.hosts.get(toAddress(address).text);
    if (old === undefined) throw wrongValue("address", "a host's", address);
    void old.close();
    const host = new MemoryHost(this.hostNetwork, old.addresses);
    for (const { text } of old.addresses) this.hosts.set(text, host);
    return host;
  }

  /**
   * Changes what happens to packets from now on. The two directions between two addresses may differ in everything,
   * for instance in delay and rate.
   *
   * @param faults - replaces all of the former ones
   * @param direction - the two addresses of the one direction meant; without it, all directions without their own
   */
  setFaults(faults: LinkFaults, direction?: { readonly from: string; readonly to: string }): void {
    const complete = completeLinkFaults(faults);
    if (direction === undefined) this.faults = complete;
    else this.namedLink(direction.from, direction.to).ownFaults = complete;
  }

  /**
   * Cuts one direction between two addresses: everything sent from then on is lost. A whole path dies when both its
   * directions are cut, or with {@link MemoryNetwork.unplug}.
   */
  partition(from: string, to: string): void {
    this.namedLink(from, to).isCut = true;
  }

  /** Mends the direction that {@link MemoryNetwork.partition} cut. */
  heal(from: string, to: string): void {
    this.namedLink(from, to).isCut = false;
  }

  /**
   * Pulls the cable out of an address: what is sent from there and to there is lost, also what is on its way. The host
   * does not notice; unlike with {@link MemoryHost.removeAddress} the address stays its own.
   */
  unplug(address: string): void {
    this.unplugged.add(toAddress(address).text);
  }

  /** Puts the cable in again that {@link MemoryNetwork.unplug} pulled out. */
  plug(address: string): void {
    this.unplugged.delete(toAddress(address).text);
  }

  /**
   * Makes a place in one direction too narrow for large packets: a router there drops them, and says so to the host
   * that sent them, unless they may be fragmented. It takes the time of that direction until the host hears of it.
   *
   * @param mtuBytes - the largest IP packet that passes, in bytes
   */
  setMtu(mtuBytes: number, direction: { readonly from: string; readonly to: string }): void {
    this.namedLink(direction.from, direction.to).mtuBytes = mtuBytes;
  }

  /** Tells a host what ICMP would say of a packet, whether it has sent it or not. */
  injectError(error: InjectedError): void {
    const { kind, destinationUdpPort = 0, mtuBytes = 0, bytes } = error;
    const source = toAddress(error.source);
    const destination = toAddress(error.destination);
    const quotedBytes = bytes.slice();
    const cause = undefined;
    this.clock.defer(() => {
      const host = this.hosts.get(source.text);
      host?.deliverError({ kind, source, destination, destinationUdpPort, mtuBytes, cause, quotedBytes });
    });
  }

  /**
   * Shows every packet that is sent, lost ones included, in their order.
   *
   * @returns ends it
   */
  onPacket(observer: (packet: ObservedPacket) => void): () => void {
    this.observers.add(observer);
    return () => this.observers.delete(observer);
  }

  /**
   * Drops the packets for which `predicate` answers true: to lose exactly the packet that a test is about.
   *
   * @returns ends it
   */
  dropWhen(predicate: (packet: ObservedPacket) => boolean): () => void {
    this.filters.add(predicate);
    return () => this.filters.delete(predicate);
  }

  /** Puts a packet on the way as if a host at its source address had sent it; faults apply. */
  inject(packet: InjectedPacket): void {
    const record = createPacketRecord();
    record.slab = packet.bytes;
    record.lengthBytes = packet.bytes.length;
    record.sourceUdpPort = packet.sourceUdpPort ?? 0;
    record.destinationUdpPort = packet.destinationUdpPort ?? 0;
    this.transmit(record, toAddress(packet.source), toAddress(packet.destination));
  }

  private transmit(sent: PacketRecord, source: IpAddress, destination: IpAddress): void {
    const packet = copyPacket(sent, source, destination);
    const link = this.linkOf(source, destination);
    const faults = link.ownFaults ?? this.faults;
    // Each packet draws the same number of chances whatever happens to it, so that changing one share leaves the
    // others' decisions as they are.
    const lost = this.entropy.randomFraction() < faults.loss;
    const duplicated = this.entropy.randomFraction() < faults.duplication;
    const reordered = this.entropy.randomFraction() < faults.reordering;
    const corrupted = this.entropy.randomFraction() < faults.corruption;
    const jitterMs = this.entropy.randomFraction() * faults.jitterMs;
    const heldBackMs = this.entropy.randomFraction() * faults.reorderingDelayMs;
    const corruption = [
      this.entropy.randomUint32(),
      this.entropy.randomUint32(),
      this.entropy.randomUint32(),
    ];

    const now = this.clock.now();
    const ipBytes = ipPacketBytes(packet, destination, this.hostNetwork.simulatesUdp);
    const fate = this.decideFate(packet, link, lost);
    if (fate === "too big") this.reportTooBig(packet, link, faults.delayMs);
    // What gets lost behind the narrowest place has taken its turn there.
    const leavesAt = fate === "delivered" || fate === "lost" ? link.leavesAt(ipBytes, faults, now) : now;
    if (fate !== "delivered") return;
    let arrivesAt = leavesAt + faults.delayMs + jitterMs;
    if (reordered) arrivesAt += heldBackMs;
    else arrivesAt = link.arrivesInOrderAt(arrivesAt);
    if (duplicated) this.launch(copyPacket(packet, source, destination), arrivesAt);
    if (corrupted) corrupt(packet, corruption);
    this.launch(packet, arrivesAt);
  }

  private decideFate(packet: FlyingPacket, link: MemoryLink, lost: boolean): PacketFate {
    let fate = this.fateOf(packet, link, lost);
    if (this.observers.size + this.filters.size === 0) return fate;

    const { source, sourceUdpPort, destination, destinationUdpPort } = packet;
    const bytes = packetBytes(packet).slice();
    const at = this.clock.now();
    const seen = { at, source, sourceUdpPort, destination, destinationUdpPort, bytes, fate };
    for (const drops of this.filters) if (drops(seen)) fate = "dropped";
    for (const observer of this.observers) observer({ ...seen, fate });
    return fate;
  }

  private fateOf(packet: FlyingPacket, link: MemoryLink, lost: boolean): PacketFate {
    const { source, destination } = packet;
    if (link.isCut || this.isUnplugged(source) || this.isUnplugged(destination)) return "partitioned";
    if (!this.hosts.has(destination.text)) return "unreachable";
    if (lost) return "lost";
    const ipBytes = ipPacketBytes(packet, destination, this.hostNetwork.simulatesUdp);
    if (ipBytes > link.mtuBytes && !packet.mayFragment && this.hosts.has(source.text)) return "too big";
    const faults = link.ownFaults ?? this.faults;
    return link.isFull(ipBytes, faults, this.clock.now()) ? "queue full" : "delivered";
  }

  private reportTooBig(packet: FlyingPacket, { mtuBytes }: MemoryLink, delayMs: Millis): void {
    const { source, destination, destinationUdpPort } = packet;
    const host = this.hosts.get(source.text);
    // RFC 792: the IP header and 8 bytes are what every router quotes.
    const quotedBytes = packetBytes(packet).slice(0, 8);
    const rest = { source, destination, destinationUdpPort, mtuBytes, cause: undefined, quotedBytes };
    this.clock.setTimer(this.clock.now() + delayMs, () => {
      host?.deliverError({ kind: "packet too big", ...rest });
    });
  }

  private claim(text: string, host: MemoryHost): IpAddress {
    const address = toAddress(text);
    if (this.hosts.has(address.text)) throw wrongValue("address", "free, and another host has it", text);
    this.hosts.set(address.text, host);
    return address;
  }

  private isUnplugged(address: IpAddress): boolean {
    return this.unplugged.size > 0 && this.unplugged.has(address.text);
  }

  /** The link between two addresses. Only hosts' links are remembered: an injected packet may come from anywhere. */
  private linkOf(from: IpAddress, to: IpAddress): MemoryLink {
    const key = `${from.text} ${to.text}`;
    let link = this.links.get(key);
    if (link !== undefined) return link;
    link = new MemoryLink();
    if (this.hosts.has(from.text)) this.links.set(key, link);
    return link;
  }

  /** The link that a test names; it is remembered whoever is at its ends. */
  private namedLink(from: string, to: string): MemoryLink {
    const [source, destination] = [toAddress(from), toAddress(to)];
    const link = this.linkOf(source, destination);
    this.links.set(`${source.text} ${destination.text}`, link);
    return link;
  }

  private launch(packet: FlyingPacket, arrivesAt: Millis): void {
    const flight: Flight = { arrivesAt, order: this.flightCount, packet };
    this.flightCount += 1;
    // Most packets arrive behind all others, so the search starts there.
    let index = this.flights.length;
    while (index > 0 && (this.flights[index - 1] as Flight).arrivesAt > arrivesAt) index -= 1;
    this.flights.splice(index, 0, flight);
    this.schedule();
  }

  private schedule(): void {
    const first = this.flights[0];
    if (first === undefined || this.deferred) return;
    if (first.arrivesAt <= this.clock.now()) {
      this.deferred = true;
      this.clock.defer(() => {
        this.deferred = false;
        this.deliver();
      });
    } else if (first.arrivesAt < this.timerAt) {
      this.timer?.cancel();
      this.timerAt = first.arrivesAt;
      this.timer = this.clock.setTimer(first.arrivesAt, () => {
        this.timerAt = Number.POSITIVE_INFINITY;
        this.deliver();
      });
    }
  }

  /** Hands over what has arrived by now: one batch per host, hosts in the order of their first packet. */
  private deliver(): void {
    const now = this.clock.now();
    let count = 0;
    while (count < this.flights.length && (this.flights[count] as Flight).arrivesAt <= now) count += 1;
    const batches = new Map<MemoryHost, PacketRecord[]>();
    for (const { packet } of this.flights.splice(0, count)) {
      const host = this.hosts.get(packet.destination.text);
      if (this.isUnplugged(packet.destination)) continue;
      if (host === undefined || !host.listensOn(packet.destinationUdpPort)) continue;
      const batch = batches.get(host);
      if (batch === undefined) batches.set(host, [packet]);
      else batch.push(packet);
    }
    for (const [host, batch] of batches) {
      for (let start = 0; start < batch.length; start += BATCH_PACKETS_MAX) {
        host.deliver(batch.slice(start, start + BATCH_PACKETS_MAX));
      }
    }
    this.schedule();
  }
}

function toAddress(text: string): IpAddress {
  const address = parseIpAddress(text);
  if (address === undefined) throw wrongValue("address", "a numeric IP address", text);
  return address;
}

function copyPacket(packet: PacketRecord, source: IpAddress, destination: IpAddress): FlyingPacket {
  const slab = packetBytes(packet).slice();
  return { ...packet, slab, offsetBytes: 0, lengthBytes: slab.length, source, destination };
}

/** Flips one to three bits. */
function corrupt(packet: FlyingPacket, chances: readonly number[]): void {
  const { slab } = packet;
  assert(slab.length === packet.lengthBytes, "A packet under way has its own memory.");
  const flips = 1 + ((chances[0] ?? 0) % 3);
  for (const chance of chances.slice(0, flips)) {
    const index = (chance >>> 3) % Math.max(slab.length, 1);
    slab[index] = (slab[index] ?? 0) ^ (1 << (chance & 7));
  }
}
