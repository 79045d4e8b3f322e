import { assert } from "../base/assert.js";
import { tsnAdd } from "../base/serial-number.js";
import {
  COPY_WORDS_MAX_BYTES,
  copyInto,
  copyWords,
  padded,
  writeUint16,
  writeUint32,
  zeroFill,
} from "./bytes.js";
import { byteLengthOfChunk, type Chunk, writeChunk } from "./chunk.js";
import { AUTH_CHUNK_FIXED_BYTES, type AuthChunkFields, writeUnsignedAuthChunk } from "./chunks/auth-chunk.js";
import {
  changeDataChunkHeader,
  DATA_CHUNK_HEADER_BYTES,
  DATA_FLAG_BEGINNING,
  type DataHeaderFields,
  writeDataChunkHeader,
} from "./chunks/data-chunk.js";
import { byteLengthOfSackChunk, type SackChunk, writeSackChunk } from "./chunks/sack-chunk.js";
import { CHECKSUM_OFFSET_BYTES, COMMON_HEADER_BYTES, writeCommonHeader } from "./common-header.js";
import { writePacketChecksum } from "./crc32c.js";
import type { PacketRecord } from "./packet-record.js";

/** What a packet builder is made for. */
export interface PacketBuilderOptions {
  /** The memory for the packets of one flush. */
  readonly slabBytes: number;
  /** Whether `finish` computes the checksum; otherwise the field stays 0 and somebody else fills it in, or nobody. */
  readonly computeChecksum: boolean;
}

/**
 * How far the packet under construction has come. The order is that of RFC 9260 §6.10: control chunks, then
 * DATA. "auth" is a packet that begins with an AUTH chunk and holds nothing else yet; "closed" is one that takes
 * nothing more, because what it holds must be alone or last.
 */
type Progress = "none" | "empty" | "auth" | "control" | "data" | "closed";

/**
 * Packets that hold one DATA chunk each, all of one length, as a long message fills packet after packet (RFC 9260
 * §6.9). The caller may reuse the object.
 */
export interface DataPackets {
  sourcePort: number;
  destinationPort: number;
  verificationTag: number;
  /** The header of the first chunk. Those behind it have the TSNs that follow, and no B bit. */
  readonly header: DataHeaderFields;
  /** The memory that the user data lies in, piece behind piece. */
  payload: Uint8Array;
  /** Where in it the first chunk's begins. */
  payloadOffset: number;
  /** How much of it each chunk takes, bytes: a multiple of 4. */
  payloadBytes: number;
}

const DATA_PACKET_HEADER_BYTES = COMMON_HEADER_BYTES + DATA_CHUNK_HEADER_BYTES;

/**
 * The only place that lays out packets: chunks are written straight into one slab, packet behind packet
 * without a gap, so that a run of packets of one size can leave in one piece.
 *
 * `begin`, any number of `writeChunk` and `writeDataChunk`, then `finish` or `cancel`; `reset` once the
 * packets have left. That chunks fit, and that they are bundled as RFC 9260 §6.10 wants, is the caller's
 * business and asserted.
 */
export class PacketBuilder {
  /** The memory that the finished packets lie in. */
  readonly slab: Uint8Array;

  /** The same in words of 32 bits: packets and chunks begin with one. */
  private readonly slabWords: Int32Array;
  private readonly computeChecksum: boolean;
  private progress: Progress = "none";
  /** Where the packet under construction begins, or the next one will. */
  private startOffset = 0;
  private writeOffset = 0;
  private limitOffset = 0;
  /** Where the AUTH chunk of the packet under construction begins, or -1. */
  private authOffset = -1;

  constructor(options: PacketBuilderOptions) {
    this.slab = new Uint8Array(options.slabBytes);
    this.slabWords = new Int32Array(this.slab.buffer, 0, options.slabBytes >>> 2);
    this.computeChecksum = options.computeChecksum;
  }

  /**
   * Begins a packet that will not be longer than `maxPacketBytes`, common header included.
   *
   * @returns false, and nothing has begun, when the slab has no room for it: flush, then `reset`
   */
  begin(
    sourcePort: number,
    destinationPort: number,
    verificationTag: number,
    maxPacketBytes: number,
  ): boolean {
    assert(this.progress === "none", "A packet is finished or cancelled before the next one begins.");
    assert(maxPacketBytes >= COMMON_HEADER_BYTES, "A packet has room for its common header.");
    const { slab, startOffset: start } = this;
    // Chunks end on multiples of 4, so that the last one to three bytes of an odd limit are of no use.
    const limit = start + (maxPacketBytes & ~3);
    if (limit > slab.length) return false;
    writeUint16(slab, start, sourcePort);
    writeUint16(slab, start + 2, destinationPort);
    writeUint32(slab, start + 4, verificationTag);
    writeUint32(slab, start + CHECKSUM_OFFSET_BYTES, 0);
    this.writeOffset = start + COMMON_HEADER_BYTES;
    this.limitOffset = limit;
    this.authOffset = -1;
    this.progress = "empty";
    return true;
  }

