import type { Millis } from "../base/millis.js";
import {
  CHUNK_ABORT,
  CHUNK_ASCONF,
  CHUNK_ASCONF_ACK,
  CHUNK_DATA,
  CHUNK_FORWARD_TSN,
  CHUNK_INIT_ACK,
  CHUNK_SACK,
  parseChunk,
  type Chunk,
} from "../wire/chunk.js";
import { DATA_CHUNK_HEADER_BYTES, dataChunkTsn } from "../wire/chunks/data-chunk.js";
import { COMMON_HEADER_BYTES } from "../wire/common-header.js";
import {
  createSackChunk,
  readSackChunk,
  type ReusedSackChunk,
  SACK_CHUNK_FIXED_BYTES,
} from "../wire/chunks/sack-chunk.js";
import { padded, readUint16 } from "../wire/bytes.js";
import type { ErrorCause } from "../wire/error-cause.js";
import { isMalformed } from "../wire/malformed.js";
import { bundlingViolation, type ChunkCursor } from "../wire/packet.js";
import { mayReceiveData, mayReceiveSack, maySendData } from "./association-state.js";
import { handleCookieAck, handleInitAck, handleUnreadableInitAck } from "./establishment/initiate.js";
import { CHUNKS_PER_PACKET_MAX } from "./limits.js";
import { hasAgreedOnAddressReconfiguration } from "./extensions/address-reconfiguration/beginning.js";
import { isForStrangers } from "./extensions/address-reconfiguration/asconf-lookup.js";
import { handleAsconf } from "./extensions/address-reconfiguration/incoming-asconf.js";
import { handleAsconfAck } from "./extensions/address-reconfiguration/outgoing-asconf.js";
import { handleHeartbeat, handleHeartbeatAck } from "./paths/heartbeat.js";
import type { Path } from "./paths/path.js";
import { handleAuth, isUnauthenticated } from "./extensions/authentication/auth-handling.js";
import type { ReceivedPacket } from "./received-packet.js";
import {
  type ChunkPlace,
  createDataPacket,
  handleDataChunk,
  packetWithDataEnded,
  resetDataPacket,
  type DataPacket,
} from "./rx/data-reception.js";
import { handleForwardTsn } from "./rx/forward-tsn-reception.js";
import { abortForViolation, endAssociation } from "./termination/abort.js";
import {
  handleShutdown,
  handleShutdownAck,
  handleShutdownComplete,
  packetReceivedInShutdownSent,
} from "./termination/shutdown.js";
import type { TransmissionControlBlock } from "./transmission-control-block.js";
import { applyAcknowledgement } from "./tx/acknowledgement.js";
import { copyOfChunk, handleError, handleUnknownChunk } from "./validation/error-chunks.js";

/**
 * What the packet under way has carried; one for all associations, because packets are handled one at a time.
 */
const dataPacket: DataPacket = createDataPacket();

/** Where the only chunk of a packet lies; one for all associations too. */
const place = { flags: 0, offsetBytes: 0, lengthBytes: 0 };

/** The SACK under way; one for all associations too. */
const sack: ReusedSackChunk = createSackChunk();

