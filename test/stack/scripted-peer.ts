import type { Millis } from "../../src/base/millis.js";
import { tsnAdd, tsnDistance, type Tsn } from "../../src/base/serial-number.js";
import type { Association } from "../../src/stack/association.js";
import { rangesFrom, type TsnRange } from "../../src/stack/tx/gap-acked-ranges.js";
import { ABANDONED } from "../../src/stack/tx/outstanding-data.js";
import type { Chunk } from "../../src/wire/chunk.js";
import type { DataChunk } from "../../src/wire/chunks/data-chunk.js";
import type { SackChunk } from "../../src/wire/chunks/sack-chunk.js";
import { isMalformed } from "../../src/wire/malformed.js";
import { parsePacket } from "../../src/wire/packet.js";
import { PacketBuilder } from "../../src/wire/packet-builder.js";
import { createPacketRecord, type PacketRecord } from "../../src/wire/packet-record.js";
import { onStream, Pair, payload, type PacketInFlight, type PairOptions } from "./pair.js";

/** A packet that the stack under test has sent. */
export interface SentPacket {
  readonly at: Millis;
  readonly destination: string;
  readonly chunks: readonly Chunk[];
  /** Its DATA chunks by number: the first chunk that the association has ever sent is 1. */
  readonly data: readonly number[];
}

/** What a scripted SACK says; chunks are numbered from 1. */
export interface ScriptedSack {
  /** Gap Ack Blocks as pairs of chunk numbers, both inclusive. */
  readonly gaps?: readonly (readonly [number, number])[];
  readonly aRwnd?: number;
  readonly duplicates?: readonly number[];
}

/** Z's part played by the test: A is a real stack, everything that it sends is collected, and the test answers. */
export class ScriptedPeer {
  readonly pair: Pair;
  /** What A has sent since the association is up. */
  readonly sent: SentPacket[] = [];
  private readonly builder = new PacketBuilder({ slabBytes: 4 * 65_536, computeChecksum: true });
  private readonly toA: number;
  private readonly firstTsn: Tsn;
  private peerTsn: Tsn;

  constructor(options: PairOptions = {}) {
    // The test answers no heartbeats.
    this.pair = new Pair({ ...options, a: { heartbeatEnabled: false, ...options.a } });
    this.pair.tracing = false;
    this.pair.establish();
    const { tcb } = this.association;
    this.toA = tcb.localTag;
    this.firstTsn = tcb.localInitialTsn;
    this.peerTsn = tsnAdd(tcb.reception.tracker.cumulativeTsnAck, 1);
    this.pair.tamper = (packet) => {
      if (packet.from === this.pair.a) this.sent.push(this.read(packet));
      return [];
    };
  }

  /** A's association. */
  get association(): Association {
    return this.pair.a.association;
  }

  /** Makes A's congestion window as large as a long transfer would. */
  openWindow(bytes: number): void {
    const congestion = this.association.primaryPath.congestion as { cwnd: number };
    congestion.cwnd = bytes;
  }

  /** Gives A messages of these sizes at once. */
  send(...sizes: readonly number[]): void {
    for (const [index, size] of sizes.entries())
      this.association.send(payload(size, index), onStream(0), this.pair.now);
    this.pair.settle();
  }

  /** The packets with DATA that A has sent since this was last called, as lists of chunk numbers. */
  take(): number[][] {
    return this.sent.splice(0).flatMap((packet) => (packet.data.length > 0 ? [[...packet.data]] : []));
  }

  /** All chunks of a kind that A has sent and that were not taken. */
  chunksOf<K extends Chunk["kind"]>(kind: K): Extract<Chunk, { kind: K }>[] {
    return this.sent.flatMap((packet) =>
      packet.chunks.filter((chunk): chunk is Extract<Chunk, { kind: K }> => chunk.kind === kind),
    );
  }

  /** Lets time pass. */
  wait(durationMs: Millis): void {
    this.pair.advance(durationMs);
  }

  /** Answers with a SACK of everything up to a chunk number, 0 for nothing. */
  sack(upTo: number, script: ScriptedSack = {}): void {
    this.handle(this.sackChunk(upTo, script));
  }

  /** The SACK that {@link ScriptedPeer.sack} would send. */
  sackChunk(upTo: number, { gaps = [], aRwnd = 1_048_576, duplicates = [] }: ScriptedSack = {}): SackChunk {
    return {
      kind: "SACK",
      cumulativeTsnAck: tsnAdd(this.firstTsn, upTo - 1),
      aRwnd,
      gapAckBlocks: gaps.map(([first, last]) => ({
        start: (first - upTo) & 0xffff,
        end: (last - upTo) & 0xffff,
      })),
      duplicateTsns: duplicates.map((number) => tsnAdd(this.firstTsn, number - 1)),
    };
  }

  /** The next DATA chunk of the peer's own. */
  dataChunk(change: Partial<DataChunk> = {}): DataChunk {
    const tsn = this.peerTsn;
    this.peerTsn = tsnAdd(tsn, 1);
    const flags = 3;
    return {
      kind: "DATA",
      flags,
      tsn,
      streamId: 0,
      ssn: 0 as DataChunk["ssn"],
      ppid: 0,
      userData: payload(10),
      ...change,
    };
  }

  /** A's next TSN of the peer's, were it sent now. */
  get nextPeerTsn(): Tsn {
    return this.peerTsn;
  }

