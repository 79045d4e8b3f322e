import { closestAddress, isWildcard, sameAddress, type IpAddress } from "../base/ip-address.js";
import type { Millis } from "../base/millis.js";
import { tsn, type Tsn } from "../base/serial-number.js";
import { readUint32 } from "../wire/bytes.js";
import { Association } from "./association.js";
import { configure, type AssociationConfig, type AssociationConfigChange } from "./config.js";
import { initiate } from "./establishment/initiate.js";
import { SharedKeys } from "./extensions/authentication/shared-keys.js";
import type { StackServices } from "./services.js";
import type { TransmissionControlBlock } from "./transmission-control-block.js";

/** What an endpoint is created with. */
export interface EndpointOptions {
  /** The SCTP port, 1 to 65535. */
  readonly port: number;
  /** The UDP port that its packets leave from, or 0 (RFC 6951). */
  readonly localUdpPort: number;
  /** The addresses that it is bound to; a wildcard stands for all of its family. */
  readonly addresses: readonly IpAddress[];
  /** Whether it may come to have addresses of both families, and remembers those of its peers; by default not. */
  readonly takesBothFamilies?: boolean;
  /** The parameters of its future associations. */
  readonly config: Readonly<AssociationConfig>;
  /**
   * Which of our addresses an INIT or INIT ACK to a destination lists (RFC 9260 §5.1.2); none leaves it to
   * the packet's source. There may be an association already, whose peer begins anew (§5.2.2).
   */
  readonly advertise: (destination: IpAddress, association?: Association) => readonly IpAddress[];
}

/** What {@link Endpoint.associate} needs to know of the peer. */
export interface AssociateOptions {
  /** The peer's addresses, the first of which gets the INIT; at least one. */
  readonly addresses: readonly IpAddress[];
  /** The peer's SCTP port. */
  readonly port: number;
  /** The UDP port that the peer is reached at, or 0. */
  readonly udpPort: number;
  /** Parameters for this association only. */
  readonly config?: AssociationConfigChange;
  /** The shared keys that it begins with a copy of; by default the endpoint's. */
  readonly sharedKeys?: SharedKeys;
}

/** What an endpoint needs of the stack that it is one of. */
export interface EndpointOwner {
  /** Associations of all endpoints. */
  readonly associationCount: number;
  /** The endpoint has been closed and has no association left: its port is free. */
  endpointEnded(endpoint: Endpoint): void;
}

/** What a new control block needs beside the endpoint. */
export interface NewAssociation {
  readonly peerPort: number;
  readonly localTag: number;
  readonly localInitialTsn: Tsn;
  readonly localUdpPort: number;
  readonly config?: AssociationConfigChange | undefined;
  readonly sharedKeys?: SharedKeys | undefined;
}

/** An SCTP endpoint (RFC 9260 §1.3): one port on a set of addresses, and the associations that end there. */
export class Endpoint {
  readonly port: number;
  readonly localUdpPort: number;
  /** Whether it may come to have addresses of both families. */
  readonly takesBothFamilies: boolean;
  /** The parameters of future associations; frozen, replaced as a whole. */
  config: Readonly<AssociationConfig>;
  /** The endpoint pair shared keys that each association begins with a copy of (RFC 4895 §6.1); the user's to set. */
  sharedKeys: SharedKeys = new SharedKeys();
  /** Whether an association that a peer begins is taken now; the user sets it while it listens. */
  acceptance: (() => boolean) | undefined = undefined;
  /** Whatever the user wants to find again with the endpoint. */
  owner: unknown = undefined;
  private bound: readonly IpAddress[];
  private readonly services: StackServices;
  private readonly stack: EndpointOwner;
  private readonly advertiseFor: EndpointOptions["advertise"];
  private readonly members = new Set<Association>();
  /** Associations by the peer's port and address, so that INIT finds them (RFC 9260 §5.1.2 D). */
  private readonly byPeer = new Map<number | string, Association>();
  /** How many associations each address has begun here; nothing before the first. */
  private countsByAddress: Map<string, number> | undefined = undefined;
  private isClosed = false;

  constructor(options: EndpointOptions, services: StackServices, stack: EndpointOwner) {
    this.port = options.port;
    this.localUdpPort = options.localUdpPort;
    this.bound = options.addresses;
    this.takesBothFamilies = options.takesBothFamilies ?? false;
    this.config = options.config;
    this.advertiseFor = options.advertise;
    this.services = services;
    this.stack = stack;
  }

  /** The addresses that it is bound to. */
  get addresses(): readonly IpAddress[] {
    return this.bound;
  }

  /** Its associations, oldest first. */
  get associations(): ReadonlySet<Association> {
    return this.members;
  }

  /** Changes the set of bound addresses, for future associations (RFC 6458 §9.1). */
  setAddresses(addresses: readonly IpAddress[]): void {
    this.bound = addresses;
  }

  /** Changes the parameters of future associations. */
  configure(change: AssociationConfigChange): void {
    this.config = configure(this.config, change);
  }

  /** Whether an association that a peer begins is taken (RFC 6458 §3.1.3, §4.1.3). */
  acceptsAssociations(): boolean {
    return !this.isClosed && this.acceptance !== undefined && this.acceptance();
  }

  /** Whether packets to an address of ours are for this endpoint. */
  isBoundTo(address: IpAddress | undefined): boolean {
    if (address === undefined) return true;
    return this.bound.some(
      (own) => sameAddress(own, address) || (isWildcard(own) && own.family === address.family),
    );
  }

  /** Whether a peer's address is of a family that this endpoint has, or may come to have (RFC 9260 §5.1.2). */
  canReach(address: IpAddress): boolean {
    return this.takesBothFamilies || this.hasFamilyOf(address);
  }

