import { assert } from "../base/assert.js";
import { isWildcard, sameAddress, type IpAddress } from "../base/ip-address.js";
import type { Millis } from "../base/millis.js";
import { RingQueue } from "../base/ring-queue.js";
import { readUint16, readUint32 } from "../wire/bytes.js";
import {
  CHUNK_ABORT,
  CHUNK_COOKIE_ECHO,
  CHUNK_INIT,
  CHUNK_SHUTDOWN_ACK,
  CHUNK_SHUTDOWN_COMPLETE,
  parseChunk,
} from "../wire/chunk.js";
import { CHUNK_HEADER_BYTES } from "../wire/chunk-codec.js";
import { INIT_CHUNK_FIXED_BYTES, initChunkInitiateTag } from "../wire/chunks/init-body.js";
import { COMMON_HEADER_BYTES } from "../wire/common-header.js";
import { hasValidChecksum } from "../wire/crc32c.js";
import type { ErrorCause } from "../wire/error-cause.js";
import { isMalformed } from "../wire/malformed.js";
import { bundlingViolation, ChunkCursor } from "../wire/packet.js";
import type { PacketRecord } from "../wire/packet-record.js";
import { AnswerQueue, type Answer } from "./answers.js";
import type { Association } from "./association.js";
import type { Crypto } from "./crypto.js";
import { Endpoint, type EndpointOptions, type EndpointOwner } from "./endpoint.js";
import type { Entropy } from "./entropy.js";
import { acceptCookie } from "./establishment/accept-cookie.js";
import { answerInit } from "./establishment/answer-init.js";
import { A_RWND_BYTES_MIN } from "./establishment/capabilities.js";
import { StateCookieJar } from "./establishment/state-cookie.js";
import type { StackEvent } from "./events.js";
import { authBeforeCookieEcho } from "./extensions/authentication/auth-handling.js";
import type { ReceivedAuthChunk } from "./extensions/authentication/authentication.js";
import { isFoundByAsconf } from "./extensions/address-reconfiguration/asconf-lookup.js";
import type { IcmpMessage } from "./icmp-message.js";
import { Rfc9260CongestionControl, type CongestionControlFactory } from "./paths/congestion-control.js";
import { PacketOutput } from "./packet-output.js";
import { isLikeBefore, type ReceivedPacket } from "./received-packet.js";
import type { AllocateBlock } from "./rx/message-arena.js";
import { MessageContinuation } from "./rx/message-continuation.js";
import { ReceiveMemory } from "./rx/receive-memory.js";
import type { StackServices } from "./services.js";
import { createStatistics, type StackStatistics } from "./statistics.js";
import { TimerTable } from "./timer-table.js";
import { DeferredSacks } from "./tx/deferred-sacks.js";
import { SpareSendBlocks } from "./tx/send-memory.js";
import { IcmpHandling } from "./validation/icmp-handling.js";
import { holdsChunk, isBetweenHosts, OutOfTheBlueResponder } from "./validation/out-of-the-blue.js";
import { VerificationTags } from "./validation/verification-tags.js";

/** What a stack is made of. */
export interface StackOptions {
  readonly entropy: Entropy;
  readonly crypto: Crypto;
  /**
   * Who sees to the CRC32c: the stack computes and checks it, the lower layer does both, or nobody does
   * (RFC 9260 §6.8).
   */
  readonly checksum: "compute" | "offloaded" | "none";
  /** The largest IP packet to a destination, bytes. */
  mtuBytes(destination: IpAddress): number;
  /** Bytes of the headers below SCTP on the way to a destination: IP, and UDP with encapsulation. */
  headerBytes(destination: IpAddress): number;
  /** The address of ours that packets to a destination leave from by themselves, where that is known. */
  sourceFor?(destination: IpAddress): IpAddress | undefined;
  /**
   * Whether packets to SCTP ports without an endpoint here may be another stack's on this host (default: no). They
   * are then dropped without an answer, which would end its associations; only SHUTDOWN ACK is answered.
   */
  readonly sharesPorts?: boolean;
  /** How many bytes of packets may wait to be handed over, before some are dropped (default: no bound). */
  receiveBufferBytes?(): number | undefined;
  /** Makes the congestion control of each path (default: that of RFC 9260 §7.2). */
  readonly congestionControl?: CongestionControlFactory;
  /** Makes zeroed memory that small received messages share; default: plain memory. */
  readonly allocateMessageBlock?: AllocateBlock;
}

