import { byteLengthOfChunk, CHUNK_DATA, CHUNK_SACK, chunkType, type Chunk } from "../wire/chunk.js";
import type { DataHeaderFields } from "../wire/chunks/data-chunk.js";
import type { SackChunk } from "../wire/chunks/sack-chunk.js";
import { padded } from "../wire/bytes.js";
import { type DataPackets, PacketBuilder } from "../wire/packet-builder.js";
import { createPacketRecord, type PacketRecord } from "../wire/packet-record.js";
import type { IpAddress } from "../base/ip-address.js";
import { hmacBytes } from "./extensions/authentication/hmac-algorithm.js";
import type { PacketAuthentication } from "./extensions/authentication/packet-authentication.js";
import type { PathConfig } from "./paths/path-config.js";
import type { StackStatistics } from "./statistics.js";

/** Bytes of the slab that the packets of one flush share: four of the largest, or some 170 of 1,500 bytes. */
const SLAB_BYTES = 256 * 1024;
/**
 * How many slabs the answers to one batch of packets may fill: 2 MiB, more than any batch of SACKs allows to
 * be sent.
 */
const SLABS_MAX = 8;

/**
 * So many bytes of packets may leave while others are still to be handled: two pieces of the 64 KiB that systems take
 * at once, less the packets that the last SACK may have allowed. With one piece a call, the calls cost more than it
 * gains.
 */
const RUN_BYTES = 126_000;
const NO_RECORDS: readonly PacketRecord[] = Object.freeze([]);

/** Where a packet goes and where it comes from. */
export interface Route {
  readonly address: IpAddress;
  readonly udpPort: number;
  readonly localAddress: IpAddress | undefined;
  /** The largest SCTP packet that is known to pass as a whole; a larger one may be fragmented by IP. */
  readonly wholePacketBytes: number;
  /** Which DSCP the packet leaves with; absent for answers of no association. */
  readonly config?: Readonly<Pick<PathConfig, "dscp">>;
}

/** What stands in a packet's common header, the UDP port that it leaves from, and what of it is authenticated. */
export interface PacketHead {
  readonly localPort: number;
  readonly peerPort: number;
  readonly localUdpPort: number;
  /** What the peer takes only if it is authenticated (RFC 4895 §6.2); nothing where it is left out. */
  readonly authentication?: PacketAuthentication | undefined;
}

/** What a packet wants to know of the message that a DATA chunk is a part of. */
export interface MessageBytes {
  /** The memory that its payload lies in. */
  readonly data: Uint8Array;
  /** Where in that memory the payload begins. */
  readonly startOffset: number;
  /** The same memory in words, where it is there in words. */
  readonly block: { readonly words: Int32Array } | undefined;
  /** The key that it is sent with. */
  readonly keyNumber: number;
}

/**
 * The packets that wait to be handed to the lower layer: one slab and a record for each packet, reused from
 * flush to flush (RFC 9260 §6.10). Associations and endpoints write their chunks through it.
 */
export class PacketOutput {
  private readonly builders: PacketBuilder[] = [];
  private readonly computeChecksum: boolean;
  private builder: PacketBuilder;
  /** The records of the finished packets, and behind them those that have been used before. */
  private readonly records: PacketRecord[] = [];
  private finishedCount = 0;
  private readonly statistics: StackStatistics;
  private route: Route | undefined;
  private source: IpAddress | undefined;
  private localUdpPort = 0;
  private authentication: PacketAuthentication | undefined;
  /** The key of the AUTH chunk of the packet begun, where there is one. */
  private keyNumber = 0;
  private handedOut = false;
  /** Bytes of the packets that are finished. */
  private finishedBytes = 0;

  /** @param computeChecksum - whether the stack itself has to fill in the CRC32c */
  constructor(computeChecksum: boolean, statistics: StackStatistics) {
    this.computeChecksum = computeChecksum;
    this.builder = new PacketBuilder({ slabBytes: SLAB_BYTES, computeChecksum });
    this.builders.push(this.builder);
    this.statistics = statistics;
  }

