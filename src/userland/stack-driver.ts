import type { Millis } from "../base/millis.js";
import { RingQueue } from "../base/ring-queue.js";
import type { Crypto } from "../stack/crypto.js";
import type { Entropy } from "../stack/entropy.js";
import type { StackEvent } from "../stack/events.js";
import type { IcmpMessage } from "../stack/icmp-message.js";
import type { CongestionControlFactory } from "../stack/paths/congestion-control.js";
import { Stack } from "../stack/stack.js";
import { copyOf } from "../wire/bytes.js";
import type { PacketRecord } from "../wire/packet-record.js";
import type { Clock, TimerHandle } from "./clock.js";
import type { LowerLayer, LowerLayerError } from "./lower-layer.js";
import { allocateMessageBlock } from "./message-block.js";

/**
 * How many bytes an application may send in one turn before packets leave without waiting for its end: what fills the
 * memory that they are laid out in. Sooner would only make several small runs of what Max.Burst allows.
 */
const EARLY_FLUSH_BYTES = 256 * 1024;

/** After so many packets of a batch what they allow may leave: the SACKs among them may allow as much as a run. */
const PACKETS_AT_ONCE = 16;

/** When so many peers wait for answers, theirs leave before the rest of a batch is handled: they go on meanwhile. */
const PEERS_AT_ONCE = 8;

/** What a {@link StackDriver} is made of. */
export interface StackDriverOptions {
  readonly lowerLayer: LowerLayer;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly crypto: Crypto;
  /** Makes the congestion control of each path; `undefined` takes that of RFC 9260. */
  readonly congestionControl: CongestionControlFactory | undefined;
  /** Takes what the stack tells, in its order; it may give commands to the stack. */
  readonly handleEvent: (event: StackEvent) => void;
}

/** Whoever wants to be called after a batch; see {@link StackDriver.wake}. */
export interface Wakeable {
  /** Tells the application what may have changed; the application may call anything. */
  announce(): void;
}

/** How often the lower layer has reported each kind of trouble. */
export type LowerLayerErrorCounts = Record<LowerLayerError["kind"], number>;

/**
 * The one loop around a stack: packets in, events and packets out, one timer. What comes from below is handled and
 * answered in the same turn; what the application sends leaves at the end of its turn, or earlier when it is much.
 * Applications are told at the very end, so that they may call anything.
 */
export class StackDriver {
  readonly stack: Stack;
  readonly lowerLayer: LowerLayer;
  readonly clock: Clock;
  /** What has been reported from below. */
  readonly lowerLayerErrors: LowerLayerErrorCounts = {
    "send failed": 0,
    "receive failed": 0,
    "packet too big": 0,
    "protocol unreachable": 0,
    "port unreachable": 0,
    unreachable: 0,
  };
  /** How many turns there have been: what was computed in this one still holds. */
  turns = 0;
  private readonly handleEvent: (event: StackEvent) => void;
  private readonly toWake = new RingQueue<Wakeable>();
  private readonly afterFlushes = new RingQueue<() => void>();
  private readonly closeListeners = new Set<() => void>();
  private flushDeferred = false;
  private inTurn = false;
  /** Whether applications are being told; what they do meanwhile is seen to right behind it. */
  private isAnnouncing = false;
  private touchedMeanwhile = false;
  /** Whether the lower layer is being given packets. */
  private isTransmitting = false;
  private unflushedBytes = 0;
  /** Packets that the lower layer has not taken yet; nothing new is laid out until then. */
  private held: readonly PacketRecord[] | undefined;
  /** Whether the lower layer has been full since it was last asked. */
  private isBlocked = false;
  private timer: TimerHandle | undefined;
  private timerAt: Millis = Number.POSITIVE_INFINITY;
  private holds = 0;
  private closed = false;

  /** Starts the lower layer, which opens nothing yet. */
  constructor(options: StackDriverOptions) {
    const { lowerLayer, clock, entropy, crypto, congestionControl } = options;
    this.lowerLayer = lowerLayer;
    this.clock = clock;
    this.handleEvent = options.handleEvent;
    const { checksum, headerBytes, sharesPorts = false } = lowerLayer.capabilities;
    this.stack = new Stack({
      entropy,
      crypto,
      checksum: checksum === "stack" ? "compute" : checksum,
      mtuBytes: (destination) => lowerLayer.mtu(destination),
      headerBytes,
      sourceFor: (destination) => lowerLayer.sourceFor?.(destination),
      receiveBufferBytes: () => lowerLayer.receiveBufferBytes,
      sharesPorts,
      allocateMessageBlock,
      ...(congestionControl === undefined ? {} : { congestionControl }),
    });
    lowerLayer.start({
      onPackets: (batch) => this.handlePackets(batch),
      onWritable: () => this.handleWritable(),
      onError: (error) => this.handleError(error),
    });
  }

