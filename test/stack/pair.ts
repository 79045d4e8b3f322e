import { internIpAddress, type IpAddress } from "../../src/base/ip-address.js";
import { NEVER, type Millis } from "../../src/base/millis.js";
import type { Association } from "../../src/stack/association.js";
import {
  DEFAULT_ASSOCIATION_CONFIG,
  configure,
  type AssociationConfigChange,
} from "../../src/stack/config.js";
import type { Endpoint } from "../../src/stack/endpoint.js";
import type { Entropy } from "../../src/stack/entropy.js";
import type { StackEvent } from "../../src/stack/events.js";
import { Stack } from "../../src/stack/stack.js";
import { formatPacket } from "../../src/wire/format-packet.js";
import type { PacketRecord } from "../../src/wire/packet-record.js";
import { nodeHmac } from "./node-hmac.js";

/** The address of a numeric text. */
export function ip(text: string): IpAddress {
  const address = internIpAddress(text);
  if (address === undefined) throw new Error(`${text} is not an address`);
  return address;
}

/** A generator of numbers that a seed decides (mulberry32). */
export function seededEntropy(seed: number): Entropy {
  let state = seed >>> 0;
  const randomUint32 = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  return {
    randomUint32,
    fillRandom(bytes) {
      for (let index = 0; index < bytes.length; index += 1) bytes[index] = randomUint32() & 0xff;
    },
  };
}

/** A packet on its way between two hosts. */
export interface PacketInFlight {
  readonly from: Host;
  readonly bytes: Uint8Array;
  readonly source: IpAddress;
  readonly destination: IpAddress;
  readonly arrivesAt: Millis;
}

/** What a host is made with. */
export interface HostOptions {
  readonly seed: number;
  readonly config: AssociationConfigChange;
  readonly mtuBytes: number;
}

/** What a {@link Pair} is made with. */
export interface PairOptions {
  readonly a?: AssociationConfigChange;
  readonly z?: AssociationConfigChange;
  readonly seed?: number;
  /** The largest IP packet, 1500 when left out. */
  readonly mtuBytes?: number;
}

/** One side of a {@link Pair}: a stack with one endpoint. */
export class Host {
  readonly name: string;
  readonly address: IpAddress;
  readonly stack: Stack;
  readonly endpoint: Endpoint;
  /** Everything that the stack told, in order. */
  readonly events: StackEvent[] = [];
  /** The associations that came up or were begun. */
  readonly associations: Association[] = [];
  /** Whether data is given back as soon as it arrives, as an application does that always reads. */
  reads = true;

  constructor(name: string, address: string, port: number, options: HostOptions) {
    const { seed, config, mtuBytes } = options;
    this.name = name;
    this.address = ip(address);
    this.stack = new Stack({
      entropy: seededEntropy(seed),
      crypto: nodeHmac,
      checksum: "compute",
      mtuBytes: () => mtuBytes,
      headerBytes: () => 20,
    });
    this.endpoint = this.stack.createEndpoint({
      port,
      localUdpPort: 0,
      addresses: [this.address],
      config: configure(DEFAULT_ASSOCIATION_CONFIG, config),
      advertise: () => [],
    });
  }

  /** The only association, or the first one. */
  get association(): Association {
    const first = this.associations[0];
    if (first === undefined) throw new Error(`${this.name} has no association`);
    return first;
  }

  /** The types of all events so far. */
  get eventTypes(): string[] {
    return this.events.map((event) => event.type);
  }

  /** The payloads received so far, pieces of one message put together. */
  received(): Uint8Array[] {
    const messages: Uint8Array[] = [];
    let parts: Uint8Array[] = [];
    for (const event of this.events) {
      if (event.type !== "data") continue;
      parts.push(event.data);
      if (!event.endOfRecord) continue;
      messages.push(Buffer.concat(parts));
      parts = [];
    }
    return messages;
  }
}

/**
 * Two hosts, A (client, port 5000) and Z (server, port 7000, listening), a network between them, and virtual
 * time.
 */
export class Pair {
  now: Millis = 1000;
  readonly a: Host;
  readonly z: Host;
  /** What passes, one line a chunk: `A>Z INIT (…)`. */
  readonly trace: string[] = [];
  /** One-way delay. */
  delayMs: Millis = 10;
  /** Whether all packets that arrive at a host at one moment are handled in one call. */
  batching = false;
  /** Whether {@link Pair.trace} is written; without it long transfers are cheaper. */
  tracing = true;
  /** Whether {@link Pair.advance} ends as soon as this holds. */
  until: (() => boolean) | undefined;
  /** Answers what is delivered in the place of a packet: itself, others, or nothing. */
  tamper: (packet: PacketInFlight, index: number) => PacketInFlight[] = (packet) => [packet];
  private inFlight: PacketInFlight[] = [];
  private sent = 0;

  constructor(options: PairOptions = {}) {
    const { seed = 1, mtuBytes = 1500, a = {}, z = {} } = options;
    this.a = new Host("A", "10.0.0.1", 5000, { seed: seed * 2 + 1, config: a, mtuBytes });
    this.z = new Host("Z", "10.0.0.2", 7000, { seed: seed * 2 + 2, config: z, mtuBytes });
    this.z.endpoint.acceptance = () => true;
  }