  /** Whether it has addresses of an address's family. */
  hasFamilyOf(address: IpAddress): boolean {
    return this.bound.some((own) => own.family === address.family);
  }

  /** The bound address that packets to a destination leave from, or `undefined` where the lower layer chooses it. */
  sourceFor(destination: IpAddress): IpAddress | undefined {
    return closestAddress(
      this.bound.filter((own) => !isWildcard(own)),
      destination,
    );
  }

  /** Which of our addresses an INIT or INIT ACK to a destination lists. */
  advertise(destination: IpAddress, association?: Association): readonly IpAddress[] {
    return this.advertiseFor(destination, association);
  }

  /**
   * Begins an association (RFC 9260 §11.1.2). If one with that peer exists, it is the answer: two endpoints
   * never have more than one (§1.3).
   */
  associate(options: AssociateOptions, now: Millis): Association {
    for (const address of options.addresses) {
      const existing = this.findAssociation(address, options.port);
      if (existing !== undefined) return existing;
    }
    const tcb = this.createTransmissionControlBlock({
      peerPort: options.port,
      localTag: this.services.newTag(),
      localInitialTsn: tsn(this.services.entropy.randomUint32()),
      localUdpPort: this.localUdpPort,
      config: options.config,
      sharedKeys: options.sharedKeys,
    });
    // RFC 9260 §5.4 1: what the user names is confirmed.
    for (const address of options.addresses) tcb.addPath(address, options.udpPort, true, now);
    this.addAssociation(tcb.association);
    initiate(tcb, this.advertise(tcb.paths.primary.address));
    this.services.schedule(tcb.association);
    return tcb.association;
  }

  /** The association with a peer, or `undefined`. */
  findAssociation(address: IpAddress, peerPort: number): Association | undefined {
    return this.byPeer.get(peerKey(address, peerPort));
  }

  /**
   * The association with the peer that has any of these addresses (RFC 9260 §5.1.2 D), or `undefined`. Our user may
   * have begun a second one to another of the peer's addresses; as long as that waits for its INIT ACK, it gives way.
   */
  findAssociationOfAny(addresses: readonly IpAddress[], peerPort: number): Association | undefined {
    let waiting: Association | undefined;
    for (const address of addresses) {
      const found = this.findAssociation(address, peerPort);
      if (found === undefined) continue;
      if (found.tcb.state.name !== "COOKIE-WAIT") return found;
      waiting ??= found;
    }
    return waiting;
  }

  /** Ends the endpoint: nothing new is accepted, and its port is free once its last association has ended. */
  close(): void {
    this.isClosed = true;
    this.acceptance = undefined;
    this.endIfEmpty();
  }

  /** Creates a control block and its association, which {@link addAssociation} makes a member. */
  createTransmissionControlBlock(options: NewAssociation): TransmissionControlBlock {
    const { config, sharedKeys = this.sharedKeys } = options;
    const association = new Association({
      peerPort: options.peerPort,
      localTag: options.localTag,
      localInitialTsn: options.localInitialTsn,
      localUdpPort: options.localUdpPort,
      endpoint: this,
      services: this.services,
      sharedKeys,
      // Associations share their parameters until somebody changes them.
      config: config === undefined || config === this.config ? this.config : configure(this.config, config),
    });
    return association.tcb;
  }

  /** Makes an association a member: packets find it from now on. */
  addAssociation(association: Association): void {
    this.members.add(association);
    this.count(association, 1);
    this.services.registerTag(association.tcb.localTag, association);
  }

  /** Notes an address of an association's peer; one that another association has stays with that. */
  registerPeerAddress(address: IpAddress, peerPort: number, association: Association): void {
    const key = peerKey(address, peerPort);
    if (!this.byPeer.has(key)) this.byPeer.set(key, association);
  }

  /** Forgets an address of an association's peer. */
  unregisterPeerAddress(address: IpAddress, peerPort: number, association: Association): void {
    const key = peerKey(address, peerPort);
    if (this.byPeer.get(key) === association) this.byPeer.delete(key);
  }

  /** Forgets an association. */
  removeAssociation(association: Association): void {
    if (this.members.delete(association)) this.count(association, -1);
    for (const path of association.paths) {
      this.unregisterPeerAddress(path.address, association.peerPort, association);
    }
    this.endIfEmpty();
  }

  /** How many associations the whole stack has. */
  stackAssociationCount(): number {
    return this.stack.associationCount;
  }

  /**
   * How many associations were begun from an address that its INITs have shown to be theirs: what a peer merely lists
   * counts for nobody, so that nobody can use up another's share.
   */
  associationCountFrom(address: IpAddress | undefined): number {
    return address === undefined ? 0 : (this.countsByAddress?.get(address.text) ?? 0);
  }

  private count({ tcb }: Association, change: number): void {
    const { acceptedFrom } = tcb;
    if (acceptedFrom === undefined) return;
    const counts = (this.countsByAddress ??= new Map<string, number>());
    const count = this.associationCountFrom(acceptedFrom) + change;
    if (count === 0) counts.delete(acceptedFrom.text);
    else counts.set(acceptedFrom.text, count);
  }

  private endIfEmpty(): void {
    if (this.isClosed && this.members.size === 0) this.stack.endpointEnded(this);
  }
}

/** A number for IPv4, because making and keeping a string costs more, and a string for IPv6. */
function peerKey(address: IpAddress, port: number): number | string {
  if (address.family === 6) return `${port}/${address.text}`;
  return readUint32(address.bytes, 0) * 0x1_0000 + port;
}