  /** Whether a packet has begun and is neither finished nor cancelled. */
  get isOpen(): boolean {
    return this.progress !== "none";
  }

  /** Whether a packet has begun and holds no chunk yet. */
  get isEmpty(): boolean {
    return this.progress === "empty";
  }

  /** The bytes that the packet under construction still takes: a chunk with its header and its padding. */
  get remainingBytes(): number {
    return this.limitOffset - this.writeOffset;
  }

  /** The length that the packet under construction has so far, or 0 when none has begun. */
  get packetLengthBytes(): number {
    return this.progress === "none" ? 0 : this.writeOffset - this.startOffset;
  }

  /** The length of all finished packets in the slab. */
  get finishedBytes(): number {
    return this.startOffset;
  }

  /** Whether a chunk of this length, not yet padded, has room in the packet under construction. */
  fits(chunkLengthBytes: number): boolean {
    return this.progress !== "none" && padded(chunkLengthBytes) <= this.limitOffset - this.writeOffset;
  }

  /** Writes a chunk and its padding. It must fit and be allowed at this place. */
  writeChunk(chunk: Chunk): void {
    const lengthBytes = byteLengthOfChunk(chunk);
    assert(this.fits(lengthBytes), "A chunk fits the packet that it is written into.");
    this.progress = progressAfter(this.progress, chunk);
    writeChunk(chunk, this.slab, this.writeOffset);
    this.pad(lengthBytes);
  }

  /** As {@link writeChunk}, for the control chunk that comes most often. */
  writeSackChunk(sack: SackChunk): void {
    const lengthBytes = byteLengthOfSackChunk(sack);
    assert(this.fits(lengthBytes), "A chunk fits the packet that it is written into.");
    this.progress = progressAfter(this.progress, sack);
    writeSackChunk(sack, this.slab, this.writeOffset);
    // RFC 9260 §3.3.4: its length is a multiple of 4.
    this.writeOffset += lengthBytes;
  }

  /**
   * Writes a DATA chunk and its padding straight from the memory that holds the user data.
   *
   * @param payloadWords - the whole of that memory in words, where it is there in whole words: short pieces are copied
   * faster so
   */
  writeDataChunk(
    header: Readonly<DataHeaderFields>,
    payload: Uint8Array,
    payloadOffset: number,
    payloadLengthBytes: number,
    payloadWords?: Int32Array,
  ): void {
    const lengthBytes = DATA_CHUNK_HEADER_BYTES + payloadLengthBytes;
    assert(this.fits(lengthBytes), "A chunk fits the packet that it is written into.");
    assert(this.progress !== "closed", "RFC 9260 §6.10: nothing follows a chunk that is alone or last.");
    this.progress = "data";
    const { slab, writeOffset: at } = this;
    writeDataChunkHeader(header, payloadLengthBytes, slab, at);
    const target = at + DATA_CHUNK_HEADER_BYTES;
    const isShort = payloadLengthBytes <= COPY_WORDS_MAX_BYTES && (payloadOffset & 3) === 0;
    // What stands behind the payload in its last word makes room for the padding.
    if (isShort && payloadWords !== undefined)
      copyWords(
        this.slabWords,
        target >>> 2,
        payloadWords,
        payloadOffset >>> 2,
        (payloadLengthBytes + 3) >>> 2,
      );
    else copyInto(slab, target, payload, payloadOffset, payloadLengthBytes);
    this.pad(lengthBytes);
  }

  /**
   * How many packets of one DATA chunk each, `payloadBytes` long, still have room behind one another. The last one must
   * leave as much room as a packet may take.
   */
  roomForDataPackets(payloadBytes: number, maxPacketBytes: number): number {
    const room = this.slab.length - this.startOffset - (maxPacketBytes & ~3);
    return room < 0 ? 0 : 1 + Math.floor(room / (DATA_PACKET_HEADER_BYTES + payloadBytes));
  }

  /** Lays out whole packets of one DATA chunk each, between other packets; see {@link roomForDataPackets}. */
  writeDataPackets(packets: DataPackets, count: number): void {
    assert(this.progress === "none", "A packet is finished or cancelled before the next ones are laid out.");
    const { header, payload, payloadBytes } = packets;
    assert((payloadBytes & 3) === 0, "Chunks of such packets need no padding.");
    const { slab, slabWords, startOffset: first } = this;
    const packetBytes = DATA_PACKET_HEADER_BYTES + payloadBytes;
    assert(first + count * packetBytes <= slab.length, "The packets fit into the slab.");
    let at = first;
    let from = packets.payloadOffset;
    for (let index = 0; index < count; index += 1, at += packetBytes, from += payloadBytes) {
      const chunkAt = at + COMMON_HEADER_BYTES;
      if (index === 0) {
        writeCommonHeader(packets, slab, at);
        writeDataChunkHeader(header, payloadBytes, slab, chunkAt);
      } else {
        copyWords(slabWords, at >>> 2, slabWords, first >>> 2, DATA_PACKET_HEADER_BYTES >>> 2);
        changeDataChunkHeader(slab, chunkAt, header.flags & ~DATA_FLAG_BEGINNING, tsnAdd(header.tsn, index));
        writeUint32(slab, at + CHECKSUM_OFFSET_BYTES, 0);
      }
      copyInto(slab, at + DATA_PACKET_HEADER_BYTES, payload, from, payloadBytes);
      if (this.computeChecksum) writePacketChecksum(slab, at, packetBytes);
    }
    this.startOffset = at;
  }

