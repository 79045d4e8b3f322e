import { tsn, type Tsn } from "../base/serial-number.js";
import { closestAddress, onlyAddress, sameAddress, type IpAddress } from "../base/ip-address.js";
import type { Millis } from "../base/millis.js";
import type { Association } from "./association.js";
import { CLOSED, type AssociationState } from "./association-state.js";
import type { AssociationConfig } from "./config.js";
import { ControlQueue } from "./control-queue.js";
import type { Endpoint } from "./endpoint.js";
import { AddressReconfiguration } from "./extensions/address-reconfiguration/address-reconfiguration.js";
import { authenticatedChunkTypes, NO_EXTENSIONS, type Extensions } from "./establishment/extensions.js";
import type { StackEvent } from "./events.js";
import { Authentication } from "./extensions/authentication/authentication.js";
import type { SharedKeys } from "./extensions/authentication/shared-keys.js";
import { probeOnlyHope } from "./paths/heartbeat.js";
import { Path } from "./paths/path.js";
import { PathSet } from "./paths/path-set.js";
import { UnreachedDestinations } from "./paths/unreached-destinations.js";
import type { IncomingPiece } from "./rx/incoming-piece.js";
import type { AbortedPartialDelivery, ReassemblyQueueUser } from "./rx/reassembly-queue.js";
import { Reception } from "./rx/reception.js";
import type { StackServices } from "./services.js";
import { Timer, type TimerOwner } from "./timer-table.js";
import type { OutgoingMessage } from "./tx/outgoing-message.js";
import { SendMemory } from "./tx/send-memory.js";
import { forgetPartialReliability } from "./tx/partial-reliability.js";
import type { PartialReliabilityState } from "./tx/partial-reliability-state.js";
import { RetransmissionQueue, type RetransmissionUser } from "./tx/retransmission-queue.js";
import { SendQueue } from "./tx/send-queue.js";

const NO_ADDRESSES: readonly IpAddress[] = [];

/** What an association knows from its first moment on. */
export interface TransmissionControlBlockOptions {
  readonly association: Association & TimerOwner;
  readonly endpoint: Endpoint;
  readonly services: StackServices;
  readonly config: Readonly<AssociationConfig>;
  /** The shared keys, of which it gets a copy. */
  readonly sharedKeys: SharedKeys;
  readonly peerPort: number;
  readonly localUdpPort: number;
  readonly localTag: number;
  readonly localInitialTsn: Tsn;
}

const NO_PATHS: readonly Path[] = Object.freeze([]);

/** Timers that an association has at its beginning and at its end, or that few need. */
interface OccasionalTimers {
  t1Init: Timer | undefined;
  t1Cookie: Timer | undefined;
  t2Shutdown: Timer | undefined;
  t5ShutdownGuard: Timer | undefined;
  windowProbe: Timer | undefined;
  autoclose: Timer | undefined;
}

function isUnused({ t2Shutdown, t5ShutdownGuard, windowProbe, autoclose }: OccasionalTimers): boolean {
  return (
    t2Shutdown === undefined &&
    t5ShutdownGuard === undefined &&
    windowProbe === undefined &&
    autoclose === undefined
  );
}

/**
 * Transmission Control Block (RFC 9260 §14.2): all that is kept of one association. It has no behaviour
 * beyond holding its parts together; the procedures of the RFC's sections (establishment, data transfer,
 * termination) work on it.
 */
export class TransmissionControlBlock implements ReassemblyQueueUser, RetransmissionUser {
  readonly association: Association;
  readonly endpoint: Endpoint;
  readonly services: StackServices;
  config: Readonly<AssociationConfig>;
  state: AssociationState = CLOSED;

