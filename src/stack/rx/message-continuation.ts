import type { Millis } from "../../base/millis.js";
import { padded, readUint16 } from "../../wire/bytes.js";
import {
  CHUNK_DATA,
  DATA_CHUNK_HEADER_BYTES,
  DATA_FLAG_UNORDERED,
  dataChunkFlags,
  dataChunkPpid,
  dataChunkSsn,
  dataChunkStreamId,
  dataChunkTsn,
} from "../../wire/chunks/data-chunk.js";
import { COMMON_HEADER_BYTES } from "../../wire/common-header.js";
import { hasValidChecksum } from "../../wire/crc32c.js";
import type { PacketRecord } from "../../wire/packet-record.js";
import { isLikeBefore, type ReceivedPacket } from "../received-packet.js";
import type { TransmissionControlBlock } from "../transmission-control-block.js";
import { noteSackDue } from "./data-reception.js";
import type { FragmentRun } from "./fragment-run.js";
import type { DataPacketTraits } from "./sack-timing.js";

const HEADERS_BYTES = COMMON_HEADER_BYTES + DATA_CHUNK_HEADER_BYTES;

/** Nothing about these packets wants a SACK sooner than every second one does. */
const USUAL: DataPacketTraits = Object.freeze({ gapOrDuplicate: false, immediate: false });

/**
 * Packets that only go on with a long message: all but the first and the last of those that carry it. Each is one DATA
 * chunk, comes by the way of the packet before, and is next in sequence, so that what is to be asked of a packet can
 * be asked once for all of them. It comes to the same as to handle each by itself.
 */
export class MessageContinuation {
  private readonly checksChecksums: boolean;

  /** @param checksChecksums - whether the stack itself has to check the CRC32c (RFC 9260 §6.8) */
  constructor(checksChecksums: boolean) {
    this.checksChecksums = checksChecksums;
  }

  /**
   * Takes packets from `start` to before `end`, as far as they go on with the message that is being put together.
   *
   * @param way - the packet before, which the association has handled as expected
   * @returns where it has stopped; whatever is there is to be handled by itself
   */
  take(
    tcb: TransmissionControlBlock,
    way: ReceivedPacket,
    packets: readonly PacketRecord[],
    start: number,
    end: number,
  ): number {
    const message = messageOf(tcb, way);
    if (message === undefined) return start;
    const { reception } = tcb;
    const { tracker, reassembly } = reception;
    let roomBytes = reception.undecidedBytes(message);
    let next = start;
    for (; next < end; next += 1) {
      const record = packets[next] as PacketRecord;
      const { slab, offsetBytes } = record;
      const payloadBytes = this.payloadOf(record, way, message);
      if (payloadBytes === 0 || payloadBytes >= roomBytes) break;
      const tsn = dataChunkTsn(slab, offsetBytes + COMMON_HEADER_BYTES);
      if (!tracker.receiveInSequence(tsn)) break;
      roomBytes -= payloadBytes;
      reception.accepted(payloadBytes);
      reassembly.goOn(message, tsn, slab, offsetBytes + HEADERS_BYTES, payloadBytes);
      // RFC 9260 §6.2: at least every second packet is acknowledged.
      if (reception.sackTiming.handlePacketWithData(USUAL) === "ack now") noteSackDue(tcb);
    }
    const { statistics } = tcb.services;
    statistics.inPackets += next - start;
    statistics.inDataChunks += next - start;
    return next;
  }

  /** What is to be done once behind packets that were taken. */
  end(tcb: TransmissionControlBlock, now: Millis): void {
    const { reception, services, sackDelay, config } = tcb;
    reception.charge();
    tcb.lastUserDataAt = now;
    if (reception.sackTiming.state !== "delayed") return;
    services.timers.setIfStopped(sackDelay, now + config.sackDelayMs);
  }

  /** The length of the payload of a packet that goes on with a message; 0 when it is anything else. */
  private payloadOf(record: PacketRecord, way: ReceivedPacket, message: FragmentRun): number {
    const { slab, offsetBytes, lengthBytes } = record;
    if (lengthBytes <= HEADERS_BYTES || !isLikeBefore(record, way)) return 0;
    const chunkAt = offsetBytes + COMMON_HEADER_BYTES;
    const chunkBytes = readUint16(slab, chunkAt + 2);
    if (padded(chunkBytes) !== lengthBytes - COMMON_HEADER_BYTES) return 0;
    // Neither the beginning nor the end, and no SACK is wanted at once (RFC 7053 §4).
    const flags = message.unordered ? DATA_FLAG_UNORDERED : 0;
    if (slab[chunkAt] !== CHUNK_DATA || dataChunkFlags(slab, chunkAt) !== flags) return 0;
    if (dataChunkStreamId(slab, chunkAt) !== message.streamId) return 0;
    if (dataChunkPpid(slab, chunkAt) !== message.ppid) return 0;
    if (!message.unordered && dataChunkSsn(slab, chunkAt) !== message.ssn) return 0;
    const isWrong = this.checksChecksums
      ? !hasValidChecksum(slab, offsetBytes, lengthBytes)
      : record.hasWrongChecksum;
    return isWrong ? 0 : chunkBytes - DATA_CHUNK_HEADER_BYTES;
  }
}

/** The message that packets may go on with, when nothing else is under way that each of them has a say in. */
function messageOf(tcb: TransmissionControlBlock, way: ReceivedPacket): FragmentRun | undefined {
  const { reception, paths, services } = tcb;
  const message = reception.reassembly.messageUnderWay;
  if (message === undefined || tcb.state.name !== "ESTABLISHED") return undefined;
  if (tcb.authentication.wants(CHUNK_DATA) || !services.deferredSacks.isEmpty) return undefined;
  // What was acknowledged and discarded stands between them (RFC 9260 §6.5).
  if (message.lastTsn !== reception.tracker.cumulativeTsnAck) return undefined;
  if (reception.isReturnVaried || reception.path !== paths.find(way.source)) return undefined;
  return message;
}
