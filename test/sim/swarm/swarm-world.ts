import type { Association } from "../../../src/stack/association.js";
import type { StackEvent } from "../../../src/stack/events.js";
import {
  type InjectedPacket,
  MemoryNetwork,
  type ObservedPacket,
} from "../../../src/userland/memory-network.js";
import { VirtualClock } from "../../../src/userland/virtual-clock.js";
import { readUint32 } from "../../../src/wire/bytes.js";
import { Chances } from "./chances.js";
import { Digest } from "./digest.js";
import { Ledger } from "./ledger.js";
import type { MessageShape } from "./message-record.js";
import { Recording } from "./forging.js";
import { nextPrinfo } from "./reliability-plan.js";
import { ReliabilityWatch } from "./reliability-watch.js";
import { SwarmHost } from "./swarm-host.js";
import { type HostPlan, linkFaults, type SwarmPlan } from "./swarm-plan.js";

/** Where the CRC32c stands in a packet (RFC 9260 §3.1). */
const CHECKSUM_OFFSET = 8;

/** Who wants to see what happens in a run. */
export interface SwarmWatcher {
  /** Every packet, as it is sent. */
  readonly onPacket?: (packet: ObservedPacket) => void;
  /** What else happens: actions, faults, and what stacks tell. */
  readonly onEvent?: (atMs: number, text: string) => void;
}

/** Everything that one run consists of. */
export class SwarmWorld {
  readonly plan: SwarmPlan;
  readonly clock = new VirtualClock();
  readonly network: MemoryNetwork;
  /** Decides what happens while the run is under way. */
  readonly chances: Chances;
  readonly ledger = new Ledger();
  readonly digest = new Digest();
  /** What somebody has recorded who has no key. */
  readonly recording = new Recording();
  readonly hosts: readonly SwarmHost[];
  /** How many numbers close to 2^32 have been drawn. */
  readonly nearWrapNumbers = { count: 0 };
  /** Whether the faults are over and everything comes to its end. */
  isCalm = false;
  /** Whether the packet that is observed has been sent by no host. */
  isInjecting = false;
  packets = 0;
  /** When the last packet was sent. */
  lastPacketAt = 0;
  readonly #watcher: SwarmWatcher;
  /** Chances of their own leave all else of a seed as it is. */
  readonly #reliabilityChances: Chances;

  constructor(plan: SwarmPlan, watcher: SwarmWatcher) {
    const { seed, faults, mtuBytes, simulatesUdp } = plan;
    this.plan = plan;
    this.#watcher = watcher;
    this.chances = new Chances(seed ^ 0x5eed_0002);
    this.#reliabilityChances = new Chances(seed ^ 0x5eed_0006);
    this.network = new MemoryNetwork({ clock: this.clock, seed, faults, mtuBytes, simulatesUdp });
    this.network.onPacket((packet) => this.#observe(packet));
    this.network.onPacket((packet) => this.recording.note(packet));
    const watch = new ReliabilityWatch(this);
    if (plan.reliability.share > 0) this.network.onPacket((packet) => watch.note(packet));
    if (watcher.onPacket !== undefined) this.network.onPacket(watcher.onPacket);
    this.#setOwnFaults();
    this.hosts = plan.hosts.map((host) => new SwarmHost(this, host));
  }

  /** The host that has, or had, an address. */
  hostAt(address: string): number {
    return this.plan.hosts.findIndex(({ addresses }) => addresses.includes(address));
  }

  /** What the next message of an association looks like; `undefined` when there have been enough. */
  nextShape(host: HostPlan, association: Association): MessageShape | undefined {
    const { plan, chances, ledger } = this;
    if (ledger.sentMessages >= plan.messagesMax || ledger.sentBytes >= plan.bytesMax) return undefined;
    const [min, max] = chances.weigh(plan.lengths) ?? [1, 1500];
    return {
      // A message that is larger than the send buffer would be refused.
      lengthBytes: Math.min(chances.logarithmic(min, max), host.sendBufferBytes),
      streamId: chances.below(association.outboundStreams),
      unordered: chances.happens(plan.unorderedShare),
      prinfo: nextPrinfo(plan.reliability, this.#reliabilityChances),
    };
  }

  /** Puts a packet on the way that no host has sent. */
  inject(packet: InjectedPacket): void {
    this.isInjecting = true;
    this.network.inject(packet);
    this.isInjecting = false;
  }

  /** Does something later. */
  later(delayMs: number, callback: () => void): void {
    this.clock.setTimer(this.clock.now() + delayMs, callback);
  }

  /** Tells whoever watches. */
  log(text: string): void {
    this.#watcher.onEvent?.(this.clock.now(), text);
  }

  /**
   * A stack tells something of an association.
   *
   * @param now - the time by the host's clock
   */
  tell(host: number, event: StackEvent, now: number): void {
    this.ledger.handleEvent(host, event, now);
    if (event.type === "data") return;
    this.digest.addUint32(event.type.length * 31 + host);
    if (this.#watcher.onEvent !== undefined) this.log(`host ${host}: ${describeEvent(event)}`);
  }

  #setOwnFaults(): void {
    const all = this.plan.hosts.flatMap(({ addresses }) => addresses);
    for (const from of all) {
      for (const to of all) {
        if (!this.chances.happens(this.plan.ownFaultsShare)) continue;
        this.network.setFaults(linkFaults(this.chances), { from, to });
      }
    }
  }

  /** The checksum of a packet stands for its bytes. */
  #observe({ at, source, destination, bytes, fate }: ObservedPacket): void {
    this.packets += 1;
    this.lastPacketAt = at;
    this.digest.addNumber(at);
    this.digest.addUint32(readUint32(bytes, CHECKSUM_OFFSET));
    this.digest.addUint32((bytes.length << 8) ^ fate.length);
    for (const { bytes: address } of [source, destination]) {
      this.digest.addUint32(readUint32(address, address.length - 4));
    }
  }
}

function describeEvent(event: StackEvent): string {
  const { association } = event;
  const peer = `${association.primaryPath.address.text} port ${association.peerPort}`;
  const name = `${association.endpoint.port} with ${peer}`;
  if (event.type === "send failed")
    return `${name}: message ${event.message.ppid} failed (${event.sent ? "sent" : "unsent"})`;
  if (event.type === "peer address change")
    return `${name}: ${event.path.address.text} is ${event.change}, now ${event.path.state}`;
  if (event.type === "communication lost" || event.type === "cannot start")
    return `${name}: ${event.type}: ${event.reason.kind}`;
  return `${name}: ${event.type}`;
}