const rfc9260CongestionControl: CongestionControlFactory = (pmdcs, family) =>
  new Rfc9260CongestionControl(pmdcs, family);

const PROTOCOL_VIOLATION: ErrorCause = { kind: "Protocol Violation", information: new Uint8Array(0) };

/**
 * SCTP on one host (RFC 9260 §14.1), without any input or output of its own: packets, time and the users' commands
 * go in; packets, events and the time of the next time-out come out. The same inputs at the same times with the
 * same entropy give the same outputs, byte for byte.
 *
 * The calling contract: after any input (`handlePackets`, `handleIcmp`, `handleTimeout`, a command to an endpoint or
 * an association) drain: `pollPackets` until it answers nothing, `pollEvent` until it answers nothing, then wait
 * until `pollTimeout`. Events may be answered with commands. Time never goes back.
 */
export class Stack implements EndpointOwner {
  /** Counters of everything that happened. */
  readonly statistics: StackStatistics = createStatistics();
  private readonly services: StackServices;
  private readonly timers = new TimerTable();
  private readonly events = new RingQueue<StackEvent>();
  private readonly answers = new AnswerQueue();
  private readonly scheduled = new RingQueue<Association>();
  private readonly tags = new VerificationTags();
  private readonly endpoints = new Map<number, Endpoint[]>();
  private readonly output: PacketOutput;
  private readonly outOfTheBlue: OutOfTheBlueResponder;
  private readonly icmp: IcmpHandling;
  private readonly cursor = new ChunkCursor();
  /** Looks through the packet under way without moving {@link cursor}. */
  private readonly secondCursor = new ChunkCursor();
  private readonly checksChecksums: boolean;
  private readonly sharesPorts: boolean;
  private readonly packet: ReceivedPacket;
  private readonly receiveMemory: ReceiveMemory;
  private readonly continuation: MessageContinuation;
  /** Whose packet the last one was; `undefined` where it was nobody's. */
  private lastAssociation: Association | undefined;
  /** The length of the packet under way; 0 while there is none. */
  private packetBytes = 0;

  constructor(options: StackOptions) {
    const { entropy, crypto } = options;
    this.checksChecksums = options.checksum === "compute";
    this.sharesPorts = options.sharesPorts ?? false;
    this.output = new PacketOutput(this.checksChecksums, this.statistics);
    this.continuation = new MessageContinuation(this.checksChecksums);
    this.receiveMemory = new ReceiveMemory(
      () => Math.max(A_RWND_BYTES_MIN, options.receiveBufferBytes?.() ?? Number.POSITIVE_INFINITY),
      options.allocateMessageBlock,
    );
    this.services = {
      entropy,
      crypto,
      timers: this.timers,
      congestionControl: options.congestionControl ?? rfc9260CongestionControl,
      statistics: this.statistics,
      spareSendBlocks: new SpareSendBlocks(),
      deferredSacks: new DeferredSacks(),
      handleDeferredSacks: (now) => this.handleDeferredSacks(now),
      receiveMemory: this.receiveMemory,
      cookies: new StateCookieJar(crypto, entropy),
      emit: (event) => this.events.push(event),
      answer: (answer) => this.answer(answer),
      complain: (answer, now) => this.outOfTheBlue.complain(answer, now),
      schedule: (association) => this.schedule(association),
      registerTag: (tag, association) => this.tags.register(tag, association),
      unregisterTag: (tag) => {
        this.tags.unregister(tag);
        // Nor is what has ended kept for having been the last.
        this.lastAssociation = undefined;
      },
      isTagTaken: (tag) => this.tags.isTaken(tag),
      establishTag: (port, tag, now) => this.tags.establish(port, tag, now),
      hasLedToAssociation: (port, tag, createdAt) => this.tags.hasLedToAssociation(port, tag, createdAt),
      newTag: () => this.tags.draw(entropy),
      mtuBytes: (destination) => options.mtuBytes(destination),
      headerBytes: (destination) => options.headerBytes(destination),
      sourceFor: (destination) => options.sourceFor?.(destination),
    };
    this.outOfTheBlue = new OutOfTheBlueResponder(this.services);
    this.icmp = new IcmpHandling(this.statistics, (port) => this.endpoints.get(port) ?? []);
    this.packet = emptyPacket();
  }