  /**
   * Whether packets have been handed out and may not have left yet. As long as this holds nothing may be laid
   * out.
   */
  get isHandedOut(): boolean {
    return this.handedOut;
  }

  /** Whether the finished packets fill a run, and can be handed out. */
  get holdsRun(): boolean {
    return this.finishedBytes >= RUN_BYTES && !this.handedOut;
  }

  /** Hands out the finished packets; they are valid until {@link reset}. */
  handOut(): readonly PacketRecord[] {
    this.handedOut = this.finishedCount > 0;
    return this.handedOut ? this.records.slice(0, this.finishedCount) : NO_RECORDS;
  }

  /** Whether the packet begun holds no chunk. */
  get isEmpty(): boolean {
    return this.builder.isEmpty;
  }

  /**
   * Bytes that the packet begun still has for a chunk of a type. Where the peer takes that only if it is authenticated,
   * the AUTH chunk that has to stand before it counts; and in a packet with another key it has no room at all, because
   * an AUTH chunk names one key (RFC 4895 §5.1, RFC 6458 §5.3.8).
   *
   * @param keyNumber - the key that the chunk is sent with; by default the active one
   */
  roomFor(type: number, keyNumber?: number): number {
    const { authentication, builder } = this;
    if (authentication === undefined || !authentication.requires(type)) return builder.remainingBytes;
    const key = keyNumber ?? authentication.activeKeyNumber;
    if (builder.isAuthenticated) return key === this.keyNumber ? builder.remainingBytes : 0;
    return builder.remainingBytes - authentication.overheadBytes(type);
  }

  /** Begins a packet; false when the slab is full, and then the flush goes on later. */
  begin(head: PacketHead, verificationTag: number, route: Route, maxPacketBytes: number): boolean {
    if (!this.builder.begin(head.localPort, head.peerPort, verificationTag, maxPacketBytes)) return false;
    this.route = route;
    this.source = route.localAddress;
    this.localUdpPort = head.localUdpPort;
    const { authentication } = head;
    this.authentication = authentication?.algorithm === undefined ? undefined : authentication;
    return true;
  }

  /** Has the packet begun leave from another address than its route says, if one is given. */
  leaveFrom(source: IpAddress | undefined): void {
    if (source !== undefined) this.source = source;
  }

  /** Goes on in a further slab when one is full, for those who cannot flush now; false when there are too many. */
  extend(): boolean {
    const index = this.builders.indexOf(this.builder) + 1;
    if (index === SLABS_MAX) return false;
    if (index === this.builders.length) {
      this.builders.push(new PacketBuilder({ slabBytes: SLAB_BYTES, computeChecksum: this.computeChecksum }));
    }
    this.builder = this.builders[index] as PacketBuilder;
    return true;
  }

  /** Whether a chunk of a type and a length, header included, fits into the packet begun; see {@link roomFor}. */
  fits(type: number, lengthBytes: number, keyNumber?: number): boolean {
    return padded(lengthBytes) <= this.roomFor(type, keyNumber);
  }

  /** Whether a control chunk fits into the packet begun. */
  fitsChunk(chunk: Chunk): boolean {
    return this.fits(chunkType(chunk), byteLengthOfChunk(chunk));
  }

  /** Writes a control chunk, behind an AUTH chunk if the peer wants that. */
  writeChunk(chunk: Chunk): void {
    if (this.authentication !== undefined) this.authenticate(chunkType(chunk), undefined);
    this.builder.writeChunk(chunk);
    this.statistics.outCtrlChunks += 1;
  }

  /** As {@link writeChunk}, for the control chunk that comes most often. */
  writeSackChunk(sack: SackChunk): void {
    if (this.authentication !== undefined) this.authenticate(CHUNK_SACK, undefined);
    this.builder.writeSackChunk(sack);
    this.statistics.outCtrlChunks += 1;
  }