/** Handles a packet whose verification tag was found right (RFC 9260 §8.5); `cursor` walks its chunks. */
export function handlePacket(
  tcb: TransmissionControlBlock,
  packet: ReceivedPacket,
  cursor: ChunkCursor,
  lengthBytes: number,
  now: Millis,
): void {
  let path = pathOfPacket(tcb, packet);
  let chunks = 0;
  resetDataPacket(dataPacket);
  tcb.authentication.packetIsAuthentic = packet.isAuthenticated;
  tcb.addressReconfigurationBegun?.packetArrived();
  const { paths, services } = tcb;
  tcb.control.packetArrived(paths.packetBytesFor(path ?? paths.primary) - COMMON_HEADER_BYTES, now);
  cursor.reset(packet.bytes, packet.offsetBytes, lengthBytes);
  let takesData = path !== undefined && takesDataOf(tcb, packet);
  while (cursor.next()) {
    chunks += 1;
    if (takesData && cursor.type === CHUNK_DATA && chunks <= CHUNKS_PER_PACKET_MAX) {
      if (!handleData(tcb, packet.bytes, cursor, path ?? paths.primary)) break;
      continue;
    }
    if (chunks > CHUNKS_PER_PACKET_MAX || bundlingViolation(cursor)) {
      services.statistics.malformedPackets += 1;
      break;
    }
    // RFC 5061 §5.2 D2: where it comes from may become the peer's by an ASCONF; until then nothing else counts.
    if (path === undefined && tcb.state.name !== "COOKIE-WAIT" && !isForStrangers(cursor.type)) continue;
    if (isUnauthenticated(tcb, packet, cursor.type)) {
      // RFC 5061 §5.2 D5: with the rest of the packet.
      if (cursor.type === CHUNK_ASCONF) break;
      continue;
    }
    const goesOn = handleChunk(tcb, packet, cursor, path ?? paths.primary, now);
    if (!goesOn || tcb.state.name === "CLOSED") break;
    if (cursor.type === CHUNK_ASCONF) path = paths.find(packet.source);
    // A control chunk may change the state, the paths, and what counts as authenticated.
    takesData = path !== undefined && takesDataOf(tcb, packet);
  }
  if (tcb.state.name === "CLOSED") return;
  if (dataPacket.hasData) packetWithDataEnded(tcb, dataPacket, now);
  packetReceivedInShutdownSent(tcb, dataPacket.hasData, now);
  services.schedule(tcb.association);
}

/**
 * Handles a packet as most are (what TCP calls header prediction): by the way that the one before has come, and with
 * one chunk, a SACK that reports no more than the Cumulative TSN Ack, or DATA. It comes to the same as
 * {@link handlePacket}, without asking for what cannot be.
 *
 * @returns false when it is another; then nothing has happened
 */
export function handleExpectedPacket(
  tcb: TransmissionControlBlock,
  packet: ReceivedPacket,
  lengthBytes: number,
  now: Millis,
): boolean {
  const { bytes } = packet;
  const chunkAt = packet.offsetBytes + COMMON_HEADER_BYTES;
  const chunkBytes = readUint16(bytes, chunkAt + 2);
  if (padded(chunkBytes) !== lengthBytes - COMMON_HEADER_BYTES) return false;
  const type = bytes[chunkAt] as number;
  const isData = type === CHUNK_DATA && chunkBytes > DATA_CHUNK_HEADER_BYTES;
  if (!isData && (type !== CHUNK_SACK || chunkBytes !== SACK_CHUNK_FIXED_BYTES)) return false;
  if (tcb.state.name !== "ESTABLISHED" || tcb.authentication.wants(type)) return false;
  const path = tcb.paths.find(packet.source);
  if (path === undefined || !hasSettled(path, packet)) return false;
  if (!isData && tcb.services.deferredSacks.take(tcb, path, bytes, chunkAt)) return true;
  tcb.services.handleDeferredSacks(now);
  if (isData) {
    tcb.control.packetArrived(tcb.paths.packetBytesFor(path) - COMMON_HEADER_BYTES, now);
    resetDataPacket(dataPacket);
    place.flags = bytes[chunkAt + 1] as number;
    place.offsetBytes = chunkAt;
    place.lengthBytes = chunkBytes;
    handleData(tcb, bytes, place, path);
    if (tcb.state.name !== "ESTABLISHED") return true;
    packetWithDataEnded(tcb, dataPacket, now);
  } else {
    place.offsetBytes = chunkAt;
    place.lengthBytes = chunkBytes;
    handleSack(tcb, bytes, place, now);
  }
  tcb.services.schedule(tcb.association);
  return true;
}

/** Whether nothing is left to learn from a packet about the path that it came on; see {@link pathOfPacket}. */
function hasSettled(path: Path, packet: ReceivedPacket): boolean {
  const { destination } = packet;
  if (path.udpPort !== packet.sourceUdpPort) return false;
  return destination === undefined || (path.localAddress === destination && path.replySource === destination);
}

/**
 * Whether DATA chunks of the packet under way are taken, as long as no control chunk comes between: in some states they
 * are discarded (RFC 9260 §6), and so are those that should be authenticated and are not (RFC 4895 §6.3).
 */
