import type { Millis } from "../../src/base/millis.js";
import { tsnAdd, tsnDistance, type Tsn } from "../../src/base/serial-number.js";
import type { Association } from "../../src/stack/association.js";
import type { AssociationConfigChange } from "../../src/stack/config.js";
import type { Path } from "../../src/stack/paths/path.js";
import type { Chunk } from "../../src/wire/chunk.js";
import { ip, onStream, payload } from "./pair.js";
import { Scene, type Sent } from "./scene.js";

/** The telecom profile of the failover tests: round trips of 20 ms at most. */
export const TELECOM: AssociationConfigChange = {
  rtoInitialMs: 100,
  rtoMinMs: 100,
  rtoMaxMs: 400,
  sackDelayMs: 20,
  pathMaxRetrans: 2,
  heartbeatIntervalMs: 1000,
};

/** A chunk of data that a {@link MultihomedPeer} has got. */
export interface Arrival {
  readonly at: Millis;
  /** The number of the chunk: the first that the stack has sent is 1. */
  readonly number: number;
  readonly address: string;
}

interface Answer {
  readonly at: Millis;
  readonly address: string;
  readonly chunks: readonly Chunk[];
}

/**
 * A peer with several addresses, played by the test: what reaches it is answered by the rules (HEARTBEAT ACK, a SACK
 * for each packet with data) after one round trip, from the address that it came to. Addresses may die and return.
 */
export class MultihomedPeer {
  readonly scene: Scene;
  readonly association: Association;
  readonly addresses: readonly string[];
  /** The addresses that packets reach, and whose packets reach the stack. */
  readonly alive: Set<string>;
  /** Whether DATA is dropped on its way to an address, while everything else passes. */
  losesData: (address: string) => boolean = () => false;
  /** Data in the order of its arrival, duplicates too. */
  readonly arrivals: Arrival[] = [];
  /** All packets that the stack has sent since the association is up. */
  readonly sent: Sent[] = [];
  private readonly tag: number;
  private readonly firstTsn: Tsn;
  private readonly received = new Set<number>();
  private readonly roundTripMs: Millis;
  private answers: Answer[] = [];

  constructor(config: AssociationConfigChange = {}, addresses = ["10.0.0.1", "10.0.1.1"], roundTripMs = 20) {
    this.scene = new Scene({ config: { noDelay: true, ...config } });
    const { association, tag, init } = this.scene.connect({}, addresses);
    this.association = association;
    this.tag = tag;
    this.firstTsn = init.initialTsn;
    this.addresses = addresses;
    this.alive = new Set(addresses);
    this.roundTripMs = roundTripMs;
  }

  /** The path to the n-th address. */
  path(index: number): Path {
    const path = this.association.paths.find(({ address }) => address.text === this.addresses[index]);
    if (path === undefined) throw new Error(`no path ${index}`);
    return path;
  }

  /** What has happened to paths, in short: `potentially failed 10.0.0.1`. */
  get changes(): string[] {
    return this.scene.events.flatMap((event) =>
      event.type === "peer address change" ? [`${event.change} ${event.path.address.text}`] : [],
    );
  }

  /** Gives the stack messages of one chunk each. */
  send(count = 1, sizeBytes = 100, destination?: Path): void {
    for (let index = 0; index < count; index += 1)
      this.association.send(payload(sizeBytes), { ...onStream(0), destination }, this.scene.now);
    this.take(this.scene.drain());
  }

  /** Lets time pass; answers what the stack sends meanwhile. */
  run(durationMs: Millis): Sent[] {
    const before = this.sent.length;
    for (const end = this.scene.now + durationMs; this.scene.now < end; ) {
      this.take(this.scene.advance(1));
      const due = this.answers.filter(({ at }) => at <= this.scene.now);
      this.answers = this.answers.filter(({ at }) => at > this.scene.now);
      for (const { address, chunks } of due)
        if (this.alive.has(address))
          this.take(this.scene.receive(this.tag, chunks, { address: ip(address) }));
    }
    return this.sent.slice(before);
  }

  /** How many chunks have arrived at least once. */
  get receivedCount(): number {
    return this.received.size;
  }

  private take(packets: readonly Sent[]): void {
    this.sent.push(...packets);
    for (const packet of packets) {
      const address = packet.destination;
      if (!this.alive.has(address)) continue;
      const chunks = packet.chunks.flatMap((chunk) => this.answerTo(chunk, address));
      const sack = packet.chunks.some(({ kind }) => kind === "DATA") && !this.losesData(address);
      const all = sack ? [...chunks, this.sack()] : chunks;
      if (all.length > 0) this.answers.push({ at: this.scene.now + this.roundTripMs, address, chunks: all });
    }
  }

  private answerTo(chunk: Chunk, address: string): Chunk[] {
    if (chunk.kind === "HEARTBEAT") return [{ kind: "HEARTBEAT ACK", info: chunk.info }];
    if (chunk.kind !== "DATA" || this.losesData(address)) return [];
    const number = tsnDistance(chunk.tsn, this.firstTsn) + 1;
    this.received.add(number);
    this.arrivals.push({ at: this.scene.now, number, address });
    return [];
  }

  private sack(): Chunk {
    let cumulative = 0;
    while (this.received.has(cumulative + 1)) cumulative += 1;
    const beyond = [...this.received].filter((number) => number > cumulative).sort((a, b) => a - b);
    const gapAckBlocks: { start: number; end: number }[] = [];
    for (const number of beyond) {
      const last = gapAckBlocks.at(-1);
      if (last?.end === number - cumulative - 1) last.end += 1;
      else gapAckBlocks.push({ start: number - cumulative, end: number - cumulative });
    }
    return {
      kind: "SACK",
      cumulativeTsnAck: tsnAdd(this.firstTsn, cumulative - 1),
      aRwnd: 1_000_000,
      gapAckBlocks,
      duplicateTsns: [],
    };
  }
}

/** The packets among these that have a chunk of a kind, as `time>address`. */
export function timesOf(packets: readonly Sent[], kind: Chunk["kind"]): string[] {
  return packets
    .filter(({ chunks }) => chunks.some((chunk) => chunk.kind === kind))
    .map(({ at, destination }) => `${at}>${destination}`);
}
