import { assert } from "../base/assert.js";
import type { Millis } from "../base/millis.js";
import {
  CHUNK_ABORT,
  CHUNK_DATA,
  CHUNK_INIT_ACK,
  CHUNK_SACK,
  parseChunk,
  type Chunk,
} from "../wire/chunk.js";
import { DATA_CHUNK_HEADER_BYTES, dataChunkTsn } from "../wire/chunks/data-chunk.js";
import { COMMON_HEADER_BYTES } from "../wire/common-header.js";
import { parseSackChunk } from "../wire/chunks/sack-chunk.js";
import type { ErrorCause } from "../wire/error-cause.js";
import { isMalformed } from "../wire/malformed.js";
import { bundlingViolation, type ChunkCursor } from "../wire/packet.js";
import {
  acceptsUserMessages,
  mayReceiveData,
  mayReceiveSack,
  maySendData,
  type AssociationStateName,
} from "./association-state.js";
import { transmitControl, type DrainResult } from "./bundling.js";
import { configure, type AssociationConfig, type AssociationConfigChange } from "./config.js";
import type { Endpoint } from "./endpoint.js";
import {
  handleCookieAck,
  handleInitAck,
  handleT1,
  handleUnreadableInitAck,
  transmitHandshake,
} from "./establishment/initiate.js";
import { CHUNKS_PER_PACKET_MAX, SEND_QUEUE_MESSAGES_MAX } from "./limits.js";
import type { PacketOutput } from "./packet-output.js";
import {
  handleHeartbeat,
  handleHeartbeatAck,
  handleHeartbeatTimer,
  requestHeartbeat,
} from "./paths/heartbeat.js";
import type { Path } from "./paths/path.js";
import { applyPathConfig } from "./paths/path-config-change.js";
import { configurePath, type PathConfig } from "./paths/path-config.js";
import { makePrimary } from "./paths/path-failure.js";
import type { ReceivedPacket } from "./received-packet.js";
import {
  createDataPacket,
  handleDataChunk,
  packetWithDataEnded,
  resetDataPacket,
  type DataPacket,
} from "./rx/data-reception.js";
import { abortAssociation, endAssociation } from "./termination/abort.js";
import { handleAutoclose, startAutoclose } from "./termination/autoclose.js";
import {
  handleShutdown,
  handleShutdownAck,
  handleShutdownComplete,
  handleT2Shutdown,
  handleT5ShutdownGuard,
  packetReceivedInShutdownSent,
  shutDown,
} from "./termination/shutdown.js";
import type { Timer, TimerOwner } from "./timer-table.js";
import {
  TransmissionControlBlock,
  type TransmissionControlBlockOptions,
} from "./transmission-control-block.js";
import { applyAcknowledgement } from "./tx/acknowledgement.js";
import { endBurst, handleT3, maxPayloadBytes, openBurst, transmitData } from "./tx/data-transmission.js";
import { OutgoingMessage, type MessageOptions } from "./tx/outgoing-message.js";
import type { SackResult } from "./tx/retransmission-queue.js";
import { copyOfChunk, handleError, handleUnknownChunk } from "./validation/error-chunks.js";

/**
 * What the packet under way has carried; one for all associations, because packets are handled one at a time.
 */
const dataPacket: DataPacket = createDataPacket();

/** What the constructor of an association takes: all of its control block but itself. */
export type AssociationOptions = Omit<TransmissionControlBlockOptions, "association">;

/**
 * An SCTP association: takes packets, time-outs and the user's commands, and lays out packets.
 *
 * The calling contract: getters only look. `handle…` takes input from outside. Plain verbs are the
 * application's commands. `drain` hands out what is to be sent. Every input is followed by a drain before the
 * next point of time; the stack sees to that. Whatever happens is told by events, never by a call back from
 * inside.
 *
 * After the events "communication lost", "cannot start" and "shutdown complete" the association is gone: its
 * commands do nothing and its getters tell how it was left.
 */
