import { assert } from "../base/assert.js";
import type { IpAddress } from "../base/ip-address.js";
import type { Millis } from "../base/millis.js";
import type { ErrorCause } from "../wire/error-cause.js";
import type { ChunkCursor } from "../wire/packet.js";
import { mayReceiveData, maySendData, type AssociationStateName } from "./association-state.js";
import { transmitControl, type DrainResult } from "./bundling.js";
import { configure, type AssociationConfig, type AssociationConfigChange } from "./config.js";
import type { Endpoint } from "./endpoint.js";
import { handleT1, transmitHandshake } from "./establishment/initiate.js";
import { SEND_QUEUE_MESSAGES_MAX } from "./limits.js";
import { transmitAddressChanges } from "./extensions/address-reconfiguration/asconf-transmission.js";
import { handleT4 } from "./extensions/address-reconfiguration/outgoing-asconf.js";
import type { RequestKind } from "./extensions/address-reconfiguration/address-reconfiguration.js";
import {
  addLocalAddress,
  mayAskPeer,
  removeLocalAddress,
  setPeerPrimaryAddress,
} from "./extensions/address-reconfiguration/own-addresses.js";
import { handleExpectedPacket, handlePacket } from "./packet-handling.js";
import type { PacketOutput } from "./packet-output.js";
import { handleHeartbeatTimer, requestHeartbeat } from "./paths/heartbeat.js";
import type { Path } from "./paths/path.js";
import type { Authentication } from "./extensions/authentication/authentication.js";
import { freeKeys, usesKey } from "./extensions/authentication/auth-handling.js";
import { applyPathConfig } from "./paths/path-config-change.js";
import { configurePath, type PathConfig } from "./paths/path-config.js";
import { makePrimary } from "./paths/path-failure.js";
import type { ReceivedPacket } from "./received-packet.js";
import { abortAssociation } from "./termination/abort.js";
import { handleAutoclose, startAutoclose } from "./termination/autoclose.js";
import { handleT2Shutdown, handleT5ShutdownGuard, shutDown } from "./termination/shutdown.js";
import type { Timer, TimerOwner } from "./timer-table.js";
import {
  TransmissionControlBlock,
  type TransmissionControlBlockOptions,
} from "./transmission-control-block.js";
import { endBurst, handleT3, maxPayloadBytes, openBurst, transmitData } from "./tx/data-transmission.js";
import { NO_ABANDONED_MESSAGES, type AbandonedCount } from "./tx/abandoned-messages.js";
import {
  acceptsMessages,
  takeCopies,
  takeCopy,
  takeMessage,
  takePart,
  type GivenMessage,
} from "./tx/message-intake.js";
import type { PartialReliability, PartialReliabilityPolicy } from "./tx/message-reliability.js";
import type { OutgoingMessage, MessageOptions } from "./tx/outgoing-message.js";
import { awaitAcknowledgements, handleOverdue } from "./tx/overdue-data.js";
import { makeRoom } from "./tx/partial-reliability.js";

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
 * commands do nothing, but for {@link Association.releaseReceived}, and its getters tell how it was left.
 */