  /** Our SCTP port. */
  readonly localPort: number;
  /** The peer's SCTP port. */
  readonly peerPort: number;
  /** The UDP port that our packets leave from, or 0 (RFC 6951). */
  localUdpPort: number;
  /** The tag that we want to find in the peer's packets (§8.5); it stays while the association lives (§5.3.1). */
  localTag: number;
  /** The tag that the peer wants to find in ours; 0 while it is unknown. */
  peerTag = 0;
  /** Local-Tie-Tag and Peer's-Tie-Tag, 0 while there are none (§5.2.2). */
  localTieTag = 0;
  peerTieTag = 0;
  localInitialTsn: Tsn;
  /** The peer's Initial TSN; 0 while it is unknown. */
  peerInitialTsn: Tsn = tsn(0);
  /** The streams in each direction as negotiated (§5.1.1). */
  outboundStreams: number;
  inboundStreams: number;
  /** The peer's adaptation layer indication, if it sent one (RFC 5061 §4.2.6). */
  peerAdaptationIndication: number | undefined;
  /** The address that the peer's INIT or INIT ACK would have as our primary one, if it named any (RFC 5061 §4.2.4). */
  peerPreferredAddress: IpAddress | undefined;
  /** The extensions that both sides have. */
  peerExtensions: Extensions = NO_EXTENSIONS;

  readonly paths: PathSet = new PathSet();
  /** Addresses of the peer that are no paths, because none of ours that it knows reaches them. */
  readonly unreached: UnreachedDestinations = new UnreachedDestinations();
  /** How many paths there have been: the number of the next one. */
  private pathsBegun = 0;
  /** Our addresses that the peer knows and that may be used; none while the handshake has not shown them. */
  sources: readonly IpAddress[] = NO_ADDRESSES;
  /** Whether both sides can change addresses; not before the association is up (RFC 5061). */
  mayChangeAddresses = false;
  /** {@link addressReconfiguration}, once there has been something to keep. */
  addressReconfigurationBegun: AddressReconfiguration | undefined;
  /** What both sides have said of authentication, and the keys (RFC 4895). */
  readonly authentication: Authentication;
  readonly control: ControlQueue;
  readonly sendQueue: SendQueue = new SendQueue();
  /** Where the payloads of messages lie that were copied. */
  readonly sendMemory: SendMemory;
  retransmission: RetransmissionQueue;
  reception: Reception;
  /** What messages need that need not arrive; nothing before the first of them. */
  partialReliability: PartialReliabilityState | undefined;

  /** Overall error count (§8.1). */
  errorCount = 0;
  /** Payload bytes that the user has given and that have not been acknowledged cumulatively. */
  sendBufferBytes = 0;
  /** Messages that the user has given and that have not been acknowledged whole. */
  sendBufferMessages = 0;
  /** How few bytes of the send buffer the user waits for; `undefined` while it does not wait. */
  releaseBelowBytes: number | undefined;
  /** Whether a SACK has been processed whose consequences have not been laid out. */
  sackProcessed = false;
  /** Whether a window probe may leave although the peer's window is closed (§6.1 A). */
  windowProbeDue = false;
  /** When user data last travelled in either direction, for SCTP_AUTOCLOSE (RFC 6458 §8.1.8). */
  lastUserDataAt: Millis = 0;
  /** Whether the user asked for a shutdown before the association was established. */
  shutdownWanted = false;
  /** Whether the association began with the peer's INIT. */
  accepted = false;
  /** The address that it counts for in its endpoint's bound per peer; `undefined` for one that we began. */
  acceptedFrom: IpAddress | undefined;

  // Timers come into being when they are first asked for: an idle association needs none of these.
  private sackDelayTimer: Timer | undefined;
  private occasional: OccasionalTimers | undefined;

  constructor(options: TransmissionControlBlockOptions) {
    const { association, services, config } = options;
    this.association = association;
    this.endpoint = options.endpoint;
    this.services = services;
    this.config = config;
    this.localPort = options.endpoint.port;
    this.peerPort = options.peerPort;
    this.localUdpPort = options.localUdpPort;
    this.authentication = new Authentication(
      services.crypto,
      options.sharedKeys.copy(),
      authenticatedChunkTypes(config),
    );
    this.control = new ControlQueue(services.statistics);
    this.sendMemory = new SendMemory(services.spareSendBlocks);
    this.localTag = options.localTag;
    this.localInitialTsn = options.localInitialTsn;
    this.outboundStreams = config.outboundStreams;
    this.inboundStreams = config.maxInboundStreams;
    this.retransmission = new RetransmissionQueue(options.localInitialTsn, this);
    this.reception = new Reception(tsn(0), config, this, services.receiveMemory);
  }