  /** Associations of all endpoints. */
  get associationCount(): number {
    return this.tags.count;
  }

  /** Whether an endpoint could be created: no other has the port on one of these addresses (RFC 9260 §1.3). */
  isPortFree(port: number, addresses: readonly IpAddress[]): boolean {
    const others = this.endpoints.get(port);
    if (others === undefined) return true;
    return !others.some((other) =>
      other.addresses.some((own) => addresses.some((address) => overlap(own, address))),
    );
  }

  /** Creates an endpoint; {@link isPortFree} is the caller's business. */
  createEndpoint(options: EndpointOptions): Endpoint {
    assert(
      this.isPortFree(options.port, options.addresses),
      "Endpoints with the same port have different addresses.",
    );
    const endpoint = new Endpoint(options, this.services, this);
    const others = this.endpoints.get(options.port);
    if (others === undefined) this.endpoints.set(options.port, [endpoint]);
    else others.push(endpoint);
    return endpoint;
  }

  /** An endpoint tells that it is no more. */
  endpointEnded(endpoint: Endpoint): void {
    const others = (this.endpoints.get(endpoint.port) ?? []).filter((other) => other !== endpoint);
    if (others.length === 0) this.endpoints.delete(endpoint.port);
    else this.endpoints.set(endpoint.port, others);
  }

  /** Takes packets from the lower layer; records and bytes are not kept. */
  handlePackets(packets: readonly PacketRecord[], now: Millis): void {
    for (const packet of packets) this.handlePacket(packet, now);
    this.handleDeferredSacks(now);
  }

  /**
   * As {@link handlePackets}, from `start` to before `end`, but no further than to where the answers are a run.
   *
   * @returns where it has stopped
   */
  handleSomePackets(packets: readonly PacketRecord[], start: number, end: number, now: Millis): number {
    let next = start;
    while (next < end && !this.hasRunToSend) {
      const isExpected = this.handlePacket(packets[next] as PacketRecord, now);
      next += 1;
      if (isExpected && next < end) next = this.handleContinuation(packets, next, end, now);
    }
    this.handleDeferredSacks(now);
    return next;
  }

  /**
   * Whether the answers to the packets handled are a run of their own already: they may leave before further packets
   * are handled, so that the peer need not wait for all of a batch.
   */
  get hasRunToSend(): boolean {
    return this.output.holdsRun;
  }

  /** How many peers at most wait for packets that have not been laid out. */
  get waitingPeers(): number {
    return this.answers.length + this.scheduled.length;
  }

  /** Takes an ICMP message about a packet that this host has sent (RFC 9260 §10); nothing of it is kept. */
  handleIcmp(message: IcmpMessage, now: Millis): void {
    this.icmp.handle(message, now);
  }

  /** Takes note that time has passed: all timers up to `now` expire, earliest first. */
  handleTimeout(now: Millis): void {
    for (
      let timer = this.timers.takeExpired(now);
      timer !== undefined;
      timer = this.timers.takeExpired(now)
    ) {
      timer.owner.handleTimer(timer, now);
    }
  }

  /** When {@link handleTimeout} is to be called next at the latest; infinite when nothing waits. */
  pollTimeout(): Millis {
    return this.timers.nextDeadline();
  }

  /**
   * Lays out packets that are to be sent. They are valid until the next call, which may have more.
   */
  pollPackets(now: Millis): readonly PacketRecord[] {
    const { output } = this;
    // What answers SACKs was laid out when they were handled, and goes first.
    if (output.isHandedOut) output.reset();
    if (!this.answers.drain(output)) return output.handOut();
    for (
      let association = this.scheduled.peek();
      association !== undefined;
      association = this.scheduled.peek()
    ) {
      this.scheduled.shift();
      if (association.drain(output, now) === "slab full") {
        // The next flush goes on with the others first, so that one association does not starve them.
        this.scheduled.push(association);
        return output.handOut();
      }
      association.isScheduled = false;
    }
    // What the drain itself has ended leaves its last words here.
    this.answers.drain(output);
    return output.handOut();
  }

