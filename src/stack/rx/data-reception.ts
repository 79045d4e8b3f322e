import type { Millis } from "../../base/millis.js";
import { tsnAdd, tsnLess, type Tsn } from "../../base/serial-number.js";
import {
  DATA_CHUNK_HEADER_BYTES,
  DATA_FLAG_END,
  DATA_FLAG_IMMEDIATE,
  dataChunkPpid,
  dataChunkSsn,
  dataChunkStreamId,
  dataChunkTsn,
  type DataHeaderFields,
} from "../../wire/chunks/data-chunk.js";
import type { SackChunk } from "../../wire/chunks/sack-chunk.js";
import { COMMON_HEADER_BYTES } from "../../wire/common-header.js";
import { SACK_CHUNK_FIXED_BYTES } from "../../wire/chunks/sack-chunk.js";
import { SACKS_QUEUED_MAX } from "../limits.js";
import type { Path } from "../paths/path.js";
import type { TransmissionControlBlock } from "../transmission-control-block.js";
import type { Reception } from "./reception.js";
import type { DataPacketTraits } from "./sack-timing.js";

/** What became of a DATA chunk. */
export type DataResult = "handled" | "no user data" | "protocol violation";

/**
 * Whether the packet under way has carried DATA, and how urgent its SACK is; one for the whole stack, reset
 * per packet.
 */
export interface DataPacket extends DataPacketTraits {
  hasData: boolean;
  /** How many chunks were neither duplicates nor dropped. */
  newChunks: number;
  /** Whether a chunk had been received before. */
  hasDuplicates: boolean;
  hasForwardTsn: boolean;
}

/** A record to be reset at each packet. */
export function createDataPacket(): DataPacket {
  return {
    hasData: false,
    newChunks: 0,
    hasDuplicates: false,
    hasForwardTsn: false,
    gapOrDuplicate: false,
    immediate: false,
  };
}

/** Begins a packet: nothing of it has been seen. */
export function resetDataPacket(packet: DataPacket): void {
  packet.hasData = false;
  packet.newChunks = 0;
  packet.hasDuplicates = false;
  packet.hasForwardTsn = false;
  packet.gapOrDuplicate = false;
  packet.immediate = false;
}

/** Where a chunk lies in its packet. */
export interface ChunkPlace {
  readonly flags: number;
  readonly offsetBytes: number;
  readonly lengthBytes: number;
}

/** The fields of the chunk under way; one object for all, because chunks are handled one at a time. */
const header: DataHeaderFields = {
  tsn: 0 as Tsn,
  flags: 0,
  streamId: 0,
  ssn: 0 as DataHeaderFields["ssn"],
  ppid: 0,
};

/** Handles one DATA chunk, read in place (RFC 9260 §6.2). */
export function handleDataChunk(
  tcb: TransmissionControlBlock,
  bytes: Uint8Array,
  chunk: ChunkPlace,
  packet: DataPacket,
  path: Path,
): DataResult {
  const { reception } = tcb;
  const { flags, offsetBytes } = chunk;
  const payloadBytes = chunk.lengthBytes - DATA_CHUNK_HEADER_BYTES;
  const { statistics } = tcb.services;
  statistics.inDataChunks += 1;
  packet.hasData = true;
  // RFC 9260 §6.2: a DATA chunk without user data ends the association.
  if (payloadBytes <= 0) return "no user data";
  if ((flags & DATA_FLAG_IMMEDIATE) !== 0) packet.immediate = true;
  reception.path = path;
  const tsn = dataChunkTsn(bytes, offsetBytes);
  const { tracker, reassembly } = reception;
  // In sequence, with room for it: nothing else is to be found out.
  const isNext = reception.hasRoom && tracker.receiveInSequence(tsn);
  if (!isNext && !admit(tcb, tsn, payloadBytes, packet)) return "handled";
  packet.newChunks += 1;
  const streamId = dataChunkStreamId(bytes, offsetBytes);
  if (streamId >= tcb.inboundStreams) {
    // RFC 9260 §6.5, §3.3.10.1: acknowledged, reported and discarded.
    reportInvalidStream(tcb, streamId, path);
    return "handled";
  }
  reception.accepted(payloadBytes);
  header.tsn = tsn;
  header.flags = flags;
  header.streamId = streamId;
  header.ssn = dataChunkSsn(bytes, offsetBytes);
  header.ppid = dataChunkPpid(bytes, offsetBytes);
  const result = reassembly.insert(header, bytes, offsetBytes + DATA_CHUNK_HEADER_BYTES, payloadBytes);
  if (result === "protocol violation") return result;
  if ((flags & DATA_FLAG_END) === 0 && reassembly.mayBeUnfinished) noteSuccessor(reception, tsn);
  if (reassembly.queuedBytes > 0) reception.deliverPartially();
  return "handled";
}