  /** What changes of addresses need; nothing where they cannot be (RFC 5061). */
  get addressReconfiguration(): AddressReconfiguration | undefined {
    if (!this.mayChangeAddresses) return undefined;
    this.addressReconfigurationBegun ??= new AddressReconfiguration(
      this.association,
      this.localInitialTsn,
      this.peerInitialTsn,
    );
    return this.addressReconfigurationBegun;
  }

  /** T1-init (§5.1 A). */
  get t1Init(): Timer {
    return (this.occasionalTimers.t1Init ??= new Timer("T1-init", this.association));
  }

  /** T1-cookie (§5.1 C). */
  get t1Cookie(): Timer {
    return (this.occasionalTimers.t1Cookie ??= new Timer("T1-cookie", this.association));
  }

  /** T2-shutdown (§9.2). */
  get t2Shutdown(): Timer {
    return (this.occasionalTimers.t2Shutdown ??= new Timer("T2-shutdown", this.association));
  }

  /** T5-shutdown-guard (§9.2). */
  get t5ShutdownGuard(): Timer {
    return (this.occasionalTimers.t5ShutdownGuard ??= new Timer("T5-shutdown-guard", this.association));
  }

  /** The timer of the delayed SACK (§6.2). */
  get sackDelay(): Timer {
    return (this.sackDelayTimer ??= new Timer("SACK.Delay", this.association));
  }

  /** When a closed window is probed (§6.1 A). */
  get windowProbe(): Timer {
    return (this.occasionalTimers.windowProbe ??= new Timer("window probe", this.association));
  }

  /** SCTP_AUTOCLOSE (RFC 6458 §8.1.8). */
  get autoclose(): Timer {
    return (this.occasionalTimers.autoclose ??= new Timer("autoclose", this.association));
  }

  /** The handshake is over, or begins anew: neither T1 runs any more, and they are not needed soon. */
  endT1(): void {
    const { occasional } = this;
    if (occasional === undefined) return;
    const { timers } = this.services;
    if (occasional.t1Init !== undefined) timers.stop(occasional.t1Init);
    if (occasional.t1Cookie !== undefined) timers.stop(occasional.t1Cookie);
    occasional.t1Init = undefined;
    occasional.t1Cookie = undefined;
    if (isUnused(occasional)) this.occasional = undefined;
  }

  private get occasionalTimers(): OccasionalTimers {
    return (this.occasional ??= {
      t1Init: undefined,
      t1Cookie: undefined,
      t2Shutdown: undefined,
      t5ShutdownGuard: undefined,
      windowProbe: undefined,
      autoclose: undefined,
    });
  }

  /** The association is not shut down for being idle (RFC 6458 §8.1.8). */
  stopAutoclose(): void {
    const autoclose = this.occasional?.autoclose;
    if (autoclose !== undefined) this.services.timers.stop(autoclose);
  }

  /** No probe of a closed window is due any more (§6.1 A). */
  stopWindowProbe(): void {
    const windowProbe = this.occasional?.windowProbe;
    if (windowProbe?.isRunning === true) this.services.timers.stop(windowProbe);
    this.windowProbeDue = false;
  }

  /** Tells the user; nothing is told after the end of the association. */
  emit(event: StackEvent): void {
    this.services.emit(event);
  }

  /**
   * Notes which of our addresses the peer knows: those that our INIT or INIT ACK listed, and the one that it came
   * from (RFC 9260 §5.1.2 A to C). What leaves from any other is out of the blue to the peer, so that destinations
   * which none of them can reach are given up.
   *
   * @param advertised - what was listed
   * @param seen - where the peer's answer was addressed to, if the lower layer told
   */
  learnSources(advertised: readonly IpAddress[], seen: IpAddress | undefined): void {
    this.unreached.clear();
    const isListed = seen === undefined || advertised.some((address) => sameAddress(address, seen));
    // Last: what was listed goes first where both reach a destination.
    const known = isListed
      ? advertised
      : advertised.length === 0
        ? onlyAddress(seen)
        : advertised.concat(seen);
    if (known.length > 0) this.sources = known;
    if (this.sources.length === 0) return;
    for (const path of this.paths.all) path.localAddress = this.sourceFor(path.address);
    this.giveUpUnreachable();
  }