  /** The next event, or `undefined`. */
  pollEvent(): StackEvent | undefined {
    return this.events.shift();
  }

  /** As far as packets go on with the message of the one before, which was handled as expected. */
  private handleContinuation(
    packets: readonly PacketRecord[],
    start: number,
    end: number,
    now: Millis,
  ): number {
    const { lastAssociation: association, continuation } = this;
    if (association === undefined) return start;
    const next = continuation.take(association.tcb, this.packet, packets, start, end);
    if (next > start) continuation.end(association.tcb, now);
    return next;
  }

  /** @returns whether it was handled as expected */
  private handlePacket(record: PacketRecord, now: Millis): boolean {
    const { statistics } = this;
    const { slab, offsetBytes, lengthBytes, source } = record;
    statistics.inPackets += 1;
    if (lengthBytes < COMMON_HEADER_BYTES + CHUNK_HEADER_BYTES || source === undefined) {
      statistics.malformedPackets += 1;
      return false;
    }
    // RFC 9260 §6.8: a packet with a wrong checksum is discarded without an answer.
    const isWrong = this.checksChecksums
      ? !hasValidChecksum(slab, offsetBytes, lengthBytes)
      : record.hasWrongChecksum;
    if (isWrong) {
      statistics.checksumErrors += 1;
      return false;
    }
    this.receiveMemory.arena.beginPacket(slab, offsetBytes + lengthBytes);
    this.packetBytes = lengthBytes;
    const isExpected = this.isHandledAsExpected(record, now);
    if (!isExpected) this.handleAny(record, source, now);
    this.packetBytes = 0;
    return isExpected;
  }

  /**
   * Handles a packet that has the header of the one before, and came the same way, if that belonged to an association
   * and the rest of it is as expected.
   */
  private isHandledAsExpected(record: PacketRecord, now: Millis): boolean {
    const { packet } = this;
    const { slab, offsetBytes } = record;
    const association = this.lastAssociation;
    if (association === undefined || !isLikeBefore(record, packet)) return false;
    packet.bytes = slab;
    packet.offsetBytes = offsetBytes;
    packet.isAuthenticated = false;
    // What the association was before, it need not be any more.
    if (this.tags.find(packet.verificationTag) !== association) return false;
    if (!association.handleExpectedPacket(packet, record.lengthBytes, now)) return false;
    if (!this.output.isHandedOut) association.drainAfterSack(this.output, now);
    return true;
  }

  private handleDeferredSacks(now: Millis): void {
    const association = this.services.deferredSacks.handle(now)?.association;
    if (association === undefined) return;
    this.schedule(association);
    if (!this.output.isHandedOut) association.drainAfterSack(this.output, now);
  }

  private handleAny(record: PacketRecord, source: IpAddress, now: Millis): void {
    this.handleDeferredSacks(now);
    const { packet } = this;
    const { slab, offsetBytes } = record;
    packet.bytes = slab;
    packet.offsetBytes = offsetBytes;
    packet.peerPort = readUint16(slab, offsetBytes);
    packet.localPort = readUint16(slab, offsetBytes + 2);
    packet.verificationTag = readUint32(slab, offsetBytes + 4);
    packet.source = source;
    packet.sourceUdpPort = record.sourceUdpPort;
    packet.destination = record.destination;
    packet.destinationUdpPort = record.destinationUdpPort;
    packet.isAuthenticated = false;
    this.lastAssociation = undefined;
    this.dispatch(record.lengthBytes, now);
  }

  /** Finds out what the packet belongs to (RFC 9260 §8.4, §8.5). */
  private dispatch(lengthBytes: number, now: Millis): void {
    const { packet, cursor } = this;
    const association = this.tags.find(packet.verificationTag);
    cursor.reset(packet.bytes, packet.offsetBytes, lengthBytes);
    // RFC 9260 §3.1: port 0 belongs to nobody.
    if (!cursor.next() || packet.peerPort === 0 || packet.localPort === 0) {
      this.statistics.malformedPackets += 1;
      return;
    }
    if (packet.verificationTag === 0) {
      // RFC 9260 §8.5.1 A: only INIT comes without a tag.
      if (cursor.type === CHUNK_INIT) this.handleInit(now);
      else this.statistics.verificationTagErrors += 1;
      return;
    }
    const auth = authBeforeCookieEcho(packet, cursor, lengthBytes);
    if (cursor.type === CHUNK_COOKIE_ECHO) {
      this.handleCookieEcho(auth, lengthBytes, now);
    } else if (association !== undefined && this.isOfPeer(association, lengthBytes)) {
      this.handleOwnTag(association, lengthBytes, now);
    } else if (association?.tcb.unreached.has(packet.source) !== true) {
      // RFC 5061 §5.3: what comes from an address that the peer has, and that is no path of ours yet, is no reason to
      // answer with ABORT.
      this.handleForeignTag(lengthBytes, now);
    }
  }

