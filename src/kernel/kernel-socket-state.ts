import { READABLE, WRITABLE } from "../native/addon.js";
import { SOCK_STREAM } from "../sockets/constants.js";
import type { SystemError } from "../sockets/errors.js";
import type { Readiness } from "../sockets/provider.js";
import type { AddressFamily, SctpAddress, SocketType } from "../sockets/types.js";
import type { KernelAssociation } from "./kernel-association.js";
import type { KernelContext } from "./kernel-context.js";
import type { KernelSettings } from "./kernel-settings.js";
import { PeerTable } from "./peer-table.js";
import { ReadinessWatch } from "./readiness-watch.js";
import { ReceiveQueue } from "./receive-queue.js";

/** How many failed connects nobody has asked for are remembered on one socket. */
const FAILED_CONNECTS_MAX = 1024;

/** Where a socket comes from. */
export interface SocketOrigin {
  /** The addon's id of its descriptor. */
  readonly id: number;
  readonly family: AddressFamily;
  readonly type: SocketType;
  /**
   * RFC 6458 §9.2: it was made by `sctp_peeloff`. Linux treats such sockets otherwise than those of `accept`.
   */
  readonly isPeeledOff: boolean;
  readonly settings: KernelSettings;
  /** What has been set on the socket that it comes from. */
  readonly setOptions?: ReadonlyMap<string, OptionSetter> | undefined;
}

/** Sets an option of a descriptor as it was set before. */
export type OptionSetter = (id: number) => void;

/** A message to all associations that some have taken and others had no room for. */
export interface OwedMessage {
  /** The associations that have not taken it. */
  readonly associationIds: ReadonlySet<number>;
  /** Tries again; answers whether all have it. */
  pay(): boolean;
}

/** How a socket is ending. */
export interface Closing {
  readonly promise: Promise<void>;
  /** Looks whether its associations have ended. */
  proceed(): void;
}

/** What there is to do when the kernel says that a descriptor is readable, before the application is told. */
export type ReadableHandler = (state: KernelSocketState, isWanted: boolean) => boolean;

/**
 * Everything that is known of one socket. It has no behaviour beyond keeping its parts in step; what the
 * calls of RFC 6458 do stands in files of their own.
 */
export class KernelSocketState {
  readonly context: KernelContext;
  readonly family: AddressFamily;
  readonly type: SocketType;
  readonly isPeeledOff: boolean;
  readonly settings: KernelSettings;
  readonly queue: ReceiveQueue = new ReceiveQueue();
  /** One-to-many: the associations that are known to be alive, by id. */
  readonly associations: Map<number, KernelAssociation> = new Map<number, KernelAssociation>();
  /** One-to-many: which association a peer's address belongs to. */
  readonly peers: PeerTable = new PeerTable();
  readonly failedConnects: Map<number, SystemError> = new Map<number, SystemError>();
  readonly watch: ReadinessWatch;
  /** One-to-one: how a further descriptor gets the options of this one. */
  readonly setOptions: Map<string, OptionSetter>;
  /** One-to-one: its association, even when that has ended. */
  single: KernelAssociation | undefined;
  /** One-to-one: an error that the next call has to throw. */
  pendingError: SystemError | undefined;
  /** One-to-one: the application knows that the association was lost, or has ended it itself. */
  lossIsTold = false;
  isListening = false;
  /** The application has given the socket its name: the system has not chosen it. */
  isNamed = false;
  /** `shutdown(SHUT_RD)` was called. */
  receiveIsShutDown = false;
  /** `shutdown(SHUT_WR)` was called. */
  sendIsShutDown = false;
  /** The application has been told of the peer's end. */
  endIsTold = false;
  closing: Closing | undefined;
  /** One-to-many: a message to all associations (SCTP_SENDALL) that some of them have not taken yet. */
  owed: OwedMessage | undefined;
  /** How many associations are being set up. */
  startingCount = 0;
  /** The addon's id of the descriptor. */
  private descriptor: number;
  private readonly readsBeforeTelling: ReadableHandler;
  private readiness: Readiness | undefined;
  private wantsRef = true;
  private holdsLoop = false;
  private deferred = 0;

  /** @param readsBeforeTelling - answers whether there is something to tell the application of */
  constructor(context: KernelContext, origin: SocketOrigin, readsBeforeTelling: ReadableHandler) {
    this.context = context;
    this.descriptor = origin.id;
    this.family = origin.family;
    this.type = origin.type;
    this.isPeeledOff = origin.isPeeledOff;
    this.settings = origin.settings;
    this.setOptions = new Map(origin.setOptions);
    this.readsBeforeTelling = readsBeforeTelling;
    this.watch = new ReadinessWatch(context, origin.id, this);
  }

  /** The addon's id of the descriptor. */
  get id(): number {
    return this.descriptor;
  }