/** Whether a chunk that may be anything is new and finds room; then its TSN counts as received. */
function admit(tcb: TransmissionControlBlock, tsn: Tsn, payloadBytes: number, packet: DataPacket): boolean {
  const { reception, services } = tcb;
  const { tracker } = reception;
  const { statistics } = services;
  const arrival = tracker.check(tsn);
  if (arrival === "duplicate") {
    tracker.receive(tsn);
    statistics.duplicateDataChunks += 1;
    packet.gapOrDuplicate = true;
    packet.hasDuplicates = true;
    return false;
  }
  const hadGaps = tracker.hasGaps;
  // To make room may have opened another gap, so that the tracker has the last word.
  if (arrival === "refused" || !makeRoom(tcb, tsn, payloadBytes) || tracker.receive(tsn) !== "new") {
    // RFC 9260 §6.2: what is dropped for want of room is answered at once, and not acknowledged.
    statistics.droppedDataChunks += 1;
    packet.gapOrDuplicate = true;
    return false;
  }
  if (hadGaps || tracker.hasGaps) packet.gapOrDuplicate = true;
  return true;
}

/** Notes it when the chunk behind a fragment that is no end came before it. */
function noteSuccessor({ reassembly, tracker }: Reception, tsn: Tsn): void {
  const next = tsnAdd(tsn, 1);
  if (!tsnLess(tracker.highestTsn, next) && tracker.check(next) === "duplicate")
    reassembly.successorIsHere(tsn);
}

/**
 * Whether a new chunk has room; for one that fills a gap, what lies highest may have to go (RFC 9260 §6.2).
 */
function makeRoom(tcb: TransmissionControlBlock, tsn: Tsn, payloadBytes: number): boolean {
  const { reception } = tcb;
  const { tracker, reassembly } = reception;
  // The last chunk may run over the end of the window: how the sender cuts its messages is not ours to know.
  if (reception.hasRoom) return true;
  reception.deliverForWantOfRoom();
  if (!tsnLess(tsn, tracker.highestTsn)) return false;
  for (const range of reassembly.dropHighest(payloadBytes, tsn)) tracker.forget(range.first, range.last);
  // Nothing that is held can move before what is next in sequence has come.
  const isNext = tsn === tsnAdd(tracker.cumulativeTsnAck, 1);
  return (isNext && reception.takesNextInSequence) || reception.hasRoom;
}

function reportInvalidStream(tcb: TransmissionControlBlock, streamId: number, path: Path): void {
  const reply = tcb.paths.forReply(path);
  tcb.control.answer({ kind: "ERROR", causes: [{ kind: "Invalid Stream Identifier", streamId }] }, reply);
}

/** Decides, after the last chunk of a packet with DATA, when it is acknowledged (RFC 9260 §6.2). */
export function packetWithDataEnded(tcb: TransmissionControlBlock, packet: DataPacket, now: Millis): void {
  const { reception, services } = tcb;
  reception.charge();
  if (packet.newChunks > 0) tcb.lastUserDataAt = now;
  varyReturnPath(tcb, packet);
  const decision = reception.sackTiming.handlePacketWithData(packet);
  if (decision === "ack now") noteSackDue(tcb);
  else if (decision === "delay") services.timers.setIfStopped(tcb.sackDelay, now + tcb.config.sackDelayMs);
}

/**
 * RFC 9260 §6.4: who repeats itself may not have got our SACK, because the way back is broken; every second packet in a
 * row that brings nothing new is answered on another path.
 */
function varyReturnPath(tcb: TransmissionControlBlock, packet: DataPacket): void {
  const { reception, paths } = tcb;
  reception.isReturnVaried = packet.newChunks === 0 && packet.hasDuplicates && !reception.isReturnVaried;
  if (reception.isReturnVaried && reception.path !== undefined)
    reception.path = paths.besides(reception.path);
}

/** Notes a SACK of what has arrived by now, to leave with the next flush. */
export function noteSackDue(tcb: TransmissionControlBlock): void {
  const { paths, reception } = tcb;
  const { sacksDue } = reception;
  const path = paths.forReply(reception.path ?? paths.primary);
  const sack = takeSack(tcb, paths.packetBytesFor(path) - COMMON_HEADER_BYTES);
  // While nothing can leave, the newest SACK says it all.
  if (sacksDue.length >= SACKS_QUEUED_MAX) sacksDue.clear();
  sacksDue.push(sack);
}

/**
 * A SACK of what has arrived by now, no longer than `roomBytes` (RFC 9260 §6.7); with it everything counts as
 * acknowledged.
 */
export function takeSack(tcb: TransmissionControlBlock, roomBytes: number): SackChunk {
  const { reception, services } = tcb;
  const { tracker } = reception;
  const blockRoom = Math.max(0, (roomBytes - SACK_CHUNK_FIXED_BYTES) >> 2);
  const gapAckBlocks = tracker.gapAckBlocks(blockRoom);
  // RFC 9260 §6.2: as many Gap Ack Blocks as fit; duplicates are advice and come last.
  const duplicates = tracker.takeDuplicates();
  const duplicateRoom = blockRoom - gapAckBlocks.length;
  const duplicateTsns = duplicates.length > duplicateRoom ? duplicates.slice(0, duplicateRoom) : duplicates;
  reception.sackTiming.sackSent();
  services.timers.suspend(tcb.sackDelay);
  return {
    kind: "SACK",
    cumulativeTsnAck: tracker.cumulativeTsnAck,
    aRwnd: reception.takeAdvertisedWindow(tcb.paths.primary.pmdcs),
    gapAckBlocks,
    duplicateTsns,
  };
}