  /** Whether the packet comes from the peer of an association whose tag it carries (RFC 9260 §8.5). */
  private isOfPeer(association: Association, lengthBytes: number): boolean {
    const { packet, secondCursor } = this;
    if (association.endpoint.port !== packet.localPort || association.peerPort !== packet.peerPort)
      return false;
    // RFC 9260 §5.1.2: an INIT ACK may come from an address that was not known.
    if (association.state === "COOKIE-WAIT" || association.tcb.paths.find(packet.source) !== undefined)
      return true;
    return isBetweenHosts(packet) && isFoundByAsconf(association.tcb, packet, secondCursor, lengthBytes);
  }

  private handleOwnTag(association: Association, lengthBytes: number, now: Millis): void {
    const { cursor, packet } = this;
    this.lastAssociation = association;
    association.handlePacket(packet, cursor, lengthBytes, now);
    if (!this.output.isHandedOut) association.drainAfterSack(this.output, now);
  }

  /** RFC 9260 §8.5, §12.2.4.2: no packet without the right tag gets into an association. */
  private handleForeignTag(lengthBytes: number, now: Millis): void {
    const { cursor, packet } = this;
    const endpoint = this.findEndpoint();
    const association = this.findAssociationOfSource();
    // RFC 9260 §8.4 5: a peer sends SHUTDOWN ACK again until it is answered, and perhaps only we know that it was ours.
    // The answer ends nothing of somebody else's: such a peer has been told of the end, and has sent everything.
    const asksForEnd = endpoint === undefined && holdsChunk(CHUNK_SHUTDOWN_ACK, packet, cursor, lengthBytes);
    if (association === undefined && !asksForEnd && this.isForeign(endpoint)) return;
    if (association === undefined) {
      this.outOfTheBlue.handle(packet, cursor, lengthBytes, now);
      return;
    }
    const mayReflect = cursor.type === CHUNK_ABORT || cursor.type === CHUNK_SHUTDOWN_COMPLETE;
    const { peerTag } = association.tcb;
    // RFC 9260 §8.5.1 B and C: an answer to a packet of ours that the peer could not place carries our tag for it.
    if (mayReflect && (cursor.flags & 1) !== 0 && peerTag !== 0 && peerTag === packet.verificationTag) {
      association.handlePacket(packet, cursor, lengthBytes, now);
      return;
    }
    // RFC 9260 §8.5.1 E: a SHUTDOWN ACK of an earlier association, while a new one is being set up.
    const isForming = association.state === "COOKIE-WAIT" || association.state === "COOKIE-ECHOED";
    if (isForming && holdsChunk(CHUNK_SHUTDOWN_ACK, packet, cursor, lengthBytes)) {
      this.outOfTheBlue.handle(packet, cursor, lengthBytes, now);
      return;
    }
    // RFC 9260 §8.5: discarded silently.
    this.statistics.verificationTagErrors += 1;
  }

  private handleInit(now: Millis): void {
    const { packet, cursor, services, statistics } = this;
    // RFC 9260 §6.10, §8.4 1.
    if (bundlingViolation(cursor) || !isBetweenHosts(packet) || cursor.lengthBytes < INIT_CHUNK_FIXED_BYTES) {
      statistics.malformedPackets += 1;
      return;
    }
    const initiateTag = initChunkInitiateTag(packet.bytes, cursor.offsetBytes);
    const chunk = parseChunk(packet.bytes, cursor.offsetBytes, cursor.lengthBytes);
    const endpoint = this.endpointOfHandshake();
    if (this.isForeign(endpoint)) return;
    if (isMalformed(chunk) || chunk.kind !== "INIT") {
      statistics.malformedPackets += 1;
      // RFC 9260 §5.1: what cannot be read cannot be accepted.
      this.outOfTheBlue.refuseInit(packet, initiateTag, [PROTOCOL_VIOLATION], now);
    } else if (endpoint === undefined) {
      statistics.outOfBlues += 1;
      this.outOfTheBlue.refuseInit(packet, initiateTag, [], now);
    } else {
      answerInit({ endpoint, chunk, packet, services }, now);
    }
  }