export class Association implements TimerOwner {
  /** All that is kept of the association. Only the stack writes into it. */
  readonly tcb: TransmissionControlBlock;
  /** Whatever the user wants to find again with the association. */
  owner: unknown = undefined;
  /** Whether it waits for the next flush already. Only the stack writes it. */
  isScheduled = false;
  /** Whether a SACK has been processed whose consequences have not been laid out. */
  private sackProcessed = false;

  constructor(options: AssociationOptions) {
    this.tcb = new TransmissionControlBlock({ ...options, association: this });
  }

  /** The state (RFC 9260 §4). */
  get state(): AssociationStateName {
    return this.tcb.state.name;
  }

  /** The endpoint that the association belongs to. */
  get endpoint(): Endpoint {
    return this.tcb.endpoint;
  }

  /** The peer's SCTP port. */
  get peerPort(): number {
    return this.tcb.peerPort;
  }

  /** The destination transport addresses of the peer. */
  get paths(): readonly Path[] {
    return this.tcb.paths.all;
  }

  /** The primary path (RFC 9260 §6.4). */
  get primaryPath(): Path {
    return this.tcb.paths.primary;
  }

  /** The parameters of this association. */
  get config(): Readonly<AssociationConfig> {
    return this.tcb.config;
  }

  /** Streams that may be sent on: 0 to this number less one (RFC 9260 §5.1.1). */
  get outboundStreams(): number {
    return this.tcb.outboundStreams;
  }

  /** Streams that the peer may send on. */
  get inboundStreams(): number {
    return this.tcb.inboundStreams;
  }

  /** Whether new messages are taken (RFC 9260 §9.2). */
  get acceptsMessages(): boolean {
    return acceptsUserMessages(this.tcb.state.name) && !this.tcb.shutdownWanted;
  }

  /** Bytes of messages that were taken and have not been acknowledged: what counts against SO_SNDBUF. */
  get sendBufferBytes(): number {
    return this.tcb.sendBufferBytes;
  }

  /** Whether so many messages wait that no further one is taken, however small they are. */
  get sendBufferIsCrowded(): boolean {
    return this.tcb.sendBufferMessages >= SEND_QUEUE_MESSAGES_MAX;
  }

  /** Whether everything that was sent has been acknowledged (RFC 6458 §6.1.9). */
  get isSenderDry(): boolean {
    return this.tcb.sendQueue.isEmpty && this.tcb.retransmission.isEmpty;
  }

  /** Chunks sent and not acknowledged (RFC 6458 §8.2.1 sstat_unackdata). */
  get unackedChunks(): number {
    return this.tcb.retransmission.outstanding.count;
  }

  /** Bytes handed out as events that {@link releaseReceived} has not given back yet. */
  get unreadBytes(): number {
    return this.tcb.reception.unreadBytes;
  }

  /** Bytes received and not handed out, because their messages are not complete or not in order. */
  get reassemblyBytes(): number {
    return this.tcb.reception.reassembly.queuedBytes;
  }

  /** Our view of the peer's receive window, bytes (RFC 9260 §6.2.1). */
  get peerRwnd(): number {
    return this.tcb.retransmission.peerRwnd;
  }

  /** The largest payload that one DATA chunk carries (RFC 6458 §8.2.1 sstat_fragmentation_point). */
  get fragmentationPointBytes(): number {
    return maxPayloadBytes(this.tcb);
  }

  /**
   * Takes a message. Its data belongs to the association from now on; {@link acceptsMessages}, and a stream
   * below {@link outboundStreams}, are the caller's business to check.
   */
  send(data: Uint8Array, options: MessageOptions, now: Millis): void {
    const { tcb } = this;
    assert(this.acceptsMessages, "A message is only given to an association that takes it.");
    tcb.sendQueue.add(new OutgoingMessage(data, options));
    tcb.sendBufferBytes += data.length;
    tcb.sendBufferMessages += 1;
    tcb.lastUserDataAt = now;
    openBurst(tcb);
    tcb.services.statistics.sentMessages += 1;
    tcb.services.schedule(this);
  }