  /** Whether the packet under construction has an AUTH chunk: what is written from now on is authenticated. */
  get isAuthenticated(): boolean {
    return this.authOffset >= 0;
  }

  /** Where the AUTH chunk of the packet under construction begins in the slab; -1 where there is none. */
  get authChunkOffset(): number {
    return this.authOffset;
  }

  /** Where the packet under construction ends so far in the slab. */
  get endOffset(): number {
    return this.writeOffset;
  }

  /**
   * Writes an AUTH chunk whose HMAC {@link signAuthChunk} fills in. It must fit; there is one in a packet at most, and
   * before the DATA chunks (RFC 4895 §5.1).
   */
  writeAuthChunk(fields: AuthChunkFields): void {
    const lengthBytes = AUTH_CHUNK_FIXED_BYTES + fields.hmacBytes;
    assert(this.fits(lengthBytes), "A chunk fits the packet that it is written into.");
    assert(this.authOffset < 0, "RFC 4895 §5.1: a packet has at most one AUTH chunk.");
    assert(
      this.progress === "empty" || this.progress === "control",
      "RFC 9260 §6.10: control chunks come before DATA.",
    );
    this.progress = this.progress === "empty" ? "auth" : "control";
    this.authOffset = this.writeOffset;
    writeUnsignedAuthChunk(fields, this.slab, this.writeOffset);
    this.pad(lengthBytes);
  }

  /** Fills the HMAC of the AUTH chunk in, once the packet is complete (RFC 4895 §6.2). */
  signAuthChunk(hmac: Uint8Array): void {
    assert(this.authOffset >= 0, "Only a packet with an AUTH chunk is signed.");
    this.slab.set(hmac, this.authOffset + AUTH_CHUNK_FIXED_BYTES);
  }

  /** Ends the packet, which holds at least one chunk, and tells the record where it lies. */
  finish(record: PacketRecord): void {
    assert(
      this.progress !== "none" && this.progress !== "empty" && this.progress !== "auth",
      "A packet holds a chunk when it is finished.",
    );
    const { slab, startOffset: start } = this;
    const lengthBytes = this.writeOffset - start;
    if (this.computeChecksum) writePacketChecksum(slab, start, lengthBytes);
    record.slab = slab;
    record.offsetBytes = start;
    record.lengthBytes = lengthBytes;
    this.startOffset = this.writeOffset;
    this.progress = "none";
  }

  /** Drops the packet that has begun. */
  cancel(): void {
    assert(this.progress !== "none", "Only a packet that has begun is cancelled.");
    this.progress = "none";
  }

  /** Gives the slab free again: the packets finished so far have left. */
  reset(): void {
    assert(this.progress === "none", "A packet is finished or cancelled before the slab is free again.");
    this.startOffset = 0;
  }

  /** RFC 9260 §3.2, §3.3.1: zeros up to a multiple of 4, three at most, which no length counts. */
  private pad(lengthBytes: number): void {
    const end = this.writeOffset + lengthBytes;
    this.writeOffset += padded(lengthBytes);
    zeroFill(this.slab, end, this.writeOffset);
  }
}

/** Asserts the bundling rules for a chunk (RFC 9260 §3, §5.1) and answers how far the packet has come with it. */
function progressAfter(progress: Progress, chunk: Chunk): Progress {
  assert(progress !== "closed", "RFC 9260 §6.10: nothing follows a chunk that is alone or last.");
  switch (chunk.kind) {
    case "DATA":
      return "data";
    case "INIT":
    case "INIT ACK":
    case "SHUTDOWN COMPLETE":
      assert(progress === "empty", "RFC 9260 §6.10: INIT, INIT ACK and SHUTDOWN COMPLETE are alone.");
      return "closed";
    case "COOKIE ECHO":
      assert(
        progress === "empty" || progress === "auth",
        "RFC 9260 §3.2.2, RFC 4895 §6.3: COOKIE ECHO is the first chunk of its packet but for AUTH.",
      );
      return "control";
    case "ABORT":
      assert(progress !== "data", "RFC 9260 §3.3.7: DATA is not bundled with ABORT.");
      return "closed";
    default:
      assert(progress !== "data", "RFC 9260 §6.10: control chunks come before DATA.");
      return "control";
  }
}