function takesDataOf(tcb: TransmissionControlBlock, packet: ReceivedPacket): boolean {
  if (!mayReceiveData(tcb.state.name)) return false;
  return packet.isAuthenticated || !tcb.authentication.wants(CHUNK_DATA);
}

/** Handles a chunk; false ends the packet. */
function handleChunk(
  tcb: TransmissionControlBlock,
  packet: ReceivedPacket,
  cursor: ChunkCursor,
  path: Path,
  now: Millis,
): boolean {
  // What may be taken has been.
  if (cursor.type === CHUNK_DATA) return true;
  if (cursor.type === CHUNK_SACK) return handleSack(tcb, packet.bytes, cursor, now);
  return handleControl(tcb, packet, cursor, path, now);
}

function handleData(
  tcb: TransmissionControlBlock,
  bytes: Uint8Array,
  chunk: ChunkPlace,
  path: Path,
): boolean {
  if (chunk.lengthBytes < DATA_CHUNK_HEADER_BYTES) return true;
  const result = handleDataChunk(tcb, bytes, chunk, dataPacket, path);
  if (result === "handled") return true;
  // RFC 9260 §3.3.10.9, §3.3.10.13.
  const cause: ErrorCause =
    result === "no user data"
      ? { kind: "No User Data", tsn: dataChunkTsn(bytes, chunk.offsetBytes) }
      : { kind: "Protocol Violation", information: new Uint8Array(0) };
  abortForViolation(tcb, cause);
  return false;
}

function handleSack(
  tcb: TransmissionControlBlock,
  bytes: Uint8Array,
  chunk: Pick<ChunkPlace, "offsetBytes" | "lengthBytes">,
  now: Millis,
): boolean {
  tcb.services.statistics.inCtrlChunks += 1;
  if (!mayReceiveSack(tcb.state.name)) return true;
  if (!readSackChunk(bytes, chunk.offsetBytes, chunk.lengthBytes, sack)) return true;
  return applyAcknowledgement(tcb, tcb.retransmission.handleSack(sack, tcb.config, now), now);
}

/** Handles a chunk other than DATA and SACK; false ends the packet. */
function handleControl(
  tcb: TransmissionControlBlock,
  packet: ReceivedPacket,
  cursor: ChunkCursor,
  path: Path,
  now: Millis,
): boolean {
  tcb.services.statistics.inCtrlChunks += 1;
  if (isOfOtherExtension(tcb, cursor.type)) return handleUnknownChunk(tcb, packet.bytes, cursor, path);
  const chunk = parseChunk(packet.bytes, cursor.offsetBytes, cursor.lengthBytes);
  if (isMalformed(chunk)) {
    tcb.services.statistics.malformedPackets += 1;
    if (cursor.type === CHUNK_INIT_ACK) handleUnreadableInitAck(tcb, packet, cursor);
    // RFC 9260 §3.3.7: an ABORT with a format error is discarded; what follows was sent by whoever thinks us gone.
    return cursor.type !== CHUNK_ABORT;
  }
  switch (chunk.kind) {
    case "INIT ACK":
      handleInitAck(tcb, chunk, packet, now);
      return false;
    case "COOKIE ACK":
      handleCookieAck(tcb, path, now);
      return true;
    case "HEARTBEAT":
      handleHeartbeat(tcb, chunk, path);
      return true;
    case "HEARTBEAT ACK":
      handleHeartbeatAck(tcb, chunk, now);
      return true;
    case "SHUTDOWN":
      return handleShutdownChunk(tcb, chunk, path, now);
    case "SHUTDOWN ACK":
      handleShutdownAck(tcb, packet, path);
      return true;
    case "SHUTDOWN COMPLETE":
      if (isTagRight(tcb, packet.verificationTag, chunk.tagReflected)) handleShutdownComplete(tcb);
      else tcb.services.statistics.verificationTagErrors += 1;
      return false;
    case "ABORT":
      handleAbort(tcb, chunk, packet, cursor);
      return false;
    case "ERROR":
      handleError(tcb, chunk.causes, copyOfChunk(packet.bytes, cursor), now);
      return true;
    case "AUTH":
      return handleAuth(tcb, packet, cursor, path);
    case "FORWARD TSN":
      handleForwardTsn(tcb, chunk, dataPacket, path);
      return true;
    case "ASCONF":
      handleAsconf(tcb, chunk, packet, now);
      return true;
    case "ASCONF-ACK":
      handleAsconfAck(tcb, chunk);
      return true;
    case "UNKNOWN":
      return handleUnknownChunk(tcb, packet.bytes, cursor, path);
    default:
      // COOKIE ECHO was dealt with before the association was found, or stands in the wrong place; INIT
      // too. ECNE and CWR were not negotiated.
      return true;
  }
}