  /** A begins an association with Z. */
  associate(): Association {
    const association = this.a.endpoint.associate(
      { addresses: [this.z.address], port: this.z.endpoint.port, udpPort: 0 },
      this.now,
    );
    this.a.associations.push(association);
    this.settle();
    return association;
  }

  /** Both sides are up. */
  establish(): void {
    this.associate();
    this.advance(100);
  }

  /** Lays out, puts on the network and collects events until both sides are quiet at this moment. */
  settle(): void {
    for (const host of [this.a, this.z]) {
      for (;;) {
        const packets = host.stack.pollPackets(this.now);
        for (const packet of packets) this.transmit(host, packet);
        let sawEvent = false;
        for (let event = host.stack.pollEvent(); event !== undefined; event = host.stack.pollEvent()) {
          sawEvent = true;
          this.note(host, event);
        }
        if (packets.length === 0 && !sawEvent) break;
      }
    }
  }

  /** Lets time pass, event by event. */
  advance(durationMs: Millis): void {
    const end = this.now + durationMs;
    this.settle();
    for (;;) {
      const next = Math.min(this.nextArrival(), this.a.stack.pollTimeout(), this.z.stack.pollTimeout());
      if (next > end) break;
      this.now = Math.max(this.now, next);
      this.deliverDue();
      this.a.stack.handleTimeout(this.now);
      this.z.stack.handleTimeout(this.now);
      this.settle();
      this.afterStep?.();
      if (this.until?.() === true) return;
    }
    this.now = end;
  }

  /** Is called after each point of time at which something has happened; for invariants. */
  afterStep: (() => void) | undefined;

  /** Lets time pass until something holds, at most `limitMs`; answers how long it took. */
  advanceUntil(holds: () => boolean, limitMs: Millis): Millis {
    const start = this.now;
    this.until = holds;
    if (!holds()) this.advance(limitMs);
    this.until = undefined;
    return this.now - start;
  }

  /** Puts a packet on the network that no host has sent. */
  inject(packet: PacketInFlight): void {
    this.inFlight.push(packet);
  }

  private transmit(host: Host, record: PacketRecord): void {
    const bytes = record.slab.slice(record.offsetBytes, record.offsetBytes + record.lengthBytes);
    const destination = record.destination ?? host.address;
    const packet = {
      from: host,
      bytes,
      source: host.address,
      destination,
      arrivesAt: this.now + this.delayMs,
    };
    const direction = host === this.a ? "A>Z" : "Z>A";
    if (this.tracing) {
      for (const line of formatPacket(bytes).split("\n")) this.trace.push(`${direction} ${line.trim()}`);
    }
    this.sent += 1;
    this.inFlight.push(...this.tamper(packet, this.sent - 1));
  }

  private nextArrival(): Millis {
    return this.inFlight.reduce((earliest, packet) => Math.min(earliest, packet.arrivesAt), NEVER);
  }

  private deliverDue(): void {
    const due = this.inFlight.filter((packet) => packet.arrivesAt <= this.now);
    this.inFlight = this.inFlight.filter((packet) => packet.arrivesAt > this.now);
    due.sort((left, right) => left.arrivesAt - right.arrivesAt);
    if (this.batching) {
      for (const host of [this.a, this.z]) {
        const records = due.filter((packet) => packet.from !== host).map(recordOf);
        if (records.length > 0) host.stack.handlePackets(records, this.now);
      }
      return;
    }
    for (const packet of due) {
      const receiver = packet.from === this.a ? this.z : this.a;
      receiver.stack.handlePackets([recordOf(packet)], this.now);
      this.settle();
    }
  }

  private note(host: Host, event: StackEvent): void {
    host.events.push(event);
    if (event.type === "communication up" && !host.associations.includes(event.association)) {
      host.associations.push(event.association);
    }
    if (event.type === "data" && host.reads) event.association.releaseReceived(event.data.length);
  }
}

/** What the lower layer would hand to the stack. */
export function recordOf(packet: PacketInFlight): PacketRecord {
  return {
    slab: packet.bytes,
    offsetBytes: 0,
    lengthBytes: packet.bytes.length,
    source: packet.source,
    sourceUdpPort: 0,
    destination: packet.destination,
    destinationUdpPort: 0,
    mayFragment: false,
    dscp: 0,
    hasWrongChecksum: false,
  };
}

/** A message of `lengthBytes` whose bytes depend on `seed`. */
export function payload(lengthBytes: number, seed = 0): Uint8Array {
  const bytes = new Uint8Array(lengthBytes);
  for (let index = 0; index < lengthBytes; index += 1)
    bytes[index] = (index * 31 + seed * 17 + (index >> 8)) & 0xff;
  return bytes;
}

/** What a message is sent with when nothing else is said. */
export function onStream(
  streamId: number,
  change: { unordered?: boolean; ppid?: number } = {},
): {
  streamId: number;
  ppid: number;
  unordered: boolean;
  sackImmediately: boolean;
  context: number;
} {
  return {
    streamId,
    ppid: change.ppid ?? 0,
    unordered: change.unordered ?? false,
    sackImmediately: false,
    context: 0,
  };
}