  /** Ends the association gracefully once everything has been delivered (RFC 9260 §9.2). */
  shutdown(now: Millis): void {
    shutDown(this.tcb, now);
    this.tcb.services.schedule(this);
  }

  /** Ends the association at once (RFC 9260 §9.1). */
  abort(causes: readonly ErrorCause[]): void {
    abortAssociation(this.tcb, causes);
  }

  /**
   * The application has read that many bytes: they are free for the peer again (RFC 9260 §6.2).
   *
   * @param pieces - how many events "data" have been read to their ends with them: 0 when something is left
   * of one
   */
  releaseReceived(lengthBytes: number, pieces: number = 1): void {
    const { reception, services } = this.tcb;
    reception.released(lengthBytes, pieces);
    if (!mayReceiveData(this.tcb.state.name)) return;
    reception.charge();
    if (!reception.windowUpdateDue) return;
    reception.sackTiming.requestSack();
    services.schedule(this);
  }

  /**
   * Asks for one event "send buffer released", with the first acknowledgement that leaves no more than so many
   * bytes in the send buffer.
   */
  tellWhenReleased(belowBytes: number): void {
    const { tcb } = this;
    tcb.releaseBelowBytes = Math.max(tcb.releaseBelowBytes ?? 0, belowBytes);
  }

  /**
   * Makes a path the primary one (RFC 9260 §11.1.6). If it was not yet, an event tells so, as it does when the stack
   * itself has chosen (RFC 6458 §6.1.2 wants it whenever a path is made primary; RFC 7829 §5).
   */
  setPrimaryPath(path: Path): void {
    makePrimary(this.tcb, path);
    openBurst(this.tcb);
    this.tcb.services.schedule(this);
  }

  /** Probes a path at once (RFC 9260 §8.3 D). */
  requestHeartbeat(path: Path, now: Millis): void {
    if (!maySendData(this.state)) return;
    requestHeartbeat(this.tcb, path, now);
    this.tcb.services.schedule(this);
  }

  /**
   * Changes parameters of the living association. Streams and the adaptation layer indication, which the
   * handshake has settled, stay as they are.
   *
   * @throws RangeError when a value is outside its range
   */
  configure(change: AssociationConfigChange, now: Millis): void {
    const { tcb } = this;
    const config = configure(tcb.config, change);
    // Nothing changes unless all of it may.
    const pathConfigs = tcb.paths.all.map((path) => configurePath(path.config, change, config));
    tcb.config = config;
    for (const [index, path] of tcb.paths.all.entries()) {
      path.rto.reconfigure(config);
      applyPathConfig(tcb, path, pathConfigs[index] ?? path.config, now);
    }
    tcb.reception.configure(config);
    startAutoclose(tcb, now);
    tcb.services.schedule(this);
  }

  /**
   * Changes parameters of one path (RFC 6458 §8.1.12); parameters that no path has for itself are passed over. The
   * thresholds take effect with the next error.
   *
   * @throws RangeError when a value is outside its range
   */
  configurePath(path: Path, change: Partial<PathConfig>, now: Millis): void {
    const { tcb } = this;
    applyPathConfig(tcb, path, configurePath(path.config, change, tcb.config), now);
    tcb.services.schedule(this);
  }

  /** Handles a packet whose verification tag was found right (RFC 9260 §8.5). */
  handlePacket(packet: ReceivedPacket, cursor: ChunkCursor, lengthBytes: number, now: Millis): void {
    const { tcb } = this;
    const path = this.pathOfPacket(packet);
    let chunks = 0;
    resetDataPacket(dataPacket);
    tcb.control.packetArrived(tcb.paths.packetBytesFor(path) - COMMON_HEADER_BYTES, now);
    cursor.reset(packet.bytes, packet.offsetBytes, lengthBytes);
    while (cursor.next()) {
      chunks += 1;
      if (chunks > CHUNKS_PER_PACKET_MAX || bundlingViolation(cursor)) {
        tcb.services.statistics.malformedPackets += 1;
        break;
      }
      const goesOn =
        cursor.type === CHUNK_DATA
          ? this.handleData(packet.bytes, cursor, path)
          : cursor.type === CHUNK_SACK
            ? this.handleSack(packet.bytes, cursor, now)
            : this.handleControl(packet, cursor, path, now);
      if (!goesOn || tcb.state.name === "CLOSED") break;
    }
    if (tcb.state.name === "CLOSED") return;
    if (dataPacket.hasData) packetWithDataEnded(tcb, dataPacket, now);
    packetReceivedInShutdownSent(tcb, dataPacket.hasData, now);
    tcb.services.schedule(this);
  }