  /**
   * Writes a DATA chunk straight from its message, behind an AUTH chunk if the peer wants that.
   *
   * @param offset - where in its payload
   */
  writeDataChunk(header: DataHeaderFields, message: MessageBytes, offset: number, lengthBytes: number): void {
    if (this.authentication !== undefined) this.authenticate(CHUNK_DATA, message.keyNumber);
    const { data, startOffset, block } = message;
    this.builder.writeDataChunk(header, data, startOffset + offset, lengthBytes, block?.words);
    this.statistics.outDataChunks += 1;
  }

  /** Ends the packet begun; an empty one is dropped. */
  finish(): void {
    if (this.builder.isEmpty) {
      this.builder.cancel();
      return;
    }
    this.sign();
    const record = this.nextRecord();
    this.builder.finish(record);
    this.address(record);
  }

  /** Tells a record where its packet goes. */
  private address(record: PacketRecord): void {
    const { route } = this;
    record.source = this.source;
    // RFC 6951 §5.3: from the local encapsulation port to the one that is kept for the destination.
    record.sourceUdpPort = this.localUdpPort;
    record.destination = route?.address;
    record.destinationUdpPort = route?.udpPort ?? 0;
    record.mayFragment = record.lengthBytes > (route?.wholePacketBytes ?? 0);
    record.dscp = route?.config?.dscp ?? 0;
    this.finishedBytes += record.lengthBytes;
    this.statistics.outPackets += 1;
  }

  /** See {@link PacketBuilder.roomForDataPackets}. */
  roomForDataPackets(payloadBytes: number, maxPacketBytes: number): number {
    return this.builder.roomForDataPackets(payloadBytes, maxPacketBytes);
  }

  /** Lays out whole packets of one DATA chunk each, with nothing bundled in them and nothing authenticated. */
  writeDataPackets(packets: DataPackets, count: number, localUdpPort: number, route: Route): void {
    const { builder } = this;
    const start = builder.finishedBytes;
    builder.writeDataPackets(packets, count);
    const packetBytes = (builder.finishedBytes - start) / count;
    this.route = route;
    this.source = route.localAddress;
    this.localUdpPort = localUdpPort;
    for (let index = 0; index < count; index += 1) {
      const record = this.nextRecord();
      record.slab = builder.slab;
      record.offsetBytes = start + index * packetBytes;
      record.lengthBytes = packetBytes;
      this.address(record);
    }
    this.statistics.outDataChunks += count;
  }

  private nextRecord(): PacketRecord {
    const { records, finishedCount } = this;
    if (finishedCount === records.length) records.push(createPacketRecord());
    this.finishedCount += 1;
    return records[finishedCount] as PacketRecord;
  }

  /** Forgets the finished packets: the lower layer is done with them. */
  reset(): void {
    this.finishedBytes = 0;
    this.finishedCount = 0;
    this.handedOut = false;
    for (const builder of this.builders) builder.reset();
    this.builder = this.builders[0] as PacketBuilder;
  }

  /** Writes the AUTH chunk that a chunk needs before it, unless the packet has one (RFC 4895 §6.2). */
  private authenticate(type: number, keyNumber: number | undefined): void {
    const { authentication, builder } = this;
    if (authentication?.algorithm === undefined || builder.isAuthenticated || !authentication.requires(type))
      return;
    const { algorithm } = authentication;
    this.keyNumber = keyNumber ?? authentication.activeKeyNumber;
    const fields = { keyNumber: this.keyNumber, hmacIdentifier: algorithm, hmacBytes: hmacBytes(algorithm) };
    builder.writeAuthChunk(fields);
    this.statistics.outCtrlChunks += 1;
  }

  private sign(): void {
    const { authentication, builder } = this;
    if (authentication === undefined || !builder.isAuthenticated) return;
    const { slab, authChunkOffset, endOffset } = builder;
    builder.signAuthChunk(authentication.sign(this.keyNumber, slab, authChunkOffset, endOffset));
  }
}
