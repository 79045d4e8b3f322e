import type { RingQueue } from "../base/ring-queue.js";
import { SOCK_STREAM } from "../sockets/constants.js";
import type { SystemError } from "../sockets/errors.js";
import type { Readiness } from "../sockets/provider.js";
import type { AddressFamily, SocketType } from "../sockets/types.js";
import type { Association } from "../stack/association.js";
import type { BoundEndpoint } from "./bound-endpoint.js";
import { Interleaving } from "./interleaving.js";
import { ReceiveQueue } from "./receive-queue.js";
import { SocketAssociation } from "./socket-association.js";
import type { SocketContext } from "./socket-context.js";
import type { SocketSettings } from "./socket-settings.js";
import type { Wakeable } from "./stack-driver.js";

/** RFC 6458 §7.2: 0, 1 and 2 stand for sets of associations. */
const FIRST_ASSOCIATION_ID = 3;

/** How many failed connects nobody has asked for are remembered on one socket. */
const FAILED_CONNECTS_MAX = 1024;

/** What a listening socket has. */
export interface Listening {
  /** How many associations may wait for `accept`. */
  backlog: number;
  /** Those that wait; each has its socket already, so that its data and notifications have a place. */
  readonly queue: RingQueue<SocketState>;
}

/** How a socket is ending. */
export interface Closing {
  readonly promise: Promise<void>;
  /** Called when the last association has ended. */
  finish(): void;
}

/**
 * Everything that is known of one socket. It has no behaviour beyond keeping its parts in step; what the calls of RFC
 * 6458 do stands in files of their own.
 */
export class SocketState implements Wakeable {
  readonly context: SocketContext;
  readonly family: AddressFamily;
  readonly type: SocketType;
  readonly settings: SocketSettings;
  readonly queue: ReceiveQueue = new ReceiveQueue();
  /** The way into the queue. */
  readonly interleaving: Interleaving;
  /** The associations that are alive, by id, oldest first. */
  readonly associations: Map<number, SocketAssociation> = new Map<number, SocketAssociation>();
  /** How connects have failed that nobody has asked for yet; nothing before the first. */
  private failedConnects: Map<number, SystemError> | undefined = undefined;
  readiness: Readiness | undefined;
  /** The port and addresses that the socket is bound to. */
  bound: BoundEndpoint | undefined;
  listening: Listening | undefined;
  closing: Closing | undefined;
  /** One-to-one: its association, even when that has ended. */
  single: SocketAssociation | undefined;
  /** One-to-one: an error that the next call has to throw. */
  pendingError: SystemError | undefined;
  /** One-to-one: `shutdown(SHUT_RD)` was called. */
  receiveIsShutDown = false;
  /** One-to-one: `shutdown(SHUT_WR)` was called. */
  sendIsShutDown = false;
  private nextId = FIRST_ASSOCIATION_ID;
  private wantsRef = true;
  private holdsLoop = false;
  private wakesReadable = false;
  private wakesWritable = false;
  private isToBeWoken = false;
  private totalBytes = 0;
  private totalOfTurn = -1;

  constructor(context: SocketContext, family: AddressFamily, type: SocketType, settings: SocketSettings) {
    this.context = context;
    this.family = family;
    this.type = type;
    this.settings = settings;
    this.interleaving = new Interleaving(this.queue, settings.interleaveLevel);
  }

  /** Whether the socket has at most one association. */
  get isOneToOne(): boolean {
    return this.type === SOCK_STREAM;
  }

  /** Takes an association of the stack in and gives it an id, which no later one of this socket gets. */
  addAssociation(association: Association): SocketAssociation {
    const owner = new SocketAssociation(this.nextId, association, this);
    this.nextId += 1;
    this.adopt(owner);
    return owner;
  }

  /** Takes in an association that has its id already, from `sctp_peeloff`. */
  adopt(owner: SocketAssociation): void {
    owner.socket = this;
    this.nextId = Math.max(this.nextId, owner.id + 1);
    this.associations.set(owner.id, owner);
    if (this.isOneToOne) this.single = owner;
    this.updateHold();
  }

  /** Forgets an association: it has ended, or belongs to another socket now. */
  removeAssociation(owner: SocketAssociation): void {
    this.associations.delete(owner.id);
    this.updateHold();
  }

  /** Keeps how a connect has failed until somebody asks. */
  rememberFailedConnect(id: number, error: SystemError): void {
    const failed = (this.failedConnects ??= new Map<number, SystemError>());
    failed.set(id, error);
    if (failed.size <= FAILED_CONNECTS_MAX) return;
    for (const oldest of failed.keys()) {
      failed.delete(oldest);
      break;
    }
  }

  /** How a connect has failed, which is told once; `undefined` for one that has not. */
  takeFailedConnect(id: number): SystemError | undefined {
    const error = this.failedConnects?.get(id);
    if (error !== undefined) this.failedConnects?.delete(id);
    return error;
  }

  /** Has the application told, at the end of the turn, that it may try to receive. */
  wakeReadable(): void {
    this.wakesReadable = true;
    this.wake();
  }

  /** Has the application told, at the end of the turn, that it may try to send. */
  wakeWritable(): void {
    this.wakesWritable = true;
    this.wake();
  }

  announce(): void {
    const { wakesReadable, wakesWritable } = this;
    this.isToBeWoken = false;
    this.wakesReadable = false;
    this.wakesWritable = false;
    // A listener may close the socket, and then nothing more is told. It may also throw, and then whoever waits to send
    // must not pay for it.
    try {
      if (wakesReadable) this.readiness?.onReadable();
    } finally {
      if (wakesWritable) this.readiness?.onWritable();
    }
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

  /** A socket holds the event loop while it listens, has an association, or waits for the end of one. */
  updateHold(): void {
    const { listening } = this;
    const listens = listening !== undefined && (listening.backlog > 0 || listening.queue.length > 0);
    this.setHold(this.wantsRef && (listens || this.associations.size > 0 || this.closing !== undefined));
  }

  /** Lets go of the event loop for good. */
  endHold(): void {
    this.wantsRef = false;
    this.setHold(false);
  }

  /** What all associations of the socket hold in their send buffers, in bytes; counted once in a turn. */
  totalSendBufferBytes(): number {
    const { turns } = this.context.driver;
    if (this.totalOfTurn !== turns) {
      this.totalOfTurn = turns;
      this.totalBytes = 0;
      for (const { association } of this.associations.values())
        this.totalBytes += association.sendBufferBytes;
    }
    return this.totalBytes;
  }

  /** Notes a message that was taken in this turn. */
  addToTotal(lengthBytes: number): void {
    this.totalBytes += lengthBytes;
  }

  private wake(): void {
    if (this.isToBeWoken || this.readiness === undefined) return;
    this.isToBeWoken = true;
    this.context.driver.wake(this);
  }

  private setHold(hold: boolean): void {
    if (hold === this.holdsLoop) return;
    this.holdsLoop = hold;
    if (hold) this.context.driver.hold();
    else this.context.driver.release();
  }
}