/** Whether a chunk is of an extension that was not agreed upon, and is treated like any unknown one (RFC 9260 §3.2). */
function isOfOtherExtension(tcb: TransmissionControlBlock, chunkType: number): boolean {
  if (chunkType === CHUNK_FORWARD_TSN) return !tcb.peerExtensions.partialReliability;
  if (chunkType !== CHUNK_ASCONF && chunkType !== CHUNK_ASCONF_ACK) return false;
  // In COOKIE-ECHOED it is known already: what has overtaken the COOKIE ACK is discarded, and comes again.
  return !hasAgreedOnAddressReconfiguration(tcb);
}

function handleAbort(
  tcb: TransmissionControlBlock,
  chunk: Extract<Chunk, { kind: "ABORT" }>,
  packet: ReceivedPacket,
  cursor: ChunkCursor,
): void {
  const { destination, verificationTag } = packet;
  if (!isTagRight(tcb, verificationTag, chunk.tagReflected)) {
    tcb.services.statistics.verificationTagErrors += 1;
    return;
  }
  // RFC 5061 §5.3 F4, §5.3.1: it is about a packet that left from an address which the peer has deleted since.
  if (destination !== undefined && tcb.addressReconfigurationBegun?.isWithdrawn(destination) === true) return;
  endAssociation(tcb, {
    kind: "aborted by peer",
    causes: chunk.causes,
    chunk: copyOfChunk(packet.bytes, cursor),
  });
}

function handleShutdownChunk(
  tcb: TransmissionControlBlock,
  chunk: Extract<Chunk, { kind: "SHUTDOWN" }>,
  path: Path,
  now: Millis,
): boolean {
  const { name } = tcb.state;
  // RFC 9260 §9.2: in COOKIE-WAIT and COOKIE-ECHOED it is discarded.
  if (name === "COOKIE-WAIT" || name === "COOKIE-ECHOED") return true;
  if (maySendData(name)) {
    const result = tcb.retransmission.handleCumulativeTsnAck(chunk.cumulativeTsnAck, tcb.config, now);
    if (!applyAcknowledgement(tcb, result, now)) return false;
  }
  handleShutdown(tcb, path, now);
  return true;
}

/**
 * The path that a packet came on; its port is learnt, because its tag was right (RFC 6951 §5.4). `undefined` where the
 * packet comes from an address that is not known.
 */
function pathOfPacket(tcb: TransmissionControlBlock, packet: ReceivedPacket): Path | undefined {
  const { paths } = tcb;
  const path = paths.find(packet.source);
  if (path === undefined) return undefined;
  path.udpPort = packet.sourceUdpPort;
  const { destination } = packet;
  // RFC 5061 §5.3 F1, F4: the peer may send there already, or still, and nothing may leave from there.
  if (destination === undefined || tcb.addressReconfigurationBegun?.withholds(destination) === true)
    return path;
  // Our packets keep their way as long as it works: a path that took every address of ours in turn would share its
  // fate with all others. What the peer reaches is tried once nothing comes back (RFC 9260 §6.4.1). The only path
  // shares its fate with none, and who sends nothing on it would not find out that nothing comes back.
  if (path.localAddress === undefined || path.errorCount > 0 || paths.all.length === 1) {
    path.localAddress = destination;
  }
  // What only answers need not keep to that way: it goes back the way that has just worked.
  path.replySource = destination;
  return path;
}

/** RFC 9260 §8.5.1 B and C: an ABORT or SHUTDOWN COMPLETE carries our tag or, with the T bit, the peer's. */
function isTagRight(tcb: TransmissionControlBlock, tag: number, tagReflected: boolean): boolean {
  return tag === (tagReflected ? tcb.peerTag : tcb.localTag);
}