  /**
   * Notes which of our addresses the peer knows and packets may leave from, when that has changed (RFC 5061 §5.3 F2 and
   * F4).
   * A path keeps its source as long as it may.
   */
  changeSources(sources: readonly IpAddress[]): void {
    this.sources = sources;
    const isKnown = (address: IpAddress | undefined): boolean =>
      address !== undefined && sources.some((own) => sameAddress(own, address));
    for (const path of this.paths.all) {
      if (!isKnown(path.localAddress)) path.localAddress = this.sourceFor(path.address);
      else if (!isKnown(path.replySource)) path.replySource = path.localAddress;
    }
    const { association } = this;
    for (const path of this.giveUpUnreachable()) {
      const stateBefore = path.state;
      this.unreached.add({ address: path.address, udpPort: path.udpPort });
      this.emit({ type: "peer address change", association, path, change: "removed", stateBefore });
    }
  }

  /** Takes out the destinations that none of our addresses reaches, and answers them. */
  private giveUpUnreachable(): readonly Path[] {
    // Nearly always.
    if (this.paths.all.every((path) => path.localAddress !== undefined)) return NO_PATHS;
    const reachable = this.paths.all.filter((path) => path.localAddress !== undefined);
    const [first] = reachable;
    // Nothing that was listed is of a family of the peer's: it can only know where its answers have come to.
    if (first === undefined) return NO_PATHS;
    if (!reachable.includes(this.paths.primary)) this.paths.setPrimary(first);
    const others = this.paths.all.filter((path) => !reachable.includes(path));
    for (const path of others) this.removePath(path);
    return others;
  }

  /** Whether packets of the association may have left from an address of ours, whatever its endpoint has now. */
  leavesFrom(address: IpAddress | undefined): boolean {
    if (address === undefined) return true;
    const isIt = (own: IpAddress | undefined): boolean => own !== undefined && sameAddress(own, address);
    return this.sources.some(isIt) || this.paths.all.some((path) => isIt(path.localAddress));
  }

  /** Whether an address is known to be the peer's. */
  isOfPeer(address: IpAddress): boolean {
    return this.paths.find(address) !== undefined || this.unreached.has(address);
  }

  /** Makes paths of the destinations that our addresses have come to reach; each is to be probed (RFC 9260 §5.4). */
  reachFurther(now: Millis): readonly Path[] {
    if (this.unreached.isEmpty) return NO_PATHS;
    const reached = this.unreached.take((address) => this.sourceFor(address) !== undefined);
    return reached
      .map(({ address, udpPort }) => this.addPath(address, udpPort, false, now))
      .filter((path) => path !== undefined);
  }

  /** The address of ours that packets to a destination leave from; `undefined` where the lower layer chooses it. */
  private sourceFor(destination: IpAddress): IpAddress | undefined {
    if (this.sources.length === 0) return this.endpoint.sourceFor(destination);
    const [only] = this.sources;
    if (this.sources.length === 1 && only?.family === destination.family) return only;
    const ofFamily = this.sources.filter((address) => address.family === destination.family);
    // With several to choose from, the one that belongs to the way there: a network may drop packets from any other.
    const routed = ofFamily.length > 1 ? this.services.sourceFor(destination) : undefined;
    const known = ofFamily.find((address) => routed !== undefined && sameAddress(address, routed));
    return known ?? closestAddress(ofFamily, destination);
  }

  /**
   * Adds a destination of the peer, unless it is known already or none of our addresses that the peer knows
   * reaches it.
   */
  addPath(address: IpAddress, udpPort: number, confirmed: boolean, now: Millis): Path | undefined {
    const known = this.paths.find(address);
    if (known !== undefined) return known;
    const { services } = this;
    const localAddress = this.sourceFor(address);
    // What the user has named is tried in any case.
    const isOurs = confirmed || this.endpoint.hasFamilyOf(address);
    if (localAddress === undefined && (this.sources.length > 0 || !isOurs)) {
      this.unreached.add({ address, udpPort });
      return undefined;
    }
    const path = new Path(
      {
        number: this.pathsBegun,
        address,
        udpPort,
        mtuBytes: services.mtuBytes(address),
        headerBytes: services.headerBytes(address),
        confirmed,
        owner: this.association,
        congestionControl: services.congestionControl,
      },
      this.config,
      now,
    );
    this.pathsBegun += 1;
    path.localAddress = localAddress;
    this.paths.add(path);
    this.endpoint.registerPeerAddress(address, this.peerPort, this.association);
    return path;
  }