  private handleCookieEcho(auth: ReceivedAuthChunk | undefined, lengthBytes: number, now: Millis): void {
    const { packet, cursor, services } = this;
    const endpoint = this.endpointOfHandshake();
    if (this.isForeign(endpoint)) return;
    if (this.tags.find(packet.verificationTag) === undefined && this.holdsAbort()) {
      // RFC 9260 §8.4 2: that comes before what the cookie asks for (4).
      this.statistics.outOfBlues += 1;
      return;
    }
    const chunk = parseChunk(packet.bytes, cursor.offsetBytes, cursor.lengthBytes);
    if (isMalformed(chunk) || chunk.kind !== "COOKIE ECHO") {
      this.statistics.malformedPackets += 1;
      return;
    }
    if (endpoint === undefined || !isBetweenHosts(packet)) {
      this.outOfTheBlue.handle(packet, cursor, lengthBytes, now);
      return;
    }
    const association = acceptCookie({ endpoint, cookieBytes: chunk.cookie, packet, services, auth }, now);
    // RFC 9260 §5.1.5 7: DATA may have come with it.
    association?.handlePacket(packet, cursor, lengthBytes, now);
  }

  /**
   * The endpoint that an INIT or a COOKIE ECHO is for. An address of ours may be a single association's (RFC 5061 §5.3
   * F2), and its peer may restart there (RFC 9260 §5.2.2); to all others it is nobody's.
   */
  private endpointOfHandshake(): Endpoint | undefined {
    return this.findEndpoint() ?? this.findAssociationOfSource()?.endpoint;
  }

  private findEndpoint(): Endpoint | undefined {
    const { packet } = this;
    return this.endpoints.get(packet.localPort)?.find((endpoint) => endpoint.isBoundTo(packet.destination));
  }

  /** The association whose peer a packet comes from; its endpoint may have given up the address that it goes to. */
  private findAssociationOfSource(): Association | undefined {
    const { destination, localPort, peerPort, source } = this.packet;
    for (const endpoint of this.endpoints.get(localPort) ?? []) {
      const association = endpoint.findAssociation(source, peerPort);
      if (association === undefined) continue;
      if (endpoint.isBoundTo(destination) || association.tcb.leavesFrom(destination)) return association;
    }
    return undefined;
  }

  /** Whether a packet has nothing to do with us, although it has come here; such a one is counted. */
  private isForeign(endpoint: Endpoint | undefined): boolean {
    if (endpoint !== undefined || !this.sharesPorts) return false;
    this.statistics.foreignPackets += 1;
    return true;
  }

  /** Whether the packet under way has an ABORT chunk anywhere. */
  private holdsAbort(): boolean {
    return holdsChunk(CHUNK_ABORT, this.packet, this.secondCursor, this.packetBytes);
  }

  private answer(answer: Answer): void {
    // RFC 9260 §9.1: nothing answers a packet that has an ABORT chunk.
    if (this.packetBytes > 0 && this.holdsAbort()) return;
    if (!this.answers.add(answer)) this.statistics.suppressedAnswers += 1;
  }

  private schedule(association: Association): void {
    if (association.isScheduled) return;
    association.isScheduled = true;
    this.scheduled.push(association);
  }
}

function overlap(left: IpAddress, right: IpAddress): boolean {
  if (left.family !== right.family) return false;
  return isWildcard(left) || isWildcard(right) || sameAddress(left, right);
}

function emptyPacket(): ReceivedPacket {
  return {
    bytes: new Uint8Array(0),
    offsetBytes: 0,
    localPort: 0,
    peerPort: 0,
    verificationTag: 0,
    source: { family: 4, bytes: new Uint8Array(4), zone: "", text: "0.0.0.0" },
    sourceUdpPort: 0,
    destination: undefined,
    destinationUdpPort: 0,
    isAuthenticated: false,
  };
}