  /** Handles a timer of this association. */
  handleTimer(timer: Timer, now: Millis): void {
    const { tcb } = this;
    switch (timer.name) {
      case "T1-init":
      case "T1-cookie":
        handleT1(tcb);
        break;
      case "T2-shutdown":
        handleT2Shutdown(tcb, now);
        break;
      case "T3-rtx":
        handleT3(
          tcb,
          this.pathOfTimer((path) => path.t3 === timer),
          now,
        );
        break;
      case "T5-shutdown-guard":
        handleT5ShutdownGuard(tcb);
        break;
      case "SACK.Delay":
        tcb.reception.sackTiming.handleDelayExpired();
        break;
      case "HB.interval":
        handleHeartbeatTimer(
          tcb,
          this.pathOfTimer((path) => path.heartbeat === timer),
          now,
        );
        break;
      case "window probe":
        tcb.windowProbeDue = true;
        break;
      case "autoclose":
        handleAutoclose(tcb, now);
        break;
    }
    openBurst(tcb);
    tcb.services.schedule(this);
  }

  /** Lays out all packets that may leave now; on "slab full" the flush goes on later. */
  drain(output: PacketOutput, now: Millis): DrainResult {
    const { tcb } = this;
    const { name } = tcb.state;
    if (name === "CLOSED") return "drained";
    if (name === "COOKIE-WAIT" || name === "COOKIE-ECHOED") return transmitHandshake(tcb, output, now);
    if (maySendData(name)) {
      this.sackProcessed = false;
      if (transmitData(tcb, output, now) === "slab full") return "slab full";
      endBurst(tcb);
    }
    return transmitControl(tcb, output);
  }

  /**
   * Lays out the data that a SACK in the packet just handled allows. It happens before the next packet of the
   * batch is looked at, so that the windows become what they would be had each packet come alone; all leaves
   * with the batch.
   */
  drainAfterSack(output: PacketOutput, now: Millis): void {
    const { tcb } = this;
    if (!this.sackProcessed || !maySendData(tcb.state.name)) return;
    this.sackProcessed = false;
    while (transmitData(tcb, output, now) === "slab full") if (!output.extend()) return;
    endBurst(tcb);
  }

  private handleData(bytes: Uint8Array, cursor: ChunkCursor, path: Path): boolean {
    const { tcb } = this;
    // RFC 9260 §6: in other states DATA is discarded.
    if (!mayReceiveData(tcb.state.name)) return true;
    if (cursor.lengthBytes < DATA_CHUNK_HEADER_BYTES) return true;
    const result = handleDataChunk(tcb, bytes, cursor, dataPacket, path);
    if (result === "handled") return true;
    // RFC 9260 §3.3.10.9, §3.3.10.13.
    const cause: ErrorCause =
      result === "no user data"
        ? { kind: "No User Data", tsn: dataChunkTsn(bytes, cursor.offsetBytes) }
        : { kind: "Protocol Violation", information: new Uint8Array(0) };
    abortAssociation(tcb, [cause]);
    return false;
  }

  private handleSack(bytes: Uint8Array, cursor: ChunkCursor, now: Millis): boolean {
    const { tcb } = this;
    tcb.services.statistics.inCtrlChunks += 1;
    if (!mayReceiveSack(tcb.state.name)) return true;
    const sack = parseSackChunk(bytes, cursor.offsetBytes, cursor.lengthBytes);
    if (isMalformed(sack)) return true;
    return this.handleAcknowledgement(tcb.retransmission.handleSack(sack, tcb.config, now), now);
  }