  /**
   * Before data is cut and sent: path MTUs that were reduced long ago are forgotten, because the ways may have become
   * wider; what is too large then is found out as before (RFC 9260 §7.3; RFC 8201 §4, RFC 1191 §6.3). That needs no
   * timer: who sends nothing has no use for it.
   */
  refreshPathMtus(now: Millis): void {
    for (const path of this.paths.all)
      if (now >= path.mtuRisesAt) path.initializeMtu(this.services.mtuBytes(path.address));
  }

  /**
   * Takes a destination out, which must not be the only one. What is outstanding there, and what waits to be sent
   * there, goes to another; if it was the primary path, another becomes that.
   */
  removePath(path: Path): void {
    const { paths, services, state, retransmission, partialReliability } = this;
    path.stopTimers(services.timers);
    // RFC 3758 §3.5 C5: no timer covers a FORWARD TSN that has gone there any more.
    if (partialReliability !== undefined && retransmission.forwardTsnPath === path)
      partialReliability.forwardTsnDue = true;
    const heir = paths.heirOf(path);
    if (path === paths.primary) paths.setPrimary(heir);
    paths.remove(path);
    retransmission.movePath(path, heir);
    this.control.movePath(path, heir);
    this.addressReconfigurationBegun?.movePath(path, heir);
    if (this.reception.path === path) this.reception.path = heir;
    if ("path" in state && state.path === path) state.path = heir;
    this.endpoint.unregisterPeerAddress(path.address, this.peerPort, this.association);
    probeOnlyHope(this);
    services.schedule(this.association);
  }

  /** Begins to receive: the peer's Initial TSN is known now (§5.1, §3.3.4). */
  startReception(peerInitialTsn: Tsn): void {
    const { config, services } = this;
    const { name } = this.state;
    this.peerInitialTsn = peerInitialTsn;
    // §6: no DATA has been taken before the association was up.
    if (name === "CLOSED" || name === "COOKIE-WAIT" || name === "COOKIE-ECHOED")
      this.reception.expect(peerInitialTsn, config);
    else this.reception = new Reception(peerInitialTsn, config, this, services.receiveMemory);
    this.reception.reassembly.setMayBeUnfinished(this.peerExtensions.partialReliability);
  }

  /** Begins to send anew, as after a restart of the peer (§5.2.4 A). */
  startTransmission(initialTsn: Tsn): void {
    this.retransmission = new RetransmissionQueue(initialTsn, this);
    this.sendQueue.resetStreams();
    this.partialReliability?.begin(initialTsn);
  }

  /** Stops every timer of the association and its paths. */
  stopTimers(): void {
    const { timers } = this.services;
    this.endT1();
    this.stopWindowProbe();
    if (this.occasional?.t2Shutdown !== undefined) timers.stop(this.occasional.t2Shutdown);
    if (this.occasional?.t5ShutdownGuard !== undefined) timers.stop(this.occasional.t5ShutdownGuard);
    if (this.sackDelayTimer !== undefined) timers.stop(this.sackDelayTimer);
    this.stopAutoclose();
    if (this.addressReconfigurationBegun !== undefined) timers.stop(this.addressReconfigurationBegun.t4);
    for (const path of this.paths.all) path.stopTimers(timers);
  }

  /** All of a message has been acknowledged cumulatively. */
  messageAcked(message: OutgoingMessage): void {
    this.sendBufferMessages -= 1;
    this.sendMemory.giveBack(message);
    forgetPartialReliability(this, message);
  }

  /** Hands out what has been put together. */
  deliver(piece: IncomingPiece): void {
    const { association, paths, reception } = this;
    reception.handedOut(piece.data.length);
    piece.cumulativeTsn = reception.tracker.cumulativeTsnAck;
    piece.association = association;
    piece.path = reception.path ?? paths.primary;
    this.emit(piece);
  }

  /** Tells that the rest of a message will not come. */
  tellAborted({ streamId, ssn }: AbortedPartialDelivery): void {
    this.emit({ type: "partial delivery aborted", association: this.association, streamId, ssn });
  }
}