  /** Whether {@link StackDriver.close} has been called. */
  get isClosed(): boolean {
    return this.closed;
  }

  /** The time that commands to the stack are given with. */
  now(): Millis {
    return this.clock.now();
  }

  /** After how many further bytes of messages packets leave before the end of the turn; at least one. */
  get untilFlushBytes(): number {
    return EARLY_FLUSH_BYTES - this.unflushedBytes;
  }

  /**
   * The application has given the stack something to do: it is done at the end of this turn.
   *
   * @param lengthBytes - of the message that was given, if it was one
   */
  touch(lengthBytes = 0): void {
    this.unflushedBytes += lengthBytes;
    if (this.unflushedBytes >= EARLY_FLUSH_BYTES) {
      this.unflushedBytes = 0;
      this.transmit(this.clock.now());
    }
    // A turn that is under way sees to everything itself.
    if (this.isAnnouncing) this.touchedMeanwhile = true;
    else if (!this.inTurn) this.deferTurn();
  }

  /** Has somebody called at the end of the turn, once for each call of this. */
  wake(target: Wakeable): void {
    this.toWake.push(target);
    this.touch();
  }

  /** Calls back when everything that is to be sent now has been handed to the lower layer. */
  afterFlush(callback: () => void): void {
    if (this.closed) {
      callback();
      return;
    }
    this.afterFlushes.push(callback);
    this.touch();
  }

  /**
   * Calls back when the driver is closed, at once if it has been.
   *
   * @returns takes it back
   */
  whenClosed(callback: () => void): () => void {
    if (this.closed) callback();
    else this.closeListeners.add(callback);
    return () => this.closeListeners.delete(callback);
  }

  /** Keeps the process alive until {@link StackDriver.release} was called as often. */
  hold(): void {
    this.holds += 1;
    if (this.holds > 1 || this.closed) return;
    this.clock.ref();
    this.lowerLayer.ref();
  }

  /** Takes one {@link StackDriver.hold} back. */
  release(): void {
    this.holds -= 1;
    if (this.holds === 0 && !this.closed) this.letGo();
  }

  /** Stops everything at once; peers are told nothing. */
  close(): Promise<void> {
    if (!this.closed) {
      this.closed = true;
      this.timer?.cancel();
      if (this.holds > 0) this.letGo();
      for (const callback of this.closeListeners) callback();
      this.callAfterFlush();
    }
    return this.lowerLayer.close();
  }

  private letGo(): void {
    this.clock.unref();
    this.lowerLayer.unref();
  }

  private handlePackets(batch: readonly PacketRecord[]): void {
    if (this.closed) return;
    if (this.isTransmitting) {
      // A lower layer must not do this. The packets that it is being given would change under its hands, and listeners
      // would be called from inside a send call.
      const copies = batch.map((packet) => {
        const slab = copyOf(packet.slab, packet.offsetBytes, packet.lengthBytes);
        return { ...packet, slab, offsetBytes: 0 };
      });
      this.clock.defer(() => this.handlePackets(copies));
      return;
    }
    this.handleBatch(batch, this.clock.now());
    this.turn();
  }

  /** The turn that follows sees to everything that this leaves. */
  private handleBatch(batch: readonly PacketRecord[], now: Millis): void {
    this.inTurn = true;
    try {
      for (let next = 0; next < batch.length; ) {
        const end = Math.min(next + PACKETS_AT_ONCE, batch.length);
        next = this.stack.handleSomePackets(batch, next, end, now);
        if (next === batch.length) break;
        if (this.stack.waitingPeers >= PEERS_AT_ONCE) this.drain(now);
        else if (this.stack.hasRunToSend) this.transmit(now);
      }
    } finally {
      this.inTurn = false;
    }
  }