  private handleAcknowledgement(result: SackResult, now: Millis): boolean {
    if (result === "processed") this.sackProcessed = true;
    return applyAcknowledgement(this.tcb, result, now);
  }

  /** Handles a chunk other than DATA and SACK; false ends the packet. */
  private handleControl(packet: ReceivedPacket, cursor: ChunkCursor, path: Path, now: Millis): boolean {
    const { tcb } = this;
    tcb.services.statistics.inCtrlChunks += 1;
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
        return this.handleShutdownChunk(chunk, path, now);
      case "SHUTDOWN ACK":
        handleShutdownAck(tcb, packet, path);
        return true;
      case "SHUTDOWN COMPLETE":
        if (isTagRight(tcb, packet.verificationTag, chunk.tagReflected)) handleShutdownComplete(tcb);
        else tcb.services.statistics.verificationTagErrors += 1;
        return false;
      case "ABORT":
        if (!isTagRight(tcb, packet.verificationTag, chunk.tagReflected)) {
          tcb.services.statistics.verificationTagErrors += 1;
          return false;
        }
        endAssociation(tcb, {
          kind: "aborted by peer",
          causes: chunk.causes,
          chunk: copyOfChunk(packet.bytes, cursor),
        });
        return false;
      case "ERROR":
        handleError(tcb, chunk.causes, copyOfChunk(packet.bytes, cursor), now);
        return true;
      case "UNKNOWN":
        return handleUnknownChunk(tcb, packet.bytes, cursor, path);
      default:
        // COOKIE ECHO was dealt with before the association was found, or stands in the wrong place; INIT
        // too. ECNE and CWR were not negotiated.
        return true;
    }
  }

  private handleShutdownChunk(chunk: Extract<Chunk, { kind: "SHUTDOWN" }>, path: Path, now: Millis): boolean {
    const { tcb } = this;
    const { name } = tcb.state;
    // RFC 9260 §9.2: in COOKIE-WAIT and COOKIE-ECHOED it is discarded.
    if (name === "COOKIE-WAIT" || name === "COOKIE-ECHOED") return true;
    if (maySendData(name)) {
      const result = tcb.retransmission.handleCumulativeTsnAck(chunk.cumulativeTsnAck, tcb.config, now);
      if (!this.handleAcknowledgement(result, now)) return false;
    }
    handleShutdown(tcb, path, now);
    return true;
  }

  /** The path that a packet came on; its port is learnt, because its tag was right (RFC 6951 §5.4). */
  private pathOfPacket(packet: ReceivedPacket): Path {
    const { paths } = this.tcb;
    const path = paths.find(packet.source);
    if (path === undefined) return paths.primary;
    path.udpPort = packet.sourceUdpPort;
    // Our packets keep their way as long as it works: a path that took every address of ours in turn would share its
    // fate with all others. What the peer reaches is tried once nothing comes back (RFC 9260 §6.4.1). The only path
    // shares its fate with none, and who sends nothing on it would not find out that nothing comes back.
    if (path.localAddress === undefined || path.errorCount > 0 || paths.all.length === 1) {
      path.localAddress = packet.destination ?? path.localAddress;
    }
    return path;
  }

  private pathOfTimer(owns: (path: Path) => boolean): Path {
    const path = this.tcb.paths.all.find(owns);
    assert(path !== undefined, "A path's timer belongs to a path of the association.");
    return path;
  }
}

/** RFC 9260 §8.5.1 B and C: an ABORT or SHUTDOWN COMPLETE carries our tag or, with the T bit, the peer's. */
function isTagRight(tcb: TransmissionControlBlock, tag: number, tagReflected: boolean): boolean {
  return tag === (tagReflected ? tcb.peerTag : tcb.localTag);
}