export class Association implements TimerOwner {
  /** All that is kept of the association. Only the stack writes into it. */
  readonly tcb: TransmissionControlBlock;
  /** Whatever the user wants to find again with the association. */
  owner: unknown = undefined;
  /** The UDP port of paths that the peer adds; `undefined` is where its packets come from (RFC 6951 §5.4, §6.1). */
  udpPortOfNewPaths: number | undefined = undefined;
  /** Whether it waits for the next flush already. Only the stack writes it. */
  isScheduled = false;

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
    return acceptsMessages(this.tcb);
  }

  /** Bytes of messages that were taken and have not been acknowledged: what counts against SO_SNDBUF. */
  get sendBufferBytes(): number {
    return this.tcb.sendBufferBytes;
  }

  /** How many further messages are taken, however small they are. */
  get sendBufferRoomMessages(): number {
    return SEND_QUEUE_MESSAGES_MAX - this.tcb.sendBufferMessages;
  }

  /** Whether everything that was sent has been acknowledged (RFC 6458 §6.1.9). */
  get isSenderDry(): boolean {
    return this.tcb.sendQueue.isEmpty && this.tcb.retransmission.isEmpty;
  }

  /** Whether both sides have partial reliability (RFC 3758 §4.2). */
  get hasPartialReliability(): boolean {
    return this.tcb.peerExtensions.partialReliability;
  }

  /** Chunks sent and neither acknowledged nor given up (RFC 6458 §8.2.1 sstat_unackdata; RFC 3758 §3.5 A2). */
  get unackedChunks(): number {
    const { outstanding, abandonedCount } = this.tcb.retransmission;
    return outstanding.count - abandonedCount;
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
    takeMessage(this.tcb, data, options, now);
  }

  /** As {@link send}, but the data stays the caller's: it is copied. */
  sendCopy(message: GivenMessage, options: MessageOptions, now: Millis): void {
    takeCopy(this.tcb, message, options, now);
  }

  /** As {@link sendCopy}, for messages that are sent alike. */
  sendCopies(messages: readonly GivenMessage[], options: MessageOptions, now: Millis): void {
    takeCopies(this.tcb, messages, options, now);
  }

  /** The message that was begun with `endsLater` and has not been ended (RFC 6458 §8.1.26). */
  get openMessage(): OutgoingMessage | undefined {
    return this.tcb.sendQueue.openMessage;
  }

  /**
   * Takes the next part of {@link openMessage}, which is copied; as {@link send}, with nothing else sent between. A
   * message that has failed meanwhile has been reported, and its rest is not kept.
   */
  continueMessage(data: Uint8Array, isEnd: boolean, now: Millis): void {
    takePart(this.tcb, data, isEnd, now);
  }

  /**
   * Makes room in the send buffer for a message by giving up messages of lower priority (RFC 7496 §3.2).
   *
   * @param partialReliability - that of the message; `undefined` for one that is sent reliably
   * @returns whether so many bytes have come free; if not, nothing has been given up
   */
  makeRoom(lengthBytes: number, partialReliability: PartialReliability | undefined, now: Millis): boolean {
    const suffices = makeRoom(this.tcb, lengthBytes, partialReliability, now);
    if (suffices) this.tcb.services.schedule(this);
    return suffices;
  }

  /** The shared keys (RFC 4895 §6.1), and what both sides have said of authentication. */
  get authentication(): Authentication {
    return this.tcb.authentication;
  }

  /** Lets no further message be sent with a key; "free key" tells when none is left (RFC 6458 §8.3.4, §6.1.8). */
  deactivateKey(keyNumber: number): boolean {
    const { authentication, services } = this.tcb;
    services.schedule(this);
    return authentication.keys.deactivate(keyNumber);
  }

  /** Deletes a key that nothing uses any more; false where there is none such (RFC 6458 §8.3.5). */
  deleteKey(keyNumber: number): boolean {
    return this.tcb.authentication.keys.delete(keyNumber, (number) => usesKey(this.tcb, number));
  }

  /**
   * How many messages have been given up (RFC 7496 §4.3, §4.4).
   *
   * @param policy - under which policy; under any when left out
   * @param streamId - on which stream; on all when left out
   */
  abandonedMessages(policy?: PartialReliabilityPolicy, streamId?: number): AbandonedCount {
    return this.tcb.partialReliability?.abandoned.countOf(policy, streamId) ?? NO_ABANDONED_MESSAGES;
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
   * The application has read that many bytes: they are free for the peer again (RFC 9260 §6.2), or for other
   * associations when this one is gone. Who will not read them releases them all the same.
   *
   * @param pieces - how many events "data" have been read to their ends with them: 0 when something is left
   * of one
   */
  releaseReceived(lengthBytes: number, pieces: number = 1): void {
    const { reception, services } = this.tcb;
    reception.released(lengthBytes, pieces);
    reception.charge();
    if (!mayReceiveData(this.tcb.state.name)) return;
    if (!reception.windowUpdateDue) return;
    reception.sackTiming.requestSack();
    services.schedule(this);
  }

  /** Takes back the memory of a payload that was handed out, and that nobody will read any more. */
  recycle(payload: Uint8Array): void {
    this.tcb.services.receiveMemory.spares.keep(payload);
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

  /** Our addresses that the peer knows, and that packets leave from; none where the lower layer chooses them. */
  get localAddresses(): readonly IpAddress[] {
    return this.tcb.sources;
  }

  /**
   * Whether the peer can be asked to add or delete an address of ours, or to send to it (RFC 5061 §4.2.7, §5.3 F3;
   * RFC 6951 §5.7). That may still be refused, and has to wait while the association is being set up.
   */
  mayAskPeer(kind: RequestKind, address: IpAddress): boolean {
    return mayAskPeer(this.tcb, { kind, address });
  }

  /**
   * An address of ours is to become part of the living association. Packets leave from it once the peer has agreed
   * (RFC 5061 §5.3 F1, F2).
   *
   * @returns false when the peer cannot be asked
   */
  addLocalAddress(address: IpAddress): boolean {
    return addLocalAddress(this.tcb, address);
  }

  /**
   * An address of ours is to be no longer part of the living association. No packet leaves from it from now on
   * (RFC 5061 §5.3 F4); the last one goes on until another has been added (§5.3 F5).
   *
   * @returns false when the peer cannot be asked
   */
  removeLocalAddress(address: IpAddress): boolean {
    return removeLocalAddress(this.tcb, address);
  }

  /**
   * Asks the peer to send to this address of ours (RFC 5061 §5.4; RFC 6458 §8.3.1).
   *
   * @returns false when the peer cannot be asked, or does not know the address
   */
  setPeerPrimaryAddress(address: IpAddress): boolean {
    return setPeerPrimaryAddress(this.tcb, address);
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
    handlePacket(this.tcb, packet, cursor, lengthBytes, now);
  }

  /** As {@link handlePacket}, for a packet that has come by the way of the one before; false when it is not as most. */
  handleExpectedPacket(packet: ReceivedPacket, lengthBytes: number, now: Millis): boolean {
    return handleExpectedPacket(this.tcb, packet, lengthBytes, now);
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
      case "T4-rto":
        handleT4(tcb, now);
        break;
      case "T3-rtx":
        handleT3(
          tcb,
          this.pathOfTimer((path) => path.t3 === timer),
          now,
        );
        break;
      case "loss detection":
        handleOverdue(
          tcb,
          this.pathOfTimer((path) => path.lossDetection.timer === timer),
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
    if (tcb.authentication.keys.hasKeysToFree) freeKeys(tcb);
    if (name === "COOKIE-WAIT" || name === "COOKIE-ECHOED") return transmitHandshake(tcb, output, now);
    if (maySendData(name)) {
      tcb.sackProcessed = false;
      if (transmitData(tcb, output, now) === "slab full") return "slab full";
      awaitAcknowledgements(tcb, now);
      endBurst(tcb);
    }
    if (transmitControl(tcb, output) === "slab full") return "slab full";
    // Behind the COOKIE ACK, if there is one: before that the peer discards them.
    if (transmitAddressChanges(tcb, output, now) === "slab full") return "slab full";
    tcb.paths.cookieAckPath = undefined;
    return "drained";
  }

  /**
   * Lays out the data that a SACK in the packet just handled allows. It happens before the next packet of the
   * batch is looked at, so that the windows become what they would be had each packet come alone; all leaves
   * with the batch.
   */
  drainAfterSack(output: PacketOutput, now: Millis): void {
    const { tcb } = this;
    if (!tcb.sackProcessed || !maySendData(tcb.state.name)) return;
    tcb.sackProcessed = false;
    while (transmitData(tcb, output, now) === "slab full") if (!output.extend()) return;
    awaitAcknowledgements(tcb, now);
    endBurst(tcb);
  }

  private pathOfTimer(owns: (path: Path) => boolean): Path {
    const path = this.tcb.paths.all.find(owns);
    assert(path !== undefined, "A path's timer belongs to a path of the association.");
    return path;
  }
}