  private handleWritable(): void {
    if (!this.isBlocked) return;
    this.isBlocked = false;
    this.turn();
  }

  private handleError(error: LowerLayerError): void {
    const { kind, destination, quotedBytes } = error;
    this.lowerLayerErrors[kind] += 1;
    if (kind === "send failed" || kind === "receive failed") return;
    if (destination === undefined || quotedBytes === undefined || this.closed) return;
    if (this.isTransmitting) {
      // As with packets, a lower layer must not do this.
      const copy = { ...error, kind, destination, quotedBytes: copyOf(quotedBytes, 0, quotedBytes.length) };
      this.clock.defer(() => this.handleIcmp(copy));
      return;
    }
    this.handleIcmp({ ...error, kind, destination, quotedBytes });
  }

  /** RFC 9260 §10. */
  private handleIcmp(message: IcmpMessage): void {
    if (this.closed) return;
    this.stack.handleIcmp(message, this.clock.now());
    this.turn();
  }

  /**
   * Time is only up once what has arrived is read: in a process that stood still, the acknowledgement of what looks
   * overdue may wait in the lower layer (RFC 9260 §6.3.3, RFC 8985 §7.2).
   */
  private handleTimer(): void {
    this.clock.defer(() => this.handleTimeout());
  }

  private handleTimeout(): void {
    this.timerAt = Number.POSITIVE_INFINITY;
    if (this.closed) return;
    const now = this.clock.now();
    if (this.stack.pollTimeout() <= now) this.stack.handleTimeout(now);
    this.turn();
  }

  private deferTurn(): void {
    if (this.flushDeferred || this.closed) return;
    this.flushDeferred = true;
    this.clock.defer(() => {
      this.flushDeferred = false;
      this.turn();
    });
  }

  /** Does everything that there is to do now, and tells the applications; what they answer with leaves at once. */
  private turn(): void {
    if (this.closed) return;
    this.work();
    this.announce();
    if (!this.touchedMeanwhile) return;
    this.touchedMeanwhile = false;
    if (this.closed) return;
    this.work();
    // Who has been woken by that has a turn of its own: others are not to wait for two that wake each other.
    if (this.toWake.length > 0) this.deferTurn();
  }

  private work(): void {
    this.turns += 1;
    this.unflushedBytes = 0;
    this.inTurn = true;
    try {
      this.drain(this.clock.now());
      if (!this.isBlocked) this.callAfterFlush();
    } finally {
      this.inTurn = false;
    }
    this.setTimer();
  }

  private drain(now: Millis): void {
    for (;;) {
      // Events go first: what the sockets answer them with leaves in the same packets.
      let event = this.stack.pollEvent();
      for (; event !== undefined; event = this.stack.pollEvent()) this.handleEvent(event);
      this.transmit(now);
      event = this.stack.pollEvent();
      if (event === undefined) break;
      this.handleEvent(event);
    }
  }

  /** Hands packets to the lower layer until there are none or it takes no more. */
  private transmit(now: Millis): void {
    while (!this.isBlocked) {
      const packets = this.held ?? this.stack.pollPackets(now);
      if (packets.length === 0) return;
      this.isTransmitting = true;
      let taken: number;
      try {
        taken = this.lowerLayer.send(packets);
      } finally {
        this.isTransmitting = false;
      }
      this.isBlocked = taken < packets.length;
      this.held = this.isBlocked ? packets.slice(taken) : undefined;
    }
  }

  /** A timer that goes off too early only looks again; setting it anew whenever a deadline moves on would cost more. */
  private setTimer(): void {
    const deadline = this.stack.pollTimeout();
    if (deadline >= this.timerAt) return;
    this.timer?.cancel();
    this.timerAt = deadline;
    this.timer = this.clock.setTimer(deadline, () => this.handleTimer());
  }

  private callAfterFlush(): void {
    for (let count = this.afterFlushes.length; count > 0; count -= 1) this.afterFlushes.shift()?.();
  }

  private announce(): void {
    this.isAnnouncing = true;
    for (let count = this.toWake.length; count > 0; count -= 1) {
      try {
        this.toWake.shift()?.announce();
      } catch (error) {
        // An application's mistake is its own: it becomes an uncaught exception, and nobody else's call is lost.
        this.clock.defer(() => {
          throw error;
        });
      }
    }
    this.isAnnouncing = false;
  }
}
