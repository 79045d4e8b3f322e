import { sameAddress, type IpAddress } from "../../../base/ip-address.js";
import { tsnAdd, type Tsn } from "../../../base/serial-number.js";
import type { AsconfAckChunk } from "../../../wire/chunks/asconf-ack-chunk.js";
import type { AsconfChunk } from "../../../wire/chunks/asconf-chunk.js";
import { ASCONF_ACKS_CACHED_MAX, WITHDRAWN_ADDRESSES_MAX } from "../../limits.js";
import type { Route } from "../../packet-output.js";
import type { Path } from "../../paths/path.js";
import { Timer, type TimerOwner } from "../../timer-table.js";

/** What the peer can be asked for, by the name of the parameter (RFC 5061 §4.2 Table 3). */
export type RequestKind = "Add IP Address" | "Delete IP Address" | "Set Primary IP Address";

/** A change of our addresses that the peer is to be asked for. */
export interface AddressRequest {
  readonly kind: RequestKind;
  /** An address of ours. */
  readonly address: IpAddress;
}

/** The ASCONF that has not been acknowledged; there is at most one (RFC 5061 §5.1.1 C1). */
export interface OutstandingAsconf {
  /** The chunk, which is sent again as it is (§5.1 B4). */
  readonly chunk: AsconfChunk;
  /** What its parameters ask for, in their order. */
  readonly requests: readonly AddressRequest[];
  /** The address of ours that it has to leave from, because a wildcard in it stands for that; else `undefined`. */
  readonly source: IpAddress | undefined;
  /** Where it was sent last. */
  path: Path;
  /** How often it was sent. */
  transmissions: number;
  /** Whether it was sent to this path only, so that its answer tells of the path. */
  isOnOneWay: boolean;
  /** Whether it waits to be sent. */
  isDue: boolean;
}

/** The ASCONF-ACK chunks that answer one packet, and where they go (RFC 5061 §5.2 E6). */
export interface AsconfAnswer {
  readonly route: Route;
  /** What the packet may hold, bytes; chunks beyond it wait until they are asked for again (§5.2 E7). */
  readonly maxPacketBytes: number;
  readonly chunks: AsconfAckChunk[];
}

/** What all associations share whose addresses never change. */
const NONE: readonly never[] = [];

/** What an association keeps for changes of addresses (RFC 5061); it has none where the two sides have not agreed. */
export class AddressReconfiguration {
  /** The Sequence Number of our next ASCONF; they are counted from our Initial TSN on, as TSNs are (§5.1 A2). */
  nextSequenceNumber: Tsn;
  /** Peer-Sequence-Number: that of the last ASCONF that was processed (§5.2). */
  peerSequenceNumber: Tsn;
  /** What was sent and not acknowledged. */
  outstanding: OutstandingAsconf | undefined;
  /** What waits to be asked for, oldest first. */
  requests: readonly AddressRequest[] = NONE;
  /** What the peer has shown not to understand, and is not asked for again (§5.1 A9, §5.3 F3a and F3b). */
  notUnderstood: readonly RequestKind[] = NONE;
  /** Addresses of ours that must not be used any more (§5.3 F4): their deletion has been requested, or is complete. */
  withdrawn: readonly IpAddress[] = NONE;
  /** The path that the peer wants to be the primary one and that is not confirmed yet (§5.3 F14). */
  wantedPrimary: Path | undefined;
  /** Answers that wait for the next flush. */
  answers: readonly AsconfAnswer[] = NONE;
  /** The answer to the packet under way, once it has an ASCONF. */
  answerUnderWay: AsconfAnswer | undefined;
  /** Whether the packet under way has had an ASCONF (§5.2 E1). */
  hasAsconf = false;
  /** Answers that may have been lost, by their Sequence Numbers, oldest first (§5.2 E4); nothing before the first. */
  private cached: Map<number, AsconfAckChunk> | undefined;
  private readonly owner: TimerOwner;
  private t4Timer: Timer | undefined;

  /** Begins with nothing asked for; the numbers begin at the Initial TSNs (§5.1 A2). */
  constructor(owner: TimerOwner, localInitialTsn: Tsn, peerInitialTsn: Tsn) {
    this.owner = owner;
    this.nextSequenceNumber = localInitialTsn;
    this.peerSequenceNumber = tsnAdd(peerInitialTsn, -1);
  }

  /** The T-4 RTO timer (§5.1 A4). */
  get t4(): Timer {
    return (this.t4Timer ??= new Timer("T4-rto", this.owner));
  }

  /** A packet has come, whose ASCONF chunks are answered together. */
  packetArrived(): void {
    this.hasAsconf = false;
    this.answerUnderWay = undefined;
  }

  /** Keeps an answer, in case it is lost. */
  cache(ack: AsconfAckChunk): void {
    const cached = (this.cached ??= new Map<number, AsconfAckChunk>());
    cached.set(ack.sequenceNumber, ack);
    if (cached.size <= ASCONF_ACKS_CACHED_MAX) return;
    for (const oldest of cached.keys()) {
      cached.delete(oldest);
      return;
    }
  }

  /** The answer that an ASCONF has got, if it is still kept. */
  findCached(sequenceNumber: number): AsconfAckChunk | undefined {
    return this.cached?.get(sequenceNumber);
  }

  /** Forgets all answers: the peer has got them (§5.2 E1). */
  clearCache(): void {
    this.cached = undefined;
  }

  /** Whether something about an address is waiting to be asked for. */
  hasRequest(kind: RequestKind, address: IpAddress): boolean {
    for (const request of this.requests) if (isRequest(request, kind, address)) return true;
    return false;
  }

  /** Whether the peer is being asked for something about an address. */
  isAsking(kind: RequestKind, address: IpAddress): boolean {
    if (this.outstanding === undefined) return false;
    for (const request of this.outstanding.requests) if (isRequest(request, kind, address)) return true;
    return false;
  }

  /** Takes something back that was to be asked for; false when it is too late, or nothing was. */
  takeBack(kind: RequestKind, address: IpAddress): boolean {
    const before = this.requests.length;
    this.requests = this.requests.filter((request) => !isRequest(request, kind, address));
    return this.requests.length < before;
  }

  /** Whether packets must not leave from an address of ours, although the peer sends to it (§5.3 F1, F4). */
  withholds(address: IpAddress): boolean {
    return (
      this.isWithdrawn(address) ||
      this.hasRequest("Add IP Address", address) ||
      this.isAsking("Add IP Address", address)
    );
  }

  /** Whether an address of ours is no longer to be used (§5.3 F4). */
  isWithdrawn(address: IpAddress): boolean {
    for (const other of this.withdrawn) if (sameAddress(other, address)) return true;
    return false;
  }

  /** Notes that an address of ours is no longer to be used. */
  withdraw(address: IpAddress): void {
    if (this.isWithdrawn(address)) return;
    this.withdrawn = [...this.withdrawn, address].slice(-WITHDRAWN_ADDRESSES_MAX);
  }

  /** An address of ours may be used again. */
  restore(address: IpAddress): void {
    this.withdrawn = this.withdrawn.filter((other) => !sameAddress(other, address));
  }

  /** A path is given up: what went there goes to another. */
  movePath(from: Path, to: Path): void {
    if (this.outstanding?.path === from) {
      this.outstanding.path = to;
      this.outstanding.isOnOneWay = false;
    }
    if (this.wantedPrimary === from) this.wantedPrimary = undefined;
  }
}

function isRequest(request: AddressRequest, kind: RequestKind, address: IpAddress): boolean {
  return request.kind === kind && sameAddress(request.address, address);
}