  /** Whether the socket has at most one association. */
  get isOneToOne(): boolean {
    return this.type === SOCK_STREAM;
  }

  /** One-to-one: the details that errors of its association carry. */
  get peerDetails(): { readonly address: string | undefined; readonly port: number | undefined } {
    return { address: this.single?.address?.address, port: this.single?.address?.port };
  }

  /**
   * Notes what was set. One-to-many sockets never need it, and have associations of which each may be set
   * apart.
   */
  rememberOption(key: string, setter: OptionSetter): void {
    if (!this.isOneToOne) return;
    // In the order in which they were set last.
    this.setOptions.delete(key);
    this.setOptions.set(key, setter);
  }

  /** Takes another descriptor in the place of the one that the socket had. */
  replaceDescriptor(id: number): void {
    this.watch.move(id);
    this.descriptor = id;
  }

  /** Closes the descriptor, lets go of the event loop, and overwrites what was kept of keys. */
  closeDescriptor(): void {
    for (const key of this.settings.authentication.keys.values()) key.fill(0);
    this.watch.stop();
    this.context.addon.close(this.descriptor);
    this.associations.clear();
    this.setHold(false);
  }

  /** Has somebody told of what comes. */
  expectReadiness(readiness: Readiness): void {
    this.readiness = readiness;
  }

  /** Has somebody told of what comes; whatever is there already is told of as well. */
  setReadiness(readiness: Readiness | undefined): void {
    this.readiness = readiness;
    if (readiness === undefined) return;
    this.watch.want(READABLE);
    this.wake(READABLE | WRITABLE);
  }

  /** Takes an association in. */
  addAssociation(association: KernelAssociation): KernelAssociation {
    if (association.phase === "starting") this.startingCount += 1;
    if (this.isOneToOne) {
      this.single = association;
      this.lossIsTold = false;
    } else {
      this.associations.set(association.id, association);
    }
    this.updateHold();
    return association;
  }

  /** Forgets an association: it has ended, or belongs to another socket now. */
  removeAssociation(association: KernelAssociation): void {
    this.associations.delete(association.id);
    this.peers.deleteAssociation(association.id);
    this.updateHold();
  }

  /** Notes that an association is up, or has ended. */
  setPhase(association: KernelAssociation, phase: "up" | "ended"): void {
    if (association.phase === "starting") this.startingCount -= 1;
    association.phase = phase;
  }

  /** Keeps how a connect has failed until somebody asks. */
  rememberFailedConnect(id: number, error: SystemError): void {
    this.failedConnects.set(id, error);
    if (this.failedConnects.size <= FAILED_CONNECTS_MAX) return;
    for (const oldest of this.failedConnects.keys()) {
      this.failedConnects.delete(oldest);
      break;
    }
  }

  /** The peer of a one-to-one socket, as far as it is known. */
  get peer(): SctpAddress | undefined {
    return this.single?.address;
  }

  /** Has the application told, soon and not on this call stack, that it may try again. */
  wake(events: number): void {
    const isAsked = this.deferred !== 0;
    this.deferred |= events;
    if (isAsked) return;
    queueMicrotask(() => {
      const told = this.deferred;
      this.deferred = 0;
      this.tell(told);
    });
  }

  /** From the watch: the kernel says that the descriptor is ready. */
  onReady(wanted: number, unwanted: number): void {
    let told = wanted;
    if ((wanted & WRITABLE) !== 0) this.owed?.pay();
    if (((wanted | unwanted) & READABLE) !== 0) {
      const isWanted = (wanted & READABLE) !== 0;
      told = this.readsBeforeTelling(this, isWanted) ? told | READABLE : told & ~READABLE;
    }
    this.tell(told);
  }

  /** Whether the event loop is to be held while there is something to wait for. */
  get hasRef(): boolean {
    return this.wantsRef;
  }

  /** Holds the event loop, or does not. */
  setRef(wanted: boolean): void {
    this.wantsRef = wanted;
    this.updateHold();
  }

  /**
   * A socket holds the event loop while it listens, has an association whose peer has not ended it, or waits
   * for the end of one: what is still to be sent to a peer that sends no more, the kernel sends without us.
   */
  updateHold(): void {
    const isAlive = this.isOneToOne
      ? this.single !== undefined && this.single.phase !== "ended" && !this.endIsTold
      : this.associations.size > 0;
    this.setHold(this.wantsRef && (this.isListening || isAlive || this.closing !== undefined));
  }

  /** A listener may close the socket, and then nothing more is told. */
  private tell(events: number): void {
    try {
      if ((events & READABLE) !== 0) this.readiness?.onReadable();
    } finally {
      if ((events & WRITABLE) !== 0) this.readiness?.onWritable();
    }
  }

  private setHold(hold: boolean): void {
    if (hold === this.holdsLoop) return;
    this.holdsLoop = hold;
    if (hold) this.context.watch.hold();
    else this.context.watch.release();
  }
}
