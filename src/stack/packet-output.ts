import type { Chunk } from "../wire/chunk.js";
import type { DataHeaderFields } from "../wire/chunks/data-chunk.js";
import { PacketBuilder } from "../wire/packet-builder.js";
import { createPacketRecord, type PacketRecord } from "../wire/packet-record.js";
import type { IpAddress } from "../base/ip-address.js";
import type { PathConfig } from "./paths/path-config.js";
import type { StackStatistics } from "./statistics.js";

/** Bytes of the slab that the packets of one flush share: four of the largest, or some 170 of 1,500 bytes. */
const SLAB_BYTES = 256 * 1024;
/**
 * How many slabs the answers to one batch of packets may fill: 2 MiB, more than any batch of SACKs allows to
 * be sent.
 */
const SLABS_MAX = 8;

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

/** What stands in a packet's common header, and the UDP port that it leaves from. */
export interface PacketHead {
  readonly localPort: number;
  readonly peerPort: number;
  readonly localUdpPort: number;
}

/**
 * The packets that wait to be handed to the lower layer: one slab and a record for each packet, reused from
 * flush to flush (RFC 9260 §6.10). Associations and endpoints write their chunks through it.
 */
export class PacketOutput {
  private readonly builders: PacketBuilder[] = [];
  private readonly computeChecksum: boolean;
  private builder: PacketBuilder;
  private readonly pool: PacketRecord[] = [];
  private readonly finished: PacketRecord[] = [];
  private readonly statistics: StackStatistics;
  private route: Route | undefined;
  private localUdpPort = 0;
  private handedOut = false;

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

  /** Hands out the finished packets; they are valid until {@link reset}. */
  handOut(): readonly PacketRecord[] {
    this.handedOut = this.finished.length > 0;
    return this.finished;
  }

  /** Whether the packet begun holds no chunk. */
  get isEmpty(): boolean {
    return this.builder.isEmpty;
  }

  /** Bytes that the packet begun still takes. */
  get remainingBytes(): number {
    return this.builder.remainingBytes;
  }

  /** Begins a packet; false when the slab is full, and then the flush goes on later. */
  begin(head: PacketHead, verificationTag: number, route: Route, maxPacketBytes: number): boolean {
    if (!this.builder.begin(head.localPort, head.peerPort, verificationTag, maxPacketBytes)) return false;
    this.route = route;
    this.localUdpPort = head.localUdpPort;
    return true;
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

  /** Whether a chunk of that length, header included, fits into the packet begun. */
  fits(lengthBytes: number): boolean {
    return this.builder.fits(lengthBytes);
  }

  /** Writes a control chunk. */
  writeChunk(chunk: Chunk): void {
    this.builder.writeChunk(chunk);
    this.statistics.outCtrlChunks += 1;
  }

  /** Writes a DATA chunk straight from its message. */
  writeDataChunk(header: DataHeaderFields, payload: Uint8Array, offset: number, lengthBytes: number): void {
    this.builder.writeDataChunk(header, payload, offset, lengthBytes);
    this.statistics.outDataChunks += 1;
  }

  /** Ends the packet begun; an empty one is dropped. */
  finish(): void {
    if (this.builder.isEmpty) {
      this.builder.cancel();
      return;
    }
    const { route } = this;
    const index = this.finished.length;
    const record = this.pool[index] ?? createPacketRecord();
    if (index === this.pool.length) this.pool.push(record);
    this.builder.finish(record);
    record.source = route?.localAddress;
    // RFC 6951 §5.3: from the local encapsulation port to the one that is kept for the destination.
    record.sourceUdpPort = this.localUdpPort;
    record.destination = route?.address;
    record.destinationUdpPort = route?.udpPort ?? 0;
    record.mayFragment = record.lengthBytes > (route?.wholePacketBytes ?? 0);
    record.dscp = route?.config?.dscp ?? 0;
    this.finished.push(record);
    this.statistics.outPackets += 1;
  }

  /** Forgets the finished packets: the lower layer is done with them. */
  reset(): void {
    this.finished.length = 0;
    this.handedOut = false;
    for (const builder of this.builders) builder.reset();
    this.builder = this.builders[0] as PacketBuilder;
  }
}