  /** Has A handle one packet with these chunks. */
  handle(...chunks: readonly Chunk[]): void {
    this.handleBatch(chunks);
  }

  /** Has A handle several packets, of one batch, with these chunks. */
  handleBatch(...packets: readonly (readonly Chunk[])[]): void {
    this.builder.reset();
    this.pair.a.stack.handlePackets(
      packets.map((chunks) => this.record(chunks)),
      this.pair.now,
    );
    this.pair.settle();
  }

  private record(chunks: readonly Chunk[]): PacketRecord {
    const { association, builder } = this;
    const record = createPacketRecord();
    builder.begin(association.peerPort, association.endpoint.port, this.toA, 65_536);
    for (const chunk of chunks) builder.writeChunk(chunk);
    builder.finish(record);
    record.source = this.pair.z.address;
    record.destination = this.pair.a.address;
    return record;
  }

  private read({ bytes, destination }: PacketInFlight): SentPacket {
    const packet = parsePacket(bytes);
    if (isMalformed(packet)) throw new Error("A sent a malformed packet.");
    const data = packet.chunks.flatMap((chunk) =>
      chunk.kind === "DATA" ? [tsnDistance(chunk.tsn, this.firstTsn) + 1] : [],
    );
    return { at: this.pair.now, destination: destination.text, chunks: packet.chunks, data };
  }
}

/** The queue's private counters, which have to come back to 0. */
export function countersOf(association: Association): Record<string, number> {
  const { retransmission, sendQueue, sendBufferBytes, sendBufferMessages } = association.tcb;
  const inner = retransmission as unknown as { gapAcked: readonly TsnRange[]; inFlightPayloadBytes: number };
  const { outstanding } = retransmission;
  const gapAcked = rangesFrom(inner.gapAcked, outstanding.firstTsn);
  const isGapAcked = (tsn: Tsn): boolean => outstanding.state[outstanding.slotOf(tsn)] !== ABANDONED;
  return {
    flightBytes: association.paths.reduce((sum, path) => sum + path.flightBytes, 0),
    outstandingCount: retransmission.outstanding.count,
    markedCount: retransmission.markedCount,
    gapAckedCount: gapAcked
      .flatMap(({ first, last }) =>
        Array.from({ length: tsnDistance(last, first) + 1 }, (_, i) => tsnAdd(first, i)),
      )
      .filter(isGapAcked).length,
    abandonedCount: retransmission.abandonedCount,
    inFlightPayloadBytes: inner.inFlightPayloadBytes,
    queuedBytes: sendQueue.queuedBytes,
    queuedMessages: sendQueue.messageCount,
    sendBufferBytes,
    sendBufferMessages,
  };
}

/** Recounts what the counters of an association stand for and answers those that are wrong. */
export function wrongCounters(association: Association): string[] {
  const { retransmission, sendQueue } = association.tcb;
  const { outstanding } = retransmission;
  const wrong: string[] = [];
  const counts = countersOf(association);
  for (const [name, value] of Object.entries(counts)) if (value < 0) wrong.push(`${name} is ${value}`);
  let flight = 0;
  let payloadInFlight = 0;
  let marked = 0;
  let gapAcked = 0;
  let abandoned = 0;
  const flightOn = new Map(association.paths.map((path) => [path, 0]));
  for (let index = 0; index < outstanding.count; index += 1) {
    const slot = outstanding.slotOf(tsnAdd(outstanding.firstTsn, index));
    const state = outstanding.state[slot];
    if (state === 1) {
      const chunkBytes = outstanding.chunkBytesAt(slot);
      const path = outstanding.pathAt(slot);
      flight += chunkBytes;
      if (!flightOn.has(path)) wrong.push("a chunk on a path that was given up");
      flightOn.set(path, (flightOn.get(path) ?? 0) + chunkBytes);
      payloadInFlight += outstanding.payloadBytes[slot] ?? 0;
    } else if (state === 2) marked += 1;
    else if (state === ABANDONED) abandoned += 1;
    else gapAcked += 1;
  }
  if (flight !== counts["flightBytes"]) wrong.push(`flightBytes ${counts["flightBytes"]}, not ${flight}`);
  for (const [path, bytes] of flightOn)
    if (path.flightBytes !== bytes)
      wrong.push(`flightBytes of ${path.address.text} ${path.flightBytes}, not ${bytes}`);
  if (payloadInFlight !== counts["inFlightPayloadBytes"]) wrong.push("inFlightPayloadBytes");
  if (marked !== counts["markedCount"]) wrong.push(`markedCount ${counts["markedCount"]}, not ${marked}`);
  if (gapAcked !== counts["gapAckedCount"])
    wrong.push(`gapAckedCount ${counts["gapAckedCount"]}, not ${gapAcked}`);
  if (abandoned !== counts["abandonedCount"]) wrong.push("abandonedCount");
  // RFC 9260 §6.3.2 R1: whatever is on its way is covered by a timer.
  if (association.state !== "COOKIE-ECHOED" && association.state !== "CLOSED") {
    for (const path of association.paths) {
      if (path.flightBytes > 0 && !path.t3.isRunning) wrong.push("data in flight without T3-rtx");
    }
    const covered = association.paths.some((path) => path.t3.isRunning);
    if (marked > 0 && !covered) wrong.push("marked chunks without T3-rtx");
    if (outstanding.count === 0 && !sendQueue.isEmpty && !association.tcb.windowProbe.isRunning)
      wrong.push("data waits with nothing on its way and no window probe");
  }
  return wrong;
}
